"""What the notes say: all of them, those with a tag or a word, the oldest, the number of them."""

from __future__ import annotations

from umi_local.worlds.dates import days_later
from umi_local.worlds.facts import NO, YES, Fact
from umi_local.worlds.families.notes.service import NOTES, new_errand, pick_note, tagged, thing, used_tags
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@NOTES.intent(
    goal="list the open notes",
    wordings=(
        "what's on my list?",
        "read me my notes",
        "what do I still have to do?",
        "show me everything that is open in my notes",
        "I'm planning the week. What have I noted so far?",
        "which tasks are left?",
        "~my notes?",
        "~todo?",
    ),
    essential="list_notes",
    split=Split.DEV,
)
def list_open(play: Play) -> None:
    """One call; the answer lists them."""
    errands = [note["errand"] for note in play.state["notes"]][::-1]
    play.ask()
    play.call("list_notes", {}, does="list the open notes")
    play.learn("There are {count} open notes.", "The list has {count} entries.", count=len(errands))
    play.conclude("You have {count} notes: {errands}.", "Still to do: {errands}.", facts=["errands"], errands=errands)


@NOTES.intent(
    goal="list the notes with the tag {tag}",
    wordings=(
        "what have I noted under {tag}?",
        "show me the notes tagged {tag}",
        "which of my notes have the tag {tag}?",
        "list everything with the tag {tag} from my notes",
        "I've got time for {tag} now. What is on that list?",
        "read out my {tag} notes",
        "Only the {tag} things from my notes, please.",
        "~#{tag} notes",
        "~notes {tag}?",
    ),
    essential="list_notes",
    missing=Missing(
        wordings=(
            "what have I noted under that tag?",
            "list my notes with one of the tags",
            "show me the notes of one kind only",
            "~notes by tag",
        ),
        needs="the tag",
        goal="list the notes with a tag",
        slot="tag",
    ),
    split=Split.TRAIN,
)
def list_by_tag(play: Play) -> None:
    """One call with an optional argument."""
    tags = used_tags(play)
    if not tags:
        raise play.unsuitable("no note has a tag")
    tag = play.draw.pick(tags)
    errands = [note["errand"] for _, note in tagged(play, tag)]
    play.ask(tag=tag)
    play.call("list_notes", {"tag": tag})
    play.learn("With {tag} there is: {errands}.", "{count:n note} with that tag.", errands=errands, count=len(errands))
    play.conclude(
        "Under {tag} you have: {errands}.",
        "{count:n note} tagged {tag}: {errands}.",
        "The {tag} list: {errands}.",
        facts=["errands"],
    )


@NOTES.intent(
    goal="count the open notes< with the tag {tag}>",
    wordings=(
        "how many notes< tagged {tag}> are still open?",
        "count my open notes<, only those with the tag {tag}>",
        "how many things< under {tag}> do I still have to do, going by my notes?",
        "I feel overloaded. How many open notes< with the tag {tag}> are there?",
        "tell me the number of unfinished notes< in {tag}>",
        "~open notes< #{tag}>, how many",
    ),
    essential="list_notes",
    split=Split.DEV,
)
def count_open(play: Play) -> None:
    """One call; the plan counts the lines."""
    notes = play.state["notes"]
    for note in play.draw.sample(notes, 2):
        note["finished"] = play.state["now"]
    tags = sorted({note["tag"] for note in notes if not note.get("finished")} - {""})
    tag = play.draw.pick(tags) if tags and play.draw.chance(0.5) else ""
    count = sum(not note.get("finished") and (not tag or note["tag"] == tag) for note in notes)
    play.ask(tag=tag)
    play.call("list_notes", {"tag": tag or None}, does="list the open notes< with the tag {tag}>")
    play.learn("The list has {count:n line}.", "I count {count:n note} on the list.", count=count)
    play.conclude(
        "{count:n note} {verb} still open.",
        "You have {count:n open note}.",
        facts=["count"],
        derived=["count"],
        verb="is" if count == 1 else "are",
    )


@NOTES.intent(
    goal="tell what is noted about the {thing}",
    wordings=(
        "what did I note about the {thing}?",
        "Is there anything in my notes about the {thing}? What does it say?",
        "find the note with the {thing} and read it to me",
        "search my notes for the {thing}",
        "I made a note concerning the {thing}. How does it go?",
        "look up the {thing} in my notes",
        "What was it that I wanted to do about the {thing}? Check my notes.",
        "~note about {thing}?",
        "~notes: {thing}",
    ),
    essential="search_notes",
    missing=Missing(
        wordings=(
            "find one of my notes and read it to me",
            "what did I note about that thing?",
            "search my notes for something",
            "~find a note",
        ),
        needs="the word to look for",
        goal="find a note",
        slot="thing",
    ),
    split=Split.TRAIN,
)
def what_about(play: Play) -> None:
    """One call."""
    number, _ = pick_note(play)
    play.ask()
    play.call("search_notes", {"query": play.slots["thing"]})
    play.learn('Note {number} says "{text}".', "There is one: {text}.", number=number)
    play.conclude(
        "Note {number} says: {text}.",
        "You noted: {text}.",
        'It reads "{text}" (note {number}).',
        facts=[Fact("text", play.slots["errand"])],
    )


