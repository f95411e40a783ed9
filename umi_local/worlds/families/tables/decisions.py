"""Figures that decide: a limit, a note only where it is due, what is above."""

from __future__ import annotations

import re

from umi_local.worlds.facts import NO, YES
from umi_local.worlds.families._papers.sheets import best, total
from umi_local.worlds.families._papers.values import exact, plain
from umi_local.worlds.families.tables.service import TABLES, pick_sheet, where
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@TABLES.intent(
    goal="check the sum of {n_column} in {path} against the limit of {limit}",
    wordings=(
        'If {n_column} in {path} adds up to more than {limit}, make a note "{text}", else just tell me the sum.',
        'keep an eye on {path}: is the sum of {n_column} over {limit}? If it is, note "{text}".',
        'check whether the total of {n_column} in {path} is above {limit}; only if so, note "{text}"',
        'Our limit for {n_column} in {path} is {limit}. Note "{text}" if the sum is higher. Otherwise only tell me.',
        'I set myself a limit of {limit} for {n_column}, see {path}. If I\'m over it, write the note "{text}".',
        'compare the sum of {n_column} in {path} with {limit}: if it is more, save the note "{text}"',
        'Look at {path}: if all {n_column} together exceed {limit}, I want the note "{text}". If not, no note please.',
        '~{path} sum {n_column} > {limit}? then note "{text}"',
    ),
    split=Split.TRAIN,
)
def limit_check(play: Play) -> None:
    """One call or two: what the first says decides."""
    path, sheet = pick_sheet(play, "n")
    found = total(sheet["rows"])
    limit = max(1, round(found * play.draw.pick((0.6, 0.8, 1.2, 1.5)) / 5) * 5)
    play.ask(limit=limit, text=play.draw.pick((f"{sheet['word']}: over the limit", f"talk about {sheet['word']}")))
    play.call("aggregate_column", {"path": path, "column": sheet["roles"]["n"], "operation": "sum"}, decides=True)
    if found > limit:
        play.learn("The sum is {sum}, more than {limit}, so the note is due.", "{sum} is above {limit}.", sum=found)
        play.call("add_note", {"text": play.slots["text"]})
        play.learn("The note is saved.", 'I have noted "{text}".')
        play.conclude(
            "Yes, the sum is {sum}, above {limit}. I made the note.",
            "{sum} is over the limit of {limit}, so I noted: {text}.",
            facts=["sum"],
        )
    else:
        play.learn(
            "The sum is {sum}, not more than {limit}, so there is nothing to note.",
            "{sum} stays within {limit}: no note.",
            sum=found,
        )
        play.conclude(
            "No, the sum is {sum}, within the limit of {limit}, so I made no note.",
            "{sum} is not above {limit}. I didn't note anything.",
            facts=["sum", NO],
        )


@TABLES.intent(
    goal="convert the total {n_column} of {path} to {to_unit}",
    wordings=(
        "how many {to_unit} is {n_column} in {path} altogether?",
        "add up {n_column} in {path} and give me the sum in {to_unit}",
        "What is the sum of {n_column} in {path}, in {to_unit}? the table has {unit}.",
        "{path} is in {unit}, but I think in {to_unit}. How much is {n_column} in all?",
        "convert the total {n_column} of {path} from {unit} to {to_unit}",
        "~total {n_column} {path} in {to_unit}",
    ),
    split=Split.TEST,
)
def total_in_other_unit(play: Play) -> None:
    """Two calls: a sum, converted."""
    targets = {"kg": ("pounds", "grams"), "nights": ("weeks",), "km": ("miles",), "hours": ("minutes",)}
    path, sheet = pick_sheet(play, "n", fits=lambda kind: kind.says.unit in targets)
    from_unit = {"nights": "days"}.get(play.slots["unit"], play.slots["unit"])
    found = total(sheet["rows"])
    play.ask(to_unit=play.draw.pick(targets[play.slots["unit"]]))
    play.call("aggregate_column", {"path": path, "column": sheet["roles"]["n"], "operation": "sum"})
    play.learn("{n_column} comes to {sum} {unit} in all.", "All in all it is {sum} {unit}.", sum=found)
    said = play.call(
        "convert_units",
        {"value": found, "from_unit": from_unit, "to_unit": play.slots["to_unit"]},
        derived=["from_unit"],
    )
    converted = float(re.findall(r"[\d.]+", said)[-1])
    play.learn("{sum} {unit} are {converted} {to_unit}.", "That is {converted} {to_unit}.", converted=converted)
    play.conclude(
        "It is {converted} {to_unit} in total.",
        "Altogether {sum} {unit}, or {converted} {to_unit}.",
        facts=["converted"],
    )


