"""How `umi convert` shows plans, progress, results and verdicts: tables for people, one JSON object for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from umi_local.messages import JsonObject
from umi_local.screen.displays import write_json
from umi_local.screen.progress import stage_bar
from umi_local.screen.tables import show_facts, show_rows
from umi_local.sizes import size_text

if TYPE_CHECKING:
    from umi_convert.build import Placed
    from umi_convert.bundle_plan import BundlePlan
    from umi_convert.verify.values import Verdict

__all__ = ["finding", "show_built", "show_plan", "show_verdicts", "show_written", "stage_bar"]


@contextmanager
def finding(out: Path, llama_cpp: Path | None = None, *, dry_run: bool = False) -> Iterator[Callable[[str], Path]]:
    """Give a function that returns the path of what someone named; what is on the hub is downloaded with a bar."""
    from umi_convert.sources import Sources
    from umi_local.engine.options import is_offline

    with Sources(out, offline=is_offline(), llama_cpp=llama_cpp, dry_run=dry_run) as sources:

        def find(ref: str) -> Path:
            with stage_bar() as show:
                return sources.find(ref, show)

        yield find


def show_plan(plan: BundlePlan, output: str) -> None:
    """Write what would be done."""
    if output == "json":
        write_json(
            {
                "layout": plan.parts.layout.value,
                "profile": plan.profile,
                "markers": plan.markers,
                "n_ctx": plan.n_ctx,
                "license": plan.license,
                "reference": plan.reference,
                "files": {
                    name: [{"name": f.name, "what": f.what, "bytes": f.n_bytes, "notes": list(f.notes)} for f in files]
                    for name, files in plan.files.items()
                },
                "copied": [{"name": f.name, "bytes": f.n_bytes} for f in plan.old.files] if plan.old else [],
                "work_bytes": plan.work_bytes,
                "memory_bytes": plan.memory_bytes,
                "notices": list(plan.notices),
            }
        )
        return
    against = {"f32": "the source in float32", "source": "the source as it is stored", None: "nothing"}
    show_facts(
        [
            ("bundle", str(plan.request.out)),
            ("layout", f"{plan.parts.layout.value}, profile {plan.profile}, markers {plan.markers}"),
            ("context", f"{plan.n_ctx:,} tokens"),
            ("licence", plan.license),
            ("judged against", against[plan.reference]),
            ("disk while it works", size_text(plan.work_bytes)),
            ("memory", size_text(plan.memory_bytes)),
            *(("note", notice) for notice in plan.notices),
        ]
    )
    rows = [
        (name, file.name, size_text(file.n_bytes), "; ".join((file.what, *file.notes)))
        for name, files in plan.files.items()
        for file in files
    ]
    old = plan.old.files if plan.old else ()
    rows += [("", file.name, size_text(file.n_bytes), "copied from the old bundle") for file in old]
    show_rows(("TYPE", "FILE", "SIZE", "WHAT"), rows)


def show_built(placed: Sequence[Placed], verdicts: Sequence[Verdict], output: str) -> None:
    """Write what was put in place, with all verdicts."""
    if output == "json":
        listed = [{"path": str(p.path), "type": p.type, "bytes": p.n_bytes} for p in placed]
        write_json({"placed": listed, "verdicts": {verdict.label: verdict.to_json() for verdict in verdicts}})
        return
    if verdicts:
        show_verdicts(verdicts)
    for place in placed:
        click.echo(f"{place.path}: {place.type}, {size_text(place.n_bytes)}")


def show_verdicts(verdicts: Sequence[Verdict]) -> None:
    """Write verdicts against one reference as a table for people."""
    from umi_convert.verify.table import COLUMNS, conditions, rows

    show_rows([column.upper() for column in COLUMNS], [row for verdict in verdicts for row in rows(verdict)])
    click.echo(conditions(verdicts[0]))
    for notice in dict.fromkeys(notice for verdict in verdicts for notice in verdict.notices):
        click.echo(f"note: {notice}")


def show_written(path: Path, kind: str, n_bytes: int, output: str, *, work_bytes: int | None = None) -> None:
    """Write that a file was written, or would be.

    Args:
        work_bytes: Of a dry run: the disk that is needed while it works.
    """
    if output == "json":
        facts: JsonObject = {"path": str(path), "type": kind, "bytes": n_bytes, "written": work_bytes is None}
        write_json(facts if work_bytes is None else {**facts, "work_bytes": work_bytes})
        return
    dry = "" if work_bytes is None else f" would be written; {size_text(work_bytes)} of disk while it works"
    click.echo(f"{path}: {kind}, {size_text(n_bytes)}{dry}")
