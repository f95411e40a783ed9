"""Bills, payments and departures."""

from __future__ import annotations

from umi_local.worlds.families.hotel.scene import HOTEL, METHODS, any_booking, bill_of
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@HOTEL.intent(
    goal="tell how much {guest} still has to pay",
    wordings=(
        "how much does {guest} still have to pay?",
        "what is open on the bill of {guest}?",
        "find out what {guest} owes us",
        "{guest} is asking about the bill. What amount is due?",
        "check the balance for our guest {guest}",
        "I'd like to prepare the change for {guest}. What is left to pay there?",
        "~due amount {guest}",
        "~{guest}: open balance?",
    ),
    essential="show_bill",
    missing=Missing(
        wordings=(
            "how much does our guest still have to pay?",
            "what is open on the bill?",
            "A guest is asking about the bill. What amount is due?",
            "~open balance?",
        ),
        needs="the name of the guest",
        goal="tell how much a guest still has to pay",
        slot="guest",
    ),
    split=Split.TEST,
)
def balance_by_name(play: Play) -> None:
    """Two calls: the code comes from the list of bookings."""
    booking = any_booking(play, status="checked in")
    play.ask(guest=booking["guest"])
    found = play.call("bookings_of", {"guest": booking["guest"]})[0]
    play.learn("{guest} has booking {code}.", "The booking of {guest} is {code}.", code=found["code"])
    bill = play.call("show_bill", {"code": found["code"]})
    play.learn("The bill shows {due:money} as open.", "{due:money} of the bill is open.", due=bill["due"])
    play.conclude(
        "{guest} still has to pay {due:money}.",
        "{due:money} is open for {guest} (booking {code}).",
        "The balance of {guest} is {due:money}.",
        facts=["due"],
    )


@HOTEL.intent(
    goal="settle the bill of booking {code} by {method}",
    wordings=(
        "The guest of {code} pays everything by {method}. Record it.",
        "settle the whole bill of booking {code} by {method}",
        "record that {code} was paid in full by {method}",
        "close the open amount of {code}, which was paid by {method}",
        "Money for {code} has arrived, all that was due, by {method}. Please enter it.",
        "enter a {method} payment over the full open amount for stay {code}",
        "~{code} paid in full, {method}",
        "~{method}, all of {code}",
    ),
    essential="record_payment",
    missing=Missing(
        wordings=(
            "A guest pays everything by {method}. Record it.",
            "settle my whole bill by {method}",
            "enter a {method} payment over the full open amount",
            "~paid in full, {method}",
        ),
        needs="the code of the booking",
        goal="settle a bill by {method}",
        slot="code",
    ),
    split=Split.TRAIN,
)
def settle(play: Play) -> None:
    """Two calls: the amount comes from the bill."""
    play.ask(code=any_booking(play, status="checked in")["code"], method=play.draw.pick(METHODS))
    code, method = play.slots["code"], play.slots["method"]
    bill = play.call("show_bill", {"code": code})
    play.learn(
        "{due:money} is due for {code}.",
        "Room and extras leave {due:money} to pay.",
        "The open amount is {due:money}.",
        due=bill["due"],
    )
    play.call("record_payment", {"code": code, "amount": bill["due"], "method": method})
    play.learn("The payment of {due:money} is recorded.", "Nothing is due for {code} any more.")
    play.conclude(
        "I recorded {due:money} by {method} for {code}; the bill is settled.",
        "Booking {code} is paid: {due:money} by {method}.",
        "The {due:money} for {code} is entered.",
        facts=["due"],
    )


