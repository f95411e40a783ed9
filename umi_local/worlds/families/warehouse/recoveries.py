"""A tool fails for good, and the plan finds out by other ones."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.warehouse.service import WAREHOUSE, any_article, any_bin
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@WAREHOUSE.intent(
    goal="tell how many {name} there are, all of them in bin {bin}",
    wordings=(
        "how many {name} do we have? they should all be in {bin}",
        "check the stock of {name}; as far as I know they all lie in bin {bin}",
        "tell me how many {name} are left. We only keep them in {bin}.",
        "I need the number of {name}. They are in {bin} and nowhere else.",
        "look up our {name} (all in {bin}): how many are there",
        "What's the stock of {name}? If it helps: {bin} is their only bin.",
        "find out the quantity of {name}, which are kept in bin {bin}",
        "~stock {name}, only bin {bin}",
        "~{name} ({bin}) how many",
    ),
    kind=Kind.RECOVER,
    breaks="find_article",
    split=Split.TRAIN,
)
def stock_from_bin(play: Play) -> None:
    """The search fails for good; the bin says it as well."""
    place = any_bin(play)
    code = play.state["bins"][place]["code"]
    for other, one in play.state["bins"].items():
        if other != place and one["code"] == code:
            one |= {"code": None, "quantity": 0}
    name = play.state["articles"][code]["name"]
    play.ask(name=name, bin=place)
    reply = play.attempt("find_article", {"words": name})
    play.learn("The search for articles {said}.", "Articles can't be looked up: that tool {said}.", said=reply.error)
    found = play.call(
        "bin_content",
        {"bin": place},
        why=(
            "All of them are in {bin}, so I {does} with {tool}.",
            "But the user named the bin, and {tool} shows what {bin} holds.",
            "The bin tells as much: I {does} with {tool}.",
        ),
    )
    play.learn("{bin} holds {quantity} {name}.", "In {bin} there are {quantity} of them.", quantity=found["quantity"])
    play.conclude(
        "There are {quantity} {name}, in {bin}.",
        "We have {quantity} {name}.",
        "The stock of {name} is {quantity}, going by bin {bin}.",
        facts=["quantity"],
    )


@WAREHOUSE.intent(
    goal="find out whether {code} lies in {first} or {second}",
    wordings=(
        "is {code} in {first} or in {second}?",
        "which of the two holds {code}: {first} or {second}?",
        "find article {code}; it must be in {first} or {second}",
        "I put {code} either into {first} or into {second} and forgot which. Where is it?",
        "tell me where {code} is, I think {first} or {second}",
        "Somebody wrote {first}, somebody else {second} for {code}. Who is right?",
        "look for {code}, which should lie in {first} or else in {second}",
        "~{code}: {first} or {second}",
        "~where {code} ({first}/{second})",
    ),
    kind=Kind.RECOVER,
    breaks="bins_of",
    split=Split.TEST,
)
def one_of_two_bins(play: Play) -> None:
    """The list of places fails for good; the two bins are looked into, one after the other."""
    article = any_article(play)
    own = [place for place, one in play.state["bins"].items() if one["code"] == article["code"]]
    right, wrong = own[0], play.draw.pick([place for place in play.state["bins"] if place not in own])
    first, second = play.draw.shuffled((right, wrong))
    play.ask(code=article["code"], first=first, second=second)
    reply = play.attempt("bins_of", {"code": article["code"]})
    play.learn(
        "The list of places can't be had, its tool {said}.", "The tool that knows all places {said}.", said=reply.error
    )
    for place in (first, second):
        why = (
            "So I look myself: I {does} with {tool}.",
            "Then the bins must be looked into, {bin} first, with {tool}.",
        )
        held = play.call("bin_content", {"bin": place}, why=why if place == first else ())
        play.slots.update(place=place, other=held["article"], quantity=held["quantity"])
        if held["article"] == article["code"]:
            play.learn("{place} holds {quantity} of {code}.", "There it is: {quantity} of {code} in {place}.")
            break
        if held["article"] is None:
            play.learn("{place} is empty, so it isn't there.", "Nothing is in {place}.")
        else:
            play.learn("{place} holds {other}, not {code}.", "In {place} there is another article, {other}.")
    play.conclude(
        "{code} is in {place}, {quantity} pieces.",
        "It is {place}: that bin holds {quantity} of {code}.",
        facts=["place", "quantity"],
    )


@WAREHOUSE.intent(
    goal="say where article {code} is stored",
    wordings=(
        "which bin has article {code}?",
        "find {code} in our warehouse",
        "Somebody ordered {code}. Tell me where it lies.",
        "I was given the code {code}. Where would I find that?",
        "look up the location of {code}, which is printed on an old label",
        "do we stock {code}? if so, where?",
        "show where {code} is kept",
        "~location {code}",
        "~{code}, which bin",
    ),
    split=Split.DEV,
    weight=0.7,
)
def unknown_code(play: Play) -> None:
    """There is no such article, and the answer says so."""
    code = play.draw.code("@#####")
    if code in play.state["articles"]:
        raise play.unsuitable("that one exists")
    play.ask(code=code)
    play.attempt("bins_of", {"code": code})
    play.learn("No article has the code {code}.", "The warehouse doesn't know {code}.")
    play.conclude(
        "There is no article with the code {code}.",
        "The code {code} isn't known here; please check it.",
        "No article {code} exists in the warehouse.",
        facts=[NO],
        why=("The user should check the code.", "So it can't be found in any bin."),
    )
