"""Google-style docstrings: the summary and what each parameter means.

Reads the first paragraph and the `Args:` section; other sections are for people, not for models.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field

_SECTION = re.compile(r"[A-Z][A-Za-z ]*:")
_ENTRY = re.compile(r"\*{0,2}(?P<name>\w+)\s*(?:\([^)]*\))?:(?:\s+(?P<text>.*))?")


@dataclass(frozen=True, slots=True)
class Docstring:
    """The parts of a docstring that a model is shown, each on one line."""

    summary: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


def read_docstring(text: str | None) -> Docstring:
    """Return the first paragraph and the parameters' descriptions of a docstring."""
    lines = inspect.cleandoc(text or "").splitlines()
    summary = []
    for line in lines:
        if not line.strip() or _SECTION.fullmatch(line):
            break
        summary.append(line.strip())
    return Docstring(" ".join(summary), _parameters(lines))


def _parameters(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    name, entry_indent = "", 0
    for line in _section(lines, ("Args:", "Arguments:", "Parameters:")):
        indent = len(line) - len(line.lstrip())
        entry = _ENTRY.fullmatch(line.strip())
        if entry and (not name or indent <= entry_indent):
            name, entry_indent = entry["name"], indent
            found[name] = entry["text"] or ""
        elif name:
            found[name] = f"{found[name]} {line.strip()}".strip()
    return found


def _section(lines: list[str], titles: tuple[str, ...]) -> list[str]:
    start = next((i for i, line in enumerate(lines) if line in titles), None)
    if start is None:
        return []
    body = []
    for line in lines[start + 1 :]:
        if line and not line[0].isspace():
            break
        if line.strip():
            body.append(line)
    return body
