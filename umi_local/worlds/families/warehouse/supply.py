"""Ordering from suppliers: how much, from whom, and what they refuse."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.warehouse.service import WAREHOUSE, any_article, any_list, stock_of
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@WAREHOUSE.intent(
    goal="order {quantity} {name} if there are fewer than the minimum",
    wordings=(
        "order {quantity} {name} from the usual supplier if there are fewer than the minimum",
        "check the {name}: when the stock is below the minimum, order {quantity} more",
        "order {quantity} {name} from their supplier, but only if we're under the minimum",
        "Are we short of {name}? If the minimum isn't reached, get {quantity} more from whoever supplies them.",
        "see whether the stock of {name} is below its minimum and, if it is, reorder {quantity} of them",
        "make sure we don't run out of {name}: below the minimum, {quantity} should be ordered, else nothing",
        "look at the stock of {name}. Under the minimum you order {quantity}, otherwise you tell me how many there are.",
        "~{name} under minimum? then order {quantity}",
        "~reorder {quantity} {name} if below min",
    ),
    essential="find_article",
    split=Split.TRAIN,
)
def reorder_if_low(play: Play) -> None:
    """The first result decides whether there is a second call."""
    article = any_article(play)
    stock = stock_of(play.state, article["code"])
    is_low = play.draw.chance(0.6)
    article["minimum"] = stock + play.draw.whole(4, 60) if is_low else max(1, stock - play.draw.whole(1, stock))
    play.ask(name=article["name"], quantity=play.draw.whole(200, 500, 10))
    found = play.call("find_article", {"words": article["name"]}, decides=True)[0]
    said = {key: found[key] for key in ("stock", "minimum", "code", "supplier")}
    if not is_low:
        play.learn(
            "There are {stock} {name} and the minimum is {minimum}, so nothing has to be ordered.",
            "{stock} is not below the minimum of {minimum}.",
            **said,
        )
        play.conclude(
            "I ordered nothing: there are {stock} {name}, and the minimum is {minimum}.",
            "No order is needed, since {stock} are in stock and {minimum} is the minimum.",
            facts=[NO],
        )
        return
    play.learn(
        "Only {stock} are there and the minimum is {minimum}, so {code} has to be ordered, from {supplier}.",
        "{stock} is below {minimum}. The code is {code} and the supplier {supplier}.",
        **said,
    )
    order = play.call(
        "order_article", {"code": found["code"], "quantity": play.slots["quantity"], "supplier": found["supplier"]}
    )
    play.learn("It is order {order}.", "{supplier} has taken the order, number {order}.", order=order["order"])
    play.conclude(
        "There were only {stock} {name}, so I ordered {quantity} from {supplier}: order {order}.",
        "{quantity} {name} are on order ({order}); the stock of {stock} was below {minimum}.",
        facts=["order", "quantity"],
    )


@WAREHOUSE.intent(
    goal="order {quantity} of {code} from {supplier}, or the smallest quantity they accept",
    wordings=(
        "order {quantity} of {code} from {supplier}, or as few as they accept",
        "get {quantity} pieces of {code} from {supplier}; if that's too little for them, order their minimum",
        "We need {quantity} of {code}. Order at {supplier}, and if they insist on more, take the smallest order they allow.",
        "place an order with {supplier} for {quantity} pieces of {code}, raising it to their smallest order if need be",
        "buy {quantity} of {code} at {supplier}. I don't want more than necessary, but accept their minimum.",
        "reorder {code} from {supplier}: {quantity} pieces, or the least that they sell",
        "ask {supplier} for {quantity} of {code}, and if they turn that down, order exactly what they require at least",
        "~{quantity} x {code} from {supplier} or their minimum",
        "~order {code}, {supplier}, {quantity} or smallest possible",
    ),
    essential="order_article",
    split=Split.TRAIN,
)
def order_at_least(play: Play) -> None:
    """The refusal names the quantity that works."""
    supplier = play.draw.pick(play.state["suppliers"])
    quantity = max(2, supplier["smallest_order"] + play.draw.whole(-40, 20))
    play.ask(code=any_article(play)["code"], supplier=supplier["name"], quantity=quantity)
    wanted = {"code": play.slots["code"], "quantity": quantity, "supplier": supplier["name"]}
    reply = play.attempt("order_article", wanted, decides=True)
    order = reply.value
    if reply.failed:
        play.learn(
            "{supplier} takes no order below {least}, so {quantity} is too little.",
            "{quantity} was refused; {least} is the smallest order.",
            least=supplier["smallest_order"],
        )
        order = play.call(
            "order_article",
            {**wanted, "quantity": supplier["smallest_order"]},
            why=(
                "The user accepts that, so I {does} with {tool}.",
                "Their smallest order is what the user wants then. I call {tool} again: {does}.",
            ),
        )
    play.learn(
        "Order {order} is placed for {pieces:n piece}.",
        "{supplier} confirms {pieces:n piece}, order {order}.",
        order=order["order"],
        pieces=order["quantity"],
    )
    if reply.failed:
        play.conclude(
            "{supplier} takes no less than {least}, so I ordered {least} of {code}: order {order}.",
            "I had to order {least} instead of {quantity}; the order number is {order}.",
            facts=["least", "order"],
        )
    else:
        play.conclude(
            "I ordered {quantity} of {code} from {supplier}: order {order}.",
            "{supplier} accepted {quantity:n piece}, order {order}.",
            facts=["quantity", "order"],
        )


@WAREHOUSE.intent(
    goal="order {quantity} of {code} from the faster of {first} and {second}",
    wordings=(
        "order {quantity} of {code} from {first} or {second}, whoever delivers faster",
        "find out which delivers sooner, {first} or {second}, and order {quantity} of {code} there",
        "I need {quantity} pieces of {code} quickly. Compare {first} and {second} and order from the faster one.",
        "who has the shorter delivery time, {first} or {second}? order {quantity} of {code} from them",
        "compare the lead times of {first} and {second}, then buy {quantity} of {code} where it's shorter",
        "get {quantity} of {code}, from {first} unless {second} is quicker",
        "Either {first} or {second} shall deliver {quantity} of {code}; the days decide. Place the order.",
        "~{quantity} x {code}, faster of {first}/{second}",
        "~order {code} ({quantity}) at {first} or {second}, by lead time",
    ),
    essential="order_article",
    split=Split.TRAIN,
)
def order_from_faster(play: Play) -> None:
    """Three calls: two to compare, one to order."""
    one, other = play.draw.sample(play.state["suppliers"], 2)
    if one["lead_days"] == other["lead_days"]:
        raise play.unsuitable("equally fast")
    play.ask(
        code=any_article(play)["code"], first=one["name"], second=other["name"], quantity=play.draw.whole(200, 600, 20)
    )
    days = play.call("find_supplier", {"supplier": one["name"]})["lead_days"]
    play.learn("{first} takes {days:n day}.", "{first} needs {days:n day} to deliver.", days=days)
    others = play.call("find_supplier", {"supplier": other["name"]})["lead_days"]
    fast = one if days < others else other
    play.learn(
        "{second} takes {others:n day}, so {fast} is faster.",
        "With {others:n day} for {second} against {days}, the faster one is {fast}.",
        others=others,
        fast=fast["name"],
        least=min(days, others),
    )
    order = play.call(
        "order_article", {"code": play.slots["code"], "quantity": play.slots["quantity"], "supplier": fast["name"]}
    )
    play.learn("The order has the number {order}.", "{fast} has accepted it as {order}.", order=order["order"])
    play.conclude(
        "{fast} is faster with {least:n day}; I ordered {quantity} of {code} there, order {order}.",
        "Order {order} went to {fast}, who deliver in {least:n day}.",
        facts=["fast", "order"],
    )


@WAREHOUSE.intent(
    goal="order what is lacking for picking list {number}",
    wordings=(
        "order whatever is lacking for picking list {number}",
        "picking list {number} can't be filled. Order the missing pieces from the usual supplier.",
        "find out how much we are short for list {number} and order exactly that",
        "see what is missing on picking list {number}, and order the difference or the supplier's smallest order",
        "The stock isn't enough for list {number}. Please buy what's lacking, at least what the supplier requires.",
        "work out the shortfall of list {number} and get it from the article's supplier",
        "for list {number} we have too little. Reorder the missing quantity, more only if the supplier insists.",
        "~list {number}: order missing pieces",
        "~shortfall of pick list {number} -> reorder",
    ),
    essential="order_article",
    split=Split.TRAIN,
)
def order_shortfall(play: Play) -> None:
    """Three or four calls: what is wanted, what is there, the difference, and perhaps a smallest order."""
    chosen = any_list(play)
    line = chosen["lines"][0]
    chosen["lines"] = [line]
    lacking = play.draw.whole(8, 120)
    line["quantity"] = stock_of(play.state, line["code"]) + lacking
    play.ask(number=chosen["number"])
    opened = play.call("picking_list", {"number": chosen["number"]})["lines"][0]
    play.learn(
        "List {number} asks for {wanted} of {code}.",
        "It has one line: {wanted} pieces of {code}.",
        wanted=opened["quantity"],
        code=opened["code"],
    )
    found = play.call("find_article", {"words": opened["code"]})[0]
    play.learn(
        "There are {stock}, so {lacking} are lacking; {supplier} supplies them.",
        "With {stock} in stock {lacking} are missing, and the supplier is {supplier}.",
        stock=found["stock"],
        lacking=lacking,
        supplier=found["supplier"],
    )
    wanted = {"code": found["code"], "quantity": lacking, "supplier": found["supplier"]}
    reply = play.attempt("order_article", wanted, derived=["quantity"])
    order, pieces = reply.value, lacking
    if reply.failed:
        pieces = next(one["smallest_order"] for one in play.state["suppliers"] if one["name"] == found["supplier"])
        play.learn(
            "{supplier} takes no order below {least} pieces.",
            "{lacking} is too little for {supplier}, {least} is the smallest order.",
            least=pieces,
        )
        order = play.call("order_article", {**wanted, "quantity": pieces})
    play.learn(
        "Order {order} over {pieces:n piece} is placed.", "That is order {order}.", order=order["order"], pieces=pieces
    )
    if reply.failed:
        play.conclude(
            "{lacking} of {code} were lacking; I ordered {pieces}, the smallest order at {supplier}: number {order}.",
            "Order {order} with {pieces:n piece} of {code} is placed, since {supplier} takes no fewer.",
            facts=["pieces", "order"],
        )
    else:
        play.conclude(
            "{lacking} of {code} were lacking, and I ordered them from {supplier}: order {order}.",
            "The missing {lacking:n piece} of {code} are on order, number {order}.",
            facts=["lacking", "order"],
            derived=["lacking"],
        )
