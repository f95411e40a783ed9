"""How much memory a model will take, from its header, before anything is loaded.

On the CPU: what becomes resident, measured on llama-cpp-python 0.3.36 over file types, contexts, batches and types of keys
and values, and held to 15% of the truth by tests. On a device: what llama.cpp reserves, which is more, since buffers there are
real from the start. Estimates of several models or adapters simply add up.

Not covered: the small states of recurrent layers, AMX's own repacking, and what a driver takes for itself, which is what
the headroom is for.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from umi_local.engine.gguf_format import TENSOR_TYPES
from umi_local.engine.gguf_header import GGUFHeader, TensorInfo, layer_values
from umi_local.engine.machine import Device

MIB = 1 << 20

KV_BYTES = {kind.name.lower(): kind for kind in TENSOR_TYPES.values()}
"""The ggml type of keys and values by the names that options use: f16, q8_0, ..."""

CTX_STEP = 256  # llama.cpp pads n_ctx to a multiple of it
N_OUTPUTS = 4  # rows of logits kept for the caller, one a sequence

TABLES_PER_HEADER_BYTE = 10
"""Vocabulary tables in memory per byte of header: 18 MiB for the 1.7 MiB of SmolLM2's 49,152 tokens, measured."""

REPACKED_X86 = frozenset({"Q4_0", "Q4_K", "IQ4_NL"})
REPACKED_ARM = REPACKED_X86 | {"Q5_K", "Q6_K", "Q8_0"}
"""Types of which the CPU back end makes a second copy at load, in another order (ggml-cpu/repack.cpp)."""

