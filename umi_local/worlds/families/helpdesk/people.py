"""Who works on what: agents, their load, and tickets that change hands."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.helpdesk.service import HELPDESK, TEAMS, agent_row, any_agent, any_ticket, load_of
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@HELPDESK.intent(
    goal="assign ticket {ticket} to {helper}",
    wordings=(
        "assign ticket {ticket} to {helper}",
        "{helper} should take over {ticket}",
        "give {ticket} to {helper}, who knows that part best",
        "I promised that {helper} would look at {ticket}. Hand it over, please.",
        "can {helper} have ticket {ticket}?",
        "put {helper} in charge of ticket {ticket}",
        "Route {ticket} to {helper}, if that's possible today.",
        "~{ticket} -> {helper}",
        "~{helper} takes {ticket}",
    ),
    essential="assign_ticket",
    missing=Missing(
        wordings=(
            "assign ticket {ticket} to somebody",
            "give {ticket} to another agent",
            "Ticket {ticket} needs another agent. Hand it over, please.",
            "can somebody else have ticket {ticket}?",
            "~reassign {ticket}",
        ),
        needs="the name of the agent",
        goal="assign ticket {ticket} to an agent",
        slot="helper",
    ),
    split=Split.TRAIN,
)
def assign(play: Play) -> None:
    """Two calls, or one where the list says that the agent is away."""
    ticket = any_ticket(play, "open", "waiting")
    helper = play.draw.pick([a for a in play.state["agents"].values() if a["agent"] != ticket["agent"]])
    play.ask(ticket=ticket["ticket"], helper=helper["name"])
    row = agent_row(play, helper["name"])
    if row["is_away"]:
        play.learn("But {helper} is away, so the ticket can't go there.", "The list also says that {helper} is away.")
        play.conclude(
            "I did not assign ticket {ticket}, because {helper} is away.",
            "{helper} is away and can't take ticket {ticket} now.",
            facts=[NO, "helper"],
            why=("It wouldn't help anybody to assign it.", "Agents who are away get no tickets, so I stop here."),
        )
        return
    play.call("assign_ticket", {"ticket": ticket["ticket"], "agent": row["agent"]}, does="assign {ticket} to {code}")
    play.learn("Ticket {ticket} is with {helper} now.", "{helper} has ticket {ticket}.")
    play.conclude(
        "Ticket {ticket} is assigned to {helper}.",
        "{helper} takes care of ticket {ticket} now.",
        "Done: {ticket} went to {helper}.",
        facts=["helper"],
    )


@HELPDESK.intent(
    goal="hand all tickets of {helper} over to {other}",
    wordings=(
        "hand all tickets of {helper} over to {other}",
        "{helper} is ill, so {other} takes every ticket that {helper} has",
        "move whatever is assigned to {helper} to {other}",
        "{other} stands in for {helper} from today. Reassign all the tickets, please.",
        "I'd like {other} to inherit the tickets of {helper}. See to it, please.",
        "go through the tickets of {helper} and assign each of them to {other}",
        "take everything off {helper} and let {other} have it",
        "~{helper}'s tickets -> {other}",
        "~all of {helper} to {other}",
    ),
    essential="assign_ticket",
    split=Split.TRAIN,
)
def hand_over(play: Play) -> None:
    """Two calls and one more for each ticket: none to three."""
    other = any_agent(play)
    helper = play.draw.pick([a for a in play.state["agents"].values() if a is not other])
    for ticket in play.state["tickets"].values():
        if ticket["agent"] == helper["agent"]:
            ticket["agent"] = other["agent"]
    for ticket in play.draw.sample(list(play.state["tickets"].values()), play.draw.pick((0, 1, 2, 2, 3))):
        ticket.update(agent=helper["agent"], status=play.draw.pick(("open", "waiting")))
    play.ask(helper=helper["name"], other=other["name"])
    codes = {row["name"]: row["agent"] for row in play.call("list_agents")}
    play.learn(
        "{helper} is {from_code} and {other} is {to_code}.",
        "The ids are {from_code} for {helper} and {to_code} for {other}.",
        from_code=codes[helper["name"]],
        to_code=codes[other["name"]],
    )
    found = play.call("find_tickets", {"agent": play.slots["from_code"]})
    numbers = [row["ticket"] for row in found]
    play.slots.update(numbers=numbers, count=len(numbers))
    if not numbers:
        play.learn("No ticket is assigned to {helper}.", "{helper} has no ticket at all.")
        play.conclude(
            "{helper} has no tickets, so there was nothing to hand over.",
            "Nothing was moved: no ticket belongs to {helper}.",
            facts=[NO],
        )
        return
    play.learn("{helper} has {count:n ticket}: {numbers}.", "These are to be moved: {numbers}.")
    for number in numbers:
        play.slots.update(moved=number)
        play.call(
            "assign_ticket", {"ticket": number, "agent": play.slots["to_code"]}, does="assign {moved} to {to_code}"
        )
        play.learn("{other} has {moved} now.", "{moved} is done.")
    play.conclude(
        "{other} has the tickets of {helper} now: {numbers}.",
        "I handed {count:n ticket} over to {other}: {numbers}.",
        facts=["numbers"],
    )


@HELPDESK.intent(
    goal="assign ticket {ticket} to whoever has the fewest open tickets in the {group} team",
    wordings=(
        "assign ticket {ticket} to whoever in the {group} team has the fewest open tickets",
        "The {group} team should deal with {ticket}. Pick the one with the least to do who isn't away.",
        "who in {group} is the least busy? That person gets ticket {ticket}, unless they're away.",
        "find the {group} agent with the smallest load, not counting people who are away, and hand over {ticket}",
        "{ticket} goes to the {group} team: choose the agent there, of those present, with the fewest open tickets",
        "be fair and give {ticket} to the person in {group} who has the lowest number of open tickets and is there today",
        "~{ticket} to least busy in {group} (present)",
        "~{group}: fewest open, not away, gets {ticket}",
    ),
    essential="assign_ticket",
    split=Split.TEST,
)
def least_busy(play: Play) -> None:
    """Two calls: the smallest of several numbers, with one exception."""
    group = play.draw.pick(TEAMS)
    agents = list(play.state["agents"].values())
    for agent in play.draw.sample(agents, 3):
        agent["team"] = group
    team = [agent for agent in agents if agent["team"] == group]
    free = [agent for agent in team if not agent["is_away"]]
    loads = sorted(load_of(play.state, agent["agent"]) for agent in free)
    ticket = any_ticket(play, "waiting")
    loads = sorted(load_of(play.state, agent["agent"]) for agent in free)
    if not loads or loads[:1] == loads[1:2]:
        raise play.unsuitable("nobody, or two with the same load")
    play.ask(ticket=ticket["ticket"], group=group)
    present = [row for row in play.call("list_agents", {"team": group}, decides=True) if not row["is_away"]]
    best = min(present, key=lambda row: int(row["open_tickets"]))
    play.learn(
        "Of those who are there, {helper} ({code}) has the fewest open tickets: {load}.",
        "The lowest load of anyone present is {load}, which is {helper}, {code}.",
        helper=best["name"],
        code=best["agent"],
        load=best["open_tickets"],
    )
    play.call("assign_ticket", {"ticket": ticket["ticket"], "agent": best["agent"]}, does="assign {ticket} to {code}")
    play.learn("{ticket} went to {helper}.", "Now {helper} is in charge of {ticket}.")
    play.conclude(
        "{helper} gets ticket {ticket}, with {load:n open ticket} so far.",
        "I gave ticket {ticket} to {helper}, who has the fewest open tickets ({load}).",
        facts=["helper", "load"],
    )


@HELPDESK.intent(
    goal="compare the open tickets of {helper} and {other}",
    wordings=(
        "who has more open tickets, {helper} or {other}, and by how many?",
        "compare the load of {helper} and {other}",
        "{helper} claims to have more to do than {other}. Look at the open tickets and tell me the difference.",
        "how many open tickets do {helper} and {other} have, and what's the difference?",
        "put {helper} and {other} side by side: whose pile of open tickets is higher, and by what number?",
        "I want to split the work evenly. How far apart are {helper} and {other} in open tickets?",
        "~open tickets {helper} vs {other}",
        "~{helper} / {other} load, difference",
    ),
    essential="list_agents",
    split=Split.DEV,
)
def compare_loads(play: Play) -> None:
    """One call, a comparison and a difference."""
    one, other = play.draw.sample(list(play.state["agents"].values()), 2)
    for ticket in play.draw.sample(list(play.state["tickets"].values()), 3):
        ticket.update(agent=play.draw.pick((one["agent"], other["agent"])), status="open")
    play.ask(helper=one["name"], other=other["name"])
    loads = {row["name"]: row["open_tickets"] for row in play.call("list_agents")}
    first, second = loads[one["name"]], loads[other["name"]]
    play.slots.update(first=first, second=second, gap=abs(first - second))
    play.slots.update(ahead=one["name"] if first > second else other["name"])
    if first == second:
        play.learn("Both have {first:n open ticket}.", "{helper} and {other} are even, at {first} each.")
        play.conclude("They are even: {first:n open ticket} each.", "Both have {first}.", facts=["first"])
        return
    play.learn(
        "{helper} has {first} and {other} {second}, so {ahead} has {gap} more.",
        "That is {first} for {helper} against {second} for {other}: a difference of {gap}.",
    )
    play.conclude(
        "{ahead} has more, by {gap}: {helper} {first}, {other} {second}.",
        "{helper} has {first:n open ticket} and {other} {second}, so {ahead} is ahead by {gap}.",
        facts=["ahead", "gap"],
        derived=["gap"],
    )


@HELPDESK.intent(
    goal="assign ticket {ticket} to {helper}, or leave an internal note if that fails",
    wordings=(
        'assign {ticket} to {helper}; if that doesn\'t work, leave the internal note "{note}" on it',
        '{helper} should get ticket {ticket}. In case the tool is down, at least write "{note}" there for the agents.',
        'try to give {ticket} to {helper}, and failing that put "{note}" on the ticket as an internal comment',
        'I need {helper} on {ticket}. Should assigning fail, note "{note}" on it, for agents only.',
        'hand {ticket} to {helper} or, if it can\'t be done now, leave a private comment saying "{note}"',
        'Ticket {ticket} belongs to {helper}. If you can\'t move it, say so on the ticket, internally: "{note}"',
        '~{ticket} -> {helper}, else internal note "{note}"',
        '~assign {ticket} {helper}; fallback: private comment "{note}"',
    ),
    kind=Kind.RECOVER,
    breaks="assign_ticket",
    split=Split.TEST,
)
def assign_or_note(play: Play) -> None:
    """The assignment fails; a note on the ticket takes its place."""
    ticket, helper = any_ticket(play, "open", "waiting"), any_agent(play)
    first = helper["name"].split()[0]
    note = play.draw.pick((f"for {first}", f"{first} takes this one", f"please leave it to {first}", f"{first} knows"))
    play.ask(ticket=ticket["ticket"], helper=helper["name"], note=note)
    row = agent_row(play, helper["name"])
    failed = play.attempt(
        "assign_ticket", {"ticket": ticket["ticket"], "agent": row["agent"]}, does="assign {ticket} to {code}"
    )
    play.learn("Assigning is not possible: the tool {said}.", "The tool {said}, so {ticket} stays.", said=failed.error)
    play.call(
        "add_comment",
        {"ticket": ticket["ticket"], "text": note, "is_public": False},
        why=(
            "For that case the user wants an internal note, which {tool} can leave.",
            "What remains is the internal note, with {tool}.",
        ),
    )
    play.learn("The note is on the ticket.", "Agents can read the note on {ticket} now.")
    play.conclude(
        "Ticket {ticket} could not be assigned to {helper}, so I left an internal note.",
        "Assigning {ticket} did not work. The note for the agents is on it instead.",
        facts=[NO, "ticket"],
    )


@HELPDESK.intent(
    goal="find the number of the {state} ticket of {name}",
    wordings=(
        "what's the number of the {state} ticket of {name}?",
        "find the ticket of {name} that is {state} and give me its number",
        "{name} forgot the ticket number. It must be {state}. Which number is it?",
        "I need the number of the ticket that {name} opened, it's {state}",
        "look for a {state} ticket of the customer {name}, I need the number",
        "{name} has a ticket that's {state}. Please tell me its number.",
        "under which number is the {state} ticket of {name} filed?",
        "~ticket number, {name}, {state}",
        "~{name}'s {state} ticket #",
    ),
    kind=Kind.RECOVER,
    breaks="find_customer",
    split=Split.TRAIN,
)
def number_by_list(play: Play) -> None:
    """The search for customers fails; the list of tickets names them as well."""
    ticket = any_ticket(play)
    state = play.draw.pick(("waiting", "solved"))
    for other in play.state["tickets"].values():
        if other["customer"] == ticket["customer"]:
            other["status"] = "open"
    ticket["status"] = state
    name = play.state["customers"][ticket["customer"]]["name"]
    play.ask(name=name, state=state)
    failed = play.attempt("find_customer", {"name": name})
    play.learn("I can't get the customer id: the tool {said}.", "The search for customers {said}.", said=failed.error)
    listed = play.call(
        "find_tickets",
        {"status": state},
        why=(
            "But tickets show their customers, so I list those that are {state} with {tool}.",
            "The list of {state} tickets, from {tool}, should name {name} as well.",
        ),
    )
    found = next(row for row in listed if row["customer"] == name)
    play.learn(
        "Ticket {ticket} is the one of {name}.",
        "Among the {state} tickets, {ticket} belongs to {name}.",
        ticket=found["ticket"],
        subject=found["subject"],
    )
    play.conclude(
        "The {state} ticket of {name} is {ticket}.",
        'It is ticket {ticket}, "{subject}".',
        "The number is {ticket}.",
        facts=["ticket"],
    )
