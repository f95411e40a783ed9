"""`calculate`: exact arithmetic on what people write, such as "15% of 1,234.5" or "2 × (3 + 4)".

Numbers are fractions, so 0.1 + 0.2 is 0.3. There is no `eval`: a precedence climbing parser reads
the tokens of `arithmetic.py`, and the size of every result is bounded before it is computed.

Conventions: `//` and `%` between two numbers round down like Python's; `%` after a number is
per cent, and "200 + 10%" adds a tenth of 200; -2^2 is -4; powers group from the right; `round` goes
half away from zero. Roots and pi are rounded to 50 digits, and the result then says "≈".
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from umi_local.messages import ToolSpec
from umi_local.tools.base import Tool
from umi_local.tools.builtin.arithmetic import CalculationError, Token, tokenize
from umi_local.tools.builtin.exact import decimal_text
from umi_local.tools.builtin.limits import object_schema, text_property

MAX_CHARS = 500
MAX_DIGITS = 1000
MAX_DEPTH = 50
WORKING_DIGITS = 50

_MAX_BITS = math.ceil(MAX_DIGITS * math.log2(10))
_MAX_ROOT = 20
_LARGEST_FACTORIAL = 449  # the last with at most 1,000 digits


def calculate(expression: str) -> str:
    """Return the value of an arithmetic expression, exactly where it has a finite decimal.

    Raises:
        CalculationError: The expression can't be read, has no value, or its value is too long.
    """
    text = expression.strip().strip("=").strip()
    if not text:
        raise CalculationError("the expression is empty")
    if len(text) > MAX_CHARS:
        raise CalculationError(f"the expression is longer than {MAX_CHARS} characters")
    result = _Parser(tokenize(text)).parse()
    return decimal_text(result.value, is_exact=result.is_exact)


@dataclass(frozen=True, slots=True)
class _Number:
    """A value; rounded ones make every result that uses them rounded."""

    value: Fraction
    is_exact: bool = True
    is_percent: bool = False


class _Parser:
    """Reads tokens from left to right; each method reads one level of precedence."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    def parse(self) -> _Number:
        result = self._sum()
        if self._token.text:
            raise self._unexpected("an operator")
        return result

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _accept(self, *texts: str) -> str:
        text = self._token.text
        if text not in texts:
            return ""
        self._next += 1
        return text

    def _sum(self) -> _Number:
        left = self._product()
        while sign := self._accept("+", "-"):
            right = self._product()
            is_relative = right.is_percent and not left.is_percent
            amount = right.value * left.value if is_relative else right.value
            value = left.value + amount if sign == "+" else left.value - amount
            left = _checked(value, left, right, is_percent=left.is_percent and right.is_percent)
        return left

    def _product(self) -> _Number:
        left = self._signed()
        while sign := self._accept(*_PRODUCTS):
            right = self._signed()
            if sign != "*" and right.value == 0:
                raise CalculationError("division by zero")
            left = _checked(Fraction(_PRODUCTS[sign](left.value, right.value)), left, right)
        return left

    def _signed(self) -> _Number:
        self._enter()
        if sign := self._accept("+", "-"):
            number = self._signed()
            value = -number.value if sign == "-" else number.value
            number = _Number(value, number.is_exact, number.is_percent)
        else:
            number = self._power()
        self._depth -= 1
        return number

    def _power(self) -> _Number:
        base = self._postfix()
        return _power(base, self._signed()) if self._accept("**") else base

    def _postfix(self) -> _Number:
        number = self._operand()
        while sign := self._accept("%", "!"):
            number = _factorial(number) if sign == "!" else _percent(number)
        return number

    def _operand(self) -> _Number:
        token = self._token
        if token.number is not None:
            self._next += 1
            return _checked(token.number)
        if self._accept("("):
            inner = self._sum()
            self._close()
            return _Number(inner.value, inner.is_exact)
        if name := self._accept(*_CONSTANTS):
            return _Number(_CONSTANTS[name], is_exact=False)
        if name := self._accept(*_FUNCTIONS):
            return self._call(name)
        raise self._unexpected("a number")

    def _call(self, name: str) -> _Number:
        if not self._accept("("):
            if name != "sqrt":
                raise self._unexpected(f"'(' after {name}")
            self._enter()
            root = _sqrt(self._power())  # √2
            self._depth -= 1
            return root
        arguments = [self._sum()]
        while self._accept(","):
            arguments.append(self._sum())
        self._close()
        function, least, most = _FUNCTIONS[name]
        if not least <= len(arguments) <= most:
            expected = f"{least}" if least == most else f"{least} to {most}"
            raise CalculationError(f"{name} takes {expected} argument(s), not {len(arguments)}")
        return function(*arguments)

    def _close(self) -> None:
        if not self._accept(")"):
            raise self._unexpected("')'")

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise CalculationError(f"the expression is nested deeper than {MAX_DEPTH}")

    def _unexpected(self, expected: str) -> CalculationError:
        token = self._token
        if not token.text:
            return CalculationError(f"the expression ends where {expected} was expected")
        known = ""
        if token.text.isalpha():
            known = f"; known functions: {', '.join(_FUNCTIONS)}"
        return CalculationError(f"{token.text[:20]!r} at position {token.position + 1}: expected {expected}{known}")


