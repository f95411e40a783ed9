"""What a path is that someone gave as a checkpoint and that isn't one, and where it would have been right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from umi_convert.errors import CheckpointError

_Guess = tuple[Callable[[Path], object], str, str]


def no_weights(path: Path) -> CheckpointError:
    """Return the error for a path without a full model's weights; it says what is there instead."""
    if not path.is_dir():
        return _not_a_folder(path)
    for applies, what, hint in _GUESSES:
        if applies(path):
            return CheckpointError(path, what, hint=hint.format(first=_first(path)))
    return CheckpointError(
        path,
        "there are no weights in it: neither model*.safetensors nor pytorch_model*.bin",
        hint="Give the folder of a checkpoint with config.json, weights and tokenizer, or a hub id OWNER/NAME.",
    )


def _not_a_folder(path: Path) -> CheckpointError:
    if not path.exists():
        hint = "Check the path; a model on the hub is named OWNER/NAME or hub:OWNER/NAME."
        return CheckpointError(path, "there is no such folder", hint=hint)
    if path.suffix == ".gguf" or _head(path) == b"GGUF":
        return CheckpointError(
            path,
            "this is a GGUF, not a checkpoint",
            hint="As a base it needs a name ending in .gguf; `umi convert quantize` changes its type.",
        )
    if path.name.startswith("adapter_model."):
        return CheckpointError(path, "this is a file of a PEFT adapter, not a checkpoint", hint=_PEFT_HINT)
    hint = f"Give the folder that it is in: {path.parent}"
    return CheckpointError(
        path, "this is a file; a checkpoint is a folder with config.json, weights and tokenizer", hint=hint
    )


def _head(path: Path) -> bytes:
    try:
        if path.is_file():
            with path.open("rb") as file:
                return file.read(4)
    except OSError:
        pass  # the path is in the message already, and that it isn't a folder
    return b""


def _has(*patterns: str) -> Callable[[Path], object]:
    return lambda folder: any(next(folder.glob(pattern), None) for pattern in patterns)


def _first(folder: Path) -> str:
    """Return a name inside the folder that the person may have meant."""
    for pattern in ("checkpoint-*", "*.gguf", "*/config.json"):
        if found := sorted(folder.glob(pattern)):
            return str(found[-1].parent if found[-1].name == "config.json" else found[-1])
    return ""


_PEFT_HINT = (
    "Give it with --planner, --caller or --summarizer (or --backbone) and its base model as BASE, or to"
    " `umi convert adapter`."
)

_GUESSES: tuple[_Guess, ...] = (
    (_has("adapter_config.json", "adapter_model.*"), "this is a PEFT adapter, not a checkpoint", _PEFT_HINT),
    (
        _has("bundle.toml"),
        "this is a bundle, not a checkpoint",
        "Give it with --from-bundle to replace one of its roles.",
    ),
    (
        _has("*.gguf"),
        "there are GGUF files in it, not a checkpoint's weights",
        "Name one of them: {first}",
    ),
    (
        _has("zero_to_fp32.py", "global_step*", "*.distcp", "pytorch_model_fsdp*", ".metadata"),
        "this is a training checkpoint whose weights are spread over several devices",
        "Gather them first: zero_to_fp32.py (DeepSpeed) or `accelerate merge-weights` (FSDP) writes a model's weights.",
    ),
    (
        _has("checkpoint-*/"),
        "this is a training run's folder; its checkpoints are in folders of their own",
        "Name one of them: {first}",
    ),
    (
        _has("consolidated*.pth", "consolidated*.safetensors", "params.json"),
        "these are weights in their maker's own format (consolidated), not in Hugging Face's",
        "Download the version with model*.safetensors.",
    ),
    (
        _has("tf_model.h5", "flax_model*.msgpack", "*.onnx", "*.ckpt", "*.mlpackage"),
        "there are weights for another program in it, but neither model*.safetensors nor pytorch_model*.bin",
        "Download the version with model*.safetensors.",
    ),
    (
        _has("trainer_state.json", "optimizer.pt", "scheduler.pt", "training_args.bin"),
        "this is a training checkpoint without a model's weights",
        "Save the model too, or give the folder that it was saved in.",
    ),
    (
        _has("*.safetensors", "*.bin", "*.pt", "*.pth"),
        "there are weights in it, but under other names than model*.safetensors or pytorch_model*.bin",
        "If they are a whole model in Hugging Face's names, rename the file to model.safetensors or pytorch_model.bin.",
    ),
    (
        _has("tokenizer.json", "tokenizer.model", "tokenizer_config.json", "vocab.json"),
        "there is only a tokenizer in it, no weights",
        "Download the weights too.",
    ),
    (_has("*/config.json"), "there are no weights in it, but in a folder inside", "Name that folder: {first}"),
)
"""What is tried in order: whether it applies, what it is, and the remedy."""
