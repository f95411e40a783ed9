"""Loads the GGUF files named on standard input with llama.cpp and uses them a little; may crash, which is the point.

Each line is a model's path, a tab, and an adapter's path or nothing; each answer is how far it came. A file that hangs
llama.cpp or fills the memory ends the process too.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys

os.environ["GGML_NO_BACKTRACE"] = "1"  # a debugger would be started at every failed assertion

import llama_cpp

SECONDS_PER_FILE = 20
MAX_MEMORY_BYTES = 4 << 30
TEXT = "Hello, wörld! 12 <|im_end|>\n\x01😀".encode()


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
def drop(_level: int, _text: bytes, _user_data: ctypes.c_void_p) -> None:
    pass


def main() -> None:
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    llama_cpp.llama_backend_init()
    llama_cpp.llama_log_set(drop, None)
    for line in sys.stdin:
        if hasattr(signal, "alarm"):
            signal.alarm(SECONDS_PER_FILE)
        path, _, adapter = line.rstrip("\n").partition("\t")
        sys.stdout.write(f"{use(path, adapter)}\n")
        sys.stdout.flush()


def use(path: str, adapter: str) -> str:
    """Load, spell out the vocabulary, tokenize, decode; return how far it came."""
    model = llama_cpp.llama_model_load_from_file(path.encode(), model_params())
    if not model:
        return "null"
    vocab = llama_cpp.llama_model_get_vocab(model)
    piece = ctypes.create_string_buffer(256)
    for token in range(min(llama_cpp.llama_vocab_n_tokens(vocab), 2000)):
        llama_cpp.llama_token_to_piece(vocab, token, piece, 256, 0, True)
    tokens = (llama_cpp.llama_token * 300)()
    n_tokens = llama_cpp.llama_tokenize(vocab, TEXT, len(TEXT), tokens, 300, True, True)
    context = llama_cpp.llama_init_from_model(model, context_params())
    reached = "model"
    if context:
        reached = decode(model, context, tokens, n_tokens, adapter)
        llama_cpp.llama_free(context)
    llama_cpp.llama_model_free(model)
    return reached


def decode(model: object, context: object, tokens: object, n_tokens: int, adapter: str) -> str:
    with_adapter = ""
    if adapter:
        lora = llama_cpp.llama_adapter_lora_init(model, adapter.encode())
        if not lora:
            return "no adapter"
        one, scale = (llama_cpp.llama_adapter_lora_p_ctypes * 1)(lora), (ctypes.c_float * 1)(1.0)
        llama_cpp.llama_set_adapters_lora(context, one, 1, scale)
        with_adapter = " with adapter"
    few = (llama_cpp.llama_token * 3)(1, 2, 3)
    if llama_cpp.llama_decode(context, llama_cpp.llama_batch_get_one(few, 3)) != 0:
        return "context"
    if 0 < n_tokens <= 32:
        llama_cpp.llama_decode(context, llama_cpp.llama_batch_get_one(tokens, n_tokens))
    return "decoded" + with_adapter


def model_params() -> object:
    params = llama_cpp.llama_model_default_params()
    params.n_gpu_layers = 0
    return params


def context_params() -> object:
    params = llama_cpp.llama_context_default_params()
    params.n_ctx, params.n_batch, params.n_ubatch = 64, 32, 32
    params.n_threads = params.n_threads_batch = 1
    return params


if __name__ == "__main__":
    main()
