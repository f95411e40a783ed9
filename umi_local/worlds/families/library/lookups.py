"""Questions about books, loans and fees, mostly with one or two calls."""

from __future__ import annotations

from umi_local.worlds.facts import NO, YES
from umi_local.worlds.families.library.service import (
    LIBRARY,
    TITLES,
    any_book,
    any_loan,
    any_member,
    book_id,
    member_number,
)
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@LIBRARY.intent(
    goal="tell when member {member} has to bring back {title}",
    wordings=(
        "when is {title} due for member {member}?",
        "by which day must member {member} bring back {title}?",
        "look up the due date of {title} on card {member}",
        "My card is {member} and I have borrowed {title}. Until when may I keep it?",
        'How long can I keep "{title}"? My member number is {member}.',
        "I'm still on chapter two of {title}. When does it have to be back? Card number {member}.",
        "check when {title} is to be returned by member {member}",
        "~due date {title}, member {member}",
        "~{member}: {title} back when?",
    ),
    essential="loans_of",
    missing=Missing(
        wordings=(
            "when is {title} due?",
            "look up until when I may keep {title}",
            "I'm still on chapter two of {title}. When does it have to be back?",
            "by which day must {title} come back to you?",
            "~due date {title}",
        ),
        needs="the member number",
        goal="tell when {title} has to be returned",
        slot="member",
    ),
    split=Split.TRAIN,
)
def due_date(play: Play) -> None:
    """One call; sometimes a question whose answer stands in the same row."""
    loan = any_loan(play)
    play.ask(member=loan["member"], title=loan["title"])
    listed = play.call("loans_of", {"member": loan["member"]})
    found = next(row for row in listed if row["title"] == loan["title"])
    play.learn(
        "{title} is due on {due}.",
        "Among the loans of {member}, {title} has the due date {due}.",
        due=found["due"],
        renewals=found["renewals"],
    )
    play.conclude(
        "{title} is due on {due}.",
        "It has to be back by {due}.",
        "Member {member} may keep {title} until {due}.",
        facts=["due"],
    )
    if play.draw.chance(0.35):
        play.then_ask(
            "how often has it been renewed?",
            "and how many times was it extended already?",
            "Have I renewed it before? How many times?",
            goal="tell how often {title} was renewed",
        )
        play.conclude(
            "{title} was renewed {renewals:n time} so far.",
            "It has {renewals:n renewal} behind it.",
            facts=["renewals"],
            why="The list of loans says {renewals} for that, so I don't need a call.",
        )


@LIBRARY.intent(
    goal="tell how much member {member} owes in fees",
    wordings=(
        "how much does member {member} owe us?",
        "what are the open fees of card {member}?",
        "check the fees on account {member}",
        "I think I have to pay something for a late book. My card is {member}, how much is it?",
        "Before I borrow anything new: what do I owe? Member {member}.",
        "look into account {member} and name the open amount",
        "does reader {member} have fees to pay, and how much?",
        "~fees {member}",
        "~member {member} owes?",
    ),
    essential="member_account",
    missing=Missing(
        wordings=(
            "how much do I owe?",
            "check my fees",
            "I think I have to pay something for a late book. How much is it?",
            "can you look up what's open on my account?",
            "~my fees?",
        ),
        needs="the number of the library card",
        goal="tell how much a member owes",
        slot="member",
    ),
    split=Split.TRAIN,
)
def open_fees(play: Play) -> None:
    """One call, an amount or nothing; then perhaps what else the account says."""
    member = any_member(play)
    play.ask(member=member["member"])
    found = play.call("member_account", {"member": member["member"]})
    play.slots.update(fees=found["fees"], loans=found["loans"], name=found["name"])
    if found["fees"]:
        play.learn("{name} owes {fees:money}.", "The account of {name} shows {fees:money} in fees.")
        play.conclude(
            "Member {member} owes {fees:money}.",
            "{fees:money} is open on card {member}.",
            "The fees come to {fees:money}.",
            facts=["fees"],
        )
    else:
        play.learn("The account of {name} has no open fees.", "{name} owes nothing.")
        play.conclude("There are no open fees on card {member}.", "Member {member} owes nothing.", facts=[NO])
    if play.draw.chance(0.4):
        play.then_ask(
            "and how many books are out on that card?",
            "how many loans are there on the account?",
            "What about books, how many does that member have at home?",
            goal="tell how many loans member {member} has",
        )
        play.conclude(
            "Card {member} has {loans:n loan}.",
            "{loans:n book} on loan at the moment.",
            facts=["loans"],
            why="The account that I opened also says {loans} for loans. Nothing has to be looked up.",
        )


