"""SmolLM2's vocabulary twice: as llama.cpp reads it from the GGUF, and as a checkpoint's tokenizer."""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.models import real_gguf
from umi_local.bench.gguf_files import contents_of
from umi_local.engine.llama_c import Model
from umi_train.tokenization import FastVocabulary, gguf_vocabulary

CONTROL, FIRST_TEXT = 3, 17
"""GGUF's type of control tokens; SmolLM2's first seventeen are."""


@cache
def of_llama_cpp() -> Model:
    return gguf_vocabulary(real_gguf())


@cache
def of_a_checkpoint() -> FastVocabulary:
    """The vocabulary of the tokenizer that SmolLM2's checkpoint has."""
    return FastVocabulary(checkpoint_tokenizer(), "smollm2")


def checkpoint_tokenizer() -> Any:
    """The tokenizer that SmolLM2's checkpoint has: digits one by one, then byte-level BPE."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    texts = contents_of(real_gguf(), "tokenizer.ggml.tokens")
    merges = [tuple(merge.split(" ")) for merge in contents_of(real_gguf(), "tokenizer.ggml.merges")]
    tokenizer = Tokenizer(models.BPE({text: i for i, text in enumerate(texts)}, merges))
    digits, bytes_ = pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, bytes_])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(text, special=True) for text in texts[:FIRST_TEXT]])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<|im_start|>", eos_token="<|im_end|>", unk_token="<|endoftext|>"
    )
