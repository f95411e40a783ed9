"""Requests that a tool refuses or fails at, and what a plan makes of that."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.devices.service import DEVICES, any_device, any_room, find_id, half_degrees
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@DEVICES.intent(
    goal="bring about the scene {scene}",
    wordings=(
        "get the house ready for {scene}",
        "I'd like to have the scene {scene}.",
        "make everything as the scene {scene} wants it",
        "put lamps and devices the way that {scene} has them",
        "Our guests arrive in a minute. Make it {scene}, please.",
        "We always use the scene {scene} at this hour. Start it, please.",
        "can we have {scene} now, the scene?",
        "~{scene} scene now",
        "~make it {scene}",
    ),
    kind=Kind.RECOVER,
    breaks="run_scene",
    split=Split.TRAIN,
)
def scene_by_hand(play: Play) -> None:
    """The scene can't be run, so its steps are done one by one."""
    scene = play.draw.pick(list(play.state["scenes"]))
    for step in play.state["scenes"][scene]:
        play.state["devices"][step["id"]]["state"] = "off" if step["set_to"] == "on" else "on"
    play.ask(scene=scene)
    failed = play.attempt("run_scene", {"scene": scene})
    play.learn("That tool {said}, so the scene can't be started as a whole.", "It {said}.", said=failed.error)
    steps = play.call(
        "scene_steps",
        {"scene": scene},
        why=(
            "I can do by hand what the scene does; {tool} lists its steps.",
            "Its steps can be done one by one, and {tool} tells me which they are.",
        ),
    )
    told = [f"{step['name']} {step['set_to']}" for step in steps]
    names = [step["name"] for step in steps]
    play.learn("The scene means: {told}.", "These are its steps: {told}.", told=told, names=names)
    for step in steps:
        does = f"switch {step['set_to']} the {step['name']}"
        play.call("switch_device", {"device": step["id"], "to": step["set_to"]}, does=does)
        play.learn("The {last} is {to}.", "{last:cap}: {to}.", last=step["name"], to=step["set_to"])
    play.conclude(
        "The scene itself could not be started, so I did its steps: {told}.",
        "I set everything by hand as {scene} has it: {told}.",
        "Done step by step, since the scene did not run: {told}.",
        facts=["names"],
    )


@DEVICES.intent(
    goal="turn {to} the {noun} in the {room}",
    wordings=(
        "turn {to} the {noun} in the {room}",
        "in the {room} there's a {noun}, would you switch it {to}?",
        "The {noun} in the {room} should be {to}.",
        "go to the {room} and switch {to} the {noun} there",
        "I can't reach the {room} from here. Its {noun} needs to be {to}, please.",
        "switch the {noun} that's in the {room} {to}",
        "could you get the {noun} turned {to} that we have in the {room}?",
        "~{room}: {noun} {to}",
        "~{noun} {to} ({room})",
    ),
    kind=Kind.RECOVER,
    breaks="find_device",
    split=Split.TEST,
)
def by_room(play: Play) -> None:
    """The search by name fails; the list of the room has the device, too."""
    device = any_device(play, "lamp", "appliance")
    to = play.draw.pick(("on", "off"))
    device["state"] = "off" if to == "on" else "on"
    name, room = device["name"], device["room"]
    play.ask(name=name, noun=name.removeprefix(room).strip(), room=room, to=to)
    failed = play.attempt("find_device", {"name": name}, does="find the id of the {name}", derived=["name"])
    play.learn(
        "I get nothing by name, since the search {said}.",
        "Searching by name is no use: the tool {said}.",
        said=failed.error,
    )
    listed = play.call(
        "devices_in",
        {"room": room},
        why=("The {name} must be in the list of the {room}, which {tool} gives me.",),
    )
    code = next(found["id"] for found in listed if found["name"] == name)
    play.learn("In the list of the {room}, the {name} is {id}.", "There it is: {id} is the {name}.", id=code)
    play.call("switch_device", {"device": code, "to": to}, does="turn {to} the {name}")
    play.learn("{id} says it is {to}.", "It is {to} as wanted.")
    play.conclude(
        "The {name} is {to}; I found it through the {room}.",
        "I turned {to} the {noun} in the {room}.",
        facts=["to"],
    )


