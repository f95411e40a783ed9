"""Open a checkpoint's folder: its configuration, and its tensors in the order in which llama.cpp's converter sees them.

Weights are `model*.safetensors` or else `pytorch_model*.bin`, in one file or in parts, with or without an index. Nothing but
headers is read. Whether all tensors are there that the architecture needs is the architecture's question.

Order and names: `conversion/base.py` of llama.cpp, `ModelBase.index_tensors`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from umi_convert.checkpoint_kinds import no_weights
from umi_convert.config import Config, load_config
from umi_convert.errors import CheckpointError
from umi_convert.json_file import read_json_object
from umi_convert.pytorch_file import open_pytorch
from umi_convert.safetensors_file import open_safetensors
from umi_convert.tensor_file import TensorFile
from umi_convert.tensors import Tensor
from umi_convert.weight_parts import missing_parts

T = TypeVar("T")

_MAX_LISTED = 20

_NOT_TEXT_BEGINS = (
    *("mlp", "vit.", "vpm.", "siglip2.", "conformer.", "merger.", "resampler."),
    *("sound_encoder.", "sound_projection.", "speech_embeddings."),
)
_NOT_TEXT_PARTS = (
    *("visual.", "vision.", "vision_", "audio.", "audio_", "talker.", "token2wav.", "code2wav."),
    *("projector.", "pre_mm_projector_norm", "image_newline", "view_seperator"),
    *("patch_embed", "patch_merger.", "patch_merge_mlp.", "model.connector."),
)
"""Names of what sees and hears in a model that also writes (`TextModel.filter_tensors`). All architectures share them, and
a file of text weights has none, so they are left out here, before an architecture meets names that it can't know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A model as it was trained.

    Attributes:
        tensors: By Hugging Face's name, those of the text model.
        unreadable: Tensors that can't be read, such as float8 ones; each with a text that begins with its type and says
            why. They matter only where the architecture writes them.
        size_bytes: Of the files with the weights.
    """

    folder: Path
    config: Config
    tensors: Mapping[str, Tensor]
    unreadable: Mapping[str, str]
    size_bytes: int


@dataclass(frozen=True, slots=True)
class _Format:
    """One way of storing weights."""

    begin: str
    end: str

    @property
    def whole(self) -> str:
        """The name of the one file of weights that come in one."""
        return self.begin + self.end

    @property
    def index(self) -> str:
        """The name of the file that says which part has which tensor."""
        return f"{self.whole}.index.json"


_FORMATS = (_Format("model", ".safetensors"), _Format("pytorch_model", ".bin"))


def open_checkpoint(folder: Path) -> Checkpoint:
    """Return the checkpoint in a folder.

    Raises:
        CheckpointError: The folder holds something else, or files are missing, broken or don't fit together.
    """
    parts, index = _find_parts(folder)
    config = load_config(folder)
    files = [open_pytorch(part) if part.suffix == ".bin" else open_safetensors(part) for part in parts]
    _check_index(folder, files, index)
    tensors = _text_only(folder, ((name, t) for file in files for name, t in file.tensors.items()))
    unreadable = _text_only(folder, ((name, why) for file in files for name, why in file.unreadable.items()))
    return Checkpoint(
        folder=folder,
        config=config,
        tensors={name: tensor.renamed(name) for name, tensor in tensors.items()},
        unreadable=unreadable,
        size_bytes=sum(part.stat().st_size for part in parts),
    )


def has_weights(folder: Path) -> bool:
    """Say whether a folder holds a full model's weights, as opposed to an adapter's or none."""
    return _kind_of(folder) is not None


def _kind_of(folder: Path) -> _Format | None:
    if not folder.is_dir():
        return None
    return next((kind for kind in _FORMATS if _names(folder, kind) or (folder / kind.index).is_file()), None)


def _find_parts(folder: Path) -> tuple[list[Path], Mapping[str, str]]:
    """Return the files of the weights in order, and which of them each tensor is in, where an index says it."""
    kind = _kind_of(folder)
    if kind is None:
        raise no_weights(folder)
    index_path = folder / kind.index
    if not index_path.is_file():
        return [folder / name for name in _complete(folder, _names(folder, kind))], {}
    index = read_index(index_path)
    names = sorted(set(index.values()))
    if kind.whole in _names(folder, kind) and kind.whole not in names:
        raise CheckpointError(
            folder,
            f"it holds two models: {kind.whole}, and the parts that {kind.index} lists",
            hint="Remove the one that isn't meant.",
        )
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise CheckpointError(folder, f"{kind.index} lists files that aren't there: {_listed(missing)}")
    return [folder / name for name in names], index


def _names(folder: Path, kind: _Format) -> list[str]:
    try:
        return sorted(p.name for p in folder.iterdir() if p.name.startswith(kind.begin) and p.name.endswith(kind.end))
    except OSError as error:
        raise CheckpointError(folder, f"it can't be read: {error}") from error


def _complete(folder: Path, names: list[str]) -> list[str]:
    if missing := missing_parts(names):
        raise CheckpointError(folder, f"parts of the weights are missing: {_listed(missing)}")
    return names


def read_index(path: Path) -> Mapping[str, str]:
    """Return which file beside an index each tensor is in.

    Raises:
        CheckpointError: It isn't sound, or names files elsewhere.
    """
    weight_map = read_json_object(path).get("weight_map")
    if not isinstance(weight_map, dict) or not weight_map:
        raise CheckpointError(path, "it has no 'weight_map' that says which file each tensor is in")
    for name, file_name in weight_map.items():
        if not isinstance(file_name, str) or not _is_plain(file_name):
            shown = repr(file_name)[:80]
            raise CheckpointError(
                path, f"tensor {name!r} is said to be in {shown}, which isn't the name of a file beside it"
            )
    return weight_map


def _is_plain(file_name: str) -> bool:
    """Say whether a name stays in its folder, on every system."""
    return file_name.endswith((".safetensors", ".bin")) and not set(file_name) & set("/\\:\0")


def _check_index(folder: Path, files: list[TensorFile], index: Mapping[str, str]) -> None:
    """Check that every tensor is in one file, and in the one that the index says."""
    problems = []
    found: dict[str, str] = {}
    for file in files:
        for name in (*file.tensors, *file.unreadable):
            if name in found:
                problems.append(f"tensor {name!r} is in {found[name]} and in {file.path.name}")
            found[name] = file.path.name
    if index:
        problems += [f"tensor {name!r} should be in {index[name]}" for name in sorted(index.keys() - found.keys())]
        problems += [f"tensor {name!r} in {found[name]} isn't listed" for name in sorted(found.keys() - index.keys())]
    if problems:
        title = "its files and its index disagree" if index else "its files don't fit together"
        raise CheckpointError(folder, f"{title}:" + "".join(f"\n  {line}" for line in _first(problems)))


def _text_only(folder: Path, named: Iterable[tuple[str, T]]) -> dict[str, T]:
    """Return what belongs to the text model, by the name that it would have in a model without eyes and ears."""
    kept: dict[str, T] = {}
    for name, value in named:
        if name.startswith(_NOT_TEXT_BEGINS) or any(part in name for part in _NOT_TEXT_PARTS):
            continue
        short = name.replace("language_model.", "")
        if short in kept:
            raise CheckpointError(folder, f"two tensors become {short!r} without 'language_model.' in their names")
        kept[short] = value
    return kept


def _first(lines: list[str]) -> list[str]:
    more = len(lines) - _MAX_LISTED
    return lines if more <= 0 else [*lines[:_MAX_LISTED], f"... and {more:,} more"]


def _listed(names: list[str]) -> str:
    return ", ".join(_first(names))
