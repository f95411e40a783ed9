"""A tool fails for good, and the plan finds out by another one."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.trains.service import TRAINS, any_booking, any_train
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@TRAINS.intent(
    goal="tell from which platform {train} leaves {station}",
    wordings=(
        "from which platform does {train} leave {station}?",
        "I'm in {station} and wait for {train}. Which platform?",
        "find out where in {station} the {train} departs",
        "tell me the platform of {train} in {station}",
        "The boards in {station} are dark. From which platform does {train} go?",
        "look up the platform at {station} for train {train}",
        "can you see on which platform {train} stands in {station}?",
        "~{station}: platform of {train}",
        "~{train} from {station}, platform",
    ),
    kind=Kind.RECOVER,
    breaks="train_status",
    split=Split.TRAIN,
)
def platform_from_board(play: Play) -> None:
    """The train's status can't be had; the station's board has the platform, too."""
    train = any_train(play)
    play.ask(train=train["train"], station=train["start"])
    reply = play.attempt("train_status", {"train": train["train"]})
    play.learn(
        "The tool for single trains {said}.", "The status of {train} can't be had: that tool {said}.", said=reply.error
    )
    board = play.call(
        "departures",
        {"station": train["start"]},
        why=(
            "The departures of {station} must have {train}, too. {tool} shows them.",
            "I can {does} with {tool} instead; {train} leaves from there.",
            "Another way is the board of {station}, so I call {tool}.",
        ),
    )
    found = next((one for one in board if one["train"] == train["train"]), None)
    if found is None:
        raise play.unsuitable("the board is too short")
    play.learn(
        "The board has {train} on platform {platform}.",
        "{train} stands there with platform {platform}.",
        platform=found["platform"],
    )
    play.conclude(
        "{train} leaves {station} from platform {platform}.",
        "It is platform {platform}, says the board of {station}.",
        facts=["platform"],
    )


@TRAINS.intent(
    goal="tell what booking {reference} of {passenger} cost",
    wordings=(
        "what did booking {reference} cost? the passenger is {passenger}",
        "{passenger} needs the price of the ticket {reference} for the expenses.",
        "look up the price of {reference}, booked by {passenger}",
        "how much did {passenger} pay for {reference}?",
        "I'm {passenger} and my employer wants to know what {reference} cost. Please look it up.",
        "find the fare of reservation {reference} in the name of {passenger}",
        "tell me what {passenger} was charged for booking {reference}",
        "~price of {reference} ({passenger})",
        "~{passenger}, {reference}: cost",
    ),
    kind=Kind.RECOVER,
    breaks="find_booking",
    split=Split.TEST,
)
def price_from_list(play: Play) -> None:
    """The booking can't be opened; the passenger's list has its price, too."""
    booking = any_booking(play)
    play.ask(reference=booking["reference"], passenger=booking["passenger"])
    reply = play.attempt("find_booking", {"reference": booking["reference"]})
    play.learn("The lookup by reference {said}.", "{reference} can't be opened, as that tool {said}.", said=reply.error)
    listed = play.call(
        "bookings_of",
        {"passenger": booking["passenger"]},
        why=(
            "But the passenger's name is known: I {does} with {tool}.",
            "{passenger}'s list must have {reference} as well, and {tool} gives it.",
        ),
    )
    found = next(one for one in listed if one["reference"] == booking["reference"])
    play.learn(
        "{reference} cost {price:money}.", "In the list, {reference} stands with {price:money}.", price=found["price"]
    )
    play.conclude("Booking {reference} cost {price:money}.", "{passenger} paid {price:money}.", facts=["price"])


@TRAINS.intent(
    goal="look up booking {reference}",
    wordings=(
        "is my booking {reference} in the system?",
        "what can you tell me about booking {reference}?",
        "find the ticket with the code {reference}",
        "I got {reference} by text message. Does this booking exist?",
        "show me reservation {reference}",
        "Somebody gave me {reference} as our booking code. What is it for?",
        "check the code {reference} for me",
        "~booking {reference}?",
        "~{reference} exists?",
    ),
    split=Split.TRAIN,
    weight=0.7,
)
def unknown_booking(play: Play) -> None:
    """There is no such booking, and the answer says so."""
    reference = play.draw.code("@@@###")
    if reference in play.state["bookings"]:
        raise play.unsuitable("that one exists")
    play.ask(reference=reference)
    play.attempt("find_booking", {"reference": reference})
    play.learn("There is no booking {reference}.", "The code {reference} isn't known.")
    play.conclude(
        "There is no booking with the code {reference}.",
        "I can't find a booking {reference}. Is the code right?",
        "The code {reference} isn't in the system.",
        facts=[NO],
        why=("The user may have a wrong code.", "That is all there is to say about it."),
    )
