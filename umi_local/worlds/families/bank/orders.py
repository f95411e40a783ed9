"""Standing orders: set up, changed, ended and added up."""

from __future__ import annotations

from umi_local.worlds.dates import days_later
from umi_local.worlds.facts import NO
from umi_local.worlds.families.bank.service import BANK, INTERVALS, any_account, any_order, any_payee, payee_id
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

_EVERY = {"weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year"}


@BANK.intent(
    goal="cancel the standing order to {name}",
    wordings=(
        "cancel my standing order to {name}",
        "stop the regular payments to {name}",
        "{name} has moved out, so I needn't pay any longer. End that standing order, please.",
        "I don't want to send money to {name} every time any more. Cancel the order.",
        "delete whatever standing order goes to {name}",
        "see that {name} gets nothing from my standing orders from now on",
        "The course with {name} is over. Please take out the repeating payment.",
        "~stop standing order {name}",
        "~{name}: end recurring payment",
    ),
    essential="cancel_standing_order",
    missing=Missing(
        wordings=(
            "cancel my standing order",
            "stop the regular payments, I don't need them any longer",
            "The course is over. Please take out the repeating payment.",
            "I want to end one of my standing orders.",
            "~stop standing order",
        ),
        needs="the name of the payee",
        goal="cancel a standing order",
        slot="name",
    ),
    split=Split.TRAIN,
)
def cancel_order(play: Play) -> None:
    """Two calls, or one where there is no such order."""
    order = any_order(play)
    known = {other["to"] for other in play.state["orders"].values()}
    others = [payee["name"] for payee in play.state["payees"].values() if payee["name"] not in known]
    name = play.draw.pick(others) if play.draw.chance(0.2) else order["to"]
    play.ask(name=name)
    found = [row for row in play.call("list_standing_orders", decides=True) if row["to"] == name]
    if not found:
        play.learn("None of the standing orders goes to {name}.", "{name} isn't among those who get regular payments.")
        play.conclude(
            "There is no standing order to {name}.",
            "You have no standing order that goes to {name}, so nothing was cancelled.",
            facts=[NO],
            why=("There is nothing to cancel.", "So I have nothing to cancel and say so."),
        )
        return
    play.learn(
        "Standing order {order} goes to {name}: {amount:money}, {every}.",
        "It is order {order}, {amount:money} {every}.",
        order=found[0]["order"],
        amount=found[0]["amount"],
        every=found[0]["every"],
    )
    play.call("cancel_standing_order", {"order": found[0]["order"]})
    play.learn("Order {order} is cancelled.", "Number {order} doesn't exist any more.")
    play.conclude(
        "I cancelled standing order {order} to {name} ({amount:money}, {every}).",
        "Done: {name} gets no more payments from order {order}.",
        "The standing order to {name}, number {order}, is gone.",
        facts=["order"],
    )


@BANK.intent(
    goal="set up a standing order of {amount:money} every {period} to {name} from account {number}, as of {first}",
    wordings=(
        "set up a standing order: {amount:money} every {period} to {name}, from account {number}, starting {first}",
        "pay {name} {amount:money} every {period} from {number}, for the first time on {first}",
        "As of {first}, {name} should get {amount:money} each {period}. Please arrange it for account {number}.",
        "I've found a room with {name} and pay {amount:money} a {period} from {first} on. Use account {number}.",
        "create a regular payment from {number} to {name}, {amount:money} per {period}, beginning on {first}",
        "Starting on {first}, send {amount:money} from {number} to {name} every {period}.",
        "{name} teaches me the violin for {amount:money} a {period}. Make that a standing order on {number} from {first}.",
        "~standing order {name} {amount:money}/{period} from {number}, first {first}",
        "~{number}: {amount:money} every {period} to {name} as of {first}",
    ),
    essential="create_standing_order",
    missing=Missing(
        wordings=(
            "set up a standing order: {amount:money} every {period} to {name}, from account {number}",
            "pay {name} {amount:money} every {period} from {number}",
            "I've found a room with {name} and pay {amount:money} a {period}. Use account {number}.",
            "create a regular payment from {number} to {name}, {amount:money} per {period}",
            "~standing order {name} {amount:money}/{period} from {number}",
        ),
        needs="the day of the first payment",
        goal="set up a standing order of {amount:money} every {period} to {name}",
        slot="first",
        replies=("{value}", "the first one on {value}", "Start on {value}."),
    ),
    split=Split.TRAIN,
)
def new_order(play: Play) -> None:
    """Two calls; an interval, an amount and a date go into the second."""
    every = play.draw.pick(INTERVALS)
    first = days_later(play.state["today"], play.draw.whole(1, 40))
    play.ask(
        amount=play.draw.price(10, 600),
        period=_EVERY[every],
        name=any_payee(play)["name"],
        number=any_account(play)["account"],
        first=first,
    )
    made = play.call(
        "create_standing_order",
        {
            "payee": payee_id(play, play.slots["name"]),
            "account": play.slots["number"],
            "amount": play.slots["amount"],
            "every": every,
            "first_on": first,
        },
        does="set up {amount:money} every {period} to {name}",
    )
    play.learn(
        "The standing order has the number {order}.",
        "It is set up as order {order}, first on {first}.",
        order=made["order"],
    )
    play.conclude(
        "Standing order {order} is set up: {amount:money} every {period} to {name}, first on {first}.",
        "Done. {name} gets {amount:money} every {period} as of {first} (order {order}).",
        "From {first} on, {amount:money} goes to {name} every {period}. The order number is {order}.",
        facts=["order", "first"],
    )


