"""Rows side by side on a processor's cores: two rows with a core each take less time than one after the other with both.

A row is tens of thousands of small calls, of which few are worth sharing out among cores: with two cores for each call a row
took 3.16 s, with one 4.79 s (SmolLM2-135M, 2,048 tokens, forward and backward). So each thread computes rows of its own, and
results come in an order of the rows: what is added up doesn't depend on who was done first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TypeVar

import torch

from umi_train.packing import pack

T = TypeVar("T")

TOKENS = 1024
"""Of a row at least, where rows are computed side by side: shorter ones waste time on calls."""


class RowThreads:
    """Computes rows, on the cores that torch has been given; used as a context.

    Args:
        row_tokens: That are computed at once, by all threads together.
        is_random: Whether rows draw random numbers: they then come one after the other, so that they draw the same again.

    Attributes:
        n: Rows at once.
    """

    def __init__(self, row_tokens: int, device: torch.device, *, is_random: bool = False) -> None:
        self._n_cores = torch.get_num_threads()
        can_share = device.type == "cpu" and not is_random
        self.n = max(1, min(self._n_cores, row_tokens // TOKENS)) if can_share else 1
        self._capacity = row_tokens // self.n
        self._pool: ThreadPoolExecutor | None = None

    def __enter__(self) -> RowThreads:
        if self.n > 1:
            torch.set_num_threads(self._n_cores // self.n)  # new threads get this number, too
            self._pool = ThreadPoolExecutor(self.n, "umi-row")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
            torch.set_num_threads(self._n_cores)

    def pack(self, lengths: Sequence[int]) -> list[list[int]]:
        """Return which items go into a row together; see `packing.pack`."""
        return pack(lengths, self._capacity)

    def map(
        self, compute: Callable[[list[int]], T], rows: Sequence[list[int]], lengths: Sequence[int]
    ) -> Iterator[tuple[list[int], T]]:
        """Yield each row and what it comes to, the longest first, so that no thread is left alone with a long one.

        Args:
            compute: Gets a row's items. Gradients are wanted in it unless it says otherwise: that is a thread's own affair.
            lengths: Of all items.
        """
        ordered = sorted(rows, key=lambda row: -sum(lengths[item] for item in row))
        if self._pool is None:
            yield from ((row, compute(row)) for row in ordered)
            return
        futures = deque((row, self._pool.submit(compute, row)) for row in ordered)
        while futures:
            row, future = futures.popleft()
            yield row, future.result()
