"""What lies in which bin, who supplies it, and what the warehouse's tools do."""

from __future__ import annotations

from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.draw import Draw, Pool
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.family import Family
from umi_local.worlds.operations import Param, ident, text, whole
from umi_local.worlds.play import Play
from umi_local.worlds.pools import COMPANIES, email_of

WAREHOUSE = Family(
    "warehouse",
    "[warehouse|stock|depot|inventory|storage|wms]",
    frozenset({"stock", "warehouse", "suppliers", "shopping", "parcels"}),
)

ARTICLES = Pool(
    """air filters|anchor bolts|angle brackets|ball bearings|battery clips|brake pads|brass hinges|broom heads
    |bubble envelopes|bungee cords|cable drums|cable ties|camping stoves|candle holders|ceiling hooks|chair castors
    |circuit breakers|coat hooks|copper elbows|corner guards|cotton gloves|curtain rings|desk trays|door closers
    |door handles|drill bits|dust masks|extension leads|fence posts|fire blankets|floor tiles|foam sheets|garden forks
    |gear wheels|glue sticks|hand pumps|hose clamps|ink cartridges|key safes|label rolls|lamp sockets|light switches
    |machine screws|mop handles|oil filters|packing boxes|paint rollers|pallet covers|paper rolls|pipe brackets
    |power strips|rain gutters|roof hooks|rubber mats|safety goggles|safety vests|sanding discs|shelf brackets
    |shipping labels|smoke alarms|socket wrenches|spark plugs|steel washers|storage crates|tape dispensers
    |threaded rods|trolley wheels|tyre valves|wall plugs|warning lamps|water taps|window seals|wire brushes
    |wood screws|work gloves|zip bags"""
)
"""In the plural: five wall plugs."""

ZONES = ("A", "B", "C", "D")

CODE = Param(
    "code", "[article|item|product|stock|part] [code|number|no|id|key]", text(), "[code|number] of the article"
)
BIN = Param(
    "bin", "[bin|shelf|location|slot|storage bin|place] [|code|id|number]", text(), "[bin|place], such as A-01-2"
)
SUPPLIER = Param(
    "supplier",
    "[supplier|vendor|seller|supplying company] [|name|id]",
    text(),
    "[name of the supplier|company that delivers]",
)
PIECES = Param("quantity", "[quantity|pieces|amount|count|number of pieces|units]", whole(1, 9999), "how many pieces")


