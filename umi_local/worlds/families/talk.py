"""Talk that needs no tool, whatever is on offer: thanks, greetings, small knowledge, help with wording."""

from __future__ import annotations

from umi_local.worlds.draw import Pool
from umi_local.worlds.facts import Fact
from umi_local.worlds.family import Family, Kind
from umi_local.worlds.play import Play
from umi_local.worlds.pools import FIRST_NAMES
from umi_local.worlds.splits import Split

FAMILY = TALK = Family("talk", "[talk|chat]", frozenset({"talk"}))

CAPITALS = {
    "France": "Paris",
    "Japan": "Tokyo",
    "Egypt": "Cairo",
    "Norway": "Oslo",
    "Peru": "Lima",
    "Greece": "Athens",
    "Italy": "Rome",
    "Kenya": "Nairobi",
    "Poland": "Warsaw",
    "Cuba": "Havana",
    "Austria": "Vienna",
    "Ireland": "Dublin",
    "Portugal": "Lisbon",
    "Hungary": "Budapest",
    "Finland": "Helsinki",
    "Thailand": "Bangkok",
}
OPPOSITES = {
    "hot": "cold",
    "early": "late",
    "heavy": "light",
    "narrow": "wide",
    "cheap": "expensive",
    "loud": "quiet",
    "ancient": "modern",
    "rough": "smooth",
    "empty": "full",
    "brave": "cowardly",
    "deep": "shallow",
    "dry": "wet",
    "generous": "stingy",
    "public": "private",
    "guilty": "innocent",
    "temporary": "permanent",
}
PLURALS = {
    "mouse": "mice",
    "child": "children",
    "tooth": "teeth",
    "foot": "feet",
    "goose": "geese",
    "leaf": "leaves",
    "knife": "knives",
    "person": "people",
    "ox": "oxen",
    "wolf": "wolves",
    "sheep": "sheep",
    "shelf": "shelves",
}
SHORT_FORMS = {
    "CSV": "comma-separated values",
    "PDF": "portable document format",
    "RAM": "random-access memory",
    "URL": "uniform resource locator",
    "GPS": "global positioning system",
    "FAQ": "frequently asked questions",
    "VAT": "value-added tax",
    "CPU": "central processing unit",
    "LED": "light-emitting diode",
    "ETA": "estimated time of arrival",
}
HOLIDAYS = Pool(
    """a birthday|a farewell|a graduation|a housewarming|a new baby|a new job|a promotion|a recovery|a retirement
    |a wedding|an anniversary|an exam that went well|the first day at school|the summer holidays|a won match"""
)


