"""Token ids for training, made by the runtime's own encoder over the base's vocabulary.

For a GGUF the vocabulary is llama.cpp's, read from the file: training then sees the very tokens that the runtime will
see. For a checkpoint it is the `tokenizers` library's; that llama.cpp agrees with it is judged when a bundle is made of
the result.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from umi_local.engine.llama_c import Model, Vocab
from umi_local.engine.text import Encoder, TokenSource, guarded_tokens
from umi_local.errors import BundleError
from umi_local.prompts import ONE_CONVERSATION, AlphaUmiProfile, Profile, PromptedProfile
from umi_local.prompts.markers import FAMILIES, TurnMarkers
from umi_train.errors import BaseModelError
from umi_train.labels import Labeller, template_end
from umi_train.token_bytes import token_bytes


class FastVocabulary:
    """A tokenizer of transformers, seen as the runtime sees a GGUF's.

    Args:
        tokenizer: With a backend of the `tokenizers` library.
        name: Of the base, for errors.

    Raises:
        BaseModelError: It has no such backend.
    """

    def __init__(self, tokenizer: Any, name: str) -> None:
        from tokenizers import Tokenizer

        backend = getattr(tokenizer, "backend_tokenizer", None)
        if backend is None:
            raise BaseModelError(
                name,
                "its tokenizer isn't one of the `tokenizers` library",
                hint="Use a base that has a tokenizer.json.",
            )
        written = backend.to_str()
        self._trusted, self._outside = Tokenizer.from_str(written), Tokenizer.from_str(written)
        for one in (self._trusted, self._outside):
            one.no_truncation()
            one.no_padding()
        self._outside.encode_special_tokens = True  # their texts stay texts
        self._added = dict(self._trusted.get_added_tokens_decoder())
        self._name = name
        self.vocab = self._vocab(tokenizer)

    def tokenize(self, text: str, *, special: bool) -> list[int]:
        """Return the tokens of a text, without a beginning-of-sequence token."""
        readable = text.encode("utf-8", "replace").decode("utf-8")  # lone surrogates can't be encoded
        tokens: list[int] = (self._trusted if special else self._outside).encode(readable, add_special_tokens=False).ids
        return tokens

    def piece(self, token: int) -> bytes:
        """Return the bytes that a token stands for; control tokens stand for their names."""
        if token in self._added:
            return str(self._added[token].content).encode()
        if self._bytes is not None:
            return self._bytes[token]
        return str(self._trusted.decode([token], skip_special_tokens=False)).encode()

    def pieces(self) -> list[bytes]:
        """Return the bytes of every token, by id.

        Raises:
            BaseModelError: The vocabulary is of a kind whose tokens' bytes aren't known.
        """
        if self._bytes is None:
            raise BaseModelError(
                self._name,
                "its vocabulary is neither byte level nor SentencePiece's, so nothing can be spoken in it",
                hint="It can be trained; convert it with `umi convert` and evaluate the bundle.",
            )
        return self._bytes

    def text(self, tokens: Sequence[int]) -> str:
        """Return the text of tokens; bytes that aren't UTF-8 become replacement characters."""
        return b"".join(map(self.piece, tokens)).decode("utf-8", "replace")

    @functools.cached_property
    def lead(self) -> str:
        """A blank where the tokenizer begins every text with one (SentencePiece's dummy prefix), else nothing."""
        return " " if self.text(self.tokenize("a", special=False)).startswith(" ") else ""

    @functools.cached_property
    def _bytes(self) -> list[bytes] | None:
        return token_bytes(self._trusted, self.vocab.n_tokens)

    def _vocab(self, tokenizer: Any) -> Vocab:
        named = [tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.unk_token_id, tokenizer.pad_token_id]
        special = {number for number, token in self._added.items() if token.special}
        bos, eos = (-1 if number is None else int(number) for number in named[:2])
        return Vocab(
            n_tokens=self._trusted.get_vocab_size(with_added_tokens=True),
            bos=bos,
            eos=eos,
            add_bos=bool(getattr(tokenizer, "add_bos_token", False)),
            control=frozenset(special) | {int(number) for number in named if number is not None},
            stops=frozenset(self._stops(tokenizer, special) | ({eos} if eos >= 0 else set())),
        )

    def _stops(self, tokenizer: Any, special: set[int]) -> set[int]:
        """Return the special tokens that end turns in the families' own templates."""
        ends = {markers.stop for markers in FAMILIES.values()} | {"<|end|>", "<|endoftext|>"}
        return {number for number in special if self._added[number].content in ends}


