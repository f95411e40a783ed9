"""The weights of a base, found under the names that an adapter has for them.

An adapter names modules as they were in the program that trained it. Usually that is what the checkpoint says too; where it
isn't, both are known by llama.cpp's name for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from umi_convert.architectures.base import Architecture

OTHER_BASE = "made for another base"
"""How problems begin that another base would solve."""

EMBEDDING, HEAD = "token_embd.weight", "output.weight"

Shape: TypeAlias = tuple[int, ...]


class BaseNames:
    """Names and shapes of a base's weights.

    Attributes:
        architecture: Of the base.
        embedding: Hugging Face's name of the token embedding.
        head: Of the output matrix, whether the base has one of its own or uses the embedding.
        tied: The base has no head of its own.
    """

    def __init__(self, architecture: Architecture, shapes: Mapping[str, Shape]) -> None:
        self.architecture = architecture
        self._shapes = shapes
        self._by_gguf_name = {gguf: name for name in shapes if (gguf := self.gguf_name(name))}
        self.embedding = self._by_gguf_name.get(EMBEDDING, "model.embed_tokens.weight")
        self.head = self._by_gguf_name.get(HEAD, "lm_head.weight")
        self.tied = self.head not in shapes

    def gguf_name(self, name: str) -> str | None:
        """Return llama.cpp's name of a weight; None where it has none."""
        try:
            return self.architecture.gguf_tensor_name(name)
        except KeyError:
            return None

    def name_of(self, weight: str) -> str | None:
        """Return the base's name of a weight that an adapter changes; None where the base has no such weight."""
        if weight in self._shapes:
            return weight
        gguf = self.gguf_name(weight)
        if gguf == HEAD or weight == "lm_head.weight":
            return self.head
        return self._by_gguf_name.get(gguf) if gguf else None

    def shape_of(self, name: str) -> Shape | None:
        """Return the shape of a weight by the base's name; a tied head has its embedding's."""
        return self._shapes.get(self.embedding if self.tied and name == self.head else name)


def some_of(items: Sequence[str], n_shown: int = 4) -> str:
    """Return a list for a message, cut where it is long."""
    more = f" and {len(items) - n_shown} more" if len(items) > n_shown else ""
    return ", ".join(items[:n_shown]) + more


def hint_for(problems: Sequence[str], otherwise: str) -> str:
    """Return the remedy for an adapter's problems."""
    if any(problem.startswith(OTHER_BASE) for problem in problems):
        return "Use the base model that this adapter was trained on."
    return otherwise
