"""Toner, paper and how the printers are doing."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.printers.service import PRINTERS, any_printer
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@PRINTERS.intent(
    goal="tell how much toner {printer} has left",
    wordings=(
        "how much toner does {printer} have left?",
        "check the toner level of {printer}",
        "what does the toner of {printer} stand at?",
        "My printouts from {printer} get paler every day. How much toner is in it?",
        "look at {printer} and name its toner level in percent",
        "Is {printer} about to run out of toner? I'd like the percentage.",
        "I'm about to print fifty pages on {printer}. Tell me what its toner is at first.",
        "~toner {printer}",
        "~{printer}: toner in %",
    ),
    essential="printer_status",
    missing=Missing(
        wordings=(
            "how much toner is left?",
            "check the toner level of our printer",
            "My printouts get paler every day. How much toner is in it?",
            "can you look up what the toner stands at?",
            "~toner level?",
        ),
        needs="the name of the printer",
        goal="tell how much toner a printer has left",
        slot="printer",
        replies=("the printer named {value}", "{value} is the printer", "It's called {value}."),
    ),
    split=Split.DEV,
)
def toner_left(play: Play) -> None:
    """One call; a question about paper is answered from the same result."""
    play.ask(printer=any_printer(play)["printer"])
    found = play.call("printer_status", {"printer": play.slots["printer"]})
    play.learn(
        "{printer} has {toner} percent toner and {paper} sheets of paper.",
        "The toner of {printer} is at {toner} percent; there are {paper} sheets in it.",
        toner=found["toner"],
        paper=found["paper"],
    )
    play.conclude(
        "{printer} has {toner} percent toner left.", "The toner is at {toner} percent in {printer}.", facts=["toner"]
    )
    if play.draw.chance(0.4):
        play.then_ask(
            "and how many sheets of paper are in it?",
            "what about paper, how much is in there?",
            "Will the paper last? How many sheets does it have?",
            goal="tell how many sheets of paper {printer} has",
        )
        play.conclude(
            "There are {paper} sheets in {printer}.",
            "It holds {paper} sheets at the moment.",
            facts=["paper"],
            why="I read {paper} sheets together with the toner, so that is known.",
        )


@PRINTERS.intent(
    goal="order {count:n cartridge} for every printer with less than {limit} percent toner",
    wordings=(
        "order {count:n toner cartridge} for each printer that is below {limit} percent",
        "go through the printers and order toner, {count} apiece, wherever less than {limit} percent is left",
        "Before the holidays every printer under {limit} percent toner should get {count:n new cartridge}. Order them.",
        "check the toner of all printers; those under {limit} percent need {count:n cartridge} each",
        "Which printers have less than {limit} percent toner? Order {count:n cartridge} for each of them.",
        "make sure that we don't run dry: {count:n cartridge} for any printer that's under {limit} percent",
        "reorder toner, {count:n piece} per printer, but only for those at less than {limit} percent",
        "~toner order: {count} each for printers under {limit}%",
        "~below {limit}% toner: order {count}",
    ),
    essential="order_toner",
    split=Split.DEV,
)
def order_where_low(play: Play) -> None:
    """A list, a comparison, and an order for each printer that needs one."""
    limit = play.draw.pick((10, 15, 20, 25, 30))
    printers = list(play.state["printers"].values())
    for printer in play.draw.sample(printers, play.draw.whole(0, 3)):
        printer["toner"] = play.draw.whole(1, limit - 1)
    play.ask(limit=limit, count=play.draw.whole(1, 4))
    listed = play.call("list_printers", {}, does="list the printers with their toner", decides=True)
    low = [row["printer"] for row in listed if row["toner"] < limit]
    play.slots.update(low=low, lowest=min(row["toner"] for row in listed))
    if not low:
        play.learn("None is below {limit} percent, the lowest has {lowest}.", "All have {lowest} percent or more.")
        play.conclude(
            "No printer is below {limit} percent, so I ordered nothing. The lowest is at {lowest} percent.",
            "Nothing was ordered: the lowest toner level is {lowest} percent.",
            facts=[NO, "lowest"],
        )
        return
    play.learn("Below {limit} percent: {low}.", "Too low on toner: {low}.")
    for name in low:
        play.call("order_toner", {"printer": name, "count": play.slots["count"]})
        play.learn("The order for {last} is placed.", "{last} gets new toner.", last=name)
    play.conclude(
        "I ordered {count:n cartridge} each for {low}.",
        "Ordered: {count:n cartridge} for every one of these printers: {low}.",
        facts=["count", "low"],
    )


@PRINTERS.intent(
    goal="find the colour printer with the most toner",
    wordings=(
        "which colour printer has the most toner?",
        "find the printer with the fullest toner among those that print in colour",
        "I have forty pages of colour photos. Which printer has toner for that, and how much?",
        "compare the toner of the colour printers and name the best one",
        "where should I print a poster in colour, judging by the toner?",
        "For a colour brochure I want the printer with most toner in it. Which one is that?",
        "look which of our colour printers is best supplied with toner",
        "~most toner, colour printer",
        "~fullest colour printer?",
    ),
    essential="list_printers",
    split=Split.DEV,
)
def fullest(play: Play) -> None:
    """One call with a yes or no as its argument; the largest counts."""
    levels = [printer["toner"] for printer in play.state["printers"].values() if printer["colour"]]
    if len(set(levels)) < len(levels):
        raise play.unsuitable("equally full")
    play.ask()
    listed = play.call("list_printers", {"colour": True}, does="list the colour printers")
    best = max(listed, key=lambda row: int(row["toner"]))
    play.learn(
        "With {toner} percent, {printer} has the most toner.",
        "{printer} on floor {floor} leads with {toner} percent.",
        **{key: best[key] for key in ("printer", "toner", "floor")},
    )
    play.conclude(
        "{printer} on floor {floor} has the most toner: {toner} percent.",
        "Take {printer}, which is at {toner} percent. It stands on floor {floor}.",
        facts=["printer", "toner"],
    )
