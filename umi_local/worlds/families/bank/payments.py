"""Money that goes to other people, or from one account into another."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.bank.service import (
    BANK,
    account_row,
    any_account,
    any_payee,
    available,
    payee_id,
)
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.pools import person
from umi_local.worlds.splits import Split


@BANK.intent(
    goal="send {amount:money} to {name} from account {number}",
    wordings=(
        "send {amount:money} to {name} from account {number}",
        "pay {name} {amount:money} out of {number}",
        "I owe {name} {amount:money} for the [concert tickets|dinner|taxi]. Send it from account {number}, please.",
        "transfer {amount:money} from {number} to {name}",
        "{name} should get {amount:money} from me. Use account {number}.",
        "let {name} have the {amount:money} we agreed on, out of account {number}",
        "make a payment to {name}, amount {amount:money}, from my account {number}",
        "~{amount:money} to {name}, from {number}",
        "~pay {name} {amount:money} / {number}",
    ),
    essential="pay",
    missing=Missing(
        wordings=(
            "send some money to {name} from account {number}",
            "pay {name} out of {number}",
            "I owe {name} money for the dinner. Send it from account {number}, please.",
            "make a payment to {name} from my account {number}",
            "~pay {name}, from {number}",
        ),
        needs="the amount",
        goal="send money to {name} from account {number}",
        slot="amount",
        replies=("{value:money}", "it's {value:money}", "{value:money}, please", "The amount is {value:money}."),
    ),
    split=Split.TRAIN,
)
def send(play: Play) -> None:
    """Two calls; the bank may refuse the second for lack of money."""
    account, name = any_account(play), any_payee(play)["name"]
    amount = play.draw.price(8, 190)
    if not play.asks_back and play.draw.chance(0.3):
        account.update(balance=round(amount - play.draw.price(1, 8), 2), overdraft=0)
    limit = available(account)
    play.ask(amount=amount, name=name, number=account["account"])
    wish = {"account": account["account"], "payee": payee_id(play, name), "amount": amount}
    reply = play.attempt("pay", wish, does="pay {amount:money} to {name}")
    if reply.failed:
        play.learn(
            "The bank refuses, because only {limit:money} is available.",
            "There is only {limit:money} to spend on {number}, so the payment is refused.",
            limit=limit,
        )
        play.conclude(
            "I could not send it: only {limit:money} is available on account {number}.",
            "The payment to {name} was not made, since account {number} has only {limit:money} available.",
            facts=[NO, "limit"],
            why=("I can't change that, so I report it.", "Whether to pay less is up to the user."),
        )
        return
    play.learn(
        "The payment {code} is made and leaves {rest:money}.",
        "{name} gets the money; the payment is {code}.",
        code=reply.value["payment"],
        rest=reply.value["balance"],
    )
    play.conclude(
        "I sent {amount:money} to {name}. Your balance is {rest:money} now.",
        "Done: {name} gets {amount:money} (payment {code}), which leaves {rest:money}.",
        "{amount:money} is on its way to {name}; {rest:money} is left on {number}.",
        facts=["amount", "rest"],
    )


@BANK.intent(
    goal="send {amount:money} to {name}, and save the name with the account {iban} if it isn't saved",
    wordings=(
        "send {amount:money} to {name} from {number}. If {name} isn't among my payees, the account is {iban}.",
        "pay {name} {amount:money} from account {number}, and if that person isn't saved, add them first with {iban}",
        "My [dentist|landlord|plumber] {name} gets {amount:money} from {number}. "
        "Perhaps not in my list yet, it's {iban}.",
        "transfer {amount:money} to {name} out of {number}; in case they have to be saved first, use {iban}",
        "Look if {name} is a payee of mine, otherwise save {iban} for them. Then send {amount:money} from {number}.",
        "From {number}, {amount:money} for {name}, whom you may have to add as a payee with the account {iban}.",
        "I'd like to pay {amount:money} to {name}. Account {number}. I can't recall if I saved {iban} for them already.",
        "~{amount:money} from {number} to {name} (new? {iban})",
        "~pay {name} {amount:money}, {number}, save {iban} if needed",
    ),
    essential="find_payee",
    split=Split.TRAIN,
)
def send_to_new(play: Play) -> None:
    """Two calls, or three where the payee has to be saved first."""
    account = any_account(play)
    known = play.draw.chance(0.3)
    payee = any_payee(play) if known else {"name": person(play.draw), "iban": play.draw.code("@@## #### ####")}
    if not known and any(payee["name"] == other["name"] for other in play.state["payees"].values()):
        raise play.unsuitable("saved already")
    amount = play.draw.price(12, 240)
    play.ask(amount=amount, name=payee["name"], iban=payee["iban"], number=account["account"])
    found = play.call("find_payee", {"name": payee["name"]}, decides=True)
    if found:
        code = found[0]["payee"]
        play.learn("{name} is saved already, as {payee}.", "I need not save {name}: there is {payee}.", payee=code)
    else:
        play.learn("There is no such payee yet.", "{name} isn't saved.")
        code = play.call("add_payee", {"name": payee["name"], "iban": payee["iban"]})["payee"]
        play.learn("{name} has the id {payee} now.", "The new payee is {payee}.", payee=code)
    made = play.call(
        "pay", {"account": account["account"], "payee": code, "amount": amount}, does="pay {amount:money} to {name}"
    )
    play.learn("The payment has the id {payment}.", "{amount:money} went out as {payment}.", payment=made["payment"])
    play.conclude(
        "{name} was saved already; I sent {amount:money}, payment {payment}."
        if known
        else "I saved {name} as a payee and sent {amount:money}, payment {payment}.",
        "Done, {name} gets {amount:money} from {number} (payment {payment}).",
        facts=["amount", "payment"],
    )


@BANK.intent(
    goal='pay {name} {amount:money} from account {number} with the note "{note}"',
    wordings=(
        "pay {name} {amount:money} from {number} and write {note} as the note",
        'send {amount:money} to {name} from account {number} with the message "{note}"',
        "{name} is waiting for {amount:money}. Take it from {number}, and the note should say {note}.",
        "transfer {amount:money} to {name}, from {number}, purpose: {note}",
        "I promised {name} {amount:money} today. Account {number}, and please put {note} into the reference.",
        "let {name} have {amount:money} from account {number}, marked {note}",
        'make it {amount:money} for {name}, reference "{note}", account {number}',
        "~{name} {amount:money} from {number}, note: {note}",
        "~{number} -> {name}: {amount:money} ({note})",
    ),
    kind=Kind.RECOVER,
    breaks="find_payee",
    split=Split.TRAIN,
)
def send_by_list(play: Play) -> None:
    """The search for payees fails; the list of all of them has the id."""
    account, name = any_account(play), any_payee(play)["name"]
    amount = play.draw.price(6, 140)
    note = play.draw.pick(
        ("birthday present", "thanks for the lift", "concert tickets", "rent for May", "pizza", "deposit", "flowers")
    )
    play.ask(amount=amount, name=name, number=account["account"], note=note)
    failed = play.attempt("find_payee", {"name": name})
    play.learn("The search for payees {said}.", "I can't search by name: the tool {said}.", said=failed.error)
    listed = play.call(
        "list_payees",
        why=(
            "{name} must be in the list of all payees, which {tool} gives me.",
            "I can pick {name} out of the whole list instead, with {tool}.",
        ),
    )
    code = next(row["payee"] for row in listed if row["name"] == name)
    play.learn(
        "In the list, {name} has the id {payee}.",
        "Among {count} payees, {name} is {payee}.",
        payee=code,
        count=len(listed),
    )
    made = play.call(
        "pay",
        {"account": account["account"], "payee": code, "amount": amount, "note": note},
        does='pay {amount:money} to {name} with the note "{note}"',
    )
    play.learn("The payment is {payment}.", "It worked, as payment {payment}.", payment=made["payment"])
    play.conclude(
        "{name} gets {amount:money} with the note {note}; the payment is {payment}.",
        "I sent {amount:money} to {name}, marked {note} (payment {payment}).",
        facts=["amount", "payment"],
    )


@BANK.intent(
    goal="fill the {account} account up to {level:money} from the {source} account",
    wordings=(
        "fill my {account} account up to {level:money} from {source}",
        "bring {account} to {level:money}, taking what's needed from {source}",
        "There should be exactly {level:money} on {account}. Move what is lacking over from {source}.",
        "top up {account} from {source} so that it has {level:money}",
        "I like to start the month with {level:money} on {account}. The rest has to come from {source}.",
        "move as much from {source} to {account} as it takes to reach {level:money} there",
        "make {account} a round {level:money}, source is {source}",
        "~{account} up to {level:money} from {source}",
        "~top up {account}: {level:money} ({source} pays)",
    ),
    essential="move_money",
    split=Split.TRAIN,
)
def fill_up(play: Play) -> None:
    """Two calls; the amount is a difference."""
    account, source = any_account(play), any_account(play, "savings")
    account["balance"] = play.draw.price(40, 380)
    level = float(play.draw.whole(400, 800, 50))
    source["balance"] = play.draw.price(1000, 5000)
    play.ask(account=account["name"], source=source["name"], level=level)
    listed = play.call("list_accounts")
    rows = {row["name"]: row for row in listed}
    lacking = round(level - rows[account["name"]]["balance"], 2)
    play.learn(
        "{account} ({number}) has {balance:money}, so {lacking:money} is lacking; {source} is account {other}.",
        "To get from {balance:money} on {number} to {level:money} takes {lacking:money}, out of {other}.",
        number=rows[account["name"]]["account"],
        other=rows[source["name"]]["account"],
        balance=rows[account["name"]]["balance"],
        lacking=lacking,
    )
    done = play.call(
        "move_money",
        {"source": play.slots["other"], "target": play.slots["number"], "amount": lacking},
        derived=["amount"],
    )
    play.learn(
        "{account} has {level:money} now, and {left:money} is left on {source}.",
        "That leaves {left:money} on {source}.",
        left=done["source_balance"],
    )
    play.conclude(
        "I moved {lacking:money} from {source} to {account}, which now has {level:money}.",
        "{account} is at {level:money}: I took {lacking:money} from {source}, where {left:money} is left.",
        facts=["lacking", "level"],
    )


@BANK.intent(
    goal="move whatever exceeds {level:money} on the {account} account into the {target} account",
    wordings=(
        "move everything above {level:money} from {account} to {target}",
        "If there is more than {level:money} on {account}, put the surplus into {target}. If not, leave it as it is.",
        "keep {level:money} on {account} and shift what's beyond that to {target}",
        "sweep {account} into {target}, but {level:money} has to stay",
        "I need only {level:money} on {account}. See if more is there, and save the rest on {target}.",
        "Whatever {account} holds in excess of {level:money} should go to {target}.",
        "check {account}: anything over {level:money} belongs on {target}, so move it there",
        "~{account} > {level:money}? surplus to {target}",
        "~surplus {account} over {level:money} -> {target}",
    ),
    split=Split.TEST,
)
def sweep(play: Play) -> None:
    """One call, or two where there is a surplus."""
    account, target = any_account(play), any_account(play, "savings")
    level = float(play.draw.whole(300, 900, 100))
    account["balance"] = round(level + play.draw.pick((1, 1, 1, -1)) * play.draw.price(15, 250), 2)
    play.ask(account=account["name"], target=target["name"], level=level)
    rows = {row["name"]: row for row in play.call("list_accounts", decides=True)}
    own = rows[account["name"]]
    play.slots.update(balance=own["balance"], number=own["account"], other=rows[target["name"]]["account"])
    if own["balance"] <= level:
        play.learn("{account} has only {balance:money}, so nothing is to be moved.")
        play.conclude(
            "I moved nothing: {account} has {balance:money}, which is not more than {level:money}.",
            "There is no surplus, since only {balance:money} is on {account}.",
            facts=[NO, "balance"],
        )
        return
    surplus = round(own["balance"] - level, 2)
    play.learn(
        "{account} ({number}) has {balance:money}, that is {surplus:money} too much; {target} is {other}.",
        "The surplus on {number} is {surplus:money}, and it belongs on {other}.",
        surplus=surplus,
    )
    play.call(
        "move_money",
        {"source": own["account"], "target": play.slots["other"], "amount": surplus},
        derived=["amount"],
    )
    play.learn("{surplus:money} is on {target} now.", "The move of {surplus:money} went through.")
    play.conclude(
        "I moved {surplus:money} to {target}; {level:money} stays on {account}.",
        "{account} had {surplus:money} more than needed, which is on {target} now.",
        facts=["surplus"],
    )


@BANK.intent(
    goal="send {name} and {other} {amount:money} each from the {account} account",
    wordings=(
        "send {name} and {other} {amount:money} each from {account}",
        "{name} and {other} both get {amount:money} from me, out of the {account} account",
        "We split the bill, so {name} should have {amount:money} and {other} the same. Take it from {account}.",
        "pay {amount:money} to {name} and just as much to {other}, using {account}",
        "Two payments from {account}, please: {amount:money} for {name}, {amount:money} for {other}.",
        "I lost a bet against {name} and {other}. Each of them wins {amount:money}, account {account}.",
        "make {name} and {other} happy with {amount:money} apiece from my {account} account",
        "~{amount:money} each to {name} + {other}, {account}",
        "~{account}: {name} {amount:money}, {other} {amount:money}",
    ),
    essential="pay",
    split=Split.TEST,
)
def pay_two(play: Play) -> None:
    """Five calls."""
    account = any_account(play)
    account["balance"] = play.draw.price(300, 2000)
    one, other = play.draw.sample(list(play.state["payees"].values()), 2)
    amount = play.draw.price(5, 120)
    play.ask(account=account["name"], name=one["name"], other=other["name"], amount=amount)
    number = account_row(play, account["name"])["account"]
    codes = [(name, payee_id(play, name)) for name in (one["name"], other["name"])]
    for name, code in codes:
        play.slots.update(receiver=name)
        made = play.call(
            "pay", {"account": number, "payee": code, "amount": amount}, does="pay {amount:money} to {receiver}"
        )
        play.learn(
            "{receiver} has been paid, and {rest:money} is left.",
            "The payment to {receiver} is done; the balance is {rest:money}.",
            rest=made["balance"],
        )
    play.conclude(
        "{name} and {other} each got {amount:money}. {account} has {rest:money} left.",
        "Both are paid, {amount:money} each to {name} and {other}; {rest:money} is left on {account}.",
        facts=["amount", "rest"],
    )
