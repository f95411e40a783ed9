"""What the planner writes, how it decides, and what is shown of it while it speaks; the other roles' shown text too."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umi_local.engine.base import CancelToken, Sampling
from umi_local.engine.constrain import CallGrammars
from umi_local.engine.kv import Trunk
from umi_local.engine.llama_c import Context, ContextParams, Model
from umi_local.engine.sampling import Sampler
from umi_local.engine.speaking import Speech, call, plan, summarize
from umi_local.engine.text import Encoder
from umi_local.messages import Decision, Role, ToolSpec, Trajectory, UserTurn
from umi_local.prompts import AlphaUmiProfile, Segment, SharedProfile
from umi_local.prompts.base import render_call
from umi_local.prompts.decisions import NEXT

PARAMS = ContextParams(n_ctx=512, n_batch=64, n_threads=1, type_k="f32", type_v="f32")
TOOL = ToolSpec("look_up", "Look a word up.", {"type": "object", "properties": {"word": {"type": "string"}}})
QUESTION = Trajectory((TOOL,), (UserTurn("What is a llama?"),))
END = "<|im_end|>"


class SaidSampler:
    """Says given tokens, whatever the logits; decides greedily; at the end of its text it keeps choosing spaces."""

    def __init__(self, tokens):
        self.tokens = list(tokens)

    def pick(self, logits):
        if len(logits) == len(Decision):
            return int(logits.argmax())
        return self.tokens.pop(0) if self.tokens else 216  # " "


class OtherWords:
    """The shared profile with other words for the three decisions."""

    call_form = SharedProfile.call_form

    def __init__(self, *words):
        self.words = dict(zip(Decision, words, strict=True))
        self.parse_rationale = SharedProfile().parse_rationale

    def planner_segments(self, rationale, decision):
        text = rationale.strip()
        return (*([Segment(f"{text}\n")] if text else []), Segment(self.words[decision]))


@dataclass
class Desk:
    """The tiny model and a conversation; lets one role say one thing at a time."""

    model: Model
    trunk: Trunk
    shown: list[str] = field(default_factory=list)
    speech: Any = None

    def open(self, said, *, profile, role, sampling, stop_text, stops):
        encoder = Encoder(self.model)
        prompt = SharedProfile().prompt(QUESTION, role)
        self.trunk.sync([encoder.block(block) for block in prompt.history], lambda: None)
        scratch = self.trunk.fork()
        sampler: Any = Sampler(sampling)
        if said is not None:
            sampler = SaidSampler(said if isinstance(said, list) else self.model.tokenize(said, special=True))
        self.shown = []
        stops = self.model.vocab.stops if stops is None else stops
        self.speech = Speech(
            model=self.model,
            encoder=encoder,
            profile=profile or SharedProfile(),
            scratch=scratch,
            sampler=sampler,
            logits=scratch.decode(encoder.block(prompt.cue)),
            stops=stops,
            stop_text=stop_text,
            cancel=CancelToken(),
            on_text=self.shown.append,
            banned=np.array(sorted(self.model.vocab.control - stops)),
        )
        return self.speech

    def say(self, role, said, *, limit=64, profile=None, sampling=None, stop_text="", stops=None):
        """Return what the role's turn came to; `said` None lets the model itself speak."""
        speech = self.open(
            said, profile=profile, role=role, sampling=sampling or Sampling(), stop_text=stop_text, stops=stops
        )
        try:
            match role:
                case Role.PLANNER:
                    return plan(speech, limit)
                case Role.SUMMARIZER:
                    return summarize(speech, limit)
            matcher = CallGrammars(self.model).call([TOOL], speech.profile.call_form)
            return call(speech, matcher, [TOOL], limit)
        finally:
            speech.scratch.close()

    def plan(self, said, **options):
        return self.say(Role.PLANNER, said, **options)

    def fresh_logits(self, *texts):
        """The oracle: logits after the conversation, the planner's header and texts, in a context of its own."""
        encoder = Encoder(self.model)
        prompt = SharedProfile().prompt(QUESTION, Role.PLANNER)
        tokens = [token for block in (*prompt.history, prompt.cue) for token in encoder.block(block)]
        for text in texts:
            tokens += self.model.tokenize(text, special=False)
        context = Context(self.model, PARAMS)
        try:
            for start in range(0, len(tokens), 48):
                context.decode(tokens[start : start + 48], start, 0)
            return [float(logit) for logit in context.logits()]
        finally:
            context.close()

    def share(self, chosen, others, *texts):
        """The probability of a text's first token after `texts`, among it and the others' first ones."""
        logits = self.fresh_logits(*texts)
        first = [logits[token] for token in (self.token(text) for text in (chosen, *others))]
        return math.exp(first[0]) / sum(map(math.exp, first))

    def token(self, text):
        return self.model.vocab.eos if text == END else self.model.tokenize(text, special=False)[0]


@pytest.fixture(scope="module")
def desk(tiny):
    model = Model(tiny.base)
    context = Context(model, PARAMS)
    yield Desk(model, Trunk(context))
    context.close()
    model.close()


