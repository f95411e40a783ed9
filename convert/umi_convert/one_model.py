"""One checkpoint to one GGUF, with adapters merged, in any file type: what `umi convert model` does."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from umi_convert.base_model import merged, open_base, problems_of
from umi_convert.model import auto_dtype
from umi_convert.peft_adapter import adapter_problems, open_adapter
from umi_convert.problems import Problems
from umi_convert.progress import Progress, silent
from umi_convert.quantize import QuantizeRequest, quantize
from umi_convert.quantize import plan as plan_quantization
from umi_convert.source import ModelSource
from umi_convert.staging import refuse_target, temporary_folder
from umi_convert.storing import is_plain, missing_importance
from umi_convert.tensors import DType
from umi_convert.writer import planned_size, write_gguf, write_outline
from umi_local.bundles.values import Layout
from umi_local.engine.file_types import find_file_type


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest:
    """A GGUF to be written.

    Attributes:
        ftype: A file type, or `auto` for as the weights are stored.
    """

    base: Path
    out: Path
    adapters: tuple[Path, ...] = ()
    ftype: str = "auto"
    importance: Path | None = None
    overrides: tuple[tuple[str, str], ...] = ()
    pre_tokenizer: str | None = None
    n_threads: int | None = None
    force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPlan:
    """What will be written; `work_bytes` of disk are needed while it is, with the result."""

    request: ModelRequest
    source: ModelSource
    type: str
    n_bytes: int
    work_bytes: int


def plan_model(request: ModelRequest) -> ModelPlan:
    """Find out what a request means and what stands against it.

    Raises:
        UsageError: There is something at the target, or it is a source.
        PreflightError: Something stands against it; all of it is listed.
    """
    refuse_target(request.out, [request.base, *request.adapters, request.importance], force=request.force)
    problems = Problems()
    base, adapters, name = None, [], request.ftype
    with problems.collected("BASE"):
        base = open_base(request.base, pre_tokenizer=request.pre_tokenizer)
    for path in request.adapters:
        with problems.collected("--adapter"):
            adapter = open_adapter(path)
            adapters.append(adapter)
            problems += [f"--adapter {path}: {problem}" for problem in adapter_problems(adapter, Layout.MERGED)]
    if name.lower() != "auto":
        with problems.collected("--type"):
            name = find_file_type(name).name
    if base is not None and not problems:
        problems += problems_of(base, adapters)
    problems.stop()
    assert base is not None  # or there would be a problem
    with problems.collected():
        source = merged(base, adapters)
    problems.stop()
    name = auto_dtype(source).value if name.lower() == "auto" else name
    if is_plain(name, request.overrides):
        n_bytes = planned_size(source, DType(name))
        return ModelPlan(request=request, source=source, type=name, n_bytes=n_bytes, work_bytes=n_bytes)
    n_bytes = _quantized_bytes(request, source, name, problems)
    problems.stop()
    work = n_bytes + planned_size(source, auto_dtype(source))
    return ModelPlan(request=request, source=source, type=name, n_bytes=n_bytes, work_bytes=work)


def write_model(plan: ModelPlan, progress: Progress = silent) -> int:
    """Write the GGUF of a plan, and return its size in bytes.

    Raises:
        StorageError: The disk is full, or can't be written.
        QuantizeError: llama.cpp's quantizer refuses.
    """
    request = plan.request
    if is_plain(plan.type, request.overrides):
        return _write(plan, request.out, DType(plan.type), progress)
    with temporary_folder(request.out) as folder:
        stored = folder / "model.gguf"
        _write(plan, stored, auto_dtype(plan.source), progress, durable=False)
        asked = _quantizing(request, stored, plan.type, request.out)
        done = quantize(asked, lambda n, total, _: progress(f"quantizing to {plan.type}", n, total))
    return done.n_bytes


def _write(plan: ModelPlan, path: Path, dtype: DType, progress: Progress, *, durable: bool = True) -> int:
    return write_gguf(
        path,
        plan.source,
        dtype,
        durable=durable,
        n_threads=plan.request.n_threads,
        on_progress=lambda done, total: progress(f"writing {dtype.value}", done, total),
    )


def _quantizing(request: ModelRequest, source: Path, name: str, target: Path) -> QuantizeRequest:
    return QuantizeRequest(
        source=source,
        ftype=name,
        target=target,
        importance=request.importance,
        overrides=request.overrides,
        n_threads=request.n_threads,
        force=request.force,
    )


def _quantized_bytes(request: ModelRequest, source: ModelSource, name: str, problems: Problems) -> int:
    """Return the size that a quantized file will have, and find what llama.cpp has against it."""
    with tempfile.TemporaryDirectory(prefix="umi-plan-") as temporary, problems.collected("--type"):
        folder = Path(temporary)
        write_outline(folder / "model.gguf", source, auto_dtype(source))
        planned = plan_quantization(_quantizing(request, folder / "model.gguf", name, folder / "out.gguf"))
        problems += missing_importance(name, planned)
        return planned.n_bytes
    return 0
