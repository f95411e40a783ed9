"""What is asked of the quantizer, checked: everything that can be known before llama.cpp is called.

Some of these checks spare a late failure, some an ignored wish, and some an assertion in llama.cpp that would end the process.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from umi_local.engine.file_types import TENSOR_TYPE_IDS, FileType, find_file_type, find_tensor_type
from umi_local.engine.gguf_format import DEFAULT_ALIGNMENT, TENSOR_TYPES
from umi_local.engine.gguf_header import GGUFHeader, check_model
from umi_local.engine.quantize_plan import Float32, QuantizePlan
from umi_local.errors import EngineError, ModelFileError, UsageError

Overrides = Sequence[tuple[str, str]]
"""Regular expressions of tensor names, and tensor types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What is asked for, with every name looked up, the source found sound, and all of it fitting together.

    Attributes:
        header: The source's, with the tensors of all parts.
        importance: Mean squares by tensor name, flat float32 arrays; empty where none was given.
        overrides: Patterns and tensor types.
    """

    source: Path
    header: GGUFHeader
    file_type: FileType
    importance: Mapping[str, Float32]
    overrides: tuple[tuple[str, str], ...]
    output_type: str | None
    embedding_type: str | None
    pure: bool

    @classmethod
    def of(
        cls,
        source: Path,
        ftype: str,
        importance: Mapping[str, Float32] | None,
        overrides: Overrides,
        output_type: str | None,
        embedding_type: str | None,
        pure: bool,
    ) -> Recipe:
        """Look everything up and check it.

        Raises:
            UsageError: A type or pattern can't be used.
            ModelFileError: The source isn't a sound model.
            EngineError: The importance matrix doesn't fit.
        """
        recipe = cls(
            file_type=find_file_type(ftype),
            overrides=tuple((pattern, find_tensor_type(qtype)) for pattern, qtype in overrides),
            output_type=output_type and find_tensor_type(output_type),
            embedding_type=embedding_type and find_tensor_type(embedding_type),
            source=source,
            header=check_model(source),
            importance={name: np.ascontiguousarray(v, np.float32).ravel() for name, v in (importance or {}).items()},
            pure=pure,
        )
        recipe._check_alignment()
        recipe._check_overrides()
        recipe._check_row_lengths()
        recipe._check_importance()
        return recipe

    def _check_alignment(self) -> None:
        if self.header.alignment != DEFAULT_ALIGNMENT:  # llama.cpp would keep the key and write another layout
            reason = f"its tensors are aligned to {self.header.alignment} bytes; llama.cpp's quantizer writes 32 only"
            raise ModelFileError(self.source, reason, hint="Convert the model again with an alignment of 32.")

    def _check_overrides(self) -> None:
        if self.overrides and not self.file_type.is_quantized:
            raise UsageError(
                f"tensor types can't be given for a file of type {self.file_type.name}: llama.cpp would ignore them",
                hint="Choose a quantized file type, or leave --tensor out.",
            )
        matrices = [tensor.name for tensor in self.header.tensors if len(tensor.shape) > 1]
        for pattern, _ in self.overrides:
            try:
                found = any(re.search(pattern, name) for name in matrices)
            except re.error as error:
                raise UsageError(f"{pattern!r} is no regular expression: {error}") from None
            if not found or "\0" in pattern:
                raise UsageError(
                    f"no matrix of {self.source} has a name with {pattern!r}",
                    hint=f"Names are like {', '.join(matrices[:3])}; `umi convert inspect` lists them.",
                )

    def _check_row_lengths(self) -> None:
        """Refuse types that don't fit: for these two tensors llama.cpp has no fallback but a failed assertion."""
        wanted = {"output.weight": self.output_type, "token_embd.weight": self.embedding_type}
        wanted["per_layer_token_embd.weight"] = self.embedding_type
        for tensor in self.header.tensors:
            qtype = wanted.get(tensor.name)
            if qtype and tensor.shape[0] % (block := TENSOR_TYPES[TENSOR_TYPE_IDS[qtype]].block_size):
                raise UsageError(
                    f"{tensor.name} has rows of {tensor.shape[0]:,} values; {qtype} needs a multiple of {block}",
                    hint="Choose a type with smaller blocks, such as Q8_0.",
                )

    def _check_importance(self) -> None:
        shapes = {tensor.name: tensor.shape for tensor in self.header.tensors}
        problems = []
        for name, values in self.importance.items():
            if not np.isfinite(values).all():
                problems.append(f"{name} has values that aren't finite")
            elif (values < 0).any():
                problems.append(f"{name} has negative values, which no mean of squares is")
            elif name in shapes and values.size != (expected := _n_columns(shapes[name])):
                problems.append(f"{name} has {values.size:,} values for {expected:,} columns")
        if self.importance and not shapes.keys() & self.importance.keys():
            problems.append("none of its names is a tensor of the model")
        if problems:
            raise EngineError(
                f"the importance matrix doesn't fit {self.source}: {_some(problems)}",
                hint="Collect one from this very model with `umi convert importance`.",
            )


def _n_columns(shape: tuple[int, ...]) -> int:
    """Return how many values describe a weight's inputs: its row length, for each expert."""
    return shape[0] * (shape[2] if len(shape) > 2 else 1)


def check_feasible(source: Path, plan: QuantizePlan, *, allow_requantize: bool) -> None:
    """Refuse what llama.cpp would refuse in the middle of its work.

    Raises:
        EngineError: Importance is missing where it is needed, or the source is quantized already.
    """
    if plan.missing_importance:
        raise EngineError(
            f"{plan.file_type.name} needs an importance matrix for {_some(plan.missing_importance)}",
            hint="Collect one with `umi convert importance` and give it with --importance, or choose IQ4_NL or Q4_K_M.",
        )
    if plan.requantized and not allow_requantize:
        types = ", ".join(sorted({t.source_type for t in plan.tensors if t.name in plan.requantized}))
        raise EngineError(
            f"{source} is quantized already ({types}); quantizing it again loses more than quantizing its original",
            hint="Give the F16, BF16 or F32 file, or allow it with --allow-requantize.",
        )


def _some(items: Sequence[str]) -> str:
    more = f" and {len(items) - 3:,} more" if len(items) > 3 else ""
    return "; ".join(items[:3]) + more
