"""What users want to know about their home, mostly with one or two calls."""

from __future__ import annotations

from umi_local.worlds.facts import NO, YES
from umi_local.worlds.families.devices.service import DEVICES, ROOMS, any_device, any_room, find_id
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@DEVICES.intent(
    goal="say whether the {name} is on",
    wordings=(
        "is the {name} [on|switched on|still on]?",
        "check whether the {name} is [on|running]",
        "did I leave the {name} on?",
        "find out if the {name} is switched on",
        "I'm on the bus and can't remember: did I turn off the {name}?",
        "Somebody said that the {name} has been on all night. Is it on now?",
        "I left the house in a hurry. Please see if the {name} is on.",
        "~{name} on?",
        "~state of {name}",
    ),
    essential="device_state",
    missing=Missing(
        wordings=(
            "did I leave it on?",
            "check whether it is still on",
            "I left the house in a hurry. Please see if it is on.",
            "can you see if that device is switched on?",
            "~is it on?",
        ),
        needs="the name of the device",
        goal="say whether a device is on",
        slot="name",
        replies=("the {value}", "I mean the {value}", "The {value}, please.", "sorry, the {value}"),
    ),
    split=Split.TRAIN,
)
def is_it_on(play: Play) -> None:
    """Two calls, then perhaps a question whose answer is known already."""
    device = any_device(play, "lamp", "appliance")
    play.ask(name=device["name"])
    found = play.call("device_state", {"device": find_id(play, device["name"])})
    watts, level = found.get("watts"), found.get("brightness")
    play.learn("The {name} is {state}.", "Its state is {state}.", state=found["state"], watts=watts, level=level)
    if found["state"] == "off":
        play.conclude("No, the {name} is off.", "It isn't on: the {name} is off.", facts=[NO, "state"])
        return
    play.conclude("Yes, the {name} is on.", "The {name} is on right now.", facts=[YES, "state"])
    if level is None:
        play.then_ask(
            "how much power does it draw?",
            "and how many watts is it taking?",
            "What does it use at the moment, in watts?",
            goal="tell how many watts the {name} draws",
        )
        play.conclude(
            "It draws {watts} watts.",
            "The {name} takes {watts} watts.",
            facts=["watts"],
            why="The state that I read also says {watts} watts, so I can answer from it.",
        )
    else:
        play.then_ask(
            "how bright is it?",
            "and what brightness is it at?",
            "How far is it dimmed, in percent?",
            goal="tell how bright the {name} is",
        )
        play.conclude(
            "Its brightness is {level} percent.",
            "The {name} is at {level} percent.",
            facts=["level"],
            why="I have seen the brightness with the state: {level} percent. No call is needed.",
        )


@DEVICES.intent(
    goal="tell how warm it is in the {room}",
    wordings=(
        "how warm is it in the {room}?",
        "what's the temperature in the {room} [now|right now|at the moment]?",
        "read the thermometer in the {room}",
        "Is it cold in the {room}? How many degrees, I mean.",
        "check how many degrees the {room} has",
        "We have guests tonight. What is the temperature in the {room}?",
        "The baby is sleeping in the {room}. How warm is it in there?",
        "~temp {room}",
        "~{room} temperature?",
    ),
    essential="room_climate",
    missing=Missing(
        wordings=(
            "how warm is it in there?",
            "tell me the temperature of that room",
            "read the thermometer in one of the rooms",
            "What's the temperature in the other room? I feel cold.",
            "~temperature?",
        ),
        needs="the name of the room",
        goal="tell how warm it is in a room",
        slot="room",
        replies=("the {value}", "In the {value}.", "I mean the {value}", "oh, the {value}", "{value}"),
    ),
    split=Split.TRAIN,
)
def how_warm(play: Play) -> None:
    """One call; a second question is answered from the same result."""
    room = any_room(play)
    play.ask(room=room)
    found = play.call("room_climate", {"room": room})
    play.learn(
        "The {room} has {now} degrees and {humidity} percent humidity.",
        "In the {room} it is {now} degrees, at a humidity of {humidity} percent.",
        now=found["temperature"],
        humidity=found["humidity"],
        target=found["target"],
    )
    play.conclude(
        "It is {now} degrees in the {room}.",
        "The {room} has {now} degrees at the moment.",
        "{now} degrees.",
        facts=["now"],
    )
    follow = play.draw.pick(("", "humidity", "target"))
    if follow == "humidity":
        play.then_ask(
            "and the humidity?",
            "what about the humidity there?",
            "Is the air damp, too? How many percent?",
            goal="tell the humidity in the {room}",
        )
        play.conclude(
            "The humidity in the {room} is {humidity} percent.",
            "{humidity} percent.",
            facts=["humidity"],
            why="The same reading said {humidity} percent humidity, so nothing has to be called.",
        )
    elif follow:
        play.then_ask(
            "what is its heating set to?",
            "and what temperature is it supposed to have?",
            goal="tell what the heating in the {room} is set to",
        )
        play.conclude(
            "The heating in the {room} is set to {target} degrees.",
            "It should have {target} degrees.",
            facts=["target"],
            why="I read the target of {target} degrees together with the temperature.",
        )


