"""Wordings that all families share: how a request is framed, and what a planner says around the facts.

Every frame is a template of the grammar; its place in its list decides which split may use it, so that short lists are
parted evenly: append new ones at the end. `{request}` is a phrase such as "cancel order 17", `{question}` a whole
question, `{goal}` and `{does}` are infinitives.
"""

from __future__ import annotations

from enum import Enum

from umi_local.worlds.draw import Draw
from umi_local.worlds.splits import Split


class Register(str, Enum):
    """How a user writes."""

    NEUTRAL = "neutral"
    FORMAL = "formal"
    CHATTY = "chatty"
    TERSE = "terse"
    TYPOS = "typos"


_ORDER = (Split.TRAIN, Split.TRAIN, Split.TEST, Split.TRAIN, Split.DEV, Split.TRAIN)
"""Whose the first frames are, and so on in turn."""


class Frames:
    """Templates of one purpose, parted among the splits by their place.

    Args:
        one: What a plan of one voice says, in every split; the first template where it isn't given.
    """

    def __init__(self, *templates: str, one: str = "") -> None:
        self.templates = templates
        self.one = one or templates[0]
        self._parts = {
            split: tuple(template for i, template in enumerate(templates) if _ORDER[i % len(_ORDER)] is split)
            for split in Split
        }

    def of(self, split: Split) -> tuple[str, ...]:
        """Return the templates of a split."""
        return self._parts[split]

    def draw(self, draw: Draw) -> str:
        """Return a template of the draw's split."""
        return draw.pick(self._parts[draw.split])


REQUEST = {
    Register.NEUTRAL: Frames(
        "Please {request}.",
        "{request}, please.",
        "Can you {request}?",
        "Could you {request}?",
        "Could you please {request}?",
        "Can you please {request}?",
        "I need you to {request}.",
        "I want you to {request}.",
        "I'd like you to {request}.",
        "Would you {request}?",
        "Go ahead and {request}.",
        "Would you please {request}?",
        "I'd need you to {request}.",
        "My request: {request}.",
        "What I need: {request}.",
        "Next task: {request}.",
        "Now {request}.",
        "Please go and {request}.",
        "You should {request} for me.",
        "{request} for me, please.",
        "Let's {request}.",
        "Your task: {request}.",
    ),
    Register.FORMAL: Frames(
        "I would be grateful if you could {request}.",
        "Would you be so kind as to {request}?",
        "May I ask you to {request}?",
        "Kindly {request}.",
        "Good [morning|afternoon|evening]. Could you please {request}?",
        "Could I trouble you to {request}?",
        "It would be appreciated if you could {request}.",
        "Would it be possible for you to {request}?",
        "I should like you to {request}.",
        "At your convenience, please {request}.",
        "Hello, I would like to ask you to {request}. Thank you in advance.",
        "Please be so good as to {request}.",
        "If it is no trouble, please {request}.",
        "I am writing to ask you to {request}. Many thanks.",
        "Would you kindly {request}?",
        "I respectfully ask you to {request}.",
        "Dear assistant, please {request}. Kind regards.",
        "Might I request that you {request}?",
        "With your permission I ask you to {request}. Thank you.",
        "I should be obliged if you could {request}.",
    ),
    Register.CHATTY: Frames(
        "hey, can you {request}?",
        "hey, could you {request} real quick?",
        "hi! can you {request} for me?",
        "ok so I need you to {request}, thanks!",
        "quick favor: {request}",
        "so, could you maybe {request}? cheers",
        "{request} for me pls",
        "heya, mind helping me out? {request}",
        "alright, {request} and that's it, thanks",
        "yo, {request} please",
        "pls {request}, I'm in a bit of a rush",
        "hello hello, would you {request}? thx",
        "one small thing, {request} please!",
        "could ya {request}?",
        "hope you're well! can you {request}?",
        "um, I think I need you to {request}",
        "be a star and {request}, will you?",
        "busy day here, so please {request}",
        "okay next one: {request}",
        "sorry to bother you again, {request} please",
        "hiya, any chance you could {request}?",
        "do me a favour and {request}, ok?",
    ),
}
QUESTION = {
    Register.NEUTRAL: Frames(
        "{question}",
        "Tell me, {question}",
        "A question: {question}",
        "Do you know, {question}",
        "Please check: {question}",
        "Here is my question: {question}",
        "Can you tell me, {question}",
        "I was wondering, {question}",
        "I have to know, {question}",
        "Next question: {question}",
        "Look this up for me, please: {question}",
        "Just checking: {question}",
        "What I'd like to know: {question}",
        "Please answer this: {question}",
    ),
    Register.FORMAL: Frames(
        "Good [morning|afternoon|evening]. {question}",
        "May I ask, {question}",
        "One question, if I may: {question}",
        "I would like to enquire: {question}",
        "Could you kindly tell me, {question}",
        "Hello, I have the following question. {question}",
        "For our records, {question}",
        "I would appreciate an answer to this: {question}",
        "Might I ask you the following: {question} Thank you.",
        "I have an enquiry. {question} Kind regards.",
        "Would you be able to say, {question}",
        "Dear assistant, {question} With thanks.",
        "Please be so kind as to answer: {question}",
        "I have been asked to find out: {question}",
        "Allow me a question: {question}",
        "For a report I need to know: {question}",
        "I should like to know the following: {question}",
        "With apologies for the interruption: {question}",
    ),
    Register.CHATTY: Frames(
        "hey, {question}",
        "quick one, {question}",
        "hi! {question} thx",
        "so {question} any idea",
        "ok, {question} thanks!",
        "umm {question}",
        "heya {question}",
        "random question, {question}",
        "sorry, me again, {question}",
        "oh and {question}",
        "btw {question}",
        "help me out here, {question}",
        "do you happen to know, {question}",
        "just curious, {question}",
        "morning! {question}",
        "wait, {question}",
    ),
}

