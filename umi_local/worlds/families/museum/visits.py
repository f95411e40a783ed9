"""Opening days, prices, tours and audio guides."""

from __future__ import annotations

from umi_local.worlds.dates import days_later, minutes_of, weekday_of
from umi_local.worlds.facts import NO, YES
from umi_local.worlds.families.museum.service import LANGUAGES, MUSEUM, any_tour, end_of, tours_of
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.pools import person
from umi_local.worlds.splits import Split


@MUSEUM.intent(
    goal="tell whether the museum is open on {day}, and until when",
    wordings=(
        "is the museum open on {day}, and until when?",
        "check if we can visit the museum on {day}, and how late it stays open",
        "We pass through town on {day}. Would the museum be open, and till what time?",
        "I have {day:weekday}, {day}, off. Can I spend the afternoon at the museum, and when would I have to be out?",
        "find out whether the museum has its doors open on {day} and when they close",
        "until what time is the museum open on {day}, if it is?",
        "~museum {day} open? until?",
        "~closing time museum {day}",
    ),
    essential="opening_times",
    missing=Missing(
        wordings=(
            "is the museum open that day, and until when?",
            "check if we can visit the museum, and how late it stays open",
            "We pass through town soon. Would the museum be open, and till what time?",
            "~museum open? until?",
        ),
        needs="the date",
        goal="tell whether the museum is open on a day",
        slot="day",
    ),
    split=Split.TEST,
)
def open_on(play: Play) -> None:
    """One call that may be refused, which is the answer."""
    start = play.draw.day("2026-01-05", "2027-11-01")
    days = [days_later(start, i) for i in range(7)]
    closed = next(day for day in days if weekday_of(day) == play.state["closed_on"])
    play.ask(day=closed if play.draw.chance(0.4) else play.draw.pick([day for day in days if day != closed]))
    reply = play.attempt("opening_times", {"day": play.slots["day"]})
    if reply.failed:
        play.learn(
            "It is refused because {rest} is the day off.",
            "The museum is closed on that weekday, {rest}.",
            rest=play.state["closed_on"],
        )
        play.conclude(
            "No, {day} is a {rest}, and the museum is closed on that weekday.",
            "The museum is not open on {day}; {rest} is its day off.",
            facts=[NO, "rest"],
        )
    else:
        play.learn(
            "It is open until {closes} on {day}.", "On {day} the doors close at {closes}.", closes=reply.value["closes"]
        )
        play.conclude(
            "Yes, the museum is open until {closes} on {day}.",
            "Yes, you can visit it until {closes}.",
            facts=[YES, "closes"],
        )


@MUSEUM.intent(
    goal="work out the entrance for {first:n adult} and {second} at the {rate} rate",
    wordings=(
        "what do {first:n adult} and {second} at the {rate} rate pay at the museum altogether?",
        "add up the entrance for {first:n adult} and {second} visitors with the {rate} rate",
        "We are {first:n adult}, and {second} of us get the {rate} rate on top of that. What's the entrance in all?",
        "how much cash should I bring for the museum: {first:n adult}, {second} x {rate}?",
        "calculate the tickets for my group, which is {first:n adult} and {second} at the {rate} rate",
        "I collect the money for our trip: {first:n adult} and, at the {rate} rate, {second} more. "
        "What's the total at the till?",
        "~museum entry {first} adult + {second} {rate}",
        "~total: {first:n adult}, {second} {rate}",
    ),
    essential="entrance_prices",
    split=Split.TEST,
)
def entrance_total(play: Play) -> None:
    """One call and a sum of products."""
    play.ask(
        first=play.draw.whole(2, 4), second=play.draw.whole(2, 6), rate=play.draw.pick(("child", "student", "senior"))
    )
    prices = {one["rate"]: one["price"] for one in play.call("entrance_prices")}
    play.learn(
        "{first} x {high:money} and {second} x {low:money} come to {total:money}.",
        "An adult pays {high:money}, and the {rate} rate is {low:money}: {total:money} in all.",
        high=prices["adult"],
        low=prices[play.slots["rate"]],
        total=round(play.slots["first"] * prices["adult"] + play.slots["second"] * prices[play.slots["rate"]], 2),
    )
    play.conclude(
        "The entrance is {total:money} altogether.",
        "You need {total:money}: {first} x {high:money} plus {second} x {low:money}.",
        facts=["total"],
        derived=["total"],
    )


