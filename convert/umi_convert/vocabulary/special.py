"""What a GGUF says about special tokens: their ids, whether they are added, merges, chat templates and normalizer flags.

Facts and precedence are those of llama.cpp's `gguf-py/gguf/vocab.py` (SpecialVocab) as vendored by llama-cpp-python 0.3.36;
PyPI's gguf 0.19 is older. Ids come from tokenizer_config.json first, then from config.json.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path

from gguf import GGUFValueType

from umi_convert.errors import CheckpointError
from umi_convert.key_values import KeyValues
from umi_convert.vocabulary.added_tokens import named_text
from umi_convert.vocabulary.chat_templates import read_chat_templates, write_chat_templates
from umi_convert.vocabulary.files import (
    JsonObject,
    member_object,
    member_objects,
    read_object,
    read_text,
    token_content,
)
from umi_convert.vocabulary.post_processor import Roles, read_post_processor

logger = logging.getLogger(__name__)

_SPACE = "\u0120"
TYPES = ("bos", "eos", "unk", "sep", "pad", "cls", "mask")

# Roles that have no key (cls, and what CodeGemma calls prefix, suffix, middle and fsep) are read and left out.
ID_KEYS = {
    "bos": "tokenizer.ggml.bos_token_id",
    "eos": "tokenizer.ggml.eos_token_id",
    "unk": "tokenizer.ggml.unknown_token_id",
    "sep": "tokenizer.ggml.seperator_token_id",
    "pad": "tokenizer.ggml.padding_token_id",
    "mask": "tokenizer.ggml.mask_token_id",
    "eot": "tokenizer.ggml.eot_token_id",
    "eom": "tokenizer.ggml.eom_token_id",
}
ADD_KEYS = {
    "bos": "tokenizer.ggml.add_bos_token",
    "eos": "tokenizer.ggml.add_eos_token",
    "sep": "tokenizer.ggml.add_sep_token",
}


def write_special(
    folder: Path,
    metadata: KeyValues,
    *,
    merges: bool = False,
    n_vocab: int | None = None,
    types: Iterable[str] = TYPES,
    fallbacks: Mapping[str, int] | None = None,
    tokenizer: JsonObject | None = None,
) -> None:
    """Set the keys about special tokens, and those that come with them.

    Args:
        merges: Whether to set the merges, as byte-level BPE needs them.
        n_vocab: Ids from here on are left out; None to take them as they are.
        types: The roles whose ids are wanted.
        fallbacks: Ids of roles for which the files name none.
        tokenizer: What is in tokenizer.json, where that was read already; it may have many megabytes.

    Raises:
        CheckpointError: A file is broken.
    """
    path, config_path = folder / "tokenizer.json", folder / "tokenizer_config.json"
    tokenizer = tokenizer or read_object(path) or {}
    tokenizer_config = read_object(config_path) or {}
    roles = Roles(dict(tokenizer_config), bool(tokenizer_config), tuple(types))
    if tokenizer:
        read_post_processor(path, tokenizer, roles)
    ids: dict[str, int] = {}
    if tokenizer_config:
        _ids_by_text(path, tokenizer, roles, ids, n_vocab)
        _read_adds(tokenizer_config, roles)
    _ids_of_config(folder / "config.json", roles.types, ids, n_vocab)
    for role, token_id in (fallbacks or {}).items():
        _take(role, token_id, ids, n_vocab)

    if merges:
        metadata.array("tokenizer.ggml.merges", read_merges(folder, tokenizer), GGUFValueType.STRING)
    for role, token_id in ids.items():
        if role in ID_KEYS:
            metadata.uint32(ID_KEYS[role], token_id)
    for role, adds in roles.adds.items():
        if role in ADD_KEYS:
            metadata.boolean(ADD_KEYS[role], adds)
    if tokenizer_config:  # llama.cpp looks for templates only beside one
        write_chat_templates(read_chat_templates(folder, tokenizer_config), metadata)
    _write_normalizer(path, tokenizer, metadata)


def read_merges(folder: Path, tokenizer: JsonObject) -> list[str]:
    """Return the merges of a BPE tokenizer, each as its two halves with a space between; a space within becomes `Ġ`.

    Raises:
        CheckpointError: There are none, or one isn't made of two texts.
    """
    path = folder / "tokenizer.json"
    found = (member_object(path, tokenizer, "model") or {}).get("merges")
    if not found:
        path = folder / "merges.txt"
        lines = (read_text(path) or "").split("\n")
        halves = [line.split() for line in lines[1 if lines[0].startswith("#") else 0 :]]  # "#version: 0.2"
        found = [" ".join(pair) for pair in halves if len(pair) == 2]
    if not isinstance(found, list) or not found:
        raise CheckpointError(folder, "its BPE tokenizer has no merges")
    return [_merge(path, merge) for merge in found]


def _merge(path: Path, merge: object) -> str:
    if isinstance(merge, str):
        return merge
    if isinstance(merge, list) and len(merge) == 2:
        left, right = merge
        if isinstance(left, str) and isinstance(right, str):
            return f"{left.replace(' ', _SPACE)} {right.replace(' ', _SPACE)}"
    raise CheckpointError(path, f"a merge isn't made of two texts: {merge!r:.80}")


def _ids_by_text(path: Path, tokenizer: JsonObject, roles: Roles, ids: dict[str, int], n_vocab: int | None) -> None:
    """Find the ids of tokens that tokenizer_config.json names, among the tokens that tokenizer.json adds."""
    by_text: dict[str, object] = {}
    for entry in member_objects(path, tokenizer, "added_tokens"):
        by_text.setdefault(token_content(path, entry), entry.get("id"))
    for role in roles.types:
        text = named_text(roles.get(role))
        if text is not None:
            _take(role, by_text.get(text), ids, n_vocab)


def _read_adds(tokenizer_config: JsonObject, roles: Roles) -> None:
    """Take what tokenizer_config.json says about adding tokens, where the post-processor says nothing."""
    for role in roles.types:
        adds = tokenizer_config.get(f"add_{role}_token")
        if isinstance(adds, bool):
            roles.adds.setdefault(role, adds)


def _ids_of_config(path: Path, types: Iterable[str], ids: dict[str, int], n_vocab: int | None) -> None:
    config = read_object(path) or {}
    text_config = member_object(path, config, "text_config") or {}
    for role in types:
        token_id = config.get(f"{role}_token_id")
        _take(role, text_config.get(f"{role}_token_id") if token_id is None else token_id, ids, n_vocab)


def _take(role: str, token_id: object, ids: dict[str, int], n_vocab: int | None) -> None:
    """Set a role's id if it has none yet; lists of ids and numbers below 0, which stand for 'none', are passed over."""
    if not isinstance(token_id, int) or isinstance(token_id, bool) or token_id < 0:
        return
    if token_id >= (1 << 32 if n_vocab is None else n_vocab):
        logger.warning("left out: the %s token's id %d is beyond the vocabulary", role, token_id)
        return
    ids.setdefault(role, token_id)


def _write_normalizer(path: Path, tokenizer: JsonObject, metadata: KeyValues) -> None:
    """Set whether text is made lower-case or loses its accents; the last step that says something about it holds."""
    steps = [member_object(path, tokenizer, "normalizer") or {}]
    flags: dict[str, object] = {}
    while steps:
        step = steps.pop(0)
        kind = step.get("type")
        if kind == "Sequence":
            steps[:0] = member_objects(path, step, "normalizers")
        elif kind == "BertNormalizer":
            flags.update({flag: step[flag] for flag in ("lowercase", "strip_accents") if flag in step})
        elif kind in ("Lowercase", "StripAccents"):
            flags["lowercase" if kind == "Lowercase" else "strip_accents"] = True
    for flag, value in flags.items():
        if isinstance(value, bool):
            metadata.boolean(f"tokenizer.ggml.normalizer.{flag}", value)
