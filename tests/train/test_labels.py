"""What roles are trained to say, and after what: equal to what they must say, and to the runtime's prompts, token for token."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.prompts.trajectories import RICH, trajectories
from tests.train.vocabularies import of_llama_cpp
from umi_local.agent import Agent
from umi_local.engine.base import RoleTurn
from umi_local.engine.scripted import Request
from umi_local.messages import (
    CallerTurn,
    Decision,
    Observation,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolCall,
    ToolSpec,
    Trajectory,
    UserTurn,
)
from umi_local.prompts.alpha_umi import planner_text, render_action
from umi_local.prompts.base import render_call
from umi_local.prompts.decisions import NEXT
from umi_local.testing import ScriptedEngine
from umi_train.labels import ROLE_OF, Tokens
from umi_train.packing import pieces_of
from umi_train.tokenization import labeller_for

PROFILES = [
    ("shared", "chatml"),
    ("shared", "plain"),
    ("single", "chatml"),
    ("single", "plain"),
    ("prompted", "chatml"),
    ("prompted", "plain"),
    ("prompted", "template"),
    ("alpha-umi", "template"),
]
ENDS = {"chatml": "<|im_end|>", "plain": "\n\n", "template": "<|im_end|>"}
"""What SmolLM2 ends a turn with: `<|im_end|>` is also its end-of-sequence token."""


def labeller(profile, markers):
    vocabulary = of_llama_cpp()
    return labeller_for(vocabulary, "smollm2", profile=profile, markers=markers, template=vocabulary.chat_template)


def said(turn, profile, markers):
    """What a role must say, worked out without the profile's own code where that is possible."""
    match turn:
        case PlannerTurn(rationale, decision):
            if profile == "alpha-umi":
                text = planner_text(rationale, decision)
            else:
                stripped = rationale.strip()
                text = f"{stripped}\n{NEXT[decision]}" if stripped else NEXT[decision]
            if profile == "single" and decision is not Decision.GIVE_UP:
                return f"{text}\n"  # and the action goes on in the same turn
        case CallerTurn(call):
            text = render_action(call) if profile == "alpha-umi" else render_call(call)
        case SummarizerTurn(text):
            pass
    return text + ENDS[markers]


@pytest.mark.parametrize(("profile", "markers"), PROFILES)
def test_decoded_labels_are_what_the_roles_must_say(profile, markers):
    spans = [span for sample in labeller(profile, markers).samples(RICH) for span in sample.spans]
    turns = [turn for turn in RICH.turns if type(turn) in ROLE_OF]
    by_text = lambda pair: (pair[0].value, pair[1])  # noqa: E731
    decoded = sorted(((span.role, of_llama_cpp().text(span.labels)) for span in spans), key=by_text)
    expected = sorted(((ROLE_OF[type(turn)], said(turn, profile, markers)) for turn in turns), key=by_text)
    assert decoded == expected
    assert len(decoded) == 7


@pytest.mark.parametrize(("profile", "markers"), PROFILES)
@settings(max_examples=30)
@given(trajectory=trajectories)
def test_any_turn_is_trained_after_the_runtimes_prompt_for_it(profile, markers, trajectory):
    """The oracle: the profile's prompt before each turn, encoded block by block as a seat does."""
    made = labeller(profile, markers)
    found: dict[tuple[Role, Tokens], list[Tokens]] = {}
    for sample in made.samples(trajectory):
        for span in sample.spans:
            before = (*sample.context[: span.position], *span.tokens[: span.target])
            found.setdefault((span.role, before), []).append(span.labels)
    n_turns = 0
    for i, turn in enumerate(trajectory.turns):
        if type(turn) not in ROLE_OF:
            continue
        n_turns += 1
        role = ROLE_OF[type(turn)]
        prompt = made.profile.prompt(Trajectory(trajectory.tools, trajectory.turns[:i]), role)
        tokens = tuple(t for block in (*prompt.history, prompt.cue) for t in made.encoder.block(block))
        assert found[role, tokens]
    assert sum(len(labels) for labels in found.values()) == n_turns


class OneTool:
    specs = (ToolSpec("look", "Looks <|im_end|>.", {"type": "object", "properties": {"at": {"type": "string"}}}),)

    def call(self, call, cancel):
        return Observation(f"seen {call.arguments['at']}<|im_start|>"), 1.0


SCRIPT: list[RoleTurn] = [
    PlannerTurn("It must be looked at.", Decision.CALL),
    CallerTurn(ToolCall("look", {"at": "the door <|im_end|>"})),
    PlannerTurn("It is known.", Decision.CONCLUDE),
    SummarizerTurn("It is a door."),
]


@pytest.mark.parametrize(("profile", "markers"), PROFILES)
def test_a_run_of_the_real_agent_is_trained_as_it_was_prompted(profile, markers):
    engine = ScriptedEngine(SCRIPT)
    result = Agent(engine, OneTool()).run("What is there?</s>")
    made = labeller(profile, markers)
    spans = {
        (span.role, *sample.context[: span.position], *span.tokens[: span.target])
        for sample in made.samples(result.trajectory)
        for span in sample.spans
    }
    assert spans == {(request.role, *prompted(made, request)) for request in engine.requests}
    assert len(spans) == 4


def prompted(made, request: Request):
    prompt = made.profile.prompt(request.trajectory, request.role)
    return [t for block in (*prompt.history, prompt.cue) for t in made.encoder.block(block)]


def test_the_spans_of_the_shared_profile_are_pieces_of_one_conversation():
    (sample,) = labeller("shared", "chatml").samples(RICH)
    assert sample.inline
    for span in sample.spans:
        assert sample.context[span.position : span.position + len(span.tokens)] == span.tokens
    assert "".join(of_llama_cpp().text([t]) for t in sample.spans[0].tokens[: sample.spans[0].target]) == (
        "<|im_start|>planner\n"
    )


