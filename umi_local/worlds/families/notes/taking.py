"""Notes are taken, with or without a tag, and finished."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families._papers.words import LINES, TAGS
from umi_local.worlds.families.notes.service import NOTES, having, new_errand, pick_note
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
    goal='note "{text}" unless there is a note about the {thing}',
    wordings=(
        'note "{text}", unless I already have something about the {thing}',
        'check if my notes have the {thing}; if they lack it, add "{text}"',
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
        "close the note about the {thing} and put down a new one: {new}",
        'The note about the {thing} is done; the next thing is "{new}", so add that.',
        "I managed to {errand}. Tick that off, and put down a new one: {new}.",
        'finish the note on the {thing} and add a note that says "{new}"',
        "One off, one on: tick off the {thing}, because now I have to {new}.",
        'swap the note about the {thing} for a new one, "{new}"; the old one counts as done',
        '~{thing} done; new: "{new}"',
    ),
    missing=Missing(
        wordings=(
            "tick off the {thing} in my notes, and note something else instead",
            "finish the note on the {thing} and add a new one",
            "~{thing} done; new note",
        ),
        needs="the text of the new note",
        goal="tick off the {thing} and note something new",
        slot="new",
        replies=("{value}", "the new one is: {value}", "I have to {value}"),
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
