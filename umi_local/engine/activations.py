"""Listen to a running model: what goes into each of its weights while it reads token sequences.

llama.cpp shows every operation of a decode to a callback (`cb_eval`). For a matrix multiplication with a weight, the second
operand holds the weight's inputs. What is summed, and when, is as in llama.cpp's imatrix tool, but for its limit to batches
of 16 tokens and more.

Structures are those of ggml 0.25 (`ggml/include/ggml.h`); their size is compared with the library's before they are used.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import llama_cpp as C  # noqa: N812  # as in llama_c.py
import numpy as np
import numpy.typing as npt

from umi_local.engine.devices import ggml_function
from umi_local.engine.gguf_header import check_adapter, check_model
from umi_local.engine.importance import ImportanceSums, InputStatistic
from umi_local.engine.llama_c import Context, ContextParams, Model
from umi_local.engine.options import default_threads
from umi_local.errors import EngineError

N_BATCH = 128
"""Tokens a decode. Every one has logits, or the last layer would compute the last token only: (N_BATCH, V) float32."""

_OBJECT_BYTES = 32  # struct ggml_object, which stands before every tensor
_F32, _I32 = 0, 26  # enum ggml_type


class _Tensor(ctypes.Structure):
    """`struct ggml_tensor`."""


_Tensor._fields_ = [
    ("type", ctypes.c_int),
    ("buffer", ctypes.c_void_p),
    ("ne", ctypes.c_int64 * 4),
    ("nb", ctypes.c_size_t * 4),
    ("op", ctypes.c_int),
    ("op_params", ctypes.c_int32 * 16),
    ("flags", ctypes.c_int32),
    ("src", ctypes.POINTER(_Tensor) * 10),
    ("view_src", ctypes.POINTER(_Tensor)),
    ("view_offs", ctypes.c_size_t),
    ("data", ctypes.c_void_p),
    ("name", ctypes.c_char * 64),
    ("extra", ctypes.c_void_p),
    ("padding", ctypes.c_char * 8),
]


def collect_importance(
    model: Model,
    sequences: Iterable[Sequence[int]],
    *,
    adapter: Path | None = None,
    n_ctx: int = 4096,
    n_threads: int | None = None,
    with_output: bool = False,
    on_tokens: Callable[[int], None] | None = None,
) -> dict[str, InputStatistic]:
    """Let a model read sequences of tokens and return what went into its weights, by their names.

    Args:
        sequences: Each is read from an empty context; every token of it counts.
        adapter: A LoRA adapter that is active meanwhile. Only inputs of the model's own weights are summed.
        n_ctx: Tokens of context; a longer sequence is read in pieces, each from an empty context.
        with_output: Also collect for the output matrix, or the embedding that stands for it. llama.cpp's tool leaves it out.
        on_tokens: Gets the number of tokens read so far.

    Raises:
        EngineError: There is nothing to read, or the inputs aren't finite.
        ModelError: A file isn't sound, or there is no memory.
    """
    header = check_model(model.path)
    handle = None
    if adapter is not None:
        check_adapter(adapter, header)
        handle = model.adapter(adapter)
    names = {tensor.name for tensor in header.tensors if len(tensor.shape) > 1 and tensor.name.endswith(".weight")}
    wanted = names if with_output else {name for name in names if name.startswith("blk.")}
    tap = _Tap(wanted)
    params = ContextParams(n_ctx=n_ctx, n_batch=N_BATCH, n_threads=n_threads or default_threads())
    n_read = 0
    with closing(Context(model, params, n_seq=1, on_eval=tap.callback)) as context:
        context.use_adapter(handle)
        for piece in _pieces(sequences, min(n_ctx, context.n_ctx)):  # llama.cpp rounds n_ctx up
            context.cut(0, -1)
            for start in range(0, len(piece), N_BATCH):
                batch = piece[start : start + N_BATCH]
                try:
                    context.decode(batch, start, 0, every_logit=True)
                finally:
                    tap.raise_error()  # in place of what llama.cpp made of it
                n_read += len(batch)
                if on_tokens is not None:
                    on_tokens(n_read)
    if not n_read:
        raise EngineError("there is no text to collect an importance matrix from", hint="Give some trajectories.")
    return tap.sums.result()


def _pieces(sequences: Iterable[Sequence[int]], n_ctx: int) -> Iterator[Sequence[int]]:
    for sequence in sequences:
        for start in range(0, len(sequence), n_ctx):
            yield sequence[start : start + n_ctx]


class _Tap:
    """The callback, and what it has summed."""

    def __init__(self, names: set[str]) -> None:
        _check_layout()
        self.sums = ImportanceSums()
        self.callback = C.ggml_backend_sched_eval_callback(self._on_operation)  # kept: C has only its address
        self._names = names
        self._error: BaseException | None = None
        self._dense, self._experts = _operation("MUL_MAT"), _operation("MUL_MAT_ID")

    def raise_error(self) -> None:
        """Raise what failed in the callback, if anything did."""
        error, self._error = self._error, None
        if error is not None:
            raise error

    def _on_operation(self, address: int, ask: bool, _user_data: object) -> bool:
        """Say whether an operation is of interest (`ask`), or look at its operands now that it has been computed."""
        try:
            tensor = _Tensor.from_address(address)
            if tensor.op not in (self._dense, self._experts):
                return not ask
            name = plain_name(tensor.src[0].contents.name.decode("utf-8", "replace"))
            is_wanted = name in self._names and tensor.src[1].contents.type == _F32
            if ask or not is_wanted:
                return is_wanted or not ask
            if tensor.op == self._dense:
                self._add_dense(name, tensor)
            else:
                self._add_experts(name, tensor)
        except BaseException as error:  # noqa: BLE001  # nothing can be raised through C; `raise_error` does it
            self._error = self._error or error
            return False
        return True

    def _add_dense(self, name: str, tensor: Any) -> None:
        weight, inputs = tensor.src[0].contents, _values(tensor.src[1].contents)  # (n3, n2, rows, i)
        n3, n2 = weight.ne[3], weight.ne[2]
        for i3 in range(inputs.shape[0]):
            for i2 in range(inputs.shape[1]):  # a flat weight takes all rows of a deep input
                self.sums.add(name, n2 * n3, (i3 % n3) * n2 + i2 % n2, inputs[i3, i2])

    def _add_experts(self, name: str, tensor: Any) -> None:
        inputs = _values(tensor.src[1].contents)[0]  # (tokens, 1 or used, i)
        chosen = _values(tensor.src[2].contents)[0, 0]  # (tokens, used)
        slots = np.arange(chosen.shape[1]) % inputs.shape[1]
        for expert in np.unique(chosen):
            tokens, used = np.nonzero(chosen == expert)
            self.sums.add(name, tensor.src[0].contents.ne[2], int(expert), inputs[tokens, slots[used]])


def plain_name(name: str) -> str:
    """Return a weight's name without what a scheduler adds to its copies: `CUDA0#blk.0.attn_k.weight#0`."""
    parts = name.split("#")
    return parts[1] if len(parts) > 1 else name