@MUSEUM.intent(
    goal="book {people} places on the first {language} tour of {day} for {name}",
    wordings=(
        "book {people} places on the first tour in {language} on {day} that has room, name {name}",
        "{name} comes with {people} visitors in all on {day} and needs a tour in {language}. Book the "
        "earliest one with enough places.",
        "get {people} of us onto a {language} tour on {day}, as early as possible, under the name of {name}",
        "Are there {people} places left on a {language} tour on {day}? Book the first that has them, for "
        "{name}. If none has, just say so.",
        "see if any {language} tour on {day} still takes {people} people, and sign {name} up for the "
        "earliest such tour",
        "We are {people}, we speak {language}, and we'd love a guided tour on {day}. The earliest, please. I'm {name}.",
        "~{language} tour {day}, {people} pers., {name}, earliest",
        "~{name}: {people} x first {language} tour {day}",
    ),
    split=Split.TEST,
)
def book_first_tour(play: Play) -> None:
    """One call or two: there may be no such tour."""
    day = any_tour(play)["day"]
    tours = tours_of(play.state, day)
    people = play.draw.whole(3, 7)
    language = play.draw.pick(LANGUAGES[:4]) if play.draw.chance(0.3) else play.draw.pick(tours)["language"]
    play.ask(people=people, language=language, day=day, name=person(play.draw))
    found = play.call(
        "tours_on",
        {"day": day},
        why=(
            "I need to see which tours of {day} are in {language} and have {people} places. {tool} lists the tours.",
            "First I look at the tours of {day} with {tool}; one in {language} must have {people} places.",
            "The tours of {day}, which {tool} gives, will show if there is one in {language} for {people}.",
        ),
    )
    fitting = [tour for tour in found if tour["language"] == language and tour["places"] >= people]
    if not fitting:
        play.learn(
            "No tour in {language} has {people} places left.",
            "Among the tours there is none in {language} for {people}.",
        )
        play.conclude(
            "On {day} there is no tour in {language} with {people} free places, so I booked nothing.",
            "I'm sorry, no {language} tour has room for {people} on {day}.",
            facts=[NO],
        )
        return
    play.learn(
        "Tour {tour} at {begins} is in {language} and has {places:n place} left.",
        "The first that fits is tour {tour}, at {begins}.",
        tour=fitting[0]["tour"],
        begins=fitting[0]["begins"],
        places=fitting[0]["places"],
    )
    made = play.call("book_tour", {"tour": fitting[0]["tour"], "people": people, "name": play.slots["name"]})
    play.learn("The booking code is {code}.", "{people} places are booked as {code}.", code=made["code"])
    play.conclude(
        "{name} has {people} places on tour {tour} at {begins}, code {code}.",
        "Booked: tour {tour}, {begins}, in {language}. The code is {code}.",
        facts=["tour", "begins", "code"],
    )


@MUSEUM.intent(
    goal='work out how long the museum stays open after the tour "{theme}" on {day}',
    wordings=(
        'how many minutes are left before closing once the tour "{theme}" is over on {day}?',
        'On {day} I take the tour "{theme}". How many minutes for the shop will I have before closing time?',
        'work out the minutes between the end of the tour "{theme}" on {day} and the closing of the museum',
        'when the tour "{theme}" ends on {day}, how long is the museum still open, in minutes?',
        'I want to draw a little after the tour "{theme}" on {day}. How many minutes would I have until they close?',
        'find out how long one can stay after the tour "{theme}" on {day}',
        '~minutes from end of "{theme}" to closing, {day}',
        '~{day}: time left after tour "{theme}"?',
    ),
    essential="tours_on",
    split=Split.TEST,
)
def time_after_tour(play: Play) -> None:
    """Two calls and a difference of times."""
    tour = any_tour(play)
    if end_of(tour) >= play.state["closes"]:
        raise play.unsuitable("the tour ends with the day")
    play.ask(theme=tour["theme"], day=tour["day"])
    play.call("tours_on", {"day": tour["day"]})
    play.learn(
        "It begins at {begins} and takes {minutes} minutes, so it ends at {end}.",
        "{minutes} minutes from {begins} on, so until {end}.",
        begins=tour["begins"],
        minutes=tour["minutes"],
        end=end_of(tour),
    )
    closes = play.call("opening_times", {"day": tour["day"]})["closes"]
    play.learn(
        "The museum closes at {closes}, {left} minutes after {end}.",
        "From {end} to {closes} there are {left} minutes.",
        closes=closes,
        left=minutes_of(closes) - minutes_of(end_of(tour)),
    )
    play.conclude(
        "{left} minutes: the tour ends at {end}, and the museum closes at {closes}.",
        "You have {left} minutes after the tour.",
        facts=["left"],
        derived=["left"],
    )


