"""Records for reading aloud: some of a file's, drawn at random, each as a conversation.

shop/17 · train · umi-local worlds · plain
tools: find_order, cancel_order
> cancel order 17
• The user wants me to cancel order 17. cancel_order can do that. → call
  cancel_order(order_id=17)
  {"number":17,"status":"cancelled"}
• Order 17 is cancelled. No further call is needed. → answer
Order 17 is cancelled.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping

import click

from umi_local.messages import CallerTurn, Decision, PlannerTurn, SummarizerTurn, ToolTurn, Turn, UserTurn
from umi_local.records import Record
from umi_local.screen.calls import call_text, observation_lines
from umi_local.screen.clean import clean, clean_line

_ENDS: Mapping[Decision | None, str] = {
    Decision.CALL: " → call",
    Decision.CONCLUDE: " → answer",
    Decision.GIVE_UP: " → give up",
    None: "",
}


def drawn(records: Iterable[Record], n: int, seed: int) -> list[Record]:
    """Return `n` records of many, each as likely as any other, in their order; no more than `n` are held.

    Source:
        Vitter 1985, "Random sampling with a reservoir", algorithm R.
    """
    chance = random.Random(seed)
    held: list[tuple[int, Record]] = []
    for number, record in enumerate(records):
        if number < n:
            held.append((number, record))
        elif (place := chance.randrange(number + 1)) < n:
            held[place] = (number, record)
    return [record for _, record in sorted(held, key=lambda item: item[0])]


def show_records(records: Iterable[Record]) -> None:
    """Write records to stdout, with an empty line between them."""
    for number, record in enumerate(records):
        click.echo(("\n" if number else "") + "\n".join(record_lines(record)))


def record_lines(record: Record) -> Iterator[str]:
    """Yield a record's lines: where it comes from, the names of its tools, its turns."""
    kind = record.metadata.get("kind")
    facts = (record.id, record.split, record.source, kind if isinstance(kind, str) else "")
    yield " · ".join(clean_line(fact) for fact in facts if fact)
    yield f"tools: {', '.join(clean_line(tool.name) for tool in record.trajectory.tools) or 'none'}"
    for number, turn in enumerate(record.trajectory.turns):
        note = "  (without loss)" if number in record.no_loss else ""
        lines = list(_turn_lines(turn))
        yield from (*lines[:-1], lines[-1] + note)


def _turn_lines(turn: Turn) -> Iterator[str]:
    match turn:
        case UserTurn(text):
            yield from (f"> {line}" for line in clean(text).split("\n"))
        case PlannerTurn(rationale, decision):
            yield f"• {clean_line(rationale)}{_ENDS[decision]}"
        case CallerTurn(call):
            yield f"  {call_text(call)}"
        case ToolTurn(observation):
            yield from (f"  {line}" for line in observation_lines(observation, None))
        case SummarizerTurn(text):
            yield clean(text)
