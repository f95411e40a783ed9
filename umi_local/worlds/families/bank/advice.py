"""Questions around money that need no tool."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.bank.service import BANK
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

TERMS = {
    "a standing order": ("a payment of the same amount that the bank makes again and again on fixed days", "fixed"),
    "an overdraft": ("the amount by which you may spend more than you have on the account", "more"),
    "a direct debit": ("a payment that the receiver collects from your account, with your permission", "permission"),
    "a joint account": ("an account that two or more people own together", "together"),
    "compound interest": ("interest that is also paid on earlier interest", "earlier"),
    "a savings account": ("an account that pays interest and is meant for putting money aside", "aside"),
    "a PIN": ("the secret number that proves a card is yours", "secret"),
    "a chargeback": ("money that is taken back from a shop after a card payment went wrong", "back"),
    "a statement": ("a list of everything that went into and out of an account", "list"),
    "a credit limit": ("the most that may be owed on a card at any time", "most"),
}
PLANS = {
    "save a little every month": ("set the amount aside on payday, before you spend anything else", "payday"),
    "spend less on food": ("plan the meals of a week and shop with a list", "list"),
    "keep my PIN in mind": (
        "think of it as a date or a pattern on the keys, and never write it on the card",
        "pattern",
    ),
    "spot a fake message from a bank": ("never follow its link, and call the bank yourself", "link"),
    "teach a child about money": ("give a small sum every week and let the child decide", "decide"),
    "share costs with flatmates": ("note every shared expense and settle it at the end of the month", "settle"),
    "put money aside for emergencies": ("build up three monthly incomes on an account of its own", "three"),
}


@BANK.intent(
    goal="explain what {term} is",
    wordings=(
        "what does a bank mean by {term}?",
        "explain {term} to me in simple words",
        "I read about {term} in a letter from my bank. What is that?",
        "could you say in a sentence what {term} is?",
        "My son asked me what {term} is and I had no good answer. What would you say?",
        "what's {term}, in plain English?",
        "tell me what banks call {term}",
        "~meaning of {term} at a bank",
        "~{term}, explain",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.7,
)
def money_term(play: Play) -> None:
    """A word from a bank's letters."""
    term = play.draw.pick(list(TERMS))
    play.ask(term=term, meaning=TERMS[term][0])
    play.conclude(
        "{term:cap} is {meaning}.",
        "By {term} a bank means {meaning}.",
        "It's {meaning}.",
        facts=[Fact("text", TERMS[term][1])],
        why=(
            "This is about a word and not about the user's own accounts, so I explain it.",
            "Everybody can know what {term} is; no account has to be opened for that.",
            "I can explain {term} without any of the bank's tools.",
        ),
    )


@BANK.intent(
    goal="say how to {plan}",
    wordings=(
        "any tips on how to {plan}?",
        "I'd like to {plan}. Where do I start?",
        "what's the easiest way to {plan}?",
        "tell me how people manage to {plan}",
        "My new year's resolution is to {plan}. Do you have an idea that works?",
        "how would you go about it if you had to {plan}?",
        "give me one good idea how to {plan}",
        "~idea: {plan}",
        "~how to {plan}, briefly",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.7,
)
def money_tip(play: Play) -> None:
    """Common sense about money."""
    plan = play.draw.pick(list(PLANS))
    play.ask(plan=plan, tip=PLANS[plan][0])
    play.conclude(
        "A simple way: {tip}.",
        "What works for many: {tip}.",
        facts=[Fact("text", PLANS[plan][1])],
        why=("General advice is wanted, and no account has to be looked at for it.", "Common sense answers that."),
    )
