"""Knowledge about documents that needs no tool, and wishes that no tool here can serve."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.documents.service import DOCUMENTS, pick_fact
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

_BELONGS = (
    ("an invoice", "A number, a date, who pays whom, the items and the total", ("number", "date", "total")),
    (
        "minutes of a meeting",
        "Date, who was there, what was decided, and who does what by when",
        ("date", "decided", "decisions"),
    ),
    (
        "a packing list",
        "Clothes, papers, medicine and chargers, with a box to tick for each",
        ("clothes", "clothing", "documents"),
    ),
    (
        "a letter of notice",
        "Names, the contract's number, the date on which it ends, and a signature",
        ("date", "name", "names"),
    ),
    ("a recipe", "The ingredients with amounts, the steps, the time and the servings", ("ingredients", "ingredient")),
)
_POLITE = (
    (
        "a reminder to pay a bill",
        "May I remind you that our invoice is still open",
        ("remind", "invoice", "reminder", "payment"),
    ),
    (
        "turning down an invitation",
        "Thank you for the invitation, but sadly I can't come",
        ("thank", "thanks", "invitation"),
    ),
    (
        "asking for a later date",
        "Would it be possible to move the deadline by a week",
        ("possible", "deadline", "could", "would"),
    ),
)


@DOCUMENTS.intent(
    goal="say what belongs into {thing}",
    wordings=(
        "what belongs into {thing}?",
        "list the things that one has to put into {thing}, generally speaking",
        "what should {thing} contain, in general?",
        "tell me what one writes into {thing}",
        "I've never written {thing}. What has to be in it?",
        "which things must not be missing in {thing}?",
        "give me a rough outline of {thing}, no particular one",
        "~what goes into {thing}?",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.6,
)
def what_belongs(play: Play) -> None:
    """General knowledge about kinds of texts."""
    thing, told, words = play.draw.pick(_BELONGS)
    play.ask(thing=thing, told=told)
    play.conclude(
        "{told}.",
        "Into {thing} belongs this: {told:lower}.",
        "Usually: {told:lower}.",
        facts=[Fact("text", words[0], words[1:])],
        why=(
            "What belongs into {thing} is general knowledge; none of the files is asked for.",
            "No file has to be read for that, I can answer directly.",
        ),
    )


@DOCUMENTS.intent(
    goal="suggest a polite sentence for {occasion}",
    wordings=(
        "How do I put {occasion} politely? One sentence, please.",
        "give me a polite sentence for {occasion}",
        "I'm stuck with a letter. What would be a friendly line for {occasion}?",
        "suggest how to phrase {occasion}, only as a text here",
        "~polite sentence: {occasion}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.6,
)
def polite_line(play: Play) -> None:
    """Help with wording; nothing is written to a file."""
    occasion, line, words = play.draw.pick(_POLITE)
    play.ask(occasion=occasion, line=line)
    play.conclude(
        '"{line}."',
        'You could write: "{line}."',
        facts=[Fact("text", words[0], words[1:])],
        why=(
            "The user wants a sentence, not a file, so there is nothing to call.",
            "I can phrase that myself; no document is needed for it.",
        ),
    )


@DOCUMENTS.intent(
    goal="sign {path} and send it off",
    wordings=(
        "sign {path} with my digital signature",
        "put a stamp on {path} and mail it to the office",
        "put my signature under {path} and post it",
        "fax {path} to {number}",
        "{path} has to be signed electronically. Do that, please.",
        "print {path} and lay it on my desk",
        "have {path} certified by a notary",
        "~e-sign {path}",
    ),
    kind=Kind.IMPOSSIBLE,
    split=Split.TRAIN,
    weight=0.5,
)
def no_signing(play: Play) -> None:
    """No tool signs, prints or faxes."""
    pick_fact(play)
    play.ask(number=play.draw.code("0###-######"))
    play.give_up(
        "The tools can read and write text, but that is beyond all of them. I have to give up.",
        "No tool on offer signs, prints or sends {path}. I can't do what the user wants.",
        "What is wanted with {path} can't be done by reading or writing files. I give up.",
    )


@DOCUMENTS.intent(
    goal="read the text in the photo {photo}",
    wordings=(
        "read the text in the photo {photo}",
        "what does the scanned page {photo} say?",
        "recognize the writing in the picture {photo}",
        "I took a photo of a letter, {photo}. Turn it into text.",
        "~ocr {photo}",
    ),
    kind=Kind.IMPOSSIBLE,
    split=Split.TEST,
    weight=0.5,
)
def no_photos(play: Play) -> None:
    """No tool reads pictures."""
    stem, ending = play.draw.pick(("letter", "scan", "page", "receipt", "img")), play.draw.pick(("jpg", "png"))
    play.ask(photo=f"{stem}-{play.draw.whole(10, 999)}.{ending}")
    play.give_up(
        "{photo} is a picture, and none of the tools can read writing in pictures. I must decline.",
        "The tools read text files only, so {photo} is closed to them. I give up.",
    )
