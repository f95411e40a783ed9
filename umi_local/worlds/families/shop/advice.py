"""What needs no tool, although the shop's tools are on offer."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.shop.service import SHOP
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

SHOP_ADVICE = ("cotton", "glass", "oak", "wool", "leather", "copper")


@SHOP.intent(
    goal="give advice on caring for {material}",
    wordings=(
        "do you know how to clean {material}?",
        "what is the best way to look after {material}?",
        "give me a tip for taking care of {material}",
        "My aunt left me something made of {material}. How do I look after it?",
        "how should one treat {material} so that it lasts?",
        "I never owned anything made of {material} before. How do I keep it nice?",
        "tell me in one sentence how {material} is cared for",
        "~how to clean {material}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.5,
)
def care_advice(play: Play) -> None:
    """Common knowledge: no call."""
    tips = {
        "cotton": "wash it at 40 degrees and dry it in the air",
        "glass": "use warm water with a little vinegar and a soft cloth",
        "oak": "wipe it with a damp cloth and oil it twice a year",
        "wool": "wash it cold by hand and dry it flat",
        "leather": "dust it off and rub in a little leather balm",
        "copper": "rub it with lemon juice and salt, then rinse it",
    }
    material = play.draw.pick(SHOP_ADVICE)
    play.ask(material=material, tip=tips[material], word=tips[material].split()[-1])
    play.conclude(
        "For {material}: {tip}.",
        "{material:cap} is easy to care for: {tip}.",
        facts=["word"],
        why=("That is common knowledge, no tool is needed.", "I know how to care for {material} without any tool."),
    )


TERMS = {
    "backorder": ("an order for something that is sold out and is sent once it is in stock again", "sold out"),
    "gift receipt": ("a receipt without prices, so that a present can be exchanged", "price"),
    "restocking fee": ("an amount that some shops keep when goods are returned", "return"),
    "proforma invoice": ("a preliminary invoice sent before the goods are delivered", "before"),
    "consignment": ("goods that a shop sells for somebody who owns them until they are sold", "sold"),
    "loss leader": ("a product sold below cost to bring customers into the shop", "below"),
}


@SHOP.intent(
    goal="explain the term {term}",
    wordings=(
        "what is a {term}?",
        "what does the word {term} mean?",
        "explain to me what is meant by {term:a}",
        "I keep reading the term {term} in shops. What does it mean?",
        "in simple words, what is {term:a}?",
        "My colleague spoke of {term:a} and I only nodded. Tell me what that is, in one sentence.",
        "tell me what people in retail mean by {term:a}",
        "~meaning of {term}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.5,
)
def explain_term(play: Play) -> None:
    """A word of the trade: no call."""
    term = play.draw.pick(list(TERMS))
    meaning, word = TERMS[term]
    play.ask(term=term)
    play.conclude(
        "In short, {term:a} is {meaning}.",
        "In trade, {term} stands for {meaning}.",
        facts=[Fact("text", word, (f"{word}s", f"{word}ed"))],
        why=("This only asks for the meaning of a word, which I know.", "I can explain {term} without looking it up."),
        meaning=meaning,
    )