@WAREHOUSE.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Five articles in one to three bins each, some empty bins, two suppliers, a few deliveries and picking lists."""
    suppliers = [_supplier(draw, name) for name in draw.several_of(COMPANIES, 3)]
    names = draw.several_of(ARTICLES, 5)
    places = draw.shuffled(
        f"{zone}-{rack:02d}-{level}" for zone in ZONES for rack in range(1, 13) for level in (1, 2, 3)
    )
    articles = [_article(draw, name, draw.pick(suppliers)["name"]) for name in names]
    bins = {}
    for article in articles:
        for _ in range(draw.pick((1, 2, 2, 3))):
            bins[places.pop()] = _filled(draw, article["code"])
    for _ in range(6):
        bins[places.pop()] = {"code": None, "quantity": 0, "capacity": draw.whole(40, 400, 20)}
    deliveries = [_delivery(draw, article) for article in draw.sample(articles, 4)]
    lists = [_picking_list(draw, articles) for _ in range(3)]
    return {
        "articles": {article["code"]: article for article in articles},
        "bins": bins,
        "suppliers": suppliers,
        "deliveries": {str(delivery["number"]): delivery for delivery in deliveries},
        "lists": {str(one["number"]): one for one in lists},
        "orders": [],
    }


def _supplier(draw: Draw, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "email": email_of("orders", name),
        "lead_days": draw.whole(2, 30),
        "smallest_order": draw.whole(10, 200, 10),
    }


def _article(draw: Draw, name: str, supplier: str) -> dict[str, Any]:
    return {"code": draw.code("@#####"), "name": name, "minimum": draw.whole(20, 300, 10), "supplier": supplier}


def _filled(draw: Draw, code: str) -> dict[str, Any]:
    quantity = draw.whole(3, 180)
    return {"code": code, "quantity": quantity, "capacity": quantity + draw.whole(0, 120, 10)}


def _delivery(draw: Draw, article: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": draw.whole(20000, 29999),
        "supplier": article["supplier"],
        "code": article["code"],
        "quantity": draw.whole(20, 400, 10),
        "due": draw.day("2026-02-01", "2026-10-31"),
        "status": "expected",
    }


def _picking_list(draw: Draw, articles: list[dict[str, Any]]) -> dict[str, Any]:
    lines = [{"code": one["code"], "quantity": draw.whole(2, 90)} for one in draw.sample(articles, draw.whole(1, 3))]
    return {
        "number": draw.whole(400, 999),
        "customer": draw.of(COMPANIES),
        "due": draw.day("2026-02-01", "2026-10-31"),
        "status": "open",
        "lines": lines,
    }


def stock_of(state: dict[str, Any], code: str) -> int:
    """Return how many pieces of an article there are in all bins."""
    return sum(one["quantity"] for one in state["bins"].values() if one["code"] == code)


def _article_of(state: dict[str, Any], code: str) -> dict[str, Any]:
    article: dict[str, Any] | None = state["articles"].get(code.strip().upper())
    if article is None:
        raise RefusedError(f"no article has the code {code}")
    return article


def _bin(state: dict[str, Any], place: str) -> dict[str, Any]:
    found: dict[str, Any] | None = state["bins"].get(place.strip().upper())
    if found is None:
        raise RefusedError(f"there is no bin {place}")
    return found


def _supplier_of(state: dict[str, Any], name: str) -> dict[str, Any]:
    wanted = name.strip().casefold()
    supplier: dict[str, Any] | None = next((s for s in state["suppliers"] if s["name"].casefold() == wanted), None)
    if supplier is None:
        raise RefusedError(f"no supplier is called {name}")
    return supplier


def _put(state: dict[str, Any], place: str, code: str, quantity: int) -> None:
    """Put pieces into a bin that has room and holds nothing else."""
    target = _bin(state, place)
    if target["code"] not in (None, code):
        raise RefusedError(f"bin {place} holds another article, {target['code']}", 409)
    room = target["capacity"] - target["quantity"]
    if quantity > room:
        raise RefusedError(f"bin {place} has room for {room} pieces only", 409)
    target |= {"code": code, "quantity": target["quantity"] + quantity}


@WAREHOUSE.operation(
    names="[find|search|look up|get|query] [article|articles|stock|stock item|items] [|by words|record|records]",
    about="[Find|Search|Look up] articles by [their name or code|name or code][, with the stock in all bins|].",
    does="look up the article {words}",
    params=[Param("words", "[article|item|search|] [words|name|text|term|query]", text(), "[name|name or code]")],
    labels={"stock": "[stock|in stock|quantity|pieces]", "minimum": "[minimum|minimum stock|reorder level]"},
)
def find_article(state: dict[str, Any], words: str) -> JsonValue:
    """Articles with their stock, minimum and supplier."""
    wanted = words.strip().casefold()
    own = [a for a in state["articles"].values() if wanted in a["name"] or wanted == a["code"].casefold()]
    return [
        {
            "code": article["code"],
            "name": article["name"],
            "stock": stock_of(state, article["code"]),
            "minimum": article["minimum"],
            "supplier": article["supplier"],
        }
        for article in own
    ]


@WAREHOUSE.operation(
    names="[list|find|get|show] [bins|locations|places|shelves|storage bins] [of|for|by] [article|item]",
    about="[List|Show|Get] the bins that [hold|contain] an article[, with the pieces in each|].",
    does="list the bins of {code}",
    params=[CODE],
    labels={"bin": "[bin|location|place|slot]", "quantity": "[quantity|pieces|count]"},
)
def bins_of(state: dict[str, Any], code: str) -> JsonValue:
    """Where an article lies."""
    own = _article_of(state, code)["code"]
    found = sorted((place, one["quantity"]) for place, one in state["bins"].items() if one["code"] == own)
    return [{"bin": place, "quantity": quantity} for place, quantity in found]


@WAREHOUSE.operation(
    names="[show|get|read|check|look into] [bin|location|storage bin|slot] [|content|contents|details]",
    about="[Show|Get|Tell] what lies in a bin[ and how much room it has|].",
    does="check what bin {bin} holds",
    params=[BIN],
    labels={"room": "[room|free|free space|space left]", "quantity": "[quantity|pieces|count]"},
)
def bin_content(state: dict[str, Any], bin: str) -> JsonValue:  # parameters are named by their keys
    """One bin."""
    one = _bin(state, bin)
    article = state["articles"].get(one["code"])
    return {
        "bin": bin.strip().upper(),
        "article": one["code"],
        "name": article["name"] if article else None,
        "quantity": one["quantity"],
        "room": one["capacity"] - one["quantity"],
    }


@WAREHOUSE.operation(
    names="[list|find|get|show|search] [empty|free|unused|vacant] [bins|locations|slots|places]",
    about="[List|Find|Show] the empty bins[ of a zone|, of one zone or of all].",
    does="list the empty bins< of zone {zone}>",
    params=[
        Param("zone", "[zone|area|aisle|section|hall] [|letter|name]", text(), "[one letter|A to D]", optional=True)
    ],
    labels={"room": "[room|capacity|space|fits]", "bin": "[bin|location|place|slot]"},
)
def empty_bins(state: dict[str, Any], zone: str | None) -> JsonValue:
    """Bins with nothing in them, by place."""
    own = [(place, one) for place, one in state["bins"].items() if one["code"] is None]
    wanted = zone.strip().upper() if zone else ""
    return [{"bin": place, "room": one["capacity"]} for place, one in sorted(own) if place.startswith(wanted)]


@WAREHOUSE.operation(
    names="[move|transfer|relocate|shift] [stock|pieces|goods|bin content] [|to bin|between bins]",
    about="[Move|Transfer|Relocate] pieces from one bin [to|into] another.",
    does="move {quantity:n piece} from {bin} to {target}",
    params=[
        Param("bin", "[source|from|old|origin] [bin|place|location]", text(), "[bin that they are in|from where]"),
        Param(
            "target",
            "[receiving|to|new|destination|other] [bin|place|location]",
            text(),
            "[bin that they go to|where to]",
        ),
        PIECES,
    ],
    writes=True,
)
def move_stock(state: dict[str, Any], bin: str, target: str, quantity: int) -> JsonValue:
    """Move pieces, if the source has them and the target takes them."""
    source = _bin(state, bin)
    if source["quantity"] < quantity or source["code"] is None:
        raise RefusedError(f"bin {bin} holds only {source['quantity']} pieces", 409)
    _put(state, target, source["code"], quantity)
    left = source["quantity"] - quantity
    source |= {"code": source["code"] if left else None, "quantity": left}
    return {"moved": quantity, "to": target, "left_in_source": left}


@WAREHOUSE.operation(
    names="[correct|set|update|enter|record] [count|stock count|bin count|counted quantity]",
    about="[Correct|Set|Enter] how many pieces a bin holds[, after a count|].",
    does="set the count of bin {bin} to {quantity}",
    params=[
        BIN,
        Param("quantity", "[counted|actual|real|new|] [quantity|pieces|count]", whole(0, 9999), "pieces counted"),
    ],
    writes=True,
)
def correct_count(state: dict[str, Any], bin: str, quantity: int) -> JsonValue:
    """Enter what was counted; tells the difference."""
    one = _bin(state, bin)
    if one["code"] is None:
        raise RefusedError(f"bin {bin} is empty, no article is assigned to it", 409)
    before = one["quantity"]
    one |= {"quantity": quantity, "capacity": max(one["capacity"], quantity)}
    return {"bin": bin, "article": one["code"], "before": before, "now": quantity}


@WAREHOUSE.operation(
    names="[list|get|show|find] [incoming|expected|open|pending] [deliveries|shipments|goods]",
    about="[List|Show|Get] the deliveries that are [expected|on their way], of a supplier or of an article.",
    does="list the expected deliveries< from {supplier}>< of {code}>",
    params=[SUPPLIER.or_none(), CODE.or_none()],
    labels={"due": "[due|expected on|arrives on|date]", "number": "[number|delivery|delivery number]"},
)
def expected_deliveries(state: dict[str, Any], supplier: str | None, code: str | None) -> JsonValue:
    """What is to come, by date."""
    own = [
        one
        for one in state["deliveries"].values()
        if one["status"] == "expected"
        and (supplier is None or one["supplier"].casefold() == supplier.strip().casefold())
        and (code is None or one["code"] == code.strip().upper())
    ]
    own.sort(key=lambda one: (one["due"], one["number"]))
    return [{key: one[key] for key in ("number", "supplier", "code", "quantity", "due")} for one in own]


@WAREHOUSE.operation(
    names="[receive|book in|accept|store|check in] [delivery|shipment|incoming goods|goods]",
    about="[Book in|Receive|Check in] [a delivery|a shipment] and put it into a bin.",
    does="book in delivery {number} to {bin}",
    params=[
        Param("number", "[delivery|shipment] [number|id|no|ref|code]", ident(), "[number|id] of the delivery"),
        BIN,
    ],
    writes=True,
)
def receive_delivery(state: dict[str, Any], number: int, bin: str) -> JsonValue:
    """Take a delivery in."""
    delivery = state["deliveries"].get(str(number))
    if delivery is None:
        raise RefusedError(f"there is no delivery {number}")
    if delivery["status"] != "expected":
        raise RefusedError(f"delivery {number} was booked in already", 409)
    _put(state, bin, delivery["code"], delivery["quantity"])
    delivery["status"] = "received"
    return {"number": number, "code": delivery["code"], "quantity": delivery["quantity"], "bin": bin}


@WAREHOUSE.operation(
    names="[find|get|look up|show|fetch] [supplier|vendor|supplier record] [|details|terms|by name]",
    about="[Get|Show|Look up] a supplier[: address, lead time and smallest order|].",
    does="look up the supplier {supplier}",
    params=[SUPPLIER],
    labels={"lead_days": "[lead days|delivery time in days|lead time in days]", "email": "[email|e-mail|mail address]"},
)
def find_supplier(state: dict[str, Any], supplier: str) -> JsonValue:
    """One supplier with its terms."""
    return dict(_supplier_of(state, supplier))


@WAREHOUSE.operation(
    names="[order|reorder|purchase|buy|request] [from supplier|from vendor|stock from supplier|supplies|article]",
    about="[Order|Reorder|Buy] pieces of an article from a supplier.",
    does="order {quantity} of {code} from {supplier}",
    params=[CODE, PIECES, SUPPLIER],
    writes=True,
    labels={"order": "[order|order number|purchase order]"},
)
def order_article(state: dict[str, Any], code: str, quantity: int, supplier: str) -> JsonValue:
    """Order, if the supplier takes such a small order."""
    article, seller = _article_of(state, code), _supplier_of(state, supplier)
    if quantity < seller["smallest_order"]:
        raise RefusedError(f"{seller['name']} takes no order below {seller['smallest_order']} pieces", 422)
    order = 5100 + len(state["orders"]) * 7 + seller["lead_days"]
    state["orders"].append({"order": order, "code": article["code"], "quantity": quantity, "supplier": seller["name"]})
    return {"order": order, "code": article["code"], "quantity": quantity, "lead_days": seller["lead_days"]}


@WAREHOUSE.operation(
    names="[show|get|read|open|fetch] [picking list|pick list|packing order|pick order]",
    about="[Show|Get|Read] a picking list[: customer, date and what to pick|].",
    does="[open|read] picking list {number}",
    params=[Param("number", "[picking|pick] list [number|id|no|ref]", ident(), "[number|id] of the list")],
    labels={"due": "[due|needed by|ship by]", "lines": "[lines|items|positions]", "customer": "[customer|client]"},
)
def picking_list(state: dict[str, Any], number: int) -> JsonValue:
    """One list with its lines."""
    found = state["lists"].get(str(number))
    if found is None:
        raise RefusedError(f"there is no picking list {number}")
    return {key: found[key] for key in ("number", "customer", "due", "status", "lines")}


@WAREHOUSE.operation(
    names="[list|get|show|all] [open|pending|waiting] [picking lists|pick lists|pick orders]",
    about="[List|Show|Get] the picking lists that are [still open|not picked yet].",
    does="list the open picking lists",
    labels={"due": "[due|needed by|ship by]", "customer": "[customer|client]"},
)
def open_lists(state: dict[str, Any]) -> JsonValue:
    """Open lists, by number."""
    own = sorted((one for one in state["lists"].values() if one["status"] == "open"), key=lambda one: one["number"])
    return [{**{key: one[key] for key in ("number", "customer", "due")}, "lines": len(one["lines"])} for one in own]


@WAREHOUSE.operation(
    names="[close|finish|complete|mark picked|check off] [picking list|pick list|pick order]",
    about="[Close|Complete|Finish] a picking list [whose articles were picked|that has been picked].",
    does="close picking list {number}",
    params=[Param("number", "[picking|pick] list [number|id|no|ref]", ident(), "[number|id] of the list")],
    writes=True,
)
def close_list(state: dict[str, Any], number: int) -> JsonValue:
    """Mark a list as picked."""
    found = state["lists"].get(str(number))
    if found is None:
        raise RefusedError(f"there is no picking list {number}")
    if found["status"] != "open":
        raise RefusedError(f"picking list {number} is {found['status']} already", 409)
    found["status"] = "picked"
    return {"number": number, "status": "picked"}


def any_article(play: Play) -> dict[str, Any]:
    """Pick an article."""
    return play.draw.pick(list(play.state["articles"].values()))


def any_bin(play: Play, *, is_filled: bool = True) -> str:
    """Pick a bin, filled or empty."""
    places = [place for place, one in play.state["bins"].items() if (one["code"] is not None) is is_filled]
    return str(play.draw.pick(places))


def any_list(play: Play) -> dict[str, Any]:
    """Pick a picking list."""
    return play.draw.pick(list(play.state["lists"].values()))
