"""What `umi eval compare` does once its arguments are read: files of results to one table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from umi_local.errors import UsageError
from umi_local.evaluate.comparing import Entry, compared
from umi_local.evaluate.live_values import LIVE, LiveResult
from umi_local.evaluate.metrics.points import Metric
from umi_local.evaluate.report import METRICS, live_items, static_items
from umi_local.evaluate.results_file import facts_of, read_results
from umi_local.evaluate.values import Decoding, Mode, StepResult
from umi_local.messages import JsonValue


def run_compare(paths: Sequence[Path], *, mode: Mode, decoding: str, seed: int, output: str) -> None:
    """Compare, and show what was found.

    Raises:
        UsageError: A file isn't one of results, or they can't be compared.
    """
    from umi_local.commands.eval_tables import show_comparison

    facts = [facts_of(path) for path in paths]
    kind = _the_same(paths, facts, "kind")
    if kind == "live":
        _the_same(paths, facts, "limits")
        metrics: Mapping[str, Metric] = LIVE
        entries = [_live_entry(path, fact) for path, fact in zip(paths, facts, strict=True)]
    else:
        _the_same(paths, facts, "route")
        metrics = METRICS[mode]
        entries = [
            e for path, fact in zip(paths, facts, strict=True) for e in _static_entries(path, fact, mode, decoding)
        ]
    if len(entries) < 2:
        raise UsageError("one system alone can't be compared", hint="Name at least two files of results.")
    found = compared(_named_apart(entries), list(metrics), seed=seed)
    show_comparison(str(kind), found, metrics, output=output)


def _the_same(paths: Sequence[Path], facts: Sequence[Mapping[str, JsonValue]], name: str) -> JsonValue:
    for path, fact in zip(paths, facts, strict=True):
        if fact.get(name) != facts[0].get(name):
            raise UsageError(
                f"{path} and {paths[0]} can't be compared: {name} is {fact.get(name)!r} in one, "
                f"{facts[0].get(name)!r} in the other"
            )
    return facts[0].get(name)


def _live_entry(path: Path, facts: Mapping[str, JsonValue]) -> Entry:
    results = list(read_results(path, LiveResult))
    items = live_items(results)
    return Entry(_name(path, facts), {result.key: item for result, item in zip(results, items, strict=True)})


def _static_entries(path: Path, facts: Mapping[str, JsonValue], mode: Mode, decoding: str) -> Iterator[Entry]:
    """Yield an entry for each decoding that the file holds and that was asked for."""
    results = list(read_results(path, StepResult))
    for wanted in Decoding if decoding == "both" else (Decoding(decoding),):
        chosen = [result for result in results if result.decoding is wanted]
        items = static_items(chosen, mode)
        places = [f"{result.trajectory}:{result.place}" for result in chosen]
        if chosen:
            yield Entry(f"{_name(path, facts)} {wanted.value}", dict(zip(places, items, strict=True)))


def _name(path: Path, facts: Mapping[str, JsonValue]) -> str:
    system = facts.get("system")
    name = system.get("name") if isinstance(system, Mapping) else None
    return str(name or path.stem)


def _named_apart(entries: Sequence[Entry]) -> list[Entry]:
    """Number the names that occur more than once."""
    counts, seen = Counter(entry.name for entry in entries), Counter[str]()
    named = []
    for entry in entries:
        seen[entry.name] += 1
        name = f"{entry.name} #{seen[entry.name]}" if counts[entry.name] > 1 else entry.name
        named.append(Entry(name, entry.items))
    return named
