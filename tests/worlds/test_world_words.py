"""Chance, splits, the grammar of wordings, values in words, typos."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from umi_local.worlds.draw import Draw, Pool
from umi_local.worlds.errors import WorldError
from umi_local.worlds.frames import QUESTION, REQUEST, Frames
from umi_local.worlds.grammar import (
    Piece,
    TemplateError,
    capitalized,
    joined,
    parse,
    realize,
    slots_of,
    variants,
)
from umi_local.worlds.naming import Case
from umi_local.worlds.speech import Speech, added_up, date_text, number_text, plural
from umi_local.worlds.splits import Split, part, split_of
from umi_local.worlds.typos import with_typos


def text_of(template, seed=0, **values):
    return joined(realize(template, values, Draw(Split.TRAIN, seed), Speech()))


def test_a_stream_of_chance_is_the_same_everywhere_and_forever():
    draw = Draw(Split.TRAIN, "world", 7)
    assert [draw.below(1000) for _ in range(5)] == [23, 376, 562, 502, 666]
    assert draw.shuffled("abcdef") == ["f", "d", "a", "e", "b", "c"]


def test_streams_apart_dont_depend_on_how_far_the_other_has_run():
    one, other = Draw(Split.DEV, 3), Draw(Split.DEV, 3)
    other.below(5)
    assert one.apart("x").below(10**9) == other.apart("x").below(10**9)
    assert one.apart("x").below(10**9) != one.apart("y").below(10**9)


@given(st.integers(-50, 50), st.integers(0, 60), st.integers(1, 7), st.integers())
def test_whole_numbers_stay_within_their_bounds_and_steps(low, more, step, seed):
    found = Draw(Split.TRAIN, seed).whole(low, low + more, step)
    assert low <= found <= low + more
    assert (found - low) % step == 0


@given(st.lists(st.integers(), max_size=8), st.integers())
def test_shuffling_keeps_every_item(items, seed):
    assert sorted(Draw(Split.TEST, seed).shuffled(items)) == sorted(items)


def test_codes_follow_their_pattern_and_never_begin_with_zero():
    for seed in range(60):
        code = Draw(Split.TRAIN, seed).code("@@-###")
        assert code[:2].isalpha()
        assert code[2] == "-"
        assert code[3:].isdigit()
        assert code[3] != "0"


def test_a_name_is_in_one_split_however_it_is_spelled():
    for name in ("find order", "list free bikes", "cancel the purchase"):
        spelled = {split_of(case.spell(name)) for case in Case} | {split_of(name)}
        assert len(spelled) == 1


def test_splits_get_about_their_shares():
    words = [f"word {i}" for i in range(5000)]
    shares = {split: len(part(words, split)) / len(words) for split in Split}
    assert shares[Split.TRAIN] == pytest.approx(0.64, abs=0.03)
    assert shares[Split.DEV] == pytest.approx(0.16, abs=0.03)
    assert sum(shares.values()) == pytest.approx(1)


def test_a_pool_that_leaves_a_split_empty_is_refused():
    with pytest.raises(WorldError, match="has no word for"):
        Pool("one|two")


def test_too_many_words_of_a_pool_are_refused_not_cut():
    pool = Pool(f"thing {i}" for i in range(40))
    with pytest.raises(WorldError, match="not 30"):
        Draw(Split.DEV, 1).several_of(pool, 30)


def test_frames_are_parted_without_overlap_and_none_goes_empty():
    for frames in (*REQUEST.values(), *QUESTION.values()):
        assert isinstance(frames, Frames)
        parts = [set(frames.of(split)) for split in Split]
        assert all(parts)
        assert sum(map(len, parts)) == len(set(frames.templates)) == len(frames.templates)


def test_slots_choices_and_optional_parts():
    assert text_of("look up order {n}< of {who}>", n=17) == "look up order 17"
    assert text_of("look up order {n}< of {who}>", n=17, who="Ada") == "look up order 17 of Ada"
    assert {text_of("[a|b|]c", seed) for seed in range(40)} == {"ac", "bc", "c"}
    assert text_of("zero is {n}<, {n} it is>", n=0) == "zero is 0, 0 it is"


def test_spaces_of_left_out_parts_are_tidied():
    assert text_of("find [|it], now<  {x}>.", 1).startswith("find")
    assert "  " not in text_of("a [| ] b < {x}> c")
    assert text_of("well < {x}>.") == "well."


@pytest.mark.parametrize(
    ("template", "one", "more"),
    [
        ("There are {n:n seat} left.", "There is 1 seat left.", "There are 21 seats left."),
        ("{n:n day} have passed, and {n:n seat} were free.", "1 day has passed, and 1 seat was free.", None),
        ("They are {n:n day} apart.", "They are 1 day apart.", "They are 21 days apart."),
        ("You have {n:n note}.", "You have 1 note.", "You have 21 notes."),
    ],
)
def test_verbs_agree_with_a_count_of_one(template, one, more):
    draw, say = Draw(Split.TRAIN, 1), Speech()
    assert joined(realize(template, {"n": 1}, draw, say)) == one
    assert more is None or joined(realize(template, {"n": 21}, draw, say)) == more


def test_a_missing_value_is_an_error_not_a_hole():
    with pytest.raises(TemplateError, match="'who' has no value"):
        text_of("ask {who}", who="")


@pytest.mark.parametrize("template", ["[a|b", "{open", "a]", "x}", "<y", "{two words}"])
def test_templates_that_are_not_well_formed_are_refused(template):
    with pytest.raises(TemplateError):
        parse(template)


def test_escaped_and_lonely_marks_are_text():
    assert text_of(r"\[a\] -> b \{c\}") == "[a] -> b {c}"


def test_variants_are_all_combinations():
    assert variants("[find|get] [|the] order") == ("find order", "find the order", "get order", "get the order")


def test_slots_of_a_template_are_found_at_any_depth():
    assert slots_of("{a} [x {b}|<y {c}>]") == {"a", "b", "c"}


@given(st.text(alphabet="abc[]{}<>|\\:", max_size=20))
def test_any_text_is_parsed_or_refused(template):
    try:
        parse(template)
    except TemplateError:
        return


@pytest.mark.parametrize(
    ("value", "form", "said"),
    [
        (1234.5, "money", "1,234.50"),
        (1, "n night", "1 night"),
        (3, "n box", "3 boxes"),
        (2, "n country", "2 countries"),
        ("apple", "a", "an apple"),
        ("unicorn", "a", "a unicorn"),
        (["x", "y", "z"], "", "x, y and z"),
        (["x", "y"], "or", "x or y"),
        ("2026-05-03", "weekday", "Sunday"),
        ("2026-05-03", "long", "May 3, 2026"),
        (2.50, "", "2.5"),
        (True, "", "yes"),
    ],
)
def test_values_in_words(value, form, said):
    assert Speech()(value, form) == said


def test_dates_are_written_in_the_speakers_style():
    assert [date_text("2026-05-22", style) for style in ("iso", "day_month", "month_day_th")] == [
        "2026-05-22",
        "22 May 2026",
        "May 22nd, 2026",
    ]


def test_plurals_of_some_nouns():
    assert [plural(noun, 2) for noun in ("day", "city", "person", "bus", "watch")] == [
        "days",
        "cities",
        "people",
        "buses",
        "watches",
    ]


def test_a_value_at_the_beginning_keeps_its_spelling():
    assert joined(capitalized([Piece("notes.txt", is_value=True), Piece(" has it")])) == "notes.txt has it"
    assert joined(capitalized([Piece("it has "), Piece("notes.txt", is_value=True)])) == "It has notes.txt"


@given(st.integers())
def test_typos_never_touch_values(seed):
    pieces = [Piece("please cancel the order "), Piece("Ab-17 x", is_value=True), Piece(" for me, thanks")]
    slipped = with_typos(pieces, Draw(Split.TRAIN, seed))
    assert slipped[1] == pieces[1]
    assert slipped != pieces or seed is not None


@given(st.lists(st.decimals(0, 5000, places=2), min_size=1, max_size=6))
def test_numbers_are_added_up_step_by_step_and_every_step_is_right(numbers):
    said = added_up([float(number) for number in numbers])
    if len(numbers) == 1:
        assert said == number_text(float(numbers[0]))
        return
    total = numbers[0]
    for step, number in zip(said.split("; "), numbers[1:], strict=True):
        left, right, result = map(Decimal, re.findall(r"[\d.]+", step))
        assert step == f"{number_text(float(left))} + {number_text(float(right))} = {number_text(float(result))}"
        assert (left, right, result) == (total, number, total + number)
        total += number
