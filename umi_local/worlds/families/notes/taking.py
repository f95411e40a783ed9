"""Notes are taken, with or without a tag, and finished."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families._papers.words import LINES, TAGS
from umi_local.worlds.families.notes.service import NOTES, having, new_errand, pick_note, tagged, used_tags
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@NOTES.intent(
    goal='save the note "{text}"',
    wordings=(
        "note down: {text}",
        "remember to {text}; put that into my notes",
        "save a note that I have to {text}",
        "write a note: {text}",
        "I must {text}. Make a note of that.",
        "Don't let me forget to {text}. Note it, please.",
        "put {text} on my list",
        "I've just remembered that I need to {text}. Add it to my notes.",
        "~note: {text}",
        "~new note {text}",
    ),
    essential="add_note",
    missing=Missing(
        wordings=(
            "make a note for me",
            "put something on my list",
            "I've just remembered something. Add it to my notes.",
            "save a new note",
            "~new note",
        ),
        needs="the text of the note",
        goal="save a note",
        slot="text",
        replies=("{value}", "I have to {value}", "It should say: {value}", "just write {value}"),
    ),
    split=Split.TRAIN,
)
def take_note(play: Play) -> None:
    """One call that writes; the text is given word for word."""
    text = new_errand(play)
    play.ask(text=text)
    play.call("add_note", {"text": text})
    play.learn("The note is saved.", "It is note {number} now.", number=len(play.state["notes"]) + 1)
    play.conclude(
        "I noted: {text}.",
        "Saved as note {number}: {text}.",
        "Your note is saved: {text}.",
        facts=[Fact("text", text)],
    )


@NOTES.intent(
    goal='save the note "{text}" with the tag {tag}',
    wordings=(
        'add a note with the tag {tag}: "{text}"',
        'note "{text}" and tag it {tag}',
        'put "{text}" into my notes under {tag}',
        "I have a note for the tag {tag}: {text}",
        'save "{text}" as a note; the tag should be {tag}',
        "{text} - please keep that as a note, tagged {tag}.",
        'file this under {tag} in my notes: "{text}"',
        "~note #{tag} {text}",
        '~{tag} note: "{text}"',
    ),
    essential="add_note",
    missing=Missing(
        wordings=(
            'add a note with a tag: "{text}"',
            'note "{text}" and give it a tag',
            'save "{text}" as a note, but with a tag',
            '~tagged note: "{text}"',
        ),
        needs="the tag",
        goal='save the note "{text}" with a tag',
        slot="tag",
    ),
    split=Split.TRAIN,
)
def take_tagged_note(play: Play) -> None:
    """One call with an optional argument."""
    play.ask(text=play.draw.of(LINES), tag=play.draw.pick(TAGS))
    play.call(
        "add_note",
        {"text": play.slots["text"], "tag": play.slots["tag"]},
        does='save the note "{text}" with the tag {tag}',
    )
    play.learn("It is saved under {tag}.", "Note {number} has it now.", number=len(play.state["notes"]) + 1)
    play.conclude(
        "I saved it with the tag {tag}.",
        "Noted under {tag}: {text}.",
        "The note is there, tagged {tag}.",
        facts=["tag"],
    )


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
        "Note {number} is done: {text}.", "I marked note {number} as done ({text}).", "Done with {number}: {text}.",
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
        "I've done what note {number} says. Please mark it.",
        "could note {number} be ticked off?",
        "check off number {number}, that task is behind me",
        "Off the list with note {number}, please!",
        "~check off note {number}",
    ),
    essential="finish_note",
    split=Split.TEST,
)
def finished_before(play: Play) -> None:
    """The note was done already, which is said."""
    number, note = pick_note(play)
    note["finished"] = play.state["now"]
    play.ask(number=number)
    play.call("finish_note", {"id": number})
    play.learn("Note {number} was finished before.", "It says that note {number} was finished already.")
    play.conclude(
        "Note {number} ({text}) was done already.", "That one was finished before: {number}, {text}.",
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


@NOTES.intent(
    goal='note "{text}" unless there is a note about the {thing}',
    wordings=(
        'note "{text}", unless I already have something about the {thing}',
        'Do I have a note about the {thing}? If not, add "{text}".',
        'add the note "{text}" if nothing about the {thing} is in my notes yet',
        "I want no doubles. Note {text} only if there isn't a note on the {thing}.",
        "look for the {thing} in my notes; if it isn't there, put down: {text}",
        'Make sure that my notes mention the {thing}. If they don\'t, the new note is "{text}".',
        '~{thing} noted? else note "{text}"',
    ),
    split=Split.TRAIN,
)
def note_once(play: Play) -> None:
    """One call or two: only what isn't there is added."""
    is_there = play.draw.chance(0.5)
    if is_there:
        number, _ = pick_note(play)
        play.ask(number=number, text=play.slots["errand"])
    else:
        errand = new_errand(play)
        play.ask(text=errand, thing=errand.split()[-2] if errand.endswith(" back") else errand.split()[-1])
    play.call("search_notes", {"query": play.slots["thing"]}, decides=True)
    if having(play, play.slots["thing"]) and is_there:
        play.learn("Note {number} is about the {thing}, so nothing is to be added.", "There is note {number} already.")
        play.conclude(
            "You have note {number} about the {thing} already, so I added nothing.",
            "There is a note about the {thing}, number {number}; I added none.",
            facts=["number"],
        )
        return
    play.learn("No note is about the {thing}, so it must be added.", "There are no notes on the {thing}.")
    play.call("add_note", {"text": play.slots["text"]})
    play.learn('"{text}" is noted.', "The new note is saved.")
    play.conclude(
        "There was no note about the {thing}; I added: {text}.",
        "I noted {text}, as nothing about the {thing} was there.",
        facts=[Fact("text", play.slots["text"])],
    )


@NOTES.intent(
    goal="tick off the {thing} and note {new}",
    wordings=(
        'tick off the {thing} in my notes, and note "{new}" instead',
        'The note about the {thing} is done; the next thing is "{new}", so add that.',
        "I managed to {errand}. Tick that off, and put down a new one: {new}.",
        'finish the note on the {thing} and add a note that says "{new}"',
        "One off, one on: tick off the {thing}, because now I have to {new}.",
        'swap the note about the {thing} for a new one, "{new}"; the old one counts as done',
        '~{thing} done; new: "{new}"',
    ),
    split=Split.TRAIN,
)
def swap(play: Play) -> None:
    """Three calls: found, finished, and another one added."""
    number, _ = pick_note(play)
    play.ask(new=new_errand(play))
    play.call("search_notes", {"query": play.slots["thing"]})
    play.learn("It is note {number}.", "Note {number} is about the {thing}.", number=number)
    play.call("finish_note", {"id": number})
    play.learn("Note {number} is finished; the new one is left.", "That was the first half.")
    play.call("add_note", {"text": play.slots["new"]}, does='save the note "{new}"')
    play.learn("The new note is there, too.", '"{new}" is noted.')
    play.conclude(
        "Note {number} is done, and I added: {new}.",
        "I ticked off note {number} and noted {new}.",
        "Both done: {number} is finished, {new} is noted.",
        facts=["number", Fact("text", play.slots["new"])],
    )
