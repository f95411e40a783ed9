"""The bank's accounts, payees, standing orders and cards: nothing is paid beyond balance and overdraft."""

from __future__ import annotations

from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.dates import checked_day, days_later
from umi_local.worlds.draw import Draw, Pool
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.family import Family
from umi_local.worlds.operations import Param, day, ident, number, one_of, text
from umi_local.worlds.play import Play
from umi_local.worlds.pools import COMPANIES, people
from umi_local.worlds.splits import Split

FAMILY = BANK = Family(
    "bank", "[bank|banking|accounts|money|ebank|payments]", frozenset({"banking", "money", "payments", "cards"})
)

ACCOUNT_NAMES = Pool(
    """Adventure|Allotment|Attic|Balcony|Bathroom|Bicycle|Birthday|Boat|Books|Cabin|Camera|Camping|Campervan|Choir|Christmas
    |Concerts|Cottage|Daily|Dentist|Education|Emergency|Everyday|Family|Festival|Furniture|Garage|Garden|Gifts|Guitar
    |Hobby|Holiday|Home|Household|Insurance|Island|Kitchen|Laptop|Main|Moving|Museum|Music|Nursery|Orchard|Painting|Party
    |Pets|Piano|Pottery|Rainy Day|Rent|Repairs|Reserve|Roof|Running Costs|Sailing|School|Shared|Skiing|Sofa|Spare|Student
    |Studio|Summer|Taxes|Theatre|Travel|Tuition|Utilities|Vacation|Wardrobe|Wedding|Weekend|Windows|Winter|Workshop"""
)
SPENDING = ("groceries", "eating out", "clothes", "travel", "health", "energy", "leisure")
INTERVALS = ("weekly", "monthly", "quarterly", "yearly")
REASONS = ("lost", "stolen", "damaged", "expired")
COMPLAINTS = ("unknown", "charged_twice", "wrong_amount", "not_delivered")
MAX_LIMIT = 2500

ACCOUNT = Param("account", "[account|bank account|own account|source] [number|no|id|key]", text(), "of the own account")
PAYEE = Param("payee", "[payee|recipient|beneficiary|contact] [id|code|key]", text(), "[id|code] of the saved payee")
AMOUNT = Param("amount", "[amount|sum|value|total|money]", number(minimum=0.01), "[how much|amount of money|]")
ORDER = Param("order", "[standing order|order|recurring payment] [number|id|no]", ident(), "of the standing order")
CARD = Param("card", "[card|bank card] [number|digits|ending|last four]", text(), "last four digits of the card")


