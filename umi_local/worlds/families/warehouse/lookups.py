"""What is there, where it lies, what is to come: calls that change nothing."""

from __future__ import annotations

from umi_local.worlds.facts import NO, Fact
from umi_local.worlds.families.warehouse.service import WAREHOUSE, any_article, any_bin, stock_of
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

EMPTY = Fact("text", "empty", ("nothing", "no article", "no pieces"))


@WAREHOUSE.intent(
    goal="tell how many {name} are in stock",
    wordings=(
        "how many {name} do we have?",
        "check our stock of {name}",
        "tell me how many {name} are left in the warehouse",
        "I need the current stock of {name} for the monthly report.",
        "A customer wants {name}. How many could we deliver at once?",
        "look up the number of {name} in stock",
        "find out how many pieces of the article {name} there are",
        "are there any {name} left, and how many?",
        "~stock of {name}?",
        "~{name}: how many",
    ),
    essential="find_article",
    missing=Missing(
        wordings=(
            "how many of them do we have?",
            "check our stock of that article",
            "I need the current stock of an article for the monthly report.",
            "look up how many are left",
            "~how many left?",
        ),
        needs="the name of the article",
        goal="tell the stock of an article",
        slot="name",
    ),
    split=Split.TRAIN,
)
def how_many(play: Play) -> None:
    """One call; then perhaps who supplies it, which is known already."""
    play.ask(name=any_article(play)["name"])
    found = play.call("find_article", {"words": play.slots["name"]})[0]
    play.learn("There are {stock} {name} in stock.", "The stock of {name} is {stock}.", stock=found["stock"])
    play.conclude(
        "There are {stock} {name} in stock.",
        "We have {stock} of them.",
        "The stock of {name} is {stock}.",
        facts=["stock"],
    )
    if play.draw.chance(0.3):
        play.then_ask(
            "And who supplies them?",
            "from which company do they come?",
            "who do we buy them from?",
            goal="tell who supplies the {name}",
        )
        play.conclude(
            "The supplier is {supplier}.",
            "They come from {supplier}.",
            facts=["supplier"],
            why=(
                "The record of the {name} names the supplier, {supplier}. I needn't look again.",
                "I have seen that already: {supplier} supplies the {name}.",
            ),
            supplier=found["supplier"],
        )


@WAREHOUSE.intent(
    goal="say where the article {code} lies",
    wordings=(
        "where is article {code}?",
        "in which bins do I find {code}?",
        "show me all places that hold {code}",
        "tell me where {code} is stored",
        "I'm standing in the hall and can't find {code}. Where should I look?",
        "list the bins with {code} in them",
        "The forklift driver asks for the location of {code}.",
        "find out which bins hold {code}",
        "~bins {code}",
        "~where's {code}",
    ),
    essential="bins_of",
    missing=Missing(
        wordings=(
            "where do I find that article?",
            "in which bins is it?",
            "I'm standing in the hall and can't find my article. Where should I look?",
            "~which bin?",
        ),
        needs="the article's code",
        goal="say where an article lies",
        slot="code",
    ),
    split=Split.TRAIN,
)
def where_is(play: Play) -> None:
    """One call, a list of places."""
    play.ask(code=any_article(play)["code"])
    found = play.call("bins_of", {"code": play.slots["code"]})
    play.learn(
        "{code} lies in {bins}.",
        "The list shows {count:n bin} with {code}: {bins}.",
        bins=[one["bin"] for one in found],
        count=len(found),
    )
    play.conclude("You find {code} in {bins}.", "{code} is in {bins}.", "Look in {bins}.", facts=["bins"])


@WAREHOUSE.intent(
    goal="say what is in bin {bin}",
    wordings=(
        "what is in bin {bin}?",
        "look into {bin} and tell me what it holds",
        "check bin {bin}",
        "what do the records say about the contents of {bin}?",
        "The label on {bin} has come off. What should be in there?",
        "tell me which article lies in {bin}, and how much of it",
        "is there anything in bin {bin}?",
        "I'd like to use {bin}. Is it empty, or what does it hold?",
        "~content of {bin}",
        "~{bin}?",
    ),
    essential="bin_content",
    missing=Missing(
        wordings=(
            "what is in this bin?",
            "The label on my bin has come off. What should be in there?",
            "check a bin for me",
            "~content of bin",
        ),
        needs="the code of the bin",
        goal="say what is in a bin",
        slot="bin",
    ),
    split=Split.TRAIN,
)
def what_is_in(play: Play) -> None:
    """One call; some bins are empty."""
    play.ask(bin=any_bin(play, is_filled=play.draw.chance(0.7)))
    found = play.call("bin_content", {"bin": play.slots["bin"]})
    if found["article"] is None:
        play.learn(
            "Bin {bin} is empty; {room} pieces fit in.",
            "Nothing is in {bin}, it has room for {room}.",
            room=found["room"],
        )
        play.conclude(
            "There is nothing in {bin}; it has room for {room} pieces.",
            "Nothing: {bin} is empty and takes {room} pieces.",
            facts=[EMPTY],
            derived=[EMPTY],
        )
        return
    play.learn(
        "{bin} holds {quantity} {name} ({code}).",
        "In {bin} there are {quantity} pieces of {code}, {name}.",
        quantity=found["quantity"],
        name=found["name"],
        code=found["article"],
    )
    play.conclude(
        "Bin {bin} holds {quantity} {name} ({code}).",
        "There are {quantity} {name} in {bin}.",
        facts=["quantity", "name"],
    )


