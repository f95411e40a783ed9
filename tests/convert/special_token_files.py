"""Random tokenizer.json, tokenizer_config.json and config.json that say all kinds of things about special tokens."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from tests.convert.tokenizers_for_tests import added_token, write_json

TEXTS = ("<a>", "<b>", "<c>", "<d>", "<e>")
ROLES = ("bos", "eos", "unk", "sep", "pad", "cls", "mask")


def write_special_token_files(folder: Path, seed: int) -> Path:
    """Write one combination of what checkpoints say about special tokens; the same for the same seed."""
    rng = random.Random(seed)
    folder.mkdir(parents=True)
    if rng.random() < 0.9:
        write_json(folder / "tokenizer.json", _tokenizer(rng))
    else:
        (folder / "merges.txt").write_text("#version: 0.2\na b\n\nbroken\nab c\n")
    if rng.random() < 0.9:
        write_json(folder / "tokenizer_config.json", _tokenizer_config(rng))
    if rng.random() < 0.9:
        write_json(folder / "config.json", _config(rng))
    if rng.random() < 0.3:
        (folder / "chat_template.jinja").write_text("from\r\nthe file", newline="")
        if rng.random() < 0.5:
            (folder / "additional_chat_templates").mkdir()
            (folder / "additional_chat_templates" / "tool-use.jinja").write_text("with tools")
    if rng.random() < 0.2:
        write_json(folder / "chat_template.json", {"chat_template": rng.choice(("from JSON", None))})
    return folder


def _tokenizer(rng: random.Random) -> dict[str, Any]:
    merges = rng.choice((["a b", "ab c"], [["a", "b"], ["a b", " c"]]))
    added = [added_token(token_id, text) for token_id, text in enumerate(TEXTS) if rng.random() < 0.8]
    return {
        "model": {"type": "BPE", "vocab": {"a": 10, "b": 11}, "merges": merges},
        "added_tokens": added,
        "post_processor": _post_processor(rng),
        "normalizer": _normalizer(rng),
    }


def _post_processor(rng: random.Random, *, nested: bool = False) -> dict[str, Any] | None:
    kinds = ("byte", "roberta", "template", "template", "template")
    kind = rng.choice(kinds if nested else (*kinds, "none", "sequence", "sequence"))
    if kind == "none":
        return None
    if kind == "sequence":
        return {"type": "Sequence", "processors": [_post_processor(rng, nested=True) for _ in range(rng.randint(0, 3))]}
    if kind == "roberta":
        return {"type": "RobertaProcessing", "sep": [rng.choice(TEXTS), 1], "cls": [rng.choice(TEXTS), 2]}
    if kind == "template":
        return {"type": "TemplateProcessing", "single": _template(rng, "A"), "pair": _template(rng, "A", "B")}
    return {"type": "ByteLevel", "add_prefix_space": False}


def _template(rng: random.Random, *sequences: str) -> list[dict[str, Any]]:
    pieces: list[dict[str, Any]] = []
    for sequence in sequences:
        pieces += [{"SpecialToken": {"id": rng.choice(TEXTS[:3]), "type_id": 0}} for _ in range(rng.randint(0, 1))]
        pieces.append({"Sequence": {"id": sequence, "type_id": 0}})
    return pieces + [{"SpecialToken": {"id": rng.choice(TEXTS[:3]), "type_id": 0}} for _ in range(rng.randint(0, 1))]


def _normalizer(rng: random.Random) -> dict[str, Any] | None:
    steps: list[dict[str, Any] | None] = [
        None,
        {"type": "NFC"},
        {"type": "Lowercase"},
        {"type": "StripAccents"},
        {"type": "BertNormalizer", "lowercase": rng.choice((True, False)), "strip_accents": rng.choice((None, True))},
    ]
    if rng.random() < 0.3:
        return {"type": "Sequence", "normalizers": [step for step in rng.sample(steps, 3) if step]}
    return rng.choice(steps)


def _tokenizer_config(rng: random.Random) -> dict[str, Any]:
    config: dict[str, Any] = {}
    for role in (*ROLES, "eot", "eom"):
        if rng.random() < 0.6:
            text = rng.choice(TEXTS)
            config[f"{role}_token"] = rng.choice(
                (text, text, {"__type": "AddedToken", "content": text}, None, "<unknown>")
            )
        if rng.random() < 0.3:
            config[f"add_{role}_token"] = rng.choice((True, False, None))
    if rng.random() < 0.5:
        named = [{"name": "default", "template": "the usual"}, {"name": "tool use", "template": "with tools"}]
        config["chat_template"] = rng.choice(("in the config", None, named, named[1:]))
    return config


def _config(rng: random.Random) -> dict[str, Any]:
    config: dict[str, Any] = {}
    for role in (*ROLES, "eot", "eom"):
        if rng.random() < 0.5:
            config[f"{role}_token_id"] = rng.choice((0, 1, 4, 11, 12, 5000, None, [1, 2]))
    if rng.random() < 0.3:
        config["text_config"] = {"bos_token_id": 3, "eos_token_id": 2, "pad_token_id": None}
    return config
