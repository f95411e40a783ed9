"""A question about printing that needs no tool."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.printers.service import PRINTERS
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

TIPS = {
    "use less paper": ("print on both sides and put two pages on each sheet", "sides"),
    "store printer paper": ("keep it flat, dry and in its wrapping until you need it", "dry"),
    "make toner last longer": ("print drafts in a lighter quality and choose a thin font", "drafts"),
    "avoid a paper jam": ("fan the sheets before you load them and don't overfill the tray", "tray"),
    "print a web page without adverts": ("switch to the reader view first and print from there", "reader"),
    "print a booklet": ("choose the booklet layout, fold the stack in the middle, and staple the fold", "fold"),
}


@PRINTERS.intent(
    goal="give a tip on how to {wish}",
    wordings=(
        "how does one {wish}?",
        "which trick do you know to {wish}?",
        "I keep failing to {wish}. Do you know how it's done?",
        "name one thing that helps to {wish}",
        "Our trainee wants to know how to {wish}. What shall I answer?",
        "what's the simplest way to {wish}?",
        "say in a sentence how to {wish}",
        "~trick to {wish}?",
        "~how to {wish} pls",
    ),
    kind=Kind.NO_TOOL,
    split=Split.DEV,
)
def printing_tip(play: Play) -> None:
    """Common sense at the copier."""
    wish = play.draw.pick(list(TIPS))
    play.ask(wish=wish, tip=TIPS[wish][0])
    play.conclude(
        "The trick is this: {tip}.",
        "You can {wish} like this: {tip}.",
        facts=[Fact("text", TIPS[wish][1])],
        why=(
            "No printer has to do anything for this, it is a question about printing in general.",
            "I know how to {wish}, so I answer without a call.",
        ),
    )
