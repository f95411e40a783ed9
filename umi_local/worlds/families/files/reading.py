"""What stands in a file, how long it is, when it was changed, what it mentions."""

from __future__ import annotations

import re

from umi_local.worlds.facts import NO, YES, Fact
from umi_local.worlds.families._papers.desks import shown
from umi_local.worlds.families.files.finding import one_mention
from umi_local.worlds.families.files.service import FILES, mentions, pick_file, pick_text
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.pools import person
from umi_local.worlds.splits import Split


@FILES.intent(
    goal="read the last line of {path}",
    wordings=(
        "what is the last line of {path}?",
        "read me the last line of {path}",
        "How does {path} end? give me its last line.",
        "what is the latest entry at the end of {path}?",
        "Skip the rest of {path}, I only want its last line.",
        "show the end of {path}, just one line",
        "tell me how the very last line in {path} reads",
        "~last line {path}",
        "~tail -1 {path}",
    ),
    essential="read_file",
    split=Split.TRAIN,
)
def last_line(play: Play) -> None:
    """One call that begins at the end."""
    path = pick_file(play)
    line = shown(play, path).splitlines()[-1]
    if path.endswith(".json") or len(line) > 120:
        raise play.unsuitable("no line worth reading")
    play.ask()
    play.call(
        "read_file",
        {"path": path, "start_line": -1, "n_lines": 1},
        does="read only the last line of {path}",
        derived=["start_line", "n_lines"],
    )
    play.learn('The last line is "{line}".', 'It reads "{line}".', line=line)
    play.conclude(
        "The last line of {path} is: {line}",
        'It reads "{line}".',
        "{path} ends with this line: {line}",
        facts=[Fact("text", line)],
    )


@FILES.intent(
    goal="read the first line of {path}",
    wordings=(
        "what is the first line of {path}?",
        "How does {path} begin? the first line will do.",
        "read only the first line of {path} to me",
        "{path} has some kind of title at the top. What is it?",
        "which words does {path} start with, in its first line?",
        "I just want to see the top line of {path}.",
        "~first line {path}",
    ),
    essential="read_file",
    split=Split.DEV,
)
def first_line(play: Play) -> None:
    """One call with a limit."""
    path, _ = pick_text(play)
    line = shown(play, path).splitlines()[0]
    play.ask()
    play.call(
        "read_file",
        {"path": path, "n_lines": 1},
        does="read only the first line of {path}",
        derived=["n_lines"],
    )
    play.learn('The first line says "{line}".', 'At the top stands "{line}".', line=line)
    play.conclude('{path} begins with "{line}".', "The first line: {line}", facts=[Fact("text", line)])


@FILES.intent(
    goal="say whether {path} mentions {person}",
    wordings=(
        "does {path} say anything about {person}?",
        "is {person} mentioned in {path}?",
        "check {path} for {person}",
        "look whether the name {person} is in {path}",
        "I'm not sure if {person} is in {path}. Is that so?",
        "did we put {person} into {path}?",
        "~{person} in {path}?",
        "~{path}: any {person}",
    ),
    essential="search_files",
    split=Split.TRAIN,
)
def is_mentioned(play: Play) -> None:
    """One call; found or not found, both are answers."""
    if play.draw.chance(0.5):
        path, name, line = one_mention(play)
        play.ask(person=name)
    else:
        path, _ = pick_text(play)
        line = ""
        play.ask(person=person(play.draw))
    if not line and mentions(play, play.slots["person"]):
        raise play.unsuitable("the name is there")
    play.call("search_files", {"query": play.slots["person"], "path": path}, does="search {path} for {query}")
    if line:
        play.learn('{person} stands in this line: "{line}".', 'One line has {person}: "{line}".', line=line)
        play.conclude(
            'Yes, {path} says "{line}".', "Yes: {line}", "Yes, in this line: {line}", facts=[YES, Fact("text", line)]
        )
    else:
        play.learn("No line of {path} has {person}.", "The search found nothing about {person} in {path}.")
        play.conclude("No, {path} doesn't mention {person}.", "{person} is not mentioned in {path}.", facts=[NO])


@FILES.intent(
    goal="read out {path}",
    wordings=(
        "read me {path}",
        "what does {path} say, word for word?",
        "show me the whole text of {path}",
        "open {path} and read it to me",
        "I don't have my glasses on. What stands in {path}?",
        "could I hear the full text of {path}?",
        "print {path} here as it is",
        "~cat {path}",
        "~{path}, full text",
    ),
    essential="read_file",
    missing=Missing(
        wordings=(
            "read me my text",
            "show me the whole text of a file",
            "open one of my files and read it to me",
            "~cat file",
        ),
        needs="which file to read",
        goal="read out a file",
        slot="path",
    ),
    split=Split.TRAIN,
)
def read_aloud(play: Play) -> None:
    """One call; the answer is the text."""
    path, _ = pick_text(play)
    lines = shown(play, path).splitlines()
    if len(shown(play, path).split()) > 42:
        raise play.unsuitable("too long to read out")
    play.ask()
    play.call("read_file", {"path": path})
    play.learn("{path} has {count} lines, which I can repeat.", "I have its text now, {count} lines.", count=len(lines))
    play.conclude(
        "{path} says: {text}",
        "Here it is: {text}",
        "The text: {text}",
        facts=[Fact("text", line) for line in lines if len(line.split()) > 1],
        text="\n".join(lines),
    )


@FILES.intent(
    goal="tell in how many of the files {word} occurs",
    wordings=(
        "in how many of my files does the word {word} occur?",
        'how many files contain "{word}"?',
        "search everything for {word} and tell me the number of files that have it",
        "I use the word {word} a lot. How many of my files have it?",
        "count the files in which {word} appears",
        "~files with {word}, count",
    ),
    essential="search_files",
    split=Split.DEV,
)
def files_with_word(play: Play) -> None:
    """One call; the count stands in the first line."""
    words = sorted({word for text in play.state["files"].values() for word in re.findall(r"\b[a-z]{5,}\b", text)})
    fitting = [(word, found) for word in words if 2 <= len(found := mentions(play, word)) <= 6]
    if not fitting:
        raise play.unsuitable("no word comes in a few lines")
    word, found = play.draw.pick(fitting)
    count = len({path for path, _ in found})
    play.ask(word=word)
    play.call("search_files", {"query": word})
    play.learn(
        "{lines} lines in {count:n file} have it.", "It occurs in {count:n file}.", lines=len(found), count=count
    )
    play.conclude('"{word}" occurs in {count:n file}.', "I found it in {count:n file}.", facts=["count"])
