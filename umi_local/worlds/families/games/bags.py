"""What players carry, and the market."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.families.games.service import GAMES, any_player
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


def _offered_item(play: Play, buyer: str) -> list[dict[str, Any]]:
    """Return the offers of an item that the buyer doesn't sell, cheapest first."""
    offers = list(play.state["offers"].values())
    item = play.draw.pick(offers)["item"]
    own = [offer for offer in offers if offer["item"] == item]
    if any(offer["seller"] == buyer for offer in own):
        raise play.unsuitable("the buyer sells it, too")
    return sorted(own, key=lambda offer: int(offer["price"]))


@GAMES.intent(
    goal="name the most powerful thing that {player} carries",
    wordings=(
        "what is the most powerful thing {player} carries?",
        "which of {player}'s items has the highest power?",
        "look through {player}'s bag and name the strongest item",
        "tell me which item of {player} is strongest",
        "A boss fight is coming up for {player}. Which piece of gear has the most power?",
        "find {player}'s best item, going by power",
        "~strongest item {player}",
        "~{player}, best gear by power",
    ),
    essential="inventory_of",
    missing=Missing(
        wordings=(
            "which item in the bag has the highest power?",
            "look through a player's bag and name the strongest item",
            "A boss fight is coming up. What's the most powerful thing in the bag?",
            "~strongest item in bag?",
        ),
        needs="the player whose bag it is",
        goal="name the strongest item in a bag",
        slot="player",
    ),
    split=Split.DEV,
)
def strongest_item(play: Play) -> None:
    """One call, then a comparison."""
    player = any_player(play)["name"]
    powers = [item["power"] for item in play.state["bags"][player]]
    if powers.count(max(powers)) > 1:
        raise play.unsuitable("two are equally strong")
    play.ask(player=player)
    found = play.call("inventory_of", {"player": player})
    best = max(found, key=lambda item: item["power"])
    play.learn(
        "Of the {n} items, the {item} has the highest power, {power}.",
        "The {item} is the strongest of them: {power}.",
        item=best["item"],
        power=best["power"],
        n=len(found),
    )
    play.conclude(
        "{player}'s strongest item is the {item} with a power of {power}.",
        "The {item}: its power is {power}, more than anything else {player} has.",
        "That would be the {item} (power {power}).",
        facts=["item"],
    )


@GAMES.intent(
    goal="work out what {player}'s things are worth together",
    wordings=(
        "what is everything in {player}'s bag worth?",
        "add up the value of all items that {player} carries",
        "how much gold is {player}'s whole inventory worth?",
        "tell me the total value of {player}'s items",
        "{player} wants to quit and sell it all. What would the things in the bag come to?",
        "I need one figure: the worth of all the loot {player} has on them.",
        "sum up what {player}'s belongings are worth",
        "~total value, bag of {player}",
        "~{player} inventory worth?",
    ),
    essential="inventory_of",
    split=Split.TRAIN,
)
def bag_worth(play: Play) -> None:
    """One call, then a sum."""
    play.ask(player=any_player(play)["name"])
    found = play.call("inventory_of", {"player": play.slots["player"]})
    values = [item["value"] for item in found]
    play.learn(
        "The items are worth {values:added}, which makes {total} gold.",
        "{sum} comes to {total} gold.",
        values=values,
        sum=" + ".join(map(str, values)),
        total=sum(values),
        n=len(values),
    )
    play.conclude(
        "Everything {player} carries is worth {total} gold.",
        "The {n} items come to {total} gold altogether.",
        "{total} gold is what {player}'s bag is worth.",
        facts=["total"],
        derived=["total"],
    )


@GAMES.intent(
    goal="buy the cheapest {item} on the market for {player}",
    wordings=(
        "buy the cheapest {item} on the market for {player}",
        "get {player} {item:a}, whichever offer costs least",
        "find the lowest price for {item:a} and buy it with {player}'s gold",
        "{player} needs {item:a}. Take the best-priced offer in the auction house.",
        "My {item} broke. Buy {player} another, as cheap as possible.",
        "I want {item:a} for {player}, and I don't want to pay more than I must.",
        "shop around for {item:a} and purchase the least expensive one for {player}",
        "~cheapest {item} for {player}, buy",
        "~buy {item} ({player}), lowest price",
    ),
    essential="buy_offer",
    split=Split.TRAIN,
)
def buy_cheapest(play: Play) -> None:
    """Two calls: compare the offers, then buy by the number."""
    player = any_player(play)
    best = _offered_item(play, player["name"])[0]
    player["gold"] += best["price"]
    play.ask(player=player["name"], item=best["item"])
    found = play.call("market_offers", {"item": best["item"]})
    best = min(found, key=lambda offer: offer["price"])
    play.learn(
        "Of {n} offers, number {offer} is the cheapest at {price} gold.",
        "Offer {offer} by {seller} costs least, {price} gold.",
        n=len(found),
        **best,
    )
    done = play.call("buy_offer", {"player": player["name"], "offer": best["offer"]})
    play.learn("{player} bought the {item} and has {left} gold left.", "The {item} is bought.", left=done["gold_left"])
    play.conclude(
        "{player} bought the {item} from {seller} for {price} gold.",
        "Bought: the {item} for {price} gold, the lowest of {n} prices. {player} has {left} gold left.",
        "I took offer {offer}: one {item} at {price} gold for {player}.",
        facts=["item"],
    )


