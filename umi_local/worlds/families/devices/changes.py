"""Single things that users want changed."""

from __future__ import annotations

from umi_local.worlds.families.devices.service import DEVICES, WEEKDAYS, any_device, any_room, find_id
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@DEVICES.intent(
    goal="set the heating in the {room} to {degrees} degrees",
    wordings=(
        "set the [heating|thermostat] in the {room} to {degrees} degrees",
        "adjust the {room} to {degrees} degrees",
        "make it {degrees} degrees in the {room}",
        "The {room} should have {degrees} degrees. Can you set that?",
        "I want {degrees} degrees in the {room}.",
        "My parents are coming and they are always cold. Heat the {room} to {degrees} degrees, please.",
        "{degrees} degrees would be nice for the {room}. Set it, please.",
        "put the target of the {room} at {degrees} Celsius",
        "~heating {room} {degrees}",
        "~{room} -> {degrees} degrees",
    ),
    essential="set_heating",
    missing=Missing(
        wordings=(
            "change the heating in the {room}",
            "I'm not happy with the temperature in the {room}. Set it differently.",
            "set the thermostat of the {room} to something else",
            "can you set the heating in the {room}?",
            "~adjust heating {room}",
        ),
        needs="the temperature to set",
        goal="set the heating in the {room}",
        slot="degrees",
        replies=("{value} degrees", "to {value}", "{value} please", "Make it {value}."),
    ),
    split=Split.TRAIN,
)
def heat(play: Play) -> None:
    """One call; whole and half degrees."""
    play.ask(room=any_room(play), degrees=play.draw.pick((16, 17.5, 18, 18.5, 19, 19.5, 20, 20.5, 21, 21.5, 22.5, 23)))
    play.call("set_heating", {"room": play.slots["room"], "degrees": play.slots["degrees"]})
    play.learn("The target for the {room} is {degrees} degrees now.", "The {room} is set to {degrees} degrees.")
    play.conclude(
        "The heating in the {room} is set to {degrees} degrees.",
        "Done: {degrees} degrees for the {room}.",
        "I set the {room} to {degrees} degrees.",
        facts=["degrees"],
    )


@DEVICES.intent(
    goal="switch the {name} {to}",
    wordings=(
        "turn {to} the {name}",
        "switch the {name} {to}",
        "see to it that the {name} goes {to}",
        "The {name} should be {to}. Can you do that?",
        "I'm downstairs and the {name} needs to be {to}. Could you see to it?",
        "I won't get up for this: switch {to} the {name}, please.",
        "make sure the {name} is {to}",
        "~{name} {to}",
        "~turn {to} {name}",
    ),
    essential="switch_device",
    missing=Missing(
        wordings=(
            "turn it {to}",
            "switch {to} that thing in the other room",
            "I forgot something. Please turn it {to}.",
            "can you turn {to} one of the lamps?",
            "~turn {to}",
        ),
        needs="the name of the device",
        goal="switch a device {to}",
        slot="name",
        replies=("the {value}", "I meant the {value}", "The {value}, of course.", "that's the {value}"),
    ),
    split=Split.TRAIN,
)
def switch(play: Play) -> None:
    """Two calls: the id comes from the name."""
    device = any_device(play, "lamp", "appliance")
    to = play.draw.pick(("on", "off"))
    device["state"] = "off" if to == "on" else "on"
    play.ask(name=device["name"], to=to)
    play.call("switch_device", {"device": find_id(play, device["name"]), "to": to}, does="switch the {name} {to}")
    play.learn("The {name} is {to} now.", "{id} reports that it is {to}.")
    play.conclude(
        "The {name} is {to} now.",
        "I switched the {name} {to}.",
        "Done, the {name} is {to}.",
        facts=["to"],
    )


@DEVICES.intent(
    goal="dim lamp {device} to {level} percent",
    wordings=(
        "dim {device} to {level} percent",
        "set the brightness of {device} to {level}%",
        "Lamp {device} is wrong like this. {level} percent is what I want.",
        "make lamp {device} {level} percent bright",
        "I'd like {device} at {level} percent.",
        "The label says {device}. Set that lamp to {level} percent, please.",
        "bring lamp {device} to a brightness of {level} percent",
        "~{device} {level}%",
        "~dim {device}, {level} percent",
    ),
    essential="dim_lamp",
    missing=Missing(
        wordings=(
            "dim lamp {device}",
            "change the brightness of {device}",
            "Lamp {device} hurts my eyes. Dim it, please.",
            "can you dim {device} a bit?",
            "~dim {device}",
        ),
        needs="the brightness in percent",
        goal="dim lamp {device}",
        slot="level",
        replies=("{value} percent", "to {value}%", "{value} percent will do", "Let's say {value} percent."),
    ),
    split=Split.DEV,
)
def dim_by_id(play: Play) -> None:
    """One call; everything stands in the question."""
    device = any_device(play, "lamp")
    device["state"] = "on"
    play.ask(device=device["id"], level=play.draw.whole(5, 95, 5))
    play.call("dim_lamp", {"device": device["id"], "level": play.slots["level"]})
    play.learn(
        "{device}, the {name}, is at {level} percent now.",
        "The new brightness is {level} percent.",
        name=device["name"],
    )
    play.conclude(
        "Lamp {device} ({name}) is dimmed to {level} percent.",
        "I set {device} to {level} percent.",
        facts=["level"],
    )


