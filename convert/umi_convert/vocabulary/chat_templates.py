"""Chat templates: where a checkpoint keeps them, and how a GGUF does.

Where: `chat_template` in tokenizer_config.json, else chat_template.jinja (with more in additional_chat_templates/), else
chat_template.json. That order is llama.cpp's (`gguf-py/gguf/vocab.py`); newer checkpoints have only the .jinja file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from string import ascii_letters, digits

from gguf import GGUFValueType

from umi_convert.errors import CheckpointError
from umi_convert.key_values import KeyValues
from umi_convert.vocabulary.files import JsonObject, read_object, read_text

_DEFAULT = "default"


def read_chat_templates(folder: Path, tokenizer_config: JsonObject) -> dict[str, str]:
    """Return chat templates by name, the one for all purposes as `default`; empty where there are none.

    Raises:
        CheckpointError: A template isn't text.
    """
    if "chat_template" in tokenizer_config:
        return _named(folder / "tokenizer_config.json", tokenizer_config["chat_template"])
    path = folder / "chat_template.jinja"
    text = read_text(path)
    if text is not None:
        more = sorted((folder / "additional_chat_templates").glob("*.jinja"))
        return {_DEFAULT: text} | {file.stem: read_text(file) or "" for file in more}
    path = folder / "chat_template.json"
    return _named(path, (read_object(path) or {}).get("chat_template"))


def write_chat_templates(templates: dict[str, str], metadata: KeyValues) -> None:
    """Set the keys for chat templates; characters that a key shouldn't have are replaced in their names."""
    others = []
    for name, template in templates.items():
        safe = "".join(char if char in ascii_letters + digits else "_" for char in name)
        if safe and safe != _DEFAULT:
            others.append(safe)
            metadata.string(f"tokenizer.chat_template.{safe}", template)
    metadata.array("tokenizer.chat_templates", sorted(set(others)), GGUFValueType.STRING)
    if _DEFAULT in templates:
        metadata.string("tokenizer.chat_template", templates[_DEFAULT])


def _named(path: Path, found: object) -> dict[str, str]:
    if found is None:
        return {}
    if isinstance(found, str):
        return {_DEFAULT: found}
    if isinstance(found, Sequence):
        templates = {}
        for entry in found:
            if not isinstance(entry, dict) or not isinstance(entry.get("template"), str):
                raise CheckpointError(path, f"a chat template isn't text: {entry!r:.80}")
            templates[str(entry.get("name", ""))] = entry["template"]
        return templates
    raise CheckpointError(path, f"chat_template is a {type(found).__name__}, not text")
