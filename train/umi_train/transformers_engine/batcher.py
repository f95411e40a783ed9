"""Several texts that go on at once, computed together: continuous batching.

A token of one text costs nearly as much as one of each of sixteen: weights are read, and hundreds of small calls made, once. So
whoever needs few tokens waits until everybody who is speaking waits too, and then all are computed in one pass. A long piece
of a text is computed by itself.

What a text says doesn't depend on who else is speaking: a pass over few tokens always has `ROWS` rows, those that are left
over being nobody's, so every product has the same shapes; and attention is computed text by text.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch

from umi_local.engine.llama_c import Logits
from umi_train.attention import Following, KeptText, Together
from umi_train.causal import CausalModel
from umi_train.transformers_engine.switch import Switch

ROWS = 16
"""Tokens of a pass over few. More rows serve more texts, and cost each pass a little more."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """The next tokens of a text.

    Attributes:
        kept: Keys and values of the text; those of these tokens are added.
        position: Of the first token.
        adapter: Active over them, or none.
        every_logit: Whether every token's logits are wanted, or the last one's only.
    """

    kept: KeptText
    tokens: Sequence[int]
    position: int
    adapter: str | None = None
    every_logit: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    piece: Piece
    answer: Future[Logits] = field(default_factory=Future)


class Batcher:
    """Computes pieces of texts on one thread of its own. Safe to use from several.

    Args:
        switch: Switches adapters; None for a model that has none.
        n_tokens: Of the vocabulary: the head may have more rows.
    """

    def __init__(self, causal: CausalModel, switch: Switch | None, n_tokens: int) -> None:
        self._causal, self._switch, self._n_tokens = causal, switch, n_tokens
        self._thread = ThreadPoolExecutor(1, "umi-torch")
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._n_speaking = 0

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown()

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Count the caller among those who speak: the others' few tokens wait for the caller's, in the block."""
        with self._lock:
            self._n_speaking += 1
        try:
            yield
        finally:
            with self._lock:
                self._n_speaking -= 1
            self._compute_if_all_wait()

    def compute(self, piece: Piece) -> Logits:
        """Return logits of a piece's tokens, (n, V), or of its last one, (1, V).

        Raises:
            RuntimeError: torch could not compute it.
        """
        if len(piece.tokens) > ROWS:
            return self._thread.submit(self._alone, piece).result()
        waiting = _Waiting(piece)
        with self._lock:
            self._waiting.append(waiting)
        self._compute_if_all_wait()
        return waiting.answer.result()

    def _compute_if_all_wait(self) -> None:
        with self._lock:
            if not self._waiting or len(self._waiting) < self._n_speaking:
                return
            taken, self._waiting = self._waiting, []
        for group in _passes(taken):
            self._thread.submit(self._answer, group)

    def _answer(self, group: Sequence[_Waiting]) -> None:
        try:
            found = self._together([waiting.piece for waiting in group])
        except BaseException as error:  # noqa: BLE001  # handed to whoever waits, whatever it is
            for waiting in group:
                waiting.answer.set_exception(error)
            return
        for waiting, logits in zip(group, found, strict=True):
            waiting.answer.set_result(logits)

    @torch.inference_mode()
    def _alone(self, piece: Piece) -> Logits:
        """Compute a long piece."""
        if self._switch is not None:
            self._switch.use(piece.adapter)
        device = self._causal.device
        tokens = torch.tensor([list(piece.tokens)], device=device)
        positions = torch.arange(piece.position, piece.position + len(piece.tokens), device=device)[None]
        states = self._causal.hidden(tokens, positions, Following(piece.kept, piece.position))
        logits = self._causal.logits(states if piece.every_logit else states[-1:])
        found: Logits = logits[:, : self._n_tokens].float().cpu().numpy()
        return found

    @torch.inference_mode()
    def _together(self, pieces: Sequence[Piece]) -> list[Logits]:
        """Compute short pieces, of at most `ROWS` tokens together."""
        tokens: list[int] = []
        positions: list[int] = []
        adapters: list[str | None] = []
        texts: list[tuple[int, int, Following]] = []
        for piece in pieces:
            begin, n = len(tokens), len(piece.tokens)
            texts.append((begin, begin + n, Following(piece.kept, piece.position)))
            tokens += piece.tokens
            positions += range(piece.position, piece.position + n)
            adapters += [piece.adapter] * n
        nobodys = ROWS - len(tokens)
        if self._switch is not None:
            self._switch.use_rows(adapters + [None] * nobodys)
        device = self._causal.device
        states = self._causal.hidden(
            torch.tensor([tokens + [0] * nobodys], device=device),
            torch.tensor([positions + [0] * nobodys], device=device),
            Together(tuple(texts)),
        )
        logits = self._causal.logits(states)[:, : self._n_tokens].float().cpu().numpy()
        wanted = (
            (begin if piece.every_logit else end - 1, end) for piece, (begin, end, _) in zip(pieces, texts, strict=True)
        )
        return [logits[begin:end] for begin, end in wanted]


def _passes(waiting: Sequence[_Waiting]) -> Iterator[list[_Waiting]]:
    """Yield groups of at most `ROWS` tokens."""
    group: list[_Waiting] = []
    n = 0
    for one in waiting:
        if n + len(one.piece.tokens) > ROWS:
            yield group
            group, n = [], 0
        group.append(one)
        n += len(one.piece.tokens)
    yield group
