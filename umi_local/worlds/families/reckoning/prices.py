"""Sums of daily life: discounts, bills, purchases, offers."""

from __future__ import annotations

from umi_local.worlds.facts import NO, YES
from umi_local.worlds.families.reckoning.service import RECKONING, money, result
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.pools import GOODS
from umi_local.worlds.splits import Split


@RECKONING.intent(
    goal="compute {price:money} less {percent} percent",
    wordings=(
        "The {good} costs {price:money} euros, and there's {percent}% off. What do I pay?",
        "what is {price:money} euros minus {percent} percent?",
        "I get a discount of {percent}% on a {good} at {price:money} euros. What is the price then?",
        "take {percent} percent off {price:money}",
        "how much is a {good} for {price:money} euros after a discount of {percent} percent?",
        "A {good} was {price:money} euros and is now {percent}% cheaper. What does it cost?",
        "work out the reduced price: {price:money} euros, {percent}% less",
        "~{price:money} - {percent}%",
        "~{percent}% off {price:money}?",
    ),
    essential="calculate",
    missing=Missing(
        wordings=(
            "take {percent} percent off the price",
            "what is the price after a discount of {percent}%?",
            "~{percent}% off?",
        ),
        needs="the price",
        goal="compute a price less {percent} percent",
        slot="price",
        replies=("{value:money} euros", "it costs {value:money}", "The price is {value:money}."),
    ),
    split=Split.TRAIN,
)
def discount(play: Play) -> None:
    """One call; what is left of a price."""
    price, percent = play.draw.price(20, 900), play.draw.whole(5, 60, 5)
    play.ask(price=price, percent=percent, good=play.draw.of(GOODS))
    said = play.call(
        "calculate",
        {"expression": f"round({money(price)} - {percent}%, 2)"},
        derived=["expression"],
    )
    play.learn("What is left is {found:money}.", "The reduced price is {found:money}.", found=result(said))
    play.conclude(
        "You pay {found:money} euros.",
        "The price is {found:money} euros then.",
        "{found:money} euros, after {percent}% off.",
        facts=["found"],
    )


@RECKONING.intent(
    goal="split {price:money} plus {percent} percent among {people} people",
    wordings=(
        "We were {people} people, the bill is {price:money} euros and we give {percent}% on top. How much is it each?",
        "split a bill of {price:money} euros by {people}, with a tip of {percent} percent",
        "Dinner was {price:money} euros. With {percent}% tip, what does each of us {people} pay?",
        "How much does everybody pay? {price:money} euros, {percent} percent tip, {people} people.",
        "divide {price:money} plus {percent}% tip among {people} friends",
        "~{price:money} + {percent}% / {people} each",
    ),
    essential="calculate",
    missing=Missing(
        wordings=(
            "split our bill by {people}, with a tip of {percent} percent",
            "Dinner is over, and we are {people}. With {percent}% tip, what does each of us pay?",
            "~bill + {percent}% / {people}",
        ),
        needs="the amount of the bill",
        goal="split a bill among {people} people",
        slot="price",
        replies=("{value:money} euros it was", "it was {value:money}", "The bill says {value:money}."),
    ),
    split=Split.TEST,
)
def split_bill(play: Play) -> None:
    """One call; three numbers of a story."""
    price, percent, people = play.draw.price(30, 400), play.draw.pick((5, 8, 10, 12, 15)), play.draw.whole(3, 9)
    play.ask(price=price, percent=percent, people=people)
    said = play.call(
        "calculate",
        {"expression": f"round(({money(price)} + {percent}%) / {people}, 2)"},
        derived=["expression"],
    )
    play.learn("Each pays {found:money}.", "The share is {found:money}.", found=result(said))
    play.conclude("Each of you pays {found:money} euros.", "It is {found:money} euros a head.", facts=["found"])


@RECKONING.intent(
    goal="tell what {count} x {good} at {price:money} cost",
    wordings=(
        "I'm buying {count} of the {good}, {price:money} euros each, and delivery is {extra} euros. What does it cost in all?",
        "what do {count} pieces at {price:money} euros come to, plus {extra} euros for delivery?",
        "{count} x {good} at {price:money} euros each plus {extra} euros postage: how much is that?",
        "work out the total for {count} pieces of {price:money} euros and {extra} euros shipping",
        "We need {count} times the {good} at {price:money}. Add {extra} for the delivery and tell me the total.",
        "add up {count} x {price:money} and {extra} for delivery",
        "how much money must I have with me for {count} pieces at {price:money} euros if delivery costs {extra}?",
        "~{count} x {price:money} + {extra}",
    ),
    essential="calculate",
    split=Split.TEST,
)
def purchase(play: Play) -> None:
    """One call; a product and a sum."""
    count, price, extra = play.draw.whole(3, 40), play.draw.price(2, 60), play.draw.whole(4, 25)
    play.ask(count=count, price=price, extra=extra, good=play.draw.of(GOODS))
    said = play.call(
        "calculate",
        {"expression": f"{count} * {money(price)} + {extra}"},
        derived=["expression"],
    )
    play.learn("All together it is {found:money}.", "The total is {found:money}.", found=result(said))
    play.conclude(
        "It costs {found:money} euros in all.",
        "{found:money} euros, delivery included.",
        "The total comes to {found:money} euros.",
        facts=["found"],
    )


