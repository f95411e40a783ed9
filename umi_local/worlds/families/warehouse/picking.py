"""Picking lists: which comes first, whether the stock covers them, closing them."""

from __future__ import annotations

from umi_local.worlds.facts import NO, YES, Fact
from umi_local.worlds.families.warehouse.service import WAREHOUSE, any_list, stock_of
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@WAREHOUSE.intent(
    goal="tell what to pick for the most urgent picking list",
    wordings=(
        "which open picking list is due first, and what's on it?",
        "what should I pick first? tell me the list's number and the articles",
        "find the most urgent picking list and read it to me",
        "I have an hour left. Which picking list comes first by date, and what does it ask for?",
        "look up the open list with the earliest date and its articles",
        "tell me the number of the next due picking list and what has to be picked for it",
        "Of all lists that are open, show me the contents of the one that is needed first.",
        "~most urgent pick list, contents?",
        "~next list by due date + lines",
    ),
    essential="open_lists",
    split=Split.TRAIN,
)
def most_urgent(play: Play) -> None:
    """Two calls: the earliest date decides which list is opened."""
    days = sorted(one["due"] for one in play.state["lists"].values())
    if len(set(days)) < len(days):
        raise play.unsuitable("two are due on one day")
    play.ask()
    first = min(play.call("open_lists"), key=lambda one: one["due"])
    play.learn(
        "List {number} for {customer} is due first, on {day}.",
        "The earliest date is {day}, list {number}.",
        number=first["number"],
        customer=first["customer"],
        day=first["due"],
    )
    lines = play.call("picking_list", {"number": first["number"]})["lines"]
    play.learn(
        "It asks for {lines}.",
        "To be picked: {lines}.",
        lines=[f"{line['quantity']} of {line['code']}" for line in lines],
        codes=[line["code"] for line in lines],
    )
    play.conclude(
        "List {number} is due first, on {day}: {lines}.",
        "Pick list {number} for {customer}, due on {day}. It has {lines}.",
        facts=["number", "codes"],
    )


@WAREHOUSE.intent(
    goal="say whether there is enough stock for picking list {number}",
    wordings=(
        "do we have enough stock for picking list {number}?",
        "check if list {number} can be picked completely",
        "is everything on picking list {number} in stock, in the right quantity?",
        "The driver waits for list {number}. Is there enough of everything?",
        "find out whether the stock covers picking list {number}; name what's short",
        "compare picking list {number} with the stock",
        "can list {number} go out as it is, or is something short?",
        "make sure that nothing is short for list {number}, or tell me what is",
        "~list {number} enough stock?",
        "~pick {number}: short of anything",
    ),
    essential="picking_list",
    missing=Missing(
        wordings=(
            "do we have enough stock for my picking list?",
            "check if my list can be picked completely",
            "The driver waits. Is there enough of everything on the list?",
            "~enough stock for list?",
        ),
        needs="the number of the picking list",
        goal="say whether there is enough stock for a picking list",
        slot="number",
    ),
    split=Split.TRAIN,
)
def list_covered(play: Play) -> None:
    """Two to four calls: one for each line, and a comparison each time."""
    chosen = any_list(play)
    for line in chosen["lines"]:
        if play.draw.chance(0.3):
            line["quantity"] = stock_of(play.state, line["code"]) + play.draw.whole(2, 30)
    play.ask(number=chosen["number"])
    short = []
    for line in play.call("picking_list", {"number": chosen["number"]})["lines"]:
        play.slots.update(code=line["code"], wanted=line["quantity"])
        play.learn("It needs {wanted} of {code}.", "{wanted} of {code} are on it.")
        stock = play.call("find_article", {"words": line["code"]})[0]["stock"]
        play.slots.update(stock=stock, lack=line["quantity"] - stock)
        if stock < line["quantity"]:
            short.append(line["code"])
            play.learn("There are only {stock}, so {lack} are lacking.", "The stock is {stock}: {lack} too few.")
        else:
            play.learn("There are {stock}, which is enough.", "With {stock} in stock that is covered.")
    if short:
        play.conclude(
            "No, there is not enough of {short}.",
            "No: the stock of {short} doesn't cover list {number}.",
            facts=[NO, "short"],
            short=short,
        )
    else:
        play.conclude(
            "Yes, everything on list {number} is in stock.",
            "Yes, the stock covers all of list {number}.",
            facts=[YES, "number"],
        )


