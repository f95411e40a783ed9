"""Packages as pip leaves them in a folder: what entry points are found in."""

from __future__ import annotations

from pathlib import Path


def install(folder: Path, name: str, entry_points: str, module: str | None = None, *, group: str) -> None:
    """Put a package with entry points of a group into a folder, as pip would."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[{group}]\n{entry_points}\n", encoding="utf-8")
    if module is not None:
        (folder / f"{name}.py").write_text(module, encoding="utf-8")
