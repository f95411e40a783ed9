"""Where the sources of a conversion are: on this machine, on a hub, or in need of the user's own llama.cpp first."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from umi_convert.architectures import architecture_of
from umi_convert.config import CONFIG_NAME, load_config
from umi_convert.errors import UnsupportedArchitectureError
from umi_convert.external import convert_model_with
from umi_convert.hub import local_folder
from umi_convert.progress import Progress
from umi_convert.staging import temporary_folder
from umi_local.errors import UsageError


class Sources:
    """Finds sources, and keeps what was made of them for as long as the block runs.

    Args:
        out: What will be written; files that are only needed on the way lie beside it.
        llama_cpp: A checkout whose converter takes the architectures that umi_convert doesn't know.
        dry_run: Convert nothing.
    """

    def __init__(self, out: Path, *, offline: bool, llama_cpp: Path | None = None, dry_run: bool = False) -> None:
        self._out, self._offline, self._llama_cpp, self._dry_run = out, offline, llama_cpp, dry_run
        self._made: dict[Path, Path] = {}
        self._folders = ExitStack()

    def __enter__(self) -> Sources:
        return self

    def __exit__(self, *error: object) -> None:
        self._folders.close()

    def find(self, ref: str, progress: Progress) -> Path:
        """Return the path of what someone named.

        Raises:
            UmiError: It isn't there, or can't be fetched or converted.
        """
        path = local_folder(
            ref, offline=self._offline, on_progress=lambda done, total: progress(f"fetching {ref}", done, total)
        )
        if self._llama_cpp is None or not (path / CONFIG_NAME).is_file() or _is_known(path):
            return path
        return self._converted(path, self._llama_cpp)

    def _converted(self, path: Path, llama_cpp: Path) -> Path:
        path = path.absolute()
        if self._dry_run:
            raise UsageError(
                f"{path} is converted by {llama_cpp}, so nothing is known about it without doing it",
                hint="Leave out --dry-run.",
            )
        if path not in self._made:
            folder = self._folders.enter_context(temporary_folder(self._out))
            made = folder / f"{path.name}.gguf"
            convert_model_with(llama_cpp, path, made, "auto")
            self._made[path] = made
        return self._made[path]


def _is_known(path: Path) -> bool:
    try:
        architecture_of(load_config(path))
    except UnsupportedArchitectureError:
        return False
    return True
