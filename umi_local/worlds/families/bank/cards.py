"""Cards: frozen and woken, limited, lost and replaced."""

from __future__ import annotations

from umi_local.worlds.facts import NO, Fact
from umi_local.worlds.families.bank.service import BANK, MAX_LIMIT, REASONS, account_row, any_account, any_card
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@BANK.intent(
    goal="freeze card {card}",
    wordings=(
        "freeze card {card}",
        "freeze my card ending in {card}, please",
        "I can't find the card with {card} at the end. Freeze it until I have looked everywhere.",
        "put the card {card} on ice for now",
        "Nobody must be able to pay with {card} today. Can you freeze it?",
        "My card {card} should be frozen until further notice.",
        "We're going on a trip and leave card {card} at home. Please freeze it.",
        "~freeze {card}",
        "~card {card} -> frozen",
    ),
    essential="set_card_state",
    missing=Missing(
        wordings=(
            "freeze my card",
            "I can't find my card. Freeze it until I have looked everywhere.",
            "can you put one of my cards on ice for now?",
            "We're going on a trip and leave a card at home. Please freeze it.",
            "~freeze card",
        ),
        needs="the number of the card",
        goal="freeze a card",
        slot="card",
    ),
    split=Split.TRAIN,
)
def freeze(play: Play) -> None:
    """One call, refused where the card is frozen already or blocked for good."""
    card = any_card(play)
    card["state"] = play.draw.pick(("active", "active", "active", "frozen", "blocked"))
    play.ask(card=card["card"])
    reply = play.attempt("set_card_state", {"card": card["card"], "to": "frozen"}, does="freeze card {card}")
    if not reply.failed:
        play.learn("Card {card} is frozen now.", "The card {card} has the state frozen.")
        play.conclude(
            "Card {card} is frozen.",
            "I froze the card ending in {card}.",
            "Done, nobody can pay with {card} now.",
            facts=["card"],
        )
    elif card["state"] == "frozen":
        play.learn("It was frozen before, so nothing changed.", "Card {card} is frozen already.")
        play.conclude(
            "Card {card} was frozen already.",
            "Nothing to do: {card} is frozen already.",
            facts=[Fact("text", "already")],
            why=("There is nothing left to do but to say so.", "So it is as the user wants it."),
        )
    else:
        play.learn("Card {card} is blocked for good, so it can't be frozen.", "It is blocked for good.")
        play.conclude(
            "Card {card} can't be frozen because it is blocked for good.",
            "That isn't possible: {card} is blocked for good and can only be replaced.",
            facts=[NO, Fact("text", "blocked")],
            why=("Freezing is out of the question then, and I say so.", "That can't be undone, so I report it."),
        )


@BANK.intent(
    goal="block card {card}, which is {reason}, and have a new one sent",
    wordings=(
        "My card {card} is {reason}, please send me a new one.",
        "block {card} for good and replace it, because it's {reason}",
        "Card {card} is {reason}. I need a replacement.",
        "order a new card in place of {card}; the old one is {reason}",
        "I have to report that card {card} is {reason}. When will the new one be here?",
        "the card ending in {card} is {reason}, could you get it replaced?",
        "Please exchange {card}. It is {reason}, so I can't use it any more.",
        "~{card} {reason}, new card",
        "~replace {card} ({reason})",
    ),
    essential="replace_card",
    missing=Missing(
        wordings=(
            "send me a new card in place of {card}",
            "block {card} for good and replace it",
            "I need a replacement for card {card}.",
            "could you get the card ending in {card} replaced?",
            "~replace {card}",
        ),
        needs="the reason, that is whether it is lost, stolen, damaged or expired",
        goal="replace card {card}",
        slot="reason",
        replies=("it's {value}", "{value}", "The card is {value}."),
    ),
    split=Split.TRAIN,
)
def replace(play: Play) -> None:
    """One call; its result is a number and a date."""
    card = any_card(play)
    play.ask(card=card["card"], reason=play.draw.pick(REASONS))
    made = play.call("replace_card", {"card": card["card"], "reason": play.slots["reason"]})
    play.learn(
        "Card {card} is blocked, and {new} arrives on {date}.",
        "The new card is {new}, expected on {date}.",
        new=made["new_card"],
        date=made["arrives_on"],
    )
    play.conclude(
        "Card {card} is blocked. The new one ends in {new} and arrives on {date}.",
        "Your new card, {new}, should be with you on {date}; {card} can't be used any more.",
        "I replaced {card}: the new card {new} comes on {date}.",
        facts=["new", "date"],
    )


