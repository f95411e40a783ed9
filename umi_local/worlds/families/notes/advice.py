"""Advice on lists of things to do, which needs no tool, and wishes that no tool here can serve."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.notes.service import NOTES, pick_note
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.pools import FIRST_NAMES
from umi_local.worlds.splits import Split

_TIPS = (
    (
        "keep a list of tasks short",
        "Write down only what you can do this week",
        ("week", "day", "today", "few", "short"),
    ),
    (
        "begin with an unpleasant task",
        "Do it first thing in the morning, for ten minutes only",
        ("first", "small", "minutes", "start"),
    ),
    (
        "stop putting things off",
        "Split them into small steps and give each a date",
        ("small", "steps", "step", "date", "deadline"),
    ),
    ("remember birthdays", "Keep one list of dates and look at it every Sunday", ("list", "calendar", "dates")),
)


@NOTES.intent(
    goal="give advice on how to {task}",
    wordings=(
        "do you have a tip for me: how do I {task}?",
        "suggest a good way to {task}, just as a general rule",
        "how can one {task}?",
        "What helps if you want to {task}? I'm asking in general.",
        "tell me a trick to {task}",
        "I'd like to get better at this: {task}. What would you suggest? Don't change my notes.",
        "in your opinion, how does one {task}?",
        "~trick to {task}?",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.6,
)
def list_tips(play: Play) -> None:
    """Advice: the notes aren't needed."""
    task, tip, words = play.draw.pick(_TIPS)
    play.ask(task=task, tip=tip)
    play.conclude(
        "{tip}.",
        "Try this: {tip:lower}.",
        "What often helps: {tip:lower}.",
        facts=[Fact("text", tip.split()[-1], words)],
        why=(
            "That is a question about habits; the notes themselves aren't asked for.",
            "The user wants a piece of advice, so no tool is needed.",
        ),
    )


@NOTES.intent(
    goal="put {task} into better words",
    wordings=(
        'how could I word this task better: "{task}"?',
        'My notes are too vague. What would be a clearer way to write "{task}"?',
        'find a more concrete wording for "{task}", just tell me',
        '"{task}" is no good as a task. Say it so that one knows what to do.',
        '~better words for "{task}"',
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.6,
)
def reword(play: Play) -> None:
    """Help with wording; nothing is saved."""
    task, better, word = play.draw.pick(
        (
            ("do something about the bike", "Take the bike to the workshop on Friday", "bike"),
            ("taxes", "Fill in the first page of the tax form tonight", "tax"),
            ("get fit", "Go for a walk of twenty minutes every evening", "walk"),
            ("sort out the kitchen", "Empty the lower kitchen drawer and throw out what is broken", "kitchen"),
        )
    )
    play.ask(task=task, better=better)
    play.conclude(
        'You could write: "{better}".',
        'Better: "{better}".',
        facts=[Fact("text", word, ("taxes", "exercise", "run", "minutes"))],
        why=(
            "This is about wording only. Nothing has to be looked up or saved.",
            "I can suggest other words myself; the user doesn't want it noted.",
        ),
    )


@NOTES.intent(
    goal="ring an alarm for {errand} at {at}",
    wordings=(
        "set an alarm for {at}, so that I don't forget to {errand}",
        "make a sound at {at} to remind me to {errand}",
        "wake me at {at}, I have to {errand}",
        "ring a bell at {at} today, because I must {errand}",
        "I want to hear a signal at {at}: {errand}.",
        "call my phone at {at} and tell me to {errand}",
        "let a reminder pop up on the screen at {at} that says {errand}",
        "~alarm {at}: {errand}",
    ),
    kind=Kind.IMPOSSIBLE,
    split=Split.TRAIN,
    weight=0.5,
)
def no_alarm(play: Play) -> None:
    """No tool rings at a time."""
    pick_note(play)
    play.ask(at=play.draw.clock(6, 20, 30))
    play.give_up(
        "The tools can keep notes, but none of them rings or pops up at {at}. I have to give up.",
        "For an alarm at {at} I would need a tool with a timer, and there is none. I can't do this.",
        "None of the tools acts at a given time, so an alarm isn't possible. I give up.",
    )


@NOTES.intent(
    goal="share the note about the {thing} with {person}",
    wordings=(
        "share my note about the {thing} with {person}",
        "send {person} the note on the {thing}",
        "let {person} see what I noted about the {thing}, on their own phone",
        "{person} should do this. Hand the note with the {thing} over to them, please.",
        "~share note {thing} with {person}",
    ),
    kind=Kind.IMPOSSIBLE,
    split=Split.TEST,
    weight=0.5,
)
def no_sharing(play: Play) -> None:
    """No tool reaches other people."""
    pick_note(play)
    play.ask(person=play.draw.of(FIRST_NAMES))
    play.give_up(
        "The notes stay on this machine; no tool sends one to {person}. I must decline.",
        "There is no way to reach {person} with these tools, so I give up.",
    )