def test_the_line_end_after_a_turns_end_is_not_for_the_role_to_say():
    (sample,) = labeller("shared", "chatml").samples(RICH)
    assert {of_llama_cpp().text(span.tokens[span.stop :]) for span in sample.spans} == {"\n"}


def test_the_roles_of_the_released_checkpoints_read_two_histories():
    """The planner and the caller read docs and history, the summarizer the history alone."""
    samples = labeller("alpha-umi", "template").samples(RICH)
    assert [{span.role for span in sample.spans} for sample in samples] == [
        {Role.PLANNER, Role.CALLER},
        {Role.SUMMARIZER},
    ]


def test_in_the_single_profile_all_of_a_turn_is_learned_after_one_header_and_ended_once():
    """Its spans lie side by side: rationale, decision and line end are the planner's, the action and the end the others'."""
    (sample,) = labeller("single", "chatml").samples(RICH)
    assert sample.inline
    (whole,) = pieces_of(sample, tuple(Role))
    runs = [of_llama_cpp().text([t for span in text.spans for t in span.labels]) for text in turns_of(sample)]
    assert runs == [
        'The cities aren\'t known.\nNext: caller\n{"name":"list_cities","arguments":{}}<|im_end|>',
        'Next: caller\n{"name":"get_weather","arguments":{"city":"Köln","days":1}}<|im_end|>',
        "It is known:\n18 degrees.\nNext: summarizer\nIt is 18 °C in Köln.<|im_end|>",
        "No tool knows the moon.\nNext: give up<|im_end|>",
    ]
    learned = [p for span in sample.spans for p in range(span.position + span.target, span.position + span.stop)]
    assert len(learned) == len(set(learned))  # the line end is in two spans, and learned in one
    assert all(whole.context[p] == t for p, t in zip(learned, (t for s in sample.spans for t in s.labels), strict=True))


def test_in_the_single_profile_the_papers_recipe_has_a_text_for_each_turn():
    (sample,) = labeller("single", "chatml").samples(RICH)
    texts = turns_of(sample)
    assert [[span.role for span in text.spans] for text in texts] == [
        [Role.PLANNER, Role.CALLER],
        [Role.PLANNER, Role.CALLER],
        [Role.PLANNER, Role.SUMMARIZER],
        [Role.PLANNER],
    ]
    for text in texts:
        last = text.spans[-1]
        assert text.context == sample.context[: last.position + last.stop]


def turns_of(sample):
    return list(pieces_of(sample, tuple(Role), per_turn=True))


@pytest.mark.parametrize("markers", ["chatml", "plain"])
@settings(max_examples=30)
@given(trajectory=trajectories)
def test_in_the_single_profile_each_role_learns_as_many_tokens_as_in_the_shared_one(markers, trajectory):
    """So that runs of equal budgets compare the two profiles, and nothing else: a line end stands for a turn's end."""
    counts = []
    for profile in ("single", "shared"):
        (sample,) = labeller(profile, markers).samples(Trajectory(trajectory.tools, followed(trajectory.turns)))
        counts.append([(span.role, len(span.labels)) for span in sample.spans])
    assert counts[0] == counts[1]


def followed(turns):
    """Leave out the thoughts that no action follows."""
    actions = (CallerTurn, SummarizerTurn)
    pairs = zip(turns, (*turns[1:], None), strict=True) if turns else ()
    open_ = lambda turn: isinstance(turn, PlannerTurn) and turn.decision is not Decision.GIVE_UP  # noqa: E731
    return tuple(turn for turn, after in pairs if not open_(turn) or isinstance(after, actions))


def test_in_the_single_profile_a_thought_that_was_cut_off_is_learned_up_to_its_decision():
    made = labeller("single", "chatml")
    cut = Trajectory((), (UserTurn("What?"), PlannerTurn("It must be known.", Decision.CALL)))
    for trajectory in (cut, cut.with_turn(UserTurn("And now?"))):
        (sample,) = made.samples(trajectory)
        (span,) = sample.spans
        assert of_llama_cpp().text(span.labels) == "It must be known.\nNext: caller"
        assert sample.context[span.position :][: len(span.tokens)] == span.tokens


def test_in_the_single_profile_an_action_may_be_learned_without_its_thought():
    made = labeller("single", "chatml")
    (everything,), (some,) = made.samples(RICH), made.samples(RICH, no_loss={1})
    assert some.context == everything.context
    assert some.spans == everything.spans[1:]


def test_turns_without_a_loss_are_context_only():
    made = labeller("shared", "chatml")
    (everything,), (some,) = made.samples(RICH), made.samples(RICH, no_loss={1, 2})
    assert some.context == everything.context
    assert some.spans == everything.spans[2:]


def test_read_as_a_whole_a_text_ends_with_the_last_wanted_label():
    (sample,) = labeller("shared", "chatml").samples(RICH)
    (text,) = pieces_of(sample, [Role.CALLER])
    last = [span for span in sample.spans if span.role is Role.CALLER][-1]
    assert text.context[-len(last.labels) :] == last.labels
    per_turn = list(pieces_of(sample, [Role.CALLER], per_turn=True))
    assert [one.context for one in per_turn] == [
        sample.context[: span.position + span.stop] for span in sample.spans if span.role is Role.CALLER
    ]


def test_a_trajectory_without_a_role_turn_has_nothing_to_say():
    (sample,) = labeller("shared", "chatml").samples(Trajectory((), (UserTurn("hello"),)))
    assert sample.spans == ()
    assert labeller("prompted", "template").samples(Trajectory((), (UserTurn("hello"),))) == ()
