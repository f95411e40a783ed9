"""The paper's role samples, byte for byte: what its planner, caller, summarizer and backbone were trained on.

Every sample is a whole prompt and what the role must say; its own training code puts `system: ` before the prompt and `</s>`
behind the target. One prompt holds the whole history again, so a trajectory of n steps costs O(n²) tokens: that is the recipe
that ours is compared with.

How histories read: `user: V</s>`, `assistant: V</s>`, `caller: V</s>`, `conclusion: V</s>`, and `observation: V` without a
terminator. Texts are put into templates by plain replacement, one placeholder after the other, so that a placeholder within an
earlier text is replaced too.

Not reproduced: the crash where the last assistant turn is no give-up and nothing follows it; such a turn gives no sample.

Paper:
    Shen et al. 2024 (arXiv 2401.07324). Templates and rules are interoperability facts of X-PLUG/Multi-LLM-Agent at f9eeef7,
    GLPFT/utils/prompt_lib.py and GLPFT/process_data/toolbench, misspellings included.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from umi_local.messages import JsonObject, JsonValue, Role
from umi_local.prompts import alpha_umi
from umi_train.five_roles import HALLUCINATED, Conversation, Said

PLANNER = alpha_umi.DOCS + "{history}" + alpha_umi.PLANNER
CALLER = alpha_umi.DOCS + "{history}" + alpha_umi.CALLER
SUMMARIZER = alpha_umi.SUMMARIZER + "{history}"
BACKBONE = alpha_umi.DOCS + (
    "{history}\nYou should answer the action of next step in the following format:\n"
    "The thought to solve the question,\n"
    "Action: the name of api that should be called in this step, should be exactly in [{tool_names}],\n"
    "Action Input: the api call request.\n"
    "Once you think the question is finished, output conclusion: the final answer of the question or give up if you think you "
    "cannot answer this question.\n"
)

GIVE_UP = "Next: give up"
MARKERS = tuple(alpha_umi.NEXT.values())


class Kind(str, Enum):
    """Who learns from a sample."""

    PLANNER = "planner"
    CALLER = "caller"
    SUMMARIZER = "summarizer"
    BACKBONE = "backbone"


@dataclass(frozen=True, slots=True)
class PaperSample:
    """A prompt and its target, with the conversation's tools and the turns before."""

    tools: tuple[JsonObject, ...]
    history: tuple[Said, ...]
    input: str
    target: str

    def to_json(self) -> dict[str, JsonValue]:
        """Return the form of the paper's files."""
        history = [{"from": turn.speaker, "value": turn.value} for turn in self.history]
        return {"tools": list(self.tools), "history": history, "input": self.input, "target": self.target}


def paper_samples(
    conversations: Iterable[Conversation], kind: Kind, *, with_defects: bool = False
) -> Iterator[PaperSample]:
    """Yield the samples of one file.

    Args:
        with_defects: For the backbone, what its authors' code does: where the planner gives up, the prompt of the sample before
            is used again, even of another conversation (and no sample is made where there was none); and calls of functions
            that there aren't are trained on. Without it such a sample has its own prompt, and such calls are left out.
    """
    if kind is Kind.BACKBONE:
        yield from _backbone(conversations, with_defects)
        return
    make = {Kind.PLANNER: _planner, Kind.CALLER: _caller, Kind.SUMMARIZER: _summarizer}[kind]
    for conversation in conversations:
        yield from make(conversation)


def _planner(conversation: Conversation) -> Iterator[PaperSample]:
    turns = conversation.turns
    for i, turn in enumerate(turns):
        if turn.speaker != "assistant":
            continue
        follower = turns[i + 1] if i + 1 < len(turns) else None
        is_answered = follower is not None and follower.speaker in ("caller", "conclusion")
        if not is_answered and GIVE_UP not in turn.value:
            continue
        if follower is not None and _is_hallucinated(follower):
            continue
        text = _filled(PLANNER, doc=docs(conversation.tools), history=history(turns[:i]))
        yield PaperSample(conversation.tools, turns[:i], text + alpha_umi.SUFFIXES[Role.PLANNER], turn.value)


