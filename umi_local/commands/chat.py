"""`umi chat`: question after question, each answered with what was said before in mind."""

from __future__ import annotations

import click

from umi_local.commands.options import RunChoices, run_options


@click.command(
    short_help="Talk with the agent, question after question.",
    epilog="""
A line that begins with / is a command; /help lists them. Ctrl-C stops the answer that is being made, Ctrl-D leaves. All
questions go into one session.
""",
)
@run_options
@click.pass_context
def chat(ctx: click.Context, choices: RunChoices) -> None:
    """Talk with the agent: it remembers the conversation."""
    from umi_local.commands.conversation import converse
    from umi_local.commands.setup import Services

    converse(choices, ctx.find_object(Services) or Services())
