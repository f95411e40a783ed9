"""What users ask about films, plays and their performances."""

from __future__ import annotations

from umi_local.worlds.dates import days_later, minutes_later
from umi_local.worlds.facts import NO, YES
from umi_local.worlds.families.tickets.scene import (
    TICKETS,
    any_performance,
    any_show,
    performances_of,
)
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@TICKETS.intent(
    goal="work out when {title} ends if it begins at {time}",
    wordings=(
        "when does {title} end if it begins at {time}?",
        "work out when {title} is over, given that it starts at {time}",
        "The babysitter asks when we'll be back. We are going to see {title} at {time}. When does it finish?",
        "we've got tickets for {title} at {time}. What time will it be over?",
        "find out the length of {title} and tell me when a {time} showing ends",
        "At {time} the lights go down for {title}. At what time do they go up again?",
        "tell me at what time a showing of {title} that begins at {time} is finished",
        "~{title} {time}, ends when?",
        "~end of {title} if start {time}",
    ),
    essential="show_details",
    missing=Missing(
        wordings=(
            "when does the film end if it begins at {time}?",
            "work out when the show is over, given that it starts at {time}",
            "The babysitter asks when we'll be back. Our show begins at {time}. When does it finish?",
            "~ends when, start {time}?",
        ),
        needs="the title",
        goal="work out when a show ends",
        slot="title",
    ),
    split=Split.TRAIN,
)
def end_time(play: Play) -> None:
    """One call and a sum of times."""
    show = any_show(play)
    time = play.draw.pick(("14:30", "16:00", "17:15", "18:45", "19:30", "20:15", "20:30"))
    play.ask(title=show["title"], time=time)
    found = play.call("show_details", {"title": show["title"]})
    play.learn(
        "{title} takes {minutes} minutes, so from {time} it lasts until {end}.",
        "{minutes} minutes after {time} it is {end}.",
        minutes=found["minutes"],
        end=minutes_later(time, found["minutes"]),
    )
    play.conclude(
        "{title} ends at {end}.",
        "At {end}: it runs for {minutes} minutes.",
        "If it begins at {time}, it is over at {end}.",
        facts=["end"],
        derived=["end"],
    )
    if play.draw.chance(0.35):
        language = found["language"]
        play.then_ask(
            "And in what language is it?",
            "Thanks. What language do they speak in it?",
            "Which language will we hear?",
            goal="tell the language of {title}",
            language=language,
        )
        play.conclude(
            "It is in {language}.",
            "{language}.",
            facts=["language"],
            why=(
                "The details of {title} that I read name the language, {language}.",
                "I have seen it already: {title} is in {language}.",
            ),
        )


@TICKETS.intent(
    goal="tell whether somebody aged {age} may see {title}",
    wordings=(
        "may a child of {age} see {title}?",
        "is {title} open to somebody who is {age}?",
        "check if my nephew, who is {age}, is old enough for {title}",
        "My daughter turned {age} last week and wants to see {title}. Would they let her in?",
        "find out whether one can see {title} at the age of {age}",
        "I'm {age} and look younger. Am I allowed into {title}?",
        "from what age may one see {title}, and is my son old enough at {age}?",
        "~{title}, age {age} ok?",
        "~age limit {title}? child is {age}",
    ),
    essential="show_details",
    missing=Missing(
        wordings=(
            "may a child of {age} see that film?",
            "check if my nephew, who is {age}, is old enough for the film he wants to see",
            "My daughter turned {age} last week and wants to go to the theatre. Would they let her in?",
            "~age {age} ok for the film?",
        ),
        needs="the title of the show",
        goal="tell whether somebody aged {age} may see a show",
        slot="title",
    ),
    split=Split.TRAIN,
)
def old_enough(play: Play) -> None:
    """One call and a comparison."""
    show = any_show(play)
    show["min_age"] = play.draw.pick((6, 12, 14, 16))
    play.ask(title=show["title"], age=play.draw.whole(5, 17))
    limit = play.call("show_details", {"title": show["title"]})["min_age"]
    play.slots["limit"] = limit
    if play.slots["age"] >= limit:
        play.learn("{title} is open from {limit} on, and {age} is enough.", "The age limit is {limit}; {age} is fine.")
        play.conclude(
            "Yes, {title} may be seen from the age of {limit}.",
            "Yes: the limit is {limit}, and {age} is old enough.",
            facts=[YES, "limit"],
        )
    else:
        play.learn("{title} has an age limit of {limit}, and {age} is below it.", "One must be {limit} for {title}.")
        play.conclude(
            "No, {title} is only for people from {limit} on.",
            "I'm afraid not: the age limit of {title} is {limit}.",
            facts=[NO, "limit"],
        )


