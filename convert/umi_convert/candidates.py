"""The bundles that a plan is made into, one a file type, in a work folder: their files are written here, and the reference's.

Weights are written one model at a time, and what is only needed on the way is removed as soon as nothing needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from umi_convert import base_model
from umi_convert.bundle_plan import BundlePlan
from umi_convert.copying import copy_file
from umi_convert.flushing import Flusher
from umi_convert.judging_cost import reference_dtype
from umi_convert.manifest import REFERENCE, bundle_of, reference_of
from umi_convert.model import auto_dtype
from umi_convert.parts import Weights
from umi_convert.probing import known_probes
from umi_convert.progress import Progress
from umi_convert.quantize import QuantizeRequest, quantize
from umi_convert.request import KEEP
from umi_convert.storing import copied_files, is_plain
from umi_convert.tensors import DType
from umi_convert.verify.values import Verdict
from umi_convert.writer import write_gguf
from umi_local.bundles.manifest import LoadedBundle
from umi_local.errors import BundleError
from umi_local.folders import storage_error
from umi_local.messages import JsonObject


@dataclass(slots=True, kw_only=True)
class Candidate:
    """A bundle in the making.

    Attributes:
        name: The file type of its weights.
        notes: On how its models were quantized, by their keys.
        verdicts: By label: its name, with what is judged where that is not all.
        hashes: SHA-256 of files that are complete.
    """

    name: str
    loaded: LoadedBundle
    notes: dict[str, JsonObject] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    hashes: dict[Path, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return self.loaded.folder

    @property
    def passed(self) -> bool:
        """Whether no verdict is against it."""
        return all(verdict.passed for verdict in self.verdicts.values())


class Candidates:
    """The candidates of a plan, and the reference.

    Args:
        work: A folder for all of them, which must not be there.
        flusher: Gets what belongs to a candidate; what is only needed on the way need not reach the disk.
    """

    def __init__(self, plan: BundlePlan, work: Path, flusher: Flusher, progress: Progress) -> None:
        self._plan, self._work, self._flusher, self._progress = plan, work, flusher, progress
        probes = known_probes(plan) or ()
        try:
            for name in (*plan.types, REFERENCE):
                (work / name).mkdir(parents=True)
        except OSError as error:
            raise storage_error(work, error) from error
        self.all = {
            name: Candidate(name=name, loaded=LoadedBundle(replace(bundle_of(plan, name), probes=probes), work / name))
            for name in plan.types
        }

    @property
    def reference(self) -> LoadedBundle:
        """What the candidates are compared with."""
        return LoadedBundle(reference_of(self._plan), self._work / REFERENCE)

    def copy_kept(self) -> None:
        """Copy what stays of an older bundle.

        Raises:
            BundleError: A file isn't what that bundle says.
            StorageError: The disk is full, or a file can't be read.
        """
        old = self._plan.old
        for candidate in self.all.values() if old else ():
            for file in old.files if old else ():
                target = candidate.folder / file.name
                found = copy_file(file.path, target, self._telling(f"copying {file.name}"))
                if file.sha256 is not None and found != file.sha256:
                    raise BundleError(
                        f"{file.path} has sha256 {found}, its bundle says {file.sha256}",
                        hint="That bundle is damaged: get it again before you replace roles in it.",
                    )
                candidate.hashes[target] = found

    def write_weights(self, weights: Weights) -> None:
        """Write a model in every type, and as the reference.

        Raises:
            UmiError: It can't be read, quantized or written.
        """
        dtype = auto_dtype(weights.source)
        as_reference = self._reference_dtype(weights)
        stored = self._work / f"{weights.key}.gguf"
        if as_reference is dtype or not all(self._is_direct(name) for name in self.all):
            self._write(stored, weights, dtype, f"writing {weights.key}")
        for candidate in self.all.values():
            self._write_type(candidate, weights, stored)
        if as_reference is dtype:
            stored.rename(self._reference_file(weights))
        else:
            stored.unlink(missing_ok=True)
            self.write_reference(weights)
        for adapter in weights.adapters:  # the next model has others
            adapter.cache.clear()

    def write_reference(self, weights: Weights) -> None:
        """Write a model as the reference, where there is one."""
        dtype = self._reference_dtype(weights)
        if dtype is not None:
            self._write(self._reference_file(weights), weights, dtype, f"writing {weights.key} as the reference")

    def drop_reference(self, weights: Weights) -> None:
        """Remove a model that nothing will be compared with any more."""
        if self._plan.reference is not None:
            self._reference_file(weights).unlink()

    def write_adapters(self) -> None:
        """Write the run-time adapters of all candidates, and those of the reference."""
        base = self._plan.parts.adapters_base
        dtype = DType(self._plan.request.quantization.adapter_dtype)
        for role, part in self._plan.parts.roles.items():
            if part.adapter is None or base is None:
                continue
            source = base_model.as_adapter(base.base, part.adapter, base.source.fingerprint)
            for candidate in self.all.values():
                write_gguf(candidate.folder / self._plan.names.adapter(role, dtype.value), source, dtype)
            if self._plan.reference is not None:
                write_gguf(self._work / REFERENCE / self._plan.names.adapter(role, REFERENCE), source, DType.F32)

    def written(self, candidate: Candidate) -> Iterator[Path]:
        """Yield the models of a candidate that were written for it; of split ones, the first parts."""
        for weights in self._plan.parts.weights.values():
            yield candidate.folder / self._plan.names.models(weights, candidate.name)[0]

    def _is_direct(self, name: str) -> bool:
        """Whether a type is written from the source itself, not from a file that llama.cpp's quantizer reads."""
        return name == KEEP or is_plain(name, self._plan.request.quantization.overrides)

    def _write_type(self, candidate: Candidate, weights: Weights, stored: Path) -> None:
        name = candidate.name
        files = [candidate.folder / file for file in self._plan.names.models(weights, name)]
        if name == KEEP and (copied := copied_files(weights)):
            for source, target in zip(copied, files, strict=True):
                candidate.hashes[target] = copy_file(source, target, self._telling(f"copying {source.name}"))
        elif self._is_direct(name):
            dtype = auto_dtype(weights.source) if name == KEEP else DType(name)
            self._write(files[0], weights, dtype, f"writing {weights.key} as {dtype.value}")
            self._flusher.add(files[0])
        else:
            candidate.notes[weights.key] = self._quantize(name, weights.key, stored, files[0])
            self._flusher.add(files[0])

    def _quantize(self, name: str, key: str, stored: Path, target: Path) -> JsonObject:
        """Quantize a model, and return what there is to say about it."""
        options = self._plan.request.quantization
        request = QuantizeRequest(
            source=stored,
            ftype=name,
            target=target,
            importance=options.importance,
            overrides=options.overrides,
            n_threads=self._plan.request.n_threads,
            durable=False,
        )
        done = quantize(request, lambda n, total, _: self._progress(f"quantizing {key} to {name}", n, total))
        return {
            "types": dict(done.type_counts),
            "fallbacks": [f"{f.name}: {f.got} instead of {f.wanted}" for f in done.fallbacks],
            "unweighted": list(done.unweighted),
        }

    def _write(self, path: Path, weights: Weights, dtype: DType, what: str) -> None:
        n_threads = self._plan.request.n_threads
        write_gguf(path, weights.source, dtype, n_threads=n_threads, on_progress=self._telling(what), durable=False)

    def _telling(self, what: str) -> Callable[[int, int], None]:
        return lambda done, total: self._progress(what, done, total)

    def _reference_dtype(self, weights: Weights) -> DType | None:
        stored = self._plan.reference
        return reference_dtype(stored, weights.source) if stored is not None else None

    def _reference_file(self, weights: Weights) -> Path:
        return self._work / REFERENCE / self._plan.names.models(weights, REFERENCE)[0]
