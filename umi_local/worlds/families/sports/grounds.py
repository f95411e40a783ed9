"""Venues: what they are like, which are free, and moving matches there."""

from __future__ import annotations

from umi_local.worlds.dates import days_later
from umi_local.worlds.facts import NO
from umi_local.worlds.families.sports.service import SPORTS, any_match, free_on
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@SPORTS.intent(
    goal="tell whether {venue} has floodlights and how many seats",
    wordings=(
        "does {venue} have floodlights, and how many seats are there?",
        "how many people can sit at {venue}, and are there floodlights?",
        "tell me the number of seats at {venue} and whether it has floodlights",
        "I'm planning an evening match at {venue}. Are there lights, and for how many people are there seats?",
        "check {venue}: seats and floodlights",
        "We expect a crowd after dark at {venue}. How big is it, and is it lit?",
        "~{venue}: floodlights? seats?",
        "~seats + lights at {venue}",
    ),
    essential="venue_info",
    missing=Missing(
        wordings=(
            "does the ground have floodlights, and how many seats are there?",
            "I'm planning an evening match. Are there lights at the ground, and how many seats?",
            "check a ground's seats and floodlights",
            "~floodlights? seats?",
        ),
        needs="the name of the ground",
        goal="tell whether a ground has floodlights and how many seats",
        slot="venue",
    ),
    split=Split.TRAIN,
)
def about_venue(play: Play) -> None:
    """One call, a number and a boolean."""
    play.ask(venue=play.draw.pick(list(play.state["venues"])))
    found = play.call("venue_info", {"venue": play.slots["venue"]})
    play.slots["seats"] = found["seats"]
    if found["floodlights"]:
        play.learn("{venue} has {seats} seats and floodlights.", "With {seats} seats, {venue} also has lights.")
        play.conclude(
            "Yes, {venue} has floodlights, and there are {seats:count} seats.",
            "There are {seats:count} seats at {venue}, and it has floodlights.",
            facts=["seats"],
        )
        return
    play.learn("{venue} has {seats} seats but no floodlights.", "There are {seats} seats and no lights at {venue}.")
    play.conclude(
        "{venue} has {seats:count} seats, but no floodlights.",
        "No floodlights there; {venue} has {seats:count} seats.",
        facts=["seats", NO],
    )


@SPORTS.intent(
    goal="tell how many people fit into the home ground of {team}",
    wordings=(
        "how many people fit into the home ground of {team}?",
        "how many seats does the stadium of {team} have?",
        "tell me the capacity of the ground where {team} is at home",
        "find out how big {team}'s home stadium is",
        "I'm bringing 500 fans to the home ground of {team}. How many seats are there in all?",
        "what is the number of seats at the ground that {team} calls home?",
        "~home ground of {team}, seats",
        "~{team} stadium capacity",
    ),
    essential="venue_info",
    split=Split.TRAIN,
)
def home_capacity(play: Play) -> None:
    """Two calls: the team names the venue."""
    play.ask(team=play.draw.pick(list(play.state["teams"])))
    venue = play.call("team_info", {"team": play.slots["team"]})["venue"]
    play.learn("{team} plays its home matches at {venue}.", "The home of {team} is {venue}.", venue=venue)
    seats = play.call("venue_info", {"venue": venue})["seats"]
    play.learn("{venue} has {seats} seats.", "There are {seats} seats at {venue}.", seats=seats)
    play.conclude(
        "{team} plays at {venue}, which has {seats:count} seats.",
        "The home ground, {venue}, has {seats:count} seats.",
        "{seats:count} people can sit at {venue}, the home of {team}.",
        facts=["seats"],
    )


@SPORTS.intent(
    goal="name the largest venue that is free on {day}",
    wordings=(
        "which is the largest venue that is free on {day}?",
        "find the biggest free ground for {day}",
        "name the free stadium with the most seats on {day}",
        "We want to hold a charity game on {day}. What's the largest ground we could have?",
        "of the grounds without a match on {day}, which one seats the most?",
        "I need as many seats as I can get on {day}. Which venue should I take?",
        "~largest free venue {day}",
        "~{day}: biggest ground available",
    ),
    essential="free_venues",
    missing=Missing(
        wordings=(
            "which is the largest venue that is free that day?",
            "We want to hold a charity game. What's the largest free ground?",
            "find the biggest free ground",
            "~largest free venue?",
        ),
        needs="the day",
        goal="name the largest free venue",
        slot="day",
    ),
    split=Split.TRAIN,
)
def largest_free(play: Play) -> None:
    """One call and a comparison."""
    day = any_match(play, "scheduled")["day"]
    if play.draw.chance(0.3):
        day = days_later(day, 3)
    sizes = [venue["seats"] for venue in free_on(play.state, "venues", day)]
    if sizes.count(max(sizes)) > 1:
        raise play.unsuitable("two are equally large")
    play.ask(day=day)
    found = play.call("free_venues", {"day": day})
    best = max(found, key=lambda venue: venue["seats"])
    play.learn(
        "Of the {n:n venue} free on {day}, {venue} is the largest with {seats} seats.",
        "{venue} has the most seats of the free ones, {seats}.",
        n=len(found),
        venue=best["venue"],
        seats=best["seats"],
    )
    play.conclude(
        "{venue} is the largest one free on {day}; it has {seats:count} seats.",
        "That would be {venue} with {seats:count} seats.",
        "The biggest free ground on {day} is {venue} ({seats:count} seats).",
        facts=["venue"],
    )


