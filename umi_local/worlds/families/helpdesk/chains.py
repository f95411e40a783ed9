"""Longer ways: what one ticket says decides what becomes of it."""

from __future__ import annotations

from umi_local.worlds.facts import NO, Fact
from umi_local.worlds.families.helpdesk.service import (
    HELPDESK,
    agent_row,
    any_agent,
    any_customer,
    any_ticket,
    customer_id,
)
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@HELPDESK.intent(
    goal="close ticket {ticket}, with {helper} as its agent if it needs one",
    wordings=(
        "close ticket {ticket}; if it has no agent yet, assign it to {helper} first",
        "{ticket} can be closed. Should the system want an agent for that, take {helper}.",
        "close {ticket} for good, and put it on {helper} in case nobody has it",
        "I'm cleaning up. Close {ticket}, and where an agent is missing, it's {helper}.",
        "try to close {ticket}. If that's refused for lack of an agent, give it to {helper} and close it then.",
        "get ticket {ticket} closed, with {helper} as the agent if it needs one",
        "Nobody needs {ticket} any longer, so close it. If it's nobody's ticket, let it be {helper}'s.",
        "~close {ticket} (agent if needed: {helper})",
        "~{ticket} closed, else assign {helper} first",
    ),
    split=Split.TRAIN,
)
def close(play: Play) -> None:
    """One call, or four where the desk refuses."""
    ticket, helper = any_ticket(play, "open", "solved"), any_agent(play)
    ticket["agent"] = play.draw.pick((None, None, helper["agent"]))
    play.ask(ticket=ticket["ticket"], helper=helper["name"])
    closing = {"ticket": ticket["ticket"], "status": "closed"}
    reply = play.attempt(
        "set_status",
        closing,
        why=(
            "I try to close {ticket} with {tool}; if an agent is missing, it will say so.",
            "Whether {ticket} needs an agent shows when I close it, so {tool} comes first.",
        ),
    )
    if not reply.failed:
        play.learn("Ticket {ticket} was closed at once.", "It worked, since {ticket} has an agent.")
        play.conclude(
            "Ticket {ticket} is closed. It had an agent already.",
            "Done: {ticket} is closed, and no agent had to be assigned.",
            facts=["ticket", Fact("text", "closed")],
        )
        return
    play.learn("It is refused, because {ticket} has no agent.", "An agent is missing on {ticket}.")
    code = agent_row(play, helper["name"])["agent"]
    play.call("assign_ticket", {"ticket": ticket["ticket"], "agent": code}, does="assign {ticket} to {code}")
    play.learn("{helper} has the ticket, so it can be closed.", "Now {ticket} has an agent.")
    play.call("set_status", closing, does="close ticket {ticket}")
    play.learn("This time {ticket} was closed.", "Ticket {ticket} is closed.")
    play.conclude(
        "Ticket {ticket} had no agent, so I assigned it to {helper} and closed it.",
        "{ticket} is closed, with {helper} as its agent.",
        facts=["helper", Fact("text", "closed")],
    )


@HELPDESK.intent(
    goal="raise ticket {ticket} to urgent if its deadline has passed",
    wordings=(
        "raise ticket {ticket} to urgent if its deadline has passed",
        "If {ticket} is overdue, make it urgent. If not, tell me how many hours are left.",
        "check the deadline of {ticket}, and set the priority to urgent in case we're late",
        "is ticket {ticket} late? then it must become urgent, otherwise I only want to know the hours left",
        "look how much time {ticket} has. No time left? Then urgent, please.",
        "I fear we are late with {ticket}. Should that be so, change its priority to urgent.",
        "make {ticket} urgent, but only when its time is up",
        "~{ticket} overdue -> urgent",
        "~urgent if late: {ticket}",
    ),
    split=Split.TRAIN,
)
def escalate(play: Play) -> None:
    """One call, or two where the time is up."""
    ticket = any_ticket(play, "open", "waiting")
    ticket["priority"] = play.draw.pick(("low", "normal", "high"))
    play.ask(ticket=ticket["ticket"])
    hours = play.call("show_ticket", {"ticket": ticket["ticket"]}, decides=True)["hours_left"]
    play.slots.update(hours=hours, late=-hours)
    if hours > 0:
        play.learn("There are {hours:n hour} left, so it stays as it is.", "{ticket} has {hours:n hour} left.")
        play.conclude(
            "Ticket {ticket} is not late: {hours:n hour} left. I changed nothing.",
            "No need, {ticket} still has {hours:n hour}.",
            facts=[NO, "hours"],
        )
        return
    if hours == 0:
        raise play.unsuitable("just now")
    play.learn("It is {late:n hour} late.", "The deadline of {ticket} was {late:n hour} ago.")
    play.call("set_priority", {"ticket": ticket["ticket"], "priority": "urgent"})
    play.learn("{ticket} is urgent now.", "The priority of {ticket} is urgent.")
    play.conclude(
        "Ticket {ticket} was {late:n hour} late, so it is urgent now.",
        "{ticket} is overdue by {late:n hour}. I made it urgent.",
        facts=["late", Fact("text", "urgent")],
        derived=["late"],
    )


