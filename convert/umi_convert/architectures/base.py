"""What a model architecture says about itself so that a checkpoint of it becomes a GGUF.

Each architecture is one file beside this one with a module-level `ARCHITECTURE`; `architectures/__init__.py` finds them.
Weights come in Hugging Face's names and layout and leave in llama.cpp's; both are facts of the two projects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from umi_convert.config import Config
from umi_convert.key_values import KeyValues
from umi_convert.tensors import Tensor


class Architecture(Protocol):
    """One model architecture. All methods are pure but `write_vocabulary`, which reads the tokenizer's files.

    Attributes:
        hf_names: Classes in `architectures` of config.json that this file converts.
        gguf_name: `general.architecture`.
        unties: Whether llama.cpp's loader takes an `output.weight` of its own where a checkpoint ties it to the embedding.
    """

    hf_names: tuple[str, ...]
    gguf_name: str
    unties: bool

    def completed(self, config: Config) -> Config:
        """Return a configuration with what transformers would take for keys that aren't there."""
        ...

    def problems(self, config: Config) -> Iterable[str]:
        """Yield what in this configuration can't be converted, such as an unknown kind of rope scaling."""
        ...

    def gguf_tensor_name(self, hf_name: str) -> str | None:
        """Return llama.cpp's name for a tensor, or None for one that isn't written (rotary tables, ...).

        Raises:
            KeyError: The architecture has no such tensor.
        """
        ...

    def hf_tensor_name(self, gguf_name: str) -> str | None:
        """Return Hugging Face's name for a GGUF tensor, or None for one that was computed (rope_freqs, ...)."""
        ...

    def row_order(self, gguf_name: str, n_rows: int, config: Config) -> NDArray[np.intp] | None:
        """Return, for each row of the GGUF tensor, which row of Hugging Face's it is; None where the order is the same.

        It holds for weights, biases and the B matrix of a LoRA alike.
        """
        ...

    def converted(self, tensor: Tensor, config: Config) -> Tensor | None:
        """Return a checkpoint's tensor under llama.cpp's name, in its row order and with its values; None to leave it out."""
        ...

    def tensor_shapes(self, config: Config) -> Mapping[str, tuple[int, ...]]:
        """Return the shapes, row-major, of all tensors that a checkpoint may have, by llama.cpp's names."""
        ...

    def missing_tensors(self, config: Config, names: Iterable[str]) -> tuple[str, ...]:
        """Return the tensors, by Hugging Face's names, that a complete checkpoint has and this one lacks.

        Args:
            names: llama.cpp's names of those that are there.
        """
        ...

    def extra_tensors(self, config: Config) -> Iterable[Tensor]:
        """Yield tensors that are computed from the configuration, such as rope_freqs.weight; they are written first."""
        ...

    def write_hparams(self, config: Config, metadata: KeyValues) -> None:
        """Set the keys that describe the model's shape, but not `general.file_type`."""
        ...

    def write_vocabulary(
        self, folder: Path, config: Config, metadata: KeyValues, pre_tokenizer: str | None = None
    ) -> None:
        """Set the tokenizer's keys from the files in the checkpoint's folder.

        Args:
            pre_tokenizer: llama.cpp's name of the pre-tokenizer, for a byte-level BPE tokenizer that isn't recognized.

        Raises:
            CheckpointError: They are missing or broken.
        """
        ...