@SPORTS.intent(
    goal="tell whether {venue} or {other} has more seats, and how many more",
    wordings=(
        "which has more seats, {venue} or {other}, and how many more?",
        "compare the capacity of {venue} and {other}",
        "is {venue} bigger than {other}, and by how many seats?",
        "{venue} or {other}: where do more people fit in, and what's the difference?",
        "The final can be at {venue} or {other}. Tell me which one is larger and by how much.",
        "how many seats lie between {venue} and {other}, and which is the larger ground?",
        "~seats: {venue} vs {other}",
        "~larger: {venue} / {other}, by?",
    ),
    essential="venue_info",
    split=Split.TEST,
)
def compare_venues(play: Play) -> None:
    """Two calls that don't depend on each other, and a difference."""
    one, other = play.draw.sample(list(play.state["venues"].values()), 2)
    if one["seats"] == other["seats"]:
        raise play.unsuitable("equally large")
    play.ask(venue=one["venue"], other=other["venue"])
    a = play.call("venue_info", {"venue": one["venue"]})["seats"]
    play.learn("{venue} seats {a} people.", "The capacity of {venue} is {a}.", a=a)
    b = play.call("venue_info", {"venue": other["venue"]})["seats"]
    play.learn(
        "{other} seats {b}, so {larger} is larger by {gap}.",
        "With {b} for {other}, the larger one is {larger}, by {gap}.",
        b=b,
        larger=one["venue"] if a > b else other["venue"],
        gap=abs(a - b),
    )
    play.conclude(
        "{larger} has {gap:count} seats more: {a:count} at {venue}, {b:count} at {other}.",
        "{larger} is the larger one, by {gap:count} seats.",
        facts=["larger", "gap"],
        derived=["gap"],
    )


@SPORTS.intent(
    goal="move match {match} to the largest ground that is free on its day",
    wordings=(
        "move match {match} to the largest ground that is free on its day",
        "tickets for match {match} are gone. Find the biggest free venue that day and move the match there.",
        "Match {match} needs more seats: put it into whichever free stadium is the largest.",
        "give match {match} the biggest venue available on that date",
        "We expect far more people for match {match}. Same day, but the largest ground that has no other match, please.",
        "see which venues are free when match {match} is played and take the one with the most seats for it",
        "~match {match} -> largest free ground, same day",
        "~bigger venue for {match}, largest free",
    ),
    essential="change_venue",
    split=Split.TEST,
)
def bigger_ground(play: Play) -> None:
    """Three calls: the day, the free venues, the move."""
    match = any_match(play, "scheduled")
    sizes = [venue["seats"] for venue in free_on(play.state, "venues", match["day"])]
    if sizes.count(max(sizes)) > 1:
        raise play.unsuitable("two are equally large")
    play.ask(match=match["match"])
    found = play.call("match_details", {"match": match["match"]})
    play.learn(
        "Match {match} is on {day} at {old}.", "It is planned for {day} at {old}.", day=found["day"], old=found["venue"]
    )
    free = play.call("free_venues", {"day": found["day"]})
    best = max(free, key=lambda venue: venue["seats"])
    play.learn(
        "{venue} is the largest of the {n} free ones: {seats} seats.",
        "The most seats, {seats}, are at {venue}.",
        venue=best["venue"],
        seats=best["seats"],
        n=len(free),
    )
    play.call("change_venue", {"match": match["match"], "venue": best["venue"]})
    play.learn("Match {match} will be at {venue}.", "{venue} now has match {match}.")
    play.conclude(
        "Match {match} moves from {old} to {venue}, which has {seats:count} seats.",
        "I moved match {match} to {venue} ({seats:count} seats).",
        facts=["venue"],
    )
