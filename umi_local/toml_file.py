"""Read one TOML file, on every Python we support.

Says what is wrong and where; what the content means is the caller's business.
"""

from __future__ import annotations

import sys
from pathlib import Path

from umi_local.messages import JsonValue

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def read_toml(path: Path) -> dict[str, JsonValue]:
    """Return the tables of a TOML file.

    Raises:
        ValueError: The file isn't UTF-8 or isn't TOML; the message names the line.
        OSError: The file can't be read.
    """
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))  # editors on Windows add a BOM
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} isn't UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"not TOML: {error}") from error
