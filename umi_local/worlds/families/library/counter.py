"""What happens at the counter: lending, taking back, reserving, paying."""

from __future__ import annotations

from umi_local.worlds.dates import days_later
from umi_local.worlds.families.library.service import LIBRARY, any_loan, any_member, book_id, member_number
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@LIBRARY.intent(
    goal="lend copy {copy} to member {member}< until {until}>",
    wordings=(
        "lend copy {copy} to member {member}< until {until}>",
        "check out {copy} to card {member}<, due back on {until}>",
        "Member {member} is here with copy {copy} and wants to take it home< until {until}>.",
        "book out {copy} on the card {member}< until {until}>",
        "Somebody with card {member} would like {copy}.< It should be back by {until}.> Check it out, please.",
        "issue item {copy} to reader {member}<, return date {until}>",
        "could you put {copy} on card {member}< until {until}>?",
        "~lend {copy} to {member}< until {until}>",
        "~{member} takes {copy}< (back {until})>",
    ),
    essential="lend_copy",
    missing=Missing(
        wordings=(
            "lend copy {copy} to a member< until {until}>",
            "check out {copy}<, due back on {until}>",
            "Somebody would like {copy}.< It should be back by {until}.> Check it out, please.",
            "could you put {copy} on a card< until {until}>?",
            "~lend {copy}< until {until}>",
        ),
        needs="the number of the library card",
        goal="lend copy {copy}",
        slot="member",
    ),
    split=Split.TRAIN,
)
def lend_by_code(play: Play) -> None:
    """One call; the date is given or not."""
    free = [copy["copy"] for copy in play.state["copies"].values() if copy["status"] == "available"]
    if not free:
        raise play.unsuitable("no copy is in")
    until = days_later(play.state["today"], play.draw.whole(5, 40))
    play.ask(
        copy=play.draw.pick(free), member=any_member(play)["member"], until=until if play.draw.chance(0.5) else None
    )
    lent = play.call("lend_copy", {key: play.slots[key] for key in ("member", "copy", "until")})
    play.learn(
        "{title} is lent until {due}.",
        "Copy {copy}, {title}, goes out until {due}.",
        title=lent["title"],
        due=lent["due"],
    )
    play.conclude(
        "{copy} ({title}) is lent to member {member} until {due}.",
        "Done: member {member} has {title} until {due}.",
        "I checked out {copy} on card {member}; it is due on {due}.",
        facts=["due"],
    )


@LIBRARY.intent(
    goal="take back copy {copy} and tell the fee",
    wordings=(
        "take back copy {copy} and tell me if there is a fee",
        "check in {copy} and work out what the reader has to pay",
        "Copy {copy} has come back. Book it in and say what it costs, if anything.",
        "return {copy} for the reader and look whether it's late",
        "Here is {copy} again. Please check it in. Is there a fee?",
        "I found {copy} in the return box. Take it in and tell me about any late fee.",
        "book the return of {copy} and name the fee",
        "~return {copy}, fee?",
        "~{copy} back, how much?",
    ),
    essential="return_copy",
    missing=Missing(
        wordings=(
            "take back a copy and tell me if there is a fee",
            "A book has come back. Book it in and say what it costs, if anything.",
            "I found something in the return box. Check it in and tell me about any late fee.",
            "can you check a book in for me and name the fee?",
            "~return, fee?",
        ),
        needs="the code of the copy",
        goal="take back a copy",
        slot="copy",
    ),
    split=Split.TRAIN,
)
def take_back(play: Play) -> None:
    """One call; late or in time."""
    loan = any_loan(play)
    if play.draw.chance(0.5):
        loan["due"] = days_later(play.state["today"], -play.draw.whole(1, 25))
    play.ask(copy=loan["copy"])
    done = play.call("return_copy", {"copy": loan["copy"]}, does="check in {copy}")
    play.slots.update(title=done["title"], fee=done["fee"], late=done["days_late"])
    if done["days_late"]:
        play.learn(
            "{title} came back {late:n day} late, which costs {fee:money}.", "It was {late:n day} late: {fee:money}."
        )
        play.conclude(
            "{copy} ({title}) is back, {late:n day} late. The fee is {fee:money}.",
            "I took back {title}. It was {late:n day} late and costs {fee:money}.",
            facts=["fee"],
        )
    else:
        play.learn("{title} came back in time, so it costs nothing.", "There is no fee, {title} was in time.")
        play.conclude(
            "{copy} ({title}) is back; there is no fee.",
            "{title} was in time, nothing is to be paid.",
            facts=["fee"],
        )


@LIBRARY.intent(
    goal="cancel {name}'s hold on {title}",
    wordings=(
        "cancel the hold of {name} on {title}",
        "{name} doesn't want {title} any more. Take the reservation away, please.",
        "remove {name}'s reservation of {title}",
        'I\'m {name} and I bought "{title}" myself now. Please cancel my hold on it.',
        "take {name} off the waiting list for {title}",
        "The reservation of {title} was a mistake, says {name}. Cancel it.",
        "delete the request that {name} made for {title}",
        "~cancel hold {title}, {name}",
        "~{name}: no more hold on {title}",
    ),
    essential="cancel_hold",
    split=Split.TRAIN,
)
def unreserve(play: Play) -> None:
    """Three calls: name, list, number."""
    hold = play.draw.pick(play.state["holds"])
    name = play.state["members"][str(hold["member"])]["name"]
    title = play.state["books"][hold["book"]]["title"]
    play.ask(name=name, title=title)
    listed = play.call("holds_of", {"member": member_number(play, name)})
    number = next(row["hold"] for row in listed if row["title"] == title)
    play.learn("The hold on {title} is number {hold}.", "Hold {hold} is the one on {title}.", hold=number)
    play.call("cancel_hold", {"hold": number})
    play.learn("Hold {hold} is cancelled.", "Number {hold} is gone from the queue.")
    play.conclude(
        "{name}'s hold {hold} on {title} is cancelled.",
        "I cancelled hold {hold}, so {name} no longer waits for {title}.",
        "Done: hold {hold} ({title}) is off.",
        facts=["hold"],
    )


