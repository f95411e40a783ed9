"""What has been played, and entering how a match ended."""

from __future__ import annotations

from umi_local.worlds.families.sports.service import SPORTS, any_match
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


def goals(result: dict[str, str], team: str) -> tuple[int, int]:
    """Return the goals that a team scored and those it let in, from a row such as 2-1."""
    home, away = map(int, result["score"].split("-"))
    return (home, away) if result["home"] == team else (away, home)


@SPORTS.intent(
    goal="tell how match {match} ended",
    wordings=(
        "how did match {match} end?",
        "what was the score of game {match}?",
        "tell me the result of match {match}",
        "who won match {match}, and with what score?",
        "I missed match {match} because of work. What was the final score?",
        "get me the score of match {match}",
        "The paper needs the result of match {match} within the hour.",
        "~score match {match}",
        "~{match} result?",
    ),
    essential="match_details",
    missing=Missing(
        wordings=(
            "how did the match end?",
            "tell me the result of a match",
            "I missed a match because of work. What was the final score?",
            "~score?",
        ),
        needs="the number of the match",
        goal="tell how a match ended",
        slot="match",
    ),
    split=Split.TRAIN,
)
def final_score(play: Play) -> None:
    """One call."""
    play.ask(match=any_match(play, "played")["match"])
    found = play.call("match_details", {"match": play.slots["match"]})
    home, away = map(int, found["score"].split("-"))
    outcome = "a draw" if home == away else f"a win for {found['home'] if home > away else found['away']}"
    play.learn(
        "{home} against {away} ended {score}, {outcome}.",
        "Match {match} was {outcome}: {home} {score} {away}.",
        home=found["home"],
        away=found["away"],
        score=found["score"],
        outcome=outcome,
    )
    play.conclude(
        "Match {match}, {home} against {away}, ended {score}: {outcome}.",
        "It ended {score} between {home} and {away}, {outcome}.",
        "The score of match {match} was {score}, {outcome}.",
        facts=["score"],
    )


@SPORTS.intent(
    goal="tell how the last match of {team} ended",
    wordings=(
        "how did {team} do in their last match?",
        "what was the result of {team}'s latest game?",
        "tell me how the most recent match of {team} ended",
        "did {team} win last time? I'd like the score",
        "I've been abroad. How did the last game of {team} go?",
        "find the latest score of {team}",
        "~last result {team}",
        "~{team}, latest score",
    ),
    essential="results_of",
    missing=Missing(
        wordings=(
            "how did my team do in their last match?",
            "find the latest score of our team",
            "I've been abroad. How did our last game go?",
            "~latest score",
        ),
        needs="the team's name",
        goal="tell how a team's last match ended",
        slot="team",
    ),
    split=Split.TEST,
)
def last_result(play: Play) -> None:
    """One call with an optional argument that is worked out."""
    match = any_match(play, "played")
    play.ask(team=play.draw.pick((match["home"], match["away"])))
    found = play.call("results_of", {"team": play.slots["team"], "last": 1}, derived=["last"])[0]
    play.learn(
        "The latest is {home} against {away} on {day}, {score}.",
        "On {day} it was {home} {score} {away}.",
        **found,
    )
    play.conclude(
        "Their last match, {home} against {away} on {day}, ended {score}.",
        "{home} against {away} ended {score} on {day}.",
        facts=["score"],
    )


@SPORTS.intent(
    goal="count the goals that {team} has scored so far",
    wordings=(
        "how many goals has {team} scored so far?",
        "count the goals of {team} over all matches",
        "add up how often {team} has scored this season",
        "what is the total of goals {team} has shot?",
        "We donate a coin for every goal of {team}. How many goals are there by now?",
        "tell me the number of goals that {team} scored in all its matches",
        "go through the results of {team} and sum up the goals they made",
        "~goals scored {team}",
        "~{team} total goals for",
    ),
    essential="results_of",
    split=Split.TRAIN,
)
def goals_scored(play: Play) -> None:
    """One call and a sum over rows in which the team is home or away."""
    match = any_match(play, "played")
    team = play.draw.pick((match["home"], match["away"]))
    play.ask(team=team)
    scored = [goals(result, team)[0] for result in play.call("results_of", {"team": team})]
    play.learn(
        "In {n:n match}, {team} scored {sum}, so {total} in all.",
        "{sum} makes {total:n goal} for {team}.",
        n=len(scored),
        sum=" + ".join(map(str, scored)),
        total=sum(scored),
    )
    play.conclude(
        "{team} has scored {total:n goal} so far.",
        "It is {total:n goal} in {n:n match} for {team}.",
        "So far {team} has {total:n goal}.",
        facts=["total"],
        derived=["total"],
    )


