"""What answers must say, and how it is found in other words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from umi_local.worlds.facts import NO, YES, Fact, facts_of, negates
from umi_local.worlds.speech import DATE_STYLES, Speech, date_text


def said(value, text):
    return all(fact.is_said(text) for fact in facts_of(value))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1250.5, "It costs $1,250.50."),
        (1250.5, "1250.5 euros"),
        (12, "There are twelve of them."),
        (0, "None is left."),
        (3, "3 rows"),
        (-4, "It was -4 degrees."),
        (76.055834, "about 76.06 miles"),
        (4417, "Order #4417 is on its way."),
        ("2026-05-03", "It arrives on 3 May 2026."),
        ("2026-05-03", "May 3rd it is"),
        ("2026-05-03", "on 03.05.2026"),
        ("2026-05-03", "the 3rd of May"),
        ("14:30", "at 2:30 pm"),
        ("14:30", "at 14:30 sharp"),
        ("09:00", "at 9 a.m."),
        ("Marta Kowalska", "it was marta kowalska's"),
        ("sales/march.csv", "You find it in sales/march.csv."),
        (["Ada", 3], "Ada has three."),
    ],
)
def test_a_value_is_found_in_other_words(value, text):
    assert said(value, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1250.5, "It costs 1,250."),
        (12, "There are 112 of them."),
        (3, "It arrives on 3 May 2026."),
        (2026, "It arrives on 2026-05-03."),
        (14, "at 14:30"),
        (4417, "Order 4418"),
        (17, "order 17.5"),
        ("2026-05-03", "on 5 May 2026"),
        ("2026-05-03", "on 3 May 2025"),
        ("14:30", "at 2:30 am"),
        ("Ada", "Adam did it"),
        (["Ada", 3], "Ada has four."),
    ],
)
def test_another_value_is_not_taken_for_it(value, text):
    assert not said(value, text)


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)), st.sampled_from(DATE_STYLES), st.integers(1, 300))
def test_a_date_is_found_in_every_style_and_no_other_date_is(day, style, days):
    text = f"It is due on {date_text(day.isoformat(), style)}, as agreed."
    assert said(day.isoformat(), text)
    assert not said((day + timedelta(days=days)).isoformat(), text)


@given(st.decimals(-10_000, 10_000, places=2))
def test_an_amount_is_found_as_money_and_not_when_it_is_off_by_a_cent(amount):
    value = float(amount)
    text = f"That makes {Speech()(value, 'money')} in all."
    assert said(value, text)
    assert not said(round(value + 0.02, 2), text)


@pytest.mark.parametrize("text", ["No.", "It isn't there.", "I can't find it", "there is none", "It was not delivered"])
def test_denials_are_noticed(text):
    assert NO.is_said(text)
    assert not YES.is_said(text)


@pytest.mark.parametrize("text", ["Yes, it is.", "It can be done.", "Nora has it.", "It is known."])
def test_other_words_are_no_denial(text):
    assert not negates(text)
    assert YES.is_said(text)


def test_a_fact_may_be_said_in_one_of_several_texts():
    fact = Fact("text", "cancelled", ("called off",))
    assert fact.is_said("The order was called off.")
    assert not fact.is_said("The order was sent.")
