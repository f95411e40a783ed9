"""The training pack: all of it, and each rule on a dialogue of our own."""

from __future__ import annotations

import json
import re

import pytest

from tests.train.data_files import NEEDS_PACK, PACK, told, write_lines
from umi_local.errors import RecordFileError
from umi_local.messages import CallerTurn, PlannerTurn, SummarizerTurn, ToolTurn, UserTurn
from umi_local.records import validate, write_records
from umi_local.records.statistics import statistics
from umi_train.importers.pack import MAX_RATIONALE_CHARS, import_pack, observation_of
from umi_train.importers.report import ImportReport

SEARCH = {
    "name": "search_city",
    "description": "Search a city by its name. Returns its id.",
    "parameters": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
}
WEATHER = {
    "name": "weather",
    "description": "Get the weather.",
    "parameters": {"type": "object", "properties": {"cityId": {"type": "string"}}, "required": ["cityId"]},
}
LOOK_UP = {
    "name": "ToolSearcher",
    "description": "Searches tools.",
    "parameters": {"type": "object", "properties": {"keywords": {"type": "string"}}, "required": []},
}


def step(name="search_city", arguments=None, observation='{"id": "c-77"}', ok=True, rationale=None, hint=None):
    call = {"name": name, "arguments": {"name": "Köln"} if arguments is None else arguments}
    return {"rationale": rationale, "hint": hint, "call": call, "observation": observation, "ok": ok}


def dialogue(*turns, tools=(SEARCH, WEATHER, LOOK_UP), **fields):
    listed = [{"user": user, "steps": list(steps), "answer": answer} for user, steps, answer in turns]
    about = {"id": "d/1", "source": "ours", "license": "CC0-1.0", "split": "dev"}
    return {**about, "tools": list(tools), "turns": listed, **fields}


def imported(tmp_path, *dialogues):
    report = ImportReport()
    return list(import_pack(write_lines(tmp_path / "d.jsonl", dialogues), report)), report


@pytest.fixture(scope="session")
def whole_pack(tmp_path_factory):
    if not PACK.is_dir():
        pytest.skip(NEEDS_PACK)
    report = ImportReport()
    path = tmp_path_factory.mktemp("pack") / "pack.jsonl.gz"
    records = []

    def kept():
        for record in import_pack(PACK, report):
            records.append(record)
            yield record

    write_records(path, kept())
    return path, records, report


def test_the_whole_pack_is_imported_and_sound(whole_pack):
    path, records, report = whole_pack
    assert len(records) == report.n_records == 7198
    assert not report.dropped
    assert list(validate(path)) == []


def test_the_packs_counts_are_those_of_its_readme(whole_pack):
    _, records, report = whole_pack
    found = statistics(records)
    assert found.splits == {"train": 6834, "dev": 364}
    assert found.turns["user"] == 51_697
    left_out = (
        report.changed["look-ups of tools on offer left out"],
        report.changed["calls after one without a result left out"],
    )
    assert left_out == (397, 9)
    assert found.turns["caller"] == 23_984 - sum(left_out)
    assert report.changed["records that end before the answer"] == 16
    assert report.changed["records that end with a call"] == 11
    assert found.unfinished == 27
    assert found.licenses == {"MIT": 5452 + 259 + 370, "CC-BY-4.0": 500, "Apache-2.0": 309, "Apache-2.0 AND MIT": 308}
    assert found.silent == 0


def test_no_number_of_a_made_rationale_is_invented(whole_pack):
    """Every number in a made rationale stands in the record before it, or counts the calls since the user spoke."""
    _, records, _ = whole_pack
    n_looked_at = 0
    for record in records:
        if record.source.startswith("FireAct"):  # has its own rationales
            continue
        known = json.dumps([[t.name, t.description, str(t.parameters)] for t in record.trajectory.tools])
        n_calls = 0
        for turn in record.trajectory.turns:
            if isinstance(turn, PlannerTurn) and turn.rationale[:1].isupper():
                for number in re.findall(r"\d+", turn.rationale):
                    assert number in known or int(number) == n_calls, (record.id, turn.rationale)
                    n_looked_at += 1
            n_calls = 0 if isinstance(turn, UserTurn) else n_calls + isinstance(turn, CallerTurn)
            known += str(turn)
    assert n_looked_at > 500


def test_rationales_vary_and_stay_short(whole_pack):
    _, records, _ = whole_pack
    rationales = [t.rationale for r in records for t in r.trajectory.turns if isinstance(t, PlannerTurn)]
    assert len(set(rationales)) > 8000
    assert max(map(len, rationales)) < 600
    assert not any("\n" in rationale for rationale in rationales)
    commonest = max(map(rationales.count, set(rationales[:300])))
    assert commonest < len(rationales) / 15


def test_importing_twice_gives_the_same(tmp_path):
    one = dialogue(("Is it warm in Köln?", [step()], "c-77 it is."))
    assert imported(tmp_path, one)[0] == imported(tmp_path, one)[0]


def test_steps_and_answers_become_turns(tmp_path):
    one = dialogue(
        (
            "[Today is Monday.]\nIs it warm in Köln?",
            [
                step(rationale="First its id.\nThen the rest."),
                step("weather", {"cityId": "c-77"}, '{"error": "no data"}', ok=False, rationale="Now the weather."),
            ],
            "I don't know.",
        ),
        ("Thanks, bye!", [], "Bye."),
    )
    (record,), _ = imported(tmp_path, one)
    turns = told(record)
    assert turns[:4] == [
        ("user", "[Today is Monday.]\nIs it warm in Köln?"),
        ("call", "First its id. Then the rest."),
        ("caller", "search_city", {"name": "Köln"}),
        ("tool", '{"id": "c-77"}'),
    ]
    assert turns[6] == ("error", '{"error": "no data"}')
    assert [kind for kind, *_ in turns[7:]] == ["conclude", "answer", "user", "conclude", "answer"]
    assert (record.id, record.source, record.license, record.split) == ("d/1", "ours", "CC0-1.0", "dev")
    assert record.metadata == {}


