"""Folders with texts, tables, a JSON file and a log; what plans over them share."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.draw import Draw
from umi_local.worlds.families._papers.desks import folder_of, make_desk, name_of, stem_of
from umi_local.worlds.families._papers.tools import family_over_tools
from umi_local.worlds.families._papers.words import FOLDERS
from umi_local.worlds.play import Play

FILES = family_over_tools("files", "[files|documents]")


@FILES.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Four texts, two tables, a JSON file and a log, some of them in folders, and some notes."""
    return make_desk(draw, texts=4, sheets=2, records=1, logs=1, notes=2)


def pick_text(play: Play, *, in_folder: bool | None = None) -> tuple[str, dict[str, Any]]:
    """Pick a text, in a folder or not, and fill the slots that name it."""
    fitting = [
        item for item in play.state["texts"].items() if in_folder is None or bool(folder_of(item[0])) is in_folder
    ]
    if not fitting:
        raise play.unsuitable("no such text")
    path, text = play.draw.pick(fitting)
    name_file(play, path)
    play.slots.update(called=text["called"], word=text["word"])
    return path, text


def pick_file(play: Play) -> str:
    """Pick any file and fill the slots that name it."""
    path: str = play.draw.pick(list(play.state["files"]))
    name_file(play, path)
    return str(path)


def name_file(play: Play, path: str) -> None:
    """Fill the slots `path`, `name`, `stem` and `folder`."""
    play.slots.update(path=path, name=name_of(path), stem=stem_of(path), folder=folder_of(path))


def used_folders(play: Play) -> list[str]:
    """Return the folders that hold something."""
    return sorted({folder_of(path) for path in play.state["files"]} - {""})


def other_folder(play: Play, *, but: str = "") -> str:
    """Pick a folder that holds something, and not the one given."""
    fitting = [folder for folder in used_folders(play) if folder != but]
    if not fitting:
        raise play.unsuitable("no other folder")
    return str(play.draw.pick(fitting))


def new_folder(play: Play) -> str:
    """Pick the name of a folder that isn't there."""
    own = FOLDERS.of(play.draw.split)
    return play.draw.pick([folder for folder in own if folder not in play.state["folders"]])


def mentions(play: Play, words: str) -> list[tuple[str, str]]:
    """Return path and line of every line that has these words, in any file."""
    return [
        (path, line)
        for path, text in play.state["files"].items()
        for line in text.splitlines()
        if words.casefold() in line.casefold()
    ]


def names_in(text: dict[str, Any]) -> list[str]:
    """Return the names in a text that have two words, such as those of people and firms."""
    return [
        value
        for value in text["values"].values()
        if isinstance(value, str) and " " in value and value[:1].isupper() and value in text["text"]
    ]
