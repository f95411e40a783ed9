"""Quantize GGUF models with llama.cpp's own quantizer, in every file type that it has.

`plan_quantization` says what will be written, exactly; `quantize_file` writes it. Everything that can be known is checked
before the first byte: the source's soundness, names of types, the importance matrix's entries, what llama.cpp would end
the process for. The result appears under its name when it is complete, checked and on disk, or not at all.

The work is done by a thread of its own, so that Ctrl-C is answered at once. llama.cpp can't be asked to stop: its thread
is held for good at its next log line, and the temporary file is removed.

Memory: the rows of one tensor at a time, `max_buf_size` bytes of buffers, and a mapping of the tensor being read.
"""

from __future__ import annotations

import ctypes
import os
import queue
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import llama_cpp as C  # noqa: N812  # as in llama_c.py

from umi_local.engine.file_types import TENSOR_TYPE_IDS
from umi_local.engine.gguf_header import read_header
from umi_local.engine.llama_c import listening
from umi_local.engine.machine import physical_cores
from umi_local.engine.quantize_plan import TENSOR_LINE, Fallback, Float32, QuantizePlan, make_plan
from umi_local.engine.quantize_request import Overrides, Recipe, check_feasible
from umi_local.errors import EngineError, ModelFileError, StorageError, UsageError
from umi_local.folders import flush_file, remove_leftovers, storage_error, temporary_name

MAX_BUF_SIZE = 64 << 20
"""Bytes of rows that llama.cpp holds at once; its own default is 8 GiB."""

OnTensor = Callable[[int, int, str], None]
"""Gets the number of a tensor from 1 on, how many there are, and its name, before it is converted."""

_ERROR = 4  # enum ggml_log_level
_HOLD_S = 1.0
_NEVER = threading.Event()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantizeOutcome:
    """What was written.

    Attributes:
        fallbacks: Tensors that got another type than their file type asks for, because of their row length.
        type_counts: How many tensors of the file have which type.
        n_bytes: Size of the file.
    """

    path: Path
    fallbacks: tuple[Fallback, ...]
    type_counts: Counter[str]
    n_bytes: int


def plan_quantization(
    source: Path,
    ftype: str,
    *,
    importance: Mapping[str, Float32] | None = None,
    overrides: Overrides = (),
    output_type: str | None = None,
    embedding_type: str | None = None,
    pure: bool = False,
) -> QuantizePlan:
    """Return what `quantize_file` would write; nothing is written. The arguments mean what they mean there.

    Raises:
        UsageError: A type or pattern can't be used.
        ModelFileError: The source isn't a sound model.
        EngineError: The importance matrix doesn't fit, or llama.cpp refuses.
    """
    return _plan(Recipe.of(source, ftype, importance, overrides, output_type, embedding_type, pure))


def quantize_file(
    source: Path,
    target: Path,
    ftype: str,
    *,
    importance: Mapping[str, Float32] | None = None,
    overrides: Overrides = (),
    output_type: str | None = None,
    embedding_type: str | None = None,
    pure: bool = False,
    allow_requantize: bool = False,
    n_threads: int | None = None,
    max_buf_size: int = MAX_BUF_SIZE,
    on_tensor: OnTensor | None = None,
    durable: bool = True,
) -> QuantizeOutcome:
    """Write a model in another file type.

    Args:
        source: A GGUF model; of a split one, the first part.
        target: Replaced when the new file is complete. Its folder must be there.
        ftype: A name of `file_types.FILE_TYPES`.
        importance: Mean squares of each weight's input columns by tensor name, float32 of size row length × experts.
        overrides: Regular expressions, searched in names of tensors, and the tensor type of those found; the first one
            that is found counts. They go before the file type's mixture.
        output_type: Tensor type of `output.weight`, or of the embedding where the two are tied.
        embedding_type: Tensor type of `token_embd.weight`.
        pure: Give all matrices the same type.
        allow_requantize: Also take a source that is quantized already; each rounding costs accuracy.
        n_threads: None for one per physical core.
        on_tensor: Called in this thread.
        durable: False leaves it to the caller to flush the file.

    Raises:
        UsageError: A type or pattern can't be used.
        ModelFileError: The source isn't a sound model.
        EngineError: The importance matrix lacks what is needed, the source is quantized, or llama.cpp refuses.
        StorageError: The target can't be written; the disk is full.
    """
    recipe = Recipe.of(source, ftype, importance, overrides, output_type, embedding_type, pure)
    if target.exists() and target.samefile(source):
        raise UsageError(f"{target} is the source itself", hint="Give another name with -o.")
    plan = _plan(recipe)
    check_feasible(source, plan, allow_requantize=allow_requantize)
    params, _kept = _params(recipe)
    params.allow_requantize, params.max_buf_size = allow_requantize, max_buf_size
    params.nthread = n_threads or physical_cores()
    temporary = temporary_name(target)
    try:
        remove_leftovers(target)
        try:
            temporary.open("xb").close()
            _run_apart(recipe, params, temporary, target, on_tensor)
            outcome = _checked(temporary, target, plan)
            if durable:
                flush_file(temporary)
            temporary.replace(target)
        finally:
            with suppress(OSError):  # Windows keeps a file that an interrupted run holds open
                temporary.unlink(missing_ok=True)
    except OSError as error:
        raise storage_error(target, error) from error
    return outcome


