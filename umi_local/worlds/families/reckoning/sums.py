"""Sums that are said in words, and what becomes of their results."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.reckoning.service import RECKONING, money, result
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@RECKONING.intent(
    goal="compute {sum}",
    wordings=(
        "what is {sum}?",
        "compute {sum}",
        "how much is {sum}?",
        "work out {sum} for me",
        "I have to check an old bill. What does {sum} come to?",
        "My head is spinning. {sum}, how much is that?",
        "give me the result of {sum}",
        "calculate {sum}",
        "~{sum}?",
        "~{sum} =",
    ),
    essential="calculate",
    split=Split.TRAIN,
)
def plain_sum(play: Play) -> None:
    """One call; words become an expression."""
    draw = play.draw
    a, b, c = draw.whole(12, 990), draw.whole(3, 98), draw.price(2, 80)
    said, expression = draw.pick(
        (
            (f"{a} times {b}", f"{a} * {b}"),
            (f"{a} x {money(c)}", f"{a} * {money(c)}"),
            (f"{a} plus {b} plus {money(c)}", f"{a} + {b} + {money(c)}"),
            (f"{a} minus {money(c)}", f"{a} - {money(c)}"),
            (f"{a * b} divided by {b}", f"{a * b} / {b}"),
            (f"{a} + {b} * {draw.whole(2, 9)}", ""),
            (f"({a} - {b}) * {draw.whole(2, 9)}", ""),
            (f"{b} squared", f"{b}^2"),
            (f"half of {money(c)} plus {a}", f"{money(c)} / 2 + {a}"),
        )
    )
    play.ask(sum=said)
    found = result(play.call("calculate", {"expression": expression or said}, derived=["expression"]))
    play.learn("The result is {found}.", "{sum} is {found}.", found=found)
    play.conclude("{sum} is {found}.", "That makes {found}.", "The result: {found}.", facts=["found"])


@RECKONING.intent(
    goal="compute {percent} percent of {amount}",
    wordings=(
        "what is {percent}% of {amount}?",
        "how much is {percent} percent of {amount}?",
        "compute {percent}% of {amount}",
        "I get {percent} percent of {amount}. How much is that?",
        "tell me what {percent}% of {amount} comes to",
        "A fee of {percent} percent is due on {amount} euros. What is the fee?",
        "take {percent}% of {amount}",
        "The agent wants {percent}% of {amount}. Is that a lot? What's the figure?",
        "~{percent}% of {amount}",
    ),
    essential="calculate",
    missing=Missing(
        wordings=(
            "what is {percent}% of my salary?",
            "how much is {percent} percent of the price?",
            "I get {percent} percent of a sum. How much is that?",
            "~{percent}% of it",
        ),
        needs="the sum to take it of",
        goal="compute {percent} percent of a sum",
        slot="amount",
    ),
    split=Split.TRAIN,
)
def percent_of(play: Play) -> None:
    """One call."""
    percent, amount = play.draw.whole(2, 45), play.draw.whole(40, 9000, 5)
    play.ask(percent=percent, amount=amount)
    said = play.call(
        "calculate",
        {"expression": f"{amount} * {percent} / 100"},
        derived=["expression"],
    )
    play.learn("{percent} percent of {amount} is {found}.", "The part is {found}.", found=result(said))
    play.conclude(
        "It is {found}.", "{percent}% of {amount} is {found}.", "{percent} percent make {found}.", facts=["found"]
    )


@RECKONING.intent(
    goal="compute {sum} and write the result to {target}",
    wordings=(
        "compute {sum} and write just the result to {target}",
        "put the result of {sum} into a file called {target}, only the digits",
        "work out {sum} and save the number as {target}",
        "I need the result of {sum} in a file {target}, the bare number.",
        "What is {sum}? Put the number, nothing else, into {target}.",
        "calculate {sum} and create {target} with the result in it, only the number",
        "{target} should hold one number: the result of {sum}. Please make that file.",
        "~{sum} > {target} (just the number)",
    ),
    essential="write_file",
    missing=Missing(
        wordings=(
            "compute {sum} and write just the result to a file",
            "work out {sum} and save the number",
            "I need the result of {sum} in a file, the bare number.",
            "~{sum} > file",
        ),
        needs="the name of the file",
        goal="compute {sum} and write the result to a file",
        slot="target",
    ),
    split=Split.TRAIN,
)
def sum_to_file(play: Play) -> None:
    """Two calls: the result becomes a file."""
    a, b, c = play.draw.whole(20, 900), play.draw.whole(3, 60), play.draw.whole(10, 200)
    said, expression = play.draw.pick(
        ((f"{a} times {b} plus {c}", f"{a} * {b} + {c}"), (f"{a * b} minus {c}", f"{a * b} - {c}"))
    )
    target = play.draw.pick(("result.txt", "number.txt", "sum.txt", "answer.txt", "out.txt", "value.txt"))
    play.ask(sum=said, target=target)
    found = play.call("calculate", {"expression": expression}, derived=["expression"])
    play.learn("The result is {found}; it has to be saved.", "{sum} makes {found}.", found=result(found))
    play.call("write_file", {"path": target, "text": found}, does="write {text} to {target}")
    play.learn("{target} has the number {found}.", "The number is saved in {target}.")
    play.conclude(
        "{sum} is {found}; it is saved in {target}.",
        "I wrote {found} to {target}.",
        "The result {found} is in {target} now.",
        facts=["found"],
    )


@RECKONING.intent(
    goal='compute {sum} and note it as "{title}: " with the number',
    wordings=(
        'compute {sum} and make a note "{title}: " followed by the result',
        'work out {sum}; the note should read "{title}: (result)"',
        "{title} is {sum}. Note that as {title}, colon, and the result.",
        "I need a note with {title}, a colon and what {sum} comes to.",
        '~note "{title}: {sum}", worked out',
    ),
    essential="add_note",
    missing=Missing(
        wordings=(
            "compute {sum} and make a note of the result, with a title and a colon before it",
            "work out {sum} and note it under a title",
            "~note {sum} with a title",
        ),
        needs="the title of the note",
        goal="compute {sum} and note it",
        slot="title",
    ),
    split=Split.DEV,
)
def sum_to_note(play: Play) -> None:
    """Two calls: the result becomes a note."""
    a, b = play.draw.whole(20, 400), play.draw.whole(3, 30)
    title = play.draw.pick(("total chairs", "pages to print", "metres of fence", "hours in all", "tiles needed"))
    play.ask(sum=play.draw.pick((f"{a} times {b}", f"{a} x {b}")), title=title)
    found = play.call("calculate", {"expression": f"{a} * {b}"}, derived=["expression"])
    play.learn("It comes to {found}.", "The number for the note is {found}.", found=result(found))
    play.call("add_note", {"text": f"{title}: {found}"}, derived=["text"])
    play.learn('"{title}: {found}" is in the notes.', "The note has the number.")
    play.conclude("I noted {title}: {found}.", "The note is there: {title}: {found}.", facts=["found"])


@RECKONING.intent(
    goal="compute {a} divided by 0",
    wordings=(
        "what is {a} divided by 0?",
        "divide {a} by zero",
        "how much is {a} / 0?",
        "My son asks what {a} divided by 0 makes. Try it.",
        "~{a} / 0",
    ),
    essential="calculate",
    split=Split.DEV,
)
def by_zero(play: Play) -> None:
    """The refusal is the answer."""
    play.ask(a=play.draw.whole(3, 900))
    play.attempt("calculate", {"expression": f"{play.slots['a']} / 0"}, derived=["expression"])
    play.learn("A division by zero has no result.", "The calculator refuses to divide by zero.")
    play.conclude(
        "It has no result: one can't divide by zero.",
        "{a} can't be divided by zero.",
        facts=[Fact("no"), Fact("text", "zero", ("0", "undefined"))],
    )
