"""The `prompted` profile: any instruct model plays all three roles, told so by an instruction that comes last.

The instruction is a user message (or the end of the last one) that is dropped again after the role has spoken, so the
conversation before it stays the same for all roles. Rendering goes through the model's own chat template, in Jinja's
immutable sandbox: a template is a program from a stranger (CVE-2024-34359). Contents never enter the template: it sees a
placeholder for each, so it can neither read outside text nor be confused by it, and afterwards every placeholder becomes an
untrusted segment of its own.

Messages of one side in a row are joined, since many templates insist on turns that alternate.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from typing import Any

from umi_local.errors import BundleError
from umi_local.messages import (
    CallerTurn,
    Decision,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolTurn,
    Trajectory,
    Turn,
    UserTurn,
)
from umi_local.prompts.base import (
    Block,
    CallForm,
    Prompt,
    Segment,
    render_call,
    render_observation,
    render_tool,
)
from umi_local.prompts.decisions import NEXT, rationale_before_decision
from umi_local.prompts.markers import FAMILIES

SYSTEM = "You answer questions with these tools, one JSON object a line:\n"
NO_TOOLS = "none"
CUES = {
    Role.PLANNER: (
        "The question is: {question}\nSay in one sentence which tool helps. Then write 'Next: caller' to call it. "
        "If no tool is needed, write 'Next: summarizer'; if none can help, 'Next: give up'."
    ),
    Role.CALLER: 'The question is: {question}\nWrite the JSON of the tool call: {{"name":...,"arguments":...}}',
    Role.SUMMARIZER: "Answer the question in one or two sentences, from the tool results: {question}",
}
CUE_AFTER_RESULT = (
    'Does this tool result answer the question "{question}"? Say what the tool result tells. Then write '
    "'Next: summarizer' to answer the user, 'Next: caller' for one more tool, or 'Next: give up' if no tool can help."
)
"""For the planner. Tried on the embedded 135M model: it forgets the question unless the instruction repeats it."""

_MAX_REPEATED_CHARS = 400
_MAX_TEMPLATE_CHARS = 100_000
_MAX_RENDERED_CHARS = 1_000_000
_TEMPLATE_ERRORS = (TypeError, ValueError, LookupError, ArithmeticError, AttributeError, RecursionError, MemoryError)
"""What a template's own code may raise besides Jinja's errors."""

_MARK = "\ue000{}\ue001"  # private-use characters: no template writes them
_SLOT = re.compile("\ue000(\\d+)\ue001")


class PromptedProfile:
    """Renders trajectories through an instruct model's chat template.

    Args:
        template: The Jinja text (`tokenizer.chat_template` of a GGUF, or `TurnMarkers.template`).
        bos: The beginning-of-sequence token's text, which templates may ask for.
        eos: The end-of-sequence token's text.
        add_bos: Whether the tokenizer wants `bos` first where the template doesn't write it.
        protect: Rewrites contents so that none reads as a header, for templates whose headers are ordinary text.

    Raises:
        BundleError: The template can't be rendered; the reason is in the message.
    """

    name = "prompted"
    call_form = CallForm.JSON
    n_stable_blocks = 1

    def __init__(
        self,
        template: str = FAMILIES["chatml"].template,
        *,
        bos: str = "",
        eos: str = "",
        add_bos: bool = False,
        protect: Callable[[str], str] = str,
    ) -> None:
        self._template = _compile(template)
        self._bos, self._eos, self._add_bos, self._protect = bos, eos, add_bos, protect
        self._has_system = self._accepts_system()

    def prompt(self, trajectory: Trajectory, role: Role) -> Prompt:
        """Return the conversation and the role's instruction, which opens the assistant's turn."""
        messages = _messages(trajectory, role, self._has_system)
        blocks = self._render(messages)
        return Prompt(blocks[:-1], blocks[-1])

    def planner_segments(self, rationale: str, decision: Decision) -> tuple[Segment, ...]:
        """Return the rationale with its line end, and the marker."""
        marker = Segment(NEXT[decision], speaker="planner")
        text = rationale.strip()
        return (Segment(self._protect(f"{text}\n"), speaker="planner"), marker) if text else (marker,)

    def parse_rationale(self, text: str) -> str | None:
        """Return the rationale once its line has ended: one sentence was asked for, and small models don't stop."""
        rationale = rationale_before_decision(text)
        if rationale is not None or "\n" not in text.lstrip():
            return rationale
        return text.lstrip().split("\n", 1)[0].strip()

    def _accepts_system(self) -> bool:
        probe: list[_Message] = [(side, [("", side)]) for side in ("system", "user", "assistant", "user")]
        try:
            return [slot for _, slot in self._slots(probe)] == [0, 1, 2, 3, -1]
        except BundleError:
            return False  # as Gemma's; Mistral's moves it to the end: the instructions then open the first user message

    def _render(self, messages: list[_Message]) -> tuple[Block, ...]:
        """Return one block per content: what the template writes before it, and the content."""
        contents = [part for _, parts in messages for part in parts]
        pieces = self._slots(messages)
        if [slot for _, slot in pieces[:-1]] != list(range(len(contents))):
            raise BundleError(
                "the chat template drops or reorders messages",
                hint='Use a bundle.toml with `markers = "chatml"` or another family instead.',
            )
        blocks: list[tuple[Segment, ...]] = []
        for (written, _), (text, speaker) in zip(pieces[:-1], contents, strict=True):
            blocks.append((Segment(written, trusted=True), Segment(self._protect(text), speaker=speaker)))
        tail = Segment(pieces[-1][0], trusted=True)
        blocks[-1] = (*blocks[-1], tail)
        return tuple(Block(_without_empty(segments)) for segments in blocks)

    def _slots(self, messages: list[_Message]) -> list[tuple[str, int]]:
        """Render with placeholders; return (text before it, its number) for each, and (text at the end, -1)."""
        numbered, count = [], 0
        for role, parts in messages:
            marks = [_MARK.format(count + i) for i in range(len(parts))]
            count += len(parts)
            numbered.append({"role": role, "content": "\n\n".join(marks)})
        text = self._call_template(numbered)
        if self._add_bos and self._bos and not text.startswith(self._bos):
            text = self._bos + text
        split = _SLOT.split(text)
        return [(split[i], int(split[i + 1])) for i in range(0, len(split) - 1, 2)] + [(split[-1], -1)]

    def _call_template(self, messages: list[dict[str, str]]) -> str:
        import jinja2

        try:
            pieces = self._template.generate(
                messages=messages,
                add_generation_prompt=True,
                bos_token=self._bos,
                eos_token=self._eos,
                tools=None,
                raise_exception=_raise,
                strftime_now=lambda form: "",  # a date in the prefix would void every cache
            )
            return _joined(pieces)
        except (jinja2.TemplateError, *_TEMPLATE_ERRORS) as error:
            raise BundleError(
                f"the model's chat template can't be rendered: {error}",
                hint='Use a bundle.toml with `markers = "chatml"` or another family instead.',
            ) from error


