"""Requests that take several calls, or whose next step depends on what was found."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.devices.service import DEVICES, any_room, find_id
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@DEVICES.intent(
    goal="switch off every lamp that is on in the {room}",
    wordings=(
        "turn off all [the|] lamps in the {room}",
        "make it dark in the {room}, every lamp off",
        "switch off whatever lamp is still on in the {room}",
        "We're done in the {room}. All lamps off, please.",
        "I can see light in the {room} from the garden. Put out every lamp there.",
        "Nobody is in the {room}, so none of its lamps needs to be on. Would you see to that?",
        "go through the lamps of the {room} and switch off those that are on",
        "are there lamps on in the {room} that you could switch off?",
        "~{room} lamps off",
        "~all lamps off: {room}",
    ),
    essential="switch_device",
    split=Split.TRAIN,
)
def darken(play: Play) -> None:
    """A list, then one call for each lamp that is on; none where all are off."""
    room = any_room(play)
    play.ask(room=room)
    listed = play.call(
        "devices_in",
        {"room": room},
        why=(
            "To switch off what is on, I first need to see the lamps in the {room}. {tool} lists them.",
            "Which lamps in the {room} are on, I can learn from {tool}.",
            "The user wants no lamp on in the {room}. With {tool} I see which of them are.",
        ),
    )
    lit = [device for device in listed if "brightness" in device and device["state"] == "on"]
    names = [lamp["name"] for lamp in lit]
    play.slots.update(names=names, count=len(names))
    if not lit:
        play.learn("No lamp is on in the {room}, so nothing has to be switched.", "Every lamp in the {room} is off.")
        play.conclude(
            "No lamp was on in the {room}.",
            "There is nothing to switch off: all lamps in the {room} are off.",
            facts=[NO],
        )
        return
    play.learn("The lamps that are on in the {room}: {names}.", "In the {room}, on right now: {names}.")
    for lamp in lit:
        play.call("switch_device", {"device": lamp["id"], "to": "off"}, does=f"switch off the {lamp['name']}")
        play.learn("The {last} is off.", "That did it for the {last}.", last=lamp["name"])
    play.conclude(
        "I switched off {count:n lamp} in the {room}: {names}.",
        "It is dark in the {room} now; I switched off the {names}.",
        "Off now: {names}.",
        facts=["names"],
    )


@DEVICES.intent(
    goal="close every blind that is more than {limit} percent open",
    wordings=(
        "close [all blinds|every blind] that [is|are] more than {limit} percent open",
        "shut any blind that stands open by more than {limit} percent",
        "The sun is blinding. Close whatever blind is more than {limit}% open.",
        "look for blinds that are over {limit} percent open and close them fully",
        "It's getting hot, so I want each blind closed that is more than {limit} percent open. The rest can stay.",
        "lower the blinds completely, but only those above {limit} percent",
        "We are going out. Blinds that are open by more than {limit} percent should be closed, please.",
        "~close blinds over {limit}% open",
        "~blinds over {limit} percent: shut",
    ),
    essential="move_blind",
    split=Split.TRAIN,
)
def close_blinds(play: Play) -> None:
    """A list, a comparison, and a call for each that is over the limit."""
    blinds = [device for device in play.state["devices"].values() if device["kind"] == "blind"]
    if not blinds or len(blinds) > 4:
        raise play.unsuitable("no blinds, or too many")
    limit = play.draw.pick((10, 25, 40, 60, 75))
    play.ask(limit=limit)
    listed = play.call(
        "devices_of",
        {"kind": "blind"},
        why=(
            "Which blinds are more than {limit} percent open? {tool} lists how far each of them is.",
            "I have to compare every blind with {limit} percent, so I need a list of the blinds from {tool}.",
            "Only blinds over {limit} percent are to be closed. I let {tool} list all blinds first.",
        ),
    )
    over = [blind for blind in listed if blind["percent_open"] > limit]
    names = [blind["name"] for blind in over]
    play.slots.update(names=names, count=len(names), total=len(listed))
    if not over:
        play.learn("None of {total:n blind} is more than {limit} percent open.")
        play.conclude(
            "No blind is more than {limit} percent open, so I changed nothing.",
            "There was nothing to close: no blind is over {limit} percent.",
            facts=[NO],
        )
        return
    play.learn("More than {limit} percent open: {names}.", "{count} of {total} are over {limit} percent: {names}.")
    for blind in over:
        arguments = {"device": blind["id"], "percent_open": 0}
        play.call("move_blind", arguments, does=f"close the {blind['name']}", derived=["percent_open"])
        play.learn("The {last} is closed.", "{last:cap} closed.", last=blind["name"])
    play.conclude(
        "I closed {count:n blind}: {names}.",
        "Closed now: {names}.",
        "The {names} [had been|stood] open by more than {limit} percent and I closed [what was open|that].",
        facts=["names"],
    )


@DEVICES.intent(
    goal="heat the {room} to {degrees} degrees if it is colder than {limit} degrees there",
    wordings=(
        "If the {room} is colder than {limit} degrees, set its heating to {degrees}.",
        "set the {room} to {degrees} degrees, but only if it has less than {limit} degrees now",
        "check the {room}, and should it be below {limit} degrees, heat it to {degrees}",
        "Grandma will sit in the {room}. In case it is under {limit} degrees in there, set it to {degrees}.",
        "I don't want to waste energy: heat the {room} to {degrees} degrees only if it's colder than {limit} there.",
        "Is it below {limit} degrees in the {room}? If so, {degrees} degrees please, otherwise leave it alone.",
        "look at the temperature of the {room} and put the heating to {degrees} degrees in case it's less than {limit}",
        "~{room} below {limit}? then heat to {degrees}",
        "~heat {room} to {degrees} if under {limit}",
    ),
    split=Split.TEST,
)
def heat_if_cold(play: Play) -> None:
    """A reading decides whether there is a second call."""
    room = any_room(play)
    limit = play.draw.whole(17, 21)
    if play.state["climate"][room]["temperature"] == limit:
        raise play.unsuitable("just at the limit")
    play.ask(room=room, limit=limit, degrees=limit + play.draw.pick((1, 1.5, 2, 2.5)))
    reading = play.call(
        "room_climate",
        {"room": room},
        why=(
            "It depends on the temperature in the {room} whether I heat it, so I read that with {tool}.",
            "First I must know if the {room} has less than {limit} degrees; {tool} tells me.",
        ),
    )
    now = reading["temperature"]
    if now >= limit:
        play.learn("It is {now} degrees in the {room}, not below {limit}, so the heating stays as it is.", now=now)
        play.conclude(
            "The {room} has {now} degrees, so I did not change the heating.",
            "I left the heating alone: it is {now} degrees in the {room}, not less than {limit}.",
            facts=["now", NO],
        )
        return
    play.learn("With {now} degrees the {room} is below {limit}.", "{now} degrees is colder than {limit}.", now=now)
    play.call("set_heating", {"room": room, "degrees": play.slots["degrees"]})
    play.learn("The heating there is now set to {degrees} degrees.")
    play.conclude(
        "It was {now} degrees in the {room}, so I set the heating to {degrees}.",
        "The {room} had only {now} degrees. Its heating is set to {degrees} now.",
        facts=["now", "degrees"],
    )


@DEVICES.intent(
    goal="lock every door that is unlocked",
    wordings=(
        "lock all doors that are [still|] unlocked",
        "see which doors aren't locked and lock them",
        "make the house safe for the night: lock whatever door is open",
        "We go to bed now. If any door is unlocked, lock it.",
        "check every door and lock those that are not",
        "I heard a noise outside. Lock each door that isn't locked, and say which it was.",
        "go round the doors for me and lock the unlocked ones",
        "~lock all unlocked doors",
        "~night: doors locked",
    ),
    essential="lock_door",
    split=Split.TEST,
)
def lock_all(play: Play) -> None:
    """A list by kind, and a call for each door that needs one."""
    play.ask()
    listed = play.call(
        "devices_of",
        {"kind": "door"},
        why=(
            "I need to know which doors are unlocked before I can lock them, and {tool} lists the doors.",
            "{tool} shows every door with its lock, so that is where I begin.",
        ),
    )
    doors = [door for door in listed if door["state"] == "unlocked"]
    play.slots.update(doors=[door["name"] for door in doors])
    if not doors:
        play.learn("All {n} doors are locked already.", n=len(listed))
        play.conclude("Nothing to do: all {n} doors were locked.", "No door was unlocked.", facts=[NO])
        return
    play.learn("Still unlocked: the {doors}.", "I have to lock these: {doors}.")
    for door in doors:
        play.call("lock_door", {"device": door["id"], "locked": True}, does=f"lock the {door['name']}")
        play.learn("The {last} is locked by now.", "Now the {last} is secured.", last=door["name"])
    play.conclude("I locked the {doors}.", "The {doors} had been unlocked; I locked up.", facts=["doors"])


@DEVICES.intent(
    goal="move the schedule of the {name} from {old} to {new}",
    wordings=(
        "move the {old} schedule of the {name} to {new}",
        "The {name} has a timer at {old}. I'd like that one at {new}, on the same days.",
        "reschedule the {name} from {old} to {new}",
        "change the timer of the {name}: {new} instead of {old}",
        "The {old} routine of the {name} should run at {new}. Nothing else about it changes.",
        "My shifts have changed, so the {name} must switch at {new} and no longer at {old}.",
        "let the {name} do at {new} what it does at {old} now",
        "~{name} timer {old} to {new}",
        "~shift {name} schedule, {old} to {new}",
    ),
    essential="add_schedule",
    split=Split.TRAIN,
)
def reschedule(play: Play) -> None:
    """Four calls: there is no tool to change a schedule, so a new one takes the old one's place."""
    old = play.draw.pick(play.state["schedules"])
    device = play.state["devices"][old["id"]]
    new = play.draw.clock(5, 23, 5)
    if any(schedule["time"] == new for schedule in play.state["schedules"]):
        raise play.unsuitable("the time is taken")
    play.ask(name=device["name"], old=old["time"], new=new)
    code = find_id(play, device["name"])
    listed = play.call("schedules_of", {"device": code})
    found = next(schedule for schedule in listed if schedule["time"] == old["time"])
    play.learn(
        "Schedule {number} is the one at {old}: it switches {to} on {days}.",
        "The one at {old} is number {number} (switch {to}, {days}).",
        number=found["number"],
        to=found["switch"],
        days=found["days"],
    )
    added = {"device": code, "time": new, "to": found["switch"], "days": found["days"]}
    play.call("delete_schedule", {"number": found["number"]})
    play.learn("Schedule {number} is gone, and its place is free for the new time.", "Number {number} is deleted.")
    made = play.call("add_schedule", added, does="schedule {device} to go {to} at {time} on {days}")
    play.learn(
        "The new schedule has the number {other}.", "Schedule {other} now stands at {new}.", other=made["number"]
    )
    play.conclude(
        "The {name} now goes {to} at {new} instead of {old} (schedule {other}).",
        "Moved: the {name} goes {to} at {new}, on {days} as before. The schedule is number {other}.",
        facts=["new", "other"],
    )
