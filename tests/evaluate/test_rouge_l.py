"""R-L against values worked out by hand, in both forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from umi_local.evaluate.metrics.rouge import EmptyTextError, plain_f, summary_f

# hypothesis, reference, P and R of the different words by hand (summary), and the textbook's F by hand
BY_HAND = [
    ("the cat sat", "the cat sat", (3 / 3, 3 / 3), 1.0),
    # different words: the cat was under bed (5) | the cat was found under bed (6); common 5. Textbook: 6 of 6 and 7 words
    ("the cat was under the bed", "the cat was found under the bed", (5 / 5, 5 / 6), 12 / 13),
    ("b a", "a b", (1 / 2, 1 / 2), 1 / 2),
    # sentences are compared with each other in any order; the textbook has one text: longest common part "a b"
    ("a b. c d", "c d. a b", (4 / 4, 4 / 4), 4 / 8),
    # a word counts once, however often it is repeated; the textbook's a is 1 of 4 and 1 of 2
    ("a a a a", "a b", (1 / 1, 1 / 2), 2 / 6),
    # case and commas belong to words; the textbook ignores both
    ("Paris, today", "paris today", (1 / 2, 1 / 2), 1.0),
    # a decimal point ends a sentence: "It is 3" and "5 degrees" of "It is 3" and "6 degrees"
    ("It is 3.5 degrees", "It is 3.6 degrees", (4 / 5, 4 / 5), 4 / 5),
    ("none", "It is 18 degrees", (0.0, 0.0), 0.0),
    # of two that are equally long the package keeps b; the second sentence brings the a
    ("b a. a", "a b", (2 / 2, 2 / 2), 2 / 5),
]


@pytest.mark.parametrize(("hypothesis", "reference", "p_and_r", "textbook"), BY_HAND)
def test_both_forms_give_what_a_hand_computes(hypothesis, reference, p_and_r, textbook):
    p, r = p_and_r
    expected = 2 * p * r / (p + r) if p else 0.0
    assert summary_f(hypothesis, reference) == pytest.approx(expected, abs=1e-7)
    assert plain_f(hypothesis, reference) == pytest.approx(textbook)


@pytest.mark.parametrize("text", ["", ".", "..."])
def test_a_text_without_a_sentence_is_refused_and_says_which(text):
    with pytest.raises(EmptyTextError) as hypothesis:
        summary_f(text, "words")
    with pytest.raises(EmptyTextError) as reference:
        summary_f("words", text)
    assert (hypothesis.value.which, reference.value.which) == ("hypothesis", "reference")


def test_a_text_of_blanks_has_one_empty_word_as_in_the_package():
    assert summary_f(" ", "a") == 0.0
    assert summary_f(" ", "  ") == pytest.approx(1.0)


def test_the_textbooks_form_takes_empty_texts():
    assert (plain_f("", "..."), plain_f("", "a"), plain_f("a", "")) == (1.0, 0.0, 0.0)


def test_a_text_longer_than_pythons_recursion_limit_gets_a_value():
    words = " ".join(f"w{n}" for n in range(1500))
    assert summary_f(words, words) == pytest.approx(1.0, abs=1e-7)


TEXTS = st.text(alphabet="ab. \nA", min_size=1, max_size=30)


@given(TEXTS, TEXTS)
def test_values_lie_between_none_and_all_and_equal_texts_score_all(one, other):
    assert 0.0 <= plain_f(one, other) <= 1.0
    assert plain_f(one, one) == 1.0
    if one.strip(".") and other.strip("."):
        assert 0.0 <= summary_f(one, other) <= 1.0
        assert summary_f(one, one) == pytest.approx(1.0, abs=1e-7)
