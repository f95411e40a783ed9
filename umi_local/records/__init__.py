"""Records: trajectories with where they come from, as JSONL; read, written, checked, counted."""

from umi_local.records.reading import read_records
from umi_local.records.record import SPLITS, Record, Split, parse_record, render_record
from umi_local.records.validating import Problem, validate
from umi_local.records.writing import write_records

__all__ = [
    "SPLITS",
    "Problem",
    "Record",
    "Split",
    "parse_record",
    "read_records",
    "render_record",
    "validate",
    "write_records",
]
