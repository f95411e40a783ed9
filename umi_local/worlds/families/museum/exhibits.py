"""What users ask about exhibits, and what needs no tool."""

from __future__ import annotations

from umi_local.worlds.facts import NO, YES, Fact
from umi_local.worlds.families.museum.service import MUSEUM, any_exhibit
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@MUSEUM.intent(
    goal="find the oldest exhibit in the {hall} and its year",
    wordings=(
        "what is the oldest thing in the {hall}, and from which year is it?",
        "find the oldest exhibit of the {hall} and tell me its year",
        "I only have ten minutes in the {hall} and like old things best. Which piece is the oldest, and how old?",
        "which object in the {hall} was made first, and in what year?",
        "look through the {hall} and name the piece with the earliest year",
        "For a quiz I need the oldest piece in the {hall}, with the year.",
        "~oldest in {hall}, year",
        "~{hall}: earliest piece?",
    ),
    essential="hall_exhibits",
    missing=Missing(
        wordings=(
            "what is the oldest thing in that hall, and from which year is it?",
            "I only have ten minutes and one hall left. Which piece in it is the oldest?",
            "find the oldest exhibit in the hall where I am and tell me its year",
            "~oldest piece in the hall?",
        ),
        needs="the name of the hall",
        goal="find the oldest exhibit in a hall",
        slot="hall",
    ),
    split=Split.TEST,
)
def oldest_in_hall(play: Play) -> None:
    """One call and a minimum."""
    play.ask(hall=any_exhibit(play)["hall"])
    found = play.call("hall_exhibits", {"hall": play.slots["hall"]})
    best = min(found, key=lambda exhibit: exhibit["year"])
    play.learn(
        "Among the {n} pieces there, the {title} of {year} is the oldest.",
        "{year} is the earliest year in the list, that of the {title}.",
        n=len(found),
        title=best["title"],
        year=best["year"],
    )
    play.conclude(
        "The oldest piece in the {hall} is the {title}, from {year}.",
        "It's the {title}, made in {year}.",
        facts=["title", "year"],
    )


@MUSEUM.intent(
    goal="tell where the {title} is from and whether it can be seen",
    wordings=(
        "where does the {title} come from, and can one see it at the moment?",
        "find out the origin of the {title} and whether it's on show",
        "I'm writing about your {title}. What town is it from, and could I see it if I came?",
        "is the {title} on display, and where was it made?",
        "look up the {title}: origin, and is it on view?",
        "My grandfather always talked of the {title}. Is it still shown, and from which town is it?",
        "~{title}: origin? on display?",
        "~{title} on view? where from",
    ),
    essential="exhibit_details",
    split=Split.TEST,
)
def origin_and_display(play: Play) -> None:
    """Two calls: the number comes from the search."""
    exhibit = any_exhibit(play)
    play.ask(title=exhibit["title"])
    number = play.call("find_exhibits", {"words": exhibit["title"]})[0]["number"]
    play.learn("The {title} has the number {number}.", "Its inventory number is {number}.", number=number)
    found = play.call("exhibit_details", {"number": number})
    play.slots.update(town=found["origin"], hall=found["hall"])
    if found["on_display"]:
        play.learn("It is from {town} and on display in the {hall}.", "It comes from {town} and can be seen.")
        play.conclude(
            "The {title} is from {town}, and yes, it can be seen in the {hall}.",
            "Yes, it is on display ({hall}). It comes from {town}.",
            facts=[YES, "town"],
        )
    else:
        play.learn("It is from {town} and not on display.", "It comes from {town}, but it isn't shown now.")
        play.conclude(
            "The {title} is from {town}, but it is not on display.",
            "It comes from {town}. At the moment it can't be seen.",
            facts=[NO, "town"],
        )


