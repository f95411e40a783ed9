"""Real tokenizer folders, made offline: SmolLM2's own, and small ones trained here, in the shapes that checkpoints have.

Each builder fills a folder with tokenizer files and a config.json that says which model it is of, and returns it. What is
trained is small, so its pre-tokenizer isn't in llama.cpp's table; where a test needs a hash that is, it takes SmolLM2's, or a
vocabulary that comes with llama.cpp's source (`real_vocabulary`).
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.convert.conformance import read_gguf
from tests.models import real_gguf
from umi_local.bench.gguf_files import metadata_of

QWEN2_REGEX = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
LLAMA3_REGEX = QWEN2_REGEX.replace(r"|\p{N}|", r"|\p{N}{1,3}|")

TEXT = (
    "The planner reasons about what to do next, the caller writes one exact call, and the summarizer answers the user.",
    "A tool call is JSON: {\"name\": \"get_weather\", \"arguments\": {\"city\": \"Zürich\", \"days\": 3}}.",
    "def add(a, b):\n    # adds two numbers\n    return a + b\n\nfor i in range(10):\n\tprint(add(i, 1.5))",
    "Die Katze sitzt auf der Matte, während es draußen regnet. Le garçon naïf mangeait une crêpe à la fraise.",
    "Кошка сидит на коврике. 東京は日本の首都です。 η γάτα κάθεται στο χαλί.",
    "I've been told that they're sure; it'll be fine, we'd say.   Spaces    and\ttabs\t\tand\n\n\nnew lines.",
    "In 2024 there were 1,234,567 of them, 3.14159 of those and 42 more; see https://example.org/a?b=c&d=e#f.",
    "Wovon man nicht sprechen kann, darüber muss man schweigen. What can be said at all can be said clearly.",
    "Call the tool, read the observation, then call the next tool or give up; never call the same tool twice.",
)  # fmt: skip
"""What the small tokenizers are trained on."""

PROBES = (
    "",
    " ",
    "Hello, world!",
    "  two  spaces\tand\ttabs\n\n\n",
    "naïve café – 東京 🙂 Ελλάδα",
    "1234567890 3.14159 2026-11-23",
    'def f(x):\n    return {"a": [x, 1.5]}  # ok',
    "we've HE'LL it's \u2019s \u00a0 \u3000 x\u0301 \u0e01\u0e33",
    "<s>[INST] what </s> <unk> <|im_start|>user\nHi<|im_end|>\n",
)
"""Texts whose token ids are compared."""

LLAMA_CONFIG: Mapping[str, Any] = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 2048,
    "rms_norm_eps": 1e-5,
}


def write_json(path: Path, value: object) -> Path:
    """Write a value as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def write_config(folder: Path, **changes: Any) -> Path:
    """Write a config.json of a small llama, with changes; None leaves a key out."""
    config = {key: value for key, value in {**LLAMA_CONFIG, **changes}.items() if value is not None}
    return write_json(folder / "config.json", config)


def added_token(token_id: int, content: str, *, special: bool = True, **flags: bool) -> dict[str, Any]:
    """Return a token as tokenizer.json lists it."""
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": not special}
    return {"id": token_id, "content": content, **plain, **flags, "special": special}


