"""What people in a warehouse ask that needs no tool."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.warehouse.service import WAREHOUSE
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

TIPS = {
    "lift a heavy box": ("bend your knees, keep your back straight and hold the box close", "knees", ("legs", "back")),
    "stack boxes on a pallet": (
        "put the heavy ones at the bottom and let the layers overlap",
        "bottom",
        ("heavy", "overlap"),
    ),
    "pack fragile goods": ("wrap each piece and fill every gap in the box", "wrap", ("wrapped", "padding", "cushion")),
    "label shelves so that nobody gets lost": (
        "number aisle, rack and level in that order",
        "aisle",
        ("number", "order"),
    ),
    "count stock without mistakes": ("let two people count separately and compare", "two", ("compare", "twice")),
    "keep goods dry in a cold hall": ("keep them off the floor and away from the walls", "floor", ("pallet", "walls")),
    "cut packing tape safely": ("cut away from your body and use a guarded knife", "away", ("knife", "guarded")),
}
TERMS = {
    "first in, first out": ("what came in earliest leaves earliest", "earliest", ("first", "oldest")),
    "safety stock": ("what is kept in reserve in case a delivery is late", "reserve", ("buffer", "extra")),
    "cross-docking": (
        "goods go from the incoming to the outgoing truck without being stored",
        "stored",
        ("storing", "storage"),
    ),
    "lead time": ("the time between an order and its delivery", "time", ("days",)),
    "dead stock": ("goods that nobody has asked for in a long time", "nobody", ("unsold", "not")),
    "a cycle count": ("counting a few bins every day instead of all of them once a year", "counting", ("count",)),
    "a bonded warehouse": (
        "a store for goods on which no duty has been paid yet",
        "duty",
        ("duties", "customs", "tax"),
    ),
}


@WAREHOUSE.intent(
    goal="advise on how to {task}",
    wordings=(
        "how do you {task}?",
        "what is the right way to {task}?",
        "give me a short tip on how to {task}",
        "I have to show a trainee how to {task}. What should I say?",
        "tell me the safest way to {task}",
        "It's my first day and I'm supposed to {task}. Any advice?",
        "is there a good rule for how to {task}?",
        "name one thing to remember when I {task}",
        "~how to {task}?",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.7,
)
def handling_tip(play: Play) -> None:
    """Advice: no call."""
    task = play.draw.pick(list(TIPS))
    tip, word, also = TIPS[task]
    play.ask(task=task)
    play.conclude(
        "My advice: {tip}.",
        "When you {task}, {tip}.",
        "The rule is simple: {tip}.",
        facts=[Fact("text", word, also)],
        why=(
            "That is a matter of experience, not of the stock records, so I answer directly.",
            "The user wants to {task}; a tip is all that's needed.",
        ),
        tip=tip,
    )


@WAREHOUSE.intent(
    goal="explain what {term} means in a warehouse",
    wordings=(
        "what does {term} mean in a warehouse?",
        "explain {term} to me, as they use it in logistics",
        "in logistics, what is meant by {term}?",
        "The new manager keeps talking about {term}. What's that?",
        "tell me in one sentence what {term} means",
        "I came across {term} in a job advert. What do they mean?",
        "what should I imagine when somebody speaks of {term}?",
        "describe {term} in simple words",
        "~{term}, meaning?",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.7,
)
def stock_term(play: Play) -> None:
    """A word of the trade: no call."""
    term = play.draw.pick(list(TERMS))
    meaning, word, also = TERMS[term]
    play.ask(term=term)
    play.conclude(
        "It means: {meaning}.",
        "In a warehouse that stands for this: {meaning}.",
        facts=[Fact("text", word, also)],
        why=("This is a question about an expression, and I know it.", "No stock record explains {term}; I just do."),
        meaning=meaning,
    )
