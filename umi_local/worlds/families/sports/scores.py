"""Matches that are put off or moved, and things asked for together."""

from __future__ import annotations

from umi_local.worlds.dates import days_later
from umi_local.worlds.draw import Pool
from umi_local.worlds.families.sports.service import SPORTS, any_match, free_on
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

REASONS = Pool(
    """a broken water pipe|a bus strike|a collapsed fence|a fallen tree|a fire alarm|a flooded pitch|a flu outbreak
    |a frozen pitch|a gas leak|a heat warning|a landslide|a power cut|a road closure|a rail strike|a sandstorm
    |a sick referee|a smoke warning|a snowstorm|a storm warning|a swarm of bees|a thunderstorm|a town festival
    |a waterlogged pitch|black ice|broken floodlights|broken goalposts|building works|dense fog|drifting smoke
    |falling roof tiles|heavy rain|heavy snow|high water|icy roads|loose seats in the stand|missing nets|moles in the pitch
    |poor air quality|roadworks|strong wind"""
)


@SPORTS.intent(
    goal="postpone match {match} because of {reason}",
    wordings=(
        "postpone match {match} because of {reason}",
        "call off game {match}, the reason is {reason}",
        "match {match} can't be played: {reason}. Postpone it.",
        "put off match {match} on account of {reason}",
        "The groundsman phoned about {reason}, so match {match} can't take place. Please postpone it.",
        "suspend match {match} until further notice; as the reason give {reason}",
        "~postpone {match}: {reason}",
        "~{match} off, {reason}",
    ),
    essential="postpone",
    missing=Missing(
        wordings=(
            "postpone today's match because of {reason}",
            "The groundsman phoned about {reason}, so the match can't take place. Please postpone it.",
            "call off the game, the reason is {reason}",
            "~match off, {reason}",
        ),
        needs="the number of the match",
        goal="postpone a match because of {reason}",
        slot="match",
    ),
    split=Split.DEV,
)
def put_off(play: Play) -> None:
    """One call with free text."""
    play.ask(match=any_match(play, "scheduled")["match"], reason=play.draw.of(REASONS))
    done = play.call("postpone", {"match": play.slots["match"], "reason": play.slots["reason"]})
    play.learn(
        "Match {match}, {home} against {away}, is postponed.",
        "{home} against {away} is off for now.",
        home=done["home"],
        away=done["away"],
    )
    play.conclude(
        "Match {match} ({home} against {away}) is postponed because of {reason}.",
        "I postponed match {match}, {home} against {away}.",
        facts=["match"],
    )


@SPORTS.intent(
    goal="postpone the next match of {team}<, giving {reason} as the reason>",
    wordings=(
        "postpone the next match of {team}, the reason is {reason}",
        "{team} can't play its next match because of {reason}. Put it off, please.",
        "find {team}'s next game and call it off on account of {reason}",
        "Half the squad of {team} is affected by {reason}. Please postpone whatever they play next.",
        "We have {reason}, so the coming match of {team} has to be postponed. Can you do that?",
        "look up what {team} plays next and postpone that, with {reason} as the reason",
        "~{team} next match off: {reason}",
        "~postpone next of {team}, {reason}",
    ),
    essential="postpone",
    split=Split.TRAIN,
)
def put_off_next(play: Play) -> None:
    """Two calls: the number comes from the fixtures."""
    play.ask(team=any_match(play, "scheduled")["away"], reason=play.draw.of(REASONS))
    found = play.call("fixtures_of", {"team": play.slots["team"]})[0]
    play.learn(
        "Their next match is number {match} on {day}, {home} against {away}.",
        "The next one is match {match}: {home} against {away} on {day}.",
        **{key: found[key] for key in ("match", "day", "home", "away")},
    )
    play.call("postpone", {"match": found["match"], "reason": play.slots["reason"]})
    play.learn("Match {match} is postponed.", "The league took match {match} off the schedule.")
    play.conclude(
        "I postponed match {match} on {day}, {home} against {away}.",
        "{home} against {away}, match {match}, is postponed because of {reason}.",
        "The next match of {team} was number {match}; it is postponed.",
        facts=["match"],
    )


@SPORTS.intent(
    goal="move match {match} to {day}, {time}",
    wordings=(
        "move match {match} to {day}, {time}",
        "reschedule game {match} to {day} at {time}",
        "match {match} shall start at {time} on {day}. Please change that.",
        "let match {match} be played on {day}, kick-off {time}",
        "The television people want match {match} on {day} at {time}. Move it, please.",
        "put match {match} on {day} instead; it should start at {time}",
        "At {time} on {day}, that's when match {match} has to take place now. Can you change it?",
        "~match {match} -> {day} {time}",
        "~reschedule {match}: {day}, {time}",
    ),
    essential="move_match",
    missing=Missing(
        wordings=(
            "move a match to {day}, {time}",
            "The television people want our match on {day} at {time}. Move it, please.",
            "reschedule the game to {day} at {time}",
            "~reschedule match: {day}, {time}",
        ),
        needs="the number of the match",
        goal="move a match to {day}",
        slot="match",
    ),
    split=Split.TRAIN,
)
def reschedule(play: Play) -> None:
    """One call with a date and a time."""
    match = any_match(play, "scheduled")
    day = days_later(match["day"], play.draw.whole(2, 5))
    if match["venue"] not in [venue["venue"] for venue in free_on(play.state, "venues", day)]:
        raise play.unsuitable("the ground is taken")
    play.ask(match=match["match"], day=day, time=play.draw.clock(12, 21))
    done = play.call(
        "move_match",
        {"match": match["match"], "day": day, "time": play.slots["time"]},
        does="move match {match} to {day} at {time}",
    )
    play.learn(
        "Match {match} is on {day} at {time} now, still at {venue}.",
        "The new date of match {match} stands: {day}, {time}.",
        venue=done["venue"],
    )
    play.conclude(
        "Match {match} is now on {day} at {time}, at {venue}.",
        "I moved match {match} to {day}, {time}.",
        "Done: match {match} starts at {time} on {day}.",
        facts=["match"],
    )


