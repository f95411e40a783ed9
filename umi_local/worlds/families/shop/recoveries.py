"""A tool fails for good, and the plan gets there by another one."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.shop.service import SHOP, any_order
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@SHOP.intent(
    goal="tell where parcel {parcel} of order {number} is, or else when it is due",
    wordings=(
        "where is parcel {parcel}? if it can't be tracked, tell me when order {number} is due",
        "try to track {parcel}; should that fail, look up the delivery date of order {number}",
        "My order {number} travels as parcel {parcel}. Where is it, or at least when will it be here?",
        "find parcel {parcel} (order {number}) or, if tracking is down, its expected date",
        "My phone can't track {parcel}. Where is it? If you can't either, when is order {number} due?",
        "give me the place of parcel {parcel}, or failing that the arrival date of order {number}",
        "~track {parcel}, else eta of order {number}",
        "~{parcel} where? otherwise due date {number}",
    ),
    kind=Kind.RECOVER,
    breaks="track_parcel",
    split=Split.TEST,
)
def due_if_untracked(play: Play) -> None:
    """Tracking fails for good; the order still says when."""
    order = any_order(play, "shipped")
    play.ask(number=order["number"], parcel=order["parcel"])
    reply = play.attempt("track_parcel", {"parcel": order["parcel"]})
    play.learn(
        "The tool for tracking {said}, so parcel {parcel} can't be found.",
        "Parcel {parcel} can't be tracked: the tool {said}.",
        said=reply.error,
    )
    found = play.call(
        "find_order",
        {"number": order["number"]},
        why=(
            "The user then wants the date, so I {does} with {tool}.",
            "What remains is the delivery date, for which I {does} with {tool}.",
        ),
    )
    play.learn(
        "Order {number} should arrive on {day}.",
        "{day} is the expected date of order {number}.",
        day=found["arrives_on"],
    )
    play.conclude(
        "The parcel can't be tracked at the moment, but order {number} is expected on {day}.",
        "I could not track {parcel}. Order {number} should arrive on {day}.",
        "Tracking isn't working now; the delivery date is {day}.",
        facts=["day", NO],
    )


@SHOP.intent(
    goal="tell the status of {customer}'s order {number}",
    wordings=(
        "what is the status of order {number}? the customer is {customer}",
        "{customer} is asking about order {number}. How is it coming along?",
        "check the order {number} that {customer} placed",
        "I have {customer} on the phone: what about order {number}?",
        "find out whether {customer}'s order {number} has been shipped",
        "how far is {customer}'s purchase, order {number}?",
        "{customer} wrote to us again because of order {number}. Tell me its status.",
        "~{customer}, order {number}, status?",
        "~status {number} ({customer})",
    ),
    kind=Kind.RECOVER,
    breaks="find_order",
    split=Split.TRAIN,
)
def status_by_customer(play: Play) -> None:
    """The lookup by number fails for good; the customer's list has the order, too."""
    order = any_order(play)
    play.ask(number=order["number"], customer=order["customer"])
    reply = play.attempt("find_order", {"number": order["number"]})
    play.learn(
        "The tool that looks up orders by number {said}.",
        "Order {number} can't be looked up by its number, because that tool {said}.",
        said=reply.error,
    )
    listed = play.call(
        "orders_of",
        {"customer": order["customer"]},
        why=(
            "The customer is known, so the order must be in the list that {tool} gives of {customer}'s orders.",
            "The list of {customer}'s orders shows the status as well; {tool} gets it.",
            "I can {does} with {tool} instead and pick number {number} there.",
        ),
    )
    found = next(one for one in listed if one["number"] == order["number"])
    play.learn(
        "In the list, order {number} is {status}.",
        "Among {customer}'s orders, number {number} ({item}) is {status}.",
        status=found["status"],
        item=found["item"],
    )
    play.conclude(
        "Order {number} of {customer} is {status}.",
        "{customer}'s order {number} ({item}) is {status}.",
        "It is {status}; I found order {number} in {customer}'s list.",
        facts=["status"],
    )
