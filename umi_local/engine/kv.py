"""One conversation in a KV cache: a trunk that grows by whole chunks, and scratch turns that are dropped again.

**The rule.** A block's tokens (a turn, as a rule) are evaluated in chunks of at most n_batch tokens, cut from the block's
start. A trunk is reused by whole chunks only. So the keys and values of a conversation are a function of the conversation:
whatever was reused, rolled back, restored from disk or moved between contexts, they are bit for bit those of a fresh context,
and greedy runs repeat exactly. The price, evaluating again at most one chunk, is small; llama.cpp's logits differ by
up to 0.7 when the same tokens are cut differently (measured on quantized files).

A role never writes into the trunk: it speaks in a scratch sequence forked from it. Its finished turn enters the trunk as text,
tokenized anew, as in training.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from umi_local.engine.llama_c import ContextParams, Logits
from umi_local.engine.text import Words

TRUNK, SCRATCH, TRANSIT = 0, 1, 2
"""The three sequences of a context: the conversation, the turn being spoken, and data on its way to another context."""

Chunk = tuple[int, ...]

_ROWS = 32
"""Tokens evaluated in one call where the logits of every one are wanted."""


class Cells(Protocol):
    """Keys and values of a few sequences over a model's weights, and what computes them: llama.cpp's `Context`, or another.

    Adapters are whatever its own kind are; None is for plain weights.
    """

    @property
    def model(self) -> Words:
        """The vocabulary that its tokens are of."""
        ...

    @property
    def params(self) -> ContextParams:
        """What it was made with."""
        ...

    @property
    def n_ctx(self) -> int:
        """Tokens that fit, over all sequences."""
        ...

    def use_adapter(self, adapter: Any) -> None:
        """Make an adapter, or none, active for what is decoded from now on."""
        ...

    def decode(self, tokens: Sequence[int], position: int, sequence: int, *, every_logit: bool = False) -> None:
        """Evaluate at most n_batch tokens at positions from `position` on; see `Context.decode`."""
        ...

    def logits(self, index: int = -1) -> Logits:
        """Return a token's logits, by default the last one's, valid until the next decode. Shape (V,)."""
        ...

    def cut(self, sequence: int, start: int) -> bool:
        """Forget a sequence from a position on; False where that can't be done."""
        ...

    def copy(self, source: int, target: int, start: int = 0) -> None:
        """Let a sequence share another's cells from a position on."""
        ...


class MovableCells(Cells, Protocol):
    """Cells whose sequences can be moved to other cells or to a disk."""

    def save(self, sequence: int) -> Any:
        """Return a sequence's state, valid until the next `save`."""
        ...

    def restore(self, sequence: int, state: Any) -> bool:
        """Load a state into a sequence; False where it doesn't fit."""
        ...


@dataclass(frozen=True, slots=True)
class Synced:
    """How many tokens of a history were in the cache already, and how many had to be evaluated."""

    reused: int
    evaluated: int


def cut(blocks: Sequence[Sequence[int]], n_batch: int) -> list[Chunk]:
    """Return the blocks' tokens in chunks of at most n_batch, none across a block's border."""
    return [tuple(block[start : start + n_batch]) for block in blocks for start in range(0, len(block), n_batch)]


