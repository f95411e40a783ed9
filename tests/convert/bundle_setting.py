"""Small checkpoints that speak, and adapters for their roles: what bundles are made of in tests. Nothing needs torch.

A checkpoint is a llama of two layers whose weights are drawn so that its text isn't one repeated token, with a small
SentencePiece tokenizer that is trained here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tests.convert.adapter_folders import safetensors, write_adapter
from tests.convert.plain_checkpoints import llama_shapes
from tests.convert.tokenizers_for_tests import train_sentencepiece, write_config, write_llama2
from umi_convert.base_model import open_base
from umi_convert.request import BundleRequest, Judging, Quantization
from umi_convert.tensors import Array, DType, from_float32
from umi_local.bundles.manifest import load_bundle
from umi_local.messages import Role

UNJUDGED = Judging(reference="none")
TRAJECTORIES = Path(__file__).with_name("one_trajectory.jsonl")
JUDGED = Judging(reference="f32", strictness="loose", trajectories=TRAJECTORIES, n_threads=1)

MODULES = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


def write_speaking(
    folder: Path, *, seed: int = 0, n_vocab: int = 420, dtype: DType = DType.BF16, **config: Any
) -> Path:
    """Write a tied llama; it has 0.4 MB in float32.

    Args:
        n_vocab: Another number gives another tokenizer.
        config: Other keys of its config.json.
    """
    write_llama2(folder)
    train_sentencepiece(folder, n_pieces=n_vocab)
    fixed = {"vocab_size": n_vocab, "bos_token_id": 1, "eos_token_id": 2, "tie_word_embeddings": True}
    write_config(folder, **{**fixed, **config})
    config = json.loads((folder / "config.json").read_text())
    rng = np.random.default_rng(seed)
    weights = {name: _drawn(rng, name, shape) for name, shape in llama_shapes(config).items()}
    stored = {name: from_float32(values, dtype) for name, values in weights.items()}
    (folder / "model.safetensors").write_bytes(safetensors(stored))
    (folder / "README.md").write_text("---\nlicense: apache-2.0\n---\n# A model\n")
    return folder


def _drawn(rng: np.random.Generator, name: str, shape: tuple[int, ...]) -> Array:
    if len(shape) == 1:
        return np.ones(shape, np.float32)
    scale = 0.3 if "embed" in name else 1.5 / np.sqrt(shape[1])
    return rng.standard_normal(shape, np.float32) * np.float32(scale)


def write_role(
    folder: Path,
    base: Path,
    *,
    seed: int = 0,
    rank: int = 4,
    card: Mapping[str, Any] | None = None,
    is_exact: bool = False,
    **options: Any,
) -> Path:
    """Write an adapter on all linear layers of a base of `write_speaking`, strong enough to change what is said.

    Args:
        is_exact: With values that float16 holds, as our trainer writes them.
    """
    shapes = llama_shapes(json.loads((base / "config.json").read_text()))
    rng = np.random.default_rng(seed)
    tensors: dict[str, Array] = {}
    for name, (n_out, n_in) in ((n, s) for n, s in shapes.items() if n.split(".")[-2] in MODULES):
        module = f"base_model.model.{name.removesuffix('.weight')}"
        tensors[f"{module}.lora_A.weight"] = rng.standard_normal((rank, n_in), np.float32) / np.float32(np.sqrt(n_in))
        tensors[f"{module}.lora_B.weight"] = rng.standard_normal((n_out, rank), np.float32) * np.float32(0.3)
    if is_exact:
        tensors = {name: values.astype(np.float16).astype(np.float32) for name, values in tensors.items()}
    return write_adapter(folder, tensors, card=card, r=rank, **options)


def span_card(role: str, base_fingerprint: str, **changes: Any) -> dict[str, Any]:
    """Return the umi_role.json of an adapter that our trainer made for the shared layout."""
    fixed = {"format": 1, "mode": "span", "profile": "shared", "markers": "plain"}
    return {**fixed, "role": role, "base_fingerprint": base_fingerprint, **changes}


def fingerprint_of_base(base: Path) -> str:
    """Return what an adapter's card must say that was trained on a base."""
    return open_base(base).fingerprint


def request_for(out: Path, base: Path | None = None, *types: str, **changes: Any) -> BundleRequest:
    """Return a request that isn't judged, on one thread."""
    quantization = changes.pop("quantization", Quantization(types=types or ("F32",)))
    defaults: dict[str, Any] = {"judging": UNJUDGED, "n_threads": 1}
    return BundleRequest(out=out, base=base, quantization=quantization, **{**defaults, **changes})


def write_roles(folder: Path, base: Path, **options: Any) -> dict[Role, Path]:
    """Write an adapter for every role."""
    return {role: write_role(folder / role.value, base, seed=n + 1, **options) for n, role in enumerate(Role)}


def write_span_roles(folder: Path, base: Path, fingerprint: str | None = None) -> dict[Role, Path]:
    """Write an adapter for every role whose card says that it is for the shared layout."""
    known = fingerprint or fingerprint_of_base(base)
    return {
        role: write_role(folder / role.value, base, seed=n + 1, card=span_card(role.value, known))
        for n, role in enumerate(Role)
    }


def bundle_in(folder: Path) -> Any:
    """Return what a folder's bundle.toml says; Any, so that a test may name what isn't in every bundle."""
    return load_bundle(folder).bundle


def edit_json(path: Path, **changes: Any) -> None:
    """Change keys of a JSON file."""
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a folder by its name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