@DEVICES.intent(
    goal="list the devices with less than {limit} percent battery",
    wordings=(
        "which devices have less than {limit} percent battery?",
        "list everything whose battery is below {limit} percent",
        "Do any batteries need changing? I mean those under {limit} percent.",
        "I'm going to the shop for batteries. What in the house is under {limit} percent?",
        "look for batteries that are below {limit} percent",
        "One of the sensors keeps beeping. Which batteries are lower than {limit} percent?",
        "which batteries run out soon, with less than {limit} percent left?",
        "~batteries under {limit}%",
        "~weak batteries, limit {limit}",
    ),
    essential="low_batteries",
    split=Split.TRAIN,
)
def weak_batteries(play: Play) -> None:
    """One call, a list or nothing."""
    play.ask(limit=play.draw.whole(5, 40, 5))
    found = play.call("low_batteries", {"below": play.slots["limit"]})
    if not found:
        play.learn(
            "No battery is below {limit} percent.", "The list is empty: every battery has {limit} percent or more."
        )
        play.conclude(
            "No device has less than {limit} percent battery.",
            "None. All batteries are at {limit} percent or above.",
            facts=[NO],
        )
        return
    names = [device["name"] for device in found]
    play.learn(
        "{count:n battery} [found|shown] below {limit} percent, the weakest is that of the {weakest}.",
        "Below {limit} percent I find {count}: {names}.",
        count=len(names),
        names=names,
        weakest=names[0],
        lowest=found[0]["battery"],
    )
    play.conclude(
        "Below {limit} percent: {names}.",
        "{count:n device} below {limit} percent: {names}.",
        "You should see to the {names}; the lowest has {lowest} percent.",
        facts=["names"],
    )


@DEVICES.intent(
    goal="tell how many lamps are on in the {room}",
    wordings=(
        "how many lamps are on in the {room}?",
        "count the lamps that are burning in the {room}",
        "how many lights did we leave on in the {room}?",
        "look at the {room} and count the lamps that are switched on",
        "There is light coming from the {room}. How many of its lamps are on?",
        "I'd like to save some power. How many lamps are on in the {room} right now?",
        "check the {room} for lamps that are on, and say how many",
        "~number of lamps on, {room}",
        "~{room}: lamps on?",
    ),
    essential="devices_in",
    missing=Missing(
        wordings=(
            "how many lamps are on in that room?",
            "count the lamps that are burning in one of the rooms",
            "There is light coming from next door. How many of the lamps there are on?",
            "could you look how many lights we left on in there?",
            "~number of lamps on?",
        ),
        needs="the name of the room",
        goal="tell how many lamps are on in a room",
        slot="room",
        replies=("the {value} is what I mean", "I was thinking of the {value}", "Look in the {value}."),
    ),
    split=Split.TEST,
)
def count_lamps(play: Play) -> None:
    """One call; the plan counts."""
    room = any_room(play)
    play.ask(room=room)
    lamps = [device for device in play.call("devices_in", {"room": room}) if "brightness" in device]
    lit = [lamp["name"] for lamp in lamps if lamp["state"] == "on"]
    play.slots.update(count=len(lit), total=len(lamps), names=lit, verb="is" if len(lit) == 1 else "are")
    if not lit:
        play.learn("Lamps in the {room}: {total}. Not one of them is on.", "The list shows no lamp that is on.")
        play.conclude("No lamp is on in the {room}.", "None of the lamps in the {room} is on.", facts=[NO])
        return
    play.learn("Of {total:n lamp} in the {room}, {count} {verb} on: {names}.", "On in the {room}: {names}.")
    play.conclude(
        "There {verb} {count:n lamp} on in the {room}: {names}.",
        "I count {count} in the {room}: {names}.",
        facts=["count"],
        derived=["count"],
    )


