"""`umi convert bundle`: from a base and adapters to a judged bundle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    trajectories_option,
)
from umi_local.commands import completing
from umi_local.commands.options import output_option

if TYPE_CHECKING:
    from umi_convert.request import BundleRequest

_SOURCE = "DIR|OWNER/NAME"

HELP = """\
Make a bundle of BASE (a checkpoint's folder, a hub id or a GGUF) and what was trained on it.

A role without an adapter or checkpoint of its own runs on the base. The result is judged against its source before it is
put in place; when it isn't good enough, nothing is.

\b
  umi convert bundle BASE --planner A --caller B --summarizer C --layout merged --quantize Q4_K_M -o DIR
  umi convert bundle --from-bundle OLD --caller NEW -o DIR
"""

_ROLE_OPTIONS = tuple(
    click.option(f"--{role}", metavar=_SOURCE, help=f"PEFT adapter or full checkpoint of the {role}.")
    for role in ("planner", "caller", "summarizer")
)


@click.command(short_help="Make a bundle of a base and adapters, and judge it.", help=HELP)
@click.argument("base", metavar="BASE", required=False)
@several(
    *_ROLE_OPTIONS,
    click.option("--backbone", metavar=_SOURCE, help="PEFT adapter that is merged into the base first, for all roles."),
    click.option(
        "--layout",
        type=click.Choice(("merged", "adapters", "shared", "prompted")),
        help="How roles share weights.  [default: by what is given]",
    ),
    click.option(
        "--quantize",
        "types",
        default="",
        metavar="TYPE[,TYPE...]|auto|keep",
        help="File types of the weights, each a bundle of its own; auto tries some and keeps the fastest that passes; keep "
        "leaves them as they are.  [default: Q4_K_M; that of what is replaced; keep for a quantized GGUF]",
    ),
    click.option("-o", "--out", required=True, type=OUT, metavar="DIR", help="Where the bundle goes."),
    click.option(
        "--from-bundle",
        type=click.Path(path_type=Path),
        metavar="NAME|DIR",
        shell_complete=completing.bundle_names,
        help="Replace roles of this bundle, and keep the rest bit for bit.",
    ),
    click.option(
        "--kept",
        type=click.Choice(("adapters", "merged", "both")),
        help="Layout shared: store a role as an adapter, as merged weights, or as both.  [default: adapters]",
    ),
    click.option(
        "--assume-span", is_flag=True, help="Layout shared: take adapters for span-trained that don't say so."
    ),
    click.option(
        "--profile", type=click.Choice(("shared", "single", "prompted", "alpha-umi")), help="How prompts are written."
    ),
    click.option(
        "--markers",
        type=click.Choice(("chatml", "llama3", "gemma", "mistral", "plain", "template")),
        help="How turns are marked.  [default: by the vocabulary]",
    ),
    click.option("--n-ctx", metavar="N", type=click.IntRange(min=256), help="Context that the bundle is meant for."),
    click.option("--name", help="The bundle's name.  [default: DIR's]"),
    click.option("--version", help="The bundle's version.  [default: 1, or the old bundle's]"),
    click.option("--license", metavar="SPDX", help="Licence of the weights.  [default: the base's]"),
    click.option("--description", metavar="TEXT", help="One sentence about it."),
    click.option(
        "--adapter-dtype",
        type=click.Choice(("F16", "BF16", "F32")),
        default="F16",
        show_default=True,
        help="How run-time adapters are stored.",
    ),
    importance_option,
    overrides_option,
    click.option(
        "--reference",
        type=click.Choice(("auto", "f32", "source", "none")),
        default="auto",
        show_default=True,
        help="Judge against the source in float32, as it is stored, or not at all.",
    ),
    click.option(
        "--strictness",
        type=click.Choice(("loose", "normal", "strict")),
        default="normal",
        show_default=True,
        help="How close to the source the result must be.",
    ),
    trajectories_option,
    click.option(
        "--n-trajectories", metavar="N", type=click.IntRange(min=1), help="Judge on at most so many trajectories."
    ),
    pre_tokenizer_option,
    llama_cpp_option,
    threads_option,
    dry_run_option,
    force_option,
)
@output_option("text", "json")
def bundle(base: str | None, output: str, dry_run: bool, **choices: Any) -> None:
    """Make a bundle and judge it."""
    from umi_convert.build import build_bundle
    from umi_convert.commands.showing import finding, show_built, show_plan, stage_bar
    from umi_convert.errors import VerdictError
    from umi_convert.plan import plan_bundle

    with finding(choices["out"], choices.pop("llama_cpp"), dry_run=dry_run) as find:
        plan = plan_bundle(_request(base, choices, find))
        if dry_run:
            show_plan(plan, output)
            return
        try:
            with stage_bar() as progress:
                built = build_bundle(plan, progress)
        except VerdictError as error:
            show_built(error.placed, error.verdicts, output)
            raise
    show_built(built.placed, list(built.verdicts.values()), output)


def _request(base: str | None, choices: dict[str, Any], find: Callable[[str], Path]) -> BundleRequest:
    """Return the choices as one value."""
    from umi_convert.request import BundleRequest, Judging, Quantization
    from umi_local.bundles.values import Layout
    from umi_local.messages import Role

    given = {role: choices.pop(role.value) for role in Role}
    backbone = choices.pop("backbone")
    words = (word.strip() for word in choices.pop("types").split(","))
    quantization = Quantization(
        types=tuple(dict.fromkeys(word for word in words if word)),
        importance=choices.pop("importance"),
        overrides=choices.pop("overrides"),
        adapter_dtype=choices.pop("adapter_dtype"),
    )
    judging = Judging(
        reference=choices.pop("reference"),
        trajectories=choices.pop("trajectories"),
        strictness=choices.pop("strictness"),
        n_trajectories=choices.pop("n_trajectories"),
        n_threads=choices["n_threads"],
    )
    layout = choices.pop("layout")
    return BundleRequest(
        base=find(base) if base is not None else None,
        backbone=find(backbone) if backbone is not None else None,
        roles={role: find(ref) for role, ref in given.items() if ref is not None},
        layout=Layout(layout) if layout else None,
        quantization=quantization,
        judging=judging,
        **choices,
    )
