"""A desk with five or six notes, two texts and a table; what plans over them share."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.draw import Draw
from umi_local.worlds.families._papers.desks import make_desk
from umi_local.worlds.families._papers.tools import family_over_tools
from umi_local.worlds.families._papers.words import ERRANDS
from umi_local.worlds.play import Play

NOTES = family_over_tools("notes", "[notes|todo|tasks]")


@NOTES.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Five or six notes, some of them with a date or a tag; two texts and a table beside them."""
    return make_desk(draw, notes=draw.whole(5, 6), texts=2, sheets=1)


def thing(errand: str) -> str:
    """Return the word by which an errand is known: `plumber` of "call the plumber"."""
    words = errand.split()
    return words[-2] if words[-1] == "back" else words[-1]


def pick_note(play: Play, *, due: bool | None = None) -> tuple[int, dict[str, Any]]:
    """Pick an open note that its word tells from all others, with or without a date; fill the slots that name it."""
    fitting = [
        (number, note)
        for number, note in enumerate(play.state["notes"], 1)
        if (due is None or bool(note["due"]) is due) and len(having(play, thing(note["errand"]))) == 1
    ]
    if not fitting:
        raise play.unsuitable("no such note")
    number, note = play.draw.pick(fitting)
    play.slots.update(errand=note["errand"], thing=thing(note["errand"]), text=note["text"], tag=note["tag"])
    return number, note


def having(play: Play, *words: str) -> list[tuple[int, dict[str, Any]]]:
    """Return number and note of all that have these words in their text or tag, as `search_notes` finds them."""
    return [
        (number, note)
        for number, note in enumerate(play.state["notes"], 1)
        if all(word.casefold() in f"{note['text']} {note['tag']}".casefold() for word in words)
    ]


def new_errand(play: Play) -> str:
    """Pick an errand that no note has, and whose word is in none."""
    known = {note["errand"] for note in play.state["notes"]}
    own = [e for e in ERRANDS.of(play.draw.split) if e not in known and not having(play, thing(e))]
    return play.draw.pick(own)


def used_tags(play: Play) -> list[str]:
    """Return the tags of the open notes."""
    return sorted({note["tag"] for note in play.state["notes"]} - {""})


def tagged(play: Play, tag: str) -> list[tuple[int, dict[str, Any]]]:
    """Return number and note of all with a tag, the newest first, as `list_notes` shows them."""
    return [(number, note) for number, note in enumerate(play.state["notes"], 1) if note["tag"] == tag][::-1]
