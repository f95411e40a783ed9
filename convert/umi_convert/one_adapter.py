"""One PEFT adapter to one LoRA GGUF: what `umi convert adapter` does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from umi_convert.base_model import as_adapter, open_base
from umi_convert.errors import UnsupportedArchitectureError
from umi_convert.external import convert_adapter_with
from umi_convert.peft_adapter import open_adapter
from umi_convert.staging import refuse_target
from umi_convert.tensors import DType
from umi_convert.writer import planned_size, write_gguf
from umi_local.folders import replacing


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterRequest:
    """A LoRA GGUF to be written; attributes as in `ModelRequest`.

    Attributes:
        base: What it was trained on; its weights are only sampled, to know it again.
        dtype: Of its matrices: F16, BF16 or F32.
    """

    adapter: Path
    base: Path
    out: Path
    dtype: str = "F16"
    llama_cpp: Path | None = None
    force: bool = False


def write_adapter(request: AdapterRequest, *, dry_run: bool = False) -> int:
    """Write an adapter as a LoRA GGUF, and return its size in bytes.

    Args:
        dry_run: Only check and size it.

    Raises:
        UsageError: There is something at the target, or it is a source.
        UnsupportedAdapterError: It has no such form, or is made for another base.
        ConvertError: A source can't be read.
        StorageError: The disk is full, or can't be written.
    """
    refuse_target(request.out, [request.adapter, request.base], force=request.force)
    try:
        base = open_base(request.base)
    except UnsupportedArchitectureError:
        if request.llama_cpp is None or dry_run:
            raise
        return _written_externally(request, request.llama_cpp)
    source = as_adapter(base, open_adapter(request.adapter), base.fingerprint)
    dtype = DType(request.dtype)
    return planned_size(source, dtype) if dry_run else write_gguf(request.out, source, dtype)


def _written_externally(request: AdapterRequest, llama_cpp: Path) -> int:
    with replacing(request.out) as temporary:
        convert_adapter_with(llama_cpp, request.adapter, request.base, temporary, request.dtype.lower())
        return temporary.stat().st_size