@GAMES.intent(
    goal="buy {item:a} for {player} if the gold suffices, else tell what is missing",
    wordings=(
        "can {player} afford {item:a}? Buy the cheapest one if so, otherwise tell me how much gold is missing.",
        "If {player} has enough gold for the cheapest {item}, buy it, and if not, say what is lacking.",
        "check {player}'s gold and the market: buy {item:a} if it's affordable, else work out the shortfall",
        "{player} is saving up for {item:a}. Is it enough yet for the cheapest? Buy it or tell me what's missing.",
        "See whether {player} can pay for the cheapest {item}. If yes, get it; if no, how much more do they need?",
        "I have my eye on {item:a}. Should {player}'s purse allow it, buy the cheapest; if it doesn't, name the gap.",
        "~{item} for {player}: buy cheapest if gold ok, else missing amount",
        "~affordable? cheapest {item}, {player}. yes: buy, no: how much short",
    ),
    essential="market_offers",
    split=Split.TEST,
)
def buy_if_affordable(play: Play) -> None:
    """Three calls, or two and a difference."""
    player = any_player(play)
    best = _offered_item(play, player["name"])[0]
    player["gold"] = best["price"] + play.draw.pick((-1, 1)) * play.draw.whole(3, 14)
    play.ask(player=player["name"], item=best["item"])
    gold = play.call("player_profile", {"player": player["name"]})["gold"]
    play.learn("{player} has {gold} gold.", "The purse of {player} holds {gold} gold.", gold=gold)
    found = play.call("market_offers", {"item": best["item"]})
    best = min(found, key=lambda offer: offer["price"])
    play.slots.update(best, missing=best["price"] - gold)
    if gold < best["price"]:
        play.learn(
            "The cheapest {item} costs {price} gold, {missing} more than {player} has.",
            "At {price} gold for the cheapest, {player} is {missing} short.",
        )
        play.conclude(
            "{player} can't afford it yet: the cheapest {item} costs {price} gold, so {missing} more gold is needed.",
            "No, {missing} gold short. The cheapest {item} is {price} and {player} has {gold}.",
            facts=["missing"],
            derived=["missing"],
        )
        return
    play.learn(
        "Offer {offer} is the cheapest at {price} gold, which {player} can pay.",
        "The lowest price is {price} gold for offer {offer}, and {gold} are enough for that.",
    )
    done = play.call("buy_offer", {"player": player["name"], "offer": best["offer"]})
    play.learn("{player} bought it and keeps {left} gold.", "That worked, {left} gold remain.", left=done["gold_left"])
    play.conclude(
        "Yes. {player} bought the {item} for {price} gold and keeps {left}.",
        "It was affordable: the {item} is bought for {price} gold, {left} are left.",
        facts=["price"],
    )


@GAMES.intent(
    goal="offer {player}'s {item} one gold below the cheapest on the market",
    wordings=(
        "put {player}'s {item} on the market, one gold cheaper than the cheapest there",
        "sell the {item} of {player} and undercut the lowest offer by one gold",
        "{player} wants to get rid of the {item}. List it just below the best price, by one gold.",
        "look what {item:a} goes for and offer {player}'s for one gold less than the cheapest",
        "I need {player}'s {item} sold fast, so ask one gold less than anybody else does.",
        "auction off {player}'s {item}; the price should be the current minimum minus one",
        "~undercut by 1: {item} of {player}",
        "~sell {item} ({player}), lowest price - 1",
    ),
    essential="sell_item",
    split=Split.TRAIN,
)
def undercut(play: Play) -> None:
    """Two calls; the price is worked out."""
    player = any_player(play)
    offers = _offered_item(play, player["name"])
    item = offers[0]["item"]
    bag = [owned for owned in play.state["bags"][player["name"]] if owned["item"] != item]
    play.state["bags"][player["name"]] = [*bag, {"item": item, "rarity": "rare", "power": 20, "value": 150}]
    play.ask(player=player["name"], item=item)
    found = play.call("market_offers", {"item": item})
    lowest = min(offer["price"] for offer in found)
    play.learn(
        "The cheapest {item} costs {lowest} gold, so the price must be {price}.",
        "{lowest} gold is the lowest of {n} prices; one less is {price}.",
        lowest=lowest,
        price=lowest - 1,
        n=len(found),
    )
    done = play.call("sell_item", {"player": player["name"], "item": item, "price": lowest - 1}, derived=["price"])
    play.learn("It is on the market as offer {offer}.", "The offer has number {offer}.", offer=done["offer"])
    play.conclude(
        "{player}'s {item} is on the market for {price} gold (offer {offer}); the cheapest was {lowest}.",
        "I listed the {item} for {price} gold, one below the lowest price. It is offer {offer}.",
        facts=["price"],
        derived=["price"],
    )
