"""Questions about balances and what went in and out."""

from __future__ import annotations

from umi_local.worlds.dates import days_later
from umi_local.worlds.facts import NO
from umi_local.worlds.families.bank.service import BANK, SPENDING, account_row, any_account
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@BANK.intent(
    goal="tell the balance of the {account} account",
    wordings=(
        "how much is [left |]on my {account} account?",
        "what's the balance of {account}?",
        "tell me what my {account} account stands at",
        "I'm in a shop and not sure if I can afford this. How much is on {account}?",
        "look up the balance of the account that I call {account}",
        "can you check how much money there is on {account} [today|right now]?",
        "The salary should be in by now. What does my {account} account say?",
        "~balance {account}",
        "~{account} account: how much",
    ),
    essential="list_accounts",
    missing=Missing(
        wordings=(
            "how much is left on my account?",
            "what's my balance?",
            "tell me what my account stands at",
            "I'm in a shop and not sure if I can afford this. How much do I have on that account?",
            "~balance?",
        ),
        needs="the name of the account",
        goal="tell the balance of an account",
        slot="account",
        replies=("the one called {value}", "{value}, I mean", "My {value} account."),
    ),
    split=Split.TRAIN,
)
def balance(play: Play) -> None:
    """One call; then perhaps what the same row says about the overdraft."""
    account = any_account(play)
    play.ask(account=account["name"])
    found = next(row for row in play.call("list_accounts") if row["name"] == account["name"])
    play.learn(
        "The {account} account has a balance of {balance:money}.",
        "On {account} there is {balance:money}.",
        balance=found["balance"],
        overdraft=found["overdraft"],
        free=round(found["balance"] + found["overdraft"], 2),
    )
    play.conclude(
        "Your {account} account has a balance of {balance:money}.",
        "There is {balance:money} on {account}.",
        "{balance:money} is on your {account} account.",
        facts=["balance"],
    )
    if found["overdraft"] and play.draw.chance(0.5):
        play.then_ask(
            "And how much could I spend with the overdraft?",
            "What would it be including the overdraft?",
            "Add the overdraft, please. How much is that?",
            goal="tell what is available with the overdraft",
        )
        play.conclude(
            "With the overdraft of {overdraft:money} you could spend {free:money}.",
            "{free:money} in all, since the overdraft is {overdraft:money}.",
            facts=["free"],
            derived=["free"],
            why="The overdraft is {overdraft:money}, and {balance:money} plus that makes {free:money}.",
        )


@BANK.intent(
    goal="tell how much was spent on {category} from account {number} since {since}",
    wordings=(
        "how much have I spent on {category} from account {number} since {since}?",
        "add up what went out for {category} on {number} since {since}",
        "I try to keep an eye on {category}. What did that cost me since {since}? The account is {number}.",
        "what do my payments for {category} come to, counting from {since}, account {number}?",
        "Since {since}, how much of the money on {number} was spent on {category}?",
        "work out my spending on {category} from {since} on, account number {number}",
        "My partner says we waste money on {category}. Check account {number} since {since} and give me the sum.",
        "~{category} since {since}, {number}, total",
        "~sum {category} {number} from {since}",
    ),
    essential="list_transactions",
    missing=Missing(
        wordings=(
            "how much have I spent on {category} since {since}?",
            "I try to keep an eye on {category}. What did that cost me since {since}?",
            "work out my spending on {category} from {since} on",
            "what do my payments for {category} come to, counting from {since}?",
            "~sum {category} from {since}",
        ),
        needs="the account number",
        goal="tell how much was spent on {category} since {since}",
        slot="number",
    ),
    split=Split.TRAIN,
)
def spent_on(play: Play) -> None:
    """One call and a sum, which may be nothing."""
    account = any_account(play)["account"]
    rows = play.state["bookings"][account]
    shops = [row for row in rows if row["category"] in SPENDING]
    category = play.draw.pick(SPENDING)
    if play.draw.chance(0.85):
        for row in play.draw.sample(shops, play.draw.whole(1, 3)):
            row["category"] = category
    play.ask(category=category, number=account, since=days_later(rows[-1]["date"], -play.draw.whole(0, 5)))
    listed = play.call("list_transactions", {"account": account, "since": play.slots["since"]})
    prices = [row["amount"] for row in listed if row["category"] == category]
    if not prices:
        play.learn("No transaction since {since} is for {category}.", "{category:cap} doesn't occur since {since}.")
        play.conclude(
            "You spent nothing on {category} from account {number} since {since}.",
            "There was no payment for {category} since {since}.",
            facts=[NO],
        )
        return
    play.slots.update(total=round(sum(prices), 2), prices=[f"{price:.2f}" for price in prices], count=len(prices))
    if len(prices) == 1:
        play.learn(
            "Only one payment is for {category}: {total:money}.", "One transaction is {category}, {total:money}."
        )
    else:
        play.learn(
            "For {category} I find {prices}, which makes {total:money}.",
            "{prices} add up to {total:money}.",
        )
    play.conclude(
        "You spent {total:money} on {category} since {since}.",
        "{category:cap} cost you {total:money} since {since}, in {count:n payment}.",
        "It comes to {total:money}.",
        facts=["total"],
        derived=["total"],
    )


