"""Where a tool is broken or a code is wrong, the plan finds another way."""

from __future__ import annotations

from umi_local.worlds.families.tickets.scene import TICKETS, any_booking, any_performance, performances_of
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@TICKETS.intent(
    goal="tell at what time {title} begins at {venue} on {day}",
    wordings=(
        "at what time does {title} begin at {venue} on {day}?",
        "when exactly is {title} on at {venue} on {day}?",
        "look up the time of {title} at {venue}, {day}",
        "We're meeting in front of {venue} on {day} to see {title}. When does it start?",
        "tell me when {title} starts on {day} at {venue}",
        "I wrote down {title}, {venue}, {day}, but forgot the time. Can you find it?",
        "~{title} {venue} {day}, time?",
        "~start of {title}, {venue}, {day}",
    ),
    kind=Kind.RECOVER,
    breaks="performances",
    split=Split.TRAIN,
)
def time_from_programme(play: Play) -> None:
    """The list of a show's performances is broken; the house's programme has it, too."""
    performance = any_performance(play)
    if sum(p["day"] == performance["day"] for p in performances_of(play.state, performance["title"])) > 1:
        raise play.unsuitable("two performances that day")
    play.ask(title=performance["title"], venue=performance["venue"], day=performance["day"])
    reply = play.attempt("performances", {"title": performance["title"], "day": performance["day"]})
    play.learn("The list of performances {error}.", "That tool {error}.", error=reply.error)
    found = play.call(
        "whats_on",
        {"venue": performance["venue"], "day": performance["day"]},
        why=(
            "But the user named the house, so {title} must be on the programme of {venue}, which {tool} reads.",
            "The programme of {venue} for {day} should have {title} as well; {tool} gives it.",
        ),
    )
    time = next(one["time"] for one in found if one["title"] == performance["title"])
    play.learn("There, {title} is at {time}.", "The programme has {title} at {time}.", time=time)
    play.conclude("{title} begins at {time}.", "At {time}.", "It starts at {time} at {venue}.", facts=["time"])


@TICKETS.intent(
    goal="tell which seats {name} has with booking {wrong}",
    wordings=(
        "which seats does {name} have, with booking {wrong}?",
        "look up the seats of booking {wrong} for {name}",
        "I'm {name} with booking {wrong}. Where do I sit?",
        "{name} is at the door with the code {wrong}. Which seats are those?",
        "find the seats for {wrong}, in the name of {name}",
        "tell {name} the seat numbers that belong to {wrong}",
        "~{wrong} {name} seats?",
        "~seats of {name}, code {wrong}",
    ),
    kind=Kind.RECOVER,
    split=Split.TEST,
)
def seats_with_wrong_code(play: Play) -> None:
    """The code is unknown; the name finds the booking."""
    booking = any_booking(play)
    play.ask(name=booking["name"], wrong=play.state["spare_codes"][1])
    play.attempt("find_booking", {"code": play.slots["wrong"]})
    play.learn("There is no booking with the code {wrong}.", "{wrong} is not a known code.")
    found = play.call(
        "bookings_by",
        {"name": booking["name"]},
        why=("With the name I can look further: {tool} takes {name}.", "{tool} may find it by the name of {name}."),
    )[0]
    play.learn(
        "{name} has {seats}, booked as {code}.",
        "The right code is {code}, and the seats are {seats}.",
        seats=found["seats"],
        code=found["code"],
    )
    play.conclude(
        "{name} has {seats}. The right code is {code}.",
        "The seats are {seats}; they belong to booking {code}, not to {wrong}.",
        facts=["seats", "code"],
    )


@TICKETS.intent(
    goal="cancel the booking {wrong} of {name}",
    wordings=(
        "Cancel booking {wrong} of {name}. If the code is wrong, it's the only booking in that name.",
        "{name} gives back the tickets, code {wrong}, or whatever the right code is. There is only one booking.",
        "I'm {name} and want to cancel. My code is {wrong}, if I can read my own writing; I have just the one booking.",
        "take back the tickets of {name}, code {wrong}. Should the code be wrong, go by the name.",
        "call off {name}'s tickets with the code {wrong}, or find them by name if that code doesn't work",
        "withdraw the one booking of {name}, presumably {wrong}",
        "~cancel {wrong}, else by name: {name}",
        "~{name} tickets off, code maybe {wrong}",
    ),
    kind=Kind.RECOVER,
    split=Split.TRAIN,
)
def cancel_with_wrong_code(play: Play) -> None:
    """The code is unknown; the user said how else to find it."""
    booking = any_booking(play)
    play.ask(name=booking["name"], wrong=play.state["spare_codes"][2])
    play.attempt("cancel_booking", {"code": play.slots["wrong"]})
    play.learn("{wrong} is no booking.", "There is no booking {wrong} to cancel.")
    found = play.call(
        "bookings_by",
        {"name": booking["name"]},
        why=(
            "Then I go by the name and ask {tool} for the bookings of {name}.",
            "I look for {name} with {tool} to get the right code.",
        ),
    )[0]
    play.learn("The right code is {code}.", "{name} has just one booking, {code}.", code=found["code"])
    play.call("cancel_booking", {"code": found["code"]})
    play.learn("{code} is cancelled.", "That worked, {code} is off.")
    play.conclude(
        "I cancelled {name}'s booking; its right code was {code}.",
        "{code} is cancelled. The code {wrong} does not exist.",
        facts=["code"],
    )