@DEVICES.intent(
    goal="set the {name} to {percent} percent open if the wind allows it",
    wordings=(
        "set the {name} to {percent} percent open if the wind allows it",
        "try to move the {name} to {percent}%",
        "It's rather windy, but if possible I'd like the {name} {percent} percent open.",
        "can the {name} be moved to {percent} percent open, or is it blocked?",
        "open the {name} to {percent} percent unless something blocks it",
        "I want some light. See if the {name} will go to {percent} percent.",
        "move the {name} to {percent} percent as long as that's allowed",
        "~{name} {percent}% if it moves",
        "~{name} to {percent} percent, wind?",
    ),
    split=Split.TRAIN,
)
def windy(play: Play) -> None:
    """Two calls; the second may be refused until some time."""
    blinds = [device for device in play.state["devices"].values() if device["kind"] == "blind"]
    if not blinds:
        raise play.unsuitable("no blind")
    blind = play.draw.pick(blinds)
    if play.draw.chance(0.6):
        blind["blocked_until"] = play.draw.clock(9, 22, 30)
    percent = play.draw.pick([p for p in (15, 25, 40, 60, 75, 90) if p != blind["percent_open"]])
    play.ask(name=blind["name"], percent=percent)
    arguments = {"device": find_id(play, blind["name"]), "percent_open": percent}
    moved = play.attempt("move_blind", arguments, does="move the {name} to {percent} percent open")
    if moved.failed:
        play.learn(
            "The {name} is blocked by the wind alarm until {until}.",
            "The wind alarm blocks it until {until}, so the {name} can't move now.",
            until=blind["blocked_until"],
        )
        play.conclude(
            "The {name} can't be moved now: the wind alarm blocks it until {until}.",
            "Not possible before {until}, because of the wind alarm.",
            "The wind alarm doesn't let the {name} move until {until}.",
            facts=[NO, "until"],
        )
        return
    play.learn("The {name} moved to {percent} percent.", "It went to {percent} percent without trouble.")
    play.conclude(
        "The {name} is {percent} percent open now.",
        "Nothing blocks it: the {name} is at {percent} percent.",
        facts=["percent"],
    )


@DEVICES.intent(
    goal="warm the {room} up to {degrees} degrees",
    wordings=(
        "warm the {room} up to {degrees} degrees",
        "I am freezing in the {room}. Put its heating to {degrees} degrees.",
        "can you get the {room} to {degrees} degrees?",
        "start heating the {room}, {degrees} degrees is the goal",
        "We'll have breakfast in the {room}, so heat it to {degrees} degrees.",
        "bring the {room} to a temperature of {degrees}",
        "Let the {room} have {degrees} degrees when I come home.",
        "~warm up {room}: {degrees}",
        "~{degrees} degrees for {room}",
    ),
    missing=Missing(
        wordings=(
            "warm up one of the rooms to {degrees} degrees",
            "I am freezing. Put the heating to {degrees} degrees.",
            "can you get my room to {degrees} degrees?",
            "~warm up to {degrees}",
        ),
        needs="the name of the room",
        goal="warm a room up to {degrees} degrees",
        slot="room",
        replies=("the one I mean is the {value}", "I'm in the {value}", "The {value} is where I am."),
    ),
    split=Split.DEV,
)
def window_open(play: Play) -> None:
    """The heating refuses, for a reason that the user can do something about."""
    room = any_room(play)
    play.state["climate"][room]["window"] = "open"
    play.ask(room=room, degrees=half_degrees(play.draw))
    play.attempt("set_heating", {"room": room, "degrees": play.slots["degrees"]})
    play.learn(
        "The heating was refused: a window in the {room} is open.",
        "As long as a window in the {room} is open, the heating stays off.",
    )
    play.conclude(
        "I can't heat the {room} because a window is open there. Please close it first.",
        "The heating does not start: a window in the {room} is open.",
        facts=[NO, "window"],
        window="window",
        why=("Only the user can close it, so I report that.", "The user has to close it first."),
    )
