"""Where files are, which is the newest or the largest, how many there are, what a folder holds."""

from __future__ import annotations

from collections.abc import Callable

from umi_local.worlds.facts import NO
from umi_local.worlds.families._papers.words import SUBJECTS, slug
from umi_local.worlds.families.files.service import (
    FILES,
    mentions,
    name_file,
    names_in,
    pick_text,
)
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@FILES.intent(
    goal="find {called}",
    wordings=(
        "where is {called}?",
        "where did I [put|save|leave] {called}?",
        "find {called} and tell me where it is",
        "I can't find {called}. Where did I put it?",
        "look for {called} in my files and give me the path",
        "what is the path of {called}?",
        "I know I saved {called} somewhere, but in which folder?",
        "~where's {called}",
        "~path of {called}?",
    ),
    essential="find_files",
    missing=Missing(
        wordings=(
            "where did I put that file?",
            "find a file for me and tell me its path",
            "I can't find one of my files. Where is it?",
            "look for something in my files",
            "~where's my file",
        ),
        needs="what the file is about",
        goal="find a file",
        slot="called",
        replies=(
            "I'm looking for {value}.",
            "the file is {value}",
            "{value}, that's the one",
            "I mean, where is {value}?",
        ),
    ),
    split=Split.TRAIN,
)
def where_is(play: Play) -> None:
    """One call; the name is made from the user's words."""
    _, text = pick_text(play)
    play.ask()
    play.call("find_files", {"name": slug(text["word"])})
    play.learn("There is one such file, {path}.", "It is {path}.", "Only {path} has that name.")
    play.conclude(
        "It is here: {path}.",
        "You find it as {path}.",
        "The path is {path}.",
        "I found {path}.",
        facts=["path"],
    )


@FILES.intent(
    goal="find which file mentions {person}",
    wordings=(
        "which file mentions {person}?",
        "in which of my files does {person} appear?",
        "search my files for {person} and tell me where it is",
        "find the file that has {person} in it",
        "I wrote down {person} somewhere. In which file?",
        "where did I write about {person}?",
        "{person} must be mentioned in one of my texts. Which one?",
        "~which file: {person}",
        "~file with {person}",
    ),
    essential="search_files",
    missing=Missing(
        wordings=(
            "which of my files mentions that name?",
            "search my files for a name",
            "I wrote down a name somewhere. In which file?",
            "~which file has the name",
        ),
        needs="the name to look for",
        goal="find which file mentions a name",
        slot="person",
    ),
    split=Split.TRAIN,
)
def who_mentions(play: Play) -> None:
    """One call, a path as the answer."""
    _, person, _ = one_mention(play)
    play.ask(person=person)
    play.call("search_files", {"query": person})
    play.learn("{person} appears in {path}.", "The only line with {person} is in {path}.")
    play.conclude(
        "{person} is in {path}.",
        "It is {path} that mentions {person}.",
        "You find {person} in {path}.",
        facts=["path"],
    )


def one_mention(play: Play, fits: Callable[[str], bool] = lambda path: True) -> tuple[str, str, str]:
    """Pick a name that stands in one line of one text, and fill the slots of its file; path, name and line.

    Args:
        fits: Which paths will do.
    """
    found = [
        (path, name, mentions(play, name)[0][1])
        for path, text in play.state["texts"].items()
        for name in names_in(text)
        if fits(path) and len(mentions(play, name)) == 1
    ]
    if not found:
        raise play.unsuitable("no name stands in one place only")
    path, name, line = play.draw.pick(found)
    name_file(play, path)
    return path, name, line


@FILES.intent(
    goal="say whether there is a file about the {subject}",
    wordings=(
        "do I have a file about the {subject}?",
        "is there any file named after the {subject}?",
        "check if I have a file with {subject} in its name",
        "I thought I had saved something on the {subject}. Is there such a file?",
        "have I already got a file called {subject} or something like that?",
        "look whether a file for the {subject} exists",
        "~file on {subject}?",
        "~any {subject} file?",
    ),
    essential="find_files",
    split=Split.TRAIN,
)
def no_such_file(play: Play) -> None:
    """Nothing is found, and that is the answer."""
    known = " ".join(play.state["files"])
    own = [subject for subject in SUBJECTS.of(play.draw.split) if slug(subject) not in known]
    subject = play.draw.pick(own)
    play.ask(subject=subject)
    play.call("find_files", {"name": slug(subject)})
    play.learn("0 files have such a name.", "No file is named after the {subject}.")
    play.conclude(
        "No, there is no file about the {subject}.",
        "I found no file with {subject} in its name.",
        "You don't have one about the {subject}.",
        facts=[NO],
    )