def _plan(recipe: Recipe) -> QuantizePlan:
    params, _kept = _params(recipe)
    params.dry_run = True
    log: list[str] = []
    nowhere = Path(os.devnull)  # a dry run writes nothing, but must be given a name
    failed, reason = _quantize(recipe.source, nowhere, params, lambda _level, text: log.append(text))
    if failed:
        raise EngineError(f"llama.cpp can't quantize {recipe.source} to {recipe.file_type.name}: {reason}")
    own = recipe.header.tensors if len(recipe.header.parts) == 1 else read_header(recipe.source).tensors
    return make_plan(recipe.header, own, "".join(log), recipe.file_type, recipe.importance)


def _params(recipe: Recipe) -> tuple[Any, list[Any]]:
    """Return llama.cpp's parameters, and what they point at: to be kept as long as they are used."""
    params = C.llama_model_quantize_default_params()
    params.ftype, params.pure = recipe.file_type.number, recipe.pure
    if recipe.output_type:
        params.output_tensor_type = TENSOR_TYPE_IDS[recipe.output_type]
    if recipe.embedding_type:
        params.token_embedding_type = TENSOR_TYPE_IDS[recipe.embedding_type]
    entries = (C.llama_model_imatrix_data * (len(recipe.importance) + 1))()  # the last one, zeros, ends it
    for entry, (name, values) in zip(entries, recipe.importance.items(), strict=False):
        entry.name, entry.size = name.encode(), values.size
        entry.data = values.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
    if recipe.importance:  # even an empty matrix would change the mixture of types
        params.imatrix = entries
    patterns = (C.llama_model_tensor_override * (len(recipe.overrides) + 1))()
    for pattern, (expression, qtype) in zip(patterns, recipe.overrides, strict=False):
        pattern.pattern, pattern.type = expression.encode(), TENSOR_TYPE_IDS[qtype]
    params.tt_overrides = patterns
    return params, [entries, patterns]


def _quantize(source: Path, target: Path, params: Any, on_log: Callable[[int, str], None]) -> tuple[bool, str]:
    """Run llama.cpp's quantizer on this thread; return whether it failed, and its reason."""
    errors: list[str] = []

    def listen(level: int, text: str) -> None:
        if level == _ERROR:
            errors.append(text.strip())
        on_log(level, text)

    with listening(listen):
        code = C.llama_model_quantize(os.fsencode(source), os.fsencode(target), ctypes.byref(params))
    reason = next((e.partition("failed to quantize: ")[2] for e in reversed(errors) if "failed to quantize" in e), "")
    return code != 0, reason.strip() or "it gave no reason"


def _run_apart(recipe: Recipe, params: Any, temporary: Path, target: Path, on_tensor: OnTensor | None) -> None:
    """Quantize on a thread of its own and pass its progress on; an interrupt leaves it behind, held."""
    events: queue.SimpleQueue[Any] = queue.SimpleQueue()
    abandoned, at_rest = threading.Event(), threading.Event()

    def listen(_level: int, text: str) -> None:
        if abandoned.is_set():
            at_rest.set()
            _NEVER.wait()  # this thread ends with the process
        match = TENSOR_LINE.match(text)
        if match is not None:
            events.put((int(match["index"]), int(match["total"]), match["name"]))

    def work() -> None:
        try:
            events.put(_quantize(recipe.source, temporary, params, listen))
        except BaseException as error:  # noqa: BLE001  # handed to the waiting thread, whatever it is
            events.put(error)
        at_rest.set()

    threading.Thread(target=work, name="umi-quantizer", daemon=True).start()
    try:
        failed, reason = _follow(events, on_tensor)
    except BaseException:  # interrupted, or the callback failed
        abandoned.set()
        at_rest.wait(_HOLD_S)  # most tensors take less; a thread that logs while Python ends could crash it
        with suppress(OSError):
            os.truncate(temporary, 0)  # its handle stays open until the process ends, the disk space doesn't
        raise
    if failed:
        _raise_storage_fault(temporary)
        if "iostream" in reason or "ios_base" in reason:
            raise StorageError(target, f"llama.cpp stopped writing: {reason}", hint="Free some disk space.")
        raise EngineError(f"llama.cpp could not quantize {recipe.source} to {recipe.file_type.name}: {reason}")


def _follow(events: queue.SimpleQueue[Any], on_tensor: OnTensor | None) -> tuple[bool, str]:
    """Pass progress on until the work is done; return whether it failed, and why."""
    while True:
        event = events.get()
        if isinstance(event, BaseException):
            raise event
        if len(event) == 2:
            return event  # type: ignore[no-any-return]  # the quantizer's own result
        if on_tensor is not None:
            on_tensor(*event)


def _raise_storage_fault(path: Path) -> None:
    """Raise what the system says when this file grows; llama.cpp's streams don't say why they failed."""
    with path.open("ab") as file:
        file.write(bytes(1 << 16))
        file.flush()
        os.fsync(file.fileno())


def _checked(temporary: Path, target: Path, plan: QuantizePlan) -> QuantizeOutcome:
    """Check that every planned byte is there: a stream that fails late, on closing, is reported nowhere."""
    try:
        header = read_header(temporary)
    except ModelFileError as error:
        _raise_storage_fault(temporary)
        raise StorageError(target, f"what llama.cpp wrote is incomplete: {error.reason}") from error
    written = {tensor.name: tensor.type.name for tensor in header.tensors}
    if written != {tensor.name: tensor.type for tensor in plan.tensors} or header.file_size < plan.n_bytes:
        raise EngineError(f"llama.cpp wrote other tensors than its dry run had promised for {target}")
    return QuantizeOutcome(
        path=target, fallbacks=plan.fallbacks, type_counts=Counter(written.values()), n_bytes=header.file_size
    )
