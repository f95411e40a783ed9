"""What a source is called in a bundle: its name on the hub where it came from one, else its own; never a folder's path."""

from __future__ import annotations

import re
from pathlib import Path

_OURS = re.compile(r"/hub/(?P<owner>[^/]+)/(?P<name>[^/]+)/(?P<commit>[0-9a-f]{40})(?:/(?P<file>.+))?$")
_HUGGINGFACE = re.compile(
    r"/models--(?P<owner>[^/]+?)--(?P<name>[^/]+)/snapshots/(?P<commit>[0-9a-f]{40})(?:/(?P<file>.+))?$"
)
"""How umi_convert and huggingface_hub lay out what they have downloaded."""


def origin_of(path: Path) -> str:
    """Return `hub:OWNER/NAME@COMMIT[/FILE]` for what was downloaded, and the last part of any other path."""
    text = path.absolute().as_posix()
    found = _OURS.search(text) or _HUGGINGFACE.search(text)
    if found is None:
        return path.absolute().name
    file = f"/{found['file']}" if found["file"] else ""
    return f"hub:{found['owner']}/{found['name']}@{found['commit']}{file}"


def repository_of(path: Path) -> str | None:
    """Return `OWNER/NAME` of what was downloaded from a hub."""
    origin = origin_of(path)
    return "/".join(origin.removeprefix("hub:").partition("@")[0].split("/")[:2]) if origin.startswith("hub:") else None
