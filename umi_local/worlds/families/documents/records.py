"""Values out of JSON files: by their path, by what they mean, whole lists, and what is done with them."""

from __future__ import annotations

import json
import re
from typing import Any

from umi_local.tools.builtin.json_query import lookup
from umi_local.worlds.facts import NO
from umi_local.worlds.families._papers.words import slug
from umi_local.worlds.families.documents.service import DOCUMENTS, pick_value
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@DOCUMENTS.intent(
    goal="get {query} out of {path}",
    wordings=(
        "what is the value of {query} in {path}?",
        "get {query} from {path}",
        "look up {query} in {path}",
        "read the entry {query} out of {path}",
        "which value does {path} have at {query}?",
        "I need what stands under {query} in {path}.",
        "tell me {query} from the JSON file {path}",
        "The program reads {query} from {path}. What is it set to?",
        "~{path} {query}?",
        "~{query} in {path}",
    ),
    essential="json_lookup",
    missing=Missing(
        wordings=(
            "get {query} out of my JSON file",
            "what is the value of {query}?",
            "The program reads {query} from a file. What is it set to?",
            "~{query}?",
        ),
        needs="the path of the JSON file",
        goal="get {query} out of a JSON file",
        slot="path",
    ),
    split=Split.TRAIN,
)
def by_path(play: Play) -> None:
    """One call; the user knows the way."""
    path, _, facts = pick_value(play)
    play.ask()
    play.call("json_lookup", {"path": path, "query": play.slots["query"]})
    play.learn("{query} is {said}.", "At {query} stands {said}.")
    play.conclude("{query} is {said}.", "It is set to {said}.", "{path} has {said} there.", facts=facts)


@DOCUMENTS.intent(
    goal="tell {what} from {path}",
    wordings=(
        "what is {what}, going by {path}?",
        "look into {path} and tell me {what}",
        "find {what} in {path}",
        "{path} should have {what} in it. What is it?",
        "read {what} out of {path}",
        "I don't know how {path} is built, but I need {what} from it.",
        "can you tell {what} from {path}?",
        "The file {path} came from a program. What does it have as {what}?",
        "~{what}, {path}?",
        "~{path} -> {what}",
    ),
    essential="json_lookup",
    split=Split.TRAIN,
)
def by_meaning(play: Play) -> None:
    """Two calls: the keys, then the value at one of them."""
    path, record, facts = pick_value(play)
    play.ask()
    play.call("json_lookup", {"path": path}, does="see which keys {path} has")
    play.learn(
        "The top keys are {keys}; {what} must be at {place}.",
        "Of the keys, {first} leads to {what}, at {place}.",
        keys=list(record["document"]),
        first=re.split(r"[.\[]", play.slots["query"])[0],
    )
    _look_up(play, path)
    play.learn("There it says {said}.", "{what:cap} is {said}.")
    play.conclude("{what:cap} is {said}.", "It's {said}.", "{said}, as {path} has it.", facts=facts)


def _bare(play: Play, record: dict[str, Any]) -> str:
    """Return the value at the slot `query` as text, as JSON has it."""
    found = lookup(record["document"], play.slots["query"]).value
    return found if isinstance(found, str) else json.dumps(found)


def _look_up(play: Play, path: str) -> None:
    """Call `json_lookup` at the slot `place`: the value itself, or the list that holds it."""
    play.call("json_lookup", {"path": path, "query": play.slots["place"]}, derived=["query"])


@DOCUMENTS.intent(
    goal="name the keys of {path}",
    wordings=(
        "which keys does {path} have at the top?",
        "What does {path} hold? Name its keys.",
        "list the top-level entries of {path}",
        "tell me how {path} is built, only the top level",
        "I've been given {path}. What entries does it have?",
        "~keys of {path}",
    ),
    essential="json_lookup",
    split=Split.DEV,
)
def keys(play: Play) -> None:
    """One call without a query."""
    path, record, _ = pick_value(play)
    play.ask()
    play.call("json_lookup", {"path": path}, does="see which keys {path} has")
    play.learn(
        "There are {count} keys: {keys}.",
        "It has {keys}.",
        keys=list(record["document"]),
        count=len(record["document"]),
    )
    play.conclude("The keys are {keys}.", "{path} has {count} entries: {keys}.", facts=["keys"])


@DOCUMENTS.intent(
    goal="list the {items} in {path}",
    wordings=(
        "which {items} are in {path}?",
        "list the {items} from {path}",
        "what are the {items} in {path}?",
        "{path} has some {items}. Name them all.",
        "read me the {items} out of {path}",
        "I'd like to have all {items} that {path} contains.",
        "get the {items} from {path}, every one of them",
        "~{items} in {path}",
        "~{path}: all {items}",
    ),
    essential="json_lookup",
    split=Split.TRAIN,
)
def list_of_values(play: Play) -> None:
    """Two calls: the keys, then the list at one of them."""
    fitting = [(path, record) for path, record in play.state["records"].items() if record["lists"]]
    if not fitting:
        raise play.unsuitable("no file has a list")
    path, record = play.draw.pick(fitting)
    found = play.draw.pick(record["lists"])
    key = found["query"].partition("[")[0]
    play.ask(path=path, items=found["what"], key=key, values=found["values"])
    play.call("json_lookup", {"path": path}, does="see which keys {path} has")
    play.learn("The key {key} is a list, which must be it.", "They must be under {key}, which is a list.")
    play.call("json_lookup", {"path": path, "query": key})
    play.learn("The {items} are {values}.", "It lists {values}.")
    play.conclude(
        "The {items} are {values}.",
        "There are {count}: {values}.",
        "{values}.",
        facts=["values"],
        count=len(found["values"]),
    )


