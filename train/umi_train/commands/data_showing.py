"""What `umi train data` shows, and how its options become values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from umi_local.errors import UsageError
from umi_local.records import Problem, Record, read_records
from umi_local.records.lengths import Measure
from umi_local.records.lines import OnBytes
from umi_local.records.statistics import Statistics
from umi_local.screen.displays import write_json
from umi_local.screen.progress import stage_bar
from umi_local.screen.tables import show_facts, show_rows
from umi_train.importers.report import ImportReport
from umi_train.mix_config import MixConfig, MixSource, read_mix_config
from umi_train.mixing import MixReport

T = TypeVar("T")

BarOf = Callable[[Path], OnBytes]


@contextmanager
def reading(unit: str = "bytes") -> Iterator[BarOf]:
    """Give a function that returns the progress bar of a file.

    Args:
        unit: What is counted, in the plural.
    """
    with stage_bar() as show:
        yield lambda path: lambda done, total: show(path.name, done, total, unit)


@contextmanager
def counted(name: str, total: int) -> Iterator[Callable[[Iterable[T]], Iterator[T]]]:
    """Give a function that counts what goes by, on a bar."""
    with stage_bar() as show:

        def watch(items: Iterable[T]) -> Iterator[T]:
            for done, item in enumerate(items, 1):
                yield item
                show(name, done, total, "records")

        yield watch


def read_files(files: Sequence[Path], on_bytes: BarOf) -> Iterator[Record]:
    """Yield the records of files, one file after the other."""
    for file in files:
        yield from read_records(file, on_bytes=on_bytes(file))


def measure(tokenizer: str | None, profile: str, markers: str) -> Measure | None:
    """Return what counts tokens, where a tokenizer was named."""
    if tokenizer is None:
        return None
    from umi_local.commands.lazy import require_extra
    from umi_train.command import EXTRA, REQUIRED
    from umi_train.measuring import measure_for

    require_extra("--tokenizer", EXTRA, REQUIRED)
    return measure_for(tokenizer, profile=profile, markers=markers)


def checked_options(kind: str, path: Path | None, taken: Collection[str], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that were given, for an importer that takes them.

    Raises:
        UsageError: An option was given that doesn't belong to this kind, or the path is missing.
    """
    if path is None and kind != "sessions":
        raise UsageError(f"`import {kind}` needs the PATH of what to import")
    given = {name: value for name, value in options.items() if value not in (None, (), False)}
    for name in given:
        if name not in taken:
            option = {"only": "session"}.get(name, name.replace("_", "-"))
            raise UsageError(f"--{option} doesn't belong to `import {kind}`", hint="`umi train data import --help`")
    return given


def mix_config(sources: Sequence[str], config: Path | None, options: Mapping[str, Any]) -> MixConfig:
    """Return what to mix, from a TOML file or from the command line.

    Raises:
        UsageError: Both or neither were given, or a weight isn't a number.
        ConfigError: The file has mistakes.
    """
    given = {name: value for name, value in options.items() if value not in (None, ())}
    if config is not None:
        if sources or given:
            raise UsageError(
                "-c says everything; FILEs and other options don't go with it", hint="Change the TOML file."
            )
        return read_mix_config(config)
    if not sources:
        raise UsageError(
            "nothing to mix", hint="Name files, such as pack.jsonl.gz=2 worlds.jsonl.gz, or a TOML with -c."
        )
    distractors = given.pop("distractors", 0)
    listed = tuple(_source(text, distractors) for text in sources)
    try:
        return MixConfig(source=listed, **given)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _source(text: str, distractors: int) -> MixSource:
    name, equals, weight = text.rpartition("=")
    if not equals or Path(text).exists():
        name, weight = text, "1"
    try:
        return MixSource(path=Path(name), weight=float(weight), distractors=distractors)
    except ValueError as error:
        raise UsageError(f"{text!r} is not FILE=WEIGHT: {error}") from error


def show_problems(problems: Iterable[Problem], *, limit: int, output: str) -> int:
    """Write problems, at most `limit` of them, and counts by kind; return how many there are."""
    kinds: Counter[str] = Counter()
    shown: list[dict[str, Any]] = []
    for problem in problems:
        kinds[problem.kind] += 1
        if kinds.total() > limit:
            continue
        if output == "json":
            place = {"path": str(problem.path), "line": problem.line, "field": problem.field}
            shown.append({**place, "kind": problem.kind, "message": problem.message})
        else:
            click.echo(str(problem))
    if output == "json":
        write_json({"ok": not kinds, "problems": kinds.total(), "kinds": dict(kinds), "shown": shown})
    elif kinds:
        click.echo(f"{kinds.total():,} problem(s): " + ", ".join(f"{kind} {n:,}" for kind, n in kinds.most_common()))
    else:
        click.echo("nothing is wrong")
    return kinds.total()


def show_statistics(found: Statistics, output: str) -> None:
    """Write counts."""
    if output == "json":
        write_json(found.to_json())
    else:
        show_facts(found.rows())


def show_imported(out: Path, report: ImportReport, output: str) -> None:
    """Write what came out and what was left out."""
    if output == "json":
        write_json({"path": str(out), **report.to_json()})
        return
    click.echo(f"{out}: {report.n_records:,} records")
    show_rows(("WHAT", "COUNT", "FOR EXAMPLE"), report.rows())


def show_mixed(out: Path, report: MixReport, output: str) -> None:
    """Write what was drawn and left out of each source."""
    if output == "json":
        write_json({"path": str(out), **report.to_json()})
        return
    extra = f", {report.with_distractors:,} with more tools" if report.with_distractors else ""
    click.echo(f"{out}: {report.n_records:,} records{extra}")
    show_rows(("SOURCE", "READ", "DRAWN", "LEFT OUT"), report.rows())


def show_written(counts: Mapping[str, int], unit: str, output: str) -> None:
    """Write how many there are in each file."""
    if output == "json":
        write_json({"files": dict(counts)})
        return
    for path, n in counts.items():
        click.echo(f"{path}: {n:,} {unit}")