@LIBRARY.intent(
    goal="say whether a copy of {title} is available",
    wordings=(
        "is {title} available [at the moment|right now]?",
        'do you have a copy of "{title}" that I could borrow today?',
        "check whether {title} is in or out",
        "I want to read {title}. Can I get it now, and where?",
        "which branch has {title} on the shelf?",
        "My daughter needs {title} for school. Is there a copy she can have?",
        "see if any copy of {title} is free, and otherwise when one comes back",
        "~{title}: available?",
        "~copy of {title} in?",
    ),
    essential="copies_of",
    missing=Missing(
        wordings=(
            "is that book available at the moment?",
            "check if there's a copy I could borrow",
            "My daughter needs a book for school. Is there a copy she can have?",
            "do you have a copy of it in any branch?",
            "~book available?",
        ),
        needs="the title of the book",
        goal="say whether a book is available",
        slot="title",
        replies=('"{value}"', "The book is called {value}.", "{value}, that's the title"),
    ),
    split=Split.TRAIN,
)
def is_available(play: Play) -> None:
    """Two calls; where all copies are out, the earliest due date is the answer."""
    book = any_book(play)
    play.ask(title=book["title"])
    copies = play.call("copies_of", {"book": book_id(play, book["title"])})
    branches = sorted({copy["branch"] for copy in copies if copy["status"] == "available"})
    if branches:
        play.learn("A copy is in at {branches}.", "There is a free copy at {branches}.", branches=branches)
        play.conclude(
            "Yes, {title} is available at {branches}.",
            "You can borrow it at {branches}.",
            facts=[YES, "branches"],
        )
        return
    play.learn(
        "All copies are out; the first is due on {due}.",
        "No copy is in. The next one should be back on {due}.",
        due=min(copy["due"] for copy in copies),
    )
    play.conclude(
        "No, every copy of {title} is on loan. The next is due on {due}.",
        "{title} is not available before {due}.",
        "None is in right now; one should come back on {due}.",
        facts=[NO, "due"],
    )


@LIBRARY.intent(
    goal="find {title} in the catalogue",
    wordings=(
        "do you have {title} in the library at all?",
        'on which shelf do I find "{title}"?',
        "look up {title} in the catalogue",
        "Somebody recommended {title} to me. Do you have it?",
        "find out who wrote {title}, if we have it",
        "I can't find {title} anywhere. Is it in your catalogue?",
        "search the catalogue for a book called {title}",
        "~{title}, shelf?",
        "~catalogue: {title}",
    ),
    split=Split.TRAIN,
    weight=0.7,
)
def not_in_catalogue(play: Play) -> None:
    """An empty result, said plainly."""
    known = {book["title"] for book in play.state["books"].values()}
    play.ask(title=play.draw.pick([title for title in TITLES.of(play.draw.split)[:200] if title not in known]))
    play.call("find_books", {"title": play.slots["title"]})
    play.learn("The search has no result for {title}.", "{title} is not in the catalogue.")
    play.conclude(
        "The library doesn't have {title}.",
        "I could not find {title} in the catalogue.",
        "There is no book called {title} in this library.",
        facts=[NO],
        why=("So the answer is no.", "All I can do is say so.", "That is the honest answer."),
    )