def _values(tensor: Any) -> npt.NDArray[Any]:
    """Return a tensor's elements as an array of shape (ne3, ne2, ne1, ne0); a view where they are in this memory."""
    dtype = {_F32: np.float32, _I32: np.int32}[tensor.type]
    n_bytes = ggml_function("ggml_nbytes", ctypes.c_size_t, ctypes.c_void_p)(ctypes.addressof(tensor))
    is_here = ggml_function("ggml_backend_buffer_is_host", ctypes.c_bool, ctypes.c_void_p)
    if is_here(tensor.buffer):
        data = (ctypes.c_char * n_bytes).from_address(tensor.data)
    else:
        data = (ctypes.c_char * n_bytes)()
        takes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t)
        get = ggml_function("ggml_backend_tensor_get", None, *takes)
        get(ctypes.addressof(tensor), ctypes.addressof(data), 0, n_bytes)
    return np.ndarray(tuple(reversed(tensor.ne)), dtype, data, strides=tuple(reversed(tensor.nb)))


@cache
def _operation(name: str) -> int:
    """Return the number of an operation; they shift whenever ggml gets a new one."""
    name_of = ggml_function("ggml_op_name", ctypes.c_char_p, ctypes.c_int)
    return next(number for number in range(64) if name_of(number) == name.encode())


def _check_layout() -> None:
    """Compare our structure with the library's, so that a new ggml is an error and not a crash.

    Raises:
        EngineError: They differ.
    """
    n_bytes = ggml_function("ggml_tensor_overhead", ctypes.c_size_t)() - _OBJECT_BYTES
    if n_bytes != ctypes.sizeof(_Tensor):
        raise EngineError(
            f"this llama.cpp's tensors take {n_bytes} bytes; {ctypes.sizeof(_Tensor)} are expected",
            hint="Use the llama-cpp-python version that umi-local asks for.",
        )