def decoder_of(tokens: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return tokens as tokenizer_config.json lists them."""
    return {str(token["id"]): {key: value for key, value in token.items() if key != "id"} for token in tokens}


# --- byte-level BPE


def smollm2_pre_tokenizer() -> Any:
    """Return SmolLM2's: digits one by one, then GPT-2's words."""
    from tokenizers import pre_tokenizers

    return pre_tokenizers.Sequence([pre_tokenizers.Digits(True), pre_tokenizers.ByteLevel(add_prefix_space=False)])


def regex_pre_tokenizer(regex: str) -> Any:
    """Return that of Llama 3 and Qwen 2: words by a regular expression, then bytes."""
    from tokenizers import Regex, pre_tokenizers

    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(regex), "isolated"), byte_level])


def begins_with(token: str, token_id: int) -> dict[str, Any]:
    """Return a post-processor, as JSON, that puts a token before a text."""
    special, text = {"SpecialToken": {"id": token, "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}
    second = [{"SpecialToken": {"id": token, "type_id": 1}}, {"Sequence": {"id": "B", "type_id": 1}}]
    return {
        "type": "TemplateProcessing",
        "single": [special, text],
        "pair": [special, text, *second],
        "special_tokens": {token: {"id": token, "ids": [token_id], "tokens": [token]}},
    }


def bpe_json(
    vocabulary: Mapping[str, int],
    merges: Sequence[str] | Sequence[tuple[str, str]],
    pre_tokenizer: Any,
    added: Sequence[Mapping[str, Any]],
    **changes: Any,
) -> dict[str, Any]:
    """Return a byte-level BPE tokenizer.json."""
    from tokenizers import Tokenizer, decoders, models

    pairs = [tuple(merge.split(" ")) if isinstance(merge, str) else merge for merge in merges]
    tokenizer = Tokenizer(models.BPE(vocab={}, merges=[]))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizer, decoders.ByteLevel()
    content: dict[str, Any] = json.loads(tokenizer.to_str())
    content["model"] |= {"vocab": dict(vocabulary), "merges": [list(pair) for pair in pairs]}
    content["model"] |= {key: changes.pop(key) for key in ("ignore_merges", "byte_fallback") if key in changes}
    return {**content, "added_tokens": list(added), **changes}


def write_smollm2(folder: Path, *, config: Mapping[str, Any] | None = None, **tokenizer_config: Any) -> Path:
    """Write SmolLM2's own tokenizer, as its checkpoint has it: the 17 control tokens are in the vocabulary, too.

    Its class is GPT2Tokenizer, which transformers 5 makes anew without the cutting of digits; the ids are the same, since no
    merge joins digits.
    """
    keys = {key: value for key, value, _ in metadata_of(real_gguf()) if key.startswith("tokenizer.")}
    tokens, types = keys["tokenizer.ggml.tokens"], keys["tokenizer.ggml.token_type"]
    vocabulary = {text: token_id for token_id, text in enumerate(tokens)}
    added = [added_token(token_id, tokens[token_id]) for token_id, kind in enumerate(types) if kind == 3]
    content = bpe_json(vocabulary, keys["tokenizer.ggml.merges"], smollm2_pre_tokenizer(), added)
    write_json(folder / "tokenizer.json", content)
    named = {
        "bos_token": "<|im_start|>",
        "eos_token": "<|im_end|>",
        "pad_token": "<|im_end|>",
        "unk_token": "<|endoftext|>",
    }
    settings = {
        "tokenizer_class": "GPT2Tokenizer",
        "add_prefix_space": False,
        "added_tokens_decoder": decoder_of(added),
        "chat_template": keys["tokenizer.chat_template"],
        **named,
        **tokenizer_config,
    }
    write_json(folder / "tokenizer_config.json", settings)
    write_config(folder, vocab_size=len(tokens), bos_token_id=1, eos_token_id=2, **(config or {}))
    return folder


def train_bpe(pre_tokenizer: Any, n_tokens: int = 420) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Return vocabulary and merges of a byte-level BPE trained on `TEXT`."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizer
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(
        TEXT, trainers.BpeTrainer(vocab_size=n_tokens, initial_alphabet=alphabet, show_progress=False)
    )
    model = json.loads(tokenizer.to_str())["model"]
    return model["vocab"], [tuple(merge) for merge in model["merges"]]


def write_llama3(folder: Path, *, n_padding: int = 5) -> Path:
    """Write a small tokenizer of Llama 3's shape: tokens before merges, BOS through the post-processor, ids without tokens."""
    vocabulary, merges = train_bpe(regex_pre_tokenizer(LLAMA3_REGEX))
    names = ("<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>", "<|python_tag|>")
    added = [added_token(len(vocabulary) + i, name) for i, name in enumerate(names)]
    byte_level = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": False, "use_regex": True}
    template = begins_with(names[0], added[0]["id"])
    content = bpe_json(
        vocabulary,
        merges,
        regex_pre_tokenizer(LLAMA3_REGEX),
        added,
        ignore_merges=True,
        byte_fallback=False,
        post_processor={"type": "Sequence", "processors": [byte_level, template]},
    )
    write_json(folder / "tokenizer.json", content)
    settings: dict[str, Any] = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": names[0],
        "eos_token": names[2],
    }
    settings["added_tokens_decoder"] = decoder_of(added)
    settings["chat_template"] = "{{ bos_token }}{% for m in messages %}{{ m['content'] }}{% endfor %}"
    write_json(folder / "tokenizer_config.json", settings)
    n_vocab = len(vocabulary) + len(added) + n_padding
    ends = [added[1]["id"], added[2]["id"]]
    write_config(folder, vocab_size=n_vocab, bos_token_id=added[0]["id"], eos_token_id=ends)
    return folder


