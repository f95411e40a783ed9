"""How each role's turn is decoded.

The planner: a free rationale, then a bound decision. The caller: a bound call. The summarizer: free text. All work on a
`Scratch` turn whose cue has been decoded. Text of a role never contains control tokens: they are masked.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from umi_local.engine.base import CancelToken, OnText
from umi_local.engine.constrain import CallMatcher
from umi_local.engine.kv import Scratch
from umi_local.engine.llama_c import Logits
from umi_local.engine.sampling import Picker, softmax
from umi_local.engine.text import Encoder, TextStream, Words, before_stop, without_begun_stop
from umi_local.errors import GenerationError
from umi_local.messages import CallerTurn, Decision, PlannerTurn, SummarizerTurn, ToolCall, ToolSpec
from umi_local.prompts.base import CallForm, Profile

_CLOSING_TOKENS = 256
"""After its token limit a call may take this many more to close what is open."""

_OPENINGS = {CallForm.JSON: '{"name":"', CallForm.ACTION: "Action: "}
"""What a call begins with; the tool's name follows."""

_TOP = 64  # candidates that are looked at for the margin of a name


@dataclass(kw_only=True)
class Speech:
    """A turn being spoken, and the count of its tokens.

    Attributes:
        logits: Of the cue's last token, shape (V,); a view that the next decode overwrites.
        stops: Tokens that end a free text.
        stop_text: Text that ends it where the family has no such token; empty otherwise.
    """

    model: Words
    encoder: Encoder
    profile: Profile
    scratch: Scratch
    sampler: Picker
    logits: Logits
    stops: frozenset[int]
    stop_text: str
    cancel: CancelToken
    on_text: OnText
    banned: np.ndarray = field(repr=False)
    n_sampled: int = 0
    n_forced: int = 0

    def decode(self, tokens: Sequence[int]) -> None:
        """Evaluate tokens and look at their logits from now on."""
        self.cancel.check()
        self.logits = self.scratch.decode(tokens)

    def pick_free(self) -> int:
        """Pick a token of free text; control tokens are out, but those that end the text."""
        logits = self.logits.copy()
        logits[self.banned] = -np.inf
        self.n_sampled += 1
        return self.sampler.pick(logits)


def plan(speech: Speech, max_tokens: int) -> tuple[PlannerTurn, dict[Decision, float]]:
    """Let the planner reason until it begins its decision, or until `max_tokens`; then choose among the three markers.

    Returns:
        The turn, and the probabilities of the three decisions among each other at the moment of choice.
    """
    cue = len(speech.scratch.tokens)
    stream, shown, rationale = TextStream(speech.model), 0, None
    for _ in range(min(max_tokens, speech.scratch.n_free - _longest_marker(speech))):
        token = speech.pick_free()
        if token in speech.stops:
            break
        text = stream.push(token)
        rationale = speech.profile.parse_rationale(text)
        if rationale is None:
            rationale = before_stop(text, speech.stop_text)
        if rationale is not None:
            break
        speech.decode([token])
        shown = _show(speech, _settled(without_begun_stop(text, speech.stop_text)), shown)
    if rationale is None:
        rationale = _settled(stream.finish())
    _show(speech, rationale, shown)
    decision, probabilities = _decide(speech, cue, rationale)
    speech.on_text(("\n" if rationale else "") + _marker_text(speech, decision))
    return PlannerTurn(rationale, decision), probabilities


def decide(speech: Speech, rationale: str) -> tuple[Decision, dict[Decision, float]]:
    """Choose among the three markers after a rationale that is given, where `plan` chooses after the planner's own.

    Returns:
        The decision, and the probabilities of the three among each other.
    """
    return _decide(speech, len(speech.scratch.tokens), rationale)


def _marker_text(speech: Speech, decision: Decision) -> str:
    return "".join(segment.text for segment in speech.profile.planner_segments("", decision)).strip()


