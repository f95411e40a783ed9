"""Models for the engine's tests, made once a session: a tiny llama in F32 with three adapters, and the real SmolLM2."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.models import merge_lora, real_gguf, write_lora, write_tiny_llama
from umi_local.messages import Role


@dataclass(frozen=True)
class Trio:
    """A backbone, an adapter a role, and each adapter merged into the backbone."""

    base: Path
    adapters: dict[Role, Path]
    merged: dict[Role, Path]


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> Trio:
    folder = tmp_path_factory.mktemp("tiny")
    base = write_tiny_llama(folder / "base.gguf", seed=1)
    adapters, merged = {}, {}
    for seed, role in enumerate(Role):
        adapters[role] = write_lora(folder / f"{role.value}.gguf", base, rank=8, alpha=16, seed=seed)
        merged[role] = merge_lora(base, adapters[role], folder / f"{role.value}-merged.gguf")
    return Trio(base, adapters, merged)


@pytest.fixture(scope="session")
def real() -> Path:
    return real_gguf()
