"""ROUGE-L, twice: as the package `rouge` 1.0.1 computes it, which the paper's figures rest on, and as Lin defines it.

`summary_f` follows the package from its definition, peculiarities included: sentences end at every full stop, words are
split at blanks with case and punctuation kept, and every word counts once, however often it occurs ("exclusive", the
package's default). It is computed without recursion, so that long texts, at which the package runs into Python's recursion
limit, get a value. `plain_f` is the textbook's: the longest common subsequence of lowercase words, with repetitions.

Paper:
    Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries", section 3.1 (`plain_f`, beta 1) and 3.2 (`summary_f`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_SMOOTHING = 1e-8
"""What the package adds to the denominator of F, so that no overlap gives 0; a perfect match gives 1 less 5e-9."""

_WORD = re.compile(r"\w+")


class EmptyTextError(ValueError):
    """A text has no sentence: the package raises there. `which` is hypothesis or reference."""

    def __init__(self, which: str) -> None:
        self.which = which
        super().__init__(f"the {which} is empty")


def summary_f(hypothesis: str, reference: str) -> float:
    """Return rouge-l's F as `rouge` 1.0.1 gives it for two texts.

    For every sentence of the reference, the words of its longest common subsequences with all sentences of the hypothesis
    are united. P and R are the size of the union over all of them, by the number of different words of either text.

    Raises:
        EmptyTextError: A text holds nothing but full stops.
    """
    said, wanted = _sentences(hypothesis), _sentences(reference)
    if not said or not wanted:
        raise EmptyTextError("reference" if said else "hypothesis")
    common: set[str] = set()
    for words in wanted:
        for other in said:
            common.update(_common_subsequence(words, other))
    precision = len(common) / len({word for words in said for word in words})
    recall = len(common) / len({word for words in wanted for word in words})
    return 2.0 * (precision * recall / (precision + recall + _SMOOTHING))


def plain_f(hypothesis: str, reference: str) -> float:
    """Return ROUGE-L's F over lowercase words. Two texts without words are equal; one without is 0."""
    said, wanted = _WORD.findall(hypothesis.lower()), _WORD.findall(reference.lower())
    if not said or not wanted:
        return float(said == wanted)
    return 2 * _lengths(wanted, said)[-1][-1] / (len(said) + len(wanted))


def _sentences(text: str) -> list[list[str]]:
    """Return the words of every sentence. One of blanks only has the empty word, as in the package."""
    return [" ".join(part.split()).split(" ") for part in text.split(".") if part]


def _common_subsequence(x: Sequence[str], y: Sequence[str]) -> list[str]:
    """Return one longest common subsequence; where several are longest, the one that the package finds.

    It walks back from the ends and, where both ways are equally long, leaves out a word of `y`.
    """
    lengths = _lengths(x, y)
    found, i, j = [], len(x), len(y)
    while i and j:
        if x[i - 1] == y[j - 1]:
            i, j = i - 1, j - 1
            found.append(x[i])
        elif lengths[i - 1][j] > lengths[i][j - 1]:
            i -= 1
        else:
            j -= 1
    return found[::-1]


def _lengths(x: Sequence[str], y: Sequence[str]) -> list[list[int]]:
    """Return the lengths of the longest common subsequences of all prefixes. Shape (len(x) + 1, len(y) + 1)."""
    rows = [[0] * (len(y) + 1)]
    for word in x:
        above, row = rows[-1], [0]
        for j, other in enumerate(y):
            row.append(above[j] + 1 if word == other else max(above[j + 1], row[j]))
        rows.append(row)
    return rows
