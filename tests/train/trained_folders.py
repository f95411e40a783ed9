"""What `umi train all` leaves behind, made without training: adapters of random weights that change what is said."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import peft
import torch

from umi_local.bundles.role_card import CARD_NAME, RoleCard
from umi_local.jsonable import to_jsonable
from umi_local.messages import Role
from umi_train.base import find_base, load_model
from umi_train.config import BaseConfig, LoraConfig
from umi_train.fingerprint import base_fingerprint
from umi_train.jobs import BACKBONE
from umi_train.lora import add_adapters

CPU = torch.device("cpu")


def base_config(path: Path | str, **options: Any) -> BaseConfig:
    """A base on the processor, in float32 unless told otherwise."""
    return BaseConfig(**{"model": str(path), "dtype": "float32", "device": "cpu", **options})


def write_trained(
    out: Path,
    base: Path | str,
    *,
    roles: Iterable[Role] = Role,
    backbone: bool = True,
    mode: Literal["span", "full"] = "span",
    profile: str = "shared",
    markers: str = "chatml",
    strength: float = 0.1,
    lora: LoraConfig | None = None,
) -> Path:
    """Write a backbone's folder and the roles' below `out`.

    Args:
        strength: Standard deviation of the adapters' weights.
    """
    files = find_base(str(base))
    model = load_model(files, base_config(base), CPU)
    names = [*([BACKBONE] if backbone else []), *(role.value for role in roles)]
    adapted = add_adapters(model, lora or LoraConfig(rank=4, alpha=8.0), names, seed=0)
    for number, name in enumerate(names):
        generator = torch.Generator().manual_seed(number)
        for key, parameter in adapted.named_parameters():
            if f".{name}." in key and "lora_" in key:
                parameter.data = torch.randn(parameter.shape, generator=generator) * strength
    adapted.save_pretrained(str(out), save_embedding_layers=False)
    whole = base_fingerprint(files)
    for name in names:
        over = base_fingerprint(files, out / BACKBONE) if backbone and name != BACKBONE else whole
        card: dict[str, Any] = {
            "role": name,
            "mode": "full" if name == BACKBONE else mode,
            "profile": profile,
            "markers": markers,
            "base_fingerprint": over,
        }
        (out / name / CARD_NAME).write_text(json.dumps(to_jsonable(RoleCard(format=1, **card))))
        edit_config(out / name, base_model_name_or_path=str(base))
    return out


def edit_config(folder: Path, **values: Any) -> None:
    """Put values into an adapter's configuration."""
    path = folder / "adapter_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def role_folders(out: Path) -> dict[Role, Path]:
    """Return the roles' folders."""
    return {role: out / role.value for role in Role}


def put_on_by_peft(model: Any, folders: Mapping[str, Path]) -> Any:
    """Return a model with adapters put on it by PEFT's own functions, by name."""
    adapted: Any = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PEFT asks transformers in a way that will end
        for name, folder in folders.items():
            if adapted is None:
                adapted = peft.PeftModel.from_pretrained(model, str(folder), adapter_name=name)
            else:
                adapted.load_adapter(str(folder), name)
    return adapted.eval()
