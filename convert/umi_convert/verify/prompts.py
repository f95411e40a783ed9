"""Prompts, rendered and tokenized: what each role reads before each of its turns must be the same on both sides.

Where a role is prompted through the model's own chat template, the source's template is rendered as well: what the GGUF
carries must write the same text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from umi_convert.verify.probes import first_difference, n_equal
from umi_convert.verify.turns import Place
from umi_convert.verify.values import Check
from umi_local.engine.scoring import prompt_tokens, turn_tokens
from umi_local.engine.seats import Seat
from umi_local.errors import BundleError
from umi_local.messages import Role, Trajectory
from umi_local.prompts import PromptedProfile
from umi_local.prompts.base import Prompt

_MAX_TURN_TOKENS = 128
"""Of a long turn only the first tokens are scored: a long answer must not be all that counts."""

_CONTEXT_CHARS = 24


@dataclass(frozen=True, slots=True)
class Encoded:
    """What a role reads before a turn, as text and tokens, and the turn's own tokens."""

    text: str
    prompt: tuple[int, ...]
    turn: tuple[int, ...]

    @property
    def scored(self) -> tuple[int, ...]:
        """The turn's tokens that are scored."""
        return self.turn[:_MAX_TURN_TOKENS]

    @property
    def n_positions(self) -> int:
        """Rows of logits that scoring gives: one before each token, and one after the last."""
        return len(self.scored) + 1


def encode(seat: Seat, trajectories: Sequence[Trajectory], place: Place) -> Encoded:
    """Render and tokenize one turn and what comes before it."""
    prompt = render(seat, trajectories, place)
    return Encoded(
        text=prompt.text,
        prompt=prompt_tokens(seat, prompt),
        turn=turn_tokens(seat, place.spoken(trajectories)),
    )


def render(seat: Seat, trajectories: Sequence[Trajectory], place: Place) -> Prompt:
    """Return what the role reads before a turn."""
    return seat.profile.prompt(place.before(trajectories), place.role)


def outside_texts(seats: Mapping[Role, Seat], trajectories: Sequence[Trajectory], places: Sequence[Place]) -> list[str]:
    """Return every text from outside that the prompts hold, each once."""
    texts: dict[str, None] = {}
    for place in places:
        prompt = render(seats[place.role], trajectories, place)
        for block in (*prompt.history, prompt.cue):
            texts |= dict.fromkeys(segment.text for segment in block.segments if not segment.trusted)
    return list(texts)


def check_prompts(
    found: Mapping[Place, Encoded], expected: Mapping[Place, Encoded], role: Role, template_problem: str | None = None
) -> Check:
    """Compare a role's prompts and turns, token for token.

    Args:
        template_problem: What is wrong with the rendering through the source's template, if anything.
    """
    n, n_different, shown = 0, 0, template_problem
    for place in (place for place in expected if place.role is role):
        n += 1
        if found[place] != expected[place]:
            n_different += 1
            shown = shown or f"before {place}, {_difference(found[place], expected[place])}"
    return Check(n=n, n_different=max(n_different, int(shown is not None)), difference=shown)


def _difference(found: Encoded, expected: Encoded) -> str:
    if found.text != expected.text:
        return text_difference(found.text, expected.text)
    if found.prompt != expected.prompt:
        return first_difference(found.text, found.prompt, expected.prompt)
    return "of the turn itself, " + first_difference("the turn", found.turn, expected.turn)


def text_difference(found: str, expected: str) -> str:
    """Return a phrase on where two texts part."""
    at = n_equal(found, expected)
    start = max(at - _CONTEXT_CHARS, 0)
    here, there = (text[start : at + _CONTEXT_CHARS] for text in (found, expected))
    return f"character {at + 1:,} of the prompt: {here!r} instead of {there!r}"


def source_template_problem(
    seat: Seat, template: str | None, trajectories: Sequence[Trajectory], places: Sequence[Place]
) -> str | None:
    """Return how the source's chat template writes other prompts than the role's own, or None.

    Only for roles that are prompted through the template in their file; bundles say so with `markers = "template"`.
    """
    if template is None:
        return "the source has no chat template, and the bundle's model has one"
    vocab = seat.model.vocab
    bos, eos = (seat.model.text([token]) if token >= 0 else "" for token in (vocab.bos, vocab.eos))
    try:
        source = PromptedProfile(template, bos=bos, eos=eos, add_bos=vocab.add_bos)
        for place in places:
            expected = source.prompt(place.before(trajectories), place.role).text
            found = render(seat, trajectories, place).text
            if found != expected:
                return f"through the source's chat template, before {place}, {text_difference(found, expected)}"
    except BundleError as error:
        return f"through the source's chat template: {error}"
    return None
