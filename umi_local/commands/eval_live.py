"""What `umi eval live` does once its arguments are read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from umi_local.commands.eval_systems import SystemChoices, opened_system
from umi_local.commands.setup import Services
from umi_local.commands.turns import cancelling
from umi_local.engine.base import CancelToken
from umi_local.evaluate.live import evaluate_live
from umi_local.evaluate.live_values import LiveResult
from umi_local.evaluate.report import live_report
from umi_local.evaluate.results_file import results_at
from umi_local.run import Limits
from umi_local.screen.progress import stage_bar
from umi_local.worlds.generate import default_worlds, tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRequest:
    """What is asked for on the command line."""

    split: str
    n: int
    seed: int
    families: tuple[str, ...]
    kinds: tuple[str, ...]
    max_steps: int
    timeout_s: float
    results: Path | None
    output: str


def run_live(request: LiveRequest, chosen: SystemChoices, services: Services) -> None:
    """Evaluate, and show what was found.

    Raises:
        UmiError: There are no such tasks, the system can't be opened or is out of order, or results can't be written.
    """
    from umi_local.commands.eval_tables import show_live

    wanted = list(tasks(request.split, request.n, request.seed, request.families or None, request.kinds or None))
    limits = Limits(max_steps=request.max_steps, timeout_s=request.timeout_s)
    cancel = CancelToken()
    with opened_system(chosen, services) as system:
        facts = {"kind": "live", "limits": limits, "system": system.facts}
        with results_at(request.results, LiveResult, facts) as results, stage_bar() as show, cancelling(cancel):
            found = evaluate_live(
                system,
                default_worlds(),
                wanted,
                results,
                limits=limits,
                workers=chosen.workers,
                cancel=cancel,
                on_task=lambda done, total: show("tasks", done, total, "tasks"),
            )
    show_live(results.facts, live_report(found, seed=request.seed), output=request.output)
