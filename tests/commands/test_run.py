from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.commands.scripts import GIVES_UP, PRODUCT, WRITE, calls, concludes, plans
from umi_local.errors import ModelLoadError, RoleUnreachableError, UmiError
from umi_local.events import Event, RunFinished, RunStarted
from umi_local.jsonable import from_jsonable
from umi_local.messages import Outcome
from umi_local.sessions.store import SessionStore

COUNTS = ("calls", "prompt_tokens", "reused_tokens", "evaluated_tokens", "forced_tokens", "sampled_tokens")


def strict(**properties):
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


TEXT, COUNT, NUMBER = {"type": "string"}, {"type": "integer", "minimum": 0}, {"type": "number", "minimum": 0}
USAGE = strict(**dict.fromkeys(COUNTS, COUNT), ms=NUMBER)
CALL = strict(name=TEXT, arguments={"type": "object"})
OBSERVATION = strict(text=TEXT, is_error={"type": "boolean"}, omitted_chars=COUNT, ms=NUMBER)
STEP = strict(
    rationale=TEXT,
    decision={"enum": ["call", "conclude", "give_up"]},
    call={"anyOf": [CALL, {"type": "null"}]},
    observation={"anyOf": [OBSERVATION, {"type": "null"}]},
)
RUN_OBJECT = strict(
    answer={"type": ["string", "null"]},
    outcome={"enum": [outcome.value for outcome in Outcome]},
    session=TEXT,
    bundle=TEXT,
    steps={"type": "array", "items": STEP},
    usage=strict(planner=USAGE, caller=USAGE, summarizer=USAGE, total=USAGE),
)


def one_object(text: str) -> dict[str, Any]:
    assert text.count("\n") == 1
    value: dict[str, Any] = json.loads(text)
    jsonschema.validate(value, RUN_OBJECT)
    return value


def test_the_answer_goes_to_stdout_and_the_steps_go_to_stderr(umi) -> None:
    result = umi("run", "What is 17 * 23?", script=PRODUCT)
    assert result.exit_code == 0
    assert result.stdout == "17 times 23 is 391.\n"
    head, footer = result.stderr.rsplit("\n\n", 1)
    assert head.splitlines() == [
        "• The product is needed. → call",
        '  calculate(expression="17*23")',
        "  391",
        "• I know enough. → answer",
    ]
    assert footer.startswith("2 steps · ")


def test_nothing_but_plain_text_is_written_to_a_pipe(umi) -> None:
    result = umi("run", "What is 17 * 23?", script=PRODUCT)
    assert "\x1b" not in result.stdout + result.stderr


def test_quiet_writes_only_the_answer(umi) -> None:
    result = umi("run", "-q", "What is 17 * 23?", script=PRODUCT)
    assert (result.stdout, result.stderr) == ("17 times 23 is 391.\n", "")


def test_json_is_exactly_one_object(umi) -> None:
    result = umi("run", "What is 17 * 23?", "--output", "json", script=PRODUCT)
    value = one_object(result.stdout)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert value["answer"] == "17 times 23 is 391."
    assert (value["outcome"], value["bundle"]) == ("answered", "embedded")
    called, concluded = value["steps"]
    assert called["call"] == {"name": "calculate", "arguments": {"expression": "17*23"}}
    assert called["observation"]["text"] == "391"
    assert called["observation"]["ms"] > 0
    assert (concluded["decision"], concluded["call"], concluded["observation"]) == ("conclude", None, None)
    assert value["usage"]["total"]["calls"] == 4


def test_the_session_that_is_named_holds_the_run(umi) -> None:
    value = one_object(umi("run", "What is 17 * 23?", "--output", "json", script=PRODUCT).stdout)
    with SessionStore() as store:
        assert store.get(value["session"]).answer == value["answer"]
        first = next(store.events(value["session"]))
    assert isinstance(first, RunStarted)
    assert (first.question, first.session) == ("What is 17 * 23?", value["session"])


