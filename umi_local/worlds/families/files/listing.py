"""What folders hold: how many files, which are the newest, the largest, what they are called."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families._papers.desks import folder_of, name_of
from umi_local.worlds.families.files.service import (
    FILES,
    other_folder,
    used_folders,
)
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@FILES.intent(
    goal="say which file was changed last",
    wordings=(
        "which file did I change last?",
        "what was the last file I worked on?",
        "find the newest of all my files",
        "tell me the name of the most recently changed file",
        "I was editing something [the other day|before lunch|last time]. Which file is the most recent one?",
        "which of my documents is the newest?",
        "Something was saved just now, I think. What is the newest file here?",
        "~newest file?",
        "~last changed file",
    ),
    essential="find_files",
    split=Split.TRAIN,
)
def newest_file(play: Play) -> None:
    """One call over all files."""
    path, when = max(play.state["modified"].items(), key=lambda item: item[1])
    play.ask()
    play.call(
        "find_files",
        {"name": "*", "sort_by": "newest", "limit": 1},
        does="get the newest of all files",
        derived=["name", "limit"],
    )
    play.learn(
        "The newest file is {path}, of {day}.", "{path} comes first; it was changed on {day}.", path=path, day=when[:10]
    )
    play.conclude(
        "The last one you changed is {path}, on {day}.",
        "{path} is the newest file; it is of {day}.",
        "It was {path}, changed on {day}.",
        facts=["path"],
    )


@FILES.intent(
    goal="find the {which} file in {folder}",
    wordings=(
        "which file in {folder} is the {which}?",
        "find the {which} file in the folder {folder}",
        "The folder {folder}: what's the {which} file in it?",
        "I have to make room in {folder}. Which file there is the {which}?",
        "tell me which of the files in {folder} is the {which}, and how big it is",
        "look through {folder} and name its {which} file",
        "~{which} file in {folder}",
    ),
    essential="find_files",
    missing=Missing(
        wordings=(
            "find the {which} file in one of my folders",
            "Which file is the {which} in that folder?",
            "name the {which} file of a folder",
            "~{which} file?",
        ),
        needs="the folder",
        goal="find the {which} file in a folder",
        slot="folder",
    ),
    split=Split.TEST,
)
def extreme_size(play: Play) -> None:
    """One call with a folder and an order."""
    folder = other_folder(play)
    sizes = {path: len(text.encode()) for path, text in play.state["files"].items() if path.startswith(f"{folder}/")}
    which = play.draw.pick(("largest", "smallest"))
    ordered = sorted(sizes.items(), key=lambda item: item[1], reverse=which == "largest")
    if len(ordered) < 2 or ordered[0][1] == ordered[1][1]:
        raise play.unsuitable("no file stands out")
    play.ask(folder=folder, which=which)
    play.call(
        "find_files",
        {"name": "*", "path": folder, "sort_by": which, "limit": 1},
        does="get the {which} file in {folder}",
        derived=["name", "limit"],
    )
    play.learn(
        "The {which} of {count} files is {path} with {size:n byte}.",
        "{path} is the {which}: {size:n byte}.",
        path=ordered[0][0],
        size=ordered[0][1],
        count=len(ordered),
    )
    play.conclude(
        "The {which} file in {folder} is {path} ({size:n byte}).",
        "It is {path}, {size:n byte}.",
        facts=["path", "size"],
    )


@FILES.intent(
    goal="count the {kind} files",
    wordings=(
        "how many {kind} files do I have?",
        "count my {kind} files, sub-folders included",
        "how many files end in .{kind}?",
        "tell me the number of {kind} files in all folders",
        "I'd like to know how many {kind} files there are altogether.",
        "Before I copy them: how many {kind} files are there?",
        "what's the count of {kind} files around here?",
        "~number of {kind} files",
        "~*.{kind}, how many",
    ),
    essential="find_files",
    split=Split.TRAIN,
)
def count_kind(play: Play) -> None:
    """One call with a pattern; the first line of the result has the count."""
    kind = play.draw.pick(sorted({path.rpartition(".")[2] for path in play.state["files"]}))
    count = sum(path.endswith(f".{kind}") for path in play.state["files"])
    play.ask(kind=kind)
    play.call("find_files", {"name": f"*.{kind}"})
    play.learn("There are {count} of them." if count > 1 else "There is only {count}.", "I count {count}.", count=count)
    play.conclude(
        "You have {count:n file} ending in .{kind}.",
        "There {verb} {count:n file} of that kind.",
        "I found {count:n file} with the ending .{kind}.",
        facts=["count"],
        verb="is" if count == 1 else "are",
    )


@FILES.intent(
    goal="list the contents of {folder}",
    wordings=(
        "what is in the folder {folder}?",
        "list the files in {folder}",
        "show me what {folder} has in it",
        "I'd like to see everything that lies in {folder}.",
        "open {folder} and tell me what is there",
        "~ls {folder}",
    ),
    essential="list_files",
    missing=Missing(
        wordings=(
            "what is in that folder?",
            "list the files of a folder for me",
            "I'd like to see everything in one of my folders.",
            "~ls folder",
        ),
        needs="the name of the folder",
        goal="list what is in a folder",
        slot="folder",
    ),
    split=Split.DEV,
)
def folder_contents(play: Play) -> None:
    """One call; the answer lists the names."""
    folder = other_folder(play)
    names = sorted(name_of(path) for path in play.state["files"] if folder_of(path) == folder)
    play.ask(folder=folder)
    play.call("list_files", {"path": folder})
    play.learn("{folder} holds {names}.", "There are {count:n file}: {names}.", names=names, count=len(names))
    play.conclude("In {folder} there is {names}.", "{folder} contains {names}.", facts=["names"])


@FILES.intent(
    goal="name the folders",
    wordings=(
        "which folders do I have?",
        "list my folders",
        "what are the names of the folders here?",
        "I've lost track of my folders. Name them, please.",
        "tell me which folders there are at the top",
        "how are my folders called?",
        "look at the top level and name the folders you see",
        "~folders?",
        "~list folders",
    ),
    essential="list_files",
    split=Split.TRAIN,
)
def folder_names(play: Play) -> None:
    """One call without arguments; only part of what it returns is asked for."""
    folders = used_folders(play)
    if not folders:
        raise play.unsuitable("no folders")
    play.ask()
    play.call("list_files", {}, does="list what is at the top")
    play.learn(
        "The entries with a slash are the folders: {folders}.",
        "Of the entries, {folders} {verb}.",
        folders=folders,
        verb="is a folder" if len(folders) == 1 else "are folders",
    )
    play.conclude(
        "You have {count:n folder}: {folders}.",
        "The folders: {folders}.",
        "There {verb_be} {count:n folder} at the top: {folders}.",
        facts=["folders"],
        count=len(folders),
        verb_be="is" if len(folders) == 1 else "are",
    )


@FILES.intent(
    goal="name the {count} newest {kind} files",
    wordings=(
        "which are the {count} newest {kind} files?",
        "I have worked on several {kind} files. Name the {count} I touched last.",
        "what are the names of the {count} latest files ending in .{kind}?",
        "list the {count} {kind} files that were changed last",
        "give me the last {count} {kind} files I worked on",
        "show the {count} most recent files ending in .{kind}",
        "I only need the {count} latest {kind} files. What are they called?",
        "~{count} newest {kind}",
    ),
    essential="find_files",
    split=Split.TRAIN,
)
def newest_few(play: Play) -> None:
    """One call with a pattern, an order and a limit."""
    kinds = [path.rpartition(".")[2] for path in play.state["files"]]
    fitting = sorted({kind for kind in kinds if kinds.count(kind) >= 2})
    if not fitting:
        raise play.unsuitable("no two files of a kind")
    kind = play.draw.pick(fitting)
    own = sorted((when, path) for path, when in play.state["modified"].items() if path.endswith(f".{kind}"))
    count = 2 if len(own) == 2 else play.draw.whole(2, 3)
    newest = [path for _, path in own[::-1][:count]]
    play.ask(kind=kind, count=count)
    play.call(
        "find_files",
        {"name": f"*.{kind}", "sort_by": "newest", "limit": count},
        does="get the {count} newest {kind} files",
    )
    play.learn("In order they are {newest}.", "The first {count} are {newest}.", newest=newest)
    play.conclude(
        "The {count} newest are {newest}.",
        "{newest}, the newest first.",
        facts=[Fact("text", path) for path in newest],
    )
