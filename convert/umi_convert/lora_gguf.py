"""A LoRA GGUF merged into a GGUF: what llama.cpp adds at run time, added once (`llama.cpp: tools/export-lora`).

Names and the order of rows are those of GGUF on both sides, so nothing has to be known about the architecture. The other way,
from PEFT to a LoRA GGUF, is in `adapter_gguf.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from umi_convert.gguf_source import open_gguf_source, tensors_of, with_tensors
from umi_convert.merge import FactorCache, LoraPatch, LowRank
from umi_convert.patches import patched
from umi_convert.source import ModelSource
from umi_convert.tensors import Tensor
from umi_local.engine.gguf_adapters import EMBEDDING
from umi_local.engine.gguf_header import GGUFHeader, check_adapter, check_model
from umi_local.errors import ModelFileError


def merged_ggufs(base: Path, adapter: Path) -> ModelSource:
    """Return a GGUF with a LoRA GGUF merged into its weights, in float32.

    Its fingerprint is that of the PEFT adapter merged into the same base, if the LoRA GGUF has rounded none of its values.

    Raises:
        ModelFileError: One of them isn't sound, or the adapter belongs to another base, or changes the embedding.
    """
    header = check_adapter(adapter, check_model(base))
    changes = _changes(header)
    source = open_gguf_source(base)
    tensors = [
        patched(tensor, [LoraPatch(changes[tensor.name])]) if tensor.name in changes else tensor
        for tensor in source.tensors
    ]
    return with_tensors(source, tensors)


def _changes(header: GGUFHeader) -> Mapping[str, LowRank]:
    """Return what an adapter does, by the name of the weight.

    llama.cpp scales by alpha / r, and by 1 where alpha is 0 (`llama.cpp: src/llama-adapter.h`, `get_scale`).
    """
    halves: dict[str, Tensor] = {tensor.name: tensor for tensor in tensors_of(header)}
    names = [name.removesuffix(".lora_a") for name in halves if name.endswith(".lora_a")]
    if EMBEDDING in names:
        hint = "Merge the PEFT folder that it was made from."
        raise ModelFileError(
            header.path, "it changes the token embedding, which can't be merged from a GGUF", hint=hint
        )
    alpha, cache = float(header.metadata["adapter.lora.alpha"]), FactorCache()

    def change(name: str) -> LowRank:
        lora_a, lora_b = halves[f"{name}.lora_a"], halves[f"{name}.lora_b"]
        return LowRank(lora_a=lora_a, lora_b=lora_b, scale=alpha / lora_a.n_rows if alpha else 1.0, cache=cache)

    return {name: change(name) for name in names}