@TALK.intent(
    goal="answer a word of thanks",
    wordings=(
        "Thanks, that was all.",
        "[Thank you|Thanks][| so much| very much], [you're a great help|that helps a lot|that's all for now].",
        "Great, [thanks|thank you]!",
        "Perfect. That's everything I needed.",
        "Cheers, that will do.",
        "Okay, I think we're done. Thank you!",
        "~thx",
        "~thanks!",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
)
def thanks(play: Play) -> None:
    """Nothing to do."""
    play.ask()
    play.conclude(
        "You're welcome! [Just ask|Let me know] if there is anything else.",
        "My pleasure. I'm here if you need anything else.",
        "Glad I could help. You're welcome to ask again any time.",
        "You're welcome. Have a good day!",
        facts=[Fact("text", "welcome", ("pleasure", "glad", "happy", "any time", "anytime", "no problem"))],
        why=(
            "The user only says thanks; nothing has to be called.",
            "That is a thank-you, so a friendly word is all it takes.",
            "There is no request in this, just thanks.",
        ),
    )


@TALK.intent(
    goal="greet the user",
    wordings=(
        "Hello!",
        "Hi there, are you awake?",
        "Good [morning|afternoon|evening]!",
        "Hey, it's {name}.",
        "Hello, my name is {name}.",
        "Hi! [How are you|How's it going]?",
        "~hi",
        "~hello there",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
)
def greeting(play: Play) -> None:
    """A greeting is greeted."""
    play.ask(name=play.draw.of(FIRST_NAMES))
    play.conclude(
        "Hello! What can I do for you?",
        "Hi! How can I help you today?",
        "Hello, nice to hear from you. What do you need?",
        facts=[Fact("text", "hello", ("hi", "hey", "good morning", "good day", "help", "do for you", "welcome"))],
        why=("The user says hello. I greet back, no tool is needed.", "A greeting: I just answer it."),
    )


@TALK.intent(
    goal="name the capital of {country}",
    wordings=(
        "what is the capital of {country}?",
        "name the capital of {country}",
        "which city is the capital of {country}?",
        "I forgot the capital of {country}. Can you remind me?",
        "~capital of {country}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
)
def capital(play: Play) -> None:
    """Common knowledge."""
    country = play.draw.pick(list(CAPITALS))
    play.ask(country=country, capital=CAPITALS[country])
    play.conclude(
        "The capital of {country} is {capital}.",
        "It's {capital}.",
        "{capital} is the capital of {country}.",
        facts=["capital"],
        why=(
            "Everybody knows that the capital of {country} is {capital}; no tool is needed.",
            "I know that one without a tool: {capital}.",
            "That is general knowledge, so I answer {capital} directly.",
        ),
    )


@TALK.intent(
    goal="give the opposite of {word}",
    wordings=(
        "what is the opposite of {word}?",
        "give me the opposite of the word {word}",
        "which word means the contrary of {word}?",
        "I need an antonym for {word}.",
        "~antonym {word}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
)
def opposite(play: Play) -> None:
    """Language."""
    word = play.draw.pick(list(OPPOSITES))
    play.ask(word=word, other=OPPOSITES[word])
    play.conclude(
        "The opposite of {word} is {other}.",
        'It is "{other}".',
        "{other:cap}.",
        facts=["other"],
        why=(
            "This is about words, and I know it: {other}.",
            "The opposite of {word} is {other}. No tool is needed for that.",
        ),
    )


@TALK.intent(
    goal="give the plural of {word}",
    wordings=(
        "what is the plural of {word}?",
        "give me the plural of {word}",
        "how do you write more than one {word}?",
        "One {word}, two what?",
        "~plural {word}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.DEV,
)
def plural_of(play: Play) -> None:
    """Language, in the dev split."""
    word = play.draw.pick(list(PLURALS))
    play.ask(word=word, other=PLURALS[word])
    play.conclude(
        "The plural of {word} is {other}.",
        "You write {other}.",
        facts=["other"],
        why=("I know the plural of {word} without a tool.", "A question about grammar needs no call."),
    )


@TALK.intent(
    goal="explain what {short} stands for",
    wordings=(
        "what does {short} stand for?",
        "explain the abbreviation {short}",
        "what is {short} short for?",
        "People keep saying {short}. What do the letters mean?",
        "~{short} meaning",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
)
def abbreviation(play: Play) -> None:
    """Common knowledge, in the test split."""
    short = play.draw.pick(list(SHORT_FORMS))
    play.ask(short=short, long=SHORT_FORMS[short])
    play.conclude(
        "{short} stands for {long}.",
        "It is short for {long}.",
        facts=[Fact("text", SHORT_FORMS[short])],
        why=(
            "I know what {short} means, so I can answer directly.",
            "That abbreviation is well known; no call is needed.",
        ),
    )


@TALK.intent(
    goal="write a short congratulation for {occasion}",
    wordings=(
        "write one friendly sentence for {name} about {occasion}",
        "give me a short line to congratulate {name} on {occasion}",
        "how could I congratulate {name} on {occasion} in one sentence?",
        "I need a nice sentence for {name}'s card. It's about {occasion}.",
        "~card line for {name}, {occasion}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
)
def congratulation(play: Play) -> None:
    """Writing."""
    play.ask(name=play.draw.of(FIRST_NAMES), occasion=play.draw.of(HOLIDAYS))
    play.conclude(
        "Dear {name}, all the best and congratulations from my heart!",
        "Dear {name}, I am so happy for you. Enjoy every moment of it!",
        "{name}, what wonderful news! I wish you all the best.",
        facts=["name"],
        why=(
            "Writing a sentence is something I can do myself.",
            "The user wants a line of text for {name}, which takes no tool.",
        ),
    )


@TALK.intent(
    goal="say which is longer, {first} or {second}",
    wordings=(
        "which is longer, {first} or {second}?",
        "is {first} longer than {second}?",
        "tell me what lasts longer: {first} or {second}",
        "I can't think straight today. What's longer, {first} or {second}?",
        "~longer: {first} / {second}?",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
)
def longer(play: Play) -> None:
    """Reasoning that needs no tool."""
    units = ["a second", "a minute", "an hour", "a day", "a week", "a month", "a year", "a decade", "a century"]
    one, other = sorted(play.draw.sample(range(len(units)), 2))
    first, second = play.draw.shuffled([units[one], units[other]])
    play.ask(first=first, second=second, long=units[other], short=units[one], word=units[other].split()[-1])
    play.conclude(
        "{long:cap} is longer than {short}.",
        "{long:cap} lasts longer.",
        facts=["word"],
        why=("{long:cap} is longer than {short}; that needs no tool.", "I can compare {first} and {second} on my own."),
    )