@TICKETS.intent(
    goal="find the first performance of {title} that has {count:n free seat}",
    wordings=(
        "when is the first performance of {title} with at least {count:n free seat}?",
        "find the earliest showing of {title} that still has {count} seats or more",
        "We are {count} and want to see {title} as soon as possible. When and where can we?",
        "which is the next performance of {title} for a party of {count}?",
        "look for the first date of {title} on which {count} of us would get in",
        "As early as it gets: {title}, {count} seats. Tell me day, time and house.",
        "~first {title} with {count} seats",
        "~{title}, {count:n seat}, earliest date?",
    ),
    essential="performances",
    missing=Missing(
        wordings=(
            "when is the first performance with at least {count:n free seat}?",
            "We are {count} and want to see that film as soon as possible. When and where can we?",
            "find the earliest showing that still has {count} seats or more",
            "~first date with {count} seats",
        ),
        needs="the title of the show",
        goal="find the first performance with {count:n free seat}",
        slot="title",
    ),
    split=Split.TRAIN,
)
def first_with_room(play: Play) -> None:
    """One call: the earliest of those with room."""
    show = any_show(play)
    own = performances_of(play.state, show["title"])
    if play.draw.chance(0.6):
        for row in own[0]["rows"]:
            row["free"] = row["free"][: play.draw.below(2)]
    count = play.draw.whole(4, 7)
    play.ask(title=show["title"], count=count)
    found = play.call("performances", {"title": show["title"]})
    best = next(one for one in found if one["free_seats"] >= count)
    play.learn(
        "The first one with room for {count} is on {day} at {time}, with {free} free.",
        "On {day} at {time} there are {free:n seat} left at {venue}, which is enough.",
        day=best["day"],
        time=best["time"],
        venue=best["venue"],
        free=best["free_seats"],
    )
    play.conclude(
        "On {day} at {time}, {venue}.",
        "The first one is on {day} at {time} at {venue}; {free:n seat} are free.",
        "{venue} on {day}, {time}.",
        facts=["day", "time", "venue"],
    )


@TICKETS.intent(
    goal="find out whether {title} is on at any house on {day}",
    wordings=(
        "is {title} on anywhere on {day}?",
        "check if there is a performance of {title} on {day}",
        "{day} is the only day that we are all free. Can we see {title} then?",
        "see whether any house shows {title} on {day:weekday}, {day}",
        "I'd like to take my parents to {title} on {day}. Is it on?",
        "does anybody play {title} on {day}?",
        "~{title} on {day}?",
        "~any showing {day}: {title}",
    ),
    essential="performances",
    split=Split.TRAIN,
)
def not_on_that_day(play: Play) -> None:
    """One call with nothing in its result, which is an answer."""
    show = any_show(play)
    last = max(p["day"] for p in performances_of(play.state, show["title"]))
    play.ask(title=show["title"], day=days_later(last, play.draw.whole(1, 9)))
    play.call("performances", {"title": show["title"], "day": play.slots["day"]})
    play.learn("Nothing is listed for {title} on {day}.", "The list for {day} is empty.")
    play.conclude(
        "No, {title} is not on that day.",
        "There is no performance of {title} on {day}.",
        "{title} isn't shown anywhere on {day}.",
        facts=[NO],
    )


