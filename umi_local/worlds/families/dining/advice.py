"""What needs no tool, although the restaurants' tools are on offer."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.dining.scene import DINING
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.pools import FIRST_NAMES
from umi_local.worlds.splits import Split

_WORDS = {
    "al dente": ("cooked so that it is still firm to the bite", "firm"),
    "à la carte": ("ordered dish by dish from the menu", "menu"),
    "medium rare": ("fried outside and still pink in the middle", "pink"),
    "vegan": ("made without anything that comes from animals", "animals"),
    "poached": ("cooked gently in hot liquid that hardly moves", "liquid"),
    "blanched": ("boiled for a moment and then cooled in cold water", "cold"),
    "braised": ("browned first and then cooked slowly in a little liquid", "slowly"),
    "on the rocks": ("served over ice cubes", "ice"),
    "gluten-free": ("made without wheat, rye, barley and the like", "wheat"),
    "julienned": ("cut into thin strips", "strips"),
    "marinated": ("left in a spiced liquid for a while before it is cooked", "before"),
    "sugar-free": ("made without any added sugar", "without"),
    "well done": ("cooked all the way through", "through"),
}


@DINING.intent(
    goal="explain what {word} means on a menu",
    wordings=(
        'what does "{word}" mean on a menu?',
        'explain the words "{word}" to me',
        'what is it if a dish is called "{word}"?',
        'The card says "{word}". What should I expect?',
        'I nodded when the waiter said "{word}", but I have no idea. What is that?',
        'how would you explain "{word}" to a child?',
        '~"{word}" on the menu = ?',
        "~meaning of {word}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.7,
)
def menu_word(play: Play) -> None:
    """Common knowledge."""
    word = play.draw.pick(list(_WORDS))
    meaning, key = _WORDS[word]
    play.ask(word=word, meaning=meaning)
    play.conclude(
        "It means that something is {meaning}.",
        '"{word}" means {meaning}.',
        'On a menu, "{word}" stands for something {meaning}.',
        facts=[Fact("text", key)],
        why=(
            "This is a question about a word, which I can answer without a tool.",
            "I know what {word} means: {meaning}.",
            "No restaurant has to be looked up to explain {word}.",
        ),
    )


_OCCASIONS = (
    "my birthday",
    "our wedding day",
    "the end of the exams",
    "her new job",
    "the house-warming",
    "his retirement",
)


@DINING.intent(
    goal="write a line that invites {name} to dinner for {occasion}",
    wordings=(
        "write one sentence that invites {name} to dinner for {occasion}",
        "how could I invite {name} to dinner for {occasion}, in one sentence?",
        "word a short dinner invitation to {name}, the occasion being {occasion}",
        "I want to ask {name} out to dinner for {occasion}. Give me one warm sentence.",
        "give me a line for a card: {name} is invited to dinner for {occasion}",
        "We are celebrating {occasion} over dinner and {name} should come. How do I put that nicely?",
        "~dinner invitation {name}, {occasion}",
        "~one line to {name}: dinner, {occasion}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.7,
)
def invitation(play: Play) -> None:
    """Writing."""
    play.ask(name=play.draw.of(FIRST_NAMES), occasion=play.draw.pick(_OCCASIONS))
    play.conclude(
        "Dear {name}, we would love to have you at dinner for {occasion}.",
        "{name}, will you come to dinner and celebrate {occasion} with us?",
        facts=["name", Fact("text", "dinner")],
        why=(
            "The user wants a sentence, not a table, so I just write it.",
            "An invitation is only words; none of the restaurant tools is needed.",
        ),
    )
