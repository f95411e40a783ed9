"""What someone asks of `umi convert bundle`, as one value: which sources, which layout, which types, how to judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from umi_local.bundles.values import Layout, Markers, Profile
from umi_local.messages import Role

AUTO = "auto"
"""As the only type: try the candidates on this machine and keep the fastest that passes."""

KEEP = "keep"
"""As a type: leave the weights as the source stores them."""

Kept: TypeAlias = Literal["adapters", "merged", "both"]
Reference: TypeAlias = Literal["auto", "f32", "source", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """How the result is judged.

    Attributes:
        reference: What the result is compared with: the source in float32, the source as it is stored, or nothing. `auto`
            takes float32 where memory allows.
        trajectories: A JSONL of trajectories to judge on; None for those that come along.
        strictness: Name of the thresholds.
        n_trajectories: At most so many are used.
        n_threads: None for what the runtime would take.
    """

    reference: Reference = "auto"
    trajectories: Path | None = None
    strictness: str = "normal"
    n_trajectories: int | None = None
    n_threads: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantization:
    """How weights are stored.

    Attributes:
        types: Names of llama.cpp's file types, each of which gives a bundle of its own; or `auto`, or `keep`; none for the
            usual one, or that of what is replaced.
        importance: An importance matrix.
        overrides: (regular expression of tensor names, type), the first match counts.
        adapter_dtype: Of run-time adapters: F16, BF16 or F32.
    """

    types: tuple[str, ...] = ()
    importance: Path | None = None
    overrides: tuple[tuple[str, str], ...] = ()
    adapter_dtype: str = "F16"


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleRequest:
    """A bundle to be made.

    Attributes:
        out: The bundle's folder; with several types, the folder of one sub-folder a type.
        base: A checkpoint's folder or a GGUF; None only where `from_bundle` or full role checkpoints make it needless.
        backbone: A PEFT folder that is merged into the base first, for all roles.
        roles: PEFT folders or full checkpoints; a role that is missing runs on the base.
        from_bundle: Name or path of a bundle of which everything but the given roles is kept bit for bit.
        layout: None for the old bundle's, or what goes with what is given.
        kept: In layout `shared`: what a role's weights are stored as; None for adapters, or as in the old bundle.
        assume_span: Take adapters for span-trained that don't say so.
        profile: None for what the adapters say, or what goes with the layout.
        markers: None for what the adapters say, or the vocabulary knows.
        n_ctx: None for the model's own, at most 8192.
        name: None for the old bundle's, or that of the folder.
        version: None for the old bundle's, or 1.
        force: Replace what is at `out`.
    """

    out: Path
    base: Path | None = None
    backbone: Path | None = None
    roles: Mapping[Role, Path] = field(default_factory=dict)
    from_bundle: Path | None = None
    layout: Layout | None = None
    kept: Kept | None = None
    assume_span: bool = False
    profile: Profile | None = None
    markers: Markers | None = None
    n_ctx: int | None = None
    name: str | None = None
    version: str | None = None
    license: str | None = None
    description: str | None = None
    pre_tokenizer: str | None = None
    quantization: Quantization = field(default_factory=Quantization)
    judging: Judging = field(default_factory=Judging)
    force: bool = False
    n_threads: int | None = None
