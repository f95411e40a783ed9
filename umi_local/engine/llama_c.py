"""llama.cpp through its C interface: models, adapters, contexts. The only calls into `llama_cpp` that run a model.

Thin on purpose: every method is one or two C calls with their errors mapped to ours. What is decoded where, and what of it
is reused, is decided in `kv.py`. Nothing here is safe to use from two threads; `worker.py` sees to that.

Measured on 0.3.36: `llama_set_adapters_lora` is free when nothing changes, forks are marks on cells under `kv_unified`,
and equal batches give equal logits (see docs/engine.md).
"""

from __future__ import annotations

import ctypes
import functools
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import llama_cpp as C  # noqa: N812  # as in llama.cpp's own examples: C.llama_decode reads like C
import numpy as np
import numpy.typing as npt

from umi_local.errors import GenerationError, ModelLoadError

logger = logging.getLogger(__name__)

Logits = npt.NDArray[np.float32]
"""Shape (V,), V the vocabulary's size."""

KV_TYPES = {"f32": 0, "f16": 1, "bf16": 30, "q8_0": 8, "q4_0": 2}
"""Types of the KV cache by name, with ggml's numbers (ggml.h, enum ggml_type)."""

LLAMA_CPP_VERSION: str = C.__version__

_MAX_PIECE_BYTES = 4096
_log_tail: list[str] = []  # llama.cpp says why it failed only in its log
_listeners: dict[int, Callable[[int, str], None]] = {}  # by the thread that llama.cpp logs on


@C.llama_log_callback  # type: ignore[untyped-decorator]  # llama_cpp has no stubs
def _on_log(level: int, text: bytes, user_data: object) -> None:
    """Keep llama.cpp's last words. At module level: a collected callback would crash the process."""
    whole = text.decode("utf-8", "replace")
    listener = _listeners.get(threading.get_ident())
    if listener is not None:
        listener(level, whole)
    line = whole.rstrip()
    if line and level in (3, 4):  # warnings and errors of enum ggml_log_level
        _log_tail.append(line)
        del _log_tail[:-8]
    if line and logger.isEnabledFor(logging.DEBUG):
        logger.debug("llama.cpp: %s", line)


_is_ready = False


def _start_backend() -> None:
    global _is_ready
    if not _is_ready:
        C.llama_log_set(_on_log, None)
        C.llama_backend_init()
        _is_ready = True


@contextmanager
def listening(listener: Callable[[int, str], None]) -> Iterator[None]:
    """Let a function have every message that llama.cpp logs on this thread, with its level (enum ggml_log_level).

    The function may not raise: nothing can go through llama.cpp's frames.
    """
    _start_backend()
    C.llama_log_set(_on_log, None)  # another user of the library may have set its own
    _listeners[threading.get_ident()] = listener
    try:
        yield
    finally:
        del _listeners[threading.get_ident()]


def _last_error() -> str:
    errors = [line for line in _log_tail if "error" in line.lower() or "fail" in line.lower()]
    return (errors or _log_tail or ["llama.cpp gave no reason"])[-1]


@dataclass(frozen=True, slots=True)
class Vocab:
    """What the engine must know of a vocabulary.

    Attributes:
        control: Tokens that text from outside may never become: control, unknown and end-of-generation tokens.
        stops: End-of-generation tokens.
    """

    n_tokens: int
    bos: int
    eos: int
    add_bos: bool
    control: frozenset[int]
    stops: frozenset[int]


