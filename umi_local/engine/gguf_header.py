"""Everything that is asked of a GGUF file before llama.cpp sees it: the one door to the `gguf_*` modules.

`read_header` reads any GGUF strictly, `check_model` and `check_adapter` say whether llama.cpp can be given it,
`fingerprint` says which file it is and `sha256_file` whether it is undamaged. None of them loads a foreign library.
"""

from __future__ import annotations

from umi_local.engine.gguf_adapters import BASE_KEY, IDENTITY_KEY, check_adapter
from umi_local.engine.gguf_format import TensorType, ValueType
from umi_local.engine.gguf_hparams import layer_values
from umi_local.engine.gguf_identity import fingerprint, sha256_file
from umi_local.engine.gguf_models import check_model
from umi_local.engine.gguf_reader import GGUFArray, GGUFHeader, TensorInfo, read_header

__all__ = [
    "BASE_KEY",
    "IDENTITY_KEY",
    "GGUFArray",
    "GGUFHeader",
    "TensorInfo",
    "TensorType",
    "ValueType",
    "check_adapter",
    "check_model",
    "fingerprint",
    "layer_values",
    "read_header",
    "sha256_file",
]
