"""Loads a model in a fresh process, evaluates one full batch, and prints how many bytes that made resident.

Arguments: model, n_ctx, n_batch, type of keys and values, and an adapter or nothing. Logits are kept for the last token only.
"""

from __future__ import annotations

import ctypes
import sys

import llama_cpp as C  # noqa: N812
import psutil

KV_TYPES = {"f16": C.GGML_TYPE_F16, "q8_0": C.GGML_TYPE_Q8_0}


@C.llama_log_callback  # type: ignore[untyped-decorator]
def drop(_level: int, _text: bytes, _user_data: ctypes.c_void_p) -> None:
    pass


def main(path: str, n_ctx: int, n_batch: int, kv_type: str, adapter: str) -> None:
    C.llama_log_set(drop, None)
    C.llama_backend_init()
    before = psutil.Process().memory_info().rss
    params = C.llama_model_default_params()
    params.n_gpu_layers = 0
    model = C.llama_model_load_from_file(path.encode(), params)
    context = C.llama_init_from_model(model, context_params(n_ctx, n_batch, kv_type))
    if adapter:
        lora = C.llama_adapter_lora_init(model, adapter.encode())
        one, scale = (C.llama_adapter_lora_p_ctypes * 1)(lora), (ctypes.c_float * 1)(1.0)
        C.llama_set_adapters_lora(context, one, 1, scale)
    batch = C.llama_batch_init(n_batch, 0, 1)
    batch.n_tokens = n_batch
    for i in range(n_batch):
        batch.token[i], batch.pos[i], batch.n_seq_id[i] = 1000 + i, i, 1
        batch.seq_id[i][0], batch.logits[i] = 0, i == n_batch - 1
    status = C.llama_decode(context, batch)
    after = psutil.Process().memory_info().rss
    sys.stdout.write(f"{status} {after - before}\n")


def context_params(n_ctx: int, n_batch: int, kv_type: str) -> object:
    params = C.llama_context_default_params()
    params.n_ctx, params.n_batch, params.n_ubatch = n_ctx, n_batch, n_batch
    params.n_seq_max, params.kv_unified = 4, True
    params.n_threads = params.n_threads_batch = 1
    params.type_k = params.type_v = KV_TYPES[kv_type]
    return params


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5] if len(sys.argv) > 5 else "")
