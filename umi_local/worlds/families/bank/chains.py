"""Longer ways: what a refusal or a list leads to."""

from __future__ import annotations

from umi_local.worlds.dates import days_later
from umi_local.worlds.facts import NO
from umi_local.worlds.families.bank.service import (
    BANK,
    SPENDING,
    account_row,
    any_account,
    any_card,
    any_payee,
    available,
    payee_id,
)
from umi_local.worlds.play import Play
from umi_local.worlds.pools import COMPANIES
from umi_local.worlds.splits import Split


@BANK.intent(
    goal="pay {name} {amount:money} from the {account} account, with help from {reserve} if it is short",
    wordings=(
        "pay {name} {amount:money} from {account}; if it's short, move what is missing over from {reserve} first",
        "{name} must get {amount:money} from {account} today. Should the money not suffice, fill the gap from {reserve}.",
        "send {amount:money} to {name} out of {account}, taking the shortfall from {reserve} if there is one",
        "The bill of {name} is {amount:money}. Pay it from {account}, and if that is refused, help out from {reserve}.",
        "I'm not sure that {account} can cover {amount:money} for {name}. If not, add just enough from {reserve} and pay.",
        "transfer {amount:money} from {account} to {name}, with {reserve} as the backup for whatever is lacking",
        "~{name} {amount:money} from {account}, gap from {reserve}",
        "~{account} -> {name} {amount:money}, if short use {reserve}",
    ),
    split=Split.TRAIN,
)
def pay_with_reserve(play: Play) -> None:
    """Three calls, or five where the bank refuses and says what is available."""
    account, reserve, name = any_account(play), any_account(play, "savings"), any_payee(play)["name"]
    reserve["balance"] = play.draw.price(900, 4000)
    account["balance"], limit = play.draw.price(100, 600), account["overdraft"]
    amount = round(account["balance"] + limit + play.draw.price(10, 400), 2)
    if play.draw.chance(0.3):
        amount = play.draw.price(20, 95)
    free = available(account)
    play.ask(account=account["name"], reserve=reserve["name"], name=name, amount=amount)
    rows = {row["name"]: row["account"] for row in play.call("list_accounts")}
    play.learn(
        "{account} is account {number} and {reserve} is {other}.",
        "The numbers are {number} for {account} and {other} for {reserve}.",
        number=rows[account["name"]],
        other=rows[reserve["name"]],
    )
    wish = {"account": play.slots["number"], "payee": payee_id(play, name), "amount": amount}
    reply = play.attempt("pay", wish, does="pay {amount:money} to {name}")
    if not reply.failed:
        play.learn("It worked without {reserve}; {rest:money} is left.", rest=reply.value["balance"])
        play.conclude(
            "{name} got {amount:money} from {account}; {reserve} was not needed. {rest:money} is left.",
            "I paid {name} {amount:money}. The balance of {account} is {rest:money}, and {reserve} was not touched.",
            facts=["amount", "rest"],
        )
        return
    play.learn(
        "Only {free:money} is available, so {gap:money} is missing.",
        "It is refused: of {amount:money}, just {free:money} is there, which leaves a gap of {gap:money}.",
        free=free,
        gap=round(amount - free, 2),
    )
    play.call(
        "move_money",
        {"source": play.slots["other"], "target": play.slots["number"], "amount": play.slots["gap"]},
        does="move {gap:money} from {reserve} to {account}",
        derived=["amount"],
    )
    play.learn("{gap:money} is on {account} now, so the payment can go out.", "The gap is closed.")
    made = play.call("pay", wish, does="pay {amount:money} to {name} again")
    play.learn("This time it is made, as {payment}.", "The payment {payment} went through.", payment=made["payment"])
    play.conclude(
        "I moved {gap:money} from {reserve} to {account} and paid {name} {amount:money} (payment {payment}).",
        "{name} got {amount:money}. {account} was short, so {gap:money} came from {reserve}; the payment is {payment}.",
        facts=["gap", "amount"],
    )


