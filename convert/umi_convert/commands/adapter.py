"""`umi convert adapter`: a PEFT adapter as a LoRA GGUF."""

from __future__ import annotations

from pathlib import Path

import click

from umi_convert.commands.options import OUT, dry_run_option, force_option, llama_cpp_option, several
from umi_local.commands.options import output_option


@click.command(short_help="Write a PEFT adapter as a LoRA GGUF.")
@click.argument("adapter", metavar="ADAPTER")
@several(
    click.option("--base", required=True, metavar="DIR|OWNER/NAME|FILE.gguf", help="The model that it was trained on."),
    click.option("-o", "--out", type=OUT, required=True, metavar="FILE.gguf", help="Where it goes."),
    click.option(
        "--type",
        "dtype",
        type=click.Choice(("F16", "BF16", "F32"), case_sensitive=False),
        default="F16",
        show_default=True,
        help="How its matrices are stored.",
    ),
    llama_cpp_option,
    dry_run_option,
    force_option,
)
@output_option("text", "json")
def adapter(
    adapter: str,
    base: str,
    out: Path,
    dtype: str,
    llama_cpp: Path | None,
    dry_run: bool,
    force: bool,
    output: str,
) -> None:
    """Write ADAPTER (a PEFT folder or a hub id) as a LoRA GGUF for llama.cpp.

    Scalings that llama.cpp doesn't know (rsLoRA, alpha and rank patterns) are folded into the matrices.
    """
    from umi_convert.commands.showing import finding, show_written
    from umi_convert.one_adapter import AdapterRequest, write_adapter

    with finding(out) as find:
        request = AdapterRequest(
            adapter=find(adapter), base=find(base), out=out, dtype=dtype.upper(), llama_cpp=llama_cpp, force=force
        )
        n_bytes = write_adapter(request, dry_run=dry_run)
    show_written(out, dtype.upper(), n_bytes, output, work_bytes=n_bytes if dry_run else None)
