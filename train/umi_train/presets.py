"""Ready-made values for a configuration: what a file leaves out is taken from its preset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ON_LAPTOPS = {"epochs": 3.0, "learning_rate": 5e-4, "warmup_ratio": 0.05, "batch": 16, "row_tokens": 2048}

_EMBEDDED: Mapping[str, Any] = {
    "lora": {"rank": 16, "alpha": 32.0, "targets": "all-linear"},
    "global_stage": {"mode": "full", **_ON_LAPTOPS},
    "local_stage": {"mode": "span", **_ON_LAPTOPS},
}
"""For models of 100 to 500 million parameters on a few processor cores, and the layout `shared`. Rows are short: longer ones
are no faster on a processor, and 2,048 tokens of a 135M model take 2 GB already."""

_LOCAL_OF_THE_PAPER = {"epochs": 1.0, "warmup_ratio": 0.2, "weight_decay": 0.01}

_PAPER: Mapping[str, Any] = {
    "seed": 42,
    "lora": {"rank": 8, "alpha": 16.0, "dropout": 0.05, "targets": ["q_proj", "v_proj"]},
    "global_stage": {
        "mode": "full",
        "samples": "turn",
        "epochs": 2.0,
        "learning_rate": 5e-5,
        "schedule": "cosine",
        "warmup_ratio": 0.4,
        "weight_decay": 0.0,
        "batch": 48,
    },
    "local_stage": {
        "mode": "full",
        "samples": "turn",
        "learning_rate": 1e-5,
        "schedule": "cosine",
        "batch": 48,
        **_LOCAL_OF_THE_PAPER,
        "summarizer": {"epochs": 2.0, "warmup_ratio": 0.4},
    },
}
"""The paper's hyper-parameters (X-PLUG/Multi-LLM-Agent: GLPFT/scripts/train_toolbench.sh), with the LoRA that its
train_lora.py defaults to: the paper itself fine-tunes all weights."""

PRESETS: Mapping[str, Mapping[str, Any]] = {"embedded": _EMBEDDED, "paper": _PAPER}
