"""Configuration files: read, changed in one place, carried over from one to the other."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.families._papers.desks import shown
from umi_local.worlds.families._papers.forms import settings
from umi_local.worlds.families._papers.values import drawn_values
from umi_local.worlds.families.documents.service import DOCUMENTS, put_form
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


def _put_settings(play: Play) -> tuple[str, dict[str, Any]]:
    form = settings(play.draw)
    path = put_form(play, form, "ini", "conf", "cfg")
    play.slots["path"] = path
    return path, form


def _other_value(play: Play, form: dict[str, Any], key: str) -> str:
    for _ in range(20):
        value = str(drawn_values(play.draw, f"value={form['specs'][key]}", play.state["today"])["value"])
        if value != form["values"][key]:
            return value
    raise play.unsuitable("no other value")


@DOCUMENTS.intent(
    goal="tell what {key} is set to in {path}",
    wordings=(
        "what is {key} set to in {path}?",
        "read {path} and tell me the {key}",
        "which {key} does {path} have?",
        "look up the setting {key} in {path}",
        "Check {path}: what's the value of {key}?",
        "I need the {key} from {path}.",
        "Before I change anything, what does {path} say for {key}?",
        "~{key} in {path}?",
        "~{path} {key}",
    ),
    essential="read_file",
    split=Split.TEST,
)
def read_setting(play: Play) -> None:
    """One call."""
    path, form = _put_settings(play)
    key = play.draw.pick(list(form["values"]))
    play.ask(key=key, value=form["values"][key])
    play.call("read_file", {"path": path})
    play.learn("{key} is {value}.", "The line for {key} says {value}.")
    play.conclude("{key} is set to {value}.", "The {key} is {value}.", "In {path}, {key} is {value}.", facts=["value"])


@DOCUMENTS.intent(
    goal="set {key} to {new} in {path}",
    wordings=(
        "set {key} to {new} in {path}",
        "change {key} in {path} to {new}",
        "{key} in {path} has to be {new}. Change that and leave the rest alone.",
        "edit {path}: {key} should be {new}",
        "make {key} {new} in {path}",
        "I want {new} as {key} in {path}, everything else as it is",
        "update the setting {key} of {path}; the new value is {new}",
        "~{path}: {key} -> {new}",
        "~set {key}={new} in {path}",
    ),
    essential="write_file",
    missing=Missing(
        wordings=(
            "change {key} in {path}",
            "edit {path}: I want another {key}",
            "The {key} in {path} is wrong. Change it.",
            "~{path}: change {key}",
        ),
        needs="the new value",
        goal="change {key} in {path}",
        slot="new",
    ),
    split=Split.TRAIN,
)
def change_setting(play: Play) -> None:
    """Two calls: the file is read, and written again with one change."""
    path, form = _put_settings(play)
    key = play.draw.pick(list(form["values"]))
    new = _other_value(play, form, key)
    play.ask(key=key, new=new, value=form["values"][key])
    play.call("read_file", {"path": path})
    play.learn("{key} is {value} now.", "At present {key} is {value}.")
    line, changed = (f"{key}{form['mark']}{value}" for value in (form["values"][key], new))
    _write_changed(play, path, line, changed)
    play.learn("{key} is {new} now.", "{path} is written with the new {key}.")
    play.conclude(
        "{key} is {new} in {path} now; it was {value}.",
        "I changed {key} from {value} to {new}.",
        "{path} now has {new} as {key}.",
        facts=["new"],
    )


def _write_changed(play: Play, path: str, line: str, changed: str) -> None:
    play.slots.update(line=line, changed=changed)
    play.call(
        "write_file",
        {"path": path, "text": shown(play, path).replace(line, changed), "mode": "overwrite"},
        does='write {path} again, with "{changed}" in place of "{line}"',
        derived=["text"],
    )


@DOCUMENTS.intent(
    goal="set {key} in {path} to what it is in {other}",
    wordings=(
        "set {key} in {path} to the same value as in {other}",
        "take the {key} of {other} and use it in {path} as well",
        "I like the {key} in {other} better. Please use it in {path}, too.",
        "{path} should have the {key} that {other} has. Please change it.",
        "copy the value of {key} from {other} to {path}",
        "make {key} in {path} agree with {other}",
        "In {other} the {key} is right, in {path} it isn't. Carry it over.",
        "~{path}: {key} as in {other}",
    ),
    essential="write_file",
    missing=Missing(
        wordings=(
            "set {key} in {path} to the same value as in another file",
            "copy the value of {key} from the other settings file to {path}",
            "~{path}: {key} as in the other file",
        ),
        needs="the other file",
        goal="set {key} in {path} to what it is elsewhere",
        slot="other",
    ),
    split=Split.TRAIN,
)
def carry_over(play: Play) -> None:
    """Three calls: a value here, the text there, and the text again with the value."""
    path, form = _put_settings(play)
    key = play.draw.pick(list(form["values"]))
    new = _other_value(play, form, key)
    copy = {**form, "stem": f"{form['stem']}-{play.draw.pick(('new', 'old', 'test', 'spare'))}"}
    copy["text"] = form["text"].replace(f"{key}{form['mark']}{form['values'][key]}", f"{key}{form['mark']}{new}")
    other = put_form(play, copy, "ini", "conf")
    play.ask(path=path, other=other, key=key, value=form["values"][key], new=new)
    play.call("read_file", {"path": other})
    play.learn("There {key} is {new}.", "{other} has {new}.")
    play.call("read_file", {"path": path})
    play.learn("Here it is {value}, which must become {new}.", "{path} has {value} instead.")
    _write_changed(play, path, f"{key}{form['mark']}{form['values'][key]}", f"{key}{form['mark']}{new}")
    play.learn("Both files have {new} now.", "{path} has {new} for {key}, too.")
    play.conclude("{key} is {new} in {path} as well now.", "I set {key} to {new} in {path}.", facts=["new"])


@DOCUMENTS.intent(
    goal="make sure that {key} is {new} in {path}",
    wordings=(
        "make sure that {key} is {new} in {path}; change it only if it isn't",
        "look whether {key} in {path} is {new}, and make it so if it is not",
        "check that {path} has {new} as {key}, and correct it if not",
        "{key} must be {new} in {path}. Is that so? If not, set it.",
        "see to it that {path} says {new} for {key}; leave the file alone if it does already",
        "I need {key} at {new} in {path}. Look first, and change it only where needed.",
        "verify {key} in {path}: it should be {new}, otherwise fix it",
        "~ensure {key}={new} in {path}",
    ),
    missing=Missing(
        wordings=(
            "make sure that {key} is right in {path}",
            "check that {path} has the right {key}, and correct it if not",
            "~ensure {key} in {path}",
        ),
        needs="the value it should have",
        goal="make sure that {key} is right in {path}",
        slot="new",
    ),
    split=Split.TRAIN,
)
def ensure_setting(play: Play) -> None:
    """One call or two: what is right already isn't written."""
    path, form = _put_settings(play)
    key = play.draw.pick(list(form["values"]))
    value = form["values"][key]
    new = value if play.draw.chance(0.45) else _other_value(play, form, key)
    play.ask(key=key, new=new, value=value)
    play.call("read_file", {"path": path}, decides=True)
    if new == value:
        play.learn("{key} is {new} already, so nothing is to be changed.", "It is {new}, as it should be.")
        play.conclude(
            "{key} is {new} already; I changed nothing.",
            "It was {new} already, so {path} stays as it is.",
            facts=["new"],
        )
        return
    play.learn("{key} is {value}, so it must be changed.", "It says {value}, which is wrong.")
    _write_changed(play, path, f"{key}{form['mark']}{value}", f"{key}{form['mark']}{new}")
    play.learn("Now {key} is {new}.", "{path} has been corrected.")
    play.conclude(
        "{key} was {value}; I set it to {new}.", "It had to be changed from {value} to {new}.", facts=["new", "value"]
    )
