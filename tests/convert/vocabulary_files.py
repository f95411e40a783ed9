"""GGUFs that hold a vocabulary and nothing else, so that llama.cpp's tokenizer can be asked what it makes of a text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gguf import GGUFValueType, GGUFWriter

from umi_convert.architectures import architecture_of
from umi_convert.config import load_config
from umi_convert.key_values import KeyValues
from umi_local.engine.llama_c import Model


def vocabulary_of(folder: Path, pre_tokenizer: str | None = None) -> KeyValues:
    """Return the keys that a folder's tokenizer gets from its architecture."""
    config, metadata = load_config(folder), KeyValues("llama")
    architecture_of(config).write_vocabulary(folder, config, metadata, pre_tokenizer)
    return metadata


def plain(metadata: KeyValues) -> dict[str, list[Any]]:
    """Return keys with their types' names and values, as the converter of llama.cpp is made to write them down."""
    found: dict[str, list[Any]] = {}
    for key, value in metadata:
        listed = value.value if isinstance(value.value, (str, int, float)) else list(value.value)
        found[key] = [value.type.name, listed]
    return found


def write_gguf(path: Path, metadata: KeyValues) -> Path:
    """Write a GGUF that llama.cpp opens with `vocab_only`."""
    writer = GGUFWriter(path, "llama")
    for key in ("block_count", "context_length", "embedding_length", "feed_forward_length", "head_count"):
        getattr(writer, f"add_{key}")(2)
    writer.add_layer_norm_rms_eps(1e-5)
    for key, value in metadata:
        if value.type == GGUFValueType.ARRAY:
            writer.add_key_value(key, value.value, value.type, value.element_type)
        else:
            writer.add_key_value(key, value.value, value.type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    return path


def llama_cpp_tokenizer(path: Path, metadata: KeyValues) -> Callable[[str], list[int]]:
    """Return llama.cpp's tokenizer for a vocabulary, special tokens not parsed."""
    model = Model(write_gguf(path, metadata), vocab_only=True)
    return lambda text: model.tokenize(text, special=False)
