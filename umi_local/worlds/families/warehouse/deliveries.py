"""Deliveries: when they come, and where they are put."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.warehouse.service import WAREHOUSE, any_article, any_bin
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@WAREHOUSE.intent(
    goal="book in the delivery from {supplier} to bin {bin}",
    wordings=(
        "The delivery from {supplier} has come; put it into {bin}.",
        "book in what {supplier} has just brought, into bin {bin}",
        "The truck of {supplier} is here. Receive the delivery and store it in {bin}.",
        "check in the expected goods from {supplier} at {bin}",
        "find the delivery that we expect from {supplier} and receive it into bin {bin}",
        "I've unloaded the goods of {supplier} and they stand in {bin}. Book that in.",
        "take in {supplier}'s delivery, it goes to {bin}",
        "receive the shipment from {supplier}, the bin is {bin}",
        "~delivery {supplier} -> {bin}",
        "~goods in: {supplier}, bin {bin}",
    ),
    essential="receive_delivery",
    missing=Missing(
        wordings=(
            "book in what {supplier} has just brought",
            "The truck of {supplier} is here. Receive the delivery.",
            "check in the expected goods from {supplier}",
            "~delivery {supplier} is here",
        ),
        needs="the bin that it goes to",
        goal="book in the delivery from {supplier}",
        slot="bin",
    ),
    split=Split.TRAIN,
)
def take_in(play: Play) -> None:
    """Two calls: the supplier's name leads to the delivery's number."""
    delivery = play.draw.pick(list(play.state["deliveries"].values()))
    for number, other in list(play.state["deliveries"].items()):
        if other is not delivery and other["supplier"] == delivery["supplier"]:
            del play.state["deliveries"][number]
    place = any_bin(play, is_filled=False)
    play.state["bins"][place]["capacity"] = delivery["quantity"] + play.draw.whole(0, 80, 20)
    play.ask(supplier=delivery["supplier"], bin=place)
    found = play.call("expected_deliveries", {"supplier": delivery["supplier"]})[0]
    play.learn(
        "{supplier} delivers {quantity} of {code}, number {number}.",
        "The delivery has the number {number}: {quantity} pieces of {code}.",
        number=found["number"],
        quantity=found["quantity"],
        code=found["code"],
    )
    play.call("receive_delivery", {"number": found["number"], "bin": place})
    play.learn("Delivery {number} is booked in.", "The {quantity} pieces are in {bin} now.")
    play.conclude(
        "Delivery {number} from {supplier} is in {bin}: {quantity} pieces of {code}.",
        "Done: {quantity} of {code} (delivery {number}) are booked in to {bin}.",
        facts=["bin"],
    )


@WAREHOUSE.intent(
    goal="book in delivery {number} to bin {bin}, or else to an empty bin in zone {zone} with room for it",
    wordings=(
        "book delivery {number} into {bin}; if it doesn't fit, take the empty bin in zone {zone} that does",
        "receive delivery {number} in {bin} or, if there's no room, in an empty bin of zone {zone} that is large enough",
        "Delivery {number} goes to {bin}. Should that be too small, find an empty bin in zone {zone} that takes it all.",
        "put delivery {number} into bin {bin}, otherwise into whatever empty bin in zone {zone} has enough room",
        "I'd like delivery {number} in {bin}, but any empty bin in zone {zone} that's big enough is fine, too.",
        "check in {number} at {bin}, and fall back on an empty bin in zone {zone} with room for all of it",
        "try {bin} for delivery {number} first, then zone {zone}, where an empty bin should be large enough",
        "~delivery {number}: {bin}, else empty bin zone {zone} that fits",
    ),
    essential="receive_delivery",
    split=Split.TEST,
)
def take_in_elsewhere(play: Play) -> None:
    """Three calls: refused, what is empty, and the only one that takes it."""
    delivery = play.draw.pick(list(play.state["deliveries"].values()))
    place = any_bin(play, is_filled=False)
    zone = play.draw.pick("ABCD".replace(place[0], ""))
    quantity = delivery["quantity"]
    play.state["bins"][place]["capacity"] = max(1, quantity // 2)
    for name, one in play.state["bins"].items():
        if name.startswith(zone) and one["code"] is None:
            one["capacity"] = max(1, quantity // 3)
    play.state["bins"][f"{zone}-{play.draw.whole(14, 19)}-2"] = {"code": None, "quantity": 0, "capacity": quantity + 20}
    play.ask(number=delivery["number"], bin=place, zone=zone)
    play.attempt("receive_delivery", {"number": delivery["number"], "bin": place}, decides=True)
    play.learn(
        "{bin} has room for {room} pieces only, so delivery {number} must go to zone {zone}.",
        "It doesn't fit: {bin} takes only {room}. Zone {zone} is the alternative.",
        room=play.state["bins"][place]["capacity"],
    )
    waiting = play.call(
        "expected_deliveries",
        does="list the expected deliveries, to see how large number {number} is",
    )
    size = next(one["quantity"] for one in waiting if one["number"] == delivery["number"])
    play.learn("Delivery {number} has {size} pieces.", "It has {size} pieces, so it needs that much room.", size=size)
    empty = play.call("empty_bins", {"zone": zone})
    best = next(one for one in empty if one["room"] >= size)
    play.learn(
        "In zone {zone}, {other} has room for {space}, which is enough for {size}.",
        "{other} is empty and takes {space} pieces.",
        other=best["bin"],
        space=best["room"],
    )
    play.call("receive_delivery", {"number": delivery["number"], "bin": best["bin"]})
    play.learn("Delivery {number} is in {other}.", "That worked, {other} has the goods.")
    play.conclude(
        "{bin} was too small, so delivery {number} is in {other}.",
        "I booked delivery {number} in to {other}, since {bin} takes only {room} pieces.",
        facts=["other"],
    )


@WAREHOUSE.intent(
    goal="tell when the next delivery of {name} comes",
    wordings=(
        "when is the next delivery of {name} due?",
        "are any {name} on their way? when do they come?",
        "find out when we get {name} again, and how many",
        "tell me the date of the next delivery of {name} and its size",
        "We are running out of {name}. When do new ones arrive, and how many?",
        "look up whether a delivery of {name} is expected, and for which day",
        "on what day do more {name} arrive?",
        "~next delivery {name}",
        "~{name}, when, how many",
    ),
    essential="expected_deliveries",
    split=Split.TEST,
)
def next_delivery(play: Play) -> None:
    """Two calls: name to code, code to date; perhaps nothing is to come."""
    article = any_article(play)
    play.ask(name=article["name"])
    code = play.call("find_article", {"words": article["name"]})[0]["code"]
    play.learn("The {name} have the code {code}.", "{code} is the code of the {name}.", code=code)
    found = play.call("expected_deliveries", {"code": code})
    if not found:
        play.learn("No delivery of {code} is expected.", "The list of deliveries for {code} is empty.")
        play.conclude(
            "No delivery of {name} is expected.", "There are no {name} on their way at the moment.", facts=[NO]
        )
        return
    play.learn(
        "{quantity} pieces of {code} are due on {day}.",
        "Delivery {number} brings {quantity} of them on {day}.",
        number=found[0]["number"],
        quantity=found[0]["quantity"],
        day=found[0]["due"],
    )
    play.conclude(
        "The next {name} come on {day}: {quantity} pieces.",
        "{quantity} {name} are due on {day}.",
        facts=["day"],
    )
