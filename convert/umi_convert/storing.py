"""In which types the weights of a bundle are stored, what the files are called, and how many bytes they have: exactly.

The header of each file is made for real, and llama.cpp's own dry run says what quantizing makes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from umi_convert import base_model
from umi_convert.base_model import GGUFModel
from umi_convert.importance_file import read_importance
from umi_convert.model import auto_dtype
from umi_convert.origin import origin_of
from umi_convert.parts import Parts, Weights
from umi_convert.problems import Problems
from umi_convert.request import AUTO, KEEP, BundleRequest, Quantization
from umi_convert.tensors import DType
from umi_convert.writer import planned_size, write_outline
from umi_local.engine.file_types import FILE_TYPES, find_file_type
from umi_local.engine.importance import Float32
from umi_local.engine.quantize_plan import QuantizePlan
from umi_local.messages import Role

CANDIDATES = ("Q4_0", "IQ4_NL", "Q4_K_M", "Q5_K_M", "Q6_K", "Q8_0", "BF16")
"""What `auto` tries. Which of them is fastest differs by processor: some types are repacked at load, others aren't."""

DEFAULT_TYPE = "Q4_K_M"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFile:
    """A file of the bundle.

    Attributes:
        what: What is in it, for people.
        notes: What is worth knowing about how it is quantized.
    """

    name: str
    what: str
    n_bytes: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What files are called, such that none has the name of one that is kept.

    Attributes:
        taken: Names of files that are kept.
    """

    taken: frozenset[str] = field(default_factory=frozenset)

    def models(self, weights: Weights, name: str) -> tuple[str, ...]:
        """Return the name of a model's file in a type; of a split GGUF that is copied, those of all its parts."""
        stem = weights.key if name == KEEP else f"{weights.key}-{name}"
        n_parts = len(copied_files(weights)) if name == KEEP else 0
        if n_parts < 2:
            return (self._free(stem),)
        return tuple(self._free(f"{stem}-{n:05d}-of-{n_parts:05d}") for n in range(1, n_parts + 1))

    def adapter(self, role: Role, dtype: str) -> str:
        """Return the name of a run-time adapter's file."""
        return self._free(f"{role.value}-adapter-{dtype}")

    def _free(self, stem: str) -> str:
        name, number = f"{stem}.gguf", 1
        while name in self.taken:
            number += 1
            name = f"v{number}-{stem}.gguf"  # in front: the end of a part's name is llama.cpp's
        return name


def wanted_types(request: BundleRequest, problems: Problems) -> tuple[str, ...]:
    """Return the names of the file types that are asked for, each once; none where nobody said any."""
    wanted = request.quantization.types
    if wanted == (AUTO,):
        if request.judging.reference == "none":
            problems.append("--quantize auto needs a verdict; leave out --reference none")
        return tuple(name for name in CANDIDATES if not request.quantization.overrides or FILE_TYPES[name].is_quantized)
    found = []
    for name in wanted:
        if name == AUTO:
            problems.append("--quantize auto stands alone, without other types")
        elif name == KEEP:
            found.append(KEEP)
            if request.quantization.overrides:
                problems.append("--tensor can't be given for keep: nothing is quantized")
        else:
            with problems.collected("--quantize"):
                found.append(find_file_type(name).name)
    return tuple(dict.fromkeys(found))


def default_type(parts: Parts, old_type: str | None) -> str:
    """Return the type where nobody said any: the usual one, or `keep` where all there is is quantized already.

    Args:
        old_type: Of the weights that are replaced, which the new ones get too.
    """
    there = list(parts.weights.values())
    usual = KEEP if there and all(copied_files(w) and w.base.is_quantized for w in there) else DEFAULT_TYPE
    return old_type or usual


