"""`umi convert model`: a checkpoint as a GGUF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from umi_convert.commands.options import (
    OUT,
    dry_run_option,
    force_option,
    importance_option,
    llama_cpp_option,
    overrides_option,
    pre_tokenizer_option,
    several,
    threads_option,
)
from umi_local.commands.options import output_option


@click.command(short_help="Write a checkpoint as a GGUF, with adapters merged.")
@click.argument("base", metavar="BASE")
@several(
    click.option("-o", "--out", type=OUT, required=True, metavar="FILE.gguf", help="Where it goes."),
    click.option(
        "--adapter",
        "adapters",
        multiple=True,
        metavar="DIR|OWNER/NAME",
        help="Merge this PEFT adapter. Repeatable, in this order.",
    ),
    click.option(
        "--type",
        "ftype",
        default="auto",
        show_default=True,
        metavar="TYPE",
        help="F32, F16, BF16, any quantized file type, or auto: as the weights are stored.",
    ),
    importance_option,
    overrides_option,
    pre_tokenizer_option,
    llama_cpp_option,
    threads_option,
    dry_run_option,
    force_option,
)
@output_option("text", "json")
def model(
    base: str, out: Path, adapters: tuple[str, ...], llama_cpp: Path | None, dry_run: bool, output: str, **choices: Any
) -> None:
    """Write BASE (a checkpoint's folder, a hub id or a GGUF) as one GGUF."""
    from umi_convert.commands.showing import finding, show_written, stage_bar
    from umi_convert.one_model import ModelRequest, plan_model, write_model

    with finding(out, llama_cpp, dry_run=dry_run) as find:
        request = ModelRequest(base=find(base), adapters=tuple(find(ref) for ref in adapters), out=out, **choices)
        plan = plan_model(request)
        if dry_run:
            show_written(out, plan.type, plan.n_bytes, output, work_bytes=plan.work_bytes)
            return
        with stage_bar() as progress:
            n_bytes = write_model(plan, progress)
    show_written(out, plan.type, n_bytes, output)
