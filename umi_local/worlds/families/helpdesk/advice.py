"""Questions around customer support that need no tool."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.helpdesk.service import HELPDESK
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

PHRASES = {
    "that we are sorry for the delay": ("We apologize for the delay and thank you for your patience.", "patience"),
    "that the problem is solved": ("Good news: the problem is solved, and everything should work again.", "solved"),
    "that we need a screenshot": ("Could you please send us a screenshot of what you see?", "screenshot"),
    "that the feature does not exist": ("This isn't possible yet, but thank you for the suggestion.", "suggestion"),
    "that we will call back": ("One of us will call you back as soon as possible.", "call"),
    "that the refund was approved": ("Your refund has been approved and will reach you soon.", "approved"),
    "that the office is closed on Monday": ("Please note that our office is closed on Monday.", "closed"),
    "that the password must be changed": ("For your safety, please choose a new password.", "password"),
}
SITUATIONS = {
    "a customer shouts at me": ("stay calm, let them finish, and repeat the problem in your own words", "calm"),
    "a customer writes in capitals": ("answer politely and in a normal tone, and stick to the facts", "politely"),
    "I don't know the answer": ("say so, promise to find out, and name a time when you will be back", "promise"),
    "a customer asks for the boss": ("offer to pass it on, and ask what would help right now", "offer"),
    "the same question comes every day": ("write the answer down once, where customers can find it", "once"),
    "two customers wait at the same time": ("greet both, tell each how long it takes, and keep to the order", "order"),
    "a customer thanks me": ("thank them back and ask if anything else is open", "back"),
}


@HELPDESK.intent(
    goal="word a sentence that tells a customer {what}",
    wordings=(
        "how do I tell a customer politely {what}?",
        "word a friendly sentence for me that says {what}",
        "I have to tell a customer {what}. How would you put it?",
        "what would be a nice way to say {what}?",
        "suggest one sentence to let a client know {what}",
        "My English isn't perfect. How can I write to a customer {what}?",
        "draft a line for an email, it should say {what}",
        "~polite sentence: {what}",
        "~wording for customers, {what}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.7,
)
def phrase(play: Play) -> None:
    """A sentence to copy; nothing is sent."""
    what = play.draw.pick(list(PHRASES))
    play.ask(what=what, sentence=PHRASES[what][0])
    play.conclude(
        'You could write: "{sentence}"',
        '"{sentence}"',
        'How about this: "{sentence}"',
        facts=[Fact("text", PHRASES[what][1])],
        why=(
            "Only a sentence is wanted and nothing is to be sent, so I write it myself.",
            "That is about wording; no ticket has to be touched.",
            "I can phrase that without the desk's tools.",
        ),
    )


@HELPDESK.intent(
    goal="advise what to do when {situation}",
    wordings=(
        "what should I do when {situation}?",
        "It happens now and then that {situation}. What's the best reaction?",
        "give me some advice for when {situation}",
        "what do good support people do if {situation}?",
        "I'm new at the desk. How should I react when {situation}?",
        "imagine {situation}, what would you do?",
        "tell me how to handle it when {situation}",
        "~advice wanted: {situation}",
        "~when {situation}, what then",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.7,
)
def conduct(play: Play) -> None:
    """Experience of the trade."""
    situation = play.draw.pick(list(SITUATIONS))
    play.ask(situation=situation, tip=SITUATIONS[situation][0])
    play.conclude(
        "In short: {tip}.",
        "Best is this: {tip}.",
        facts=[Fact("text", SITUATIONS[situation][1])],
        why=("It's about how to behave, and no ticket tells that.", "I can advise on that from general experience."),
    )