class Model:
    """Weights in memory, with their tokenizer and adapters.

    Raises:
        ModelLoadError: llama.cpp refused the file, with its reason.
    """

    def __init__(self, path: Path, *, n_gpu_layers: int = 0, vocab_only: bool = False) -> None:
        _start_backend()
        _log_tail.clear()
        self.path = path
        params = C.llama_model_default_params()
        params.n_gpu_layers = n_gpu_layers
        params.vocab_only = vocab_only
        self.handle = C.llama_model_load_from_file(str(path).encode(), params)
        if not self.handle:
            raise ModelLoadError(path, _last_error())
        self.vocab_handle = C.llama_model_get_vocab(self.handle)
        self.vocab = self._read_vocab()
        self._adapters: dict[Path, Any] = {}

    def tokenize(self, text: str, *, special: bool) -> list[int]:
        """Return the tokens of a text, without a beginning-of-sequence token.

        Args:
            special: Whether the texts of control tokens become control tokens.
        """
        data = text.encode("utf-8", "replace")  # lone surrogates can't be encoded
        size = len(data) + 8
        for _ in range(2):
            buffer = (C.llama_token * size)()
            n = C.llama_tokenize(self.vocab_handle, data, len(data), buffer, size, False, special)
            if n >= 0:
                return list(buffer[:n])
            size = -n
        raise GenerationError(f"llama.cpp could not tokenize a text of {len(data):,} bytes")

    @functools.cached_property
    def lead(self) -> str:
        """A blank where the tokenizer begins every text with one (SentencePiece's dummy prefix), else nothing."""
        return " " if self.text(self.tokenize("a", special=False)).startswith(" ") else ""

    def piece(self, token: int) -> bytes:
        """Return the bytes that a token stands for; control tokens stand for their names."""
        buffer = ctypes.create_string_buffer(_MAX_PIECE_BYTES)  # a vocabulary may be asked from several threads
        n = C.llama_token_to_piece(self.vocab_handle, token, buffer, len(buffer), 0, True)
        return buffer.raw[:n] if n > 0 else b""

    def text(self, tokens: Sequence[int]) -> str:
        """Return the text of tokens; bytes that aren't UTF-8 become replacement characters."""
        return b"".join(map(self.piece, tokens)).decode("utf-8", "replace")

    def pieces(self) -> list[bytes]:
        """Return the bytes of every token, by id: 0.1 s for 50,000 tokens, so keep what you make of it."""
        return [self.piece(token) for token in range(self.vocab.n_tokens)]

    @staticmethod
    def tokenize_address() -> int:
        """Return the address of `llama_tokenize`, for libraries that call it themselves."""
        return ctypes.cast(C.llama_cpp._lib.llama_tokenize, ctypes.c_void_p).value or 0

    def metadata(self, key: str) -> str | None:
        """Return a metadata value of the file as text."""
        buffer = ctypes.create_string_buffer(1)
        n = C.llama_model_meta_val_str(self.handle, key.encode(), buffer, 1)
        if n < 0:
            return None
        buffer = ctypes.create_string_buffer(n + 1)
        C.llama_model_meta_val_str(self.handle, key.encode(), buffer, n + 1)
        return buffer.value.decode("utf-8", "replace")

    @property
    def chat_template(self) -> str | None:
        """The Jinja template that the file carries."""
        text = C.llama_model_chat_template(self.handle, None)
        return text.decode("utf-8", "replace") if text else None

    def adapter(self, path: Path) -> Any:
        """Load a LoRA adapter once and return llama.cpp's handle.

        Raises:
            ModelLoadError: llama.cpp refused it.
        """
        if path not in self._adapters:
            _log_tail.clear()
            handle = C.llama_adapter_lora_init(self.handle, str(path).encode())
            if not handle:
                raise ModelLoadError(path, _last_error())
            self._adapters[path] = handle
        return self._adapters[path]

    def close(self) -> None:
        """Free adapters and weights. Contexts must be closed before."""
        if self.handle:
            for handle in self._adapters.values():
                C.llama_adapter_lora_free(handle)
            C.llama_model_free(self.handle)
            self.handle, self._adapters = None, {}

    def _read_vocab(self) -> Vocab:
        handle = self.vocab_handle
        n = C.llama_vocab_n_tokens(handle)
        odd = C.LLAMA_TOKEN_ATTR_CONTROL | C.LLAMA_TOKEN_ATTR_UNKNOWN
        attr, is_eog = C.llama_vocab_get_attr, C.llama_vocab_is_eog
        stops = frozenset(token for token in range(n) if is_eog(handle, token))
        return Vocab(
            n_tokens=n,
            bos=C.llama_vocab_bos(handle),
            eos=C.llama_vocab_eos(handle),
            add_bos=bool(C.llama_vocab_get_add_bos(handle)),
            control=stops | {token for token in range(n) if attr(handle, token) & odd},
            stops=stops,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextParams:
    """What a context is made with. Everything here shapes the KV cache, so all of it is part of cache keys."""

    n_ctx: int
    n_batch: int = 512
    n_threads: int = 2
    type_k: str = "f16"
    type_v: str = "f16"


class Context:
    """A KV cache over a model's weights, with a few sequences.

    Args:
        on_eval: A ctypes callback that sees the operations of every decode (`activations.py`); must live as long as this.

    Raises:
        ModelLoadError: There is no memory for it.
    """

    def __init__(self, model: Model, params: ContextParams, *, n_seq: int = 3, on_eval: Any = None) -> None:
        _log_tail.clear()
        self.model, self.params = model, params
        p = C.llama_context_default_params()
        p.n_ctx, p.n_seq_max, p.kv_unified = params.n_ctx, n_seq, True
        p.n_batch = p.n_ubatch = params.n_batch  # one batch, one graph: equal cuts give equal logits
        p.n_threads = p.n_threads_batch = params.n_threads
        p.type_k, p.type_v = KV_TYPES[params.type_k], KV_TYPES[params.type_v]
        if "f32" in (params.type_k, params.type_v):  # flash attention would round F32 keys and values to F16
            p.flash_attn_type = C.LLAMA_FLASH_ATTN_TYPE_DISABLED
        p.swa_full = True  # a window that forgets can't be cut back to a prefix
        p.no_perf = True
        if on_eval is not None:
            p.cb_eval = on_eval
        self.handle = C.llama_init_from_model(model.handle, p)
        if not self.handle:
            raise ModelLoadError(model.path, f"no context of {params.n_ctx:,} tokens: {_last_error()}")
        self._memory = C.llama_get_memory(self.handle)
        self._batch = C.llama_batch_init(params.n_batch, 0, 1)
        self._adapter: Any = None
        self._state = (ctypes.c_uint8 * 0)()

    @property
    def n_ctx(self) -> int:
        """Tokens that fit, over all sequences."""
        return int(C.llama_n_ctx(self.handle))

    def use_adapter(self, adapter: Any) -> None:
        """Make an adapter, or none, active for what is decoded from now on. Free where nothing changes."""
        if adapter is self._adapter:
            return
        if adapter is None:
            code = C.llama_set_adapters_lora(self.handle, None, 0, None)
        else:
            handles = (C.llama_adapter_lora_p_ctypes * 1)(adapter)
            code = C.llama_set_adapters_lora(self.handle, handles, 1, (ctypes.c_float * 1)(1.0))
        if code != 0:
            raise GenerationError(f"llama.cpp refused the adapter (code {code})")
        self._adapter = adapter

    def decode(self, tokens: Sequence[int], position: int, sequence: int, *, every_logit: bool = False) -> None:
        """Evaluate at most n_batch tokens at positions from `position` on; logits are kept for the last one.

        Args:
            every_logit: Keep the logits of every token: (n, V) float32 in llama.cpp's own buffer.

        Raises:
            GenerationError: llama.cpp could not; with code 1 the KV cache is full.
        """
        batch, n = self._batch, len(tokens)
        batch.n_tokens = n
        for i, token in enumerate(tokens):
            batch.token[i] = token
            batch.pos[i] = position + i
            batch.n_seq_id[i] = 1
            batch.seq_id[i][0] = sequence
            batch.logits[i] = every_logit or i == n - 1
        code = C.llama_decode(self.handle, batch)
        if code != 0:
            reason = "the KV cache is full" if code == 1 else _last_error()
            raise GenerationError(f"llama.cpp could not decode {n} tokens (code {code}): {reason}")

    def logits(self, index: int = -1) -> Logits:
        """Return a view of a token's logits, by default the last one's, valid until the next decode. Shape (V,).

        Args:
            index: Among the tokens of the last `decode`, which then must have kept every logit.
        """
        pointer = C.llama_get_logits_ith(self.handle, index)
        if not pointer:
            raise GenerationError(f"llama.cpp has no logits for token {index} of the last batch")
        return np.ctypeslib.as_array(pointer, shape=(self.model.vocab.n_tokens,))

    def cut(self, sequence: int, start: int) -> bool:
        """Forget a sequence from a position on; False where this kind of model can't be cut."""
        return bool(C.llama_memory_seq_rm(self._memory, sequence, start, -1))

    def copy(self, source: int, target: int, start: int = 0) -> None:
        """Let a sequence share another's cells from a position on. No data is copied."""
        C.llama_memory_seq_cp(self._memory, source, target, start, -1)

    def save(self, sequence: int) -> Any:
        """Return a sequence's state as a ctypes array, valid until the next `save`: a reused buffer costs no page faults."""
        size = C.llama_state_seq_get_size(self.handle, sequence)
        if len(self._state) < size:
            self._state = (ctypes.c_uint8 * size)()
        written = C.llama_state_seq_get_data(self.handle, self._state, size, sequence)
        if written == 0:
            raise GenerationError("llama.cpp could not save a sequence's state")
        return (ctypes.c_uint8 * written).from_buffer(self._state)

    def restore(self, sequence: int, state: Any) -> bool:
        """Load a state into a sequence; False where it doesn't fit this context."""
        return bool(C.llama_state_seq_set_data(self.handle, state, len(state), sequence))

    def close(self) -> None:
        """Free the KV cache and buffers."""
        if self.handle:
            C.llama_batch_free(self._batch)
            C.llama_free(self.handle)
            self.handle = None
