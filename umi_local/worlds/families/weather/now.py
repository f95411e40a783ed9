"""What stations measure and measured."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.weather.service import WEATHER, any_station, any_town, station_rows, stations_in
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@WEATHER.intent(
    goal="tell the temperature in {town} at present",
    wordings=(
        "how warm is it in {town} [right now|at the moment]?",
        "what's the temperature in {town}, as measured?",
        "I'm about to leave the house in {town}. How many degrees are there outside?",
        "look up the present temperature for {town}",
        "tell me how cold or warm it is in {town} now",
        "My parents live in {town} and ask what to wear. What does the thermometer say there?",
        "find a station in {town} and read the temperature",
        "~temperature {town} now",
        "~{town}: degrees?",
    ),
    missing=Missing(
        wordings=(
            "how warm is it right now?",
            "what's the temperature outside?",
            "I'm about to leave the house. How many degrees are there outside?",
            "look up the present temperature for me",
            "~temperature now?",
        ),
        needs="the name of the town",
        goal="tell the temperature in a town",
        slot="town",
    ),
    split=Split.TRAIN,
)
def temperature_in(play: Play) -> None:
    """Two calls, or three where the first station is offline."""
    town = any_town(play)
    if play.draw.chance(0.35):
        stations_in(play.state, town)[0]["offline_since"] = play.draw.clock(0, 8, 30)
    play.ask(town=town)
    rows = station_rows(play, town)
    reply = play.attempt("current_weather", {"station": rows[0]["station"]})
    if reply.failed:
        play.learn(
            "{first} is offline, but there is {second}.",
            "No values from {first}, since it is offline. {second} may have some.",
            first=rows[0]["station"],
            second=rows[1]["station"],
        )
        found = play.call("current_weather", {"station": rows[1]["station"]})
    else:
        found = reply.value
    assert isinstance(found, dict)
    play.learn(
        "It measured {degrees} degrees at {time}.",
        "The value of {time} is {degrees} degrees.",
        degrees=found["temperature"],
        time=found["time"],
        station=found["station"],
    )
    play.conclude(
        "It is {degrees} degrees in {town} ({station}, {time}).",
        "{town} has {degrees} degrees, measured at {time}.",
        "The thermometer of {station} shows {degrees} degrees.",
        facts=["degrees"],
    )


@WEATHER.intent(
    goal="tell the wind and the humidity that station {station} measures",
    wordings=(
        "what wind and humidity does station {station} measure now?",
        "read wind and humidity from {station}",
        "I want to fly a drone near {station}. How strong is the wind there, and how damp is the air?",
        "give me the latest wind speed and the humidity of {station}",
        "how windy is it at {station}, and what's the humidity?",
        "The people at {station} say it's stormy and wet. What does the station say about wind and humidity?",
        "check station {station} for wind as well as humidity",
        "~{station} wind + humidity",
        "~wind/humidity {station}",
    ),
    essential="current_weather",
    missing=Missing(
        wordings=(
            "what wind and humidity does the station measure now?",
            "I want to fly a drone. How strong is the wind at the station, and how damp is the air?",
            "give me the latest wind speed and the humidity",
            "~wind/humidity?",
        ),
        needs="the code of the station",
        goal="tell the wind and the humidity at a station",
        slot="station",
    ),
    split=Split.TRAIN,
)
def wind_at(play: Play) -> None:
    """One call, refused where the station is offline."""
    station = any_station(play)
    if not play.asks_back and play.draw.chance(0.2):
        station["offline_since"] = play.draw.clock(0, 8, 30)
    play.ask(station=station["station"])
    reply = play.attempt("current_weather", {"station": station["station"]})
    if reply.failed:
        play.learn(
            "Station {station} has been offline since {since}.",
            "{station} sends nothing; it went offline at {since}.",
            since=station["offline_since"],
        )
        play.conclude(
            "{station} has no values: it has been offline since {since}.",
            "I can't say, because station {station} has been offline since {since}.",
            facts=[NO, "since"],
            why=("Only this station was asked for, so I report that.", "I tell the user so."),
        )
        return
    assert isinstance(reply.value, dict)
    play.learn(
        "The wind is {wind} km/h and the humidity {humidity} percent.",
        "{station} has {wind} km/h of wind and {humidity} percent humidity.",
        wind=reply.value["wind"],
        humidity=reply.value["humidity"],
    )
    play.conclude(
        "{station} measures {wind} km/h of wind and {humidity} percent humidity.",
        "The wind is {wind} km/h, the humidity {humidity} percent.",
        facts=["wind", "humidity"],
    )


@WEATHER.intent(
    goal="tell the temperature that station {station} measured at {time}",
    wordings=(
        "what was the temperature at {station} at {time} today?",
        "how warm was it at {time}, according to station {station}?",
        "go back to {time} and tell me the temperature that {station} had",
        "My tomatoes looked sad at {time}. How many degrees did {station} measure then?",
        "look through the last hours of {station} for the temperature at {time}",
        "At {time} I started my run near {station}. What was the temperature?",
        "find the {time} value of the thermometer at {station}",
        "~{station} {time} temperature",
        "~temperature {time}, {station}",
    ),
    essential="hourly_readings",
    split=Split.TRAIN,
)
def reading_at(play: Play) -> None:
    """One call; a row of several."""
    station = any_station(play)
    time = play.draw.pick([row["time"] for row in station["readings"][:-1]])
    play.ask(station=station["station"], time=time)
    found = next(row for row in play.call("hourly_readings", {"station": station["station"]}) if row["time"] == time)
    play.learn(
        "At {time} it was {degrees} degrees.",
        "The row of {time} has {degrees} degrees.",
        degrees=found["temperature"],
        wind=found["wind"],
    )
    play.conclude(
        "At {time}, {station} measured {degrees} degrees.",
        "It was {degrees} degrees at {time}.",
        facts=["degrees"],
    )
    if play.draw.chance(0.35):
        play.then_ask(
            "And the wind at that time?",
            "how strong was the wind then?",
            "What about wind?",
            goal="tell the wind at {time}",
        )
        play.conclude(
            "The wind was {wind} km/h.",
            "At {time} there was a wind of {wind} km/h.",
            facts=["wind"],
            why="The row of {time} also has the wind, {wind} km/h. No call is needed.",
        )


@WEATHER.intent(
    goal="tell how much rain fell at {station} on {day}",
    wordings=(
        "how much rain fell at {station} on {day}?",
        "look up the rain of {day} at station {station}",
        "I need the rainfall at {station} for {day}, in millimetres.",
        "was {day} a wet day at {station}? how much rain was it?",
        "The insurance wants to know how much it rained on {day}. Our station is {station}.",
        "tell me the millimetres of rain that {station} counted on {day}",
        "For my garden diary: rain on {day}, station {station}?",
        "~rain {station} {day}",
        "~{day} mm at {station}",
    ),
    essential="day_summary",
    missing=Missing(
        wordings=(
            "how much rain fell at {station} that day?",
            "look up the rain at station {station} for a past day",
            "The insurance wants to know how much it rained. Our station is {station}.",
            "~rain {station}",
        ),
        needs="the date",
        goal="tell how much rain fell at {station}",
        slot="day",
    ),
    split=Split.TRAIN,
)
def rain_on(play: Play) -> None:
    """One call; a dry day is an answer, too."""
    station = any_station(play)
    play.ask(station=station["station"], day=play.draw.pick(list(station["days"])))
    rain = play.call("day_summary", {"station": station["station"], "day": play.slots["day"]})["rain"]
    play.slots.update(rain=rain)
    if not rain:
        play.learn("No rain was measured on {day}.", "{day} was dry at {station}.")
        play.conclude("No rain fell at {station} on {day}.", "None: {day} was dry.", facts=[NO])
        return
    play.learn("{station} counted {rain} mm on {day}.", "That day had {rain} mm.")
    play.conclude(
        "{rain} mm of rain fell at {station} on {day}.",
        "It was {rain} mm.",
        "On {day}, {station} measured {rain} mm of rain.",
        facts=["rain"],
    )


@WEATHER.intent(
    goal="tell how much the temperature at {station} went up and down in the last hours",
    wordings=(
        "how far apart are the highest and the lowest temperature at {station} in the last hours?",
        "what's the difference between the warmest and the coldest hour at {station} today?",
        "go through the last readings of {station} and work out the range of the temperature",
        "Our wine cellar is near {station}. By how many degrees did the temperature swing in the last hours?",
        "find the maximum and minimum temperature among the recent readings of {station}, with the difference",
        "I have a feeling that it's up and down at {station}. How large is the span of the latest temperatures?",
        "~{station} temp range last hours",
        "~max - min temperature, {station}",
    ),
    essential="hourly_readings",
    split=Split.TEST,
)
def temperature_range(play: Play) -> None:
    """One call, the extremes and their difference."""
    station = any_station(play)
    play.ask(station=station["station"])
    rows = play.call("hourly_readings", {"station": station["station"]})
    values = [row["temperature"] for row in rows]
    play.learn(
        "The highest value is {high}, the lowest {low}, so they are {gap} degrees apart.",
        "It went from {low} to {high} degrees; that's a range of {gap}.",
        high=max(values),
        low=min(values),
        gap=round(max(values) - min(values), 1),
    )
    play.conclude(
        "The range is {gap} degrees: lowest {low}, highest {high}.",
        "Between {low} and {high} degrees there are {gap} degrees.",
        facts=["gap", "low", "high"],
        derived=["gap"],
    )


@WEATHER.intent(
    goal="tell how warm it is at the highest station in {town}",
    wordings=(
        "how warm is it at the highest station in {town}?",
        "take the station in {town} that lies highest and read its temperature",
        "I'm going up the hill in {town}. What does the station highest up say about the temperature?",
        "of all the stations around {town}, which is at the greatest elevation, and how many degrees does it have?",
        "Is there snow on the heights of {town}? Tell me how cold it is at the uppermost station.",
        "find the uppermost measuring station in {town} and get the temperature from there",
        "~{town}, highest station, temperature",
        "~temp at top station of {town}",
    ),
    essential="current_weather",
    split=Split.TEST,
)
def at_the_top(play: Play) -> None:
    """Two calls; the largest of several decides."""
    town = any_town(play)
    if len({station["elevation"] for station in stations_in(play.state, town)}) < 2:
        raise play.unsuitable("one height")
    play.ask(town=town)
    rows = station_rows(play, town)
    top = max(rows, key=lambda row: int(row["elevation"]))
    play.learn(
        "The highest is {top}, at {metres} metres.",
        "{top} lies highest, at {metres} metres.",
        top=top["station"],
        metres=top["elevation"],
    )
    found = play.call("current_weather", {"station": top["station"]})
    play.learn("It has {degrees} degrees.", "There, it's {degrees} degrees.", degrees=found["temperature"])
    play.conclude(
        "At {top}, {metres} metres up, it is {degrees} degrees.",
        "The highest station, {top}, measures {degrees} degrees.",
        facts=["top", "degrees"],
    )


@WEATHER.intent(
    goal="add up the rain at {station} on {days}",
    wordings=(
        "how much rain fell at {station} on {days} together?",
        "add up the rain of {days} at station {station}",
        "Our cellar is wet. What did {station} measure in rain on {days}, all in all?",
        "I need one figure: the rain at {station}, summed over {days}.",
        "get the rainfall at {station} for {days} and give me the total",
        "find out how many millimetres came down at {station} on {days} in all",
        "~total rain {station}: {days}",
        "~{station} rain sum, {days}",
    ),
    essential="day_summary",
    split=Split.TEST,
)
def rain_total(play: Play) -> None:
    """Two or three calls of one tool, and a sum."""
    station = any_station(play)
    days = sorted(play.draw.sample(list(station["days"]), play.draw.pick((2, 2, 3))))
    play.ask(station=station["station"], days=days)
    amounts = []
    for at in days:
        play.slots.update(day=at)
        rain = play.call("day_summary", {"station": station["station"], "day": at})["rain"]
        amounts.append(rain)
        play.learn("{at} had {rain} mm.", "On {at} it was {rain} mm.", at=at, rain=rain)
    total = round(sum(amounts), 1)
    play.slots.update(total=total)
    if not total:
        raise play.unsuitable("all dry")
    play.learn("Together that is {total} mm.", "The sum is {total} mm.")
    play.conclude(
        "In all, {total} mm of rain fell at {station} on those days.",
        "It adds up to {total} mm.",
        facts=["total"],
        derived=["total"],
    )


@WEATHER.intent(
    goal="tell the latest temperature at {station}",
    wordings=(
        "what's the latest temperature at {station}?",
        "how many degrees does {station} report as of now?",
        "read the thermometer of station {station}, the newest value you can get",
        "I'm at {station} and my thermometer is broken. What does yours say?",
        "get me the most recent temperature that {station} has measured",
        "which temperature did {station} send last?",
        "~{station} latest degrees",
        "~newest temperature of {station}",
    ),
    kind=Kind.RECOVER,
    breaks="current_weather",
    split=Split.TEST,
)
def latest_by_list(play: Play) -> None:
    """The tool for present values fails; the last row of the hourly ones is the same."""
    station = any_station(play)
    play.ask(station=station["station"])
    failed = play.attempt("current_weather", {"station": station["station"]})
    play.learn("I can't get the present value: the tool {said}.", "That tool {said}.", said=failed.error)
    rows = play.call(
        "hourly_readings",
        {"station": station["station"]},
        why=(
            "The hourly readings of {station} end with the newest one, and {tool} lists them.",
            "Then I take the last of the hourly readings, from {tool}.",
        ),
    )
    play.learn(
        "The last row is of {time}, with {degrees} degrees.",
        "{time} is the newest reading: {degrees} degrees.",
        time=rows[-1]["time"],
        degrees=rows[-1]["temperature"],
    )
    play.conclude(
        "The newest value of {station} is {degrees} degrees, measured at {time}.",
        "At {time}, {station} had {degrees} degrees; there is nothing newer.",
        facts=["degrees", "time"],
    )
