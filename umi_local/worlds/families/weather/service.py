"""Weather: stations that measure by the hour, forecasts of five days, warnings, the sun, and alerts that users set."""

from __future__ import annotations

from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.dates import checked_day, days_later
from umi_local.worlds.draw import Draw, Pool
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.family import Family
from umi_local.worlds.operations import Param, day, ident, number, one_of, text
from umi_local.worlds.play import Play
from umi_local.worlds.pools import TOWNS
from umi_local.worlds.splits import Split

FAMILY = WEATHER = Family(
    "weather", "[weather|meteo|forecast|climate|skies|stations]", frozenset({"weather", "sensors", "forecasts"})
)

_PLACES = (
    *(
        "Abbey",
        "Alder",
        "Barn",
        "Beacon",
        "Bell",
        "Birch",
        "Castle",
        "Cedar",
        "Chapel",
        "Cliff",
        "Dock",
        "Eagle",
        "East",
    ),
    *(
        "Fern",
        "Harbour",
        "Heron",
        "Highland",
        "Lake",
        "Long",
        "Meadow",
        "Mill",
        "North",
        "Old",
        "Otter",
        "Pine",
        "Quarry",
    ),
    *(
        "Raven",
        "Ridge",
        "River",
        "Rose",
        "Saddle",
        "South",
        "Stone",
        "Swan",
        "Tower",
        "Upper",
        "Vine",
        "West",
        "Windmill",
    ),
)
_KINDS = ("Bridge", "Farm", "Field", "Gate", "Hill", "Park", "Point", "Rock", "School", "Tower Road", "Valley", "Yard")
STATIONS = Pool(f"{place} {kind}" for place in _PLACES for kind in _KINDS)
SKIES = ("sunny", "partly cloudy", "cloudy", "light rain", "showers", "foggy", "thunderstorms")
WARNINGS = ("storm", "heat", "frost", "flood", "fog", "heavy rain", "thunderstorm")
LEVELS = ("yellow", "orange", "red")
QUANTITIES = ("temperature", "wind", "rain")
UNITS = {"temperature": "degrees", "wind": "km/h", "rain": "mm"}

STATION = Param("station", "[station|weather station|site|sensor] [code|id|key]", text(), "[code|id] of the station")
TOWN = Param("town", "[town|city|place|location|municipality]", text(), "[name of the town|where]")
DAY = Param("day", "[day|date|on date|calendar day|for day]", day())


@WEATHER.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Three towns with two stations each, forecasts and the sun, two or three warnings, and three alerts."""
    today = draw.day("2026-01-10", "2027-12-10")
    towns = draw.several_of(TOWNS, 3)
    now = draw.whole(9, 20)
    codes = draw.sample(range(101, 999), 6)
    names = draw.several_of(STATIONS, 6)
    base = draw.whole(-4, 24)
    stations = {}
    for at, (code, name) in enumerate(zip(codes, names, strict=True)):
        key = f"WS{code}"
        stations[key] = {
            "station": key,
            "name": name,
            "town": towns[at % 3],
            "elevation": draw.whole(4, 880),
            "offline_since": None,
            "readings": [_reading(draw, base, hour) for hour in range(now - 5, now + 1)],
            "days": {days_later(today, -back): _past(draw, base) for back in range(1, 5)},
        }
    return {
        "today": today,
        "towns": towns,
        "stations": stations,
        "forecasts": {town: [_outlook(draw, base, days_later(today, at)) for at in range(5)] for town in towns},
        "sun": {town: {"up": draw.clock(5, 8, 1), "down": draw.clock(16, 21, 1)} for town in towns},
        "warnings": [
            {
                "town": draw.pick(towns),
                "kind": kind,
                "level": draw.pick(LEVELS),
                "from": days_later(today, draw.whole(0, 1)),
                "until": days_later(today, draw.whole(2, 4)),
            }
            for kind in draw.sample(WARNINGS, draw.whole(2, 3))
        ],
        "alerts": {
            str(code): {"alert": code, "town": town, "quantity": quantity, "above": draw.whole(20, 60)}
            for code, town, quantity in zip(
                draw.sample(range(30, 99), 3), towns, draw.sample(QUANTITIES, 3), strict=True
            )
        },
        "next": draw.whole(200, 900),
    }


def _reading(draw: Draw, base: int, hour: int) -> dict[str, Any]:
    return {
        "time": f"{hour:02d}:00",
        "temperature": base + draw.whole(0, 60) / 10,
        "wind": draw.whole(2, 58),
        "humidity": draw.whole(35, 98),
    }


def _past(draw: Draw, base: int) -> dict[str, Any]:
    low = base + draw.whole(-50, 20) / 10
    rain = draw.pick((0.0, draw.whole(2, 90) / 10, draw.whole(2, 240) / 10))
    return {"low": low, "high": low + draw.whole(30, 110) / 10, "rain": rain}


def _outlook(draw: Draw, base: int, at: str) -> dict[str, Any]:
    low = base + draw.whole(-6, 3)
    return {
        "day": at,
        "sky": draw.pick(SKIES),
        "low": low,
        "high": low + draw.whole(4, 12),
        "rain_chance": draw.whole(0, 95, 5),
        "wind": draw.whole(4, 75),
    }


def _station(state: dict[str, Any], code: str) -> dict[str, Any]:
    found: dict[str, Any] | None = state["stations"].get(code.strip())
    if found is None:
        raise RefusedError(f"there is no station {code}")
    if found["offline_since"]:
        raise RefusedError(f"station {code} has been offline since {found['offline_since']}", 409)
    return found


def _town(state: dict[str, Any], town: str) -> str:
    found: str | None = next((name for name in state["towns"] if name.casefold() == town.strip().casefold()), None)
    if found is None:
        raise RefusedError(f"{town} is not covered")
    return found


@WEATHER.operation(
    names="[find|list|get|search] [stations|weather stations|measuring stations]",
    about="[List|Find|Show] the measuring stations in a town[.|, with their elevation in metres.]",
    does="list the stations in {town}",
    params=[TOWN],
    labels={"station": "[station|station code|code]", "elevation": "[elevation|height|metres above sea level]"},
)
def find_stations(state: dict[str, Any], town: str) -> JsonValue:
    """A town's stations, online or not."""
    name = _town(state, town)
    own = [station for station in state["stations"].values() if station["town"] == name]
    return [{key: station[key] for key in ("station", "name", "elevation")} for station in own]