@BANK.intent(
    goal="raise the standing order to {name} by {more:money}",
    wordings=(
        "raise my standing order to {name} by {more:money}",
        "{name} asks for {more:money} more each time. Adapt the standing order, please.",
        "increase what {name} gets regularly by {more:money}",
        "The room got dearer: {name} must have {more:money} on top of what my standing order sends.",
        "put {more:money} on top of the recurring payment to {name}",
        "From next time on, {name} gets {more:money} more than so far. Change the order.",
        "can you make the standing order for {name} {more:money} higher?",
        "~{name} standing order +{more:money}",
        "~+{more:money} on order to {name}",
    ),
    essential="change_standing_order",
    split=Split.DEV,
)
def raise_order(play: Play) -> None:
    """Two calls; the new amount is a sum."""
    order = any_order(play)
    more = play.draw.price(2, 60)
    play.ask(name=order["to"], more=more)
    found = next(row for row in play.call("list_standing_orders") if row["to"] == order["to"])
    play.learn(
        "Order {order} sends {old:money}; with {more:money} more that becomes {new:money}.",
        "{name} gets {old:money} by order {order}, so the new amount is {new:money}.",
        order=found["order"],
        old=found["amount"],
        new=round(found["amount"] + more, 2),
    )
    play.call("change_standing_order", {"order": found["order"], "amount": play.slots["new"]}, derived=["amount"])
    play.learn("{name} will get {new:money}.", "The order stands at {new:money} now.")
    play.conclude(
        "The standing order to {name} is raised from {old:money} to {new:money}.",
        "Order {order} now sends {new:money} to {name}, {more:money} more than before.",
        facts=["new"],
    )


@BANK.intent(
    goal="tell what all {every} standing orders come to",
    wordings=(
        "what do my {every} standing orders come to altogether?",
        "add up all standing orders that are {every}",
        "I'm making a budget. How much goes out through {every} standing orders, in total?",
        "how much do I pay by standing order, counting just the {every} ones?",
        "look through the standing orders and give me the sum of those that run {every}",
        "Only the {every} standing orders interest me. What's the total, and how many are there?",
        "The sum of my regular payments, the {every} ones only, please.",
        "~total of {every} standing orders",
        "~{every} orders, sum",
    ),
    essential="list_standing_orders",
    split=Split.TEST,
)
def sum_of_orders(play: Play) -> None:
    """One call, a filter and a sum; sometimes nothing."""
    every = play.draw.pick(INTERVALS)
    if every != "yearly":
        for order in play.draw.sample(list(play.state["orders"].values()), 2):
            order["every"] = every
    play.ask(every=every)
    amounts = [row["amount"] for row in play.call("list_standing_orders", decides=True) if row["every"] == every]
    if not amounts:
        play.learn("No standing order is {every}.", "The list has no {every} order.")
        play.conclude("You have no {every} standing orders.", "None of your standing orders runs {every}.", facts=[NO])
        return
    play.slots.update(total=round(sum(amounts), 2), count=len(amounts), each=[f"{a:.2f}" for a in amounts])
    play.learn(
        "The {every} ones are {each}, together {total:money}.",
        "There are {count} of them: {each}. The sum is {total:money}.",
    )
    play.conclude(
        "Your {every} standing orders come to {total:money}.",
        "{total:money} in all, from {count} {every} standing orders.",
        facts=["total"],
        derived=["total"],
    )


