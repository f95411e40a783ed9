"""Where something isn't as the user thinks, or a tool is out of order: other folders, other names, other ways."""

from __future__ import annotations

from umi_local.worlds.families._papers.desks import add_text, folder_of, name_of, shown
from umi_local.worlds.families._papers.texts import facts_in
from umi_local.worlds.families._papers.words import slug
from umi_local.worlds.families.files.finding import one_mention
from umi_local.worlds.families.files.service import FILES, mentions, name_file, pick_text
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@FILES.intent(
    goal="look up {what} in {wrong}",
    wordings=(
        "what is {what} in {wrong}?",
        "open {wrong} and tell me {what}",
        "Read {wrong}: what is {what}?",
        "I need {what} from {wrong}.",
        "{wrong} should be around here. Look up {what} in it.",
        "could you see what {wrong} gives as {what}?",
        "tell me {what}; it's in {wrong}",
        "~{wrong}: {what}?",
    ),
    kind=Kind.RECOVER,
    split=Split.TRAIN,
)
def wrong_folder(play: Play) -> None:
    """The file isn't where the user says; the error names where it is."""
    path, text = pick_text(play, in_folder=True)
    asked = play.draw.pick(text["asks"])
    play.ask(wrong=name_of(path), what=asked["what"])
    play.attempt("read_file", {"path": name_of(path)})
    play.learn(
        "There is no {wrong} at that place, but there is {path}.", "{wrong} isn't there; the error points to {path}."
    )
    play.call("read_file", {"path": path})
    play.learn(
        "{path} gives {said} as {what}.",
        "{what:cap} is {said}, as {path} says.",
        said=play.text(asked["said"], text["values"]),
    )
    play.conclude(
        "{what:cap} is {said} (the file is {path}).",
        "I found the file as {path}. {what:cap} is {said}.",
        "{said}, according to {path}.",
        facts=facts_in(asked["said"], text["values"]),
    )


@FILES.intent(
    goal="tell {what} from {called}",
    wordings=(
        "see if you can find {called} and read out {what}",
        "what was {what} in {called}?",
        "I need {what}; it's in {called}, wherever that is.",
        "Look into {called}: what is {what}?",
        "where is {called}? I'd like to know {what}",
        "~{called}: {what}",
    ),
    kind=Kind.RECOVER,
    breaks="find_files",
    split=Split.TEST,
)
def find_by_listing(play: Play) -> None:
    """Finding by name is out of order; listing all files shows it as well."""
    path, text = pick_text(play)
    asked = play.draw.pick(text["asks"])
    play.ask(what=asked["what"])
    reply = play.attempt("find_files", {"name": slug(text["word"])})
    play.learn("Searching by name fails: {error}.", "I get an error: {error}.", error=str(reply.error).rstrip("."))
    play.call(
        "list_files",
        {"recursive": True},
        why=("A list of all files will show it, too, so I call {tool}.", "I can list everything with {tool} instead."),
    )
    play.learn("In the list I see {path}, which must be it.", "{path} is in the list.")
    play.call("read_file", {"path": path})
    play.learn(
        "There it says that {what} is {said}.",
        "For {what} it has {said}.",
        said=play.text(asked["said"], text["values"]),
    )
    play.conclude(
        "{what:cap}: {said}. I read it in {path}.",
        "It is {said}, as {path} says.",
        facts=facts_in(asked["said"], text["values"]),
    )


def _neighbours(play: Play, path: str) -> list[str]:
    """Return the files of a file's folder, itself included, by name."""
    return sorted(other for other in play.state["files"] if folder_of(other) == folder_of(path))


def _is_quick(play: Play, path: str) -> bool:
    """Whether few and short files stand before this one in its folder."""
    names = _neighbours(play, path)
    before = names[: names.index(path)]
    size = sum(len(shown(play, found)) for found in before)
    return bool(folder_of(path)) and len(names) <= 5 and len(before) <= 3 and size < 900