@WEATHER.operation(
    names="[get|read|show|fetch] [current|latest|newest|live] [weather|conditions|reading|values]",
    about="[Get|Show|Read] what a station measures [now|at present][.|: degrees Celsius, wind in km/h, humidity.]",
    does="read the latest values of {station}",
    params=[STATION],
    labels={"temperature": "[temperature|degrees|celsius]", "wind": "[wind|wind speed]"},
)
def current_weather(state: dict[str, Any], station: str) -> JsonValue:
    """The newest reading of a station that is online."""
    found = _station(state, station)
    return {"station": found["station"], **found["readings"][-1]}


@WEATHER.operation(
    names="[list|get|read|show] [readings|hourly values|measurements|hourly readings]",
    about="[List|Show|Get] the readings of a station over the last six hours.",
    does="list the last readings of {station}",
    params=[STATION],
    labels={"temperature": "[temperature|degrees|celsius]", "wind": "[wind|wind speed]"},
)
def hourly_readings(state: dict[str, Any], station: str) -> JsonValue:
    """Six readings, the oldest first."""
    return [dict(reading) for reading in _station(state, station)["readings"]]


@WEATHER.operation(
    names="[get|show|read|fetch] [day summary|daily summary|past day|day record]",
    about="[Get|Show|Read] low, high and rain of a past day at a station[.|, rain in mm.]",
    does="look up {day} at {station}",
    params=[STATION, DAY],
    labels={"rain": "[rain|rainfall|precipitation]", "low": "[low|minimum]", "high": "[high|maximum]"},
)
def day_summary(state: dict[str, Any], station: str, day: str) -> JsonValue:
    """One of the last four days."""
    found, at = _station(state, station), checked_day(day)
    if at not in found["days"]:
        raise RefusedError(f"there are no records of {at}, only from {min(found['days'])} to {max(found['days'])}")
    return {"day": at, **found["days"][at]}


@WEATHER.operation(
    names="[get|show|list|read] [forecast|outlook|five day forecast|prognosis]",
    about="[Get|Show|List|Read] the forecast for a town[, day by day for five days| for the next five days].",
    does="get the forecast for {town}",
    params=[TOWN],
    labels={"rain_chance": "[rain chance|chance of rain|rain probability]", "sky": "[sky|weather|conditions]"},
)
def forecast(state: dict[str, Any], town: str) -> JsonValue:
    """Five days from today on."""
    return [dict(outlook) for outlook in state["forecasts"][_town(state, town)]]


@WEATHER.operation(
    names="[get|show|read|fetch] [forecast|outlook|prognosis] [for day|of day|by date]",
    about="[Get|Show|Read] the forecast for a town on one day.",
    does="get the forecast for {town} on {day}",
    params=[TOWN, DAY],
    labels={"rain_chance": "[rain chance|chance of rain|rain probability]", "sky": "[sky|weather|conditions]"},
)
def forecast_on(state: dict[str, Any], town: str, day: str) -> JsonValue:
    """One day, if it isn't too far away."""
    rows, at = state["forecasts"][_town(state, town)], checked_day(day)
    found = next((row for row in rows if row["day"] == at), None)
    if found is None:
        raise RefusedError(f"there is no forecast for {at}, only from {rows[0]['day']} to {rows[-1]['day']}")
    return dict(found)


