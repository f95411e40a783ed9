"""Check the files of a bundle: there, of the right size and hash, adapters made for this base, no byte of the folder changed.

The manifest says what its own files are; SHA256SUMS, where the folder has one, accounts for every other file too, the manifest
among them. Token ids of the probe texts need a loaded model, so the engine calls `check_probes` with its tokenizer. Whether a
file is a sound GGUF is not checked here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from umi_local.bundles.checksums import SUMS_FILE, OnProgress, files_of, read_sums, sha256_of, unlisted
from umi_local.bundles.manifest import BUNDLE_FILE, LoadedBundle
from umi_local.bundles.values import FileRef, Probe
from umi_local.errors import BundleError

__all__ = ["FileCheck", "OnProgress", "Report", "check_probes", "verify"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCheck:
    """What was found out about one file of a bundle.

    Attributes:
        where: Its place in the TOML, such as `roles.caller.adapter`; `manifest` for the TOML itself, `folder` for a
            file that only SHA256SUMS knows.
        unchecked: What could not be compared, because nothing states it.
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

    def raise_if_wrong(self, *, hint: str = "") -> None:
        """Raise if anything is wrong.

        Args:
            hint: The remedy, where it isn't to get the files again.

        Raises:
            BundleError: All problems are listed.
        """
        if self.ok:
            return
        listed = "".join(f"\n  {problem}" for problem in self.problems)
        raise BundleError(
            f"bundle {self.name!r} has {len(self.problems)} problem(s):{listed}",
            hint=hint or "Get the files again: `umi bundle pull`, or from the source in bundle.toml.",
        )


def verify(
    loaded: LoadedBundle, on_progress: OnProgress | None = None, *, known: Mapping[Path, str] | None = None
) -> Report:
    """Read every file of a bundle and compare it with what bundle.toml and SHA256SUMS say.

    A file that is named twice is read once. Everything is checked before anything is reported.

    Args:
        known: Hashes that were computed just now and needn't be again, by path.
    """
    reader = _Reader(dict(known or {}), on_progress or (lambda where, done, total: None))
    checks: dict[str, FileCheck] = {}
    fingerprint = loaded.bundle.fingerprint
    for where, ref in loaded.bundle.files():  # the base comes first
        check = _check(loaded, where, ref, reader)
        if where == "base":
            fingerprint = fingerprint or check.sha256
        checks[where] = _with_base(check, ref, fingerprint) if where.endswith(".adapter") else check
    named: dict[Path, list[str]] = {}
    for where, ref in loaded.bundle.files():
        named.setdefault(loaded.folder / ref.file, []).append(where)
    others = []
    for check in _check_folder(loaded, reader):
        for where in (places := named.get(loaded.folder / check.file, [])):
            checks[where] = _with_sum(checks[where], check)
        others += [] if places else [check]
    return Report(loaded.bundle.name, (*checks.values(), *others))


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


class _Reader:
    """Hashes files, each once."""

    def __init__(self, hashes: dict[Path, str], tell: OnProgress) -> None:
        self._hashes, self._tell = hashes, tell

    def read(self, path: Path, where: str) -> tuple[int, str]:
        """Return a file's size and hash.

        Raises:
            OSError: It can't be read.
        """
        size = path.stat().st_size
        if path not in self._hashes:
            self._hashes[path] = sha256_of(path, lambda done: self._tell(where, done, size))
        return size, self._hashes[path]


def _check(loaded: LoadedBundle, where: str, ref: FileRef, reader: _Reader) -> FileCheck:
    try:
        path = loaded.path_of(ref)
        size, sha256 = reader.read(path, where)
    except BundleError as error:
        advice = f" ({error.hint})" if error.hint else ""
        return FileCheck(where=where, file=ref.file, problems=(f"{error}{advice}",))
    except OSError as error:
        return FileCheck(where=where, file=ref.file, problems=(_reason(error, ref.file),))
    return FileCheck(
        where=where,
        file=ref.file,
        size=size,
        sha256=sha256,
        problems=tuple(_differences(ref, path, size, sha256)),
        unchecked=tuple(name for name in ("size", "sha256") if getattr(ref, name) is None),
    )


def _check_folder(loaded: LoadedBundle, reader: _Reader) -> Iterator[FileCheck]:
    """Check what SHA256SUMS lists, and that it lists everything; without one, say that the manifest is unchecked."""
    if loaded.manifest is None:
        return
    if loaded.manifest.name != BUNDLE_FILE:  # a TOML of another name may lie in any folder
        yield FileCheck(where="manifest", file=loaded.manifest.name, unchecked=(SUMS_FILE,))
        return
    try:
        sums = read_sums(loaded.folder)
        names = files_of(loaded.folder) if sums is not None else ()
    except BundleError as error:
        yield FileCheck(where="folder", file=SUMS_FILE, problems=(str(error),))
        return
    if sums is None:
        yield FileCheck(where="manifest", file=BUNDLE_FILE, unchecked=(SUMS_FILE,))
        return
    for name in (BUNDLE_FILE, *(name for name in sums if name != BUNDLE_FILE)):
        yield _check_listed(loaded.folder, name, sums.get(name), reader)
    for name in unlisted(names, sums):
        if name != BUNDLE_FILE:
            yield _check_listed(loaded.folder, name, None, reader)


def _check_listed(folder: Path, name: str, stated: str | None, reader: _Reader) -> FileCheck:
    where = "manifest" if name == BUNDLE_FILE else "folder"
    if stated is None:
        return FileCheck(where=where, file=name, problems=(f"{name} isn't listed in {SUMS_FILE}",))
    try:
        size, sha256 = reader.read(folder / name, name)
    except OSError as error:
        return FileCheck(where=where, file=name, problems=(_reason(error, name),))
    problem = f"{folder / name} has sha256 {sha256}, {SUMS_FILE} says {stated}"
    return FileCheck(where=where, file=name, size=size, sha256=sha256, problems=() if sha256 == stated else (problem,))


def _with_sum(check: FileCheck, listed: FileCheck) -> FileCheck:
    """Return the check of a file that the manifest names, with what SHA256SUMS says of it added."""
    if check.problems:  # missing or changed, and said so
        return check
    unchecked = tuple(fact for fact in check.unchecked if fact == "base_fingerprint" or listed.problems)
    return replace(check, problems=listed.problems, unchecked=unchecked)


def _reason(error: OSError, file: str) -> str:
    return f"{error.filename or file}: {error.strerror or error}"


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
