"""The library's books, copies, members and rules: three weeks a renewal, two renewals, no loan above ten in fees."""

from __future__ import annotations

from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.dates import checked_day, days_between, days_later
from umi_local.worlds.draw import Draw, Pool
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.family import Family
from umi_local.worlds.operations import Param, day, ident, number, text
from umi_local.worlds.play import Play
from umi_local.worlds.pools import people
from umi_local.worlds.splits import Split

FAMILY = LIBRARY = Family(
    "library", "[library|lending|catalogue|bookhouse|loans|circulation]", frozenset({"library", "books", "loans"})
)

_FIRST = """Amber|Broken|Burning|Crooked|Distant|Drifting|Early|Empty|Fallen|Forgotten|Frozen|Gentle|Glass|Golden|Hidden
|Hollow|Iron|Last|Lonely|Long|Lost|Midnight|Moonlit|Narrow|Nameless|Patient|Quiet|Restless|Salt|Second|Secret|Silent
|Sleeping|Slow|Stubborn|Tall|Third|Velvet|Wandering|Winter"""
_SECOND = """Anchor|Archive|Bridge|Candle|Carpenter|Clock|Compass|Daughter|Door|Ferry|Garden|Gardener|Harbour|House|Island
|Journey|Lantern|Letter|Lighthouse|Map|Messenger|Mirror|Mountain|Orchard|Painter|Piano|Pilot|River|Road|Sailor|Season
|Shepherd|Staircase|Station|Stranger|Summer|Teacher|Tower|Valley|Voyage|Window"""
TITLES = Pool(f"The {one.strip()} {other.strip()}" for one in _FIRST.split("|") for other in _SECOND.split("|"))
BRANCHES = Pool(
    """Abbeyfield|Aldermoor|Ashcombe|Barrow Hill|Bayview|Beechwood|Birchfield|Bramley|Brookside|Canalside|Castle Green
    |Chapel End|Clifton Park|Coldbrook|Copse Lane|Crossways|Dalefield|Docklands|Dunmore|Eastgate|Elmwood|Fairview
    |Fernhill|Foxley|Glenside|Greenacre|Hawthorn|Hazelwood|Heathside|Highfield|Hillcrest|Holmwood|Ivybridge|Kingsmead
    |Lakeside|Larkfield|Lindenhof|Longmeadow|Lowfield|Maplewood|Marshgate|Meadowbank|Millbrook|Moorside|Newmarket
    |Northgate|Oakfield|Old Mill|Orchard Park|Parkside|Pinewood|Quayside|Redhill|Riverside|Rosemount|Saltmarsh|Sandford
    |Southgate|Springfield|Stonebridge|Sunnyside|Thornhill|Valley Road|Waterside|Westbrook|Whitfield|Willowdale|Woodlands"""
)
MAX_FEES = 10.0

MEMBER = Param("member", "[member|reader|borrower|card] [number|id|no]", ident(), "number of the [member|library card]")
COPY = Param("copy", "[copy|item|exemplar] [code|id|barcode]", text(), "[code|barcode] of the copy")
BOOK = Param("book", "[book|title|work|catalogue] [id|code|key]", text(), "[id|code] of the book")


