"""A shop with orders, products and parcels: the model for families of invented services with state."""

from __future__ import annotations

from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.draw import Draw, Pool
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.facts import NO, YES
from umi_local.worlds.family import Family, Kind, Missing
from umi_local.worlds.operations import Param, ident, text, whole
from umi_local.worlds.operations import number as decimal
from umi_local.worlds.play import Play
from umi_local.worlds.pools import GOODS, STREETS, TOWNS, people
from umi_local.worlds.splits import Split

FAMILY = SHOP = Family("shop", "[shop|store|orders|retail|sales|webshop]", frozenset({"shopping", "parcels"}))

MATERIALS = Pool(
    """acrylic|aluminium|ash|bamboo|basalt|beech|birch|brass|bronze|canvas|cedar|ceramic|cherry|chrome|clay|copper|cork
    |cotton|denim|enamel|felt|flax|fleece|glass|granite|hemp|iron|jute|leather|linen|marble|metal|nylon|oak|paper|pine
    |plastic|porcelain|rattan|resin|rubber|sheepskin|silicone|silk|silver|slate|steel|stone|straw|teak|tin|titanium
    |velvet|vinyl|walnut|wicker|willow|wool|zinc"""
)
STATUSES = ("pending", "packed", "shipped", "delivered")
CANCELLABLE = ("pending", "packed")

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
    goods = draw.several_of(GOODS, 5)
    products = [_product(draw, name, material) for name in goods for material in draw.several_of(MATERIALS, 2)]
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


def _shown(record: dict[str, Any], *keys: str) -> dict[str, JsonValue]:
    return {key: record[key] for key in keys}


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
    return _shown(order, "number", "customer", "item", "sku", "total", "status", "ordered_on", "arrives_on", "parcel")


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
    return [_shown(order, "number", "item", "total", "status", "ordered_on") for order in own]


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
    return _shown(order, "number", "status")


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
    return _shown(order, "number", "address")


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
    wanted = words.casefold().split()
    return [dict(product) for product in state["products"] if all(word in product["name"] for word in wanted)]


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


ORDER_MISSING = Missing(
    wordings=(
        "where is my order?",
        "check my order",
        "what is the status of my order?",
        "tell me how my order is doing",
        "~order status",
    ),
    needs="the order number",
    goal="check an order",
    slot="number",
)


def _any_order(play: Play, *statuses: str) -> dict[str, Any]:
    """Pick an order; put it into one of the statuses if any are given."""
    order: dict[str, Any] = play.draw.pick(list(play.state["orders"].values()))
    if statuses:
        order["status"] = play.draw.pick(statuses)
    return order


def _only_order_of_item(play: Play, *statuses: str) -> dict[str, Any]:
    """Pick an order that its customer and item tell apart from all others."""
    order = _any_order(play, *statuses)
    alike = [
        o for o in play.state["orders"].values() if (o["customer"], o["item"]) == (order["customer"], order["item"])
    ]
    if len(alike) > 1:
        raise play.unsuitable("two orders look alike")
    return order


@SHOP.intent(
    goal="check the status of order {number}",
    wordings=(
        "where is order {number}?",
        "what is the status of order {number}?",
        "check order {number}",
        "look up how order {number} is doing",
        "has order {number} [gone out|left the warehouse] yet?",
        "tell me the [state|status] of [my order|order no.] {number}",
        "I placed order {number} [a while ago|last week|some days ago]. What has become of it?",
        "~status order {number}",
        "~order {number}?",
    ),
    essential="find_order",
    missing=ORDER_MISSING,
    split=Split.TRAIN,
)
def order_status(play: Play) -> None:
    """One call."""
    play.ask(number=_any_order(play)["number"])
    found = play.call("find_order", {"number": play.slots["number"]})
    play.learn(
        "Order {number}, [a|the] {item}, is {status}.",
        "The status of order {number} is {status}; it holds a {item}.",
        status=found["status"],
        item=found["item"],
    )
    play.conclude(
        "Order {number} is {status}.",
        "Your order {number} ({item}) is {status} at the moment.",
        "The status of order {number}: {status}.",
        "I checked order {number}. It is {status}.",
        facts=["status"],
    )


