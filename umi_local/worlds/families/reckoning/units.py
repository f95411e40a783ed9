"""Conversions: lengths, weights, volumes, speeds, temperatures, data; alone and as part of a reckoning."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.reckoning.service import RECKONING, result
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

PAIRS = (
    *(("miles", "km"), ("km", "miles"), ("pounds", "kg"), ("kg", "pounds"), ("inches", "cm"), ("cm", "inches")),
    *(("feet", "metres"), ("metres", "feet"), ("yards", "metres"), ("litres", "gallons"), ("gallons", "litres")),
    *(("cups", "ml"), ("ounces", "grams"), ("grams", "ounces"), ("stone", "kg"), ("tablespoons", "ml")),
    *(("hours", "minutes"), ("days", "hours"), ("weeks", "days"), ("acres", "hectares"), ("hectares", "acres")),
    *(("mph", "km/h"), ("km/h", "mph"), ("knots", "km/h"), ("GB", "MB"), ("TB", "GB"), ("bar", "psi")),
    *(("kcal", "kJ"), ("kWh", "MJ"), ("horsepower", "kW"), ("nautical miles", "km"), ("square feet", "square metres")),
    *(("minutes", "seconds"), ("teaspoons", "ml"), ("pints", "litres"), ("tonnes", "kg"), ("metres", "cm")),
)


def _value(play: Play) -> float | int:
    return play.draw.pick((play.draw.whole(2, 900), play.draw.whole(2, 60), play.draw.whole(3, 400) / 4))


def said_of(play: Play, value: float, from_unit: str, to_unit: str) -> float | int:
    """Call `convert_units` and return the result."""
    value = int(value) if value % 1 == 0 else value
    return result(play.call("convert_units", {"value": value, "from_unit": from_unit, "to_unit": to_unit}))


@RECKONING.intent(
    goal="convert {value} {from_unit} to {to_unit}",
    wordings=(
        "how many {to_unit} are {value} {from_unit}?",
        "convert {value} {from_unit} to {to_unit}",
        "what is {value} {from_unit} in {to_unit}?",
        "how much is {value} {from_unit} in {to_unit}?",
        "I only know {to_unit}. How many are {value} {from_unit}?",
        "express {value} {from_unit} in {to_unit}",
        "The manual says {value} {from_unit}. What would that be in {to_unit}?",
        "tell me {value} {from_unit} in {to_unit}",
        "~{value} {from_unit} in {to_unit}",
        "~{value} {from_unit} -> {to_unit}",
    ),
    essential="convert_units",
    missing=Missing(
        wordings=(
            "convert {value} {from_unit}",
            "what is {value} {from_unit} in another unit?",
            "The manual says {value} {from_unit}. I need that in another unit.",
            "~convert {value} {from_unit}",
        ),
        needs="the unit you want",
        goal="convert {value} {from_unit}",
        slot="to_unit",
    ),
    split=Split.TRAIN,
)
def convert(play: Play) -> None:
    """One call."""
    from_unit, to_unit = play.draw.pick(PAIRS)
    value = _value(play)
    play.ask(value=value, from_unit=from_unit, to_unit=to_unit)
    found = said_of(play, value, from_unit, to_unit)
    play.learn("{value} {from_unit} are {found} {to_unit}.", "That is {found} {to_unit}.", found=found)
    play.conclude(
        "{value} {from_unit} are {found} {to_unit}.",
        "It is {found} {to_unit}.",
        "In {to_unit}: {found}.",
        facts=["found"],
    )


@RECKONING.intent(
    goal="convert {value} degrees {from_unit} to {to_unit}",
    wordings=(
        "what is {value} degrees {from_unit} in {to_unit}?",
        "tell me what {value} degrees {from_unit} are in {to_unit}",
        "{value} degrees {from_unit} sounds like a lot. What is that in {to_unit}?",
        "convert {value} degrees {from_unit} to {to_unit}",
        "My oven is in {to_unit}, but the recipe says {value} degrees {from_unit}. What do I set?",
        "They say it is {value} degrees {from_unit} over there. How much is that in {to_unit}?",
        "how hot is {value} {from_unit} in degrees {to_unit}?",
        "~{value} {from_unit} in {to_unit}",
    ),
    essential="convert_units",
    split=Split.TRAIN,
)
def temperature(play: Play) -> None:
    """One call with an offset, where a factor alone would be wrong."""
    from_unit, to_unit, low, high = play.draw.pick(
        (("Fahrenheit", "Celsius", -10, 450), ("Celsius", "Fahrenheit", -30, 250), ("Celsius", "Kelvin", -40, 90))
    )
    value = play.draw.whole(low, high)
    play.ask(value=value, from_unit=from_unit, to_unit=to_unit)
    found = said_of(play, value, from_unit.lower(), to_unit.lower())
    play.learn("It comes to {found} degrees {to_unit}.", "In {to_unit} it is {found}.", found=found)
    play.conclude(
        "{value} degrees {from_unit} are {found} degrees {to_unit}.", "{found} degrees {to_unit}.", facts=["found"]
    )


@RECKONING.intent(
    goal="say whether {value} {from_unit} are more than {limit} {to_unit}",
    wordings=(
        "is {value} {from_unit} more than {limit} {to_unit}?",
        "My bag weighs {value} {from_unit}. Is that over the limit of {limit} {to_unit}?",
        "check if {value} {from_unit} exceed {limit} {to_unit}",
        "The limit is {limit} {to_unit}. I have {value} {from_unit}. Am I over it?",
        "are {value} {from_unit} above {limit} {to_unit}?",
        "does {value} {from_unit} go beyond {limit} {to_unit}?",
        "I may take {limit} {to_unit} at most. Is {value} {from_unit} too much?",
        "~{value} {from_unit} > {limit} {to_unit}?",
    ),
    essential="convert_units",
    split=Split.TRAIN,
)
def over_limit(play: Play) -> None:
    """One call and a comparison."""
    from_unit, to_unit, factor = play.draw.pick(
        (("pounds", "kg", 0.4536), ("ounces", "grams", 28.35), ("stone", "kg", 6.35))
    )
    value = play.draw.whole(5, 90)
    limit = max(1, round(value * factor * play.draw.pick((0.8, 0.9, 1.1, 1.2))))
    play.ask(value=value, from_unit=from_unit, to_unit=to_unit, limit=limit)
    found = said_of(play, value, from_unit, to_unit)
    if found == limit:
        raise play.unsuitable("it is the limit")
    if found > limit:
        play.learn("It is {found} {to_unit}, above {limit}.", "{found} is more than {limit}.", found=found)
        play.conclude("Yes, it is {found} {to_unit}.", "Yes: {found} {to_unit} are more than {limit}.", facts=["found"])
    else:
        play.learn("It is {found} {to_unit}, below {limit}.", "{found} is less than {limit}.", found=found)
        play.conclude("No, it is {found} {to_unit}.", "No: {found} {to_unit} stay below {limit}.", facts=[NO, "found"])


@RECKONING.intent(
    goal="tell how many hours {miles} {unit} take at {speed} km/h",
    wordings=(
        "how many hours do {miles} {unit} take at {speed} km/h?",
        "I ride at {speed} km/h. How many hours will {miles} {unit} take me?",
        "work out the time in hours for {miles} {unit} at a speed of {speed} km per hour",
        "The sign says {miles} {unit}. At {speed} km/h, how long is that in hours?",
        "at {speed} km/h, how long in hours for a distance of {miles} {unit}?",
        "~{miles} {unit} at {speed} km/h = ? h",
    ),
    split=Split.TEST,
)
def time_for_miles(play: Play) -> None:
    """Two calls: a conversion, then a division."""
    miles, speed = play.draw.whole(6, 300), play.draw.whole(5, 120, 5)
    play.ask(miles=miles, speed=speed, unit="miles")
    km = said_of(play, miles, "miles", "km")
    play.learn("{miles} {unit} are {km} km.", "The distance is {km} km.", km=km)
    said = play.call(
        "calculate",
        {"expression": play.text("round({km} / {speed}, 2)")},
        derived=["expression"],
    )
    play.learn("That takes {hours} hours.", "Divided by {speed} it is {hours} hours.", hours=result(said))
    play.conclude("It takes {hours} hours.", "About {hours} hours for {km} km.", facts=["hours"])


@RECKONING.intent(
    goal="add {one} {one_unit} and {two} {two_unit} in {one_unit}",
    wordings=(
        "how many {one_unit} are {one} {one_unit} and {two} {two_unit} together?",
        "sum up {one} {one_unit} and {two} {two_unit} and say it in {one_unit}",
        "add {one} {one_unit} and {two} {two_unit}; I want the sum in {one_unit}",
        "I have {one} {one_unit} of one and {two} {two_unit} of the other. How many {one_unit} is that altogether?",
        "put {one} {one_unit} and {two} {two_unit} together and give me the result in {one_unit}",
        "what do {one} {one_unit} plus {two} {two_unit} make, in {one_unit}?",
        "One piece has {one} {one_unit}, the next {two} {two_unit}. Both together in {one_unit}, please.",
        "~{one} {one_unit} + {two} {two_unit} in {one_unit}",
    ),
    split=Split.TRAIN,
)
def sum_of_two_units(play: Play) -> None:
    """Two calls: one is converted, then both are added."""
    one_unit, two_unit = play.draw.pick(
        (("cm", "inches"), ("km", "miles"), ("kg", "pounds"), ("ml", "cups"), ("metres", "feet"), ("grams", "ounces"))
    )
    one, two = play.draw.whole(5, 400), play.draw.whole(2, 60)
    play.ask(one=one, two=two, one_unit=one_unit, two_unit=two_unit)
    found = said_of(play, two, two_unit, one_unit)
    play.learn("{two} {two_unit} are {found} {one_unit}.", "The second part is {found} {one_unit}.", found=found)
    said = play.call("calculate", {"expression": play.text("{one} + {found}")}, derived=["expression"])
    play.learn("Together it is {sum} {one_unit}.", "The sum is {sum} {one_unit}.", sum=result(said))
    play.conclude(
        "Together that is {sum} {one_unit}.",
        "{sum} {one_unit} in all.",
        "It makes {sum} {one_unit}.",
        facts=["sum"],
    )


@RECKONING.intent(
    goal="convert {value} {from_unit} to {to_unit}",
    wordings=(
        "how many {to_unit} is {value} {from_unit}?",
        "tell me how many {to_unit} there are in {value} {from_unit}",
        "turn {value} {from_unit} into {to_unit}",
        "I'm confused: what would {value} {from_unit} be in {to_unit}?",
        "recalculate {value} {from_unit} as {to_unit}",
        "can {value} {from_unit} be given in {to_unit}? please do",
        "I was asked for {value} {from_unit} in {to_unit}. What should I say?",
        "~{value} {from_unit} as {to_unit}",
    ),
    essential="convert_units",
    split=Split.TRAIN,
)
def incompatible(play: Play) -> None:
    """The refusal is the answer: the two measure different things."""
    from_unit, to_unit, one, other = play.draw.pick(
        (
            ("kg", "metres", "a mass", "a length"),
            ("litres", "km", "a volume", "a length"),
            ("hours", "kg", "a time", "a mass"),
            ("square metres", "metres", "an area", "a length"),
            ("km", "hours", "a length", "a time"),
            ("watts", "litres", "a power", "a volume"),
        )
    )
    play.ask(value=play.draw.whole(2, 90), from_unit=from_unit, to_unit=to_unit, one=one, other=other)
    play.attempt("convert_units", {"value": play.slots["value"], "from_unit": from_unit, "to_unit": to_unit})
    play.learn(
        "It is refused: {from_unit} is {one} and {to_unit} {other}.",
        "The two measure different things, {one} and {other}.",
    )
    play.conclude(
        "That can't be converted: {from_unit} measure {one}, {to_unit} {other}.",
        "{value} {from_unit} have no value in {to_unit}; the one is {one}, the other {other}.",
        facts=[NO, "from_unit", "to_unit"],
    )
