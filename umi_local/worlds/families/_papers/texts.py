"""Kinds of short texts that people keep, and how one is written: with its values, and what may be asked about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from umi_local.worlds.draw import Draw
from umi_local.worlds.facts import Fact, facts_of
from umi_local.worlds.families._papers.values import drawn_values
from umi_local.worlds.families._papers.words import slug
from umi_local.worlds.grammar import joined, realize, slots_of
from umi_local.worlds.speech import DATE_STYLES, Speech
from umi_local.worlds.splits import Split


@dataclass(frozen=True, slots=True)
class TextKind:
    """One kind of text; each belongs to a split, so that the test's texts were never seen.

    Attributes:
        words: What it is called, alternatives with `|`; its file's name begins with the one that is drawn.
        about: What tells it from others of its kind, the rest of its file's name; a template over the values.
        called: How its owner speaks of it, with `{word}`.
        values: See `values.py`.
        text: A template a line.
        asks: What may be asked, as a noun phrase in the singular ("the monthly rent"), and how it is said.
        gist: The whole in a sentence.
    """

    split: Split
    words: str
    about: str
    called: str
    values: str
    text: str
    asks: tuple[tuple[str, str], ...]
    gist: str = ""


def write_text(draw: Draw, kind: TextKind, today: str) -> dict[str, Any]:
    """Return a text of a kind as plain JSON: `word`, `stem` (of its file's name), `called`, `text`, `values`, `asks`."""
    values = drawn_values(draw, kind.values, today)
    values["word"] = draw.pick(kind.words.split("|"))
    speech = Speech(draw.pick(DATE_STYLES))
    lines = [joined(realize(line.strip(), values, draw, speech)) for line in kind.text.strip().splitlines()]
    about = slug(filled(kind.about, values, draw))
    return {
        "word": values["word"],
        "stem": "-".join(filter(None, (slug(values["word"]), about))),
        "called": filled(kind.called, values, draw),
        "text": "\n".join(lines) + "\n",
        "values": values,
        "asks": [{"what": filled(what, values, draw), "said": said} for what, said in kind.asks],
        "gist": kind.gist,
    }


def filled(template: str, values: Mapping[str, Any], draw: Draw) -> str:
    """Return a template with its values as the files have them; dates in ISO form."""
    return joined(realize(template, values, draw, Speech()))


def facts_in(said: str, values: Mapping[str, Any]) -> list[Fact]:
    """Return what an answer must say that says this template: its values, in the template's order by name."""
    return [fact for name in sorted(slots_of(said)) for fact in facts_of(values[name])]
