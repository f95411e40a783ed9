"""Files that installed Python distributions carry, by name: `package:DISTRIBUTION/path/in/it`."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

PACKAGE = "package:"


class PackageFileError(LookupError):
    """A named file isn't there; `distribution` says whose it would be."""

    def __init__(self, distribution: str, reason: str) -> None:
        self.distribution, self.reason = distribution, reason
        super().__init__(reason)


def is_package_file(name: str) -> bool:
    """Whether a name has the form of such a file's."""
    return name.startswith(PACKAGE)


def package_of(name: str) -> str:
    """Return the distribution that a name begins with."""
    return name.removeprefix(PACKAGE).partition("/")[0]


def package_file(name: str) -> Path:
    """Return where a file is, without importing anything of its distribution.

    Raises:
        PackageFileError: The distribution isn't installed, or doesn't hold it.
    """
    distribution, _, inner = name.removeprefix(PACKAGE).partition("/")
    try:
        path = Path(str(metadata.distribution(distribution).locate_file(inner)))
    except (metadata.PackageNotFoundError, ValueError) as error:  # ValueError: no name at all
        reason = f"the Python package {distribution!r} isn't installed"
        raise PackageFileError(distribution, reason) from error
    if not inner or not path.is_file():
        reason = f"the installed Python package {distribution!r} has no file {inner!r}"
        raise PackageFileError(distribution, reason)
    return path
