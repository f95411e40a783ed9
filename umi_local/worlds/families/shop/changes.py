"""What users have the shop do in one call, refusals included."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.shop.service import SHOP, any_order
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.pools import STREETS, TOWNS
from umi_local.worlds.splits import Split


@SHOP.intent(
    goal="cancel order {number}",
    wordings=(
        "cancel order {number}",
        "call off order {number}[| for me]",
        "stop order {number} before it goes out",
        "I [don't want|no longer need|changed my mind about] order {number}[. Cancel it.|, cancel it please.]",
        "can order {number} still be cancelled? then do it, please",
        "withdraw my order {number}",
        "I ordered the wrong thing with order {number}. Please cancel.",
        "~cancel {number}",
        "~order {number} cancel pls",
    ),
    essential="cancel_order",
    missing=Missing(
        wordings=(
            "cancel my order",
            "call off the order I placed yesterday",
            "I don't want my order any more. Please cancel it.",
            "stop my order before it goes out",
            "~cancel order",
        ),
        needs="the order number",
        goal="cancel an order",
        slot="number",
    ),
    split=Split.TRAIN,
)
def cancel(play: Play) -> None:
    """One call that changes something."""
    play.ask(number=any_order(play, "pending", "packed")["number"])
    play.call("cancel_order", {"number": play.slots["number"]})
    play.learn(
        "Order {number} is [cancelled now|now cancelled].",
        "The cancellation of order {number} went through.",
        "The shop confirms that order {number} is cancelled.",
    )
    play.conclude(
        "Order {number} is cancelled now.",
        "Done: I cancelled order {number}.",
        "I have cancelled order {number} for you.",
        "Your order {number} has been cancelled.",
        facts=["number"],
    )


@SHOP.intent(
    goal="cancel order {number} if that is still possible",
    wordings=(
        "cancel order {number} if it isn't too late",
        "see whether order {number} can still be cancelled, and cancel it if so",
        "try to cancel order {number}",
        "stop order {number} if that still works",
        "My plans have changed and order {number} is no longer needed. Cancel it, if you still can.",
        "can you still get me out of order {number}?",
        "I'd rather not get order {number} any more. Is there still time to cancel it?",
        "~cancel {number} if possible",
    ),
    split=Split.DEV,
)
def cancel_too_late(play: Play) -> None:
    """The shop refuses, for a reason."""
    play.ask(number=any_order(play, "shipped", "delivered")["number"])
    play.attempt("cancel_order", {"number": play.slots["number"]})
    status = play.state["orders"][str(play.slots["number"])]["status"]
    play.learn(
        "The shop refuses: order {number} is {status} already, so it can't be cancelled.",
        "It is too late, because order {number} is already {status}.",
        status=status,
    )
    play.conclude(
        "Order {number} can't be cancelled any more, it is already {status}.",
        "Sorry, it is too late to cancel order {number}: it can't be stopped once {status}.",
        "I could not cancel order {number} because it is {status}.",
        facts=[NO, "status"],
    )


@SHOP.intent(
    goal="have order {number} sent to {address}",
    wordings=(
        "send order {number} to {address} instead",
        "change the delivery address of order {number} to {address}",
        "I moved. Order {number} should go to {address}, please.",
        "update the address of order {number}: {address}",
        "make sure that order {number} goes to {address}",
        "The delivery of order {number} must go somewhere else: {address}. Please note that.",
        "have order {number} delivered to {address}",
        "is it still possible to send order {number} to {address}? if so, please do",
        "~order {number} new address {address}",
    ),
    essential="change_address",
    split=Split.TRAIN,
)
def readdress(play: Play) -> None:
    """One call with a long argument."""
    address = f"{play.draw.whole(1, 90)} {play.draw.of(STREETS)}, {play.draw.of(TOWNS)}"
    play.ask(number=any_order(play, "pending")["number"], address=address)
    play.call("change_address", {"number": play.slots["number"], "address": address})
    play.learn("Order {number} now goes to {address}.", "The new address of order {number} is saved.")
    play.conclude(
        "Order {number} will be sent to {address}.",
        "I changed the address of order {number} to {address}.",
        "Done, order {number} now goes to {address}.",
        facts=["number"],
    )


SENT_BACK = {
    "damaged": ("it arrived broken", "it has a crack", "the box and everything in it was crushed"),
    "wrong_item": ("it isn't what I ordered", "somebody packed the wrong thing", "it is the wrong article"),
    "too_late": ("it came far too late", "it arrived after the party it was meant for"),
    "not_needed": ("I don't need it after all", "I bought the same thing elsewhere in the meantime"),
}


@SHOP.intent(
    goal="register the return of order {number}",
    wordings=(
        "send order {number} back because {cause}",
        "register a return for order {number}, since {cause}",
        "I want to return order {number}: {cause}.",
        "Order {number} has to go back, {cause}. What is the return code?",
        "can I return order {number}? {cause}, so I'd like to send it back",
        "open a return for my purchase {number}, the reason being that {cause}",
        "About order {number}: {cause}. Please take it back.",
        "I unpacked order {number} today and {cause}. Set up the return, please.",
        "~return {number}, {cause}",
        "~{number} goes back: {cause}",
    ),
    essential="return_order",
    missing=Missing(
        wordings=(
            "I'd like to send something back because {cause}",
            "register a return for my order, since {cause}",
            "I want to return an order: {cause}.",
            "can I send my order back? {cause}",
            "~return, {cause}",
        ),
        needs="the order number",
        goal="register a return",
        slot="number",
    ),
    split=Split.TRAIN,
)
def send_back(play: Play) -> None:
    """One call; the reason is one of a few words, the user says it in many."""
    reason = play.draw.pick(list(SENT_BACK))
    cause = play.draw.pick(SENT_BACK[reason])
    play.ask(number=any_order(play, "delivered")["number"], cause=cause)
    opened = play.call(
        "return_order",
        {"number": play.slots["number"], "reason": reason},
        why=(
            "The user wants to return order {number}. What is said about it fits the reason {reason}; {tool} does that.",
            "Order {number} should go back, and {reason} is the reason that fits. I {does} with {tool}.",
            "I need to {does}, for which there is {tool}.",
            "With {tool} I can {does}: that is the word for what the user describes.",
        ),
    )
    play.learn(
        "The return of order {number} is registered under {code}.",
        "{code} is the return code for order {number}.",
        code=opened["return_code"],
    )
    play.conclude(
        "The return of order {number} is registered. Its return code is {code}.",
        "Done. Please write the return code {code} on the parcel.",
        "You can send order {number} back with the code {code}.",
        facts=["code"],
    )
