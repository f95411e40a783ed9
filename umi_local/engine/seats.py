"""Seats: where each role sits, that is, which weights compute its context and which speak its turn.

One class serves every layout:

| layout | trunk | speaker | adapter |
|---|---|---|---|
| shared, residency adapters | the backbone's, one for all | | the role's, over its turn only |
| shared, residency merged | the backbone's, one for all | the role's own weights, taking over the trunk's KV | |
| prompted (profiles `prompted` and `single`) | the model's, one for all | | |
| adapters | one a role, the adapter always active | | the role's |
| merged | one a role, its own weights | | |

In `shared` and `adapters` a role may have nothing of its own: it then sits like the others and speaks as the base does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from umi_local.engine.base import CancelToken, OnText, Sampling
from umi_local.engine.kv import Scratch, Trunk, cut, n_common
from umi_local.engine.prefix_cache import PrefixCache
from umi_local.engine.sampling import Picker
from umi_local.engine.speaking import Speech
from umi_local.engine.text import Encoder, Words
from umi_local.messages import Usage
from umi_local.prompts.base import Profile, Prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Where one role sits.

    Attributes:
        model: Whose vocabulary the role reads and writes.
        stops: Tokens that end the role's free text.
        stop_text: Text that ends it where the family has no such token; empty otherwise.
        banned: Tokens that no text of the role may hold: control tokens and turn markers, but those that end it.
        sampling: The role's own, where a request names none.
        speaker: The trunk of the role's own weights, where they take over another's keys and values.
    """

    model: Words
    profile: Profile
    encoder: Encoder
    stops: frozenset[int]
    stop_text: str
    banned: npt.NDArray[np.int64]
    sampling: Sampling
    trunk: Trunk
    adapter: Any = None
    speaker: Trunk | None = None
    cache: PrefixCache | None = None

    @property
    def n_ctx(self) -> int:
        """Tokens that fit into the smaller of the contexts involved."""
        trunks = [self.trunk] if self.speaker is None else [self.trunk, self.speaker]
        return min(trunk.context.n_ctx for trunk in trunks)

    def count(self, prompt: Prompt) -> int:
        """Return the tokens of a prompt."""
        return sum(len(self.encoder.block(block)) for block in (*prompt.history, prompt.cue))

    def open(self, prompt: Prompt, check: Callable[[], None]) -> tuple[Scratch, Usage]:
        """Evaluate a prompt; return the scratch turn after its cue, and what that cost."""
        blocks = [self.encoder.block(block) for block in prompt.history]
        cue = self.encoder.block(prompt.cue)
        evaluated = self._sync(blocks, check)
        if self.speaker is not None:
            self.speaker.take_over(self.trunk)
        scratch = (self.speaker or self.trunk).fork(self.adapter)
        n_history = sum(map(len, blocks))
        try:
            check()
            scratch.decode(cue)
        except BaseException:
            scratch.close()
            raise
        return scratch, Usage(
            calls=1,
            prompt_tokens=n_history + len(cue),
            reused_tokens=n_history - evaluated,
            evaluated_tokens=evaluated + len(cue),
        )

    def speech(self, scratch: Scratch, sampler: Picker, *, cancel: CancelToken, on_text: OnText) -> Speech:
        """Return the role's turn, ready to be spoken after a cue that `open` has decoded."""
        return Speech(
            model=self.model,
            encoder=self.encoder,
            profile=self.profile,
            scratch=scratch,
            sampler=sampler,
            logits=scratch.logits(),
            stops=self.stops,
            stop_text=self.stop_text,
            cancel=cancel,
            on_text=on_text,
            banned=self.banned,
        )

    def _sync(self, blocks: Sequence[Sequence[int]], check: Callable[[], None]) -> int:
        """Bring the trunk to these blocks, through the cache on disk where it helps; return tokens evaluated."""
        evaluated = 0
        stable = blocks[: self.profile.n_stable_blocks]
        chunks = cut(stable, self.trunk.context.params.n_batch)
        is_missing = n_common(self.trunk.chunks, chunks) < len(chunks)
        if self.cache is not None and is_missing and not self.cache.load(self.trunk, chunks):
            evaluated += self.trunk.sync(stable, check).evaluated
            self.cache.store(self.trunk, chunks)
        return evaluated + self.trunk.sync(blocks, check).evaluated
