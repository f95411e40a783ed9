"""The tokens that the files beside a tokenizer.json add to it, in the order in which transformers 5.23 adds them.

An id that is listed is only a place in that order: a token which tokenizer.json lacks gets the next free one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from umi_convert.errors import CheckpointError
from umi_convert.vocabulary.files import JsonObject, member_object, read_object, token_content, token_ids

if TYPE_CHECKING:
    from tokenizers import AddedToken, Tokenizer

NAMED = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
FLAGS = ("single_word", "lstrip", "rstrip", "normalized", "special")


def tokenizer_settings(folder: Path) -> JsonObject:
    """Return tokenizer_config.json; where that lists no added tokens, the older special_tokens_map.json is laid over it.

    Raises:
        CheckpointError: A file is broken.
    """
    settings = read_object(folder / "tokenizer_config.json") or {}
    if "added_tokens_decoder" not in settings:
        settings |= read_object(folder / "special_tokens_map.json") or {}
    return settings


def add_tokens(folder: Path, settings: JsonObject, backend: Tokenizer) -> None:
    """Add the tokens that tokenizer.json lacks, and change the flags of those that are listed otherwise.

    Raises:
        CheckpointError: A file is broken.
    """
    own = backend.get_added_tokens_decoder()
    listed = dict(_listed(folder, settings))
    if "added_tokens_decoder" not in settings:
        listed |= own
    have = {_traits(token) for token in own.values()}
    known = {token.content for token in (*own.values(), *listed.values())}
    new = [token for _, token in sorted(listed.items(), key=lambda pair: pair[0]) if _traits(token) not in have]
    new += [token for token in role_tokens(settings) if token.content not in known]
    if new:
        backend.add_tokens(new)


def role_tokens(settings: JsonObject) -> Iterator[AddedToken]:
    """Yield the tokens that have a role, such as BOS, a model's own such as an image's, and additional special ones."""
    from tokenizers import AddedToken

    entries: list[Any] = [settings.get(name) for name in NAMED]
    own = (key for key, value in settings.items() if key.endswith("_token") and isinstance(value, str))
    entries += [settings[key] for key in own if key not in NAMED]
    more = settings.get("extra_special_tokens") or settings.get("additional_special_tokens") or []
    entries += more.values() if isinstance(more, dict) else more if isinstance(more, list) else []
    for text in dict.fromkeys(map(named_text, entries)):
        if text:
            yield AddedToken(text, special=True)


def special_texts(settings: JsonObject) -> frozenset[str]:
    """Return the texts of the tokens that count as special in transformers."""
    return frozenset(token.content for token in role_tokens(settings))


def named_text(entry: object) -> str | None:
    """Return the text of a token in tokenizer_config.json, where it is a string or an object."""
    if isinstance(entry, dict):
        entry = entry.get("content")
    return entry if isinstance(entry, str) else None


def _listed(folder: Path, settings: JsonObject) -> Iterator[tuple[int, AddedToken]]:
    """Yield the tokens of tokenizer_config.json, or where it has no list, of the older added_tokens.json."""
    from tokenizers import AddedToken

    path = folder / "tokenizer_config.json"
    if "added_tokens_decoder" not in settings:
        path = folder / "added_tokens.json"
        special = special_texts(settings)
        for text, number in token_ids(path, read_object(path) or {}):
            yield number, AddedToken(text, special=text in special, normalized=text not in special)
    for token_id, entry in (member_object(path, settings, "added_tokens_decoder") or {}).items():
        if not (token_id.isascii() and token_id.isdecimal()):
            raise CheckpointError(path, f"added_tokens_decoder has the id {token_id!r}")
        text = token_content(path, entry)
        yield int(token_id), AddedToken(text, **{flag: bool(entry[flag]) for flag in FLAGS if flag in entry})


def _traits(token: AddedToken) -> tuple[object, ...]:
    return token.content, *(getattr(token, flag) for flag in FLAGS)
