"""`umi eval --peft`: adapters as they were trained, opened by whoever registered for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import click

from umi_local.commands.lazy import require_extra
from umi_local.errors import UmiError, UsageError
from umi_local.evaluate.trained import GROUP, PEFT, Device, Dtype, OpenTrained, TrainedRequest

TRAINED_OPTIONS = (
    click.option(
        "--peft",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Measure adapters under transformers instead: the `out` of a training, or an adapter's folder. Repeatable.",
    ),
    click.option("--base", metavar="MODEL", help="The base of --peft.  [default: what the adapters were trained on]"),
    click.option("--dtype", type=click.Choice(get_args(Dtype)), help="Of the base's weights.  [default: auto]"),
    click.option("--device", type=click.Choice(get_args(Device)), help="Of torch.  [default: auto]"),
    click.option("--four-bit", is_flag=True, default=None, help="Keep the base's weights in 4 bits (CUDA)."),
)

OF_PEFT = ("base", "dtype", "device", "four_bit")
"""Options that mean nothing without --peft, as parameters."""

_OF_BUNDLES = ("n_gpu_layers", "kv_type", "residency")


def trained_request(
    folders: tuple[Path, ...], given: Mapping[str, Any], run: Mapping[str, Any], n_parallel: int
) -> TrainedRequest:
    """Return what the command line asks for.

    Args:
        given: The options of `OF_PEFT` that were given.
        run: Fields of `RunConfig` that were given.
        n_parallel: How many will ask at once.

    Raises:
        UsageError: Some of them mean nothing for adapters under transformers.
    """
    odd = [f"--{name.replace('_', '-')}" for name in _OF_BUNDLES if name in run]
    if odd:
        raise UsageError(
            f"{' and '.join(odd)} can't be had with --peft", hint="It takes --dtype, --device and --four-bit."
        )
    return TrainedRequest(
        folders=folders, n_ctx=run.get("n_ctx"), n_threads=run.get("n_threads"), n_parallel=n_parallel, **given
    )


def find_opener() -> OpenTrained:
    """Return what opens adapters' folders.

    Raises:
        UmiError: The packages that it needs aren't installed, or it isn't.
    """
    from importlib.metadata import entry_points

    require_extra("umi eval --peft", "train", ("torch", "transformers", "peft"))
    entry = next(iter(entry_points(group=GROUP, name=PEFT)), None)
    if entry is None:
        raise UmiError(
            f"nothing is registered as {PEFT!r} in {GROUP!r}",
            hint="Install umi-local again: pip install --force-reinstall --no-deps umi-local",
        )
    try:
        opener: OpenTrained = entry.load()
    except ImportError as error:
        raise UmiError(
            f"`umi eval --peft` can't be loaded: {error}", hint="pip install --upgrade 'umi-local[train]'"
        ) from error
    return opener