def test_jsonl_is_an_event_a_line_and_the_stored_events_are_those_shown(umi) -> None:
    result = umi("run", "What is 17 * 23?", "--output", "jsonl", script=PRODUCT)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    shown: list[Event] = [from_jsonable(Event, line) for line in lines if line["type"] != "text_delta"]
    with SessionStore() as store:
        assert list(store.events("last")) == shown
    assert lines[0]["type"] == "run_started"
    assert (lines[-1]["type"], lines[-1]["outcome"]) == ("run_finished", "answered")


def test_jsonl_streams_the_text_of_roles(umi) -> None:
    result = umi("run", "What is 17 * 23?", "--output", "jsonl", script=PRODUCT)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    said = "".join(line["text"] for line in lines if line["type"] == "text_delta" and line["role"] == "summarizer")
    assert said == "17 times 23 is 391."


def test_a_run_without_a_session_stores_nothing(umi, own_folders: Path) -> None:
    result = umi("run", "x", "--no-session", "--output", "json", script=concludes("Yes."))
    assert one_object(result.stdout)["session"] == ""
    assert not (own_folders / "data").exists()


def test_giving_up_exits_with_3(umi) -> None:
    result = umi("run", "Fly me to the moon.", script=GIVES_UP)
    assert result.exit_code == 3
    assert result.stdout == ""
    assert "The planner gave up" in result.stderr


def test_the_step_limit_exits_with_4_and_is_said(umi) -> None:
    script = [plans("Try."), calls("calculate", expression="1+1")]
    result = umi("run", "x", "--max-steps", "1", "-q", script=script)
    assert result.exit_code == 4
    assert "the limit of 1 steps was reached" in result.stderr


def test_a_run_that_fails_in_the_middle_exits_with_1_and_is_still_one_object(umi) -> None:
    script = [PRODUCT[0], PRODUCT[1], UmiError("the engine broke down", hint="Mend it.")]
    result = umi("run", "x", "--output", "json", script=script)
    value = one_object(result.stdout)
    assert result.exit_code == 1
    assert (value["outcome"], value["answer"]) == ("failed", None)
    assert value["steps"][0]["observation"]["text"] == "391"
    assert result.stderr == "error: the engine broke down\nhint: Mend it.\n"


def refuses(loaded, options):
    raise ModelLoadError("model.gguf", "no memory", hint="Close something.")


def test_a_model_that_does_not_load_is_still_one_object(umi) -> None:
    result = umi("run", "x", "--output", "json", open_engine=refuses)
    value = one_object(result.stdout)
    assert result.exit_code == 1
    assert (value["outcome"], value["answer"], value["steps"]) == ("failed", None, [])
    assert result.stderr == "error: could not load model.gguf: no memory\nhint: Close something.\n"


def test_jsonl_ends_with_run_finished_also_when_the_model_does_not_load(umi) -> None:
    result = umi("run", "x", "--output", "jsonl", open_engine=refuses)
    end: Event = from_jsonable(Event, json.loads(result.stdout))
    assert isinstance(end, RunFinished)
    assert (end.outcome, end.error, end.hint) == (
        Outcome.FAILED,
        "could not load model.gguf: no memory",
        "Close something.",
    )


def test_a_call_that_needs_permission_is_denied_where_nobody_can_be_asked(umi, tmp_path: Path) -> None:
    result = umi("run", "Write a file.", "--root", str(tmp_path), "--output", "json", script=WRITE, stdin="y\n")
    observation = one_object(result.stdout)["steps"][0]["observation"]
    assert observation["is_error"]
    assert "--allow write" in observation["text"]
    assert not (tmp_path / "new.txt").exists()


def test_what_is_allowed_is_done_below_the_root(umi, tmp_path: Path) -> None:
    result = umi("run", "Write a file.", "--root", str(tmp_path), "--allow", "write", script=WRITE)
    assert result.exit_code == 0
    assert (tmp_path / "new.txt").read_text(encoding="utf-8") == "hello"