def n_common(a: Sequence[Chunk], b: Sequence[Chunk]) -> int:
    """Return how many first chunks are equal."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


class Trunk:
    """The conversation's sequence in one context.

    Args:
        adapter: Active while the conversation itself is evaluated (layout `adapters`); None for plain weights.
    """

    def __init__(self, context: Cells, adapter: Any = None) -> None:
        self.context = context
        self.adapter = adapter
        self.chunks: list[Chunk] = []

    @property
    def n_tokens(self) -> int:
        """Tokens of the conversation that are in the cache."""
        return sum(map(len, self.chunks))

    def sync(self, blocks: Sequence[Sequence[int]], check: Callable[[], None]) -> Synced:
        """Make the trunk hold exactly these blocks.

        Args:
            check: Called before every decode call; may raise to stop, and the trunk stays sound.
        """
        wanted = cut(blocks, self.context.params.n_batch)
        self.roll_back(n_common(self.chunks, wanted))
        reused = self.n_tokens
        position = reused
        if len(self.chunks) < len(wanted):
            self.context.use_adapter(self.adapter)
        for chunk in wanted[len(self.chunks) :]:
            check()
            self.context.decode(chunk, position, TRUNK)
            self.chunks.append(chunk)
            position += len(chunk)
        return Synced(reused, position - reused)

    def roll_back(self, n_chunks: int) -> None:
        """Keep the first chunks only; all is forgotten where the model can't be cut."""
        if n_chunks == len(self.chunks):
            return
        kept = self.chunks[:n_chunks]
        if not self.context.cut(TRUNK, sum(map(len, kept))):
            self.context.cut(TRUNK, -1)
            kept = []
        self.chunks = kept

    def take_over(self, other: Trunk) -> int:
        """Get the keys and values that this trunk lacks from another context's trunk; return how many tokens moved."""
        mine, theirs = _movable(self), _movable(other)
        self.roll_back(n_common(self.chunks, other.chunks))
        start = self.n_tokens
        if start == other.n_tokens:
            return 0
        theirs.copy(TRUNK, TRANSIT, start)
        state = theirs.save(TRANSIT)
        theirs.cut(TRANSIT, -1)
        if not mine.restore(TRANSIT, state):
            raise ValueError("the two contexts' KV caches have different forms")
        mine.copy(TRANSIT, TRUNK, start)
        mine.cut(TRANSIT, -1)
        self.chunks = list(other.chunks)
        return self.n_tokens - start

    def save(self) -> bytes:
        """Return the trunk's state as bytes for `restore`."""
        return bytes(_movable(self).save(TRUNK))

    def restore(self, state: Any, chunks: Sequence[Chunk]) -> bool:
        """Replace the trunk by a saved state of these chunks; False, and an empty trunk, where it doesn't fit."""
        self.roll_back(0)
        if _movable(self).restore(TRUNK, state):
            self.chunks = list(chunks)
            return True
        self.context.cut(TRUNK, -1)
        return False

    def fork(self, adapter: Any = None) -> Scratch:
        """Return a scratch turn after the conversation, computed under an adapter or plain weights."""
        return Scratch(self, adapter)


def _movable(trunk: Trunk) -> MovableCells:
    """Return a trunk's cells where they must be movable: merged weights and a cache on disk are llama.cpp's only."""
    return cast(MovableCells, trunk.context)


class Scratch:
    """A turn that is being spoken: decoded after the trunk, dropped on close."""

    def __init__(self, trunk: Trunk, adapter: Any) -> None:
        self._trunk, self._adapter = trunk, adapter
        self.tokens: list[int] = []
        self._start = trunk.n_tokens
        trunk.context.cut(SCRATCH, -1)
        trunk.context.copy(TRUNK, SCRATCH)

    @property
    def n_free(self) -> int:
        """Tokens that still fit into the context."""
        return self._trunk.context.n_ctx - self._start - len(self.tokens)

    def decode(self, tokens: Sequence[int]) -> Logits:
        """Evaluate tokens after what was decoded so far; return a view of the last one's logits, shape (V,)."""
        context = self._trunk.context
        context.use_adapter(self._adapter)
        for chunk in cut([tokens], context.params.n_batch):
            context.decode(chunk, self._start + len(self.tokens), SCRATCH)
            self.tokens.extend(chunk)
        return context.logits()

    def decode_each(self, tokens: Sequence[int], check: Callable[[], None]) -> Iterator[Logits]:
        """Evaluate tokens and yield a view of each one's logits, shape (V,), valid until the next is asked for.

        They are cut into small chunks: a row of logits takes up to a megabyte, and a chunk's rows are all held.
        """
        context = self._trunk.context
        context.use_adapter(self._adapter)
        for chunk in cut([tokens], min(_ROWS, context.params.n_batch)):
            check()
            context.decode(chunk, self._start + len(self.tokens), SCRATCH, every_logit=True)
            self.tokens.extend(chunk)
            for index in range(len(chunk)):
                yield context.logits(index)

    def logits(self) -> Logits:
        """Return a view of the last decoded token's logits, shape (V,)."""
        return self._trunk.context.logits()

    def rewind(self, n_tokens: int) -> None:
        """Keep the first tokens of this turn only."""
        if n_tokens == len(self.tokens):
            return
        kept = self.tokens[:n_tokens]
        context = self._trunk.context
        if context.cut(SCRATCH, self._start + n_tokens):
            self.tokens = kept
            return
        context.cut(SCRATCH, -1)  # a model that can't be cut: again from the trunk
        context.copy(TRUNK, SCRATCH)
        self.tokens = []
        if kept:
            self.decode(kept)

    def close(self) -> None:
        """Drop the turn; the trunk is as it was."""
        self._trunk.context.cut(SCRATCH, -1)
