"""What users have done with one ticket."""

from __future__ import annotations

from umi_local.worlds.facts import NO, Fact
from umi_local.worlds.families.helpdesk.service import (
    HELPDESK,
    PRIORITIES,
    SUBJECTS,
    TAGS,
    any_customer,
    any_ticket,
    customer_id,
)
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@HELPDESK.intent(
    goal="set the priority of ticket {ticket} to {prio}",
    wordings=(
        "set ticket {ticket} to {prio} priority",
        "make {ticket} {prio:a} priority ticket",
        "The customer of {ticket} called again. Its priority should be {prio} now.",
        "change the priority of {ticket}, {prio} is right",
        "I misjudged ticket {ticket}. Please make its priority {prio}.",
        "can you put ticket {ticket} on {prio} priority?",
        "from what I hear, {ticket} deserves {prio} priority. Would you change that?",
        "~{ticket} prio {prio}",
        "~priority {prio} for {ticket}",
    ),
    essential="set_priority",
    missing=Missing(
        wordings=(
            "change the priority of ticket {ticket}",
            "I misjudged ticket {ticket}. Please give it another priority.",
            "can you put ticket {ticket} on another priority?",
            "ticket {ticket} has the wrong priority, would you change that?",
            "~{ticket} new prio",
        ),
        needs="the new priority",
        goal="change the priority of ticket {ticket}",
        slot="prio",
        replies=("{value}", "make it {value}", "{value} priority, please"),
    ),
    split=Split.TRAIN,
)
def priority(play: Play) -> None:
    """One call, refused where the ticket is closed."""
    ticket = any_ticket(play, "open", "open", "waiting", "closed")
    prio = play.draw.pick([prio for prio in PRIORITIES if prio != ticket["priority"]])
    play.ask(ticket=ticket["ticket"], prio=prio)
    reply = play.attempt("set_priority", {"ticket": ticket["ticket"], "priority": prio})
    if reply.failed:
        play.learn("Ticket {ticket} is closed, so nothing about it can be changed.", "A closed ticket stays as it is.")
        play.conclude(
            "The priority of {ticket} could not be changed, because the ticket is closed.",
            "That isn't possible: ticket {ticket} is closed.",
            facts=[NO, Fact("text", "closed")],
            why=("The user has to know that.", "That is the answer."),
        )
        return
    play.learn(
        "It was {before} before and is {prio} now.",
        "The priority went from {before} to {prio}.",
        **_before(reply.value),
    )
    play.conclude(
        "Ticket {ticket} has {prio} priority now; it was {before} before.",
        "Done, the priority of {ticket} went from {before} to {prio}.",
        "The priority of ticket {ticket} is {prio}.",
        facts=["prio"],
    )


def _before(value: object) -> dict[str, str]:
    assert isinstance(value, dict)
    return {"before": str(value["before"])}


@HELPDESK.intent(
    goal='write "{said}" to the customer on ticket {ticket}',
    wordings=(
        'reply to the customer on ticket {ticket}: "{said}"',
        'tell the customer of {ticket} this: "{said}"',
        'answer on ticket {ticket} so that the customer sees it, with the words "{said}"',
        'The customer of {ticket} is waiting for news. Write: "{said}"',
        'post "{said}" as a public comment on {ticket}',
        'could you let the person behind ticket {ticket} know "{said}"?',
        'I have an answer for {ticket} at last, and the customer should get it: "{said}"',
        '~{ticket}, to customer: "{said}"',
        '~public reply {ticket}: "{said}"',
    ),
    essential="add_comment",
    missing=Missing(
        wordings=(
            "reply to the customer on ticket {ticket}",
            "The customer of {ticket} is waiting for news. Write something for me, please.",
            "could you post a public comment on {ticket}?",
            "I have an answer for {ticket} at last, and the customer should get it.",
            "~public reply {ticket}",
        ),
        needs="the text of the reply",
        goal="reply to the customer on ticket {ticket}",
        slot="said",
        replies=('"{value}"', 'Write "{value}"', 'the text is "{value}"'),
    ),
    split=Split.TRAIN,
)
def reply_to_customer(play: Play) -> None:
    """One call; true for public."""
    ticket = any_ticket(play, "open", "waiting")
    said = play.draw.pick(
        (
            "We are looking into it",
            "The fix comes with the next update",
            "Could you send us a screenshot?",
            "Please restart the program and try again",
            "Your refund is on its way",
            "A colleague will call you tomorrow",
            "It works again since noon",
            "Which version are you using?",
        )
    )
    play.ask(ticket=ticket["ticket"], said=said)
    made = play.call(
        "add_comment",
        {"ticket": ticket["ticket"], "text": said, "is_public": True},
        does="write to the customer on ticket {ticket}",
    )
    play.learn(
        "The customer can read it now; ticket {ticket} has {count:n comment}.",
        "The reply stands on ticket {ticket}, which makes {count:n comment}.",
        count=made["comments"],
    )
    play.conclude(
        "Your reply is on ticket {ticket}, where the customer can see it.",
        "I answered the customer on ticket {ticket}.",
        "Done: the customer of {ticket} can read your reply.",
        facts=["ticket"],
    )


