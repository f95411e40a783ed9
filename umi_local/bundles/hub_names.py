"""How repositories and files of a model hub are written, and which paths in them are safe to write here. Pure.

`hub:OWNER/NAME` names a repository, `hub:OWNER/NAME@REVISION` one of its branches, tags or commits, and
`hub:OWNER/NAME@REVISION/path/in/it.gguf` a file. Without a revision the newest commit of `main` is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

PREFIX = "hub:"
DEFAULT_REVISION = "main"

_NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?"
_REVISION = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"
_REPO = re.compile(rf"({_NAME})/({_NAME})(?:@({_REVISION}))?")
_FILE = re.compile(rf"({_NAME}/{_NAME}(?:@{_REVISION})?)/(.+)", re.DOTALL)

_LONGEST_PATH = 512
_LONGEST_PART = 200  # file systems allow 255 bytes
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
"""Names that Windows gives to devices, in any folder."""


@dataclass(frozen=True, slots=True)
class HubRepo:
    """A repository of models on a hub, at a revision."""

    owner: str
    name: str
    revision: str | None = None

    @property
    def id(self) -> str:
        """What hubs call it: `OWNER/NAME`."""
        return f"{self.owner}/{self.name}"

    def __str__(self) -> str:
        return f"{PREFIX}{self.id}" + (f"@{self.revision}" if self.revision else "")

    def at(self, revision: str | None) -> HubRepo:
        """Return the same repository at another revision."""
        return HubRepo(self.owner, self.name, revision)


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file in a repository; `path` is relative to its root, with slashes."""

    repo: HubRepo
    path: str

    def __str__(self) -> str:
        return f"{self.repo}/{self.path}"


def is_hub_name(text: str) -> bool:
    """Whether a text is meant to name something on a hub."""
    return text.startswith(PREFIX)


def parse_repo(text: str) -> HubRepo:
    """Read `hub:OWNER/NAME[@REVISION]`.

    Raises:
        ValueError: It has another form.
    """
    found = _REPO.fullmatch(text.removeprefix(PREFIX)) if is_hub_name(text) else None
    if found is None or ".." in text or "--" in text.partition("@")[0]:
        raise ValueError(f"{text!r} is not of the form hub:OWNER/NAME[@REVISION]")
    return HubRepo(*found.groups())


def parse_file(text: str) -> HubFile:
    """Read `hub:OWNER/NAME[@REVISION]/path/in/it`.

    Raises:
        ValueError: It has another form, or the path leads out of the repository.
    """
    found = _FILE.fullmatch(text.removeprefix(PREFIX)) if is_hub_name(text) else None
    if found is None:
        raise ValueError(f"{text!r} is not of the form hub:OWNER/NAME[@REVISION]/path/in/it")
    path = found.group(2)
    if problem := path_problem(path):
        raise ValueError(f"{text!r} {problem}")
    return HubFile(parse_repo(PREFIX + found.group(1)), path)


def path_problem(path: str) -> str | None:
    """Return why a relative path isn't safe to write on every system; None if it is."""
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts):
        return "isn't a plain path inside its folder"
    if not path.isprintable() or any(letter in path for letter in '\\:*?"<>|'):
        return "holds letters that a file's name can't have everywhere"
    if len(path) > _LONGEST_PATH or any(len(part.encode("utf-8", "replace")) > _LONGEST_PART for part in parts):
        return "is longer than file systems allow"
    if any(_DEVICES.fullmatch(part) or part.endswith((" ", ".")) for part in parts):
        return "is a name that Windows can't store"
    return None


def is_hidden(path: str) -> bool:
    """Whether a part of a relative path begins with a dot: caches and notes of tools, which are no part of a bundle."""
    return any(part.startswith(".") and part not in (".", "..") for part in path.split("/"))