@BANK.intent(
    goal="replace the {reason} {kind} card of the {account} account",
    wordings=(
        "My {kind} card for the {account} account is {reason}, get me another one.",
        "The {kind} card that belongs to {account} is {reason}. I can't tell the number. Replace it, please.",
        "replace the {kind} card on {account}, reason: {reason}",
        "I need a new {kind} card for {account} since mine is {reason}. On which day does it come?",
        "could you exchange the {kind} card of my {account} account? it's {reason}",
        "withdraw the {reason} {kind} card of {account} and have the bank send a fresh one",
        "~{account} {kind} card {reason}: replacement",
        "~new {kind} card for {account}, old one {reason}",
    ),
    essential="replace_card",
    split=Split.TEST,
)
def replace_by_account(play: Play) -> None:
    """Three calls: the account, its card, and the replacement."""
    account = any_account(play)
    own = [card for card in play.state["cards"].values() if card["account"] == account["account"]]
    card = play.draw.pick(own)
    play.ask(account=account["name"], kind=card["kind"], reason=play.draw.pick(REASONS))
    number = account_row(play, account["name"])["account"]
    listed = play.call("list_cards")
    code = next(row["card"] for row in listed if row["account"] == number and row["kind"] == card["kind"])
    play.learn("The {kind} card of {number} is {card}.", "{card} is the {kind} card of that account.", card=code)
    made = play.call("replace_card", {"card": code, "reason": play.slots["reason"]}, does="replace card {card}")
    play.learn(
        "The replacement {new} comes on {date}.",
        "{new} will be there on {date}.",
        new=made["new_card"],
        date=made["arrives_on"],
    )
    play.conclude(
        "Card {card} is blocked, and its successor {new} arrives on {date}.",
        "I had {card} replaced. The new {kind} card ends in {new} and comes on {date}.",
        facts=["new", "date"],
    )


@BANK.intent(
    goal="wake every card that is frozen",
    wordings=(
        "unfreeze all my cards that are frozen",
        "see which of my cards are frozen and activate them again",
        "I'm back from the trip. Make the frozen cards usable again, please.",
        "wake up any card of mine that is frozen, and tell me which one it was",
        "set every frozen card back to active",
        "I think I froze something last week. Undo that, whichever card it was.",
        "A shop refused my card. Should one be frozen, please switch it on again.",
        "~frozen cards -> active",
        "~unfreeze whatever is frozen",
    ),
    split=Split.TRAIN,
)
def wake_cards(play: Play) -> None:
    """One call, and another for each card that is frozen: none, one or two."""
    cards = list(play.state["cards"].values())
    for card in play.draw.sample(cards, play.draw.pick((0, 1, 1, 2))):
        card["state"] = "frozen"
    play.ask()
    listed = play.call("list_cards", decides=True)
    frozen = [row["card"] for row in listed if row["state"] == "frozen"]
    if not frozen:
        play.learn(
            "All {count} cards are active, so none has to be woken.",
            "None of the {count} cards is frozen.",
            count=len(listed),
        )
        play.conclude("None of your cards is frozen.", "No card is frozen; all {count} are active.", facts=[NO])
        return
    play.learn("Frozen: {frozen}.", "The state frozen stands at {frozen}.", frozen=frozen)
    for code in frozen:
        play.call("set_card_state", {"card": code, "to": "active"}, does="set card {card} to active")
        play.learn("Card {woken} is active again.", "{woken} works again.", woken=code)
    play.conclude(
        "Active again: {frozen}.",
        "I unfroze {frozen}.",
        "{frozen} can be used again.",
        facts=["frozen"],
    )


