"""Printers that bear the names of animals, and the jobs that wait for them."""

from __future__ import annotations

from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.draw import Draw
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.family import Family
from umi_local.worlds.operations import Param, flag, ident, text, whole
from umi_local.worlds.play import Play
from umi_local.worlds.pools import ANIMALS, DEPARTMENTS, person

FAMILY = PRINTERS = Family(
    "printers",
    "[printers|print|printing|copiers|office print|print queue]",
    frozenset({"printers", "office supplies", "shopping", "stock"}),
)

PAPERS = ("report", "plan", "list", "memo", "budget", "leaflet", "manual", "survey", "contract", "schedule")

PRINTER = Param("printer", "[printer|device|copier|machine] [name|]", text(), "[name of the printer|which printer]")
JOB = Param("job", "[job|print job|queue] [number|id|no]", ident(), "number of the print job")


@PRINTERS.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Four printers, two of which print in colour, and a few jobs for each of them."""
    names = [name.capitalize() for name in draw.several_of(ANIMALS, 4)]
    in_colour = draw.shuffled((True, True, False, False))
    printers = {
        name.casefold(): {
            "printer": name,
            "floor": draw.whole(1, 5),
            "colour": colour,
            "status": "ready",
            "toner": draw.whole(4, 100),
            "paper": draw.whole(0, 500, 10),
        }
        for name, colour in zip(names, in_colour, strict=True)
    }
    state: dict[str, Any] = {"printers": printers, "jobs": {}, "orders": []}
    numbers = iter(draw.sample(range(200, 900), 16))
    for name in names:
        for department in draw.several_of(DEPARTMENTS, draw.whole(1, 3)):
            document = f"{department} {draw.pick(PAPERS)}"
            add_job(state, next(numbers), document, name, person(draw), draw.whole(1, 60), draw.whole(1, 3))
    return state


def add_job(
    state: dict[str, Any], number: int, document: str, printer: str, owner: str, pages: int, copies: int
) -> None:
    """Put a job at the end of a queue."""
    state["jobs"][str(number)] = {
        "job": number,
        "document": document,
        "printer": printer,
        "owner": owner,
        "pages": pages,
        "copies": copies,
    }


def _printer(state: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] | None = state["printers"].get(name.strip().casefold())
    if found is None:
        raise RefusedError(
            f"no printer is called {name}; there are {', '.join(p['printer'] for p in state['printers'].values())}"
        )
    return found


def _ready(state: dict[str, Any], name: str) -> dict[str, Any]:
    found = _printer(state, name)
    if found["status"] != "ready":
        raise RefusedError(f"printer {found['printer']} has the status {found['status']} and takes no jobs", 409)
    return found


def _job(state: dict[str, Any], number: int) -> dict[str, Any]:
    found: dict[str, Any] | None = state["jobs"].get(str(number))
    if found is None:
        raise RefusedError(f"there is no print job {number}")
    return found


@PRINTERS.operation(
    names="[list|get|show|find|all] [printers|copiers|print devices|machines]",
    about="[List|Show|Get|Return] the printers[| of the office| of the company], all or only those that print in colour.",
    does="list the printers",
    params=[
        Param(
            "colour",
            "[colour|color|in colour|colour only|with colour|colour printers]",
            flag(),
            "true for colour printers only",
            optional=True,
        )
    ],
    labels={"toner": "[toner|toner percent|toner left]", "floor": "[floor|storey|level]"},
)
def list_printers(state: dict[str, Any], colour: bool | None) -> JsonValue:
    """The printers."""
    shown = ("printer", "floor", "colour", "status", "toner")
    return [{key: p[key] for key in shown} for p in state["printers"].values() if colour in (None, False, p["colour"])]


@PRINTERS.operation(
    names="[get|show|read|check|fetch] [printer|copier|machine] [status|state|details|info]",
    about="[Show|Get|Read|Return] status, toner and paper of a [printer|copier|machine].",
    does="[check|read] the status of {printer}",
    params=[PRINTER],
    labels={"paper": "[paper|sheets|sheets left]", "toner": "[toner|toner percent|toner left]"},
)
def printer_status(state: dict[str, Any], printer: str) -> JsonValue:
    """How a printer is doing."""
    found = _printer(state, printer)
    return {key: found[key] for key in ("printer", "floor", "status", "toner", "paper")}


@PRINTERS.operation(
    names="[list|get|show|read|find] [print queue|queue|waiting jobs|print jobs|jobs] [of printer|for printer|]",
    about="[List|Show|Get|Return] the jobs that wait for a [printer|copier|machine].",
    does="list the queue of {printer}",
    params=[PRINTER],
    labels={"job": "[job|job number|job id]", "document": "[document|title|file]", "owner": "[owner|sent by|user]"},
)
def queue_of(state: dict[str, Any], printer: str) -> JsonValue:
    """What waits for a printer."""
    name = _printer(state, printer)["printer"]
    own = [job for job in state["jobs"].values() if job["printer"] == name]
    return [{key: job[key] for key in ("job", "document", "owner", "pages", "copies")} for job in own[:6]]


@PRINTERS.operation(
    names="[print|send|submit|output] [document|file|paper|text]",
    about="[Print a document on|Send a document to|Submit a document to|Output a document on] a [printer|copier|machine].",
    does="print the {document} on {printer}",
    params=[
        Param("document", "[document|file|title|document name|file name|text]", text(), "[name of the document|]"),
        PRINTER,
        Param("copies", "[copies|count|how many|number of copies|amount|times]", whole(1, 50), "", optional=True),
        Param("both_sides", "[both sides|double sided|duplex|two sided|on both sides]", flag(), "", optional=True),
    ],
    writes=True,
)
def print_document(
    state: dict[str, Any], document: str, printer: str, copies: int | None, both_sides: bool | None
) -> JsonValue:
    """A new job, unless the printer takes none."""
    name = _ready(state, printer)["printer"]
    ahead = sum(job["printer"] == name for job in state["jobs"].values())
    number = max((int(key) for key in state["jobs"]), default=200) + 1
    state["jobs"][str(number)] = {
        "job": number,
        "document": document.strip().casefold(),
        "printer": name,
        "copies": copies or 1,
        "both_sides": bool(both_sides),
    }
    return {"job": number, "printer": name, "jobs_ahead": ahead}


@PRINTERS.operation(
    names="[cancel|delete|remove|drop|kill] [job|print job|queued job]",
    about="[Cancel|Delete|Remove|Drop] a [print job|job|queued job] by its number.",
    does="cancel job {job}",
    params=[JOB],
    writes=True,
)
def cancel_job(state: dict[str, Any], job: int) -> JsonValue:
    """Out of the queue."""
    found = _job(state, job)
    del state["jobs"][str(job)]
    return {"cancelled": job, "document": found["document"]}


@PRINTERS.operation(
    names="[move|redirect|transfer|shift|send] [job|print job|queued job] [|elsewhere|to printer]",
    about="[Move|Redirect|Transfer|Shift] a [print job|job|queued job] to another [printer|copier].",
    does="move job {job} to {printer}",
    params=[JOB, PRINTER],
    writes=True,
)
def move_job(state: dict[str, Any], job: int, printer: str) -> JsonValue:
    """To another queue."""
    found, to = _job(state, job), _ready(state, printer)
    found["printer"] = to["printer"]
    return {"job": job, "printer": to["printer"]}


@PRINTERS.operation(
    names="[order|buy|request|reorder] [toner|cartridge|toner cartridge|ink]",
    about="[Order|Request|Buy|Reorder] [toner|toner cartridges|new toner|cartridges] for a [printer|copier|machine].",
    does="order {count:n toner cartridge} for {printer}",
    params=[PRINTER, Param("count", "[count|cartridges|how many|quantity|pieces|number]", whole(1, 20))],
    writes=True,
)
def order_toner(state: dict[str, Any], printer: str, count: int) -> JsonValue:
    """Toner that will come."""
    name = _printer(state, printer)["printer"]
    number = 4100 + len(state["orders"])
    state["orders"].append({"order": number, "printer": name, "cartridges": count})
    return {"order": number, "printer": name, "cartridges": count}


def any_printer(play: Play) -> dict[str, Any]:
    """Pick a printer."""
    printer: dict[str, Any] = play.draw.pick(list(play.state["printers"].values()))
    return printer


def any_job(play: Play) -> dict[str, Any]:
    """Pick a job that its document tells apart from all others."""
    jobs = list(play.state["jobs"].values())
    job: dict[str, Any] = play.draw.pick(jobs)
    if sum(other["document"] == job["document"] for other in jobs) > 1:
        raise play.unsuitable("two of one document")
    return job
