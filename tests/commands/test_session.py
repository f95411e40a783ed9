from __future__ import annotations

import json
from typing import Any

import pytest

from tests.commands.scripts import GIVES_UP, PRODUCT, concludes
from umi_local.events import PlannerSpoke, RunStarted
from umi_local.messages import Decision, PlannerTurn, Usage
from umi_local.sessions.store import SessionStore


@pytest.fixture
def run_object(umi) -> dict[str, Any]:
    result = umi("run", "What is 17 * 23?", "--output", "json", script=PRODUCT)
    value: dict[str, Any] = json.loads(result.stdout)
    return value


def test_sessions_are_listed_the_newest_first(umi, run_object) -> None:
    umi("run", "Fly!", script=GIVES_UP)
    lines = umi("session", "list").stdout.splitlines()
    assert [line.split(None, 3)[0] for line in lines][1] == run_object["session"]
    assert lines[0].split()[3:] == ["gave_up", "Fly!"]
    assert lines[1].split(None, 4)[3:] == ["answered", "What is 17 * 23?"]
    assert len(umi("session", "list", "--limit", "1").stdout.splitlines()) == 1


def test_a_session_as_json_is_the_object_of_its_run_and_when_it_was(umi, run_object) -> None:
    for name in (run_object["session"], run_object["session"][:-1], "last"):
        value = json.loads(umi("session", "show", name, "--output", "json").stdout)
        assert value.pop("created").startswith(f"{run_object['session'][:4]}-")
        assert value == run_object


def test_a_session_is_shown_as_its_run_was(umi, run_object) -> None:
    result = umi("session", "show", "last")
    assert "> What is 17 * 23?\n\n• The product is needed. → call\n" in result.stdout
    assert '  calculate(expression="17*23")\n  391\n' in result.stdout
    assert "\n17 times 23 is 391.\n" in result.stdout
    assert f"session {run_object['session']}" in result.stdout


def test_a_session_of_several_questions_shows_them_all(umi) -> None:
    umi("chat", script=[*PRODUCT, *concludes("Odd.")], stdin="What is 17 * 23?\nIs it odd?\n")
    shown = umi("session", "show", "last").stdout
    assert shown.index("> What is 17 * 23?") < shown.index("> Is it odd?") < shown.index("\nOdd.\n")
    value = json.loads(umi("session", "show", "last", "--output", "json").stdout)
    assert value["answer"] == "Odd."
    (earlier,) = value["earlier"]
    assert (earlier["question"], earlier["answer"]) == ("What is 17 * 23?", "17 times 23 is 391.")


def test_a_session_whose_process_was_ended_shows_what_there_is(umi) -> None:
    with SessionStore() as store:
        session = store.create(bundle="embedded")
        session.append(RunStarted("Why?", "embedded"))
        session.append(PlannerSpoke(PlannerTurn("Because.", Decision.CONCLUDE), usage=Usage(calls=1, sampled_tokens=5)))
    assert "(still running, or its process was ended)" in umi("session", "show", "last").stdout
    value = json.loads(umi("session", "show", "last", "--output", "json").stdout)
    assert (value["outcome"], value["answer"]) == (None, None)
    assert value["steps"][0]["rationale"] == "Because."
    assert value["usage"]["total"]["sampled_tokens"] == 5


def test_a_session_that_is_not_there_is_an_error(umi) -> None:
    result = umi("session", "show", "last")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: there are no sessions yet\nhint: ")
