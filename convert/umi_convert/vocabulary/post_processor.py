"""What a tokenizer.json's post-processor says about special tokens: whether BOS, EOS and separators are added, and which.

Only simple templates can be expressed in a GGUF; what is read from others is what llama.cpp's converter reads
(`gguf-py/gguf/vocab.py`, SpecialVocab, as vendored by llama-cpp-python 0.3.36; PyPI's gguf 0.19 differs).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from umi_convert.vocabulary.files import JsonObject, member_object, member_objects


@dataclass(slots=True)
class Roles:
    """Special tokens by role, as they are found out.

    Attributes:
        named: Entries `bos_token`, `eos_token`, ... as in tokenizer_config.json: a text, or an object with one.
        has_config: Whether there is a tokenizer_config.json; without one a template's own tokens count.
        types: The roles whose ids are wanted, `eot` and `eom` added where a template ends with another token than EOS.
        adds: Whether a token is added to a text, by role.
    """

    named: dict[str, Any]
    has_config: bool
    types: tuple[str, ...]
    adds: dict[str, bool] = field(default_factory=dict)

    def get(self, role: str) -> Any:
        """Return a role's entry, or None."""
        return self.named.get(f"{role}_token")

    def name(self, role: str, entry: Any) -> None:
        """Give a role a token."""
        self.named[f"{role}_token"] = entry


def read_post_processor(path: Path, tokenizer: JsonObject, roles: Roles) -> None:
    """Find out from tokenizer.json's post-processor which tokens are added, and fill in roles that have no token.

    Raises:
        CheckpointError: It isn't made as post-processors are.
    """
    if roles.has_config:
        if not roles.get("bos") and roles.get("cls"):
            roles.name("bos", roles.get("cls"))
        if not roles.get("eos") and roles.get("sep"):
            roles.name("eos", roles.get("sep"))
    post_processor = member_object(path, tokenizer, "post_processor")
    if not post_processor:
        return
    steps = member_objects(path, post_processor, "processors") if "processors" in post_processor else [post_processor]
    for step in steps:
        kind = step.get("type")
        if kind == "ByteLevel":
            roles.adds.setdefault("bos", False)
            roles.adds.setdefault("eos", False)
        elif kind == "RobertaProcessing":
            _read_roberta(step, roles)
        elif kind == "TemplateProcessing":
            _read_template(path, step, roles)


def _read_roberta(step: JsonObject, roles: Roles) -> None:
    roles.adds.update(bos=True, eos=True, sep=True)
    for role, fallback in (("cls", "bos"), ("sep", "eos")):
        if not roles.get(role) and roles.has_config:
            pair = step.get(role)
            roles.name(role, pair[0] if isinstance(pair, list) and pair else roles.get(fallback))


def _read_template(path: Path, step: JsonObject, roles: Roles) -> None:
    single = member_objects(path, step, "single")
    first = _special(single[0]) if len(single) > 1 else None
    last = _special(single[-1]) if len(single) > 1 else None
    if first:
        _read_first(first, roles)
    if last:
        _read_last(last, roles)
    pair = member_objects(path, step, "pair")
    if pair:
        start = 1 if first and _special(pair[0]) == first else 0
        stop = len(pair) - 1 if last and _special(pair[-1]) == last else len(pair)
        _read_separators(pair[start:stop], bool(last), roles)


def _read_first(token: str, roles: Roles) -> None:
    """A text begins with this token: is it the BOS?"""
    if not roles.has_config:
        roles.name("bos", token)
    elif token not in (roles.get("bos"), roles.get("cls")):
        for role in ("bos", "cls"):
            if not roles.get(role):
                roles.name(role, token)
    roles.adds["bos"] = token in (roles.get("bos"), roles.get("cls"))


def _read_last(token: str, roles: Roles) -> None:
    """A text ends with this token: it is the EOS, and what was called so is the end of a turn or message."""
    before = roles.get("eos")
    if roles.has_config and token != before:
        free = next((role for role in ("eot", "eom") if role not in roles.types), None)
        if free is not None:
            roles.types = (*roles.types, free)
            roles.name(free, before)
    roles.name("eos", token)
    roles.adds["eos"] = True


def _read_separators(pair: list[JsonObject], ends_with_special: bool, roles: Roles) -> None:
    """Two texts are joined by one or two tokens: is a separator added?"""
    between = pair[1:-1]
    if len(pair) < 2 or (_sequence(pair[0]), _sequence(pair[-1])) != ("A", "B") or not between:
        return
    known = (roles.get("sep"), roles.get("eos"))
    adds = False
    token = _special(between[0])
    if token and token in known and not ends_with_special:
        adds = True
    if len(between) == 2:
        token = _special(between[1])
        adds = adds or bool(token and token in known)
    roles.adds["sep"] = adds
    if adds and not roles.get("sep") and roles.has_config:
        roles.name("sep", roles.get("eos"))


def _special(piece: JsonObject) -> str | None:
    return _id_of(piece.get("SpecialToken"))


def _sequence(piece: JsonObject) -> str | None:
    return _id_of(piece.get("Sequence"))


def _id_of(entry: object) -> str | None:
    found = entry.get("id") if isinstance(entry, dict) else None
    return found if isinstance(found, str) else None
