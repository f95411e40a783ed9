"""The support desk's tickets: nobody who is away gets one, and none is closed that nobody has worked on."""

from __future__ import annotations

from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.dates import days_later
from umi_local.worlds.draw import Draw, Pool
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.family import Family
from umi_local.worlds.operations import Param, flag, ident, one_of, text, texts
from umi_local.worlds.play import Play
from umi_local.worlds.pools import people
from umi_local.worlds.splits import Split

FAMILY = HELPDESK = Family(
    "helpdesk",
    "[helpdesk|support|servicedesk|tickets|desk|customercare]",
    frozenset({"helpdesk", "support", "tickets", "customers"}),
)

_THINGS = (
    *("backup", "billing page", "booking form", "calendar", "chat window", "contact list", "dark mode", "data export"),
    *("desktop app", "download link", "email alert", "file upload", "home screen", "import wizard", "invoice layout"),
    *("login page", "map view", "mobile app", "news feed", "payment step", "photo album", "price list", "print view"),
    *("profile page", "report builder", "search box", "settings menu", "shared folder", "sign-up form", "start page"),
    *("statistics page", "task board", "time sheet", "update tool", "user guide", "video call", "voice message"),
)
_TROUBLES = (
    *("asks for a code", "crashes", "does not open", "does not save", "has no text", "is empty", "is in French"),
    *("is too slow", "keeps freezing", "looks wrong", "loses data", "shows an error", "shows old data"),
)
SUBJECTS = Pool(f"{thing} {trouble}" for thing in _THINGS for trouble in _TROUBLES)
TAGS = Pool(
    """accessibility|android|archive|audit|beta|billing|browser|cache|chat|cloud|contract|crash|data loss|design|discount
    |download|email|export|feedback|firewall|goodwill|hardware|import|invoice|keyboard|language|legal|licence|login|mac
    |maintenance|migration|mobile|network|newcomer|onboarding|outage|partner|password|payment|performance|phone|pilot
    |praise|printer|privacy|proxy|refund|regression|renewal|research|roadmap|sales|scanner|security|server|shortcut|spam
    |storage|sync|tablet|training|translation|trial|typo|upgrade|vip|video|wishlist|workaround"""
)
TEAMS = ("billing", "technical", "onboarding")
PRIORITIES = ("low", "normal", "high", "urgent")
STATUSES = ("open", "waiting", "solved", "closed")
PLANS = ("free", "basic", "business", "premium")

TICKET = Param("ticket", "[ticket|case|issue|request] [number|id|no]", ident(), "[number|id] of the ticket")
AGENT = Param("agent", "[agent|assignee|staff|helper] [id|code|key]", text(), "[id|code] of the agent")
CUSTOMER = Param("customer", "[customer|client|account|requester] [id|code|key]", text(), "[id|code] of the customer")
_ROW = {
    "ticket": "[ticket|ticket number|number]",
    "agent": "[agent|assigned to|assignee]",
    "status": "[status|state]",
    "hours_left": "[hours left|hours to deadline|remaining hours]",
}


