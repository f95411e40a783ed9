"""`umi doctor`: is everything here that a run needs, and will the model fit?"""

from __future__ import annotations

import click

from umi_local.commands import completing
from umi_local.commands.options import output_option


@click.command(short_help="Check this installation, this machine and a model.")
@click.argument("name", metavar="[BUNDLE|FILE.gguf]", required=False, shell_complete=completing.bundle_names)
@output_option("text", "json")
@click.pass_context
def doctor(ctx: click.Context, name: str | None, output: str) -> None:
    """Check this installation, this machine and a bundle or model; by default the one that runs use.

    No model is run. Exits with 1 if something is wrong.
    """
    from umi_local.commands.examination import examine, report_object, show_report
    from umi_local.screen.displays import write_json
    from umi_local.screen.progress import bytes_bar

    with bytes_bar() as on_progress:
        findings = examine(name, on_progress)
    report = report_object(findings)
    if output == "json":
        write_json(report)
    else:
        show_report(findings)
    ctx.exit(0 if report["ok"] else 1)
