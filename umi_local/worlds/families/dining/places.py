"""What users ask about restaurants: hours, features, ratings."""

from __future__ import annotations

from umi_local.worlds.dates import minutes_later, minutes_of
from umi_local.worlds.facts import NO, YES
from umi_local.worlds.families.dining.scene import DINING, any_house
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@DINING.intent(
    goal="tell whether {restaurant} is still open at {time}",
    wordings=(
        "is {restaurant} still open at {time}?",
        "check whether {restaurant} is open at {time}",
        "our train gets in at {time}. Would {restaurant} still be open?",
        "could we turn up at {restaurant} at {time}, or would the doors be closed?",
        "I'd like a late bite at {restaurant}, at about {time}. Do they close before that?",
        "find out if {restaurant} has its doors open at {time}",
        "does {restaurant} close before {time} or after?",
        "~{restaurant} open at {time}?",
        "~open {time}? {restaurant}",
    ),
    essential="opening_hours",
    missing=Missing(
        wordings=(
            "is that restaurant still open at {time}?",
            "check whether they are open at {time}",
            "Our train gets in at {time}. Would the place still be open?",
            "~open at {time}?",
        ),
        needs="the name of the restaurant",
        goal="tell whether a restaurant is open at {time}",
        slot="restaurant",
    ),
    split=Split.TRAIN,
)
def open_late(play: Play) -> None:
    """One call and a comparison of times."""
    house = any_house(play)
    time = minutes_later(house["closes"], play.draw.pick((-75, -45, -30, -15, 15, 30, 45)))
    if time < "12:00":
        raise play.unsuitable("after midnight")
    play.ask(restaurant=house["restaurant"], time=time)
    found = play.call("opening_hours", {"restaurant": house["restaurant"]})
    play.slots.update(closes=found["closes"], left=minutes_of(found["closes"]) - minutes_of(time))
    if play.slots["left"] > 0:
        play.learn(
            "{restaurant} closes at {closes}, {left} minutes after {time}.",
            "It is open until {closes}, so {time} is within the hours.",
        )
        play.conclude(
            "Yes, {restaurant} is open until {closes}.",
            "Yes, at {time} it is open; it closes at {closes}.",
            "It is: the doors close at {closes}.",
            facts=[YES, "closes"],
        )
    else:
        play.learn("{restaurant} closes at {closes}, which is before {time}.", "By {time} it has closed, at {closes}.")
        play.conclude(
            "No, {restaurant} closes at {closes}.",
            "At {time} it is not open any more, since it closes at {closes}.",
            facts=[NO, "closes"],
        )


@DINING.intent(
    goal="work out the daily hours of {restaurant} and find its day off",
    wordings=(
        "how many hours a day is {restaurant} open, and which day is it closed?",
        "tell me the closing day of {restaurant} and how long it's open on the others, in hours",
        "For a feature on {restaurant} I need its day off and the hours that it is open a day.",
        "on what weekday does {restaurant} rest, and for how many hours is it open otherwise?",
        "work out the daily opening time of {restaurant} in hours and name its day off",
        "My friend wants to work at {restaurant}. How long is it open each day, and which day is free?",
        "~{restaurant}: hours open per day, day off",
        "~day off + daily hours {restaurant}",
    ),
    essential="opening_hours",
    missing=Missing(
        wordings=(
            "how many hours a day is that restaurant open, and which day is it closed?",
            "tell me the closing day of the restaurant and how long it's open on the others, in hours",
            "My friend has a new job as a cook. How long is the place open each day, and which day is free?",
            "~hours open per day, day off?",
        ),
        needs="the name of the restaurant",
        goal="find the daily hours and the day off of a restaurant",
        slot="restaurant",
    ),
    split=Split.TEST,
)
def daily_hours(play: Play) -> None:
    """One call, and a difference of times."""
    play.ask(restaurant=any_house(play)["restaurant"])
    found = play.call("opening_hours", {"restaurant": play.slots["restaurant"]})
    hours = (minutes_of(found["closes"]) - minutes_of(found["opens"])) / 60
    play.learn(
        "From {opens} to {closes} makes {hours} hours; the day off is {rest}.",
        "It is open from {opens} to {closes}, so {hours} hours, but not on {rest}.",
        opens=found["opens"],
        closes=found["closes"],
        hours=int(hours) if hours == int(hours) else hours,
        rest=found["closed_on"],
    )
    play.conclude(
        "{restaurant} is open {hours} hours a day and closed on {rest}.",
        "{hours} hours, every day but {rest}.",
        "The day off is {rest}; on the other days it's open for {hours} hours.",
        facts=["hours", "rest"],
        derived=["hours"],
    )


