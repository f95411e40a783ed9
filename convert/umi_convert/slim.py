"""A bundle without its weights, of a few megabytes: the backbone's adapter instead of the base that it was merged into.

Whoever uses it has the base from a Python package or a hub, and the weights are made at first use (`assembly.py`). That they
come out bit for bit as they were judged is tried before anything is put in place.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from umi_convert.adapter_gguf import adapter_source
from umi_convert.assembly import assemble
from umi_convert.base_model import GGUFModel, open_base
from umi_convert.copying import copy_file
from umi_convert.errors import ConvertError
from umi_convert.lora_gguf import merged_ggufs
from umi_convert.model_card import slim_card
from umi_convert.old_bundle import CARD_FILE, VERDICT_FILE
from umi_convert.origin import origin_of
from umi_convert.peft_adapter import open_adapter
from umi_convert.progress import Progress, silent
from umi_convert.staging import refuse_target, staged_folder, temporary_folder
from umi_convert.tensors import DType
from umi_convert.writer import write_gguf
from umi_local.bundles.checksums import sha256_of, write_sums
from umi_local.bundles.manifest import LoadedBundle, load_bundle
from umi_local.bundles.values import Assembly, Bundle, FileRef, Layout
from umi_local.bundles.writing import write_bundle
from umi_local.engine.file_types import FILE_TYPES
from umi_local.engine.gguf_header import check_model
from umi_local.errors import UsageError

BACKBONE = "backbone-F16.gguf"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlimRequest:
    """A bundle to be made small.

    Attributes:
        loaded: Layout shared or adapters, with run-time adapters.
        base: Where the GGUF is that the backbone was trained on, and `name` what it is called everywhere: `package:` or `hub:`.
        backbone: The PEFT folder that was merged into it.
    """

    loaded: LoadedBundle
    base: Path
    name: str
    backbone: Path
    out: Path
    force: bool = False


def write_slim(request: SlimRequest, progress: Progress = silent) -> int:
    """Write the small bundle, and return its size in bytes.

    Raises:
        UsageError: The bundle isn't one of which this can be done, or there is something at the target.
        ConvertError: Its weights aren't what the base and the backbone make.
        StorageError: The disk is full, or can't be written.
    """
    bundle = request.loaded.bundle
    whole = _whole_base(request)
    refuse_target(request.out, [request.loaded.folder, request.base, request.backbone], force=request.force)
    base = open_base(request.base)
    if not isinstance(base, GGUFModel):
        raise UsageError(f"{request.name} isn't a GGUF", hint="Only a GGUF can be merged into at first use.")
    adapter = open_adapter(request.backbone)
    source = adapter_source(adapter, base.config, base.architecture, base.shapes, base.fingerprint)
    with staged_folder(request.out, force=request.force) as staging:
        write_gguf(staging / BACKBONE, source, DType.F16)
        _check_backbone(request, staging / BACKBONE)
        for _, ref in _adapters(bundle):
            copy_file(request.loaded.path_of(ref), staging / ref.file, lambda done, total: None)
        slim = replace(
            bundle,
            base=_stated(FileRef(file=request.name, base_fingerprint=base.fingerprint), request.base),
            assembly=Assembly(
                backbone=_stated(
                    FileRef(file=BACKBONE, source=origin_of(request.backbone), base_fingerprint=base.fingerprint),
                    staging / BACKBONE,
                ),
                type=_type_of(whole),
                fingerprint=bundle.fingerprint or "",
            ),
        )
        write_bundle(staging, slim)
        _describe(request.loaded.folder, staging, slim)
        write_sums(staging)
        _prove(load_bundle(staging), request.out, whole, progress)
        return sum(path.stat().st_size for path in staging.iterdir())


def _whole_base(request: SlimRequest) -> Path:
    """Return the file of the bundle's weights, once it is known that the bundle has what it takes.

    Raises:
        UsageError: It hasn't.
    """
    bundle = request.loaded.bundle
    problems = []
    if bundle.layout not in (Layout.SHARED, Layout.ADAPTERS) or bundle.base is None or not _adapters(bundle):
        problems.append("it has no run-time adapters on one base")
    if bundle.assembly is not None:
        problems.append("it is small already")
    if any(spec.model is not None for _, spec in bundle.roles):
        problems.append("roles have weights of their own")
    if not request.name.startswith(("package:", "hub:")):
        problems.append(
            f"the base must be named so that it is found anywhere, package:... or hub:..., not {request.name}"
        )
    if problems or bundle.base is None:
        raise UsageError(f"bundle {bundle.name} can't be made small: {'; '.join(problems)}")
    return request.loaded.path_of(bundle.base)


def _check_backbone(request: SlimRequest, backbone: Path) -> None:
    """Raise where a backbone's GGUF doesn't make the weights that the roles were trained on.

    Raises:
        ConvertError: It doesn't.
    """
    found, wanted = merged_ggufs(request.base, backbone).fingerprint, request.loaded.bundle.fingerprint
    if found != wanted:
        raise ConvertError(
            f"{request.backbone}: with {request.name} it makes {found[:16]}, and the bundle's roles belong to"
            f" {str(wanted)[:16]}",
            hint="Name the backbone that the bundle was made with; if that is it, its values aren't such that float16 holds"
            " them, and `umi train` has to make it anew.",
        )


def _describe(whole: Path, staging: Path, slim: Bundle) -> None:
    """Take over what was said of the whole bundle; its verdict holds for what is put together, which is the same."""
    if (whole / VERDICT_FILE).is_file():
        shutil.copyfile(whole / VERDICT_FILE, staging / VERDICT_FILE)
    if (whole / CARD_FILE).is_file():
        card = slim_card((whole / CARD_FILE).read_text(encoding="utf-8"), slim)
        (staging / CARD_FILE).write_text(card, encoding="utf-8")


def _adapters(bundle: Bundle) -> list[tuple[str, FileRef]]:
    return [(where, ref) for where, ref in bundle.files() if where.endswith(".adapter")]


def _stated(ref: FileRef, path: Path) -> FileRef:
    return replace(ref, size=path.stat().st_size, sha256=sha256_of(path))


def _type_of(path: Path) -> str:
    number = check_model(path).metadata.get("general.file_type")
    return next((name for name, kind in FILE_TYPES.items() if kind.number == number), "F32")


def _prove(slim: LoadedBundle, out: Path, whole: Path, progress: Progress) -> None:
    """Put the bundle together once, and compare what comes out with what was judged.

    Raises:
        ConvertError: They differ.
    """
    with temporary_folder(out.with_name(f"{out.name}.tried")) as folder:
        assemble(slim, folder / "tried", lambda what, done, total: progress(what, done, total))
        made = load_bundle(folder / "tried")
        assert made.bundle.base is not None  # `assemble` gives it one
        found, wanted = made.bundle.base.sha256, sha256_of(whole)
    if found != wanted:
        raise ConvertError(
            f"{whole}: the base and the backbone make other weights than this (sha256 {str(found)[:16]}, not {wanted[:16]})",
            hint="Name the base and the backbone that the bundle was made from; importance matrices can't be used here.",
        )
