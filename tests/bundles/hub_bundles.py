"""Bundles to put on a hub: as files by name, or in a folder. Their GGUFs are only bytes, for nobody opens them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from umi_local.bundles.checksums import render_sums
from umi_local.bundles.values import Bundle, FileRef, Layout, RoleSpec, RolesSpec
from umi_local.bundles.writing import render_bundle

CARD = b"---\nlicense: apache-2.0\n---\n# A bundle\n"


def pseudo_random(n_bytes: int, seed: int) -> bytes:
    """Bytes that don't repeat, so that no two places look alike."""
    blocks = (hashlib.sha256(b"%d %d" % (seed, i)).digest() for i in range(n_bytes // 32 + 1))
    return b"".join(blocks)[:n_bytes]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def bundle_files(*, n_bytes: int = 50_000, with_sums: bool = True, **changes: object) -> dict[str, bytes]:
    """A shared bundle of a base and an adapter for the caller, with a model card.

    Args:
        changes: Fields of the bundle that differ.
    """
    base, adapter = pseudo_random(n_bytes, 1), pseudo_random(n_bytes // 10, 2)
    refs = {
        name: FileRef(file=name, size=len(content), sha256=sha256(content))
        for name, content in (("base.gguf", base), ("adapters/caller.gguf", adapter))
    }
    values: dict[str, object] = {
        "name": "weather",
        "version": "3",
        "license": "Apache-2.0",
        "layout": Layout.SHARED,
        "profile": "shared",
        "markers": "chatml",
        "n_ctx": 2048,
        "base": refs["base.gguf"],
        "roles": RolesSpec(caller=RoleSpec(adapter=refs["adapters/caller.gguf"])),
        **changes,
    }
    files = {
        "README.md": CARD,
        "adapters/caller.gguf": adapter,
        "base.gguf": base,
        "bundle.toml": render_bundle(Bundle(**values)).encode(),  # type: ignore[arg-type]  # values are checked by it
    }
    if with_sums:
        files["SHA256SUMS"] = render_sums({name: sha256(content) for name, content in files.items()}).encode()
    return files


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def read(folder: Path) -> dict[str, bytes]:
    """The files of a folder that aren't hidden."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return {name: content for name, content in found.items() if not any(p.startswith(".") for p in name.split("/"))}
