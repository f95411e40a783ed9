"""What `umi convert quantize` does: names, the importance matrix's file, disk space, and the engine's quantizer.

`plan` says what would be written, `quantize` writes it. Nothing is printed here.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from umi_convert.errors import QuantizeError
from umi_convert.importance_file import read_importance
from umi_convert.staging import refuse_existing
from umi_local.engine.file_types import ALIASES, FILE_TYPES, find_file_type
from umi_local.engine.importance import Float32
from umi_local.engine.quantize_plan import Fallback, QuantizePlan
from umi_local.engine.quantize_request import Overrides
from umi_local.errors import EngineError, StorageError
from umi_local.folders import storage_error

_TYPE_SUFFIX = re.compile(rf"[-.]({'|'.join([*FILE_TYPES, *ALIASES])})$", re.IGNORECASE)
_PART_SUFFIX = re.compile(r"-\d{5}-of-\d{5}$")

OnBytes = Callable[[int, int, str], None]
"""Gets the source's bytes done, those in all, and the name of the tensor that is being converted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantizeRequest:
    """What is asked for.

    Attributes:
        source: A GGUF; of a split one, the first part.
        ftype: A name of llama.cpp's file types.
        target: None for a name beside the source, `target_of`.
        importance: File of an importance matrix.
        overrides: (regular expression of tensor names, tensor type), the first match counts.
        output_type: Tensor type of the output matrix.
        embedding_type: Tensor type of the token embedding.
        pure: All matrices in the same type.
        allow_requantize: Take a source that is quantized already.
        force: Replace what is at the target.
        n_threads: None for one per physical core.
        durable: False for a file that is flushed later.
    """

    source: Path
    ftype: str
    target: Path | None = None
    importance: Path | None = None
    overrides: Overrides = ()
    output_type: str | None = None
    embedding_type: str | None = None
    pure: bool = False
    allow_requantize: bool = False
    force: bool = False
    n_threads: int | None = None
    durable: bool = True

    @property
    def path(self) -> Path:
        """Where the result goes."""
        return self.target or target_of(self.source, self.ftype)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantized:
    """What was written.

    Attributes:
        n_bytes: Of the new file.
        source_bytes: Of the source, all parts.
        type_counts: How many tensors have which type.
        fallbacks: Tensors whose row length did not allow the file type's choice.
        unweighted: Quantized tensors that the given importance matrix says nothing of.
        seconds: What the conversion took.
    """

    path: Path
    ftype: str
    n_bytes: int
    source_bytes: int
    type_counts: Mapping[str, int]
    fallbacks: tuple[Fallback, ...]
    unweighted: tuple[str, ...]
    seconds: float


def target_of(source: Path, ftype: str) -> Path:
    """Return `{stem}-{TYPE}.gguf` beside the source; a type or part number at the stem's end is left out."""
    stem = _PART_SUFFIX.sub("", source.name.removesuffix(".gguf"))
    return source.with_name(f"{_TYPE_SUFFIX.sub('', stem)}-{find_file_type(ftype).name}.gguf")


def plan(request: QuantizeRequest) -> QuantizePlan:
    """Return what `quantize` would write: types, exact size, fallbacks, and what would stand against it.

    Raises:
        UsageError: A type or pattern can't be used, or there is something at the target.
        ModelFileError: A file isn't sound.
        QuantizeError: The importance matrix doesn't fit the model, or llama.cpp refuses.
    """
    return _plan(request, _importance(request))


def quantize(request: QuantizeRequest, on_bytes: OnBytes | None = None) -> Quantized:
    """Write a model in another file type.

    Raises:
        UsageError: A type or pattern can't be used, or there is something at the target.
        ModelFileError: A file isn't sound.
        QuantizeError: An importance matrix is missing or doesn't fit, the source is quantized, or llama.cpp refuses.
        StorageError: There is too little room, or the target can't be written.
    """
    from umi_local.engine.quantizer import quantize_file

    importance = _importance(request)
    planned = _plan(request, importance)
    _check_room(request.path, planned.n_bytes)
    started = time.perf_counter()
    with _as_quantize_error(request):
        outcome = quantize_file(
            request.source,
            request.path,
            request.ftype,
            importance=importance,
            overrides=request.overrides,
            output_type=request.output_type,
            embedding_type=request.embedding_type,
            pure=request.pure,
            allow_requantize=request.allow_requantize,
            n_threads=request.n_threads,
            durable=request.durable,
            on_tensor=None if on_bytes is None else _by_bytes(planned, on_bytes),
        )
    if on_bytes is not None:
        n_all = sum(tensor.source_bytes for tensor in planned.tensors)
        on_bytes(n_all, n_all, "")
    return Quantized(
        path=outcome.path,
        ftype=planned.file_type.name,
        n_bytes=outcome.n_bytes,
        source_bytes=planned.source_bytes,
        type_counts=outcome.type_counts,
        fallbacks=outcome.fallbacks,
        unweighted=planned.unweighted,
        seconds=time.perf_counter() - started,
    )


def _importance(request: QuantizeRequest) -> dict[str, Float32] | None:
    return None if request.importance is None else read_importance(request.importance).means


def _plan(request: QuantizeRequest, importance: Mapping[str, Float32] | None) -> QuantizePlan:
    from umi_local.engine.quantizer import plan_quantization

    if not request.force:
        refuse_existing(request.path)
    with _as_quantize_error(request):
        return plan_quantization(
            request.source,
            request.ftype,
            importance=importance,
            overrides=request.overrides,
            output_type=request.output_type,
            embedding_type=request.embedding_type,
            pure=request.pure,
        )


@contextmanager
def _as_quantize_error(request: QuantizeRequest) -> Iterator[None]:
    try:
        yield
    except EngineError as error:
        raise QuantizeError(request.source, find_file_type(request.ftype).name, str(error), hint=error.hint) from error


def _check_room(target: Path, n_bytes: int) -> None:
    try:
        free = shutil.disk_usage(target.absolute().parent).free
    except OSError as error:
        raise storage_error(target, error) from error
    if free < n_bytes:
        raise StorageError(
            target,
            f"it takes {n_bytes / 1e6:,.1f} MB, and {free / 1e6:,.1f} MB are free",
            hint="Free some disk space, choose a smaller type, or another folder with -o.",
        )


def _by_bytes(planned: QuantizePlan, on_bytes: OnBytes) -> Callable[[int, int, str], None]:
    """Return a listener to tensors that tells how many of the source's bytes are behind each."""
    sizes = {tensor.name: tensor.source_bytes for tensor in planned.tensors}
    n_all = sum(sizes.values())
    n_done = 0

    def on_tensor(_index: int, _total: int, name: str) -> None:
        nonlocal n_done
        on_bytes(n_done, n_all, name)
        n_done += sizes[name]

    return on_tensor