@WAREHOUSE.intent(
    goal="close picking list {number}",
    wordings=(
        "Picking list {number} is done, close it.",
        "close picking list {number}",
        "mark list {number} as picked",
        "Everything on picking list {number} is on the pallet. Finish it in the system.",
        "I have just picked list {number}. Please check it off.",
        "set pick list {number} to picked, unless somebody already did",
        "complete picking list {number} for me",
        "My colleague picked list {number} while you were busy. Close it, if it isn't closed yet.",
        "~list {number} done",
        "~close list {number}",
    ),
    essential="close_list",
    missing=Missing(
        wordings=(
            "close my picking list",
            "mark a list as picked",
            "Everything is on the pallet. Finish the picking list in the system.",
            "~pick list done",
        ),
        needs="the number of the picking list",
        goal="close a picking list",
        slot="number",
    ),
    split=Split.TRAIN,
)
def finish_list(play: Play) -> None:
    """One call; perhaps it was closed before."""
    chosen = any_list(play)
    chosen["status"] = play.draw.pick(("open", "open", "picked"))
    play.ask(number=chosen["number"])
    reply = play.attempt("close_list", {"number": chosen["number"]})
    if reply.failed:
        play.learn("List {number} had been picked before.", "It was refused, because list {number} is picked already.")
        play.conclude(
            "Nothing had to be done: list {number} was picked already.",
            "List {number} is picked already, so I did not have to close it.",
            facts=[Fact("text", "already", ("before", "earlier", "previously"))],
        )
    else:
        play.learn("List {number} counts as picked now.", "The list {number} is closed.")
        play.conclude("Picking list {number} is closed.", "List {number} is marked as picked.", facts=["number"])


@WAREHOUSE.intent(
    goal="close picking list {number} if the stock covers it, else order {spare} of what is short",
    wordings=(
        "close picking list {number} if there's enough stock for it, otherwise order {spare} of the article from its supplier",
        "Can list {number} be filled from stock? Then close it. If not, order {spare} of the article that's short.",
        "check list {number} against the stock; if it's covered, mark it as picked, else get {spare} more from the supplier",
        "I'd like to finish picking list {number}. Should the stock not do, order {spare} pieces of the article instead.",
        "finish list {number} or, if we have too few, reorder {spare} from the supplier of the article",
        "see if we have enough for pick list {number}; close it then, and otherwise buy {spare} of what it needs",
        "Either close list {number}, in case the stock is enough, or reorder {spare} of its article.",
        "~list {number}: enough stock -> close, else order {spare}",
    ),
    essential="picking_list",
    split=Split.TEST,
)
def close_or_order(play: Play) -> None:
    """Three calls; which the last one is depends on a comparison."""
    chosen = any_list(play)
    chosen["lines"] = chosen["lines"][:1]
    line, is_short = chosen["lines"][0], play.draw.chance(0.5)
    stock = stock_of(play.state, line["code"])
    line["quantity"] = stock + play.draw.whole(1, 40) if is_short else play.draw.whole(1, stock)
    play.ask(number=chosen["number"], spare=play.draw.whole(220, 500, 10))
    opened = play.call("picking_list", {"number": chosen["number"]})["lines"][0]
    play.learn(
        "It needs {wanted} pieces of {code}.",
        "List {number} is about {wanted} of {code}.",
        wanted=opened["quantity"],
        code=opened["code"],
    )
    found = play.call("find_article", {"words": opened["code"]})[0]
    play.slots.update(stock=found["stock"], supplier=found["supplier"])
    if not is_short:
        play.learn("There are {stock}, so {wanted} can be picked.", "{stock} in stock are enough for {wanted}.")
        play.call("close_list", {"number": chosen["number"]})
        play.learn("List {number} is closed.", "The list counts as picked now.")
        play.conclude(
            "There are {stock} of {code}, enough for list {number}; it is closed now.",
            "I closed list {number}: it needs {wanted} of {code}, and {stock} were there.",
            facts=["number"],
        )
        return
    play.learn(
        "Only {stock} are there, fewer than {wanted}. The supplier is {supplier}.",
        "{stock} don't cover {wanted}, so more must come from {supplier}.",
    )
    order = play.call(
        "order_article", {"code": found["code"], "quantity": play.slots["spare"], "supplier": found["supplier"]}
    )
    play.learn("{supplier} took the order as number {order}.", "It is ordered, number {order}.", order=order["order"])
    play.conclude(
        "There are only {stock} of {code} for list {number}, so I ordered {spare} from {supplier}: order {order}.",
        "List {number} stays open. I ordered {spare} of {code}, order {order}.",
        facts=["spare", "order"],
    )
