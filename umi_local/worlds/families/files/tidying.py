"""Several files are moved at once, or one that has to be found by what it says."""

from __future__ import annotations

from umi_local.worlds.families._papers.desks import folder_of, name_of, put_file
from umi_local.worlds.families._papers.logs import write_log
from umi_local.worlds.families._papers.words import slug
from umi_local.worlds.families.files.finding import one_mention
from umi_local.worlds.families.files.service import (
    FILES,
    name_file,
    new_folder,
    other_folder,
    pick_file,
    pick_text,
)
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@FILES.intent(
    goal="move the file that mentions {person} into {target}",
    wordings=(
        "move the file that mentions {person} into {target}",
        "{person} stands in one of my texts; that text should be moved to {target}.",
        "find the file with {person} in it and put it into {target}",
        "One of my files is about {person}. It belongs into the folder {target}",
        "I don't know its name, but it mentions {person}. Put that file into {target}.",
        "Whatever mentions {person} should go to {target}.",
        "search for {person} and move the file you find into {target}",
        "~file with {person} -> {target}",
    ),
    essential="move_file",
    missing=Missing(
        wordings=(
            "move the file that mentions {person} into another folder",
            "search for {person} and move the file you find",
            "~file with {person} ->",
        ),
        needs="the folder for it",
        goal="move the file that mentions {person}",
        slot="target",
    ),
    split=Split.TRAIN,
)
def move_by_content(play: Play) -> None:
    """Two calls: a search in the texts gives the path."""
    path, person, _ = one_mention(play)
    target = other_folder(play, but=folder_of(path)) if play.draw.chance(0.5) else new_folder(play)
    play.ask(person=person, target=target)
    play.call("search_files", {"query": person})
    play.learn("It is {path} that mentions {person}.", "The file with {person} is {path}.")
    new = f"{target}/{name_of(path)}"
    play.call("move_file", {"source": path, "destination": new}, derived=["destination"])
    play.learn("The file is in {target}.", "It lies at {new} now.", new=new)
    play.conclude(
        "{path} mentions {person}; I moved it to {target}.",
        "The file was {path}. It is in {target} now.",
        "Done, {new} is the one with {person}.",
        facts=["target"],
    )


@FILES.intent(
    goal="move all {kind} files at the top into {target}",
    wordings=(
        "move all {kind} files that lie at the top into {target}",
        "sweep the {kind} files from the top level into {target}",
        "tidy up: every {kind} file that isn't in a folder goes to {target}",
        "put the loose {kind} files into the folder {target}",
        "collect the {kind} files from the top level in {target}",
        "The {kind} files lying around at the top annoy me. Into {target} with them!",
        "clear the top folder of {kind} files; {target} is the place for them",
        "~*.{kind} -> {target}/ (top level only)",
    ),
    essential="move_file",
    split=Split.TRAIN,
)
def tidy(play: Play) -> None:
    """Three or four calls: a list, then one move for each."""
    kind = play.draw.pick(("log", "txt", "md", "csv"))
    loose = [path for path in play.state["files"] if "/" not in path and path.endswith(f".{kind}")]
    for _ in range(play.draw.whole(2, 3) - len(loose)):
        text = write_log(play.draw, play.state["today"])
        path = f"{text['stem']}.{kind}"
        if path not in play.state["files"]:
            put_file(play.state, play.draw, path, text["text"])
            loose.append(path)
    if not 2 <= len(loose) <= 3:
        raise play.unsuitable("too few or too many files")
    loose.sort()
    target = new_folder(play)
    play.ask(kind=kind, target=target)
    play.call(
        "list_files",
        {"pattern": f"*.{kind}"},
        does="list the {kind} files at the top",
    )
    play.learn("There are {count}: {loose}.", "The files are {loose}.", loose=loose, count=len(loose))
    for path in loose:
        new = f"{target}/{path}"
        play.call("move_file", {"source": path, "destination": new}, derived=["destination"])
        play.learn("{moved} is in {target}.", "{moved} is done.", moved=path)
    play.conclude(
        "I moved {count} files to {target}: {loose}.",
        "{loose} are in {target} now.",
        "Tidied up: {target} has {loose} now.",
        facts=["loose"],
    )


@FILES.intent(
    goal="move everything with {word} in its name into {target}",
    wordings=(
        "Everything with {word} in its name should go into {target}.",
        "find all files named after {word} and move them to {target}",
        "gather the {word} files, wherever they are, in the folder {target}",
        "I have several files with {word} in the name. Put all of them into {target}.",
        "~all *{word}* -> {target}",
    ),
    essential="move_file",
    split=Split.DEV,
)
def gather(play: Play) -> None:
    """Three calls: files found in several folders, each of them moved."""
    path, text = pick_text(play)
    word = slug(text["word"])
    place = play.draw.pick([folder for folder in ("", *play.state["folders"]) if folder != folder_of(path)])
    second = f"{place}/{word}-{play.draw.whole(2, 30)}.txt".lstrip("/")
    put_file(play.state, play.draw, second, text["text"].splitlines()[-1] + "\n")
    newest = sorted((path, second), key=lambda found: play.state["modified"][found], reverse=True)
    target = new_folder(play)
    play.ask(word=word, target=target)
    play.call("find_files", {"name": word})
    play.learn("Two files have that name: {both}.", "It finds {both}.", both=newest)
    for found in newest:
        new = f"{target}/{name_of(found)}"
        play.call("move_file", {"source": found, "destination": new}, derived=["destination"])
        play.learn("{moved} has gone to {target}.", "That was {moved}.", moved=found)
    play.conclude("Both are in {target} now: {both}.", "{target} has the two files, {both}.", facts=["target", "both"])


@FILES.intent(
    goal="move {path} into {target} and tell what {target} then holds",
    wordings=(
        "move {path} into {target} and list the folder afterwards",
        "put {path} into {target}, then show me what is in there",
        "{path} should lie in {target}. Move it and tell me what else is in that folder.",
        "I'm filing {path} under {target}. Do that and read me the contents of the folder.",
        "shift {path} to {target} and check the folder",
        "~mv {path} {target}/ && ls {target}",
    ),
    essential="move_file",
    split=Split.DEV,
)
def move_and_look(play: Play) -> None:
    """Two calls: the second checks the first."""
    path = pick_file(play)
    target = other_folder(play, but=folder_of(path))
    new = f"{target}/{name_of(path)}"
    names = sorted({name_of(other) for other in play.state["files"] if folder_of(other) == target} | {name_of(path)})
    if new in play.state["files"]:
        raise play.unsuitable("the name is taken")
    name_file(play, path)
    play.ask(target=target)
    play.call("move_file", {"source": path, "destination": new}, derived=["destination"])
    play.learn("The file has moved to {target}.", "{path} is {new} now.", new=new)
    play.call("list_files", {"path": target})
    play.learn("{target} holds {names}.", "In there I see {names}.", names=names)
    play.conclude("It is moved. In {target} there is now {names}.", "{target} now has {names}.", facts=["names"])
