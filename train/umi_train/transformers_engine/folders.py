"""PEFT folders that `umi train` wrote, read before anything heavy is loaded: whose they are, and whether they fit together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from umi_local.bundles.role_card import CARD_NAME, RoleCard
from umi_local.messages import Role
from umi_train.errors import BaseModelError
from umi_train.jobs import BACKBONE
from umi_train.role_folder import read_card

NAMES = (BACKBONE, *(role.value for role in Role))
"""Folders that `umi train all` makes below its `out`."""

_CONFIG, _WEIGHTS = "adapter_config.json", "adapter_model.safetensors"

_PLAIN: Mapping[str, Any] = {"peft_type": "LORA", "bias": "none"}
_UNUSED = (
    *("use_dora", "use_qalora", "lora_bias", "fan_in_fan_out", "modules_to_save", "layer_replication"),
    *("target_parameters", "trainable_token_indices", "alora_invocation_tokens", "arrow_config"),
)
"""Options of PEFT that make it compute more than W x + s B A; training writes none of them."""

_SHAPE = ("r", "lora_alpha", "use_rslora", "rank_pattern", "alpha_pattern")


@dataclass(frozen=True, slots=True)
class AdapterFolder:
    """What an adapter's folder says of itself.

    Attributes:
        base: The name of the model that it was trained on, as it was asked for then.
        identity: Hash of all that decides on what it computes: 16 hexadecimal digits.
    """

    path: Path
    card: RoleCard
    base: str
    identity: str


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders that one model is made of."""

    backbone: AdapterFolder | None
    roles: Mapping[Role, AdapterFolder]

    @property
    def all(self) -> tuple[AdapterFolder, ...]:
        """The backbone's, where there is one, and the roles'."""
        return (*((self.backbone,) if self.backbone else ()), *self.roles.values())


def find_folders(paths: Iterable[Path]) -> tuple[Path | None, dict[Role, Path]]:
    """Return the backbone's folder and the roles' among adapters' folders and folders of those.

    Raises:
        BaseModelError: One is neither, or two are for the same role.
    """
    found: dict[str, Path] = {}
    for given in paths:
        for folder in _adapters_in(given):
            name = read_card(folder).role
            if name in found:
                raise BaseModelError(folder, f"it is for the {name}, as {found[name]} is", hint="Name one of the two.")
            found[name] = folder
    return found.get(BACKBONE), {role: found[role.value] for role in Role if role.value in found}


def read_folders(backbone: Path | None, roles: Mapping[Role, Path]) -> Folders:
    """Return what folders say.

    Raises:
        BaseModelError: One can't be read or is for another role, or they weren't made for each other.
    """
    folders = Folders(
        _read(backbone, BACKBONE) if backbone else None,
        {role: _read(roles[role], role.value) for role in Role if role in roles},
    )
    _check_alike(folders.all)
    return folders


def _adapters_in(path: Path) -> list[Path]:
    if (path / CARD_NAME).is_file():
        return [path]
    inner = [path / name for name in NAMES if (path / name / CARD_NAME).is_file()]
    if not inner:
        raise BaseModelError(
            path,
            f"there is no {CARD_NAME} in it, nor in a folder of it named {', '.join(NAMES)}",
            hint="Name the `out` of a training, or an adapter's folder that `umi train` wrote.",
        )
    return inner


def _read(folder: Path, name: str) -> AdapterFolder:
    card = read_card(folder)
    if card.role != name:
        raise BaseModelError(folder, f"it is for the {card.role}, not for the {name}", hint="Name the right folder.")
    try:
        config = json.loads((folder / _CONFIG).read_text(encoding="utf-8"))
        base = config["base_model_name_or_path"] or ""
        identity = _identity(config, folder / _WEIGHTS)
    except OSError as error:
        raise BaseModelError(folder, f"{error.filename}: {error.strerror}", hint=_HINT) from error
    except (ValueError, KeyError, TypeError) as error:
        raise BaseModelError(folder, f"its {_CONFIG} can't be read: {error}", hint=_HINT) from error
    _check_plain(folder, config)
    return AdapterFolder(folder, card, str(base), identity)


_HINT = "Name a folder that `umi train` wrote."


def _identity(config: Mapping[str, Any], weights: Path) -> str:
    digest = hashlib.sha256(json.dumps([config.get(key) for key in _SHAPE]).encode())
    with weights.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()[:16]


def _check_plain(folder: Path, config: Mapping[str, Any]) -> None:
    odd = [f"{key} = {config.get(key)!r}" for key, value in _PLAIN.items() if config.get(key) != value]
    odd += [f"{key} = {config[key]!r}" for key in _UNUSED if config.get(key)]
    if odd:
        raise BaseModelError(folder, f"it is more than a plain LoRA: {', '.join(odd)}", hint=_HINT)


def _check_alike(folders: Sequence[AdapterFolder]) -> None:
    for folder in folders[1:]:
        for what in ("profile", "markers"):
            first, other = (getattr(one.card, what) for one in (folders[0], folder))
            if first != other:
                raise BaseModelError(
                    folder.path,
                    f"it was trained with {what} {other!r}, {folders[0].path} with {first!r}",
                    hint="Only adapters of one training belong together.",
                )