@BANK.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Three accounts with their recent bookings, five payees, four standing orders and three cards."""
    today = draw.day("2026-01-10", "2027-11-30")
    names = people(draw, 5)
    accounts = {}
    for at, name in enumerate(draw.several_of(ACCOUNT_NAMES, 3)):
        code = draw.code("####-###")
        accounts[code] = {
            "account": code,
            "name": name,
            "kind": "current" if at < 2 else "savings",
            "balance": draw.price(250, 4800),
            "overdraft": draw.pick((0, 200, 500)) if at < 2 else 0,
        }
    payees = {
        code: {"payee": code, "name": name, "iban": draw.code("@@## #### ####")}
        for code, name in zip((f"P{n}" for n in draw.sample(range(110, 990), 5)), names, strict=True)
    }
    codes = list(accounts)
    orders = {
        str(order): {
            "order": order,
            "account": draw.pick(codes[:2]),
            "to": payee["name"],
            "amount": draw.price(15, 400),
            "every": draw.pick(INTERVALS[:3]),
            "next_on": days_later(today, draw.whole(1, 28)),
        }
        for order, payee in zip(draw.sample(range(20, 99), 4), list(payees.values())[:4], strict=True)
    }
    cards = {
        str(card): {
            "card": str(card),
            "account": account,
            "kind": kind,
            "state": "active",
            "daily_limit": draw.whole(200, 1200, 50),
        }
        for card, account, kind in zip(
            draw.sample(range(1100, 9999), 3), (codes[0], codes[1], codes[0]), ("debit", "debit", "credit"), strict=True
        )
    }
    bookings = {code: _bookings(draw, today, names) for code in codes}
    return {
        "today": today,
        "accounts": accounts,
        "payees": payees,
        "orders": orders,
        "cards": cards,
        "bookings": bookings,
        "disputes": [],
        "next": {"booking": 90001, "order": 101, "payee": 991, "case": draw.whole(3000, 7000)},
        "spare_card": str(draw.whole(1000, 1099)),
    }


def _bookings(draw: Draw, today: str, names: list[str]) -> list[dict[str, Any]]:
    """Five bookings, the newest first: three that went out to shops, one in, one out to a person."""
    days = sorted(draw.sample(range(1, 36), 5), reverse=True)
    kinds = draw.shuffled(("shop", "shop", "shop", "in", "person"))
    numbers = draw.sample(range(10000, 89999), 5)
    rows = []
    for days_ago, kind, code in zip(days, kinds, numbers, strict=True):
        price = draw.price(6, 160) if kind != "in" else draw.price(90, 2400)
        rows.append(
            {
                "id": f"T{code}",
                "date": days_later(today, -days_ago),
                "with": draw.of(COMPANIES) if kind == "shop" else draw.pick(names),
                "category": draw.pick(SPENDING) if kind == "shop" else "transfer",
                "direction": "in" if kind == "in" else "out",
                "amount": price,
            }
        )
    return rows[::-1]


def _of(table: dict[str, Any], key: str, what: str) -> dict[str, Any]:
    found: dict[str, Any] | None = table.get(key.strip())
    if found is None:
        raise RefusedError(f"there is no {what} {key}")
    return found


def _account(state: dict[str, Any], code: str) -> dict[str, Any]:
    return _of(state["accounts"], code, "account")


def available(account: dict[str, Any]) -> float:
    """Return what may be taken from an account."""
    return round(float(account["balance"] + account["overdraft"]), 2)


def _withdraw(account: dict[str, Any], amount: float) -> None:
    if amount <= 0:
        raise RefusedError("the amount must be above zero", 422)
    if amount > available(account) + 0.001:
        raise RefusedError(f"only {available(account):.2f} available on account {account['account']}", 409)
    account["balance"] = round(account["balance"] - amount, 2)


def _book(state: dict[str, Any], account: str, other: str, direction: str, amount: float) -> str:
    code = f"T{state['next']['booking']}"
    state["next"]["booking"] += 1
    row = {"id": code, "date": state["today"], "with": other, "category": "transfer", "direction": direction}
    state["bookings"][account].insert(0, {**row, "amount": amount})
    return code


@BANK.operation(
    names="[list|get|show|read] [accounts|account balances|own accounts|balances]",
    about="[List|Show|Get] the customer's accounts with their [balances|numbers and balances].",
    does="list the accounts",
    labels={"account": "[account|account number|number]", "name": "[name|label|title]", "kind": "[kind|type]"},
)
def list_accounts(state: dict[str, Any]) -> JsonValue:
    """All accounts."""
    return [dict(account) for account in state["accounts"].values()]


@BANK.operation(
    names="[list|get|show|find] [transactions|bookings|account activity|statement]",
    about="[List|Show|Get] the [newest|latest] transactions of an account[.|, with amount, date and other party.]",
    does="list the transactions of account {account}< since {since}>",
    params=[
        ACCOUNT,
        Param("since", "[since|from date|start date|not before]", day(), "[first day|]", optional=True),
        Param("direction", "[direction|flow|way|sign]", one_of("in", "out"), "[money in or out|]", optional=True),
    ],
    labels={"with": "[with|counterparty|other party]", "id": "[id|transaction id|reference]"},
)
def list_transactions(state: dict[str, Any], account: str, since: str | None, direction: str | None) -> JsonValue:
    """The six newest that suit."""
    _account(state, account)
    first = checked_day(since) if since else ""
    rows = [row for row in state["bookings"][account.strip()] if row["date"] >= first]
    if direction:
        rows = [row for row in rows if row["direction"] == direction]
    return [dict(row) for row in rows[:6]]


@BANK.operation(
    names="[find|search|look up|get] [payee|recipient|beneficiary|saved contact]",
    about="[Find|Look up|Search for] a saved payee by name.",
    does="look up the payee {name}",
    params=[Param("name", "[name|payee name|recipient name|full name|search name]", text(), "[full name|name]")],
    labels={"payee": "[payee|payee id|id]", "iban": "[iban|account|bank account]"},
)
def find_payee(state: dict[str, Any], name: str) -> JsonValue:
    """Payees by name."""
    wanted = name.strip().casefold()
    return [dict(payee) for payee in state["payees"].values() if wanted in payee["name"].casefold()]


@BANK.operation(
    names="[list|get|show|fetch] [payees|recipients|beneficiaries|saved contacts]",
    about="[List|Show|Get] all saved payees.",
    does="list all saved payees",
    labels={"payee": "[payee|payee id|id]", "iban": "[iban|account|bank account]"},
)
def list_payees(state: dict[str, Any]) -> JsonValue:
    """All payees."""
    return [dict(payee) for payee in state["payees"].values()]


@BANK.operation(
    names="[add|save|create|store] [payee|recipient|beneficiary|contact]",
    about="[Add|Save|Store] a new payee.",
    does="save {name} as a payee",
    params=[
        Param("name", "[name|payee name|recipient name|full name|holder]", text(), "[full name|name]"),
        Param("iban", "[iban|account|bank account|their account|account code]", text(), "account of the payee"),
    ],
    writes=True,
    labels={"payee": "[payee|payee id|id]"},
)
def add_payee(state: dict[str, Any], name: str, iban: str) -> JsonValue:
    """A new payee, unless the name is taken."""
    if any(payee["name"].casefold() == name.strip().casefold() for payee in state["payees"].values()):
        raise RefusedError(f"{name} is a saved payee already", 409)
    code = f"P{state['next']['payee']}"
    state["next"]["payee"] += 1
    state["payees"][code] = {"payee": code, "name": name.strip(), "iban": iban.strip()}
    return dict(state["payees"][code])


@BANK.operation(
    names="[pay|send to|transfer to|send money to] [payee|recipient|beneficiary|saved contact]",
    about="[Pay|Send|Transfer] an amount from an account to a saved payee.",
    does="pay {amount:money} to payee {payee}",
    params=[
        ACCOUNT,
        PAYEE,
        AMOUNT,
        Param("note", "[note|message|reference|purpose|text]", text(), "what the payee reads", optional=True),
    ],
    writes=True,
    labels={"payment": "[payment|payment id|reference]", "balance": "[balance|new balance|balance left]"},
)
def pay(state: dict[str, Any], account: str, payee: str, amount: float, note: str | None) -> JsonValue:
    """A payment, if there is money enough."""
    source, target = _account(state, account), _of(state["payees"], payee, "payee")
    _withdraw(source, amount)
    code = _book(state, source["account"], target["name"], "out", amount)
    if note:
        state["bookings"][source["account"]][0]["note"] = note
    return {"payment": code, "to": target["name"], "amount": amount, "balance": source["balance"]}


@BANK.operation(
    names="[move|shift|transfer] [money|funds|amount] [between accounts|internally|]",
    about="[Move|Shift|Transfer] money between two [own accounts|accounts of the customer].",
    does="move {amount:money} from {source} to {target}",
    params=[
        Param(
            "source", "[source|from|origin|debit] [account|account number]", text(), "number of the account to debit"
        ),
        Param("target", "[target|to|destination|credit] [account|account number]", text(), "number of the other one"),
        AMOUNT,
    ],
    writes=True,
    labels={"source_balance": "[source balance|balance of source]", "target_balance": "[target balance|new balance]"},
)
def move_money(state: dict[str, Any], source: str, target: str, amount: float) -> JsonValue:
    """From one account into another."""
    one, other = _account(state, source), _account(state, target)
    if one is other:
        raise RefusedError("the two accounts are the same", 422)
    _withdraw(one, amount)
    other["balance"] = round(other["balance"] + amount, 2)
    _book(state, one["account"], other["name"], "out", amount)
    _book(state, other["account"], one["name"], "in", amount)
    return {"moved": amount, "source_balance": one["balance"], "target_balance": other["balance"]}


@BANK.operation(
    names="[list|get|show|read] [standing orders|recurring payments|regular payments|repeat payments]",
    about="[List|Show|Get] all standing orders[.|, with amount, interval and next date.]",
    does="list the standing orders",
    labels={"order": "[order|order number|number]", "every": "[every|interval|how often]", "to": "[to|payee|goes to]"},
)
def list_standing_orders(state: dict[str, Any]) -> JsonValue:
    """All standing orders."""
    return [dict(order) for order in state["orders"].values()]


@BANK.operation(
    names="[create|add|set up|start] [standing order|recurring payment|regular payment]",
    about="[Create|Set up|Add] a standing order to a saved payee.",
    does="set up a standing order of {amount:money}, {every}, to payee {payee}",
    params=[
        ACCOUNT,
        PAYEE,
        AMOUNT,
        Param("every", "[interval|frequency|rhythm|repeat|how often]", one_of(*INTERVALS)),
        Param("first_on", "[first|start|begin] [date|day|on]", day(), "[day of the first payment|]"),
    ],
    writes=True,
    labels={"order": "[order|order number|number]", "next_on": "[next on|next date|first payment]"},
)
def create_standing_order(
    state: dict[str, Any], account: str, payee: str, amount: float, every: str, first_on: str
) -> JsonValue:
    """A new standing order, not in the past."""
    source, target, first = _account(state, account), _of(state["payees"], payee, "payee"), checked_day(first_on)
    if first < state["today"]:
        raise RefusedError(f"the first payment can't be before today, {state['today']}", 422)
    code = state["next"]["order"]
    state["next"]["order"] += 1
    made = {
        "order": code,
        "account": source["account"],
        "to": target["name"],
        "amount": amount,
        "every": every,
        "next_on": first,
    }
    state["orders"][str(code)] = made
    return dict(made)


@BANK.operation(
    names="[change|edit|update|adjust] [standing order|recurring payment|regular payment]",
    about="[Change|Update|Adjust] the amount or the next date of a standing order.",
    does="change standing order {order}< to {amount:money}>< with the next payment on {next_on}>",
    params=[
        ORDER,
        Param("amount", "[new amount|amount|new sum|new value]", number(minimum=0.01), optional=True),
        Param("next_on", "[next|new|next payment] [date|day]", day(), optional=True),
    ],
    writes=True,
    labels={"order": "[order|order number|number]", "every": "[every|interval|how often]", "to": "[to|payee|goes to]"},
)
def change_standing_order(state: dict[str, Any], order: int, amount: float | None, next_on: str | None) -> JsonValue:
    """Other values for a standing order."""
    found = _of(state["orders"], str(order), "standing order")
    first = checked_day(next_on) if next_on else found["next_on"]
    if first < state["today"]:
        raise RefusedError(f"the next payment can't be before today, {state['today']}", 422)
    found["next_on"] = first
    if amount is not None:
        found["amount"] = amount
    return dict(found)


@BANK.operation(
    names="[cancel|delete|stop|end] [standing order|recurring payment|regular payment]",
    about="[Cancel|Delete|Stop] a standing order.",
    does="cancel standing order {order}",
    params=[ORDER],
    writes=True,
)
def cancel_standing_order(state: dict[str, Any], order: int) -> JsonValue:
    """No more payments."""
    found = _of(state["orders"], str(order), "standing order")
    del state["orders"][str(order)]
    return {"cancelled": order, "to": found["to"]}


@BANK.operation(
    names="[list|get|show|read] [cards|bank cards|payment cards|own cards]",
    about="[List|Show|Get] the customer's cards[.|, with state and daily limit.]",
    does="list the cards",
    labels={"card": "[card|card number|ends in]", "state": "[state|status]", "account": "[account|account number]"},
)
def list_cards(state: dict[str, Any]) -> JsonValue:
    """All cards."""
    return [dict(card) for card in state["cards"].values()]


def _card(state: dict[str, Any], card: str) -> dict[str, Any]:
    found = _of(state["cards"], card.strip()[-4:], "card")
    if found["state"] == "blocked":
        raise RefusedError(f"card {found['card']} is blocked for good and can only be replaced", 409)
    return found


@BANK.operation(
    names="[set|change|switch|update] [card|bank card] [state|status]",
    about="[Set|Change|Switch] a card to frozen or back to active.",
    does="set card {card} to {to}",
    params=[CARD, Param("to", "[new state|state|new status|status]", one_of("active", "frozen"))],
    writes=True,
    labels={"card": "[card|card number|ends in]", "state": "[state|status]"},
)
def set_card_state(state: dict[str, Any], card: str, to: str) -> JsonValue:
    """Freeze or wake a card."""
    found = _card(state, card)
    if found["state"] == to:
        raise RefusedError(f"card {found['card']} is {to} already", 409)
    found["state"] = to
    return {"card": found["card"], "state": to}


@BANK.operation(
    names="[set|change|update|adjust] [card|spending|daily|day] limit",
    about="[Set|Change|Adjust] the daily limit of a card.",
    does="set the daily limit of card {card} to {limit}",
    params=[CARD, Param("limit", "[limit|daily limit|new limit|day limit|max per day]", number(minimum=0))],
    writes=True,
    labels={"card": "[card|card number|ends in]", "daily_limit": "[daily limit|limit|limit per day]"},
)
def set_card_limit(state: dict[str, Any], card: str, limit: float) -> JsonValue:
    """Another limit, up to the bank's maximum."""
    found = _card(state, card)
    if limit > MAX_LIMIT:
        raise RefusedError(f"the highest daily limit is {MAX_LIMIT}", 422)
    found["daily_limit"] = limit
    return {"card": found["card"], "daily_limit": limit}