def _checked(value: Fraction, *sources: _Number, is_percent: bool = False) -> _Number:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > _MAX_BITS:
        raise _too_long()
    return _Number(value, all(source.is_exact for source in sources), is_percent)


def _too_long() -> CalculationError:
    return CalculationError(f"the result would have more than {MAX_DIGITS:,} digits")


def _power(base: _Number, exponent: _Number) -> _Number:
    if base.value == 0 and exponent.value < 0:
        raise CalculationError("division by zero")
    if exponent.value.denominator == 1:
        size = max(base.value.numerator.bit_length(), base.value.denominator.bit_length())
        if size > 1 and (size - 1) * abs(exponent.value.numerator) > _MAX_BITS:
            raise _too_long()
        power = base.value ** _reduced(base.value, exponent.value.numerator)
        return _checked(Fraction(power), base, exponent)
    if base.value < 0:
        raise CalculationError("a root of a negative number is not a real number")
    if exponent.value == Fraction(1, 2):
        root = _sqrt(base)
        return _Number(root.value, root.is_exact and exponent.is_exact)
    rounded = _rounded(lambda: _decimal(base.value) ** _decimal(exponent.value))
    return _exact_root(base, exponent, round(rounded.value)) or rounded


def _exact_root(base: _Number, exponent: _Number, guess: int) -> _Number | None:
    """Return a guessed whole number as the exact power, such as 2 for 8^(1/3), if it is one."""
    power = exponent.value
    if power.denominator > _MAX_ROOT or abs(power.numerator) > _MAX_ROOT:
        return None
    if guess == 0 or Fraction(guess) ** power.denominator != base.value**power.numerator:
        return None
    return _Number(Fraction(guess), base.is_exact and exponent.is_exact)


def _reduced(base: Fraction, exponent: int) -> int:
    """Return a small exponent with the same power where the base is 0, 1 or -1."""
    return exponent if abs(base) not in (0, 1) else min(exponent, 2 + exponent % 2)


def _sqrt(number: _Number) -> _Number:
    if number.value < 0:
        raise CalculationError("a root of a negative number is not a real number")
    above, below = math.isqrt(number.value.numerator), math.isqrt(number.value.denominator)
    root = Fraction(above, below)
    if root * root == number.value:
        return _Number(root, number.is_exact)
    return _rounded(lambda: _decimal(number.value).sqrt())


def _rounded(compute: Callable[[], Decimal]) -> _Number:
    with localcontext() as context:
        context.prec = WORKING_DIGITS
        context.Emax, context.Emin = MAX_DIGITS, -MAX_DIGITS
        try:
            value = compute()
        except ArithmeticError as error:
            raise _too_long() from error
    return _Number(_checked(Fraction(value)).value, is_exact=False)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _percent(number: _Number) -> _Number:
    return _Number(number.value / 100, number.is_exact, is_percent=True)


def _factorial(number: _Number) -> _Number:
    value = number.value
    if value.denominator != 1 or value < 0:
        raise CalculationError("a factorial is of a whole number from 0")
    if value > _LARGEST_FACTORIAL:
        raise _too_long()
    return _Number(Fraction(math.factorial(value.numerator)), number.is_exact)


def _round(number: _Number, digits: _Number | None = None) -> _Number:
    places = digits.value if digits else Fraction(0)
    if places.denominator != 1 or abs(places) > WORKING_DIGITS:
        raise CalculationError(f"round takes a whole number of digits up to {WORKING_DIGITS}")
    unit = Fraction(10) ** -places.numerator
    whole = math.floor(abs(number.value) / unit + Fraction(1, 2))
    return _Number(whole * unit * (-1 if number.value < 0 else 1), number.is_exact)


def _of_one(function: Callable[[Fraction], Fraction | int]) -> Callable[[_Number], _Number]:
    return lambda number: _Number(Fraction(function(number.value)), number.is_exact)


def _extreme(choose: Callable[..., Fraction]) -> Callable[..., _Number]:
    return lambda *numbers: _Number(
        choose(number.value for number in numbers), all(number.is_exact for number in numbers)
    )


_PRODUCTS: Mapping[str, Callable[[Fraction, Fraction], Fraction | int]] = {
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "mod": operator.mod,
}
_CONSTANTS = {
    "pi": Fraction("3.14159265358979323846264338327950288419716939937511"),
    "e": Fraction("2.71828182845904523536028747135266249775724709369996"),
}
_FUNCTIONS: Mapping[str, tuple[Callable[..., _Number], int, int]] = {
    "sqrt": (_sqrt, 1, 1),
    "abs": (_of_one(abs), 1, 1),
    "round": (_round, 1, 2),
    "floor": (_of_one(math.floor), 1, 1),
    "ceil": (_of_one(math.ceil), 1, 1),
    "min": (_extreme(min), 1, 100),
    "max": (_extreme(max), 1, 100),
    "factorial": (_factorial, 1, 1),
}

CALCULATE = Tool(
    spec=ToolSpec(
        "calculate",
        "Evaluate an arithmetic expression exactly.",
        object_schema(
            ["expression"],
            expression=text_property("numbers with + - * / ^ % and parentheses", max_length=MAX_CHARS),
        ),
    ),
    function=calculate,
    timeout_s=5.0,
    location="umi_local.tools.builtin.calculator:CALCULATE",
)
TOOLS: tuple[Tool, ...] = (CALCULATE,)
