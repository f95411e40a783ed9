"""What users ask the shop: one or two calls that change nothing."""

from __future__ import annotations

from umi_local.worlds.facts import NO, YES
from umi_local.worlds.families.shop.service import SHOP, any_order
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

ORDER_MISSING = Missing(
    wordings=(
        "where is my order?",
        "check my order",
        "what is the status of my order?",
        "tell me how my order is doing",
        "~order status",
    ),
    needs="the order number",
    goal="check an order",
    slot="number",
)


@SHOP.intent(
    goal="check the status of order {number}",
    wordings=(
        "where is order {number}?",
        "what is the status of order {number}?",
        "check order {number}",
        "look up how order {number} is doing",
        "has order {number} [gone out|left the warehouse] yet?",
        "tell me the [state|status] of [my order|order no.] {number}",
        "I placed order {number} [a while ago|last week|some days ago]. What has become of it?",
        "~status order {number}",
        "~order {number}?",
    ),
    essential="find_order",
    missing=ORDER_MISSING,
    split=Split.TRAIN,
)
def order_status(play: Play) -> None:
    """One call."""
    play.ask(number=any_order(play)["number"])
    found = play.call("find_order", {"number": play.slots["number"]})
    play.learn(
        "Order {number}, the {item}, is {status}.",
        "The status of order {number} is {status}; it holds the {item}.",
        status=found["status"],
        item=found["item"],
    )
    play.conclude(
        "Order {number} is {status}.",
        "Your order {number} ({item}) is {status} at the moment.",
        "The status of order {number}: {status}.",
        "I checked order {number}. It is {status}.",
        facts=["status"],
    )


@SHOP.intent(
    goal="tell when order {number} arrives",
    wordings=(
        "when will order {number} [arrive|get here|be delivered]?",
        "when does order {number} come?",
        "tell me the [delivery|arrival] date of order {number}",
        "find out when [I can expect|to expect] order {number}",
        "how long until order {number} is here?",
        "I'm waiting for order {number}. [When is it due|What day is it due]?",
        "~arrival date order {number}",
        "~eta {number}",
    ),
    essential="find_order",
    missing=Missing(
        wordings=(
            "when will my order arrive?",
            "when does my parcel come?",
            "tell me the delivery date of my order",
            "I'm waiting for my order. When is it due?",
            "~when delivery",
        ),
        needs="the order number",
        goal="tell when an order arrives",
        slot="number",
    ),
    split=Split.TEST,
)
def order_arrival(play: Play) -> None:
    """One call, a date."""
    play.ask(number=any_order(play, "pending", "packed", "shipped")["number"])
    found = play.call("find_order", {"number": play.slots["number"]})
    play.learn(
        "The {item} of order {number} should arrive on {day}.",
        "Order {number} is {status} and expected on {day}.",
        day=found["arrives_on"],
        item=found["item"],
        status=found["status"],
    )
    play.conclude(
        "Order {number} should [arrive|be with you] on {day}.",
        "It is expected on {day}.",
        "You can expect order {number}, the {item}, on {day}.",
        "The delivery date is {day}.",
        facts=["day"],
    )


@SHOP.intent(
    goal="check the status of order {number}",
    wordings=(
        "what happened to order {number}?",
        "how far along is order {number}?",
        "look into order {number}",
        "get me the details of purchase {number}",
        "I can't find anything about order {number}. Can you?",
        "dig up order {number}, which I need for a complaint",
        "A customer gave me the number {number} for an order. What does it say?",
        "~details order {number}",
    ),
    split=Split.TRAIN,
    weight=0.6,
)
def unknown_order(play: Play) -> None:
    """There is no such order, and the answer says so."""
    number = next(n for n in iter(lambda: play.draw.whole(1000, 9999), None) if str(n) not in play.state["orders"])
    play.ask(number=number)
    play.attempt("find_order", {"number": number})
    play.learn("There is no order {number}.", "The shop knows no order with the number {number}.")
    play.conclude(
        "There is no order with the number {number}. Please check it.",
        "I could not find order {number}; is the number right?",
        "The shop has no order {number}.",
        facts=[NO],
        why=("The user should check the number.", "I [should|can only] report that and suggest to check the number."),
    )


