"""What needs no tool, although the box office's tools are on offer."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.tickets.scene import TICKETS
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.pools import FIRST_NAMES
from umi_local.worlds.splits import Split

_WORDS = {
    "a box at the opera": ("a small closed-off space with a few seats, at the side of the hall", "side"),
    "the balcony": ("the part of the hall on an upper floor", "upper"),
    "a matinee": ("a performance in the afternoon", "afternoon"),
    "a premiere": ("the very first performance", "first"),
    "an encore": ("a piece that is played once more at the end because of the applause", "applause"),
    "an understudy": ("an actor who learns a part to step in for somebody", "actor"),
    "an intermission": ("a break in the middle of a performance", "break"),
    "a trailer": ("a short film that advertises a longer one", "short"),
    "a prop": ("a thing that actors use on stage", "stage"),
    "a dress rehearsal": ("the last practice before the first night, with costumes", "costumes"),
    "a monologue": ("a long speech by a single person", "single"),
    "a standing ovation": ("applause for which the audience gets up", "applause"),
    "the curtain call": ("the moment at the end when the actors come out to bow", "bow"),
}


@TICKETS.intent(
    goal="explain what {word} is",
    wordings=(
        "what is {word} in a theatre or cinema?",
        "explain what {word} is",
        "People at the theatre talk about {word}. What's that?",
        "how would you explain {word} to somebody who has never been to a show?",
        "I'm new to the theatre. What do they mean by {word}?",
        "in one sentence, what is {word}?",
        "~{word}, meaning?",
        "~what's {word}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.7,
)
def stage_word(play: Play) -> None:
    """Common knowledge."""
    word = play.draw.pick(list(_WORDS))
    meaning, key = _WORDS[word]
    play.ask(word=word, meaning=meaning)
    play.conclude(
        "At the theatre, {word} is {meaning}.",
        "In a theatre or cinema, {word} is {meaning}.",
        facts=[Fact("text", key)],
        why=(
            "The user asks what a word means. No show has to be looked up for that.",
            "I can explain {word} myself; it takes no call.",
        ),
    )


_REASONS = {
    "the spare ticket": "ticket",
    "driving us home": "home",
    "the lovely evening at the theatre": "theatre",
    "keeping my seat": "seat",
    "lending me opera glasses": "glasses",
    "the surprise trip to the cinema": "cinema",
}


@TICKETS.intent(
    goal="write a short thank-you to {name} for {reason}",
    wordings=(
        "write one sentence to thank {name} for {reason}",
        "how can I thank {name} for {reason}, in a few words?",
        "{name} deserves a thank-you for {reason}. Give me a line for that.",
        "word a short note of thanks to {name} for {reason}",
        "I owe {name} a kind word for {reason}. What could I write?",
        "put my thanks to {name} for {reason} into one friendly sentence",
        "~thank-you line: {name}, {reason}",
        "~thanks to {name} for {reason}, 1 sentence",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.7,
)
def thank_you(play: Play) -> None:
    """Writing."""
    reason = play.draw.pick(list(_REASONS))
    play.ask(name=play.draw.of(FIRST_NAMES), reason=reason)
    play.conclude(
        "Dear {name}, thank you so much for {reason}. It meant a lot to me.",
        "{name}, many thanks for {reason}; I won't forget it!",
        facts=["name", Fact("text", _REASONS[reason])],
        why=(
            "A thank-you needs words and no tickets, so I write it without a tool.",
            "The user only wants a sentence to {name}; that takes no call.",
        ),
    )
