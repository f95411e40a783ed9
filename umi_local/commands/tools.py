"""`umi tools`: what tools there are, and calling one by hand."""

from __future__ import annotations

import sys

import click

from umi_local.commands import completing
from umi_local.commands.options import ToolChoices, output_option, tool_options
from umi_local.messages import JsonObject


@click.group(short_help="List, show and call the tools on offer.")
def tools() -> None:
    """List, show and call tools, just as a run would offer and run them."""


@tools.command("list", short_help="List the tools on offer.")
@output_option("text", "json")
@tool_options
def list_tools(output: str, choices: ToolChoices) -> None:
    """List the tools on offer: name, effect, description."""
    from umi_local.commands.tool_calls import offered, tool_object
    from umi_local.screen.displays import write_json
    from umi_local.screen.tables import show_rows

    found = offered(choices)
    if output == "json":
        write_json([tool_object(tool) for tool in found])
    else:
        show_rows(("NAME", "EFFECT", "DESCRIPTION"), [(t.name, t.effect.value, t.spec.description) for t in found])


@tools.command(short_help="Show one tool: what models are told about it.")
@click.argument("name", shell_complete=completing.tool_names)
@output_option("text", "json")
@tool_options
def show(name: str, output: str, choices: ToolChoices) -> None:
    """Show one tool: effect, limits, and the schema of its arguments."""
    import json

    from umi_local.commands.tool_calls import offered, one_of, tool_object
    from umi_local.screen.clean import visible
    from umi_local.screen.displays import write_json
    from umi_local.screen.tables import show_facts

    tool = one_of(offered(choices), name)
    if output == "json":
        write_json(tool_object(tool))
        return
    show_facts(
        [
            ("name", tool.name),
            ("description", tool.spec.description),
            ("effect", tool.effect.value),
            ("time limit", f"{tool.timeout_s:g} s"),
            ("result limit", f"{tool.max_chars:,} characters"),
            ("from", tool.location or "this process"),
        ]
    )
    schema = json.dumps(tool.spec.parameters, indent=2, ensure_ascii=False)
    sys.stdout.write("arguments:\n" + "\n".join(f"  {visible(line)}" for line in schema.split("\n")) + "\n")


@tools.command(short_help="Call one tool by hand.")
@click.argument("name", shell_complete=completing.tool_names)
@click.argument("arguments", default="{}", metavar="[JSON]")
@output_option("text", "json")
@tool_options
@click.pass_context
def call(ctx: click.Context, name: str, arguments: str, output: str, choices: ToolChoices) -> None:
    """Call a tool with JSON arguments (- reads them from stdin), through the same checks and policy as in a run.

    Exits with 1 if the call fails or is denied.
    """
    from umi_local.commands.tool_calls import call_object, call_once, show_call

    done = call_once(name, _arguments_of(arguments), choices, may_ask=output == "text")
    if output == "json":
        from umi_local.screen.displays import write_json

        write_json(call_object(done))
    else:
        show_call(done)
    ctx.exit(1 if done.observation.is_error else 0)


@tools.command(short_help="Say what the policy would do with a call.")
@click.argument("name", shell_complete=completing.tool_names)
@click.argument("arguments", default="{}", metavar="[JSON]")
@output_option("text", "json")
@tool_options
@click.pass_context
def why(ctx: click.Context, name: str, arguments: str, output: str, choices: ToolChoices) -> None:
    """Say whether a call would be allowed, asked about or denied, and which rule says so. Nothing is run.

    Exits with 1 if the call would be denied, or couldn't be made at all.
    """
    from umi_local.commands.tool_calls import decision_object, decision_on, show_decision

    found = decision_on(name, _arguments_of(arguments), choices)
    if output == "json":
        from umi_local.screen.displays import write_json

        write_json(decision_object(found))
    else:
        show_decision(found)
    ctx.exit(0 if found.may_pass else 1)


def _arguments_of(text: str) -> JsonObject:
    import json

    text = sys.stdin.read() if text == "-" else text
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise click.UsageError(f"the arguments aren't JSON: {error}") from error
    if not isinstance(value, dict):
        raise click.UsageError('the arguments must be a JSON object such as {"path": "."}')
    return value
