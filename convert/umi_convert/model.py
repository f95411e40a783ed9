"""From a checkpoint to a GGUF: names, row order and values of its architecture, with or without patches.

What stands against it is collected and raised at once, before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from umi_convert.architectures import architecture_of
from umi_convert.architectures.base import Architecture
from umi_convert.checkpoint import Checkpoint, open_checkpoint
from umi_convert.config import Config
from umi_convert.errors import PreflightError
from umi_convert.fingerprint import fingerprint_of
from umi_convert.key_values import KeyValues
from umi_convert.metadata import write_general
from umi_convert.patches import Patch, patched
from umi_convert.source import ModelSource
from umi_convert.tensors import DType, Tensor
from umi_convert.writer import OnProgress, write_gguf

FINGERPRINT_KEY = "umi.fingerprint"

_HEAD, _OUTPUT = "lm_head.weight", "output.weight"
_EMBEDDING = "token_embd.weight"
_MAX_LISTED = 12


def source_of(
    checkpoint: Checkpoint,
    patches: Mapping[str, Sequence[Patch]] | None = None,
    *,
    untied: bool = False,
    vocabulary: Callable[[], KeyValues] | None = None,
) -> ModelSource:
    """Return what will be written of a checkpoint.

    Args:
        patches: Changes to weights, by Hugging Face's names.
        untied: Write output weights of their own where the checkpoint ties them to the embedding.
        vocabulary: Returns what `vocabulary_of` does, where that may be known already.

    Raises:
        PreflightError: The checkpoint can't be converted; all reasons at once.
        CheckpointError: A file of it is broken.
        UnsupportedArchitectureError: There is no file for its architecture.
    """
    architecture = architecture_of(checkpoint.config)
    config = architecture.completed(checkpoint.config)
    problems = [f"{config.path}: {problem}" for problem in architecture.problems(config)]
    tensors, found = _named(checkpoint, architecture, config)
    problems += [f"{checkpoint.folder}: {problem}" for problem in found]
    changes, found = _changes(patches or {}, architecture, tensors, untied=untied)
    problems += [f"{checkpoint.folder}: {problem}" for problem in found]
    if problems:
        raise PreflightError(problems)
    if untied and _OUTPUT not in tensors:
        tensors[_OUTPUT] = tensors[_EMBEDDING].renamed(_HEAD)
    changed = tuple(patched(tensor, changes.get(name, ())) for name, tensor in tensors.items())
    converted = (architecture.converted(tensor, config) for tensor in changed)
    written = (*architecture.extra_tensors(config), *(tensor for tensor in converted if tensor is not None))
    fingerprint = fingerprint_of(changed)
    metadata = KeyValues(architecture.gguf_name)
    write_general(checkpoint.folder, sum(tensor.n_values for tensor in written), metadata)
    architecture.write_hparams(config, metadata)
    for key, value in vocabulary() if vocabulary is not None else vocabulary_of(checkpoint):
        metadata.set(key, value)
    metadata.string(FINGERPRINT_KEY, fingerprint)
    return ModelSource(
        arch=architecture.gguf_name,
        metadata=metadata,
        tensors=written,
        dtype=_dtype(tensors.values()),
        fingerprint=fingerprint,
    )


def vocabulary_of(checkpoint: Checkpoint, pre_tokenizer: str | None = None) -> KeyValues:
    """Return the tokenizer's keys of what will be written; that takes a second where the vocabulary is big.

    Args:
        pre_tokenizer: llama.cpp's name of the pre-tokenizer, for a BPE tokenizer that isn't recognized.

    Raises:
        CheckpointError: The tokenizer is missing, broken, or of a kind that can't be converted.
        UnsupportedArchitectureError: There is no file for the checkpoint's architecture.
    """
    architecture = architecture_of(checkpoint.config)
    metadata = KeyValues(architecture.gguf_name)
    architecture.write_vocabulary(checkpoint.folder, architecture.completed(checkpoint.config), metadata, pre_tokenizer)
    return metadata


def auto_dtype(source: ModelSource) -> DType:
    """Return how weights are written where nobody says it: as they are stored, but float32 as float16."""
    return DType.F16 if source.dtype is DType.F32 else source.dtype


def convert_model(
    folder: Path, out: Path, dtype: DType | None = None, on_progress: OnProgress | None = None
) -> ModelSource:
    """Write a checkpoint's folder as a GGUF, and return what was written.

    Args:
        dtype: Of the weights; None for `auto_dtype`.

    Raises:
        ConvertError: It can't be converted.
        StorageError: It can't be written.
    """
    source = source_of(open_checkpoint(folder))
    write_gguf(out, source, dtype or auto_dtype(source), on_progress=on_progress)
    return source


def _named(checkpoint: Checkpoint, architecture: Architecture, config: Config) -> tuple[dict[str, Tensor], list[str]]:
    """Return the tensors that will be written by llama.cpp's names, and what is wrong with them."""
    shapes = architecture.tensor_shapes(config)
    there: dict[str, Tensor] = {}
    problems: list[str] = []
    unknown: list[str] = []
    lost: set[str] = set()
    for name in (*checkpoint.tensors, *checkpoint.unreadable):
        try:
            gguf_name = architecture.gguf_tensor_name(name)
        except KeyError:
            unknown.append(name)
            continue
        if gguf_name is None:
            continue
        if gguf_name not in shapes:
            unknown.append(name)
        elif name in checkpoint.unreadable:
            lost.add(gguf_name)
            problems.append(f"tensor {name} can't be read: {checkpoint.unreadable[name]}")
        elif gguf_name in there:
            problems.append(f"tensors {there[gguf_name].name} and {name} are the same one of the model")
        else:
            there[gguf_name] = checkpoint.tensors[name]
            problems += _shape_problems(there[gguf_name], shapes[gguf_name])
    problems = _listed(problems, "more problems like these")
    problems += _tensor_list("the model has no such tensor", unknown)
    missing = architecture.missing_tensors(config, (*there, *lost))
    return there, [*problems, *_tensor_list("the checkpoint is incomplete, it lacks", missing)]


