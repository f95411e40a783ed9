"""`umi convert importance`: an importance matrix from trajectories."""

from __future__ import annotations

from pathlib import Path

import click

from umi_convert.commands.options import FILE, OUT, force_option, several, threads_option, trajectories_option
from umi_local.commands.options import output_option


@click.command(short_help="Measure which weights matter, for quantizing.")
@click.argument("model", metavar="FILE.gguf", type=FILE)
@several(
    click.option("-o", "--out", type=OUT, metavar="FILE", help="[default: FILE.imatrix.gguf]"),
    trajectories_option,
    click.option(
        "--role",
        "roles",
        multiple=True,
        type=click.Choice(("planner", "caller", "summarizer")),
        help="Only turns of this role. Repeatable.",
    ),
    click.option(
        "--profile",
        type=click.Choice(("shared", "single", "prompted", "alpha-umi")),
        default="prompted",
        show_default=True,
    ),
    click.option(
        "--markers",
        type=click.Choice(("chatml", "llama3", "gemma", "mistral", "plain", "template")),
        help="How turns are marked.  [default: the model's template, or by its vocabulary]",
    ),
    threads_option,
    force_option,
)
@output_option("text", "json")
def importance(
    model: Path,
    out: Path | None,
    trajectories: Path | None,
    roles: tuple[str, ...],
    profile: str,
    markers: str | None,
    n_threads: int | None,
    force: bool,
    output: str,
) -> None:
    """Let FILE.gguf read the roles' turns of trajectories, and write how much each input of its weights is used.

    The closer FILE.gguf is to the original, the better: take F16 or BF16. The result goes to --importance of
    `umi convert quantize` and `umi convert bundle`; the smallest types can't do without.
    """
    from umi_convert.calibration import load_trajectories
    from umi_convert.commands.showing import show_written, stage_bar
    from umi_convert.importance import collect
    from umi_convert.importance_file import write_importance
    from umi_convert.prompting import markers_for
    from umi_convert.staging import refuse_target
    from umi_local.messages import Role

    target = out or model.with_name(f"{model.stem}.imatrix.gguf")
    refuse_target(target, [model, trajectories], force=force)
    found = load_trajectories(trajectories)
    chosen = markers_for(model, profile, markers)  # type: ignore[arg-type]
    with stage_bar() as show:
        matrix = collect(
            model,
            found,
            profile=profile,  # type: ignore[arg-type]  # one of the choices
            markers=chosen,
            datasets=[trajectories.name if trajectories else "umi_convert calibration"],
            roles=[Role(role) for role in roles] or tuple(Role),
            n_threads=n_threads,
            on_tokens=lambda done, total: show("reading", done, total, "tokens"),
        )
    write_importance(target, matrix)
    show_written(target, f"importance of {len(matrix.statistics)} tensors", target.stat().st_size, output)