@BANK.intent(
    goal="find the largest payment that went out from the {account} account since {since}",
    wordings=(
        "what was my largest payment from the {account} account since {since}?",
        "find the biggest sum that left {account} since {since}, and who got it",
        "Something expensive must have gone off {account} after {since}. Which payment was the highest?",
        "who got the most money out of {account} in one go since {since}?",
        "name the highest single expense on {account} from {since} onwards",
        "go through {account} since {since} and pick out the largest amount that I paid",
        "I wonder where it all went. Tell me the largest payment off {account} since {since}, with the receiver.",
        "~largest payment {account} since {since}",
        "~{account}, max outgoing from {since}",
    ),
    essential="list_transactions",
    split=Split.TEST,
)
def largest_payment(play: Play) -> None:
    """Two calls, an optional argument, and the largest of several."""
    account = any_account(play)
    rows = [row for row in play.state["bookings"][account["account"]] if row["direction"] == "out"]
    if len({row["amount"] for row in rows}) < len(rows):
        raise play.unsuitable("two payments of one amount")
    play.ask(account=account["name"], since=rows[-1]["date"])
    number = account_row(play, account["name"])["account"]
    listed = play.call("list_transactions", {"account": number, "since": play.slots["since"], "direction": "out"})
    most = max(listed, key=lambda row: float(row["amount"]))
    play.learn(
        "Of {count} payments, {amount:money} to {other} is the largest.",
        "The largest of them is {amount:money}, to {other} on {date}.",
        count=len(listed),
        amount=most["amount"],
        other=most["with"],
        date=most["date"],
    )
    play.conclude(
        "The largest was {amount:money} to {other} on {date}.",
        "{other} got the most: {amount:money} on {date}.",
        "It was {amount:money}, paid to {other} on {date}.",
        facts=["amount", "other", "date"],
    )


@BANK.intent(
    goal="tell on which account there is the most money and how far it is ahead of the next",
    wordings=(
        "on which of my accounts is the most money, and by how much?",
        "which account of mine is the fullest and how far is it ahead of the second?",
        "compare my balances: who's in front, and by what amount?",
        "I want to pay something big. Which account has the most on it, and how much more than the next one?",
        "find my account with the highest balance, with the distance to the runner-up",
        "rank my accounts and give me the gap between first and second place",
        "One of my accounts must be well filled. Which one is it, and how much more does it have than the next best?",
        "~fullest account + lead",
        "~highest balance, difference to second?",
    ),
    essential="list_accounts",
    split=Split.DEV,
)
def fullest(play: Play) -> None:
    """One call, a comparison and a difference."""
    play.ask()
    listed = sorted(play.call("list_accounts"), key=lambda row: -float(row["balance"]))
    play.slots.update(first=listed[0]["name"], second=listed[1]["name"], high=listed[0]["balance"])
    play.slots.update(low=listed[1]["balance"], gap=round(listed[0]["balance"] - listed[1]["balance"], 2))
    play.learn(
        "{first} leads with {high:money}, then comes {second} with {low:money}: a gap of {gap:money}.",
        "The highest balance is {high:money} on {first}; {second} has {low:money}, so {gap:money} less.",
    )
    play.conclude(
        "{first} has the most, {high:money}, which is {gap:money} more than {second}.",
        "It's {first}, with {high:money}. {second} is {gap:money} behind.",
        facts=["first", "gap"],
        derived=["gap"],
    )
