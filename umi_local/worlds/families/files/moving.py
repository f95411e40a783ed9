"""Files get other names and other places, alone or several at once."""

from __future__ import annotations

from umi_local.worlds.families._papers.desks import folder_of, name_of, put_file, stem_of
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


@FILES.intent(
    goal="move the file that mentions {person} into {target}",
    wordings=(
        "move the file that mentions {person} into {target}",
        "find the file with {person} in it and put it into {target}",
        "One of my files is about {person}. It belongs into the folder {target}",
        "I don't know its name, but it mentions {person}. Put that file into {target}.",
        "Whatever mentions {person} should go to {target}.",
        "search for {person} and move the file you find into {target}",
        "~file with {person} -> {target}",
    ),
    essential="move_file",
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
    split=Split.TEST,
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
