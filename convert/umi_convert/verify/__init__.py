"""The verdict on a converted bundle: the real engine runs it beside its reference, and figures say how well they agree.

    reference bundle --measure_reference--> ReferenceMeasurements --compare(candidate)--> Verdict

A reference is measured once, for any number of candidates. Names are imported on use: the engine is heavy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from umi_convert.verify.comparison import compare, judge
    from umi_convert.verify.options import JudgeOptions, OnProgress
    from umi_convert.verify.probe_texts import PROBE_TEXTS
    from umi_convert.verify.probes import SourceTokenizer
    from umi_convert.verify.reference import ReferenceMeasurements, measure_reference, measured_reference
    from umi_convert.verify.table import COLUMNS, markdown, rows
    from umi_convert.verify.thresholds import STRICTNESS, Thresholds
    from umi_convert.verify.values import RoleVerdict, Verdict

_HOMES = {
    "compare": "comparison",
    "judge": "comparison",
    "JudgeOptions": "options",
    "OnProgress": "options",
    "PROBE_TEXTS": "probe_texts",
    "SourceTokenizer": "probes",
    "ReferenceMeasurements": "reference",
    "measure_reference": "reference",
    "measured_reference": "reference",
    "COLUMNS": "table",
    "markdown": "table",
    "rows": "table",
    "STRICTNESS": "thresholds",
    "Thresholds": "thresholds",
    "RoleVerdict": "values",
    "Verdict": "values",
}

__all__ = [
    "COLUMNS",
    "PROBE_TEXTS",
    "STRICTNESS",
    "JudgeOptions",
    "OnProgress",
    "ReferenceMeasurements",
    "RoleVerdict",
    "SourceTokenizer",
    "Thresholds",
    "Verdict",
    "compare",
    "judge",
    "markdown",
    "measure_reference",
    "measured_reference",
    "rows",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its module."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
