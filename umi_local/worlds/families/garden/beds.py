"""Beds: what grows, what needs water, what can be planted."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.facts import NO, Fact
from umi_local.worlds.families.garden.service import GARDEN, PLANTS, any_member
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


def _beds(play: Play, plot: int) -> dict[str, dict[str, Any]]:
    return {code: bed for code, bed in sorted(play.state["beds"].items()) if bed["plot"] == plot}


@GARDEN.intent(
    goal="tell which beds of plot {plot} have not been watered since {day}",
    wordings=(
        "which beds of plot {plot} have not been watered since {day}?",
        "On plot {plot}, what beds were watered last before {day}?",
        "find the beds on plot {plot} whose last watering was before {day}",
        "It hasn't rained since {day}. Which beds of plot {plot} have had no water from then on?",
        "I water plot {plot} for a friend. Where was the last watering earlier than {day}?",
        "check plot {plot} and name all beds that were last watered before {day}",
        "are there any beds on plot {plot} that got no water on {day} or later? which ones?",
        "~plot {plot}: beds last watered before {day}",
        "~dry beds plot {plot}, nothing since {day}",
    ),
    essential="beds_of",
    missing=Missing(
        wordings=(
            "which beds of my plot have not been watered since {day}?",
            "It hasn't rained since {day}. Which of my beds have had no water from then on?",
            "find the beds whose last watering was before {day}",
            "~dry beds, nothing since {day}",
        ),
        needs="the number of the plot",
        goal="tell which beds have not been watered since {day}",
        slot="plot",
    ),
    split=Split.TEST,
)
def dry_beds(play: Play) -> None:
    """One call; dates are compared, and perhaps none is dry."""
    plot, day = any_member(play)["plot"], play.draw.pick(play.state["days"][2:9])
    play.ask(plot=plot, day=day)
    found = play.call("beds_of", {"plot": plot})
    dry = [bed["bed"] for bed in found if bed["watered_on"] < day]
    if not dry:
        play.learn(
            "All {count} beds were watered on {day} or later.",
            "No bed was watered last before {day}.",
            count=len(found),
        )
        play.conclude(
            "None: all beds of plot {plot} have had water since {day}.",
            "There are no such beds on plot {plot}.",
            facts=[NO],
        )
        return
    play.learn(
        "{dry} had water last before {day}.",
        "Of {count} beds, these were watered before {day} and not again: {dry}.",
        dry=dry,
        count=len(found),
    )
    play.conclude("No water since {day}: {dry}.", "{dry} on plot {plot} need water.", facts=["dry"])


@GARDEN.intent(
    goal="note for {day} that every bed of plot {plot} with {plant} was watered",
    wordings=(
        "I watered all the {plant} on plot {plot} on {day}. Note that for every bed they grow in.",
        "enter a watering on {day} for each bed of plot {plot} that has {plant}",
        "find the beds with {plant} on plot {plot} and record that they were watered on {day}",
        "On {day} the {plant} of plot {plot} got their water. Please put it down for all those beds.",
        "mark every bed of plot {plot} that has {plant} as watered on {day}",
        "log the watering of {day} for the {plant}, wherever they grow on plot {plot}",
        "My neighbour watered my {plant} (plot {plot}) on {day}; every bed with them should show that.",
        "~{plant} on plot {plot} watered {day}, all beds",
    ),
    essential="water_bed",
    split=Split.TEST,
)
def water_all_of(play: Play) -> None:
    """Two to four calls: which beds, then each of them."""
    plot, day, plant = any_member(play)["plot"], play.state["days"][-1], play.draw.pick(PLANTS)
    beds = _beds(play, plot)
    for bed in beds.values():
        bed["plant"] = play.draw.pick([one for one in PLANTS if one != plant])
    for code in play.draw.sample(list(beds), play.draw.whole(1, 3)):
        beds[code]["plant"] = plant
    play.ask(plot=plot, day=day, plant=plant)
    codes = [bed["bed"] for bed in play.call("beds_of", {"plot": plot}) if bed["plant"] == plant]
    play.learn(
        "The {plant} grow in {codes}." if len(codes) > 1 else "Only bed {codes} has {plant}.",
        "{codes} [is where the {plant} are|has got the {plant}]."
        if len(codes) == 1
        else "These beds have {plant}: {codes}.",
        codes=codes,
    )
    for number, code in enumerate(codes, 1):
        play.call("water_bed", {"bed": code, "day": day})
        play.slots.update(code=code, left=len(codes) - number)
        if number < len(codes):
            play.learn("{code} is noted, {left} to go.", "That was {code}; {left} still missing.")
        else:
            play.learn("{code} is noted, and with it all of them.", "Now every bed with {plant} is marked.")
    play.conclude("I noted a watering on {day} for {codes}.", "Done for {codes}: watered on {day}.", facts=["codes"])


@GARDEN.intent(
    goal="plant {plant} in the empty bed of plot {plot} on {day}",
    wordings=(
        "plant {plant} in the empty bed of plot {plot} on {day}",
        "Plot {plot} has one empty bed. Put {plant} into it on {day}.",
        "find the bed on plot {plot} with nothing in it and enter {plant} for {day}",
        "I'd like to have {plant} on plot {plot}, wherever there's space. The day is {day}.",
        "sow {plant} on {day} in whichever bed of plot {plot} is unused",
        "We got {plant} as a present. Is there an empty bed on plot {plot}? Enter them there for {day}.",
        "use the free bed on plot {plot} for {plant}, planted on {day}",
        "~{plant} into empty bed, plot {plot}, {day}",
    ),
    essential="plant_bed",
    split=Split.TEST,
)
def plant_empty_bed(play: Play) -> None:
    """Two calls: the list shows which bed is empty, or that none is."""
    plot = any_member(play)["plot"]
    beds = _beds(play, plot)
    if play.draw.chance(0.75):
        beds[play.draw.pick(list(beds))] |= {"plant": None, "planted_on": None}
    play.ask(plot=plot, plant=play.draw.pick(PLANTS), day=play.state["days"][-2])
    found = play.call("beds_of", {"plot": plot}, decides=True)
    empty = [bed["bed"] for bed in found if bed["plant"] is None]
    if not empty:
        play.learn(
            "None of the {count} beds is empty: there are {plants}.",
            "Every bed of plot {plot} is in use.",
            count=len(found),
            plants=[bed["plant"] for bed in found],
        )
        play.conclude(
            "There is no empty bed on plot {plot}, so I could not plant {plant}.",
            "No bed of plot {plot} is free at the moment.",
            facts=[NO],
        )
        return
    play.learn("Bed {bed} is the empty one.", "Nothing grows in {bed}.", bed=empty[0])
    play.call("plant_bed", {"bed": empty[0], "plant": play.slots["plant"], "day": play.slots["day"]})
    play.learn("{bed} has {plant} now.", "The {plant} are in {bed}.")
    play.conclude("I entered {plant} for bed {bed}, planted on {day}.", "Bed {bed} has the {plant} now.", facts=["bed"])


TIPS = {
    "keep slugs away from lettuce": (
        "water in the morning and lay out a board that they hide under",
        "morning",
        ("board", "water"),
    ),
    "store carrots over the winter": ("put them into a box of damp sand in a cool cellar", "sand", ("cool", "cellar")),
    "start a compost heap": (
        "layer green waste and dry leaves, and keep it moist",
        "leaves",
        ("layer", "green", "moist"),
    ),
    "dry mint": ("hang small bunches upside down in the shade", "shade", ("hang", "bunches")),
    "prune a rose bush": ("cut above a bud that points outward, in early spring", "bud", ("spring", "cut")),
    "save tomato seeds": ("rinse them, let them dry on paper and keep them dark", "dry", ("rinse", "paper")),
}


@GARDEN.intent(
    goal="give advice on how to {task}",
    wordings=(
        "how does one {task}, as a gardener?",
        "what's the trick if one wants to {task}?",
        "give me a gardener's tip on how to {task}",
        "It's my first year with a garden and I'd like to {task}. How does that work?",
        "My grandmother knew how to {task}, but I don't. Can you tell me?",
        "explain briefly how to {task}",
        "what would an experienced gardener do to {task}?",
        "~{task}, how?",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
)
def gardening_tip(play: Play) -> None:
    """Advice: no call."""
    task = play.draw.pick(list(TIPS))
    tip, word, also = TIPS[task]
    play.ask(task=task)
    play.conclude(
        "This is how to {task}: {tip}.",
        "An old rule: {tip}.",
        facts=[Fact("text", word, also)],
        why=(
            "This is about gardening in general, which I know without the garden's records.",
            "A tip is asked for, no record of a plot or a tool.",
        ),
        tip=tip,
    )