def _shape_problems(tensor: Tensor, wanted: tuple[int, ...]) -> Iterator[str]:
    if tensor.shape != wanted:
        yield f"tensor {tensor.name} has the shape {list(tensor.shape)}; config.json makes it {list(wanted)}"


def _changes(
    patches: Mapping[str, Sequence[Patch]], architecture: Architecture, tensors: Mapping[str, Tensor], *, untied: bool
) -> tuple[dict[str, tuple[Patch, ...]], list[str]]:
    """Return patches by llama.cpp's names, and what is wrong with them."""
    problems: list[str] = []
    changes: dict[str, tuple[Patch, ...]] = {}
    own_output = untied and _OUTPUT not in tensors
    if own_output and not architecture.unties:
        problems.append(f"llama.cpp's {architecture.gguf_name} has no output weights of its own; they can't be untied")
    for name, changed in patches.items():
        try:
            gguf_name = architecture.gguf_tensor_name(name)
        except KeyError:
            gguf_name = None
        if gguf_name not in tensors and not (own_output and gguf_name == _OUTPUT):
            problems.append(f"there is no weight {name} to be changed")
        elif gguf_name is not None:
            changes[gguf_name] = (*changes.get(gguf_name, ()), *changed)
    return changes, problems


def _dtype(tensors: Iterable[Tensor]) -> DType:
    """Return how weights are stored: as the first matrix that isn't float32, as llama.cpp's converter looks at it."""
    return next((t.dtype for t in tensors if len(t.shape) > 1 and t.dtype is not DType.F32), DType.F32)


def _tensor_list(title: str, names: Sequence[str]) -> list[str]:
    return [f"{title}: {', '.join(_listed(list(names), 'more'))}"] if names else []


def _listed(lines: list[str], others: str) -> list[str]:
    more = len(lines) - _MAX_LISTED
    return lines if more <= 0 else [*lines[:_MAX_LISTED], f"and {more:,} {others}"]
