"""What `umi eval static` does once its arguments are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from umi_local.commands.eval_systems import SystemChoices, opened_system
from umi_local.commands.setup import Services
from umi_local.commands.turns import cancelling
from umi_local.engine.base import CancelToken
from umi_local.errors import UsageError
from umi_local.evaluate.report import static_report
from umi_local.evaluate.results_file import results_at
from umi_local.evaluate.static import Material, evaluate_static, material_of
from umi_local.evaluate.values import Decoding, Mode, Route, StepResult
from umi_local.records import Record, read_records
from umi_local.screen.progress import stage_bar


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticRequest:
    """What is asked for on the command line."""

    records: tuple[Path, ...]
    mode: Mode
    decoding: str | None
    route: str
    limit: int | None
    seen_files: tuple[Path, ...]
    seed: int
    results: Path | None
    output: str


def run_static(request: StaticRequest, chosen: SystemChoices, services: Services) -> None:
    """Evaluate, and show what was found.

    Raises:
        UmiError: Records can't be read, the system can't be opened or asked, or results can't be written.
    """
    from umi_local.commands.eval_tables import show_static

    material = read_material(request.records, request.limit)
    seen = seen_tools(request.seen_files)
    decodings = _decodings(request.decoding, is_server=chosen.server is not None)
    route = Route(request.route)
    cancel = CancelToken()
    with (
        opened_system(chosen, services) as system,
        results_at(request.results, StepResult, {"kind": "static", "route": route, "system": system.facts}) as results,
        stage_bar() as show,
        cancelling(cancel),
    ):
        found = evaluate_static(
            system,
            material,
            results,
            route=route,
            decodings=decodings,
            workers=chosen.workers,
            cancel=cancel,
            on_step=lambda done, total: show("steps", done, total, "steps"),
        )
        facts = results.facts
    reports = [
        static_report([r for r in found if r.decoding is decoding], request.mode, seen_tools=seen, seed=request.seed)
        for decoding in decodings
    ]
    show_static(facts, material.left_out, reports, output=request.output)


def read_material(paths: Iterable[Path], limit: int | None) -> Material:
    """Return the labelled steps of files of records, of at most `limit` records.

    Raises:
        RecordFileError: A file can't be read, or a line isn't a record.
        UsageError: There is no labelled step.
    """
    records = islice(_records(paths), limit)
    material = material_of((record.trajectory, record.no_loss) for record in records)
    if not material.records:
        raise UsageError(
            "the records hold no labelled step",
            hint="A step is a planner's turn that is followed by the call or the answer that it asks for.",
        )
    return material


def seen_tools(paths: Iterable[Path]) -> frozenset[str] | None:
    """Return the names of all tools of training records; None where there are no files.

    Raises:
        RecordFileError: A file can't be read, or a line isn't a record.
    """
    files = list(paths)
    return frozenset(tool.name for r in _records(files) for tool in r.trajectory.tools) if files else None


def _records(paths: Iterable[Path]) -> Iterator[Record]:
    for path in paths:
        yield from read_records(path)


def _decodings(asked: str | None, *, is_server: bool) -> tuple[Decoding, ...]:
    """Return the decodings to measure: all that the system has, unless fewer were asked for."""
    if asked is None:
        asked = "free" if is_server else "both"
    return tuple(Decoding) if asked == "both" else (Decoding(asked),)
