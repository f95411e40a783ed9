"""Arguments compared: the paper's Arg. F1 with half points and Python's equality, and a strict one with JSON's.

Paper:
    The reference evaluator's arguments score (Arg. F1): each wanted key scores 1 with the same value, 0.5 with another one;
    P = score / predicted keys, R = score / wanted keys, F1 = 2PR / (P + R).
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from umi_local.messages import JsonObject, JsonValue


class BadReferenceError(ValueError):
    """The wanted arguments are no JSON object: the step is dropped."""


def read_object(text: str) -> dict[str, JsonValue] | None:
    """Return the JSON object that a text is, as a whole; None where it isn't one."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def paper_f1(reference: str, prediction: str) -> float:
    """Return Arg. F1 of two texts, for calls of the same tool.

    No wanted arguments: 1 where none were predicted, else 0. A prediction that is no JSON object, or shares no key: 0.

    Raises:
        BadReferenceError: The reference is no JSON object.
    """
    wanted, said = read_object(reference), read_object(prediction)
    if wanted is None:
        raise BadReferenceError("the wanted arguments are no JSON object")
    if not wanted or not said:
        return float(said == wanted)
    score = sum(1.0 if wanted[key] == said[key] else 0.5 for key in wanted.keys() & said.keys())
    return _f1(score, len(wanted), len(said))


def strict_f1(wanted: JsonObject, said: JsonObject) -> float:
    """Return the F1 of equal pairs of key and value; values compare as JSON does, and there are no half points."""
    if not wanted or not said:
        return float(not wanted and not said)
    score = sum(json_equal(wanted[key], said[key]) for key in wanted.keys() & said.keys())
    return _f1(score, len(wanted), len(said))


def json_equal(a: JsonValue, b: JsonValue) -> bool:
    """Whether two JSON values are the same: true is not 1, but 1 is 1.0; the order of keys doesn't count."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(json_equal(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(json_equal, a, b))
    return bool(a == b)


def _f1(score: float, n_wanted: int, n_said: int) -> float:
    precision, recall = score / n_said, score / n_wanted
    return 2 * precision * recall / (precision + recall) if score else 0.0
