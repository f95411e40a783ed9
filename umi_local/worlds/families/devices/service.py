"""What the home is made of and what its tools do; blinds move by how far they are open, doors have only a lock."""

from __future__ import annotations

from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.draw import Draw, Pool
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.family import Family
from umi_local.worlds.operations import Param, clock, day, flag, ident, number, one_of, text, texts, whole
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

FAMILY = DEVICES = Family(
    "devices",
    "[home|house|smart home|home control|automation|devices]",
    frozenset({"smart home", "heating", "lighting", "sensors", "energy"}),
)

ROOMS = Pool(
    """annex|attic|atrium|basement|billiard room|bunk room|bathroom|bedroom|boathouse|bike room|boiler room|box room
    |breakfast room|cabin
    |cellar|chapel|cloakroom|conservatory|corridor|craft room|darkroom|den|dining room|drawing room|dressing room|foyer
    |gallery|games room|garage|garden room|greenhouse|guest room|gym|hall|hobby room|kitchen|larder|laundry room|library
    |living room|linen room|loft|lounge|map room|mud room|music room|nursery|office|pantry|parlour|piano room|pool house
    |reading room
    |sauna|scullery|sewing room|shed|ski room|staircase|storeroom|studio|study|sunroom|tea room|tool room|tower room
    |trophy room|utility room|winter garden|workshop|wash house|wardrobe room"""
)
SCENES = Pool(
    """barbecue|bath time|bedtime|birthday|board games|breakfast|brunch|candlelight|card round|cinema|coming home|concert
    |cooking|craft hour|dance floor|date night|deep focus|dinner party|dog walk|early bird|evening off|fireside
    |football evening|game night|garden party|good morning|good night|guests|holiday|homework|knitting circle|late shift
    |laundry day|long weekend|meditation|midnight snack|movie night|nap time|painting hour|piano practice|quiet hour
    |quiz night|rainy day|reading time|romantic evening|school run|siesta|singalong|spring cleaning|stargazing|story time
    |summer night|sunrise|sunset|tea time|thunderstorm|vacation|wake up|winter evening|work from home|workout|yoga hour"""
)
DOORS = ("front door", "back door", "side door", "gate", "hatch", "main entrance")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NOUNS = {
    "lamp": ("ceiling lamp", "floor lamp", "desk lamp", "wall lamp", "spotlight", "pendant lamp", "night light"),
    "appliance": ("fan", "radio", "coffee machine", "dehumidifier", "air purifier", "television", "aquarium pump"),
    "blind": ("blind", "shutter", "awning", "curtain", "skylight blind"),
    "sensor": ("motion sensor", "smoke detector", "humidity sensor", "leak sensor"),
}
_SWITCHED = ("lamp", "appliance")
_CODES = ("dev-###", "@##", "###@", "node-##", "@@-##", "#####")

DEVICE = Param("device", "[device|unit|thing|appliance|gadget] [id|code|ref|key]", text(), "[id|code] of the device")
ROOM = Param("room", "[room|area|zone|place] [name|]", text(), "[name of the room|which room]")