@SHOP.intent(
    goal="tell when order {number} arrives",
    wordings=(
        "when will order {number} [arrive|get here|be delivered]?",
        "when does order {number} come?",
        "tell me the [delivery|arrival] date of order {number}",
        "find out when [I can expect|to expect] order {number}",
        "how long until order {number} is here?",
        "I'm waiting for order {number}. [When is it due|What day is it due]?",
        "~arrival date order {number}",
        "~eta {number}",
    ),
    essential="find_order",
    missing=Missing(
        wordings=(
            "when will my order arrive?",
            "when does my parcel come?",
            "tell me the delivery date of my order",
            "I'm waiting for my order. When is it due?",
            "~when delivery",
        ),
        needs="the order number",
        goal="tell when an order arrives",
        slot="number",
    ),
    split=Split.TEST,
)
def order_arrival(play: Play) -> None:
    """One call, a date."""
    play.ask(number=_any_order(play, "pending", "packed", "shipped")["number"])
    found = play.call("find_order", {"number": play.slots["number"]})
    play.learn(
        "The {item} of order {number} should arrive on {day}.",
        "Order {number} is {status} and expected on {day}.",
        day=found["arrives_on"],
        item=found["item"],
        status=found["status"],
    )
    play.conclude(
        "Order {number} should [arrive|be with you] on {day}.",
        "It is expected on {day}.",
        "You can expect order {number}, the {item}, on {day}.",
        "The delivery date is {day}.",
        facts=["day"],
    )


@SHOP.intent(
    goal="cancel order {number}",
    wordings=(
        "cancel order {number}",
        "call off order {number}[| for me]",
        "stop order {number} before it goes out",
        "I [don't want|no longer need|changed my mind about] order {number}[. Cancel it.|, cancel it please.]",
        "can order {number} still be cancelled? if so, do it",
        "withdraw my order {number}",
        "I ordered the wrong thing with order {number}. Please cancel.",
        "~cancel {number}",
        "~order {number} cancel pls",
    ),
    essential="cancel_order",
    missing=Missing(
        wordings=(
            "cancel my order",
            "call off the order I placed yesterday",
            "I don't want my order any more. Please cancel it.",
            "stop my order before it goes out",
            "~cancel order",
        ),
        needs="the order number",
        goal="cancel an order",
        slot="number",
    ),
    split=Split.TRAIN,
)
def cancel(play: Play) -> None:
    """One call that changes something."""
    play.ask(number=_any_order(play, "pending", "packed")["number"])
    play.call("cancel_order", {"number": play.slots["number"]})
    play.learn(
        "Order {number} is [cancelled now|now cancelled].",
        "The cancellation of order {number} went through.",
        "The shop confirms that order {number} is cancelled.",
    )
    play.conclude(
        "Order {number} is cancelled now.",
        "Done: I cancelled order {number}.",
        "I have cancelled order {number} for you.",
        "Your order {number} has been cancelled.",
        facts=["number"],
    )


@SHOP.intent(
    goal="cancel order {number} if that is still possible",
    wordings=(
        "cancel order {number} if it isn't too late",
        "see whether order {number} can still be cancelled, and cancel it if so",
        "try to cancel order {number}",
        "can you still get me out of order {number}?",
        "I'd rather not get order {number} any more. Is there still time to cancel it?",
        "~cancel {number} if possible",
    ),
    split=Split.DEV,
)
def cancel_too_late(play: Play) -> None:
    """The shop refuses, for a reason."""
    play.ask(number=_any_order(play, "shipped", "delivered")["number"])
    play.attempt("cancel_order", {"number": play.slots["number"]})
    status = play.state["orders"][str(play.slots["number"])]["status"]
    play.learn(
        "The shop refuses: order {number} is {status} already, so it can't be cancelled.",
        "It is too late, because order {number} is already {status}.",
        status=status,
    )
    play.conclude(
        "Order {number} can't be cancelled any more, it is already {status}.",
        "Sorry, it is too late to cancel order {number}: it can't be stopped once {status}.",
        "I could not cancel order {number} because it is {status}.",
        facts=[NO, "status"],
    )


@SHOP.intent(
    goal="check the status of order {number}",
    wordings=(
        "what happened to order {number}?",
        "how far along is order {number}?",
        "look into order {number}",
        "get me the details of purchase {number}",
        "I can't find anything about order {number}. Can you?",
        "~details order {number}",
    ),
    split=Split.TRAIN,
    weight=0.6,
)
def unknown_order(play: Play) -> None:
    """There is no such order, and the answer says so."""
    number = next(n for n in iter(lambda: play.draw.whole(1000, 9999), None) if str(n) not in play.state["orders"])
    play.ask(number=number)
    play.attempt("find_order", {"number": number})
    play.learn("There is no order {number}.", "The shop knows no order with the number {number}.")
    play.conclude(
        "There is no order with the number {number}. Please check it.",
        "I could not find order {number}; is the number right?",
        "The shop has no order {number}.",
        facts=[NO],
        why=("The user should check the number.", "I [should|can only] report that and suggest to check the number."),
    )


