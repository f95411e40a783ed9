"""A checkpoint's own tokenizer, as an oracle for what a GGUF's tokenizer makes of the same text.

It runs on `tokenizers` (tokenizer.json, which is what transformers would use) or on `sentencepiece` (tokenizer.model), so it
shares no code with llama.cpp, whose token ids are compared with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from umi_convert.errors import CheckpointError
from umi_convert.vocabulary.chat_templates import read_chat_templates
from umi_convert.vocabulary.fast_tokenizer import FAST_HINT, FastTokenizer, is_bpe, open_fast_tokenizer
from umi_convert.vocabulary.files import read_object
from umi_convert.vocabulary.loaded_as_control import LOADED_AS_CONTROL
from umi_convert.vocabulary.sentencepiece import MODEL_FILE, has_sentencepiece, open_sentencepiece, user_defined_tokens
from umi_convert.vocabulary.tokens import looks_like_control


@dataclass(frozen=True, slots=True)
class SourceTokenizer:
    """A checkpoint's tokenizer.

    Attributes:
        path: The file it was read from.
        chat_template: The template for all purposes, where there is one.
        n_vocab: One more than the highest id.
        encode_plain: Returns a text's token ids. No BOS or EOS is added, and a control token's text stays text; that of a token
            which is user-defined becomes the token. This is how llama.cpp tokenizes with `parse_special` off. (Where there is
            only a tokenizer.model, SentencePiece itself always makes tokens of the pieces that it lists as user-defined.)
            Text is taken as it stands: llama.cpp has nothing of Qwen's normalization, which joins letters with combining
            accents behind them (NFC). Almost all text has none.
    """

    path: Path
    chat_template: str | None
    n_vocab: int
    encode_plain: Callable[[str], list[int]]


def open_tokenizer(folder: Path) -> SourceTokenizer:
    """Open the tokenizer in a checkpoint's folder: its tokenizer.json if that is BPE, else its tokenizer.model.

    Raises:
        CheckpointError: There is none, or it is broken.
    """
    tokenizer_config = read_object(folder / "tokenizer_config.json") or {}
    template = read_chat_templates(folder, tokenizer_config).get("default")
    path = folder / "tokenizer.json"
    if path.is_file() and (is_bpe(path) or not has_sentencepiece(folder)):
        tokenizer = open_fast_tokenizer(folder)
        n_vocab = max(tokenizer.vocabulary.values(), default=-1) + 1
        return SourceTokenizer(path, template, n_vocab, _fast_encoder(tokenizer, _keeps_marked(folder)))
    if has_sentencepiece(folder):
        return _open_sentencepiece(folder, template)
    raise CheckpointError(folder, f"has no tokenizer: neither tokenizer.json nor {MODEL_FILE}", hint=FAST_HINT)


def _keeps_marked(folder: Path) -> bool:
    """Tell whether only tokens that are marked as special become control tokens, as in Phi-3 (`write_phi3_sentencepiece`)."""
    return has_sentencepiece(folder) and (read_object(folder / "config.json") or {}).get("model_type") == "phi3"


def _fast_encoder(tokenizer: FastTokenizer, only_marked: bool) -> Callable[[str], list[int]]:
    from tokenizers import AddedToken, normalizers

    backend = tokenizer.backend
    if isinstance(backend.normalizer, normalizers.NFC):
        backend.normalizer = normalizers.Sequence([])
    for token in [token for token in tokenizer.added.values() if not token.special]:
        if token.content not in LOADED_AS_CONTROL and (only_marked or not looks_like_control(token.content)):
            continue
        backend.add_special_tokens([AddedToken(token.content, special=True, normalized=token.normalized)])
    backend.encode_special_tokens = True  # their text is cut like any other

    def encode(text: str) -> list[int]:
        return tokenizer.encode(text, special=False)

    return encode


def _open_sentencepiece(folder: Path, template: str | None) -> SourceTokenizer:
    processor = open_sentencepiece(folder)
    n_vocab, tokens = processor.vocab_size(), user_defined_tokens(folder)
    n_vocab = max(n_vocab, *(token_id + 1 for token_id in tokens.values())) if tokens else n_vocab
    tokens = {text: token_id for text, token_id in tokens.items() if text and text not in LOADED_AS_CONTROL}
    longest_first = sorted(tokens, key=len, reverse=True)
    border = re.compile("(" + "|".join(map(re.escape, longest_first)) + ")") if tokens else None

    def encode(text: str) -> list[int]:
        ids: list[int] = []
        for part in border.split(text) if border else [text]:
            ids += [tokens[part]] if part in tokens else processor.EncodeAsIds(part)
        return ids

    n_vocab = (
        max(processor.vocab_size(), *(token_id + 1 for token_id in tokens.values()))
        if tokens
        else processor.vocab_size()
    )
    return SourceTokenizer(folder / MODEL_FILE, template, n_vocab, encode)