@MUSEUM.intent(
    goal="tell which is older, exhibit {one} or exhibit {other}, and by how many years",
    wordings=(
        "which is older, exhibit {one} or exhibit {other}, and by how many years?",
        "compare the age of the exhibits {one} and {other}",
        "My daughter bets that {one} is older than {other}. Which number is the older one, and by how much?",
        "look up {one} and {other} and tell me how many years lie between them, and which came first",
        "how many years apart are the pieces {one} and {other}, and which number is the older one?",
        "I have two catalogue numbers, {one} and {other}. Which piece is older, and by how much?",
        "~older: {one} or {other}? years apart",
        "~age difference {one} / {other}",
    ),
    essential="exhibit_details",
    split=Split.TEST,
)
def older_of_two(play: Play) -> None:
    """Two calls and a difference."""
    one, other = play.draw.sample(list(play.state["exhibits"].values()), 2)
    play.ask(one=one["number"], other=other["number"])
    found = play.call("exhibit_details", {"number": one["number"]})
    play.learn("Number {one} is of the year {first}.", "{one} was made in {first}.", first=found["year"])
    found = play.call("exhibit_details", {"number": other["number"]})
    old, new = sorted((one, other), key=lambda exhibit: exhibit["year"])
    play.learn(
        "{other} is of {second}, so {older} is older by {gap:n year}.",
        "With {second} for {other}, {gap:n year} lie between them; {older} came first.",
        second=found["year"],
        older=old["number"],
        title=old["title"],
        gap=new["year"] - old["year"],
    )
    play.conclude(
        "Exhibit {older}, the {title}, is older by {gap:n year}.",
        "Number {older} came first, {gap:n year} before the other.",
        facts=["older", "gap"],
        derived=["gap"],
    )


@MUSEUM.intent(
    goal="find the number of the {title} in the {hall}",
    wordings=(
        "what number does the {title} in the {hall} have?",
        "find the inventory number of the {title}, which stands in the {hall}",
        "I photographed the {title} in the {hall} and need its number for the caption.",
        "tell me under which number the {title} in the {hall} is listed",
        "which catalogue number goes with the {title} of the {hall}?",
        "The label of the {title} fell off, it's the one in the {hall}. What number must be on it?",
        "~number of {title}, {hall}",
        "~{title} ({hall}) inventory no?",
    ),
    kind=Kind.RECOVER,
    breaks="find_exhibits",
    split=Split.TEST,
)
def number_by_hall(play: Play) -> None:
    """The search is broken; the list of the hall has it, too."""
    exhibit = any_exhibit(play)
    play.ask(title=exhibit["title"], hall=exhibit["hall"])
    reply = play.attempt("find_exhibits", {"words": exhibit["title"]})
    play.learn(
        "The search of the collection {error}.", "Searching doesn't work, as the tool {error}.", error=reply.error
    )
    found = play.call(
        "hall_exhibits",
        {"hall": exhibit["hall"]},
        why=(
            "But I know the hall: {tool} lists what is in the {hall}.",
            "The {title} must be on the list of the {hall}, which {tool} gives.",
        ),
    )
    number = next(one["number"] for one in found if one["title"] == exhibit["title"])
    play.learn("There the {title} is number {number}.", "The list has it as {number}.", number=number)
    play.conclude("The {title} has the number {number}.", "It is number {number}.", facts=["number"])


_WORDS = {
    "a curator": ("somebody who looks after a collection and plans its exhibitions", "collection"),
    "a diorama": ("a scene with models in front of a painted background", "models"),
    "a fresco": ("a picture painted on wet plaster", "plaster"),
    "a triptych": ("a picture made of three parts", "three"),
    "a replica": ("an exact copy of an object", "copy"),
    "provenance": ("the history of who has owned an object", "owned"),
    "a still life": ("a picture of things that don't move, such as fruit", "fruit"),
    "a permanent loan": ("an object that its owner leaves with a museum for good", "owner"),
    "a vernissage": ("the opening party of an exhibition", "opening"),
    "a relief": ("a picture that stands out from a flat surface", "surface"),
}


@MUSEUM.intent(
    goal="explain what {word} is",
    wordings=(
        "what is {word}, in the language of museums?",
        "explain {word} in one sentence",
        "The sign next to the door says something of {word}. What's that supposed to be?",
        "what do museum people mean by {word}?",
        "My little brother asks me what {word} is. How can I put it simply?",
        "tell me in plain words what {word} is",
        "~{word}? plain words",
        "~define {word}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.7,
)
def museum_word(play: Play) -> None:
    """Common knowledge."""
    word = play.draw.pick(list(_WORDS))
    meaning, key = _WORDS[word]
    play.ask(word=word, meaning=meaning)
    play.conclude(
        "{word:cap} is {meaning}.",
        "In a museum, {word} is {meaning}.",
        facts=[Fact("text", key)],
        why=(
            "This only asks for the meaning of a word, so I explain it without any call.",
            "What {word} is can be said without the museum's tools.",
        ),
    )
