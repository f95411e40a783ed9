"""How a user's wish becomes words: a wording is chosen, put into a frame of some register, and perhaps misspelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from umi_local.worlds.draw import Draw
from umi_local.worlds.frames import QUESTION, REQUEST, Register
from umi_local.worlds.grammar import Piece, capitalized, joined, realize
from umi_local.worlds.speech import Speech
from umi_local.worlds.typos import with_typos

_REGISTERS = {
    Register.NEUTRAL: 0.36,
    Register.FORMAL: 0.16,
    Register.CHATTY: 0.2,
    Register.TERSE: 0.14,
    Register.TYPOS: 0.14,
}
_BARE = 0.45
"""How often a neutral question stands without a frame."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A user's words, their register, and the templates they were made from."""

    text: str
    register: Register
    wordings: tuple[str, ...]


def ask(
    wordings: Sequence[str], slots: Mapping[str, Any], draw: Draw, speech: Speech, *, is_framed: bool = True
) -> Asked:
    """Return one way to ask.

    Args:
        wordings: See `Intent.wordings`.
        is_framed: Whether requests and questions may get a frame; replies don't.
    """
    register = draw.weighted(_REGISTERS)
    wording = _choose(wordings, register, draw)
    if not wording.startswith("~") and register is Register.TERSE:
        register = Register.NEUTRAL
    pieces = realize(wording.removeprefix("~"), slots, draw, speech)
    templates = [wording]
    frame = _frame(wording, register, draw) if is_framed else None
    if frame is not None:
        pieces = _framed(frame, pieces, draw)
        templates.append(frame)
    if register not in (Register.CHATTY, Register.TERSE, Register.TYPOS) and is_framed:
        pieces = capitalized(pieces)
    if register is Register.TYPOS:
        pieces = with_typos(pieces, draw)
    return Asked(joined(pieces), register, tuple(templates))


def _choose(wordings: Sequence[str], register: Register, draw: Draw) -> str:
    terse = [wording for wording in wordings if wording.startswith("~")]
    full = [wording for wording in wordings if not wording.startswith("~")]
    wanted = terse if register is Register.TERSE else full
    return draw.pick(wanted or full or terse)


def _frame(wording: str, register: Register, draw: Draw) -> str | None:
    if wording.startswith("~") or not is_framable(wording):
        return None
    casual = register in (Register.TYPOS, Register.TERSE)
    kept = draw.pick((Register.NEUTRAL, Register.CHATTY)) if casual else register
    if not wording.endswith("?"):
        return REQUEST[kept].draw(draw)
    if kept is Register.NEUTRAL and draw.chance(_BARE):
        return None
    return QUESTION[kept].draw(draw)


def is_framable(wording: str) -> bool:
    """Return whether a wording is a request or a question that gets a frame, not a text of its own."""
    first = wording.lstrip("[<")[:1]
    asks_and_goes_on = "? " in wording and not wording.endswith("?")
    return first.islower() and not wording.endswith((".", "!")) and not asks_and_goes_on


def _framed(frame: str, inner: list[Piece], draw: Draw) -> list[Piece]:
    mark = "{request}" if "{request}" in frame else "{question}"
    before, _, after = frame.partition(mark)
    speech = Speech()
    if before.rstrip().endswith((".", "!")) and frame[:1].isupper():
        inner = capitalized(inner)
    return [*realize(before, {}, draw, speech), *inner, *realize(after, {}, draw, speech)]
