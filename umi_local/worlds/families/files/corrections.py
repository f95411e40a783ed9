"""Texts are corrected, copied and put together."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.families._papers.desks import shown
from umi_local.worlds.families.files.service import FILES, pick_text
from umi_local.worlds.families.files.writing import new_path
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.pools import person
from umi_local.worlds.splits import Split


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
    split=Split.DEV,
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
        "repeat the {which} line of {path} as the last line of {target}",
        "append the {which} line of {path} to {target}",
        "copy just the {which} line from {path} to the bottom of {target}",
        "{target} should end with the {which} line of {path}. Can you add it?",
        "The {which} line of {path} is missing in {target}. Put it there, as the last line.",
        "read the {which} line of {path} and write it into {target} too, at the end",
        "~{which} line of {path} >> {target}",
    ),
    essential="write_file",
    missing=Missing(
        wordings=(
            "copy the {which} line of {path} to another file",
            "{path} has a good {which} line. Append it elsewhere.",
            "~{which} line of {path} >>",
        ),
        needs="the file to append it to",
        goal="copy the {which} line of {path}",
        slot="target",
    ),
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
