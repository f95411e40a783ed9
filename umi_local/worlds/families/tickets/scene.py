"""The box office's scene: shows, performances, bookings, and what plans pick from them."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.dates import days_later
from umi_local.worlds.draw import Draw, Pool
from umi_local.worlds.family import Family
from umi_local.worlds.play import Play
from umi_local.worlds.pools import people

TICKETS = Family(
    "tickets",
    "[tickets|box office|cinema|theatre|shows|stage]",
    # Wide: whoever else takes bookings or payments has tools that could be meant.
    frozenset({"cards", "events", "payments", "tickets", "bookings", "leisure", "reservations", "travel", "vehicles"}),
)

GENRES = ("comedy", "drama", "thriller", "musical", "romance", "horror", "western", "fantasy", "crime", "adventure")
KINDS = ("film", "play")
CATEGORIES = ("stalls", "circle", "balcony")
DISCOUNTS = {"student": 20, "senior": 25, "family": 30, "member": 10, "staff": 50}
"""Percent off the whole booking."""

METHODS = ("card", "cash", "gift_card")
SEATS_A_ROW = 7

_ADJECTIVES = (
    *("Broken", "Burning", "Crooked", "Distant", "Empty", "Faithful", "Forgotten", "Frozen", "Hidden", "Hollow"),
    *("Last", "Lonely", "Midnight", "Painted", "Restless", "Second", "Sleeping", "Stolen", "Velvet", "Wandering"),
)

_NOUNS = (
    *("Bridge", "Carousel", "Clock", "Garden", "Harvest", "Island", "Letter", "Lighthouse", "Mirror", "Orchard"),
    *("Parade", "Piano", "Promise", "River", "Station", "Stranger", "Summer", "Tailor", "Voyage", "Winter"),
)

TITLES = Pool(f"The {adjective} {noun}" for adjective in _ADJECTIVES for noun in _NOUNS)

_HOUSES = (
    *("Arcadia", "Aurora", "Bellevue", "Capella", "Cygnet", "Eclipse", "Falcon", "Garland", "Halcyon", "Harlequin"),
    *("Juniper", "Kestrel", "Lumen", "Marigold", "Meridian", "Nightingale", "Orbit", "Pavilion", "Solstice", "Zephyr"),
)

CINEMAS = Pool(f"{house} {what}" for house in _HOUSES for what in ("Cinema", "Filmhouse", "Screens"))
STAGES = Pool(f"{house} {what}" for house in _HOUSES for what in ("Theatre", "Playhouse", "Stage"))


@TICKETS.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Four shows with three performances each in three houses, five bookings and three gift cards."""
    cinemas, stage = draw.several_of(CINEMAS, 2), draw.of(STAGES)
    start = draw.day("2026-01-05", "2027-12-10")
    genres = draw.sample(GENRES, 3)
    shows: dict[str, Any] = {}
    for i, title in enumerate(draw.several_of(TITLES, 4)):
        shows[title] = {
            "title": title,
            "kind": KINDS[i % 4 == 3],
            "genre": genres[i % 3],
            "minutes": draw.whole(78, 190),
            "min_age": draw.pick((0, 6, 12, 14, 16)),
            "language": draw.pick(("English", "French", "Spanish", "Korean", "Danish")),
            "subtitles": draw.chance(0.5),
        }
    performances: dict[str, Any] = {}
    numbers = draw.sample(range(120, 990), 12)
    for show in shows.values():
        times = draw.sample(("14:30", "16:00", "17:15", "18:45", "19:30", "20:15", "21:00"), 3)
        for i, time in enumerate(times):
            number = numbers.pop()
            performances[str(number)] = {
                "performance": number,
                "title": show["title"],
                "venue": stage if show["kind"] == "play" else draw.pick(cinemas),
                "day": days_later(start, 2 * i + draw.whole(0, 1)),
                "time": time,
                "rows": _rows(draw),
            }
    pattern = draw.pick(("@@##@#", "@###@@", "T-#####", "@@@-###", "##@@#@"))
    state: dict[str, Any] = {
        "shows": shows,
        "performances": performances,
        "bookings": {},
        "cards": {draw.code("GC-####"): draw.price(5, 150) for _ in range(3)},
        "sent": [],
        "watching": [],
        "spare_codes": [draw.code(pattern) for _ in range(5)],
    }
    for name in people(draw, 5):
        performance = draw.pick(list(performances.values()))
        row = draw.pick([row for row in performance["rows"] if len(row["free"]) > 2])
        seats = row["free"][: draw.whole(1, 3)]
        row["free"] = [seat for seat in row["free"] if seat not in seats]
        code = draw.code(pattern)
        state["bookings"][code] = {
            "code": code,
            "name": name,
            "performance": performance["performance"],
            "seats": seats,
            "total": round(len(seats) * row["price"], 2),
            "status": "reserved",
        }
    return state


def _rows(draw: Draw) -> list[dict[str, Any]]:
    prices = draw.sample(range(11, 58), 3)
    extra = draw.pick((0.0, 0.5, 0.9))
    return [
        {
            "row": letter,
            "category": category,
            "price": price + extra,
            "free": [f"{letter}{n}" for n in sorted(draw.sample(range(1, SEATS_A_ROW + 1), draw.whole(4, 6)))],
        }
        for letter, category, price in zip("ABC", CATEGORIES, prices, strict=True)
    ]


def any_show(play: Play) -> dict[str, Any]:
    """Pick a film or play."""
    show: dict[str, Any] = play.draw.pick(list(play.state["shows"].values()))
    return show


def any_performance(play: Play) -> dict[str, Any]:
    """Pick a performance."""
    performance: dict[str, Any] = play.draw.pick(list(play.state["performances"].values()))
    return performance


def any_booking(play: Play, status: str = "reserved") -> dict[str, Any]:
    """Pick a booking and put it into a status; each customer has one."""
    booking: dict[str, Any] = play.draw.pick(list(play.state["bookings"].values()))
    booking["status"] = status
    return booking


def performances_of(state: dict[str, Any], title: str) -> list[dict[str, Any]]:
    """Return a show's performances, the earliest first."""
    own = [p for p in state["performances"].values() if p["title"].casefold() == title.strip().casefold()]
    return sorted(own, key=lambda p: (p["day"], p["time"], p["performance"]))


def n_free(performance: dict[str, Any]) -> int:
    """Return how many seats nobody has."""
    return sum(len(row["free"]) for row in performance["rows"])


def cheapest_seats(performance: dict[str, Any], count: int) -> list[str]:
    """Return seats with the lowest numbers in the cheapest row that has so many free; none if there isn't any."""
    rows = [row for row in performance["rows"] if len(row["free"]) >= count]
    row = min(rows, key=lambda row: row["price"], default=None)
    return row["free"][:count] if row else []


def price_of(performance: dict[str, Any], seats: list[str]) -> float:
    """Return what seats cost together."""
    prices = {row["row"]: row["price"] for row in performance["rows"]}
    total: float = round(sum(prices[seat[0]] for seat in seats), 2)
    return total
