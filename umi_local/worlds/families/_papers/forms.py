"""Texts with several values of one kind: recipes, invoices, birthdays, contracts, settings; tables that go with them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from umi_local.worlds.dates import days_later
from umi_local.worlds.draw import Draw
from umi_local.worlds.families._papers.values import drawn_values, exact, plain
from umi_local.worlds.families._papers.words import slug
from umi_local.worlds.frames import Frames
from umi_local.worlds.pools import COMPANIES, FIRST_NAMES, FOODS, person
from umi_local.worlds.speech import DATE_STYLES, date_text

_DISHES = ("soup", "stew", "cake", "salad", "pie", "curry", "bake", "bread", "sauce", "pancakes")

_LIQUIDS = frozenset({"coconut milk", "coffee", "cream", "maple syrup", "milk", "olive oil", "tea", "vinegar"})
_RECIPES = Frames(
    "{title} (serves {servings})\n{lines}\nCook for {minutes} minutes.",
    "{title}\nFor {servings} people:\n{lines}\nReady after {minutes} minutes",
    "Recipe: {title}\nServings {servings}, time {minutes} minutes\n{lines}",
    "# {title}\n{servings} portions, {minutes} minutes\n{lines}\nSeason well.",
    "{title} - makes {servings} servings\n{lines}\n{minutes} min on low heat",
    "{title}\ningredients for {servings}:\n{lines}\nBake it for {minutes} minutes.",
)
_LINES = Frames(
    "- {amount} {unit} {name}",
    "{name}: {amount} {unit}",
    "* {name}, {amount} {unit}",
    "{amount} {unit} of {name}",
    "{name} ({amount} {unit})",
    "{amount} {unit} {name}",
)


def recipe(draw: Draw) -> dict[str, Any]:
    """Return a recipe as plain JSON: `stem`, `title`, `text`, `servings`, `minutes` and `items` (name, amount, unit)."""
    names = draw.several_of(FOODS, 4)
    title = f"{names[0]} {draw.pick(_DISHES)}"
    items = []
    for name in names[: draw.whole(3, 4)]:
        unit = "ml" if name in _LIQUIDS else "g"
        amount = draw.whole(50, 800, 50) if unit == "ml" else draw.pick((draw.whole(40, 900, 20), draw.whole(5, 60, 5)))
        items.append({"name": name, "amount": amount, "unit": unit})
    servings, minutes = draw.pick((2, 3, 4, 6, 8)), draw.whole(10, 90, 5)
    line = _LINES.draw(draw)
    lines = "\n".join(line.format(**item) for item in items)
    text = _RECIPES.draw(draw).format(title=title.capitalize(), servings=servings, minutes=minutes, lines=lines) + "\n"
    return {
        "stem": draw.pick((slug(title), f"recipe-{slug(title)}")),
        "title": title,
        "text": text,
        "servings": servings,
        "minutes": minutes,
        "items": items,
    }


_INVOICES = Frames(
    "{firm}\nInvoice {number} of {day}\n{lines}\nPlease pay by {due}.",
    "Invoice no. {number}\nFrom: {firm}\nDate: {day}\nDue: {due}\n{lines}",
    "No. {number}\n{lines}\nPayable to {firm} until {due} (issued {day})",
    "Bill {number}, {day}\n{lines}\n{firm} asks you to pay by {due}.",
    "INVOICE {number}\n{firm}, {day}\n\n{lines}\n\ndue on {due}",
    "Dear customer,\nyour invoice {number} of {day}:\n{lines}\nIt is due on {due}.\n{firm}",
)
_POSITIONS = (
    *(
        "labour",
        "parts",
        "delivery",
        "material",
        "travel",
        "planning",
        "cleaning",
        "printing",
        "rent of tools",
        "set-up",
    ),
    *("packing", "advice", "paint", "cable", "disposal", "inspection", "training", "translation", "design", "software"),
)


def invoice(draw: Draw, today: str, *, has_total: bool = False) -> dict[str, Any]:
    """Return an invoice as plain JSON: `stem`, `text`, `number`, `firm`, `day`, `due`, `amounts`, `positions` and `total`."""
    number, firm = draw.code("#####"), draw.of(COMPANIES)
    day = days_later(today, -draw.whole(1, 25))
    due = days_later(day, draw.pick((14, 21, 30, 45)))
    positions = draw.sample(_POSITIONS, draw.whole(2, 3))
    amounts = [draw.price(8, 400) for _ in positions]
    total = plain(sum(map(exact, amounts), Decimal(0)))
    mark = draw.pick((": ", " ", " - "))
    lines = [f"{name}{mark}{amount:.2f} euros" for name, amount in zip(positions, amounts, strict=True)]
    if has_total:
        lines.append(f"total{mark}{total:.2f} euros")
    style = draw.pick(DATE_STYLES)
    dates = {"day": date_text(day, style), "due": date_text(due, style)}
    text = _INVOICES.draw(draw).format(number=number, firm=firm, lines="\n".join(lines), **dates) + "\n"
    stem = draw.pick((f"invoice-{number}", f"bill-{number}", f"invoice-{slug(firm)}", f"{slug(firm)}-{number}"))
    return {
        "stem": stem,
        "text": text,
        "number": number,
        "firm": firm,
        "day": day,
        "due": due,
        "positions": positions,
        "amounts": amounts,
        "total": total,
    }


def birthdays(draw: Draw, today: str) -> dict[str, Any]:
    """Return a list of birthdays as plain JSON: `stem`, `text` and `born` by name; none is today."""
    names = draw.several_of(FIRST_NAMES, draw.whole(3, 5))
    style = draw.pick(DATE_STYLES)
    born = {}
    for name in names:
        day = days_later(today, -draw.whole(3000, 29000))
        born[name] = days_later(day, 3) if day[5:] in (today[5:], "02-29") else day
    mark = draw.pick((": ", " - ", ", born "))
    return {
        "stem": draw.pick(("birthdays", "family-birthdays", "dates-of-birth", "born")),
        "text": "".join(f"{name}{mark}{date_text(day, style)}\n" for name, day in born.items()),
        "born": born,
    }


_CONTRACTS = Frames(
    "{title}\nSigned on {begin}, runs for {months} months.\nNotice must be given {weeks} weeks before it ends.",
    "{title}, {firm}\nStart: {begin}\nTerm: {months} months\nNotice period: {weeks} weeks",
    "{firm} - {title}\nvalid from {begin}\nfor {months} months\nto be cancelled {weeks} weeks ahead",
    "Agreement with {firm} ({title})\nBegins on {begin} and lasts {months} months.\nCancel at least {weeks} weeks earlier.",
    "{title}\nfrom {begin}, {months} months, {weeks} weeks' notice\n{firm}",
    "Your {title} with {firm} began on {begin}.\nIt ends after {months} months unless it is renewed.\nNotice: {weeks} weeks.",
)
_TITLES = (
    "internet contract",
    "gym membership",
    "power contract",
    "magazine subscription",
    "car insurance",
    "parking permit",
)


def contract(draw: Draw, today: str) -> dict[str, Any]:
    """Return a contract as plain JSON: `stem`, `title`, `text`, `begin`, `months` and `weeks`."""
    title, firm = draw.pick(_TITLES), draw.of(COMPANIES)
    begin = days_later(today, -draw.whole(20, 300))
    months, weeks = draw.pick((12, 18, 24, 36)), draw.whole(2, 8)
    said = date_text(begin, draw.pick(DATE_STYLES))
    text = _CONTRACTS.draw(draw).format(title=title, firm=firm, begin=said, months=months, weeks=weeks)
    return {
        "stem": slug(title),
        "title": title,
        "text": f"{text}\n",
        "begin": begin,
        "months": months,
        "weeks": weeks,
    }


_SETTINGS = (
    ("port", "code:####"),
    ("timeout", "whole:5:120:5"),
    ("volume", "whole:0:100:5"),
    ("workers", "whole:1:16"),
    ("brightness", "whole:10:100:10"),
    ("retries", "whole:1:9"),
    ("language", "pick:en|de|fr|es|it|nl|sv"),
    ("theme", "pick:dark|light|blue|plain"),
    ("mode", "pick:fast|safe|quiet|full"),
    ("interval", "whole:5:90:5"),
    ("max_size", "whole:10:900:10"),
    ("backup_hour", "whole:0:23"),
)


def settings(draw: Draw) -> dict[str, Any]:
    """Return a configuration file as plain JSON: `stem`, `text` and `values` by key, in the file's order."""
    mark = draw.pick((" = ", "=", ": "))
    chosen = draw.sample(_SETTINGS, draw.whole(4, 5))
    values = {key: str(drawn_values(draw, f"value={spec}", "2026-01-01")["value"]) for key, spec in chosen}
    head = draw.pick(("", "# settings\n", "# do not edit while running\n"))
    return {
        "stem": draw.pick(("app", "player", "printer", "router", "camera", "server", "scanner", "tv-box", "sync-tool")),
        "mark": mark,
        "text": head + "".join(f"{key}{mark}{value}\n" for key, value in values.items()),
        "values": values,
        "specs": dict(chosen),
    }


