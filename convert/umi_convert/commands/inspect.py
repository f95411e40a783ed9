"""`umi convert inspect`: what a file or folder is."""

from __future__ import annotations

from pathlib import Path

import click

from umi_local.commands.options import output_option


@click.command(short_help="Say what a file or folder is.")
@click.argument("path", type=click.Path(exists=True, path_type=Path), metavar="FILE|DIR")
@click.option("--tensors", is_flag=True, help="List all tensors: name, type, shape.")
@output_option("text", "json")
def inspect(path: Path, tensors: bool, output: str) -> None:
    """Say what FILE or DIR is: a GGUF of any kind, safetensors, PyTorch weights, a checkpoint, an adapter."""
    from umi_convert.inspect import inspect_path
    from umi_local.screen.displays import write_json
    from umi_local.screen.tables import show_facts, show_rows

    found = inspect_path(path)
    if output == "json":
        listed = [{"name": name, "type": kind, "shape": list(shape)} for name, kind, shape in found.tensors]
        write_json({"path": str(path), "kind": found.kind, "facts": dict(found.facts), "tensors": listed})
        return
    show_facts([("kind", found.kind), *((name, _text(value)) for name, value in found.facts.items())])
    if tensors:
        rows = [(name, kind, "×".join(map(str, shape))) for name, kind, shape in found.tensors]
        show_rows(("TENSOR", "TYPE", "SHAPE"), rows)


def _text(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {reason}" for name, reason in value.items())
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
