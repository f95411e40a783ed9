"""Notes are finished: by what they say, by number, by tag."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.notes.service import NOTES, pick_note, tagged, used_tags
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@NOTES.intent(
    goal="mark the note about the {thing} as done",
    wordings=(
        "I managed to {errand}. Tick it off in my notes.",
        "mark the note about the {thing} as done",
        "tick off the {thing} in my notes",
        "finish the note that tells me to {errand}",
        "I'm done with the {thing}, so update my notes.",
        "cross out the task with the {thing}",
        "My list says that I must {errand}. I did it today, so tick it off.",
        "strike the {thing} off my list",
        "~done: {errand}",
        "~tick off {thing}",
    ),
    essential="finish_note",
    missing=Missing(
        wordings=(
            "tick off a task in my notes",
            "mark one of my notes as done",
            "One of my tasks is done. Update my notes.",
            "~done: one note",
        ),
        needs="the name of the task",
        goal="mark a note as done",
        slot="errand",
        replies=("the one that says {value}", "{value}", "I mean the task to {value}", "it's: {value}"),
    ),
    split=Split.TRAIN,
)
def tick_off(play: Play) -> None:
    """Two calls: the note's number comes from the search."""
    number, _ = pick_note(play)
    play.ask()
    play.call("search_notes", {"query": play.slots["thing"]})
    play.learn("The note is number {number}.", "Note {number} says that.", number=number)
    play.call("finish_note", {"id": number})
    play.learn("Note {number} is done.", "Note {number} is ticked off now.")
    play.conclude(
        "Note {number} ({errand}) is marked as done.",
        "I ticked off note {number}: {errand}.",
        "Note {number} is finished: {errand}.",
        facts=["number"],
    )


@NOTES.intent(
    goal="mark note {number} as done",
    wordings=(
        "mark note {number} as done",
        "Note {number} is done, tick it off.",
        "finish note number {number}",
        "I'm through with note {number}. Tick it off.",
        "tick off number {number} in my notes",
        "Number {number} on my list has been dealt with. Please mark it.",
        "close note no. {number}",
        "~note {number} done",
        "~finish {number}",
    ),
    essential="finish_note",
    missing=Missing(
        wordings=(
            "mark one of the notes as done, I know its number",
            "finish a note by its number",
            "I'm through with one of the notes. Tick it off.",
            "~note done",
        ),
        needs="the number of the note",
        goal="mark a note as done",
        slot="number",
    ),
    split=Split.TRAIN,
)
def finish_by_number(play: Play) -> None:
    """One call."""
    number, _ = pick_note(play)
    play.ask(number=number)
    play.call("finish_note", {"id": number})
    play.learn('Note {number}, "{text}", is finished.', "That was: {text}. It is done now.")
    play.conclude(
        "Note {number} is done: {text}.",
        "I marked note {number} as done ({text}).",
        "Done with {number}: {text}.",
        facts=["number", Fact("text", play.slots["errand"])],
    )


@NOTES.intent(
    goal="mark note {number} as done",
    wordings=(
        "tick off note {number}",
        "can you set note {number} to done?",
        "I think I've finished note {number}. Mark it, will you?",
        "Note number {number} can be closed.",
        "get note {number} out of the way, it's finished",
        "~close {number}",
    ),
    essential="finish_note",
    split=Split.DEV,
)
def finish_missing(play: Play) -> None:
    """The number doesn't exist; the refusal is the answer."""
    number = len(play.state["notes"]) + play.draw.whole(2, 30)
    play.ask(number=number)
    play.attempt("finish_note", {"id": number})
    play.learn("There is no note {number}.", "The tool knows no note {number}.")
    play.conclude(
        "There is no note {number}, so I couldn't tick it off.",
        "I found no note with the number {number}.",
        facts=["number", Fact("no")],
    )


@NOTES.intent(
    goal="mark note {number} as done",
    wordings=(
        "set note {number} to done",
        "put a tick behind note {number}",
        "Please take note {number} as finished.",
        "I've done what note {number} says. Please mark it.",
        "could note {number} be ticked off?",
        "check off number {number}, that task is behind me",
        "Off the list with note {number}, please!",
        "~check off note {number}",
    ),
    essential="finish_note",
    split=Split.TRAIN,
)
def finished_before(play: Play) -> None:
    """The note was done already, which is said."""
    number, note = pick_note(play)
    note["finished"] = play.state["now"]
    play.ask(number=number)
    play.call("finish_note", {"id": number})
    play.learn("Note {number} was finished before.", "It says that note {number} was finished already.")
    play.conclude(
        "Note {number} ({text}) was done already.",
        "That one was finished before: {number}, {text}.",
        facts=["number", Fact("text", "already", ("before",))],
    )


@NOTES.intent(
    goal="mark all notes with the tag {tag} as done",
    wordings=(
        "tick off everything tagged {tag}",
        "mark all notes with the tag {tag} as done",
        "I've finished everything under {tag} in my notes. Tick it all off.",
        "All my {tag} notes are done, update them.",
        "close every note that has the tag {tag}",
        "go through the notes tagged {tag} and finish each of them",
        "The whole {tag} list is done! Please mark those notes.",
        "~all #{tag} done",
    ),
    essential="finish_note",
    missing=Missing(
        wordings=(
            "tick off everything with a certain tag",
            "close every note that has that tag",
            "I have finished all notes of one kind. Tick them off.",
            "~all of a tag done",
        ),
        needs="the tag they have",
        goal="mark all notes with a tag as done",
        slot="tag",
    ),
    split=Split.TRAIN,
)
def finish_tag(play: Play) -> None:
    """Three or four calls: a list, and one for each note on it."""
    fitting = [tag for tag in used_tags(play) if 2 <= len(tagged(play, tag)) <= 3]
    if not fitting:
        raise play.unsuitable("no tag has two or three notes")
    tag = play.draw.pick(fitting)
    numbers = [number for number, _ in tagged(play, tag)]
    play.ask(tag=tag)
    play.call("list_notes", {"tag": tag})
    play.learn("They are {numbers}.", "Under {tag} there are the notes {numbers}.", numbers=numbers)
    for number in numbers:
        play.call("finish_note", {"id": number})
        play.learn("Note {done} is done.", "That finishes note {done}.", done=number)
    play.conclude(
        "I marked {count} notes as done: {numbers}.",
        "All notes tagged {tag} are done: {numbers}.",
        "The notes {numbers} are ticked off.",
        facts=["numbers"],
        count=len(numbers),
    )
