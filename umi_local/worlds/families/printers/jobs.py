"""Printing, and what becomes of print jobs."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.printers.service import PAPERS, PRINTERS, any_job, any_printer
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.pools import DEPARTMENTS
from umi_local.worlds.splits import Split


def _document(play: Play) -> str:
    """Name a document that isn't in any queue."""
    known = {job["document"] for job in play.state["jobs"].values()}
    document = f"{play.draw.of(DEPARTMENTS)} {play.draw.pick(PAPERS)}"
    if document in known:
        raise play.unsuitable("it waits already")
    return document


@PRINTERS.intent(
    goal="print {copies:n copy} of the {document} on {printer}< {sides}>",
    wordings=(
        "print {copies:n copy} of the {document} on {printer}<, {sides}>",
        "send the {document} to {printer}, {copies} times<, {sides}>",
        "I need the {document} on paper, {copies:n copy}<, {sides}>. Use {printer}.",
        "let {printer} print the {document}< {sides}>, {copies:n copy}",
        "We meet in ten minutes and I have nothing to hand out. {copies:n copy} of the {document} from {printer}<, {sides}>!",
        "could {printer} print me the {document}<, {sides}>, {copies:n copy} of it?",
        "get {copies:n copy} of the {document} out of {printer}<, {sides}>",
        "~print {copies} x {document}, {printer}<, {sides}>",
        "~{printer}: {copies} x {document}<, {sides}>",
    ),
    essential="print_document",
    missing=Missing(
        wordings=(
            "print {copies:n copy} of the {document}<, {sides}>",
            "I need the {document} on paper, {copies:n copy}<, {sides}>.",
            "could you print me the {document}<, {sides}>, {copies:n copy} of it?",
            "~print {copies} x {document}<, {sides}>",
        ),
        needs="the name of the printer",
        goal="print the {document}",
        slot="printer",
        replies=("send it to {value}", "{value} would be best", "Take the one that's called {value}."),
    ),
    split=Split.DEV,
)
def print_it(play: Play) -> None:
    """One call with a number and a flag, which is given or not."""
    both_sides = play.draw.chance(0.5)
    play.ask(
        document=_document(play),
        printer=any_printer(play)["printer"],
        copies=play.draw.whole(2, 12),
        sides="on both sides" if both_sides else None,
    )
    arguments = {key: play.slots[key] for key in ("document", "printer", "copies")}
    sent = play.call("print_document", {**arguments, "both_sides": True if both_sides else None})
    play.learn(
        "It is job {job}, with {ahead:n job} ahead.",
        "{printer} has it as job {job}.",
        job=sent["job"],
        ahead=sent["jobs_ahead"],
    )
    play.conclude(
        "The {document} is on its way to {printer} as job {job}.",
        "{printer} prints {copies:n copy}<, {sides}>: job {job}.",
        facts=["job"],
    )


@PRINTERS.intent(
    goal="count the pages that wait for {printer}, copies included",
    wordings=(
        "how many pages wait for {printer}, counting every copy?",
        "add up the pages in the queue of {printer}, with all copies",
        "I stand in front of {printer}, and it goes on and on. How many pages are still to come, with all copies?",
        "what does the queue of {printer} come to in pages, if copies count?",
        "work out how many sheets' worth of pages {printer} has to print, each copy counted",
        "Is it worth waiting for {printer}? Give me the number of pages in its queue, all copies counted.",
        "look at what waits for {printer} and multiply pages by copies, then sum it up",
        "~pages in queue of {printer} x copies, total",
        "~{printer}: total pages waiting, incl. copies",
    ),
    essential="queue_of",
    split=Split.DEV,
)
def pages_waiting(play: Play) -> None:
    """One call; products and their sum."""
    play.ask(printer=any_printer(play)["printer"])
    listed = play.call("queue_of", {"printer": play.slots["printer"]})
    terms = [f"{row['pages']} x {row['copies']}" for row in listed]
    total = sum(row["pages"] * row["copies"] for row in listed)
    play.slots.update(terms=terms, total=total, count=len(listed))
    if len(listed) == 1:
        play.learn("One job waits: {terms} makes {total}.", "The only job has {terms} = {total} pages.")
    else:
        play.learn("{count:n job}: {terms}, which adds up to {total}.", "The sum of {terms} is {total}.")
    play.conclude(
        "{total:n page} wait for {printer}." if total > 1 else "{total:n page} waits for {printer}.",
        "The queue of {printer} comes to {total:n page}.",
        facts=["total"],
        derived=["total"],
    )