def write_qwen2(folder: Path) -> Path:
    """Write a small tokenizer of Qwen 2.5's shape: NFC, no BOS, tokens that aren't special, a separate chat template."""
    vocabulary, merges = train_bpe(regex_pre_tokenizer(QWEN2_REGEX))
    special = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
    ordinary = ("<tool_call>", "</tool_call>", "<|fim_prefix|>", "<think>")
    added = [
        added_token(len(vocabulary) + i, name, special=name in special, normalized=False)
        for i, name in enumerate((*special, *ordinary))
    ]
    content = bpe_json(
        vocabulary, merges, regex_pre_tokenizer(QWEN2_REGEX), added, normalizer={"type": "NFC"},
        post_processor={"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False},
    )  # fmt: skip
    write_json(folder / "tokenizer.json", content)
    settings = {"tokenizer_class": "Qwen2Tokenizer", "add_bos_token": False, "add_prefix_space": False}
    settings |= {"bos_token": None, "eos_token": special[2], "pad_token": special[0], "unk_token": None}
    settings |= {"added_tokens_decoder": decoder_of(added), "additional_special_tokens": list(special[1:])}
    write_json(folder / "tokenizer_config.json", settings)
    (folder / "chat_template.jinja").write_text("{% for m in messages %}<|im_start|>{{ m.role }}{% endfor %}\n")
    write_config(
        folder,
        architectures=["Qwen2ForCausalLM"],
        model_type="qwen2",
        vocab_size=len(vocabulary) + len(added) + 3,
        bos_token_id=added[0]["id"],
        eos_token_id=added[2]["id"],
    )
    return folder


# --- SentencePiece


def train_sentencepiece(folder: Path, *, n_pieces: int = 420, symbols: Sequence[str] = (), **options: Any) -> Path:
    """Write a tokenizer.model trained on `TEXT`: BPE with bytes for what it doesn't know, as in Llama 2."""
    from sentencepiece import SentencePieceTrainer

    folder.mkdir(parents=True, exist_ok=True)
    model = io.BytesIO()
    settings: dict[str, Any] = {
        "model_type": "bpe",
        "byte_fallback": True,
        "split_digits": True,
        "allow_whitespace_only_pieces": True,
        "normalization_rule_name": "identity",
        "remove_extra_whitespaces": False,
        "num_threads": 1,
        "minloglevel": 2,
    }
    SentencePieceTrainer.Train(
        sentence_iterator=iter([line for text in TEXT for line in text.split("\n")]),
        model_writer=model,
        vocab_size=n_pieces,
        user_defined_symbols=list(symbols),
        **{**settings, **options},
    )
    path = folder / "tokenizer.model"
    path.write_bytes(model.getvalue())
    return path


def write_llama2(folder: Path, *, added: bool = False) -> Path:
    """Write a tokenizer of Llama 2's shape, as the released α-UMi checkpoints have it: a tokenizer.model and little else.

    Args:
        added: With tokens added in both places that there are for it, one of them special, one that only looks so, and one
            that the model has no room for.
    """
    train_sentencepiece(folder)
    settings: dict[str, Any] = {"tokenizer_class": "LlamaTokenizer", "add_bos_token": True, "add_eos_token": False}
    settings |= {"bos_token": {"__type": "AddedToken", "content": "<s>"}, "eos_token": "</s>", "unk_token": "<unk>"}
    if added:
        write_json(folder / "added_tokens.json", {"<pad>": 420, "<tool>": 421, "<far>": 500})
        tokens = [
            added_token(1, "<s>"),
            added_token(420, "<pad>", special=False),
            added_token(422, "<|im_end|>", special=False),
            added_token(423, "a\u2581b", special=False),
            added_token(424, "<end>"),
        ]
        settings["added_tokens_decoder"] = decoder_of(tokens)
    write_json(folder / "tokenizer_config.json", settings)
    write_config(folder, vocab_size=428 if added else 420, bos_token_id=1, eos_token_id=2, pad_token_id=0)
    return folder


def write_gemma(folder: Path) -> Path:
    """Write a tokenizer of Gemma's shape: no space before a text, ids in another order, and pieces that users defined."""
    symbols = ["<mask>", "[@BOS@]", "<unused0>", "<unused1>", "\n\n", "▁▁", "▁▁▁", "<table>"]
    train_sentencepiece(
        folder,
        symbols=symbols,
        add_dummy_prefix=False,
        pad_id=0,
        eos_id=1,
        bos_id=2,
        unk_id=3,
        pad_piece="<pad>",
        eos_piece="<eos>",
        bos_piece="<bos>",
    )
    from sentencepiece import SentencePieceProcessor

    processor = SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    tokens = [added_token(i, name) for i, name in enumerate(("<pad>", "<eos>", "<bos>", "<unk>"))]
    tokens += [added_token(processor.PieceToId(piece), piece, special=False) for piece in symbols]
    settings = {"tokenizer_class": "GemmaTokenizer", "add_bos_token": True, "add_eos_token": False}
    settings |= {"bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>", "unk_token": "<unk>"}
    settings |= {"added_tokens_decoder": decoder_of(tokens), "chat_template": "{{ bos_token }}"}
    write_json(folder / "tokenizer_config.json", settings)
    write_config(
        folder,
        architectures=["Gemma2ForCausalLM"],
        model_type="gemma2",
        vocab_size=424,
        head_dim=16,
        bos_token_id=2,
        eos_token_id=1,
        pad_token_id=0,
    )
    return folder


def write_phi3(folder: Path) -> Path:
    """Write a tokenizer of Phi-3's shape: tokens added in three places, `</s>` among them."""
    train_sentencepiece(folder)
    listed = [added_token(2, "</s>", special=False, rstrip=True), added_token(420, "<|endoftext|>")]
    listed.append(added_token(421, "<|assistant|>", special=False, rstrip=True))
    settings = {"tokenizer_class": "LlamaTokenizer", "add_bos_token": False, "add_eos_token": False}
    settings |= {"bos_token": "<s>", "eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>", "unk_token": "<unk>"}
    write_json(folder / "tokenizer_config.json", {**settings, "added_tokens_decoder": decoder_of(listed)})
    write_json(folder / "added_tokens.json", {"<|endoftext|>": 420})
    special = [added_token(0, "<unk>"), added_token(1, "<s>"), *listed, added_token(422, "<|user|>", rstrip=True)]
    content = sentencepiece_json(folder)
    content["added_tokens"] = special
    write_json(folder / "tokenizer.json", content)
    write_config(
        folder, architectures=["Phi3ForCausalLM"], model_type="phi3", vocab_size=430, bos_token_id=1, eos_token_id=420,
        original_max_position_embeddings=2048, pad_token_id=420,
    )  # fmt: skip
    return folder


def sentencepiece_json(folder: Path) -> dict[str, Any]:
    """Return a folder's tokenizer.model as a tokenizer.json, as transformers 4 wrote it for Llama 2.

    Merges are all pairs of pieces that make another piece, in the order of its score.
    """
    from sentencepiece import SentencePieceProcessor
    from tokenizers import Tokenizer, decoders, models, normalizers

    processor = SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    vocabulary = {processor.IdToPiece(i): i for i in range(processor.vocab_size())}
    ordinary = {text: i for text, i in vocabulary.items() if not processor.IsControl(i) and not processor.IsUnknown(i)}
    merges: list[list[str]] = []
    for text in sorted(ordinary, key=lambda text: -processor.GetScore(vocabulary[text])):
        halves = [(text[:i], text[i:]) for i in range(1, len(text)) if text[:i] in ordinary and text[i:] in ordinary]
        merges += [list(pair) for pair in sorted(halves, key=lambda pair: [vocabulary[half] for half in pair])]
    tokenizer = Tokenizer(models.BPE(vocab={}, merges=[], fuse_unk=True, byte_fallback=True, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    steps = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    tokenizer.decoder = decoders.Sequence(steps)
    content: dict[str, Any] = json.loads(tokenizer.to_str())
    content["model"] |= {"vocab": vocabulary, "merges": merges}
    content["added_tokens"] = [added_token(vocabulary[text], text) for text in ("<unk>", "<s>", "</s>")]
    return content


def write_llama_hf(folder: Path, *, added: bool = False) -> Path:
    """Write Llama 2's tokenizer as a tokenizer.json, without the tokenizer.model."""
    write_llama2(folder)
    content = sentencepiece_json(folder)
    content["post_processor"] = begins_with("<s>", 1)
    if added:
        content["added_tokens"] += [
            added_token(420, "<tool>", special=False, normalized=False),
            added_token(421, "<|end|>"),
        ]
    write_json(folder / "tokenizer.json", content)
    settings = {"tokenizer_class": "LlamaTokenizer", "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
    if added:
        settings["eos_token"] = "<|end|>"
    write_json(
        folder / "tokenizer_config.json", {**settings, "added_tokens_decoder": decoder_of(content["added_tokens"])}
    )
    (folder / "tokenizer.model").unlink()
    write_config(folder, vocab_size=422 if added else 420, bos_token_id=1, eos_token_id=2)
    return folder


# --- vocabularies that come with llama.cpp's source


def write_real_bpe(folder: Path, vocabulary: Path, regex: str, *, bos: bool) -> Path:
    """Write the tokenizer of Llama 3 or Qwen 2 from the vocabulary in llama.cpp's `models/ggml-vocab-*.gguf`.

    Args:
        bos: With a BOS and tokens before merges, as Llama 3 has it.
    """
    values = read_gguf(vocabulary).values  # gguf's own reader takes many seconds for so many strings
    keys = {key: value[-1] for key, value in values.items() if key.startswith("tokenizer.ggml.")}
    tokens, types = [token.decode() for token in keys["tokenizer.ggml.tokens"]], keys["tokenizer.ggml.token_type"]
    merges = [merge.decode() for merge in keys["tokenizer.ggml.merges"]]
    base = {text: token_id for token_id, text in enumerate(tokens) if types[token_id] == 1}
    added = [added_token(token_id, tokens[token_id]) for token_id, kind in enumerate(types) if kind == 3]
    names = {role: tokens[keys[f"tokenizer.ggml.{role}_token_id"]] for role in ("bos", "eos")}
    changes: dict[str, Any] = {"ignore_merges": True} if bos else {"normalizer": {"type": "NFC"}}
    if bos:
        changes["post_processor"] = begins_with(names["bos"], keys["tokenizer.ggml.bos_token_id"])
    content = bpe_json(base, merges, regex_pre_tokenizer(regex), added, **changes)
    write_json(folder / "tokenizer.json", content)
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": names["eos"]}
    settings |= {"bos_token": names["bos"]} if bos else {}
    write_json(folder / "tokenizer_config.json", {**settings, "added_tokens_decoder": decoder_of(added)})
    write_config(folder, vocab_size=len(tokens))
    return folder