@LIBRARY.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Five books with copies in three branches, and four members who have borrowed some of them."""
    today = draw.day("2026-02-01", "2026-11-30")
    branches = draw.several_of(BRANCHES, 3)
    authors = people(draw, 3)
    books = [
        {
            "book": f"{draw.code('@@')}{number}",
            "title": title,
            "author": draw.pick(authors),
            "year": draw.whole(1961, 2024),
            "shelf": draw.code("@##"),
        }
        for title, number in zip(draw.several_of(TITLES, 5), draw.sample(range(100, 999), 5), strict=True)
    ]
    copies: dict[str, Any] = {}
    for book, code in zip(books, draw.sample(range(1000, 9000, 7), 5), strict=True):
        for nth in range(draw.whole(1, 3)):
            key = f"C{code + nth}"
            copies[key] = {"copy": key, "book": book["book"], "branch": draw.pick(branches), "status": "available"}
    members = {
        str(number): {"member": number, "name": name, "fees": draw.pick((0.0, draw.price(1, 9)))}
        for number, name in zip(draw.sample(range(20000, 90000), 4), people(draw, 4), strict=True)
    }
    state: dict[str, Any] = {
        "today": today,
        "books": {book["book"]: book for book in books},
        "copies": copies,
        "members": members,
        "loans": {},
        "holds": [],
        "hours": {name: _hours(draw, name) for name in branches},
    }
    keys = [str(member["member"]) for member in members.values()]
    for copy in draw.sample(list(copies.values()), len(copies) * 2 // 3):
        due = days_later(today, draw.pick((draw.whole(-12, -1), draw.whole(2, 25), draw.whole(2, 25))))
        lend(state, copy["copy"], draw.pick(keys), due, draw.whole(0, 1))
    numbers = draw.sample(range(300, 900), 3)
    for nr, book, key in zip(numbers, draw.sample(books, 3), draw.sample(keys, 3), strict=True):
        state["holds"].append({"hold": nr, "member": int(key), "book": book["book"], "place": draw.whole(1, 4)})
    return state


def _hours(draw: Draw, branch: str) -> dict[str, Any]:
    closed = draw.pick(("Sunday", "Monday", "Wednesday"))
    return {"branch": branch, "opens": draw.clock(8, 11, 30), "closes": draw.clock(16, 20, 30), "closed_on": closed}


def lend(state: dict[str, Any], copy: str, member: str, due: str, renewals: int = 0) -> None:
    """Put a copy on loan, whatever the rules say; a plan may do so before it asks."""
    title = state["books"][state["copies"][copy]["book"]]["title"]
    state["copies"][copy]["status"] = "on loan"
    state["loans"][copy] = {"copy": copy, "title": title, "member": int(member), "due": due, "renewals": renewals}


def _member(state: dict[str, Any], number: int) -> dict[str, Any]:
    member: dict[str, Any] | None = state["members"].get(str(number))
    if member is None:
        raise RefusedError(f"no member has the number {number}")
    return member


def _copy(state: dict[str, Any], code: str) -> dict[str, Any]:
    copy: dict[str, Any] | None = state["copies"].get(code)
    if copy is None:
        raise RefusedError(f"no copy with the code {code}")
    return copy


def _book(state: dict[str, Any], code: str) -> dict[str, Any]:
    book: dict[str, Any] | None = state["books"].get(code)
    if book is None:
        raise RefusedError(f"no book with the id {code}")
    return book


@LIBRARY.operation(
    names="[find|search|look up|query] [books|titles|catalogue|works] [by title|]",
    about="[Search|Look through] the catalogue for [books|titles] by words of the title.",
    does="look up the book {title}",
    params=[Param("title", "[title|words|title words|search text|book title]", text(), "[words of the|] title")],
    labels={"book": "[book|book id|id]", "shelf": "[shelf|shelf mark|place]"},
)
def find_books(state: dict[str, Any], title: str) -> JsonValue:
    """Books whose titles have all the words."""
    wanted = title.casefold().replace('"', "").split()
    return [dict(b) for b in state["books"].values() if all(word in b["title"].casefold().split() for word in wanted)]


@LIBRARY.operation(
    names="[list|get|find|show] [books|titles|works] [by author|of author|of writer]",
    about="[List|Show|Get] the [books|titles] that the library has by an author.",
    does="list the books by {author}",
    params=[
        Param("author", "[author|writer|author name|writer name|written by]", text(), "[full|] name of the author")
    ],
    labels={"book": "[book|book id|id]"},
)
def books_by(state: dict[str, Any], author: str) -> JsonValue:
    """An author's books, the oldest first."""
    own = [book for book in state["books"].values() if author.strip().casefold() in book["author"].casefold()]
    own.sort(key=lambda book: (book["year"], book["title"]))
    return [{key: book[key] for key in ("book", "title", "year", "shelf")} for book in own]