def test_denying_a_tool_counts_more_than_allowing_its_effect(umi, tmp_path: Path) -> None:
    flags = ["--allow", "write", "--deny", "write_file"]
    result = umi("run", "Write a file.", "--root", str(tmp_path), *flags, script=WRITE)
    assert "not allowed: --deny write_file" in result.stderr
    assert not (tmp_path / "new.txt").exists()


def test_only_the_tools_asked_for_are_offered(umi) -> None:
    umi("run", "x", "--tool", "calculate", "--tool", "*_files", script=concludes("Yes."))
    assert umi.engine.prepared is not None
    assert [spec.name for spec in umi.engine.prepared] == ["calculate", "list_files", "find_files", "search_files"]


def test_a_tool_that_is_not_there_is_wrong_usage_and_the_nearest_is_named(umi) -> None:
    result = umi("run", "x", "--tool", "calculat", script=[])
    assert result.exit_code == 2
    assert "Did you mean calculate?" in result.stderr
    assert umi.opened == []


def test_a_file_of_tools_is_added_and_what_it_prints_stays_off_stdout(umi, tmp_path: Path) -> None:
    module = tmp_path / "mine.py"
    module.write_text(
        "from umi_local.tools.functions import tool\nprint('imported')\n\n@tool\n"
        "def shout(text: str) -> str:\n    '''Say it loudly.'''\n    return text.upper()\n",
        encoding="utf-8",
    )
    script = [plans("Shout."), calls("shout", text="hello"), *concludes("HELLO")]
    result = umi("run", "x", "--tools", str(module), "--output", "json", script=script)
    assert one_object(result.stdout)["steps"][0]["observation"]["text"] == "HELLO"


def test_a_module_of_tools_that_is_not_there_is_an_error_with_a_remedy(umi) -> None:
    result = umi("run", "x", "--tools", "no_such_module_of_tools", script=[])
    assert result.exit_code == 1
    assert "no_such_module_of_tools" in result.stderr
    assert "hint: " in result.stderr


def test_a_question_may_come_from_stdin(umi) -> None:
    umi("run", "-", script=concludes("Yes."), stdin="Is it\nso?\n")
    assert umi.engine.requests[0].trajectory.turns[-1].text == "Is it\nso?"


@pytest.mark.parametrize("question", ["", "  \n"])
def test_an_empty_question_is_wrong_usage(umi, question: str) -> None:
    assert umi("run", "-", script=[], stdin=question).exit_code == 2
    assert umi("run", question or " ", script=[]).exit_code == 2


def test_the_command_line_counts_before_the_file_and_the_file_before_the_default(
    umi, empty_configuration: Path
) -> None:
    empty_configuration.write_text(
        "[run]\nn_ctx = 1024\nn_threads = 1\nseed = 7\nsummarizer_tokens = 9\n", encoding="utf-8"
    )
    flags = ["--n-ctx", "2048", "--kv-type", "q8_0", "--temperature", "0.5", "--no-prefix-cache", "--n-gpu-layers", "3"]
    umi("run", "x", *flags, script=concludes("Yes."))
    options = umi.opened[0][1]
    assert (options.n_ctx, options.n_threads, options.kv_type) == (2048, 1, "q8_0")
    assert (options.prefix_cache_bytes, options.n_gpu_layers) == (0, 3)
    spoken = umi.engine.requests[0].options
    assert spoken.sampling is not None
    assert (spoken.sampling.seed, spoken.sampling.temperature) == (7, 0.5)
    assert (spoken.summarizer_tokens, spoken.caller_tokens) == (9, 512)


def test_another_configuration_can_be_named(umi, tmp_path: Path) -> None:
    path = tmp_path / "other.toml"
    path.write_text("[run]\nmax_steps = 1\n[tools]\nonly = ['weekday']\n", encoding="utf-8")
    script = [plans("Try."), calls("weekday", date="2026-11-23")]
    assert umi("run", "x", "--config", str(path), script=script).exit_code == 4
    assert [spec.name for spec in umi.engine.prepared] == ["weekday"]


