"""Texts are written, added to, replaced, corrected, copied and put together."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.facts import NO
from umi_local.worlds.families._papers.words import LINES
from umi_local.worlds.families.files.service import FILES, new_folder, pick_text, shown
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.pools import person
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


@FILES.intent(
    goal="copy {path} to {target}",
    wordings=(
        "copy {path} to {target}",
        "make a copy of {path} called {target}",
        "I'd like a second copy of {path}, under the name {target}",
        "I want to keep {path} as it is and play with a copy. Call the copy {target}.",
        "duplicate {path} as {target}",
        "put the same text that {path} has into a new file {target}",
        "Before I change {path}, save its text as {target}.",
        "~cp {path} {target}",
        "~copy {path} -> {target}",
    ),
    essential="write_file",
    missing=Missing(
        wordings=(
            "copy {path} for me",
            "make a copy of {path}",
            "I want to keep {path} as it is and play with a copy.",
            "~cp {path}",
        ),
        needs="the name of the copy",
        goal="copy {path}",
        slot="target",
    ),
    split=Split.TRAIN,
)
def copy(play: Play) -> None:
    """Two calls: what the first returns is written by the second."""
    path, _ = pick_text(play)
    play.ask(target=new_path(play))
    play.call("read_file", {"path": path})
    play.learn("That is the text of {path}.", "I have the text of {path} now.")
    play.call(
        "write_file",
        {"path": play.slots["target"], "text": shown(play, path)},
        does="write the same text to {target}",
    )
    play.learn("{target} has the same text now.", "The copy is written to {target}.")
    play.conclude(
        "{target} is a copy of {path} now.",
        "I copied {path} to {target}.",
        "The copy is there: {target}.",
        facts=["target"],
    )


def _changed(play: Play, *, kinds: tuple[type, ...] = (str,)) -> tuple[str, dict[str, Any], str, str]:
    """Pick a text and a value in it that comes once, and return path, text, the value and the line it stands in."""
    path, text = pick_text(play)
    lines = shown(play, path).splitlines()
    once = [
        str(value)
        for name, value in text["values"].items()
        if name != "word" and isinstance(value, kinds) and shown(play, path).count(str(value)) == 1
    ]
    names = [value for value in once if " " in value and value.replace(" ", "").isalpha()]
    if not names:
        raise play.unsuitable("no name stands in it once")
    old = play.draw.pick(names)
    return path, text, old, next(line for line in lines if old in line)


@FILES.intent(
    goal="replace {old} by {new} in {path}",
    wordings=(
        "replace {old} by {new} in {path}",
        "In {path} it should say {new}, not {old}. please correct that.",
        "correct {path}: {new} instead of {old}",
        "{path} still mentions {old}. It must be {new}. Change that, and nothing else.",
        "There's a mistake in {path}, {old} has to be {new}; fix it.",
        "swap {old} for {new} in {path} and keep the rest",
        "We have to update {path}. Wherever it says {old}, write {new}.",
        "~{path}: {old} -> {new}",
        "~s/{old}/{new}/ in {path}",
    ),
    essential="write_file",
    split=Split.TRAIN,
)
def correct(play: Play) -> None:
    """Two calls: the text is read, and written again with one change."""
    path, _, old, line = _changed(play)
    new = person(play.draw)
    play.ask(old=old, new=new)
    play.call("read_file", {"path": path})
    play.learn('{old} stands in the line "{line}".', 'One line has {old}: "{line}".', line=line)
    play.call(
        "write_file",
        {"path": path, "text": shown(play, path).replace(old, new), "mode": "overwrite"},
        does="write the same text back to {path}, with {new} in place of {old}",
        derived=["text"],
    )
    play.learn("{path} says {new} now.", "The text of {path} is corrected.")
    play.conclude(
        "{path} now says {new} instead of {old}.",
        "I replaced {old} by {new} in {path}.",
        "Corrected: {new} stands in {path} now.",
        facts=["new"],
    )


@FILES.intent(
    goal="take the line with {old} out of {path}",
    wordings=(
        "remove the line with {old} from {path}",
        "delete the line in {path} that mentions {old}, keep all others",
        "{old} has left us. Take the whole line out of {path}.",
        "In {path}, drop the line where it says {old}.",
        "I want {path} without the line about {old}.",
        "~{path}: remove line with {old}",
    ),
    essential="write_file",
    split=Split.TEST,
)
def drop_line(play: Play) -> None:
    """Two calls: the text is read, and written again without a line."""
    path, _, old, line = _changed(play)
    left = [other for other in shown(play, path).splitlines() if other != line]
    play.ask(old=old)
    play.call("read_file", {"path": path})
    play.learn('The line to drop is "{line}".', 'It is this line: "{line}".', line=line)
    play.call(
        "write_file",
        {"path": path, "text": "\n".join(left), "mode": "overwrite"},
        does="write {path} again without that line",
        derived=["text"],
    )
    play.learn("{path} has {count:n line} left.", "The line is gone from {path}.", count=len(left))
    play.conclude(
        "I removed the line with {old} from {path}.", "{path} no longer has the line about {old}.", facts=["old"]
    )


@FILES.intent(
    goal="put {path} and {other} together as {target}",
    wordings=(
        "put {path} and {other} together into one new file {target}",
        "combine {path} and {other}, in this order, and save that as {target}",
        "I want a single file {target} with the text of {path} followed by that of {other}.",
        "merge {other} onto the end of {path}, but as a new file {target}",
        "make {target} out of two files: first {path}, then {other}",
        "~{path} + {other} -> {target}",
    ),
    essential="write_file",
    split=Split.DEV,
)
def merge(play: Play) -> None:
    """Three calls: two texts, and one that holds both."""
    path, _ = pick_text(play)
    other = play.draw.pick([found for found in play.state["texts"] if found != path])
    play.ask(other=other, target=new_path(play))
    play.call("read_file", {"path": path})
    play.learn("{path} is the first part.", "I have the first part.")
    play.call("read_file", {"path": other})
    play.learn("{other} is the second part.", "The second part follows on the first.")
    play.call(
        "write_file",
        {"path": play.slots["target"], "text": f"{shown(play, path)}\n{shown(play, other)}"},
        does="write both texts, one after the other, to {target}",
        derived=["text"],
    )
    play.learn("{target} has both texts now.", "Both texts are in {target}.")
    play.conclude("{target} holds {path} and then {other}.", "I merged both into {target}.", facts=["target"])


@FILES.intent(
    goal="copy the {which} line of {path} to the end of {target}",
    wordings=(
        "take the {which} line of {path} and add it at the end of {target}",
        "append the {which} line of {path} to {target}",
        "copy just the {which} line from {path} to the bottom of {target}",
        "{target} should end with the {which} line of {path}. Can you add it?",
        "The {which} line of {path} is missing in {target}. Put it there, as the last line.",
        "read the {which} line of {path} and write it into {target} too, at the end",
        "~{which} line of {path} >> {target}",
    ),
    essential="write_file",
    split=Split.TRAIN,
)
def copy_line(play: Play) -> None:
    """Two calls: one line is read and appended elsewhere."""
    path, _ = pick_text(play)
    target = play.draw.pick([found for found in play.state["texts"] if found != path])
    which, start = play.draw.pick((("first", 1), ("last", -1)))
    line = shown(play, path).splitlines()[0 if start == 1 else -1]
    play.ask(target=target, which=which)
    play.call(
        "read_file",
        {"path": path, "start_line": start, "n_lines": 1},
        does="read the {which} line of {path}",
        derived=["start_line", "n_lines"],
    )
    play.learn('It says "{line}".', 'The {which} line is "{line}".', line=line)
    play.call(
        "write_file",
        {"path": target, "text": line, "mode": "append"},
        does='append "{text}" to {target}',
    )
    play.learn("{target} has that line at its end now.", "The line was appended to {target}.")
    play.conclude(
        "I added the line to {target}: {line}",
        "{target} now ends with: {line}",
        "{target} got the {which} line of {path}.",
        facts=["target"],
    )