@DEVICES.intent(
    goal="tell whether the {first} or the {second} is warmer, and by how much",
    wordings=(
        "which is warmer, the {first} or the {second}, and by how many degrees?",
        "compare the temperatures of the {first} and the {second}",
        "how big is the difference in temperature between the {first} and the {second}?",
        "I want to read in the warmer room. Is that the {first} or the {second}, and what's the difference?",
        "find out whether the {first} or the {second} is colder and by how much",
        "My feet are freezing in the {first}. How does it compare to the {second}, in degrees?",
        "work out by how many degrees the {first} and the {second} differ",
        "~{first} vs {second}: temperature difference",
    ),
    essential="room_climate",
    split=Split.TEST,
)
def warmer_room(play: Play) -> None:
    """Two readings and a difference."""
    first, second = play.draw.sample(list(play.state["climate"]), 2)
    if abs(play.state["climate"][first]["temperature"] - play.state["climate"][second]["temperature"]) < 0.2:
        raise play.unsuitable("equally warm")
    play.ask(first=first, second=second)
    one = play.call("room_climate", {"room": first})["temperature"]
    play.learn("It is {one} degrees in the {first}.", "The {first} is at {one} degrees.", one=one)
    other = play.call("room_climate", {"room": second})["temperature"]
    warmer, colder = (first, second) if one > other else (second, first)
    play.learn(
        "The {second} has {other}, so the {warmer} is warmer by {by} degrees.",
        "{other} degrees in the {second} make a difference of {by}; the {warmer} is warmer.",
        other=other,
        warmer=warmer,
        colder=colder,
        by=round(abs(one - other), 1),
    )
    play.conclude(
        "The {warmer} is warmer by {by} degrees.",
        "The {warmer} is {by} degrees warmer than the {colder}.",
        "They differ by {by} degrees, and the {warmer} is the warmer one.",
        facts=["warmer", "by"],
        derived=["by"],
    )


@DEVICES.intent(
    goal="tell which doors are unlocked",
    wordings=(
        "which doors are unlocked?",
        "is there a door that isn't locked?",
        "did I lock all the doors?",
        "check the doors and name those that are open to anyone",
        "I'm already in bed. Is any door still unlocked, and which one?",
        "We leave for two weeks tomorrow. Which of the doors aren't locked?",
        "go through the doors and say which are not locked",
        "~unlocked doors?",
        "~doors all locked?",
    ),
    essential="devices_of",
    split=Split.DEV,
)
def unlocked_doors(play: Play) -> None:
    """One call with a word of a list."""
    doors = [device for device in play.state["devices"].values() if device["kind"] == "door"]
    for door in doors:
        door["state"] = play.draw.pick(("locked", "unlocked", "locked"))
    play.ask()
    found = play.call("devices_of", {"kind": "door"}, does="list the doors and their locks")
    names = [door["name"] for door in found if door["state"] == "unlocked"]
    play.slots.update(names=names, locked=[door["name"] for door in found if door["state"] == "locked"])
    if not names:
        play.learn("All of them are locked: {locked}.", "No door is unlocked.")
        play.conclude("No door is unlocked.", "All doors are locked, none is open.", facts=[NO])
        return
    play.learn("Not locked: {names}.", "The doors that are unlocked are these: {names}.")
    play.conclude("These are unlocked: {names}.", "Still unlocked: {names}.", "Unlocked: {names}.", facts=["names"])


@DEVICES.intent(
    goal="tell how warm it is in the {wrong}",
    wordings=(
        "what's the temperature like in the {wrong}?",
        "how many degrees are there in the {wrong}?",
        "measure the temperature of the {wrong}",
        "I'm cold. Tell me how warm the {wrong} is.",
        "is it too warm in the {wrong}, by the thermometer?",
        "look up the humidity and temperature of our {wrong}",
        "The {wrong} feels stuffy. What are its values?",
        "~climate {wrong}",
    ),
    split=Split.TRAIN,
    weight=0.6,
)
def unknown_room(play: Play) -> None:
    """There is no such room; the refusal names those there are."""
    known = list(play.state["climate"])
    wrong = play.draw.pick([room for room in ROOMS.of(play.draw.split) if room not in known])
    play.ask(wrong=wrong)
    play.attempt("room_climate", {"room": wrong})
    play.learn(
        "The home has no {wrong}; its rooms are the {known}.",
        "No room is called {wrong}, only the {known}.",
        known=known,
    )
    play.conclude(
        "There is no room called {wrong}. The home has the {known}.",
        "I don't find a room named {wrong}. Did you mean one of these: {known}?",
        facts=[NO, "known"],
        why="I can only say that and name the rooms.",
    )