@BANK.operation(
    names="[replace|reissue|renew|exchange] [card|bank card|lost card]",
    about="[Block|Cancel|Withdraw] a card for good and [send|mail|order] a new one.",
    does="replace card {card}, which is {reason}",
    params=[CARD, Param("reason", "[reason|cause|why|grounds]", one_of(*REASONS))],
    writes=True,
    labels={"new_card": "[new card|replacement|new number]", "arrives_on": "[arrives on|delivery|expected]"},
)
def replace_card(state: dict[str, Any], card: str, reason: str) -> JsonValue:
    """The old card is blocked, a new one is on its way."""
    found = _card(state, card)
    found["state"] = "blocked"
    new = state["spare_card"]
    state["spare_card"] = str(int(new) + 1)
    state["cards"][new] = {**found, "card": new, "state": "on its way"}
    return {"blocked": found["card"], "reason": reason, "new_card": new, "arrives_on": days_later(state["today"], 6)}


@BANK.operation(
    names="[dispute|contest|report|challenge] [transaction|booking|charge|payment]",
    about="[Dispute|Contest|Report] a transaction, so that the bank looks into it.",
    does="dispute transaction {transaction} as {reason}",
    params=[
        Param("transaction", "[transaction|booking|charge|entry] [id|code|no]", text(), "[id|code] of the transaction"),
        Param("reason", "[reason|complaint|ground|kind of problem]", one_of(*COMPLAINTS)),
    ],
    writes=True,
    labels={"case": "[case|case number|dispute number]"},
)
def dispute(state: dict[str, Any], transaction: str, reason: str) -> JsonValue:
    """A case, unless there is one or the money came in."""
    rows = [row for own in state["bookings"].values() for row in own if row["id"] == transaction.strip()]
    if not rows:
        raise RefusedError(f"there is no transaction {transaction}")
    if rows[0]["direction"] == "in":
        raise RefusedError("only money that went out can be disputed", 422)
    if any(case["transaction"] == rows[0]["id"] for case in state["disputes"]):
        raise RefusedError(f"transaction {transaction} is disputed already", 409)
    case = {"case": state["next"]["case"], "transaction": rows[0]["id"], "reason": reason}
    state["next"]["case"] += 1
    state["disputes"].append(case)
    return dict(case)


