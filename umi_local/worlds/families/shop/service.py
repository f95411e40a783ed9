"""The shop's customers, products and orders, and what its tools do."""

from __future__ import annotations

from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.draw import Draw, Pool
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.family import Family
from umi_local.worlds.operations import Param, ident, one_of, part_of, text, whole
from umi_local.worlds.operations import number as decimal
from umi_local.worlds.play import Play
from umi_local.worlds.pools import GOODS, STREETS, TOWNS, people

SHOP = Family("shop", "[shop|store|orders|retail|sales|webshop]", frozenset({"shopping", "parcels"}))

MATERIALS = Pool(
    """acrylic|aluminium|ash|bamboo|basalt|beech|birch|brass|bronze|canvas|cedar|ceramic|cherry|chrome|clay|copper|cork
    |cotton|denim|enamel|felt|flax|fleece|glass|granite|hemp|iron|jute|leather|linen|marble|metal|nylon|oak|paper|pine
    |plastic|porcelain|rattan|resin|rubber|sheepskin|silicone|silk|silver|slate|steel|stone|straw|teak|tin|titanium
    |velvet|vinyl|walnut|wicker|willow|wool|zinc"""
)
ARTICLES = Pool(name for name in GOODS.words if name not in ("binoculars", "headphones", "sunglasses", "wool socks"))
"""Goods that can be counted: a kettle, two kettles."""

STATUSES = ("pending", "packed", "shipped", "delivered")
CANCELLABLE = ("pending", "packed")
RETURN_REASONS = ("damaged", "wrong_item", "too_late", "not_needed")

NUMBER = Param("number", "order [id|number|no|code|ref|key]", ident(), "[number|id] of the order")
CUSTOMER = Param(
    "customer",
    "[customer|client|buyer|shopper] [name|full name|]",
    text(),
    "[full name|name] of the [customer|buyer|client]",
)
SKU = Param("sku", "[sku|article|product|item] [code|id|key|no]", text(), "[code|sku] of the product")


@SHOP.scene
def scene(draw: Draw) -> dict[str, Any]:
    """A few customers with one to four orders each, and a small catalogue."""
    goods = draw.several_of(ARTICLES, 4)
    products = [
        _product(draw, name, material) for name in goods for material in draw.several_of(MATERIALS, draw.whole(2, 4))
    ]
    orders: dict[str, Any] = {}
    for customer in people(draw, 4):
        for product in draw.sample(products, draw.whole(1, 3)):
            order = _order(draw, customer, product)
            orders[str(order["number"])] = order
    return {"orders": orders, "products": products, "refunds": []}


def _product(draw: Draw, name: str, material: str) -> dict[str, Any]:
    stock = draw.pick((0, draw.whole(1, 9), draw.whole(10, 80)))
    return {"sku": draw.code("@@-###"), "name": f"{material} {name}", "price": draw.price(4, 120), "stock": stock}


def _order(draw: Draw, customer: str, product: dict[str, Any]) -> dict[str, Any]:
    quantity = draw.whole(1, 4)
    ordered = draw.whole(1, 18)
    month = draw.whole(1, 12)
    return {
        "number": draw.whole(1000, 9999),
        "customer": customer,
        "sku": product["sku"],
        "item": product["name"],
        "quantity": quantity,
        "total": round(quantity * product["price"], 2),
        "status": draw.pick(STATUSES),
        "ordered_on": f"2026-{month:02d}-{ordered:02d}",
        "arrives_on": f"2026-{month:02d}-{ordered + draw.whole(2, 10):02d}",
        "address": f"{draw.whole(1, 90)} {draw.of(STREETS)}, {draw.of(TOWNS)}",
        "parcel": draw.code("@@######"),
        "parcel_at": draw.of(TOWNS),
    }


def _found(state: dict[str, Any], number: int) -> dict[str, Any]:
    order: dict[str, Any] | None = state["orders"].get(str(number))
    if order is None:
        raise RefusedError(f"no order with number {number}")
    return order