@LIBRARY.intent(
    goal="say whether the {branch} branch is open at {time} on a {weekday}",
    wordings=(
        "is the {branch} branch open at {time} on a {weekday}?",
        "can I still get into the {branch} library on {weekday} at {time}?",
        "I could come to {branch} on {weekday} around {time}. Would anybody be there?",
        "check if {branch} is open on {weekday} at {time}",
        "I'd like to bring my books back to {branch} on {weekday}, at {time} or so. Is it open then?",
        "find out whether the {branch} branch has opened or closed by {time} on {weekday}",
        "would I stand in front of a closed door at {branch} on {weekday} at {time}?",
        "~{branch} open {weekday} {time}?",
        "~hours {branch}: {weekday}, {time}",
    ),
    essential="branch_hours",
    missing=Missing(
        wordings=(
            "is the library open at {time} on a {weekday}?",
            "I could come on {weekday} around {time}. Would anybody be there?",
            "I'd like to bring my books back on {weekday}, at {time} or so. Is it open then?",
            "~open {weekday} {time}?",
        ),
        needs="the name of the branch",
        goal="say whether a branch is open at {time} on a {weekday}",
        slot="branch",
        replies=("the {value} one", "I mean the branch in {value}", "It's {value} that I go to."),
    ),
    split=Split.DEV,
)
def open_then(play: Play) -> None:
    """One call; the plan compares times and weekdays."""
    branch = play.draw.pick(list(play.state["hours"]))
    play.ask(branch=branch, time=play.draw.clock(7, 21, 30), weekday=play.draw.pick(("Sunday", "Monday", "Friday")))
    hours = play.call("branch_hours", {"branch": branch})
    play.slots.update(opens=hours["opens"], closes=hours["closes"])
    if hours["closed_on"] == play.slots["weekday"]:
        play.learn("{branch} stays closed on {weekday}.", "On {weekday} {branch} doesn't open at all.")
        play.conclude(
            "No, {branch} is not open on {weekday}.", "It isn't: {weekday} is the day off.", facts=[NO, "weekday"]
        )
        return
    play.learn("{branch} is open from {opens} to {closes}.", "The hours of {branch} are {opens} to {closes}.")
    if hours["opens"] <= play.slots["time"] < hours["closes"]:
        play.conclude(
            "Yes, {branch} is open from {opens} to {closes} that day.",
            "It is: {branch} opens at {opens} and closes at {closes}.",
            facts=[YES, "opens", "closes"],
            why="{time} lies within that, so it is open.",
        )
    else:
        play.conclude(
            "No, {branch} is only open from {opens} to {closes}.",
            "It isn't open at {time}; the hours are {opens} to {closes}.",
            facts=[NO, "opens", "closes"],
            why="{time} lies outside of that, so it is closed.",
        )


@LIBRARY.intent(
    goal="count the loans of member {member} that are due before {day}",
    wordings=(
        "how many loans of member {member} are due before {day}?",
        "count the books that reader {member} must return before {day}",
        "I go on holiday on {day}. How many of my books are due before that? Card {member}.",
        "does member {member} have anything due before {day}, and how many books is it?",
        "On {day} I will be gone. Number of books to bring back earlier, please, for card {member}.",
        "find out how many items member {member} has to hand in before {day}",
        "look at the loans of {member} and count those with a due date before {day}",
        "~loans {member} due before {day}",
        "~count: {member}, due earlier than {day}",
    ),
    essential="loans_of",
    split=Split.DEV,
)
def due_before(play: Play) -> None:
    """One call and a count."""
    loan = any_loan(play)
    same = sorted(other["due"] for other in play.state["loans"].values() if other["member"] == loan["member"])
    day = play.draw.pick(same) if play.draw.chance(0.5) else play.draw.day(same[0], same[-1])
    play.ask(member=loan["member"], day=day)
    listed = play.call("loans_of", {"member": loan["member"]})
    early = [row["title"] for row in listed if row["due"] < day]
    play.slots.update(count=len(early), titles=early, total=len(listed))
    if not early:
        play.learn("Of {total:n loan}, not one is due before {day}.", "No due date lies before {day}.")
        play.conclude("None of them is due before {day}.", "No loan is due earlier than {day}.", facts=[NO])
        return
    play.learn("Before {day}, this is due: {titles}.", "Dates before {day}: {count} of {total}, namely {titles}.")
    play.conclude(
        "{count:n loan} before {day}: {titles}.",
        "Before {day} it is {count}: {titles}.",
        facts=["count", "titles"],
        derived=["count"],
    )


