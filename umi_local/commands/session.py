"""`umi session`: what was asked and done."""

from __future__ import annotations

import click

from umi_local.commands import completing
from umi_local.commands.options import output_option


@click.group(short_help="List and show what was asked and done.")
def session() -> None:
    """List and show sessions. A session is named by its id, a unique beginning of it, or `last`."""


@session.command("list", short_help="List sessions, the newest first.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="At most so many."
)
@output_option("text", "json")
def list_sessions(limit: int, output: str) -> None:
    """List sessions, the newest first: id, time, outcome, first question."""
    from umi_local.jsonable import to_jsonable
    from umi_local.screen.displays import write_json
    from umi_local.screen.tables import show_rows
    from umi_local.sessions.store import SessionStore

    with SessionStore() as store:
        infos = store.list(limit)
    if output == "json":
        write_json([{**to_jsonable(info), "created": info.created.isoformat()} for info in infos])
        return
    rows = [
        (i.id, f"{i.created.astimezone():%Y-%m-%d %H:%M}", i.outcome.value if i.outcome else "-", i.title)
        for i in infos
    ]
    show_rows(("ID", "TIME", "OUTCOME", "QUESTION"), rows)


@session.command(short_help="Show a session, step by step.")
@click.argument("name", metavar="ID", shell_complete=completing.session_ids)
@output_option("text", "json")
def show(name: str, output: str) -> None:
    """Show a session as its runs were shown. With --output json: the object of `umi run --output json`, and `created`."""
    from umi_local.commands.session_facts import session_object, show_session
    from umi_local.screen.displays import write_json
    from umi_local.sessions.store import SessionStore

    with SessionStore() as store:
        info = store.get(name)
        events = list(store.events(info.id))
    if output == "json":
        write_json(session_object(info, events))
    else:
        show_session(info, events)
