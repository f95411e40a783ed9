"""Requests with a condition: what was found decides what is done."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.library.service import LIBRARY, any_book, any_member, book_id
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@LIBRARY.intent(
    goal="reserve {title} for member {member} unless a copy is in",
    wordings=(
        "reserve {title} for member {member} if no copy is in",
        "If {title} is out everywhere, place a hold for card {member}. If not, tell me where it is.",
        "I'd like to read {title}. In case all copies are lent, put me on the list, card {member}.",
        "see if {title} is available, and place a hold for {member} only if it isn't",
        "put {member} on the waiting list for {title}, unless there's a copy on a shelf somewhere",
        'Is "{title}" free anywhere? Otherwise reserve it on {member}, please.',
        "check {title} for reader {member}: if it's in, name the branch, if it's out, make a reservation",
        "~{title}: branch, or hold for {member}",
        "~hold {title} for {member} if out",
    ),
    split=Split.TRAIN,
)
def reserve_if_out(play: Play) -> None:
    """Two calls and a third one only where nothing is in."""
    book = any_book(play)
    member = any_member(play)["member"]
    if any(hold["member"] == member and hold["book"] == book["book"] for hold in play.state["holds"]):
        raise play.unsuitable("they wait for it already")
    play.ask(title=book["title"], member=member)
    code = book_id(play, book["title"])
    copies = play.call("copies_of", {"book": code})
    branches = sorted({copy["branch"] for copy in copies if copy["status"] == "available"})
    if branches:
        play.learn(
            "A copy is on the shelf at {branches}, so no hold is needed.",
            "{branches} has it in. I need not reserve anything."
            if len(branches) == 1
            else "It is in at {branches}. I need not reserve anything.",
            branches=branches,
        )
        play.conclude(
            "{title} is in at {branches}, so I made no reservation.",
            "No hold was needed: you find {title} at {branches}.",
            facts=["branches"],
        )
        return
    play.learn(
        "Every copy is on loan.",
        "All {count} copies are out." if len(copies) > 1 else "The only copy is out.",
        count=len(copies),
    )
    hold = play.call("place_hold", {"member": member, "book": code})
    play.learn(
        "The hold has the number {hold} and place {place}.", "It is hold {hold}, at place {place} of the queue.", **hold
    )
    play.conclude(
        "{title} is out, so I reserved it: hold {hold}, place {place}.",
        "All copies are on loan. Member {member} is at place {place} of the queue (hold {hold}).",
        facts=["hold", "place"],
    )


@LIBRARY.intent(
    goal="say whether {title} is at the {branch} branch, or else where it is",
    wordings=(
        "does {branch} have {title} on the shelf, and if not, which branch does?",
        "I live near {branch}. Can I get {title} there, or must I go elsewhere?",
        "look whether {title} is in at {branch}; otherwise name another branch that has it",
        "is there a copy of {title} in at {branch}, or somewhere else?",
        "Send me to {branch} for {title} if it's in there, and to another branch if it isn't.",
        'find "{title}" for me, preferably at {branch}',
        "where can I pick up {title}, best of all at {branch}?",
        "~{title} at {branch}? else where",
        "~{branch} or elsewhere: {title}",
    ),
    essential="copies_of",
    split=Split.TEST,
)
def nearest_copy(play: Play) -> None:
    """Two calls; the wished branch, another one, or none."""
    book = any_book(play)
    wished = play.draw.pick(list(play.state["hours"]))
    play.ask(title=book["title"], branch=wished)
    copies = play.call("copies_of", {"book": book_id(play, book["title"])})
    branches = sorted({copy["branch"] for copy in copies if copy["status"] == "available"})
    play.slots.update(others=branches)
    if wished in branches:
        play.learn("{branch} has a copy in.", "One of the copies stands at {branch}.")
        play.conclude(
            "Yes, {branch} has {title} in.",
            "{title} is on the shelf at {branch}.",
            facts=["branch", "is_in"],
            is_in=True,
        )
    elif branches:
        play.learn("Not at {branch}, but {others} can offer one.", "{branch} has none in; look at {others}.")
        play.conclude(
            "Not at {branch}, but you get {title} at {others}.",
            "{branch} has no copy in. It is available at {others}.",
            facts=[NO, "others"],
        )
    else:
        play.learn("No branch has it in; the first copy is due on {due}.", due=min(copy["due"] for copy in copies))
        play.conclude(
            "No branch has {title} in before {due}.", "Nowhere: not one copy is in until {due}.", facts=[NO, "due"]
        )


@LIBRARY.intent(
    goal="lend {copy} to member {member}, who pays the open fees if they are in the way",
    wordings=(
        "lend {copy} to {member}; if fees are in the way, the reader pays them all now",
        "Card {member} wants copy {copy}. Should the account be blocked by fees, book them as paid and lend it then.",
        "check out {copy} to member {member}, and if that's refused because of fees, record a full payment first",
        "I have card {member} and would like {copy}. If I owe too much, I'll pay everything right here.",
        "try to issue {copy} on card {member}. In case of too many fees, take the whole payment and try again.",
        "give {copy} to reader {member}, who is ready to pay all fees if that is needed",
        "Reader {member} is at the desk with {copy} and a full purse. Lend it, with fees paid only if they block it.",
        "~{copy} to {member}, pay fees if blocked",
        "~lend {copy} {member}, settle first if needed",
    ),
    split=Split.TEST,
)
def pay_and_lend(play: Play) -> None:
    """One call, or four where the first is refused for fees."""
    free = [copy["copy"] for copy in play.state["copies"].values() if copy["status"] == "available"]
    if not free:
        raise play.unsuitable("no copy is in")
    member = any_member(play)
    if play.draw.chance(0.7):
        member["fees"] = play.draw.price(11, 40)
    play.ask(copy=play.draw.pick(free), member=member["member"])
    wish = {"member": member["member"], "copy": play.slots["copy"]}
    lent = play.attempt(
        "lend_copy",
        wish,
        why=(
            "Whether fees are in the way shows when I try to lend {copy}, so I start with {tool}.",
            "I first try the loan itself with {tool}; only if it is refused, fees have to be paid.",
        ),
    )
    if not lent.failed:
        assert isinstance(lent.value, dict)
        play.learn("It worked at once; {copy} is due on {due}.", due=lent.value["due"])
        play.conclude("{copy} is lent to {member} until {due}; no fees were in the way.", facts=["due"])
        return
    play.learn("The loan is refused, because member {member} owes too much.", "Fees above the limit block the loan.")
    owed = play.call("member_account", {"member": member["member"]}, does="see what member {member} owes")["fees"]
    play.learn("The account says {owed:money}.", "{owed:money} has to be paid.", owed=owed)
    play.call("pay_fee", {"member": member["member"], "amount": owed})
    play.learn("{owed:money} is paid, so the way is free.", "Nothing is owed any more.")
    again = play.call("lend_copy", wish)
    play.learn("This time it worked; {copy} is due on {due}.", "Copy {copy} is out until {due}.", due=again["due"])
    play.conclude(
        "Member {member} paid {owed:money}, and {copy} is lent until {due}.",
        "After a payment of {owed:money}, I lent {copy}. It is due on {due}.",
        facts=["owed", "due"],
    )


@LIBRARY.intent(
    goal="take back {copy} and reserve {title} for member {member}",
    wordings=(
        "take back {copy}, and reserve {title} for member {member}",
        "Two things for card {member}: copy {copy} is back, and {title} should be reserved.",
        "I'm done with {copy}, here it is. And put me on the list for {title}, card {member}.",
        "check in {copy} and also place a hold on {title} for {member}",
        "reserve {title} for {member}, who has just handed in {copy}",
        "Reader {member} brings back {copy} and wants to wait for {title}. Do both, please.",
        "could you book in {copy} and then make a reservation of {title} on card {member}?",
        "~{copy} back + hold {title} for {member}",
        "~return {copy}; {member} waits for {title}",
    ),
    essential="place_hold",
    split=Split.TRAIN,
)
def swap(play: Play) -> None:
    """Two requests, three calls."""
    out = [
        book
        for book in play.state["books"].values()
        if all(c["status"] == "on loan" for c in play.state["copies"].values() if c["book"] == book["book"])
    ]
    loans = [loan for loan in play.state["loans"].values() if out and loan["title"] != out[0]["title"]]
    if not loans:
        raise play.unsuitable("nothing to swap")
    loan = play.draw.pick(loans)
    title = out[0]["title"]
    if any(hold["member"] == loan["member"] and hold["book"] == out[0]["book"] for hold in play.state["holds"]):
        raise play.unsuitable("they wait for it already")
    play.ask(copy=loan["copy"], member=loan["member"], title=title)
    back = play.call("return_copy", {"copy": loan["copy"]})
    play.learn(
        "{copy} is back, with a fee of {fee:money}; the hold is still to be made.",
        "That was {copy} (fee {fee:money}). Now for the reservation.",
        fee=back["fee"],
    )
    hold = play.call("place_hold", {"member": loan["member"], "book": book_id(play, title)})
    play.learn("The hold is number {hold}.", "{title} is reserved as hold {hold}.", hold=hold["hold"])
    play.conclude(
        "{copy} is back (fee {fee:money}) and {title} is reserved: hold {hold}.",
        "Both done. The fee for {copy} is {fee:money}, the hold on {title} is number {hold}.",
        facts=["fee", "hold"],
    )
