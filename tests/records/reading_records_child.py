"""Reads a large file in a fresh process, and prints what that took.

Argument: the file. Records are counted and validated; of a `.json` list the objects are read. Printed: records or objects,
problems, and by how many bytes the largest resident size grew.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import jsonschema  # noqa: F401  # loaded first, so that its own size isn't counted

from umi_local.records import read_records, validate
from umi_local.records.statistics import statistics
from umi_train.importers.json_items import read_items


def main(path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if path.suffix == ".json":
        n_read, n_problems = sum(1 for _ in read_items(path)), 0
    else:
        n_read, n_problems = statistics(read_records(path)).n_records, sum(1 for _ in validate(path))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.write(f"{n_read} {n_problems} {(after - before) * 1024}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
