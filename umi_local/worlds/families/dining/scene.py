"""The restaurants' scene: houses with menus and tables, reservations, and what plans pick from them."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.dates import days_later, minutes_of, weekday_of
from umi_local.worlds.draw import Draw, Pool
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.family import Family
from umi_local.worlds.play import Play
from umi_local.worlds.pools import STREETS, people
from umi_local.worlds.speech import WEEKDAYS

DINING = Family(
    "dining",
    "[dining|restaurants|tables|eating out|food guide|bistro]",
    # Wide: whoever else takes bookings or payments has tools that could be meant.
    frozenset({"dining", "food", "bookings", "leisure", "reservations", "travel", "vehicles"}),
)

CUISINES = ("Italian", "Indian", "Thai", "Greek", "Mexican", "Japanese", "Lebanese", "French", "Turkish", "Spanish")
PLACES = ("window", "terrace", "garden", "hall", "corner")
COURSES = ("starter", "main", "dessert")
ALLERGENS = ("nuts", "milk", "eggs", "fish", "soy", "celery", "mustard", "sesame", "gluten")
DISTRICTS = ("Old Town", "Harbour", "North End", "Riverside", "Station Quarter", "Hillside", "West Gate", "Market Ward")
SITTING_MINUTES = 120
_FIRST = ("Amber", "Blue", "Copper", "Golden", "Green", "Hungry", "Little", "Merry", "Old", "Quiet", "Red", "Silver")

_LAST = (
    "Anchor",
    "Apron",
    "Fig",
    "Fox",
    "Ladle",
    "Lantern",
    "Lemon",
    "Olive",
    "Oven",
    "Pear",
    "Spoon",
    "Swan",
    "Thyme",
)

RESTAURANTS = Pool(f"{first} {last}" for first in _FIRST for last in _LAST)

STARTERS = Pool(
    """artichoke dip|asparagus soup|aubergine dip|avocado salad|bean soup|beetroot carpaccio|bread basket|broccoli soup
    |bruschetta|cabbage salad|carrot soup|cauliflower bites|cheese pastries|chickpea salad|chicory salad|corn soup
    |cucumber salad|egg salad|fennel salad|fig salad|fish soup|garlic bread|goat cheese salad|green salad|herring tartare
    |leek soup|lentil soup|melon with ham|mushroom soup|mussel soup|olive plate|onion soup|onion tart|pea soup|pear salad
    |pepper soup|potato skins|prawn cocktail|pumpkin soup|radish salad|salmon tartare|smoked trout|spinach pie
    |spring rolls|squid rings|stuffed peppers|sweet potato soup|tomato salad|tomato soup|tuna salad|vegetable broth
    |vine leaves|walnut salad|watercress soup|white bean dip"""
)

MAINS = Pool(
    """aubergine bake|baked cod|bean stew|beef goulash|beetroot risotto|braised lamb|cauliflower curry|cheese dumplings
    |chicken curry|chicken pie|chickpea stew|crab noodles|duck breast|egg noodles|fish pie|fish stew|fried plaice
    |garlic prawns|gnocchi with sage|green curry|grilled halibut|grilled sardines|grilled sea bass|ham omelette|lamb chops
    |lamb stew|leek quiche|lemon chicken|lentil curry|lobster pasta|meat loaf|mushroom risotto|mussels in wine
    |nettle ravioli|octopus stew|onion steak|paella|pepper steak|pork belly|pork roast|potato gratin|prawn curry
    |pumpkin gnocchi|rabbit ragout|red curry|rice with beans|roast chicken|roast duck|salmon fillet|seafood linguine
    |spinach lasagne|steak tartare|stuffed cabbage|stuffed courgette|tofu bowl|tomato pasta|truffle pasta|tuna steak
    |turkey roll|veal cutlet|vegetable curry|vegetable pie|venison ragout|walnut ravioli"""
)

DESSERTS = Pool(
    """almond cake|apple crumble|apple pie|apricot tart|baked apple|baked banana|berry trifle|blueberry pie|bread pudding
    |caramel flan|carrot cake|cheese board|cheesecake|cherry cake|chestnut cream|chocolate mousse|cinnamon rolls
    |coconut rice|coffee parfait|cream puffs|date cake|fig tart|fruit salad|ginger cake|hazelnut cake|honey cake
    |ice cream|lemon sorbet|lemon tart|lime pie|mango pudding|marzipan cake|nut cake|orange cake|orange jelly|peach melba
    |pear tart|pecan pie|pistachio cream|plum cake|poached pear|poppy seed cake|quince jelly|raspberry tart|rhubarb pie
    |rice pudding|semolina pudding|sesame cake|strawberry tart|sweet dumplings|vanilla cream|waffles|walnut cake"""
)

_FISH = ("cod", "fish", "halibut", "herring", "plaice", "salmon", "sardines", "sea bass", "trout", "tuna")
_SEAFOOD = ("crab", "lobster", "mussel", "octopus", "prawn", "seafood", "squid")
_MEAT = ("beef", "chicken", "chops", "cutlet", "duck", "goulash", "ham", "lamb", "meat", "pork", "rabbit", "steak")
_ANIMALS = (*_FISH, *_SEAFOOD, *_MEAT, "stuffed cabbage", "turkey", "venison")

_GIVEN_AWAY = {
    "fish": _FISH,
    "eggs": ("egg", "omelette", "quiche", "pudding", "flan", "cake", "mousse"),
    "milk": ("cheese", "cream", "gratin", "milk", "parfait", "pudding", "flan", "mousse"),
    "nuts": ("almond", "chestnut", "hazelnut", "marzipan", "nut cake", "pecan", "pistachio", "walnut"),
    "gluten": ("bread", "bruschetta", "cake", "crumble", "dumplings", "lasagne", "linguine", "pasta", "pie", "tart"),
    "sesame": ("sesame",),
    "soy": ("tofu",),
}


@DINING.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Five restaurants of three cuisines, and some reservations in one week."""
    cuisines = draw.sample(CUISINES, 3)
    districts = draw.sample(DISTRICTS, 3)
    ratings = draw.sample(range(31, 50), 5)
    restaurants = {
        name: _restaurant(draw, name, cuisines[i % 3], draw.pick(districts), ratings[i] / 10)
        for i, name in enumerate(draw.several_of(RESTAURANTS, 5))
    }
    start = draw.day("2026-01-05", "2027-12-01")
    state: dict[str, Any] = {
        "restaurants": restaurants,
        "start": start,
        "reservations": {},
        "waiting": [],
        "reviews": [],
        "next_number": 0,
    }
    numbers = draw.sample(range(1000, 9900), 7)
    for number, guest in zip(numbers, people(draw, 7), strict=True):
        house = draw.pick(list(restaurants.values()))
        day = open_day(draw, house, start)
        time = open_time(draw, house)
        table = draw.pick(free_of(state, house, day, time))
        state["reservations"][str(number)] = {
            "number": number,
            "restaurant": house["restaurant"],
            "name": guest,
            "day": day,
            "time": time,
            "guests": draw.whole(max(1, table["seats"] - 2), table["seats"]),
            "table": table["table"],
            "wishes": [],
        }
    state["next_number"] = max(numbers) + 1
    return state


