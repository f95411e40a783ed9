"""What a fleet office is asked that needs no tool."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.fleet.service import FLEET
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

TIPS = {
    "save fuel on the road": ("look far ahead, brake rarely and keep the tyre pressure up", "pressure"),
    "stay awake on a long drive": ("take a break of fifteen minutes every two hours", "break"),
    "secure a load in a van": ("put the heavy things low and against the front wall, and strap them", "strap"),
    "park a van with a trailer": ("steer the wrong way first, go slowly and have somebody watch", "slow"),
    "get a van ready for winter": ("fit winter tyres and check battery and coolant", "tyres"),
    "clear an iced windscreen": ("use a scraper and de-icing spray, never hot water", "scraper"),
    "drive in thick fog": ("slow down, use the low beam and keep a long distance", "distance"),
    "start a car with a flat battery": ("connect it to another car with jump leads, red to plus first", "jump"),
}
TERMS = {
    "odometer": (
        "the counter of the kilometres that a vehicle has driven",
        "counter",
        ("counts", "kilometre", "distance"),
    ),
    "tachograph": ("a device that records speed and driving time of a truck", "record", ("records", "driving time")),
    "payload": ("the weight that a vehicle may carry", "weight", ("load", "carry")),
    "wheelbase": ("the distance between the front and the rear axle", "axle", ("axles", "wheels")),
    "towing capacity": ("the weight that a vehicle may pull", "pull", ("tow", "trailer")),
    "kerb weight": ("the weight of a vehicle without load", "weight", ("empty", "unladen")),
    "ground clearance": ("the height of the lowest part of a vehicle above the road", "height", ("road", "ground")),
}


@FLEET.intent(
    goal="give a tip on how to {task}",
    wordings=(
        "how do I {task}?",
        "what is the best way to {task}?",
        "give me a tip on how to {task}",
        "I'm new in the driving team. How does one {task}?",
        "explain in one sentence how to {task}",
        "My manager wants everybody to know how to {task}. What would you tell them?",
        "is there a trick to {task}?",
        "remind me how to {task}",
        "~how to {task}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.7,
)
def driving_tip(play: Play) -> None:
    """Advice: no call."""
    task = play.draw.pick(list(TIPS))
    tip, word = TIPS[task]
    play.ask(task=task)
    play.conclude(
        "To {task}, {tip}.",
        "It is best to {tip}.",
        "My advice: {tip}.",
        facts=[Fact("text", word, (f"{word}s", f"{word}ed", f"{word}ly", f"{word}ping"))],
        why=(
            "This is general advice about driving, nothing in the fleet's records would help.",
            "The user wants to know how to {task}; I know that without a tool.",
        ),
        tip=tip,
    )


@FLEET.intent(
    goal="explain what the word {term} means",
    wordings=(
        "what does {term} mean?",
        "what is meant by {term} when people talk about vehicles?",
        "explain the word {term} to me",
        "The lease of our new van mentions the {term}. What is that?",
        "tell me in plain words what the {term} of a vehicle is",
        "I nodded when the mechanic said {term}, but I have no idea what it is. Do you?",
        "how would you explain {term} to a beginner?",
        "~meaning of {term}?",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.7,
)
def vehicle_term(play: Play) -> None:
    """A word of the trade: no call."""
    term = play.draw.pick(list(TERMS))
    meaning, word, also = TERMS[term]
    play.ask(term=term)
    play.conclude(
        "In short, the {term} is {meaning}.",
        "By {term} people mean {meaning}.",
        facts=[Fact("text", word, also)],
        why=("A question about a word, which needs no record of the fleet.", "I know the meaning of {term} myself."),
        meaning=meaning,
    )