@DEVICES.intent(
    goal="start the scene {scene}",
    wordings=(
        'start the scene "{scene}"',
        "run the scene called {scene}",
        "activate the {scene} scene",
        "It's time for {scene}. Please start that scene.",
        'bring the house into the mood "{scene}"',
        "Everybody is here. Switch the house to {scene}.",
        'Could we have the "{scene}" scene now?',
        "~scene {scene}",
        "~{scene} on",
    ),
    missing=Missing(
        wordings=(
            "start my scene",
            "run one of the scenes",
            "Everybody is here. Start the scene.",
            "can you put the house into another mood?",
            "~scene please",
        ),
        needs="the name of the scene",
        goal="start a scene",
        slot="scene",
    ),
    split=Split.TRAIN,
)
def start_scene(play: Play) -> None:
    """One call that changes several things."""
    scene = play.draw.pick(list(play.state["scenes"]))
    for step in play.state["scenes"][scene]:
        play.state["devices"][step["id"]]["state"] = "off" if step["set_to"] == "on" else "on"
    play.ask(scene=scene)
    done = play.call("run_scene", {"scene": scene})
    play.learn(
        "The scene ran and changed {count:n device}.",
        "{scene:cap} is running, {count:n device} changed.",
        count=done["devices_changed"],
    )
    play.conclude(
        "The scene {scene} is on; it changed {count:n device}.",
        "Done: {scene} changed {count:n device}.",
        "I started {scene}, which set {count:n device}.",
        facts=["count"],
    )


@DEVICES.intent(
    goal="have the {name} go {to} at {time}< on {days}>",
    wordings=(
        "turn {to} the {name} at {time}< every {days}>",
        "schedule the {name} to go {to} at {time}< on {days}>",
        "set up a timer: {name} {to} at {time}<, on {days}>",
        "make a routine that switches the {name} {to} at {time}< on {days}>",
        "I'd like the {name} to go {to} at {time}< on {days}>. Can you plan that?",
        "I keep forgetting the {name}. Let it go {to} by itself at {time}< on {days}>.",
        "can the {name} be switched {to} automatically at {time}< on {days}>?",
        "~timer {name} {to} {time}< ({days})>",
        "~{time} {name} {to}<, {days}>",
    ),
    essential="add_schedule",
    missing=Missing(
        wordings=(
            "schedule the {name} to go {to}< on {days}>",
            "make a timer that switches the {name} {to}< on {days}>",
            "I keep forgetting the {name}. Let it go {to} by itself< on {days}>.",
            "can the {name} be switched {to} automatically< on {days}>?",
            "~timer {name} {to}< ({days})>",
        ),
        needs="the time of day",
        goal="schedule the {name} to go {to}",
        slot="time",
        replies=("at {value}", "{value}", "Let's say {value}.", "make it {value}"),
    ),
    split=Split.TRAIN,
)
def schedule(play: Play) -> None:
    """Two calls; the days are given or not."""
    device = any_device(play, "lamp", "appliance")
    days = sorted(play.draw.sample(WEEKDAYS, play.draw.whole(1, 3)), key=WEEKDAYS.index)
    play.ask(
        name=device["name"],
        to=play.draw.pick(("on", "off")),
        time=play.draw.clock(5, 23, 5),
        days=days if play.draw.chance(0.5) else None,
    )
    code = find_id(play, device["name"])
    made = play.call(
        "add_schedule",
        {"device": code, "time": play.slots["time"], "to": play.slots["to"], "days": play.slots["days"]},
        does="schedule {device} to go {to} at {time}< on {days}>",
    )
    play.learn(
        "Schedule {number} is saved: {to} at {time}.", "The schedule got the number {number}.", number=made["number"]
    )
    play.conclude(
        "The {name} will go {to} at {time}< on {days}>; it is schedule {number}.",
        "Schedule {number} is set: {name} {to} at {time}<, {days}>.",
        "Done. At {time} the {name} goes {to}< on {days}> (schedule {number}).",
        facts=["number", "time"],
    )


@DEVICES.intent(
    goal="lock the {door}",
    wordings=(
        "lock the {door}",
        "Nobody should get in through the {door}, so lock it.",
        "Is the {door} open to anyone? I want it locked.",
        "secure the {door} for the night",
        "I'm leaving now. Lock the {door} behind me, please.",
        "The children are home and the {door} should be locked. Do it, please.",
        "see to it that the {door} gets locked",
        "~lock {door}",
        "~{door} locked pls",
    ),
    essential="lock_door",
    split=Split.TRAIN,
)
def lock_one(play: Play) -> None:
    """Two calls; true or false is what the tool takes."""
    door = any_device(play, "door")
    door["state"] = "unlocked"
    play.ask(door=door["name"])
    play.call("lock_door", {"device": find_id(play, door["name"]), "locked": True}, does="lock the {door}")
    play.learn("The {door} is locked now.", "The lock of the {door} is shut.")
    play.conclude("The {door} is locked.", "I locked the {door}.", facts=["door"])
