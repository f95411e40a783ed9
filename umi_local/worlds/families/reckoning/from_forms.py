"""Recipes, invoices, birthdays and contracts: what they say is scaled, added up, converted, counted to."""

from __future__ import annotations

from umi_local.worlds.families._papers.forms import invoice, recipe
from umi_local.worlds.families.reckoning.service import RECKONING, money, put_form, result
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@RECKONING.intent(
    goal="scale the {name} in {path} to {people} people",
    wordings=(
        "how much {name} do I need for {people} people, going by {path}?",
        "Scale {path} to {people} servings: how much {name} is that?",
        "I'm cooking the {title} for {people}. {path} has the recipe. How much {name} does it take?",
        "work out the amount of {name} for {people} people; the recipe is {path}",
        "{people} guests are coming. What amount of {name} does the recipe in {path} need then?",
        "take the recipe in {path} and tell me the {name} for {people} portions",
        "How many grams or millilitres of {name} for {people} people? Recipe: {path}.",
        "~{name} for {people}, recipe {path}",
        "~{path} x {people} people: {name}?",
    ),
    missing=Missing(
        wordings=(
            "scale {path}: how much {name} is that?",
            "How much {name} do I need if more people come? The recipe is {path}.",
            "~{path}: {name} for more people",
        ),
        needs="the number of people",
        goal="scale the {name} in {path}",
        slot="people",
    ),
    split=Split.TRAIN,
)
def scale_recipe(play: Play) -> None:
    """Two calls: the amount and the servings are read, then scaled."""
    form = recipe(play.draw)
    path = put_form(play, form, play.draw.pick(("txt", "md")))
    item = play.draw.pick(form["items"])
    people = play.draw.pick([n for n in (2, 3, 4, 5, 6, 8, 10, 12) if n != form["servings"]])
    play.ask(name=item["name"], title=form["title"], people=people, unit=item["unit"])
    play.call("read_file", {"path": path})
    play.learn(
        "It takes {amount} {unit} of {name} for {servings}.",
        "For {servings} people it says {amount} {unit} of {name}.",
        amount=item["amount"],
        servings=form["servings"],
    )
    said = play.call(
        "calculate",
        {"expression": f"round({item['amount']} / {form['servings']} * {people}, 1)"},
        derived=["expression"],
    )
    play.learn("For {people} that is {found} {unit}.", "Scaled to {people} it is {found} {unit}.", found=result(said))
    play.conclude(
        "You need {found} {unit} of {name}.",
        "For {people} people it takes {found} {unit} of {name}.",
        "{found} {unit}, instead of {amount} for {servings}.",
        facts=["found"],
    )


@RECKONING.intent(
    goal="convert the {name} in {path} to {to_unit}",
    wordings=(
        "how much {name} in {to_unit} does {path} ask for?",
        "what is the {name} in {path}, in {to_unit}?",
        "My scales show {to_unit} only. How much {name} do I take for {path}?",
        "convert the amount of {name} in {path} to {to_unit}",
        "read the recipe {path} and give me the {name} in {to_unit}",
        "~{path}: {name} in {to_unit}",
    ),
    missing=Missing(
        wordings=(
            "how much {name} in {to_unit} does my recipe ask for?",
            "read the recipe and give me the {name} in {to_unit}",
            "~recipe: {name} in {to_unit}",
        ),
        needs="the file with the recipe",
        goal="convert the {name} of a recipe to {to_unit}",
        slot="path",
    ),
    split=Split.TEST,
)
def convert_ingredient(play: Play) -> None:
    """Two calls: an amount is read, then converted."""
    form = recipe(play.draw)
    path = put_form(play, form)
    item = play.draw.pick(form["items"])
    to_unit = "ounces" if item["unit"] == "g" else "cups"
    play.ask(name=item["name"], to_unit=to_unit, unit=item["unit"])
    play.call("read_file", {"path": path})
    play.learn("It says {amount} {unit} of {name}.", "{amount} {unit} of {name} are needed.", amount=item["amount"])
    said = play.call("convert_units", {"value": item["amount"], "from_unit": item["unit"], "to_unit": to_unit})
    play.learn("That makes {found} {to_unit}.", "{amount} {unit} are {found} {to_unit}.", found=result(said))
    play.conclude("You need {found} {to_unit} of {name}.", "{found} {to_unit}.", facts=["found"])