def gguf_vocabulary(path: Path) -> Model:
    """Return the vocabulary of a GGUF, without its weights.

    Raises:
        ModelLoadError: llama.cpp can't read it.
    """
    return Model(path, vocab_only=True)


def labeller_for(
    tokens: TokenSource, name: str, *, profile: str, markers: str, template: str | None = None
) -> Labeller:
    """Return what makes samples for a base, a profile and its markers, all as the runtime would have them.

    Args:
        name: Of the base, for errors.
        profile: `shared`, `single`, `prompted` or `alpha-umi`.
        markers: A family of turn markers, or `template` for the model's own chat template (`prompted` only).
        template: The model's chat template, as Jinja.

    Raises:
        BaseModelError: The base can't be trained with this profile: no template, or its vocabulary lacks the markers.
    """
    vocab = tokens.vocab
    bos, eos = (tokens.piece(t).decode("utf-8", "replace") if t >= 0 else "" for t in (vocab.bos, vocab.eos))
    family = FAMILIES[markers] if profile != "alpha-umi" and markers != "template" else None
    if family is not None:
        _check_markers(tokens, family, name, markers)
    encoder = encoder_for(tokens, family, template)
    made: Profile
    if profile in ONE_CONVERSATION and family is not None:
        made = ONE_CONVERSATION[profile](markers)
    elif profile == "alpha-umi":
        made = AlphaUmiProfile(bos=bos, eos=eos)
    else:
        made = _prompted(tokens, name, family, template, bos, eos)
    if vocab.eos < 0 and family is None:
        raise BaseModelError(name, "its tokenizer has no end-of-sequence token, so no turn would end")
    is_template = profile == "prompted" and family is None
    end = template_end(made, encoder, vocab.stops, vocab.eos) if is_template else vocab.eos
    return Labeller(made, encoder, eos=end, markers=family)


def encoder_for(tokens: TokenSource, markers: TurnMarkers | None, template: str | None = None) -> Encoder:
    """Return an encoder that guards the texts of the turn markers, or of the template, as the runtime's does."""
    written = f"{markers.begin}{markers.header}{markers.end}" if markers else template or ""
    return Encoder(tokens, guarded_tokens(tokens, written))


def _prompted(
    tokens: TokenSource, name: str, family: TurnMarkers | None, template: str | None, bos: str, eos: str
) -> PromptedProfile:
    add_bos = tokens.vocab.add_bos
    if family is not None:
        return PromptedProfile(family.template, bos=bos, eos=eos, add_bos=add_bos, protect=family.protect)
    if template is None:
        raise BaseModelError(
            name, "it carries no chat template", hint='Set `markers` in [data] to "chatml" or another family.'
        )
    try:
        return PromptedProfile(template, bos=bos, eos=eos, add_bos=add_bos)
    except BundleError as error:
        raise BaseModelError(name, str(error)) from error


def _check_markers(tokens: TokenSource, family: TurnMarkers, name: str, markers: str) -> None:
    """Refuse a vocabulary that would spell a control marker out in letters: roles could never learn to end their turns."""
    if family.escapes:  # markers that are ordinary text
        return
    spelled = tokens.tokenize(family.stop, special=True)
    if len(spelled) != 1:
        raise BaseModelError(
            name,
            f"its vocabulary has no token {family.stop!r}, which the markers {markers!r} end turns with",
            hint='Set `markers` in [data] to the base\'s own family, or to "plain".',
        )
