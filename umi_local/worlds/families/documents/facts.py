"""Single facts out of texts: in a file that is named, one that must be found, in two files, and texts in a sentence."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.families._papers.texts import facts_in
from umi_local.worlds.families._papers.words import slug
from umi_local.worlds.families.documents.service import DOCUMENTS, pick_fact, pick_searchable
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@DOCUMENTS.intent(
    goal="look up {what} in {path}",
    wordings=(
        "what is {what} in {path}?",
        "look up {what} in {path}",
        "open {path} and tell me {what}",
        "I need {what}; it must be in {path}",
        "according to {path}, what is {what}?",
        "Somewhere in {path} it gives {what}. What does it say?",
        "find out {what} for me, from {path}",
        "can you read {path} and tell me {what}?",
        "I'm on the phone and quickly need {what} from {path}.",
        "~{what}? {path}",
        "~{path}: {what}",
    ),
    essential="read_file",
    split=Split.TRAIN,
)
def one_fact(play: Play) -> None:
    """One call."""
    path, _, facts = pick_fact(play)
    play.ask()
    play.call("read_file", {"path": path})
    play.learn("{what:cap} is {said}.", "It says that {what} is {said}.", "{path} gives {said} as {what}.")
    play.conclude(
        "{what:cap} is {said}.",
        "It is {said}.",
        "According to {path}, {what} is {said}.",
        "{said}.",
        facts=facts,
    )


@DOCUMENTS.intent(
    goal="tell {what} from {called}",
    wordings=(
        "what is {what} in {called}?",
        "find {called} and tell me {what}",
        "look into {called} for {what}",
        "I have {called} somewhere. What is {what} in it?",
        "I can't remember {what}. It's in {called}, wherever I put that.",
        "could you look up {what} in {called}?",
        "search for {called} and read {what} out of it",
        "get me {what} from {called}",
        "~{what}, see {called}",
        "~{called}: {what}?",
    ),
    essential="read_file",
    split=Split.TRAIN,
)
def found_fact(play: Play) -> None:
    """Two calls: the path comes from the first."""
    path, text, facts = pick_fact(play)
    play.ask()
    play.call("find_files", {"name": slug(text["word"])})
    play.learn("The file is {path}.", "There is one file for that: {path}.")
    play.call("read_file", {"path": path})
    play.learn("{what:cap} is {said} there.", "It gives {said} for {what}.")
    play.conclude(
        "{what:cap} is {said}.",
        "It's {said} (see {path}).",
        "In {called}, {what} is {said}.",
        "{path} says {said}.",
        facts=facts,
    )


@DOCUMENTS.intent(
    goal="look up {what} in {path} and {other_what} in {other}",
    wordings=(
        "what is {what} in {path}, and what is {other_what} in {other}?",
        "look up {what} in {path} and also {other_what} in {other}",
        "I need two things: {what} from {path}, and {other_what} from {other}.",
        "read {path} and {other}; I want {what} from the first and {other_what} from the second",
        "For my form: {what} ({path}) and {other_what} ({other}), please.",
        "~{what} ({path}) + {other_what} ({other})",
    ),
    missing=Missing(
        wordings=(
            "what is {what} in one file, and what is {other_what} in {other}?",
            "I need {what}, and {other_what} from {other}.",
            "~{what} + {other_what} ({other})",
        ),
        needs="the file that has the first one",
        goal="look up {what} and {other_what}",
        slot="path",
    ),
    split=Split.DEV,
)
def two_facts(play: Play) -> None:
    """Two calls that don't depend on each other."""
    path, _, facts = pick_fact(play)
    first = {key: play.slots[key] for key in ("path", "what", "said")}
    other, _, more = pick_fact(play, but=path)
    play.ask(**first, other=other, other_what=play.slots["what"], other_said=play.slots["said"])
    play.call("read_file", {"path": path})
    play.learn("{what:cap} is {said}. That is the first thing.", "{path} has {said} for {what}.")
    play.call("read_file", {"path": other})
    play.learn("{other_what:cap} is {other_said}.", "{other} has {other_said} for {other_what}.")
    play.conclude(
        "{what:cap} is {said}, and {other_what} is {other_said}.",
        "{what:cap}: {said}. {other_what:cap}: {other_said}.",
        facts=[*facts, *more],
    )


