"""Bookings made, sent and cancelled."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.tickets.scene import TICKETS, any_booking, any_performance
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.pools import email_of, person
from umi_local.worlds.splits import Split


@TICKETS.intent(
    goal="book {seats} of performance {performance} for {name}",
    wordings=(
        "book {seats} of performance {performance} for {name}",
        "I'd like {seats} for showing {performance}, in the name of {name}.",
        "reserve {seats} in performance {performance}, name {name}",
        "{name} picked {seats} from the plan of performance {performance}. Please book that.",
        "take {seats} for {name}, performance number {performance}",
        "Good seats at last: {seats}, performance {performance}. Get them for {name} before they're gone.",
        "~{performance}: {seats} for {name}",
        "~book {seats}, {name}, {performance}",
    ),
    essential="book_seats",
    missing=Missing(
        wordings=(
            "book {seats} of performance {performance}",
            "I'd like {seats} for showing {performance}.",
            "Good seats at last: {seats}, performance {performance}. Get them before they're gone.",
            "~{performance}: {seats}",
        ),
        needs="the name for the booking",
        goal="book {seats} of performance {performance}",
        slot="name",
    ),
    split=Split.TRAIN,
)
def book(play: Play) -> None:
    """One call with a list."""
    performance = any_performance(play)
    row = play.draw.pick([row for row in performance["rows"] if len(row["free"]) > 2])
    seats = sorted(play.draw.sample(row["free"], play.draw.whole(1, 3)))
    play.ask(performance=performance["performance"], seats=seats, name=person(play.draw))
    made = play.call("book_seats", {key: play.slots[key] for key in ("performance", "seats", "name")})
    play.learn(
        "The booking is {code}, for {total:money}.",
        "{title} is booked as {code}; the total is {total:money}.",
        code=made["code"],
        total=made["total"],
        title=made["title"],
    )
    play.conclude(
        "Booked: {seats} for {title}, code {code}, {total:money}.",
        "{name} has {seats}. The code is {code}, the total {total:money}.",
        "Done, booking {code} costs {total:money}.",
        facts=["code", "total"],
    )


@TICKETS.intent(
    goal="cancel the ticket booking {code}",
    wordings=(
        "cancel ticket booking {code}",
        "give back the tickets of booking {code}",
        "We can't make it to the show, so please cancel {code}.",
        "would it be possible to return the tickets of {code} for me?",
        "The cat is ill and we stay at home. Booking {code} can go.",
        "return the tickets with the code {code}, if they take them back",
        "~cancel tickets {code}",
        "~{code} back pls",
    ),
    essential="cancel_booking",
    missing=Missing(
        wordings=(
            "cancel my tickets",
            "We can't make it to the show, so please cancel our booking.",
            "The cat is ill and we stay at home. Please give our tickets back.",
            "~cancel tickets",
        ),
        needs="the booking code",
        goal="cancel a ticket booking",
        slot="code",
    ),
    split=Split.TRAIN,
)
def cancel(play: Play) -> None:
    """One call; collected tickets can't be given back."""
    booking = any_booking(play, play.draw.pick(("reserved", "paid", "collected")))
    play.ask(code=booking["code"])
    reply = play.attempt("cancel_booking", {"code": booking["code"]})
    if reply.failed:
        play.learn(
            "It is refused, because the tickets were collected.", "The tickets of {code} were collected already."
        )
        play.conclude(
            "Booking {code} can't be cancelled, since the tickets were collected.",
            "I could not cancel {code}: the tickets have been picked up already.",
            facts=[NO],
        )
    else:
        play.learn(
            "Booking {code} is cancelled, and {seats} can be sold again.",
            "{code} is cancelled.",
            seats=reply.value["seats"],
        )
        play.conclude(
            "Booking {code} is cancelled.",
            "Done: I gave back the tickets of {code}.",
            "{code} is cancelled, the seats are free again.",
            facts=["code"],
        )