def _restaurant(draw: Draw, name: str, cuisine: str, district: str, rating: float) -> dict[str, Any]:
    prices = [*draw.sample(range(5, 15), 2), *draw.sample(range(13, 34), 3), draw.whole(4, 12)]
    courses = ("starter", "starter", "main", "main", "main", "dessert")
    names = [*draw.several_of(STARTERS, 2), *draw.several_of(MAINS, 3), draw.of(DESSERTS)]
    dishes = [
        {
            "dish": dish,
            "course": course,
            "price": price + draw.pick((0.0, 0.5, 0.9)),
            "vegetarian": not any(word in dish for word in _ANIMALS),
            "allergens": _allergens(draw, dish, course),
        }
        for dish, course, price in zip(names, courses, prices, strict=True)
    ]
    seats = draw.pick(((2, 2, 4, 6), (2, 4, 4, 8), (2, 4, 6, 6)))
    first = draw.whole(1, 4)
    return {
        "restaurant": name,
        "cuisine": cuisine,
        "district": district,
        "rating": rating,
        "address": f"{draw.whole(1, 90)} {draw.of(STREETS)}",
        "phone": draw.code("0##-######"),
        "opens": draw.pick(("11:00", "11:30", "12:00", "17:00", "17:30")),
        "closes": draw.pick(("21:30", "22:00", "22:30", "23:00", "23:30")),
        "closed_on": draw.pick(WEEKDAYS),
        "dogs": draw.chance(0.5),
        "cards": draw.chance(0.6),
        "step_free": draw.chance(0.5),
        "dishes": dishes,
        "tables": [{"table": first + i, "seats": n, "place": draw.pick(PLACES)} for i, n in enumerate(seats)],
    }


