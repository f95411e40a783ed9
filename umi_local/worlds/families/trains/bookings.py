"""Tickets: what they say, booking, giving back, adding to them."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.trains.service import (
    TRAINS,
    any_booking,
)
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@TRAINS.intent(
    goal="tell which train booking {reference} is for",
    wordings=(
        "which train is booking {reference} for?",
        "Look up my ticket {reference}: which train is that?",
        "what did I book under {reference}?",
        "I found a note with the booking code {reference}. Which train does it belong to?",
        "tell me the train of reservation {reference}",
        "open booking {reference} and tell me its train",
        "My printout is unreadable except for {reference}. What train am I on?",
        "find the train that I have to take with ticket {reference}",
        "~train of {reference}",
        "~{reference} which train",
    ),
    essential="find_booking",
    missing=Missing(
        wordings=(
            "which train is my booking for?",
            "I lost my printout. What train am I on?",
            "tell me the train of my reservation",
            "~which train is my ticket",
        ),
        needs="the booking reference",
        goal="tell which train a booking is for",
        slot="reference",
    ),
    split=Split.TRAIN,
)
def booked_train(play: Play) -> None:
    """One call; then perhaps another question that the booking answers."""
    play.ask(reference=any_booking(play)["reference"])
    found = play.call("find_booking", {"reference": play.slots["reference"]})
    play.learn(
        "Booking {reference} is for {train} on {day}.",
        "{reference} belongs to {train}, {day}.",
        train=found["train"],
        day=found["day"],
    )
    play.conclude(
        "Booking {reference} is for {train} on {day}.", "You are on {train}, {day}.", "It's {train}.", facts=["train"]
    )
    if play.draw.chance(0.35):
        play.then_ask(
            "in which coach do I sit?",
            "And what coach is it?",
            "And which coach do I have to board?",
            goal="tell the coach of booking {reference}",
        )
        play.conclude(
            "It is coach {coach}.",
            "You sit in coach {coach}.",
            facts=["coach"],
            why=("The booking that I opened says coach {coach}.", "That is known: {reference} has coach {coach}."),
            coach=found["coach"],
        )


@TRAINS.intent(
    goal="cancel booking {reference}",
    wordings=(
        "cancel booking {reference} and tell me the refund",
        "I can't travel. Please cancel {reference} and tell me what I get back.",
        "Give back my ticket {reference}; how much is refunded?",
        "return the ticket with the code {reference} and say how much money comes back",
        "My meeting was called off, so I don't need {reference} any more. What's the refund if you cancel it? Do it.",
        "void the reservation {reference}; I also need the amount that is paid back",
        "I booked twice by mistake, {reference} can go. Cancel it and tell me the refund.",
        "undo my booking {reference}, since I take the car, and find out what they pay back",
        "~cancel {reference}, refund?",
        "~{reference} cancel, how much back",
    ),
    essential="cancel_booking",
    missing=Missing(
        wordings=(
            "cancel my booking and tell me the refund",
            "I can't travel. Please cancel my ticket and tell me what I get back.",
            "My meeting was called off, so I don't need my ticket any more. Cancel it, and what do I get?",
            "~cancel ticket, refund?",
        ),
        needs="the booking reference",
        goal="cancel a booking",
        slot="reference",
    ),
    split=Split.TRAIN,
)
def cancel_ticket(play: Play) -> None:
    """One call that changes something and tells an amount."""
    play.ask(reference=any_booking(play)["reference"])
    refund = play.call("cancel_booking", {"reference": play.slots["reference"]})["refund"]
    play.learn(
        "{reference} is cancelled, and {refund:money} is paid back.", "The refund is {refund:money}.", refund=refund
    )
    play.conclude(
        "Booking {reference} is cancelled; you get {refund:money} back.",
        "Done. The refund for {reference} is {refund:money}.",
        facts=["refund"],
    )


@TRAINS.intent(
    goal="cancel {first} and {second} and tell the refund for both together",
    wordings=(
        "Cancel the bookings {first} and {second}. How much do I get back in all?",
        "return both tickets, {first} and {second}, and tell me the whole refund",
        "We're all ill. Please cancel {first} as well as {second}, and add up what is paid back.",
        "give back {first} and also {second}; I need the sum of the refunds",
        "Two bookings are no longer needed: {first} and {second}. Cancel them and tell me the total refund.",
        "undo {first}, undo {second}, and say what that brings altogether",
        "My trip there ({first}) and back ({second}) is off. Cancel both; what's the refund in total?",
        "~cancel {first} + {second}, total refund?",
        "~{first}, {second}: cancel both, sum of money back",
    ),
    essential="cancel_booking",
    split=Split.TEST,
)
def cancel_two(play: Play) -> None:
    """Two calls and a sum."""
    first, second = play.draw.sample(list(play.state["bookings"]), 2)
    play.ask(first=first, second=second)
    one = play.call("cancel_booking", {"reference": first})["refund"]
    play.learn("{one:money} is refunded for {first}.", "{first} brings {one:money} back.", one=one)
    other = play.call("cancel_booking", {"reference": second})["refund"]
    play.learn(
        "For {second} it is {other:money}, so {sum:money} together.",
        "{one:money} and {other:money} for {second} make {sum:money}.",
        other=other,
        sum=round(one + other, 2),
    )
    play.conclude(
        "Both are cancelled; {sum:money} is refunded in all.",
        "Done: {one:money} for {first} and {other:money} for {second}, together {sum:money}.",
        facts=["sum"],
        derived=["sum"],
    )


@TRAINS.intent(
    goal="add a bike to booking {reference}",
    wordings=(
        "I'd like to take my bike along on booking {reference}. Can you add it?",
        "add a bicycle to my ticket {reference}",
        "is there room for a bike on {reference}? add one if so",
        "reserve a bike place for booking {reference}",
        "We decided to cycle at the other end, so {reference} needs a bike place.",
        "see if you can get my bicycle onto reservation {reference}",
        "book one bike for {reference}, if they have space",
        "My bicycle should come with me, the code is {reference}. Please arrange that.",
        "~bike for {reference}",
        "~{reference} + bicycle",
    ),
    essential="add_bike",
    missing=Missing(
        wordings=(
            "I'd like to take my bike along on the train. Can you add it to my booking?",
            "add a bicycle to my ticket",
            "reserve a bike place for me",
            "~bike on my train",
        ),
        needs="the booking reference",
        goal="add a bike to a booking",
        slot="reference",
    ),
    split=Split.TRAIN,
)
def with_bike(play: Play) -> None:
    """One call; the train may have no place left."""
    booking = any_booking(play)
    play.ask(reference=booking["reference"])
    reply = play.attempt("add_bike", {"reference": booking["reference"]})
    if reply.failed:
        play.learn(
            "It was refused: {train} has no bike places left.",
            "{train}, the train of {reference}, takes no more bikes.",
            train=booking["train"],
        )
        play.conclude(
            "I could not add a bike: {train} has no bike places left.",
            "Sorry, there is no place for a bike on {train}.",
            facts=[NO, "train"],
        )
    else:
        play.learn("The bike is on {reference}, train {train}.", "{train} takes the bike.", train=reply.value["train"])
        play.conclude(
            "Your bike is booked on {train}.", "Done: booking {reference} has a bike place on {train}.", facts=["train"]
        )


@TRAINS.intent(
    goal="cancel {passenger}'s booking for {train}",
    wordings=(
        "cancel the ticket that {passenger} has for {train} and tell me the refund",
        "{passenger} won't be on {train}. Give the ticket back, please, and tell me the refund.",
        "find {passenger}'s booking for {train}, cancel it and say what is paid back",
        "I'm {passenger} and I don't know my booking code, but it's for {train}. Please cancel it. How much do I get?",
        "Return {passenger}'s ticket for {train}; what is paid back?",
        "look through the bookings of {passenger}, drop the one for {train} and let me know the refund",
        "Our guest {passenger} is ill. Cancel the reservation on {train} and tell me how much we get back.",
        "what does {passenger} get back for {train}? cancel that booking, please",
        "~cancel {passenger}, {train}, refund?",
        "~{train} off for {passenger}, money back?",
    ),
    essential="cancel_booking",
    split=Split.TRAIN,
)
def cancel_by_name(play: Play) -> None:
    """Two calls: the list has the reference."""
    booking = any_booking(play)
    other = play.draw.pick([one for one in play.state["bookings"].values() if one is not booking])
    if other["train"] != booking["train"]:
        other["passenger"] = booking["passenger"]
    play.ask(passenger=booking["passenger"], train=booking["train"])
    listed = play.call("bookings_of", {"passenger": booking["passenger"]})
    found = next(one for one in listed if one["train"] == booking["train"])
    play.learn(
        "{passenger}'s ticket for {train} has the reference {reference}.",
        "It is {reference} that {passenger} has for {train}.",
        reference=found["reference"],
    )
    refund = play.call("cancel_booking", {"reference": found["reference"]})["refund"]
    play.learn(
        "{refund:money} goes back to {passenger}.", "{reference} is gone; it brings {refund:money}.", refund=refund
    )
    play.conclude(
        "I cancelled {reference}; {passenger} gets {refund:money} back.",
        "The ticket for {train} is cancelled, and the refund is {refund:money}.",
        facts=["refund"],
    )