@FILES.intent(
    goal="tell which file in {folder} mentions {person}",
    wordings=(
        "which file in {folder} mentions {person}?",
        "go through the files in {folder} and tell me which one has {person}",
        "One of the files in {folder} has {person} in it. Which one?",
        "look through {folder} for {person} and name the file",
        "I know that {person} is mentioned somewhere in {folder}. Where exactly?",
        "find the file with {person}; it must be in {folder}",
        "in {folder}, where did I write about {person}?",
        "~{person} in {folder}/, which file",
    ),
    kind=Kind.RECOVER,
    breaks="search_files",
    split=Split.TRAIN,
)
def search_by_reading(play: Play) -> None:
    """The search is out of order; the folder is small, so its files are read one by one."""
    path, person, _ = one_mention(play, lambda found: _is_quick(play, found))
    folder = folder_of(path)
    names = _neighbours(play, path)
    before = names[: names.index(path)]
    play.ask(person=person, folder=folder)
    reply = play.attempt("search_files", {"query": person, "path": folder}, does="search {folder} for {query}")
    play.learn("The search can't be used: {error}.", "Searching failed: {error}.", error=str(reply.error).rstrip("."))
    play.call(
        "list_files",
        {"path": folder},
        why=(
            "I can read the files one by one instead; {tool} tells me which there are.",
            "Then I have to look into the files myself, so I list them with {tool}.",
        ),
    )
    play.learn("{folder} has {names}.", "There are {names}.", names=names)
    for other in before:
        play.call("read_file", {"path": other})
        play.learn("{person} isn't in {other}.", "Nothing about {person} in {other}.", other=other)
    play.call("read_file", {"path": path})
    play.learn("{path} mentions {person}.", "Here is {person}, in {path}.")
    play.conclude(
        "{path} is the one that mentions {person}.",
        "{person} stands in {path}.",
        "I read through {folder}: it is {path}.",
        facts=["path"],
    )


@FILES.intent(
    goal="move {wrong} into {target}",
    wordings=(
        "move {wrong} into {target}",
        "put {wrong} into the folder {target}",
        "{wrong} should lie in {target}. Move it there.",
        "I want {wrong} in {target}, please.",
        "~mv {wrong} {target}/",
    ),
    kind=Kind.RECOVER,
    split=Split.TEST,
)
def move_misspelt(play: Play) -> None:
    """The name isn't quite right; the error names the nearest."""
    path, _ = pick_text(play, in_folder=False)
    stem, _, ending = path.rpartition(".")
    wrong = f"{stem}.{'md' if ending == 'txt' else 'txt'}"
    target = play.draw.pick(play.state["folders"])
    if wrong in play.state["files"]:
        raise play.unsuitable("both are there")
    name_file(play, path)
    play.ask(wrong=wrong, target=target)
    reply = play.attempt(
        "move_file",
        {"source": wrong, "destination": f"{target}/{wrong}"},
        derived=["destination"],
    )
    if path not in str(reply.error):
        raise play.unsuitable("the error doesn't help")
    play.learn("There is no {wrong}; the nearest name is {path}.", "No such file, but {path} comes close.")
    play.call(
        "move_file",
        {"source": path, "destination": f"{target}/{path}"},
        why=("The user must mean that one. I move {source} to {destination} with {tool}.",),
        derived=["destination"],
    )
    play.learn("{path} has gone to {target}.", "It worked with {path}.")
    play.conclude(
        "There is no {wrong}, but I moved {path} to {target}.",
        "I took {path}, as there is no {wrong}; it is in {target} now.",
        facts=["path", "target"],
    )


@FILES.intent(
    goal="find the line with the phone number {number}",
    wordings=(
        "Somebody called from {number}. Which of my files has that number?",
        "find the file with the number {number}, and the line it stands in",
        "The number {number} must be in one of my files. Read me the line where it stands.",
        "search my files for {number} and read me the line",
        "I missed a call from {number}. What do my files say about that number?",
        "look up {number} in all my texts",
        "what stands beside the number {number} in my files?",
        "~{number}: which file?",
    ),
    essential="search_files",
    split=Split.TRAIN,
)
def whose_number(play: Play) -> None:
    """One call; the line tells more than the path."""
    fitting = [path for path, text in play.state["texts"].items() if "phone" in text["values"]]
    path = (
        play.draw.pick(fitting) if fitting else add_text(play.state, play.draw, lambda text: "phone" in text["values"])
    )
    if not path:
        raise play.unsuitable("no text has a phone number")
    number = str(play.state["texts"][path]["values"]["phone"])
    line = mentions(play, number)[0][1]
    name_file(play, path)
    play.ask(number=number)
    play.call("search_files", {"query": number})
    play.learn('{path} has it: "{line}".', 'The line with {number} says "{line}".', line=line)
    play.conclude(
        "{path} has this line: {line}",
        "It is in {path}: {line}",
        "According to {path}: {line}",
        facts=["path", "line"],
    )
