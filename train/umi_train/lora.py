"""Adapters on a base: made, frozen, loaded, taken out as plain tensors. PEFT makes the layers."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from umi_train.config import LoraConfig
from umi_train.errors import BaseModelError

Weights = dict[str, Tensor]
"""An adapter's tensors by PEFT's names, without the adapter's own name in them: as they stand in its file."""


def add_adapters(model: Any, config: LoraConfig, names: Sequence[str], seed: int) -> Any:
    """Return a PEFT model with fresh adapters, the same for the same seed, whichever others are made beside them.

    Raises:
        BaseModelError: The base has no layers of the names in `targets`.
    """
    import peft

    made = peft.LoraConfig(
        r=config.rank,
        lora_alpha=config.alpha,  # type: ignore[arg-type]  # PEFT says int and computes with what it gets
        lora_dropout=config.dropout,
        use_rslora=config.rslora,
        target_modules=config.targets if isinstance(config.targets, str) else list(config.targets),
        task_type="CAUSAL_LM",
    )
    adapted: Any = None
    for name in names:
        torch.manual_seed(seed)
        try:
            with _quietly():
                if adapted is None:
                    adapted = peft.get_peft_model(model, made, adapter_name=name)
                else:
                    adapted.add_adapter(name, made)
        except ValueError as error:
            raise BaseModelError(
                str(model.config.name_or_path), str(error), hint="Correct `targets` in [lora]."
            ) from error
    for name, parameter in adapted.named_parameters():
        parameter.requires_grad_("lora_" in name)
        if "lora_" in name:
            parameter.data = parameter.data.float()
    return adapted


def parameters_of(model: Any, name: str) -> list[Tensor]:
    """Return the parameters of one adapter, in a fixed order."""
    return [parameter for key, parameter in model.named_parameters() if f".{name}." in key and "lora_" in key]


def weights_of(model: Any, name: str) -> Weights:
    """Return copies of an adapter's tensors, on the CPU."""
    from peft import get_peft_model_state_dict

    state = get_peft_model_state_dict(model, adapter_name=name, save_embedding_layers=False)
    return {key: tensor.detach().cpu().clone().contiguous() for key, tensor in state.items()}


def set_weights(model: Any, name: str, weights: Mapping[str, Tensor]) -> None:
    """Put tensors into an adapter.

    Raises:
        ValueError: They aren't an adapter's of this shape.
    """
    from peft import set_peft_model_state_dict

    mine = weights_of(model, name)
    if mine.keys() != weights.keys():
        raise ValueError(f"its layers are others: {', '.join(sorted(mine.keys() ^ weights.keys())[:3])}, ...")
    wrong = next((key for key in mine if mine[key].shape != weights[key].shape), None)
    if wrong is not None:
        raise ValueError(f"{wrong} has the shape {list(weights[wrong].shape)}, not {list(mine[wrong].shape)}")
    with _quietly():
        set_peft_model_state_dict(model, dict(weights), adapter_name=name)


def read_weights(folder: Path) -> Weights:
    """Return the tensors of an adapter's folder.

    Raises:
        BaseModelError: There is no adapter in it, or it can't be read.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    path = folder / "adapter_model.safetensors"
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise BaseModelError(
            path, f"it can't be read: {error}", hint="Name a folder that `umi train` wrote."
        ) from error


def put_adapter(model: Any, folder: Path, name: str) -> Any:
    """Return a PEFT model with an adapter's folder put on a model, or beside the adapters that it has.

    Raises:
        BaseModelError: The folder isn't an adapter for this model.
    """
    import peft

    weights = read_weights(folder)
    try:
        with _quietly():
            config = peft.PeftConfig.from_pretrained(str(folder))
            if isinstance(model, peft.PeftModel):
                model.add_adapter(name, config)
            else:
                model = peft.get_peft_model(model, config, adapter_name=name)
        set_weights(model, name, weights)
    except (OSError, ValueError, RuntimeError, KeyError, TypeError) as error:
        raise BaseModelError(folder, f"it can't be put on this base: {error}") from error
    return model


def merged(model: Any, folder: Path) -> Any:
    """Return a model with an adapter's folder merged into its weights, and no adapter left.

    Raises:
        BaseModelError: The folder isn't an adapter for this model.
    """
    import peft

    try:
        with _quietly():
            return peft.PeftModel.from_pretrained(model, str(folder)).merge_and_unload()
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise BaseModelError(folder, f"it can't be merged into this base: {error}") from error


@contextmanager
def _quietly() -> Any:
    """Keep PEFT's advice about tied embeddings and the like to itself: no layer it speaks of is changed here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
