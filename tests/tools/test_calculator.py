"""Exact arithmetic: agreement with Python's fractions, people's notation, and what is refused."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from umi_local.tools.builtin.arithmetic import CalculationError
from umi_local.tools.builtin.calculator import calculate
from umi_local.tools.builtin.exact import decimal_text


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("0.1 + 0.2", "0.3"),
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("10 - 4 - 3", "3"),
        ("100 / 10 / 2", "5"),
        ("-2^2", "-4"),
        ("(-2)^2", "4"),
        ("2^-3", "0.125"),
        ("2**3**2", "512"),
        ("2 * -3", "-6"),
        ("--3", "3"),
        ("7 // 2", "3"),
        ("-7 // 2", "-4"),
        ("-7 % 3", "2"),
        ("5.5 mod 2", "1.5"),
        ("1e3 + 1.5E-1", "1000.15"),
        (".5 + 5.", "5.5"),
        ("= 4 =", "4"),
        ("1/3", "≈ 0.333333333333"),
        ("2/3*3", "2"),
        ("1e-30 / 3", "≈ 3.33333333333e-31"),
        ("1/2^200", "≈ 6.22301527786e-61"),
        ("1e-100", "1e-100"),
    ],
)
def test_plain_arithmetic(expression: str, result: str) -> None:
    assert calculate(expression) == result


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("20%", "0.2"),
        ("15% of 80", "12"),
        ("20 percent of 50", "10"),
        ("200 + 10%", "220"),
        ("200 - 10%", "180"),
        ("200 + 10% + 5%", "231"),
        ("50% + 25%", "0.75"),
        ("100% - 20%", "0.8"),
        ("200 + 10% * 2", "200.2"),
        ("200 + (10%)", "200.1"),
        ("10 % 3", "1"),
        ("10 % (-3)", "-2"),
        ("12.5% of 1,000 + 1", "126"),
    ],
)
def test_per_cent_is_read_as_people_mean_it(expression: str, result: str) -> None:
    assert calculate(expression) == result


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("1,234.5 * 2", "2469"),
        ("1,234,567 + 1_000", "1235567"),
        ("2 × (3 + 4) ÷ 7 − 1", "1"),  # what people paste
        ("3 x 4", "12"),
        ("max(100,200)", "200"),
        ("max((1,200), 7)", "1200"),
        ("3 plus 4 times 2 minus 1", "10"),
    ],
)
def test_numbers_and_signs_as_people_write_them(expression: str, result: str) -> None:
    assert calculate(expression) == result


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("sqrt(16)", "4"),
        ("sqrt(2.25)", "1.5"),
        ("√2", "≈ 1.41421356237"),
        ("2^0.5", "≈ 1.41421356237"),
        ("8^(1/3)", "2"),
        ("27^(2/3)", "9"),
        ("9^0.5", "3"),
        ("sqrt(2)^2", "≈ 2"),
        ("abs(-3.5)", "3.5"),
        ("round(2.5)", "3"),
        ("round(-2.675, 2)", "-2.68"),
        ("round(1234, -2)", "1200"),
        ("floor(-1.5)", "-2"),
        ("ceil(1.2)", "2"),
        ("min(3, 1/3, 2)", "≈ 0.333333333333"),
        ("5!", "120"),
        ("factorial(20)", "2432902008176640000"),
        ("pi * 5^2", "≈ 78.5398163397"),
        ("(-1)^99999999999999999999", "-1"),
        ("0^0", "1"),
    ],
)
def test_functions_roots_and_constants(expression: str, result: str) -> None:
    assert calculate(expression) == result


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("9**9**9", "more than 1,000 digits"),
        ("2^1000000000000", "more than 1,000 digits"),
        ("1.0000001^10000000000", "more than 1,000 digits"),
        ("1e999 * 1e999", "more than 1,000 digits"),
        ("10^999.5 * 10^999.5", "more than 1,000 digits"),
        ("450!", "more than 1,000 digits"),
        ("9999999999!", "more than 1,000 digits"),
        ("1e99999999", "exponent"),
        ("(" * 100 + "1" + ")" * 100, "nested deeper"),
        ("-" * 400 + "1", "nested deeper"),
        ("√" * 400 + "2", "nested deeper"),
        ("1+" * 400 + "1", "longer than 500"),
    ],
)
def test_what_would_never_end_is_refused_at_once(expression: str, reason: str) -> None:
    with pytest.raises(CalculationError, match=reason):
        calculate(expression)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("", "empty"),
        ("1/0", "division by zero"),
        ("5 % 0", "division by zero"),
        ("0^-1", "division by zero"),
        ("sqrt(-1)", "not a real number"),
        ("(-8)^(1/3)", "not a real number"),
        ("2 3", "'3' at position 3: expected an operator"),
        ("2(3)", "'\\(' at position 2: expected an operator"),
        ("1,23", "',' at position 2"),
        ("1,2345", "',' at position 2"),
        ("1.234,5", "',' at position 6"),
        ("(1 + 2", "ends where '\\)' was expected"),
        ("1 +", "ends where a number was expected"),
        ("$5", "'\\$' at position 1 is not arithmetic"),
        ("__import__('os')", "'_' at position 1 is not arithmetic"),
        ("speed * 2", "known functions: sqrt"),
        ("round(1, 2, 3)", "round takes 1 to 2 argument"),
        ("sqrt(1,234)", "sqrt takes 1 argument"),
        ("round(1, 0.5)", "whole number of digits"),
        ("2.5!", "whole number"),
        ("1.2.3", "expected an operator"),
    ],
)
def test_what_is_no_expression_is_refused_with_the_place(expression: str, reason: str) -> None:
    with pytest.raises(CalculationError, match=reason):
        calculate(expression)


_OPERATORS: dict[str, Callable[[Fraction, Fraction], Fraction | int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "mod": operator.mod,
}
_Tree = tuple[str, Fraction | None]
_LEAVES = st.decimals(0, 1000, places=2).map(lambda d: (f"{d:f}", Fraction(d)))


def _combine(left: _Tree, sign: str, right: _Tree) -> _Tree:
    value = None
    if left[1] is not None and right[1] is not None and not (sign not in "+-*" and right[1] == 0):
        value = Fraction(_OPERATORS[sign](left[1], right[1]))
    return f"({left[0]} {sign} {right[0]})", value


def _negate(tree: _Tree) -> _Tree:
    return f"(-{tree[0]})", None if tree[1] is None else -tree[1]


def _square(tree: _Tree) -> _Tree:
    return f"({tree[0]}^2)", None if tree[1] is None else tree[1] ** 2


_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.builds(_combine, inner, st.sampled_from(list(_OPERATORS)), inner),
        inner.map(_negate),
        inner.map(_square),
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=300)
@given(_TREES)
def test_random_expressions_have_the_value_of_pythons_fractions(tree: _Tree) -> None:
    text, expected = tree
    assume(len(text) <= 500 and text.count("(") < 20)

    if expected is None:
        with pytest.raises(CalculationError, match="division by zero"):
            calculate(text)
        return
    result = calculate(text)
    if result.startswith("≈ "):
        rounded = Fraction(result.removeprefix("≈ "))
        assert abs(rounded - expected) <= abs(expected) * Fraction(1, 2 * 10**11)
    else:
        assert Fraction(result) == expected


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.sampled_from("+-*/"), st.integers(1, 99)), max_size=6))
def test_precedence_without_parentheses_is_pythons(steps: list[tuple[str, int]]) -> None:
    text = "7" + "".join(f" {sign} {number}" for sign, number in steps)
    wrapped = "Fraction(7)" + "".join(f" {sign} Fraction({number})" for sign, number in steps)

    expected = eval(wrapped, {"Fraction": Fraction})

    assert calculate(text) == decimal_text(expected)


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="0123456789+-*/%^().,! eximaxsqrtpi√×", max_size=30))
def test_any_text_gives_a_result_or_a_refusal(text: str) -> None:
    try:
        result = calculate(text)
    except CalculationError:
        return
    assert isinstance(Fraction(result.removeprefix("≈ ")), Fraction)  # a number, and nothing else