@LIBRARY.operation(
    names="[list|get|show|check] [copies|items|exemplars] [of book|of title|for book]",
    about="[List|Show|Get] the copies of a book, with branch and status[.|, and the due date of those on loan.]",
    does="list the copies of {book}",
    params=[BOOK],
    labels={"status": "[status|state]", "due": "[due|back on|due date]", "branch": "[branch|library|location]"},
)
def copies_of(state: dict[str, Any], book: str) -> JsonValue:
    """Where the copies are."""
    _book(state, book)
    own = [copy for copy in state["copies"].values() if copy["book"] == book]
    due = {code: loan["due"] for code, loan in state["loans"].items()}
    return [{"copy": c["copy"], "branch": c["branch"], "status": c["status"], "due": due.get(c["copy"])} for c in own]


@LIBRARY.operation(
    names="[find|search|look up|get] [member|reader|borrower] [by name|]",
    about="[Find|Look up|Search for] a [member|reader] by name[.|, to get the card number.]",
    does="look up the member {name}",
    params=[Param("name", "[name|full name|member name|reader name]", text(), "[full|] name")],
    labels={"member": "[member|member number|card number]"},
)
def find_member(state: dict[str, Any], name: str) -> JsonValue:
    """Members by name."""
    wanted = name.strip().casefold()
    found = [member for member in state["members"].values() if wanted in member["name"].casefold()]
    return [{"member": member["member"], "name": member["name"]} for member in found]


@LIBRARY.operation(
    names="[get|show|read|check] [member|reader|borrower] [account|record|status]",
    about="[Show|Get|Return] the account of a member[.|: fees, loans and holds.]",
    does="[open|check] the account of member {member}",
    params=[MEMBER],
    labels={"fees": "[fees|open fees|owes]", "loans": "[loans|books out|on loan]", "holds": "[holds|reservations]"},
)
def member_account(state: dict[str, Any], member: int) -> JsonValue:
    """Fees and counts."""
    found = _member(state, member)
    loans = sum(loan["member"] == member for loan in state["loans"].values())
    holds = sum(hold["member"] == member for hold in state["holds"])
    return {"member": member, "name": found["name"], "fees": found["fees"], "loans": loans, "holds": holds}


@LIBRARY.operation(
    names="[list|get|show|find] [loans|borrowed books|books out] [of member|of reader|of borrower]",
    about="[List|Show|Get] what a member has on loan[.|, with due dates.]",
    does="list the loans of member {member}",
    params=[MEMBER],
    labels={"due": "[due|due date|back by]", "renewals": "[renewals|times renewed|extensions]"},
)
def loans_of(state: dict[str, Any], member: int) -> JsonValue:
    """A member's loans, the next due first."""
    _member(state, member)
    own = sorted((x for x in state["loans"].values() if x["member"] == member), key=lambda x: (x["due"], x["copy"]))
    return [{key: loan[key] for key in ("copy", "title", "due", "renewals")} for loan in own[:6]]


@LIBRARY.operation(
    names="[lend|check out|issue|loan] [copy|item|book]",
    about="[Lend|Check out|Issue] a copy to a member[.|, for four weeks unless told otherwise.]",
    does="lend {copy} to member {member}< until {until}>",
    params=[
        MEMBER,
        COPY,
        Param("until", "[until|due|due date|back by|return by]", day(), "four weeks if left out", optional=True),
    ],
    writes=True,
)
def lend_copy(state: dict[str, Any], member: int, copy: str, until: str | None) -> JsonValue:
    """A loan, unless the copy is out or the member owes too much."""
    found, borrower = _copy(state, copy), _member(state, member)
    if found["status"] != "available":
        raise RefusedError(f"copy {copy} is {found['status']}", 409)
    if borrower["fees"] > MAX_FEES:
        raise RefusedError(f"member {member} owes {borrower['fees']:.2f}, which is above the limit of 10.00", 409)
    due = checked_day(until) if until else days_later(state["today"], 28)
    lend(state, copy, str(member), due)
    return {"copy": copy, "title": state["loans"][copy]["title"], "member": member, "due": due}


