"""Another day for what was booked, and alerts where nothing is left."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.tickets.scene import (
    TICKETS,
    any_booking,
    any_performance,
    cheapest_seats,
    n_free,
    performances_of,
)
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.pools import email_of, person
from umi_local.worlds.splits import Split


@TICKETS.intent(
    goal="move booking {code} to the performance on {day}",
    wordings=(
        "move the tickets of {code} to the performance on {day}",
        "we can't come that evening. Could booking {code} be moved to {day}?",
        "exchange {code} for the same show on {day}",
        "Grandma's birthday got in the way. Please put our booking {code} on {day}, same show.",
        "rebook {code} to {day}, keeping the show",
        "find the performance on {day} of the show in booking {code} and swap the tickets",
        "~{code} -> {day}",
        "~exchange {code} to {day}, same show",
    ),
    essential="exchange",
    missing=Missing(
        wordings=(
            "move my tickets to the performance on {day}",
            "Grandma's birthday got in the way. Please put our booking on {day}, same show.",
            "exchange our tickets for the same show on {day}",
            "~tickets -> {day}, same show",
        ),
        needs="the booking code",
        goal="move a ticket booking to {day}",
        slot="code",
    ),
    split=Split.TRAIN,
)
def other_day(play: Play) -> None:
    """Three calls: what was booked, when else it is on, the exchange."""
    booking = any_booking(play, play.draw.pick(("reserved", "paid")))
    old = play.state["performances"][str(booking["performance"])]
    others = [p for p in performances_of(play.state, old["title"]) if p["day"] != old["day"]]
    new = play.draw.pick(others)
    if not cheapest_seats(new, len(booking["seats"])):
        raise play.unsuitable("too few seats in a row")
    play.ask(code=booking["code"], day=new["day"])
    found = play.call("find_booking", {"code": booking["code"]})
    play.learn(
        "{code} is for {title}, with {n:n seat}.",
        "The show is {title}; {n:n seat} are booked.",
        title=found["title"],
        n=len(found["seats"]),
    )
    listed = play.call("performances", {"title": found["title"], "day": new["day"]})[0]
    play.learn(
        "On {day} it is performance {performance}, at {time}.",
        "Performance {performance} is the one on {day}, at {time}.",
        performance=listed["performance"],
        time=listed["time"],
    )
    made = play.call("exchange", {"code": booking["code"], "performance": listed["performance"]})
    play.learn(
        "The new seats are {seats}, for {total:money}.",
        "{code} now has {seats}.",
        seats=made["seats"],
        total=made["total"],
    )
    play.conclude(
        "Booking {code} is now for {day} at {time}, seats {seats}. The total is {total:money}.",
        "Done: {title} on {day} at {time}, {seats}, {total:money}.",
        facts=["time", "seats"],
    )


@TICKETS.intent(
    goal="set an alert for {email}, should {title} be sold out on {day}",
    wordings=(
        "If {title} is sold out on {day}, set an alert for {email}. Otherwise tell me how many seats are left.",
        "How many seats are left for {title} on {day}? If none, put {email} on alert for returned tickets.",
        "check {title} on {day} and tell me the number of free seats, or have {email} alerted if there are none",
        "I still hope for {title} on {day}. In case it's full, {email} should hear of returned tickets. "
        "Otherwise, how many are left?",
        "see how many seats {title} has on {day}, and if it is zero, let {email} know when any come back",
        "Find out how many seats there are for {title} on {day}. With none left, set up an alert to {email}.",
        "~{title} {day}: seats? if none, alert {email}",
        "~{email}: alert if {title} {day} is full, else seats left",
    ),
    split=Split.DEV,
)
def alert_if_full(play: Play) -> None:
    """One call or two: it depends on what is left."""
    performance = any_performance(play)
    if play.draw.chance(0.65):
        for row in performance["rows"]:
            row["free"] = []
    same = [p for p in performances_of(play.state, performance["title"]) if p["day"] == performance["day"]]
    if len(same) > 1:
        raise play.unsuitable("two performances that day")
    play.ask(title=performance["title"], day=performance["day"], email=email_of(person(play.draw)))
    found = play.call(
        "performances",
        {"title": performance["title"], "day": performance["day"]},
        why=(
            "Whether {title} is sold out on {day} decides, and {tool} tells how many seats are left.",
            "I first see how full {title} is on {day}, with {tool}. The alert is only for the case that "
            "nothing is left.",
            "The number of free seats for {title} on {day} comes first; {tool} has it.",
        ),
    )[0]
    play.slots.update(performance=found["performance"], free=found["free_seats"])
    if n_free(performance):
        play.learn("{free:n seat} are left on {day}.", "It is not sold out; {free} can be had.")
        play.conclude(
            "There are {free:n seat} left for {title} on {day}.",
            "{free} are left, so no alert is needed.",
            facts=["free"],
        )
        return
    play.learn("Performance {performance} is sold out.", "No seat is left for performance {performance}.")
    play.call("watch", {"performance": found["performance"], "email": play.slots["email"]})
    play.learn("The alert for {email} is set.", "{email} will hear of returned tickets.")
    play.conclude(
        "{title} has no seats left on {day}. {email} gets a message when tickets come back.",
        "No tickets are left; I set an alert for {email}.",
        facts=[NO, "email"],
    )