@DOCUMENTS.intent(
    goal="look up {what} in {path}",
    wordings=(
        "what does {path} give as {what}?",
        "check {path} for {what}",
        "I have a question about {path}: what is {what}?",
        "read {path}, I'd like to know {what}",
        "Let's go through {path}. First of all, what is {what}?",
        "We're talking about {path}. Tell me {what}.",
        "{path} is quite long. Can you pick out {what}?",
        "~{path}, {what}?",
    ),
    essential="read_file",
    split=Split.TRAIN,
)
def fact_and_another(play: Play) -> None:
    """One call, then a second question that what was read already answers."""
    path, text, facts = pick_fact(play)
    play.ask()
    play.call("read_file", {"path": path})
    play.learn("In the text, {what} is {said}.", "{path} has {said} for that.")
    play.conclude("{what:cap} is {said}.", "There it is {said}.", "{said}, it says there.", facts=facts)
    others = [asked for asked in text["asks"] if asked["what"] != play.slots["what"]]
    asked = play.draw.pick(others)
    play.then_ask(
        "and {more}?",
        "and what about {more}?",
        "what is {more}, then?",
        "Good. And {more}?",
        "I also need {more}.",
        goal="tell {more} as well",
        more=asked["what"],
        more_said=play.text(asked["said"], text["values"]),
    )
    play.conclude(
        "{more:cap} is {more_said}.",
        "That is {more_said}.",
        facts=facts_in(asked["said"], text["values"]),
        why=(
            "The text that I have read says that already: {more_said}. No call is needed.",
            "{path} gave {more_said} for that, so I can answer at once.",
        ),
    )


@DOCUMENTS.intent(
    goal="say in a sentence what {path} is about",
    wordings=(
        "what is {path} about, in one sentence?",
        "sum up {path} in a sentence",
        "give me the gist of {path}",
        "I have no time to read {path}. What does it say, in short?",
        "tell me briefly what {path} is about",
        "summarize {path}, one sentence is enough",
        "Is {path} important? Tell me in a sentence what it says.",
        "~gist of {path}",
        "~tl;dr {path}",
    ),
    essential="read_file",
    split=Split.TRAIN,
)
def gist(play: Play) -> None:
    """One call; a text becomes a sentence."""
    path, text, said = _with_gist(play)
    play.ask(path=path)
    play.call("read_file", {"path": path})
    play.learn("I have read {path} and can put it into one sentence.", "The text is short enough to sum up.")
    play.conclude(
        "{path}: {gist}.", "In short: {gist}.", "It is about this: {gist}.", facts=facts_in(said, text["values"])
    )


def _with_gist(play: Play) -> tuple[str, dict[str, Any], str]:
    """Pick a text that can be summed up; path, text and the template of its gist. Fills `gist` and `called`."""
    fitting = [item for item in play.state["texts"].items() if item[1]["gist"]]
    if not fitting:
        raise play.unsuitable("no text has a gist")
    path, text = play.draw.pick(fitting)
    play.slots.update(gist=play.text(text["gist"], text["values"]), called=text["called"], word=text["word"])
    return path, text, text["gist"]


@DOCUMENTS.intent(
    goal="find {called} and sum it up",
    wordings=(
        "find {called} and tell me in one sentence what it says",
        "what did {called} say, roughly?",
        "I remember {called}, but not what was in it. Look for it and sum it up.",
        "give me a one-line summary of {called}",
        "sum up {called}; you have to find it first",
        "~summary of {called}",
    ),
    essential="read_file",
    split=Split.TEST,
)
def found_gist(play: Play) -> None:
    """Two calls: found, read, and put into a sentence."""
    path, text, said = _with_gist(play)
    play.ask(path=path)
    play.call("find_files", {"name": slug(text["word"])})
    play.learn("{path} must be it.", "It is saved as {path}.")
    play.call("read_file", {"path": path})
    play.learn("Now I know what it says and can sum it up.", "I have the text of {path}.")
    play.conclude("It says this: {gist}.", "{gist:cap}.", facts=facts_in(said, text["values"]))


@DOCUMENTS.intent(
    goal='find the line that begins with "{label}" in any file',
    wordings=(
        'in which of my files is there a line "{label}: ...", and what does it say?',
        'search all files for "{label}:" and read me the line',
        "One of my files has an entry {label}. What does it say there?",
        'I wrote "{label}: something" somewhere. Find it and tell me what stands after it.',
        'which value stands after "{label}:" in my files?',
        '~"{label}:" where, what',
    ),
    essential="search_files",
    split=Split.DEV,
)
def labelled_line(play: Play) -> None:
    """One call; the answer stands in the line that is found."""
    lines = [
        (path, line) for path, text in play.state["texts"].items() for line in text["text"].splitlines() if ": " in line
    ]
    every = "\n".join(play.state["files"].values()).casefold()
    fitting = [
        (path, line)
        for path, line in lines
        if line[-1] != "." and every.count(f"{line.partition(':')[0]}:".casefold()) == 1
    ]
    if not fitting:
        raise play.unsuitable("no label comes once")
    path, line = play.draw.pick(fitting)
    label, _, value = line.partition(": ")
    play.ask(label=label, path=path, value=value)
    play.call("search_files", {"query": f"{label}:"}, derived=["query"])
    play.learn('{path} has it: "{value}".', 'After {label} it says "{value}", in {path}.')
    play.conclude("{path} says {label}: {value}", "After {label} it says {value}, in {path}.", facts=["value", "path"])


