"""Tokenizers: from a checkpoint's files to the keys of a GGUF, and to token ids to compare with.

Which of the writers a model needs is its architecture's to say.
"""

from umi_convert.vocabulary.bpe import write_bpe
from umi_convert.vocabulary.llama_hf import has_llama_hf, write_llama_hf
from umi_convert.vocabulary.pre_tokenizers import NAMES as PRE_TOKENIZER_NAMES
from umi_convert.vocabulary.sentencepiece import has_sentencepiece, write_phi3_sentencepiece, write_sentencepiece
from umi_convert.vocabulary.source_tokenizer import SourceTokenizer, open_tokenizer
from umi_convert.vocabulary.special import write_special

__all__ = [
    "PRE_TOKENIZER_NAMES",
    "SourceTokenizer",
    "has_llama_hf",
    "has_sentencepiece",
    "open_tokenizer",
    "write_bpe",
    "write_llama_hf",
    "write_phi3_sentencepiece",
    "write_sentencepiece",
    "write_special",
]
