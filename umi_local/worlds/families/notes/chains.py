"""Notes and files together: lists written out, files turned into notes, sums over notes."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families._papers.desks import put_file
from umi_local.worlds.families._papers.notes import note
from umi_local.worlds.families._papers.words import ERRANDS
from umi_local.worlds.families.notes.service import NOTES, pick_note, tagged, used_tags
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.pools import FIRST_NAMES
from umi_local.worlds.splits import Split

_FILES = ("plan.txt", "week.txt", "tasks.md", "my-list.txt", "handout.txt", "agenda.md", "open-points.txt")


@NOTES.intent(
    goal="write the notes with the tag {tag} to {target}",
    wordings=(
        "write my {tag} notes to {target}, one per line, just the texts",
        "put the texts of all notes tagged {tag} into a new file {target}, one a line",
        "I'd like to print my {tag} notes. Save them as {target}, a line for each.",
        "export everything tagged {tag} from my notes to {target} (one line each, only the text)",
        "make a file {target} with my notes on {tag}, one per line",
        "Take all notes with the tag {tag} and write what they say into {target}, line by line.",
        "copy the {tag} notes into {target}, the newest first, one line each",
        "~notes #{tag} > {target}, one per line",
    ),
    essential="write_file",
    missing=Missing(
        wordings=(
            "write my {tag} notes to a file, one per line, just the texts",
            "export everything tagged {tag} from my notes (one line each, only the text)",
            "~notes #{tag} > file",
        ),
        needs="the name of the new file",
        goal="write the notes with the tag {tag} to a file",
        slot="target",
    ),
    split=Split.TRAIN,
)
def notes_to_file(play: Play) -> None:
    """Two calls: a list, then a file."""
    tags = [tag for tag in used_tags(play) if 2 <= len(tagged(play, tag)) <= 3]
    if not tags:
        raise play.unsuitable("no tag has two or three notes")
    tag = play.draw.pick(tags)
    texts = [found["text"] for _, found in tagged(play, tag)]
    play.ask(tag=tag, target=play.draw.pick(_FILES))
    play.call("list_notes", {"tag": tag})
    play.learn("There are {count}: {texts}.", "They say {texts}.", texts=texts, count=len(texts))
    play.call(
        "write_file",
        {"path": play.slots["target"], "text": "\n".join(texts)},
        does="write these {count} texts to {target}, one per line",
        derived=["text"],
    )
    play.learn("{target} has {count} lines now.", "They are in {target}.")
    play.conclude(
        "I wrote {count} notes to {target}.",
        "{target} now has your {count} notes on {tag}.",
        "Saved {count} lines in {target}.",
        facts=["count"],
        derived=["count"],
    )


@NOTES.intent(
    goal="make a note of each line of {path}",
    wordings=(
        "make a note of each line in {path}",
        "turn {path} into notes, one for every line",
        "{path} is a list of things to do. Put each of them into my notes.",
        "read {path} and add what it says to my notes, line by line",
        "copy the lines of {path} to my notes, each as a note of its own",
        "~{path} -> notes (one per line)",
    ),
    essential="add_note",
    missing=Missing(
        wordings=(
            "make a note of each line in a file",
            "turn one of my files into notes, one for every line",
            "~file -> notes",
        ),
        needs="the name of that file",
        goal="turn a file into notes",
        slot="path",
    ),
    split=Split.TEST,
)
def file_to_notes(play: Play) -> None:
    """Three or four calls: a file is read, and each line becomes a note."""
    known = {found["errand"] for found in play.state["notes"]}
    errands = play.draw.sample([e for e in ERRANDS.of(play.draw.split) if e not in known], play.draw.whole(2, 3))
    path = play.draw.pick(_FILES)
    put_file(play.state, play.draw, path, "".join(f"{errand}\n" for errand in errands))
    play.ask(path=path)
    play.call("read_file", {"path": path})
    play.learn("It has {count} lines: {errands}.", "The lines are {errands}.", errands=errands, count=len(errands))
    for errand in errands:
        play.call("add_note", {"text": errand})
        play.learn("{noted} is in the notes.", "One more is noted: {noted}.", noted=errand)
    play.conclude("I made {count} notes: {errands}.", "All lines of {path} are noted: {errands}.", facts=["errands"])


@NOTES.intent(
    goal="add up what is lent, from the notes tagged {tag}",
    wordings=(
        "How much money do people owe me altogether? The notes tagged {tag} tell.",
        "add up the amounts in my notes with the tag {tag}",
        "what do my {tag} notes come to, all amounts together?",
        "I lent money to some people and noted it under {tag}. How much is it in total?",
        "sum up the euros in the notes tagged {tag}",
        "~sum of #{tag} notes",
    ),
    split=Split.TEST,
)
def sum_of_notes(play: Play) -> None:
    """Two calls: the amounts are read off the notes, then added."""
    tag = play.draw.pick(("lent", "owed", "debts"))
    amounts = [play.draw.whole(5, 90) for _ in range(play.draw.whole(2, 4))]
    names = play.draw.several_of(FIRST_NAMES, len(amounts))
    created = play.state["now"][:10]
    for name, amount in zip(names, amounts, strict=True):
        play.state["notes"].append(note(f"{name} owes me {amount} euros", tag, f"{created}T08:00:00"))
    play.ask(tag=tag)
    play.call("list_notes", {"tag": tag})
    play.learn("The amounts are {amounts} euros.", "It says {amounts} euros.", amounts=amounts[::-1])
    expression = " + ".join(map(str, amounts[::-1]))
    play.call("calculate", {"expression": expression}, derived=["expression"])
    play.learn("Together that is {sum}.", "They sum up to {sum} euros.", sum=sum(amounts))
    play.conclude("It is {sum} euros in all.", "They owe you {sum} euros together.", facts=["sum"])


@NOTES.intent(
    goal="append the note about the {thing} to {path} and tick it off",
    wordings=(
        "add the text of my note about the {thing} to {path} and mark the note as done",
        "append what my note about the {thing} says to {path}, and tick the note off afterwards",
        "move the note on the {thing} over to {path}: append its text there, then tick it off",
        "The note about the {thing} should be in {path} instead. Append it there and finish the note.",
        "copy my note with the {thing} to the end of {path}, and after that close the note",
        "I keep such things in {path}. Take the note about the {thing}, add it there, and tick it off here.",
        "put what I noted about the {thing} at the end of {path}; then the note is done",
        "~note {thing} >> {path}, then done",
    ),
    split=Split.TRAIN,
)
def note_to_file(play: Play) -> None:
    """Three calls: a note is found, written to a file, and finished."""
    number, found = pick_note(play)
    path = play.draw.pick(list(play.state["texts"]))
    play.ask(path=path)
    play.call("search_notes", {"query": play.slots["thing"]})
    play.learn('Note {number} says "{text}".', "It is note {number}: {text}.", number=number)
    play.call(
        "write_file",
        {"path": path, "text": found["text"], "mode": "append"},
        does='append "{text}" to {path}',
    )
    play.learn("{path} has the text now, so the note can be closed.", "The line is in {path}.")
    play.call("finish_note", {"id": number})
    play.learn("Note {number} is closed.", "Now note {number} is done, too.")
    play.conclude(
        "{path} has the text, and note {number} is done.",
        "I appended it to {path} and ticked off note {number}.",
        "Moved to {path}; note {number} is finished.",
        facts=["number"],
    )


@NOTES.intent(
    goal="read the first line of {path} and note it",
    wordings=(
        "take the first line of {path} and save it as a note with the tag {tag}",
        "note the first line of {path}, exactly as it stands there; the tag is {tag}",
        "put the top line of {path} into my notes under {tag}",
        "I want the first line of {path} in my notes, with the tag {tag}",
        "The first line of {path} should become a note (tag {tag}).",
        "~note: first line of {path}, tag {tag}",
    ),
    essential="add_note",
    split=Split.DEV,
)
def line_to_note(play: Play) -> None:
    """Two calls: a line is read and noted."""
    path = play.draw.pick(list(play.state["texts"]))
    line = play.state["texts"][path]["text"].splitlines()[0]
    play.ask(path=path, tag=play.draw.pick(("read", "idea", "check")))
    play.call(
        "read_file",
        {"path": path, "n_lines": 1},
        does="read the first line of {path}",
        derived=["n_lines"],
    )
    play.learn('At the top it says "{line}".', 'The first line is "{line}".', line=line)
    play.call("add_note", {"text": line, "tag": play.slots["tag"]}, does='save "{text}" with the tag {tag}')
    play.learn("That line is noted.", "The note is there.")
    play.conclude("I noted: {line}", "Your notes now have: {line}", facts=[Fact("text", line)])
