"""What users ask about dishes: prices, allergens, what is vegetarian."""

from __future__ import annotations

from umi_local.worlds.facts import NO, YES
from umi_local.worlds.families.dining.scene import ALLERGENS, DINING, any_house
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@DINING.intent(
    goal="find out whether the {dish} at {restaurant} contains {allergen}",
    wordings=(
        "does the {dish} at {restaurant} contain {allergen}?",
        "I can't have {allergen}. Is the {dish} at {restaurant} safe for me?",
        "check the {dish} of {restaurant} for {allergen}",
        "does the recipe for the {dish} at {restaurant} include {allergen}?",
        "My son is allergic to {allergen} and would love the {dish} at {restaurant}. Any danger?",
        "find out if {restaurant} puts {allergen} into the {dish}",
        "~{allergen} in {dish}, {restaurant}?",
        "~{restaurant} {dish}: {allergen} yes/no",
    ),
    essential="dish_allergens",
    missing=Missing(
        wordings=(
            "does the {dish} contain {allergen}?",
            "I can't have {allergen}. Is the {dish} safe for me?",
            "check the {dish} for {allergen}",
            "~{allergen} in {dish}?",
        ),
        needs="the name of the restaurant",
        goal="find out whether the {dish} contains {allergen}",
        slot="restaurant",
    ),
    split=Split.TRAIN,
)
def allergen(play: Play) -> None:
    """One call and a look into its list."""
    house = any_house(play)
    dish = play.draw.pick([dish for dish in house["dishes"] if dish["allergens"]] or house["dishes"])
    allergen = play.draw.pick(dish["allergens"] if dish["allergens"] and play.draw.chance(0.5) else ALLERGENS)
    play.ask(restaurant=house["restaurant"], dish=dish["dish"], allergen=allergen)
    found = play.call("dish_allergens", {"restaurant": house["restaurant"], "dish": dish["dish"]})["allergens"]
    play.slots["found"] = found or None
    if allergen in found:
        play.learn("The {dish} contains {found}.", "{allergen:cap} is among what the {dish} contains: {found}.")
        play.conclude(
            "Yes, the {dish} contains {allergen}.",
            "It does: the list for the {dish} at {restaurant} names {found}.",
            facts=[YES, "allergen"],
        )
    else:
        play.learn(
            "{allergen:cap} is not on the list for the {dish}<, which names {found}>.",
            "The {dish} has no {allergen} in it<, only {found}>.",
        )
        play.conclude(
            "No, the {dish} contains no {allergen}<, only {found}>.",
            "The {dish} at {restaurant} has no {allergen}<, but it has {found}>.",
            facts=[NO],
        )


@DINING.intent(
    goal="count the vegetarian dishes at {restaurant} and name the cheapest",
    wordings=(
        "how many vegetarian dishes does {restaurant} have, and which is the cheapest of them?",
        "count what a vegetarian can eat at {restaurant} and tell me the cheapest dish",
        "I don't eat meat. What's my choice at {restaurant}, as a number, and the cheapest thing?",
        "look at the menu of {restaurant}: number of vegetarian dishes, and the least expensive of those",
        "how many things on the card of {restaurant} are meat-free, and which costs least?",
        "tell me how many veggie dishes {restaurant} offers and which of them is cheapest",
        "~veggie dishes {restaurant}: count, cheapest",
        "~{restaurant} vegetarian: how many, cheapest one?",
    ),
    essential="show_menu",
    split=Split.TRAIN,
)
def vegetarian_dishes(play: Play) -> None:
    """One call, counted and compared."""
    house = any_house(play)
    _unlike(play, [dish["price"] for dish in house["dishes"]])
    play.ask(restaurant=house["restaurant"])
    found = [dish for dish in play.call("show_menu", {"restaurant": house["restaurant"]}) if dish["vegetarian"]]
    best = min(found, key=lambda dish: dish["price"])
    play.learn(
        "{n:n dish} on the menu without meat: {names}. The lowest price is {price:money}, for the {dish}.",
        "I count {n:n vegetarian dish}; the {dish} at {price:money} is the cheapest.",
        n=len(found),
        names=[dish["dish"] for dish in found],
        dish=best["dish"],
        price=best["price"],
    )
    play.conclude(
        "{n:n vegetarian dish} on the menu; the cheapest is the {dish} for {price:money}.",
        "{restaurant} has {n} of them. The {dish} costs least, {price:money}.",
        "There is a choice of {n}, the cheapest being the {dish} at {price:money}."
        if len(found) > 1
        else "Only {n}: the {dish}, {price:money}.",
        facts=["n", "dish"],
        derived=["n"],
    )


