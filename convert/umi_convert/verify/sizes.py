"""Sizes in bytes: of what roles need, and of a whole bundle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from umi_local.bundles.manifest import LoadedBundle
from umi_local.bundles.values import Bundle, FileRef, Layout
from umi_local.engine.gguf_header import read_header
from umi_local.engine.gguf_splits import part_paths
from umi_local.messages import Role


def bundle_bytes(loaded: LoadedBundle) -> int:
    """Return the size of all distinct files of a bundle."""
    return _bytes_of(loaded.path_of(ref) for _, ref in loaded.bundle.files())


def roles_bytes(loaded: LoadedBundle, roles: Iterable[Role], residency: str) -> int:
    """Return the size of the distinct files that let these roles read and speak.

    Args:
        residency: For layout `shared`: whether roles speak through their adapters or through models of their own.
    """
    return _bytes_of(loaded.path_of(ref) for role in roles for ref in _refs(loaded.bundle, role, residency))


def _refs(bundle: Bundle, role: Role, residency: str) -> Iterator[FileRef]:
    spec = bundle.roles.of(role)
    if bundle.layout in (Layout.SHARED, Layout.PROMPTED):
        speaks = spec.model if spec.adapter is None or residency == "merged" else spec.adapter
        refs = (bundle.base, speaks or spec.adapter)
    else:
        refs = (spec.model or bundle.base, spec.adapter)
    return (ref for ref in refs if ref is not None)


def _bytes_of(paths: Iterable[Path]) -> int:
    parts = {part for path in set(paths) for part in part_paths(read_header(path))}
    return sum(part.stat().st_size for part in parts)
