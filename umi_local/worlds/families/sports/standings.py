"""The league table, and what users want of sports beside the league's data."""

from __future__ import annotations

from umi_local.worlds.draw import Pool
from umi_local.worlds.facts import Fact
from umi_local.worlds.families.sports.service import SPORTS
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.pools import person
from umi_local.worlds.splits import Split


@SPORTS.intent(
    goal="name the first {n} of the table",
    wordings=(
        "which teams are the first {n} in the table?",
        "name the top {n} of the league",
        "give me the {n} best teams of the table",
        "read me the first {n} places of the standings",
        "I'm writing a preview. Who holds the first {n} places at the moment?",
        "Only the top {n} go up this year. Which teams would that be right now?",
        "list the leading {n} teams",
        "~top {n} table",
        "~table, first {n}",
    ),
    essential="table",
    split=Split.TRAIN,
)
def top_of_table(play: Play) -> None:
    """One call with an optional number."""
    play.ask(n=play.draw.whole(2, 4))
    found = play.call("table", {"top": play.slots["n"]}, does="read the first {top} places of the table")
    play.learn(
        "The first {n} are {teams}.",
        "{best} leads with {points:n point}; the first {n} are {teams}.",
        teams=[row["team"] for row in found],
        best=found[0]["team"],
        points=found[0]["points"],
    )
    play.conclude(
        "The top {n} of the table: {teams}.",
        "At the moment {teams} hold the first {n} places.",
        "The league is led by {teams}, in this order.",
        facts=["teams"],
    )


@SPORTS.intent(
    goal="tell the place of {team} in the table",
    wordings=(
        "what place is {team} in?",
        "where in the table is {team}?",
        "tell me the position of {team} and how many points they have",
        "how is {team} doing in the league, which place do they hold?",
        "My father follows {team} but can't read the small print. What place are they in?",
        "find {team} in the standings and tell me the rank",
        "~rank of {team}",
        "~{team} table place",
    ),
    essential="table",
    missing=Missing(
        wordings=(
            "what place is my team in?",
            "tell me our position in the table",
            "My father can't read the small print. What place is his favourite team in?",
            "~our rank?",
        ),
        needs="the team's name",
        goal="tell the place of a team in the table",
        slot="team",
    ),
    split=Split.TEST,
)
def place_of(play: Play) -> None:
    """One call; one row out of several."""
    play.ask(team=play.draw.pick(list(play.state["teams"])))
    rows = play.call("table")
    row = next(row for row in rows if row["team"] == play.slots["team"])
    play.learn(
        "{team} is at place {place} of {n} with {points:n point}.",
        "The table has {team} at place {place}, {points:n point}.",
        place=row["place"],
        points=row["points"],
        n=len(rows),
    )
    play.conclude(
        "{team} is in place {place} with {points:n point}.",
        "Place {place} of {n}: {team} has {points:n point}.",
        facts=["place"],
    )


@SPORTS.intent(
    goal="tell how many points lie between {team} and the leader",
    wordings=(
        "how many points is {team} behind the leader?",
        "how far is {team} from first place, in points?",
        "work out the gap in points between {team} and the top of the table",
        "{team} still dreams of the title. How many points are missing to first place?",
        "tell me what {team} lacks on the leaders, in points",
        "By how many points is the league leader ahead of {team}? I need it for a headline.",
        "~gap {team} to leader",
        "~{team} points behind 1st",
    ),
    essential="table",
    split=Split.TRAIN,
)
def points_to_leader(play: Play) -> None:
    """One call and a difference."""
    play.ask(team=play.draw.pick(list(play.state["teams"])))
    rows = play.call("table")
    row = next(row for row in rows if row["team"] == play.slots["team"])
    play.slots.update(
        leader=rows[0]["team"], high=rows[0]["points"], low=row["points"], gap=rows[0]["points"] - row["points"]
    )
    if row is rows[0]:
        play.learn(
            "{team} leads the table itself, with {high:n point}.", "First place is held by {team}: {high:n point}."
        )
        play.conclude(
            "{team} leads the table itself with {high:n point}, so the gap is 0.",
            "The gap is 0: {team} is in first place.",
            facts=["gap"],
            derived=["gap"],
        )
        return
    play.learn(
        "{leader} leads with {high:n point} and {team} has {low}, a gap of {gap}.",
        "{high} for {leader} against {low} for {team} is a gap of {gap}.",
    )
    play.conclude(
        "{team} is {gap:n point} behind {leader}.",
        "The gap is {gap:n point}: {leader} has {high}, {team} {low}.",
        "{leader} is {gap:n point} ahead of {team}.",
        facts=["gap"],
        derived=["gap"],
    )


