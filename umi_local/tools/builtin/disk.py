"""How much room a folder takes, and how much is free.

Sizes are those of the files' contents, as listings show them, not of blocks on disk. A file with two names below the
folder counts twice, what a link points to doesn't count, and hidden folders do.
"""

from __future__ import annotations

import heapq
import shutil
from collections import defaultdict

from umi_local.messages import ToolSpec
from umi_local.tools.base import Tool
from umi_local.tools.builtin.folder_walk import LeftOut, path_below, walk
from umi_local.tools.builtin.folders import Folder
from umi_local.tools.builtin.limits import (
    FOLDER_PATH,
    count_property,
    counted,
    listing,
    object_schema,
    one_line,
    shown_bytes,
)
from umi_local.tools.builtin.roots import Roots

MAX_SHOWN = 50
"""Sub-folders that may be asked for."""


def disk_usage(path: str = ".", limit: int = 10) -> str:
    """Return the size of a folder, its largest sub-folders, and the free space of its disk.

    Raises:
        PathRefusedError, FileNotFoundError, NotADirectoryError: See `Roots.open_folder`.
    """
    roots, left_out = Roots.current(), LeftOut()
    sizes: defaultdict[str, int] = defaultdict(int)
    total = n_files = 0
    free: list[str] = []
    for folder in roots.folders(path):
        for holder, entry in walk(folder, left_out, enter_hidden=True):
            if entry.kind != "file":
                continue
            total, n_files = total + entry.size_bytes, n_files + 1
            below = path_below(folder, holder, entry.name)
            top = below.split("/")[0] if "/" in below else ""
            sizes[f"{folder.path_of(top)}/" if top else "files directly in it"] += entry.size_bytes
        free.append(_free(folder))
    largest = heapq.nsmallest(min(max(limit, 1), MAX_SHOWN), sizes.items(), key=lambda item: (-item[1], item[0]))
    head = f"{path!r}: {_size(total)} in {counted(n_files, 'file')}; {'; '.join(free)}"
    lines = (f"{one_line(name)} {_size(size)}" for name, size in largest)
    return listing(head, lines, more=len(sizes) - len(largest), notes=left_out.sentences())


def _size(size_bytes: int) -> str:
    plain = f"{size_bytes:,} bytes"
    readable = shown_bytes(size_bytes)
    return plain if readable == plain else f"{readable} ({plain})"


def _free(folder: Folder) -> str:
    usage = shutil.disk_usage(folder.real if folder.fd is None else folder.fd)
    return f"free on its disk: {shown_bytes(usage.free)} of {shown_bytes(usage.total)}"


DISK_USAGE = Tool(
    spec=ToolSpec(
        name="disk_usage",
        description="Get the size of a folder and its largest sub-folders, and the free disk space.",
        parameters=object_schema(
            path=FOLDER_PATH,
            limit=count_property("sub-folders shown; default 10", maximum=MAX_SHOWN),
        ),
    ),
    function=disk_usage,
    location="umi_local.tools.builtin.disk:DISK_USAGE",
)

TOOLS: tuple[Tool, ...] = (DISK_USAGE,)
