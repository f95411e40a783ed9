"""Totals over tables, notes and lines of numbers, and what one does with them."""

from __future__ import annotations

from decimal import Decimal

from umi_local.worlds.families._papers.desks import put_file
from umi_local.worlds.families._papers.notes import note
from umi_local.worlds.families._papers.sheets import total
from umi_local.worlds.families._papers.values import exact, plain
from umi_local.worlds.families.reckoning.service import RECKONING, money, result
from umi_local.worlds.play import Play
from umi_local.worlds.pools import GOODS
from umi_local.worlds.splits import Split


@RECKONING.intent(
    goal="multiply the total {n_column} of {path} by {rate:money} and note it",
    wordings=(
        'add up {n_column} in {path}, multiply by {rate:money}, and note it as "{title}: " with the amount',
        'Each unit of {n_column} in {path} brings {rate:money} euros. Work out the whole and note "{title}: (amount)".',
        'What does the sum of {n_column} in {path} make at {rate:money} each? Note it as "{title}: " and the number.',
        "take the total {n_column} from {path} times {rate:money} and save a note, {title} and a colon and the amount",
        "I charge {rate:money} for every unit of {n_column} in {path}. Note the sum as {title}, colon, amount.",
        '~note "{title}: sum of {n_column} in {path} x {rate:money}"',
    ),
    split=Split.DEV,
)
def rate_for_all(play: Play) -> None:
    """Three calls: a sum, a product, a note."""
    path, sheet = play.draw.pick(list(play.state["sheets"].items()))
    rate = play.draw.price(12, 60)
    title = play.draw.pick(("my pay", "amount due", "to be paid", "earned"))
    play.ask(path=path, n_column=sheet["roles"]["n"], rate=rate, title=title)
    hours = total(sheet["rows"])
    play.call("aggregate_column", {"path": path, "column": sheet["roles"]["n"], "operation": "sum"})
    play.learn("{n_column} adds up to {hours}.", "The sum is {hours}; now times {rate:money}.", hours=hours)
    said = play.call(
        "calculate",
        {"expression": f"round({play.text('{hours}')} * {money(rate)}, 2)"},
        derived=["expression"],
    )
    play.learn("That makes {pay:money}.", "{hours} times {rate:money} is {pay:money}.", pay=result(said))
    play.call("add_note", {"text": f"{title}: {said}"}, derived=["text"])
    play.learn("The amount is noted.", '"{title}: {pay:money}" is in the notes.')
    play.conclude("It is {pay:money}; I noted that.", "{title}: {pay:money}. The note is saved.", facts=["pay"])


@RECKONING.intent(
    goal="add up what the notes with the tag {tag} cost",
    wordings=(
        "what do the things in my {tag} notes cost all together?",
        "add up the prices in the notes tagged {tag}",
        "I noted prices under {tag}. What is the sum?",
        "sum up the euros in my notes with the tag {tag}",
        "how much money do I need for everything noted under {tag}?",
        "Look at the notes tagged {tag}. How much is it if I buy all of it?",
        "total the amounts that my {tag} notes mention",
        "~sum of prices, notes {tag}",
    ),
    split=Split.TRAIN,
)
def sum_of_noted_prices(play: Play) -> None:
    """Two calls: numbers are read off notes, then added."""
    tag = play.draw.pick(("shopping", "wishes", "buy", "gifts"))
    prices = [play.draw.price(3, 80) for _ in range(play.draw.whole(2, 4))]
    goods = play.draw.several_of(GOODS, len(prices))
    day = play.state["today"]
    play.state["notes"] = [found for found in play.state["notes"] if found["tag"] != tag]
    for good, price in zip(goods, prices, strict=True):
        play.state["notes"].append(note(f"{good}, {price:.2f} euros", tag, f"{day}T09:00:00"))
    play.ask(tag=tag)
    play.call("list_notes", {"tag": tag})
    listed = prices[::-1]
    play.learn(
        "The prices are {prices}.",
        "They cost {prices}.",
        prices=[play.text("{p:money}", {"p": price}) for price in listed],
    )
    play.call("calculate", {"expression": " + ".join(map(money, listed))}, derived=["expression"])
    play.learn(
        "The sum is {sum:money}.", "Together that is {sum:money}.", sum=plain(sum(map(exact, listed), Decimal(0)))
    )
    play.conclude(
        "All together it is {sum:money} euros.",
        "{sum:money} euros for everything.",
        "You need {sum:money} euros.",
        facts=["sum"],
    )


@RECKONING.intent(
    goal="work out what one of {people} people has to pay of the total in {path}",
    wordings=(
        "split the total {n_column} in {path} evenly among {people} people",
        "work out one of {people} equal shares of all {n_column} in {path}",
        "add up {n_column} in {path} and divide it by {people}",
        "There are {people} of us. What is each one's share of {n_column} in {path}?",
        "what is the sum of {n_column} in {path}, divided by {people}?",
        "how much per head is {n_column} in {path} for {people} people?",
        "We share everything in {path} by {people}. Sum up {n_column} and tell me the share.",
        "~{path}: {n_column} total / {people}",
    ),
    split=Split.TRAIN,
)
def share_of_total(play: Play) -> None:
    """Two calls: a sum over a table, divided."""
    path, sheet = play.draw.pick(list(play.state["sheets"].items()))
    people = play.draw.whole(3, 9)
    if sheet["kind"] == "guests":
        raise play.unsuitable("people aren't shared")
    play.ask(path=path, n_column=sheet["roles"]["n"], people=people)
    whole = total(sheet["rows"])
    play.call("aggregate_column", {"path": path, "column": sheet["roles"]["n"], "operation": "sum"})
    play.learn("The total is {whole}.", "{n_column} comes to {whole} in all.", whole=whole)
    said = play.call(
        "calculate",
        {"expression": play.text("round({whole} / {people}, 2)")},
        derived=["expression"],
    )
    play.learn("Divided by {people} it is {share}.", "Each share is {share}.", share=result(said))
    play.conclude(
        "Each share is {share}.",
        "{share} for each of the {people}.",
        "{whole} divided by {people} is {share}.",
        facts=["share"],
    )


@RECKONING.intent(
    goal="add up the numbers in {path}",
    wordings=(
        "add up the numbers in {path}",
        "what do the numbers in {path} come to?",
        "sum up everything in {path}, it is one number per line",
        "I wrote a column of figures into {path}. What is the total?",
        "read {path} and tell me the sum of its lines",
        "how much is it if you add all lines of {path}?",
        "total the figures that {path} lists",
        "~sum {path}",
        "~{path}: add all lines",
    ),
    split=Split.TRAIN,
)
def sum_of_lines(play: Play) -> None:
    """Two calls: a few lines are read, then added."""
    numbers = [play.draw.pick((play.draw.whole(3, 400), play.draw.price(2, 90))) for _ in range(play.draw.whole(3, 5))]
    path = play.draw.pick(("numbers.txt", "figures.txt", "counts.txt", "till.txt", "takings.txt", "readings.txt"))
    put_file(play.state, play.draw, path, "".join(f"{money(number)}\n" for number in numbers))
    play.ask(path=path)
    play.call("read_file", {"path": path})
    play.learn("There are {count} numbers in it.", "The file lists {count} figures.", count=len(numbers))
    play.call("calculate", {"expression": " + ".join(map(money, numbers))}, derived=["expression"])
    play.learn(
        "They add up to {sum}.", "The sum of the lines is {sum}.", sum=plain(sum(map(exact, numbers), Decimal(0)))
    )
    play.conclude("The numbers in {path} add up to {sum}.", "It is {sum} in all.", "The total is {sum}.", facts=["sum"])
