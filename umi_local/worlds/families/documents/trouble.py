"""Where a key is misspelt or a tool is out of order, and another way leads to the same value."""

from __future__ import annotations

import re

from umi_local.worlds.families._papers.texts import facts_in
from umi_local.worlds.families.documents.service import DOCUMENTS, pick_fact, pick_value
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@DOCUMENTS.intent(
    goal="get {wrong} out of {path}",
    wordings=(
        "what is {wrong} in {path}?",
        "get me the value at {wrong} from {path}",
        "look up {wrong} in {path}",
        "I think it's called {wrong} in {path}. What value does it have?",
        "which value has {wrong} in {path}?",
        "{path} should have {wrong}. What is it set to?",
        "read {wrong} from {path}",
        "~{path}: {wrong}?",
    ),
    kind=Kind.RECOVER,
    split=Split.TRAIN,
)
def misspelt_key(play: Play) -> None:
    """The key isn't quite right; the error names the nearest."""
    path, _, facts = pick_value(play)
    query = play.slots["query"]
    head, dot, last = query.rpartition(".")
    if len(last) < 4 or "[" in last:
        raise play.unsuitable("the key is too short to misspell")
    at = play.draw.whole(1, len(last) - 2)
    wrong = head + dot + last[:at] + last[at + 1] + last[at] + last[at + 2 :]
    play.ask(wrong=wrong)
    tried = play.attempt("json_lookup", {"path": path, "query": wrong})
    if f"nearest: '{last}'" not in str(tried.error):
        raise play.unsuitable("the error doesn't name the key")
    play.learn("There is no {wrong}; the nearest key is {last}.", "The key isn't there, but {last} is.", last=last)
    play.call(
        "json_lookup",
        {"path": path, "query": query},
        why=("That must be meant, so I look up {query} with {tool}.", "I try {query} with {tool}."),
        derived=["query"],
    )
    play.learn("{query} is {said}.", "The value at {query} is {said}.")
    play.conclude("There is no {wrong}, but {query} is {said}.", "{query} is {said}; {wrong} isn't there.", facts=facts)


@DOCUMENTS.intent(
    goal="tell {what} from the JSON file {path}",
    wordings=(
        "what is {what} in the JSON file {path}?",
        "get {what} out of {path}",
        "tell me {what}, as stored in {path}",
        "{path} is a JSON file. Look up {what} in it.",
        "I need {what}. The data is in {path}.",
        "which value does {path} store as {what}?",
        "could you check {what} in {path}?",
        "~{what} from json {path}",
    ),
    kind=Kind.RECOVER,
    breaks="json_lookup",
    split=Split.TRAIN,
)
def read_json_as_text(play: Play) -> None:
    """The lookup is out of order; the file is text and can be read as such."""
    path, record, facts = pick_value(play)
    if len(record["text"]) > 500:
        raise play.unsuitable("the file is too long to read")
    play.ask()
    tried = play.attempt("json_lookup", {"path": path}, does="see which keys {path} has")
    play.learn("That tool fails: {error}.", "It doesn't work: {error}.", error=str(tried.error).rstrip("."))
    play.call(
        "read_file",
        {"path": path},
        why=(
            "A JSON file is plain text, so {tool} can show it as well.",
            "I can read the whole file with {tool} instead.",
        ),
    )
    play.learn("In the text {what} is {said}.", "I see {said} there for {what}.")
    play.conclude("{what:cap} is {said}.", "It's {said}, going by {path}.", facts=facts)


@DOCUMENTS.intent(
    goal="tell {what} from {path}",
    wordings=(
        "what does it say about {what} in {path}?",
        "pick {what} out of {path} for me",
        "I'd like to hear {what} from {path}.",
        "see what {path} has for {what}",
        "In {path}, what is {what}?",
        "~{what} / {path}",
    ),
    kind=Kind.RECOVER,
    breaks="read_file",
    split=Split.TEST,
)
def search_instead_of_reading(play: Play) -> None:
    """Reading is out of order; a search for a word of the question shows the line."""
    path, text, _ = pick_fact(play)
    fitting = []
    for asked in text["asks"]:
        word = re.sub(r"^.* ", "", asked["what"])
        lines = [line for line in text["text"].splitlines() if word.casefold() in line.casefold()]
        values = facts_in(asked["said"], text["values"])
        if len(word) > 3 and len(lines) == 1 and all(fact.is_said(lines[0]) for fact in values):
            fitting.append((asked, word, lines[0], values))
    if not fitting:
        raise play.unsuitable("no line has the words of the question")
    asked, word, line, values = play.draw.pick(fitting)
    play.ask(what=asked["what"], word=word, line=line, said=play.text(asked["said"], text["values"]))
    tried = play.attempt("read_file", {"path": path})
    play.learn("The file can't be read: {error}.", "Reading fails: {error}.", error=str(tried.error).rstrip("."))
    play.call(
        "search_files",
        {"query": word, "path": path},
        why=(
            'A search for "{query}" in {path} may show the line; {tool} can do that.',
            'The line must have the word "{query}", so I search {path} with {tool}.',
        ),
    )
    play.learn('It shows "{line}".', 'The line is "{line}".')
    play.conclude("{what:cap}, by that line, is {said}.", "The line says: {line}", facts=values)


@DOCUMENTS.intent(
    goal="tell {what} from {wrong}",
    wordings=(
        "what is {what} in the file {wrong}?",
        "read {wrong} and tell me {what}",
        "I need {what} out of {wrong}, please",
        "look at {wrong} for {what}",
        "~{wrong} - {what}",
    ),
    kind=Kind.RECOVER,
    split=Split.DEV,
)
def other_ending(play: Play) -> None:
    """The file has another ending than the user thinks; the error names the nearest."""
    path, _, facts = pick_fact(play)
    stem, _, ending = path.rpartition(".")
    wrong = f"{stem}.{'md' if ending == 'txt' else 'txt'}"
    play.ask(wrong=wrong)
    tried = play.attempt("read_file", {"path": wrong})
    if path not in str(tried.error):
        raise play.unsuitable("the error doesn't name the file")
    play.learn("There is no {wrong}, but the error names {path}.", "{wrong} isn't there; {path} is close to it.")
    play.call(
        "read_file", {"path": path}, why=("I read that with {tool}.", "That must be meant, so I use {tool} on it.")
    )
    play.learn("It has {said} as {what}.", "{what:cap} is {said} in {path}.")
    play.conclude("The file is {path}; {what} is {said}.", "{what:cap}: {said}. It stands in {path}.", facts=facts)