@HELPDESK.intent(
    goal='merge the two tickets of {name} about "{subject}"',
    wordings=(
        'merge the two tickets of {name} about "{subject}", the newer into the older',
        "{name} wrote to us twice about the same thing, {subject}. Keep the older ticket and merge the newer one into it.",
        "there are two tickets of {name} called {subject}, so join them and keep the first, will you?",
        'find the duplicates by {name} with the subject "{subject}" and merge the later one into the earlier one',
        'For {name} I see "{subject}" twice. Combine the two, please, the older one stays.',
        "clean up after {name}: {subject} was reported twice, and the newer ticket should go into the older",
        'unite both "{subject}" tickets of {name} under the number of the older one',
        "~merge duplicates {name}: {subject}, keep older",
        "~{name}, {subject} x2, newer into older",
    ),
    essential="merge_tickets",
    split=Split.TRAIN,
)
def merge(play: Play) -> None:
    """Three calls."""
    older, newer = sorted(play.draw.sample(list(play.state["tickets"].values()), 2), key=lambda t: int(t["ticket"]))
    newer.update(customer=older["customer"], subject=older["subject"], status="open")
    older["status"] = play.draw.pick(("open", "waiting"))
    name = play.state["customers"][older["customer"]]["name"]
    play.ask(name=name, subject=older["subject"])
    listed = play.call("find_tickets", {"customer": customer_id(play, name)}, does="list the tickets of {name}")
    first, second = sorted(row["ticket"] for row in listed if row["subject"] == older["subject"])
    play.learn(
        "The two are {first} and {second}; {first} is older.",
        '"{subject}" occurs as {first}, the older one, and as {second}.',
        first=first,
        second=second,
    )
    play.call("merge_tickets", {"ticket": second, "into": first})
    play.learn("{second} is closed, and all comments are on {first}.", "Everything is on {first} now.")
    play.conclude(
        "I merged {second} into {first}.",
        "Done: ticket {first} stays and {second} is closed.",
        "{name} has only ticket {first} about that now; {second} was merged into it.",
        facts=["first", "second"],
    )


@HELPDESK.intent(
    goal="make every open ticket of {name} urgent",
    wordings=(
        "make every open ticket of {name} urgent",
        "{name} is about to leave us. All their open tickets have to become urgent.",
        "set the priority to urgent wherever {name} has an open ticket",
        "put all that's open for {name} on urgent",
        "I've just talked to {name}, who was furious. Make whatever is open for them urgent.",
        "go through the open tickets of {name} and raise each of them to urgent",
        "anything open for {name}? if so, it becomes urgent, all of it",
        "~{name}: open tickets -> urgent",
        "~urgent for all open ones of {name}",
    ),
    essential="set_priority",
    split=Split.TEST,
)
def all_urgent(play: Play) -> None:
    """Three or more calls, or two where nothing is open."""
    customer = any_customer(play)
    for ticket in play.state["tickets"].values():
        if ticket["customer"] == customer["customer"]:
            ticket["status"] = "solved"
    for ticket in play.draw.sample(list(play.state["tickets"].values()), play.draw.pick((0, 1, 2, 2))):
        ticket.update(customer=customer["customer"], status="open", priority=play.draw.pick(("low", "normal")))
    play.ask(name=customer["name"])
    listed = play.call(
        "find_tickets",
        {"customer": customer_id(play, customer["name"]), "status": "open"},
        does="list the open tickets of {name}",
    )
    numbers = [row["ticket"] for row in listed]
    if not numbers:
        play.learn("Nothing is open for {name}.", "{name} has tickets, but not an open one.")
        play.conclude(
            "{name} has no open ticket, so I changed nothing.",
            "There is nothing open for {name}; no priority was changed.",
            facts=[NO],
        )
        return
    play.learn("Open are {numbers}." if len(numbers) > 1 else "Only {numbers} is open.", numbers=numbers)
    for number in numbers:
        play.call("set_priority", {"ticket": number, "priority": "urgent"})
        play.learn("{raised} is urgent.", "{raised} has the highest priority now.", raised=number)
    play.conclude(
        "Urgent now: {numbers}.",
        "I made {count:n ticket} of {name} urgent: {numbers}.",
        facts=["numbers"],
        count=len(numbers),
    )


