"""Wishes and reviews: free words that are passed on."""

from __future__ import annotations

from umi_local.worlds.draw import Pool
from umi_local.worlds.families.dining.scene import (
    DINING,
    any_house,
    any_reservation,
)
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

WISHES = Pool(
    """a cake with a candle|a chair with arms|a cushion for the chair|a glass of water for the dog|a high chair
    |a knife for left-handers|a large print menu|a menu in Braille|a place for a buggy|a place for a guitar case
    |a quiet corner|a quick lunch within an hour|a seat away from the door|a seat for a service dog
    |a seat near the fire|a small vase|a socket for a laptop|a spot in the shade|a table away from the kitchen
    |a table by the wall|a table that doesn't wobble|a toast at eight o'clock|a vegan dessert|an early dessert
    |an English menu|candles on the table|children's cutlery|coffee without caffeine|crayons for the kids
    |decaf tea|extra napkins|flowers on the table|four small bills|gluten-free bread|low-salt cooking
    |dishes without garlic|quiet music|a nut-free table|one bill for all|one shared dessert|red roses
    |room for a wheelchair|separate bills|smaller portions|soft background music|some space for gifts
    |sparkling water at once|space for two prams|spare plates|still water only|sugar-free drinks
    |the corner with the bookshelf|the set menu|the view of the square|two booster seats|two high chairs
    |unsalted butter|warm bread at the start|warm plates"""
)


@DINING.intent(
    goal="ask for {wish} with reservation {number}",
    wordings=(
        "tell the restaurant that we'd like {wish} with reservation {number}",
        "add a wish to reservation {number}: {wish}",
        "for reservation {number}, could they arrange {wish}?",
        "We come with number {number} and need {wish}. Please let them know.",
        "note {wish} as a request for {number}",
        "It would make the evening perfect to have {wish}. The reservation is {number}; please pass it on.",
        "~{number}: {wish}",
        "~wish for {number}: {wish}",
    ),
    essential="add_wish",
    missing=Missing(
        wordings=(
            "tell the restaurant that we'd like {wish}",
            "add a wish to my reservation: {wish}",
            "It would make the evening perfect to have {wish}. Please pass it on.",
            "~wish: {wish}",
        ),
        needs="the number of the reservation",
        goal="pass on a wish to a restaurant",
        slot="number",
    ),
    split=Split.TRAIN,
)
def wish(play: Play) -> None:
    """One call with free words."""
    play.ask(number=any_reservation(play)["number"], wish=play.draw.of(WISHES))
    made = play.call("add_wish", {"number": play.slots["number"], "wish": play.slots["wish"]})
    play.learn(
        "{restaurant} has the wish on its list for {number}.",
        "The wish is noted at {restaurant}.",
        restaurant=made["restaurant"],
    )
    play.conclude(
        "{restaurant} knows now that you would like {wish}.",
        "I passed it on to {restaurant}: {wish}.",
        "Noted for reservation {number} at {restaurant}: {wish}.",
        facts=["restaurant"],
    )


_COMMENTS = Pool(
    """a lovely evening|bring earplugs|charming staff|cold soup and warm wine|come hungry|cosy and quiet
    |dessert was the best part|every dish was a hit|friendly but slow|generous portions
    |good food at a fair price|great for families|hard to find|honest home cooking
    |it was too dark to read the menu|kind waiters|lovely terrace|much too loud|never again|nice view, dull food
    |our new favourite|overpriced|perfect for a first date|small tables, big hearts|soggy chips
    |the bill was wrong twice|the bread alone is worth it|the chef came out to greet us|the music was awful
    |the sauce was heavenly|they forgot our drinks|too much salt|very clean|very small portions|warm welcome
    |we felt at home|we waited for an hour|we will be back|wonderful wine list|worth every coin"""
)


@DINING.intent(
    goal="leave a review of {restaurant} with {n_stars:n star}<, saying: {comment}>",
    wordings=(
        "give {restaurant} {n_stars:n star}<, comment: {comment}>",
        "leave a review of {restaurant} with {n_stars:n star}< and the words: {comment}>",
        "We ate at {restaurant}. {n_stars} out of 5<, and write: {comment}>.",
        "rate {restaurant} with {n_stars} of 5 stars< and add: {comment}>",
        "post {n_stars:n star} for {restaurant}<, with this text: {comment}>",
        "As for last night at {restaurant}, I'd say {n_stars:n star}.< My comment: {comment}.> Please post that.",
        "~review {restaurant}: {n_stars}/5<, {comment}>",
        "~{restaurant} {n_stars:n star}< ({comment})>",
    ),
    essential="leave_review",
    split=Split.TRAIN,
)
def review(play: Play) -> None:
    """One call; the comment may be left out."""
    comment = play.draw.of(_COMMENTS) if play.draw.chance(0.6) else None
    play.ask(restaurant=any_house(play)["restaurant"], n_stars=play.draw.whole(1, 5), comment=comment)
    play.call("leave_review", {key: play.slots[key] for key in ("restaurant", "n_stars", "comment")})
    play.learn("The review of {restaurant} is posted.", "{restaurant} has its {n_stars:n star}.")
    play.conclude(
        "I posted {n_stars:n star} for {restaurant}.",
        "Your review of {restaurant} is up, with {n_stars:n star}.",
        facts=["n_stars", "restaurant"],
    )