FIRST_OF_SEVERAL = Frames(
    "The user wants me to {goal}. [First|To begin with] I [should|need to|have to] {does}, and {tool} can do that.",
    "To {goal}, I must first {does}. {tool} is the tool for that.",
    "I am asked to {goal}. The first step is to {does} with {tool}.",
    "The task is to {goal}. I [start|begin] with {tool}, to {does}.",
    "Before I can {goal}, I have to {does}; {tool} does that.",
    "The goal is to {goal}. For this I need to {does}, so I use {tool}.",
    "What is wanted: {goal}. I [will|should] {does} first, with {tool}.",
    "I have to {goal}, and for that I need to {does}. {tool} fits.",
    "In order to {goal}, {tool} comes first: it lets me {does}.",
    "My job is to {goal}. It starts with a call of {tool}, to {does}.",
    "They want me to {goal}. I can't know enough yet, so I {does} with {tool}.",
    "The request is to {goal}. I'll let {tool} {does} [first|before anything else].",
    one="The user wants me to {goal}. First I should {does}, and {tool} can do that.",
)
ONLY_ONE = Frames(
    "The user wants me to {goal}. {tool} [can do that|does exactly that|is the right tool].",
    "I am asked to {goal}, and {tool} is made for that.",
    "To {goal}, one call of {tool} is enough.",
    "The request is to {goal}; among the tools, {tool} does that.",
    "The user asks me to {goal}, so I [call|use] {tool}.",
    "I need to {goal}. The tool for this is {tool}.",
    "The task is to {goal}. I should call {tool} for it.",
    "My job is to {goal}, which {tool} can do at once.",
    "I can {goal} with {tool}, so that is what I call.",
    "What is wanted: {goal}. {tool} fits that.",
    "They would like me to {goal}. {tool} offers just that.",
    "It takes {tool} to {goal}, so I call it now.",
    "{tool} lets me {goal}, so that is my call.",
    "For this I call {tool}: the user wants me to {goal}.",
    "The right tool to {goal} is {tool}.",
    "To {goal} is what {tool} is for.",
    "I see that {tool} can be used to {goal}.",
    "One step will do: I {goal} with {tool}.",
    one="The user wants me to {goal}. {tool} can do that.",
)
NEXT = Frames(
    "[Now|Next] I [can|should|have to] {does} with {tool}.",
    "The next step is to {does} with {tool}.",
    "With that known, I [use|call] {tool} to {does}.",
    "So now {tool} can {does}.",
    "Next I [call|use] {tool} to {does}.",
    "What is left is to {does}; {tool} does that.",
    "That lets me {does} with {tool}.",
    "Now it's time to {does}, using {tool}.",
    "I go on with {tool} to {does}.",
    "From here I need to {does}, so I call {tool}.",
    "The following step: {does}, by means of {tool}.",
    "This is enough to {does}, and {tool} is the tool for it.",
    "I take that to {tool}, which can {does}.",
    "Then comes {tool}: I have to {does}.",
    "On that basis I can {does}; I call {tool}.",
    "I still have to {does}, for which there is {tool}.",
    "Let me {does} now with {tool}.",
    "The request needs me to {does} as well, so {tool} is next.",
    one="Now I can {does} with {tool}.",
)
CLOSING = Frames(
    "[That|This] answers the question.",
    "That is what the user asked for, so I can answer.",
    "Nothing more is needed.",
    "I can tell the user now.",
    "No further call is needed.",
    "I have everything for the answer.",
    "This settles the request, so it's time to answer.",
    "With this the task is done and I can report it.",
    "So the user can be told.",
    "That's all that was wanted.",
    "The answer is complete with that.",
    "I know enough to reply.",
    "There is nothing more to look up.",
    "Now I can give the answer.",
    "That settles it, no other tool is needed.",
    "All that remains is to tell the user.",
    "This is the result the user wanted.",
    "The work is done; the user gets the result.",
    "I can close this with an answer.",
    "It only has to be said now.",
    "Everything asked for is there.",
    "I report this to the user.",
    "That's enough, I reply with it.",
    "No open point is left.",
)
RETRY = Frames(
    "{tool} {said}. The error is temporary, so I [try|call] it once more with the same arguments.",
    "The call failed only for the moment: {tool} {said}. I repeat it.",
    "{tool} {said}, and asks for another try, so I make the same call again.",
    "That error should pass, since {tool} {said}. The same call again.",
    "A passing problem: {tool} {said}. I retry the call.",
    "I got no result because {tool} {said}. Trying again should work.",
    "Since {tool} {said}, the request is worth repeating as it is.",
    "{tool} {said}. It is a temporary state, one more attempt makes sense.",
    "No result yet, {tool} {said}; the message says to retry, so I do.",
    "{tool} {said}. That passes, so I send the same call again.",
    "Nothing is wrong with my call, {tool} {said}. I try once more.",
    "Only a short problem: {tool} {said}. One more try.",
    "The message invites a second try, as {tool} {said}. I call it again.",
    "{tool} {said}. Before I look for another way, I repeat the call.",
    "I should not give up yet: {tool} {said}, which won't last. Again, then.",
    "The same call may work now, since {tool} only {said}.",
    "{tool} {said}; a repeated call is what it asks for.",
    "Waiting is enough here. {tool} {said}, so I make the call again.",
)
SWITCH = Frames(
    "{tool} {said}. {other} can {does} too, so I call that instead.",
    "The call did not work: {tool} {said}. I turn to {other}, which can also {does}.",
    "Since {tool} {said}, I need another way to {does}. {other} offers it.",
    "{tool} {said}, so it is of no use now. {other} does the same job; I try it.",
    "There is a second tool for this. {tool} {said}, so I use {other} to {does}.",
    "{tool} {said}. Repeating it won't help, but {other} can {does} as well.",
    "I can't rely on {tool}, it {said}. {other} is the alternative to {does}.",
    "Another source is needed because {tool} {said}. With {other} I can {does}.",
    "As {tool} {said}, the same request goes to {other}.",
    "{tool} {said}. Luckily {other} can {does} as well.",
    "No luck with {tool}, it {said}. I ask {other} instead to {does}.",
    "{other} is a second way to {does}, and I need it because {tool} {said}.",
    "{tool} {said}. I won't call it again; {other} can {does}.",
    "This tool is no help: {tool} {said}. {other} should be able to {does}.",
    "Instead of {tool}, which {said}, I call {other} to {does}.",
    "I still have to {does}. {tool} {said}, but {other} is there for that, too.",
    "{tool} {said}, so I fall back on {other} to {does}.",
    "Then {other} has to do it: {tool} {said}.",
)
DEAD_END = Frames(
    "{tool} {said}, and no other tool can {does}. I have to give up.",
    "I can't {goal}: {tool} {said} and nothing else here can {does}.",
    "The only tool to {does} is {tool}, and it {said}. There is no way on.",
    "{tool} {said}. None of the other tools can {does}, so this can't be done now.",
    "Without {tool}, which {said}, I have no means to {does}. I give up.",
    "No tool is left that could {does}, because {tool} {said}. I must stop here.",
    "It isn't possible to {goal} now, since {tool} {said} and has no replacement.",
    "{tool} {said}; trying again would not help and there is no alternative. I give up.",
    "With {tool} out of the game ({tool} {said}), nothing else can {does}. I give up.",
    "This ends here: {tool} {said}, and it was the only way to {does}.",
    "{tool} {said}. I looked for another tool to {does}, but there is none.",
    "I needed {tool} to {does}; it {said}. So I can't {goal}.",
    "There is no second source. {tool} {said}, so the request has to fail.",
    "{tool} {said} and I know no way around it. I can't {goal} now.",
)
NONE_FITS = Frames(
    "The user wants me to {goal}, but none of the tools can do that. I have to give up.",
    "To {goal}, I would need a tool that isn't offered. I can't help with this.",
    "I look at the tools: nothing here can {goal}. So I give up.",
    "None of the offered tools is able to {goal}, and I can't do it without one.",
    "The request is to {goal}. The tools on offer serve other purposes, so I must give up.",
    "There is no tool to {goal} among those I have. It can't be done.",
    "I am asked to {goal}; no tool fits, and guessing would be wrong. I give up.",
    "What the user needs, to {goal}, is beyond these tools. I have to decline.",
    "No call would help: not one of the tools lets me {goal}.",
    "These tools don't cover it. I have no way to {goal}, so I stop.",
    "I can't {goal} with what I have: no tool on offer is made for it.",
    "Going through the tools, I find none that could {goal}. I give up on this.",
    "The tools here do other things. It isn't possible to {goal} with them.",
    "To {goal} takes a tool that is missing here, so I can't go on.",
    "This request needs a tool to {goal}, and there is none.",
    "I don't see any tool that helps to {goal}. The honest thing is to give up.",
    "Nobody offers me a tool to {goal}. I won't call one that doesn't fit.",
    "I have to {goal}, but the tools can't. No call makes sense.",
    "A tool to {goal} is what I lack; the others are of no use for it.",
    "Not one tool matches: I am to {goal}, and they serve something else.",
    "As there is no tool with which I could {goal}, I have to give up.",
    "Calling any of these tools would not {goal}. I must give up.",
    "I can neither {goal} nor get closer to it with these tools.",
    "The user asks me to {goal}. That is outside of what the tools cover.",
    one="The user wants me to {goal}, but none of the tools can do that. I have to give up.",
)
ASK_BACK_RATIONALE = Frames(
    "The user wants me to {goal}, but did not give {needs}. I have to ask for it.",
    "Without {needs} I can't call any tool here. I should ask the user.",
    "To {goal}, I need {needs}, which is missing. I ask before I call anything.",
    "The request doesn't say {needs}. Guessing would be wrong, so I ask.",
    "I am missing {needs}. The user must tell me first.",
    "No call is possible yet, because {needs} isn't known. I'll ask for it.",
    "It isn't clear what to use for {needs}; I need to ask the user about it.",
    "One thing is missing, {needs}. I should get it from the user first.",
    "I can't go on until the user tells me {needs}.",
    "I would like to {goal}, but {needs} is missing from the request. I ask.",
    "The user left out {needs}. No tool can be called without it.",
    "First I need {needs}; the request doesn't have it. A question back is best.",
    one="The user wants me to {goal}, but did not give {needs}. I have to ask for it.",
)
ASK_BACK = Frames(
    "[Could|Can] you tell me {needs}?",
    "I need {needs} for that. [What is it|Can you give it to me]?",
    "Which one do you mean? Please give me {needs}.",
    "Happy to help. What is {needs}?",
    "To do that I need {needs}. Could you send it?",
    "Please tell me {needs}, then I can go on.",
    "Sure, but I still need {needs}. What is it?",
    "What is {needs}? I need it for that.",
    "You haven't told me {needs} yet. What is it?",
    "May I have {needs}, please?",
    "I can do that once I know {needs}. What is it?",
    "Could you give me {needs} as well?",
)
REPLY = Frames(
    "{value}",
    "it's {value}",
    "I mean {value}",
    "{value}, please",
    "sorry, {value}",
    "It is {value}.",
    "Of course: {value}",
    "oh right, {value}",
    "That would be {value}.",
    "I forgot: {value}",
    "Take {value}.",
    "here you go: {value}",
)
GOT_IT = Frames(
    "[Now I have|The user gave me] {needs}: {reply}.",
    "{needs:cap} is {reply}, so I can go on.",
    "The missing piece is {reply}.",
    "With {reply} I know {needs}.",
    "The user answered: {reply}. That was {needs}.",
    "The answer is {reply}; that is what I lacked.",
    "I asked for {needs} and got {reply}.",
    "So {needs} is {reply}.",
    "{reply} is what was missing.",
    "Good, {needs}: {reply}.",
    "The user says {reply}, which completes the request.",
    "Now that {needs} is known to be {reply}, I can continue.",
)
NO_TOOL = Frames(
    "No tool is needed for that; I can answer directly.",
    "This can be answered without any tool.",
    "The tools don't help here and aren't needed. I just reply.",
    "I don't have to call anything for this, so I answer at once.",
    "That needs no call. I can simply reply.",
    "None of the tools is needed; a direct answer will do.",
    "I can respond to this on my own, without a call.",
    "A plain reply is enough here, no tool required.",
    "There is nothing to look up. I answer the user directly.",
    "This is not a task for a tool, so I reply myself.",
)