@LIBRARY.intent(
    goal="tell which book {name} has to return next",
    wordings=(
        "which book does {name} have to bring back next, and when?",
        "what is the next thing due for {name}?",
        "look up the earliest due date among the loans of {name}",
        "I'm calling for my mother, {name}. What must she return first, and by which day?",
        "{name} here. Which of my books is due first?",
        "find the loan of {name} that ends soonest",
        "name the book that {name} must return before all others",
        "~next due: {name}",
        "~{name}, first book due?",
    ),
    essential="loans_of",
    missing=Missing(
        wordings=(
            "which book do I have to bring back next, and when?",
            "what is the next thing due?",
            "I'm calling for my mother. What must she return first, and by which day?",
            "find the loan that ends soonest for one of our readers",
            "~next due book?",
        ),
        needs="the name of the reader",
        goal="tell which book has to be returned next",
        slot="name",
        replies=("the reader is {value}", "The name is {value}.", "{value} is the name on the card"),
    ),
    split=Split.TEST,
)
def next_due(play: Play) -> None:
    """Two calls; the earliest of several dates."""
    loan = any_loan(play)
    own = [other for other in play.state["loans"].values() if other["member"] == loan["member"]]
    if len({other["due"] for other in own}) < len(own):
        raise play.unsuitable("two are due on one day")
    name = play.state["members"][str(loan["member"])]["name"]
    play.ask(name=name)
    listed = play.call("loans_of", {"member": member_number(play, name)})
    first = min(listed, key=lambda row: str(row["due"]))
    play.learn(
        "Of {count:n loan}, {title} comes first, on {due}.",
        "The earliest date is {due}, for {title}.",
        count=len(listed),
        title=first["title"],
        due=first["due"],
    )
    play.conclude(
        "{name} has to return {title} first, on {due}.",
        "The next one due is {title}, on {due}.",
        facts=["title", "due"],
    )


@LIBRARY.intent(
    goal="tell what the members {one} and {other} owe together",
    wordings=(
        "how much do members {one} and {other} owe together?",
        "add up the fees of {one} and {other}",
        "We are a couple, cards {one} and {other}. What do we have to pay in all?",
        "what's the sum of the open fees on accounts {one} and {other}?",
        "I'd like to settle everything for two cards, {other} and {one}. How much is that in total?",
        "work out the total of fees for the readers {one} and {other}",
        "check both {one} and {other} for fees and give the sum",
        "~fees {one} + {other}",
        "~total owed, cards {one} and {other}",
    ),
    essential="member_account",
    split=Split.TEST,
)
def fees_of_two(play: Play) -> None:
    """Two calls and a sum."""
    members = play.draw.sample(list(play.state["members"].values()), 2)
    for member in members:
        member["fees"] = play.draw.price(1, 9)
    one, other = (member["member"] for member in members)
    play.ask(one=one, other=other)
    first = play.call("member_account", {"member": one})["fees"]
    play.learn("Card {one} has {first:money} open.", "{first:money} is owed on {one}.", first=first)
    second = play.call("member_account", {"member": other})["fees"]
    play.learn(
        "Card {other} has {second:money}, so both make {total:money}.",
        "With {second:money} on {other}, the sum is {total:money}.",
        second=second,
        total=round(first + second, 2),
    )
    play.conclude(
        "Together they owe {total:money}.",
        "{total:money} in total: {first:money} on {one}, {second:money} on {other}.",
        facts=["total"],
        derived=["total"],
    )
