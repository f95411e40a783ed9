"""Discounts and gift cards."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.tickets.scene import DISCOUNTS, TICKETS, any_booking
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@TICKETS.intent(
    goal="apply the {discount} discount to the booking of {name} and tell what it saves",
    wordings=(
        "apply the {discount} discount to {name}'s booking and tell me what that saves",
        "{name} forgot to ask for the {discount} rate. Put it on the booking and tell me the saving.",
        "give {name} the {discount} discount, and work out by how much it lowers the price",
        "How much cheaper do {name}'s tickets get with the {discount} discount? Enter it, please.",
        "find {name}'s tickets, enter the {discount} reduction, and tell me the difference in price",
        "I'm {name} and can prove that I get the {discount} discount. Please add it to my tickets. What do I save?",
        "~{discount} discount for {name}, saving?",
        "~{name}: {discount} rate, difference",
    ),
    essential="apply_discount",
    split=Split.TRAIN,
)
def discount(play: Play) -> None:
    """Two calls and a difference of two results."""
    booking = any_booking(play)
    play.ask(name=booking["name"], discount=play.draw.pick(list(DISCOUNTS)))
    found = play.call("bookings_by", {"name": booking["name"]})[0]
    play.learn(
        "{name} has booking {code} over {old:money}.",
        "The booking is {code}; without a discount it is {old:money}.",
        code=found["code"],
        old=found["total"],
    )
    made = play.call("apply_discount", {"code": found["code"], "discount": play.slots["discount"]})
    play.learn(
        "It is {new:money} now, which saves {saved:money}.",
        "From {old:money} down to {new:money} makes {saved:money}.",
        new=made["total"],
        saved=round(found["total"] - made["total"], 2),
    )
    play.conclude(
        "The booking {code} costs {new:money} now, {saved:money} less.",
        "{name} saves {saved:money}: {new:money} instead of {old:money}.",
        "With the {discount} discount it's {new:money}, so {saved:money} are saved.",
        facts=["new", "saved"],
        derived=["saved"],
    )


@TICKETS.intent(
    goal="pay booking {code} with gift card {card} if there is enough on it",
    wordings=(
        "pay booking {code} with gift card {card} if there is enough on it",
        "I was given the card {card}. If it covers my tickets, {code}, use it. If not, tell me how much is missing.",
        "see if gift card {card} is enough for booking {code}, and pay with it if so",
        "use {card} for the tickets of {code}, provided that the balance will do",
        "Is the money on gift card {card} enough for {code}? Then pay. Otherwise I want to know the gap.",
        "settle {code} by gift card {card}, unless the card falls short",
        "~{code}: pay with {card} if enough",
        "~{card} enough for {code}? then pay",
    ),
    split=Split.TRAIN,
)
def pay_if_enough(play: Play) -> None:
    """Two calls or three: a comparison decides."""
    booking = any_booking(play)
    card = play.draw.pick(list(play.state["cards"]))
    if play.draw.chance(0.5):
        play.state["cards"][card] = round(booking["total"] + play.draw.price(1, 40), 2)
    play.ask(code=booking["code"], card=card)
    total = play.call("find_booking", {"code": booking["code"]})["total"]
    play.learn("Booking {code} costs {total:money}.", "{total:money} has to be paid for {code}.", total=total)
    balance = play.call("card_balance", {"card": card})["balance"]
    play.slots["balance"] = balance
    if balance < total:
        play.learn(
            "The card has {balance:money}, which is {gap:money} too little.",
            "With {balance:money} on it, {gap:money} are missing.",
            gap=round(total - balance, 2),
        )
        play.conclude(
            "The card is not enough: {balance:money} against {total:money}, so {gap:money} are missing.",
            "I did not pay, since {card} is short of {gap:money}.",
            facts=[NO, "gap"],
            derived=["gap"],
        )
        return
    play.learn("The card has {balance:money}, so it is enough.", "{balance:money} on {card} covers the {total:money}.")
    paid = play.call("pay_booking", {"code": booking["code"], "method": "gift_card", "card": card})
    play.learn("It is paid; {left:money} stays on the card.", "{left:money} is left on {card}.", left=paid["balance"])
    play.conclude(
        "Booking {code} is paid with {card}; {left:money} is left on the card.",
        "Paid: {total:money}. The card still has {left:money}.",
        facts=["left"],
    )


@TICKETS.intent(
    goal="tell what would be left on gift card {card} after paying {code}",
    wordings=(
        "what would be left on gift card {card} after paying for booking {code}?",
        "Don't pay yet, just tell me how much booking {code} would leave over on card {card}.",
        "Suppose I used {card} for the tickets of {code}. How much would stay on the card?",
        "work out the rest on {card} if {code} is taken off it",
        "compare card {card} with the price of {code} and tell me the remainder",
        "I'm saving my gift card {card} for something big. How much would remain of it if I spent it on {code}?",
        "~{card} minus {code} = ?",
        "~rest on {card} after {code}",
    ),
    essential="card_balance",
    missing=Missing(
        wordings=(
            "what would be left on my gift card after paying for booking {code}?",
            "Suppose I used my gift card for the tickets of {code}. How much would stay on the card?",
            "work out the rest on a gift card if {code} is taken off it",
            "~rest on gift card after {code}?",
        ),
        needs="the number of the gift card",
        goal="tell what would be left on a gift card after paying {code}",
        slot="card",
    ),
    split=Split.TEST,
)
def rest_on_card(play: Play) -> None:
    """Two calls and a difference; nothing is changed."""
    booking = any_booking(play)
    card = play.draw.pick(list(play.state["cards"]))
    play.state["cards"][card] = round(booking["total"] + play.draw.price(1, 60), 2)
    play.ask(code=booking["code"], card=card)
    total = play.call("find_booking", {"code": booking["code"]})["total"]
    play.learn("{code} comes to {total:money}.", "The tickets of {code} cost {total:money}.", total=total)
    balance = play.call("card_balance", {"card": card})["balance"]
    play.learn(
        "{card} holds {balance:money}, so {rest:money} would be left.",
        "{balance:money} less {total:money} makes {rest:money}.",
        balance=balance,
        rest=round(balance - total, 2),
    )
    play.conclude(
        "{rest:money} would be left on {card}.",
        "After {total:money} for {code}, the card would still have {rest:money}.",
        facts=["rest"],
        derived=["rest"],
    )