TERMS = {
    "a hat-trick": ("is when one player scores three times in a match", "three"),
    "a clean sheet": ("means that a team got through a match without letting in a goal", "goal"),
    "a draw": ("is a match without a winner because both teams scored equally often", "both"),
    "extra time": ("is time that is added when a match must have a winner but is level", "added"),
    "an own goal": ("is a goal that a player scores against their own team by accident", "own team"),
    "a derby": ("is a match between two teams from the same town or area", "same"),
    "relegation": ("means that the last teams of a league must go down to the league below", "below"),
    "a substitute": ("is a player who comes into the match in place of another", "place of"),
    "a penalty shoot-out": ("decides a level match by shots at the goal from a fixed spot, taken in turn", "shots"),
    "goal difference": ("is the number of goals scored minus the number of goals let in", "minus"),
}


@SPORTS.intent(
    goal="explain what {term} means in sports",
    wordings=(
        "what does {term} mean in sports?",
        "explain {term} to a child",
        "what do the reporters mean when they speak of {term}?",
        "My neighbour went on and on about {term}. What does that mean?",
        "I know nothing about ball games. Can you tell me what {term} is?",
        "put {term} into plain words, as sports people use it",
        "~{term} (sports) meaning",
        "~in a match, what's {term}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.6,
)
def sports_term(play: Play) -> None:
    """Common knowledge."""
    term = play.draw.pick(list(TERMS))
    play.ask(term=term, meaning=TERMS[term][0])
    play.conclude(
        "{term:cap} {meaning}.",
        "In sports, {term} {meaning}.",
        facts=[Fact("text", TERMS[term][1])],
        why=(
            "Every fan knows what {term} is, and so do I: the league's data aren't needed.",
            "That is a question about the words of sport, and I can answer it at once.",
        ),
    )


MOMENTS = Pool(
    """a first goal|a hard season|a great save|a narrow win|a broken record|a comeback|a cup win|a new contract|a retirement
    |a promotion|a lost final|an anniversary|a return after an injury|a debut|an unbeaten run|a long career|a club birthday
    |a new stadium|a last-minute goal|a fair-play prize|a hundredth match|a friendly visit|a title|a well-played final"""
)


@SPORTS.intent(
    goal="write a line to {team} about {moment}",
    wordings=(
        "write one warm sentence to {team} about {moment}",
        "how could I greet {team} on the occasion of {moment}? one sentence is enough",
        "word me a short message to {team}; it's about {moment}",
        "I want to send {team} a card because of {moment}. What shall I write on it?",
        "give me a line for the stadium screen: {moment}, and it goes out to {team}",
        "think up a sentence that fans could write to {team} after {moment}",
        "~card to {team}, {moment}",
        "~one line for {team} ({moment})",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.6,
)
def fan_card(play: Play) -> None:
    """Writing."""
    play.ask(team=play.draw.pick(list(play.state["teams"])), moment=play.draw.of(MOMENTS))
    play.conclude(
        "Dear {team}, thank you for every minute on the pitch; we are with you, always!",
        "To everyone at {team}: you make us proud, whatever the score says!",
        "{team}, our hearts beat with yours. All the best from your fans!",
        facts=["team"],
        why=(
            "A line to {team} can be written without looking anything up.",
            "The user wants words and nothing from the league's data.",
        ),
    )


@SPORTS.intent(
    goal="make {name} the coach of {team}",
    wordings=(
        "make {name} the coach of {team}",
        "change the coach of {team} to {name}",
        "{team} has a new coach, {name}. Update the club's entry.",
        "replace the coach of {team}: from now on it is {name}",
        "Our coach left, so please put {name} in as the new one for {team}.",
        "enter {name} as the trainer of {team}",
        "~new coach {team}: {name}",
        "~{name} -> coach of {team}",
    ),
    kind=Kind.IMPOSSIBLE,
    split=Split.TRAIN,
    weight=0.6,
)
def new_coach(play: Play) -> None:
    """No tool of the league changes a coach."""
    play.ask(team=play.draw.pick(list(play.state["teams"])), name=person(play.draw))
    play.give_up()
