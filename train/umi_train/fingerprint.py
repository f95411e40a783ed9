"""Which weights an adapter was trained on, as `umi convert` will know them (`umi_local/engine/weights_fingerprint.py`).

A GGUF without changes is known by its own identity instead. A backbone's adapter is merged in the rows at hand, in float32 and
in this order: B A, times the scale, plus W.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from umi_local.engine.gguf_header import IDENTITY_KEY, check_model, fingerprint, read_header
from umi_local.engine.weights_fingerprint import Float32, Weight, fingerprint_of_weights, product_of_row
from umi_train.base import BaseFiles
from umi_train.errors import BaseModelError
from umi_train.lora import read_weights


def base_fingerprint(base: BaseFiles, backbone: Path | None = None) -> str:
    """Return the fingerprint of a base, with a backbone's adapter merged where one is given.

    Raises:
        BaseModelError: A file of either can't be read.
        ModelFileError: The GGUF isn't sound.
    """
    changes = _Changes.of(backbone) if backbone is not None else None
    if not base.is_gguf:
        return fingerprint_of_weights(_changed(tensor, tensor.name, changes, None) for tensor in _checkpoint(base))
    if changes is None:
        identity = read_header(base.path).metadata.get(IDENTITY_KEY)
        return identity if isinstance(identity, str) and identity else fingerprint(base.path)
    return fingerprint_of_weights(_gguf(base.path, changes))


@dataclass(frozen=True, slots=True)
class _Changes:
    """A LoRA's matrices by the name of the weight that they change."""

    factors: Mapping[str, tuple[Float32, Float32]]
    scale: float

    @staticmethod
    def of(folder: Path) -> _Changes:
        try:
            config = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
            rank, alpha = int(config["r"]), float(config["lora_alpha"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BaseModelError(folder, f"its adapter_config.json can't be read: {error}") from error
        weights = read_weights(folder)
        factors = {}
        for key in (key for key in weights if key.endswith(".lora_A.weight")):
            module = key.removesuffix(".lora_A.weight")
            a, b = weights[key], weights[f"{module}.lora_B.weight"]
            name = module.removeprefix("base_model.model.") + ".weight"
            factors[name] = (a.float().numpy(), b.float().numpy())
        return _Changes(factors, alpha / math.sqrt(rank) if config.get("use_rslora") else alpha / rank)

    def row(self, name: str, row: int) -> Float32:
        a, b = self.factors[name]
        change = product_of_row(b[row], a)
        change *= np.float32(self.scale)
        return change


def _changed(tensor: Weight, hf_name: str, changes: _Changes | None, order: npt.NDArray[np.intp] | None) -> Weight:
    if changes is None or hf_name not in changes.factors:
        return tensor

    def row(at: int) -> Float32:
        return tensor.row(at) + changes.row(hf_name, at if order is None else int(order[at]))

    return Weight(tensor.name, tensor.shape, row)


def _checkpoint(base: BaseFiles) -> Iterator[Weight]:
    """Yield the tensors of a folder's safetensors files."""
    from safetensors import SafetensorError, safe_open

    files = sorted(base.path.glob("*.safetensors"))
    if not files:
        raise BaseModelError(base.name, "it has no safetensors files", hint="Save it again with safe serialization.")
    for path in files:
        try:
            file: Any = safe_open(path, framework="pt")
        except (OSError, SafetensorError) as error:
            raise BaseModelError(path, f"it can't be read: {error}") from error
        for name in file.keys():  # noqa: SIM118  # not a mapping
            if not name.endswith("rotary_emb.inv_freq"):
                shape = tuple(file.get_slice(name).get_shape())
                yield Weight(name, shape, _row_reader(file, name, shape))


def _row_reader(file: Any, name: str, shape: tuple[int, ...]) -> Callable[[int], Float32]:
    def row(at: int) -> Float32:
        values = file.get_slice(name)
        found = values[:] if len(shape) == 1 else values[at : at + 1]
        result: Float32 = found.float().numpy().reshape(-1)
        return result

    return row


_GGUF_NAMES = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_qkv": "self_attn.qkv_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_LAYER = re.compile(r"blk\.(\d+)\.(\w+)\.weight")


def _gguf(path: Path, changes: _Changes) -> Iterator[Weight]:
    """Yield the tensors of a GGUF, dequantized, with changes made to them."""
    from gguf import GGMLQuantizationType
    from gguf.quants import dequantize

    header = check_model(path)
    parts = [header if part == header.path else read_header(part) for part in header.parts]
    if len(parts) > 1:
        parts[0] = read_header(header.path)  # the joined header has the tensors of all parts
    heads = {"attn_q": header.hparam("attention.head_count"), "attn_k": header.hparam("attention.head_count_kv")}
    for part in parts:
        data = np.memmap(part.path, np.uint8, "r")
        for info in part.tensors:
            shape = tuple(reversed(info.shape))
            row_bytes = info.type.row_bytes(info.shape[0])
            begin = part.data_offset + info.offset
            kind = GGMLQuantizationType(info.type_id)

            def row(at: int, begin: int = begin, row_bytes: int = row_bytes, kind: Any = kind) -> Float32:
                blocks = data[begin + at * row_bytes : begin + (at + 1) * row_bytes]  # noqa: B023  # read at once
                return np.asarray(dequantize(blocks[None], kind)[0], np.float32)

            found = _LAYER.fullmatch(info.name)
            module = found[2] if found else ""
            name = _hf_name(header.architecture, found[1] if found else "", module)
            order = None
            if header.architecture == "llama" and module in heads:
                order = _interleaved(shape[0], int(heads[module]))
            yield _changed(Weight(info.name, shape, row), name, changes, order)


def _hf_name(architecture: str, layer: str, module: str) -> str:
    name = _GGUF_NAMES.get(module, "")
    if architecture == "phi3" and module == "ffn_up":
        name = "mlp.gate_up_proj"
    return f"model.layers.{layer}.{name}.weight"


def _interleaved(n_rows: int, n_heads: int) -> npt.NDArray[np.intp]:
    """Return, for each row of llama.cpp's Q or K, which row of Hugging Face's it is (llama.cpp: conversion/llama.py)."""
    rows = np.arange(n_rows, dtype=np.intp)
    return rows.reshape(n_heads, 2, n_rows // n_heads // 2).swapaxes(1, 2).reshape(-1)