@DEVICES.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Four rooms with three or four devices each, and three doors."""
    rooms = draw.several_of(ROOMS, 4)
    pattern = draw.pick(_CODES)
    devices: dict[str, Any] = {}

    def add(kind: str, room: str, name: str, **more: Any) -> None:
        code = next(code for code in iter(lambda: draw.code(pattern), None) if code not in devices)
        devices[code] = {"id": code, "name": name, "kind": kind, "room": room, "is_online": True, **more}

    for room in rooms:
        for noun in draw.sample(_NOUNS["lamp"], draw.whole(1, 2)):
            add("lamp", room, f"{room} {noun}", state=_on_off(draw), brightness=draw.whole(10, 100, 5))
        noun = draw.pick(_NOUNS["appliance"])
        add("appliance", room, f"{room} {noun}", state=_on_off(draw), watts=draw.whole(5, 90))
        if draw.chance(0.8):
            add("blind", room, f"{room} {draw.pick(_NOUNS['blind'])}", percent_open=draw.pick((0, 30, 50, 80, 100)))
        if draw.chance(0.6):
            add("sensor", room, f"{room} {draw.pick(_NOUNS['sensor'])}", state="ok")
    for door in draw.sample(DOORS, 3):
        add("door", "outside", door, state=draw.pick(("locked", "unlocked")))
    for device in devices.values():
        device["battery"] = None if device["kind"] in _SWITCHED else draw.whole(3, 100)
    return {
        "devices": devices,
        "climate": {room: _climate(draw, room) for room in rooms},
        "scenes": {name: _steps(draw, devices) for name in draw.several_of(SCENES, 3)},
        "schedules": _schedules(draw, devices),
        "energy": {code: _energy(draw) for code, device in devices.items() if device["kind"] == "appliance"},
    }


def _on_off(draw: Draw) -> str:
    return draw.pick(("on", "off"))


def _climate(draw: Draw, room: str) -> dict[str, Any]:
    return {
        "room": room,
        "temperature": draw.whole(140, 260) / 10,
        "humidity": draw.whole(28, 75),
        "target": half_degrees(draw),
        "window": "closed",
    }


def half_degrees(draw: Draw) -> float:
    """Return a temperature for a room, in steps of half a degree; whole ones are int."""
    halves = draw.whole(32, 46)
    return halves / 2 if halves % 2 else halves // 2


def _steps(draw: Draw, devices: dict[str, Any]) -> list[dict[str, Any]]:
    own = [device for device in devices.values() if device["kind"] in _SWITCHED]
    return [
        {"id": device["id"], "name": device["name"], "set_to": _on_off(draw)}
        for device in draw.sample(own, draw.whole(2, 3))
    ]


def _schedules(draw: Draw, devices: dict[str, Any]) -> list[dict[str, Any]]:
    own = [device for device in devices.values() if device["kind"] in _SWITCHED]
    numbers = draw.sample(range(11, 99), 4)
    return [
        {
            "number": number,
            "id": device["id"],
            "time": draw.clock(5, 23, 10),
            "switch": _on_off(draw),
            "days": sorted(draw.sample(WEEKDAYS, draw.whole(1, 3)), key=WEEKDAYS.index),
        }
        for number, device in zip(numbers, draw.sample(own, 4), strict=True)
    ]


def _energy(draw: Draw) -> dict[str, float]:
    first = draw.whole(1, 24)
    return {f"2026-03-{first + n:02d}": draw.whole(10, 490) / 100 for n in range(4)}


def _found(state: dict[str, Any], code: str, *kinds: str) -> dict[str, Any]:
    device: dict[str, Any] | None = state["devices"].get(code)
    if device is None:
        raise RefusedError(f"no device with the id {code}")
    if kinds and device["kind"] not in kinds:
        raise RefusedError(f"{device['name']} is a {device['kind']} and can't do that", 422)
    if kinds and not device["is_online"]:
        raise RefusedError(f"{device['name']} is offline", 409)
    return device


def _room(state: dict[str, Any], room: str) -> dict[str, Any]:
    climate: dict[str, Any] | None = state["climate"].get(room.strip().casefold())
    if climate is None:
        raise RefusedError(f"there is no room called {room}; the rooms are {', '.join(state['climate'])}")
    return climate


_SHOWN = ("id", "name", "state", "brightness", "watts", "percent_open")


def _row(device: dict[str, Any], *more: str) -> dict[str, JsonValue]:
    return {key: device[key] for key in (*_SHOWN, *more) if device.get(key) is not None}


@DEVICES.operation(
    names="[find|search|look up|locate] [device|devices|appliance|thing] [by name|named|]",
    about="[Find|Search for|Look up] [a device|devices] by [words of the name|name][.|, to get the id.]",
    does="look up the {name}",
    params=[Param("name", "[name|device name|words|label|called]", text(), "[name|words of the name]")],
    labels={"kind": "[kind|type|category]", "id": "[id|device id|code]"},
)
def find_device(state: dict[str, Any], name: str) -> JsonValue:
    """Devices whose names have all the words."""
    wanted = name.casefold().split()
    found = [d for d in state["devices"].values() if all(word in d["name"].split() for word in wanted)]
    return [{"id": d["id"], "name": d["name"], "kind": d["kind"]} for d in found[:6]]


@DEVICES.operation(
    names="[get|read|show|check] [device|unit|appliance] [state|status|details]",
    about="[Tell|Get|Show|Read] the [current|present|] state of a device.",
    does="[check|read] the state of device {device}",
    params=[DEVICE],
    labels={"state": "[state|status|mode]", "battery": "[battery|battery percent|charge]"},
)
def device_state(state: dict[str, Any], device: str) -> JsonValue:
    """All about one device."""
    found = _found(state, device)
    return {**_row(found, "battery"), "is_online": found["is_online"]}


@DEVICES.operation(
    names="[list|get|show|all] [devices|things|units|appliances] [in room|of room|in area|by room]",
    about="[List|Show|Get] [all|the] [devices|appliances] in a room[.| with their states.]",
    does="list the devices in the {room}",
    params=[ROOM],
    labels={"state": "[state|status]", "percent_open": "[percent open|open percent|opening]"},
)
def devices_in(state: dict[str, Any], room: str) -> JsonValue:
    """The devices of a room."""
    name = _room(state, room)["room"]
    return [_row(device) for device in state["devices"].values() if device["room"] == name]


KINDS = ("lamp", "appliance", "blind", "sensor", "door")


@DEVICES.operation(
    names="[list|get|show|find] [devices|things|units] [of kind|by type|of type|by kind|by category]",
    about="[List|Show|Get] [all|the] devices of one kind[.| in the whole house.| with their states.]",
    does="list every {kind}",
    params=[Param("kind", "[device|] [kind|type|category|class]", one_of(*KINDS), "[kind|type] of device")],
    labels={"state": "[state|status]", "id": "[id|device id]"},
)
def devices_of(state: dict[str, Any], kind: str) -> JsonValue:
    """The devices of a kind, at most six."""
    return [_row(device) for device in state["devices"].values() if device["kind"] == kind][:6]


@DEVICES.operation(
    names="[switch|turn|set|toggle] [device|appliance|unit|lamp] [|power|on off|state]",
    about="[Switch|Turn] a [lamp or an appliance|device] on or off.",
    does="switch {device} {to}",
    params=[DEVICE, Param("to", "[new state|power|switch to|turn|state|set to|power state]", one_of("on", "off"))],
    writes=True,
)
def switch_device(state: dict[str, Any], device: str, to: str) -> JsonValue:
    """On or off."""
    found = _found(state, device, *_SWITCHED)
    found["state"] = to
    return {"id": device, "name": found["name"], "state": to}


@DEVICES.operation(
    names="[dim|set|adjust|change] [lamp|light] [brightness|level|intensity]",
    about="[Set|Change|Adjust] the brightness of a lamp that is on, in percent.",
    does="set lamp {device} to {level} percent",
    params=[DEVICE, Param("level", "[brightness|level|percent|intensity|dim level|dim to]", whole(1, 100), "percent")],
    writes=True,
)
def dim_lamp(state: dict[str, Any], device: str, level: int) -> JsonValue:
    """Brighter or darker."""
    found = _found(state, device, "lamp")
    if found["state"] == "off":
        raise RefusedError(f"{found['name']} is off; switch it on first", 409)
    found["brightness"] = level
    return {"id": device, "name": found["name"], "brightness": level}


@DEVICES.operation(
    names="[get|read|show|check] [room|indoor|] [climate|temperature|air values]",
    about="[Read|Get|Show|Measure] temperature and humidity of a room, and what its heating is set to.",
    does="read the climate of the {room}",
    params=[ROOM],
    labels={
        "temperature": "[temperature|temperature now|celsius]",
        "target": "[target|set to|heating target]",
        "window": "[window|windows|window contact]",
    },
)
def room_climate(state: dict[str, Any], room: str) -> JsonValue:
    """How warm it is and should be."""
    return dict(_room(state, room))


@DEVICES.operation(
    names="[set|change|adjust|update] [heating|temperature|thermostat|target temperature]",
    about="[Set|Change|Adjust] the [target temperature|heating|thermostat] of a room, in degrees Celsius.",
    does="set the heating in the {room} to {degrees} degrees",
    params=[ROOM, Param("degrees", "[degrees|celsius|temperature|target|target degrees]", number(5, 28), "Celsius")],
    writes=True,
)
def set_heating(state: dict[str, Any], room: str, degrees: float) -> JsonValue:
    """Warmer or cooler; not while a window is open."""
    climate = _room(state, room)
    if climate["window"] == "open":
        raise RefusedError(f"a window in the {climate['room']} is open, heating stays off", 409)
    climate["target"] = degrees
    return {"room": climate["room"], "target": degrees}


@DEVICES.operation(
    names="[move|set|drive|adjust] [blind|blinds|shutter|shade] [|position]",
    about="[Move|Drive|Set] a blind, shutter, curtain or awning; 0 is closed and 100 is fully open.",
    does="move blind {device} to {percent_open} percent open",
    params=[
        DEVICE,
        Param("percent_open", "[percent open|open percent|how far open|opening|opening percent]", whole(0, 100)),
    ],
    writes=True,
)
def move_blind(state: dict[str, Any], device: str, percent_open: int) -> JsonValue:
    """Up or down, unless the wind forbids it."""
    found = _found(state, device, "blind")
    if found.get("blocked_until"):
        raise RefusedError(f"blocked by the wind alarm until {found['blocked_until']}", 409)
    found["percent_open"] = percent_open
    return {"id": device, "name": found["name"], "percent_open": percent_open}


@DEVICES.operation(
    names="[list|find|get|check|show] [low batteries|weak batteries|battery levels|empty batteries]",
    about="[List|Find|Show] devices whose battery is below a percentage[.|, the weakest first.]",
    does="list the batteries below {below} percent",
    params=[Param("below", "[below|limit|threshold|less than|under|max percent]", whole(1, 101), "percent")],
    labels={"battery": "[battery|percent|battery level|charge]"},
)
def low_batteries(state: dict[str, Any], below: int) -> JsonValue:
    """Weak batteries, the weakest first, at most six."""
    weak = [d for d in state["devices"].values() if d["battery"] is not None and d["battery"] < below]
    weak.sort(key=lambda d: (d["battery"], d["id"]))
    return [{"id": d["id"], "name": d["name"], "battery": d["battery"]} for d in weak[:6]]


@DEVICES.operation(
    names="[lock|set|change|control] [door|door lock|lock|entrance] [|state]",
    about="[Lock or unlock|Set the lock of] a door.",
    does="set the lock of door {device} to {locked}",
    params=[DEVICE, Param("locked", "[locked|lock|is locked|locked state|should lock]", flag(), "false unlocks it")],
    writes=True,
)
def lock_door(state: dict[str, Any], device: str, locked: bool) -> JsonValue:
    """Lock or unlock."""
    found = _found(state, device, "door")
    found["state"] = "locked" if locked else "unlocked"
    return {"id": device, "name": found["name"], "state": found["state"]}


SCENE = Param(
    "scene", "[scene|mood|scene name|mood name|preset|preset name]", text(), "[name of the scene|which scene]"
)


@DEVICES.operation(
    names="[run|start|activate|play|trigger] [scene|mood|preset]",
    about="[Run|Start|Activate|Trigger] a scene, which [sets|switches] several devices at once.",
    does="[start|run|activate] the scene {scene}",
    params=[SCENE],
    writes=True,
)
def run_scene(state: dict[str, Any], scene: str) -> JsonValue:
    """Do what the scene says."""
    steps = scene_steps(state, scene)
    assert isinstance(steps, list)
    for step in steps:
        assert isinstance(step, dict)
        state["devices"][step["id"]]["state"] = step["set_to"]
    return {"scene": scene, "devices_changed": len(steps)}


@DEVICES.operation(
    names="[show|get|read|list] [scene|mood|preset] [steps|settings|details|content]",
    about="[Show|Tell|Get] which devices a scene [switches|sets], and how.",
    does="see what the scene {scene} does",
    params=[SCENE],
    labels={"set_to": "[set to|becomes|turns|switches to]"},
)
def scene_steps(state: dict[str, Any], scene: str) -> JsonValue:
    """The devices of a scene."""
    steps: list[JsonValue] | None = state["scenes"].get(scene.strip().casefold())
    if steps is None:
        raise RefusedError(f"there is no scene called {scene}")
    return steps


@DEVICES.operation(
    names="[add|create|make|save|set up] [schedule|timer|timed switch|routine]",
    about="[Add|Create|Save] a schedule that switches a device at a time of day[.|, daily or on some days.]",
    does="schedule {device} to go {to} at {time}< on {days}>",
    params=[
        DEVICE,
        Param("time", "[time|at|clock time|start time|when|time of day]", clock()),
        Param("to", "[switch to|new state|power|turn|set to|becomes]", one_of("on", "off")),
        Param(
            "days", "[days|weekdays|on days|days of week]", texts(), "weekdays; every day if left out", optional=True
        ),
    ],
    writes=True,
)
def add_schedule(state: dict[str, Any], device: str, time: str, to: str, days: list[str] | None) -> JsonValue:
    """A new schedule."""
    _found(state, device, *_SWITCHED)
    number = max((s["number"] for s in state["schedules"]), default=10) + 1
    named = {day.strip().capitalize() for day in days or WEEKDAYS}
    row = {"number": number, "id": device, "time": time, "switch": to, "days": sorted(named)}
    state["schedules"].append(row)
    return {"number": number, "id": device, "time": time, "switch": to}


@DEVICES.operation(
    names="[list|get|show|find] [schedules|timers|routines] [of device|of unit|by device|]",
    about="[List|Get|Show] the schedules of a device.",
    does="list the schedules of {device}",
    params=[DEVICE],
    labels={"number": "[number|schedule|schedule number|no]", "switch": "[switch|turns|sets to|action]"},
)
def schedules_of(state: dict[str, Any], device: str) -> JsonValue:
    """A device's schedules, by time."""
    _found(state, device)
    own = [schedule for schedule in state["schedules"] if schedule["id"] == device]
    shown = ("number", "time", "switch", "days")
    return [{key: schedule[key] for key in shown} for schedule in sorted(own, key=lambda s: str(s["time"]))]


