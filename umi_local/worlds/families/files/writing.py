"""Texts are written, added to, replaced, corrected, copied and put together."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families._papers.words import LINES
from umi_local.worlds.families.files.service import FILES, new_folder, pick_text
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

_NAMES = (
    "reminder",
    "memo",
    "info",
    "hint",
    "sign",
    "poster",
    "message",
    "label",
    "notice-board",
    "for-later",
    "draft",
)


def new_path(play: Play, *endings: str) -> str:
    """Return a path that isn't there yet; half of them are in a folder that isn't there either."""
    name = f"{play.draw.pick(_NAMES)}-{play.draw.whole(2, 99)}.{play.draw.pick(endings or ('txt', 'md'))}"
    return play.draw.pick((name, f"{new_folder(play)}/{name}"))


@FILES.intent(
    goal='write "{text}" to the new file {target}',
    wordings=(
        'create a file {target} that says "{text}"',
        'write "{text}" into a new file called {target}',
        'make {target} with this text: "{text}"',
        'I need a text file {target}. It should read "{text}".',
        'save the sentence "{text}" as {target}',
        'put "{text}" into {target}, which is to be a new file',
        "New file, please: {target}. The text is: {text}",
        '~new {target}: "{text}"',
        '~save "{text}" as {target}',
    ),
    essential="write_file",
    missing=Missing(
        wordings=(
            'create a file that says "{text}"',
            'write "{text}" into a new file',
            'I need a text file that reads "{text}".',
            'save the sentence "{text}" to disk for me',
            '~new file: "{text}"',
        ),
        needs="the name of the new file",
        goal='write "{text}" to a new file',
        slot="target",
    ),
    split=Split.TRAIN,
)
def create(play: Play) -> None:
    """One call; the text is given word for word."""
    play.ask(text=play.draw.of(LINES), target=new_path(play))
    play.call(
        "write_file",
        {"path": play.slots["target"], "text": play.slots["text"]},
        does='write "{text}" to {target}',
    )
    play.learn("{target} is written.", "The text is in {target} now.")
    play.conclude(
        "I wrote it to {target}.",
        "{target} now says: {text}",
        "The file {target} is there, with your text.",
        facts=["target"],
    )


@FILES.intent(
    goal='add "{text}" to the end of {path}',
    wordings=(
        'add the line "{text}" to {path}',
        'append "{text}" to {path}',
        'write "{text}" at the end of {path}, and leave the rest as it is',
        "{path} needs one more line at the end: {text}",
        'put a new last line into {path}: "{text}"',
        'I forgot something in {path}. Add this at the bottom: "{text}"',
        "extend {path} by this sentence: {text}",
        '~{path} += "{text}"',
        '~append to {path}: "{text}"',
    ),
    essential="write_file",
    missing=Missing(
        wordings=(
            'add the line "{text}" to my file',
            'append "{text}" to one of my files',
            'I forgot something in a text. Add this at the bottom: "{text}"',
            '~append: "{text}"',
        ),
        needs="the file to add it to",
        goal='add "{text}" to a file',
        slot="path",
    ),
    split=Split.TRAIN,
)
def append(play: Play) -> None:
    """One call with another mode."""
    pick_text(play)
    play.ask(text=play.draw.of(LINES))
    play.call(
        "write_file",
        {"path": play.slots["path"], "text": play.slots["text"], "mode": "append"},
        does='append "{text}" to {path}',
    )
    play.learn("The line is at the end of {path} now.", "It has been appended to {path}.")
    play.conclude(
        "I added the line to {path}.",
        "{path} ends with that line now.",
        "Appended to {path}: {text}",
        facts=["path"],
    )


@FILES.intent(
    goal='replace all of {path} with "{text}"',
    wordings=(
        'replace everything in {path} with "{text}"',
        'overwrite {path}: it should only say "{text}"',
        "Throw away what {path} says now and write this instead: {text}",
        'The old text of {path} can go. New text: "{text}".',
        'change {path} so that nothing but "{text}" is left in it',
        "I don't need the old contents of {path} any more. Let it read: {text}",
        '~overwrite {path} with "{text}"',
    ),
    essential="write_file",
    missing=Missing(
        wordings=(
            "overwrite {path} with a new text",
            "Throw away what {path} says now and write something else.",
            "replace everything in {path}",
            "~overwrite {path}",
        ),
        needs="the new text",
        goal="overwrite {path}",
        slot="text",
    ),
    split=Split.TEST,
)
def overwrite(play: Play) -> None:
    """One call that replaces what is there."""
    pick_text(play)
    play.ask(text=play.draw.of(LINES))
    play.call(
        "write_file",
        {"path": play.slots["path"], "text": play.slots["text"], "mode": "overwrite"},
        does='overwrite {path} with "{text}"',
    )
    play.learn("{path} has the new text only.", "The old text is gone, {path} was overwritten.")
    play.conclude("{path} only says: {text}", "I replaced the text of {path}.", facts=["path"])


@FILES.intent(
    goal='save "{text}" as {path}, unless there is such a file',
    wordings=(
        'save "{text}" as {path}, but only if there is no such file yet',
        'I need {path} to say "{text}", provided that the name is still free',
        'create {path} with the text "{text}"; if it exists already, leave it alone and tell me',
        'I want a file {path} that says "{text}". Should there be one already, don\'t touch it.',
        'write "{text}" to a new file {path}, and if that name is taken just say so',
        "Make a file {path} with this in it: {text}. Careful, nothing may be overwritten!",
        "put this into {path} unless that exists: {text}",
        '~{path} (if free): "{text}"',
    ),
    essential="write_file",
    split=Split.TRAIN,
)
def create_unless_there(play: Play) -> None:
    """One call that is refused, or isn't."""
    is_there = play.draw.chance(0.6)
    path = pick_text(play)[0] if is_there else new_path(play)
    play.ask(path=path, text=play.draw.of(LINES))
    reply = play.attempt(
        "write_file",
        {"path": path, "text": play.slots["text"]},
        does='create {path} with the text "{text}"',
    )
    if reply.failed:
        play.learn("There is a {path} already, so nothing was changed.", "It was refused, since {path} exists already.")
        play.conclude(
            "{path} exists already, so I did not change anything.",
            "There is a file {path} already; I left it as it is and wrote nothing.",
            facts=[NO, "path"],
        )
    else:
        play.learn("There was no {path}, and now it is written.", "The name was free: {path} is there now.")
        play.conclude("The name was free. {path} is written.", "I created {path} with your text.", facts=["path"])


