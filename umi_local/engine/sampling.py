"""From logits to the next token: greedy, or temperature with top-k, top-p and min-p, in the order of llama.cpp's chain."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from umi_local.engine.base import Sampling

Logits = npt.NDArray[np.float32]


class Picker(Protocol):
    """What chooses the next token: a `Sampler`, or something that watches one or follows a script."""

    def pick(self, logits: Logits) -> int:
        """Return the next token. Logits of shape (V,); forbidden tokens are at minus infinity."""


class Sampler:
    """Picks tokens. Equal settings, salts and logits give equal tokens.

    Args:
        salt: What else the random stream depends on, such as the position in a conversation.
    """

    def __init__(self, sampling: Sampling, *salt: int) -> None:
        self._sampling = sampling
        self._random = np.random.default_rng([sampling.seed & 0xFFFFFFFF, *salt])

    def pick(self, logits: Logits) -> int:
        """Return the next token. Logits of shape (V,); forbidden tokens are at minus infinity."""
        if self._sampling.temperature == 0:
            return int(logits.argmax())
        tokens, probabilities = self._distribution(logits)
        point = self._random.random() * probabilities.sum()
        index = int(np.searchsorted(np.cumsum(probabilities), point, side="right"))
        return int(tokens[min(index, len(tokens) - 1)])

    def _distribution(self, logits: Logits) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Return the tokens that may be picked, likeliest first, and their weights."""
        s = self._sampling
        possible = np.flatnonzero(logits > -np.inf)
        if 0 < s.top_k < len(possible):
            possible = possible[np.argpartition(logits[possible], -s.top_k)[-s.top_k :]]
        tokens = possible[np.argsort(-logits[possible], kind="stable")]
        weights: npt.NDArray[np.float64] = np.exp(logits[tokens].astype(np.float64) - logits[tokens[0]])
        weights /= weights.sum()
        n_kept = int(np.searchsorted(np.cumsum(weights), s.top_p)) + 1 if s.top_p < 1 else len(tokens)
        if s.min_p > 0:
            n_kept = min(n_kept, int((weights >= s.min_p * weights[0]).sum()))
        tokens = tokens[:n_kept]
        scaled = (logits[tokens].astype(np.float64) - logits[tokens[0]]) / s.temperature
        kept: npt.NDArray[np.float64] = np.exp(scaled)
        return tokens, kept


def softmax(logits: Logits) -> npt.NDArray[np.float64]:
    """Return probabilities over all tokens, shape (V,)."""
    weights: npt.NDArray[np.float64] = np.exp(logits.astype(np.float64) - logits.max())
    weights /= weights.sum()
    return weights