@HELPDESK.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Four agents in three teams, four customers, and six tickets with one to three comments each."""
    names = people(draw, 8)
    agents = {
        f"AG{code}": {
            "agent": f"AG{code}",
            "name": name,
            "team": TEAMS[at] if at < 3 else draw.pick(TEAMS),
            "is_away": at > 1 and draw.chance(0.4),
        }
        for at, (code, name) in enumerate(zip(draw.sample(range(11, 99), 4), names[:4], strict=True))
    }
    customers = {
        f"K{code}": {"customer": f"K{code}", "name": name, "plan": draw.pick(PLANS), "phone": draw.code("0##-######")}
        for code, name in zip(draw.sample(range(200, 999), 4), names[4:], strict=True)
    }
    today = draw.day("2026-01-20", "2027-11-30")
    first = draw.whole(3000, 8000)
    tickets = {}
    for at, subject in enumerate(draw.several_of(SUBJECTS, 6)):
        number = first + 7 * at + draw.whole(0, 6)
        customer = draw.pick(list(customers.values()))
        tickets[str(number)] = {
            "ticket": number,
            "subject": subject,
            "customer": customer["customer"],
            "priority": draw.pick(PRIORITIES),
            "status": draw.pick(("open", "open", "waiting", "solved")),
            "agent": draw.pick([*agents, None]),
            "opened": days_later(today, at - 8),
            "hours_left": draw.whole(-9, 40),
            "tags": [],
            "comments": _comments(draw, customer["name"], days_later(today, at - 8)),
        }
    return {"today": today, "agents": agents, "customers": customers, "tickets": tickets, "next": first + 60}


_OPENINGS = (
    *("It has been like this since Monday.", "Please help, I need it every day.", "It worked until yesterday."),
    *("I tried it on two computers.", "My colleague sees the same.", "Is there a way around it?"),
)
_ANSWERS = (
    *("I could see it here as well.", "Which version do you have?", "A fix is being tested.", "I passed it on."),
    *("Please clear the cache and try again.", "I need a screenshot.", "It will be in the next release."),
)


def _comments(draw: Draw, customer: str, opened: str) -> list[dict[str, Any]]:
    comments = [{"by": customer, "on": opened, "text": draw.pick(_OPENINGS), "is_public": True}]
    for at, said in enumerate(draw.sample(_ANSWERS, draw.whole(0, 2))):
        comments.append({"by": "agent", "on": days_later(opened, at + 1), "text": said, "is_public": draw.chance(0.7)})
    return comments


def _ticket(state: dict[str, Any], number: int) -> dict[str, Any]:
    ticket: dict[str, Any] | None = state["tickets"].get(str(number))
    if ticket is None:
        raise RefusedError(f"there is no ticket {number}")
    return ticket


def _unclosed(state: dict[str, Any], number: int) -> dict[str, Any]:
    ticket = _ticket(state, number)
    if ticket["status"] == "closed":
        raise RefusedError(f"ticket {number} is closed and can't be changed", 409)
    return ticket


def _agent(state: dict[str, Any], code: str) -> dict[str, Any]:
    agent: dict[str, Any] | None = state["agents"].get(code.strip())
    if agent is None:
        raise RefusedError(f"there is no agent {code}")
    return agent


def _customer(state: dict[str, Any], code: str) -> dict[str, Any]:
    customer: dict[str, Any] | None = state["customers"].get(code.strip())
    if customer is None:
        raise RefusedError(f"there is no customer {code}")
    return customer


def load_of(state: dict[str, Any], code: str) -> int:
    """Return how many tickets of an agent are open."""
    return sum(ticket["agent"] == code and ticket["status"] == "open" for ticket in state["tickets"].values())


@HELPDESK.operation(
    names="[find|list|search|query] [tickets|cases|issues|support requests]",
    about="[Find|List|Search] tickets, by status, priority, agent or customer[.|; all where nothing is given.]",
    does="list the tickets< with the status {status}>< of priority {priority}>< of agent {agent}>< of customer {customer}>",
    params=[
        Param("status", "[status|state|ticket status|stage]", one_of(*STATUSES), optional=True),
        Param("priority", "[priority|urgency|level|severity]", one_of(*PRIORITIES), optional=True),
        AGENT.or_none(),
        CUSTOMER.or_none(),
    ],
    labels=_ROW,
)
def find_tickets(
    state: dict[str, Any], status: str | None, priority: str | None, agent: str | None, customer: str | None
) -> JsonValue:
    """The tickets that suit, the oldest first."""
    wanted = {"status": status, "priority": priority, "agent": agent, "customer": customer}
    found = [
        ticket
        for ticket in state["tickets"].values()
        if all(value is None or ticket[key] == value for key, value in wanted.items())
    ]
    return [
        {
            "ticket": ticket["ticket"],
            "subject": ticket["subject"],
            "customer": _customer(state, ticket["customer"])["name"],
            "priority": ticket["priority"],
            "status": ticket["status"],
            "opened": ticket["opened"],
        }
        for ticket in found[:6]
    ]


@HELPDESK.operation(
    names="[get|show|open|read] [ticket|case|issue|support request]",
    about="[Show|Get|Open] a ticket[.|: subject, customer, status, agent, and the hours left until its deadline.]",
    does="look at ticket {ticket}",
    params=[TICKET],
    labels=_ROW,
)
def show_ticket(state: dict[str, Any], ticket: int) -> JsonValue:
    """One ticket."""
    found = _ticket(state, ticket)
    agent = state["agents"].get(found["agent"])
    return {
        "ticket": ticket,
        "subject": found["subject"],
        "customer": _customer(state, found["customer"])["name"],
        "priority": found["priority"],
        "status": found["status"],
        "agent": agent["name"] if agent else None,
        "hours_left": found["hours_left"],
        "tags": found["tags"],
    }


@HELPDESK.operation(
    names="[list|get|read|show] [comments|messages|ticket comments|conversation]",
    about="[List|Show|Read] the comments on a ticket, the oldest first.",
    does="read the comments on ticket {ticket}",
    params=[TICKET],
    labels={"by": "[by|author|from]", "on": "[on|date|written on]", "is_public": "[is public|public|seen by customer]"},
)
def list_comments(state: dict[str, Any], ticket: int) -> JsonValue:
    """What was written on a ticket."""
    return [dict(comment) for comment in _ticket(state, ticket)["comments"][-5:]]


@HELPDESK.operation(
    names="[add|post|write|create] [comment|message|ticket comment|reply]",
    about="[Add|Write|Post] a comment on a ticket: public for the customer, or internal.",
    does="write on ticket {ticket}",
    params=[
        TICKET,
        Param("text", "[text|comment|message|body|content]", text(), "[what to write|]"),
        Param("is_public", "[public|is public|visible to customer|to customer]", flag(), "false: agents only"),
    ],
    writes=True,
)
def add_comment(state: dict[str, Any], ticket: int, text: str, is_public: bool) -> JsonValue:
    """A comment by the desk, unless the ticket is closed."""
    found = _unclosed(state, ticket)
    found["comments"].append({"by": "desk", "on": state["today"], "text": text, "is_public": is_public})
    return {"ticket": ticket, "comments": len(found["comments"]), "is_public": is_public}


@HELPDESK.operation(
    names="[assign|give|hand over|route] [ticket|case|issue|support request]",
    about="[Assign|Give|Hand] a ticket to an agent.",
    does="assign ticket {ticket} to {agent}",
    params=[TICKET, AGENT],
    writes=True,
    labels={"assigned_to": "[assigned to|agent|assignee]"},
)
def assign_ticket(state: dict[str, Any], ticket: int, agent: str) -> JsonValue:
    """Another agent, who must not be away."""
    found, helper = _unclosed(state, ticket), _agent(state, agent)
    if helper["is_away"]:
        raise RefusedError(f"{helper['name']} ({helper['agent']}) is away", 409)
    found["agent"] = helper["agent"]
    return {"ticket": ticket, "assigned_to": helper["name"]}


@HELPDESK.operation(
    names="[set|change|update|edit] [priority|ticket priority|urgency]",
    about="[Set|Change|Update] the priority of a ticket.",
    does="set the priority of ticket {ticket} to {priority}",
    params=[TICKET, Param("priority", "[priority|urgency|level|new priority]", one_of(*PRIORITIES))],
    writes=True,
)
def set_priority(state: dict[str, Any], ticket: int, priority: str) -> JsonValue:
    """Another priority."""
    found = _unclosed(state, ticket)
    before, found["priority"] = found["priority"], priority
    return {"ticket": ticket, "before": before, "priority": priority}


@HELPDESK.operation(
    names="[set|change|update|switch] [status|ticket status|case status]",
    about="[Set|Change|Update] the status of a ticket[.|; only one with an agent can be closed.]",
    does="set ticket {ticket} to {status}",
    params=[TICKET, Param("status", "[status|state|new status|new state]", one_of(*STATUSES))],
    writes=True,
    labels={"status": "[status|state]"},
)
def set_status(state: dict[str, Any], ticket: int, status: str) -> JsonValue:
    """Another status; closed is for good, and needs an agent."""
    found = _unclosed(state, ticket)
    if status == "closed" and found["agent"] is None:
        raise RefusedError(f"ticket {ticket} has no agent, assign one before you close it", 409)
    before, found["status"] = found["status"], status
    return {"ticket": ticket, "before": before, "status": status}


@HELPDESK.operation(
    names="[tag|label|mark] [ticket|case|issue|support request]",
    about="[Add|Put] tags [on|to] a ticket.",
    does="tag ticket {ticket} with {tags}",
    params=[TICKET, Param("tags", "[tags|labels|keywords|tag list|tags to add]", texts(), "[one or more|]")],
    writes=True,
)
def tag_ticket(state: dict[str, Any], ticket: int, tags: list[str]) -> JsonValue:
    """More tags, each once."""
    found = _unclosed(state, ticket)
    found["tags"] = list(dict.fromkeys([*found["tags"], *tags]))
    return {"ticket": ticket, "tags": list(found["tags"])}


@HELPDESK.operation(
    names="[merge|join|combine|unite] [tickets|cases|issues|duplicates]",
    about="[Merge|Join] a ticket into another one; the first is then closed.",
    does="merge ticket {ticket} into {into}",
    params=[
        TICKET,
        Param("into", "[into|target|main|kept] [ticket|case|ticket number]", ident(), "the one that stays"),
    ],
    writes=True,
)
def merge_tickets(state: dict[str, Any], ticket: int, into: int) -> JsonValue:
    """All comments go to the other ticket."""
    one, other = _unclosed(state, ticket), _unclosed(state, into)
    if one is other or one["customer"] != other["customer"]:
        raise RefusedError("only two tickets of one customer can be merged", 422)
    other["comments"] += one["comments"]
    one["comments"], one["status"] = [], "closed"
    return {"closed": ticket, "kept": into, "comments": len(other["comments"])}


@HELPDESK.operation(
    names="[list|get|show|find] [agents|helpers|support agents|desk staff]",
    about="[List|Show|Get] the agents, of one team if given[.|, with their open tickets.]",
    does="list the agents< of the {team} team>",
    params=[Param("team", "[team|group|unit|agent team]", one_of(*TEAMS), optional=True)],
    labels={"agent": "[agent|agent id|id]", "open_tickets": "[open tickets|load|open]", "is_away": "[is away|away]"},
)
def list_agents(state: dict[str, Any], team: str | None) -> JsonValue:
    """Who works at the desk."""
    found = [agent for agent in state["agents"].values() if team in (None, agent["team"])]
    return [
        {
            "agent": agent["agent"],
            "name": agent["name"],
            "team": agent["team"],
            "open_tickets": load_of(state, agent["agent"]),
            "is_away": agent["is_away"],
        }
        for agent in found
    ]


@HELPDESK.operation(
    names="[find|search|look up|get] [customer|client|requester|account holder]",
    about="[Find|Look up|Search for] a customer by name.",
    does="look up the customer {name}",
    params=[Param("name", "[name|customer name|client name|full name|search name]", text(), "[full name|name]")],
    labels={"customer": "[customer|customer id|id]", "plan": "[plan|contract|tariff]"},
)
def find_customer(state: dict[str, Any], name: str) -> JsonValue:
    """Customers by name."""
    wanted = name.strip().casefold()
    return [dict(customer) for customer in state["customers"].values() if wanted in customer["name"].casefold()]


@HELPDESK.operation(
    names="[create|open|add|file] [ticket|case|issue|support request]",
    about="[Create|Open|File] a ticket for a customer[.|, of normal priority unless another is given.]",
    does="open a ticket for customer {customer}< of priority {priority}>",
    params=[
        CUSTOMER,
        Param("subject", "[subject|title|summary|topic|headline]", text(), "[what it is about|]"),
        Param("priority", "[priority|urgency|level|severity]", one_of(*PRIORITIES), optional=True),
    ],
    writes=True,
    labels={"ticket": "[ticket|ticket number|number]"},
)
def create_ticket(state: dict[str, Any], customer: str, subject: str, priority: str | None) -> JsonValue:
    """A new ticket without an agent."""
    owner = _customer(state, customer)
    number = state["next"]
    state["next"] += 1
    state["tickets"][str(number)] = {
        "ticket": number,
        "subject": subject,
        "customer": owner["customer"],
        "priority": priority or "normal",
        "status": "open",
        "agent": None,
        "opened": state["today"],
        "hours_left": 48,
        "tags": [],
        "comments": [],
    }
    return {"ticket": number, "subject": subject, "priority": priority or "normal", "status": "open"}


def any_ticket(play: Play, *statuses: str) -> dict[str, Any]:
    """Pick a ticket; with statuses, put it into one of them."""
    ticket: dict[str, Any] = play.draw.pick(list(play.state["tickets"].values()))
    if statuses:
        ticket["status"] = play.draw.pick(statuses)
    return ticket


def any_agent(play: Play) -> dict[str, Any]:
    """Pick an agent who is there."""
    agent: dict[str, Any] = play.draw.pick([a for a in play.state["agents"].values() if not a["is_away"]])
    return agent


def any_customer(play: Play) -> dict[str, Any]:
    """Pick a customer."""
    customer: dict[str, Any] = play.draw.pick(list(play.state["customers"].values()))
    return customer


_AGENT_SAID = {
    Split.TRAIN: ("{seen} has the id {code}.", "{code} is the id of {seen}.", "In the list, {seen} is {code}."),
    Split.DEV: ("The agent id of {seen} is {code}.", "{seen} is listed as {code}."),
    Split.TEST: ("I see {seen} under {code}.", "{code} stands beside the name {seen}."),
}
_CUSTOMER_SAID = {
    Split.TRAIN: ("{seen} is customer {code}.", "The customer id of {seen} is {code}."),
    Split.DEV: ("{seen} has the customer id {code}.", "I find the id {code} for {seen}."),
    Split.TEST: ("Customer {code} is {seen}.", "Under {code} I find {seen}."),
}


def agent_row(play: Play, name: str) -> dict[str, Any]:
    """Look an agent up in the list, say the id, and return the row."""
    row: dict[str, Any] = next(row for row in play.call("list_agents", decides=True) if row["name"] == name)
    play.learn(*_AGENT_SAID[play.draw.split], seen=name, code=row["agent"])
    return row


def customer_id(play: Play, name: str) -> str:
    """Look a customer up by name, say so, and return the id."""
    code = str(play.call("find_customer", {"name": name})[0]["customer"])
    play.learn(*_CUSTOMER_SAID[play.draw.split], seen=name, code=code)
    return code
