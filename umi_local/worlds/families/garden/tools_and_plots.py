"""Tools that are lent and come back, plots that find a holder."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.garden.service import GARDEN, any_member, any_tool
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.pools import person
from umi_local.worlds.splits import Split


@GARDEN.intent(
    goal="tell whether the {tool} is in the shed, or else who has it",
    wordings=(
        "is the {tool} in the shed? if not, who has it?",
        "who has got the {tool}?",
        "where is our {tool} at the moment?",
        "find out whether the {tool} is there or who borrowed it",
        "I'm looking for the {tool}. Did somebody take it home?",
        "check the {tool}: in the shed or lent, and to whom",
        "I'd need the {tool} this weekend. Is it there, or with whom is it?",
        "~{tool}, where?",
        "~who has the {tool}",
    ),
    essential="find_tool",
    missing=Missing(
        wordings=(
            "is it in the shed? if not, who has it?",
            "where is that tool at the moment?",
            "I'm looking for one of the tools. Did somebody take it home?",
            "~tool, where?",
        ),
        needs="the name of the tool",
        goal="tell where a tool is",
        slot="tool",
    ),
    split=Split.TEST,
)
def where_is_tool(play: Play) -> None:
    """One call; then perhaps until when it is lent."""
    is_lent = play.draw.chance(0.65)
    play.ask(tool=any_tool(play, is_lent=is_lent))
    found = play.call("find_tool", {"tool": play.slots["tool"]})
    if not is_lent:
        play.learn("The {tool} is in the shed.", "Nobody has borrowed the {tool}; it is in the shed.")
        play.conclude("The {tool} is in the shed.", "It is there, in the shed.", facts=["where"], where="shed")
        return
    play.learn("{borrower} has the {tool}.", "The {tool} is lent to {borrower}.", borrower=found["lent_to"])
    play.conclude("{borrower} has the {tool}.", "It is lent to {borrower}.", facts=["borrower"])
    if play.draw.chance(0.4):
        play.then_ask(
            "until when?",
            "when does it have to be back?",
            "how long is it lent for?",
            goal="tell when the {tool} is due back",
        )
        play.conclude(
            "It is lent until {until}.",
            "It must be back on {until}.",
            facts=["until"],
            why=("The loan ends on {until}, as the same record says.", "I've seen the date already: {until}."),
            until=found["until"],
        )


@GARDEN.intent(
    goal="lend the {tool} to {member} until {until}, or else find the phone number of whoever has it",
    wordings=(
        "lend the {tool} to {member} until {until}; if it's lent already, give me the phone number of whoever has it",
        "{member} wants the {tool} until {until}. Should somebody else have it, I need that person's number.",
        "I'm {member}. Can I have the {tool} until {until}? If not, whom can I phone about it?",
        "hand out the {tool} to {member} until {until}, or tell me the borrower's phone number if it is gone",
        "try to get {member} the {tool} until {until}, otherwise look up the number of the member who has it",
        "Let {member} have the {tool} until {until}. If that can't be done, who has it and how do I call them?",
        "Check the {tool} out to {member} until {until}; in case it's away, name and phone of the borrower, please.",
        "~{tool} for {member} until {until}, else phone of borrower",
    ),
    essential="lend_tool",
    split=Split.TEST,
)
def lend_or_phone(play: Play) -> None:
    """One call or two: a refusal names the borrower, whose number is looked up."""
    is_lent = play.draw.chance(0.65)
    tool, member = any_tool(play, is_lent=is_lent), any_member(play)["name"]
    holder = play.state["tools"][tool]["lent_to"]
    if holder == member:
        raise play.unsuitable("has it already")
    play.ask(tool=tool, member=member, until=play.state["days"][-1])
    wanted = {"tool": tool, "member": member, "until": play.slots["until"]}
    reply = play.attempt("lend_tool", wanted, decides=True)
    if not reply.failed:
        play.learn("The {tool} was in the shed and is lent to {member} now.", "The loan until {until} is entered.")
        play.conclude(
            "{member} has the {tool} until {until}.", "The {tool} is lent to {member} until {until}.", facts=["member"]
        )
        return
    play.learn(
        "{holder} has the {tool} until {back}, so I need that member's number.",
        "It is lent to {holder} until {back}; the phone number comes next.",
        holder=holder,
        back=play.state["tools"][tool]["until"],
    )
    phone = play.call("find_member", {"member": holder})["phone"]
    play.learn("{holder}'s number is {phone}.", "{holder} can be called at {phone}.", phone=phone)
    play.conclude(
        "The {tool} is lent to {holder} until {back}. The phone number is {phone}.",
        "{holder} has it until {back}; call {phone}.",
        facts=["holder", "phone"],
    )


@GARDEN.intent(
    goal="take the {tool} back and lend it to {member} until {until}",
    wordings=(
        "take the {tool} back and lend it to {member} until {until}",
        "The {tool} has just been returned, and {member} would like it until {until}. Enter both.",
        "The {tool} is back; pass it on to {member} until {until}.",
        "book the return of the {tool}, then check it out to {member} until {until}",
        "Somebody left the {tool} at the gate. Book it as returned and give it to {member} until {until}.",
        "end the current loan of the {tool} and start a new one for {member}, until {until}",
        "I'm {member}, and I got the {tool} from the one who had it. Please correct the loan, until {until}.",
        "~{tool} returned, now {member} until {until}",
    ),
    essential="return_tool",
    split=Split.TEST,
)
def pass_on(play: Play) -> None:
    """Two changes; the second is possible only after the first."""
    tool, member = any_tool(play, is_lent=True), any_member(play)["name"]
    if play.state["tools"][tool]["lent_to"] == member:
        raise play.unsuitable("has it already")
    play.ask(tool=tool, member=member, until=play.state["days"][-1])
    play.call("return_tool", {"tool": tool})
    play.learn("The {tool} is back in the shed and can be lent.", "The old loan of the {tool} has ended.")
    play.call("lend_tool", {"tool": tool, "member": member, "until": play.slots["until"]})
    play.learn("{member} has it until {until}.", "The {tool} is lent to {member} now.")
    play.conclude(
        "The {tool} is returned and lent to {member} until {until}.",
        "Both are entered: the return of the {tool}, and the loan to {member} until {until}.",
        facts=["member", "until"],
    )


@GARDEN.intent(
    goal="give {newcomer} the {which} free plot",
    wordings=(
        "give {newcomer} the {which} free plot",
        "{newcomer} has joined us and gets the {which} plot that is free. Please enter that.",
        "which free plot is the {which}? assign it to {newcomer}",
        "look through the free plots and let {newcomer} have the {which} one",
        "I'm {newcomer}, new in town, and I'd take your {which} free plot. Can you put me down?",
        "find the {which} of the plots without a holder and allot it to {newcomer}",
        "Of the vacant plots, the {which} should go to {newcomer}.",
        "~{which} free plot -> {newcomer}",
        "~assign {newcomer} {which} vacant plot",
    ),
    essential="assign_plot",
    split=Split.TEST,
)
def assign_best(play: Play) -> None:
    """Two calls: free plots are compared."""
    which = play.draw.pick(("largest", "smallest", "cheapest"))
    key, sign = {"largest": ("size", -1), "smallest": ("size", 1), "cheapest": ("rent", 1)}[which]
    values = [plot[key] for plot in play.state["plots"].values() if plot["holder"] is None]
    if len(set(values)) < len(values):
        raise play.unsuitable("two are alike")
    play.ask(newcomer=person(play.draw), which=which)
    best = min(play.call("free_plots"), key=lambda plot: sign * plot[key])
    play.learn(
        "The {which} one is plot {plot}: {size} square metres for {rent}.",
        "Plot {plot} is the {which}, with {size} square metres and a rent of {rent}.",
        plot=best["plot"],
        size=best["size"],
        rent=best["rent"],
    )
    play.call("assign_plot", {"plot": best["plot"], "member": play.slots["newcomer"]})
    play.learn("{newcomer} holds plot {plot} now.", "Plot {plot} is let to {newcomer}.")
    play.conclude(
        "{newcomer} has plot {plot} now, {size} square metres for {rent}.",
        "I gave plot {plot}, the {which} free one, to {newcomer}.",
        facts=["plot"],
    )


@GARDEN.intent(
    goal="tell who holds plot {plot} and the phone number of that person",
    wordings=(
        "who holds plot {plot}, and what is their phone number?",
        "The tap on plot {plot} is running. Whom do I call, and at which number?",
        "find out whose plot {plot} is and how I can reach that person by phone",
        "I need name and phone number for plot {plot}.",
        "look up the gardener of plot {plot} and give me the telephone number",
        "To whom does plot {plot} belong? I'd like to phone them.",
        "There's a dog on plot {plot}. Tell me who has that plot, and their number.",
        "~plot {plot}: holder + phone",
        "~phone of plot {plot}'s gardener",
    ),
    essential="find_plot",
    missing=Missing(
        wordings=(
            "who holds the plot next to mine, and what is their phone number?",
            "The tap on somebody's plot is running. Whom do I call?",
            "I need name and phone number of a plot's holder.",
            "~holder + phone of a plot",
        ),
        needs="the number of the plot",
        goal="tell who holds a plot",
        slot="plot",
    ),
    split=Split.TEST,
)
def phone_of_plot(play: Play) -> None:
    """Two calls; a plot may have no holder."""
    plot = play.draw.pick([one["plot"] for one in play.state["plots"].values()])
    play.ask(plot=plot)
    holder = play.call("find_plot", {"plot": plot}, decides=True)["holder"]
    if holder is None:
        play.learn("Nobody holds plot {plot}.", "Plot {plot} has no holder.")
        play.conclude("Nobody holds plot {plot}, it is free.", "Plot {plot} has no holder at the moment.", facts=[NO])
        return
    play.learn("{holder} holds plot {plot}.", "Plot {plot} belongs to {holder}.", holder=holder)
    phone = play.call("find_member", {"member": holder})["phone"]
    play.learn("{holder} has the number {phone}.", "The phone number is {phone}.", phone=phone)
    play.conclude(
        "Plot {plot} is held by {holder}, phone {phone}.",
        "That is {holder}. The number is {phone}.",
        facts=["holder", "phone"],
    )


@GARDEN.intent(
    goal="tell when the {tool}, which is lent, is due back",
    wordings=(
        "when is the {tool} due back? somebody has borrowed it",
        "The {tool} is away. When do we get it back?",
        "find out until what day the {tool} is lent",
        "I know that the {tool} is on loan, but not how long. Which day is it due?",
        "tell me the day on which the {tool} has to be returned",
        "look up the end of the loan of our {tool}",
        "Somebody took the {tool} home. By what date must it be here again?",
        "~{tool} back when?",
        "~due date {tool}",
    ),
    kind=Kind.RECOVER,
    breaks="find_tool",
    split=Split.TEST,
)
def due_from_list(play: Play) -> None:
    """The lookup fails for good; the list of loans has it, too."""
    tool = any_tool(play, is_lent=True)
    play.ask(tool=tool)
    reply = play.attempt("find_tool", {"tool": tool})
    play.learn(
        "The tool that checks on the {tool} {said}.",
        "Checking on the {tool} is impossible: that call {said}.",
        said=reply.error,
    )
    listed = play.call(
        "loans",
        why=(
            "What is lent must be in the list of all loans, which {tool} gives.",
            "I can {does} with {tool} instead and find it there.",
            "All loans stand in one list, so I call {tool}.",
        ),
    )
    found = next(one for one in listed if one["tool"] == tool)
    play.learn(
        "{borrower} has it until {until}.",
        "The list says: {borrower}, until {until}.",
        borrower=found["lent_to"],
        until=found["until"],
    )
    play.conclude("The {tool} is due back on {until}.", "It has to be returned on {until}.", facts=["until"])
