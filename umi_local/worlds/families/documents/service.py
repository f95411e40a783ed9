"""A desk with texts, JSON files, logs and a table; what plans over them share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from umi_local.worlds.draw import Draw
from umi_local.worlds.facts import Fact
from umi_local.worlds.families._papers.desks import add_text, make_desk, name_of, put_file
from umi_local.worlds.families._papers.records import RECORD_KINDS, write_record
from umi_local.worlds.families._papers.texts import facts_in
from umi_local.worlds.families._papers.tools import family_over_tools
from umi_local.worlds.play import Play

DOCUMENTS = family_over_tools("documents", "[documents|papers|records]")


@DOCUMENTS.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Four texts, two JSON files, two logs, a table and two notes."""
    return make_desk(draw, texts=4, records=2, logs=2, sheets=1, notes=2)


def pick_fact(play: Play, *, but: str = "") -> tuple[str, dict[str, Any], list[Fact]]:
    """Pick a text and something it says; path, text and facts. Fills `path`, `name`, `called`, `word`, `what` and `said`."""
    path, text = play.draw.pick([item for item in play.state["texts"].items() if item[0] != but])
    asked = play.draw.pick(text["asks"])
    play.slots.update(
        path=path,
        name=name_of(path),
        called=text["called"],
        word=text["word"],
        what=asked["what"],
        said=play.text(asked["said"], text["values"]),
    )
    return path, text, facts_in(asked["said"], text["values"])


def pick_value(play: Play) -> tuple[str, dict[str, Any], list[Fact]]:
    """Pick a JSON file and a value in it; path, file and facts.

    Fills the same slots, and `query` and `place`: where the value is, and where the list is that holds it, if any.
    """
    path, record = play.draw.pick(list(play.state["records"].items()))
    asked = play.draw.pick(record["asks"])
    play.slots.update(
        path=path,
        name=name_of(path),
        called=record["called"],
        word=record["word"],
        what=asked["what"],
        query=asked["query"],
        place=asked["query"].partition("[")[0],
        said=play.text(asked["said"], record["values"]),
    )
    return path, record, facts_in(asked["said"], record["values"])


def pick_searchable(
    play: Play, wanted: Callable[[list[Fact]], bool] = lambda facts: True
) -> tuple[str, str, list[Fact]]:
    """Pick a fact that a word of its own name leads to, since only one line of all files has it; path, line and facts.

    Fills `path`, `what`, `said`, `query` and `line`.

    Args:
        wanted: Which facts will do.
    """

    def leads(text: dict[str, Any]) -> list[tuple[dict[str, str], str, str, list[Fact]]]:
        others = [
            other for found in play.state["files"].values() if found != text["text"] for other in found.splitlines()
        ]
        return [
            (asked, word, lines[0], facts)
            for asked in text["asks"]
            if wanted(facts := facts_in(asked["said"], text["values"]))
            for word in asked["what"].split()
            if len(word) > 4 and word not in _DULL
            if len(lines := [line for line in text["text"].splitlines() if word.casefold() in line.casefold()]) == 1
            if not any(word.casefold() in other.casefold() for other in others)
        ]

    fitting = [path for path, text in play.state["texts"].items() if leads(text)]
    path = play.draw.pick(fitting) if fitting else add_text(play.state, play.draw, lambda text: bool(leads(text)))
    if not path:
        raise play.unsuitable("no word leads to a fact")
    text = play.state["texts"][path]
    asked, word, line, facts = play.draw.pick(leads(text))
    said = play.text(asked["said"], text["values"])
    play.slots.update(path=path, what=asked["what"], said=said, query=word, line=line)
    return path, line, facts


_DULL = frozenset({"number", "which", "until", "amount", "first", "other", "their", "there"})


def put_record(play: Play, has: str) -> tuple[str, dict[str, Any]]:
    """Put a JSON file into the scene, one whose values have this name; return its path and the file."""
    fitting = [kind for kind in RECORD_KINDS if kind.split is play.draw.split and f"{has}=" in f" {kind.values}"]
    record = write_record(play.draw, play.draw.pick(fitting), play.state["today"])
    return put_form(play, record, "json"), record


def put_form(play: Play, form: dict[str, Any], *endings: str) -> str:
    """Put a text into the scene, in a folder or not, and return its path.

    Raises:
        UnsuitableError: There is such a file.
    """
    folder = play.draw.pick(("", *play.state["folders"]))
    path = f"{folder}/{form['stem']}.{play.draw.pick(endings or ('txt',))}".lstrip("/")
    if path in play.state["files"]:
        raise play.unsuitable("the file is there")
    put_file(play.state, play.draw, path, form["text"])
    return path
