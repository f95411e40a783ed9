"""Files get other names and other places, alone or several at once."""

from __future__ import annotations

from umi_local.worlds.families._papers.desks import folder_of, name_of, put_file, stem_of
from umi_local.worlds.families._papers.words import slug
from umi_local.worlds.families.files.service import (
    FILES,
    new_folder,
    other_folder,
    pick_file,
    pick_text,
)
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@FILES.intent(
    goal="rename {path} to {new}",
    wordings=(
        "rename {path} to {new}",
        "give {path} the name {new}",
        "call {path} {new} from now on",
        "{path} is a bad name. It should be called {new}.",
        "change the name of {path} to {new}",
        "I'd rather have {new} than {path} as the name of that file. Please change it.",
        "could {path} be renamed? the new name is {new}",
        "~rename {path} {new}",
        "~mv {path} {new}",
    ),
    essential="move_file",
    missing=Missing(
        wordings=(
            "rename {path}",
            "give {path} another name",
            "{path} is a bad name. Change it, please.",
            "~rename {path}",
        ),
        needs="the new name",
        goal="rename {path}",
        slot="new",
    ),
    split=Split.TRAIN,
)
def rename(play: Play) -> None:
    """One call."""
    path = pick_file(play)
    ending = name_of(path).rpartition(".")[2]
    new = f"{play.draw.pick(('old', 'final', 'copy', 'new', 'my', 'v2'))}-{stem_of(path)}.{ending}"
    new = f"{folder_of(path)}/{new}".lstrip("/")
    play.ask(new=new)
    play.call("move_file", {"source": path, "destination": new}, does="rename {path} to {new}")
    play.learn("{path} is called {new} now.", "The file has its new name, {new}.")
    play.conclude("{path} is now called {new}.", "I renamed it to {new}.", "The new name is {new}.", facts=["new"])


@FILES.intent(
    goal="move {path} into {target}",
    wordings=(
        "move {path} into {target}",
        "put {path} into the folder {target}",
        "{path} belongs into {target}. Move it there, please.",
        "take {path} and place it in {target}",
        "can {path} go into the folder {target}?",
        "I'm tidying up. {path} should lie in {target}.",
        "shift {path} over to {target}",
        "~mv {path} {target}/",
        "~{path} -> {target}",
    ),
    essential="move_file",
    missing=Missing(
        wordings=(
            "move {path} for me",
            "put {path} into another folder",
            "{path} doesn't belong here. Move it, please.",
            "~mv {path}",
        ),
        needs="the folder it should go to",
        goal="move {path} into another folder",
        slot="target",
    ),
    split=Split.TRAIN,
)
def move(play: Play) -> None:
    """One call; the new place is made of folder and name."""
    path = pick_file(play)
    target = other_folder(play, but=folder_of(path)) if play.draw.chance(0.6) else new_folder(play)
    new = f"{target}/{name_of(path)}"
    if new in play.state["files"]:
        raise play.unsuitable("the name is taken")
    play.ask(target=target)
    play.call("move_file", {"source": path, "destination": new}, derived=["destination"])
    play.learn("{path} lies in {target} now.", "The file is {new} now.", new=new)
    play.conclude(
        "{path} is in {target} now.",
        "I moved it to {new}.",
        "{target} has the file now: {new}.",
        facts=["target"],
    )


@FILES.intent(
    goal="move {called} into {target}",
    wordings=(
        "move {called} into the folder {target}",
        "put {called} away into {target}",
        "{called:cap} should go into {target}. I don't know where it is now.",
        "find {called} and move it to {target}",
        "I never know where {called} is. Move it to {target}, wherever it lies now.",
        "look for {called} and put it into {target}",
        "~{called} -> {target}",
        "~file {called} in {target}",
    ),
    essential="move_file",
    missing=Missing(
        wordings=(
            "put {called} away",
            "{called:cap} is in the wrong place. Move it, please.",
            "find {called} and move it to another folder",
            "~file {called}",
        ),
        needs="the folder it should go to",
        goal="move {called}",
        slot="target",
    ),
    split=Split.TRAIN,
)
def put_away(play: Play) -> None:
    """Two calls; the path comes from the first, the folder from the user."""
    path, text = pick_text(play)
    target = other_folder(play, but=folder_of(path)) if play.draw.chance(0.7) else new_folder(play)
    play.ask(target=target)
    play.call("find_files", {"name": slug(text["word"])})
    play.learn("The file is {path}.", "It is called {path}.")
    new = f"{target}/{name_of(path)}"
    play.call("move_file", {"source": path, "destination": new}, derived=["destination"])
    play.learn("{path} went to {target}.", "Its new place is {new}.", new=new)
    play.conclude(
        "I moved {path} to {target}.",
        "{path} is in the folder {target} now.",
        "You find it as {new} from now on.",
        facts=["target"],
    )


