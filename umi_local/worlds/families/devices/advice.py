"""Questions about living with a smart home that need no tool."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.devices.service import DEVICES
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

TIPS = {
    "keep a room cool in summer": ("close the blinds in the morning and air the room at night", "blinds"),
    "save heating energy": ("turn the heating down by one degree and air briefly with the windows wide open", "degree"),
    "make batteries of sensors last longer": ("let them report less often and keep them away from the cold", "cold"),
    "avoid mould in a bathroom": ("open the window after every shower and dry the tiles", "window"),
    "place a motion sensor": ("put it in a corner at about two metres, not facing a window", "corner"),
    "light a desk for reading": ("use one bright lamp from the side and a softer one behind you", "lamp"),
    "make an empty house look lived in": ("let a few lamps go on and off at changing times", "lamps"),
    "find out what wastes power": ("read the meter, switch devices off one by one, and watch what changes", "meter"),
}
TERMS = {
    "kWh": ("kilowatt-hour, the energy of 1,000 watts used for one hour", "hour"),
    "lumen": ("the unit for how much light a lamp gives in all", "light"),
    "standby": ("the state in which a device waits and still draws a little power", "power"),
    "colour temperature": ("how warm or cold the light of a lamp looks, given in kelvin", "kelvin"),
    "relative humidity": ("how much water the air holds, in percent of what it could hold", "water"),
    "a thermostat": ("a control that keeps a room at the temperature that was set", "temperature"),
    "a hub": ("the box through which the devices of a home talk to each other", "devices"),
}


@DEVICES.intent(
    goal="give a tip on how to {wish}",
    wordings=(
        "what is the best way to {wish}?",
        "how do I {wish}? just in general",
        "how can one {wish}?",
        "give me a tip on how to {wish}",
        "I'd like to {wish}. Any advice?",
        "My neighbour asked me how to {wish}. What should I tell her?",
        "explain in one sentence how to {wish}",
        "do you have an idea how to {wish}?",
        "~tip: how to {wish}",
        "~how to {wish}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.7,
)
def tip(play: Play) -> None:
    """Common sense, whatever tools are there."""
    wish = play.draw.pick(list(TIPS))
    play.ask(wish=wish, tip=TIPS[wish][0])
    play.conclude(
        "To {wish}, {tip}.",
        "{tip:cap}.",
        "My advice: {tip}.",
        facts=[Fact("text", TIPS[wish][1])],
        why=(
            "The user wants general advice and nothing switched, so I answer myself.",
            "How to {wish} is common knowledge; none of the tools is needed.",
            "This asks for a tip, not for a change in the house. I know one.",
        ),
    )


@DEVICES.intent(
    goal="explain the term {term}",
    wordings=(
        "what does the word {term} mean?",
        "explain the term {term} to me",
        "what do people mean by {term}?",
        "how would you explain {term} to a child?",
        "I keep reading about {term} in the manual. What is that?",
        "The electrician talked about {term} and I just nodded. What did she mean?",
        "describe {term} in one sentence",
        "~{term}, as in the manual?",
        "~{term}?",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.7,
)
def term(play: Play) -> None:
    """A word out of a manual."""
    term = play.draw.pick(list(TERMS))
    play.ask(term=term, meaning=TERMS[term][0])
    play.conclude(
        "In a home, {term} is {meaning}.",
        "In manuals, {term} means this: {meaning}.",
        facts=[Fact("text", TERMS[term][1])],
        why=("A word has to be explained, which I can do myself.", "I know what {term} means, no device is involved."),
    )
