"""What the benchmark measures on: a base, three synthetic rank-16 adapters, and the same merged, all in the base's file type.

The adapters are random, of the size that trained ones have; what they say doesn't matter here. Needs the package `gguf`.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from umi_local.engine.gguf_header import read_header
from umi_local.errors import UsageError
from umi_local.messages import Role


@dataclass(frozen=True)
class Material:
    """Files of one benchmark run."""

    base: Path
    adapters: dict[Role, Path]
    merged: dict[Role, Path]

    @classmethod
    def of(cls, folder: Path) -> Material:
        """Return the files that a folder holds."""
        return cls(
            folder / "base.gguf",
            {role: folder / f"{role.value}.gguf" for role in Role},
            {role: folder / f"{role.value}-merged.gguf" for role in Role},
        )

    @property
    def is_complete(self) -> bool:
        """Whether every file is there."""
        return all(path.exists() for path in (self.base, *self.adapters.values(), *self.merged.values()))


def make(base: Path, folder: Path) -> Material:
    """Write the files of a run into a folder, or return them where they are already there.

    Raises:
        UsageError: The package `gguf` isn't installed.
    """
    try:
        from umi_local.bench import gguf_files
    except ImportError as error:
        raise UsageError(
            "this benchmark makes its own adapters with the package gguf, which isn't installed",
            hint="pip install 'umi-local[convert]'",
        ) from error
    material = Material.of(folder)
    if material.is_complete:
        return material
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(base, material.base)
    ftype = int(read_header(base).metadata.get("general.file_type", 0))
    for seed, role in enumerate(Role):
        gguf_files.write_lora(
            material.adapters[role], base, rank=16, alpha=32, seed=seed, scale=0.02, qtype=gguf_files.F16
        )
        plain = folder / "merged-f32.gguf"
        gguf_files.merge_lora(base, material.adapters[role], plain)
        gguf_files.requantize(plain, material.merged[role], ftype)
        plain.unlink()
    return material
