"""Questions about tickets, with one or two calls."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.helpdesk.service import HELPDESK, PRIORITIES, any_customer, any_ticket, customer_id
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@HELPDESK.intent(
    goal="tell the status of ticket {ticket}",
    wordings=(
        "what's the status of ticket {ticket}?",
        "how far are we with {ticket}?",
        "look up ticket {ticket} and tell me its status",
        "A customer is on the phone about {ticket}. What state is it in?",
        "is ticket {ticket} still open, or what became of it?",
        "I reported something last week, number {ticket}. Has anything happened?",
        "check where case {ticket} stands",
        "~status {ticket}",
        "~{ticket}?? open or not",
    ),
    essential="show_ticket",
    missing=Missing(
        wordings=(
            "what's the status of my ticket?",
            "how far are we with that ticket?",
            "A customer is on the phone about a ticket. What state is it in?",
            "I reported something last week. Has anything happened?",
            "~ticket status",
        ),
        needs="the ticket number",
        goal="tell the status of a ticket",
        slot="ticket",
    ),
    split=Split.TRAIN,
)
def status(play: Play) -> None:
    """One call; then perhaps who works on it, which stands in the same record."""
    ticket = any_ticket(play)
    play.ask(ticket=ticket["ticket"])
    found = play.call("show_ticket", {"ticket": ticket["ticket"]})
    play.learn(
        "Ticket {ticket}, {subject}, is {state}.",
        "The status of {ticket} is {state}.",
        subject=found["subject"],
        state=found["status"],
        helper=found["agent"],
    )
    play.conclude(
        'Ticket {ticket} ("{subject}") is {state}.',
        "The status of ticket {ticket} is {state}.",
        "{ticket} is {state}. It's about this: {subject}.",
        facts=["state"],
    )
    if found["agent"] and play.draw.chance(0.4):
        play.then_ask(
            "who is working on it?",
            "And who takes care of it?",
            "Which agent has it?",
            goal="tell who works on ticket {ticket}",
        )
        play.conclude(
            "{helper} is working on it.",
            "Ticket {ticket} is with {helper}.",
            facts=["helper"],
            why="The ticket that I opened names {helper} as its agent, so no call is needed.",
        )


@HELPDESK.intent(
    goal="count the {state} tickets of {prio} priority",
    wordings=(
        "how many {state} tickets of {prio} priority do we have?",
        "count the tickets that are {state} and have {prio} priority",
        "Before the meeting I need a number: tickets with the status {state} and the priority {prio}.",
        "are there any {state} tickets with {prio} priority, and how many is it?",
        "find out how many of the {prio} priority tickets are {state} at the moment",
        "I'm planning the day. Number of tickets that are {state}, priority {prio}, please.",
        "give me a count of all {prio} priority tickets in the state {state}",
        "~count: {prio} priority, {state}",
        "~{state} + {prio}, how many",
    ),
    essential="find_tickets",
    split=Split.TRAIN,
)
def count(play: Play) -> None:
    """One call with two filters, and a count that may be nothing."""
    prio, state = play.draw.pick(PRIORITIES), play.draw.pick(("open", "waiting", "solved"))
    for ticket in play.draw.sample(list(play.state["tickets"].values()), play.draw.pick((0, 1, 2, 3))):
        ticket.update(priority=prio, status=state)
    play.ask(prio=prio, state=state)
    found = play.call("find_tickets", {"status": state, "priority": prio})
    numbers = [row["ticket"] for row in found]
    play.slots.update(count=len(found), numbers=numbers)
    if not found:
        play.learn("No ticket is {state} with {prio} priority.", "The search has no result.")
        play.conclude(
            "There is no {state} ticket of {prio} priority.",
            "None: no {prio} priority ticket is {state}.",
            facts=[NO],
        )
        return
    play.learn("That makes {count:n ticket}: {numbers}.", "The result has {count:n entry}: {numbers}.")
    play.conclude(
        "{count:n ticket} of {prio} priority: {numbers}.",
        "It's {count}, namely {numbers}.",
        "You have {count:n such ticket}: {numbers}.",
        facts=["count"],
        derived=["count"],
    )


@HELPDESK.intent(
    goal="say whether {name} has an open ticket",
    wordings=(
        "does {name} have an open ticket with us?",
        "is there anything open for {name}?",
        "see if we still owe {name} an answer, I mean if a ticket of theirs is open",
        "I'm about to call {name}. Is a ticket of theirs open, and what's it about?",
        "check whether any ticket of the customer {name} is open",
        "{name} writes that nobody helps. Look if there's an open ticket.",
        "tell me which tickets of {name} are open, if any",
        "~open tickets {name}?",
        "~{name}: anything open",
    ),
    essential="find_tickets",
    missing=Missing(
        wordings=(
            "does that customer have an open ticket with us?",
            "I'm about to call a customer. Is a ticket of theirs open, and what's it about?",
            "check whether any ticket of the customer is open",
            "A customer writes that nobody helps. Look if there's an open ticket.",
            "~open tickets of customer?",
        ),
        needs="the name of the customer",
        goal="say whether a customer has an open ticket",
        slot="name",
    ),
    split=Split.TRAIN,
)
def open_tickets_of(play: Play) -> None:
    """Two calls; none, one or some."""
    customer = any_customer(play)
    for ticket in play.state["tickets"].values():
        if ticket["customer"] == customer["customer"] and play.draw.chance(0.5):
            ticket["status"] = play.draw.pick(("open", "closed"))
    play.ask(name=customer["name"])
    found = play.call("find_tickets", {"customer": customer_id(play, customer["name"]), "status": "open"})
    if not found:
        play.learn("No ticket of {name} is open.", "{name} has nothing open.")
        play.conclude("No, {name} has no open ticket.", "There is no open ticket of {name} at the moment.", facts=[NO])
        return
    told = [f"{row['ticket']} ({row['subject']})" for row in found]
    play.learn("Open for {name}: {told}.", "I find {told}.", told=told, numbers=[row["ticket"] for row in found])
    play.conclude(
        "Yes: {told}.",
        "{name} has {count:n open ticket}: {told}.",
        "Open for {name}: {told}.",
        facts=["numbers"],
        count=len(found),
    )


@HELPDESK.intent(
    goal="tell what was last written on ticket {ticket}",
    wordings=(
        "what was the last thing written on ticket {ticket}?",
        "read me the newest comment on {ticket}",
        "I was away. What does the latest message on ticket {ticket} say?",
        "find the last entry in the conversation of {ticket}",
        "how did the exchange on ticket {ticket} end?",
        "tell me the most recent comment on {ticket} and its date",
        "Somebody must have answered on {ticket} by now. What do they say?",
        "~last comment {ticket}",
        "~{ticket} latest message",
    ),
    essential="list_comments",
    split=Split.DEV,
)
def last_comment(play: Play) -> None:
    """One call; the last of a list."""
    ticket = any_ticket(play)
    play.ask(ticket=ticket["ticket"])
    last = play.call("list_comments", {"ticket": ticket["ticket"]})[-1]
    play.learn(
        'The last one is from {day}: "{said}"',
        "The newest comment was written on {day}.",
        day=last["on"],
        said=last["text"],
    )
    play.conclude(
        'The last comment, of {day}, says: "{said}"',
        'On {day} somebody wrote: "{said}"',
        facts=["day", "said"],
    )


@HELPDESK.intent(
    goal="tell which {state} ticket has been there longest and how much time is left for it",
    wordings=(
        "which {state} ticket is the oldest, and how many hours are left for it?",
        "find the {state} ticket that has been there longest and tell me how much time it has until its deadline",
        "What should I do first? Take the oldest of the {state} tickets and say how many hours are left.",
        "look up the oldest one among the tickets that are {state}, and its remaining hours",
        "I always begin with the oldest {state} ticket. What's its number, and how many hours do I have?",
        "name the earliest {state} ticket together with the hours until it's due",
        "~oldest {state} ticket, hours left?",
        "~first {state} one + deadline in hours",
    ),
    essential="find_tickets",
    split=Split.TEST,
)
def oldest(play: Play) -> None:
    """Two calls: the earliest of several, then its record."""
    state = play.draw.pick(("open", "waiting"))
    for ticket in play.draw.sample(list(play.state["tickets"].values()), 3):
        ticket["status"] = state
    play.ask(state=state)
    found = min(play.call("find_tickets", {"status": state}), key=lambda row: str(row["opened"]))
    play.learn(
        "The oldest one is ticket {ticket}, opened on {opened}.",
        "Ticket {ticket} was opened first, on {opened}.",
        ticket=found["ticket"],
        opened=found["opened"],
    )
    hours = play.call("show_ticket", {"ticket": found["ticket"]})["hours_left"]
    if hours < 0:
        play.learn("Its time was up {late:n hour} ago.", "Its deadline passed {late:n hour} ago.", late=-hours)
        play.conclude(
            "It's ticket {ticket}, and it is overdue by {late:n hour}.",
            "Ticket {ticket} is the oldest; its deadline was {late:n hour} ago.",
            facts=["ticket", "late"],
            derived=["late"],
        )
        return
    play.learn("It has {hours:n hour} left.", "For {ticket} there are {hours:n hour} left.", hours=hours)
    play.conclude(
        "The oldest is ticket {ticket}, with {hours:n hour} left.",
        "Ticket {ticket}: it has been there since {opened} and must be done in {hours:n hour}.",
        facts=["ticket", "hours"],
    )