@LIBRARY.intent(
    goal="book that {name} has paid all open fees",
    wordings=(
        "{name} has just paid all fees. Book that, please.",
        "settle the whole account of {name}",
        "book a payment of everything that {name} owes",
        "I'm {name} and I have put the full amount that I owe on the counter. Please record it.",
        "clear the fees of {name}, the money is here in full",
        "{name} paid whatever was open, in cash. Put it into the system.",
        "register that {name} pays the complete fees",
        "~{name} pays all fees",
        "~settle fees of {name}",
    ),
    essential="pay_fee",
    split=Split.TRAIN,
)
def settle(play: Play) -> None:
    """Three calls: the number by name, the amount from the account."""
    member = any_member(play)
    member["fees"] = play.draw.price(1, 30)
    play.ask(name=member["name"])
    number = member_number(play, member["name"])
    owed = play.call("member_account", {"member": number})["fees"]
    play.learn("The account shows {owed:money} in fees.", "{owed:money} is to be paid.", owed=owed)
    play.call("pay_fee", {"member": number, "amount": owed})
    play.learn("The payment of {owed:money} is booked, nothing is left.", "The account is at zero now.")
    play.conclude(
        "I booked {owed:money} for {name}; nothing is open any more.",
        "The {owed:money} that {name} owed is paid.",
        "All settled: {name} paid {owed:money}.",
        facts=["owed"],
    )


@LIBRARY.intent(
    goal="lend a copy of {title} to {name}",
    wordings=(
        "lend {name} a copy of {title}",
        "{name} would like to borrow {title}. Check out any copy that is in.",
        "check out {title} to {name}, whichever copy is free",
        "I'm {name} and I'd like to take {title} home. Please book it out.",
        'put "{title}" on the card of {name}',
        "One of our readers, {name}, has asked for {title}. A copy should be in, so lend it.",
        "issue a free copy of {title} to the member {name}",
        "~{title} to {name}",
        "~lend {name}: {title}",
    ),
    essential="lend_copy",
    split=Split.TRAIN,
)
def lend_by_title(play: Play) -> None:
    """Four calls: member, book, copy, loan."""
    free = [copy for copy in play.state["copies"].values() if copy["status"] == "available"]
    if not free:
        raise play.unsuitable("no copy is in")
    title = play.state["books"][play.draw.pick(free)["book"]]["title"]
    in_now = [copy for copy in free if play.state["books"][copy["book"]]["title"] == title]
    if len(in_now) > 1:
        raise play.unsuitable("two copies are in")
    play.ask(title=title, name=any_member(play)["name"])
    number = member_number(play, play.slots["name"])
    copies = play.call("copies_of", {"book": book_id(play, title)})
    copy = next(found["copy"] for found in copies if found["status"] == "available")
    play.learn("Copy {copy} is in.", "{copy} is the copy that can go out.", copy=copy)
    lent = play.call("lend_copy", {"member": number, "copy": copy})
    play.learn("{name} has {copy} until {due}.", "The loan of {copy} runs until {due}.", due=lent["due"])
    play.conclude(
        "{name} has copy {copy} of {title}, due on {due}.",
        "I lent {copy} ({title}) to {name} until {due}.",
        "Done. {title} is due back from {name} on {due}.",
        facts=["due"],
    )


@LIBRARY.intent(
    goal="take back {one} and {other} and tell the fees for both",
    wordings=(
        "take back {one} and {other}, and add up the fees",
        "check in {one} as well as {other} and tell me what both cost together",
        "A reader brings two books, {one} and {other}. Book them in and say what the late fees come to.",
        "book the return of {other} and {one}, and name the sum of the fees",
        "I have {one} and {other} in my hands, both back. What's the total fee?",
        "return two copies, {one} and {other}, and work out the fee in all",
        "Two books were in the box: {one}, {other}. Check both in and tell the total.",
        "~return {one} + {other}, total fee",
        "~{one} and {other} back, fees?",
    ),
    essential="return_copy",
    split=Split.DEV,
)
def take_back_two(play: Play) -> None:
    """Two calls that each change something, and a sum."""
    loans = list(play.state["loans"].values())
    if len(loans) < 2:
        raise play.unsuitable("fewer than two loans")
    pair = play.draw.sample(loans, 2)
    for loan in pair:
        loan["due"] = days_later(play.state["today"], -play.draw.whole(1, 30))
    one, other = (loan["copy"] for loan in pair)
    play.ask(one=one, other=other)
    first = play.call("return_copy", {"copy": one})
    play.learn("{one} was late and costs {first:money}.", "For {one} the fee is {first:money}.", first=first["fee"])
    second = play.call("return_copy", {"copy": other})
    play.learn(
        "{other} costs {second:money}, so the sum is {total:money}.",
        "With {second:money} for {other} it is {total:money} in all.",
        second=second["fee"],
        total=first["fee"] + second["fee"],
    )
    play.conclude(
        "Both are back. The fees come to {total:money}.",
        "{total:money} in all: {first:money} for {one} and {second:money} for {other}.",
        facts=["total"],
        derived=["total"],
    )
