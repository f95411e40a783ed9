"""Choosing and buying: what is compared, counted or short of stock."""

from __future__ import annotations

from umi_local.worlds.families.shop.service import CANCELLABLE, SHOP
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@SHOP.intent(
    goal="order {quantity} of the cheapest {thing} for {customer}",
    wordings=(
        "order the cheapest {thing} for {customer}, {quantity:n piece}",
        "buy {quantity} of the cheapest {thing} you find for {customer}",
        "{customer} needs {quantity:n piece} of the cheapest {thing} we sell. Place the order.",
        "place an order for {customer}: {quantity} of whichever {thing} costs least",
        "{customer} wants {quantity:n piece} of the {thing} with the lowest price. Order them, please.",
        "find out which {thing} is the cheapest and order {quantity} of it for {customer}",
        "Money is short at {customer}'s, so it must be the cheapest {thing}, {quantity:n piece} of it. Order that.",
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
    goal="order {quantity} of {sku} for {customer}, or as many as there are",
    wordings=(
        "order {quantity} of {sku} for {customer}, or as many as you have",
        "{customer} wants {quantity:n piece} of {sku}. If there aren't enough, order what is left.",
        "place an order of {quantity} x {sku} for {customer}; should the stock be too small, take all of it",
        "get {customer} {quantity} of article {sku}, fewer if you run out",
        "buy {quantity} of {sku} in the name of {customer}, and if that's too many, then however many there are",
        "I'm {customer}. I'd like {quantity:n piece} of {sku}, but I'd take less if you don't have that many.",
        "{customer} phoned: {quantity} of {sku}, please, or the rest of them.",
        "~{quantity} x {sku} for {customer}, else what's left",
    ),
    essential="place_order",
    split=Split.TRAIN,
)
def order_what_is_left(play: Play) -> None:
    """The refusal tells how many there are."""
    product = play.draw.pick(play.state["products"])
    product["stock"] = play.draw.whole(2, 12)
    quantity = max(2, product["stock"] + play.draw.whole(-3, 9))
    customer = play.draw.pick(list(play.state["orders"].values()))["customer"]
    play.ask(sku=product["sku"], quantity=quantity, customer=customer)
    wanted = {"customer": customer, "sku": product["sku"], "quantity": quantity}
    reply = play.attempt(
        "place_order",
        wanted,
        why=(
            "I don't know the stock of {sku}. I try to {does} with {tool}; it will say if that is too many.",
            "The user wants {quantity} of {sku} if there are so many. So I first {does} with {tool}.",
            "First I ask {tool} for the full number: {does}.",
        ),
    )
    order, given = reply.value, quantity
    if reply.failed:
        given = product["stock"]
        play.learn(
            "There are only {given} of {sku}, not {quantity}.",
            "{quantity} is too many: the stock of {sku} is {given}.",
            given=given,
        )
        order = play.call(
            "place_order",
            {**wanted, "quantity": given},
            why=(
                "The user then wants what is left, so I {does} with {tool}.",
                "Fewer are welcome as well, so I call {tool} again to {does}.",
            ),
        )
    play.learn(
        "Order {number} holds {given:n piece} for {total:money}.",
        "It is order {number}: {given:n piece}, {total:money} in all.",
        number=order["number"],
        total=order["total"],
        given=given,
    )
    if reply.failed:
        play.conclude(
            "There were only {given}, so I ordered those: order {number}, {total:money}.",
            "Order {number} has {given} instead of {quantity}, since no more are in stock; it costs {total:money}.",
            facts=["given", "number"],
        )
    else:
        play.conclude(
            "I ordered {given} of {sku} for {customer}: order {number}, {total:money}.",
            "Order {number} is placed, {given:n piece} for {total:money}.",
            facts=["given", "number"],
        )


@SHOP.intent(
    goal="replace order {number} with {quantity} of the {name}",
    wordings=(
        "cancel order {number} and order {quantity} of the {name} for the same customer instead",
        "swap order {number} for {quantity} of the {name}",
        "Order {number} was a mistake. Call it off and place one for {quantity:n piece} of the {name} for that customer.",
        "The customer of order {number} would rather have the {name}, {quantity:n piece}. Please replace the order.",
        "replace order {number}: the same customer, but {quantity} of the {name}",
        "The customer of order {number} should get {quantity} of the {name} instead; cancel and reorder.",
        "We got it wrong with order {number}: they wanted the {name}, {quantity:n piece}. Put that right.",
        "~{number} cancel, reorder {quantity} x {name}, same customer",
    ),
    essential="place_order",
    split=Split.TRAIN,
)
def swap_order(play: Play) -> None:
    """Four calls: who it was, away with it, what the other is, order that."""
    order = play.draw.pick(list(play.state["orders"].values()))
    order["status"] = play.draw.pick(CANCELLABLE)
    product = play.draw.pick([one for one in play.state["products"] if one["sku"] != order["sku"]])
    quantity = play.draw.whole(1, 5)
    product["stock"] += quantity
    play.ask(number=order["number"], name=product["name"], quantity=quantity)
    old = play.call("find_order", {"number": order["number"]})
    play.learn(
        "Order {number} is from {customer} and is {status}, so it can be cancelled.",
        "The customer is {customer}, and order {number} is only {status}.",
        customer=old["customer"],
        status=old["status"],
    )
    play.call("cancel_order", {"number": order["number"]})
    play.learn("The old order {number} is cancelled.", "Order {number} is out of the way.")
    found = play.call("find_products", {"words": product["name"]})[0]
    play.learn(
        "The {name} has the code {sku}, and {stock} are in stock.",
        "{sku} is the code of the {name}; there are {stock}.",
        sku=found["sku"],
        stock=found["stock"],
    )
    new = play.call("place_order", {"customer": old["customer"], "sku": found["sku"], "quantity": quantity})
    play.learn(
        "The new order is number {new} for {total:money}.",
        "{customer} now has order {new}, {total:money} in all.",
        new=new["number"],
        total=new["total"],
    )
    play.conclude(
        "I cancelled order {number} and placed order {new} for {customer}: {quantity} x {name}, {total:money}.",
        "Order {new} replaces order {number}: {quantity} of the {name} for {total:money}.",
        "Done. {customer} gets {quantity} of the {name} with order {new}; order {number} is cancelled.",
        facts=["new", "number"],
    )
