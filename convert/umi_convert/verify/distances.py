"""How far two next-token distributions are apart, and the figures over many of them.

Shapes: logits are (V,) float32; sums are taken in float64.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from umi_convert.verify.values import Distributions
from umi_local.engine.llama_c import Logits

_TOP = 10


@dataclass(frozen=True, slots=True)
class Distance:
    """Two distributions at one position."""

    kl: float
    is_same_top1: bool
    top10: float


def distance(reference: Logits, candidate: Logits) -> Distance:
    """Return KL(reference || candidate) in nats, and whether the likeliest tokens agree.

    With logits x and y less their maxima: sum of softmax(x) (x - y), less log sum exp x, plus log sum exp y.
    """
    x, y = _from_maximum(reference), _from_maximum(candidate)
    weights = np.exp(x)
    total = weights.sum()
    kl = float(weights.dot(x - y) / total - np.log(total) + np.log(np.exp(y).sum()))
    shared = np.intersect1d(_likeliest(reference), _likeliest(candidate), assume_unique=True)
    return Distance(
        kl=max(kl, 0.0),  # equal distributions give a rounding error below 0
        is_same_top1=bool(reference.argmax() == candidate.argmax()),
        top10=len(shared) / min(_TOP, len(reference)),
    )


@dataclass(slots=True)
class Gathered:
    """Distances at many positions."""

    _found: list[Distance] = field(default_factory=list)
    _n_not_finite: int = 0

    def add(self, references: Iterable[Logits], candidates: Iterable[Logits]) -> None:
        """Compare two turns' rows, position by position."""
        for reference, candidate in zip(references, candidates, strict=True):
            if np.isfinite(candidate).all():
                self._found.append(distance(reference, candidate))
            else:
                self._n_not_finite += 1

    def figures(self) -> Distributions | None:
        """Return the figures over everything that was added; None where nothing was."""
        n = len(self._found) + self._n_not_finite
        if not n:
            return None
        kls = np.array([found.kl for found in self._found] or [0.0])
        return Distributions(
            n_positions=n,
            top1=_mean([found.is_same_top1 for found in self._found]),
            top10=_mean([found.top10 for found in self._found]),
            mean_kl=float(kls.mean()),
            p99_kl=float(np.quantile(kls, 0.99)),
            n_not_finite=self._n_not_finite,
        )


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0


def _from_maximum(logits: Logits) -> npt.NDArray[np.float64]:
    shifted: npt.NDArray[np.float64] = logits.astype(np.float64)
    shifted -= float(logits.max())
    return shifted


def _likeliest(logits: Logits) -> npt.NDArray[np.int64]:
    """Return the ten likeliest tokens, in no order."""
    n = min(_TOP, len(logits))
    return np.argpartition(logits, -n)[-n:].astype(np.int64)