@FILES.intent(
    goal='write "{text}" to {path}, at its end if it is there already',
    wordings=(
        'save "{text}" as a new file {path}; if there is one already, add it at the end instead',
        'create {path} with "{text}", or append the line if the file exists',
        "I'd like to have this in {path}: {text}. Try to create the file, and if it is there, add a line to it.",
        'write "{text}" to {path} as a new file, and if that is refused append it',
        '~{path}: "{text}" (new, else append)',
    ),
    essential="write_file",
    split=Split.TEST,
)
def create_or_append(play: Play) -> None:
    """Two calls: the refusal decides what comes next."""
    path, _ = pick_text(play)
    play.ask(text=play.draw.of(LINES))
    play.attempt(
        "write_file",
        {"path": path, "text": play.slots["text"]},
        does='create {path} with "{text}"',
    )
    play.learn("{path} exists, so the line must be added to it.", "It can't be created: there is a {path} already.")
    play.call(
        "write_file",
        {"path": path, "text": play.slots["text"], "mode": "append"},
        does='append "{text}" to {path}',
    )
    play.learn("The line stands at the end of {path}.", "{path} got one more line.")
    play.conclude(
        "{path} was there already, so I added the line at its end.",
        "I appended it, because {path} exists already.",
        facts=["path"],
    )
