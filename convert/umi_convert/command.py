"""`umi convert`: find a sub-command. Nothing of the conversion is imported before one is called."""

from __future__ import annotations

from importlib import import_module

import click

from umi_local.commands.lazy import LazyGroup, require_extra

COMMANDS: dict[str, str] = {
    "bundle": "Make a bundle of a base and adapters, and judge it.",
    "model": "Write a checkpoint as a GGUF, with adapters merged.",
    "adapter": "Write a PEFT adapter as a LoRA GGUF.",
    "quantize": "Store a GGUF's weights in fewer bits.",
    "importance": "Measure which weights matter, for quantizing.",
    "slim": "Make a bundle small: leave out the base that a package or a hub has.",
    "verify": "Judge a bundle against what it was made from.",
    "inspect": "Say what a file or folder is.",
}
"""Name of a sub-command, which is a module of `commands/`, and its short help."""

REQUIRED = ("gguf", "sentencepiece", "tokenizers")
"""What the extra `convert` installs, by import name."""


def _load(name: str) -> click.Command:
    require_extra("umi convert", "convert", REQUIRED)
    command: click.Command = getattr(import_module(f"umi_convert.commands.{name}"), name)
    return command


@click.group(cls=LazyGroup, helps=COMMANDS, load=_load, short_help="Turn checkpoints and adapters into bundles.")
def convert() -> None:
    """Turn checkpoints and adapters into bundles: merge, write GGUF, quantize, and judge the result."""