@SHOP.operation(
    names="[find|get|fetch|look up|show|read] [order|purchase] [|details|record|info]",
    about="[Get|Find|Look up|Show|Return] [an order|a purchase|one order] by its number[.|, with its status.]",
    does="[look up|open|check] order {number}",
    params=[NUMBER],
    labels={"arrives_on": "[arrives on|eta|expected|due]", "item": "[item|article|goods]", "status": "[status|state]"},
)
def find_order(state: dict[str, Any], number: int) -> JsonValue:
    """An order with its status, dates and parcel."""
    order = _found(state, number)
    return part_of(order, "number", "customer", "item", "sku", "total", "status", "ordered_on", "arrives_on", "parcel")


@SHOP.operation(
    names="[list|find|get|show|all] [orders|purchases] [of customer|by customer|for client|for buyer|of buyer]",
    about="[List|Get|Show|Find] [all|the] [orders|purchases] [of|placed by] a [customer|buyer|client].",
    does="list the orders of {customer}",
    params=[CUSTOMER],
    labels={"item": "[item|article|goods]", "status": "[status|state]", "total": "[total|amount|sum]"},
)
def orders_of(state: dict[str, Any], customer: str) -> JsonValue:
    """The orders of a customer, newest first."""
    own = [order for order in state["orders"].values() if order["customer"].casefold() == customer.strip().casefold()]
    own.sort(key=lambda order: (order["ordered_on"], order["number"]), reverse=True)
    return [part_of(order, "number", "item", "total", "status", "ordered_on") for order in own]


@SHOP.operation(
    names="[cancel|void|revoke|call off|stop|withdraw] [order|purchase]",
    about="[Cancel|Call off|Void|Withdraw] [an order|a purchase] that [has not been shipped|was not shipped yet].",
    does="cancel order {number}",
    params=[NUMBER],
    writes=True,
)
def cancel_order(state: dict[str, Any], number: int) -> JsonValue:
    """Cancel an order that is still here."""
    order = _found(state, number)
    if order["status"] not in CANCELLABLE:
        raise RefusedError(f"order {number} is {order['status']} and can't be cancelled any more", 409)
    order["status"] = "cancelled"
    return part_of(order, "number", "status")


@SHOP.operation(
    names="[change|update|set|edit|correct|replace] [order|delivery|shipping] address",
    about="[Change|Update|Correct|Set] the [delivery|shipping] address of an order.",
    does="set the address of order {number} to {address}",
    params=[
        NUMBER,
        Param("address", "[new|full|delivery|shipping|] address", text(), "street and number, town"),
    ],
    writes=True,
)
def change_address(state: dict[str, Any], number: int, address: str) -> JsonValue:
    """Send an order elsewhere."""
    order = _found(state, number)
    order["address"] = address
    return part_of(order, "number", "address")


@SHOP.operation(
    names="[search|find|list|browse|query|look up] [products|articles|catalogue|goods|items]",
    about="[Search|Browse|Look through] the [catalogue|products|articles][| by words in their names].",
    does="search the products for {words}",
    params=[
        Param("words", "[search|query|name|product|] [words|text|term|name]", text(), "[part of|words of] the name")
    ],
    labels={"name": "[name|title|product]", "stock": "[stock|available|in stock]", "price": "[price|unit price|cost]"},
)
def find_products(state: dict[str, Any], words: str) -> JsonValue:
    """Products whose name has all the words."""
    wanted = set(words.casefold().split())
    return [dict(product) for product in state["products"] if wanted <= set(product["name"].split())]


