"""`umi convert slim`: a bundle of few megabytes, whose weights are made at first use."""

from __future__ import annotations

from pathlib import Path

import click

from umi_convert.commands.options import OUT, force_option, several
from umi_local.commands import completing
from umi_local.commands.options import output_option


@click.command(short_help="Make a bundle small: leave out the base that a package or a hub has.")
@click.argument("bundle", metavar="NAME|DIR", shell_complete=completing.bundle_names)
@click.argument("base", metavar="BASE")
@several(
    click.option("--backbone", required=True, metavar="DIR", help="The PEFT adapter that was merged into BASE."),
    click.option("-o", "--out", type=OUT, required=True, metavar="DIR", help="Where the small bundle goes."),
    force_option,
)
@output_option("text", "json")
def slim(bundle: str, base: str, backbone: str, out: Path, force: bool, output: str) -> None:
    """Make a small bundle of one that `umi convert bundle` made with run-time adapters.

    BASE is the GGUF that it was made from, as package:DISTRIBUTION/PATH or hub:OWNER/NAME@REVISION/FILE.gguf. The small bundle
    has the backbone's adapter in its place, and the weights are put together where it is used first. That they are the same,
    bit for bit, is tried here.
    """
    from umi_convert.commands.showing import finding, show_written, stage_bar
    from umi_convert.slim import SlimRequest, write_slim
    from umi_local.bundles.catalog import find_bundle

    with finding(out) as find:
        request = SlimRequest(
            loaded=find_bundle(bundle), base=find(base), name=base, backbone=find(backbone), out=out, force=force
        )
        with stage_bar() as show:
            n_bytes = write_slim(request, show)
    show_written(out, "a bundle that is put together at its first use", n_bytes, output)