@SPORTS.intent(
    goal="move match {match} to {day}, or to the day after if the ground is taken",
    wordings=(
        "move match {match} to {day}, or one day later if the ground is taken then",
        "try to get match {match} onto {day}; should the venue be in use, take the following day",
        "I'd like match {match} to be on {day}. If its ground isn't free that day, make it the day after.",
        "reschedule game {match} to {day}, and if that fails because of the venue, to the next day",
        "The hosts of match {match} asked for {day}, but a day later is all right too if the stadium is busy. Fix it, please.",
        "put match {match} on {day} if possible, else on the day that follows",
        "~match {match} to {day}, else +1 day",
        "~{match}: {day} or day after",
    ),
    split=Split.TRAIN,
)
def a_day_later(play: Play) -> None:
    """The ground may be taken; the other date is worked out."""
    match = any_match(play, "scheduled")
    others = {one["day"] for one in play.state["matches"].values() if one["status"] == "scheduled"} - {match["day"]}
    taken = [
        day
        for day in sorted(others)
        if match["venue"] not in [venue["venue"] for venue in free_on(play.state, "venues", day)]
    ]
    day = taken[0] if taken and play.draw.chance(0.8) else days_later(match["day"], 4)
    later = days_later(day, 1)
    if any(one["venue"] == match["venue"] and one["day"] == later for one in play.state["matches"].values()):
        raise play.unsuitable("taken on both days")
    play.ask(match=match["match"], day=day)
    tried = play.attempt("move_match", {"match": match["match"], "day": day}, decides=True)
    if tried.error is None:
        play.learn("Match {match} could be moved to {day}.", "The ground was free: match {match} is on {day} now.")
        play.conclude("Match {match} is on {day} now.", "{day} worked: match {match} has been moved.", facts=["match"])
        return
    play.learn("{venue} is taken on {day}.", "On {day} the ground, {venue}, isn't free.", venue=match["venue"])
    play.call(
        "move_match",
        {"match": match["match"], "day": later},
        derived=["day"],
        why=(
            "The day after is {day}, so I call {tool} again with that.",
            "One day later means {day}; I try {tool} with it.",
        ),
    )
    play.learn("Match {match} is on {later} now.", "{later} was accepted for match {match}.", later=later)
    play.conclude(
        "The ground was taken on {day}, so match {match} is on {later} now.",
        "Match {match} has been moved to {later}, since {venue} is taken on {day}.",
        facts=["later"],
        derived=["later"],
    )


@SPORTS.intent(
    goal="record {home_goals}-{away_goals} for match {match} and name the team that leads the table then",
    wordings=(
        "record {home_goals}-{away_goals} for match {match} and tell me who leads the table now",
        "enter {home_goals} to {away_goals} for match {match}, and also read me the top of the table",
        "match {match} ended {home_goals}:{away_goals}. Save that and tell me which team is first now.",
        "put {home_goals}-{away_goals} in for game {match}. Then I'd like to know who is on top of the table.",
        "Two things: match {match} finished {home_goals} to {away_goals}, please enter it; and who is in first place then?",
        "save the score {home_goals}-{away_goals} of match {match} and find out who leads the league with it",
        "~{match} {home_goals}-{away_goals} + who leads now?",
        "~enter {home_goals}:{away_goals} ({match}), then table leader",
    ),
    essential="record_result",
    split=Split.TRAIN,
)
def enter_and_lead(play: Play) -> None:
    """Two requests in one; the second sees what the first has changed."""
    match = any_match(play, "scheduled")
    play.ask(match=match["match"], home_goals=play.draw.whole(0, 5), away_goals=play.draw.whole(0, 5))
    done = play.call("record_result", {key: play.slots[key] for key in ("match", "home_goals", "away_goals")})
    play.learn(
        "The result {score} is saved.",
        "{home} against {away} stands at {score}.",
        **{key: done[key] for key in ("score", "home", "away")},
    )
    rows = play.call("table", does="read who leads the table")
    play.learn(
        "{leader} leads with {points:n point}.",
        "First place belongs to {leader}, with {points:n point}.",
        leader=rows[0]["team"],
        points=rows[0]["points"],
    )
    play.conclude(
        "{score} is saved for match {match}, and {leader} leads the table with {points:n point}.",
        "I entered {score} for {home} against {away}. The leader is now {leader} ({points:n point}).",
        facts=["leader"],
    )
