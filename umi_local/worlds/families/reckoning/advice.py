"""Knowledge about reckoning that needs no tool, and wishes that no tool here can serve."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.reckoning.service import RECKONING
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.pools import TOWNS
from umi_local.worlds.splits import Split

_METHODS = (
    ("work out a percentage", "Multiply by the percentage and divide by 100", ("100", "hundred")),
    ("work out an average", "Add all values and divide by how many there are", ("divide", "divided", "division")),
    ("work out the area of a room", "Multiply its length by its width", ("multiply", "width", "times")),
    (
        "turn a fraction into a decimal number",
        "Divide the upper number by the lower one",
        ("divide", "divided", "division"),
    ),
    (
        "tell a leap year",
        "It can be divided by 4, except for full centuries that can't be divided by 400",
        ("4", "four"),
    ),
)
_UNITS = (
    ("a kilowatt hour", "energy"),
    ("a hectare", "area"),
    ("a knot", "speed"),
    ("a bar", "pressure"),
    ("a hertz", "frequency"),
    ("a newton", "force"),
)


@RECKONING.intent(
    goal="explain how to {method}",
    wordings=(
        "How does one {method}? I only want to understand it.",
        "teach me to {method}, without any example",
        "explain in one sentence how to {method}",
        "I have to teach this: how do you {method}?",
        "what is the rule if you want to {method}?",
        "how would I {method} by hand?",
        "Don't compute anything. Just tell me how to {method}.",
        "~how to {method}?",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.6,
)
def explain_method(play: Play) -> None:
    """A rule, no numbers."""
    method, rule, words = play.draw.pick(_METHODS)
    play.ask(method=method, rule=rule)
    play.conclude(
        "{rule}.",
        "The rule: {rule}.",
        "That's simple. {rule}.",
        facts=[Fact("text", words[0], words[1:])],
        why=(
            "The user wants the rule, not a result, so nothing has to be computed.",
            "How to {method} is school knowledge. There are no numbers to work with.",
        ),
    )


@RECKONING.intent(
    goal="say what {unit} measures",
    wordings=(
        "what does {unit} measure?",
        "what is {unit} a unit of?",
        "I read about {unit}. What kind of thing is measured with it?",
        "tell me what one measures with {unit}",
        "~{unit} measures what?",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.6,
)
def explain_unit(play: Play) -> None:
    """Common knowledge about units."""
    unit, what = play.draw.pick(_UNITS)
    play.ask(unit=unit, what=what)
    play.conclude(
        "{unit:cap} is a unit of {what}.",
        "It measures {what}.",
        facts=["what"],
        why=("That is known without converting anything.", "What {unit} measures is general knowledge."),
    )


@RECKONING.intent(
    goal="convert {amount} euros to {currency} at the current rate",
    wordings=(
        "what is today's exchange rate between the euro and the {currency}?",
        "tell me what {amount} euros are worth in {currency} today",
        "how many {currency} do I get for {amount} euros today?",
        "convert {amount} euros to {currency} at the current rate",
        "I'm flying tomorrow. What are {amount} euros in {currency} right now?",
        "look up the {currency} rate and change {amount} euros",
        "what will {amount} euros bring in {currency} at the bank today?",
        "~{amount} EUR in {currency}, current rate",
    ),
    kind=Kind.IMPOSSIBLE,
    split=Split.TRAIN,
    weight=0.6,
)
def no_rates(play: Play) -> None:
    """No tool knows rates of exchange."""
    play.ask(
        currency=play.draw.pick(("dollars", "yen", "francs", "pounds", "kroner", "zloty")),
        amount=play.draw.whole(20, 900, 10),
    )
    play.give_up(
        "A current exchange rate would be needed, and no tool knows any. I must not invent one, so I give up.",
        "The tools convert units of measure, not money, and none of them knows today's rate. I can't do this.",
        "Money can't be converted without a rate, which none of the tools can look up. I have to give up.",
    )


@RECKONING.intent(
    goal="tell the time in {town} now",
    wordings=(
        "what time is it in {town} right now?",
        "tell me the local time in {town}",
        "I want to call somebody in {town}. How late is it there now?",
        "when does the sun set in {town} today?",
        "~time in {town}?",
    ),
    kind=Kind.IMPOSSIBLE,
    split=Split.TEST,
    weight=0.6,
)
def no_other_zone(play: Play) -> None:
    """No tool knows other places' clocks."""
    play.ask(town=play.draw.of(TOWNS))
    play.give_up(
        "The tools only know this machine's own clock, nothing about {town}. I can't tell.",
        "No tool on offer knows anything about other places, so I have to give up on {town}.",
    )
