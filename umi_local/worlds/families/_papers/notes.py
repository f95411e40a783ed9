"""Notes: errands, some with a date by which they are due, some with a tag, some done."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.dates import days_later
from umi_local.worlds.draw import Draw
from umi_local.worlds.families._papers.words import ERRANDS, TAGS
from umi_local.worlds.speech import DATE_STYLES, date_text


def write_notes(draw: Draw, today: str, count: int) -> list[dict[str, Any]]:
    """Return notes as plain JSON, the oldest first: `text`, `tag`, `created`, `errand`, and `due` where the text has one."""
    style = draw.pick(DATE_STYLES)
    age = sorted((draw.whole(2, 60) for _ in range(count)), reverse=True)
    dues = draw.sample([days_later(today, days) for days in range(-25, 35) if days], count)
    tags = draw.sample(TAGS, 2)
    return [
        note(errand, draw.pick(("", *tags)), f"{days_later(today, -days)}T{draw.clock()}:00", due, style)
        for errand, days, due in zip(
            draw.several_of(ERRANDS, count), age, [due if draw.chance(0.5) else "" for due in dues], strict=True
        )
    ]


def note(errand: str, tag: str, created: str, due: str = "", style: str = "iso") -> dict[str, Any]:
    """Return one note."""
    text = f"{errand} by {date_text(due, style)}" if due else errand
    return {"text": text, "tag": tag, "created": created, "errand": errand, "due": due}
