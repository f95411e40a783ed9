"""Renewals, and what a plan does where one is refused or fails."""

from __future__ import annotations

from umi_local.worlds.facts import NO, Fact
from umi_local.worlds.families.library.service import LIBRARY, any_loan, member_number
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@LIBRARY.intent(
    goal="renew {title} for member {member} if that is possible",
    wordings=(
        "renew {title} for member {member}",
        "extend the loan of {title} on card {member}",
        "I'd like to keep {title} a bit longer. My card number is {member}.",
        "can member {member} have {title} for three more weeks?",
        'I have not finished "{title}" yet. Renew it if you can, card {member}.',
        "prolong {title}, reader {member}, as long as nobody else has reserved it",
        "see whether {title} can be extended on {member}, and do it if so",
        "~renew {title}, {member}",
        "~{member} extend {title}",
    ),
    missing=Missing(
        wordings=(
            "renew {title} for me",
            "I'd like to keep {title} a bit longer.",
            'I have not finished "{title}" yet. Renew it if you can.',
            "can I have {title} for three more weeks?",
            "~extend {title}",
        ),
        needs="the member number",
        goal="renew {title}",
        slot="member",
    ),
    split=Split.TRAIN,
)
def renew_by_title(play: Play) -> None:
    """Two calls; the second may be refused, for one of two reasons."""
    loan = any_loan(play)
    fate = play.draw.pick(("fine", "fine", "twice", "reserved"))
    if fate == "twice":
        loan["renewals"] = 2
    elif fate == "reserved":
        other = play.draw.pick([m for m in play.state["members"].values() if m["member"] != loan["member"]])
        book = play.state["copies"][loan["copy"]]["book"]
        play.state["holds"].append({"hold": 950, "member": other["member"], "book": book, "place": 1})
    play.ask(member=loan["member"], title=loan["title"])
    listed = play.call("loans_of", {"member": loan["member"]})
    found = next(row for row in listed if row["title"] == loan["title"])
    play.learn(
        "{title} is copy {copy}, due on {old}.",
        "Member {member} has it as {copy}.",
        copy=found["copy"],
        old=found["due"],
    )
    renewed = play.attempt("renew_loan", {"copy": found["copy"]})
    if not renewed.failed:
        assert isinstance(renewed.value, dict)
        play.learn("It may stay until {due}.", "The new due date is {due}.", due=renewed.value["due"])
        play.conclude(
            "{title} is renewed until {due}.",
            "I extended the loan of {title}: it is due on {due} now.",
            "Done, {title} can stay with member {member} until {due}.",
            facts=["due"],
        )
    elif fate == "twice":
        play.learn("It has been renewed twice, and more is not allowed.", "The limit of two renewals is reached.")
        play.conclude(
            "{title} can't be renewed: it was renewed twice already. It stays due on {old}.",
            "No further renewal is possible, since there were two. {title} must be back on {old}.",
            facts=[NO, "old"],
        )
    else:
        play.learn("Another reader waits for {title}, so it can't be renewed.", "It is reserved by somebody else.")
        play.conclude(
            "{title} can't be renewed because another reader has reserved it. Please return it by {old}.",
            "Sorry, somebody has reserved {title}, so it is not possible to keep it beyond {old}.",
            facts=[NO, "old", Fact("text", "reserved")],
        )


@LIBRARY.intent(
    goal="renew everything that {name} has on loan",
    wordings=(
        "renew everything that {name} has on loan",
        "extend all loans of {name}, as far as they can be extended",
        "I'm {name} and will be in hospital for a while. Please renew all my books.",
        "{name} can't come this month. Prolong each of the books on that card.",
        "prolong every book that {name} has out, and tell which can't be",
        "Can all the books of {name} be renewed? Please do so with those that can.",
        "go through what {name} has borrowed and renew it all",
        "~renew all, {name}",
        "~{name}: extend every loan",
    ),
    missing=Missing(
        wordings=(
            "renew everything that I have on loan",
            "I will be in hospital for a while. Please renew all my books.",
            "extend all the loans of one reader, as far as they can be extended",
            "can you prolong every book that I have out?",
            "~renew all",
        ),
        needs="the full name of the reader",
        goal="renew everything that a reader has on loan",
        slot="name",
        replies=("my name is {value}", "It's in the name of {value}.", "for {value}"),
    ),
    split=Split.TEST,
)
def renew_all(play: Play) -> None:
    """Three to five calls, one of which may be refused."""
    loan = any_loan(play)
    own = [other for other in play.state["loans"].values() if other["member"] == loan["member"]]
    if len(own) > 4 or len({other["title"] for other in own}) < len(own):
        raise play.unsuitable("too many, or two of one book")
    for other in own:
        book = play.state["copies"][other["copy"]]["book"]
        play.state["holds"][:] = [hold for hold in play.state["holds"] if hold["book"] != book]
        other["renewals"] = 2 if other is loan and len(own) > 1 and play.draw.chance(0.5) else play.draw.whole(0, 1)
    name = play.state["members"][str(loan["member"])]["name"]
    play.ask(name=name)
    listed = play.call("loans_of", {"member": member_number(play, name)})
    play.learn(
        "On loan: {titles}.",
        "That makes {count:n book}: {titles}.",
        titles=[row["title"] for row in listed],
        count=len(listed),
    )
    done, refused = [], ""
    for row in listed:
        renewed = play.attempt("renew_loan", {"copy": row["copy"]}, does=f"renew {row['title']}")
        if renewed.failed:
            refused = row["title"]
            play.learn("{last} was renewed twice before and can't be again.", last=row["title"])
            continue
        assert isinstance(renewed.value, dict)
        done.append(f"{row['title']} (until {play.text('{due}', {'due': renewed.value['due']})})")
        play.learn("{last} runs until {until} now.", last=row["title"], until=renewed.value["due"])
    play.slots.update(done=done, refused=refused, titles=[row["title"] for row in listed if row["title"] != refused])
    if refused:
        play.conclude(
            "Renewed: {done}. {refused} could not be renewed, it has had its two renewals.",
            "{refused} can't be extended again. The rest is renewed: {done}.",
            facts=[NO, "refused", "titles"],
        )
    else:
        play.conclude("All renewed: {done}.", "I renewed everything: {done}.", facts=["titles"])


