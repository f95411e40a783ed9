"""`umi eval`: what models say at labelled steps, how their runs end, and how systems compare."""

from __future__ import annotations

from pathlib import Path

import click

from umi_local.commands.eval_systems import SystemChoices, system_options
from umi_local.commands.options import output_option
from umi_local.commands.setup import Services

_FILE = click.Path(path_type=Path, dir_okay=False)
_COUNT = click.IntRange(min=1)

_results = click.option(
    "-o",
    "--results",
    type=_FILE,
    metavar="FILE.jsonl",
    help="Keep every result here; the same command then goes on where it was.",
)
_seed_of_intervals = click.option("--seed", type=int, default=0, metavar="N", help="Of the intervals.  [default: 0]")
_mode = click.option(
    "--mode",
    type=click.Choice(("paper", "strict")),
    default="paper",
    show_default=True,
    help="The paper's metrics with their edge cases, or ones without.",
)
_seen = click.option(
    "--seen",
    "seen_files",
    type=_FILE,
    multiple=True,
    metavar="RECORDS",
    help="Training records: tell their tools from unseen ones. Repeatable.",
)


@click.group(name="eval", short_help="Measure models on records and on tasks, and compare them.")
def evaluate() -> None:
    """Measure models: on labelled records, on tasks that check how they end, and against each other."""


@evaluate.command(short_help="What a model says at each labelled step of records.")
@click.argument("records", nargs=-1, required=True, type=_FILE)
@_mode
@click.option(
    "--decoding",
    type=click.Choice(("both", "constrained", "free")),
    default=None,
    help="With grammar and markers, or unbound.  [default: both; free with --server]",
)
@click.option(
    "--route",
    type=click.Choice(("roles", "pipeline")),
    default=None,
    help="Each role by itself, or the planner's own choice followed, as in the paper.  [default: pipeline]",
)
@click.option("--limit", type=_COUNT, metavar="N", help="Only the first N records.")
@_seen
@_seed_of_intervals
@_results
@output_option("text", "json")
@system_options
@click.pass_obj
def static(
    services: Services | None,
    records: tuple[Path, ...],
    mode: str,
    decoding: str | None,
    route: str | None,
    limit: int | None,
    seen_files: tuple[Path, ...],
    seed: int,
    results: Path | None,
    output: str,
    chosen: SystemChoices,
) -> None:
    """Ask a model what comes next at every labelled step of RECORDS, given what really was before, and score it.

    RECORDS are JSONL files, gzipped or not, with one trajectory a line. Without --results nothing is kept but what is shown.
    """
    from umi_local.commands.eval_static import StaticRequest, run_static

    request = StaticRequest(
        records=records,
        mode="strict" if mode == "strict" else "paper",
        decoding=decoding,
        route=route or "pipeline",
        limit=limit,
        seen_files=seen_files,
        seed=seed,
        results=results,
        output=output,
    )
    run_static(request, chosen, services or Services())


@evaluate.command(short_help="How a model's runs end on tasks that check themselves.")
@click.option(
    "--split",
    type=click.Choice(("train", "dev", "test")),
    default="test",
    show_default=True,
    help="Whose intents, wordings and names the tasks have.",
)
@click.option("--n", "n_tasks", type=_COUNT, default=100, show_default=True, metavar="N", help="Number of tasks.")
@click.option("--seed", type=int, default=0, metavar="N", help="Of the tasks and the intervals.  [default: 0]")
@click.option("--family", "families", multiple=True, metavar="NAME", help="Only tasks of this family. Repeatable.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(("plain", "recover", "no_tool", "impossible", "missing_info")),
    help="Only tasks of this kind. Repeatable.",
)
@click.option(
    "--max-steps", type=_COUNT, default=12, show_default=True, metavar="N", help="Planner turns per question."
)
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0, min_open=True),
    default=600.0,
    show_default=True,
    metavar="SECONDS",
    help="Time per question.",
)
@_results
@output_option("text", "json")
@system_options
@click.pass_obj
def live(
    services: Services | None,
    split: str,
    n_tasks: int,
    seed: int,
    families: tuple[str, ...],
    kinds: tuple[str, ...],
    max_steps: int,
    timeout_s: float,
    results: Path | None,
    output: str,
    chosen: SystemChoices,
) -> None:
    """Let a model answer the questions of executable worlds in earnest, and check the final state and the answers.

    Worlds are made from their number, split and seed, so everybody gets the same tasks. No tool touches this machine but for
    temporary folders.
    """
    from umi_local.commands.eval_live import LiveRequest, run_live

    request = LiveRequest(
        split=split,
        n=n_tasks,
        seed=seed,
        families=families,
        kinds=kinds,
        max_steps=max_steps,
        timeout_s=timeout_s,
        results=results,
        output=output,
    )
    run_live(request, chosen, services or Services())


@evaluate.command(short_help="Several systems in one table, with paired differences.")
@click.argument("results", nargs=-1, required=True, type=_FILE)
@_mode
@click.option(
    "--decoding",
    type=click.Choice(("both", "constrained", "free")),
    default="both",
    show_default=True,
    help="Which results of static evaluations.",
)
@_seed_of_intervals
@output_option("text", "json")
def compare(results: tuple[Path, ...], mode: str, decoding: str, seed: int, output: str) -> None:
    """Compare what `static` or `live` kept in RESULTS: each system's metrics, and what it has more than the first one.

    Only steps or tasks that all systems have results for count.
    """
    from umi_local.commands.eval_compare import run_compare

    run_compare(results, mode="strict" if mode == "strict" else "paper", decoding=decoding, seed=seed, output=output)