@HELPDESK.intent(
    goal='open a ticket for {name} about "{subject}"<, with {prio} priority>',
    wordings=(
        'open a ticket for {name}: "{subject}"<, {prio} priority>',
        "{name} has just called. Problem: {subject}. Please file a ticket<, priority {prio}>.",
        'create a new case for the customer {name} with the subject "{subject}"< and {prio} priority>',
        'I have {name} on the line who says "{subject}". Open a ticket< with {prio} priority>, please.',
        'file this for {name}: "{subject}"<. Priority: {prio}>',
        'could you start a ticket called "{subject}" for {name}<, at {prio} priority>?',
        "take down a ticket for {name}<, {prio} priority>, subject: {subject}",
        "~ticket {name}: {subject}< ({prio})>",
        "~new case, {name}, {subject}<, prio {prio}>",
    ),
    essential="create_ticket",
    split=Split.TRAIN,
)
def open_ticket(play: Play) -> None:
    """Two calls; the priority is given or not."""
    customer, prio = any_customer(play), play.draw.pick((None, "low", "high", "urgent"))
    taken = {ticket["subject"] for ticket in play.state["tickets"].values()}
    subject = play.draw.pick([subject for subject in SUBJECTS.of(play.draw.split) if subject not in taken])
    play.ask(name=customer["name"], subject=subject, prio=prio)
    made = play.call(
        "create_ticket",
        {"customer": customer_id(play, customer["name"]), "subject": subject, "priority": prio},
        does="open a ticket for {name}",
    )
    play.learn("The ticket has the number {ticket}.", "It became ticket {ticket}.", ticket=made["ticket"])
    play.conclude(
        "Ticket {ticket} is open for {name}.",
        'I opened ticket {ticket} for {name}: "{subject}".',
        "Done, the number is {ticket}.",
        facts=["ticket"],
    )


@HELPDESK.intent(
    goal="put the tags {tags} on ticket {ticket}",
    wordings=(
        "tag ticket {ticket} with {tags}",
        "put the tags {tags} on {ticket}",
        "So that we find {ticket} again, label it {tags}.",
        "add {tags} as tags to ticket {ticket}",
        "Ticket {ticket} needs these tags: {tags}.",
        "mark {ticket} with the labels {tags}",
        "can ticket {ticket} get the tags {tags}?",
        "~{ticket} tags: {tags}",
        "~label {ticket}: {tags}",
    ),
    essential="tag_ticket",
    missing=Missing(
        wordings=(
            "put the tags {tags} on my ticket",
            "add {tags} as tags to that ticket",
            "I'd like to have a ticket labelled {tags}.",
            "~tags: {tags}",
        ),
        needs="the ticket number",
        goal="put the tags {tags} on a ticket",
        slot="ticket",
    ),
    split=Split.TRAIN,
)
def tag(play: Play) -> None:
    """One call with a list of texts."""
    ticket = any_ticket(play, "open", "waiting", "solved")
    old, *tags = play.draw.several_of(TAGS, play.draw.whole(3, 4))
    ticket["tags"] = [old] if play.draw.chance(0.5) else []
    play.ask(ticket=ticket["ticket"], tags=tags)
    made = play.call("tag_ticket", {"ticket": ticket["ticket"], "tags": tags})
    play.learn(
        "Ticket {ticket} has these tags now: {all}.",
        "The tags of {ticket} are {all}.",
        all=made["tags"],
    )
    play.conclude(
        "Ticket {ticket} is tagged {tags}.",
        "Done. The tags of ticket {ticket} are {all}.",
        facts=["tags"],
    )


