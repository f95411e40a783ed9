"""JSON files that people have: settings, profiles, orders, playlists, and what may be asked about them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from umi_local.worlds.draw import Draw
from umi_local.worlds.families._papers.texts import filled
from umi_local.worlds.families._papers.values import drawn_values
from umi_local.worlds.families._papers.words import slug
from umi_local.worlds.splits import Split


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of JSON file; each belongs to a split.

    Attributes:
        words, about, called, values: As those of a text; see `texts.py`.
        document: The content; a text `$name` stands for a value.
        asks: Where a value is, what it is called, and how it is said: `("server.port", "the port", "{port}")`.
        lists: Where a list of values is, what they are called in the plural, and the names of the values.
    """

    split: Split
    words: str
    about: str
    called: str
    values: str
    document: Mapping[str, Any]
    asks: tuple[tuple[str, str, str], ...]
    lists: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


def write_record(draw: Draw, kind: RecordKind, today: str) -> dict[str, Any]:
    """Return a JSON file of a kind as plain JSON: as `write_text`, with `document`, `asks` and `lists`."""
    values = drawn_values(draw, kind.values, today)
    values["word"] = draw.pick(kind.words.split("|"))
    document = _with_values(kind.document, values)
    return {
        "word": values["word"],
        "stem": "-".join(filter(None, (slug(values["word"]), slug(filled(kind.about, values, draw))))),
        "called": filled(kind.called, values, draw),
        "text": json.dumps(document, indent=draw.pick((None, 1, 2)), ensure_ascii=False) + "\n",
        "document": document,
        "values": values,
        "asks": [{"query": query, "what": filled(what, values, draw), "said": said} for query, what, said in kind.asks],
        "lists": [
            {"query": query, "what": what, "values": [values[name] for name in names]}
            for query, what, names in kind.lists
        ],
    }


