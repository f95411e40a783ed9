"""Write a bundle.toml: the form that `manifest.py` reads back to an equal bundle, in the order that people read.

What is left at its default is left out. Nothing but the manifest is written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from enum import Enum
from pathlib import Path
from typing import Any

from umi_local.bundles.consistency import inconsistencies
from umi_local.bundles.manifest import BUNDLE_FILE
from umi_local.bundles.values import Bundle, RoleSpec
from umi_local.errors import BundleError
from umi_local.folders import atomic_write

_ORDER = ("name", "version", "license", "description", "layout", "profile", "markers", "n_ctx", "stop_ids", "residency")


def render_bundle(bundle: Bundle, *, comment: str = "") -> str:
    """Return the text of a bundle.toml.

    Args:
        comment: Put above everything else, as comments; any lines.
    """
    head = [f"# {_printable(line)}".rstrip() for line in comment.splitlines()]
    values = _stated(bundle)
    plain = [_line("format", bundle.format), *(_line(key, values[key]) for key in _ORDER if key in values)]
    blocks = ["\n".join(head), "\n".join(plain), *_tables(bundle)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def write_bundle(folder: Path, bundle: Bundle, *, comment: str = "") -> Path:
    """Write a folder's bundle.toml in one go, and return its path.

    Raises:
        BundleError: The bundle's values don't fit each other; nothing is written.
        StorageError: The folder can't be written.
    """
    path = folder / BUNDLE_FILE
    if problems := inconsistencies(bundle):
        listed = "".join(f"\n  {problem}" for problem in problems)
        raise BundleError(f"{path} would have {len(problems)} problem(s):{listed}")
    atomic_write(path, render_bundle(bundle, comment=comment).encode("utf-8"))
    return path


def _tables(bundle: Bundle) -> Iterator[str]:
    if bundle.base is not None:
        yield _table("base", bundle.base)
    if bundle.assembly is not None:
        made = bundle.assembly
        yield _table("assembly", {"type": made.type, "fingerprint": made.fingerprint})
        yield _table("assembly.backbone", made.backbone)
    if sampling := _stated(bundle.sampling):
        yield _table("sampling", sampling)
    for role, spec in bundle.roles:
        yield from _tables_of_role(f"roles.{role.value}", spec)
    for probe in bundle.probes:
        yield "\n".join(("[[probes]]", _line("text", probe.text), _line("token_ids", probe.token_ids)))


def _tables_of_role(name: str, spec: RoleSpec) -> Iterator[str]:
    for kind in ("model", "adapter", "endpoint", "sampling"):
        value = getattr(spec, kind)
        if value is not None:  # a sampling of defaults differs from none: it overrules the bundle's
            yield _table(f"{name}.{kind}", value)


def _table(name: str, value: Any) -> str:
    stated = value if isinstance(value, Mapping) else _stated(value)
    return "\n".join((f"[{name}]", *(_line(key, item) for key, item in stated.items())))


def _stated(value: Any) -> dict[str, Any]:
    """Return a value's fields that differ from their defaults."""
    return {f.name: found for f in fields(value) if (found := getattr(value, f.name)) != f.default}


def _line(key: str, value: Any) -> str:
    import tomli_w

    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, Sequence) and not isinstance(value, str):  # on one line: ids are not worth one each
        return f"{key} = [{', '.join(map(str, value))}]"
    return tomli_w.dumps({key: value}).rstrip("\n")


def _printable(line: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in line)