@BANK.intent(
    goal="set the daily limit of card {card} to {limit}, or as high as the bank allows",
    wordings=(
        "set the daily limit of card {card} to {limit}, or to the maximum if that's too much",
        "I'm buying a used car. Card {card} should allow {limit} a day, or whatever the bank's maximum is.",
        "raise the limit on {card} to {limit} per day; if they don't permit that, take the highest they do",
        "let me spend {limit} a day with {card}. If it's more than allowed, then the most that is allowed.",
        "Card {card}: daily limit {limit} please, and if refused, the greatest limit possible.",
        "get the day limit of {card} to {limit} or as close to that as the bank lets you",
        "~limit {card} = {limit} or max",
        "~{card}: {limit} a day, else highest possible",
    ),
    essential="set_card_limit",
    split=Split.DEV,
)
def limit(play: Play) -> None:
    """One call, or two: the refusal names the highest limit."""
    card = any_card(play)
    wished = play.draw.pick((play.draw.whole(1300, 2400, 100), play.draw.whole(2600, 6000, 100)))
    play.ask(card=card["card"], limit=wished)
    reply = play.attempt(
        "set_card_limit",
        {"card": card["card"], "limit": wished},
        why=(
            "I try {limit} for card {card} with {tool}; a refusal should name the maximum.",
            "Whether {limit} is allowed on card {card} shows when I ask {tool} to set it.",
        ),
    )
    if reply.failed:
        play.learn(
            "{limit} is too high; the bank allows {most}.", "The bank says {most} is the highest.", most=MAX_LIMIT
        )
        play.call(
            "set_card_limit", {"card": card["card"], "limit": MAX_LIMIT}, does="set the limit of {card} to {most}"
        )
        play.learn("{most} was accepted.", "The limit is {most} now.")
        play.conclude(
            "{limit} was not allowed, so card {card} has the highest limit now: {most} a day.",
            "The bank doesn't permit {limit}. I set {card} to the maximum of {most}.",
            facts=["most"],
        )
    else:
        play.learn("The limit of {card} is {limit} now.", "{limit} was accepted.")
        play.conclude(
            "Card {card} has a daily limit of {limit} now.",
            "Done: {limit} a day for card {card}.",
            facts=["limit"],
        )


@BANK.intent(
    goal="set the daily limit of card {card} to {limit}",
    wordings=(
        "set the daily limit of card {card} to {limit}",
        "card {card} should not allow more than {limit} a day, can you do that?",
        "My daughter gets card {card}, so bring its daily limit down to {limit}.",
        "make {limit} the most that can be spent with {card} in a day",
        "I'd feel better if nobody could pay more than {limit} a day with {card}.",
        "change the limit per day of my card {card} to {limit}",
        "is it possible to have a limit of {limit} a day on the card ending in {card}?",
        "~limit {card}: {limit}",
        "~{card} max {limit} per day",
    ),
    essential="set_card_limit",
    missing=Missing(
        wordings=(
            "change the daily limit of card {card}",
            "My daughter gets card {card}, so bring its daily limit down.",
            "can you put another limit per day on the card ending in {card}?",
            "~new limit {card}",
        ),
        needs="the new limit",
        goal="change the daily limit of card {card}",
        slot="limit",
    ),
    split=Split.TRAIN,
)
def lower_limit(play: Play) -> None:
    """One call; refused where the card is blocked."""
    card = any_card(play)
    card["state"] = play.draw.pick(("active", "active", "active", "blocked"))
    play.ask(card=card["card"], limit=play.draw.whole(50, 900, 25))
    reply = play.attempt("set_card_limit", {"card": card["card"], "limit": play.slots["limit"]})
    if reply.failed:
        play.learn("The card {card} is blocked for good, so its limit can't be set.", "A blocked card takes no limit.")
        play.conclude(
            "That did not work: card {card} is blocked for good.",
            "I could not set a limit, since card {card} is blocked for good. It would have to be replaced.",
            facts=[NO, Fact("text", "blocked")],
            why=("The user should know that.", "So the limit stays as it is."),
        )
        return
    play.learn("Card {card} allows {limit} a day now.", "The daily limit of {card} is {limit}.")
    play.conclude(
        "The daily limit of card {card} is {limit} now.",
        "From now on card {card} allows {limit} a day.",
        "Done: {card} has a limit of {limit} per day.",
        facts=["card", "limit"],
    )