_FEATURES = {
    "cards": ("takes cards", "you can pay by card", "cards aren't taken"),
    "dogs": ("allows dogs", "dogs are allowed", "dogs are not allowed"),
    "step_free": (
        "can be entered with a wheelchair",
        "the entrance is step-free",
        "there are steps, so it is not step-free",
    ),
}


@DINING.intent(
    goal="find the phone number of {restaurant} and whether it {feature}",
    wordings=(
        "can you tell me if {restaurant} {feature}, and the phone number?",
        "find out whether {restaurant} {feature} and give me its number, too",
        "I need to know if {restaurant} {feature}, and the number to ring them on.",
        "look up {restaurant}: the phone number, and whether it {feature}",
        "Before I propose {restaurant} to the others: is it true that it {feature}? And what's the phone number?",
        "what is the number of {restaurant}, and is it a place that {feature}?",
        "~{restaurant}: phone? {feature}?",
        "~{feature}? {restaurant}, plus phone",
    ),
    essential="restaurant_info",
    split=Split.TRAIN,
)
def feature_and_phone(play: Play) -> None:
    """One call: yes or no, and a number of digits."""
    key = play.draw.pick(list(_FEATURES))
    feature, good, bad = _FEATURES[key]
    play.ask(restaurant=any_house(play)["restaurant"], feature=feature)
    found = play.call("restaurant_info", {"restaurant": play.slots["restaurant"]})
    play.slots.update(phone=found["phone"], good=good, bad=bad)
    if found[key]:
        play.learn("It {feature}, and the number is {phone}.", "The details say that {good}; phone {phone}.")
        play.conclude(
            "Yes, {good} at {restaurant}. The number is {phone}.",
            "Yes, {restaurant} {feature}. You can call {phone}.",
            facts=[YES, "phone"],
        )
    else:
        play.learn("The details of {restaurant} say that {bad}; phone {phone}.", "There, {bad}. The number is {phone}.")
        play.conclude(
            "No, {bad} at {restaurant}. The number is {phone}.",
            "I'm afraid {bad}. You can call {phone} to ask.",
            facts=[NO, "phone"],
        )


@DINING.intent(
    goal="find the best rated {cuisine} restaurant and tell where it is",
    wordings=(
        "where is the best rated {cuisine} restaurant?",
        "give me the name and the address of the {cuisine} place with the highest rating",
        "I feel like {cuisine} food tonight. Which house has the best rating, and what's the address?",
        "find the {cuisine} restaurant that people rate highest and tell me the street",
        "our guests want {cuisine} cooking, the top rated place. Name and address, please.",
        "which {cuisine} restaurant has the most stars, and at what address is it?",
        "~best {cuisine}, address",
        "~top rated {cuisine} restaurant + street",
    ),
    essential="restaurant_info",
    missing=Missing(
        wordings=(
            "where is the best rated restaurant for the kind of food I like?",
            "I feel like eating out. Which place with my favourite cooking has the best rating, and where is it?",
            "find the top rated place with the cuisine I want, and its address",
            "~best rated restaurant of one cuisine, address",
        ),
        needs="the cuisine",
        goal="find the best rated restaurant of a cuisine",
        slot="cuisine",
        replies=("{value}", "{value}, please", "{value} food", "I'd like {value}", "It should be {value}."),
    ),
    split=Split.TRAIN,
)
def best_rated(play: Play) -> None:
    """Two calls: a comparison, then the winner's address."""
    play.ask(cuisine=any_house(play)["cuisine"])
    found = play.call("find_restaurants", {"cuisine": play.slots["cuisine"]})
    best = max(found, key=lambda house: house["rating"])
    play.learn(
        "{restaurant} has the highest rating, {rating}.",
        "With {rating}, {restaurant} is rated best of {n}." if len(found) > 1 else "The only one is {restaurant}.",
        restaurant=best["restaurant"],
        rating=best["rating"],
        n=len(found),
    )
    house = play.call("restaurant_info", {"restaurant": best["restaurant"]})
    play.learn("Its address is {address}.", "{restaurant} is at {address}.", address=house["address"])
    play.conclude(
        "{restaurant}, {address}, rated {rating}.",
        "The best rated is {restaurant} at {address}.",
        "Go to {restaurant}: {address}. Its rating is {rating}.",
        facts=["restaurant", "address"],
    )