@DEVICES.operation(
    names="[delete|remove|cancel|drop|erase] [schedule|timer|routine]",
    about="[Delete|Remove|Cancel] a schedule by its number.",
    does="delete schedule {number}",
    params=[Param("number", "[schedule|timer|routine] [number|id|no]", ident(), "number of the schedule")],
    writes=True,
)
def delete_schedule(state: dict[str, Any], number: int) -> JsonValue:
    """Take a schedule away."""
    left = [schedule for schedule in state["schedules"] if schedule["number"] != number]
    if len(left) == len(state["schedules"]):
        raise RefusedError(f"no schedule has the number {number}")
    state["schedules"][:] = left
    return {"deleted": number}


@DEVICES.operation(
    names="[get|read|show|measure] [energy|power|electricity] [use|usage|consumption]",
    about="[Tell|Get|Show] how much [electricity|energy] an appliance used on a day, in kWh.",
    does="read how much energy {device} used on {date}",
    params=[DEVICE, Param("date", "[date|day|on|on date|of day]", day(), "which day")],
    labels={"kwh": "[kwh|energy kwh|used kwh|consumption kwh]"},
)
def energy_of(state: dict[str, Any], device: str, date: str) -> JsonValue:
    """The kilowatt-hours of one day."""
    _found(state, device)
    used = state["energy"].get(device, {}).get(date)
    if used is None:
        raise RefusedError(f"no energy data of {device} for {date}")
    return {"id": device, "date": date, "kwh": used}


def any_device(play: Play, *kinds: str) -> dict[str, Any]:
    """Pick a device of one of the kinds."""
    device: dict[str, Any] = play.draw.pick([d for d in play.state["devices"].values() if d["kind"] in kinds])
    return device


def any_room(play: Play) -> str:
    """Pick a room."""
    return str(play.draw.pick(list(play.state["climate"])))


_ID_SAID = {
    Split.TRAIN: (
        "The {name} has the id {id}.",
        "{id} is the {name}.",
        "The search gives {id} as the id of the {name}.",
    ),
    Split.DEV: ("The id of the {name} is {id}.", "There is one {name}, with the id {id}."),
    Split.TEST: ("I see that the {name} is device {id}.", "That name belongs to device {id}."),
}


def find_id(play: Play, name: str) -> str:
    """Look a device up by its name, say so, and return its id."""
    code = str(play.call("find_device", {"name": name})[0]["id"])
    play.learn(*_ID_SAID[play.draw.split], name=name, id=code)
    return code
