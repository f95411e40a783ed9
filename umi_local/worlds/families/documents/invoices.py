"""Invoices and recipes: totals, due dates, whether they are paid, what must be bought."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.facts import NO, YES
from umi_local.worlds.families._papers.forms import invoice, payments, recipe
from umi_local.worlds.families._papers.values import exact, plain
from umi_local.worlds.families.documents.service import DOCUMENTS, put_form
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@DOCUMENTS.intent(
    goal="find out from {table} whether the invoice {path} is paid",
    wordings=(
        "Has the invoice {path} been paid? The payments are in {table}.",
        "check in {table} if {path} is paid",
        "Did we pay {path}? Look it up in {table}.",
        "I got a reminder for {path}. According to {table}, did I pay it?",
        "compare {path} with {table} and tell me if that invoice is settled",
        "is {path} among the payments in {table}?",
        "take the number of the invoice {path} and see if it is in {table}",
        "~{path} paid? ({table})",
        "~paid: {path}, see {table}",
    ),
    missing=Missing(
        wordings=(
            "has the invoice {path} been paid? Look it up for me.",
            "check if {path} is paid",
            "I got a reminder for {path}. Did I pay it?",
            "~{path} paid?",
        ),
        needs="the table with the payments",
        goal="find out whether the invoice {path} is paid",
        slot="table",
    ),
    split=Split.TRAIN,
)
def is_paid(play: Play) -> None:
    """Three calls: the number from the text, the columns of the table, and the row with that number."""
    form = invoice(play.draw, play.state["today"], has_total=True)
    is_settled = play.draw.chance(0.55)
    book = payments(play.draw, play.state["today"], [(form["number"], form["total"])] if is_settled else [])
    path, table = put_form(play, form), put_form(play, book, "csv")
    if form["number"] not in form["text"] or (not is_settled and form["number"] in book["days"]):
        raise play.unsuitable("the number is no number of its own")
    play.ask(path=path, table=table, number=form["number"], column=book["columns"][0])
    play.call("read_file", {"path": path})
    play.learn("The invoice has the number {number}.", "Its number is {number}.")
    play.call("table_columns", {"path": table})
    play.learn("The numbers are in the column {column}.", "I have to look under {column}.")
    play.call(
        "find_rows",
        {"path": table, "where_column": book["columns"][0], "where_op": "eq", "where_value": form["number"]},
        does="find the row of {table} where {where_column} is {where_value}",
    )
    if is_settled:
        play.learn("It was paid on {day}.", "There is a row for it, of {day}.", day=book["days"][form["number"]])
        play.conclude("Yes, it was paid on {day}.", "Yes: invoice {number} was paid on {day}.", facts=[YES, "day"])
    else:
        play.learn("No row has the number {number}.", "0 rows fit, so it isn't paid.")
        play.conclude(
            "No, invoice {number} is not among the payments.",
            "No, there is no payment for {number} in {table}.",
            facts=[NO],
        )


@DOCUMENTS.intent(
    goal='note "{text}" if the invoice {path} isn\'t paid',
    wordings=(
        'look up in {table} if {path} is paid, and if it isn\'t, note "{text}"',
        'check {path} against {table}; should it still be open, make the note "{text}"',
        "If {path} isn't paid yet (see {table}), I need a note: {text}. If it is, just tell me.",
        'Has {path} been settled according to {table}? If not, note "{text}".',
        '~{path} not in {table}? note "{text}"',
    ),
    split=Split.TEST,
)
def note_if_open(play: Play) -> None:
    """Three calls or four: only an open invoice is noted."""
    form = invoice(play.draw, play.state["today"], has_total=True)
    is_settled = play.draw.chance(0.45)
    book = payments(play.draw, play.state["today"], [(form["number"], form["total"])] if is_settled else [])
    path, table = put_form(play, form), put_form(play, book, "csv")
    if not is_settled and form["number"] in book["days"]:
        raise play.unsuitable("the number is there by chance")
    text = play.draw.pick((f"pay {form['firm']}", f"open: {form['firm']}", f"transfer money to {form['firm']}"))
    play.ask(path=path, table=table, number=form["number"], text=text, column=book["columns"][0])
    play.call("read_file", {"path": path})
    play.learn("I must look for the number {number}.", "{number} is its number.")
    play.call("table_columns", {"path": table})
    play.learn("{column} is the column for that.", "The column {column} has the numbers.")
    play.call(
        "find_rows",
        {"path": table, "where_column": book["columns"][0], "where_op": "eq", "where_value": form["number"]},
        does="look for {where_value} under {where_column} in {table}",
    )
    if is_settled:
        play.learn(
            "It is there: paid on {day}.", "A payment of {day} has that number.", day=book["days"][form["number"]]
        )
        play.conclude(
            "It was paid on {day}, so I noted nothing.", "It is settled since {day}; no note is needed.", facts=["day"]
        )
        return
    play.learn("There is no payment with that number, so the note is due.", "{number} isn't there: it is open.")
    play.call("add_note", {"text": text})
    play.learn("That is noted.", '"{text}" is saved as a note.')
    play.conclude(
        "It is not paid yet. I noted: {text}.", "There is no payment for it; the note says {text}.", facts=[NO]
    )


@DOCUMENTS.intent(
    goal="tell which invoice is higher, {path} or {other}",
    wordings=(
        "which invoice is higher, {path} or {other}?",
        "compare the totals of {path} and {other}",
        "do I pay more for {path} or for {other}?",
        "I have the bills {path} and {other}. Which one is the larger, and how much is it?",
        "read {path} and {other} and tell me which total is higher",
        "of the two invoices {path} and {other}, which costs more?",
        "Look at both {path} and {other}: which has the higher total?",
        "~higher total: {path} or {other}",
    ),
    split=Split.TRAIN,
)
def higher_invoice(play: Play) -> None:
    """Two calls and a comparison."""
    one, two = (invoice(play.draw, play.state["today"], has_total=True) for _ in range(2))
    if one["total"] == two["total"]:
        raise play.unsuitable("both are the same")
    path, other = put_form(play, one), put_form(play, two)
    play.ask(path=path, other=other)
    play.call("read_file", {"path": path})
    play.learn("The total of {path} is {one:money}.", "{path} comes to {one:money}.", one=one["total"])
    play.call("read_file", {"path": other})
    play.learn(
        "{other} comes to {two:money}, so {winner} is higher.",
        "The other total is {two:money}: {winner} is the higher one.",
        two=two["total"],
        winner=path if one["total"] > two["total"] else other,
    )
    play.conclude(
        "{winner} is higher: {most:money} against {least:money} euros.",
        "It is {winner}, with {most:money} euros to {least:money}.",
        facts=["winner", "most"],
        most=max(one["total"], two["total"]),
        least=min(one["total"], two["total"]),
    )


@DOCUMENTS.intent(
    goal="add up the invoices of {firm} and {other_firm} and write the sum to {target}",
    wordings=(
        "find the invoices of {firm} and {other_firm}, add up their totals and write just the sum into {target}",
        "look for the invoices of {firm} and of {other_firm} and store the sum of their totals in {target}, just the number",
        "Two bills lie around here, from {firm} and {other_firm}. Save what they come to together in {target}, digits only.",
        "I owe money to {firm} and to {other_firm}. Find both invoices, sum up the totals, "
        "and save the bare number as {target}.",
        "search for the bills from {firm} and from {other_firm}; the sum of both totals, only the number, goes to {target}",
        "What do {firm} and {other_firm} get together? Their invoices are among my files. Write the number alone to {target}.",
        "put the sum of the two invoice totals ({firm} and {other_firm}) into {target}, nothing else",
        "~{firm} + {other_firm} invoices: sum of totals > {target}",
    ),
    essential="write_file",
    split=Split.TRAIN,
)
def sum_of_found_invoices(play: Play) -> None:
    """Six calls: found and read, found and read, added, written."""
    one, two = _two_firms(play)
    target = play.draw.pick(("owed.txt", "to-pay.txt", "both.txt", "sum-of-bills.txt"))
    play.ask(target=target)
    for form in (one, two):
        play.call("search_files", {"query": form["firm"]})
        play.learn("{found} is from {issuer}.", "{issuer} is in {found}.", found=form["path"], issuer=form["firm"])
        play.call("read_file", {"path": form["path"]})
        play.learn("Its total is {amount:money}.", "{issuer} gets {amount:money}.", amount=form["total"])
    sum_of_both = plain(exact(one["total"]) + exact(two["total"]))
    said = play.call("calculate", {"expression": f"{one['total']:.2f} + {two['total']:.2f}"}, derived=["expression"])
    play.learn("Together it is {sum:money}.", "The sum is {sum:money}.", sum=sum_of_both)
    play.call("write_file", {"path": target, "text": said}, does="write {text} to {target}")
    play.learn("{target} has the sum now.", "The sum is saved in {target}.")
    play.conclude(
        "Together it is {sum:money} euros; I wrote that to {target}.",
        "{target} holds the sum, {sum:money}.",
        facts=["sum"],
    )


def _two_firms(play: Play) -> list[dict[str, Any]]:
    """Put two invoices of different firms into the scene, each found by its firm; fill `firm` and `other_firm`."""
    forms = [invoice(play.draw, play.state["today"], has_total=True) for _ in range(2)]
    every = "\n".join(play.state["files"].values())
    firms = [form["firm"] for form in forms]
    if firms[0] == firms[1] or any(firm in every for firm in firms):
        raise play.unsuitable("the firms are mentioned elsewhere")
    for form in forms:
        form["path"] = put_form(play, form)
    play.slots.update(firm=firms[0], other_firm=firms[1])
    return forms


@DOCUMENTS.intent(
    goal="tell how much more one of {firm} and {other_firm} charges than the other",
    wordings=(
        "find the invoices of {firm} and {other_firm} and tell me the difference between their totals",
        "How far apart are the bills from {firm} and {other_firm}? Both are somewhere in my files.",
        "I got bills from {firm} and {other_firm}. By how much do their totals differ?",
        "search my files for {firm} and for {other_firm}, and subtract the smaller total from the larger",
        "~difference of totals: {firm} / {other_firm}",
    ),
    split=Split.TEST,
)
def difference_of_found_invoices(play: Play) -> None:
    """Five calls: found and read, found and read, subtracted."""
    one, two = _two_firms(play)
    play.ask()
    for form in (one, two):
        play.call("search_files", {"query": form["firm"]})
        play.learn("The bill from {issuer} is {found}.", found=form["path"], issuer=form["firm"])
        play.call("read_file", {"path": form["path"]})
        play.learn("It comes to {amount:money}.", "{amount:money} is its total.", amount=form["total"])
    high, low = sorted((one["total"], two["total"]), reverse=True)
    if high == low:
        raise play.unsuitable("both are the same")
    play.call("calculate", {"expression": f"{high:.2f} - {low:.2f}"}, derived=["expression"])
    play.learn("The difference is {gap:money}.", "They differ by {gap:money}.", gap=plain(exact(high) - exact(low)))
    play.conclude(
        "The totals differ by {gap:money} euros.",
        "{gap:money} euros: {high:money} against {low:money}.",
        facts=["gap"],
        high=high,
        low=low,
    )


@DOCUMENTS.intent(
    goal="write the ingredients of {path} to {target}",
    wordings=(
        "write the ingredients of {path} to {target}, one per line, without the amounts",
        "list what {path} calls for in {target}: one ingredient a line, no amounts",
        "make a shopping list {target} from the recipe {path}: only the names of the ingredients, one a line",
        "I'm going shopping for {path}. Put the names of the ingredients into {target}, line by line.",
        "take the recipe {path} and save what I have to buy in {target}: names only, one per line",
        "turn {path} into a shopping list, just the ingredients' names on separate lines, and call it {target}",
        "Which things do I need for {path}? Write the names into {target}, one per line.",
        "~ingredients of {path} > {target} (names, one per line)",
    ),
    essential="write_file",
    split=Split.TRAIN,
)
def shopping_list(play: Play) -> None:
    """Two calls: a recipe is read, and the names in it become a list."""
    form = recipe(play.draw)
    path = put_form(play, form, "txt", "md")
    names = [item["name"] for item in form["items"]]
    target = play.draw.pick(("shopping.txt", "buy.txt", "list.txt", "market.txt"))
    play.ask(path=path, target=target)
    play.call("read_file", {"path": path})
    play.learn("It needs {names}.", "The ingredients are {names}.", names=names)
    play.call(
        "write_file",
        {"path": target, "text": "\n".join(names)},
        does="write {names} to {target}, one per line",
        derived=["text"],
    )
    play.learn("The list is in {target}.", "{target} has {count} lines now.", count=len(names))
    play.conclude(
        "{target} now lists {names}.",
        "I wrote {names} to {target}.",
        "You need {names}; it's all in {target}.",
        facts=["names"],
    )


@DOCUMENTS.intent(
    goal="tell how much {name} the recipe {path} takes",
    wordings=(
        "how much {name} does {path} take?",
        "what amount of {name} is in the recipe {path}?",
        "look up the {name} in {path}",
        "I'm in the middle of cooking. How much {name} does {path} say?",
        "open the recipe {path} and tell me the amount of {name}",
        "read me the line with {name} from {path}",
        "Do I have enough {name} for {path}? Tell me how much it takes.",
        "~{name} in {path}?",
        "~{path}: how much {name}",
    ),
    essential="read_file",
    split=Split.TRAIN,
)
def ingredient(play: Play) -> None:
    """One call."""
    form = recipe(play.draw)
    path = put_form(play, form, "txt", "md")
    item = play.draw.pick(form["items"])
    play.ask(path=path, name=item["name"], amount=item["amount"], unit=item["unit"])
    play.call("read_file", {"path": path})
    play.learn("It takes {amount} {unit} of {name}.", "The line for {name} says {amount} {unit}.")
    play.conclude(
        "{amount} {unit}.", "It takes {amount} {unit} of {name}.", "You need {amount} {unit}.", facts=["amount"]
    )


@DOCUMENTS.intent(
    goal="find a recipe with {name}",
    wordings=(
        "do I have a recipe with {name}?",
        "which of my recipes uses {name}, and how long does it take?",
        "I have {name} left over. Is there a recipe for it in my files, and how many minutes does it need?",
        "find a recipe with {name} in my files and tell me the time it takes",
        "~recipe with {name}? minutes?",
    ),
    split=Split.TEST,
)
def recipe_with(play: Play) -> None:
    """Two calls: found by an ingredient, then read."""
    form = recipe(play.draw)
    name = play.draw.pick(form["items"][1:])["name"]
    if any(name in text for text in play.state["files"].values()):
        raise play.unsuitable("it is mentioned elsewhere")
    path = put_form(play, form, "txt", "md")
    play.ask(name=name, minutes=form["minutes"], title=form["title"], path=path)
    play.call("search_files", {"query": name})
    play.learn("{path} has {name} in it.", "{name} stands in {path}.")
    play.call("read_file", {"path": path})
    play.learn("It is a recipe for {title} and takes {minutes} minutes.", "{title:cap}, {minutes} minutes.")
    play.conclude(
        "Yes: {title}, in {path}. It takes {minutes} minutes.",
        "There is {path}, {title}, {minutes} minutes.",
        facts=["path", "minutes"],
    )