@BANK.intent(
    goal="dispute the payment to {shop} on the {account} account, since {theirs}",
    wordings=(
        "dispute the payment to {shop} on my {account} account, {complaint}",
        "There is a payment to {shop} on {account}. {complaint:cap}. Please contest it.",
        "contest what {shop} took from {account}: {complaint}",
        "I want the bank to look into {shop} on the {account} account, because {complaint}",
        "report the booking of {shop} on {account}. The problem: {complaint}.",
        "{complaint:cap}, I mean {shop} on my {account} account. Open a dispute.",
        "challenge the charge by {shop} that's on {account}, since {complaint}",
        "~dispute {shop}, {account}: {complaint}",
        "~{account} / {shop}: {complaint}, contest",
    ),
    essential="dispute",
    split=Split.TRAIN,
)
def dispute_shop(play: Play) -> None:
    """Three calls; the complaint becomes one of the bank's words, and there may be no such payment."""
    account = any_account(play)
    rows = play.state["bookings"][account["account"]]
    row = play.draw.pick([row for row in rows if row["category"] in SPENDING])
    if sum(other["with"] == row["with"] for other in rows) > 1:
        raise play.unsuitable("two payments to one shop")
    reason, complaint, theirs = play.draw.pick(
        (
            ("unknown", "I don't know that shop", "the user doesn't know the shop"),
            ("unknown", "I never bought anything there", "the user bought nothing there"),
            ("charged_twice", "they charged me twice", "it was charged twice"),
            ("wrong_amount", "the amount is wrong", "the amount isn't right"),
            ("wrong_amount", "it should have been less", "it should have been less"),
            ("not_delivered", "the goods never came", "the goods did not come"),
            ("not_delivered", "nothing was delivered", "nothing was delivered"),
        )
    )
    shop = play.draw.of(COMPANIES) if play.draw.chance(0.15) else row["with"]
    is_there = any(other["with"] == shop for other in rows)
    play.ask(account=account["name"], shop=shop, complaint=complaint, theirs=theirs)
    number = account_row(play, account["name"])["account"]
    listed = play.call("list_transactions", {"account": number}, does="look for {shop} among the transactions")
    if not is_there:
        play.learn(
            "No transaction on {account} is with {shop}.",
            "{shop} isn't among the {count} transactions.",
            count=len(listed),
        )
        play.conclude(
            "I found no payment to {shop} on {account}, so I disputed nothing.",
            "There is no payment to {shop} on your {account} account.",
            facts=[NO],
            why=("There is nothing that could be disputed.", "Without a payment there can be no dispute."),
        )
        return
    found = next(other for other in listed if other["with"] == shop)
    play.learn(
        "{id} is the payment to {shop}, {amount:money} on {date}. The reason is {reason}, since {theirs}.",
        "{shop} took {amount:money} on {date}, as {id}. For the bank the reason is called {reason}.",
        reason=reason,
        id=found["id"],
        amount=found["amount"],
        date=found["date"],
    )
    case = play.call("dispute", {"transaction": found["id"], "reason": reason}, does="dispute {id} as {reason}")
    play.learn("The case has the number {case}.", "It is case {case} at the bank.", case=case["case"])
    play.conclude(
        "I disputed the payment of {amount:money} to {shop}. The case number is {case}.",
        "Done: case {case} is open about {shop}, {amount:money} paid on {date}.",
        facts=["case", "amount"],
    )


