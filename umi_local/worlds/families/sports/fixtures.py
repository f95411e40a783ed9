"""Questions about matches that are to come."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.sports.service import SPORTS, any_match, matches_of
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@SPORTS.intent(
    goal="tell when {team} plays next",
    wordings=(
        "when does {team} play next?",
        "when is the next match of {team}?",
        "tell me day and time of the next game that {team} plays",
        "find out when {team} is on the pitch again",
        "My cousin plays for {team}. When can I see them next?",
        "I promised to drive the {team} bus. What day and time is their next match?",
        "look up {team}'s next fixture",
        "on what day will I see {team} again?",
        "~next match {team}",
        "~{team} next game when",
    ),
    essential="fixtures_of",
    missing=Missing(
        wordings=(
            "when does my team play next?",
            "tell me day and time of our next match",
            "I promised to drive the team bus. What day and time is the next match?",
            "~next match?",
        ),
        needs="the name of the team",
        goal="tell when a team plays next",
        slot="team",
    ),
    split=Split.TRAIN,
)
def next_match(play: Play) -> None:
    """One call; then perhaps a second question, which takes another."""
    play.ask(team=any_match(play, "scheduled")["home"])
    found = play.call("fixtures_of", {"team": play.slots["team"]})[0]
    team = play.slots["team"]
    play.learn(
        "The first of the coming matches is number {match} on {day} at {time}, against {other}.",
        "{team} meets {other} on {day} at {time} (match {match}).",
        match=found["match"],
        day=found["day"],
        time=found["time"],
        other=found["away"] if found["home"] == team else found["home"],
    )
    play.conclude(
        "{team} plays next on {day} at {time}, against {other}.",
        "The next match is {team} against {other}: {day}, {time}.",
        "On {day} at {time}; the opponent is {other}.",
        facts=["day", "time"],
    )
    if play.draw.chance(0.4):
        play.then_ask(
            "and where is that?",
            "where will they play that match?",
            "At which ground? Please find out.",
            "~which ground?",
            goal="tell where match {match} is played",
        )
        venue = play.call("match_details", {"match": found["match"]})["venue"]
        play.learn("Match {match} takes place at {venue}.", "The ground is {venue}.", venue=venue)
        play.conclude("They play at {venue}.", "Match {match} is at {venue}.", facts=["venue"])


@SPORTS.intent(
    goal="tell who referees match {match}",
    wordings=(
        "who referees match {match}?",
        "who is the referee of game {match}?",
        "does match {match} have a referee yet, and who is it?",
        "give me the name of the referee for match {match}",
        "I have to send the parking pass for match {match} to the referee. Who is that?",
        "check who has been appointed to officiate match {match}",
        "Somebody must blow the whistle in match {match}. Who will it be?",
        "~referee match {match}",
        "~{match}: who's the ref?",
    ),
    essential="match_details",
    split=Split.DEV,
)
def who_referees(play: Play) -> None:
    """One call; there may be nobody yet."""
    match = any_match(play, "scheduled")
    play.ask(match=match["match"])
    name = play.call("match_details", {"match": match["match"]})["referee"]
    if name is None:
        play.learn("Match {match} has no referee so far.", "Nobody has been assigned to match {match}.")
        play.conclude(
            "No referee has been assigned to match {match} yet.",
            "Match {match} does not have a referee yet.",
            facts=[NO],
        )
        return
    play.learn(
        "{referee} is the referee of match {match}.", "Match {match} is in the hands of {referee}.", referee=name
    )
    play.conclude(
        "{referee} referees match {match}.",
        "The referee of match {match} is {referee}.",
        "It will be {referee}.",
        facts=["referee"],
    )


@SPORTS.intent(
    goal="tell where and when match {match} is played",
    wordings=(
        "where and when is match {match} played?",
        "tell me the venue, day and time of game {match}",
        "I need to print the posters for match {match}. Where, on what day and at what time is it?",
        "what are place, date and kick-off of match {match}?",
        "give me the venue and the exact start of match {match}",
        "The parents keep asking about game {match}: at what ground, what day, what time?",
        "~match {match} where + when",
        "~{match}: ground, date, time",
    ),
    essential="match_details",
    missing=Missing(
        wordings=(
            "where and when is the match played?",
            "I need to print the posters for a match. Where, on what day and at what time is it?",
            "give me the venue and the exact start of a match",
            "~match: where, when?",
        ),
        needs="the number of the match",
        goal="tell where and when a match is played",
        slot="match",
    ),
    split=Split.TRAIN,
)
def where_and_when(play: Play) -> None:
    """One call, three values."""
    play.ask(match=any_match(play, "scheduled")["match"])
    found = play.call("match_details", {"match": play.slots["match"]})
    play.learn(
        "Match {match} is at {venue} on {day}, {time}.",
        "{home} meets {away} at {venue}, on {day} at {time}.",
        **{key: found[key] for key in ("venue", "day", "time", "home", "away")},
    )
    play.conclude(
        "Match {match} is played at {venue} on {day} at {time}.",
        "At {venue}, on {day} at {time}: {home} against {away}.",
        "{home} and {away} meet at {venue} on {day}, {time}.",
        facts=["venue", "day", "time"],
    )


@SPORTS.intent(
    goal="look up match {match}",
    wordings=(
        "what do we know about match {match}?",
        "show me match {match}",
        "Can you find game number {match} in the schedule?",
        "I have match {match} on my list. Which teams are that?",
        "look up game {match} and tell me who plays",
        "which two teams meet in match {match}?",
        "~match {match} teams",
        "~who plays in {match}",
    ),
    split=Split.TRAIN,
    weight=0.6,
)
def unknown_match(play: Play) -> None:
    """There is no such match, and the answer says so."""
    number = next(n for n in iter(lambda: play.draw.whole(100, 999), None) if str(n) not in play.state["matches"])
    play.ask(match=number)
    play.attempt("match_details", {"match": number})
    play.learn("The league has no match {match}.", "Nothing in the schedule has the number {match}.")
    play.conclude(
        "There is no match {match} in the league. Could the number be wrong?",
        "I found no match with the number {match}.",
        "Match {match} does not exist; please check the number.",
        facts=[NO],
        why=("The number may be mistyped, which the user has to check.", "I can only tell the user and not guess."),
    )


@SPORTS.intent(
    goal="tell at what time {team} plays on {day}",
    wordings=(
        "at what time does {team} play on {day}?",
        "what time is the {team} match on {day}?",
        "{team} has a match on {day}. When exactly does it begin?",
        "tell me when the game of {team} on {day} starts",
        "I'd like to watch {team} on {day}. What time should I be there?",
        "look up the kick-off of {team}'s match on {day}",
        "~kick-off {team}, {day}",
        "~{day} {team} what time",
    ),
    kind=Kind.RECOVER,
    breaks="fixtures_of",
    split=Split.TRAIN,
)
def kick_off(play: Play) -> None:
    """The team's fixtures can't be had, but those of the day can."""
    match = any_match(play, "scheduled")
    play.ask(team=match["home"], day=match["day"])
    failed = play.attempt("fixtures_of", {"team": match["home"]}).error
    play.learn("The list of the team's matches {said}.", "I get no fixtures of {team}: the tool {said}.", said=failed)
    listed = play.call(
        "matches_on",
        {"day": match["day"]},
        why=(
            "The day is known, so I can find the match among all those of {day} with {tool}.",
            "{tool} shows every match on {day}, and that of {team} must be among them.",
        ),
    )
    found = next(one for one in listed if match["home"] in (one["home"], one["away"]))
    play.learn("{team} plays at {time} that day.", "On {day}, {team} starts at {time}.", time=found["time"])
    play.conclude(
        "{team} plays at {time} on {day}.",
        "The match starts at {time}; I found it in the list for {day}.",
        "Kick-off for {team} on {day} is at {time}.",
        facts=["time"],
    )


@SPORTS.intent(
    goal="tell where {team} plays against {other}",
    wordings=(
        "where is match {wrong}, {team} against {other}, played?",
        "{team} meets {other} in match {wrong}. At which ground is that?",
        "tell me the venue of match {wrong} between {team} and {other}",
        "at which ground do {team} and {other} meet? The ticket says match {wrong}",
        "I was told that {team} against {other} is match {wrong}. Where do I have to go?",
        "look up the ground for {team} versus {other}, match number {wrong}",
        "~venue {team} - {other}, match {wrong}",
        "~match {wrong} ({team} v {other}) where?",
    ),
    kind=Kind.RECOVER,
    split=Split.TEST,
)
def wrong_number(play: Play) -> None:
    """No match has that number; the team's fixtures have the right one."""
    match = any_match(play, "scheduled")
    same = [
        one
        for one in matches_of(play.state, "scheduled")
        if {one["home"], one["away"]} == {match["home"], match["away"]}
    ]
    if len(same) > 1:
        raise play.unsuitable("they meet twice")
    known = play.state["matches"]
    number = next(n for n in iter(lambda: play.draw.whole(100, 999), None) if str(n) not in known)
    play.ask(team=match["home"], other=match["away"], wrong=number)
    play.attempt("match_details", {"match": number})
    play.learn("No match has the number {wrong}.", "{wrong} isn't the number of any match.")
    listed = play.call(
        "fixtures_of",
        {"team": match["home"]},
        why=(
            "The teams are known, so I look for the match in the fixtures of {team}, with {tool}.",
            "{tool} lists what {team} has still to play; the right number should be there.",
        ),
    )
    right = next(one["match"] for one in listed if match["away"] in (one["home"], one["away"]))
    play.learn("{team} against {other} is match {right}.", "The match against {other} is number {right}.", right=right)
    venue = play.call("match_details", {"match": right})["venue"]
    play.learn("Match {right} is at {venue}.", "It takes place at {venue}.", venue=venue)
    play.conclude(
        "{team} against {other} is match {right} and takes place at {venue}.",
        "They meet at {venue}. The match has the number {right}, not {wrong}.",
        facts=["venue"],
    )