def shown_of(turn):
    return f"{turn.rationale}\n{NEXT[turn.decision]}" if turn.rationale else NEXT[turn.decision]


def test_a_rationale_at_its_limit_is_followed_by_a_marker(desk):
    turn, probabilities = desk.plan("word " * 50, limit=7)
    assert turn.rationale == "word word word word word word word"[: len(turn.rationale)]
    assert 3 <= turn.rationale.count("word") <= 7
    assert turn.decision is max(probabilities, key=lambda d: probabilities[d])
    assert desk.speech.n_sampled == 7 + 1


@pytest.mark.parametrize("rationale", ["", "I need the word.", "Two lines.\nOf reasons: 42"])
def test_the_probabilities_are_the_models_own_among_the_three_markers(desk, rationale):
    turn, probabilities = desk.plan(f"{rationale}{END}")
    assert turn.rationale == rationale
    assert sum(probabilities.values()) == pytest.approx(1)
    names = {Decision.CALL: " caller", Decision.CONCLUDE: " summarizer", Decision.GIVE_UP: " give"}
    before = ([f"{rationale}\n"] if rationale else []) + ["Next:"]
    for decision, name in names.items():
        others = [other for other in names.values() if other != name]
        assert probabilities[decision] == pytest.approx(desk.share(name, others, *before), rel=1e-3)
    assert turn.decision is max(Decision, key=lambda d: probabilities[d])


def test_the_probabilities_depend_on_the_rationale(desk):
    assert desk.plan(f"One.{END}")[1] != desk.plan(f"Something else.{END}")[1]


def test_markers_that_part_late_have_the_probabilities_of_their_sequences(desk):
    profile = OtherWords("Next: ask tool", "Next: ask user", "Next: stop")
    _, probabilities = desk.plan(f"Hm.{END}", profile=profile)
    ask = desk.share(" ask", [" stop"], "Hm.\n", "Next:")
    tool = desk.share(" tool", [" user"], "Hm.\n", "Next: ask")
    exact = {Decision.CALL: ask * tool, Decision.CONCLUDE: ask * (1 - tool), Decision.GIVE_UP: 1 - ask}
    assert probabilities == pytest.approx(exact, rel=2e-3)
    assert min(exact.values()) > 1e-6


def test_a_marker_that_begins_another_ends_where_the_turn_would(desk):
    profile = OtherWords("Next: ask", "Next: ask user", "Next: stop")
    _, probabilities = desk.plan(f"Hm.{END}", profile=profile)
    ask = desk.share(" ask", [" stop"], "Hm.\n", "Next:")
    alone = desk.share(END, [" user"], "Hm.\n", "Next: ask")
    exact = {Decision.CALL: ask * alone, Decision.CONCLUDE: ask * (1 - alone), Decision.GIVE_UP: 1 - ask}
    assert probabilities == pytest.approx(exact, rel=2e-3)


@pytest.mark.parametrize("said", [END, f" \n {END}"])
def test_markers_that_part_at_once_are_weighed_where_the_turn_begins(desk, said):
    profile = OtherWords("Tool", "Answer", "Stop")
    _, probabilities = desk.plan(said, profile=profile)
    assert probabilities[Decision.CALL] == pytest.approx(desk.share("Tool", ["Answer", "Stop"]), rel=1e-3)
    assert sum(probabilities.values()) == pytest.approx(1)


def test_equal_seeds_give_equal_turns_and_other_seeds_others(desk):
    turns = [desk.plan(None, limit=12, sampling=Sampling(temperature=1.0, seed=seed)) for seed in (1, 1, 2, 3)]
    assert turns[0] == turns[1]
    assert len({turn.rationale for turn, _ in turns}) == 3


def test_at_temperature_one_every_decision_is_taken_as_often_as_it_is_likely(desk):
    profile = OtherWords("Next: a", "Next: b", "Next: c")
    runs = [
        desk.plan(None, limit=0, profile=profile, sampling=Sampling(temperature=1.0, seed=seed)) for seed in range(60)
    ]
    probabilities = runs[0][1]
    assert all(run[1] == probabilities for run in runs)
    for decision in Decision:
        share = sum(turn.decision is decision for turn, _ in runs) / len(runs)
        assert abs(share - probabilities[decision]) < 0.2
    assert len({turn.decision for turn, _ in runs}) > 1


@pytest.mark.parametrize(
    ("said", "rationale"),
    [
        ("Next: caller", ""),
        ("\n\nNext: caller", ""),
        ("  Next: whatever comes", ""),
        ("It is known.\nNext: caller\nNext: give up", "It is known."),
        ("It is known.\n \t Next: summarizer", "It is known."),
        ("Is known.\n\n\nNext: summarizer", "Is known."),
        (" The next: is Next: inside\nNext", "The next: is Next: inside"),
        (f"It is.\nNex{END}", "It is."),
        (f"Nexus is a word.\nNext to it.{END}", "Nexus is a word.\nNext to it."),
    ],
)
def test_a_line_that_begins_with_next_ends_the_rationale(desk, said, rationale):
    turn, _ = desk.plan(said, limit=len(desk.model.tokenize(said, special=True)))
    assert turn.rationale == rationale
    assert "".join(desk.shown) == shown_of(turn)