def any_account(play: Play, kind: str = "current") -> dict[str, Any]:
    """Pick an account of a kind."""
    account: dict[str, Any] = play.draw.pick([a for a in play.state["accounts"].values() if a["kind"] == kind])
    return account


def any_payee(play: Play) -> dict[str, Any]:
    """Pick a payee."""
    payee: dict[str, Any] = play.draw.pick(list(play.state["payees"].values()))
    return payee


def any_order(play: Play) -> dict[str, Any]:
    """Pick a standing order; each goes to another payee."""
    order: dict[str, Any] = play.draw.pick(list(play.state["orders"].values()))
    return order


def any_card(play: Play) -> dict[str, Any]:
    """Pick a card."""
    card: dict[str, Any] = play.draw.pick(list(play.state["cards"].values()))
    return card


_ACCOUNT_SAID = {
    Split.TRAIN: (
        "The {seen} account has the number {number}.",
        "{seen} is account {number}.",
        "{number} is the number of the {seen} account.",
    ),
    Split.DEV: ("The number of {seen} is {number}.", "I see {seen} listed as {number}."),
    Split.TEST: ("In the list, {seen} has the number {number}.", "Account {number} is called {seen}."),
}
_PAYEE_SAID = {
    Split.TRAIN: ("{seen} is saved as {payee}.", "The payee {seen} has the id {payee}.", "{payee} stands for {seen}."),
    Split.DEV: ("{seen} has the payee id {payee}.", "The id of {seen} is {payee}."),
    Split.TEST: ("I find {seen} under {payee}.", "Among the payees, {seen} is {payee}."),
}


def account_row(play: Play, name: str) -> dict[str, Any]:
    """Look an account up by its name, say its number, and return its row."""
    row: dict[str, Any] = next(row for row in play.call("list_accounts") if row["name"] == name)
    play.learn(*_ACCOUNT_SAID[play.draw.split], seen=name, number=row["account"])
    return row


def payee_id(play: Play, name: str) -> str:
    """Look a payee up by name, say so, and return the id."""
    code = str(play.call("find_payee", {"name": name})[0]["payee"])
    play.learn(*_PAYEE_SAID[play.draw.split], seen=name, payee=code)
    return code
