"""Warnings of the service and alerts of the user."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.weather.service import LEVELS, QUANTITIES, UNITS, WEATHER, any_town
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@WEATHER.intent(
    goal="tell which weather warnings there are for {town}",
    wordings=(
        "are there any weather warnings for {town}?",
        "what is {town} being warned of?",
        "look up the warnings for {town} and tell me how serious they are",
        "My brother camps near {town}. Is there a weather warning, and of which level?",
        "check if something dangerous is coming to {town}, weather-wise",
        "I heard something about a warning in {town} on the radio. What is it?",
        "tell me all weather warnings in force for {town}",
        "~warnings {town}",
        "~{town} weather warning?",
    ),
    essential="list_warnings",
    missing=Missing(
        wordings=(
            "are there any weather warnings for my town?",
            "I heard something about a weather warning on the radio. What is it?",
            "check if something dangerous is coming to us, weather-wise",
            "~any weather warning?",
        ),
        needs="the name of the town",
        goal="tell which weather warnings there are for a town",
        slot="town",
    ),
    split=Split.TRAIN,
)
def warnings(play: Play) -> None:
    """One call: none, one or several."""
    town = any_town(play)
    play.ask(town=town)
    found = play.call("list_warnings", {"town": town})
    if not found:
        play.learn("There is no warning for {town}.", "The list for {town} is empty.")
        play.conclude("No, there is no weather warning for {town}.", "{town} has no warnings.", facts=[NO])
        return
    told = [f"{row['kind']} ({row['level']})" for row in found]
    play.slots.update(told=told, kinds=[row["kind"] for row in found], until=found[0]["until"])
    play.learn("{town} is warned of {told}.", "For {town} I find {told}.")
    play.conclude(
        "Yes, {town} has a warning: {told}. It ends on {until}."
        if len(found) == 1
        else "Yes, {town} has {count} warnings: {told}.",
        "For {town} there is this: {told}.",
        facts=["kinds"],
        count=len(found),
    )


@WEATHER.intent(
    goal="set an alert for {quantity} above {above} {unit} in {town}",
    wordings=(
        "set an alert for {town}: {quantity} above {above} {unit}",
        "let me know when the {quantity} in {town} goes above {above} {unit}",
        "My greenhouse is in {town}. I want an alarm as soon as the {quantity} exceeds {above} {unit}.",
        "notify me of any {quantity} over {above} {unit} in {town}",
        "create an alert, place {town}, {quantity}, limit {above} {unit}",
        "could you have me warned of {quantity} above {above} {unit} in {town}?",
        "If {quantity} in {town} ever rises above {above} {unit}, I'd like to hear of it. Please set that up.",
        "~alert {town} {quantity} > {above}",
        "~{quantity} over {above} {unit} in {town}: notify",
    ),
    essential="create_alert",
    missing=Missing(
        wordings=(
            "set an alert for the {quantity} in {town}",
            "let me know when the {quantity} in {town} gets too high",
            "My greenhouse is in {town}. I want an alarm for the {quantity}.",
            "create an alert, place {town}, {quantity}",
            "~alert {town} {quantity}",
        ),
        needs="the limit",
        goal="set an alert for {quantity} in {town}",
        slot="above",
    ),
    split=Split.TRAIN,
)
def new_alert(play: Play) -> None:
    """One call with a word out of a list and a number."""
    quantity = play.draw.pick(QUANTITIES)
    above = play.draw.pick((27, 31.5, 35, 42, 55, 12.5, 66))
    play.ask(town=any_town(play), quantity=quantity, above=above, unit=UNITS[quantity])
    made = play.call("create_alert", {"town": play.slots["town"], "quantity": quantity, "above": above})
    play.learn("The alert has the number {alert}.", "Alert {alert} is set.", alert=made["alert"])
    play.conclude(
        "Alert {alert} is set: {quantity} above {above} {unit} in {town}.",
        "You will hear of it when {quantity} in {town} is above {above} {unit} (alert {alert}).",
        "Done, the number of the alert is {alert}.",
        facts=["alert"],
    )


@WEATHER.intent(
    goal="delete the alert for {quantity} in {town}",
    wordings=(
        "delete my {quantity} alert for {town}",
        "I don't need the alert for {quantity} in {town} any more",
        "turn off the alarm about {quantity} in {town}",
        "We've moved away from {town}. Remove my alert for {quantity} there, please.",
        "stop telling me about the {quantity} in {town}, so delete that alert",
        "which alert of mine is about {quantity} in {town}? get rid of it",
        "The messages about {quantity} in {town} drive me mad! Take that alert out.",
        "~no more {quantity} alert {town}",
        "~delete alert: {town}, {quantity}",
    ),
    essential="delete_alert",
    split=Split.TRAIN,
)
def drop_alert(play: Play) -> None:
    """Two calls, or one where there is no such alert."""
    alert = play.draw.pick(list(play.state["alerts"].values()))
    quantity = alert["quantity"]
    if play.draw.chance(0.2):
        quantity = play.draw.pick([word for word in QUANTITIES if word != quantity])
    play.ask(town=alert["town"], quantity=quantity)
    listed = play.call("list_alerts", decides=True)
    found = [row for row in listed if (row["town"], row["quantity"]) == (alert["town"], quantity)]
    if not found:
        play.learn(
            "None of the {count} alerts is for {quantity} in {town}.",
            "For {town} there is no alert about {quantity}.",
            count=len(listed),
        )
        play.conclude(
            "You have no alert for {quantity} in {town}, so I deleted nothing.",
            "There is no such alert: none is about {quantity} in {town}.",
            facts=[NO],
            why=("So there's nothing to delete.", "No other alert was meant, so I leave them all."),
        )
        return
    play.learn(
        "Alert {alert} is the one, with the limit {above}.",
        "Alert {alert} is about that.",
        alert=found[0]["alert"],
        above=found[0]["above"],
    )
    play.call("delete_alert", {"alert": found[0]["alert"]})
    play.learn("Alert {alert} is gone.", "{alert} is deleted.")
    play.conclude(
        "I deleted alert {alert} ({quantity} in {town}).",
        "Alert {alert} is gone; you won't hear about {quantity} in {town} any more.",
        facts=["alert"],
    )


@WEATHER.intent(
    goal="change the limit of the {quantity} alert for {town} to {above}",
    wordings=(
        "change my {quantity} alert for {town} to a limit of {above}: delete the old one and set it anew",
        "The alert for {quantity} in {town} should come at {above}. Replace the one I have.",
        "replace the {quantity} alert of {town} by one with the limit {above}",
        "I get too many messages about {quantity} in {town}. Swap the alert for one above {above}, and remove the old one.",
        "take out the alert for {quantity} in {town} and put in one that starts above {above}",
        "from now on {above} is the limit for {quantity} in {town}, so would you exchange my alert?",
        "~{town} {quantity} alert -> {above}, old one out",
        "~replace alert {quantity}/{town} with limit {above}",
    ),
    essential="delete_alert",
    split=Split.TEST,
)
def replace_alert(play: Play) -> None:
    """Three calls."""
    alert = play.draw.pick(list(play.state["alerts"].values()))
    above = alert["above"] + play.draw.whole(5, 30)
    play.ask(town=alert["town"], quantity=alert["quantity"], above=above)
    listed = play.call("list_alerts")
    found = next(row for row in listed if (row["town"], row["quantity"]) == (alert["town"], alert["quantity"]))
    play.learn(
        "So far it is alert {old}, above {limit}.",
        "The old one is {old}, with a limit of {limit}.",
        old=found["alert"],
        limit=found["above"],
    )
    play.call("delete_alert", {"alert": found["alert"]})
    play.learn("{old} is out of the way.", "{old} doesn't exist any more, so the new one can be set.")
    made = play.call("create_alert", {"town": alert["town"], "quantity": alert["quantity"], "above": above})
    play.learn("The new alert is {new}.", "{new} takes its place.", new=made["alert"])
    play.conclude(
        "Alert {new} replaces {old}: {quantity} above {above} in {town}.",
        "Done: {old} is deleted, and {new} tells you when {quantity} in {town} is above {above}.",
        facts=["new"],
    )


@WEATHER.intent(
    goal="set a wind alert above {limit} km/h for {town} if the forecast exceeds that on any day",
    wordings=(
        "set a wind alert above {limit} km/h for {town} if the forecast has more than that on any day",
        "Look at the next days in {town}. Should the wind go above {limit} km/h, I need an alert with that limit.",
        "My boat lies in {town}. When more than {limit} km/h are forecast, set a wind alert above {limit}, or else don't.",
        "does the wind in {town} exceed {limit} km/h in the next days? if yes, create an alert for that limit",
        "check the forecast of {town} for wind above {limit} km/h, and only if there is any, set an alert at that value",
        "I want a wind alert above {limit} km/h for {town}, but just in case the forecast really goes higher than that.",
        "~{town}: forecast wind > {limit}? then alert",
        "~alert wind {limit} in {town} only if forecast is higher",
    ),
    split=Split.TEST,
)
def alert_if_windy(play: Play) -> None:
    """One call, or two where the forecast calls for it."""
    town = any_town(play)
    most = max(row["wind"] for row in play.state["forecasts"][town])
    play.ask(town=town, limit=max(most + play.draw.pick((-9, -4, -1, 3, 7)), 3))
    rows = play.call("forecast", {"town": town}, decides=True)
    top = max(rows, key=lambda row: int(row["wind"]))
    play.slots.update(wind=top["wind"], day=top["day"])
    if top["wind"] <= play.slots["limit"]:
        play.learn("The strongest wind is {wind} km/h, so no alert is needed.", "It stays at {wind} km/h or less.")
        play.conclude(
            "I set no alert: the wind in {town} won't go above {wind} km/h.",
            "Not needed, since the forecast has {wind} km/h at most.",
            facts=[NO, "wind"],
        )
        return
    play.learn(
        "On {day} the wind reaches {wind} km/h.", "{wind} km/h are forecast for {day}, which is more than {limit}."
    )
    made = play.call(
        "create_alert",
        {"town": town, "quantity": "wind", "above": play.slots["limit"]},
        does="set a wind alert above {limit} for {town}",
    )
    play.learn("It is alert {alert}.", "The alert {alert} is in place.", alert=made["alert"])
    play.conclude(
        "Up to {wind} km/h are forecast for {day}, so I set alert {alert}.",
        "Yes: {wind} km/h on {day}. The wind alert has the number {alert}.",
        facts=["wind", "alert"],
    )


@WEATHER.intent(
    goal="count the {level} warnings and tell for which towns they are",
    wordings=(
        "how many {level} weather warnings are there, and for which towns?",
        "count all warnings of the level {level} and say where",
        "I only care about {level} warnings. How many are in force, and what places are meant?",
        "look at the whole list of warnings: how many are {level}, and where?",
        "Our drivers ask about {level} warnings. Number and towns, please.",
        "tell me the number of {level} warnings, with the towns",
        "is anything at level {level} right now, how many warnings and in which towns?",
        "~{level} warnings: number, towns",
        "~count {level}, where",
    ),
    essential="list_warnings",
    split=Split.TRAIN,
)
def count_level(play: Play) -> None:
    """One call without its optional argument, and a count."""
    level = play.draw.pick(LEVELS)
    if play.draw.chance(0.7):
        play.draw.pick(play.state["warnings"])["level"] = level
    play.ask(level=level)
    found = [row for row in play.call("list_warnings", decides=True) if row["level"] == level]
    if not found:
        play.learn("Not one warning is {level}.", "The level {level} doesn't occur in the list.")
        play.conclude("There are no {level} warnings.", "None is {level} at the moment.", facts=[NO])
        return
    towns = list(dict.fromkeys(row["town"] for row in found))
    play.learn(
        "{count:n warning} of the level {level}: {where}.",
        "{level:cap} stands at {where}.",
        count=len(found),
        where=towns,
    )
    play.conclude(
        "{count:n warning} of level {level}: {where}.",
        "It's {count}, for {where}.",
        facts=["count", "where"],
        derived=["count"],
    )