@RECKONING.intent(
    goal="add up the invoice {path}",
    wordings=(
        "what does the invoice {path} come to?",
        "add up the amounts in {path}",
        "{path} has no total. What is it?",
        "work out the total of the bill in {path}",
        "how much do I have to pay for {path}, all items together?",
        "Someone forgot the sum on {path}. Add up the items, please.",
        "sum up the positions of the invoice {path}",
        "~total of invoice {path}",
        "~{path}: sum",
    ),
    split=Split.TRAIN,
)
def add_up_invoice(play: Play) -> None:
    """Two calls: two or three amounts are read, then added."""
    form = invoice(play.draw, play.state["today"])
    path = put_form(play, form)
    play.ask()
    play.call("read_file", {"path": path})
    play.learn(
        "The amounts are {amounts}.",
        "It lists {amounts}.",
        amounts=[play.text("{a:money}", {"a": amount}) for amount in form["amounts"]],
    )
    play.call("calculate", {"expression": " + ".join(map(money, form["amounts"]))}, derived=["expression"])
    play.learn("They make {total:money}.", "Added up it is {total:money}.", total=form["total"])
    play.conclude(
        "The invoice comes to {total:money} euros.",
        "{total:money} euros in all.",
        "The total of {path} is {total:money} euros.",
        facts=["total"],
    )


@RECKONING.intent(
    goal="add up the invoice {path} and add {percent} percent VAT",
    wordings=(
        "what does {path} come to with {percent}% VAT on top?",
        "add up the items in {path} and put {percent} percent VAT on them",
        "The amounts in {path} are net. What is the total with {percent}% tax?",
        "work out the gross total of {path}, VAT is {percent} percent",
        "how much is the bill {path} including {percent} percent tax?",
        "~{path} sum + {percent}% VAT",
    ),
    missing=Missing(
        wordings=(
            "what does my invoice come to with {percent}% VAT on top?",
            "work out the gross total of an invoice, VAT is {percent} percent",
            "~invoice + {percent}% VAT",
        ),
        needs="the file with the invoice",
        goal="add up an invoice with {percent} percent VAT",
        slot="path",
    ),
    split=Split.TEST,
)
def invoice_with_tax(play: Play) -> None:
    """Two calls: the amounts are read, then added and raised in one expression."""
    form = invoice(play.draw, play.state["today"])
    path = put_form(play, form)
    percent = play.draw.pick((7, 19, 20, 21))
    play.ask(percent=percent)
    play.call("read_file", {"path": path})
    play.learn(
        "Net it is {amounts}.",
        "The net amounts are {amounts}.",
        amounts=[play.text("{a:money}", {"a": amount}) for amount in form["amounts"]],
    )
    said = play.call(
        "calculate",
        {"expression": f"round(({' + '.join(map(money, form['amounts']))}) + {percent}%, 2)"},
        derived=["expression"],
    )
    play.learn("With tax it is {gross:money}.", "The gross total is {gross:money}.", gross=result(said))
    play.conclude(
        "With VAT it comes to {gross:money} euros.", "The gross total is {gross:money} euros.", facts=["gross"]
    )


@RECKONING.intent(
    goal="count the days left to pay the invoice {path}",
    wordings=(
        "how many days do I have left to pay {path}?",
        "by when must {path} be paid, and in how many days is that?",
        "check the due date of the invoice {path} and count the days until then",
        "I don't want to be late with {path}. How many days are left to pay it?",
        "when is the bill {path} due, and how far off is that in days?",
        "look at the invoice {path} and tell me how many days remain",
        "~{path}: days left to pay",
        "~due date of {path} + days left",
    ),
    split=Split.TRAIN,
)
def days_to_pay(play: Play) -> None:
    """Two calls: the due date is read, not the date of issue, then counted to."""
    form = invoice(play.draw, play.state["today"], has_total=True)
    if form["due"] <= play.state["today"]:
        raise play.unsuitable("it is due")
    path = put_form(play, form)
    play.ask(due=form["due"])
    play.call("read_file", {"path": path})
    play.learn("The invoice is due on {due}.", "It has to be paid by {due}.")
    said = play.call(
        "date_difference",
        {"start": "today", "end": form["due"]},
        does="count the days from today to {due:iso}",
        derived=["start"],
    )
    play.learn("From today it is {count:n day}.", "{count:n day} to go until then.", count=int(said.split()[0]))
    play.conclude(
        "You have {count:n day} left: it is due on {due}.",
        "It is due on {due}, in {count:n day}.",
        "{count:n day}, until {due}.",
        facts=["count", "due"],
    )