@SHOP.intent(
    goal="say whether order {number} has been delivered",
    wordings=(
        "has order {number} been delivered?",
        "did order {number} arrive?",
        "check whether order {number} was delivered",
        "order {number} should be here by now. Was it delivered?",
        "find out if order {number} has reached its customer",
        "The neighbours say they saw the van. Is order {number} delivered?",
        "I have to know for a complaint whether order {number} counts as delivered.",
        "~{number} delivered?",
    ),
    essential="find_order",
    split=Split.TRAIN,
)
def is_delivered(play: Play) -> None:
    """Yes or no, and then a question about the same order that needs no further call."""
    play.ask(number=any_order(play)["number"])
    found = play.call("find_order", {"number": play.slots["number"]})
    play.learn(
        "Order {number} is {status}.",
        "The status says {status}.",
        status=found["status"],
        ordered=found["ordered_on"],
        day=found["arrives_on"],
    )
    if found["status"] == "delivered":
        play.conclude("Yes, order {number} has been delivered.", "Yes, it is delivered.", facts=[YES, "status"])
    else:
        play.conclude(
            "No, order {number} is {status}.",
            "Not yet; its status is {status}.",
            facts=[NO, "status"],
        )
    if play.draw.chance(0.4):
        play.then_ask(
            "And when was it ordered?",
            "when did I order it?",
            "on which day was that order placed?",
            goal="tell when order {number} was placed",
        )
        play.conclude(
            "It was ordered on {ordered}.",
            "Order {number} was placed on {ordered}.",
            facts=["ordered"],
            why=(
                "The record of order {number} already says that it was ordered on {ordered}, so no call is needed.",
                "I know this from the order that I looked up: {ordered}.",
            ),
        )


@SHOP.intent(
    goal="tell the status of order {number} and the price of the {name}",
    wordings=(
        "what is the status of order {number}, and what does the {name} cost?",
        "check order {number} for me and also find out the price of the {name}",
        "look up how far order {number} is; I also need to know what the {name} costs",
        "Two things: where does order {number} stand, and how much is the {name}?",
        "I have a question about order {number}: is it on its way? And what would the {name} cost me?",
        "tell me the price of the {name} and, while you're at it, the status of order {number}",
        "how much is the {name}? and has order {number} been sent?",
        "~status {number} + price of {name}",
        "~order {number}? and {name}, how much?",
    ),
    split=Split.TRAIN,
)
def status_and_price(play: Play) -> None:
    """Two requests in one: two calls that have nothing to do with each other."""
    play.ask(number=any_order(play)["number"], name=play.draw.pick(play.state["products"])["name"])
    order = play.call("find_order", {"number": play.slots["number"]})
    play.learn(
        "Order {number} is {status}; the price of the {name} is still open.",
        "The first part is known: order {number} is {status}.",
        status=order["status"],
    )
    found = play.call("find_products", {"words": play.slots["name"]})[0]
    play.learn("The {name} costs {price:money}.", "{price:money} is the price of the {name}.", price=found["price"])
    play.conclude(
        "Order {number} is {status}, and the {name} costs {price:money}.",
        "The status of order {number} is {status}. The {name} is {price:money}.",
        "{price:money} for the {name}; order {number} is {status}.",
        facts=["status", "price"],
    )


@SHOP.intent(
    goal="tell how much {customer} has spent in all",
    wordings=(
        "how much has {customer} spent with us [in total|altogether]?",
        "add up all the orders of {customer}",
        "what do the orders of {customer} come to in total?",
        "I need one figure: the sum of everything that {customer} ordered.",
        "{customer} wonders how much money went into our shop so far. What's the sum?",
        "work out what {customer} has ordered for, all orders together",
        "~total spent, {customer}",
        "~{customer}: sum of orders",
    ),
    essential="orders_of",
    missing=Missing(
        wordings=(
            "how much has that customer spent with us in total?",
            "add up all the orders of one of our customers",
            "I need the sum of everything that a customer ordered.",
            "~total spent by customer",
        ),
        needs="the customer's name",
        goal="add up a customer's orders",
        slot="customer",
    ),
    split=Split.DEV,
)
def spent_in_all(play: Play) -> None:
    """One call and a sum."""
    play.ask(customer=any_order(play)["customer"])
    listed = play.call("orders_of", {"customer": play.slots["customer"]})
    totals = [order["total"] for order in listed]
    play.learn(
        "{customer} has {count:n order}; {amounts} make {sum:money}.",
        "{amounts}: together that is {sum:money} for {count:n order}.",
        count=len(totals),
        amounts=[f"{total:.2f}" for total in totals],
        sum=round(sum(totals), 2),
    )
    play.conclude(
        "{customer} has spent {sum:money} in {count:n order}.",
        "The orders of {customer} come to {sum:money}.",
        "{sum:money} in all, with {count:n order}.",
        facts=["sum"],
        derived=["sum"],
    )