@WAREHOUSE.intent(
    goal="tell how many pieces of {code} are in zone {zone}",
    wordings=(
        "how many pieces of {code} are in zone {zone}?",
        "count the stock of {code} in zone {zone} only",
        "how much of {code} do we keep in zone {zone}, all bins there together?",
        "Zone {zone} will be closed. How many pieces of {code} are affected?",
        "add up what the bins of zone {zone} hold of {code}",
        "tell me the quantity of {code} in the bins that begin with {zone}",
        "work out how many {code} lie in {zone}, leaving out the other zones",
        "~{code} in zone {zone}, how many",
        "~zone {zone}: sum of {code}",
    ),
    essential="bins_of",
    split=Split.DEV,
)
def in_zone(play: Play) -> None:
    """One call; some rows are added up, perhaps none."""
    article = any_article(play)
    zone = play.draw.pick(("A", "B", "C", "D"))
    play.ask(code=article["code"], zone=zone)
    found = [one for one in play.call("bins_of", {"code": article["code"]}) if one["bin"].startswith(zone)]
    if not found:
        play.learn("None of the bins with {code} is in zone {zone}.", "{code} lies only in other zones than {zone}.")
        play.conclude("There are none in zone {zone}.", "Zone {zone} has no {code}.", facts=[NO])
        return
    play.learn(
        "In zone {zone} it is {bins} with {each}, so {sum} pieces.",
        "{bins} belong to zone {zone}; {each} make {sum}." if len(found) > 1 else "Only {bins} counts, with {sum}.",
        bins=[one["bin"] for one in found],
        each=[one["quantity"] for one in found],
        sum=sum(one["quantity"] for one in found),
    )
    play.conclude(
        "Zone {zone} has {sum:n piece} of {code}.",
        "{sum:n piece} of {code} in zone {zone}.",
        facts=["sum"],
        derived=["sum"],
    )


@WAREHOUSE.intent(
    goal="say whether the stock of {name} is below the minimum, and by how much",
    wordings=(
        "are we below the minimum for {name}? if so, by how many?",
        "check whether there are fewer {name} than the minimum, and how many are lacking",
        "do the {name} have to be reordered? tell me how far below the minimum we are",
        "compare the stock of {name} with its minimum and tell me the gap",
        "Have we still got enough {name}? I want the number that's missing to the minimum, if any.",
        "find out how many {name} we lack to reach the minimum stock",
        "The shelf with the {name} looks rather empty. Is that below the minimum, and by how much?",
        "~{name}: below minimum? gap?",
        "~missing {name} to min stock",
    ),
    essential="find_article",
    split=Split.TEST,
)
def below_minimum(play: Play) -> None:
    """One call, two numbers, their difference."""
    article = any_article(play)
    stock = stock_of(play.state, article["code"])
    article["minimum"] = play.draw.pick(
        (stock + play.draw.whole(5, 90), stock + play.draw.whole(5, 90), max(1, stock // 2))
    )
    play.ask(name=article["name"])
    found = play.call("find_article", {"words": article["name"]})[0]
    gap = found["minimum"] - found["stock"]
    said = {"stock": found["stock"], "minimum": found["minimum"], "gap": gap}
    if gap > 0:
        play.learn(
            "The stock is {stock} and the minimum {minimum}, so {gap} are lacking.",
            "{stock} is less than {minimum}: the gap is {gap}.",
            **said,
        )
        play.conclude(
            "Yes, there are {stock} {name} and the minimum is {minimum}: {gap} are missing.",
            "We lack {gap} {name}: {stock} are there, {minimum} should be.",
            facts=["gap"],
            derived=["gap"],
        )
    else:
        play.learn(
            "The stock is {stock}, the minimum only {minimum}.",
            "{stock} is more than the minimum of {minimum}.",
            **said,
        )
        play.conclude(
            "No, there are {stock} {name}, and the minimum is {minimum}.",
            "No, with {stock} in stock we are above the minimum of {minimum}.",
            facts=[NO],
        )


@WAREHOUSE.intent(
    goal="give the order address of the supplier {supplier}",
    wordings=(
        "what is the e-mail address of {supplier}?",
        "how do I write to our supplier {supplier}?",
        "give me the address to which orders for {supplier} go",
        "look up where to send a mail for {supplier}",
        "I have a complaint about something from {supplier}. Where can I write?",
        "find the contact address of {supplier}",
        "The invoice of {supplier} is wrong. I need their e-mail.",
        "~{supplier} email",
        "~contact {supplier}",
    ),
    essential="find_supplier",
    missing=Missing(
        wordings=(
            "what is the supplier's e-mail address?",
            "how do I write to our supplier?",
            "I have a complaint about a supplier. Where can I write?",
            "~email of supplier",
        ),
        needs="the name of the supplier",
        goal="give the order address of a supplier",
        slot="supplier",
    ),
    split=Split.TRAIN,
)
def supplier_address(play: Play) -> None:
    """One call; then perhaps another of the supplier's terms."""
    play.ask(supplier=play.draw.pick(play.state["suppliers"])["name"])
    found = play.call("find_supplier", {"supplier": play.slots["supplier"]})
    play.learn("{supplier} is reached at {email}.", "The address of {supplier} is {email}.", email=found["email"])
    play.conclude("Write to {email}.", "The address of {supplier} is {email}.", "It is {email}.", facts=["email"])
    if play.draw.chance(0.4):
        play.then_ask(
            "And how long do they take to deliver?",
            "how many days does a delivery from them take?",
            "what's their delivery time?",
            goal="tell the lead time of {supplier}",
        )
        play.conclude(
            "They take {days:n day}.",
            "{supplier} delivers in {days:n day}.",
            facts=["days"],
            why=("The record that I opened says {days:n day}.", "I know that already, {supplier} takes {days:n day}."),
            days=found["lead_days"],
        )