@BANK.intent(
    goal="say whether {name} has sent at least {amount:money} since {since}, and thaw card {card} if so",
    wordings=(
        "unfreeze card {card} if {name} has paid me at least {amount:money} on {account} since {since}",
        "Check {account}: did {name} send {amount:money} or more since {since}? Then make card {card} active again.",
        "Card {card} may be active again as soon as {name} has put {amount:money} on {account}, counting from {since}.",
        "look for {amount:money} or more from {name} on {account}, {since} or later, and only then activate card {card}",
        "I froze {card} until {name} pays me {amount:money} on {account}. Has it come since {since}? If yes, thaw the card.",
        "has {name} sent {amount:money} or more to {account} since {since}? only in that case wake card {card}",
        "~{name} paid {amount:money}+ on {account} since {since}? -> {card} active",
        "~activate {card} if {amount:money} from {name} on {account} ({since} on)",
    ),
    split=Split.TEST,
)
def thaw_if_paid(play: Play) -> None:
    """Two calls, and a third one only where the money has come."""
    account, card, name = any_account(play), any_card(play), any_payee(play)["name"]
    card["state"] = "frozen"
    rows = play.state["bookings"][account["account"]]
    income = next(row for row in rows if row["direction"] == "in")
    income["with"] = name
    came = play.draw.chance(0.6)
    amount = float(int(income["amount"])) if came else float(int(income["amount"]) + play.draw.whole(20, 150))
    play.ask(
        account=account["name"],
        card=card["card"],
        name=name,
        amount=amount,
        since=days_later(income["date"], -play.draw.whole(0, 3)),
    )
    number = account_row(play, account["name"])["account"]
    listed = play.call("list_transactions", {"account": number, "since": play.slots["since"], "direction": "in"})
    found = next(row for row in listed if row["with"] == name)
    play.slots.update(got=found["amount"], date=found["date"])
    if found["amount"] < amount:
        play.learn(
            "{name} sent only {got:money}, so the card stays frozen.",
            "{got:money} came from {name}, which is less than {amount:money}.",
        )
        play.conclude(
            "No: {name} sent only {got:money}, on {date}. Card {card} stays frozen.",
            "Not enough came from {name}, just {got:money}, so I left {card} frozen.",
            facts=[NO, "got"],
        )
        return
    play.learn(
        "{name} sent {got:money} on {date}, which is enough.", "{got:money} came from {name} on {date}, so it is fine."
    )
    play.call("set_card_state", {"card": card["card"], "to": "active"}, does="set card {card} to active")
    play.learn("The card {card} can be used again.", "Card {card} is no longer frozen.")
    play.conclude(
        "{name} sent {got:money} on {date}, so card {card} is active again.",
        "Yes, {got:money} came from {name} on {date}. I made card {card} active.",
        facts=["got", "card"],
    )


@BANK.intent(
    goal="freeze card {card} and tell the balance of the {account} account",
    wordings=(
        "freeze card {card} and tell me how much is on {account}",
        "Two things, please: the balance of {account}, and card {card} has to be frozen.",
        "My bag was stolen. Freeze card {card} and tell me what's left on {account}.",
        "what is on my {account} account, and could you freeze {card} as well?",
        "put card {card} on hold by freezing it, then look up the balance of {account}",
        "I'm in a hurry: {card} must be frozen, and I also need to know what {account} stands at.",
        "tell me the balance of {account} and also freeze the card ending in {card}",
        "~freeze {card} + balance {account}",
        "~{account} balance; {card} frozen",
    ),
    essential="set_card_state",
    split=Split.TRAIN,
)
def freeze_and_look(play: Play) -> None:
    """Two requests, two calls."""
    account, card = any_account(play), any_card(play)
    play.ask(account=account["name"], card=card["card"])
    play.call(
        "set_card_state",
        {"card": card["card"], "to": "frozen"},
        does="freeze card {card}",
        why=(
            "Two things are wanted. The card comes first: {tool} freezes {card}.",
            "Freezing card {card} is urgent, so I start with {tool} and look at {account} afterwards.",
        ),
    )
    play.learn("Card {card} is frozen, and the balance is still to be found.", "{card} is frozen; now for {account}.")
    found = next(row for row in play.call("list_accounts") if row["name"] == account["name"])
    play.learn("{account} has {balance:money}.", "There is {balance:money} on {account}.", balance=found["balance"])
    play.conclude(
        "Card {card} is frozen, and {account} has {balance:money}.",
        "Both done: I froze {card}. The balance of {account} is {balance:money}.",
        facts=["card", "balance"],
    )
