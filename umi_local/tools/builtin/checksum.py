"""Checksums of files."""

from __future__ import annotations

import hashlib

from umi_local.messages import JsonValue, ToolSpec
from umi_local.tools.base import Tool
from umi_local.tools.builtin.limits import FILE_PATH, choice_property, object_schema, text_property
from umi_local.tools.builtin.roots import Roots

ALGORITHMS = ("md5", "sha1", "sha256", "sha512", "blake2b")


def checksum(path: str, algorithm: str = "sha256", expected: str = "") -> dict[str, JsonValue]:
    """Return a file's checksum in hexadecimal, and whether it is the expected one if that is given.

    Raises:
        ValueError: The algorithm is unknown.
        PathRefusedError, FileNotFoundError, IsADirectoryError: See `Roots.open_file`.
    """
    if algorithm not in ALGORITHMS:
        raise ValueError(f"algorithm is {algorithm!r}; use one of {', '.join(ALGORITHMS)}")
    digest = hashlib.new(algorithm, usedforsecurity=False)  # MD5 and SHA-1 compare files, no more
    with Roots.current().open_file(path) as file:
        while chunk := file.handle.read(1 << 20):
            digest.update(chunk)
        result: dict[str, JsonValue] = {
            "path": file.shown,
            "algorithm": algorithm,
            "checksum": digest.hexdigest(),
        }
    wanted = expected.strip().casefold()
    return result | {"matches_expected": wanted == result["checksum"]} if wanted else result


CHECKSUM = Tool(
    spec=ToolSpec(
        name="checksum",
        description="Compute the checksum of a file, or compare it with an expected one.",
        parameters=object_schema(
            ["path"],
            path=FILE_PATH,
            algorithm=choice_property("default sha256", ALGORITHMS),
            expected=text_property("checksum to compare with"),
        ),
    ),
    function=checksum,
    location="umi_local.tools.builtin.checksum:CHECKSUM",
)

TOOLS: tuple[Tool, ...] = (CHECKSUM,)
