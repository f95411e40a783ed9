"""Questions around visits to a clinic that need no tool, and nothing medical."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.clinic.service import CLINIC
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

TIPS = {
    "prepare for a first appointment": ("write down your questions and bring your insurance card", "questions"),
    "pass the time in a waiting room": ("take a book along and leave the phone in your pocket", "book"),
    "get through on a busy line": ("call in the late morning, when the first rush is over", "morning"),
    "remember an appointment": ("put it on the calendar at once and set a reminder for the day before", "reminder"),
    "visit somebody in hospital": ("ask first, stay for half an hour, and bring something to read", "ask"),
    "keep my papers in order": ("use one folder with a divider for each doctor, the newest page on top", "folder"),
    "find my way in a big clinic": ("come ten minutes early and ask at the reception", "reception"),
}
MESSAGES = {
    "ask for a later time": ("Could I have a later time on the same day, please?", "later"),
    "say that I will be ten minutes late": ("I am sorry, I will be about ten minutes late.", "late"),
    "thank the staff for their patience": ("Thank you all very much for your patience.", "patience"),
    "ask if I may bring a companion": ("May I bring a companion to my appointment?", "companion"),
    "ask for a copy of my bill": ("Could you please send me a copy of my bill?", "copy"),
    "ask whether there is parking": ("Is there a place to park near the entrance?", "park"),
    "ask how long it will take": ("How long will the appointment take, roughly?", "long"),
}


@CLINIC.intent(
    goal="give a tip on how to {wish}",
    wordings=(
        "how do I best {wish}?",
        "any idea how to {wish}?",
        "give me one good tip to {wish}",
        "I always find it hard to {wish}. What do others do?",
        "what would help me {wish}?",
        "Tomorrow I have to {wish}. What's your advice?",
        "share a simple way to {wish}",
        "~best way to {wish}",
        "~tip: {wish}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.7,
)
def visit_tip(play: Play) -> None:
    """Experience, not data."""
    wish = play.draw.pick(list(TIPS))
    play.ask(wish=wish, tip=TIPS[wish][0])
    play.conclude(
        "A simple tip: {tip}.",
        "It helps to do this: {tip}.",
        "{tip:cap}. That works for most people.",
        facts=[Fact("text", TIPS[wish][1])],
        why=(
            "To {wish} takes a bit of common sense and none of the clinic's tools.",
            "No appointment or file is concerned, so I simply give a tip.",
            "General advice will do here; I need no call for it.",
        ),
    )


@CLINIC.intent(
    goal="word a message to {purpose}",
    wordings=(
        "how can I politely {purpose}, in one sentence?",
        "word a short message in which I {purpose}",
        "write me one friendly line to {purpose}",
        "I want to {purpose} and lack the words. Can you give me a sentence?",
        "draft a sentence for the reception in which I {purpose}",
        "What would you write to the clinic to {purpose}? Just the sentence, I'll send it myself.",
        "suggest a polite wording to {purpose}",
        "~sentence to {purpose}",
        "~polite line: {purpose}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.7,
)
def message(play: Play) -> None:
    """A sentence that the user sends."""
    purpose = play.draw.pick(list(MESSAGES))
    play.ask(purpose=purpose, line=MESSAGES[purpose][0])
    play.conclude(
        'You could write: "{line}"',
        "{line}",
        facts=[Fact("text", MESSAGES[purpose][1])],
        why=(
            "Only words are wanted, nothing is to be booked or changed. I write the sentence myself.",
            "The user will send it on their own, so all I do is word it.",
        ),
    )
