"""Conversations of the paper's five roles for tests."""

from __future__ import annotations

FIND = {"Name": "find", "function": "Finds.", "input": {"q": "string, what", "n": "integer", "x": "odd thing"}}


def conversation(*turns, tools=(FIND,)):
    return {
        "tools": list(tools),
        "instruction": turns[0][1] if turns else "",
        "conversations": [{"from": speaker, "value": value} for speaker, value in turns],
    }


GOOD = (
    ("user", "Where?"),
    ("assistant", "I look.\n Next: caller."),
    ("caller", 'Action: find\nAction Input: {"q": "it"}'),
    ("observation", "There."),
    ("assistant", "Found. Next: conclusion."),
    ("conclusion", "It is there."),
)