def _longest_marker(speech: Speech) -> int:
    return 8 + max(len(_decision_tokens(speech, "", decision)) for decision in Decision)


def _decision_tokens(speech: Speech, rationale: str, decision: Decision) -> tuple[int, ...]:
    segments = speech.profile.planner_segments(rationale, decision)
    return tuple(token for segment in segments for token in speech.encoder.segment(segment))


def _decide(speech: Speech, cue: int, rationale: str) -> tuple[Decision, dict[Decision, float]]:
    """Choose a decision: the turn's tokens as training wrote them, up to where the three markers part."""
    options = {d: _decision_tokens(speech, rationale, d) for d in Decision}
    weights = dict.fromkeys(Decision, 0.0)

    def descend(group: list[Decision], depth: int, weight: float) -> None:
        """Share a weight among markers that are equal up to `depth` by the model's probabilities."""
        if len(group) == 1:
            weights[group[0]] = weight
            return
        while len({options[d][depth : depth + 1] for d in group}) == 1:
            depth += 1
        _write(speech, cue, options[group[0]][:depth])
        by_token: dict[int, list[Decision]] = {}
        for d in group:
            token = options[d][depth] if depth < len(options[d]) else speech.model.vocab.eos
            by_token.setdefault(token, []).append(d)
        tokens = list(by_token)
        shares = softmax(speech.logits[tokens])
        for token, share in zip(tokens, shares, strict=True):
            descend(by_token[token], depth + 1, weight * float(share))

    descend(list(Decision), 0, 1.0)
    speech.n_sampled += 1
    choice = np.log(np.maximum([weights[d] for d in Decision], 1e-30)).astype(np.float32)
    return list(Decision)[speech.sampler.pick(choice)], weights


def _write(speech: Speech, cue: int, wanted: Sequence[int]) -> None:
    """Make the turn so far exactly these tokens; what the model wrote itself stays as far as it is the same."""
    spoken = speech.scratch.tokens[cue:]
    if not wanted and spoken:  # the markers part at once: the cue again, cut as it was
        again = speech.scratch.tokens[:cue]
        speech.scratch.rewind(0)
        speech.decode(again)
        return
    same = next((i for i, (a, b) in enumerate(zip(spoken, wanted, strict=False)) if a != b), None)
    same = min(len(spoken), len(wanted)) if same is None else same
    if same == len(wanted) == len(spoken):
        return
    same = min(same, len(wanted) - 1)  # one token must be decoded for its logits
    speech.scratch.rewind(cue + same)
    speech.n_forced += len(wanted) - same
    speech.decode(wanted[same:])


def _settled(text: str) -> str:
    """Return the part of a rationale that stays whatever follows: no blanks at its ends, no line that may become `Next:`."""
    head, _, line = text.rpartition("\n")
    return (head if "Next:".startswith(line.lstrip(" \t")) else text).strip()


def _show(speech: Speech, text: str, shown: int) -> int:
    """Send the part of the text that wasn't sent; return how much has been."""
    if len(text) > shown:
        speech.on_text(text[shown:])
    return max(len(text), shown)


