"""`umi train reproduce`: the systems of a plan trained, evaluated and compared, from wherever it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from umi_local.commands.options import output_option
from umi_train.commands.stages import config_option, out_option, wait_passively
from umi_train.reproduce.systems import SYSTEMS

if TYPE_CHECKING:
    from umi_local.engine.base import CancelToken
    from umi_train.reproduce.evaluating import OnDone
    from umi_train.reproduce.places import Place
    from umi_train.reproduce.records import Prepared
    from umi_train.reproduce.running import Shown
    from umi_train.reproduce.table import Report


@click.command(short_help="Train and evaluate the paper's systems and ours, and compare them.")
@config_option
@click.option(
    "--system",
    "systems",
    type=click.Choice(tuple(SYSTEMS)),
    multiple=True,
    help="Only this one. Repeatable; all by default.",
)
@click.option(
    "--seed", "seeds", type=int, multiple=True, metavar="N", help="Only this one. Repeatable; all by default."
)
@click.option(
    "--mode",
    type=click.Choice(("paper", "strict")),
    default="paper",
    show_default=True,
    help="The paper's metrics with their edge cases, or ones without.",
)
@click.option("--dry-run", is_flag=True, help="Only say what there is to do.")
@out_option
@output_option("text", "json")
def reproduce(
    path: Path,
    systems: tuple[str, ...],
    seeds: tuple[int, ...],
    mode: str,
    dry_run: bool,
    out: Path | None,
    output: str,
) -> None:
    """Train and evaluate single LLM, multi-task, one-stage, α-UMi without and with data reuse, and ours.

    On the same records, with the same number of target tokens for each role. What is done is not done again; the table is of
    all systems and seeds that are complete.
    """
    wait_passively()
    from umi_local.engine.base import CancelToken
    from umi_train.reproduce.config import load_reproduction
    from umi_train.reproduce.places import Place
    from umi_train.reproduce.running import Reproducing, jobs_of

    given = load_reproduction(path)
    if out is not None:
        given = replace(given, train=replace(given.train, out=out))
    chosen = jobs_of(given, systems, seeds)  # type: ignore[arg-type]  # click has checked the names
    cancel = CancelToken()
    shown = _shown(cancel)
    with shown.training() as watch:
        running = Reproducing(given, on_records=watch.on_records)
    shown.say(_about(running.prepared))
    for number, (system, seed) in enumerate(chosen, 1):
        shown.say(f"[{number}/{len(chosen)}] {running.state(system, seed)}")
        if not dry_run:
            running.run(system, seed, shown, cancel)
    if not dry_run:
        _finish(running.report("strict" if mode == "strict" else "paper"), Place(given.train.out), output)


def _shown(cancel: CancelToken) -> Shown:
    from umi_local.commands.turns import cancelling
    from umi_local.screen.progress import stage_bar
    from umi_train.commands.training_bar import training_bar
    from umi_train.reproduce.running import Shown

    @contextmanager
    def evaluating() -> Iterator[OnDone]:
        with stage_bar() as show, cancelling(cancel):
            yield lambda what, done, total: show(what, done, total, what)

    return Shown(say=lambda text: click.echo(text, err=True), training=training_bar, evaluating=evaluating)


def _about(prepared: Prepared) -> str:
    """Return a line about the records, and one for each reason why some are left out."""
    first, second = prepared.records
    left_out = [f"  {count:,} left out: {reason}" for reason, count in prepared.left_out.items()]
    return "\n".join([f"{first + second:,} records in halves of {first:,} and {second:,}", *left_out])


def _finish(report: Report, place: Place, output: str) -> None:
    """Write the table and its picture to the folder, and show it."""
    from umi_local.folders import atomic_write
    from umi_local.jsonable import to_jsonable
    from umi_local.screen.displays import write_json
    from umi_train.reproduce.markdown import markdown
    from umi_train.reproduce.plot import draw_table

    table = to_jsonable(report)
    written = [place.table(report.mode, ending) for ending in ("json", "md")]
    atomic_write(written[0], (json.dumps(table, indent=2, ensure_ascii=False) + "\n").encode())
    atomic_write(written[1], markdown(report).encode())
    picture = draw_table(report, place.table(report.mode, "png"))
    if output == "json":
        write_json(table)
    else:
        click.echo(markdown(report), nl=False)
    click.echo(f"written: {', '.join(map(str, [*written, *([picture] if picture else [])]))}", err=True)