@SPORTS.intent(
    goal="count how many matches {team} has won",
    wordings=(
        "how many matches has {team} won?",
        "count the wins of {team}",
        "in how many of its matches did {team} win?",
        "look at the results of {team} and tell me the number of victories",
        "Every win of {team} costs me a cake. How many has it been?",
        "how often did {team} leave the field as the winner?",
        "~wins {team}",
        "~{team}: number of wins",
    ),
    essential="results_of",
    split=Split.DEV,
)
def wins(play: Play) -> None:
    """One call and a count."""
    match = any_match(play, "played")
    team = play.draw.pick((match["home"], match["away"]))
    play.ask(team=team)
    found = [goals(result, team) for result in play.call("results_of", {"team": team})]
    play.learn(
        "Of {n:n match}, {team} won {count}.",
        "The scores of {team} are {scores}, which makes {count:n win}.",
        n=len(found),
        count=sum(own > other for own, other in found),
        scores=[f"{own}-{other}" for own, other in found],
    )
    play.conclude(
        "{team} has won {count} of {n:n match}.",
        "It is {count:n win} out of {n} for {team}.",
        facts=["count"],
        derived=["count"],
    )


@SPORTS.intent(
    goal="record {home_goals}-{away_goals} as the result of match {match}",
    wordings=(
        "record the result of match {match}: {home_goals} to {away_goals}",
        "enter {home_goals}-{away_goals} for match {match}",
        "match {match} ended {home_goals}:{away_goals}. Please put that into the system.",
        "The final score of game {match} was {home_goals}-{away_goals}. Save it.",
        "I just got the call from the ground: match {match} finished {home_goals} to {away_goals}. Enter it, please.",
        "report {home_goals} goals for the hosts and {away_goals} for the guests in match {match}",
        "set the score of match {match} to {home_goals}-{away_goals}",
        "~match {match} {home_goals}-{away_goals}",
        "~result {match}: {home_goals}:{away_goals}",
    ),
    essential="record_result",
    missing=Missing(
        wordings=(
            "record a result: {home_goals} to {away_goals}",
            "enter {home_goals}-{away_goals} for today's match",
            "I just got the call from the ground: it finished {home_goals} to {away_goals}. Enter it, please.",
            "~result {home_goals}-{away_goals}",
        ),
        needs="the number of the match",
        goal="record a result",
        slot="match",
    ),
    split=Split.TRAIN,
)
def enter_result(play: Play) -> None:
    """One call with three numbers."""
    play.ask(
        match=any_match(play, "scheduled")["match"], home_goals=play.draw.whole(0, 5), away_goals=play.draw.whole(0, 5)
    )
    done = play.call("record_result", {key: play.slots[key] for key in ("match", "home_goals", "away_goals")})
    play.learn(
        "The result {score} of {home} against {away} is saved.",
        "Match {match} now has the score {score}.",
        **{key: done[key] for key in ("score", "home", "away")},
    )
    play.conclude(
        "I recorded {score} for match {match}, {home} against {away}.",
        "Match {match} is saved with {score}.",
        "Done: {home} {score} {away}.",
        facts=["score"],
    )


@SPORTS.intent(
    goal="record {home_goals}-{away_goals} for match {match}, or tell which result is there already",
    wordings=(
        "record {home_goals}-{away_goals} for match {match}, or tell me the result if there is one already",
        "Try to enter {home_goals} to {away_goals} for match {match}. If a score was entered before, which one is it?",
        "Somebody may have been faster, but please enter {home_goals}-{away_goals} for match {match}. "
        "If there is a score, what is it?",
        "I'm not sure whether match {match} has been entered. If not, it was {home_goals}:{away_goals}; "
        "if so, tell me the score that's there.",
        "save {home_goals}-{away_goals} as the result of game {match} unless one is stored, in which case I want to know it",
        "put in {home_goals} to {away_goals} for match {match}, and if the system refuses, say which score it has",
        "~{match} {home_goals}-{away_goals}, or existing score",
        "~enter {home_goals}:{away_goals} for {match} unless there's a result",
    ),
    split=Split.TEST,
)
def enter_or_tell(play: Play) -> None:
    """The refusal says the score that is known."""
    match = any_match(play, play.draw.weighted({"played": 0.75, "scheduled": 0.25}))
    mine = [play.draw.whole(0, 5), play.draw.whole(0, 5)]
    play.ask(match=match["match"], home_goals=mine[0], away_goals=mine[1])
    tried = play.attempt(
        "record_result",
        {key: play.slots[key] for key in ("match", "home_goals", "away_goals")},
        why=(
            "{tool} takes the score if match {match} has none and refuses otherwise, so I simply call it.",
            "Trying {tool} answers both: it saves {home_goals}-{away_goals} or says what stands for match {match}.",
        ),
    )
    if tried.error is None:
        play.learn(
            "The score was free to enter and is saved.",
            "Match {match} had no result and has {mine} now.",
            mine=f"{mine[0]}-{mine[1]}",
        )
        play.conclude(
            "Match {match} had no result yet; {mine} is saved.",
            "I saved {mine} for match {match}.",
            facts=["mine"],
            mine=f"{mine[0]}-{mine[1]}",
        )
        return
    score = tried.error.rpartition(" ")[2]
    play.learn("Match {match} was entered before, with {score}.", "There is a result: {score}.", score=score)
    play.conclude(
        "Match {match} already has a result: {score}.",
        "Nothing was changed, since match {match} has been entered as {score}.",
        facts=["score"],
    )
