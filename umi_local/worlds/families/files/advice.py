"""Advice on keeping files, which needs no tool, and wishes that no tool here can serve."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.files.service import FILES, pick_file
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.pools import FIRST_NAMES
from umi_local.worlds.splits import Split

_ORDER = (
    (
        "keep my files in order",
        "Use one folder for each topic, and put the date first in every name",
        ("folder", "folders"),
    ),
    ("name my files well", "Begin with the date as YYYY-MM-DD, then say in two words what it is", ("date", "dates")),
    (
        "keep important files safe",
        "Keep three copies, one of them in another house",
        ("copy", "copies", "backup", "backups"),
    ),
    (
        "find old letters faster",
        "Sort them into one folder per year and give them clear names",
        ("folder", "folders", "name", "names"),
    ),
)
_ENDINGS = (
    (".txt", "plain text", ("text",)),
    (".csv", "a table with values separated by commas", ("table", "comma", "commas")),
    (".json", "structured data", ("data", "JavaScript")),
    (".log", "a record of what a program did", ("log", "logs", "record", "records")),
    (".md", "text with simple marks for headings and lists, called Markdown", ("Markdown",)),
)


@FILES.intent(
    goal="give advice on how to {task}",
    wordings=(
        "how should I {task}?",
        "what do tidy people do to {task}?",
        "what is a good way to {task}?",
        "give me a tip on how to {task}",
        "I'd like to {task}, but I never manage to. What do you advise? No need to touch anything.",
        "Any advice on how to {task}? just in general.",
        "Suppose I wanted to {task}, where would I begin?",
        "~tip: how to {task}?",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.6,
)
def keep_order(play: Play) -> None:
    """Advice: nothing is to be done yet."""
    task, tip, words = play.draw.pick(_ORDER)
    play.ask(task=task, tip=tip)
    play.conclude(
        "{tip}.",
        "I would do it like this: {tip}.",
        "A simple rule helps. {tip}.",
        facts=[Fact("text", words[0], words[1:])],
        why=(
            "The user wants advice, nothing that has to be looked up or changed, so I call no tool.",
            "General advice is wanted here. No file has to be touched for it.",
        ),
    )


@FILES.intent(
    goal="explain the ending {ending}",
    wordings=(
        "what kind of file ends in {ending}?",
        "what does it mean when a file ends in {ending}?",
        "explain to me what {ending} files are",
        "I got a file that ends in {ending}. What is that, in general?",
        "~{ending}, what is that?",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.6,
)
def explain_ending(play: Play) -> None:
    """Common knowledge about formats."""
    ending, told, words = play.draw.pick(_ENDINGS)
    play.ask(ending=ending, told=told)
    play.conclude(
        "A file ending in {ending} holds {told}.",
        "{ending} stands for {told}.",
        facts=[Fact("text", words[0], words[1:])],
        why=(
            "What {ending} means is common knowledge; no file is read for that.",
            "I know this ending without any tool.",
        ),
    )


@FILES.intent(
    goal="delete {path}",
    wordings=(
        "delete {path}",
        "remove the file {path} for good",
        "get rid of {path}",
        "{path} can go. Delete it, please.",
        "throw {path} away, I don't need it any more",
        "I don't want to see {path} ever again. Erase it.",
        "could {path} be deleted?",
        "~rm {path}",
        "~delete {path}",
    ),
    kind=Kind.IMPOSSIBLE,
    split=Split.TRAIN,
    weight=0.6,
)
def no_deleting(play: Play) -> None:
    """No tool deletes."""
    pick_file(play)
    play.ask()
    play.give_up(
        "None of the tools can delete a file; they read, write and move. I must not empty or hide it instead, so I give up.",
        "To delete {path} I would need a tool that removes files, and there is none. I have to give up.",
        "Deleting isn't something these tools do. I can't remove {path}.",
    )


@FILES.intent(
    goal="send {path} to somebody",
    wordings=(
        "send {path} to {person} by mail",
        "email {path} to {person}",
        "forward {path} to {person}, as an attachment",
        "{person} needs {path}. Send it over, please.",
        "print {path} on the office printer",
        "upload {path} to our website",
        "~mail {path} to {person}",
    ),
    kind=Kind.IMPOSSIBLE,
    split=Split.TEST,
    weight=0.6,
)
def no_sending(play: Play) -> None:
    """No tool sends, prints or uploads."""
    pick_file(play)
    play.ask(person=play.draw.of(FIRST_NAMES))
    play.give_up(
        "The tools work on files here; none of them sends or prints anything. I have to decline.",
        "No tool on offer gets {path} out of this machine, so it can't be done.",
    )


@FILES.intent(
    goal="open {path} in another program",
    wordings=(
        "open {path} in a spreadsheet program",
        "start the editor with {path}",
        "turn {path} into a PDF",
        "I'd like {path} as a PDF. Convert it, please.",
        "~{path} to PDF",
    ),
    kind=Kind.IMPOSSIBLE,
    split=Split.DEV,
    weight=0.6,
)
def no_converting(play: Play) -> None:
    """No tool starts programs or makes PDFs."""
    pick_file(play)
    play.ask()
    play.give_up(
        "The tools only handle text and tables; none starts a program or makes a PDF. I give up.",
        "For {path} that would take another program, which no tool can start.",
    )
