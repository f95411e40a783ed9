"""Forecasts: single days, the best of several, and towns side by side."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.dates import days_later, minutes_of
from umi_local.worlds.facts import NO, YES
from umi_local.worlds.families.weather.service import WEATHER, any_town
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


def _any_outlook(play: Play, town: str) -> dict[str, Any]:
    outlook: dict[str, Any] = play.draw.pick(play.state["forecasts"][town])
    return outlook


@WEATHER.intent(
    goal="tell how warm it gets in {town} on {day}",
    wordings=(
        "how warm will it get in {town} on {day}?",
        "what's the highest temperature to expect in {town} on {day}?",
        "look up the forecast high for {town} on {day}",
        "We arrive in {town} on {day}. How warm does it get?",
        "On {day} I'll be in {town}. Tell me the maximum temperature, please.",
        "give me the predicted maximum for {day} in {town}",
        "should I expect a hot day in {town} on {day}? what's the high?",
        "~{town} {day}: high",
        "~max temp {day} {town}",
    ),
    essential="forecast_on",
    missing=Missing(
        wordings=(
            "how warm will it get in {town}?",
            "look up the forecast high for {town}",
            "We're going to {town}. How warm does it get?",
            "give me the predicted maximum for {town}",
            "~{town} high",
        ),
        needs="the day",
        goal="tell how warm it gets in {town}",
        slot="day",
    ),
    split=Split.TRAIN,
)
def high_on(play: Play) -> None:
    """One call, refused for days too far ahead; then perhaps the rain of the same row."""
    town = any_town(play)
    last = play.state["forecasts"][town][-1]["day"]
    is_far = not play.asks_back and play.draw.chance(0.2)
    at = days_later(last, play.draw.whole(2, 9)) if is_far else _any_outlook(play, town)["day"]
    play.ask(town=town, day=at)
    reply = play.attempt("forecast_on", {"town": town, "day": at})
    if reply.failed:
        play.learn(
            "The forecast for {town} ends on {last}, before {day}.",
            "{day} is too far away: it ends on {last}.",
            last=last,
        )
        play.conclude(
            "There is no forecast for {day} yet; it reaches only until {last}.",
            "I can't say, since the forecast for {town} ends on {last}.",
            facts=[NO, "last"],
            why=("I can only tell the user that.", "Nobody knows more yet, so that is the answer."),
        )
        return
    assert isinstance(reply.value, dict)
    play.learn(
        "For {day} the forecast says {high} degrees at most, {sky}.",
        "The high of that day is {high} degrees.",
        high=reply.value["high"],
        sky=reply.value["sky"],
        chance=reply.value["rain_chance"],
    )
    play.conclude(
        "It will get up to {high} degrees in {town} on {day}.",
        "The high for {day} is {high} degrees.",
        "{high} degrees are expected in {town}.",
        facts=["high"],
    )
    if play.draw.chance(0.35):
        play.then_ask(
            "And how likely is rain?",
            "what's the chance of rain that day?",
            "Will I need an umbrella? How likely is rain?",
            goal="tell the chance of rain on {day}",
        )
        play.conclude(
            "The chance of rain is {chance} percent.",
            "Rain has a chance of {chance} percent.",
            facts=["chance"],
            why="The forecast of {day} has that as well: {chance} percent.",
        )


@WEATHER.intent(
    goal="find the day in {town} on which rain is least likely",
    wordings=(
        "which of the next days is best for {plan} in {town}? rain must be as unlikely as possible",
        "find the day with the lowest chance of rain in {town}",
        "We're planning {plan} in {town}. On which of the coming days is rain least likely?",
        "look at the forecast for {town} and pick the driest day for {plan}",
        "when should I do {plan} in {town} so that I most likely stay dry?",
        "I want to have {plan} in {town} without an umbrella. Which day has the smallest risk of rain?",
        "on what day of the forecast is {town} least likely to get rain?",
        "~driest day {town}",
        "~{plan} in {town}: day with least rain risk",
    ),
    essential="forecast",
    split=Split.TRAIN,
)
def driest_day(play: Play) -> None:
    """One call, the smallest of five."""
    town = any_town(play)
    play.ask(
        town=town, plan=play.draw.pick(("a picnic", "a barbecue", "a garden party", "a long walk", "a photo tour"))
    )
    rows = play.call("forecast", {"town": town})
    best = min(rows, key=lambda row: int(row["rain_chance"]))
    if sum(row["rain_chance"] == best["rain_chance"] for row in rows) > 1:
        raise play.unsuitable("two days alike")
    play.learn(
        "The lowest chance of rain is {chance} percent, on {day}.",
        "{day} has the smallest risk, {chance} percent.",
        chance=best["rain_chance"],
        day=best["day"],
    )
    play.conclude(
        "{day} is best: the chance of rain is only {chance} percent.",
        "I'd choose {day}, with {chance} percent.",
        "Rain is least likely on {day} ({chance} percent).",
        facts=["day", "chance"],
    )


@WEATHER.intent(
    goal="find the warmest day in {town} on which the wind stays below {limit} km/h",
    wordings=(
        "which is the warmest of the next days in {town} with less than {limit} km/h of wind?",
        "I'd like to go sailing for the first time in {town}. Warmest day, but the wind must stay below {limit} km/h.",
        "leave out all days in {town} with {limit} km/h of wind or more and name the warmest of the rest",
        "on what day will {town} be warmest without the wind reaching {limit} km/h?",
        "We play badminton outside in {town}, so it can't have {limit} km/h or more. Which calm day is the warmest?",
        "pick the day with the highest temperature in {town} among those that stay under {limit} km/h",
        "~{town}: warmest day, wind under {limit}",
        "~warm + wind under {limit} km/h, {town}",
    ),
    essential="forecast",
    split=Split.TEST,
)
def warm_and_calm(play: Play) -> None:
    """One call, a filter, and the largest of the rest; sometimes nothing."""
    town = any_town(play)
    rows = play.state["forecasts"][town]
    limit = play.draw.whole(15, 45, 5)
    play.ask(town=town, limit=limit)
    calm = [row for row in play.call("forecast", {"town": town}, decides=True) if row["wind"] < limit]
    if not calm:
        play.learn("The wind reaches {limit} km/h on every day.", "No day stays below {limit} km/h.")
        play.conclude(
            "None of the next days has less than {limit} km/h of wind.",
            "There is no such day: the wind reaches {limit} km/h each time.",
            facts=[NO],
        )
        return
    best = max(calm, key=lambda row: int(row["high"]))
    if sum(row["high"] == best["high"] for row in calm) > 1:
        raise play.unsuitable("two days alike")
    play.learn(
        "Of {count:n calm day}, {day} is the warmest: {high} degrees."
        if len(calm) > 1
        else "Only {day} is calm enough.",
        "{count} of {all} days stay below {limit} km/h, and {day} has the highest value with {high} degrees.",
        count=len(calm),
        all=len(rows),
        day=best["day"],
        high=best["high"],
    )
    play.conclude(
        "It's {day}, with up to {high} degrees and less than {limit} km/h of wind.",
        "On {day}: {high} degrees, and the wind stays below {limit} km/h.",
        facts=["day", "high"],
    )


@WEATHER.intent(
    goal="compare how warm it gets in {town} and {other} on {day}",
    wordings=(
        "where will it be warmer on {day}, in {town} or in {other}, and by how much?",
        "compare the highs of {town} and {other} for {day}",
        "On {day} I can work in {town} or {other}. Which one gets warmer, and by how many degrees?",
        "is {town} or {other} the warmer place on {day}? give me the difference, too",
        "My sister in {other} says they get better weather than {town}. Who is warmer on {day}, by how much?",
        "how many degrees are there between {town} and {other} on {day}, going by the highs?",
        "take the forecasts of {day} for {town} and {other} and tell me which is higher, and the difference",
        "~{town} vs {other} {day}: warmer?",
        "~high {day}, {town}/{other}, difference",
    ),
    essential="forecast_on",
    split=Split.TRAIN,
)
def compare_towns(play: Play) -> None:
    """Two calls, a comparison and a difference."""
    town, other = play.draw.sample(play.state["towns"], 2)
    day = _any_outlook(play, town)["day"]
    play.ask(town=town, other=other, day=day)
    first = play.call("forecast_on", {"town": town, "day": day})["high"]
    play.learn("{town} gets {first} degrees.", "For {town} the high is {first}.", first=first)
    second = play.call("forecast_on", {"town": other, "day": day})["high"]
    play.slots.update(second=second, gap=abs(first - second), ahead=town if first > second else other)
    if first == second:
        play.learn("{other} gets {second} as well.", "{second} is also the value for {other}.")
        play.conclude(
            "Both get {first} degrees, so none is warmer.", "There is no difference: {first} each.", facts=["first"]
        )
        return
    play.learn(
        "{other} gets {second}, so {ahead} is warmer by {gap}.",
        "With {second} in {other}, the difference is {gap} in favour of {ahead}.",
    )
    play.conclude(
        "{ahead} will be warmer, by {gap:n degree}: {town} {first}, {other} {second}.",
        "It's {ahead}: {first} degrees in {town} and {second} in {other}, so {gap:n degree} more.",
        facts=["ahead", "gap"],
        derived=["gap"],
    )


@WEATHER.intent(
    goal="say whether the temperature in {town} falls below {limit} degrees on {day}",
    wordings=(
        "will it get colder than {limit} degrees in {town} on {day}?",
        "does the temperature in {town} fall below {limit} degrees on {day}, and what's the low?",
        "I have to take my plants in if it's below {limit} degrees. Must I do so in {town} on {day}?",
        "check if {town} gets under {limit} degrees on {day}",
        "My battery doesn't like less than {limit} degrees. Is that to be feared in {town} on {day}?",
        "see whether the low of {day} in {town} lies below {limit}",
        "is it safe to leave the lemon tree out in {town} on {day}? it stands {limit} degrees but nothing less",
        "~{town} {day} below {limit}?",
        "~low under {limit} in {town} on {day}?",
    ),
    essential="forecast_on",
    split=Split.TRAIN,
)
def colder_than(play: Play) -> None:
    """One call and a comparison, yes or no with the value."""
    town = any_town(play)
    row = _any_outlook(play, town)
    limit = row["low"] + play.draw.pick((-3, -2, -1, 1, 2, 4))
    play.ask(town=town, day=row["day"], limit=limit)
    low = play.call("forecast_on", {"town": town, "day": row["day"]})["low"]
    play.slots.update(low=low)
    if low < limit:
        play.learn("The low is {low}, which is below {limit}.", "{low} degrees are forecast, so less than {limit}.")
        play.conclude(
            "Yes, it falls to {low} degrees in {town} on {day}.",
            "It does: the low is {low} degrees.",
            facts=[YES, "low"],
        )
    else:
        play.learn("The low is {low}, so it stays above {limit}.", "It falls to {low} only, not below {limit}.")
        play.conclude(
            "No, it doesn't get colder than {low} degrees in {town} on {day}.",
            "It does not: the low is {low} degrees.",
            facts=[NO, "low"],
        )


@WEATHER.intent(
    goal="tell sunset in {town} and what the sky will be like on {day}",
    wordings=(
        "when does the sun set in {town}, and what will the sky be like on {day}?",
        "I want to photograph the sunset in {town} on {day}. At what time is it, and is the sky clear?",
        "two questions about {town}: the time of sunset, and the sky on {day}?",
        "look up sunset in {town} and the weather that's forecast for {day}",
        "tell me what sky to expect in {town} on {day} and when it gets dark there, I mean sunset",
        "For an evening walk in {town} on {day} I'd need the time of sunset and the forecast of the sky.",
        "~{town}: sunset? sky on {day}?",
        "~sky {day} + sunset time, {town}",
    ),
    essential="sun_times",
    split=Split.TRAIN,
)
def sunset_and_sky(play: Play) -> None:
    """Two questions, two calls."""
    town = any_town(play)
    play.ask(town=town, day=_any_outlook(play, town)["day"])
    sun = play.call(
        "sun_times",
        {"town": town},
        why=(
            "Two things are asked. {tool} has the sunset; the sky comes after that.",
            "I begin with the sun times of {town}, from {tool}, and get the forecast next.",
        ),
    )
    play.learn("The sun sets at {sunset}.", "Sunset is at {sunset}; now for the sky.", sunset=sun["sunset"])
    found = play.call("forecast_on", {"town": town, "day": play.slots["day"]})
    play.learn("For {day} the sky is given as {sky}.", "On {day} it will be {sky_word}.", **_sky(found["sky"]))
    play.conclude(
        "Sunset in {town} is at {sunset}, and the forecast for {day} is: {sky}.",
        "The sun sets at {sunset}. Sky on {day}: {sky}.",
        facts=["sunset", "sky"],
    )


def _sky(sky: str) -> dict[str, str]:
    words = {"light rain": "rainy, with light rain", "showers": "wet, with showers", "thunderstorms": "stormy"}
    return {"sky": sky, "sky_word": words.get(sky, sky)}


@WEATHER.intent(
    goal="tell the wind to be expected in {town} on {day}",
    wordings=(
        "how strong will the wind be in {town} on {day}?",
        "what wind speed is expected in {town} on {day}?",
        "look up the wind for {day} in {town}",
        "We put up a tent in {town} on {day}. How much wind is there going to be?",
        "I need the predicted wind in {town}, for {day}, in km/h.",
        "tell me how windy {town} will be on {day}",
        "Can the children fly their kites in {town} on {day}? What's the wind speed?",
        "~wind {town} {day}",
        "~{day} {town} km/h?",
    ),
    kind=Kind.RECOVER,
    breaks="forecast_on",
    split=Split.TRAIN,
)
def wind_by_list(play: Play) -> None:
    """The forecast of one day fails; the one of five days has it, too."""
    town = any_town(play)
    play.ask(town=town, day=_any_outlook(play, town)["day"])
    failed = play.attempt("forecast_on", {"town": town, "day": play.slots["day"]})
    play.learn("The forecast by day {said}.", "I don't get that day alone, since the tool {said}.", said=failed.error)
    rows = play.call(
        "forecast",
        {"town": town},
        why=(
            "The forecast of all days, from {tool}, should include {day}.",
            "But {tool} gives several days at once, with {day} among them.",
        ),
    )
    found = next(row for row in rows if row["day"] == play.slots["day"])
    play.learn("In the row of {day} the wind is {wind} km/h.", "{day} is there, with {wind} km/h.", wind=found["wind"])
    play.conclude(
        "{wind} km/h of wind are expected in {town} on {day}.",
        "The wind should be {wind} km/h.",
        "On {day} it will be {wind} km/h in {town}.",
        facts=["wind"],
    )


@WEATHER.intent(
    goal="tell how long the sun is up in {town}",
    wordings=(
        "how long is the sun up in {town}?",
        "how many hours and minutes of daylight does {town} have?",
        "work out the time between sunrise and sunset in {town}",
        "I'm painting outside in {town}. How much daylight do I have in a day?",
        "what's the length of the day in {town}, from sunrise to sunset?",
        "tell me how much time there is from sunrise till sunset in {town}",
        "~day length {town}",
        "~{town}: hours of daylight",
    ),
    essential="sun_times",
    split=Split.DEV,
)
def daylight(play: Play) -> None:
    """One call and a difference of times."""
    town = any_town(play)
    play.ask(town=town)
    sun = play.call("sun_times", {"town": town})
    minutes = minutes_of(sun["sunset"]) - minutes_of(sun["sunrise"])
    play.learn(
        "From {up} to {down} it is {hours:n hour} and {minutes:n minute}.",
        "The sun rises at {up} and sets at {down}, {hours:n hour} and {minutes:n minute} later.",
        up=sun["sunrise"],
        down=sun["sunset"],
        hours=minutes // 60,
        minutes=minutes % 60,
    )
    play.conclude(
        "The sun is up for {hours:n hour} and {minutes:n minute} in {town}.",
        "{town} has {hours:n hour} and {minutes:n minute} of daylight, from {up} to {down}.",
        facts=["hours", "minutes"],
        derived=["hours", "minutes"],
    )


@WEATHER.intent(
    goal="find out in which of {places} rain is least likely on {day}",
    wordings=(
        "in which of {places} is rain least likely on {day}?",
        "we can go to one of these on {day}: {places}. Where's the smallest chance of rain?",
        "compare the chance of rain in {places} on {day} and name the town with the lowest",
        "The club travels on {day}, to one of {places}. Send us where it's likely to be dry.",
        "check {places} for {day}, I want the place where rain is most unlikely",
        "Which town should I choose for {day} if I don't like rain? The choice is between {places}.",
        "~driest on {day}: {places}",
        "~{places}, {day}, lowest rain chance",
    ),
    essential="forecast_on",
    split=Split.DEV,
)
def driest_town(play: Play) -> None:
    """Three calls, and the smallest of three."""
    towns = play.draw.shuffled(play.state["towns"])
    day = _any_outlook(play, towns[0])["day"]
    play.ask(places=towns, day=day)
    chances = {}
    for town in towns:
        play.slots.update(town=town)
        chances[town] = play.call("forecast_on", {"town": town, "day": day})["rain_chance"]
        play.learn("{place}: {chance} percent.", "{place} has {chance} percent.", place=town, chance=chances[town])
    if sum(chance == min(chances.values()) for chance in chances.values()) > 1:
        raise play.unsuitable("two towns alike")
    best = min(chances, key=lambda town: int(chances[town]))
    play.learn(
        "The lowest of the three is {best}.", "So {best} has the best prospects.", best=best, lowest=chances[best]
    )
    play.conclude(
        "In {best}: the chance of rain on {day} is only {lowest} percent there.",
        "{best}, with {lowest} percent, is the best choice.",
        facts=["best", "lowest"],
    )
