"""A PEFT adapter as a LoRA GGUF, as llama.cpp's own converter writes it (`llama.cpp: convert_lora_to_gguf.py`).

llama.cpp scales an update by alpha / r, with one alpha for the whole file and r from the shape. Where PEFT scales otherwise
(rsLoRA, `alpha_pattern`, an alpha of 0) the difference is multiplied into the file's alpha, or into B in float32 before the one
rounding. What has no such form is refused, all of it at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from gguf import GGUFType, GGUFValueType, Keys

from umi_convert.adapter_layouts import ADAPTER_HINT, runtime_problems
from umi_convert.architectures.base import Architecture
from umi_convert.base_names import EMBEDDING, OTHER_BASE, BaseNames, Shape, hint_for, some_of
from umi_convert.config import Config
from umi_convert.errors import UnsupportedAdapterError
from umi_convert.key_values import KeyValues
from umi_convert.metadata import write_general
from umi_convert.peft_options import LoraOptions
from umi_convert.peft_weights import LoraUpdate
from umi_convert.source import ModelSource
from umi_convert.tensors import Array, DType, Tensor
from umi_local.engine.gguf_adapters import BASE_KEY

if TYPE_CHECKING:
    from umi_convert.peft_adapter import PeftAdapter


def adapter_source(
    adapter: PeftAdapter,
    config: Config,
    architecture: Architecture,
    base_shapes: Mapping[str, Shape],
    base_fingerprint: str,
) -> ModelSource:
    """Return an adapter as what a LoRA GGUF holds.

    Args:
        base_shapes: Of the base's weights, by Hugging Face's names.
        base_fingerprint: Of the base that it will run on; written into the file and checked at load.

    Raises:
        UnsupportedAdapterError: It has no such form, or is made for another base; all problems are listed.
    """
    base = BaseNames(architecture, base_shapes)
    names: dict[str, str] = {}
    problems = [
        *runtime_problems(adapter, tied=base.tied),
        *_fingerprint_problems(adapter, base_fingerprint),
        *_name_updates(adapter, base, names),
    ]
    if problems:
        raise UnsupportedAdapterError(adapter.folder, problems, hint=hint_for(problems, ADAPTER_HINT))
    alpha = file_alpha(adapter.options)
    tensors = [
        tensor
        for module, name in names.items()
        for tensor in _pair(adapter, adapter.weights.updates[module], name, architecture, config, alpha)
    ]
    return ModelSource(
        arch=architecture.gguf_name,
        metadata=_metadata(adapter, architecture, alpha, base_fingerprint),
        tensors=tuple(tensors),
        dtype=tensors[0].dtype if tensors else DType.F32,
        fingerprint=base_fingerprint,
    )


def file_alpha(options: LoraOptions) -> float:
    """Return the alpha that a whole file gets, such that most updates need no change.

    llama.cpp takes an alpha of 0 for one that isn't there, so that one becomes 1, and the updates 0.
    """
    alpha = options.alpha * math.sqrt(options.rank) if options.use_rslora else options.alpha
    return alpha if np.float32(alpha) != 0 else 1.0


def fold_factor(update: LoraUpdate, alpha: float) -> float:
    """Return what B must be multiplied by for llama.cpp's alpha / r to come out as PEFT's scale."""
    factor = update.scale * update.rank / alpha
    return 1.0 if math.isclose(factor, 1.0, rel_tol=1e-12) else factor


def _fingerprint_problems(adapter: PeftAdapter, base_fingerprint: str) -> Iterator[str]:
    trained_on = adapter.card.base_fingerprint if adapter.card is not None else base_fingerprint
    if trained_on != base_fingerprint:
        yield (
            f"{OTHER_BASE}: it was trained on {trained_on[:16]}, and this one is {base_fingerprint[:16]}; is the"
            " backbone's adapter missing?"
        )


def _name_updates(adapter: PeftAdapter, base: BaseNames, names: dict[str, str]) -> Iterator[str]:
    """Find llama.cpp's name for every update, and yield what doesn't fit the base."""
    missing, misfits = [], []
    for module, update in adapter.weights.updates.items():
        name = base.name_of(f"{module}.weight")
        gguf_name = base.gguf_name(name) if name else None
        shape = base.shape_of(name) if name else None
        if gguf_name is None or shape is None:
            missing.append(module)
        elif shape != update.change_shape:
            misfits.append(f"{module} {update.change_shape} on {shape}")
        elif update.embedding != (gguf_name == EMBEDDING):
            misfits.append(f"{module} is {'no' if update.embedding else 'an'} embedding in the base")
        else:
            names[module] = gguf_name
    if missing:
        yield f"{OTHER_BASE}: it changes {some_of(missing)}, which this one lacks"
    if misfits:
        yield f"{OTHER_BASE}: shapes don't fit: {some_of(misfits)}"


def _pair(
    adapter: PeftAdapter, update: LoraUpdate, name: str, architecture: Architecture, config: Config, alpha: float
) -> tuple[Tensor, Tensor]:
    """Return A and B of an update as llama.cpp wants them: A of the embedding turned round, B's rows in its order."""
    lora_a, lora_b = update.lora_a, update.lora_b
    if update.embedding:
        lora_a = _turned(adapter, lora_a)
    order = None if update.embedding else architecture.row_order(name, lora_b.n_rows, config)
    factor = fold_factor(update, alpha)
    if order is not None or factor != 1:
        lora_b = _folded(adapter, lora_b, order, factor)
    return lora_a.renamed(f"{name}.lora_a"), lora_b.renamed(f"{name}.lora_b")


def _turned(adapter: PeftAdapter, tensor: Tensor) -> Tensor:
    def read(start: int, stop: int) -> Array:
        return np.ascontiguousarray(adapter.cache.values(tensor)[:, start:stop].T)

    return Tensor(name=tensor.name, shape=tensor.shape[::-1], dtype=DType.F32, read=read)


def _folded(adapter: PeftAdapter, tensor: Tensor, order: Array | None, factor: float) -> Tensor:
    def read(start: int, stop: int) -> Array:
        values = adapter.cache.values(tensor)
        rows = values[start:stop] if order is None else values[order[start:stop]]
        return rows * np.float32(factor) if factor != 1 else rows

    return Tensor(name=tensor.name, shape=tensor.shape, dtype=DType.F32, read=read)


def _metadata(adapter: PeftAdapter, architecture: Architecture, alpha: float, base_fingerprint: str) -> KeyValues:
    metadata = KeyValues(architecture.gguf_name)
    n_changed = sum(update.lora_b.shape[0] * update.lora_a.shape[1] for update in adapter.weights.updates.values())
    write_general(adapter.folder, -n_changed, metadata)  # gguf-py takes less than 0 parameters for those of an adapter
    metadata.string(Keys.General.TYPE, GGUFType.ADAPTER)
    metadata.string(Keys.Adapter.TYPE, "lora")
    metadata.float32(Keys.Adapter.LORA_ALPHA, alpha)
    metadata.array(Keys.Adapter.ALORA_INVOCATION_TOKENS, adapter.options.invocation_tokens, GGUFValueType.UINT32)
    metadata.string(BASE_KEY, base_fingerprint)
    return metadata