def test_what_the_model_wrote_beyond_its_rationale_does_not_shape_its_decision(desk):
    plain = desk.plan(f"It is.{END}")
    early = desk.plan("It is.\n\n Next: give up, I say")
    assert early[0] == plain[0]
    assert early[1] == pytest.approx(plain[1], rel=1e-3)


@pytest.mark.parametrize("seed", range(12))
def test_a_rationale_never_holds_control_tokens(desk, seed):
    turn, _ = desk.plan(None, limit=24, sampling=Sampling(temperature=3.0, seed=seed))
    names = [desk.model.text([token]) for token in desk.model.vocab.control]
    assert not [name for name in names if name in turn.rationale]
    assert "".join(desk.shown) == shown_of(turn)


def test_control_tokens_are_masked_even_where_the_model_wants_them(desk):
    speech = desk.open(None, profile=None, role=Role.PLANNER, sampling=Sampling(), stop_text="", stops=None)
    stops = speech.stops
    for token in desk.model.vocab.control - stops:
        speech.logits = np.full(desk.model.vocab.n_tokens, -1.0, np.float32)
        speech.logits[token] = 100.0
        assert speech.pick_free() not in desk.model.vocab.control - stops
    speech.scratch.close()


WORDS = [
    "N",
    "Ne",
    "Next",
    "Next:",
    ":",
    " ",
    "\n",
    "\n\n",
    "\t",
    "caller",
    " The",
    "é",
    "日",
    "🙂",
    "###",
    "</s>",
    "</",
    "s>",
]

written = st.lists(st.sampled_from(WORDS), max_size=9).map("".join)


@settings(max_examples=60)
@given(said=written, limit=st.integers(0, 14), stop_text=st.sampled_from(["", "\n\n", "</s>"]))
def test_the_planners_shown_pieces_make_its_turn_whatever_it_writes(desk, said, limit, stop_text):
    turn, probabilities = desk.plan(said + END, limit=limit, stop_text=stop_text)
    assert "".join(desk.shown) == shown_of(turn)
    assert turn.rationale == turn.rationale.strip()
    assert not stop_text or stop_text not in turn.rationale
    assert sum(probabilities.values()) == pytest.approx(1)


@settings(max_examples=60)
@given(said=written, limit=st.integers(0, 14), stop_text=st.sampled_from(["", "\n\n", "</s>"]))
def test_the_summarizers_shown_pieces_make_its_turn_whatever_it_writes(desk, said, limit, stop_text):
    turn, was_cut = desk.say(Role.SUMMARIZER, said + END, limit=limit, stop_text=stop_text)
    assert "".join(desk.shown) == turn.text
    assert turn.text == turn.text.strip()
    assert not stop_text or stop_text not in turn.text
    if limit == 14 and not was_cut and not stop_text:
        assert turn.text == said.strip()


def test_the_callers_shown_pieces_make_its_call(desk):
    turn, _ = desk.say(Role.CALLER, None, limit=24, sampling=Sampling(temperature=1.0, seed=4))
    assert "".join(desk.shown) == render_call(turn.call)
    assert len(desk.shown) > 1


@pytest.mark.parametrize("said", ["Four.\n\nMore", "\n\nFour.\n\n", "Four.\n\n   indented"])
@pytest.mark.parametrize("role", [Role.PLANNER, Role.SUMMARIZER])
def test_a_family_without_stop_tokens_ends_its_turns_at_a_blank_line(desk, role, said):
    turn, _ = desk.say(role, said, stop_text="\n\n", stops=frozenset())
    assert (turn.rationale if role is Role.PLANNER else turn.text) == "Four."
    assert "".join(desk.shown) == ("Four." if role is Role.SUMMARIZER else shown_of(turn))


def test_an_answer_at_its_limit_says_that_it_was_cut(desk):
    said = desk.model.tokenize("one two three four five", special=False)
    assert desk.say(Role.SUMMARIZER, said, limit=3) == (desk.say(Role.SUMMARIZER, [*said[:3], 2])[0], True)
    assert desk.say(Role.SUMMARIZER, f"Fine.{END}", limit=9)[1] is False


def test_a_character_of_several_tokens_is_shown_when_it_is_whole(desk):
    tokens = desk.model.tokenize("🙂🙂", special=False)
    assert len(tokens) > 2
    turn, _ = desk.say(Role.SUMMARIZER, [*tokens, 2])
    assert turn.text == "🙂🙂"
    assert "\ufffd" not in "".join(desk.shown)
    broken, _ = desk.say(Role.SUMMARIZER, [*tokens[:-1], 2])
    assert broken.text.startswith("🙂")
    assert "".join(desk.shown) == broken.text


def test_the_released_checkpoints_marker_is_shown_with_its_full_stop(desk):
    turn, _ = desk.plan(f"I know.{END}", profile=AlphaUmiProfile())
    assert turn.rationale == "I know."
    assert "".join(desk.shown) in {f"I know.\nNext: {end}." for end in ("caller", "conclusion", "give up")}
