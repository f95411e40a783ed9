"""`umi train data`: import, check, count and mix records, and write what the paper's code reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from umi_local.commands.options import output_option

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
PLACE = click.Path(exists=True, path_type=Path)
OUT = click.Path(path_type=Path)
SPLITS = click.Choice(["train", "dev", "test"])
IMPORT_KINDS = ("pack", "toolbench", "toolalpaca", "conversations", "openai", "sessions")
PAPER_KINDS = ("planner", "caller", "summarizer", "backbone")
WORLD_KINDS = ("plain", "recover", "no_tool", "impossible", "missing_info")

out_option = click.option(
    "-o", "--out", type=OUT, required=True, metavar="FILE.jsonl[.gz]", help="Where the records go; gzipped by the name."
)
tokenizer_option = click.option(
    "--tokenizer",
    metavar="BASE",
    help="Count tokens as this base has them: hub id, folder, GGUF, or package:DIST/path.",
)
profile_option = click.option(
    "--profile",
    type=click.Choice(["shared", "single", "prompted", "alpha-umi"]),
    default="shared",
    show_default=True,
    help="How prompts are written, for counting tokens.",
)
markers_option = click.option(
    "--markers", default="chatml", show_default=True, metavar="FAMILY", help="Turn markers, for counting tokens."
)
exclude_option = click.option(
    "--exclude",
    multiple=True,
    type=FILE,
    metavar="FILE.json",
    help="toolbench: a list of test queries to leave out. Repeatable.",
)


@click.group(short_help="Import, check, count and mix records.")
def data() -> None:
    """Make training data. A file of records is JSONL, gzipped or not: a trajectory a line, with where it comes from."""


@data.command(short_help="Say everything that is wrong with a file of records.")
@click.argument("file", metavar="FILE", type=FILE)
@click.option(
    "--limit", type=click.IntRange(min=1), default=100, show_default=True, metavar="N", help="Show at most so many."
)
@output_option("text", "json")
@click.pass_context
def validate(ctx: click.Context, file: Path, limit: int, output: str) -> None:
    """Check FILE: gzip, JSON, ids, tools, the order of turns, calls against their tools. Exit code 1 if anything is wrong."""
    from umi_local.records import validate as check
    from umi_train.commands.data_showing import reading, show_problems

    with reading() as on_bytes:
        n_problems = show_problems(check(file, on_bytes=on_bytes(file)), limit=limit, output=output)
    ctx.exit(1 if n_problems else 0)


@data.command(short_help="Count what files of records hold.")
@click.argument("files", metavar="FILE...", type=FILE, nargs=-1, required=True)
@tokenizer_option
@profile_option
@markers_option
@output_option("text", "json")
def stats(files: tuple[Path, ...], tokenizer: str | None, profile: str, markers: str, output: str) -> None:
    """Count records, turns, decisions, calls and tools of all FILEs together; tokens too, with --tokenizer."""
    from umi_local.records.statistics import statistics
    from umi_train.commands.data_showing import measure, read_files, reading, show_statistics

    count = measure(tokenizer, profile, markers)
    with reading() as on_bytes:
        found = statistics(read_files(files, on_bytes), measure=count)
    show_statistics(found, output)


@data.command(short_help="Show some records as conversations, to be read.")
@click.argument("files", metavar="FILE...", type=FILE, nargs=-1, required=True)
@click.option("--n", type=click.IntRange(min=1), default=10, show_default=True, metavar="N", help="How many.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed draws others.")
def show(files: tuple[Path, ...], n: int, seed: int) -> None:
    """Draw N records of all FILEs at random and write them as conversations: read before you train."""
    from umi_train.commands.data_showing import read_files, reading
    from umi_train.commands.record_showing import drawn, show_records

    with reading() as on_bytes:
        found = drawn(read_files(files, on_bytes), n, seed)
    show_records(found)


@data.command("import", short_help="Make records of another format.")
@click.argument("kind", type=click.Choice(IMPORT_KINDS))
@click.argument("path", type=PLACE, required=False)
@out_option
@click.option("--license", metavar="SPDX", help="Of the records.  [default: the format's own, or unknown]")
@click.option("--source", metavar="NAME", help="conversations, openai: what the records are said to come from.")
@click.option("--split", type=SPLITS, help="Of the records.  [default: train, or what the source says]")
@exclude_option
@click.option("--keep-search-prompts", is_flag=True, help="toolbench, conversations: keep the search's own user turns.")
@click.option("--keep-system", is_flag=True, help="openai: put system messages before the user's words, in brackets.")
@click.option("--session", "only", multiple=True, metavar="ID", help="sessions: only this one. Repeatable.")
@output_option("text", "json")
def import_records(kind: str, path: Path | None, out: Path, output: str, **options: Any) -> None:
    """Make records of what is at PATH, and say what was left out and why.

    KIND is pack, toolbench (answer files), toolalpaca, conversations (the paper's five roles), openai (messages with tool
    calls), or sessions (your own by default).
    """
    from umi_local.records import write_records
    from umi_train.commands.data_showing import checked_options, reading, show_imported
    from umi_train.importers.kinds import KINDS
    from umi_train.importers.report import ImportReport

    given = checked_options(kind, path, KINDS[kind].options, options)
    report = ImportReport()
    with reading(KINDS[kind].unit) as on_bytes:
        records = KINDS[kind].run(path, report, on_bytes=on_bytes(path or Path(kind)), **given)
        write_records(out, records)
    show_imported(out, report, output)


@data.command("paper-samples", short_help="Write the samples that the paper's own code trains on.")
@click.argument("path", metavar="IN", type=PLACE)
@click.option("-o", "--out", type=OUT, required=True, metavar="DIR", help="Gets planner.json, caller.json, ...")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(PAPER_KINDS), help="Only this file. Repeatable.")
@click.option("--with-defects", is_flag=True, help="backbone: with the stale prompts of the authors' code.")
@exclude_option
@output_option("text", "json")
def paper_samples(
    path: Path, out: Path, kinds: tuple[str, ...], with_defects: bool, exclude: tuple[Path, ...], output: str
) -> None:
    """Write one JSON list of prompts and targets for each role, byte for byte as the paper's.

    IN holds conversations of five roles, records, or ToolBench's answer files.
    """
    from umi_train.commands.data_showing import reading, show_written
    from umi_train.importers.report import ImportReport
    from umi_train.paper_files import conversations_in, write_paper_samples
    from umi_train.paper_samples import Kind

    report = ImportReport()
    with reading() as on_bytes:
        read = conversations_in(path, exclude=exclude, report=report, on_bytes=on_bytes(path))
        wanted = [Kind(kind) for kind in kinds or PAPER_KINDS]
        counts = write_paper_samples(read, out, kinds=wanted, with_defects=with_defects)
    show_written({str(out / f"{kind.value}.json"): n for kind, n in counts.items()}, "samples", output)


@data.command(short_help="Mix files of records by weights.")
@click.argument("sources", metavar="[FILE[=WEIGHT]]...", nargs=-1)
@click.option("-c", "--config", type=FILE, metavar="FILE.toml", help="Says what to mix, instead of FILEs and options.")
@out_option
@click.option("--split", type=SPLITS, help="Only records of this split.  [default: train]")
@click.option("--seed", type=int, help="Equal seeds give equal mixes.  [default: 0]")
@click.option("--n", "n_records", type=click.IntRange(min=1), metavar="N", help="So many records.  [default: all]")
@click.option("--held-out", multiple=True, type=FILE, help="Leave out what is in this file. Repeatable.")
@click.option("--max-tokens", type=click.IntRange(min=1), metavar="N", help="Leave out longer records.")
@click.option("--tokenizer", metavar="BASE", help="For --max-tokens: hub id, folder, GGUF, or package:DIST/path.")
@click.option(
    "--distractors", type=click.IntRange(min=0), metavar="N", help="Add up to N tools of other records to each."
)
@output_option("text", "json")
def mix(sources: tuple[str, ...], config: Path | None, out: Path, output: str, **options: Any) -> None:
    """Mix records into one file: drawn by weight, without duplicates, without what is in dev or test.

    What was left out is counted by reason. With -c a TOML file says everything; see `umi_train.mix_config`.
    """
    from umi_local.records import write_records
    from umi_train.commands.data_showing import measure, mix_config, reading, show_mixed
    from umi_train.mixing import MixReport
    from umi_train.mixing import mix as mixed

    spec = mix_config(sources, config, options)
    report = MixReport()
    count = measure(spec.tokenizer, spec.profile, spec.markers)
    with reading() as on_bytes:
        write_records(out, mixed(spec, report, measure=count, on_bytes=on_bytes))
    show_mixed(out, report, output)


@data.command(short_help="Make records of worlds, as many as wanted.")
@click.option(
    "--split", type=SPLITS, default="train", show_default=True, help="Whose intents, wordings and names to draw."
)
@click.option("--n", type=click.IntRange(min=1), required=True, metavar="N", help="How many records.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed gives other records.")
@click.option("--family", "families", multiple=True, metavar="NAME", help="Only this family. Repeatable.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(WORLD_KINDS), help="Only this kind. Repeatable.")
@click.option(
    "--voice",
    type=click.Choice(["varied", "one"]),
    default="varied",
    show_default=True,
    help="Whether rationales and answers are worded in many ways, or always alike.",
)
@click.option("--conversations", is_flag=True, help="Up to three tasks in a record, which share the tools on offer.")
@click.option("--start", type=click.IntRange(min=0), default=0, metavar="N", help="Number of the first record.")
@click.option("--processes", type=click.IntRange(min=1), default=1, show_default=True, help="Work in parallel.")
@out_option
@output_option("text", "json")
def worlds(
    split: Any,
    n: int,
    seed: int,
    families: tuple[str, ...],
    kinds: tuple[str, ...],
    out: Path,
    output: str,
    **how: Any,
) -> None:
    """Make records by playing tasks of executable tool worlds; every observation comes from really running a tool."""
    from umi_local.records import write_records
    from umi_train.commands.data_showing import counted, show_written
    from umi_train.world_records import world_records

    made = world_records(split, n, seed, families=families or None, kinds=kinds or None, **how)
    with counted("worlds", n) as watch:
        n_records = write_records(out, watch(made))
    show_written({str(out): n_records}, "records", output)