@MUSEUM.intent(
    goal="move tour booking {code} to a later tour on the same day",
    wordings=(
        "move tour booking {code} to the next tour of that day that has room for all of us",
        "We'll be late. Put our tour booking {code} on a later tour of the same day, the next with enough places.",
        "swap {code} for the next possible tour on the same day, same name, same number of people",
        "I overslept! My tour booking is {code}; a later tour that day would be great, the first that can take us.",
        "give up {code} and book the same party onto the next tour of the day that has enough places",
        "find a later tour for the group with booking {code}, on the same day, and move them there",
        "~{code} -> next tour same day",
        "~later tour for {code}, same people",
    ),
    essential="book_tour",
    split=Split.TEST,
)
def later_tour(play: Play) -> None:
    """Four calls: what was booked, what comes later, the new booking, the old one cancelled."""
    booking = play.draw.pick(list(play.state["bookings"].values()))
    tours = tours_of(play.state, play.state["tours"][str(booking["tour"])]["day"])
    booking["tour"] = tours[0]["tour"]
    tours[2]["places"] += booking["people"]
    play.ask(code=booking["code"])
    found = play.call("find_tour_booking", {"code": booking["code"]})
    play.learn(
        "{name} has {people} places on the {begins} tour of {day}.",
        "It is for {name} and {people:n person}, on {day} at {begins}.",
        name=found["name"],
        people=found["people"],
        begins=found["begins"],
        day=found["day"],
    )
    listed = play.call("tours_on", {"day": found["day"]})
    new = next(one for one in listed if one["begins"] > found["begins"] and one["places"] >= found["people"])
    play.learn(
        "The next one with room is tour {tour} at {time}.",
        "Tour {tour} at {time} has {places:n place} left, which is enough.",
        tour=new["tour"],
        time=new["begins"],
        places=new["places"],
    )
    made = play.call("book_tour", {"tour": new["tour"], "people": found["people"], "name": found["name"]})
    play.learn("The new code is {new}; {code} can be cancelled.", "{new} is the new booking.", new=made["code"])
    play.call("cancel_tour_booking", {"code": booking["code"]})
    play.learn("{code} is off the list.", "The old booking {code} is cancelled.")
    play.conclude(
        "You are on tour {tour} at {time} now. The new code is {new}.",
        "The {time} tour, number {tour}, takes all {people} of you: booking {new}. {code} is cancelled.",
        facts=["time", "new"],
    )


@MUSEUM.intent(
    goal="reserve audio guides in {language} for everybody of tour booking {code}",
    wordings=(
        "reserve audio guides in {language} for everybody in tour booking {code}",
        "The group of booking {code} wants audio guides in {language}, one for each, on the day of their tour.",
        "set aside as many {language} audio guides as there are people in {code}, for that day",
        "we come with tour booking {code} and each of us would like an audio guide in {language}. Can "
        "you arrange that?",
        "get {language} audio guides for all the people of {code} on their day",
        "None of those with tour booking {code} hears well. Please have an audio guide in {language} "
        "ready for each of them.",
        "~{code}: audio guides, {language}, all",
        "~{language} headsets for whole group {code}",
    ),
    essential="reserve_guides",
    missing=Missing(
        wordings=(
            "reserve audio guides in {language} for our whole tour group",
            "Each of us would like an audio guide in {language} on the day of our tour. Can you arrange that?",
            "set aside as many {language} audio guides as there are people in our tour booking",
            "~audio guides {language} for our group",
        ),
        needs="the code of the tour booking",
        goal="reserve audio guides in {language} for a tour group",
        slot="code",
    ),
    split=Split.TEST,
)
def guides_for_group(play: Play) -> None:
    """Two calls: day and number come from the booking."""
    booking = play.draw.pick(list(play.state["bookings"].values()))
    play.ask(code=booking["code"], language=play.draw.pick(LANGUAGES))
    found = play.call("find_tour_booking", {"code": booking["code"]})
    play.learn(
        "{code} is for {people:n person} on {day}.",
        "There are {people} in the group, and their day is {day}.",
        people=found["people"],
        day=found["day"],
    )
    play.call(
        "reserve_guides",
        {"day": found["day"], "count": found["people"], "language": play.slots["language"]},
        does="reserve {count} {language} audio guides for {day}",
    )
    play.learn("{people} audio guides are set aside.", "The desk keeps {people} of them for {day}.")
    play.conclude(
        "{people} audio guides in {language} are reserved for {day}.",
        "Done: {people:n audio guide}, {language}, {day}.",
        facts=["people", "day"],
    )
