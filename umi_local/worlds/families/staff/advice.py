"""Questions around work that need no tool."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.staff.service import STAFF
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

NOTES = {
    "I'm on vacation": ("I am on vacation and will answer your message when I am back.", "vacation"),
    "I'm at a training": ("I am at a training and will read my messages in the evening.", "training"),
    "I'm out sick": ("I am out sick at the moment. In urgent cases, please turn to my team.", "sick"),
    "I work only in the mornings": ("I work in the mornings only and will reply on the next working day.", "mornings"),
    "I'm travelling": ("I am travelling and can answer only in the evening.", "travelling"),
    "I'm on parental leave": ("I am on parental leave. My team will gladly help you until I return.", "parental"),
}
WISHES = {
    "keep a meeting short": ("set a clear goal, invite few people, and end it after half an hour", "goal"),
    "welcome a new colleague": ("show them around on the first day and name one person for all questions", "questions"),
    "say no to extra work": ("thank them, say what you are busy with, and offer a later date", "later"),
    "ask for a raise": ("list what you achieved this year and name a number first", "achieved"),
    "work well at a shared desk": ("keep your things in one box and leave the desk empty in the evening", "box"),
    "remember new names": ("repeat each name aloud when you hear it, and use it again soon", "repeat"),
    "hand over my work before vacation": ("write down what is open, who knows what, and where it is kept", "open"),
}


@STAFF.intent(
    goal='write an out-of-office note that says "{what}"',
    wordings=(
        "what could my automatic reply say when {what}?",
        "write me an out-of-office note, because {what}",
        "I need a line for people who email me while {what}. What do you suggest?",
        "suggest a short away message, as {what}",
        "how would you word an absence note if {what}?",
        "Everybody should get a friendly reply, since {what}. Can you draft it?",
        "draft the text of an auto-reply for me, {what}",
        "~auto-reply text: {what}",
        "~out-of-office note, {what}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.7,
)
def away_note(play: Play) -> None:
    """A text to copy; no absence is entered."""
    what = play.draw.pick(list(NOTES))
    play.ask(what=what, note=NOTES[what][0])
    play.conclude(
        '"{note}"',
        'How about this: "{note}"',
        'You could write: "{note}"',
        facts=[Fact("text", NOTES[what][1])],
        why=(
            "A text is wanted, and nothing has to be entered anywhere, so I write it.",
            "That is only about wording. I can do it without a tool.",
            "I can draft such a note myself.",
        ),
    )


@STAFF.intent(
    goal="advise how to {wish} at work",
    wordings=(
        "how do I {wish}?",
        "At work I often have to {wish}. What would you advise?",
        "give me a piece of advice on how to {wish}",
        "is there a proven way to {wish}?",
        "My colleagues seem to {wish} without any effort. How do they do it?",
        "what helps to {wish} at the office?",
        "tell me how one can {wish}",
        "~how to {wish} at work",
        "~{wish}: any advice",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.7,
)
def office_advice(play: Play) -> None:
    """What colleagues would say."""
    wish = play.draw.pick(list(WISHES))
    play.ask(wish=wish, tip=WISHES[wish][0])
    play.conclude(
        "Try this: {tip}.",
        "The best way is this: {tip}.",
        facts=[Fact("text", WISHES[wish][1])],
        why=("The company's data don't help with that, but experience does.", "Any colleague could answer that."),
    )
