"""How fast a role reads and writes on this machine: tokens per second, for people and for choosing among candidates.

A block of tokens is read in one batch, then tokens are written one by one, as in a turn without a grammar. The best of a few
rounds counts: whatever else the machine does only ever makes a round slower.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from umi_convert.verify.values import Speed
from umi_local.engine.base import CancelToken
from umi_local.engine.seats import Seat

N_PROMPT, N_DECODED, N_ROUNDS = 256, 24, 3


def measure_speed(seat: Seat, tokens: Sequence[int], cancel: CancelToken) -> Speed:
    """Measure a role.

    Args:
        tokens: Of real prompts; repeated where they are too few.
    """
    n = min(N_PROMPT, seat.trunk.context.params.n_batch, seat.n_ctx // 2)
    block = (list(tokens) * (1 + n // max(len(tokens), 1)))[:n]
    rounds = [_round(seat, block, cancel) for _ in range(N_ROUNDS)]
    seat.trunk.roll_back(0)
    return Speed(
        prompt_tokens_per_s=len(block) / min(read for read, _ in rounds),
        decode_tokens_per_s=N_DECODED / min(written for _, written in rounds),
    )


def _round(seat: Seat, block: Sequence[int], cancel: CancelToken) -> tuple[float, float]:
    """Return the seconds of reading the block and of writing."""
    seat.trunk.roll_back(0)
    started = time.perf_counter()
    seat.trunk.sync([block], cancel.check)
    read = time.perf_counter() - started
    if seat.speaker is not None:
        seat.speaker.take_over(seat.trunk)
    scratch = (seat.speaker or seat.trunk).fork(seat.adapter)
    try:
        logits = scratch.decode(block[:1])  # the first decode under another adapter builds its graph
        started = time.perf_counter()
        for _ in range(N_DECODED):
            cancel.check()
            logits = scratch.decode([int(logits.argmax())])
        return read, time.perf_counter() - started
    finally:
        scratch.close()