@HELPDESK.intent(
    goal="tell {name}'s plan and open {level:a} priority ticket for them about {subject}",
    wordings=(
        "which plan is {name} on? and open a ticket about {subject} for them, {level} priority",
        "Open {level:a} priority ticket for {name} about {subject}, and tell me which plan they have.",
        "{name} reports: {subject}. File it with {level} priority. By the way, what plan is {name} on?",
        "I need two things: the plan of {name}, and a new ticket for them, {subject}, priority {level}.",
        "file {subject} for {name} as {level} and let me know their plan, too",
        "open a case for {name} ({subject}, {level} priority) and look up what plan they pay for",
        "~{name}: plan? + ticket {subject}, {level}",
        "~ticket {name} / {subject} / {level}, also plan",
    ),
    essential="create_ticket",
    split=Split.TEST,
)
def plan_and_ticket(play: Play) -> None:
    """Two requests, of which the first result answers one."""
    customer = any_customer(play)
    subject = play.draw.pick([t["subject"] for t in play.state["tickets"].values()])
    if any(t["subject"] == subject and t["customer"] == customer["customer"] for t in play.state["tickets"].values()):
        raise play.unsuitable("they have that ticket")
    play.ask(name=customer["name"], subject=f'"{subject}"', level=play.draw.pick(("low", "high", "urgent")))
    found = play.call("find_customer", {"name": customer["name"]})[0]
    play.learn(
        "{name} is on the {plan} plan and has the id {code}.",
        "The record of {code} says: {name}, {plan} plan.",
        plan=found["plan"],
        code=found["customer"],
    )
    made = play.call(
        "create_ticket",
        {"customer": found["customer"], "subject": subject, "priority": play.slots["level"]},
        does="open the {level} priority ticket for {code}",
    )
    play.learn("It has the number {ticket}.", "Ticket {ticket} is open.", ticket=made["ticket"])
    play.conclude(
        "{name} is on the {plan} plan, and the new ticket is {ticket}.",
        "I opened ticket {ticket} for {name}, whose plan is {plan}.",
        facts=["plan", "ticket"],
    )


@HELPDESK.intent(
    goal='write "{said}" to the customer of ticket {ticket} unless they have had a public answer',
    wordings=(
        'has the customer of {ticket} had a public answer yet? if not, write "{said}"',
        'If nobody has answered the customer on ticket {ticket} yet, send them this: "{said}"',
        'look through the comments of {ticket}, and in case no agent replied publicly, post "{said}" for the customer',
        'I doubt that anyone answered {ticket}. Check, and if nothing public came from us, write "{said}"',
        'make sure the customer of {ticket} has heard from us, if need be with the public comment "{said}"',
        'write "{said}" to the customer of {ticket}, but only if no agent has written something public before',
        '~{ticket} unanswered? then public: "{said}"',
        '~reply "{said}" on {ticket} if none yet',
    ),
    split=Split.TRAIN,
)
def answer_if_silent(play: Play) -> None:
    """One call, or two where the customer has heard nothing."""
    ticket = any_ticket(play, "open", "waiting")
    said = play.draw.pick(
        (
            "Thank you, we are on it",
            "We have received your ticket",
            "An agent will look at it today",
            "We'll be back soon",
        )
    )
    play.ask(ticket=ticket["ticket"], said=said)
    comments = play.call("list_comments", {"ticket": ticket["ticket"]}, decides=True)
    public = [row for row in comments if row["by"] == "agent" and row["is_public"]]
    if public:
        play.learn(
            "An agent answered publicly on {day}, so no reply is needed.",
            "There is a public answer of {day} already.",
            day=public[0]["on"],
        )
        play.conclude(
            "The customer of {ticket} has had an answer, on {day}. I wrote nothing.",
            "Not needed: an agent answered ticket {ticket} publicly on {day}.",
            facts=[NO, "day"],
        )
        return
    play.learn("No agent has answered publicly.", "The customer of {ticket} has heard nothing from an agent so far.")
    made = play.call(
        "add_comment",
        {"ticket": ticket["ticket"], "text": said, "is_public": True},
        does="write to the customer of {ticket}",
    )
    play.learn(
        "The customer can see it; it is comment {count}.", "Comment {count} is the answer.", count=made["comments"]
    )
    play.conclude(
        'There was no public answer on ticket {ticket}, so I wrote "{said}".',
        'The customer of {ticket} had heard nothing. My reply says: "{said}".',
        facts=["ticket"],
    )
