"""The model architectures that llama.cpp knows, as names in `general.architecture`.

From `LLM_ARCH_NAMES` in llama.cpp's `src/llama-arch.cpp`, as vendored by llama-cpp-python 0.3.36. A test compares the list
with the installed library, so that it can't fall behind unnoticed.
"""

from __future__ import annotations

NOT_TEXT: dict[str, str] = {
    "clip": "a vision projector (mmproj), which goes beside a language model",
    "wavtokenizer-dec": "a speech decoder",
    "pockettts": "a speech model",
    "qwen3tts": "a speech model",
    "bert": "an embedding model",
    "modern-bert": "an embedding model",
    "nomic-bert": "an embedding model",
    "nomic-bert-moe": "an embedding model",
    "neo-bert": "an embedding model",
    "jina-bert-v2": "an embedding model",
    "jina-bert-v3": "an embedding model",
    "eurobert": "an embedding model",
    "gemma-embedding": "an embedding model",
    "llama-embed": "an embedding model",
    "t5": "an encoder-decoder model",
    "t5encoder": "an embedding model",
    "dream": "a diffusion model",
    "llada": "a diffusion model",
    "llada-moe": "a diffusion model",
    "rnd1": "a diffusion model",
    "eagle3": "a draft model for speculation, which goes beside its target",
    "dflash": "a draft model for speculation, which goes beside its target",
    "gemma4-assistant": "a draft model for speculation, which goes beside its target",
}
"""Architectures that llama.cpp knows but that can't write text token by token on their own, and what they are."""

RECURRENT = frozenset({"mamba", "mamba2", "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7"})
"""Architectures without any attention layer: no head counts, no KV cache."""

TEXT = frozenset(
    """
    llama llama4 deci falcon baichuan grok gpt2 gptj gptneox mpt starcoder refact bloom stablelm qwen qwen2 qwen2moe
    qwen2vl qwen3 qwen3moe qwen3next qwen3vl qwen3vlmoe qwen35 qwen35moe qwen4exp phi2 phi3 phimoe plamo plamo2 plamo3
    codeshell orion internlm2 minicpm minicpm3 gemma gemma2 gemma3 gemma3n gemma4 starcoder2 mamba mamba2 maple jamba
    falcon-h1 xverse command-r cohere2 cohere2moe dbrx olmo olmo2 olmoe muse-glimmer openelm arctic deepseek deepseek2
    deepseek2-ocr deepseek32 deepseek4 chatglm glm4 glm4moe glm-dsa bitnet jais jais2 nemotron nemotron_h nemotron_h_moe
    exaone exaone4 exaone-moe rwkv6 rwkv6qwen2 rwkv7 arwkv7 granite granitemoe granitehybrid graniteswitch granite_swa
    chameleon plm bailingmoe bailingmoe2 bailingmoe3 dots1 dots3note arcee afmoe laguna ernie4_5 ernie4_5-moe hunyuan-moe
    hunyuan-dense hunyuan_vl hy_v3 hy_v4 smollm3 gpt-oss lfm2 lfm2moe smallthinker seed_oss grovemoe apertus minimax-m2
    cogvlm pangu-embedded mistral3 mistral4 paddleocr mimo2 step35 spark2_5 maincoder kimi-linear kimi-k3 glm5-next talkie
    mellum minimax-m3 nanbeige minimax-01 hrm_text
    """.split()  # noqa: SIM905 - a word list reads better than 120 quoted lines
)
"""Architectures that write text, token by token."""