@SHOP.intent(
    goal="cancel {customer}'s order of the {item}",
    wordings=(
        "cancel the {item} that {customer} ordered",
        "{customer} doesn't want the {item} any more. Please cancel that order.",
        "call off {customer}'s order of a {item}",
        "find {customer}'s order for the {item} and cancel it",
        "our client {customer} changed their mind about the {item}. Cancel the order.",
        "~cancel {item}, customer {customer}",
    ),
    essential="cancel_order",
    split=Split.TEST,
)
def cancel_by_item(play: Play) -> None:
    """Two calls: the number comes from the list."""
    order = _only_order_of_item(play, "pending", "packed")
    play.ask(customer=order["customer"], item=order["item"])
    listed = play.call("orders_of", {"customer": order["customer"]})
    number = next(found["number"] for found in listed if found["item"] == order["item"])
    play.learn(
        "{customer}'s {item} is order {number}.",
        "Among the orders of {customer}, number {number} is the {item}.",
        "The {item} belongs to order {number}.",
        number=number,
    )
    play.call("cancel_order", {"number": number})
    play.learn("Order {number} is cancelled.", "The cancellation of order {number} was accepted.")
    play.conclude(
        "I cancelled {customer}'s order {number} ({item}).",
        "The order of the {item}, number {number}, is cancelled.",
        "Done. Order {number} for {customer} has been cancelled.",
        facts=["number"],
    )


@SHOP.intent(
    goal="tell where the parcel of order {number} is",
    wordings=(
        "where is the parcel of order {number} right now?",
        "in which [town|city] is the package of order {number}?",
        "track the parcel that belongs to order {number}",
        "find out where order {number} was last seen",
        "my order {number} was shipped. Where is the package now?",
        "~track order {number}",
        "~parcel location {number}",
    ),
    essential="track_parcel",
    split=Split.TRAIN,
)
def track_order(play: Play) -> None:
    """Two calls: the order names the parcel."""
    play.ask(number=_any_order(play, "shipped")["number"])
    order = play.call("find_order", {"number": play.slots["number"]})
    play.learn(
        "The parcel of order {number} has the code {parcel}.",
        "Order {number} went out as parcel {parcel}.",
        "Order {number} is shipped; its parcel code is {parcel}.",
        parcel=order["parcel"],
    )
    seen = play.call("track_parcel", {"parcel": order["parcel"]})
    play.learn("Parcel {parcel} is in {town}.", "It was last seen in {town}.", town=seen["at"])
    play.conclude(
        "The parcel of order {number} is in {town}.",
        "Your package ({parcel}) was last seen in {town}.",
        "Right now order {number} is in {town}.",
        facts=["town"],
    )


@SHOP.intent(
    goal="order {quantity} of the cheapest {thing} for {customer}",
    wordings=(
        "order the cheapest {thing} for {customer}, {quantity:n piece}",
        "buy {quantity} of the cheapest {thing} you find for {customer}",
        "{customer} needs {quantity:n piece} of the cheapest {thing} we sell. Place the order.",
        "place an order for {customer}: {quantity} of whichever {thing} costs least",
        "~order {quantity} x cheapest {thing} for {customer}",
    ),
    essential="place_order",
    split=Split.TRAIN,
)
def buy_cheapest(play: Play) -> None:
    """Two calls: compare, then order by the code."""
    products = play.state["products"]
    thing = play.draw.pick(products)["name"].partition(" ")[2]
    alike = [product for product in products if product["name"].endswith(f" {thing}")]
    cheapest = min(alike, key=lambda product: product["price"])
    if len({product["price"] for product in alike}) < len(alike):
        raise play.unsuitable("two cost the same")
    quantity = play.draw.whole(1, 4)
    cheapest["stock"] += quantity
    customer = play.draw.pick(list(play.state["orders"].values()))["customer"]
    play.ask(customer=customer, thing=thing, quantity=quantity)
    found = play.call("find_products", {"words": thing}, does="find every {words} with its price")
    best = min(found, key=lambda product: product["price"])
    play.learn(
        "The {name} ({sku}) is the cheapest at {price:money}.",
        "Of the {count} products, {sku} costs least: {price:money}.",
        "{sku}, the {name}, has the lowest price, {price:money}.",
        name=best["name"],
        sku=best["sku"],
        price=best["price"],
        count=len(found),
    )
    order = play.call("place_order", {"customer": customer, "sku": best["sku"], "quantity": quantity})
    play.learn(
        "The order has the number {number} and a total of {total:money}.", number=order["number"], total=order["total"]
    )
    play.conclude(
        "I ordered {quantity} of the {name} for {customer}: order {number}, {total:money} in all.",
        "Order {number} is placed: {quantity} x {name}, total {total:money}.",
        "Done. {customer} gets {quantity} of the {name} (order {number}, {total:money}).",
        facts=["number", "total"],
    )