def test_a_cut_observation_counts_what_was_cut():
    cut = observation_of("abc …[+1,234 chars]")
    assert (cut.text, cut.omitted_chars) == ("abc", 1234)
    assert observation_of("abc…[+5 chars]\n").omitted_chars == 5
    assert observation_of("…[+5 chars] abc").omitted_chars == 0


def test_only_an_error_and_nothing_else_is_an_error():
    assert observation_of('{"error": "no"}').is_error
    assert not observation_of('{"error": null, "id": 3}').is_error
    assert not observation_of('{"TotalItems": 0}').is_error
    assert not observation_of('{"error": ').is_error


def test_an_answer_that_is_not_there_ends_the_record(tmp_path):
    (record,), report = imported(tmp_path, dialogue(("Köln?", [step()], None), ("Hello?", [], "Yes?")))
    assert [kind for kind, *_ in told(record)] == ["user", "call", "caller", "tool"]
    assert record.is_unfinished
    assert report.changed["records that end before the answer"] == 1


def test_a_call_without_a_result_is_the_end(tmp_path):
    steps = [step(), step(ok=None, observation=""), step(ok=None, observation="")]
    (record,), report = imported(tmp_path, dialogue(("Köln?", steps, None)))
    assert isinstance(record.trajectory.turns[-1], CallerTurn)
    assert record.is_unfinished
    assert report.changed["calls after one without a result left out"] == 1


def test_look_ups_of_tools_on_offer_are_left_out_with_their_tool(tmp_path):
    look_up = step("ToolSearcher", {"keywords": "weather"})
    (record,), report = imported(tmp_path, dialogue(("Köln?", [look_up, step(), look_up], "c-77.")))
    assert [tool.name for tool in record.trajectory.tools] == ["search_city", "weather"]
    assert [t.call.name for t in record.trajectory.turns if isinstance(t, CallerTurn)] == ["search_city"]
    assert report.changed["look-ups of tools on offer left out"] == 2


def test_a_record_of_nothing_but_look_ups_keeps_them(tmp_path):
    (record,), _ = imported(
        tmp_path, dialogue(("Köln?", [step("ToolSearcher", {"keywords": "weather"})], "Which day?"))
    )
    assert "ToolSearcher" in [tool.name for tool in record.trajectory.tools]
    assert sum(isinstance(turn, ToolTurn) for turn in record.trajectory.turns) == 1


def test_a_long_rationale_is_replaced(tmp_path):
    long = "I think about the form of the call. " * 20
    (record,), report = imported(tmp_path, dialogue(("Köln?", [step(rationale=long)], "c-77.")))
    assert len(record.trajectory.turns[1].rationale) < MAX_RATIONALE_CHARS
    assert report.changed["long rationales replaced"] == 1


@pytest.mark.parametrize(
    ("observation", "answer", "is_learned"),
    [
        ('{"t": 1234.50}', "It has 1,234.5 degrees.", True),
        ('{"t": 18}', "It has 19 degrees.", False),
        ("18 …[+40 chars]", "It has 18 degrees in Bonn.", False),
        ("18 in Bonn …[+40 chars]", "It has 18 degrees in Bonn.", True),
        ("18 …[+40 chars]", "It has 18 degrees, but the result was truncated.", False),
        ("18", "It has 18 degrees in Bonn.", True),
        ("18", "1. Warm\n2. Sunny\n3) Nice", True),
    ],
)
def test_answers_with_facts_out_of_nowhere_are_not_learned(tmp_path, observation, answer, is_learned):
    (record,), _ = imported(tmp_path, dialogue(("Köln?", [step(observation=observation)], answer)))
    assert isinstance(record.trajectory.turns[5], SummarizerTurn)
    assert record.no_loss == (set() if is_learned else {5})


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"id": 1}, "not a dialogue of the pack: id is 1; expected str; source is missing"),
        ({**dialogue(), "turns": [{"user": "a", "steps": []}]}, r"turns\[0\].answer is missing"),
        ({**dialogue(), "split": "all"}, "split is 'all'; expected one of train, dev, test"),
        ([], "must be a table with keys"),
    ],
)
def test_what_is_no_dialogue_is_named_with_its_line(tmp_path, line, message):
    path = write_lines(tmp_path / "d.jsonl", [dialogue(("a", [], "b")), line])
    with pytest.raises(RecordFileError, match=message) as caught:
        list(import_pack(path))
    assert caught.value.line == 2


def test_a_folder_without_data_is_an_error(tmp_path):
    with pytest.raises(RecordFileError, match=r"holds no \.jsonl or \.jsonl\.gz"):
        list(import_pack(tmp_path))


def test_a_dialogue_whose_calls_do_not_fit_is_dropped_and_counted(tmp_path):
    records, report = imported(
        tmp_path, dialogue(("Köln?", [step(arguments={})], "No.")), dialogue(("Hi", [], "Hi."), id="d/2")
    )
    assert [record.id for record in records] == ["d/2"]
    assert report.dropped == {"arguments that don't fit": 1}
    assert report.examples["arguments that don't fit"] == ["d/1: turns[2].call.arguments name is missing"]
    assert report.rows()[0][:2] == ("dropped: arguments that don't fit", "1")