def _with_values(found: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(found, Mapping):
        return {key: _with_values(inner, values) for key, inner in found.items()}
    if isinstance(found, (list, tuple)):
        return [_with_values(inner, values) for inner in found]
    if isinstance(found, str) and found.startswith("$"):
        return values[found[1:]]
    return found


_TRAIN, _DEV, _TEST = Split.TRAIN, Split.DEV, Split.TEST

RECORD_KINDS = (
    RecordKind(
        _TRAIN,
        "settings|config|preferences",
        "{host}",
        "the {word} of {host}",
        "host=code:app-@##; port=whole:1024:9900; level=pick:info|debug|warning|error; minutes=whole:5:60:5; "
        "lang=pick:en|de|fr|es|it; keep=whole:3:40",
        {
            "server": {"host": "$host", "port": "$port", "timeout_minutes": "$minutes"},
            "logging": {"level": "$level", "keep_days": "$keep"},
            "language": "$lang",
        },
        (
            ("server.port", "the port", "{port}"),
            ("logging.level", "the logging level", "{level}"),
            ("logging.keep_days", "the number of days that logs are kept", "{keep} days"),
            ("server.timeout_minutes", "the timeout", "{minutes} minutes"),
            ("language", "the language", "{lang}"),
        ),
    ),
    RecordKind(
        _TRAIN,
        "order|purchase|order data",
        "{number}",
        "the {word} {number}",
        "number=code:#####; who=person; town=town; one=good; two=good; n_one=whole:1:6; n_two=whole:1:6; "
        "total=price:15:400; day=day:-60:-2",
        {
            "number": "$number",
            "date": "$day",
            "customer": {"name": "$who", "town": "$town"},
            "items": [{"name": "$one", "quantity": "$n_one"}, {"name": "$two", "quantity": "$n_two"}],
            "total": "$total",
        },
        (
            ("total", "the total", "{total:money} euros"),
            ("customer.name", "the name of the customer", "{who}"),
            ("customer.town", "the customer's town", "{town}"),
            ("date", "the date of the order", "{day}"),
            ("items[0].quantity", "the quantity of the first item", "{n_one}"),
        ),
        (("items[*].name", "items", ("one", "two")),),
    ),
    RecordKind(
        _TRAIN,
        "profile|user profile|account",
        "{first}",
        "the {word} of {first}",
        "first=first; born=day:-20000:-7000; town=town; email=code:@@@##; since=day:-2000:-100; points=whole:10:9000; "
        "one=subject; two=subject; three=subject",
        {
            "name": "$first",
            "born": "$born",
            "address": {"town": "$town"},
            "login": "$email",
            "member_since": "$since",
            "points": "$points",
            "interests": ["$one", "$two", "$three"],
        },
        (
            ("born", "the date of birth", "{born}"),
            ("login", "the login", "{email}"),
            ("points", "the number of points", "{points}"),
            ("address.town", "the town", "{town}"),
            ("member_since", "the day of joining", "{since}"),
        ),
        (("interests", "interests", ("one", "two", "three")),),
    ),
    RecordKind(
        _TRAIN,
        "playlist|mix|song list",
        "{colour}",
        'the {word} "{colour}"',
        "colour=colour; one=town; two=animal; three=food; a=whole:120:400; b=whole:120:400; c=whole:120:400; owner=first",
        {
            "title": "$colour",
            "owner": "$owner",
            "songs": [
                {"title": "$one", "seconds": "$a"},
                {"title": "$two", "seconds": "$b"},
                {"title": "$three", "seconds": "$c"},
            ],
        },
        (
            ("songs[0].seconds", "the length of the first song", "{a} seconds"),
            ("songs[-1].title", "the title of the last song", "{three}"),
            ("songs[1].title", "the title of the second song", "{two}"),
            ("owner", "the owner", "{owner}"),
        ),
        (("songs[*].title", "song titles", ("one", "two", "three")),),
    ),
    RecordKind(
        _TRAIN,
        "event|event data|booking data",
        "{subject}",
        "the {word} for the {subject}",
        "subject=subject; day=day:3:90; at=clock:9:20; place=street; seats=whole:10:200:5; taken=whole:1:10; "
        "host=person; fee=price:3:60",
        {
            "event": "$subject",
            "when": {"date": "$day", "starts": "$at"},
            "where": "$place",
            "seats": {"total": "$seats", "taken": "$taken"},
            "host": "$host",
            "fee": "$fee",
        },
        (
            ("when.date", "the date", "{day}"),
            ("when.starts", "the starting time", "{at}"),
            ("seats.total", "the number of seats", "{seats} seats"),
            ("where", "the address", "{place}"),
            ("fee", "the fee", "{fee:money} euros"),
            ("host", "the name of the host", "{host}"),
        ),
    ),
    RecordKind(
        _TRAIN,
        "device|device info|gadget",
        "{serial}",
        "the {word} {serial}",
        "serial=code:@@###; battery=whole:5:100; firmware=code:#.#.#; room=pick:kitchen|hall|study|cellar|attic; "
        "seen=day:-9:-1; warn=whole:5:30:5",
        {
            "serial": "$serial",
            "firmware": {"version": "$firmware", "auto_update": True},
            "battery": {"percent": "$battery", "warn_below": "$warn"},
            "room": "$room",
            "last_seen": "$seen",
        },
        (
            ("battery.percent", "the battery level", "{battery} percent"),
            ("firmware.version", "the firmware version", "{firmware}"),
            ("room", "the room", "{room}"),
            ("last_seen", "the day it was last seen", "{seen}"),
            ("battery.warn_below", "the level below which it warns", "{warn} percent"),
        ),
    ),
    RecordKind(
        _TRAIN,
        "job data|backup job|task file",
        "{name}",
        "the {word} {name}",
        "name=code:job-##; source=pick:photos|mail|music|letters|videos; at=clock:0:5; keep=whole:2:30; "
        "size=half:1:90; last=day:-12:-1",
        {
            "job": "$name",
            "schedule": {"every": "day", "at": "$at"},
            "source": "$source",
            "keep_copies": "$keep",
            "last_run": {"date": "$last", "size_gb": "$size", "ok": True},
        },
        (
            ("schedule.at", "the time it runs", "{at}"),
            ("keep_copies", "the number of copies kept", "{keep} copies"),
            ("last_run.size_gb", "the size of the last run", "{size} GB"),
            ("last_run.date", "the date of the last run", "{last}"),
            ("source", "the source", "{source}"),
        ),
    ),
    RecordKind(
        _TRAIN,
        "project|package|project file",
        "{name}",
        "the {word} of {name}",
        "name=colour; version=code:#.##.#; author=person; licence=pick:MIT|BSD|GPL|Apache; "
        "python=pick:3.9|3.10|3.11|3.12; tests=whole:5:900",
        {
            "name": "$name",
            "version": "$version",
            "author": "$author",
            "license": "$licence",
            "requires": {"python": "$python"},
            "stats": {"tests": "$tests"},
        },
        (
            ("version", "the version", "{version}"),
            ("author", "the name of the author", "{author}"),
            ("requires.python", "the Python version it needs", "{python}"),
            ("stats.tests", "the number of tests", "{tests} tests"),
            ("license", "the licence", "{licence}"),
        ),
    ),
    RecordKind(
        _TRAIN,
        "forecast|weather data|weather",
        "{town}",
        "the {word} for {town}",
        "town=town; day=day:0:3; high=whole:-5:36; low=whole:-20:-6; rain=whole:0:100:5; wind=whole:3:90; sunset=clock:16:21",
        {
            "town": "$town",
            "date": "$day",
            "temperature": {"high": "$high", "low": "$low"},
            "rain_percent": "$rain",
            "wind_kmh": "$wind",
            "sunset": "$sunset",
        },
        (
            ("wind_kmh", "the wind speed", "{wind} km/h"),
            ("sunset", "the time of sunset", "{sunset}"),
            ("rain_percent", "the chance of rain", "{rain} percent"),
            ("temperature.high", "the highest temperature", "{high} degrees"),
        ),
    ),
    RecordKind(
        _DEV,
        "game|save game|saved game",
        "{hero}",
        "the {word} of {hero}",
        "hero=first; gold=whole:5:9000; level=whole:2:60; place=town; one=good; two=good; played=half:1:200",
        {
            "hero": "$hero",
            "level": "$level",
            "purse": {"gold": "$gold"},
            "bag": ["$one", "$two"],
            "at": "$place",
            "hours_played": "$played",
        },
        (
            ("level", "the level", "{level}"),
            ("purse.gold", "the amount of gold", "{gold}"),
            ("hours_played", "the time played", "{played} hours"),
            ("at", "the place", "{place}"),
        ),
        (("bag", "things in the bag", ("one", "two")),),
    ),
    RecordKind(
        _DEV,
        "loan record|library data|loan",
        "{card}",
        "the {word} {card}",
        "card=code:C-####; who=person; one=animal; two=town; due=day:2:40; fee=half:0:9; limit=whole:3:12",
        {
            "card": "$card",
            "reader": "$who",
            "loans": [{"title": "$one", "due": "$due"}, {"title": "$two", "due": "$due"}],
            "fees": "$fee",
            "limit": "$limit",
        },
        (
            ("fees", "the sum of the fees", "{fee} euros"),
            ("reader", "the name of the reader", "{who}"),
            ("loans[0].due", "the due date of the first loan", "{due}"),
            ("limit", "the limit", "{limit}"),
        ),
        (("loans[*].title", "titles on loan", ("one", "two")),),
    ),
    RecordKind(
        _TEST,
        "sensor|sensor data|probe",
        "{code}",
        "the {word} {code}",
        "code=code:SN-###; degrees=half:1:34; humidity=whole:20:90; field=colour; every=whole:1:30; "
        "mounted=day:-900:-30; one=town; two=town",
        {
            "id": "$code",
            "field": "$field",
            "reading": {"celsius": "$degrees", "humidity": "$humidity"},
            "interval": {"minutes": "$every"},
            "mounted": "$mounted",
            "relays": ["$one", "$two"],
        },
        (
            ("reading.celsius", "the temperature", "{degrees} degrees"),
            ("reading.humidity", "the humidity", "{humidity} percent"),
            ("interval.minutes", "the measuring interval", "{every} minutes"),
            ("mounted", "the day it was mounted", "{mounted}"),
            ("field", "the field", "{field}"),
        ),
        (("relays", "relays", ("one", "two")),),
    ),
    RecordKind(
        _TEST,
        "catalogue|price list|product data",
        "{company}",
        "the {word} of {company}",
        "company=company; one=good; two=good; three=good; a=price:3:90; b=price:3:90; c=price:3:90; "
        "vat=pick:7|19|20|21; since=day:-90:-3",
        {
            "seller": "$company",
            "valid_from": "$since",
            "vat_percent": "$vat",
            "products": [
                {"name": "$one", "price": "$a"},
                {"name": "$two", "price": "$b"},
                {"name": "$three", "price": "$c"},
            ],
        },
        (
            ("products[0].price", "the price of the first product", "{a:money} euros"),
            ("products[-1].name", "the name of the last product", "{three}"),
            ("valid_from", "the day from which it is valid", "{since}"),
            ("vat_percent", "the VAT rate", "{vat} percent"),
        ),
        (("products[*].name", "products", ("one", "two", "three")),),
    ),
    RecordKind(
        _TEST,
        "timetable|line data|bus line",
        "{line}",
        "the {word} {line}",
        "line=code:L##; one=street; two=street; three=street; first=clock:4:7; last=clock:20:23; every=whole:5:60:5; "
        "price=half:1:6",
        {
            "line": "$line",
            "service": {"first": "$first", "last": "$last", "every_minutes": "$every"},
            "stops": ["$one", "$two", "$three"],
            "single_fare": "$price",
        },
        (
            ("service.first", "the time of the first bus", "{first}"),
            ("service.last", "the time of the last bus", "{last}"),
            ("service.every_minutes", "the time between two buses", "{every} minutes"),
            ("single_fare", "the price of a single ticket", "{price} euros"),
            ("stops[-1]", "the last stop", "{three}"),
        ),
        (("stops", "stops", ("one", "two", "three")),),
    ),
)
