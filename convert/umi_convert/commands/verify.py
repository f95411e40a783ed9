"""`umi convert verify`: judge a bundle, or a GGUF, against what it was made from."""

from __future__ import annotations

from pathlib import Path

import click

from umi_convert.commands.options import several, threads_option, trajectories_option
from umi_local.commands import completing
from umi_local.commands.options import output_option


@click.command(short_help="Judge a bundle against what it was made from.")
@click.argument("bundle", metavar="NAME|DIR|FILE.gguf", shell_complete=completing.bundle_names)
@several(
    click.option(
        "--against",
        required=True,
        metavar="NAME|DIR|FILE.gguf",
        help="The reference: a bundle or GGUF of the same roles, or a checkpoint's folder for one model without adapters.",
    ),
    click.option("--strictness", type=click.Choice(("loose", "normal", "strict")), default="normal", show_default=True),
    trajectories_option,
    click.option("--n-trajectories", metavar="N", type=click.IntRange(min=1), help="Use at most so many."),
    threads_option,
)
@output_option("text", "json")
def verify(
    bundle: str,
    against: str,
    strictness: str,
    trajectories: Path | None,
    n_trajectories: int | None,
    n_threads: int | None,
    output: str,
) -> None:
    """Run a bundle beside its reference on trajectories, and say how well they agree. Exits with 1 if not well enough."""
    from umi_convert.commands.showing import show_verdicts, stage_bar
    from umi_convert.errors import VerdictError
    from umi_convert.request import Judging
    from umi_convert.verifying import verify_against
    from umi_local.screen.displays import write_json

    judging = Judging(
        strictness=strictness, trajectories=trajectories, n_trajectories=n_trajectories, n_threads=n_threads
    )
    with stage_bar() as progress:
        verdict = verify_against(bundle, against, judging, progress)
    if output == "json":
        write_json(verdict.to_json())
    else:
        show_verdicts([verdict])
    if not verdict.passed:
        raise VerdictError(verdict.problems)
