"""Two and more calls, later ones with what earlier ones found."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.shop.service import CANCELLABLE, SHOP, any_order, only_order_of_item
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@SHOP.intent(
    goal="cancel {customer}'s order of the {item}",
    wordings=(
        "cancel the {item} that {customer} ordered",
        "{customer} doesn't want the {item} any more. Please cancel that order.",
        "call off {customer}'s order of {item:a}",
        "find {customer}'s order for the {item} and cancel it",
        "our client {customer} changed their mind about the {item}. Cancel the order.",
        "{customer} has bought {item:a} elsewhere in the meantime, so the order can be cancelled.",
        "take back the order of the {item} that came from {customer}",
        "~cancel {item}, customer {customer}",
    ),
    essential="cancel_order",
    split=Split.TEST,
)
def cancel_by_item(play: Play) -> None:
    """Two calls: the number comes from the list."""
    order = only_order_of_item(play, "pending", "packed")
    play.ask(customer=order["customer"], item=order["item"])
    listed = play.call("orders_of", {"customer": order["customer"]})
    number = next(found["number"] for found in listed if found["item"] == order["item"])
    play.learn(
        "{customer}'s {item} is order {number}.",
        "Among the orders of {customer}, number {number} is the {item}.",
        "The {item} belongs to order {number}.",
        number=number,
    )
    play.call("cancel_order", {"number": number})
    play.learn("Order {number} is cancelled.", "The cancellation of order {number} was accepted.")
    play.conclude(
        "I cancelled {customer}'s order {number} ({item}).",
        "The order of the {item}, number {number}, is cancelled.",
        "Done. Order {number} for {customer} has been cancelled.",
        facts=["number"],
    )


@SHOP.intent(
    goal="tell where the parcel of order {number} is",
    wordings=(
        "where is the parcel of order {number} right now?",
        "in which [town|city] is the package of order {number}?",
        "track the parcel that belongs to order {number}",
        "find out where order {number} was last seen",
        "my order {number} was shipped. Where is the package now?",
        "Somebody is waiting for order {number}. Which town has it reached?",
        "~track order {number}",
        "~parcel location {number}",
    ),
    essential="track_parcel",
    split=Split.TRAIN,
)
def track_order(play: Play) -> None:
    """Two calls: the order names the parcel."""
    play.ask(number=any_order(play, "shipped")["number"])
    order = play.call("find_order", {"number": play.slots["number"]})
    play.learn(
        "The parcel of order {number} has the code {parcel}.",
        "Order {number} went out as parcel {parcel}.",
        "Order {number} is shipped; its parcel code is {parcel}.",
        parcel=order["parcel"],
    )
    seen = play.call("track_parcel", {"parcel": order["parcel"]})
    play.learn("Parcel {parcel} is in {town}.", "It was last seen in {town}.", town=seen["at"])
    play.conclude(
        "The parcel of order {number} is in {town}.",
        "Your package ({parcel}) was last seen in {town}.",
        "Right now order {number} is in {town}.",
        facts=["town"],
    )


@SHOP.intent(
    goal="refund {customer}'s order of the {item} in full",
    wordings=(
        "refund {customer} the full price of the {item}",
        "{customer} sent the {item} back. Refund the whole order.",
        "pay {customer} back everything for the {item}",
        "give {customer} the money back for the order of the {item}",
        "The {item} never worked, says {customer}. All the money should go back.",
        "refund everything that {customer} paid for the {item}",
        "make sure that {customer} gets a full refund for the {item}",
        "~full refund {customer}, {item}",
    ),
    essential="refund_order",
    split=Split.TRAIN,
)
def refund_in_full(play: Play) -> None:
    """Two calls: number and amount come from the list."""
    order = only_order_of_item(play, "delivered")
    play.ask(customer=order["customer"], item=order["item"])
    listed = play.call("orders_of", {"customer": order["customer"]})
    found = next(one for one in listed if one["item"] == order["item"])
    play.learn(
        "The {item} is order {number} over {total:money}.",
        "{customer} paid {total:money} for the {item}, order {number}.",
        number=found["number"],
        total=found["total"],
    )
    play.call("refund_order", {"number": found["number"], "amount": found["total"]})
    play.learn("{total:money} was refunded for order {number}.", "The refund of {total:money} went through.")
    play.conclude(
        "{customer} got {total:money} back for order {number}.",
        "I refunded {total:money} for order {number} ({item}).",
        "The refund of {total:money} to {customer} is done.",
        facts=["total"],
    )


@SHOP.intent(
    goal="cancel the newest order of {customer} if it hasn't left yet",
    wordings=(
        "cancel the [newest|latest|most recent] order of {customer} unless it has already been shipped",
        "{customer} regrets the last order. Cancel it if it hasn't gone out yet.",
        "see whether {customer}'s [latest|most recent] order can still be stopped, and stop it if so",
        "call off whatever {customer} ordered last, provided that it is still with us",
        "I'm {customer} and I changed my mind about my [latest|most recent] order. If it isn't on its way, cancel it.",
        "cancel {customer}'s last order if it is still pending or packed",
        "{customer} has several orders with us. Only the newest one should be cancelled, if that still works.",
        "~cancel newest order of {customer} if not shipped",
        "~{customer}: last order, cancel if possible",
    ),
    essential="orders_of",
    split=Split.TRAIN,
)
def cancel_newest(play: Play) -> None:
    """The list tells which one it is and whether it makes sense to cancel."""
    customer = any_order(play)["customer"]
    own = [order for order in play.state["orders"].values() if order["customer"] == customer]
    days = sorted(order["ordered_on"] for order in own)
    if len(days) > 1 and days[-1] == days[-2]:
        raise play.unsuitable("two orders of the last day")
    newest = max(own, key=lambda order: order["ordered_on"])
    if play.draw.chance(0.4):
        newest["status"] = play.draw.pick(CANCELLABLE)
    play.ask(customer=customer)
    newest = play.call("orders_of", {"customer": customer}, decides=True)[0]
    play.learn(
        "{customer}'s newest order is {number} of {day}, the {item}; it is {status}.",
        "The latest one is order {number} ({item}, {day}), and its status is {status}.",
        number=newest["number"],
        day=newest["ordered_on"],
        item=newest["item"],
        status=newest["status"],
    )
    if newest["status"] not in CANCELLABLE:
        play.conclude(
            "{customer}'s newest order, {number}, is {status} already, so I did not cancel it.",
            "Order {number} ({item}) is {status} and can't be cancelled any more.",
            facts=["number", "status", NO],
            why=("So it has left, and I must not cancel it.", "It is too late to cancel, which I have to report."),
        )
        return
    play.call("cancel_order", {"number": newest["number"]}, why="So it is still here, and I can {does} with {tool}.")
    play.learn("Order {number} is off the books now.", "The shop has cancelled order {number}.")
    play.conclude(
        "I cancelled {customer}'s newest order, {number} ({item}).",
        "Order {number} of {day} was still {status}, and it is cancelled now.",
        "Done: the latest order of {customer}, number {number}, is cancelled.",
        facts=["number"],
    )


@SHOP.intent(
    goal="return the {item} of {customer} if it has been delivered",
    wordings=(
        "register the return of {customer}'s {item}, which is damaged, if it has been delivered",
        "{customer} says the {item} is damaged. Was it delivered at all? If so, open a return.",
        "see whether {customer}'s {item} was delivered; if it was, take it back as damaged, otherwise tell me its status",
        "I'm {customer} and my {item} is damaged. Register the return, if your records say it was delivered.",
        "open a return for the damaged {item} of {customer}, but only if it counts as delivered",
        "{customer} wants to send a damaged {item} back. Do that if the order was delivered, else give me its status.",
        "~{customer}, {item} damaged: return if delivered",
        "~return damaged {item} ({customer}) if delivered, else status",
    ),
    essential="orders_of",
    split=Split.TEST,
)
def return_if_delivered(play: Play) -> None:
    """The list gives number and status; only what was delivered goes back."""
    order = only_order_of_item(play, "delivered", "delivered", "shipped", "packed")
    play.ask(customer=order["customer"], item=order["item"])
    listed = play.call("orders_of", {"customer": order["customer"]}, decides=True)
    found = next(one for one in listed if one["item"] == order["item"])
    play.learn(
        "The {item} is order {number}, and it is {status}.",
        "{customer}'s {item}, order {number}, has the status {status}.",
        number=found["number"],
        status=found["status"],
    )
    if found["status"] != "delivered":
        play.conclude(
            "The {item} has not been delivered yet: order {number} is {status}. I registered no return.",
            "No return was opened, since order {number} is only {status}.",
            facts=[NO, "status"],
            why=("It has not been delivered, so nothing can be returned.", "Without a delivery I open no return."),
        )
        return
    opened = play.call("return_order", {"number": found["number"], "reason": "damaged"})
    play.learn("The return code is {code}.", "The return has the code {code}.", code=opened["return_code"])
    play.conclude(
        "The return of order {number} is registered; the return code is {code}.",
        "{customer} can send the {item} back with the code {code}.",
        facts=["code"],
    )


@SHOP.intent(
    goal="find out where the parcel with {customer}'s {item} is",
    wordings=(
        "where is the parcel with the {item} for {customer}?",
        "{customer} is waiting for {item:a}. Which town is the parcel in?",
        "trace the package that brings {customer} the {item}",
        "find out how far {customer}'s {item} has come",
        "in which town was the {item} that {customer} ordered last seen?",
        "I'm {customer}. Where's my {item} right now?",
        "Somebody asks about {item:a}, the name is {customer}. Locate that parcel, please.",
        "~where is {customer}'s {item}",
        "~locate parcel: {item}, {customer}",
    ),
    essential="track_parcel",
    split=Split.TEST,
)
def track_by_item(play: Play) -> None:
    """Three calls: customer to order, order to parcel, parcel to town."""
    order = only_order_of_item(play, "shipped")
    play.ask(customer=order["customer"], item=order["item"])
    listed = play.call("orders_of", {"customer": order["customer"]})
    number = next(one["number"] for one in listed if one["item"] == order["item"])
    play.learn(
        "The {item} is order {number}, but the parcel isn't named there.",
        "It must be order {number}; I don't have its parcel yet.",
        number=number,
    )
    parcel = play.call("find_order", {"number": number})["parcel"]
    play.learn("Order {number} travels as parcel {parcel}.", "The parcel has the code {parcel}.", parcel=parcel)
    seen = play.call("track_parcel", {"parcel": parcel})
    play.learn("{parcel} is in {town}.", "The parcel was last seen in {town}.", town=seen["at"])
    play.conclude(
        "The {item} is in {town} right now.",
        "{customer}'s parcel ({parcel}) was last seen in {town}.",
        "It is in {town}, as parcel {parcel} of order {number}.",
        facts=["town"],
    )
