"""Where a note isn't found by the user's words, or a tool is out of order."""

from __future__ import annotations

from umi_local.worlds.families.notes.service import NOTES, having, pick_note, thing
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

_OTHER_WORDS = {
    "plumber": "man for the pipes",
    "lawn": "grass",
    "car": "vehicle",
    "bicycle": "bike",
    "hedge": "bushes",
    "fence": "garden boundary",
    "parcel": "package",
    "sofa": "couch",
    "oven": "stove",
    "laptop": "computer",
    "photos": "pictures",
    "letters": "mail",
    "meter": "counter",
    "keys": "door openers",
    "freezer": "ice box",
    "windows": "glass panes",
    "garage": "car shed",
    "shoes": "boots",
    "suitcase": "luggage",
    "tickets": "travel documents",
    "passport": "travel papers",
    "dishwasher": "washing-up machine",
    "sink": "basin",
    "presents": "gifts",
    "invoice": "bill",
    "bulb": "lamp",
    "curtain": "drapes",
    "bank": "savings people",
    "shirts": "blouses",
    "plants": "flowers",
    "report": "summary",
    "stamps": "postage",
    "firewood": "logs",
    "timesheet": "hours list",
    "receipts": "shop slips",
    "mailbox": "letterbox",
    "floor": "ground",
    "roses": "flower bed",
    "kettle": "water boiler",
    "ladder": "steps",
    "guitar": "instrument",
    "books": "reading things",
    "fish": "aquarium animals",
    "clock": "timepiece",
    "mirror": "looking-glass",
    "tent": "camping roof",
    "menu": "meal list",
    "knives": "blades",
    "shelves": "boards",
    "cards": "written thanks",
    "van": "transporter",
    "printer": "printing machine",
    "contract": "agreement",
    "lease": "rent agreement",
    "dentist": "tooth doctor",
    "newsletter": "circular",
    "gutter": "roof drain",
    "compost": "kitchen waste",
    "table": "restaurant seats",
    "museum": "exhibition",
    "course": "class",
    "survey": "questionnaire",
    "landlord": "house owner",
    "neighbours": "people next door",
    "garden": "yard",
    "batteries": "power cells",
    "lights": "lamps",
    "poster": "picture",
    "tulips": "bulbs for spring",
    "screws": "metal bits",
    "hinges": "door joints",
    "filter": "strainer",
    "drill": "power tool",
}
"""How else something is called, in words that no note has."""


@NOTES.intent(
    goal="tell what is noted about the {other}",
    wordings=(
        "what did I write down about the {other}?",
        "I noted something about the {other}. What was it?",
        "find my note on the {other}",
        "read me the note that has to do with the {other}",
        "There's a note about the {other} somewhere, read it to me.",
        "what exactly was I going to do about the {other}?",
        "look for the {other} in what I noted",
        "~note on {other}?",
    ),
    kind=Kind.RECOVER,
    split=Split.TRAIN,
)
def other_words(play: Play) -> None:
    """The search finds nothing under the user's word; the list of all notes has it under another."""
    fitting = [
        (number, note) for number, note in enumerate(play.state["notes"], 1) if thing(note["errand"]) in _OTHER_WORDS
    ]
    if not fitting:
        raise play.unsuitable("no note has other words")
    number, note = play.draw.pick(fitting)
    other = _OTHER_WORDS[thing(note["errand"])]
    if having(play, *other.split()):
        raise play.unsuitable("the other words are noted, too")
    play.ask(other=other, errand=note["errand"], text=note["text"])
    play.call("search_notes", {"query": other}, decides=True)
    play.learn('No note has the words "{other}".', "The search for {other} found no notes.")
    play.call(
        "list_notes",
        {},
        why=(
            "It may be noted in other words, so I look through all notes with {tool}.",
            "I list all notes with {tool}, to see which one means the same.",
        ),
    )
    play.learn('Note {number}, "{text}", must be meant.', "Note {number} fits: {text}.", number=number)
    play.conclude(
        "You noted: {text} (note {number}).",
        "It is note {number}: {text}.",
        "Note {number} must be the one you mean: {text}.",
        facts=["number", "errand"],
    )


@NOTES.intent(
    goal="mark the note about the {thing} as done",
    wordings=(
        "tick off what I noted about the {thing}",
        "I've dealt with the {thing}, so close that note.",
        "close my note on the {thing}, it is done",
        "I finally got round to it: {errand}. Mark that note as finished.",
        "could you mark the {thing} as finished in my notes?",
        "~close note: {thing}",
    ),
    kind=Kind.RECOVER,
    breaks="search_notes",
    split=Split.TEST,
)
def tick_off_from_list(play: Play) -> None:
    """The search is out of order; the list shows the number as well."""
    number, _ = pick_note(play)
    play.ask()
    reply = play.attempt("search_notes", {"query": play.slots["thing"]})
    play.learn("The search doesn't work: {error}.", "I can't search: {error}.", error=str(reply.error).rstrip("."))
    play.call(
        "list_notes",
        {},
        why=("The list of all notes has the number, too, so I call {tool}.", "With {tool} I can find it in the list."),
    )
    play.learn("In the list it is number {number}.", "Number {number} is about the {thing}.", number=number)
    play.call("finish_note", {"id": number})
    play.learn("Number {number} is done now.", "It is marked as finished.")
    play.conclude("I marked note {number} as finished.", "Number {number} is closed: {errand}.", facts=["number"])


@NOTES.intent(
    goal="list what is open under {tag}",
    wordings=(
        "what is left to do under {tag}?",
        "tell me what my {tag} notes say",
        "I'd like to hear the notes about {tag}.",
        "give me all that I noted with the tag {tag}",
        "which {tag} tasks have I noted?",
        "Let's see what I put down under {tag}.",
        "go through my {tag} list with me",
        "~{tag} list",
    ),
    kind=Kind.RECOVER,
    breaks="list_notes",
    split=Split.TRAIN,
)
def tag_by_search(play: Play) -> None:
    """The list is out of order; the search looks into tags as well."""
    tags = sorted({note["tag"] for note in play.state["notes"]} - {""})
    fitting = [tag for tag in tags if all(note["tag"] == tag for _, note in having(play, tag))]
    if not fitting:
        raise play.unsuitable("no tag is a word of its own")
    tag = play.draw.pick(fitting)
    errands = [note["errand"] for _, note in having(play, tag)][::-1]
    play.ask(tag=tag)
    reply = play.attempt("list_notes", {"tag": tag})
    play.learn("Listing fails: {error}.", "That didn't work: {error}.", error=str(reply.error).rstrip("."))
    play.call(
        "search_notes",
        {"query": tag},
        why=(
            "The search finds tags as well, so I try {tool} with {query}.",
            "I can search for {query} with {tool} instead.",
        ),
    )
    play.learn("It finds {errands}.", "Under {tag} there is {errands}.", errands=errands)
    play.conclude(
        "Under {tag} you noted {errands}.",
        "There is {errands}.",
        "The notes tagged {tag} say: {errands}.",
        facts=["errands"],
    )
