"""What needs no tool, although the hotel's tools are on offer."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.hotel.scene import HOTEL
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.pools import LAST_NAMES
from umi_local.worlds.splits import Split

_TERMS = {
    "half board": ("a stay with breakfast and one more meal a day", "breakfast"),
    "full board": ("a stay with all three meals of the day", "meals"),
    "bed and breakfast": ("a room with breakfast, but without any other meal", "breakfast"),
    "late checkout": ("the right to keep the room longer on the last day", "longer"),
    "a twin room": ("a room with two separate beds", "two"),
    "a double room": ("a room with one large bed for two people", "two"),
    "an en suite bathroom": ("a bathroom that belongs to the room and is reached from it", "bathroom"),
    "a no-show": ("a guest who neither comes nor cancels", "cancels"),
    "an all-inclusive stay": ("a stay where meals and drinks are part of the price", "drinks"),
    "a concierge": ("somebody in the lobby who helps with tickets, taxis and tables", "helps"),
    "a resort fee": ("an extra charge per night for things like the pool", "charge"),
    "a rack rate": ("the official full price of a room, without any discount", "price"),
    "turndown service": ("a visit in the evening to make the bed ready for the night", "evening"),
    "a connecting room": ("a room with a door to the room beside it", "door"),
}


@HOTEL.intent(
    goal="explain what {term} means in a hotel",
    wordings=(
        "what does {term} mean in a hotel?",
        "explain {term} to me",
        "what is meant by {term}?",
        "The brochure mentions {term}. What is that?",
        "I keep reading {term} in hotel ads and have no idea what they mean by it.",
        "in hotel language, what is {term}?",
        "~{term} = ?",
        "~{term} in a hotel, meaning?",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.7,
)
def explain_term(play: Play) -> None:
    """Common knowledge."""
    term = play.draw.pick(list(_TERMS))
    meaning, word = _TERMS[term]
    play.ask(term=term, meaning=meaning)
    play.conclude(
        "{term:cap} is {meaning}.",
        "In plain words, that is {meaning}.",
        "In a hotel, {term} is {meaning}.",
        facts=[Fact("text", word)],
        why=(
            "The user asks about a word, not about a booking; I can explain it without a tool.",
            "What {term} means is common knowledge, nothing has to be looked up.",
        ),
    )


_TROUBLES = {
    "the noise from the building site": "noise",
    "the cold water this morning": "water",
    "the broken lift": "lift",
    "the long wait at the desk": "wait",
    "the mix-up with the rooms": "rooms",
    "the slow internet": "internet",
    "the missing towels": "towels",
    "the closed pool": "pool",
    "the heating that failed": "heating",
    "the late breakfast": "breakfast",
}


@HOTEL.intent(
    goal="write a short apology to guest {name} for {trouble}",
    wordings=(
        "write one polite sentence to {name} to say sorry for {trouble}",
        "how would you apologize to a guest called {name} for {trouble}, in one line?",
        "word a short apology for {trouble}, addressed to {name}",
        "{name} complained about {trouble}. Give me a kind line that I can put on a card.",
        "I need a very short note to {name} with our apologies for {trouble}.",
        "draft a friendly apology to {name} about {trouble}",
        "~apology card: {name}, {trouble}",
        "~sorry note to {name} re {trouble}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.7,
)
def apology(play: Play) -> None:
    """Writing."""
    trouble = play.draw.pick(list(_TROUBLES))
    name = f"{play.draw.pick(('Mr', 'Ms', 'Mrs'))} {play.draw.of(LAST_NAMES)}"
    play.ask(name=name, trouble=trouble)
    play.conclude(
        "Dear {name}, please accept our apologies for {trouble}. We will do better.",
        "Dear {name}, we are truly sorry for {trouble} and hope to make it up to you.",
        facts=[Fact("text", name), Fact("text", _TROUBLES[trouble])],
        why=(
            "A line of apology is something I can write myself, without a tool.",
            "The user wants words for {name}; the hotel's tools are not needed for that.",
        ),
    )
