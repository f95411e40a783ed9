"""Check the files of a bundle: there, of the right size and hash, adapters made for this base.

Token ids of the probe texts need a loaded model, so the engine calls `check_probes` with its
tokenizer. Whether a file is a sound GGUF is not checked here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from umi_local.bundles.manifest import LoadedBundle
from umi_local.bundles.values import FileRef, Probe
from umi_local.errors import BundleError

CHUNK_BYTES = 1 << 20

OnProgress: TypeAlias = Callable[[str, int, int], None]
"""Gets the place of the file in the TOML, the bytes read so far, and its size in bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCheck:
    """What was found out about one file of a bundle.

    `unchecked` says what could not be compared, because bundle.toml doesn't state it.
    """

    where: str
    file: str
    size: int | None = None
    sha256: str | None = None
    problems: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The checks of all files of a bundle."""

    name: str
    checks: tuple[FileCheck, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything that is wrong, each with its place."""
        return tuple(f"{check.where}: {problem}" for check in self.checks for problem in check.problems)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def raise_if_wrong(self) -> None:
        """Raise if anything is wrong.

        Raises:
            BundleError: All problems are listed.
        """
        if self.ok:
            return
        listed = "".join(f"\n  {problem}" for problem in self.problems)
        raise BundleError(
            f"bundle {self.name!r} has {len(self.problems)} problem(s):{listed}",
            hint="Get the files again: `umi bundle pull`, or from the source in bundle.toml.",
        )


def verify(loaded: LoadedBundle, on_progress: OnProgress | None = None) -> Report:
    """Read every file of a bundle and compare it with what bundle.toml says.

    A file that is named twice is read once. Everything is checked before anything is reported.
    """
    hashes: dict[Path, str] = {}
    tell = on_progress or (lambda where, done, total: None)
    checks = []
    fingerprint = loaded.bundle.base.fingerprint if loaded.bundle.base else None
    for where, ref in loaded.bundle.files():  # the base comes first
        check = _check(loaded, where, ref, hashes, tell)
        if where == "base":
            fingerprint = fingerprint or check.sha256
        checks.append(_with_base(check, ref, fingerprint) if where.endswith(".adapter") else check)
    return Report(loaded.bundle.name, tuple(checks))


def check_probes(probes: Sequence[Probe], tokenize: Callable[[str], Sequence[int]]) -> None:
    """Compare a tokenizer with the token ids that a bundle states.

    Args:
        probes: The texts, of which the first that differs is reported.
        tokenize: Text to token ids, without special tokens and without a BOS.

    Raises:
        BundleError: A text becomes other ids; it and both lists are named.
    """
    for probe in probes:
        found = [int(token_id) for token_id in tokenize(probe.text)]
        expected = list(probe.token_ids)
        if found != expected:
            raise BundleError(
                "the model's tokenizer isn't the one this bundle was made for: "
                f"{probe.text!r} becomes {found}, the bundle says {expected}",
                hint="Get the bundle's own model file, or convert the model again.",
            )


def _check(loaded: LoadedBundle, where: str, ref: FileRef, hashes: dict[Path, str], tell: OnProgress) -> FileCheck:
    try:
        path = loaded.path_of(ref)
        size = path.stat().st_size
        if path not in hashes:
            hashes[path] = _sha256(path, lambda done: tell(where, done, size))
    except BundleError as error:
        advice = f" ({error.hint})" if error.hint else ""
        return FileCheck(where=where, file=ref.file, problems=(f"{error}{advice}",))
    except OSError as error:
        reason = f"{error.filename or ref.file}: {error.strerror or error}"
        return FileCheck(where=where, file=ref.file, problems=(reason,))
    return FileCheck(
        where=where,
        file=ref.file,
        size=size,
        sha256=hashes[path],
        problems=tuple(_differences(ref, path, size, hashes[path])),
        unchecked=tuple(name for name in ("size", "sha256") if getattr(ref, name) is None),
    )


def _differences(ref: FileRef, path: Path, size: int, sha256: str) -> Iterator[str]:
    if ref.size is not None and size != ref.size:
        yield f"{path} has {size:,} bytes, the bundle says {ref.size:,}"
    if ref.sha256 is not None and sha256 != ref.sha256:
        yield f"{path} has sha256 {sha256}, the bundle says {ref.sha256}"


def _with_base(check: FileCheck, ref: FileRef, fingerprint: str | None) -> FileCheck:
    """Return the check of an adapter, with whether it belongs to the base added."""
    if ref.base_fingerprint is None or fingerprint is None:
        return replace(check, unchecked=(*check.unchecked, "base_fingerprint"))
    if ref.base_fingerprint == fingerprint:
        return check
    problem = f"made for the base {ref.base_fingerprint}, but this bundle's is {fingerprint}"
    return replace(check, problems=(*check.problems, problem))


def _sha256(path: Path, on_bytes: Callable[[int], None]) -> str:
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            done += len(chunk)
            on_bytes(done)
    return digest.hexdigest()