@NOTES.intent(
    goal="say whether there is a note about the {thing}",
    wordings=(
        "did I note anything about the {thing}?",
        "do my notes mention the {thing}?",
        "check my notes for the {thing}",
        "have I written down that I must {errand}?",
        "I can't remember if I noted to {errand}. Did I?",
        "look whether I have the {thing} on my list already",
        "is there a reminder about the {thing} in my notes?",
        "~{thing} in notes?",
        "~noted: {thing}?",
    ),
    essential="search_notes",
    split=Split.TRAIN,
)
def not_noted(play: Play) -> None:
    """Nothing is found, and that is the answer."""
    errand = new_errand(play)
    play.ask(errand=errand, thing=thing(errand))
    play.call("search_notes", {"query": play.slots["thing"]})
    play.learn("There are no notes with that word.", "Nothing is noted about the {thing}.")
    play.conclude(
        "No, there is no note about the {thing}.",
        "You have not noted anything about the {thing}.",
        "Your notes do not mention the {thing}.",
        facts=[NO],
    )


@NOTES.intent(
    goal="say whether the task to {errand} is done, and since when",
    wordings=(
        "Did I already {errand}? My notes should know.",
        "when did I tick off the {thing} in my notes?",
        "check in my notes if I am done with the {thing}, and since when",
        "Have I ticked off the {thing}? Give me the date if I have.",
        "on which day did I finish the note about the {thing}?",
        "~{thing} done? when",
    ),
    essential="search_notes",
    split=Split.TEST,
)
def done_already(play: Play) -> None:
    """One call; a finished note tells its day."""
    _, note = pick_note(play)
    day = play.draw.pick([days_later(note["created"][:10], days) for days in (1, 2)])
    note["finished"] = f"{day}T12:00:00"
    play.ask()
    play.call("search_notes", {"query": play.slots["thing"]})
    play.learn("The note has been done since {day}.", "It was ticked off on {day}.", day=day)
    play.conclude("Yes, it was done on {day}.", "Yes, you ticked it off on {day}.", facts=[YES, "day"])


@NOTES.intent(
    goal="say when the note about the {thing} was made",
    wordings=(
        "when did I make the note about the {thing}?",
        "on which day did I write down the thing with the {thing}?",
        "How old is my note about the {thing}? The date will do.",
        "find the note on the {thing} and tell me its date of creation",
        "since when have I had the {thing} in my notes?",
        "I'd like to know when I noted to {errand}.",
        "tell me the day on which I noted the {thing}",
        "~{thing}: noted when?",
    ),
    essential="search_notes",
    split=Split.TEST,
)
def when_noted(play: Play) -> None:
    """One call; the date in brackets is asked for, not the one in the text."""
    _, note = pick_note(play, due=False)
    play.ask()
    play.call("search_notes", {"query": play.slots["thing"]})
    play.learn("The date in brackets is {day}: then it was made.", "It was noted on {day}.", day=note["created"][:10])
    play.conclude("You noted it on {day}.", "The note about the {thing} is of {day}.", "Since {day}.", facts=["day"])


@NOTES.intent(
    goal="find the oldest open note",
    wordings=(
        "what is the oldest open note?",
        "which task has been on my list the longest?",
        "find the note that has been waiting longest",
        "Something has been lying around forever. Which of my notes is the oldest?",
        "which open note did I make first?",
        "~oldest note",
    ),
    essential="list_notes",
    split=Split.TEST,
)
def oldest(play: Play) -> None:
    """One call; the last line is the oldest."""
    note = play.state["notes"][0]
    if play.state["notes"][1]["created"][:10] == note["created"][:10]:
        raise play.unsuitable("two notes of one day")
    play.ask()
    play.call("list_notes", {}, does="list the open notes")
    play.learn(
        "The last line is the oldest: {errand}, of {day}.",
        "Note 1 of {day} is the oldest.",
        errand=note["errand"],
        day=note["created"][:10],
    )
    play.conclude("The oldest is: {errand} ({day}).", "It is note 1, {errand}, of {day}.", facts=["errand", "day"])