HEADROOM_BYTES = 512 * MIB
HEADROOM_SHARE = 0.05
"""Of a device's memory, so much stays free: the greater of the two. Drivers and desktops want some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Bytes, by what they are for.

    Attributes:
        weights_bytes: Tensors, their repacked copies, and the vocabulary's tables.
        kv_bytes: Keys and values of all contexts.
        adapters_bytes: Tensors of the adapters.
        compute_bytes: Intermediate results and logits of all contexts.
    """

    weights_bytes: int = 0
    kv_bytes: int = 0
    adapters_bytes: int = 0
    compute_bytes: int = 0

    @property
    def total_bytes(self) -> int:
        """The sum."""
        return self.weights_bytes + self.kv_bytes + self.adapters_bytes + self.compute_bytes

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(
            weights_bytes=self.weights_bytes + other.weights_bytes,
            kv_bytes=self.kv_bytes + other.kv_bytes,
            adapters_bytes=self.adapters_bytes + other.adapters_bytes,
            compute_bytes=self.compute_bytes + other.compute_bytes,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How a model is to be used.

    Attributes:
        n_ctx: Tokens of each context.
        n_batch: Tokens evaluated in one call; also the physical batch.
        kv_type: Type of keys and values, such as `f16` or `q8_0`.
        n_contexts: Contexts over the one set of weights.
        adapters: Headers of the adapters that are loaded.
    """

    n_ctx: int
    n_batch: int = 512
    kv_type: str = "f16"
    n_contexts: int = 1
    adapters: Sequence[GGUFHeader] = ()

    def __post_init__(self) -> None:
        if self.kv_type not in KV_BYTES:
            raise ValueError(f"kv_type is {self.kv_type!r}; known: {', '.join(sorted(KV_BYTES))}")


def estimate(header: GGUFHeader, use: Use, *, n_gpu_layers: int = 0, machine: str = "") -> Estimate:
    """Return what a model takes of the machine's own memory.

    Args:
        header: From `check_model`.
        n_gpu_layers: How many layers are elsewhere, counted as llama.cpp does.
        machine: The processor's family, as `platform.machine()` has it; empty for this one.
    """
    first = _first_offloaded(header, n_gpu_layers)
    tensors = [t for t in header.tensors if _layer_of(header, t.name) < first]
    repacked = sum(t.n_bytes for t in tensors if _is_repacked(t, machine or platform.machine()))
    tables = TABLES_PER_HEADER_BYTE * header.data_offset + MIB
    return Estimate(
        weights_bytes=_bytes(tensors) + repacked + tables,
        kv_bytes=kv_bytes(header, use, range(min(first, _n_layers(header)))),
        adapters_bytes=_adapters_bytes(header, use, range(first)),
        compute_bytes=use.n_contexts * (_touched(header, use) + _logits(header, N_OUTPUTS)),
    )


def estimate_device(header: GGUFHeader, use: Use, *, n_gpu_layers: int) -> Estimate:
    """Return what a model takes of a device's memory when so many layers are offloaded to it."""
    n_layers = _n_layers(header)
    first = _first_offloaded(header, n_gpu_layers)
    if first > n_layers:
        return Estimate()
    tensors = [t for t in header.tensors if _layer_of(header, t.name) >= first]
    names = {t.name for t in header.tensors}
    if "output.weight" not in names:  # tied: the embedding is copied to the device as output
        tensors += [t for t in header.tensors if t.name == "token_embd.weight"]
    # With layers left on the CPU, llama.cpp brings their matrices over, one by one, for big batches.
    visiting = max((t.n_bytes for t in header.tensors), default=0) if first else 0
    reserved = _touched(header, use) + _logits(header, use.n_batch)
    return Estimate(
        weights_bytes=_bytes(tensors),
        kv_bytes=kv_bytes(header, use, range(first, n_layers)),
        adapters_bytes=_adapters_bytes(header, use, range(first, n_layers + 1)),
        compute_bytes=use.n_contexts * (reserved + visiting),
    )


def fit_layers(header: GGUFHeader, device: Device, use: Use) -> int:
    """Return the largest `n_gpu_layers` whose estimate leaves the device its headroom.

    0 where nothing fits, the number of layers + 1 where everything does (the output counts as a layer, and goes first).
    """
    headroom = max(HEADROOM_BYTES, int(HEADROOM_SHARE * device.total_bytes))
    free = device.free_bytes - headroom
    counts = range(_n_layers(header) + 1, 0, -1)
    return next((n for n in counts if estimate_device(header, use, n_gpu_layers=n).total_bytes <= free), 0)


def kv_bytes(header: GGUFHeader, use: Use, layers: Iterable[int]) -> int:
    """Return the bytes of the keys and values of some layers, for all contexts."""
    heads = layer_values(header, "attention.head_count")
    shared = layer_values(header, "attention.head_count_kv") or heads
    if not heads:
        return 0  # recurrent
    size = header.hparam("embedding_length") // max(heads[0], 1)
    key_length = header.hparam("attention.key_length", size)
    value_length = header.hparam("attention.value_length", size)
    kind = KV_BYTES[use.kv_type]
    cells = -(-use.n_ctx // CTX_STEP) * CTX_STEP
    per_cell = sum(
        -(-shared[layer] * length // kind.block_size) * kind.block_bytes
        for layer in layers
        for length in (key_length, value_length)
    )
    return int(use.n_contexts * cells * per_cell)


def _touched(header: GGUFHeader, use: Use) -> int:
    """Return the bytes of intermediate results that a full batch writes, without logits; fitted to measurements."""
    width = header.hparam("embedding_length")
    inner = max(layer_values(header, "feed_forward_length"), default=4 * width)
    values = use.n_batch * (2 * inner + 6 * width)
    mask = 2 * use.n_batch * use.n_ctx
    scores = 0
    if use.kv_type == "f32":  # no flash attention: all scores exist at once
        scores = 4 * use.n_batch * use.n_ctx * max(layer_values(header, "attention.head_count"), default=0)
    return int(MIB + 4 * values + mask + scores)


def _logits(header: GGUFHeader, n_rows: int) -> int:
    embedding = next(t for t in header.tensors if t.name == "token_embd.weight")
    return 4 * n_rows * embedding.shape[1]


def _is_repacked(tensor: TensorInfo, machine: str) -> bool:
    kinds = REPACKED_ARM if machine.lower() in ("arm64", "aarch64") else REPACKED_X86
    is_matrix = len(tensor.shape) > 1 and tensor.shape[1] % 8 == 0 and tensor.name != "token_embd.weight"
    return is_matrix and tensor.type.name in kinds


def _adapters_bytes(header: GGUFHeader, use: Use, layers: range) -> int:
    return sum(
        tensor.n_bytes
        for adapter in use.adapters
        for tensor in adapter.tensors
        if max(_layer_of(header, tensor.name), 0) in layers
    )


def _bytes(tensors: Iterable[TensorInfo]) -> int:
    return sum(tensor.n_bytes for tensor in tensors)


def _n_layers(header: GGUFHeader) -> int:
    return int(header.hparam("block_count"))


def _first_offloaded(header: GGUFHeader, n_gpu_layers: int) -> int:
    """Return the first layer on the device; the output is layer `n_layers`, offloaded before all others."""
    return max(_n_layers(header) + 1 - max(n_gpu_layers, 0), 0)


def _layer_of(header: GGUFHeader, name: str) -> int:
    """Return a tensor's layer: -1 for the input, which never leaves the CPU, and the number of layers for the output."""
    if name.startswith("blk."):
        number = name.split(".", 2)[1]
        return int(number) if number.isdigit() else -1
    return _n_layers(header) if name.startswith("output") else -1
