"""How much each input column of a weight matters: sums of squared inputs, and how many rows were summed.

These are the numbers of llama.cpp's importance matrices (`tools/imatrix/imatrix.cpp`): a quantizer that knows them spends its
error where inputs are small. Numbers only; `activations.py` gets them from a running model.

Shapes: `E` matrices in a weight (1, or one an expert), `i` row length.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from umi_local.errors import EngineError

Float32 = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class InputStatistic:
    """What went into one weight.

    Attributes:
        sums: Sum of squares by column, shape (E, i).
        counts: How many rows were summed, shape (E,).
    """

    sums: Float32
    counts: Counts

    def means(self) -> Float32:
        """Return the mean squares as the quantizer takes them, shape (E * i,); 1 for a matrix that no row went into."""
        seen = self.counts[:, None] > 0
        return np.where(seen, self.sums / np.maximum(self.counts, 1)[:, None], 1).astype(np.float32).ravel()


Importance = Mapping[str, InputStatistic]
"""By the name of the weight."""


def mean_squares(importance: Importance) -> dict[str, Float32]:
    """Return what `quantize_file` takes: the mean squares of every weight."""
    return {name: statistic.means() for name, statistic in importance.items()}


class ImportanceSums:
    """Adds rows up, in float64: a running sum in float32 would stop growing after some million rows."""

    def __init__(self) -> None:
        self._sums: dict[str, npt.NDArray[np.float64]] = {}
        self._counts: dict[str, Counts] = {}

    def add(self, name: str, n_matrices: int, matrix: int, rows: Float32) -> None:
        """Add rows that went into one matrix of a weight.

        Shape:
            rows (n, i), of any n.

        Raises:
            EngineError: They hold NaN or infinity, or another number of columns than before.
        """
        squares = np.einsum("ni,ni->i", rows, rows, dtype=np.float64)
        if not np.isfinite(squares).all():
            raise EngineError(
                f"the inputs of {name} aren't finite: the model overflows or is damaged",
                hint="Convert it again, as BF16 or F32.",
            )
        shape = (n_matrices, rows.shape[1])
        sums = self._sums.setdefault(name, np.zeros(shape))
        if sums.shape != shape:
            raise EngineError(f"{name} was multiplied with inputs of shape {shape} after {sums.shape}")
        sums[matrix] += squares
        self._counts.setdefault(name, np.zeros(n_matrices, np.int64))[matrix] += len(rows)

    def result(self) -> dict[str, InputStatistic]:
        """Return the sums so far, by name in order."""
        return {
            name: InputStatistic(self._sums[name].astype(np.float32), self._counts[name].copy())
            for name in sorted(self._sums)
        }