@HELPDESK.intent(
    goal='set ticket {ticket} to solved and leave the internal note "{note}"',
    wordings=(
        'set ticket {ticket} to solved and add an internal note: "{note}"',
        'ticket {ticket} is done, so mark it as solved, and note for the team "{note}", would you?',
        'I fixed {ticket}. Change its status to solved and write "{note}" where the customer can\'t see it.',
        'mark {ticket} as solved and leave "{note}" as an internal comment',
        'For the agents only, note "{note}" on ticket {ticket}. It counts as solved from now on.',
        'resolve {ticket}: status solved, internal comment "{note}"',
        'put "{note}" on ticket {ticket} as a private comment, then set it to solved',
        '~{ticket} solved, internal: "{note}"',
        '~solved {ticket} + private note "{note}"',
    ),
    essential="set_status",
    split=Split.TEST,
)
def solve_with_note(play: Play) -> None:
    """Two requests, two calls; false for internal."""
    ticket = any_ticket(play, "open", "waiting")
    note = play.draw.pick(
        ("cache was the cause", "customer had the old version", "see the wiki", "caused by the proxy", "wrong password")
    )
    play.ask(ticket=ticket["ticket"], note=note)
    play.call(
        "set_status",
        {"ticket": ticket["ticket"], "status": "solved"},
        why=(
            "There are two things to do on {ticket}; first the status, with {tool}.",
            "{tool} sets {ticket} to solved. The note comes after that.",
        ),
    )
    play.learn("{ticket} is solved; the note is still missing.", "The status of {ticket} is done, the note isn't yet.")
    play.call(
        "add_comment",
        {"ticket": ticket["ticket"], "text": note, "is_public": False},
        does="leave the internal note on ticket {ticket}",
    )
    play.learn("The note is there, for agents only.", "The internal note stands on {ticket}.")
    play.conclude(
        "Ticket {ticket} is solved, and the internal note is on it.",
        'Both done: {ticket} has the status solved and the note "{note}", which the customer can\'t see.',
        facts=["ticket", Fact("text", "solved")],
    )


@HELPDESK.intent(
    goal="reopen ticket {ticket} if it is only solved and not closed",
    wordings=(
        "reopen ticket {ticket}, unless it's closed for good",
        "The customer says that {ticket} isn't fixed. Open it again, if that can still be done.",
        "can {ticket} be opened again? If yes, please do that.",
        "try to set {ticket} back to open",
        "The problem of {ticket} is back! See if the ticket can be reopened.",
        "put ticket {ticket} back on the list of open ones, provided that it is not closed",
        "was {ticket} closed, or can it go back to open? In that case, set it to open.",
        "~reopen {ticket} if possible",
        "~{ticket} -> open again?",
    ),
    essential="set_status",
    split=Split.DEV,
)
def reopen(play: Play) -> None:
    """One call that a closed ticket refuses."""
    ticket = any_ticket(play, "solved", "solved", "closed")
    play.ask(ticket=ticket["ticket"])
    reply = play.attempt(
        "set_status", {"ticket": ticket["ticket"], "status": "open"}, does="set ticket {ticket} back to open"
    )
    if reply.failed:
        play.learn("Ticket {ticket} was closed for good.", "It is closed, so it can't go back.")
        play.conclude(
            "Ticket {ticket} can't be reopened, because it is closed.",
            "No, {ticket} is closed and stays so. A new ticket would be needed.",
            facts=[NO, Fact("text", "closed")],
        )
        return
    play.learn("It was solved and is open now.", "Ticket {ticket} went from solved to open.")
    play.conclude("Ticket {ticket} is open again.", "Done, I set {ticket} back to open.", facts=["ticket"])
