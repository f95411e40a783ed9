"""Sizes as people read them."""

from __future__ import annotations


def size_text(n_bytes: int) -> str:
    """Return a size in units of 1024, such as `93.8 MiB`."""
    size = float(n_bytes)
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if size < 1024 or unit == "TiB":
            break
        size /= 1024
    return f"{n_bytes} B" if unit == "B" else f"{size:.1f} {unit}"
