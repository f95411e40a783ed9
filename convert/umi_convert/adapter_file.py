"""From a PEFT folder to a LoRA GGUF on disk."""

from __future__ import annotations

from pathlib import Path

from umi_convert.base_model import as_adapter, open_base
from umi_convert.peft_adapter import open_adapter
from umi_convert.source import ModelSource
from umi_convert.tensors import DType
from umi_convert.writer import OnProgress, write_gguf


def convert_adapter(
    folder: Path, base: Path, out: Path, dtype: DType = DType.F16, *, on_progress: OnProgress | None = None
) -> ModelSource:
    """Write a PEFT adapter as a LoRA GGUF, and return what was written.

    Args:
        base: The checkpoint's folder, or the GGUF, that it was trained on; only its header and fingerprint are read.
        dtype: Of the matrices.

    Raises:
        CheckpointError: The adapter or the base is broken.
        UnsupportedAdapterError: The adapter has no such form, or is made for another base; all problems are listed.
        StorageError: The disk is full, or the folder can't be written.
    """
    model = open_base(base)
    source = as_adapter(model, open_adapter(folder), model.fingerprint)
    write_gguf(out, source, dtype, on_progress=on_progress)
    return source