def _caller(conversation: Conversation) -> Iterator[PaperSample]:
    turns = tuple(turn for turn in conversation.turns if not _is_hallucinated(turn))
    for i, turn in enumerate(turns):
        if turn.speaker != "caller":
            continue
        thought = next((said.value for said in reversed(turns[:i]) if said.speaker == "assistant"), "")
        text = _filled(
            CALLER,
            doc=docs(conversation.tools),
            tool_names=tool_names(conversation.tools),
            history=history(turns[:i]),
            thought=thought,
        )
        yield PaperSample(conversation.tools, turns[:i], text + alpha_umi.SUFFIXES[Role.CALLER], turn.value)


def _summarizer(conversation: Conversation) -> Iterator[PaperSample]:
    turns = conversation.turns
    for i, turn in enumerate(turns):
        if turn.speaker == "conclusion" and turn.value != "none":
            text = _filled(SUMMARIZER, history=history(turns[:i]))
            yield PaperSample(conversation.tools, turns[:i], text + alpha_umi.SUFFIXES[Role.SUMMARIZER], turn.value)


def _backbone(conversations: Iterable[Conversation], with_defects: bool) -> Iterator[PaperSample]:
    stale: str | None = None
    for conversation in conversations:
        for i, merged, target in _merged(conversation.turns):
            turn, follower = conversation.turns[i], conversation.turns[i + 1 : i + 2]
            own = _filled(
                BACKBONE,
                doc=docs(conversation.tools),
                tool_names=tool_names(conversation.tools),
                history=history(merged),
            )
            gives_up = GIVE_UP in turn.value and not _is_followed(follower)
            if not gives_up:
                stale = own + alpha_umi.SUFFIXES[Role.PLANNER]
            text = stale if gives_up and with_defects else own + alpha_umi.SUFFIXES[Role.PLANNER]
            is_wanted = with_defects or not any(map(_is_hallucinated, follower))
            if text is not None and is_wanted:
                yield PaperSample(conversation.tools, conversation.turns[:i], text, target)


def _merged(turns: Sequence[Said]) -> Iterator[tuple[int, tuple[Said, ...], str]]:
    """Yield for each assistant turn to learn its number, the history of merged turns before it, and its target.

    A merged turn is the assistant's thought with the call or answer that follows; others stay as they are.
    """
    merged: list[Said] = []
    for i, turn in enumerate(turns):
        follower = turns[i + 1 : i + 2]
        if turn.speaker in ("caller", "conclusion"):
            continue
        if turn.speaker != "assistant":
            merged.append(turn)
            continue
        target = _target(turn, follower)
        if target is not None:
            yield i, tuple(merged), target
        merged.append(Said("assistant", target if target is not None and _is_followed(follower) else turn.value))


def _target(turn: Said, follower: Sequence[Said]) -> str | None:
    thought = turn.value
    for marker in MARKERS:
        thought = thought.replace(marker, "")
    thought = thought.strip()
    if _is_followed(follower):
        said = follower[0]
        return f"{thought}\n{said.value}" if said.speaker == "caller" else f"{thought}\nconclusion: {said.value}"
    return f"{thought}\nconclusion: give up." if GIVE_UP in turn.value else None


def docs(tools: Sequence[JsonObject]) -> str:
    """Return the docs of a prompt: a line of ASCII JSON for each tool."""
    return "".join(json.dumps(tool) + "\n" for tool in tools)


def tool_names(tools: Sequence[JsonObject]) -> str:
    """Return the names of a prompt."""
    return ", ".join(str(tool["Name"]) for tool in tools)


def history(turns: Iterable[Said]) -> str:
    """Return the turns of a prompt; an observation has no terminator."""
    return "".join(f"{t.speaker}: {t.value}" + ("" if t.speaker == "observation" else "</s>") for t in turns)


def _filled(template: str, **texts: str) -> str:
    """Replace placeholders in the order given: doc, tool_names, history, thought."""
    for name, text in texts.items():
        template = template.replace(f"{{{name}}}", text)
    return template


def _is_hallucinated(turn: Said) -> bool:
    return turn.speaker == "caller" and HALLUCINATED in turn.value


def _is_followed(follower: Sequence[Said]) -> bool:
    return bool(follower) and follower[0].speaker in ("caller", "conclusion")
