"""What an importer left out or changed, and why, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from umi_local.messages import JsonValue
from umi_local.records import Record
from umi_local.records.findings import Schemas, findings

N_EXAMPLES = 3


@dataclass(slots=True)
class ImportReport:
    """Counts of what happened while records were imported. Give one to an importer and read it when the importer is done.

    Attributes:
        n_records: Records that came out.
        dropped: Items that gave no record, by reason.
        changed: Parts of records that were left out, made or changed, by what was done.
        examples: The first few ids for each reason.
    """

    n_records: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    _schemas: Schemas = field(default_factory=Schemas)

    def drop(self, reason: str, where: str) -> None:
        """Count an item that gives no record."""
        self.dropped[reason] += 1
        self._remember(reason, where)

    def change(self, what: str, where: str, n: int = 1) -> None:
        """Count something that was left out, made or changed within a record."""
        if n:
            self.changed[what] += n
            self._remember(what, where)

    def admit(self, record: Record) -> Iterator[Record]:
        """Yield the record if nothing is wrong with it; else count it as dropped, by the first thing that is."""
        found = next(findings(record, self._schemas), None)
        if found is not None:
            self.drop(found.kind, f"{record.id}: {found.field} {found.message}")
            return
        self.n_records += 1
        yield record

    def rows(self) -> list[tuple[str, str, str]]:
        """Return what, how often, and an example, for a table."""
        listed = [("dropped", self.dropped), ("changed", self.changed)]
        return [
            (f"{kind}: {what}", f"{n:,}", self.examples[what][0])
            for kind, counts in listed
            for what, n in counts.most_common()
        ]

    def to_json(self) -> dict[str, JsonValue]:
        """Return the counts as JSON."""
        return {
            "records": self.n_records,
            "dropped": dict(self.dropped.most_common()),
            "changed": dict(self.changed.most_common()),
            "examples": {what: list(found) for what, found in self.examples.items()},
        }

    def _remember(self, reason: str, where: str) -> None:
        found = self.examples.setdefault(reason, [])
        if len(found) < N_EXAMPLES:
            found.append(where)
