"""Which records a step sees and how fast it learns: functions of the seed and the step, so resuming needs no state."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from umi_train.config import Schedule


def order(n_units: int, seed: int) -> Iterator[int]:
    """Yield units for ever: each epoch all of them once, shuffled anew."""
    for epoch in range(2**31):
        yield from np.random.default_rng([seed, epoch]).permutation(n_units).tolist()


def plan_steps(
    targets: Sequence[int], *, batch: int, epochs: float, target_tokens: int | None, seed: int
) -> list[tuple[int, ...]]:
    """Return the units of every step.

    Args:
        targets: How many tokens each unit teaches.
        target_tokens: Go on until so many have been taught, whatever `epochs` is. The last step may teach a few more.

    Raises:
        ValueError: There are no units, or they teach nothing.
    """
    if not targets or not any(targets):
        raise ValueError("there is nothing to learn")
    wanted = max(1, round(len(targets) * epochs)) if target_tokens is None else None
    steps: list[tuple[int, ...]] = []
    current: list[int] = []
    n_taught = 0
    for n_seen, unit in enumerate(order(len(targets), seed), 1):
        current.append(unit)
        n_taught += targets[unit]
        is_done = n_seen == wanted if target_tokens is None else n_taught >= target_tokens
        if len(current) == batch or is_done:
            steps.append(tuple(current))
            current = []
        if is_done:
            return steps
    raise AssertionError("the order has no end")


def learning_rate(step: int, n_steps: int, *, peak: float, schedule: Schedule, warmup_ratio: float) -> float:
    """Return the rate of a step, counted from 0: growing over the warm-up, then falling towards 0 (or staying).

    The first step learns already and so does the last: rates are those in the middle of their step.
    """
    n_warmup = round(n_steps * warmup_ratio)
    if step < n_warmup:
        return peak * (step + 1) / (n_warmup + 1)
    if schedule == "constant":
        return peak
    progress = (step - n_warmup) / max(1, n_steps - n_warmup)
    return peak * (1 - progress if schedule == "linear" else 0.5 * (1 + math.cos(math.pi * progress)))
