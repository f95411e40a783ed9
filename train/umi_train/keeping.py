"""What is kept of a run: the adapters that were best on dev so far, and when there is no point in going on."""

from __future__ import annotations

import math
from collections.abc import Sequence

from umi_train.checkpoint import State
from umi_train.jobs import Job
from umi_train.lora import weights_of
from umi_train.measure import Measured
from umi_train.network import Network


def keep_better_ones(state: State, network: Network, job: Job, found: Measured) -> None:
    """Keep each adapter that lost less on dev than ever before: the mean over the roles that it speaks for."""
    for name in job.adapters:
        losses = [loss for role, loss in found.roles.items() if job.group(role) == name]
        if not losses:  # nothing to tell by: the newest counts
            state.best[name] = weights_of(network.model, name)
            continue
        loss = sum(losses) / len(losses)
        if loss < state.best_losses.get(name, math.inf):
            state.best_losses[name], state.waits[name] = loss, 0
            state.best[name] = weights_of(network.model, name)
        else:
            state.waits[name] = state.waits.get(name, 0) + 1


def is_out_of_patience(state: State, adapters: Sequence[str], patience: int | None) -> bool:
    """Whether no adapter got better in the last `patience` measurements; None waits for ever."""
    return patience is not None and all(state.waits.get(name, 0) >= patience for name in adapters)