@LIBRARY.operation(
    names="[return|take back|check in|hand in] [copy|item|book]",
    about="[Take back|Check in|Return] a copy; a late one adds a fee to the member's account.",
    does="take back copy {copy}",
    params=[COPY],
    writes=True,
)
def return_copy(state: dict[str, Any], copy: str) -> JsonValue:
    """Back on the shelf, at a quarter for each day that it is late."""
    found = _copy(state, copy)
    loan = state["loans"].pop(copy, None)
    if loan is None:
        raise RefusedError(f"copy {copy} is not on loan", 409)
    found["status"] = "available"
    late = max(0, days_between(loan["due"], state["today"]))
    fee = late * 0.25
    borrower = _member(state, loan["member"])
    borrower["fees"] = round(borrower["fees"] + fee, 2)
    return {"copy": copy, "title": loan["title"], "days_late": late, "fee": fee}


@LIBRARY.operation(
    names="[renew|extend|prolong] [loan|copy|item|book]",
    about="[Renew|Extend|Prolong] a loan by three weeks, at most twice.",
    does="renew the loan of {copy}",
    params=[COPY],
    writes=True,
)
def renew_loan(state: dict[str, Any], copy: str) -> JsonValue:
    """Three weeks more, unless somebody waits or it was renewed twice."""
    found, loan = _copy(state, copy), state["loans"].get(copy)
    if loan is None:
        raise RefusedError(f"copy {copy} is not on loan", 409)
    if loan["renewals"] >= 2:
        raise RefusedError(f"copy {copy} has been renewed twice already", 409)
    if any(hold["book"] == found["book"] for hold in state["holds"]):
        raise RefusedError(f"{loan['title']} is reserved by another reader", 409)
    loan["renewals"] += 1
    loan["due"] = days_later(loan["due"], 21)
    return {"copy": copy, "title": loan["title"], "due": loan["due"], "renewals": loan["renewals"]}


@LIBRARY.operation(
    names="[place|add|make|create] [hold|reservation|request]",
    about="[Reserve|Place a hold on] a book for a member[.|; only where no copy is available.]",
    does="reserve {book} for member {member}",
    params=[MEMBER, BOOK],
    writes=True,
)
def place_hold(state: dict[str, Any], member: int, book: str) -> JsonValue:
    """A place in the queue."""
    title = _book(state, book)["title"]
    _member(state, member)
    if any(copy["book"] == book and copy["status"] == "available" for copy in state["copies"].values()):
        raise RefusedError(f"a copy of {title} is available, no hold is needed", 409)
    waiting = [hold for hold in state["holds"] if hold["book"] == book]
    number = max((hold["hold"] for hold in state["holds"]), default=299) + 1
    place = max((hold["place"] for hold in waiting), default=0) + 1
    state["holds"].append({"hold": number, "member": member, "book": book, "place": place})
    return {"hold": number, "title": title, "place": place}


@LIBRARY.operation(
    names="[list|get|show|find] [holds|reservations|requests] [of member|of reader|of borrower]",
    about="[List|Show|Get] the holds of a member, with their place in the queue.",
    does="list the holds of member {member}",
    params=[MEMBER],
    labels={"hold": "[hold|hold number|reservation]", "place": "[place|queue place|position]"},
)
def holds_of(state: dict[str, Any], member: int) -> JsonValue:
    """What a member waits for."""
    _member(state, member)
    own = [hold for hold in state["holds"] if hold["member"] == member]
    return [{"hold": h["hold"], "title": _book(state, h["book"])["title"], "place": h["place"]} for h in own]


@LIBRARY.operation(
    names="[cancel|delete|drop|remove] [hold|reservation|request]",
    about="[Cancel|Delete|Remove] a hold by its number.",
    does="cancel hold {hold}",
    params=[Param("hold", "[hold|reservation|request] [number|id|no]", ident(), "number of the hold")],
    writes=True,
)
def cancel_hold(state: dict[str, Any], hold: int) -> JsonValue:
    """Out of the queue."""
    left = [other for other in state["holds"] if other["hold"] != hold]
    if len(left) == len(state["holds"]):
        raise RefusedError(f"there is no hold {hold}")
    state["holds"][:] = left
    return {"cancelled": hold}