def _unlike(play: Play, prices: list[float]) -> None:
    if len(set(prices)) < len(prices):
        raise play.unsuitable("two dishes cost the same")


@DINING.intent(
    goal="add up {first:n portion} of the {one} and {second:n portion} of the {other} at {restaurant}",
    wordings=(
        "what do {first} {one} and {second} {other} cost together at {restaurant}?",
        "add up {first} x {one} and {second} x {other} from the menu of {restaurant}",
        "We had {first} times the {one} and {second} times the {other} at {restaurant}. What should the bill say?",
        "how much is it at {restaurant} if we order {one} ({first} portions) and {other} ({second} portions)?",
        "I'm checking a bill from {restaurant}: {first} of the {one}, {second} of the {other}. What's the right total?",
        "work out the price of {first} {one} plus {second} {other} at {restaurant}",
        "~{restaurant}: {first} {one} + {second} {other} = ?",
        "~total {first} x {one}, {second} x {other}, {restaurant}",
    ),
    essential="show_menu",
    split=Split.TRAIN,
)
def add_up(play: Play) -> None:
    """One call and a sum of products; sometimes a share of it."""
    house = any_house(play)
    one, other = play.draw.sample(house["dishes"], 2)
    first, second = play.draw.whole(2, 4), play.draw.whole(2, 4)
    play.ask(restaurant=house["restaurant"], one=one["dish"], other=other["dish"], first=first, second=second)
    menu = {dish["dish"]: dish["price"] for dish in play.call("show_menu", {"restaurant": house["restaurant"]})}
    play.learn(
        "{first} times {low:money} and {second} times {high:money} make {total:money}.",
        "The {one} is {low:money} and the {other} {high:money}, which comes to {total:money}.",
        low=menu[one["dish"]],
        high=menu[other["dish"]],
        total=round(first * menu[one["dish"]] + second * menu[other["dish"]], 2),
    )
    play.conclude(
        "Together that is {total:money}.",
        "{total:money}: {first} x {low:money} plus {second} x {high:money}.",
        "It comes to {total:money} at {restaurant}.",
        facts=["total"],
        derived=["total"],
    )
    if play.draw.chance(0.35):
        play.then_ask(
            "And what does a single portion of the {one} cost?",
            "What was the {one} alone, one portion?",
            "Thanks! And one {one} by itself?",
            goal="tell the price of one {one}",
        )
        play.conclude(
            "One portion of the {one} is {low:money}.",
            "{low:money}.",
            facts=["low"],
            why=(
                "The menu that I read has the {one} at {low:money}; no other call is needed.",
                "I know from the menu that the {one} is {low:money}.",
            ),
        )