@PRINTERS.intent(
    goal="stop the {document} from being printed on {printer}",
    wordings=(
        "stop the {document} that waits for {printer}",
        "I sent the {document} to {printer} by mistake. Take it out of the queue.",
        "remove the {document} from the queue of {printer}",
        "The {document} has a typo on the first page! Don't let {printer} print it.",
        "cancel the print of the {document}, it should be somewhere in line at {printer}",
        "kick the {document} out of {printer}'s queue",
        "could you see that {printer} doesn't print the {document}?",
        "~cancel {document} @ {printer}",
        "~{printer}, drop {document}",
    ),
    essential="cancel_job",
    missing=Missing(
        wordings=(
            "stop my job that waits for {printer}",
            "I sent something to {printer} by mistake. Take it out of the queue.",
            "could you see that {printer} doesn't print what I sent?",
            "~cancel my print @ {printer}",
        ),
        needs="the name of the document",
        goal="stop a document from being printed on {printer}",
        slot="document",
        replies=("the document is the {value}", "I mean the {value} there", "It's called {value}, like the file."),
    ),
    split=Split.DEV,
)
def stop_it(play: Play) -> None:
    """Two calls: the number comes from the queue."""
    job = any_job(play)
    play.ask(document=job["document"], printer=job["printer"])
    listed = play.call("queue_of", {"printer": job["printer"]})
    number = next(row["job"] for row in listed if row["document"] == job["document"])
    play.learn("The {document} is job {job}.", "It waits there as job {job}.", job=number)
    play.call("cancel_job", {"job": number})
    play.learn("Job {job} is out of the queue.", "{job} was removed.")
    play.conclude("Job {job}, the {document}, won't be printed.", "I cancelled job {job} at {printer}.", facts=["job"])


@PRINTERS.intent(
    goal="print the {document} in colour, on the colour printer with fewer jobs in its queue",
    wordings=(
        "print the {document} on whichever colour printer has fewer jobs waiting",
        "I need the {document} in colour and fast. Take the colour printer with the shorter queue.",
        "send the {document} to the colour printer that has less to do",
        "find out which colour printer has the shorter queue and print the {document} there",
        "The {document} has coloured charts. Print it where the fewest jobs are waiting.",
        "compare the queues of the colour printers, then send the {document} to the less busy one",
        "get the {document} printed in colour, with as few jobs ahead of it as possible",
        "~{document}, colour, shortest queue",
        "~colour print {document}, least busy",
    ),
    essential="print_document",
    split=Split.DEV,
)
def least_busy(play: Play) -> None:
    """Four calls: two queues are compared."""
    printers = [printer["printer"] for printer in play.state["printers"].values() if printer["colour"]]
    queues = [sum(job["printer"] == name for job in play.state["jobs"].values()) for name in printers]
    if len(set(queues)) < 2:
        raise play.unsuitable("equally busy")
    play.ask(document=_document(play))
    listed = play.call("list_printers", {"colour": True}, does="list the colour printers")
    names = [row["printer"] for row in listed]
    play.learn("{names} print in colour.", "There are two for colour, {names}.", names=names)
    waiting = {}
    for name in names:
        waiting[name] = len(play.call("queue_of", {"printer": name}))
        play.learn("{last} has {n:n job} waiting.", "{n:n job} in the queue of {last}.", last=name, n=waiting[name])
    best = min(names, key=lambda name: waiting[name])
    play.learn("So {best} is less busy.", "That makes {best} the better choice.", best=best)
    sent = play.call("print_document", {"document": play.slots["document"], "printer": best})
    play.learn("There it is job {job}.", "{best} took it as job {job}.", job=sent["job"])
    play.conclude(
        "The {document} goes to {best}, which is less busy: job {job}.",
        "{best} prints it in colour, as job {job}.",
        facts=["best", "job"],
    )


@PRINTERS.intent(
    goal="print the {document} on {printer}, or on {other} if {printer} takes no jobs",
    wordings=(
        "print the {document} on {printer}, or on {other} if that doesn't work",
        "Try {printer} for the {document}. Should it refuse, {other} will do.",
        "send the {document} to {printer}; {other} is fine as well if {printer} is out of order",
        "I'd like the {document} from {printer}. Somebody said it's broken, so use {other} in that case.",
        "The {document}, please, on {printer} if possible and else on {other}.",
        "let {printer} print the {document}, and {other} only if need be",
        "give the {document} to {printer}, with {other} as the second choice",
        "~{document}: {printer}, else {other}",
        "~print {document} {printer} / {other} as backup",
    ),
    split=Split.DEV,
)
def second_choice(play: Play) -> None:
    """One call, or two where the first printer refuses."""
    printer, other = play.draw.sample(list(play.state["printers"].values()), 2)
    if play.draw.chance(0.7):
        printer["status"] = play.draw.pick(("offline", "paper jam", "cover open"))
    play.ask(document=_document(play), printer=printer["printer"], other=other["printer"])
    sent = play.attempt(
        "print_document",
        {"document": play.slots["document"], "printer": printer["printer"]},
        why=(
            "{printer} is the first choice, so I send the {document} there with {tool} and see if it is taken.",
            "I try {printer} first, by means of {tool}. {other} is only for the case that it refuses.",
            "The user prefers {printer}. Whether it takes jobs will show when {tool} sends the {document} there.",
        ),
    )
    if not sent.failed:
        assert isinstance(sent.value, dict)
        play.learn("{printer} took it as job {job}.", "It worked at once, as job {job}.", job=sent.value["job"])
        play.conclude("{printer} prints the {document}, as job {job}.", "It is job {job} on {printer}.", facts=["job"])
        return
    play.learn(
        "{printer} takes no jobs, its status is {status}.",
        "The status of {printer} is {status}, so it refused.",
        status=printer["status"],
    )
    done = play.call(
        "print_document", {"document": play.slots["document"], "printer": other["printer"]}, does="print it on {other}"
    )
    play.learn("{other} accepted it as job {job}.", "The job on {other} is number {job}.", job=done["job"])
    play.conclude(
        "{printer} is not available ({status}), so {other} prints the {document} as job {job}.",
        "It went to {other}, job {job}, because {printer} has the status {status}.",
        facts=["other", "job"],
    )