def read_means(options: Quantization, problems: Problems) -> Mapping[str, Float32] | None:
    """Return the importance matrix of a request."""
    if options.importance is not None:
        with problems.collected("--importance"):
            return read_importance(options.importance).means
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Storing:
    """Finds out what will be written, in a folder for files that hold only headers.

    Attributes:
        means: The importance matrix.
    """

    folder: Path
    parts: Parts
    options: Quantization
    names: Names
    means: Mapping[str, Float32] | None
    problems: Problems

    def files(self, types: Sequence[str]) -> dict[str, tuple[PlannedFile, ...]]:
        """Return the files of each type."""
        return {name: (*self._models(name), *self._adapters()) for name in types}

    def outline(self, weights: Weights, dtype: DType) -> Path:
        """Return a GGUF that has a header and no values; it is written once."""
        path = self._outline_path(weights, dtype)
        if not path.exists():
            write_outline(path, weights.source, dtype)
        return path

    def _outline_path(self, weights: Weights, dtype: DType | None = None) -> Path:
        return self.folder / f"{weights.key}-{(dtype or auto_dtype(weights.source)).value}.gguf"

    def _models(self, name: str) -> Iterator[PlannedFile]:
        for key, weights in self.parts.weights.items():
            found = Problems()
            with found.collected(f"{key}, {name}"):
                yield from self._model(name, weights)
            self.problems.extend(problem.replace(str(self._outline_path(weights)), _what(weights)) for problem in found)

    def _model(self, name: str, weights: Weights) -> Iterator[PlannedFile]:
        files, what = self.names.models(weights, name), _what(weights)
        if name == KEEP and (copied := copied_files(weights)):
            for file, path in zip(files, copied, strict=True):
                yield PlannedFile(name=file, what=f"{what}, as it is", n_bytes=path.stat().st_size)
        elif name == KEEP or is_plain(name, self.options.overrides):
            dtype = auto_dtype(weights.source) if name == KEEP else DType(name)
            yield PlannedFile(name=files[0], what=f"{what}, {dtype.value}", n_bytes=weights.size(dtype))
        else:
            planned = self._quantized(name, self.outline(weights, auto_dtype(weights.source)))
            fallbacks = len(planned.fallbacks)
            note = f"{fallbacks} tensor(s) in another type, since their rows aren't whole blocks"
            notes = (note,) if fallbacks else ()
            yield PlannedFile(name=files[0], what=f"{what}, {name}", n_bytes=planned.n_bytes, notes=notes)

    def _quantized(self, name: str, outline: Path) -> QuantizePlan:
        from umi_local.engine.quantizer import plan_quantization

        planned = plan_quantization(outline, name, importance=self.means, overrides=self.options.overrides)
        self.problems.extend(missing_importance(name, planned))
        return planned

    def _adapters(self) -> Iterator[PlannedFile]:
        base, dtype = self.parts.adapters_base, DType(self.options.adapter_dtype)
        for role, part in self.parts.roles.items():
            if part.adapter is not None and base is not None:
                source = base_model.as_adapter(base.base, part.adapter, base.source.fingerprint)
                name, what = self.names.adapter(role, dtype.value), f"adapter of the {role.value}, {dtype.value}"
                yield PlannedFile(name=name, what=what, n_bytes=planned_size(source, dtype))


def missing_importance(name: str, planned: QuantizePlan) -> Iterator[str]:
    """Yield that an importance matrix is missing, where it is."""
    if missing := planned.missing_importance:
        more = f" and {len(missing) - 1} more tensors" if len(missing) > 1 else ""
        yield (
            f"type {name} needs an importance matrix for {missing[0]}{more};"
            " make one with `umi convert importance` and give it with --importance"
        )


def storing_notices(parts: Parts, options: Quantization, types: Sequence[str]) -> Iterator[str]:
    """Yield what a person should know about the types before it begins."""
    quantized = [name for name in types if name != KEEP and not is_plain(name, options.overrides)]
    rounded = [w for w in parts.weights.values() if isinstance(w.base, GGUFModel) and w.base.is_quantized]
    if rounded and (quantized or any(weights.adapters for weights in rounded)):
        names = dict.fromkeys(origin_of(weights.base.path) for weights in rounded)
        yield f"{', '.join(names)} is quantized already, and each rounding costs: the original checkpoint is better"
    if options.importance is not None and not quantized:
        yield f"--importance has no effect on {', '.join(types)}"


def is_plain(name: str, overrides: Sequence[tuple[str, str]]) -> bool:
    """Whether a file type is written without llama.cpp's quantizer."""
    return name in DType.__members__ and not overrides and not FILE_TYPES[name].is_quantized


def copied_files(weights: Weights) -> tuple[Path, ...]:
    """Return the files of weights that are a GGUF which nothing is merged into: keeping it is copying it."""
    return weights.base.files if isinstance(weights.base, GGUFModel) and not weights.adapters else ()


def _what(weights: Weights) -> str:
    merged = f" with {len(weights.adapters)} adapter(s) merged" if weights.adapters else ""
    return f"{origin_of(weights.base.path)}{merged}"
