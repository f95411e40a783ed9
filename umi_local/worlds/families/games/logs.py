"""Quest logs that may refuse, leaderboards, and the language of players."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.games.service import BOARDS, GAMES, MAX_QUESTS, any_player, any_quest
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@GAMES.intent(
    goal="accept quest {quest} for {player}, or tell how many levels are missing",
    wordings=(
        "try to start quest {quest} with {player}, and if the level is too low, tell me how many levels are missing",
        "can {player} do {quest} yet? If so accept it, if not say how many levels they still need.",
        "get {player} into quest {quest}, or tell me how many levels short they are",
        "{player} would love to do {quest} but may not be high enough. Try it; otherwise tell me the missing levels.",
        "I'd like {player} to begin {quest}. Should the level not suffice, I want to know by how much.",
        "See if the game lets {player} take {quest}. How many levels are lacking if it doesn't?",
        "~accept {quest} for {player}, else levels missing",
        "~{player} -> {quest}; if refused: how many levels short?",
    ),
    split=Split.DEV,
)
def quest_too_hard(play: Play) -> None:
    """The refusal says what is needed and what there is."""
    player, quest = any_player(play), any_quest(play)
    player["level"] = max(1, quest["min_level"] - play.draw.whole(1, 9))
    play.ask(player=player["name"], quest=quest["code"])
    play.attempt(
        "accept_quest",
        {"player": player["name"], "quest": quest["code"]},
        why=(
            "Whether {player} may start quest {quest} is best found out by trying: {tool} accepts it or says why not.",
            "I try {tool}: it either accepts quest {quest} for {player} or names the level that is needed.",
            "{tool} checks the level by itself, so I call it for {player} and {quest} and see what it says.",
        ),
    )
    play.learn(
        "The game refuses: quest {quest} needs level {needed} and {player} has {has}, {short} too few.",
        "Level {needed} is required, but {player} is level {has}; {short} are missing.",
        needed=quest["min_level"],
        has=player["level"],
        short=quest["min_level"] - player["level"],
    )
    play.conclude(
        "{player} can't take quest {quest} yet: {short:n level} are missing."
        if play.slots["short"] > 1
        else "{player} can't take quest {quest} yet: one level is missing.",
        "Not yet. {quest} needs level {needed}, so {player} is {short:n level} short.",
        facts=["short"],
        derived=["short"],
    )


@GAMES.intent(
    goal="accept quest {quest} for {player}, dropping {old} if the log is full",
    wordings=(
        "accept quest {quest} for {player}; if the log is full, drop {old} to make room",
        "{player} needs quest {quest}. If there is no space for it, {old} can go.",
        "give {player} the quest {quest}, and throw out {old} only if the log has no room",
        "put {quest} in the log of {player}. Should it be full already, abandon {old} first.",
        "I'd like to play {quest} with {player}, even if that means giving up {old}. Only drop it if you have to.",
        "try adding {quest} to {player}'s quests, and swap it for {old} if they have too many",
        "~{player}: take {quest}, log full -> drop {old}",
        "~accept {quest} for {player} (drop {old} if needed)",
    ),
    split=Split.TRAIN,
)
def make_room(play: Play) -> None:
    """One call, or three where the log is full."""
    player, quest = any_player(play), any_quest(play)
    player["level"] = 60
    others = [code for code in play.state["quests"] if code != quest["code"]]
    is_full = play.draw.chance(0.65)
    log = play.draw.sample(others, MAX_QUESTS if is_full else MAX_QUESTS - 1)
    play.state["logs"][player["name"]] = log
    wanted = {"player": player["name"], "quest": quest["code"]}
    play.ask(player=player["name"], quest=quest["code"], old=play.draw.pick(log))
    tried = play.attempt(
        "accept_quest",
        wanted,
        why=(
            "The log of {player} may have room, so I first try {tool} as it is and keep {old}.",
            "Quest {old} should only go if it must. I try to accept {quest} with {tool} first.",
            "{tool} will refuse if the log is full; I call it for {quest} before anything is dropped.",
        ),
    )
    if not tried.failed:
        play.learn(
            "There was room: {player} has quest {quest} now.",
            "Quest {quest} was accepted, so {old} needn't be dropped.",
        )
        play.conclude(
            "{player} has quest {quest} now, and there was no need to drop {old}.",
            "Quest {quest} is accepted. The log had room, so {old} stays.",
            facts=["quest"],
        )
        return
    play.learn("The log of {player} is full.", "{player} has as many quests as the log can hold.")
    play.call(
        "drop_quest",
        {"player": player["name"], "quest": play.slots["old"]},
        why=(
            "So {old} has to go, as the user said: I call {tool}.",
            "That is the case for dropping {old} with {tool}.",
        ),
    )
    play.learn("Quest {old} is dropped, there is room now.", "{old} is out of the log.")
    play.call("accept_quest", wanted, why=("Now {quest} fits, so I call {tool} again.", "I repeat {tool} for {quest}."))
    play.learn("This time {quest} was accepted.", "{player} has quest {quest} now.")
    play.conclude(
        "The log was full, so I dropped {old}. {player} has quest {quest} now.",
        "Quest {quest} is accepted for {player}; I had to drop {old} for it.",
        facts=["quest"],
    )


@GAMES.intent(
    goal="name the first {n} of the {board} leaderboard",
    wordings=(
        "who are the top {n} on the {board} leaderboard?",
        "name the {n} best players in {board}",
        "list the first {n} places of the {board} ranking",
        "show me the {board} leaderboard, only the first {n}",
        "I write the weekly news of our guild. Which {n} players lead in {board}?",
        "The prizes go to the best {n} in {board}. Who gets one?",
        "Can you read me the top {n} names for {board}?",
        "~top {n} {board}",
        "~{board} leaderboard, first {n}",
    ),
    essential="leaderboard",
    split=Split.TRAIN,
)
def top_players(play: Play) -> None:
    """One call with an optional argument; several names in the answer."""
    play.ask(board=play.draw.pick(BOARDS), n=play.draw.whole(2, 3))
    found = play.call("leaderboard", {"board": play.slots["board"], "top": play.slots["n"]})
    play.learn(
        "The first {n} in {board} are {names}.",
        "In {board}, {best} leads with {score} points; the first {n} are {names}.",
        names=[entry["player"] for entry in found],
        best=found[0]["player"],
        score=found[0]["score"],
    )
    play.conclude(
        "The top {n} in {board}: {names}.",
        "{names} hold the first {n} places in {board}.",
        "The best {n} in {board} are {names}; {best} leads with {score} points.",
        facts=["names"],
    )


@GAMES.intent(
    goal="tell how many points {player} lacks to catch up with {rival} in {board}",
    wordings=(
        "how many points is {player} behind {rival} in {board}?",
        "how far is {rival} ahead of {player} on the {board} board?",
        "tell me how many {board} points {player} lacks to draw level with {rival}",
        "{player} wants to overtake {rival} in {board}. How big is the gap?",
        "work out the lead that {rival} has over {player} in {board}",
        "In the {board} ranking, {player} is chasing {rival}. What's the difference in points?",
        "~gap {player} / {rival}, {board}",
        "~{board}: {rival} ahead of {player} by?",
    ),
    essential="leaderboard",
    split=Split.TEST,
)
def points_behind(play: Play) -> None:
    """One call, then a difference."""
    board = play.draw.pick(BOARDS)
    scores = play.state["boards"][board]
    ahead, behind = sorted(play.draw.sample(list(scores), 2), key=lambda name: -scores[name])
    play.ask(board=board, player=behind, rival=ahead)
    found = {entry["player"]: entry["score"] for entry in play.call("leaderboard", {"board": board})}
    play.learn(
        "{rival} has {high} points in {board} and {player} has {low}, so {gap} are missing.",
        "It is {high} against {low}, a gap of {gap:n point}.",
        high=found[ahead],
        low=found[behind],
        gap=found[ahead] - found[behind],
    )
    play.conclude(
        "{player} is {gap:n point} behind {rival}.",
        "The gap is {gap:n point}: {rival} has {high}, {player} {low}.",
        "{rival} leads {player} by {gap:n point} in {board}.",
        facts=["gap"],
        derived=["gap"],
    )


TERMS = {
    "NPC": ("stands for non-player character: somebody whom the game itself controls", "non-player character"),
    "AFK": ("is short for away from keyboard: the player isn't there right now", "away from keyboard"),
    "XP": ("means experience points, which you collect to reach the next level", "experience"),
    "a tank": ("is a sturdy character who draws the attacks of the enemies away from the group", "attacks"),
    "a healer": ("is a character who restores the health of the others in the group", "health"),
    "grinding": ("means repeating the same task again and again to get experience or loot", "repeating"),
    "a nerf": ("is a change to the game that makes something weaker than before", "weaker"),
    "a respawn": ("is the return of a character or monster that was defeated", "return"),
}


@GAMES.intent(
    goal="explain what {term} means in games",
    wordings=(
        "what does {term} mean in a game like this?",
        "explain {term} to a beginner",
        "I'm new here and everybody talks about {term}. What does that mean?",
        "what do players mean by {term}?",
        "My daughter keeps saying {term} when she plays. What is that?",
        "put the gaming term {term} into plain words",
        "~{term} meaning (gaming)",
        "~gaming slang: {term}?",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.6,
)
def gaming_term(play: Play) -> None:
    """Common knowledge."""
    term = play.draw.pick(list(TERMS))
    play.ask(term=term, meaning=TERMS[term][0])
    play.conclude(
        "{term:cap} {meaning}.",
        "Among players, {term} {meaning}.",
        facts=[Fact("text", TERMS[term][1])],
        why=(
            "This is a common word among players, and I know it: no call.",
            "What {term} means is general gaming knowledge; the game's data won't tell.",
        ),
    )
