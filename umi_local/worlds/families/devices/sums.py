"""Requests about several readings, which the plan compares or adds up, and two requests in one."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.devices.service import DEVICES, any_device, any_room, find_id, half_degrees
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@DEVICES.intent(
    goal="tell how much more energy the {name} used on {one} than on {other}",
    wordings=(
        "compare the energy use of the {name} on {one} and {other}",
        "did the {name} use more power on {one} or on {other}, and what's the difference?",
        "The bill is high. How does the consumption of the {name} on {one} compare with {other}?",
        "how many kWh lie between {one} and {other} for the {name}?",
        "work out by how many kWh the {name} differed between {one} and {other}",
        "We cleaned the filter of the {name} in between, so did it take less on {other} than on {one}? By how much?",
        "look at {one} and {other}: on which day did the {name} need more energy, and how much more",
        "~{name} kWh {one} vs {other}",
        "~difference {name}, {one} / {other}, energy",
    ),
    essential="energy_of",
    split=Split.TRAIN,
)
def compare_days(play: Play) -> None:
    """Three calls and a difference."""
    device = any_device(play, "appliance")
    days = play.state["energy"][device["id"]]
    one, other = play.draw.sample(sorted(days), 2)
    if days[one] == days[other]:
        raise play.unsuitable("the same use on both days")
    play.ask(name=device["name"], one=one, other=other)
    code = find_id(play, device["name"])
    first = play.call("energy_of", {"device": code, "date": one})["kwh"]
    play.learn("On {one} it used {first} kWh.", "{first} kWh were used on {one}.", first=first)
    second = play.call("energy_of", {"device": code, "date": other})["kwh"]
    play.learn(
        "On {other} it was {second} kWh, so {more} has {by} kWh more.",
        "{second} kWh on {other}; the difference is {by} kWh, with more on {more}.",
        second=second,
        more=one if first > second else other,
        by=round(abs(first - second), 2),
    )
    play.conclude(
        "The {name} used {by} kWh more on {more}.",
        "On {more}, by {by} kWh: {first} kWh on {one} against {second} kWh on {other}.",
        "The difference is {by} kWh; it took more on {more}.",
        facts=["by", "more"],
        derived=["by"],
    )


@DEVICES.intent(
    goal="add up what the {first} and the {second} used on {date}",
    wordings=(
        "how many kWh did the {first} and the {second} use together on {date}?",
        "add up the energy of the {first} and the {second} for {date}",
        "I share the power bill. What did the {first} plus the {second} need on {date}?",
        "what's the sum of the consumption of the {second} and the {first} on {date}?",
        "On {date} both the {first} and the {second} were running. How much energy was that in all?",
        "work out the total kWh of {date} for two devices, the {first} and the {second}",
        "tell me the combined energy use of {first} and {second} on {date}",
        "~kWh {date}: {first} + {second}",
        "~total energy {first} and {second}, {date}",
    ),
    essential="energy_of",
    split=Split.TEST,
)
def add_devices(play: Play) -> None:
    """Four calls and a sum."""
    codes = list(play.state["energy"])
    one, other = play.draw.sample(codes, 2)
    date = play.draw.pick(sorted(play.state["energy"][one]))
    used = play.state["energy"][other]
    used.setdefault(date, used[next(iter(used))])
    first, second = (play.state["devices"][code]["name"] for code in (one, other))
    play.ask(first=first, second=second, date=date)
    kwh = play.call("energy_of", {"device": find_id(play, first), "date": date})["kwh"]
    play.learn("The {first} took {kwh} kWh that day.", "{kwh} kWh went into the {first}.", kwh=kwh)
    more = play.call("energy_of", {"device": find_id(play, second), "date": date})["kwh"]
    play.learn(
        "The {second} took {more} kWh, which makes {total} kWh in all.",
        "{kwh} and {more} kWh add up to {total}.",
        more=more,
        total=round(kwh + more, 2),
    )
    play.conclude(
        "Together they used {total} kWh on {date}.",
        "{total} kWh: {kwh} for the {first} and {more} for the {second}.",
        facts=["total"],
        derived=["total"],
    )


@DEVICES.intent(
    goal="find out whether the {rooms:or} has the dampest air",
    wordings=(
        "which is the dampest room: {rooms:or}?",
        "where is the air most humid, in the {rooms:or}?",
        "compare the humidity of the {rooms}",
        "There is mould somewhere. Which of these has the highest humidity: {rooms:or}?",
        "I have one dehumidifier. Should it stand in the {rooms:or}, going by the humidity?",
        "measure the humidity in {rooms} and name the dampest of them",
        "find the most humid room among these: {rooms}",
        "~highest humidity: {rooms}",
        "~dampest: {rooms:or}?",
    ),
    essential="room_climate",
    split=Split.TRAIN,
)
def dampest(play: Play) -> None:
    """Three readings; the largest counts."""
    climate = play.state["climate"]
    rooms = play.draw.sample(list(climate), 3)
    if len({climate[room]["humidity"] for room in rooms}) < len(rooms):
        raise play.unsuitable("two are equally damp")
    play.ask(rooms=rooms)
    best = rooms[0]
    for room in rooms:
        humidity = play.call("room_climate", {"room": room})["humidity"]
        best = room if humidity >= climate[best]["humidity"] else best
        play.learn("The {at} has {now} percent.", "{now} percent humidity in the {at}.", at=room, now=humidity)
    play.learn(
        "The highest of the three is {top} percent, in the {best}.",
        "So the {best} is the dampest, with {top} percent.",
        best=best,
        top=climate[best]["humidity"],
    )
    play.conclude(
        "The {best} is the dampest, at {top} percent.",
        "It's the {best}, with a humidity of {top} percent.",
        "The highest humidity is {top} percent, in the {best}.",
        facts=["best", "top"],
    )


@DEVICES.intent(
    goal="switch off the {name} and set the heating in the {room} to {degrees} degrees",
    wordings=(
        "switch off the {name} and set the heating in the {room} to {degrees} degrees",
        "set the {room} to {degrees} degrees, and also turn off the {name}",
        "Two things before I leave: the {name} off, and {degrees} degrees in the {room}.",
        "I'm going out. Turn the {name} off and lower or raise the {room} to {degrees} degrees.",
        "turn off the {name}, then put the thermostat in the {room} at {degrees}",
        "The {name} isn't needed any more. And it should have {degrees} degrees in the {room}.",
        "could you turn the {name} off and make it {degrees} degrees in the {room}?",
        "~{name} off, {room} {degrees} degrees",
        "~heating {room} {degrees} + {name} off",
    ),
    essential="set_heating",
    split=Split.TRAIN,
)
def two_wishes(play: Play) -> None:
    """Three calls for two requests."""
    device = any_device(play, "lamp", "appliance")
    device["state"] = "on"
    play.ask(name=device["name"], room=any_room(play), degrees=half_degrees(play.draw))
    code = find_id(play, device["name"])
    play.call("switch_device", {"device": code, "to": "off"}, does="switch off the {name}")
    play.learn("The {name} is off; the heating is still to do.", "One of the two is done, the {name} is off.")
    play.call("set_heating", {"room": play.slots["room"], "degrees": play.slots["degrees"]})
    play.learn("Now the {room} is set to {degrees} degrees, too.", "And {degrees} degrees are set for the {room}.")
    play.conclude(
        "The {name} is off and the {room} is set to {degrees} degrees.",
        "Both done: {name} off, {degrees} degrees in the {room}.",
        facts=["degrees", "off"],
        off="off",
    )


@DEVICES.intent(
    goal="start the scene {scene} only if it doesn't switch on the {name}",
    wordings=(
        'start the scene "{scene}" unless it switches on the {name}',
        "see what {scene} does, and run that scene if it leaves the {name} alone",
        "The baby sleeps next to the {name}. Start {scene} only if that scene doesn't turn it on.",
        "does the scene {scene} turn on the {name}? I want it started only if not.",
        "look into the scene {scene}; as long as it doesn't switch the {name} on, activate it",
        "I'd like {scene} now, but the {name} must not come on. If the scene does that, don't start it.",
        "run {scene} if the {name} isn't switched on by it",
        "~scene {scene}, but not if {name} goes on",
        "~{scene} unless {name} on",
    ),
    split=Split.TRAIN,
)
def careful_scene(play: Play) -> None:
    """What the scene would do decides whether it is started."""
    scene = play.draw.pick(list(play.state["scenes"]))
    steps = play.state["scenes"][scene]
    device = play.draw.pick(steps) if play.draw.chance(0.5) else any_device(play, "lamp", "appliance")
    name = device["name"]
    for step in steps:
        play.state["devices"][step["id"]]["state"] = "off" if step["set_to"] == "on" else "on"
    play.ask(scene=scene, name=name)
    found = play.call(
        "scene_steps",
        {"scene": scene},
        why=(
            "Before {scene} may start, I have to see whether it switches on the {name}. {tool} lists its steps.",
            "Whether {scene} turns on the {name} shows in its steps, which I get from {tool}.",
            "I must not start {scene} blindly. First I look at what it does, with {tool}.",
        ),
    )
    set_to = {step["name"]: step["set_to"] for step in found}.get(name)
    if set_to == "on":
        play.learn("{scene:cap} would switch on the {name}, so I must not start it.", "The {name} would go on with it.")
        play.conclude(
            "I did not start {scene}, since it would switch on the {name}.",
            "{scene:cap} turns on the {name}, so I have not run it.",
            facts=[NO, "name"],
        )
        return
    if set_to:
        play.learn("The scene switches the {name} off, not on, so it may run.")
    else:
        play.learn("The {name} is not among the devices of {scene}.", "{scene:cap} leaves the {name} alone.")
    done = play.call("run_scene", {"scene": scene})
    play.learn("The scene has set {count:n device}.", count=done["devices_changed"])
    play.conclude(
        "I started {scene}; the {name} is not switched on by it.",
        "{scene:cap} is running. It set {count:n device} and did not turn on the {name}.",
        facts=["scene"],
    )