@DOCUMENTS.intent(
    goal='note {what} from {path} as "{title}: " with the value',
    wordings=(
        'look up {what} in {path} and note it as "{title}: " and the value',
        "look into {path} for {what} and save a note: {title}, a colon, and what you find",
        "My notes should say {title}, colon, and then {what} from {path}.",
        'find {what} in the JSON file {path} and take a note of it, beginning with "{title}: "',
        'make a note "{title}: " with {what} from {path}',
        "I want {what} from {path} in my notes, as {title}, colon, value.",
        '{path} has {what}. Put it into a note that reads "{title}: (value)".',
        '~note "{title}: {what}" from {path}',
    ),
    essential="add_note",
    split=Split.TRAIN,
)
def value_to_note(play: Play) -> None:
    """Three calls: the keys, the value, the note."""
    path, record, _ = pick_value(play)
    title = play.draw.pick(("from the file", "for later", "to check", record["word"]))
    play.ask(title=title)
    play.call("json_lookup", {"path": path}, does="see which keys {path} has")
    play.learn("I should look at {place}.", "{what:cap} should be at {place}.")
    _look_up(play, path)
    value = _bare(play, record)
    play.learn("The file gives {value}.", "At {place} it says {value}.", value=value)
    play.call("add_note", {"text": f"{title}: {value}"}, derived=["text"])
    play.learn("The value is noted.", '"{title}: {value}" is a note now.')
    play.conclude("I noted {title}: {value}.", "There is a new note: {title}: {value}.", facts=["value"])


@DOCUMENTS.intent(
    goal='say whether {path} has an entry "{key}"',
    wordings=(
        'does {path} have an entry "{key}"?',
        "is there a {key} in {path}?",
        'check if "{key}" is set in {path}',
        "The program complains about {key}. Is it in {path} at all?",
        "look for the key {key} in {path}",
        "~has {path} a {key}?",
    ),
    essential="json_lookup",
    missing=Missing(
        wordings=(
            "does {path} have that entry?",
            "check if a certain key is set in {path}",
            "~key in {path}?",
        ),
        needs="the key to look for",
        goal="look for a key in {path}",
        slot="key",
    ),
    split=Split.TEST,
)
def missing_key(play: Play) -> None:
    """A refusal that is the answer."""
    path, record, _ = pick_value(play)
    key = play.draw.pick(("password", "proxy", "comment", "timezone", "currency", "picture", "checksum"))
    if key in json.dumps(record["document"]):
        raise play.unsuitable("the key is there")
    play.ask(key=key)
    play.attempt("json_lookup", {"path": path, "query": key})
    play.learn("There is no {key} at the top.", "The keys that it names don't include {key}.")
    play.conclude("No, {path} has no entry {key}.", "No, {key} isn't set there.", facts=[NO])


@DOCUMENTS.intent(
    goal="write {what} from {path} to {target}",
    wordings=(
        "look up {what} in {path} and write just that into {target}",
        "find {what} in {path} and make a file {target} that says only this value",
        "save {what} from {path} as {target}, nothing but the value",
        "I need a file {target} with only {what} in it; {path} has it",
        "take {what} out of {path} and put the bare value into {target}",
        "create {target} with the value of {what} from {path}",
        "{target} should hold {what} as {path} gives it, and nothing else.",
        "~{what} ({path}) > {target}",
    ),
    essential="write_file",
    split=Split.TRAIN,
)
def value_to_file(play: Play) -> None:
    """Three calls: the keys, the value, the file."""
    path, record, _ = pick_value(play)
    target = play.draw.pick(("value.txt", "out.txt", "setting.txt", "found.txt", "entry.txt"))
    play.ask(target=target)
    play.call("json_lookup", {"path": path}, does="see which keys {path} has")
    play.learn("The way to {what} is {place}.", "{what:cap} is to be found at {place}.")
    _look_up(play, path)
    value = _bare(play, record)
    play.learn("The value is {value}.", "{place} gives {value}.", value=value)
    play.call("write_file", {"path": target, "text": value}, does="write {text} to {target}")
    play.learn("{target} has {value} now.", "{value} is saved in {target}.")
    play.conclude(
        "{target} now holds {value}.",
        "I wrote {value} to {target}.",
        "{what:cap} is {value}; it's in {target}.",
        facts=["value"],
    )


@DOCUMENTS.intent(
    goal="find {called} and tell {what}",
    wordings=(
        "find {called} and tell me {what} in it",
        "What does {called} have as {what}? It's a JSON file somewhere.",
        "I need {what} from {called}. I don't know where the file is.",
        "search for {called}, a JSON file, and get {what} out of it",
        "~{called} (json): {what}",
    ),
    essential="json_lookup",
    split=Split.TEST,
)
def found_value(play: Play) -> None:
    """Three calls: the file, its keys, the value."""
    path, record, facts = pick_value(play)
    play.ask()
    play.call("find_files", {"name": slug(record["word"])})
    play.learn("The JSON file is {path}.", "It lies at {path}.")
    play.call("json_lookup", {"path": path}, does="see which keys {path} has")
    play.learn("I look at {place} for {what}.", "{place} should hold {what}.")
    _look_up(play, path)
    play.learn("It holds {said}.", "The value there is {said}.")
    play.conclude("In {path}, {what} is {said}.", "I found it: {what} is {said}.", facts=facts)