def _allergens(draw: Draw, dish: str, course: str) -> list[str]:
    """Return what must be in a dish by its name, and one or two things more."""
    known = {allergen for allergen, words in _GIVEN_AWAY.items() if any(word in dish for word in words)}
    others = [a for a in ALLERGENS if a not in ("fish", *(("celery", "mustard") if course == "dessert" else ()))]
    return sorted(known | set(draw.sample(others, draw.whole(0, 2))))


def open_day(draw: Draw, house: dict[str, Any], start: str) -> str:
    """Return a day in the week from `start` on which a restaurant is open."""
    days = [days_later(start, i) for i in range(7)]
    return draw.pick([day for day in days if weekday_of(day) != house["closed_on"]])


def open_time(draw: Draw, house: dict[str, Any]) -> str:
    """Return an evening hour at which a restaurant takes guests."""
    return draw.clock(18, int(house["closes"][:2]) - 2, 30)


def free_of(state: dict[str, Any], house: dict[str, Any], day: str, time: str, beside: int = 0) -> list[dict[str, Any]]:
    """Return a restaurant's free tables at some time; `beside` is a reservation that doesn't count."""
    taken = {
        booked["table"]
        for booked in state["reservations"].values()
        if booked["restaurant"] == house["restaurant"]
        and booked["day"] == day
        and booked["number"] != beside
        and abs(minutes_of(booked["time"]) - minutes_of(time)) < SITTING_MINUTES
    }
    return [table for table in house["tables"] if table["table"] not in taken]


def best_table(state: dict[str, Any], house: dict[str, Any], day: str, time: str, guests: int) -> dict[str, Any] | None:
    """Return the smallest free table for so many people; of two alike the one with the lower number."""
    fitting = [table for table in free_of(state, house, day, time) if table["seats"] >= guests]
    return min(fitting, key=lambda table: (table["seats"], table["table"]), default=None)


def fill(play: Play, house: dict[str, Any], day: str, time: str) -> None:
    """Give all free tables of a restaurant away at some time, to the guests of other reservations."""
    names = [booked["name"] for booked in play.state["reservations"].values()]
    for table in free_of(play.state, house, day, time):
        number = play.state["next_number"]
        play.state["next_number"] += 1
        play.state["reservations"][str(number)] = {
            "number": number,
            "restaurant": house["restaurant"],
            "name": play.draw.pick(names),
            "day": day,
            "time": time,
            "guests": table["seats"],
            "table": table["table"],
            "wishes": [],
        }


def any_house(play: Play) -> dict[str, Any]:
    """Pick a restaurant."""
    house: dict[str, Any] = play.draw.pick(list(play.state["restaurants"].values()))
    return house


def any_reservation(play: Play) -> dict[str, Any]:
    """Pick a reservation; each guest has one."""
    reservation: dict[str, Any] = play.draw.pick(list(play.state["reservations"].values()))
    return reservation


def house_of(state: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the restaurant of this name.

    Raises:
        RefusedError: There is none.
    """
    wanted = name.strip().casefold()
    found: dict[str, Any] | None = next(
        (h for h in state["restaurants"].values() if h["restaurant"].casefold() == wanted), None
    )
    if found is None:
        raise RefusedError(f"no restaurant is called {name!r}")
    return found
