"""The sentences that made rationales consist of; `rationales.py` says when each is said and what stands in its braces."""

from __future__ import annotations

FOUND_NOTHING = ("{tool} found nothing.", "{tool} came back empty.", "Nothing was found with {tool}.")
LEARNED = ("{tool} says {facts}.", "Now it is known: {facts}.", "From {tool}: {facts}.", "The result: {facts}.")
GAVE = ("{tool} gave the {names} that is needed.", "The {names} for the next call is known now, from {tool}.")
GAVE_SEVERAL = ("{tool} gave the {names} that are needed.", "The {names} for the next call are known now, from {tool}.")
ANSWERED = ("{tool} has answered.", "The result of {tool} is here.", "That part is done.", "One result is in.")
NAMED = ("The user gave the {names}.", "The {names} can be read in the request.", "The request has the {names}.")
CAN = (
    "{tool} can {purpose}.",
    "Now {tool} should {purpose}.",
    "To {purpose}, there is {tool}.",
    "Next, {tool} can {purpose}.",
)
IS_FOR = ("{tool} is for {purpose}.", "{tool} is the tool for {purpose}.", "Next comes {tool}, for {purpose}.")
FITS = ("{tool} fits this.", "{tool} is the tool for this.", "The next call is to {tool}.", "This needs {tool}.")
AGAIN = ("{tool} once more, with another {names}.", "The same with another {names}: {tool} again.")
SAME_AGAIN = ("{tool} once more, as before.", "The same call of {tool} once again.")
MODE = ("Here {name} is {value}.", "This time {name} is {value}.", "It is a call with {name} {value}.")
ANSWER_NOTHING = ("The user should know that.", "That is what there is to say.", "So the answer is that there is none.")
ANSWER = ("The user can be answered.", "That answers the request.", "That is enough for an answer.", "Now to answer.")
ANSWER_BY_ASKING = ("A question to the user comes next.", "Before going on, ask the user.", "Now the user has to say.")
ALL_DONE = ("All {n} results are in.", "{n} calls have answered.", "The {n} results are here.")
FAILED = ("{tool} failed.", "{tool} reported an error.", "The call of {tool} went wrong.")
ASK_FOR = (
    "The {names} must be known first; ask the user.",
    "Ask the user for the {names}.",
    "What is missing is the {names}.",
    "Next the user should say the {names}.",
)
ASK = (
    "More must be known before a tool helps; ask.",
    "The user has to say more first.",
    "Ask the user, no tool yet.",
    "That is not enough for a call; ask back.",
)
SAY_AND_ASK = (
    "No call is needed; answer, and ask how to go on.",
    "This is known without a tool; say it and ask on.",
    "Answer without a call, and ask what comes next.",
)
GREET = ("The user says hello; no tool is needed.", "A greeting: answer it.", "Nothing is asked yet; greet the user.")
CLOSE = ("The user is done; a few friendly words.", "Thanks or a goodbye: no tool is needed.", "Nothing is left to do.")
REFUSE = (
    "No tool on offer does this; say so.",
    "This is beyond the tools; tell the user.",
    "No tool fits this request.",
)
NO_TOOLS = ("There are no tools here; answer directly.", "No tools are on offer, so answer as it is.")
PLAIN = (
    "No tool is needed here.",
    "This can be answered without a tool.",
    "No call is needed now.",
    "Answer directly.",
)

IMPERATIVES = frozenset(
    (
        *("get", "check", "search", "look", "find", "send", "file", "recover", "answer"),
        *("unlock", "schedule", "change", "create", "calculate", "generate", "convert", "book", "add"),
        *("update", "return", "show", "list", "retrieve", "fetch", "provide", "perform", "translate"),
        *("track", "play", "analyze", "manage", "make", "set", "compute", "delete", "remove"),
        *("order", "start", "stop", "extract", "query", "obtain", "access", "determine", "estimate"),
        *("validate", "verify", "execute", "run", "post"),
    )
)
"""What the descriptions of tools that tell what to do begin with."""
