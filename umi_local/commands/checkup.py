"""The part of `umi doctor` that doesn't look at a model: this installation, this machine, the folders."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from umi_local import __version__
from umi_local.commands.findings import Finding, State
from umi_local.config import find_config, load_config
from umi_local.engine.options import default_threads, is_offline
from umi_local.errors import UmiError
from umi_local.folders import cache_folder, config_path, data_folder
from umi_local.sizes import size_text

if TYPE_CHECKING:
    from umi_local.engine.machine import Machine

_LIBRARIES = ("llama-cpp-python", "llguidance")


def installation() -> Iterator[Finding]:
    """Look at Python, at umi-local, and at the libraries that the engine stands on."""
    group = "installation"
    yield Finding(group, "umi-local", __version__, State.OK)
    yield Finding(group, "Python", f"{platform.python_version()} ({sys.executable})", State.OK)
    for name in _LIBRARIES:
        try:
            yield Finding(group, name, metadata.version(name), State.OK)
        except metadata.PackageNotFoundError:
            yield Finding(group, name, "not installed", State.WRONG, f"pip install {name}")
    yield Finding(group, "network", "offline (UMI_OFFLINE)" if is_offline() else "allowed, used only when asked for")


def machine(found: Machine) -> Iterator[Finding]:
    """Say what the machine has: processor, memory, devices."""
    group = "machine"
    yield Finding(group, "system", f"{platform.system()} {platform.release()}, {platform.machine()}")
    n = found.physical_cores
    yield Finding(
        group, "CPU", f"{n} core{'' if n == 1 else 's'}; umi-local uses {default_threads()} threads by default"
    )
    memory = f"{size_text(found.available_bytes)} available of {size_text(found.total_bytes)}"
    yield Finding(group, "memory", memory)
    if not found.gpus:
        yield Finding(group, "GPU", "this build of llama.cpp has no GPU backend, or finds no device")
    for device in found.gpus:
        free = f"{size_text(device.free_bytes)} free of {size_text(device.total_bytes)}"
        yield Finding(group, device.name, f"{device.description or device.kind.value}, {free}", State.OK)


def folders() -> Iterator[Finding]:
    """Look at where files are kept, and at umi.toml."""
    for name, path in (("data", data_folder()), ("cache", cache_folder())):
        yield _folder(name, path)
    yield checked("folders", "configuration", _configuration)


def checked(group: str, name: str, look: Callable[[], str]) -> Finding:
    """Return what `look` says, or the error it raises as something that is wrong."""
    try:
        return Finding(group, name, look(), State.OK)
    except UmiError as error:
        return Finding(group, name, str(error), State.WRONG, error.hint)


def _folder(name: str, path: Path) -> Finding:
    """Say whether a folder can be written, or made where it is missing. Nothing is made."""
    there = path
    while not there.exists() and there != there.parent:
        there = there.parent
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return Finding("folders", name, str(path) if path.exists() else f"{path} (made when needed)", State.OK)
    reason = "can't be written" if there == path else f"can't be made in {there}"
    hint = f"Make it writable, or set UMI_{name.upper()}_DIR to another folder."
    return Finding("folders", name, f"{path} {reason}", State.WRONG, hint)


def _configuration() -> str:
    found = find_config()
    load_config(found)
    return str(found) if found else f"none; it would be {config_path()}"
