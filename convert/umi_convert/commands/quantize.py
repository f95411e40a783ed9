"""`umi convert quantize`: a GGUF in fewer bits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from umi_convert.commands.options import (
    FILE,
    OUT,
    dry_run_option,
    force_option,
    importance_option,
    overrides_option,
    several,
    threads_option,
)
from umi_local.commands.options import output_option


@click.command(short_help="Store a GGUF's weights in fewer bits.")
@click.argument("source", metavar="FILE.gguf", type=FILE)
@click.argument("ftype", metavar="TYPE")
@several(
    click.option("-o", "--out", "target", type=OUT, metavar="FILE.gguf", help="[default: FILE-TYPE.gguf]"),
    importance_option,
    overrides_option,
    click.option("--output-type", metavar="TYPE", help="Tensor type of the output matrix."),
    click.option("--embedding-type", metavar="TYPE", help="Tensor type of the token embedding."),
    click.option("--pure", is_flag=True, help="All matrices in the same type, without a mixture."),
    click.option("--allow-requantize", is_flag=True, help="Take a source that is quantized already, and lose twice."),
    threads_option,
    dry_run_option,
    force_option,
)
@output_option("text", "json")
def quantize(dry_run: bool, output: str, **choices: Any) -> None:
    """Write FILE.gguf in another file type, such as Q4_K_M, IQ4_NL or Q8_0."""
    from umi_convert.commands.showing import stage_bar
    from umi_convert.quantize import QuantizeRequest, plan
    from umi_convert.quantize import quantize as run
    from umi_local.screen.displays import write_json
    from umi_local.sizes import size_text

    request = QuantizeRequest(**choices)
    notes = []
    counts: Mapping[str, int]
    if dry_run:
        planned = plan(request)
        if planned.missing_importance:
            notes.append(f"needs --importance: {planned.missing_importance[0]} can't be written without")
        if planned.requantized:
            notes.append(f"needs --allow-requantize: {len(planned.requantized)} tensors are quantized already")
        path, name, n_bytes = request.path, planned.file_type.name, planned.n_bytes
        counts, fallbacks = planned.type_counts, planned.fallbacks
    else:
        with stage_bar() as show:
            done = run(request, lambda n, total, _: show(f"quantizing to {request.ftype}", n, total))
        path, name, n_bytes = done.path, done.ftype, done.n_bytes
        counts, fallbacks = done.type_counts, done.fallbacks
    if output == "json":
        listed = [{"tensor": f.name, "wanted": f.wanted, "got": f.got} for f in fallbacks]
        facts = {"path": str(path), "type": name, "bytes": n_bytes, "tensors": dict(counts), "fallbacks": listed}
        write_json({**facts, "written": not dry_run, "notes": notes})
        return
    click.echo(f"{path}: {name}, {size_text(n_bytes)}{' would be written' if dry_run else ''}")
    click.echo("tensors: " + ", ".join(f"{n} {kind}" for kind, n in sorted(counts.items())))
    if fallbacks:
        click.echo(f"{len(fallbacks)} tensors got another type than asked for, since their rows aren't whole blocks")
    for note in notes:
        click.echo(f"note: {note}")
