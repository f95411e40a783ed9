"""Scenes of a desk: folders with texts, tables, JSON files and logs, and some notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from umi_local.worlds.dates import days_later
from umi_local.worlds.draw import Draw
from umi_local.worlds.families._papers.logs import write_log
from umi_local.worlds.families._papers.notes import write_notes
from umi_local.worlds.families._papers.records import RECORD_KINDS, RecordKind, write_record
from umi_local.worlds.families._papers.sheet_kinds import SHEET_KINDS
from umi_local.worlds.families._papers.sheets import SheetKind, csv_text, write_sheet
from umi_local.worlds.families._papers.texts import TextKind, write_text
from umi_local.worlds.families._papers.texts_of_clubs import CLUB_TEXTS
from umi_local.worlds.families._papers.texts_of_home import HOME_TEXTS
from umi_local.worlds.families._papers.texts_of_work import WORK_TEXTS
from umi_local.worlds.families._papers.words import FOLDERS, ROOTS
from umi_local.worlds.play import Play

TEXT_KINDS = (*HOME_TEXTS, *WORK_TEXTS, *CLUB_TEXTS)

KindT = TypeVar("KindT", TextKind, SheetKind, RecordKind)


def make_desk(
    draw: Draw, *, texts: int = 0, sheets: int = 0, records: int = 0, logs: int = 0, notes: int = 0
) -> dict[str, Any]:
    """Return a scene with so many of each; `texts`, `sheets`, `records` and `logs` are by path."""
    today = draw.day("2025-02-01", "2027-11-30")
    folders = draw.several_of(FOLDERS, 2)
    scene: dict[str, Any] = {
        "now": f"{today}T{draw.clock()}:00",
        "today": today,
        "root": draw.pick(ROOTS),
        "folders": folders,
        "files": {},
        "modified": {},
        "notes": write_notes(draw, today, notes),
    }
    made = {
        "texts": [("txt|txt|md", write_text(draw, kind, today)) for kind in _kinds(draw, TEXT_KINDS, texts)],
        "sheets": [("csv", write_sheet(draw, kind, today)) for kind in _kinds(draw, SHEET_KINDS, sheets)],
        "records": [("json", write_record(draw, kind, today)) for kind in _kinds(draw, RECORD_KINDS, records)],
        "logs": [("log", write_log(draw, today)) for _ in range(logs)],
    }
    for sort, found in made.items():
        scene[sort] = {}
        for endings, paper in found:
            path = f"{draw.pick(('', *folders))}/{paper['stem']}.{draw.pick(endings.split('|'))}".lstrip("/")
            if path not in scene["files"]:
                scene[sort][path] = paper
                put_file(scene, draw, path, paper["text"] if "text" in paper else csv_text(paper))
    return scene


def add_text(scene: dict[str, Any], draw: Draw, fits: Callable[[dict[str, Any]], bool]) -> str:
    """Add a text that fits to a scene, of a kind of this split, and return its path; empty where no kind has one."""
    for kind in draw.shuffled(kind for kind in TEXT_KINDS if kind.split is draw.split):
        text = write_text(draw, kind, scene["today"])
        path = f"{draw.pick(('', *scene['folders']))}/{text['stem']}.txt".lstrip("/")
        if fits(text) and path not in scene["files"]:
            scene["texts"][path] = text
            put_file(scene, draw, path, text["text"])
            return path
    return ""


def add_sheet(scene: dict[str, Any], draw: Draw, fits: Callable[[SheetKind], bool]) -> str:
    """Add a table of a kind that fits, and of this split, to a scene, and return its path; empty where there is none."""
    for kind in draw.shuffled(kind for kind in SHEET_KINDS if kind.split is draw.split and fits(kind)):
        sheet = write_sheet(draw, kind, scene["today"])
        path = f"{draw.pick(('', *scene['folders']))}/{sheet['stem']}.csv".lstrip("/")
        if path not in scene["files"]:
            scene["sheets"][path] = sheet
            put_file(scene, draw, path, csv_text(sheet))
            return path
    return ""


def put_file(scene: dict[str, Any], draw: Draw, path: str, text: str) -> None:
    """Add a file to a scene, changed some time in the last half year, never at the same time as another."""
    taken = {when[:10] for when in scene["modified"].values()}
    days = draw.pick([day for ago in range(1, 180) if (day := days_later(scene["today"], -ago)) not in taken])
    scene["files"][path] = text
    scene["modified"][path] = f"{days}T{draw.clock()}:00"


def name_of(path: str) -> str:
    """Return a path's last part."""
    return path.rpartition("/")[2]


def folder_of(path: str) -> str:
    """Return the folder that a path leads into; empty for the root."""
    return path.rpartition("/")[0]


def stem_of(path: str) -> str:
    """Return a path's last part without its ending."""
    return name_of(path).rpartition(".")[0]


def _kinds(draw: Draw, kinds: Sequence[KindT], count: int) -> list[KindT]:
    return draw.sample([kind for kind in kinds if kind.split is draw.split], count)


def shown(play: Play, path: str) -> str:
    """Return a file's text as `read_file` returns it."""
    return str(play.state["files"][path]).rstrip("\n")
