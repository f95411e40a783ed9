"""Token ids: does the GGUF's tokenizer, run by llama.cpp, give what the source's gives?

Asked are the probe texts (`probe_texts.py`), every text from outside that the prompts hold, and the bundle's own probes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias

from umi_convert.verify.values import Check
from umi_local.bundles.values import Probe

Tokenize: TypeAlias = Callable[[str], Sequence[int]]

_SHOWN = 4
"""Tokens shown around a difference."""


class SourceTokenizer(Protocol):
    """The tokenizer of the checkpoint that was converted, as its own library runs it."""

    @property
    def chat_template(self) -> str | None:
        """The source's Jinja chat template."""

    @property
    def encode_plain(self) -> Callable[[str], list[int]]:
        """Returns the ids of a text whose control tokens stay text; no beginning or end is added."""


def check_token_ids(tokenize: Tokenize, expected: Mapping[str, Sequence[int]], probes: Iterable[Probe]) -> Check:
    """Compare a tokenizer with what texts should become.

    Args:
        tokenize: The candidate's.
        expected: Ids by text.
        probes: The bundle's own, of which each must hold too.
    """
    wanted = [*expected.items(), *((probe.text, probe.token_ids) for probe in probes)]
    n_different, shown = 0, None
    for text, ids in wanted:
        found = list(tokenize(text))
        if found != list(ids):
            n_different += 1
            shown = shown or first_difference(text, found, ids)
    return Check(n=len(wanted), n_different=n_different, difference=shown)


def first_difference(text: str, found: Sequence[int], expected: Sequence[int]) -> str:
    """Return a sentence on where two lists of token ids part."""
    at = n_equal(found, expected)
    start = max(at - 1, 0)
    here, there = list(found[start : at + _SHOWN]), list(expected[start : at + _SHOWN])
    more = "of token ids" if start == 0 else f"from token {start + 1} on"
    return f"{shortened(text)!r} becomes {here} instead of {there} ({more}; {len(found)} and {len(expected)} in all)"


def n_equal(a: Sequence[object], b: Sequence[object]) -> int:
    """Return how many first items are equal."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def shortened(text: str, limit: int = 60) -> str:
    """Return a text that fits a line."""
    return text if len(text) <= limit else f"{text[:limit]}…"
