from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from umi_local.screen.clean import clean, clean_line, visible

NASTY = st.text(st.one_of(st.characters(), st.sampled_from("\x1b\x9b[]0;m\x07\x08\r\n\u202e\u2066\ud800\U000e0041")))


def is_safe(character: str) -> bool:
    """By Unicode's own categories: no control, no surrogate, and of the formats only joiners and the like."""
    category = unicodedata.category(character)
    bidirectional = unicodedata.bidirectional(character)
    if bidirectional in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"):
        return False
    return character in "\n\t" or category not in ("Cc", "Cs", "Zl", "Zp")


@given(NASTY)
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    assert all(map(is_safe, clean(text)))
    assert all(map(is_safe, visible(text)))
    assert "\n" not in visible(text)


@given(NASTY)
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    once.encode("utf-8")


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs"))))
def test_ordinary_text_is_not_touched(text: str) -> None:
    assert clean(text) == text
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[38;2;1;2;3mred", "red"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]8;;http://example.com\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPq...\x1b\\text", "text"),
        ("\x9b2Jtext", "text"),
        ("\x1b(Btext\x1b=", "text"),
        ("10%\r50%\r\n100%", "10%\n50%\n100%"),
        ("pass\u202edrow", "passdrow"),
        ("a family: 👨\u200d👩\u200d👧", "a family: 👨\u200d👩\u200d👧"),
    ],
)
def test_whole_sequences_are_dropped(text: str, left: str) -> None:
    assert clean(text) == left


def test_hidden_characters_can_be_made_visible() -> None:
    assert visible("rm \x1b[8m-rf\u202e\n\U000e0041") == "rm \\u001b[8m-rf\\u202e\\n\\U000e0041"


def test_a_line_is_one_line() -> None:
    assert clean_line(" two\n\n lines\t\x1b[1m!") == "two lines !"
