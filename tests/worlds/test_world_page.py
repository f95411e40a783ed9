"""docs/worlds.md tells of every family; `pytest --update-golden` writes its table."""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module
from pathlib import Path

from umi_local.worlds import Split, all_families

PAGE = Path(__file__).parents[2] / "docs" / "worlds.md"
TABLE = re.compile(r"(?<=## Families\n\n)(?:\|.*\n)+")


def table() -> str:
    lines = ["| family | train / dev / test intents | |", "|---|---|---|"]
    total: Counter[Split] = Counter()
    for family in all_families():
        counts = Counter(intent.split for intent in family.intents.values())
        total += counts
        about = (import_module(f"umi_local.worlds.families.{family.name}").__doc__ or "").split("\n")[0]
        lines.append(f"| `{family.name}` | {numbers(counts)} | {about.removesuffix('.')} |")
    return "\n".join([*lines, f"| all {len(all_families())} | {numbers(total)} | |", ""])


def numbers(counts: Counter[Split]) -> str:
    return " / ".join(str(counts[split]) for split in Split)


def test_the_page_tells_of_every_family(request):
    page = PAGE.read_text(encoding="utf-8")
    if request.config.getoption("--update-golden"):
        PAGE.write_text(TABLE.sub(lambda _: table(), page), encoding="utf-8")
        page = PAGE.read_text(encoding="utf-8")
    assert TABLE.findall(page) == [table()]
