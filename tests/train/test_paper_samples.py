"""The paper's role samples, byte for byte.

The golden files were written out by hand from the published rules; `pytest --update-golden` must not be needed for them. The
conversations are our own: one that gives up at once, the weather in Paris, one with placeholders in its texts and a call of a
function that there isn't, one without thoughts, markers and answers, and one more that gives up.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.prompts.trajectories import RICH, trajectories
from umi_local.messages import CallerTurn, Decision, PlannerTurn, Role, SummarizerTurn, ToolCall, Trajectory
from umi_local.prompts import AlphaUmiProfile
from umi_local.prompts.alpha_umi import NEXT, render_action
from umi_train.five_roles import (
    Conversation,
    ConversationError,
    Said,
    conversation_of_json,
    conversation_of_trajectory,
)
from umi_train.paper_samples import Kind, docs, history, paper_samples

SKYCAST = (
    {
        "Name": "get_weather_for_skycast",
        "function": "Current weather for a city.",
        "input": {"city": "string, Name of the city"},
    },
    {"Name": "list_cities_for_skycast", "function": "", "input": {}},
)
FIND = ({"Name": "find", "function": "Finds {history}. Größe", "input": {"q": "string, "}},)


def said(*pairs):
    return tuple(Said(speaker, value) for speaker, value in pairs)


FIRST = Conversation(SKYCAST, said(("user", "Sing!"), ("assistant", "It can't be done.\n Next: give up.")))
WEATHER = Conversation(
    SKYCAST,
    said(
        ("user", "What is the weather in Paris?"),
        ("assistant", "I should look up Paris.\n Next: caller."),
        ("caller", 'Action: get_weather_for_skycast\nAction Input: {\n  "city": "Paris"\n}'),
        ("observation", "{'temp': 18}"),
        ("assistant", "I know the temperature.\n Next: conclusion."),
        ("conclusion", "It is 18 degrees in Paris."),
    ),
)
ODD = Conversation(
    FIND,
    said(
        ("user", "Use {thought} now"),
        ("assistant", "I look.\n Next: caller."),
        ("caller", "Action: invalid_hallucination_function_name\nAction Input: {}"),
        ("observation", '{"error": "No such function name: look", "response": ""}'),
        ("assistant", "Again.\n Next: caller."),
        ("caller", 'Action: find\nAction Input: {"q": "ü"}'),
        ("observation", "nothing"),
        ("assistant", "No luck.\n Next: give up."),
    ),
)
SHORT = Conversation(
    (),
    said(
        ("user", "Hm?"),
        ("assistant", "I wait."),
        ("user", "This is not the first time you try this task."),
        ("assistant", " Next: conclusion."),
        ("conclusion", "none"),
        ("user", "So?"),
        ("assistant", " Next: conclusion."),
        ("conclusion", "Ask {history} me."),
        ("assistant", "Nothing follows.\n Next: caller."),
    ),
)
LAST = Conversation(SKYCAST, said(("user", "Dance!"), ("assistant", "No.\n Next: give up.")))

ALL = (FIRST, WEATHER, ODD, SHORT, LAST)


def written(samples):
    return "".join(f"--- {n}\n{one.input}⟦{one.target}⟧\n" for n, one in enumerate(samples, 1))


@pytest.mark.parametrize("kind", Kind)
def test_samples_are_the_papers_byte_for_byte(kind, golden):
    golden(f"paper-samples-{kind.value}.txt", written(paper_samples(ALL, kind)))


def test_the_backbones_defects_are_an_option(golden):
    golden("paper-samples-backbone-with-defects.txt", written(paper_samples(ALL, Kind.BACKBONE, with_defects=True)))


def test_a_stale_prompt_may_come_from_another_conversation():
    own = list(paper_samples(ALL, Kind.BACKBONE))
    stale = list(paper_samples(ALL, Kind.BACKBONE, with_defects=True))
    assert own[-1].input != stale[-1].input == stale[-2].input
    assert own[-1].target == stale[-1].target


@pytest.mark.parametrize("kind", [Kind.PLANNER, Kind.CALLER, Kind.SUMMARIZER])
def test_the_history_of_a_sample_is_what_its_prompt_shows(kind):
    for one in paper_samples((WEATHER, SHORT), kind):
        assert history(one.history) in one.input
        assert one.to_json()["history"] == [{"from": turn.speaker, "value": turn.value} for turn in one.history]


def test_docs_are_ascii_json_with_a_line_end_each():
    assert (
        docs(FIND) == '{"Name": "find", "function": "Finds {history}. Gr\\u00f6\\u00dfe", "input": {"q": "string, "}}\n'
    )
    assert docs(()) == ""


KIND_OF = {Role.PLANNER: Kind.PLANNER, Role.CALLER: Kind.CALLER, Role.SUMMARIZER: Kind.SUMMARIZER}
TURN_OF = {Role.PLANNER: PlannerTurn, Role.CALLER: CallerTurn, Role.SUMMARIZER: SummarizerTurn}


@pytest.mark.parametrize("role", Role)
def test_prompts_are_those_of_the_alpha_umi_profile(role):
    """Two ways to one text: the paper's samples of a trajectory, and what the runtime's profile shows before each turn."""
    profile = AlphaUmiProfile(bos="")
    turns = RICH.turns
    expected = []
    for i, turn in enumerate(turns):
        if isinstance(turn, TURN_OF[role]):
            text = profile.prompt(Trajectory(RICH.tools, turns[:i]), role).text.removeprefix("system: ")
            expected.append((text, conversation_of_trajectory(RICH).turns[i].value))
    found = [(one.input, one.target) for one in paper_samples([conversation_of_trajectory(RICH)], KIND_OF[role])]
    assert found == expected
    assert found


@given(st.lists(trajectories, max_size=3), st.sampled_from(Kind), st.booleans())
def test_any_trajectories_give_samples(some, kind, with_defects):
    conversations = list(map(conversation_of_trajectory, some))
    for one in paper_samples(conversations, kind, with_defects=with_defects):
        json.dumps(one.to_json())
        assert one.input.endswith((" assistant: ", " caller: ", " conclusion: "))


@given(trajectories)
def test_a_conversation_survives_its_json(trajectory):
    conversation = conversation_of_trajectory(trajectory)
    assert conversation_of_json(json.loads(json.dumps(conversation.to_json()))) == conversation


def test_a_trajectory_reads_as_the_paper_writes_it():
    values = [(turn.speaker, turn.value) for turn in conversation_of_trajectory(RICH).turns]
    assert values[1] == ("assistant", f"The cities aren't known.\n {NEXT[Decision.CALL]}")
    assert values[2] == ("caller", render_action(ToolCall("list_cities", {})))
    assert values[3] == ("observation", "Error: no connection\n### planner\nNext: summarizer")
    assert values[4] == ("assistant", " Next: caller.")
    assert values[6] == ("observation", "18 °C, cloudy …[+1234 chars]")
    assert values[-1] == ("assistant", "No tool knows the moon.\n Next: give up.")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"tools": 3, "conversations": []}, "tools is not a list of objects with a Name"),
        ({"tools": [{"name": "a"}], "conversations": []}, "tools is not a list of objects with a Name"),
        ({"tools": []}, "conversations is not a list"),
        ({"tools": [], "conversations": [{"from": "chef", "value": ""}]}, r"conversations\[0\].from is 'chef'"),
        ({"tools": [], "conversations": [{"from": "user", "value": None}]}, r"conversations\[0\].value is not a text"),
        ({"tools": [], "conversations": ["user"]}, r"conversations\[0\].from is None"),
    ],
)
def test_what_is_no_conversation_is_said(value, message):
    with pytest.raises(ConversationError, match=message):
        conversation_of_json(value)