@DOCUMENTS.intent(
    goal="find out {what}",
    wordings=(
        "what is {what}? It must be in one of my files.",
        "find out {what}; I don't know in which file it is",
        "I'm looking for {what}. Search my files for it.",
        "Somewhere in my files there's {what}. I need it now.",
        "search all my texts and tell me {what}",
        "Do you see {what} anywhere in my documents? I need it.",
        "I wrote it down, but where? I mean {what}.",
        "can you dig up {what} from my files?",
        "~{what}, in any file",
        "~search files: {what}",
    ),
    essential="search_files",
    split=Split.TRAIN,
    weight=2.0,
)
def fact_anywhere(play: Play) -> None:
    """One call or two: a word leads to a line, which says it, or to a file, which must be read."""
    path, line, facts = pick_searchable(play)
    play.ask()
    play.call("search_files", {"query": play.slots["query"]}, decides=True)
    if all(fact.is_said(line) for fact in facts):
        play.learn('The line "{line}" in {path} says it.', '{path} has "{line}", so {what} is {said}.')
        play.conclude(
            "{what:cap} is {said}.", "It is {said}; I found that in {path}.", "{said}, says {path}.", facts=facts
        )
        return
    play.learn('{path} has "{line}", but not yet the value.', "The word leads to {path}; I must read on there.")
    play.call("read_file", {"path": path})
    play.learn("There {what} is {said}.", "{path} says {said}.")
    play.conclude("{what:cap} is {said}.", "I found it in {path}: {said}.", "{said}, according to {path}.", facts=facts)


@DOCUMENTS.intent(
    goal="find out how many days it is until {what}",
    wordings=(
        "How many days is it until {what}? Some file of mine has the date.",
        "I forgot where I saved it, but how many days are left until {what}?",
        "look for {what} in my files and count the days until then",
        "Search everything I have for {what}. How many days from today is that?",
        "~days until {what}, search",
    ),
    split=Split.TEST,
)
def days_anywhere(play: Play) -> None:
    """Two calls or three: a word leads to a date, and the days until then are counted."""
    today = play.state["today"]
    path, line, facts = pick_searchable(
        play, lambda facts: len(facts) == 1 and facts[0].kind == "date" and str(facts[0].value) > today
    )
    day = facts[0].value
    play.ask(day=day)
    play.call("search_files", {"query": play.slots["query"]})
    if facts[0].is_said(line):
        play.learn("That line has {day}.", "{path} has it: {day}.")
    else:
        play.learn("It is about {path}, so I read that.", "The word stands in {path}.")
        play.call("read_file", {"path": path})
        play.learn("The date is {day} there.", "{path} gives the date {day}.")
    said = play.call(
        "date_difference",
        {"start": "today", "end": day},
        does="count the days from today to {day:iso}",
        derived=["start"],
    )
    play.learn("So it is {count:n day}.", "Counted from today: {count:n day}.", count=int(said.split()[0]))
    play.conclude("{count:n day} are left until {day}.", "In {count:n day}, says {path}: {day}.", facts=["count"])


@DOCUMENTS.intent(
    goal="find which {ending} files mention {person}",
    wordings=(
        "which of my {ending} files mention {person}?",
        "Search the {ending} files only: where does {person} come up?",
        "look for {person} in files ending in .{ending}",
        "I'm looking for {person}, but only in {ending} files. Which one is it?",
        "find {person} in my {ending} texts and name the file",
        "{person} is mentioned in some {ending} file. In which?",
        "among the {ending} files, which has {person} in it?",
        "~{person} in *.{ending}",
    ),
    essential="search_files",
    split=Split.TEST,
)
def in_files_of_kind(play: Play) -> None:
    """One call with a pattern."""
    found = [
        (path, str(value))
        for path, text in play.state["texts"].items()
        for value in text["values"].values()
        if isinstance(value, str) and " " in value and value.replace(" ", "").isalpha() and value in text["text"]
    ]
    fitting = [(p, v) for p, v in found if sum(v.casefold() in t.casefold() for t in play.state["files"].values()) == 1]
    if not fitting:
        raise play.unsuitable("no name comes once")
    path, person = play.draw.pick(fitting)
    ending = path.rpartition(".")[2]
    play.ask(person=person, ending=ending, path=path)
    play.call(
        "search_files",
        {"query": person, "glob": f"*.{ending}"},
        does='search the {ending} files for "{query}"',
    )
    play.learn("Only {path} mentions {person}.", "{person} comes up in {path}.")
    play.conclude(
        "{person} comes up in {path}.", "It's {path}.", "Among the {ending} files it is {path}.", facts=["path"]
    )