@LIBRARY.operation(
    names="[pay|settle|book|record] [fee|fees|fee payment|fine]",
    about="[Record|Book|Register] a payment [towards|for] the fees of a member.",
    does="book a payment of {amount:money} by member {member}",
    params=[MEMBER, Param("amount", "[amount|sum|paid amount|payment|paid]", number(minimum=0), "[amount paid|]")],
    writes=True,
)
def pay_fee(state: dict[str, Any], member: int, amount: float) -> JsonValue:
    """Less to owe."""
    found = _member(state, member)
    if amount > found["fees"] + 0.001:
        raise RefusedError(f"member {member} owes only {found['fees']:.2f}", 422)
    found["fees"] = round(found["fees"] - amount, 2)
    return {"member": member, "paid": amount, "fees_left": found["fees"]}


@LIBRARY.operation(
    names="[get|show|check|read] [branch|library|opening] [hours|times]",
    about="[Tell|Show|Get] when a branch opens and closes[.|, and on which day it stays shut.]",
    does="check the hours of the {branch} branch",
    params=[Param("branch", "[branch|library|branch name|library name|location]", text(), "name of the branch")],
    labels={"closed_on": "[closed on|closed|no opening on]"},
)
def branch_hours(state: dict[str, Any], branch: str) -> JsonValue:
    """When a branch is open."""
    found = next(
        (hours for name, hours in state["hours"].items() if name.casefold() == branch.strip().casefold()), None
    )
    if found is None:
        raise RefusedError(f"no branch is called {branch}; there are {', '.join(state['hours'])}")
    return dict(found)


def any_loan(play: Play) -> dict[str, Any]:
    """Pick a loan whose title its member has only once, and let nobody wait for the book."""
    loans = list(play.state["loans"].values())
    if not loans:
        raise play.unsuitable("nothing is on loan")
    loan: dict[str, Any] = play.draw.pick(loans)
    if sum((other["member"], other["title"]) == (loan["member"], loan["title"]) for other in loans) > 1:
        raise play.unsuitable("the member has two copies")
    book = play.state["copies"][loan["copy"]]["book"]
    play.state["holds"][:] = [hold for hold in play.state["holds"] if hold["book"] != book]
    return loan


def any_member(play: Play) -> dict[str, Any]:
    """Pick a member."""
    member: dict[str, Any] = play.draw.pick(list(play.state["members"].values()))
    return member


def any_book(play: Play) -> dict[str, Any]:
    """Pick a book."""
    book: dict[str, Any] = play.draw.pick(list(play.state["books"].values()))
    return book


_MEMBER_SAID = {
    Split.TRAIN: (
        "{name} is member {member}.",
        "The card of {name} has the number {member}.",
        "Member {member} is {name}.",
    ),
    Split.DEV: ("{name} has the member number {member}.", "The number of {name} is {member}."),
    Split.TEST: ("I find {name} as member {member}.", "{member} is the number of {name}."),
}
_BOOK_SAID = {
    Split.TRAIN: (
        "The catalogue has it as {book}.",
        "{title} has the id {book}.",
        "{book} is the id of {title}.",
    ),
    Split.DEV: ("{title} is listed as {book}.", "The book's id is {book}."),
    Split.TEST: ("That title is {book} in the catalogue.", "I see {title} under the id {book}."),
}


def member_number(play: Play, name: str) -> int:
    """Look a member up by name, say so, and return the number."""
    number = int(play.call("find_member", {"name": name})[0]["member"])
    play.learn(*_MEMBER_SAID[play.draw.split], name=name, member=number)
    return number


def book_id(play: Play, title: str) -> str:
    """Look a book up by title, say so, and return its id."""
    code = str(play.call("find_books", {"title": title})[0]["book"])
    play.learn(*_BOOK_SAID[play.draw.split], title=title, book=code)
    return code
