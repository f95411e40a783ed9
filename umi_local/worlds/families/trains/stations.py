"""What stations have, and which of them a train stops at."""

from __future__ import annotations

from umi_local.worlds.facts import NO, YES
from umi_local.worlds.families.trains.service import (
    FACILITIES,
    TRAINS,
    any_train,
)
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@TRAINS.intent(
    goal="say whether {train} stops in {town}, and when",
    wordings=(
        "does {train} stop in {town}, and when?",
        "can I get off {train} in {town}? at what time?",
        "check if {train} calls at {town} and tell me the time",
        "My aunt lives in {town}. Does {train} stop there, and when?",
        "find out when {train} gets to {town}, if it stops there at all",
        "is {town} one of the stops of {train}? if it is, I need the time",
        "I want to meet somebody from {train} in {town}. When is it there, or doesn't it stop?",
        "look whether {town} is on the route of {train}, and at what time it gets there",
        "~{train} stop in {town}? time?",
        "~{town} on route of {train}",
    ),
    essential="stops_of",
    split=Split.TRAIN,
)
def stops_at(play: Play) -> None:
    """One call; the answer may be no."""
    train = any_train(play)
    towns = {stop["station"] for one in play.state["trains"].values() for stop in one["stops"]}
    others = sorted(towns - {stop["station"] for stop in train["stops"]} - {train["start"], train["to"]})
    is_stop = play.draw.chance(0.6) or not others
    play.ask(
        train=train["train"], town=play.draw.pick(train["stops"])["station"] if is_stop else play.draw.pick(others)
    )
    stops = play.call("stops_of", {"train": train["train"]})
    found = next((stop for stop in stops if stop["station"] == play.slots["town"]), None)
    if found is None:
        play.learn(
            "{town} isn't among the stops of {train}, which are {stops}.",
            "{train} stops in {stops}, but not in {town}.",
            stops=[stop["station"] for stop in stops],
        )
        play.conclude("No, {train} doesn't stop in {town}.", "{town} is not a stop of {train}.", facts=[NO])
    else:
        play.learn("{train} stops in {town} at {time}.", "{town} is a stop, at {time}.", time=found["time"])
        play.conclude("Yes, {train} stops in {town} at {time}.", "Yes, it is in {town} at {time}.", facts=[YES, "time"])


@TRAINS.intent(
    goal="tell whether the station of {station} has {what}",
    wordings=(
        "does the station in {station} have {what}?",
        "is there {what} at {station} station?",
        "check if I'll find {what} at the station of {station}",
        "I change trains in {station}. Is there {what}?",
        "find out whether {station} station offers {what}",
        "We arrive in {station} with a lot of luggage. Does the station have {what}?",
        "tell me if {station} has got {what} at the station",
        "~{station} station: {what}?",
        "~{what} in {station}",
    ),
    essential="station_info",
    missing=Missing(
        wordings=(
            "does the station have {what}?",
            "is there {what} where I change trains?",
            "We arrive with a lot of luggage. Does the station have {what}?",
            "~station: {what}?",
        ),
        needs="the name of the station",
        goal="tell whether a station has {what}",
        slot="station",
    ),
    split=Split.TRAIN,
)
def has_facility(play: Play) -> None:
    """Yes or no, with what there is."""
    station = play.draw.pick(play.state["route"])
    kind = play.draw.pick(FACILITIES)
    play.ask(station=station, what=f"a {kind}" if kind not in ("lockers", "bike parking") else kind)
    found = play.call("station_info", {"station": station})["facilities"]
    play.slots.update(list=found)
    if kind in found:
        play.learn("{station} has {list}, so {what} as well.", "Among the facilities there is {kind}.", kind=kind)
        play.conclude(
            "Yes, {station} station has {what}.", "Yes, there is: {station} has {list}.", facts=[YES, "kind"], kind=kind
        )
    else:
        play.learn("{station} has {list}, but not {what}.", "The list, {list}, doesn't have that.")
        play.conclude(
            "No, {station} station has no such thing, only {list}.",
            "No. What {station} offers is {list}.",
            facts=[NO],
        )


@TRAINS.intent(
    goal="tell the platform of {train} and whether {station} station has lockers",
    wordings=(
        "which platform does {train} use, and are there lockers at {station} station?",
        "Two questions: the platform of {train}, and does the station of {station} have lockers?",
        "find out the platform of {train} and also if I can leave my bag in a locker in {station}",
        "I take {train} later and want to see {station} first. What's the platform, and does {station} station have lockers?",
        "check {train} for its platform, then see whether there are lockers in {station}",
        "are there lockers at the station in {station}? and from which platform does {train} leave?",
        "tell me if {station} has lockers and on which platform I find {train}",
        "~{train} platform + lockers in {station}?",
        "~lockers {station}? platform {train}?",
    ),
    split=Split.TRAIN,
)
def platform_and_lockers(play: Play) -> None:
    """Two requests that have nothing to do with each other."""
    play.ask(train=any_train(play)["train"], station=play.draw.pick(play.state["route"]))
    found = play.call("train_status", {"train": play.slots["train"]})
    play.learn(
        "{train} leaves from platform {platform}; the lockers are still to check.",
        "That's platform {platform} for {train}.",
        platform=found["platform"],
    )
    facilities = play.call("station_info", {"station": play.slots["station"]})["facilities"]
    play.slots.update(list=facilities)
    if "lockers" in facilities:
        play.learn("{station} station has lockers.", "Lockers are among the facilities: {list}.")
        play.conclude(
            "{train} leaves from platform {platform}, and {station} station has lockers.",
            "Platform {platform}. And yes, there are lockers in {station}.",
            facts=["platform", YES],
        )
    else:
        play.learn("{station} has {list}, but no lockers.", "There are no lockers, only {list}.")
        play.conclude(
            "{train} leaves from platform {platform}. {station} station has no lockers.",
            "It is platform {platform}, but there are no lockers in {station}.",
            facts=["platform", NO],
        )
