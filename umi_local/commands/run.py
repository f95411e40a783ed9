"""`umi run`: answer one question."""

from __future__ import annotations

import sys

import click

from umi_local.commands.options import RunChoices, output_option, run_options


@click.command(
    short_help="Answer one question with tools.",
    epilog="""
The answer goes to stdout, the steps go to stderr. With --output json, stdout gets exactly one JSON object, also when the
run fails; with --output jsonl, one event per line as it happens. Whether a call needs permission is asked at a terminal
only; elsewhere it is denied, and the planner is told.

Exit codes: 0 answered, 1 failed, 2 wrong usage, 3 gave up, 4 step or time limit, 130 cancelled.
""",
)
@click.argument("question")
@output_option("text", "json", "jsonl")
@click.option("-q", "--quiet", is_flag=True, help="Write only the answer.")
@run_options
@click.pass_context
def run(ctx: click.Context, question: str, output: str, quiet: bool, choices: RunChoices) -> None:
    """Answer QUESTION, or what is read from stdin if it is -."""
    from umi_local.commands.answering import Question, answer
    from umi_local.commands.setup import Services

    text = sys.stdin.read() if question == "-" else question
    if not text.strip():
        raise click.UsageError("the question is empty")
    services = ctx.find_object(Services) or Services()
    ctx.exit(answer(Question(text=text.strip(), output=output, quiet=quiet), choices, services))
