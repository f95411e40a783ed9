"""What users ask about products: prices, stock, which is cheaper."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.shop.service import SHOP
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.speech import plural
from umi_local.worlds.splits import Split


@SHOP.intent(
    goal="tell what the {name} costs and whether it is in stock",
    wordings=(
        "what does the {name} cost, and is it in stock?",
        "how much is the {name} and do you have any left?",
        "tell me the price of the {name} and how many are left",
        "check price and stock of the {name}",
        "I'm interested in the {name}. What does it cost and how many do you have?",
        "Somebody asks for {name:a}. At what price do we sell it, and is there one left?",
        "find out whether we have the {name} and at what price",
        "~{name}: price, stock?",
    ),
    essential="find_products",
    missing=Missing(
        wordings=(
            "how much does it cost and do you have any left?",
            "check the price and stock of that product",
            "tell me what that article costs and how many you have",
            "~price and stock?",
        ),
        needs="the name of the product",
        goal="look up price and stock of a product",
        slot="name",
    ),
    split=Split.TRAIN,
)
def price_and_stock(play: Play) -> None:
    """One call, two numbers."""
    play.ask(name=play.draw.pick(play.state["products"])["name"])
    found = play.call("find_products", {"words": play.slots["name"]})[0]
    play.learn(
        "The {name} costs {price:money}, and {stock} are in stock.",
        "Price {price:money}, {stock} left of the {name}.",
        price=found["price"],
        stock=found["stock"],
    )
    if found["stock"]:
        play.conclude(
            "The {name} costs {price:money} and there are {stock} in stock.",
            "It is {price:money}; {stock} are available.",
            "Yes, {stock} are left. The {name} costs {price:money}.",
            facts=["price", "stock"],
        )
    else:
        play.conclude(
            "The {name} costs {price:money}, but none is in stock.",
            "It would be {price:money}, but it is not in stock at the moment.",
            facts=["price", NO],
        )


@SHOP.intent(
    goal="tell whether the {first} or the {second} is cheaper",
    wordings=(
        "which is cheaper, the {first} or the {second}?",
        "compare the prices of the {first} and the {second}",
        "does the {first} cost more than the {second}?",
        "I can't decide between the {first} and the {second}. Which costs less?",
        "find out which costs less: the {first} or the {second}",
        "I have both the {first} and the {second} in my basket and want only the cheaper one. Which is it?",
        "compare the {first} with the {second} and name the one with the lower price",
        "~cheaper: {first} or {second}?",
    ),
    essential="find_products",
    split=Split.TEST,
)
def compare_prices(play: Play) -> None:
    """Two independent calls."""
    one, other = play.draw.sample(play.state["products"], 2)
    if one["price"] == other["price"]:
        raise play.unsuitable("equal prices")
    play.ask(first=one["name"], second=other["name"])
    found = play.call("find_products", {"words": one["name"]})[0]
    play.learn("The {first} costs {one:money}.", "{one:money} is the price of the {first}.", one=found["price"])
    found = play.call("find_products", {"words": other["name"]})[0]
    cheap, dear = sorted((one, other), key=lambda product: product["price"])
    play.learn(
        "The {second} costs {other:money}, so the {cheaper} is cheaper.",
        "With {other:money} for the {second}, the {cheaper} costs less.",
        other=found["price"],
        cheaper=cheap["name"],
        low=cheap["price"],
        high=dear["price"],
    )
    play.conclude(
        "The {cheaper} is cheaper: {low:money} against {high:money}.",
        "The {cheaper} costs less, {low:money} instead of {high:money}.",
        facts=["cheaper", "low"],
    )


@SHOP.intent(
    goal="find the cheapest {thing} in stock",
    wordings=(
        "what is the cheapest {thing} that is in stock?",
        "which {thing} costs least, of those you can send right away?",
        "find me the cheapest {thing} you still have",
        "I need a {thing} today and don't want to spend much. Which one is cheapest and available?",
        "look for the {thing} with the lowest price, leaving out what is sold out",
        "do you have any {thing} in stock? if several, name the cheapest one",
        "My old {thing} broke. What's the least I have to pay for a new one that you have in stock?",
        "~cheapest {thing} in stock",
        "~{thing}, available, lowest price",
    ),
    essential="find_products",
    split=Split.TEST,
)
def cheapest_in_stock(play: Play) -> None:
    """One call; some are sold out, perhaps all of them."""
    thing = play.draw.pick(play.state["products"])["name"].partition(" ")[2]
    alike = [product for product in play.state["products"] if product["name"].endswith(f" {thing}")]
    if len({product["price"] for product in alike}) < len(alike):
        raise play.unsuitable("two cost the same")
    play.ask(thing=thing)
    found = play.call("find_products", {"words": thing}, does="find every {words} with its stock")
    left = [product for product in found if product["stock"]]
    if not left:
        play.learn(
            "None of the {count} {things} is in stock.",
            "All {count} of them are sold out.",
            count=len(found),
            things=plural(thing, 2),
        )
        play.conclude(
            "None of our {things} is in stock at the moment.",
            "I'm sorry, no {thing} is in stock right now.",
            facts=[NO],
        )
        return
    best = min(left, key=lambda product: product["price"])
    play.learn(
        "{left} of {count} are in stock, and the cheapest of these is the {name} at {price:money}.",
        "Leaving out what is sold out, the {name} costs least: {price:money}.",
        left=len(left),
        count=len(found),
        name=best["name"],
        price=best["price"],
    )
    play.conclude(
        "The cheapest {thing} in stock is the {name}, at {price:money}.",
        "That's the {name} for {price:money}.",
        "The {name} costs {price:money} and is in stock; no available {thing} is cheaper.",
        facts=["name", "price"],
    )
