"""Put a bundle together whose base is made at first use: merge the backbone's adapter, quantize, copy the roles' adapters.

umi_local finds this by the entry-point group `umi_local.assembly`; what such a bundle is says `umi_local/bundles/assembly.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from umi_convert.copying import copy_file
from umi_convert.lora_gguf import merged_ggufs
from umi_convert.model import auto_dtype
from umi_convert.quantize import QuantizeRequest, quantize
from umi_convert.staging import staged_folder
from umi_convert.storing import is_plain
from umi_convert.tensors import DType
from umi_convert.writer import write_gguf
from umi_local.bundles.assembly import OnStep
from umi_local.bundles.checksums import sha256_of, write_sums
from umi_local.bundles.manifest import LoadedBundle
from umi_local.bundles.placing import discard
from umi_local.bundles.values import Assembly, Bundle, FileRef
from umi_local.bundles.writing import write_bundle
from umi_local.engine.file_types import find_file_type
from umi_local.errors import BundleError

_COMMENT = "Made from the bundle {name!r} at its first use. It may be deleted: it is made again when it is wanted."


def assemble(loaded: LoadedBundle, target: Path, on_step: OnStep) -> None:
    """Make the folder of an ordinary bundle from one that says how its base is made.

    Raises:
        UsageError: Somebody else has made it meanwhile.
        BundleError: A file is missing, or isn't what the bundle says.
        ModelFileError: One isn't a sound GGUF, or doesn't belong to the others.
        StorageError: The disk is full, or can't be written.
    """
    bundle = loaded.bundle
    assert bundle.assembly is not None  # looked at by the caller
    assert bundle.base is not None  # `consistency.py`
    base = _checked(loaded, bundle.base, on_step)
    backbone = _checked(loaded, bundle.assembly.backbone, on_step)
    if target.exists():  # it isn't whole, or nobody would ask for it
        discard(target)
    with staged_folder(target) as staging:
        made, hashes = _base(bundle, bundle.assembly, (base, backbone), staging, on_step)
        specs = {}
        for role, spec in bundle.roles:
            if spec.adapter is not None:
                ref = replace(spec.adapter, file=f"{role.value}.gguf")
                hashes[staging / ref.file] = _copied(loaded, spec.adapter, staging / ref.file, on_step)
                specs[role.value] = replace(spec, adapter=ref)
        roles = replace(bundle.roles, **specs)
        write_bundle(
            staging,
            replace(bundle, base=made, assembly=None, roles=roles),
            comment=_COMMENT.format(name=bundle.name),
        )
        write_sums(staging, known=hashes)


def _base(
    bundle: Bundle, assembly: Assembly, sources: tuple[Path, Path], folder: Path, on_step: OnStep
) -> tuple[FileRef, dict[Path, str]]:
    """Write the base, and return what the manifest says of it, and its hash by its path."""
    source = merged_ggufs(*sources)
    if source.fingerprint != assembly.fingerprint:
        raise BundleError(
            f"bundle {bundle.name!r}: its base and its backbone make {source.fingerprint[:16]}, and its roles belong to"
            f" {assembly.fingerprint[:16]}",
            hint="Get the bundle again; its parts don't belong together.",
        )
    name = find_file_type(assembly.type).name
    path = folder / f"backbone-{name}.gguf"
    if is_plain(name, ()):
        write_gguf(path, source, DType(name), on_progress=_telling(on_step, f"writing {name}"))
    else:
        stored = folder / ".merged.gguf"
        write_gguf(stored, source, auto_dtype(source), on_progress=_telling(on_step, "merging"), durable=False)
        request = QuantizeRequest(source=stored, ftype=name, target=path)
        quantize(request, lambda done, total, _: on_step(f"quantizing to {name}", done, total))
        stored.unlink()
    size = path.stat().st_size
    sha256 = sha256_of(path, lambda done: on_step("hashing", done, size))
    made_of = f"{bundle.base.source or bundle.base.file} + {assembly.backbone.file}" if bundle.base else None
    ref = FileRef(file=path.name, size=size, sha256=sha256, source=made_of, base_fingerprint=source.fingerprint)
    return ref, {path: sha256}


def _checked(loaded: LoadedBundle, ref: FileRef, on_step: OnStep) -> Path:
    """Return where a file is, once it is known to be the right one."""
    path = loaded.path_of(ref)
    try:
        size = path.stat().st_size
        found = sha256_of(path, lambda done: on_step(f"checking {path.name}", done, size))
    except OSError as error:
        raise BundleError(f"can't read {path}: {error.strerror or error}") from error
    _compare(path, found, ref)
    return path


def _copied(loaded: LoadedBundle, ref: FileRef, target: Path, on_step: OnStep) -> str:
    path = loaded.path_of(ref)
    if not path.is_file():
        raise BundleError(f"{path} is missing", hint="Get the bundle again.")
    found = copy_file(path, target, _telling(on_step, f"copying {target.name}"))
    _compare(path, found, ref)
    return found


def _compare(path: Path, found: str, ref: FileRef) -> None:
    if ref.sha256 is not None and found != ref.sha256:
        raise BundleError(
            f"{path} has sha256 {found}, its bundle says {ref.sha256}",
            hint="Install the package that it came with again, or get the bundle again.",
        )


def _telling(on_step: OnStep, what: str) -> Callable[[int, int], None]:
    return lambda done, total: on_step(what, done, total)