@TICKETS.intent(
    goal="send the tickets of {code} to {email}",
    wordings=(
        "send the tickets of booking {code} to {email}",
        "email the tickets for {code} to {email}",
        "My printer is broken. Can {email} get the tickets of {code} instead?",
        "I need the tickets for {code} in my inbox, that's {email}.",
        "mail booking {code} to {email} so that it can be shown at the door",
        "let {email} have the tickets of {code}",
        "~tickets {code} -> {email}",
        "~mail {code} to {email}",
    ),
    essential="send_tickets",
    missing=Missing(
        wordings=(
            "send me the tickets of booking {code} by email",
            "I need the tickets for {code} in my inbox.",
            "email the tickets for {code}",
            "~mail tickets {code}",
        ),
        needs="the email address",
        goal="send the tickets of {code} by email",
        slot="email",
    ),
    split=Split.TRAIN,
)
def send(play: Play) -> None:
    """One call with an address."""
    booking = any_booking(play, "paid")
    play.ask(code=booking["code"], email=email_of(booking["name"]))
    made = play.call("send_tickets", {"code": booking["code"], "email": play.slots["email"]})
    play.learn("{n:n ticket} went to {email}.", "The mail with {n:n ticket} is on its way.", n=made["tickets"])
    play.conclude(
        "I sent {n:n ticket} to {email}.",
        "{email} gets the {n:n ticket} of booking {code}.",
        "Done: {n:n ticket} sent to {email}.",
        facts=["email", "n"],
    )


@TICKETS.intent(
    goal="send {name}'s tickets to {email}",
    wordings=(
        "send {name}'s tickets to {email}",
        "find the booking of {name} and mail the tickets to {email}",
        "{name} has lost the booking code. Please send the tickets to {email} anyway.",
        "could {name}'s tickets be mailed to {email}?",
        "I'm {name}, I don't know my code, and I'd like my tickets at {email}.",
        "let the tickets in the name of {name} go to {email}",
        "~{name} tickets -> {email}",
        "~mail to {email}: tickets of {name}",
    ),
    essential="send_tickets",
    missing=Missing(
        wordings=(
            "send {name}'s tickets by email",
            "{name} has lost the booking code and wants the tickets by mail. Please send them.",
            "find the booking of {name} and mail the tickets",
            "~mail tickets of {name}",
        ),
        needs="the email address",
        goal="send the tickets of {name} by email",
        slot="email",
    ),
    split=Split.TEST,
)
def send_by_name(play: Play) -> None:
    """Two calls: the code comes from the list."""
    booking = any_booking(play, "paid")
    email = email_of(booking["name"], "mail")
    play.ask(name=booking["name"], email=email)
    code = play.call("bookings_by", {"name": booking["name"]})[0]["code"]
    play.learn("{name} has the booking {code}.", "The booking of {name} is {code}.", code=code)
    made = play.call("send_tickets", {"code": code, "email": email})
    play.learn("{n:n ticket} of {code} went out.", "The mail to {email} is sent.", n=made["tickets"])
    play.conclude(
        "The tickets of {name} (booking {code}) are on their way to {email}.",
        "I mailed {n:n ticket} to {email}; the booking is {code}.",
        facts=["code", "email"],
    )


@TICKETS.intent(
    goal="send the tickets of {code} to {email} and tell how long {title} is",
    wordings=(
        "Send the tickets of {code} to {email}. And also, how long is {title}?",
        "mail booking {code} to {email} and tell me the running time of {title}",
        "Two things: {email} needs the tickets of {code}, and I need to know how many minutes {title} takes.",
        "how many minutes does {title} last, and could you send the tickets of {code} to {email}?",
        "look up the length of {title} for me, and let {email} have the tickets with the code {code}",
        "I'm seeing {title} after all! How long is it? Oh, and the tickets, {code}, should go to {email}.",
        "~{code} to {email}; length of {title}?",
        "~length {title} + mail {code} to {email}",
    ),
    split=Split.DEV,
)
def send_and_length(play: Play) -> None:
    """Two calls that have nothing to do with each other."""
    booking = any_booking(play, "paid")
    performance = play.state["performances"][str(booking["performance"])]
    play.ask(code=booking["code"], email=email_of(booking["name"]), title=performance["title"])
    play.call(
        "send_tickets",
        {"code": booking["code"], "email": play.slots["email"]},
        why=(
            "There are two things to do. I begin with the tickets of {code}: {tool} sends them to {email}.",
            "The user wants two things. First {tool} sends the tickets of {code} to {email}; then I look up {title}.",
            "{tool} can send the tickets of {code} to {email}, which is the first of two requests.",
        ),
    )
    play.learn("The tickets are sent to {email}.", "The first part is done, {email} has the tickets.")
    found = play.call("show_details", {"title": play.slots["title"]})
    play.learn(
        "{title} takes {minutes} minutes.", "The length of {title} is {minutes} minutes.", minutes=found["minutes"]
    )
    play.conclude(
        "The tickets went to {email}. {title} is {minutes} minutes long.",
        "Sent to {email}; and {title} takes {minutes} minutes.",
        facts=["email", "minutes"],
    )