@HOTEL.intent(
    goal="check out booking {code}, with anything still due paid by {method}",
    wordings=(
        "Check out {code}. If anything is still due, it's paid by {method}.",
        "try to check out booking {code}, and take the rest by {method} if something is open",
        "The guest of {code} is leaving. Check them out, and whatever is due goes by {method}.",
        "sign out the guest with {code} and book any remaining amount as paid by {method}",
        "{code} wants to go. They have their {method} ready in case anything is left to pay, so check them out.",
        "do the checkout for stay {code}, with any open balance paid by {method}",
        "~checkout {code}, rest by {method}",
        "~{code} leaving, balance by {method} if any",
    ),
    essential="check_out",
    split=Split.TRAIN,
)
def check_out_and_pay(play: Play) -> None:
    """One call, or three: the refusal names what is due."""
    booking = any_booking(play, status="checked in")
    if play.draw.chance(0.25):
        booking["paid"] = bill_of(play.state, booking)["due"]
    play.ask(code=booking["code"], method=play.draw.pick(METHODS))
    code = booking["code"]
    due = bill_of(play.state, booking)["due"]
    reply = play.attempt(
        "check_out",
        {"code": code},
        why=(
            "I try the checkout of {code} with {tool}; if something is due, it will say so.",
            "The guest of {code} wants to leave, so I call {tool} and see if anything is open.",
            "First I let {tool} check out {code}. Should money be due, I hear of it then.",
        ),
    )
    if reply.failed:
        play.learn(
            "The checkout is refused, since {due:money} is due.",
            "Before {code} can leave, {due:money} must be paid.",
            due=due,
        )
        play.call("record_payment", {"code": code, "amount": due, "method": play.slots["method"]})
        play.learn("With {due:money} paid, nothing is due any more.", "The bill is settled now.")
        play.call("check_out", {"code": code}, why="Now the checkout should work, so I call {tool} again.")
        play.learn("{code} is checked out.", "This time the checkout worked.")
        play.conclude(
            "Booking {code} is checked out. {due:money} was still due and is paid by {method}.",
            "Done: I recorded {due:money} by {method} and checked out {code}.",
            facts=["due"],
        )
    else:
        play.learn("{code} is checked out; the bill was settled.", "The checkout of {code} worked at once.")
        play.conclude(
            "Booking {code} is checked out; there was nothing left to pay.",
            "Done, {code} is checked out. The bill was settled already.",
            facts=["code"],
        )


@HOTEL.intent(
    goal="have {guest}'s bill paid by {method}, check {guest} out and get the room cleaned",
    wordings=(
        "{guest} is leaving and pays everything by {method}. Record it, check them out, and order "
        "cleaning for the room.",
        "settle {guest}'s bill by {method}, then check {guest} out and have the room cleaned",
        "do the whole departure of {guest}: payment by {method}, checkout, room cleaning",
        "Our guest {guest} goes home today and pays the bill by {method}. Do the checkout, too, and have "
        "the room cleaned.",
        "We need {guest}'s room again tonight. Take the full payment ({method}), check {guest} out, send the cleaners.",
        "~{guest}: {method} payment in full, checkout, clean room",
        "take {guest}'s full payment by {method}, finish the checkout and send somebody to clean the room",
        "~departure {guest}, {method}, then cleaning",
    ),
    essential="check_out",
    split=Split.TRAIN,
)
def whole_departure(play: Play) -> None:
    """Five calls, each with what the ones before have found."""
    booking = any_booking(play, status="checked in")
    play.ask(guest=booking["guest"], method=play.draw.pick(METHODS))
    found = play.call("bookings_of", {"guest": booking["guest"]})[0]
    code, room = found["code"], found["room"]
    play.learn("{guest} has booking {code} in room {room}.", "It is booking {code}, room {room}.", code=code, room=room)
    bill = play.call("show_bill", {"code": code})
    play.learn("{due:money} is due.", "The bill comes to {due:money}.", due=bill["due"])
    play.call("record_payment", {"code": code, "amount": bill["due"], "method": play.slots["method"]})
    play.learn("That is paid.", "Nothing is due any more.")
    play.call("check_out", {"code": code})
    play.learn("{guest} is checked out of room {room}.", "Room {room} is left now.")
    play.call("order_service", {"room": room, "service": "cleaning"}, does="have room {room} cleaned")
    play.learn("The cleaning of room {room} is ordered.", "The cleaners will come to room {room}.")
    play.conclude(
        "{guest} paid {due:money} and is checked out; cleaning of room {room} is ordered.",
        "All done: {due:money} by {method}, {code} checked out, room {room} will be cleaned.",
        facts=["due", "room"],
    )
