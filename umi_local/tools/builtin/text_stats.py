"""Count characters, words, lines and sentences of a text or a text file.

A sentence ends with `.`, `!`, `?` or `…` before a space or the line's end, or with a blank line; abbreviations are not
known, so the number of sentences is an estimate. Words are runs of letters and digits, joined by an
apostrophe or a hyphen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from umi_local.messages import JsonValue, ToolSpec
from umi_local.tools.base import Tool
from umi_local.tools.builtin.limits import (
    FILE_PATH,
    count_property,
    object_schema,
    shortened,
    text_property,
    without_empty,
)
from umi_local.tools.builtin.roots import Roots
from umi_local.tools.builtin.textfile import MAX_LINE_CHARS, detect_encoding, iter_lines

TOP_WORDS = 10
MAX_TEXT_CHARS = 20_000
MAX_WORD_CHARS = 40
"""Characters shown of a word."""

_WORD = re.compile(r"[^\W_]+(?:['\u2019\-][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?…]+[\"'\u201d\u2019)\]»]*(?=\s|$)")


def text_stats(path: str = "", text: str = "", min_letters: int = 1) -> dict[str, JsonValue]:
    """Return the counts of a file's text, or of the text itself.

    Characters are counted without line ends. `min_letters` leaves shorter words out of the most frequent ones.

    Raises:
        ValueError: Neither or both of `path` and `text` are given.
        BinaryFileError: The file isn't text.
        PathRefusedError, FileNotFoundError, IsADirectoryError: See `Roots.open_file`.
    """
    if bool(path) == bool(text):
        raise ValueError("give either path or text")
    counts, note = _Counts(), ""
    if path:
        with Roots.current().open_file(path) as file:
            encoding = detect_encoding(file)
            note = encoding.note
            counts.read(iter_lines(file, encoding))
    else:
        counts.read((line, len(line)) for line in text.splitlines())
    return counts.described(min_letters) | without_empty({"note": note})


@dataclass(slots=True)
class _Counts:
    characters: int = 0
    lines: int = 0
    sentences: int = 0
    words: Counter[str] = field(default_factory=Counter)
    longest: tuple[int, int] = (0, 0)  # length, line number
    cut: int = 0
    open_sentence: bool = False

    def read(self, lines: Iterable[tuple[str, int]]) -> None:
        for line, length in lines:
            self.lines += 1
            self.characters += length
            self.cut += length > MAX_LINE_CHARS
            if length > self.longest[0]:
                self.longest = (length, self.lines)
            self.words.update(word.casefold() for word in _WORD.findall(line))
            self._count_sentences(line)
        self._end_sentence()

    def described(self, min_letters: int) -> dict[str, JsonValue]:
        frequent = Counter({word: n for word, n in self.words.items() if len(word) >= min_letters})
        # Ties in alphabetical order, so that equal texts give equal results.
        top = sorted(frequent.items(), key=lambda item: (-item[1], item[0]))[:TOP_WORDS]
        note = f"{self.cut:,} line(s) counted for words only up to character {MAX_LINE_CHARS:,}"
        described: dict[str, JsonValue] = {
            "characters": self.characters,
            "words": self.words.total(),
            "different_words": len(self.words),
            "lines": self.lines,
            "sentences": self.sentences,
            "longest_line": {"line": self.longest[1], "characters": self.longest[0]},
            "frequent_words": ", ".join(f"{shortened(word, MAX_WORD_CHARS)} ({n:,})" for word, n in top),
        }
        return described | ({"cut": note} if self.cut else {})

    def _count_sentences(self, line: str) -> None:
        if not line.strip():
            self._end_sentence()
            return
        begin = 0
        for end in _SENTENCE_END.finditer(line):
            self.open_sentence |= bool(_WORD.search(line, begin, end.start()))
            self._end_sentence()
            begin = end.end()
        self.open_sentence |= bool(_WORD.search(line, begin))

    def _end_sentence(self) -> None:
        self.sentences += self.open_sentence
        self.open_sentence = False


TEXT_STATS = Tool(
    spec=ToolSpec(
        name="text_stats",
        description="Count the characters, words, lines, sentences and frequent words of a file or a text.",
        parameters=object_schema(
            path={**FILE_PATH, "description": "file to count; or give text", "minLength": 0},
            text=text_property("text to count; or give path", max_length=MAX_TEXT_CHARS),
            min_letters=count_property("shortest frequent word; default 1", maximum=20),
        ),
    ),
    function=text_stats,
    location="umi_local.tools.builtin.text_stats:TEXT_STATS",
)

TOOLS: tuple[Tool, ...] = (TEXT_STATS,)