@PRINTERS.intent(
    goal="move the {document} from {printer} to {other} unless {printer} is ready",
    wordings=(
        "If {printer} isn't ready, move the {document} from there to {other}.",
        "see if {printer} works, and if it doesn't, move my {document} over to {other}",
        "My {document} waits at {printer}. If that printer has a problem, let {other} do it.",
        "check {printer}: unless its status is ready, redirect the {document} to {other}",
        "Nothing comes out of {printer}. Is it ready? If not, move the {document} to {other}.",
        "look whether {printer} is all right, and bring the {document} to {other} in case it isn't",
        "Is {printer} in order? The {document} that waits there should go to {other} otherwise.",
        "~{printer} not ready? {document} to {other}",
        "~{document} {printer} to {other} if broken",
    ),
    split=Split.DEV,
)
def rescue(play: Play) -> None:
    """A status decides whether two more calls follow."""
    job = any_job(play)
    at = play.state["printers"][job["printer"].casefold()]
    if play.draw.chance(0.65):
        at["status"] = play.draw.pick(("offline", "paper jam", "cover open"))
    other = play.draw.pick([p["printer"] for p in play.state["printers"].values() if p is not at])
    play.ask(document=job["document"], printer=job["printer"], other=other)
    status = play.call("printer_status", {"printer": job["printer"]}, decides=True)["status"]
    if status == "ready":
        play.learn("{printer} is ready, so the {document} can stay there.", "The status is ready. Nothing has to move.")
        play.conclude(
            "{printer} is ready, so I did not move the {document}.",
            "The {document} stays where it is, {printer} isn't broken: its status is ready.",
            facts=[NO, "ready"],
            ready="ready",
        )
        return
    play.learn(
        "{printer} is not ready, it says {status}.", "The status is {status}, so the job must move.", status=status
    )
    listed = play.call("queue_of", {"printer": job["printer"]})
    number = next(row["job"] for row in listed if row["document"] == job["document"])
    play.learn("In the queue, the {document} is job {job}.", "Job {job} is the {document}.", job=number)
    play.call("move_job", {"job": number, "printer": other})
    play.learn("{other} has job {job} now.", "Job {job} waits for {other}.")
    play.conclude(
        "{printer} has the status {status}, so job {job} is with {other} now.",
        "I moved job {job} to {other}, since {printer} is not ready ({status}).",
        facts=["job", "other"],
    )


@PRINTERS.intent(
    goal="have job {job} printed as one copy of the {document} on {other}",
    wordings=(
        "get job {job}, the {document}, out of {other} instead; one copy is enough",
        "Job {job} is the {document} and it should come from {other}. Move it, or print one copy anew and drop the job.",
        "bring job {job} ({document}, one copy) over to {other}",
        "I'm on another floor now, so I'd like one copy of the {document}, job {job}, from {other}.",
        "shift job {job} to {other}, it's a single copy of the {document}",
        "let {other} do job {job}. It is the {document}, one copy.",
        "My {document} is job {job}. I want that one copy from {other} and nowhere else.",
        "~job {job} ({document}, 1x) to {other}",
        "~{other} instead: job {job}, {document}, one copy",
    ),
    kind=Kind.RECOVER,
    breaks="move_job",
    split=Split.DEV,
)
def print_anew(play: Play) -> None:
    """Jobs can't be moved, so it is printed anew and the old job is cancelled."""
    job = any_job(play)
    job["copies"] = 1
    other = play.draw.pick([p["printer"] for p in play.state["printers"].values() if p["printer"] != job["printer"]])
    play.ask(job=job["job"], document=job["document"], other=other)
    failed = play.attempt("move_job", {"job": job["job"], "printer": other})
    play.learn(
        "Moving is out of the question, the tool {said}.", "The job can't be moved: {said}.", said=f"it {failed.error}"
    )
    done = play.call(
        "print_document",
        {"document": job["document"], "printer": other},
        why=("I can print the {document} anew on {other} with {tool} and cancel the old job then.",),
    )
    play.learn("On {other} it is job {new}.", "{other} has it as job {new}.", new=done["job"])
    play.call("cancel_job", {"job": job["job"]}, does="cancel the old job {job}")
    play.learn("Job {job} is cancelled, so it won't come twice.", "The old job is gone.")
    play.conclude(
        "Job {job} could not be moved, so I cancelled it and printed anew on {other}: job {new}.",
        "{other} prints the {document} as job {new}; the old job {job} is cancelled.",
        facts=["new", "other"],
    )
