"""Questions around books and reading that need no tool."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.library.service import LIBRARY
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

TERMS = {
    "a novella": ("a story that is longer than a short story and shorter than a novel", "shorter"),
    "an anthology": ("a book with texts by several authors", "several"),
    "a memoir": ("a book in which somebody tells of their own life", "life"),
    "a sequel": ("a book that goes on where an earlier one ended", "earlier"),
    "a glossary": ("a list of difficult words with what they mean", "words"),
    "an appendix": ("a part with additional material at the end of a book", "end"),
    "a paperback": ("a book with a soft cover", "soft"),
    "a preface": ("an introduction at the beginning of a book", "introduction"),
    "a trilogy": ("a work in three parts", "three"),
}
TIPS = {
    "get a wet book dry": ("stand it up open in a draught and put paper between the pages", "paper"),
    "remember what I read": ("write down one thought after each chapter", "chapter"),
    "read more in the evening": ("put the phone in another room and a book on the pillow", "phone"),
    "get a label off a cover": ("warm it with a hair dryer and peel it off slowly", "dryer"),
    "start a reading circle": ("ask four friends, agree on a short book, and meet once a month", "month"),
    "read aloud to small children": ("choose a book with pictures and use a voice for each figure", "voice"),
    "sort my books at home": ("begin with one shelf, by subject, and give away what you won't read again", "shelf"),
}


@LIBRARY.intent(
    goal="explain what {term} is",
    wordings=(
        "what is {term}?",
        "explain what {term} is",
        "can you tell me what people call {term}?",
        "The teacher said that it was {term}. What's that?",
        "what does it mean when a book is called {term}? or a part of one",
        "how do you define {term} in one sentence?",
        "I never know exactly what {term} is. Do you?",
        "~{term} = ?",
        "~what's {term}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.7,
)
def book_term(play: Play) -> None:
    """A word about books."""
    term = play.draw.pick(list(TERMS))
    play.ask(term=term, meaning=TERMS[term][0])
    play.conclude(
        "{term:cap} is {meaning}.",
        "That's {meaning}.",
        "People call {meaning} {term}.",
        facts=[Fact("text", TERMS[term][1])],
        why=(
            "The question is about a word and not about our books, so I explain it myself.",
            "I know what {term} is; the catalogue isn't needed.",
            "That can be explained without looking anything up.",
        ),
    )


@LIBRARY.intent(
    goal="give advice on how to {wish}",
    wordings=(
        "how can I {wish}?",
        "I want to {wish}. What would you recommend?",
        "what do librarians do to {wish}?",
        "have you got any advice on how to {wish}?",
        "suggest a way to {wish}",
        "Every year I plan to {wish} and never manage. What helps?",
        "what's a good trick to {wish}?",
        "~advice: {wish}",
        "~how do I {wish}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.7,
)
def reading_tip(play: Play) -> None:
    """Advice that every reader could give."""
    wish = play.draw.pick(list(TIPS))
    play.ask(wish=wish, tip=TIPS[wish][0])
    play.conclude(
        "I'd say: {tip}.",
        "{tip:cap}. That usually helps.",
        facts=[Fact("text", TIPS[wish][1])],
        why=("This is a question of experience; I can answer it as it is.", "No tool knows that better than I do."),
    )