@TICKETS.intent(
    goal="find the longest {kind} and tell by how many minutes it is longer than {title}",
    wordings=(
        "which {kind} on the programme is the longest, and how many minutes longer than {title} is it?",
        "find the longest {kind} you have and compare it with {title}, in minutes",
        "{title} is too short for my taste. Which {kind} lasts longest, and how much longer is that?",
        "name the {kind} with the most minutes and tell me how far ahead of {title} it is",
        "I need to fill a long evening. What's your longest {kind}, and by how much does it beat {title}?",
        "by how many minutes is the longest {kind} longer than {title}, and what's it called?",
        "~longest {kind}? minutes more than {title}",
        "~{title} vs longest {kind}: difference in minutes",
    ),
    essential="find_shows",
    split=Split.TEST,
)
def longest(play: Play) -> None:
    """One call: a maximum and a difference."""
    films = [show for show in play.state["shows"].values() if show["kind"] == "film"]
    top = max(films, key=lambda show: show["minutes"])
    others = [show for show in films if show["minutes"] < top["minutes"]]
    if not others:
        raise play.unsuitable("all are equally long")
    other = play.draw.pick(others)
    play.ask(kind="film", title=other["title"])
    play.call("find_shows", {"kind": "film"}, does="list the films on the programme")
    play.learn(
        "{top} has {most} minutes and {title} {less}, so the difference is {gap}.",
        "The longest is {top} with {most} minutes, {gap} more than {title}.",
        top=top["title"],
        most=top["minutes"],
        less=other["minutes"],
        gap=top["minutes"] - other["minutes"],
    )
    play.conclude(
        "{top} is the longest, {gap} minutes longer than {title}.",
        "{top}: {most} minutes, which is {gap} more than {title}.",
        facts=["top", "gap"],
        derived=["gap"],
    )


@TICKETS.intent(
    goal="tell what is on at {venue} on {day} after {time}",
    wordings=(
        "what could we see at {venue} on {day} after {time}?",
        "look what {venue} has on {day}, later than {time}",
        "I'm off work at {time} on {day}. What's on at {venue} after that?",
        "on {day:weekday}, {day}, is there anything at {venue} that begins after {time}?",
        "check the programme of {venue} for {day}: what starts later than {time}?",
        "We arrive on {day} at {time} and live next to {venue}. What could we still watch there that evening?",
        "~{venue} {day} after {time}?",
        "~what's on {day}, {venue}, later than {time}",
    ),
    essential="whats_on",
    split=Split.TRAIN,
)
def on_after(play: Play) -> None:
    """One call; what is too early drops out, perhaps everything."""
    performance = any_performance(play)
    play.draw.pick(list(play.state["performances"].values())).update(
        venue=performance["venue"], day=performance["day"], time=play.draw.pick(("13:45", "21:30", "22:10"))
    )
    play.ask(venue=performance["venue"], day=performance["day"], time=play.draw.pick(("15:00", "18:00", "20:00")))
    found = play.call("whats_on", {"venue": performance["venue"], "day": performance["day"]})
    later = [one for one in found if one["time"] > play.slots["time"]]
    play.slots.update(n=len(found), titles=list(dict.fromkeys(one["title"] for one in later)) or None)
    play.slots["times"] = [one["time"] for one in later]
    if later:
        play.learn(
            "After {time} it shows {titles}, at {times}.",
            "Of {n:n performance} on that day, {titles} begins later than {time}."
            if len(later) == 1
            else "What begins after {time}: {titles}.",
        )
        play.conclude(
            "{titles}, at {times}.",
            "You could see {titles} (at {times}).",
            facts=["titles", "times"],
        )
    else:
        play.learn("The programme has nothing later than {time}.", "Everything on that day begins by {time}.")
        play.conclude(
            "Nothing: {venue} has no performance after {time} on {day}.",
            "There is nothing on at {venue} after {time} that day.",
            facts=[NO],
        )
