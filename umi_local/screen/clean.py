"""Text from outside (models, tools, files, servers) made safe to write to a terminal.

A terminal obeys what it is sent: escape sequences recolour, move the cursor, change the title or the clipboard, and
direction overrides make text read as something it isn't. `clean` drops all that; `visible` shows it as escapes instead,
for where a person must see exactly what is there.
"""

from __future__ import annotations

import re

_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|(?:\x1b[]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # OSC, DCS and kin: title, clipboard
    r"|\x1b[ -/]*[0-Z\\^-~]"  # everything else that begins with ESC
)

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters but tab and line end
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction marks, embeddings, overrides, isolates
    "\u2028\u2029\ufeff\ufff9-\ufffb"  # line and paragraph separators, byte order mark, annotations
    "\U000e0000-\U000e007f"  # tags: invisible text
    "\ud800-\udfff]"  # lone surrogates, which can't be encoded
)


def clean(text: str) -> str:
    """Return the text without escape sequences, control characters and direction overrides.

    Tabs and line ends stay; a carriage return ends a line, as a progress bar means it.
    """
    text = _SEQUENCE.sub("", text.replace("\r\n", "\n"))
    return _UNSAFE.sub("", text.replace("\r", "\n"))


def clean_line(text: str) -> str:
    """Return the clean text as one line."""
    return " ".join(clean(text).split())


def visible(text: str) -> str:
    r"""Return the text with everything that `clean` would drop, and line ends and tabs, as escapes such as `\u001b`."""
    return _UNSAFE.sub(_escape, text).replace("\n", "\\n").replace("\t", "\\t")


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