@LIBRARY.intent(
    goal="get more time for {title} on card {member}, by lending it anew if need be",
    wordings=(
        "get me more time for {title} on card {member}, and if renewing fails, take it back and lend it again",
        "I need {title} for longer. Card {member}. Renew it, or else check it in and out again.",
        "extend {title} for {member}; should that not work, return the copy and lend it anew",
        "My card is {member}. Whatever it takes, let me keep {title}: a renewal, or a return and a new loan.",
        "renew {title} on {member}, with a return and a new loan as plan B",
        "Reader {member} must keep {title}. Try to renew it, otherwise book it back and lend it to the same card.",
        "prolong {title} for card {member} or, failing that, check the copy in and straight out again",
        "~{member}: renew {title}, else return + lend",
        "~more time for {title} ({member}), relend if needed",
    ),
    kind=Kind.RECOVER,
    breaks="renew_loan",
    split=Split.TEST,
)
def lend_anew(play: Play) -> None:
    """The renewal fails; a return and a new loan do the same."""
    loan = any_loan(play)
    if loan["due"] < play.state["today"]:
        raise play.unsuitable("it is late already")
    play.ask(member=loan["member"], title=loan["title"])
    listed = play.call("loans_of", {"member": loan["member"]})
    copy = next(row["copy"] for row in listed if row["title"] == loan["title"])
    play.learn("The copy is {copy}.", "Card {member} has it as copy {copy}.", copy=copy)
    failed = play.attempt("renew_loan", {"copy": copy})
    play.learn("The renewal {said}.", "No luck, the renewal tool {said}.", said=failed.error)
    play.call(
        "return_copy",
        {"copy": copy},
        why=("The other way is to take {copy} back and lend it again, so {tool} is next.",),
    )
    play.learn("{copy} is back.", "{copy} counts as returned.")
    lent = play.call("lend_copy", {"member": loan["member"], "copy": copy})
    play.learn("The new loan ends on {due}.", "Member {member} may keep it until {due}.", due=lent["due"])
    play.conclude(
        "The renewal failed, so I lent {title} anew: it is due on {due}.",
        "{title} was returned and lent again, now until {due}.",
        facts=["due"],
    )


@LIBRARY.intent(
    goal="find the shelf of {title} by {author}",
    wordings=(
        "where does {title} by {author} stand?",
        "on which shelf is {title}, the one by {author}?",
        "tell me the shelf of {author}'s {title}",
        "I'm in the reading room, looking for {title} by {author}. What's the shelf mark?",
        'look up where I find "{title}" ({author})',
        "A reader wants {title}. {author} wrote it. Which shelf must I go to?",
        "find the place of {title} by {author} in our shelves",
        "~shelf: {title}, {author}",
        "~{author}, {title}, where?",
    ),
    kind=Kind.RECOVER,
    breaks="find_books",
    split=Split.TRAIN,
)
def by_author(play: Play) -> None:
    """The search by title fails; the author's list has the book."""
    book = play.draw.pick(list(play.state["books"].values()))
    play.ask(title=book["title"], author=book["author"])
    failed = play.attempt("find_books", {"title": book["title"]})
    play.learn("The search by title {said}.", "Titles can't be searched now: the tool {said}.", said=failed.error)
    listed = play.call(
        "books_by",
        {"author": book["author"]},
        why=(
            "I know the author, so {tool} can list the books by {author} instead.",
            "The book must also be among those by {author}, which {tool} lists.",
        ),
    )
    shelf = next(row["shelf"] for row in listed if row["title"] == book["title"])
    play.learn(
        "In the list of {count:n book}, {title} has the shelf {shelf}.",
        "{title} is listed with the shelf {shelf}.",
        count=len(listed),
        shelf=shelf,
    )
    play.conclude(
        "{title} is on shelf {shelf}.",
        "You find {title} by {author} on shelf {shelf}.",
        "Shelf {shelf}.",
        facts=["shelf"],
    )