def call(speech: Speech, matcher: CallMatcher, tools: Sequence[ToolSpec], max_tokens: int) -> tuple[CallerTurn, float]:
    """Decode one call under its grammar.

    Returns:
        The turn, and by how much probability the chosen tool's name led over the next best one.

    Raises:
        GenerationError: The call could not be finished within its limits.
    """
    stream, shown = TextStream(speech.model), 0
    choices: list[tuple[str, Logits]] = []
    name_end = len(_OPENINGS[speech.profile.call_form]) + max(len(tool.name) for tool in tools)
    n_tokens = 0
    while not matcher.is_finished:
        tokens = matcher.forced()
        if tokens:
            speech.n_forced += len(tokens)
        else:
            masked = matcher.allowed(speech.logits)
            if n_tokens >= max_tokens:
                masked = matcher.closing(masked, stream.text)
            tokens = [speech.sampler.pick(masked)]
            speech.n_sampled += 1
            if tokens[0] in speech.model.vocab.stops:
                break
            if len(stream.text) < name_end:
                choices.append((stream.text.removeprefix(speech.model.lead), masked))
            matcher.take(tokens)
        for token in tokens:
            text = stream.push(token).removeprefix(speech.model.lead)
        n_tokens += len(tokens)
        speech.on_text(text[shown:])
        shown = len(text)
        if matcher.is_finished:  # whatever its length: nothing more is needed
            break
        if n_tokens > max_tokens + _CLOSING_TOKENS or speech.scratch.n_free < len(tokens) + 1:
            raise GenerationError(
                f"the caller could not finish its call within {n_tokens} tokens",
                hint="Raise --caller-tokens or --n-ctx, or bound the tool's strings and lists in its schema.",
            )
        speech.decode(tokens)
    turn = CallerTurn(_parse_call(stream.finish().removeprefix(speech.model.lead), speech.profile.call_form))
    return turn, _name_margin(speech.model, choices, turn.call.name, tools, speech.profile.call_form)


def _parse_call(text: str, form: CallForm) -> ToolCall:
    """Read a call that a grammar has shaped."""
    if form is CallForm.JSON:
        data = json.loads(text)
        return ToolCall(data["name"], data["arguments"])
    name, arguments = text.removeprefix("Action: ").split("\nAction Input: ", 1)
    return ToolCall(name, json.loads(arguments))


def _name_margin(
    model: Words,
    choices: Sequence[tuple[str, Logits]],
    chosen: str,
    tools: Sequence[ToolSpec],
    form: CallForm,
) -> float:
    """Return the smallest lead of the chosen name over any other, over all points where names part; 1 where none do."""
    opening = _OPENINGS[form]
    margin = 1.0
    for text, masked in choices:
        written = text[len(opening) :] if text.startswith(opening) else None
        rivals = [t.name for t in tools if t.name != chosen and written is not None]
        rivals = [name for name in rivals if name.startswith(written or "")]
        if written is None or not rivals or not chosen.startswith(written):
            continue
        probabilities = softmax(masked)
        likely = np.argsort(-probabilities)[:_TOP]
        ends = [(written + model.text([int(t)]), float(probabilities[t])) for t in likely]
        for_chosen = sum(p for end, p in ends if _leads_to(end, chosen))
        best_rival = max(sum(p for end, p in ends if _leads_to(end, name)) for name in rivals)
        if not math.isclose(for_chosen, best_rival) or for_chosen < 0.999:
            margin = min(margin, for_chosen - best_rival)
    return margin


def _leads_to(text: str, name: str) -> bool:
    return name.startswith(text) or text.startswith((name + '"', name + "\n"))


def summarize(speech: Speech, max_tokens: int) -> tuple[SummarizerTurn, bool]:
    """Decode free text until it ends.

    Returns:
        The turn, and whether it was cut at its token limit or at the context's end.
    """
    text, was_cut = write(speech, max_tokens)
    return SummarizerTurn(text), was_cut


def write(speech: Speech, max_tokens: int, is_done: Callable[[str], bool] = lambda text: False) -> tuple[str, bool]:
    """Decode text that nothing binds, until it ends or `is_done` says so.

    Returns:
        The text without blanks at its ends, and whether it was cut at its token limit or at the context's end.
    """
    stream, shown, answer = TextStream(speech.model), 0, None
    was_cut = True
    for _ in range(min(max_tokens, speech.scratch.n_free - 1)):
        token = speech.pick_free()
        if token in speech.stops:
            was_cut = False
            break
        text = stream.push(token)
        answer = before_stop(text, speech.stop_text)
        if answer is not None or is_done(text):
            was_cut = False
            break
        shown = _show(speech, without_begun_stop(text, speech.stop_text).strip(), shown)
        speech.decode([token])
    if answer is None:
        answer = stream.finish().strip()
    _show(speech, answer, shown)
    return answer, was_cut