@BANK.intent(
    goal="have {name} paid {amount:money} by standing order, by setting up a new one if need be",
    wordings=(
        "change the standing order to {name} to {amount:money}; if that can't be done, cancel it and set up a new one",
        "{name} now costs {amount:money}. Update my standing order, or else replace it by a new one that's the same.",
        "My standing order for {name} must say {amount:money}, whether you edit it or cancel it and create it afresh.",
        "Try to set the order to {name} to {amount:money}. Otherwise end it and make a new one with the same dates.",
        "adjust the regular payment to {name} to {amount:money}, by way of a new standing order if editing fails",
        "{amount:money} for {name} in future, same account and rhythm. Edit the order or, failing that, make a new one.",
        "~{name} order = {amount:money}, edit or recreate",
        "~standing order {name}: {amount:money}, else delete + new",
    ),
    kind=Kind.RECOVER,
    breaks="change_standing_order",
    split=Split.TEST,
)
def order_anew(play: Play) -> None:
    """The change fails, so the order is cancelled and set up again with all it had: five calls."""
    order = any_order(play)
    amount = round(order["amount"] + play.draw.price(2, 60), 2)
    play.ask(name=order["to"], amount=amount)
    found = next(row for row in play.call("list_standing_orders") if row["to"] == order["to"])
    play.learn(
        "The one to {name} is order {order}, {every} from account {number}, next on {next_on}.",
        "Order {order} goes to {name}: {every}, from {number}, with {next_on} as the next date.",
        order=found["order"],
        every=found["every"],
        number=found["account"],
        next_on=found["next_on"],
    )
    failed = play.attempt(
        "change_standing_order",
        {"order": found["order"], "amount": amount},
        does="change standing order {order} to {amount:money}",
    )
    play.learn("Editing is no option: the tool {said}.", "The change {said}.", said=failed.error)
    play.call(
        "cancel_standing_order",
        {"order": found["order"]},
        why=(
            "As the user said, I cancel order {order} with {tool} and set it up afresh.",
            "So order {order} has to go; {tool} cancels it, and a new one follows.",
        ),
    )
    play.learn("Order {order} is gone; the new one needs the id of {name}.", "The old order is out of the way.")
    made = play.call(
        "create_standing_order",
        {
            "payee": payee_id(play, order["to"]),
            "account": found["account"],
            "amount": amount,
            "every": found["every"],
            "first_on": found["next_on"],
        },
        does="set up {amount:money}, {every}, to {name} as of {next_on}",
    )
    play.learn("The new order is {new}.", "It has the number {new}.", new=made["order"])
    play.conclude(
        "The old order could not be changed, so I set up a new one: {new}, {amount:money} {every} to {name}.",
        "Standing order {new} replaces {order}: {amount:money} to {name}, next on {next_on}.",
        facts=["new", "amount"],
    )


@BANK.intent(
    goal="put off the next payment to {name} until {day}",
    wordings=(
        "put off the next standing order payment to {name} until {day}",
        "{name} agreed to wait. Let my standing order pay the next time on {day}.",
        "move the next date of the standing order to {name} to {day}",
        "My salary comes late, so {name} can't be paid before {day}. Shift the standing order accordingly.",
        "can my regular payment to {name} go out on {day} next time?",
        "make {day} the next date for what I pay {name} by standing order",
        "I'd rather pay {name} on {day}, and from there on as usual. It's a standing order.",
        "~{name} standing order: next on {day}",
        "~delay {name} order to {day}",
    ),
    essential="change_standing_order",
    missing=Missing(
        wordings=(
            "put off the next standing order payment to {name}",
            "{name} agreed to wait. Let my standing order pay later.",
            "move the next date of the standing order to {name}",
            "can my regular payment to {name} go out on another day next time?",
            "~delay {name} order",
        ),
        needs="the new date",
        goal="put off the next payment to {name}",
        slot="day",
    ),
    split=Split.TRAIN,
)
def postpone(play: Play) -> None:
    """Two calls; the second changes a date, and the amount stays."""
    order = any_order(play)
    play.ask(name=order["to"], day=days_later(order["next_on"], play.draw.whole(2, 20)))
    found = next(row for row in play.call("list_standing_orders") if row["to"] == order["to"])
    play.learn(
        "{name} is paid by order {order}, next on {old}.",
        "It is order {order}, which would pay on {old}.",
        order=found["order"],
        old=found["next_on"],
        amount=found["amount"],
    )
    play.call(
        "change_standing_order",
        {"order": found["order"], "next_on": play.slots["day"]},
        does="move the next date of order {order} to {day}",
    )
    play.learn("Order {order} pays on {day} now.", "The new date is {day}.")
    play.conclude(
        "The next payment to {name} is on {day} instead of {old}.",
        "Order {order} to {name} ({amount:money}) pays next on {day}.",
        "Done, {name} is paid on {day}.",
        facts=["day"],
    )