@RECKONING.intent(
    goal="say whether {budget} euros are enough for {count} x {price:money}",
    wordings=(
        "is {budget} euros enough for {count} tickets at {price:money} each?",
        "I have {budget} euros. Can I buy {count} tickets at {price:money} euros?",
        "are {budget} euros enough to pay {count} times {price:money}?",
        "Can we afford {count} seats at {price:money} euros with {budget} euros in the box?",
        "check whether {count} tickets at {price:money} fit into a budget of {budget}",
        "There are {budget} euros left. {count} tickets cost {price:money} each. Does that work out?",
        "do {count} x {price:money} stay within {budget} euros?",
        "~{count} x {price:money}, have {budget}, enough?",
    ),
    essential="calculate",
    split=Split.TRAIN,
)
def enough(play: Play) -> None:
    """One call and a comparison."""
    count, price = play.draw.whole(3, 30), play.draw.price(4, 60)
    budget = max(10, round(count * price * play.draw.pick((0.8, 0.9, 1.1, 1.3)) / 10) * 10)
    play.ask(count=count, price=price, budget=budget)
    found = result(play.call("calculate", {"expression": f"{count} * {money(price)}"}, derived=["expression"]))
    if found <= budget:
        play.learn("{found:money} is within {budget}.", "They cost {found:money}, not more than {budget}.", found=found)
        play.conclude(
            "Yes, they cost {found:money} euros.", "Yes: it is {found:money} euros in all.", facts=[YES, "found"]
        )
    else:
        play.learn("{found:money} is more than {budget}.", "They cost {found:money}, above {budget}.", found=found)
        play.conclude(
            "No, they cost {found:money} euros.",
            "No, {budget} is not enough: it is {found:money}.",
            facts=[NO, "found"],
        )


@RECKONING.intent(
    goal="find out which is cheaper per kilo: {one_g} g for {one:money} or {two_g} g for {two:money}",
    wordings=(
        "what is cheaper per kilo, {one_g} g for {one:money} or {two_g} g for {two:money}?",
        "tell me which pack is cheaper by the kilo: {one_g} g at {one:money} or {two_g} g at {two:money}",
        "which is the better offer, {one_g} g at {one:money} euros or {two_g} g at {two:money} euros?",
        "Shop A: {one_g} g for {one:money}. Shop B: {two_g} g for {two:money}. Who is cheaper per kilo?",
        "compare two packs by price per kilo: {one_g} g, {one:money} euros, and {two_g} g, {two:money} euros",
        "I can take {one_g} grams for {one:money} or {two_g} grams for {two:money} euros. Which one saves money?",
        "work out the price per kilo of {one_g} g for {one:money} and of {two_g} g for {two:money}, and tell me the lower one",
        "~{one_g} g {one:money} vs {two_g} g {two:money}, cheaper per kg?",
    ),
    split=Split.TRAIN,
)
def better_offer(play: Play) -> None:
    """Two calls and a comparison."""
    one_g, two_g = play.draw.sample((150, 250, 300, 400, 500, 750, 900), 2)
    one, two = (play.draw.price(1, 12) for _ in range(2))
    if round(one / one_g, 4) == round(two / two_g, 4):
        raise play.unsuitable("both cost the same")
    play.ask(one_g=one_g, two_g=two_g, one=one, two=two)
    said = play.call("calculate", {"expression": f"round({money(one)} / {one_g} * 1000, 2)"}, derived=["expression"])
    first = result(said)
    play.learn("The first costs {first:money} a kilo.", "{first:money} a kilo for the {one_g} g.", first=first)
    said = play.call("calculate", {"expression": f"round({money(two)} / {two_g} * 1000, 2)"}, derived=["expression"])
    second = result(said)
    if first == second:
        raise play.unsuitable("both round to the same price")
    play.learn(
        "The second costs {second:money}, so the pack of {grams} g is cheaper.",
        "{second:money} a kilo for the other one: {grams} g is the better offer.",
        second=second,
        grams=one_g if first < second else two_g,
    )
    play.conclude(
        "The {grams} g are cheaper: {low:money} a kilo against {high:money}.",
        "Take the {grams} g, at {low:money} euros a kilo.",
        "{grams} g, since a kilo costs {low:money} there and {high:money} in the other.",
        facts=["grams", "low"],
        low=min(first, second),
        high=max(first, second),
    )


@RECKONING.intent(
    goal="compute {count} times {price:money}",
    wordings=(
        "what is {count} times {price:money}?",
        "add {price:money} up {count} times",
        "We sold {count} tickets at {price:money} euros. How much did we take?",
        "how much do {count} at {price:money} make?",
        "I sold {count} jars at {price:money} euros each. What did I earn?",
        "multiply {count} by {price:money} for me",
        "{count} people paid {price:money} euros each. How much is in the box?",
        "~{count} * {price:money}",
    ),
    essential="calculate",
    split=Split.TRAIN,
)
def takings_and_shares(play: Play) -> None:
    """One call, then a second question whose answer builds on the first."""
    count, price, people = play.draw.whole(12, 90), play.draw.price(3, 30), play.draw.whole(3, 9)
    play.ask(count=count, price=price)
    found = result(play.call("calculate", {"expression": f"{count} * {money(price)}"}, derived=["expression"]))
    play.learn("It makes {found:money}.", "{count} times {price:money} is {found:money}.", found=found)
    play.conclude("That is {found:money} euros.", "{found:money} euros in all.", facts=["found"])
    if play.draw.chance(0.6):
        play.then_ask(
            "and if {people} of us share that?",
            "what does each get if we split it among {people}?",
            "Divide it by {people}, please.",
            "and a {people}th of that, how much is it?" if people > 3 else "and a third of that, how much is it?",
            goal="divide {found:money} by {people}",
            people=people,
        )
        said = play.call("calculate", {"expression": f"round({money(found)} / {people}, 2)"}, derived=["expression"])
        play.learn("Each part is {each:money}.", "Divided by {people} it is {each:money}.", each=result(said))
        play.conclude("Each gets {each:money} euros.", "{each:money} euros each.", facts=["each"])