@TABLES.intent(
    goal="tell what the total {n_column} of {path} is in {currency}",
    wordings=(
        "add up {n_column} in {path} and convert it to {currency} at a rate of {rate}",
        "My boss thinks in {currency}. A euro is {rate} of them. What does {n_column} in {path} come to?",
        "what is the total of {n_column} in {path} in {currency}, if one euro is {rate} {currency}?",
        "One euro is {rate} {currency}. How many {currency} is all of {n_column} in {path}?",
        "I have to report {n_column} from {path} in {currency}. The rate is {rate} per euro. What is the sum?",
        "take the sum of {n_column} in {path} times {rate}; that's the amount in {currency}",
        "sum {n_column} ({path}) and tell me the amount in {currency}, with {rate} {currency} to the euro",
        "~{path} total {n_column} in {currency} @ {rate}",
    ),
    split=Split.TRAIN,
)
def total_in_currency(play: Play) -> None:
    """Two calls: a sum, times a rate of the question."""
    path, sheet = pick_sheet(play, "n", fits=lambda kind: kind.says.unit == "euros")
    found = total(sheet["rows"])
    currency, low, high = play.draw.pick((("dollars", 102, 119), ("pounds", 82, 89), ("francs", 93, 99)))
    rate = play.draw.whole(low, high) / 100
    play.ask(currency=currency, rate=rate)
    play.call("aggregate_column", {"path": path, "column": sheet["roles"]["n"], "operation": "sum"})
    play.learn("The sum is {sum} euros.", "In euros it is {sum}.", sum=found)
    play.call("calculate", {"expression": play.text("{sum} * {rate}")}, derived=["expression"])
    play.learn(
        "{sum} euros at {rate} are {converted} {currency}.",
        "Times {rate} that makes {converted}.",
        converted=plain(exact(found) * exact(rate)),
    )
    play.conclude(
        "It is {converted:money} {currency}.",
        "{sum} euros, which is {converted:money} {currency}.",
        "In {currency} the total is {converted:money}.",
        facts=["converted"],
    )


@TABLES.intent(
    goal="find out whether {path} has a {row} with {n_column} above {limit}, and which is the largest",
    wordings=(
        "is there any {row} above {limit} in {path}, by {n_column}? If so, which is the largest?",
        "find out if anything in {path} goes over {limit} in {n_column}, and if so what the largest is",
        "Tell me if some {row} in {path} has more than {limit} under {n_column}, and which is the top one.",
        "check {path} for rows with {n_column} above {limit}, and name the biggest one if there are any",
        "Does {path} hold anything above {limit} in {n_column}? Tell me the largest if it does.",
        "We agreed that no {row} may go above {limit}. See {path}, column {n_column}: is that so? If not, name the worst.",
        "look whether {n_column} ever goes above {limit} in {path} and, if it does, say where it is largest",
        "~{path}: {n_column} > {limit}? largest?",
    ),
    split=Split.TRAIN,
)
def any_above(play: Play) -> None:
    """One call or two: only where something is found the largest is looked up."""
    path, sheet = pick_sheet(play, "label", "n", plain=True)
    row = best(sheet)
    if row is None:
        raise play.unsuitable("two rows share the first place")
    limit = max(2, round(float(row["n"]) * play.draw.pick((0.7, 0.9, 1.3))))
    count = sum(other["n"] > limit for other in sheet["rows"])
    play.ask(limit=limit)
    play.call(
        "count_rows",
        {"path": path, **where(sheet["roles"]["n"], limit, "gt")},
        does="count the rows of {path} where {where_column} is above {where_value}",
        decides=True,
    )
    if not count:
        play.learn("No row is above {limit}.", "The count is 0, nothing is above {limit}.")
        play.conclude(
            "No, nothing in {path} is above {limit}.", "No {row} has {n_column} above {limit}.", facts=[NO, "limit"]
        )
        return
    play.learn("There are {count:n row} above {limit}.", "{limit} is passed {count:n time}.", count=count)
    play.call(
        "top_rows",
        {"path": path, "column": sheet["roles"]["n"], "limit": 1},
        does="find the row with the largest {column}",
        derived=["limit"],
    )
    play.learn(
        "The largest is {label} with {found}.", "{label} is on top: {found}.", label=row["label"], found=row["n"]
    )
    play.conclude(
        "Yes, {count} of them; the largest is {label} with {found}.",
        "There are {count}, and {label} is the largest: {found} {unit}.",
        facts=[YES, "label", "found"],
    )
