"""A model to convert, opened but not read: a checkpoint's folder or a GGUF, and what adapters make of it.

The two kinds differ in how tensors are named and stored; everything after them sees a `ModelSource`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

from umi_convert.adapter_gguf import adapter_source
from umi_convert.architectures import architecture_of, architecture_of_gguf
from umi_convert.architectures.base import Architecture
from umi_convert.checkpoint import open_checkpoint
from umi_convert.config import Config
from umi_convert.errors import CheckpointError, UnsupportedAdapterError
from umi_convert.gguf_source import config_of_gguf, open_gguf_source, patched_gguf
from umi_convert.key_values import KeyValues
from umi_convert.model import source_of, vocabulary_of
from umi_convert.patches import Patch
from umi_convert.peft_adapter import AdapterPatches, PeftAdapter, patches_of_all
from umi_convert.source import ModelSource
from umi_convert.tensors import DType
from umi_convert.vocabulary import SourceTokenizer, open_tokenizer
from umi_local.engine.gguf_header import check_model, read_header


class BaseModel(Protocol):
    """A model that adapters can be merged into.

    Attributes:
        is_quantized: Whether some of its matrices are.
    """

    path: Path
    size_bytes: int
    is_quantized: bool

    @property
    def config(self) -> Config:
        """Its configuration, in Hugging Face's words."""
        ...

    @property
    def architecture(self) -> Architecture:
        """What turns its tensors into llama.cpp's."""
        ...

    @property
    def fingerprint(self) -> str:
        """Of the weights as they are, without adapters."""
        ...

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Shapes of the weights by Hugging Face's names."""
        ...

    @property
    def tokenizer(self) -> SourceTokenizer | None:
        """The tokenizer it came with; None where that is in the GGUF itself."""
        ...

    def with_patches(self, patches: Mapping[str, Sequence[Patch]], *, untied: bool) -> ModelSource:
        """Return what will be written, with weights changed."""
        ...


class CheckpointModel:
    """A folder with config.json, weights and a tokenizer."""

    is_quantized = False

    def __init__(self, path: Path, pre_tokenizer: str | None = None) -> None:
        self.path = path
        self._checkpoint = open_checkpoint(path)
        self.config = self._checkpoint.config
        self.architecture = architecture_of(self.config)
        self.size_bytes = self._checkpoint.size_bytes
        self._pre_tokenizer = pre_tokenizer

    @cached_property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Shapes of the weights by name."""
        return {name: tensor.shape for name, tensor in self._checkpoint.tensors.items()}

    @cached_property
    def fingerprint(self) -> str:
        """Of the weights."""
        return self._plain.fingerprint

    @cached_property
    def tokenizer(self) -> SourceTokenizer | None:
        """The tokenizer in the folder."""
        return open_tokenizer(self.path)

    @cached_property
    def _vocabulary(self) -> KeyValues:
        """The same with any patches."""
        return vocabulary_of(self._checkpoint, self._pre_tokenizer)

    @cached_property
    def _plain(self) -> ModelSource:
        return self.with_patches({}, untied=False)

    def with_patches(self, patches: Mapping[str, Sequence[Patch]], *, untied: bool) -> ModelSource:
        """Return what will be written, with weights changed."""
        return source_of(self._checkpoint, patches, untied=untied, vocabulary=lambda: self._vocabulary)


class GGUFModel:
    """A GGUF; its quantized weights are read as float32.

    Attributes:
        files: Of a split model all parts, the first one first.
    """

    tokenizer: SourceTokenizer | None = None

    def __init__(self, path: Path) -> None:
        self.path = path
        self._source = open_gguf_source(path)
        header = check_model(path)
        self.files = header.parts
        self.size_bytes = sum(file.stat().st_size for file in self.files)
        self.is_quantized = any(tensor.type.name not in DType.__members__ for tensor in header.tensors)
        self.fingerprint = self._source.fingerprint

    @cached_property
    def config(self) -> Config:
        """A configuration made from the GGUF's keys."""
        return config_of_gguf(self._source, self.path)

    @cached_property
    def architecture(self) -> Architecture:
        """What its tensors are called in a checkpoint.

        Raises:
            UnsupportedArchitectureError: There is no file for it; it can be copied and quantized, but nothing merged.
        """
        return architecture_of_gguf(self._source.arch, self.path)

    @cached_property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Shapes of the weights by Hugging Face's names."""
        named = ((self.architecture.hf_tensor_name(tensor.name), tensor.shape) for tensor in self._source.tensors)
        return {name: shape for name, shape in named if name is not None}

    def with_patches(self, patches: Mapping[str, Sequence[Patch]], *, untied: bool) -> ModelSource:
        """Return what will be written, with weights changed."""
        if not patches:
            return self._source
        return patched_gguf(self._source, patches, self.architecture, self.config, untied=untied)


def open_base(path: Path, *, pre_tokenizer: str | None = None) -> BaseModel:
    """Open a checkpoint's folder or a GGUF.

    Raises:
        CheckpointError: It is neither, or broken.
        UnsupportedArchitectureError: Its architecture isn't among those here.
        ModelFileError: It is a broken GGUF.
    """
    if path.suffix.lower() == ".gguf" and not path.is_dir():
        if read_header(path).metadata.get("general.type") == "adapter":
            hint = "Give the PEFT folder that it was made from; a bundle.toml may name a LoRA GGUF as it is."
            raise CheckpointError(path, "this is a LoRA GGUF, not a model", hint=hint)
        return GGUFModel(path)
    return CheckpointModel(path, pre_tokenizer)


def merged(base: BaseModel, adapters: Sequence[PeftAdapter]) -> ModelSource:
    """Return a base with adapters merged, one after the other.

    Raises:
        UnsupportedAdapterError: One doesn't fit the base, or holds what can't be merged.
    """
    changes = _patches(base, adapters)
    return base.with_patches(changes.patches, untied=changes.untied)


def as_adapter(base: BaseModel, adapter: PeftAdapter, fingerprint: str) -> ModelSource:
    """Return an adapter as a run-time LoRA for a base.

    Args:
        fingerprint: Of the base that the adapter will run on: this one, with a backbone's adapter merged or without.

    Raises:
        UnsupportedAdapterError: It has no such form.
    """
    return adapter_source(adapter, base.config, base.architecture, base.shapes, fingerprint)


def problems_of(base: BaseModel, adapters: Sequence[PeftAdapter]) -> tuple[str, ...]:
    """Return what stands against merging adapters into a base, one after the other."""
    try:
        _patches(base, adapters)
    except UnsupportedAdapterError as error:
        return error.problems
    return ()


def is_tied(base: BaseModel) -> bool:
    """Whether the base's head is its embedding."""
    return "lm_head.weight" not in base.shapes


def _patches(base: BaseModel, adapters: Sequence[PeftAdapter]) -> AdapterPatches:
    if not adapters:
        return AdapterPatches()
    return patches_of_all(adapters, base.config, base.architecture, base.shapes, tied=is_tied(base))
