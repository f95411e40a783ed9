"""What users ask about seats and their prices."""

from __future__ import annotations

from umi_local.worlds.families.tickets.scene import (
    TICKETS,
    any_booking,
    any_performance,
    n_free,
)
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@TICKETS.intent(
    goal="find the cheapest seats of performance {performance}",
    wordings=(
        "what is the lowest price for performance {performance}, and which seats cost that?",
        "find the cheapest free seats for performance {performance}",
        "I don't mind sitting far away. Which seats of showing {performance} cost least, and how much?",
        "look at the seats of performance {performance} and tell me the cheapest ones with their price",
        "which free seats are the best buy for performance {performance}, and at what price?",
        "We want to spend as little as possible on performance {performance}. Tell me the price and the seats.",
        "~cheapest seats {performance}",
        "~{performance}: lowest price, seats?",
    ),
    essential="free_seats",
    missing=Missing(
        wordings=(
            "what is the lowest price, and which seats cost that?",
            "find the cheapest free seats for our performance",
            "I don't mind sitting far away. Which seats cost least, and how much?",
            "~cheapest seats?",
        ),
        needs="the number of the performance",
        goal="find the cheapest seats of a performance",
        slot="performance",
    ),
    split=Split.TRAIN,
)
def cheapest(play: Play) -> None:
    """One call: a minimum, and a list."""
    performance = any_performance(play)
    play.ask(performance=performance["performance"])
    found = play.call("free_seats", {"performance": performance["performance"]})
    best = min((row for row in found if row["free"]), key=lambda row: row["price"])
    play.learn(
        "The {category} is cheapest, at {price:money}; free there: {seats}.",
        "{price:money} is the lowest price, for {seats}.",
        category=best["category"],
        price=best["price"],
        seats=best["free"],
    )
    play.conclude(
        "{seats}, for {price:money} each.",
        "The lowest price is {price:money}, in the {category}: {seats}.",
        "You get {seats} for {price:money} a seat.",
        facts=["price", "seats"],
    )


@TICKETS.intent(
    goal="count the free seats of performance {performance}",
    wordings=(
        "how many seats are left for performance {performance}, all rows together?",
        "count the free seats of performance {performance}",
        "I'd like to bring my whole team to showing {performance}. How many seats could we get?",
        "add up what's free in performance {performance}",
        "find out how many people could still get into {performance}",
        "The hall of {performance} seems full to me. How many seats are really left?",
        "~{performance}: number of free seats",
        "~seats left {performance}",
    ),
    essential="free_seats",
    split=Split.DEV,
)
def count_seats(play: Play) -> None:
    """One call and a sum."""
    performance = any_performance(play)
    play.ask(performance=performance["performance"])
    found = play.call("free_seats", {"performance": performance["performance"]})
    play.learn(
        "The rows have {counts} free, which makes {total}.",
        "{counts} seats add up to {total}.",
        counts=[len(row["free"]) for row in found],
        total=n_free(performance),
    )
    play.conclude(
        "{total:n seat} are left.",
        "There are {total} free seats for performance {performance}.",
        "In all rows together: {total}.",
        facts=["total"],
        derived=["total"],
    )


@TICKETS.intent(
    goal="tell the seats and the price of booking {code}",
    wordings=(
        "which seats do I have with booking {code}, and what do they cost?",
        "look up the seats and the total of ticket booking {code}",
        "My friends want their share of the tickets back: booking {code}. Which seats were those, and how much?",
        "open booking {code} and give me seats and price",
        "what's the total for {code}, and where do we sit?",
        "I'm standing in the hall with nothing but the code {code}. Where do I sit, and what do I owe?",
        "~{code} seats + total",
        "~where do we sit, {code}? price?",
    ),
    essential="find_booking",
    missing=Missing(
        wordings=(
            "which seats do I have, and what do they cost?",
            "look up the seats and the total of my ticket booking",
            "I'm standing in the hall. Where do I sit, and what do I owe?",
            "~my seats + total",
        ),
        needs="the booking code",
        goal="tell seats and price of a booking",
        slot="code",
    ),
    split=Split.TRAIN,
)
def seats_and_total(play: Play) -> None:
    """One call; sometimes a quotient of what it said."""
    booking = any_booking(play)
    play.ask(code=booking["code"])
    found = play.call("find_booking", {"code": booking["code"]})
    play.learn(
        "{code} has {seats}, for {total:money}.",
        "The booking holds {n:n seat}: {seats}. The total is {total:money}.",
        seats=found["seats"],
        total=found["total"],
        n=len(found["seats"]),
        title=found["title"],
    )
    play.conclude(
        "{seats}, {total:money} in all.",
        "Booking {code} is for {seats} and costs {total:money}.",
        "Your seats: {seats}. The total is {total:money}.",
        facts=["seats", "total"],
    )
    if len(found["seats"]) > 1 and play.draw.chance(0.5):
        play.then_ask(
            "And what is that per seat?",
            "How much does each of us pay, if we share it equally?",
            "What does one seat cost, then?",
            goal="work out the price per seat of booking {code}",
            each=round(found["total"] / len(found["seats"]), 2),
        )
        play.conclude(
            "{each:money} per seat.",
            "Each seat is {each:money}.",
            facts=["each"],
            derived=["each"],
            why=(
                "{total:money} for {n} seats makes {each:money} each; I know both already.",
                "I have the total and the seats: {total:money} by {n} is {each:money}.",
            ),
        )