def test_mistakes_in_the_configuration_are_wrong_usage(umi, empty_configuration: Path) -> None:
    empty_configuration.write_text("[run]\nn_ctxt = 1024\n", encoding="utf-8")
    result = umi("run", "x", "--output", "json", script=[])
    assert result.exit_code == 2
    assert "did you mean 'n_ctx'" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "flag", [["--n-gpu-layers", "many"], ["--top-p", "0"], ["--max-steps", "0"], ["--root", "/nowhere"]]
)
def test_a_value_that_cannot_be_is_wrong_usage(umi, flag: list[str]) -> None:
    assert umi("run", "x", *flag, script=[]).exit_code == 2


def test_a_store_that_cannot_be_written_stops_the_run_before_the_model_is_loaded(
    umi, tmp_path: Path, monkeypatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("UMI_DATA_DIR", str(tmp_path / "file" / "data"))
    result = umi("run", "x", "--output", "json", script=[])
    assert result.exit_code == 1
    assert one_object(result.stdout)["outcome"] == "failed"
    assert "--no-session" in result.stderr
    assert umi.opened == []
    assert umi("run", "x", "--no-session", script=concludes("Yes.")).exit_code == 0


def test_a_store_that_fails_in_the_middle_stops_the_run(umi) -> None:
    def loses_the_store(role, trajectory):
        with SessionStore() as store:
            store.delete("last")
        return PRODUCT[1]

    result = umi("run", "x", "--output", "json", script=[PRODUCT[0], loses_the_store])
    value = one_object(result.stdout)
    assert result.exit_code == 1
    assert value["outcome"] == "failed"
    assert value["steps"][0]["call"] is None  # what isn't stored isn't shown
    assert "was deleted while it ran" in result.stderr


def test_the_engine_is_closed_whatever_happens(umi) -> None:
    umi("run", "x", script=[UmiError("it broke")])
    assert umi.engine.is_closed


def test_text_from_models_and_tools_cannot_command_the_terminal(umi) -> None:
    evil = "\x1b]0;title\x07\x1b[2Jred \u202eevil\u202c\r\x08"
    script = [plans(evil), calls("calculate", expression=evil), *concludes(f"Answer {evil}.")]
    result = umi("run", "x", script=script)
    assert result.exit_code == 0
    for forbidden in "\x1b\x07\x08\r\u202e\u202c":
        assert forbidden not in result.stdout + result.stderr
    assert '  calculate(expression="\\u001b]0;title' in result.stderr
    assert result.stdout == "Answer red evil\n.\n"


def test_a_role_that_stays_unreachable_fails_the_run(umi, empty_configuration: Path) -> None:
    empty_configuration.write_text("[run]\nretries = 0\n", encoding="utf-8")
    result = umi("run", "x", script=[RoleUnreachableError("http://127.0.0.1:9", "connection refused")])
    assert result.exit_code == 1
    assert "error: http://127.0.0.1:9 did not answer" in result.stderr


def test_a_decision_that_the_agent_forced_says_why(umi) -> None:
    again = [plans("Once more."), calls("calculate", expression="1/0")]
    script = [*again, *again, *again, concludes("It can't be done.")[1]]
    result = umi("run", "x", script=script)
    assert "• No progress: calculate was called 3 times" in result.stderr
    assert result.stderr.count("failed: ") == 3


def test_a_long_observation_is_shortened_on_the_screen(umi, tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("".join(f"row {i}\n" for i in range(40)), encoding="utf-8")
    script = [plans("Read."), calls("read_file", path="long.txt"), *concludes("It is long.")]
    result = umi("run", "x", "--root", str(tmp_path), script=script)
    assert "more lines" in result.stderr
    assert "row 30" not in result.stderr
