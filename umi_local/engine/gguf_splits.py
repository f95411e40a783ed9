"""Models that are split into several GGUF files, as `gguf-split` of llama.cpp names and numbers them.

The first part, `NAME-00001-of-0000N.gguf`, holds the metadata; llama.cpp opens the others by name.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from umi_local.engine.gguf_format import ValueType
from umi_local.engine.gguf_reader import GGUFHeader, read_header
from umi_local.errors import ModelFileError

PART_NAME = re.compile(r"(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf")
MAX_PARTS = 999


def part_paths(header: GGUFHeader) -> tuple[Path, ...]:
    """Return the files of the model that `header` begins; the one file where it isn't split.

    Raises:
        ModelFileError: The header isn't the first part's, or file name and metadata disagree.
    """
    count = _number(header, "split.count")
    if count <= 1:
        return (header.path,)
    if count > MAX_PARTS:
        raise ModelFileError(header.path, f"it claims to be split into {count:,} parts")
    match = PART_NAME.fullmatch(header.path.name)
    if match is None or int(match["count"]) != count or int(match["number"]) != _number(header, "split.no") + 1:
        raise ModelFileError(
            header.path,
            f"it is one of {count} parts, but isn't named so",
            hint=f"Name the parts NAME-00001-of-{count:05d}.gguf and so on, or merge them with llama.cpp's gguf-split.",
        )
    paths = tuple(header.path.with_name(f"{match['stem']}-{n:05d}-of-{count:05d}.gguf") for n in range(1, count + 1))
    if int(match["number"]) != 1:
        raise ModelFileError(
            header.path, f"it is part {match['number']} of {count}", hint=f"Give the first: {paths[0]}"
        )
    return paths


def with_parts(header: GGUFHeader) -> GGUFHeader:
    """Return the header with the tensors and the size of all parts.

    Raises:
        ModelFileError: A part is missing, isn't sound, or doesn't belong to the others.
    """
    paths = part_paths(header)
    if len(paths) == 1:
        return header
    parts = [header] + [_read_part(path, number, len(paths)) for number, path in enumerate(paths) if number]
    tensors = tuple(tensor for part in parts for tensor in part.tensors)
    names = [tensor.name for tensor in tensors]
    for part in parts:
        if part.alignment != header.alignment:
            raise ModelFileError(part.path, f"its alignment is {part.alignment}, the first part's {header.alignment}")
    if len(set(names)) != len(names):
        double = next(name for name in names if names.count(name) > 1)
        raise ModelFileError(header.path, f"tensor {double!r} is in two parts")
    total = _number(header, "split.tensors.count", default=len(tensors))
    if total != len(tensors):
        raise ModelFileError(header.path, f"its parts hold {len(tensors):,} tensors of {total:,}")
    return replace(header, tensors=tensors, file_size=sum(p.file_size for p in parts), parts=paths)


def _read_part(path: Path, number: int, count: int) -> GGUFHeader:
    part = read_header(path)
    if part.metadata.get("split.no") != number or part.metadata.get("split.count") != count:
        raise ModelFileError(path, f"it does not say that it is part {number + 1} of {count}")
    if part.value_types["split.no"] is not ValueType.UINT16:  # llama.cpp asserts it
        raise ModelFileError(path, "'split.no' is not a UINT16")
    return part


def _number(header: GGUFHeader, key: str, default: int = 0) -> int:
    value: Any = header.metadata.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ModelFileError(header.path, f"{key!r} is {value!r}; expected a number")
    return value