@WEATHER.operation(
    names="[list|get|show|check] [warnings|weather warnings|active warnings|hazards]",
    about="[List|Show|Get] the weather warnings, of one town if given.",
    does="list the warnings< for {town}>",
    params=[TOWN.or_none()],
    labels={"level": "[level|severity|colour]", "kind": "[kind|hazard|type]"},
)
def list_warnings(state: dict[str, Any], town: str | None) -> JsonValue:
    """Warnings in force or announced."""
    name = _town(state, town) if town else None
    return [dict(warning) for warning in state["warnings"] if name in (None, warning["town"])]


@WEATHER.operation(
    names="[get|show|read|fetch] [sun times|sunrise and sunset|daylight|sun]",
    about="[Get|Show|Tell] when the sun rises and sets in a town[.| at present.]",
    does="look up the sun times of {town}",
    params=[TOWN],
    labels={"sunrise": "[sunrise|sun up|rises at]", "sunset": "[sunset|sun down|sets at]"},
)
def sun_times(state: dict[str, Any], town: str) -> JsonValue:
    """Sunrise and sunset."""
    name = _town(state, town)
    return {"town": name, "sunrise": state["sun"][name]["up"], "sunset": state["sun"][name]["down"]}


@WEATHER.operation(
    names="[create|add|set|set up] [alert|notification|alarm]",
    about="[Create|Add|Set] an alert that tells the user when a value in a town rises above a limit.",
    does="set an alert for {quantity} above {above} in {town}",
    params=[
        TOWN,
        Param("quantity", "[quantity|what|value kind|measure]", one_of(*QUANTITIES), "degrees, km/h or mm"),
        Param("above", "[above|limit|threshold|more than]", number(), "[limit|]"),
    ],
    writes=True,
    labels={"alert": "[alert|alert number|number]"},
)
def create_alert(state: dict[str, Any], town: str, quantity: str, above: float) -> JsonValue:
    """A new alert."""
    code = state["next"]
    state["next"] += 1
    made = {"alert": code, "town": _town(state, town), "quantity": quantity, "above": above}
    state["alerts"][str(code)] = made
    return dict(made)


@WEATHER.operation(
    names="[list|get|show|read] [alerts|own alerts|notifications|alarms]",
    about="[List|Show|Get] the alerts that the user has set.",
    does="list the alerts",
    labels={"alert": "[alert|alert number|number]", "above": "[above|limit|threshold]"},
)
def list_alerts(state: dict[str, Any]) -> JsonValue:
    """All alerts."""
    return [dict(alert) for alert in state["alerts"].values()]


@WEATHER.operation(
    names="[delete|remove|cancel|drop] [alert|notification|alarm]",
    about="[Delete|Remove|Cancel] an alert.",
    does="delete alert {alert}",
    params=[Param("alert", "[alert|notification|alarm] [number|id|no]", ident(), "number of the alert")],
    writes=True,
)
def delete_alert(state: dict[str, Any], alert: int) -> JsonValue:
    """One alert less."""
    if state["alerts"].pop(str(alert), None) is None:
        raise RefusedError(f"there is no alert {alert}")
    return {"deleted": alert}


def any_town(play: Play) -> str:
    """Pick a town."""
    town: str = play.draw.pick(play.state["towns"])
    return town


def any_station(play: Play) -> dict[str, Any]:
    """Pick a station."""
    station: dict[str, Any] = play.draw.pick(list(play.state["stations"].values()))
    return station


def stations_in(state: dict[str, Any], town: str) -> list[dict[str, Any]]:
    """Return a town's stations."""
    return [station for station in state["stations"].values() if station["town"] == town]


_STATIONS_SAID = {
    Split.TRAIN: ("{place} has the stations {codes}.", "There are {codes} in {place}.", "Stations there: {codes}."),
    Split.DEV: ("For {place} I see {codes}.", "The stations of {place} are {codes}."),
    Split.TEST: ("In {place} these measure: {codes}.", "{codes} stand in {place}."),
}


def station_rows(play: Play, town: str) -> list[dict[str, Any]]:
    """List a town's stations, say which, and return them."""
    rows: list[dict[str, Any]] = play.call("find_stations", {"town": town}, decides=True)
    codes = [f"{row['station']} ({row['name']})" for row in rows]
    play.learn(*_STATIONS_SAID[play.draw.split], place=town, codes=codes)
    return rows
