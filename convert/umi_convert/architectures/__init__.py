"""The model architectures that can be converted, one file each beside this one.

A file that has a module-level `ARCHITECTURE` is one; the others are what several of them share. Adding an architecture
is adding a file.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path

from umi_convert.architectures.base import Architecture
from umi_convert.config import Config
from umi_convert.errors import UnsupportedArchitectureError

__all__ = ["Architecture", "architecture_of", "architecture_of_gguf", "supported"]


def architecture_of(config: Config) -> Architecture:
    """Return what converts the model that a config.json describes.

    Raises:
        UnsupportedArchitectureError: Nothing here does.
    """
    for architecture in _architectures():
        if config.architecture in architecture.hf_names:
            return architecture
    raise UnsupportedArchitectureError(config.folder, config.architecture, supported())


def architecture_of_gguf(name: str, path: Path | str) -> Architecture:
    """Return the architecture of a GGUF; where several have the name, the first in alphabetical order.

    Args:
        name: Its `general.architecture`.
        path: Where it lies, for the message.

    Raises:
        UnsupportedArchitectureError: Nothing here has that name.
    """
    for architecture in _architectures():
        if architecture.gguf_name == name:
            return architecture
    raise UnsupportedArchitectureError(path, name, tuple(sorted({a.gguf_name for a in _architectures()})))


def supported() -> tuple[str, ...]:
    """Return the model classes that can be converted, by Hugging Face's names."""
    return tuple(sorted(name for architecture in _architectures() for name in architecture.hf_names))


@cache
def _architectures() -> tuple[Architecture, ...]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return tuple(module.ARCHITECTURE for module in modules if hasattr(module, "ARCHITECTURE"))