@SHOP.operation(
    names="[place|create|submit|make|new|add] [order|purchase]",
    about="[Place|Create|Submit|Make] [an order|a new order|a purchase] for a [customer|buyer|client].",
    does="order {quantity} of {sku} for {customer}",
    params=[CUSTOMER, SKU, Param("quantity", "[quantity|amount|count|pieces|how many|number]", whole(1, 99))],
    writes=True,
)
def place_order(state: dict[str, Any], customer: str, sku: str, quantity: int) -> JsonValue:
    """Order a product; its stock goes down."""
    product = next((product for product in state["products"] if product["sku"] == sku), None)
    if product is None:
        raise RefusedError(f"no product has the code {sku}")
    if product["stock"] < quantity:
        raise RefusedError(f"only {product['stock']} of {sku} in stock", 409)
    product["stock"] -= quantity
    number = max(int(key) for key in state["orders"]) + 1
    total = round(quantity * product["price"], 2)
    state["orders"][str(number)] = {
        "number": number,
        "customer": customer,
        "sku": sku,
        "item": product["name"],
        "quantity": quantity,
        "total": total,
        "status": "pending",
    }
    return {"number": number, "item": product["name"], "quantity": quantity, "total": total}


@SHOP.operation(
    names="[track|trace|locate|follow|find] [parcel|package|shipment]",
    about="[Tell|Find out|Show] where a [parcel|package|shipment] is[.| right now.]",
    does="track parcel {parcel}",
    params=[Param("parcel", "[parcel|tracking|package|shipment] [code|id|number|no]", text(), "tracking code")],
    labels={"at": "[at|location|last seen|place]"},
)
def track_parcel(state: dict[str, Any], parcel: str) -> JsonValue:
    """Where a parcel was seen last."""
    order = next((order for order in state["orders"].values() if order.get("parcel") == parcel), None)
    if order is None:
        raise RefusedError(f"unknown parcel {parcel}")
    return {"parcel": parcel, "at": order["parcel_at"], "arrives_on": order["arrives_on"]}


@SHOP.operation(
    names="[refund|pay back|reimburse|return money for] [order|purchase]",
    about="[Refund|Pay back|Reimburse] [an order|a purchase], [in full|fully] or in part.",
    does="refund {amount:money} for order {number}",
    params=[NUMBER, Param("amount", "[refund|refunded|pay back|] [amount|sum|value]", decimal(minimum=0))],
    writes=True,
)
def refund_order(state: dict[str, Any], number: int, amount: float) -> JsonValue:
    """Pay money back."""
    order = _found(state, number)
    state["refunds"].append({"number": order["number"], "amount": amount})
    return {"number": number, "refunded": amount}


@SHOP.operation(
    names="[return|send back|register return of|request return of|open return for|announce return of] [order|purchase]",
    about="[Register|Announce|Open|Request] the return of [an order|a purchase] that was delivered.",
    does="register the return of order {number} with the reason {reason}",
    params=[
        NUMBER,
        Param("reason", "[return|] [reason|cause|why|grounds]", one_of(*RETURN_REASONS), "why it [comes|goes] back"),
    ],
    writes=True,
    labels={"return_code": "[return code|return label|label|code for the parcel]"},
)
def return_order(state: dict[str, Any], number: int, reason: str) -> JsonValue:
    """Take back an order that was delivered."""
    order = _found(state, number)
    if order["status"] != "delivered":
        raise RefusedError(f"order {number} is {order['status']}; only delivered orders can be returned", 409)
    order |= {"status": "returning", "reason": reason}
    return {"number": number, "status": "returning", "return_code": f"RT-{number}-{order['sku'][:2]}"}


def any_order(play: Play, *statuses: str) -> dict[str, Any]:
    """Pick an order; put it into one of the statuses if any are given."""
    order: dict[str, Any] = play.draw.pick(list(play.state["orders"].values()))
    if statuses:
        order["status"] = play.draw.pick(statuses)
    return order


def only_order_of_item(play: Play, *statuses: str) -> dict[str, Any]:
    """Pick an order that its customer and item tell apart from all others."""
    order = any_order(play, *statuses)
    alike = [
        o for o in play.state["orders"].values() if (o["customer"], o["item"]) == (order["customer"], order["item"])
    ]
    if len(alike) > 1:
        raise play.unsuitable("two orders look alike")
    return order
