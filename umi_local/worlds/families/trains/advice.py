"""What railway users ask that needs no tool."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.trains.service import TRAINS
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

WORDS = {
    "a sleeper train": ("a night train with beds", "beds", ("bed", "night")),
    "a quiet coach": ("a coach in which people don't phone or talk loudly", "coach", ("quiet", "silent")),
    "a couchette": ("a simple bunk in a shared compartment of a night train", "bunk", ("bed", "night")),
    "a terminus": ("the last stop of a line", "last", ("end", "final")),
    "a request stop": ("a stop where the train only halts if somebody wants it", "if", ("request", "asks")),
    "a season ticket": ("a ticket for any number of journeys in a month or a year", "month", ("year", "period")),
    "a level crossing": ("a place where a road crosses the tracks", "road", ("street",)),
    "rolling stock": ("the locomotives and coaches of a railway", "coaches", ("carriages", "wagons", "vehicles")),
}
TIPS = {
    "pass the time on a long train journey": (
        "take a book, some music and a pack of cards",
        "book",
        ("music", "cards"),
    ),
    "sleep well on a night train": ("take earplugs and a mask for the eyes", "earplugs", ("ear", "mask")),
    "travel by train with small children": (
        "bring snacks and games, and walk the corridor with them",
        "games",
        ("snacks", "toys"),
    ),
    "find a quiet seat": (
        "choose a place in the middle of the coach, away from the doors",
        "doors",
        ("middle", "door"),
    ),
    "carry heavy luggage through a station": ("use the lifts and allow ten extra minutes", "lifts", ("lift", "extra")),
    "avoid motion sickness on a train": ("sit facing forward and look out of the window", "forward", ("window",)),
}


@TRAINS.intent(
    goal="explain what {word} is",
    wordings=(
        "what is {word}?",
        "what do people mean by {word}?",
        "explain what {word} is",
        "My ticket mentions {word}. What is that?",
        "tell me in a few words what {word} is",
        "I read about {word} in a novel. What would that be?",
        "I must admit that I've never heard of {word}. What is it?",
        "describe {word} to somebody who never takes the train",
        "~{word}, what's that",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.7,
)
def railway_word(play: Play) -> None:
    """A word: no call."""
    word = play.draw.pick(list(WORDS))
    meaning, key, also = WORDS[word]
    play.ask(word=word)
    play.conclude(
        "{word:cap}, that means {meaning}.",
        "By {word} one means {meaning}.",
        facts=[Fact("text", key, also)],
        why=(
            "The user wants to know what {word} is; that stands in no timetable, and I know it.",
            "A word is to be explained, which takes no tool.",
        ),
        meaning=meaning,
    )


@TRAINS.intent(
    goal="give a tip on how to {task}",
    wordings=(
        "how can I {task}?",
        "any idea how to {task}?",
        "I could do with a tip on how to {task}.",
        "I have to {task} tomorrow. What would you recommend?",
        "what helps people to {task}?",
        "tell me an easy way to {task}",
        "My parents want to {task}. What should I tell them?",
        "share one piece of advice on how to {task}",
        "~tip: how to {task}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.7,
)
def travel_tip(play: Play) -> None:
    """Advice: no call."""
    task = play.draw.pick(list(TIPS))
    tip, key, also = TIPS[task]
    play.ask(task=task)
    play.conclude(
        "If you want to {task}, {tip}.",
        "I'd say: {tip}.",
        facts=[Fact("text", key, also)],
        why=("This is general advice and needs no look at trains or tickets.", "Common sense is enough for this one."),
        tip=tip,
    )