@FILES.intent(
    goal="move the newest {kind} file into {target}",
    wordings=(
        "move the newest {kind} file into {target}",
        "put the {kind} file that I changed last into the folder {target}",
        "take the most recent {kind} file and move it to {target}",
        "I've just saved a {kind} file. It should go into {target}.",
        "Whichever {kind} file is the latest, it belongs into {target}; move it.",
        "~newest {kind} -> {target}",
    ),
    essential="move_file",
    split=Split.TEST,
)
def move_newest(play: Play) -> None:
    """Two calls: the newest is found and moved."""
    kind = play.draw.pick(sorted({path.rpartition(".")[2] for path in play.state["files"]}))
    path = max((when, path) for path, when in play.state["modified"].items() if path.endswith(f".{kind}"))[1]
    target = new_folder(play)
    play.ask(kind=kind, target=target)
    play.call(
        "find_files",
        {"name": f"*.{kind}", "sort_by": "newest", "limit": 1},
        does="find the newest {kind} file",
        derived=["limit"],
    )
    play.learn("The newest is {path}.", "{path} is the one changed last.", path=path)
    new = f"{target}/{name_of(path)}"
    play.call("move_file", {"source": path, "destination": new}, derived=["destination"])
    play.learn("It is {new} now.", "{path} has moved to {target}.", new=new)
    play.conclude(
        "The newest one was {path}; it is in {target} now.",
        "I moved {path} to {target}, as {new}.",
        facts=["target", "path"],
    )


@FILES.intent(
    goal="move {path} into {target}, under the name {spare} if its own is taken",
    wordings=(
        "move {path} into {target}; if there's a file of that name, call it {spare}",
        "move {path} over to {target}, calling it {spare} only if it has to be",
        "My rule: no file is overwritten. Move {path} into {target}, as {spare} if the name is taken.",
        "put {path} into {target}. Should the name be taken there, use {spare} instead.",
        "{path} has to go into {target}, as {spare} in case the name is already used",
        "try to move {path} to {target}, and if the name is taken move it there as {spare}",
        "I want {path} in {target}. Don't overwrite anything: if need be, name it {spare}.",
        "~{path} -> {target} (or {target}/{spare} if taken)",
    ),
    essential="move_file",
    split=Split.TRAIN,
)
def move_or_rename(play: Play) -> None:
    """One call or two: a refusal leads to another name."""
    path, text = pick_text(play)
    target = other_folder(play, but=folder_of(path))
    new, spare = f"{target}/{name_of(path)}", f"{stem_of(path)}-2.{path.rpartition('.')[2]}"
    if play.draw.chance(0.7):
        put_file(play.state, play.draw, new, text["text"].splitlines()[0] + "\n")
    play.ask(target=target, spare=spare)
    reply = play.attempt(
        "move_file",
        {"source": path, "destination": new},
        does="move {path} to {destination}",
        derived=["destination"],
        decides=True,
    )
    if reply.failed:
        play.learn(
            "The name is taken: {new} exists already.", "{new} is there already, so it needs the other name.", new=new
        )
        play.call(
            "move_file",
            {"source": path, "destination": f"{target}/{spare}"},
            does="move {path} to {target}/{spare}",
            derived=["destination"],
        )
        play.learn("It is {target}/{spare} now.", "Under the name {spare} it worked.")
        play.conclude(
            "The name was taken in {target}, so it is called {spare} there.",
            "I moved it to {target}/{spare}, as there was a file of that name.",
            facts=["spare"],
        )
    else:
        play.learn("The name was free: {new} is there.", "It moved to {new} without trouble.", new=new)
        play.conclude("I moved it to {new}; the name was free.", "It is in {target} now, as {new}.", facts=["new"])
