"""A tokenizer.json as the `tokenizers` library runs it, with the tokens that tokenizer_config.json adds to it.

This takes the place of transformers' AutoTokenizer: the pipeline is what the file says. (transformers 5 builds some tokenizers
anew from their class's own idea of a pipeline; SmolLM2's GPT2Tokenizer no longer cuts off digits, as the file does.)
Only BPE is opened; other kinds have no counterpart in the GGUFs written here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from umi_convert.errors import CheckpointError
from umi_convert.vocabulary.added_tokens import add_tokens, named_text, special_texts, tokenizer_settings
from umi_convert.vocabulary.files import JsonObject, member_object, read_object, token_ids

if TYPE_CHECKING:
    from tokenizers import AddedToken, Tokenizer

FAST_HINT = (
    "Save the tokenizer in its fast form, with AutoTokenizer.from_pretrained(DIR).save_pretrained(DIR), "
    "or let a llama.cpp checkout of your own convert it with --llama-cpp DIR."
)


@dataclass(frozen=True, slots=True)
class FastTokenizer:
    """A BPE tokenizer.

    Attributes:
        path: Its tokenizer.json.
        content: What is in that file.
        config: What is in tokenizer_config.json and older files beside it; empty where there are none.
        backend: The library's tokenizer, with all added tokens.
        vocabulary: The id of every token, added ones included.
        added: The added tokens by id.
    """

    path: Path
    content: JsonObject
    config: JsonObject
    backend: Tokenizer
    vocabulary: dict[str, int]
    added: dict[int, AddedToken]

    @property
    def bos_id(self) -> int | None:
        """The id of the token that begins a text, where tokenizer_config.json names one."""
        return self.vocabulary.get(named_text(self.config.get("bos_token")) or "")

    @property
    def named_special(self) -> frozenset[str]:
        """The texts of the tokens that have a role, and of those that are listed as additional special tokens."""
        return special_texts(self.config)

    def encode(self, text: str, *, special: bool) -> list[int]:
        """Return a text's token ids, with or without what the post-processor adds."""
        return [int(token_id) for token_id in self.backend.encode(text, add_special_tokens=special).ids]

    def normalized(self, text: str) -> str:
        """Return what becomes of a text on its way to ids and back."""
        return str(self.backend.decode(self.encode(text, special=False), skip_special_tokens=False))


def open_fast_tokenizer(folder: Path) -> FastTokenizer:
    """Open the BPE tokenizer of a checkpoint.

    Raises:
        CheckpointError: There is no tokenizer.json, it isn't BPE, or it is broken.
    """
    path = folder / "tokenizer.json"
    content = read_object(path)
    if content is None:
        raise CheckpointError(path, "there is no such file, and no other tokenizer that could be used", hint=FAST_HINT)
    kind = _kind(path, content)
    if kind != "BPE":
        raise CheckpointError(path, f"holds a {kind} tokenizer; only BPE ones can be converted", hint=FAST_HINT)
    config = tokenizer_settings(folder)
    backend = _backend(path)
    backend.no_truncation()
    backend.no_padding()
    add_tokens(folder, config, backend)
    vocabulary = backend.get_vocab(with_added_tokens=True)
    _check_ids(path, content, vocabulary)
    return FastTokenizer(path, content, config, backend, vocabulary, dict(backend.get_added_tokens_decoder()))


def is_bpe(path: Path) -> bool:
    """Tell whether a tokenizer.json holds a BPE tokenizer.

    Raises:
        CheckpointError: It is missing or broken.
    """
    return _kind(path, read_object(path) or {}) == "BPE"


def _kind(path: Path, content: JsonObject) -> object:
    return (member_object(path, content, "model") or {}).get("type")


def _backend(path: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises plain Exceptions with its parser's words
        raise CheckpointError(path, f"isn't a tokenizer: {error}") from error
    except BaseException as error:  # its Rust panics are BaseExceptions of a class that it doesn't export
        if type(error).__name__ != "PanicException":
            raise
        raise CheckpointError(path, f"isn't a sound tokenizer: {error}") from error


def _check_ids(path: Path, content: JsonObject, vocabulary: dict[str, int]) -> None:
    """Raise for a vocabulary whose ids aren't whole numbers, or where two texts share one."""
    for _ in token_ids(path, member_object(path, member_object(path, content, "model") or {}, "vocab") or {}):
        pass
    if len(set(vocabulary.values())) != len(vocabulary):
        seen: dict[int, str] = {}
        for text, token_id in vocabulary.items():
            if token_id in seen:
                raise CheckpointError(path, f"{seen[token_id]!r} and {text!r} both have the id {token_id}")
            seen[token_id] = text
