"""Tiny bundles of every layout with the first part of SmolLM2's vocabulary, ways to damage them, and trajectories."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import gguf
import numpy as np

from tests.models import F32, LINEAR, merge_lora, write_lora, write_tiny_llama
from umi_convert.verify import JudgeOptions
from umi_local.bench.gguf_files import add_tensor, add_value, finish, metadata_of, rewrite
from umi_local.bundles.manifest import LoadedBundle
from umi_local.bundles.values import Bundle, FileRef, Layout, RoleSpec, RolesSpec
from umi_local.messages import (
    CallerTurn,
    Decision,
    Observation,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolCall,
    ToolSpec,
    ToolTurn,
    Trajectory,
    UserTurn,
)

N_VOCAB = 8000

OPTIONS = JudgeOptions(
    n_ctx=1024,
    n_batch=64,
    n_threads=1,
    kv_type="f32",
    positions_per_role=60,
    spoken_per_role=2,
    planner_tokens=6,
    caller_tokens=20,
    summarizer_tokens=6,
)
"""Both sides with exact keys and values: what differs is the files."""

PATH = {"type": "string", "maxLength": 12}
TOOLS = (
    ToolSpec("read_file", "Read a text file.", {"type": "object", "properties": {"path": PATH}, "required": ["path"]}),
    ToolSpec(
        "add",
        "Add two whole numbers.",
        {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}, "required": ["a", "b"]},
    ),
)
TRAJECTORIES = (
    Trajectory(
        TOOLS,
        (
            UserTurn("What is in notes.txt?"),
            PlannerTurn("I read the file.", Decision.CALL),
            CallerTurn(ToolCall("read_file", {"path": "notes.txt"})),
            ToolTurn(Observation("milk, bread, apples")),
            PlannerTurn("It is a shopping list.", Decision.CONCLUDE),
            SummarizerTurn("notes.txt is a shopping list: milk, bread and apples."),
        ),
    ),
    Trajectory(
        TOOLS,
        (
            UserTurn("How much is 12 and 30?"),
            PlannerTurn("I add the numbers.", Decision.CALL),
            CallerTurn(ToolCall("add", {"a": 12, "b": 30})),
            ToolTurn(Observation("42")),
            PlannerTurn("The sum is known.", Decision.CONCLUDE),
            SummarizerTurn("12 and 30 make 42."),
        ),
    ),
)


@dataclass(frozen=True)
class Files:
    """A base, an adapter a role, and each merged into the base."""

    base: Path
    adapters: dict[Role, Path]
    merged: dict[Role, Path]


def make_files(folder: Path) -> Files:
    """Write a trio whose adapters change what is said a lot."""
    base = write_tiny_llama(folder / "base.gguf", seed=11, n_vocab=N_VOCAB)
    adapters, merged = {}, {}
    for seed, role in enumerate(Role):
        adapters[role] = write_lora(folder / f"{role.value}.gguf", base, rank=4, alpha=8, seed=seed, scale=0.4)
        merged[role] = merge_lora(base, adapters[role], folder / f"{role.value}-merged.gguf")
    return Files(base, adapters, merged)


def bundle_of(files: Files, layout: str, **changes) -> LoadedBundle:
    """Return a bundle of a layout over these files."""
    is_prompted, is_merged = layout == "prompted", layout == "merged"

    def spec(role: Role) -> RoleSpec:
        if is_merged:
            return RoleSpec(model=FileRef(file=str(files.merged[role])))
        return RoleSpec() if is_prompted else RoleSpec(adapter=FileRef(file=str(files.adapters[role])))

    bundle = Bundle(
        name=layout,
        version="1",
        license="Apache-2.0",
        layout=Layout(layout),
        profile="prompted" if is_prompted else "shared",
        markers="template" if is_prompted else "chatml",
        n_ctx=1024,
        base=None if is_merged else FileRef(file=str(files.base)),
        roles=RolesSpec(**{role.value: spec(role) for role in Role}),
    )
    return LoadedBundle(replace(bundle, **changes), files.base.parent)


def with_noise(path: Path, out: Path, scale: float, seed: int = 5) -> Path:
    """Write a model with noise on its linear layers: normal, `scale` times each weight's own standard deviation."""
    rng = np.random.default_rng(seed)

    def change(name, weight):
        if not any(part in name for part in LINEAR):
            return weight
        noise = rng.standard_normal(weight.shape, np.float32)
        return weight + noise * np.float32(scale * weight.std())

    return rewrite(path, out, F32, change)


def with_permuted_queries(path: Path, out: Path) -> Path:
    """Write a model whose Q rows lie as in the Hugging Face checkpoint: what forgetting the row order gives."""

    def change(name, weight):
        if "attn_q.weight" not in name:
            return weight
        n_heads, head = 4, weight.shape[0] // 4
        halves = weight.reshape(n_heads, head // 2, 2, weight.shape[1]).swapaxes(1, 2)
        return np.ascontiguousarray(halves.reshape(weight.shape))

    return rewrite(path, out, F32, change)


def with_metadata(path: Path, out: Path, changed: dict[str, object]) -> Path:
    """Write a model with other values of some metadata keys."""
    reader = gguf.GGUFReader(path)
    writer = gguf.GGUFWriter(out, "llama")
    writer.add_file_type(0)
    for key, value, types in metadata_of(path):
        add_value(writer, key, changed.get(key, value), types)
    for tensor in reader.tensors:
        add_tensor(writer, tensor.name, np.asarray(tensor.data), F32)
    return finish(writer, out)