@DINING.intent(
    goal="compare the prices of the {one} and the {other} at {restaurant}",
    wordings=(
        "what's the difference in price between the {one} and the {other} at {restaurant}?",
        "compare the {one} and the {other} on the menu of {restaurant}: which is cheaper, and by how much?",
        "At {restaurant} I can't choose between the {one} and the {other}. How much would I save with the cheaper one?",
        "which of the two costs less at {restaurant}, the {one} or the {other}, and how big is the gap?",
        "tell me how far apart the {one} and the {other} are in price at {restaurant}, and which is the cheaper one",
        "My budget is tight, so: {one} or {other} at {restaurant}? I want the cheaper one and what it saves me.",
        "~{restaurant}: {one} vs {other}, price gap",
        "~cheaper at {restaurant}: {one} / {other}? by how much",
    ),
    essential="show_menu",
    split=Split.TEST,
)
def price_gap(play: Play) -> None:
    """One call and a difference."""
    house = any_house(play)
    one, other = play.draw.sample(house["dishes"], 2)
    _unlike(play, [one["price"], other["price"]])
    play.ask(restaurant=house["restaurant"], one=one["dish"], other=other["dish"])
    play.call("show_menu", {"restaurant": house["restaurant"]})
    cheap, dear = sorted((one, other), key=lambda dish: dish["price"])
    play.learn(
        "The {cheap} is {low:money} and the {dear} {high:money}, so {gap:money} lies between them.",
        "{high:money} for the {dear} is {gap:money} more than {low:money} for the {cheap}.",
        cheap=cheap["dish"],
        dear=dear["dish"],
        low=cheap["price"],
        high=dear["price"],
        gap=round(dear["price"] - cheap["price"], 2),
    )
    play.conclude(
        "The {cheap} is cheaper by {gap:money}.",
        "You would save {gap:money} with the {cheap}.",
        "{gap:money}: the {cheap} costs {low:money}, the {dear} {high:money}.",
        facts=["cheap", "gap"],
        derived=["gap"],
    )


@DINING.intent(
    goal="find the cheapest {course} in {district}",
    wordings=(
        "where in {district} do I get the cheapest {course}?",
        "compare the menus in {district} and find the cheapest {course}",
        "I'm in {district} with little money. Which house there has the cheapest {course}, and what is it?",
        "look at all the restaurants of {district} and tell me which {course} costs least",
        "find the lowest price for a {course} in {district}, with the name of the restaurant",
        "which restaurant in {district} has the best price for a {course}, and for which one?",
        "~cheapest {course} in {district}",
        "~{district}: lowest priced {course}, where?",
    ),
    essential="show_menu",
    split=Split.TEST,
)
def cheapest_in_district(play: Play) -> None:
    """Three or four calls: every menu of a district is read."""
    district = any_house(play)["district"]
    houses = [house for house in play.state["restaurants"].values() if house["district"] == district]
    course = play.draw.pick(("starter", "main", "dessert"))
    dishes = [dish for house in houses for dish in house["dishes"] if dish["course"] == course]
    if not 2 <= len(houses) <= 3:
        raise play.unsuitable("too few restaurants in one district, or too many")
    _unlike(play, [dish["price"] for dish in dishes])
    play.ask(district=district, course="main course" if course == "main" else course)
    found = play.call("find_restaurants", {"district": district})
    play.learn(
        "{district} has {names}.", "The restaurants there are {names}.", names=[one["restaurant"] for one in found]
    )
    best: dict[str, object] = {}
    for one in found:
        play.slots["here"] = one["restaurant"]
        menu = play.call("show_menu", {"restaurant": one["restaurant"], "course": course})
        low = min(menu, key=lambda dish: dish["price"])
        if not best or low["price"] < play.slots["price"]:
            best = {"restaurant": one["restaurant"], "dish": low["dish"], "price": low["price"]}
        play.slots.update(best)
        play.learn(
            "{here} asks {low:money} for the {low_dish}.",
            "At {here}, the {low_dish} for {low:money} is the cheapest.",
            low=low["price"],
            low_dish=low["dish"],
        )
    play.conclude(
        "The cheapest is the {dish} at {restaurant}, for {price:money}.",
        "{restaurant} has it: the {dish} costs {price:money}.",
        "For {price:money} you get the {dish} at {restaurant}.",
        facts=["restaurant", "dish", "price"],
        why=(
            "So the {dish} at {restaurant} costs least.",
            "Compared with the others, {price:money} at {restaurant} is the lowest price.",
        ),
    )