@SHOP.intent(
    goal="tell what the {name} costs and whether it is in stock",
    wordings=(
        "what does the {name} cost, and is it in stock?",
        "how much is the {name} and do you have any left?",
        "tell me the price of the {name} and how many are left",
        "check price and stock of the {name}",
        "I'm interested in the {name}. What does it cost and how many do you have?",
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
    goal="have order {number} sent to {address}",
    wordings=(
        "send order {number} to {address} instead",
        "change the delivery address of order {number} to {address}",
        "I moved. Order {number} should go to {address}, please.",
        "update the address of order {number}: {address}",
        "make sure that order {number} goes to {address}",
        "~order {number} new address {address}",
    ),
    essential="change_address",
    split=Split.TRAIN,
)
def readdress(play: Play) -> None:
    """One call with a long argument."""
    address = f"{play.draw.whole(1, 90)} {play.draw.of(STREETS)}, {play.draw.of(TOWNS)}"
    play.ask(number=_any_order(play, "pending")["number"], address=address)
    play.call("change_address", {"number": play.slots["number"], "address": address})
    play.learn("Order {number} now goes to {address}.", "The new address of order {number} is saved.")
    play.conclude(
        "Order {number} will be sent to {address}.",
        "I changed the address of order {number} to {address}.",
        "Done, order {number} now goes to {address}.",
        facts=["number"],
    )


@SHOP.intent(
    goal="refund {customer}'s order of the {item} in full",
    wordings=(
        "refund {customer} the full price of the {item}",
        "{customer} sent the {item} back. Refund the whole order.",
        "pay {customer} back everything for the {item}",
        "give {customer} the money back for the order of the {item}",
        "~full refund {customer}, {item}",
    ),
    essential="refund_order",
    split=Split.TRAIN,
)
def refund_in_full(play: Play) -> None:
    """Two calls: number and amount come from the list."""
    order = _only_order_of_item(play, "delivered")
    play.ask(customer=order["customer"], item=order["item"])
    listed = play.call("orders_of", {"customer": order["customer"]})
    found = next(one for one in listed if one["item"] == order["item"])
    play.learn(
        "The {item} is order {number} over {total:money}.",
        "{customer} paid {total:money} for the {item}, order {number}.",
        number=found["number"],
        total=found["total"],
    )
    play.call("refund_order", {"number": found["number"], "amount": found["total"]})
    play.learn("{total:money} was refunded for order {number}.", "The refund of {total:money} went through.")
    play.conclude(
        "{customer} got {total:money} back for order {number}.",
        "I refunded {total:money} for order {number} ({item}).",
        "The refund of {total:money} to {customer} is done.",
        facts=["total"],
    )


@SHOP.intent(
    goal="say whether order {number} has been delivered",
    wordings=(
        "has order {number} been delivered?",
        "did order {number} arrive?",
        "check whether order {number} was delivered",
        "order {number} should be here by now. Was it delivered?",
        "~{number} delivered?",
    ),
    essential="find_order",
    split=Split.TRAIN,
)
def is_delivered(play: Play) -> None:
    """Yes or no, and then a question about the same order that needs no further call."""
    play.ask(number=_any_order(play)["number"])
    found = play.call("find_order", {"number": play.slots["number"]})
    play.learn(
        "Order {number} is {status}.",
        "The status says {status}.",
        status=found["status"],
        ordered=found["ordered_on"],
        day=found["arrives_on"],
    )
    if found["status"] == "delivered":
        play.conclude("Yes, order {number} has been delivered.", "Yes, it is delivered.", facts=[YES, "status"])
    else:
        play.conclude(
            "No, order {number} is {status}.",
            "Not yet; its status is {status}.",
            facts=[NO, "status"],
        )
    if play.draw.chance(0.4):
        play.then_ask(
            "and when was it ordered?",
            "when did I order it?",
            "on which day was that order placed?",
            goal="tell when order {number} was placed",
        )
        play.conclude(
            "It was ordered on {ordered}.",
            "Order {number} was placed on {ordered}.",
            facts=["ordered"],
            why=(
                "The record of order {number} already says that it was ordered on {ordered}, so no call is needed.",
                "I know this from the order that I looked up: {ordered}.",
            ),
        )


SHOP_ADVICE = ("cotton", "glass", "oak", "wool", "leather", "copper")


@SHOP.intent(
    goal="give advice on caring for {material}",
    wordings=(
        "do you know how to clean {material}?",
        "what is the best way to look after {material}?",
        "give me a tip for taking care of {material}",
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
