"""A finished bundle against a reference that someone names: what `umi convert verify` does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from umi_convert.base_model import open_base
from umi_convert.config import CONFIG_NAME
from umi_convert.errors import CheckpointError
from umi_convert.judging import Judge, completed
from umi_convert.origin import origin_of
from umi_convert.progress import Progress, silent
from umi_convert.request import Judging
from umi_convert.staging import temporary_folder
from umi_convert.tensors import DType
from umi_convert.verify.values import Verdict
from umi_convert.vocabulary import SourceTokenizer
from umi_convert.writer import write_gguf
from umi_local.bundles.assembly import assembled
from umi_local.bundles.catalog import find_bundle
from umi_local.bundles.manifest import LoadedBundle
from umi_local.bundles.values import FileRef, Layout, RolesSpec
from umi_local.engine.gguf_header import read_header
from umi_local.folders import cache_folder
from umi_local.messages import Role


def verify_against(bundle: str, against: str, judging: Judging, progress: Progress = silent) -> Verdict:
    """Judge a bundle by a reference of the same roles.

    Args:
        bundle: Name or path of a bundle, or a GGUF.
        against: Likewise, or the folder of a checkpoint, which is written as a GGUF in float32 first.

    Raises:
        UmiError: One of the two can't be opened or run.
    """
    candidate = assembled(find_bundle(bundle))
    _check_template(candidate)
    with temporary_folder(cache_folder() / "verify") as work:  # not where temporary files are: that may be in memory
        judge = Judge.of(judging, work, progress)
        reference, tokenizer = _reference(Path(against).expanduser(), against, candidate, work, progress)
        roles = tuple(role for role, spec in candidate.bundle.roles if spec.endpoint is None)
        label = candidate.bundle.name
        verdict = judge.verdicts(reference, {label: candidate}, roles or tuple(Role), tokenizer)[label]
    return completed(verdict, candidate)


def _check_template(candidate: LoadedBundle) -> None:
    """Refuse a model without the chat template that it would be prompted through: a GGUF alone says no other markers."""
    base = candidate.bundle.base
    if base is None or candidate.bundle.markers != "template":
        return
    path = candidate.path_of(base)
    if "tokenizer.chat_template" not in read_header(path).metadata:
        hint = "Judge it in a bundle: `umi convert bundle` finds markers for it."
        raise CheckpointError(path, "it carries no chat template to prompt it through", hint=hint)


def _reference(
    path: Path, against: str, candidate: LoadedBundle, work: Path, progress: Progress
) -> tuple[LoadedBundle, SourceTokenizer | None]:
    """Return what to compare with, and the tokenizer of its source where that is known."""
    is_checkpoint = (path / CONFIG_NAME).is_file()
    if not is_checkpoint and path.suffix.lower() != ".gguf":
        return assembled(find_bundle(against)), None
    if candidate.bundle.layout is not Layout.PROMPTED:
        name, layout = candidate.bundle.name, candidate.bundle.layout.value
        raise CheckpointError(
            path,
            f"is one model without adapters, and {name!r} has layout {layout!r}",
            hint="Make a reference with `umi convert bundle ... --quantize F32`, and name that.",
        )
    if not is_checkpoint:
        return _speaking_alike(candidate, path, path), None
    base = open_base(path)
    written = work / "reference.gguf"
    source = base.with_patches({}, untied=False)
    write_gguf(written, source, DType.F32, on_progress=lambda done, total: progress("writing F32", done, total))
    return _speaking_alike(candidate, written, path), base.tokenizer


def _speaking_alike(candidate: LoadedBundle, model: Path, named: Path) -> LoadedBundle:
    """Return one model as a bundle that writes its prompts as the candidate does."""
    base = FileRef(file=str(model.absolute()))
    bundle = replace(candidate.bundle, name=origin_of(named), base=base, roles=RolesSpec(), probes=())
    return LoadedBundle(bundle, model.absolute().parent)