def contacts(draw: Draw, names: list[str]) -> dict[str, Any]:
    """Return a table of contacts as plain JSON: `stem`, `text`, `columns` and `phones` by name; the names are among them."""
    others = [name for name in (person(draw) for _ in range(6)) if name not in names][:4]
    phones = {name: draw.code("0###-######") for name in draw.shuffled([*names, *others])}
    columns = draw.pick((("name", "phone"), ("person", "number"), ("Name", "Phone"), ("who", "tel")))
    rows = "".join(f"{name},{phone}\n" for name, phone in phones.items())
    return {
        "stem": draw.pick(("contacts", "phone-list", "address-book", "people", "numbers")),
        "text": f"{columns[0]},{columns[1]}\n{rows}",
        "columns": list(columns),
        "phones": phones,
    }


def payments(draw: Draw, today: str, paid: list[tuple[str, float]]) -> dict[str, Any]:
    """Return a table of payments as plain JSON: `stem`, `text`, `columns` (invoice, day, amount), `days` by invoice."""
    others = [(draw.code("#####"), draw.price(8, 500)) for _ in range(4)]
    columns = draw.pick((("invoice", "paid_on", "amount"), ("number", "date", "sum"), ("Invoice no", "Date", "Paid")))
    rows = sorted((days_later(today, -draw.whole(1, 12)), number, amount) for number, amount in [*paid, *others])
    lines = "".join(f"{number},{day},{amount:.2f}\n" for day, number, amount in rows)
    return {
        "stem": draw.pick(("payments", "paid-invoices", "transfers", "bank-transfers")),
        "text": f"{','.join(columns)}\n{lines}",
        "columns": list(columns),
        "days": {number: day for day, number, _ in rows},
    }
