"""GGUF files for benchmarks and tests: LoRA adapters, merged, dequantized and requantized models.

Everything is deterministic in its seed and written with `gguf`, which shares no code with our own reader. Nothing here is a
converter: adapters are random, and whole models pass through memory.

Shapes (numpy order): `o` out_features, `i` in_features, `r` LoRA rank; a weight is (o, i), `lora_a` (r, i), `lora_b` (o, r).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import numpy.typing as npt

LINEAR = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
"""The linear layers of a llama block, all of which an adapter written here changes."""

F32 = gguf.GGMLQuantizationType.F32
F16 = gguf.GGMLQuantizationType.F16

Array = npt.NDArray[Any]


def write_lora(
    path: Path,
    base_path: Path,
    *,
    rank: int = 16,
    alpha: float = 32.0,
    seed: int = 0,
    scale: float = 0.04,
    qtype: gguf.GGMLQuantizationType = F32,
    extra: Callable[[gguf.GGUFWriter], None] | None = None,
) -> Path:
    """Write a LoRA adapter on every linear layer of a llama-architecture base, F32, F16 or quantized.

    Args:
        scale: Frobenius norm of each layer's update as a share of its weight's; 0 writes an adapter without effect.
        extra: Gets the writer before anything is written, to add metadata.
    """
    reader = _reader(base_path)
    architecture = reader.fields["general.architecture"].contents()
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", alpha)
    if extra is not None:
        extra(writer)
    rng = np.random.default_rng(seed)
    n_layers = reader.fields[f"{architecture}.block_count"].contents()
    tensors = {tensor.name: tensor for tensor in reader.tensors}
    for layer in range(n_layers):
        for name in LINEAR:
            full_name = f"blk.{layer}.{name}.weight"
            weight = _dequantized(tensors[full_name])  # (o, i)
            lora_a = normal(rng, (rank, weight.shape[1]), 1 / np.sqrt(weight.shape[1]))
            lora_b = normal(rng, (weight.shape[0], rank), 1.0)
            update = np.linalg.norm(lora_b @ lora_a) * alpha / rank
            lora_b *= np.float32(scale * np.linalg.norm(weight) / update)
            add_tensor(writer, f"{full_name}.lora_a", lora_a, qtype)
            add_tensor(writer, f"{full_name}.lora_b", lora_b, qtype)
    return finish(writer, path)


def merge_lora(
    base_path: Path,
    lora_path: Path,
    out_path: Path,
    *,
    qtype: gguf.GGMLQuantizationType = F32,
) -> Path:
    """Write the base with W + (alpha / r) B A in every layer the adapter has; metadata is the base's.

    Args:
        qtype: Type of the matrices written (F32, F16, or a simple one that `gguf` can quantize to).
    """
    adapter = gguf.GGUFReader(lora_path)
    alpha = adapter.fields["adapter.lora.alpha"].contents()
    lora = {tensor.name: _dequantized(tensor) for tensor in adapter.tensors}

    def merged(name: str, weight: Array) -> Array:
        if f"{name}.lora_a" not in lora:
            return weight
        lora_a, lora_b = lora[f"{name}.lora_a"], lora[f"{name}.lora_b"]
        update: Array = alpha / lora_a.shape[0] * (lora_b.astype(np.float64) @ lora_a)
        return (weight + update).astype(np.float32)

    return rewrite(base_path, out_path, qtype, merged)


def requantize(src: Path, dst: Path, ftype: int) -> Path:
    """Quantize a GGUF of any type through llama.cpp; `ftype` is one of `llama_cpp.LLAMA_FTYPE_*`."""
    from umi_local.engine.file_types import FILE_TYPES
    from umi_local.engine.quantizer import quantize_file

    name = next(file_type.name for file_type in FILE_TYPES.values() if file_type.number == ftype)
    return quantize_file(src, dst, name, allow_requantize=True, n_threads=2).path


def rewrite(
    base_path: Path,
    out_path: Path,
    qtype: gguf.GGMLQuantizationType,
    change: Callable[[str, Array], Array],
) -> Path:
    """Write a model with its matrices, dequantized and changed, in one type; metadata is the base's."""
    reader = _reader(base_path)
    writer = gguf.GGUFWriter(out_path, reader.fields["general.architecture"].contents())
    for key, value, types in metadata_of(base_path):
        add_value(writer, key, value, types)
    writer.add_file_type({F32: 0, F16: 1}.get(qtype, 1024))  # 1024: LLAMA_FTYPE_GUESSED
    kinds = [F32 if len(tensor.shape) == 1 else qtype for tensor in reader.tensors]
    for tensor, kind in zip(reader.tensors, kinds, strict=True):
        shape = tuple(int(n) for n in reversed(tensor.shape))
        bytes_shape = gguf.quant_shape_to_byte_shape(shape, kind)
        plain = {F32: np.float32, F16: np.float16}
        dtype: np.dtype[Any] = np.dtype(plain.get(kind, np.uint8))
        writer.add_tensor_info(
            tensor.name,
            shape if dtype != np.uint8 else bytes_shape,
            dtype,
            int(np.prod(bytes_shape)),
            raw_dtype=kind if dtype == np.uint8 else None,
        )
    _write_header(writer, out_path)
    writer.write_ti_data_to_file()
    for tensor, kind in zip(reader.tensors, kinds, strict=True):  # one at a time: memory stays flat
        writer.write_tensor_data(gguf.quantize(change(tensor.name, _dequantized(tensor)), kind))
    writer.close()
    return out_path


def metadata_of(path: Path) -> Iterator[tuple[str, Any, list[gguf.GGUFValueType]]]:
    """Yield key, value and types of every pair but those a writer adds by itself."""
    for key, field in _reader(path).fields.items():
        if not key.startswith("GGUF.") and key not in (
            "general.architecture",
            "general.file_type",
        ):
            yield key, contents_of(path, key), field.types


@cache
def contents_of(path: Path, key: str) -> Any:
    """Return one metadata value."""
    return _reader(path).fields[key].contents()


@cache
def _reader(path: Path) -> gguf.GGUFReader:
    """A reader, kept because `gguf` takes 2 s for SmolLM2's vocabulary. Files of tests don't change under their name."""
    return gguf.GGUFReader(path)


def add_value(writer: gguf.GGUFWriter, key: str, value: Any, types: list[gguf.GGUFValueType]) -> None:
    """Write a metadata value with the types it had."""
    writer.add_key_value(key, value, types[0], types[1] if len(types) > 1 else None)


def add_tensor(writer: gguf.GGUFWriter, name: str, weight: Array, qtype: gguf.GGMLQuantizationType) -> None:
    """Write a tensor in a type."""
    writer.add_tensor(name, gguf.quantize(weight, qtype), raw_dtype=qtype)


def _dequantized(tensor: Any) -> Array:
    weight: Array = gguf.dequantize(tensor.data, tensor.tensor_type)
    return np.asarray(weight, np.float32)


def normal(rng: np.random.Generator, shape: tuple[int, ...], std: float) -> Array:
    """Return normally distributed float32 values."""
    values: Array = rng.standard_normal(shape, np.float32)
    return values * np.float32(std)


def _write_header(writer: gguf.GGUFWriter, path: Path) -> None:
    writer.write_header_to_file(path)
    writer.write_kv_data_to_file()


def finish(writer: gguf.GGUFWriter, path: Path) -> Path:
    """Write everything and close; return the path."""
    _write_header(writer, path)
    writer.write_tensors_to_file()
    writer.close()
    return path
