"""What `umi eval --peft` calls: from the folders of a training to an engine.

Registered as `peft` in the entry-point group `umi_local.evaluated`.
"""

from __future__ import annotations

from collections.abc import Sequence

from umi_local.evaluate.trained import TrainedRequest
from umi_train.base import find_base
from umi_train.config import BaseConfig
from umi_train.errors import BaseModelError
from umi_train.transformers_engine.engine import TransformersEngine, open_trained
from umi_train.transformers_engine.folders import AdapterFolder, find_folders, read_folders

_SAY_WHERE = "Say where it is with --base."


def open_folders(request: TrainedRequest) -> TransformersEngine:
    """Return an engine on the adapters of folders; each is active over what it was trained to be.

    Raises:
        BaseModelError: A folder or the base can't be used, or was made for other weights.
        DeviceError: Hardware that was asked for isn't there.
        ModelFileError: The base is a GGUF that isn't sound.
    """
    backbone, roles = find_folders(request.folders)
    model = request.base or _base_of(read_folders(backbone, roles).all)
    base = BaseConfig(
        model=model,
        dtype=request.dtype,
        device=request.device,
        four_bit=request.four_bit,
        threads=request.n_threads,
    )
    return open_trained(base, backbone=backbone, roles=roles, n_ctx=request.n_ctx, n_parallel=request.n_parallel)


def _base_of(folders: Sequence[AdapterFolder]) -> str:
    """Return the base that the folders name."""
    names = {folder.base: folder.path for folder in folders}
    first, *others = names
    if others:
        told = " and ".join(f"{folder} {name!r}" for name, folder in names.items())
        raise BaseModelError(names[others[0]], f"the bases have different names: {told}", hint=_SAY_WHERE)
    if not first:
        raise BaseModelError(folders[0].path, "it doesn't say which base it was trained on", hint=_SAY_WHERE)
    try:
        find_base(first)
    except BaseModelError as error:
        raise BaseModelError(
            folders[0].path, f"its base {first!r} isn't to be had: {error.reason}", hint=_SAY_WHERE
        ) from error
    return first