def chat_messages(trajectory: Trajectory, role: Role) -> list[dict[str, str]]:
    """Return the conversation and the role's instruction as OpenAI-style messages, for servers that render themselves."""
    return [
        {"role": side, "content": "\n\n".join(text for text, _ in parts)}
        for side, parts in _messages(trajectory, role, has_system=True)
    ]


_Part = tuple[str, str]
"""A content and its speaker."""

_Message = tuple[str, list[_Part]]
"""A side (system, user or assistant) and its contents."""


def _messages(trajectory: Trajectory, role: Role, has_system: bool) -> list[_Message]:
    docs = "\n".join(render_tool(tool) for tool in trajectory.tools) or NO_TOOLS
    first = "system" if has_system else "user"
    sided: list[tuple[str, _Part]] = [(first, (SYSTEM + docs, "system"))]
    sided += [_sided(turn) for turn in trajectory.turns]
    sided.append(("user", (_cue(trajectory, role), "cue")))
    messages: list[_Message] = []
    for side, part in sided:
        if messages and messages[-1][0] == side:
            messages[-1][1].append(part)
        else:
            messages.append((side, [part]))
    return messages


def _cue(trajectory: Trajectory, role: Role) -> str:
    question = next((turn.text for turn in reversed(trajectory.turns) if isinstance(turn, UserTurn)), "")
    if len(question) > _MAX_REPEATED_CHARS:
        question = "the one that the user asked above"
    is_after_result = bool(trajectory.turns) and isinstance(trajectory.turns[-1], ToolTurn)
    cue = CUE_AFTER_RESULT if role is Role.PLANNER and is_after_result else CUES[role]
    return cue.format(question=question)


def _sided(turn: Turn) -> tuple[str, _Part]:
    match turn:
        case UserTurn(text):
            return "user", (text, "user")
        case ToolTurn(observation):
            return "user", (f"Tool result: {render_observation(observation)}", "tool")
        case PlannerTurn(rationale, decision):
            text = rationale.strip()
            return "assistant", (f"{text}\n{NEXT[decision]}" if text else NEXT[decision], "planner")
        case CallerTurn(call):
            return "assistant", (render_call(call), "caller")
        case SummarizerTurn(text):
            return "assistant", (text, "summarizer")


def _without_empty(segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    return tuple(segment for segment in segments if segment.text)


def _raise(message: str) -> None:
    raise ValueError(message)


def _joined(pieces: Iterable[str]) -> str:
    """Join what a template writes; one that doesn't stop writing is stopped."""
    written: list[str] = []
    n_chars = 0
    for piece in pieces:
        written.append(piece)
        n_chars += len(piece)
        if n_chars > _MAX_RENDERED_CHARS:
            raise ValueError(f"it writes more than {_MAX_RENDERED_CHARS:,} characters")
    return "".join(written)


@functools.lru_cache(maxsize=16)
def _compile(template: str) -> Any:
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    if len(template) > _MAX_TEMPLATE_CHARS:
        raise BundleError(f"the chat template has {len(template):,} characters; refused")

    class Sandbox(ImmutableSandboxedEnvironment):
        """Also refuses to repeat text and to raise to powers: no template needs it, and it can take all memory."""

        intercepted_binops = frozenset(("*", "**"))

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            if operator == "**" or not all(isinstance(value, (int, float)) for value in (left, right)):
                raise ValueError(f"{operator} is not allowed in a chat template, but to multiply numbers")
            return super().call_binop(context, operator, left, right)

    environment = Sandbox(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])
    try:
        return environment.from_string(template)
    except jinja2.TemplateError as error:
        raise BundleError(f"the model's chat template is not valid Jinja: {error}") from error
