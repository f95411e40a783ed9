"""The game's server: its scene and what it can do."""

from __future__ import annotations

from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.draw import Draw, Pool
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.family import Family
from umi_local.worlds.operations import Param, ident, one_of, text, whole
from umi_local.worlds.play import Play

FAMILY = GAMES = Family("games", "[game|realm|mmo|rpg|gameserver|guildhall]", frozenset({"games", "leaderboards"}))

PLAYERS = Pool(
    f"{first}{last}"
    for first in ("Ash", "Bram", "Cinder", "Dusk", "Ember", "Frost", "Gale", "Hazel", "Iron", "Jade", "Moon", "Night")
    for last in (
        "bane",
        "blade",
        "fang",
        "feather",
        "heart",
        "mane",
        "shade",
        "song",
        "thorn",
        "walker",
        "wick",
        "wing",
    )
)
GUILDS = Pool(
    f"{first} {last}"
    for first in ("Amber", "Black", "Crimson", "Hollow", "Iron", "Northern", "Pale", "Silent", "Silver", "Wandering")
    for last in ("Anvils", "Foxes", "Hammers", "Lanterns", "Oaks", "Owls", "Ravens", "Shields", "Tides", "Wardens")
)
ITEMS = Pool(
    f"{first} {last}"
    for first in ("ashen", "bone", "bronze", "dragon", "elven", "frozen", "gilded", "iron", "moon", "oak", "runed")
    for last in (
        "amulet",
        "axe",
        "bow",
        "crown",
        "dagger",
        "helmet",
        "lance",
        "lute",
        "ring",
        "shield",
        "staff",
        "sword",
    )
)
REGIONS = Pool(
    f"{first}{last}"
    for first in ("Amber", "Barrow", "Cold", "Dawn", "Elder", "Fen", "Grim", "Mist", "Raven", "Stone", "Sun", "Wolf")
    for last in ("dale", "fell", "ford", "haven", "mere", "moor", "reach", "vale")
)
TITLES = Pool(
    f"The {first} {last}"
    for first in ("Broken", "Burning", "Cursed", "Drowned", "Forgotten", "Hidden", "Last", "Lost", "Silent", "Stolen")
    for last in ("Bell", "Bridge", "Caravan", "Crown", "Ferry", "Harvest", "Key", "Lantern", "Map", "Shrine", "Tower")
)
CLASSES = ("bard", "cleric", "druid", "knight", "mage", "monk", "ranger", "rogue", "shaman", "warrior")
BOARDS = ("arena", "crafting", "fishing", "racing")
RARITIES = ("common", "uncommon", "rare", "epic")
MAX_QUESTS = 3

PLAYER = Param(
    "player",
    "[player|character|hero|avatar|adventurer] [name|handle|]",
    text(),
    "[name|exact name] of the [player|character]",
)
GUILD = Param("guild", "[guild|clan|order|company] [name|title|]", text(), "[name|full name] of the guild")
QUEST = Param("quest", "[quest|mission|adventure] [code|id|key|no]", text(), "[code|key] of the quest")
ITEM = Param("item", "[item|gear|piece|loot|object] [name|title|]", text(), "[name|full name] of the item")


@GAMES.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Three guilds with their players, two regions with quests, four leaderboards and some offers."""
    names, guilds = draw.several_of(PLAYERS, 8), draw.several_of(GUILDS, 3)
    homes: list[str | None] = [*guilds, *guilds, draw.pick(guilds), None]
    players = {name: _player(draw, name, home) for name, home in zip(names, homes, strict=True)}
    items = draw.several_of(ITEMS, 8)
    return {
        "players": players,
        "bags": {name: [_item(draw, item) for item in draw.sample(items, draw.whole(3, 4))] for name in names},
        "guilds": {guild: _guild(draw, guild, names[i]) for i, guild in enumerate(guilds)},
        "quests": _quests(draw),
        "logs": {name: [] for name in names},
        "boards": {board: _scores(draw, draw.sample(names, 5)) for board in BOARDS},
        "offers": _offers(draw, items, names),
    }


def _player(draw: Draw, name: str, guild: str | None) -> dict[str, Any]:
    return {
        "name": name,
        "class": draw.pick(CLASSES),
        "level": draw.whole(8, 60),
        "gold": draw.whole(40, 2400),
        "guild": guild,
        "last_seen": draw.day("2026-01-05", "2026-06-20"),
    }


def _item(draw: Draw, name: str) -> dict[str, Any]:
    return {"item": name, "rarity": draw.pick(RARITIES), "power": draw.whole(5, 95), "value": draw.whole(12, 880)}


def _guild(draw: Draw, name: str, leader: str) -> dict[str, Any]:
    return {
        "name": name,
        "leader": leader,
        "seats": draw.whole(4, 8),
        "min_level": draw.whole(1, 5),
        "treasury": draw.whole(3, 90) * 100,
    }


def _quests(draw: Draw) -> dict[str, Any]:
    regions, titles = draw.several_of(REGIONS, 2), draw.several_of(TITLES, 6)
    rewards = draw.sample(range(60, 900, 5), 6)
    found = {}
    for i, title in enumerate(titles):
        code = draw.code("Q-###")
        found[code] = {
            "code": code,
            "title": title,
            "region": regions[i % 2],
            "min_level": draw.whole(5, 50),
            "reward": rewards[i],
            "ends_on": draw.day("2026-07-01", "2026-09-30"),
        }
    return found


def _scores(draw: Draw, names: list[str]) -> dict[str, int]:
    return dict(zip(names, draw.sample(range(400, 4000), len(names)), strict=True))


def _offers(draw: Draw, items: list[str], names: list[str]) -> dict[str, Any]:
    numbers, prices = draw.sample(range(200, 990), 6), draw.sample(range(15, 700), 6)
    sellers = draw.sample(names, 6)
    return {
        str(number): {"offer": number, "item": items[i // 3], "seller": sellers[i], "price": prices[i]}
        for i, number in enumerate(numbers)
    }


def _entry(table: dict[str, Any], name: str, kind: str) -> dict[str, Any]:
    """Return what a table has under a name, however it is capitalized."""
    for key, entry in table.items():
        if key.casefold() == name.strip().casefold():
            found: dict[str, Any] = entry
            return found
    raise RefusedError(f"there is no {kind} {name}")


def any_player(play: Play) -> dict[str, Any]:
    """Return one of the players."""
    found: dict[str, Any] = play.draw.pick(list(play.state["players"].values()))
    return found


def any_quest(play: Play) -> dict[str, Any]:
    """Return one of the quests."""
    found: dict[str, Any] = play.draw.pick(list(play.state["quests"].values()))
    return found


def members(state: dict[str, Any], guild: str) -> list[dict[str, Any]]:
    """Return the members of a guild in the order of their names."""
    own = [player for player in state["players"].values() if player["guild"] == guild]
    return sorted(own, key=lambda player: str(player["name"]))


@GAMES.operation(
    names="[get|find|show|look up|fetch] [player|character|hero] [profile|card|sheet|]",
    about="[Get|Show|Look up|Return] the [profile|sheet|card] of a [player|character].",
    does="[look up|check] the profile of {player}",
    params=[PLAYER],
    labels={"last_seen": "[last seen|last online|last login]", "gold": "[gold|coins|purse]"},
)
def player_profile(state: dict[str, Any], player: str) -> JsonValue:
    """A player's class, level, gold, guild and the day of the last visit."""
    return dict(_entry(state["players"], player, "player"))


@GAMES.operation(
    names="[list|show|get|open|view] [inventory|bag|backpack|items] [of player|of character|of hero|]",
    about="[List|Show|Get] [the items|everything] that a [player|character] carries.",
    does="[list|see] what {player} carries",
    params=[PLAYER],
    labels={"value": "[value|worth|price]", "power": "[power|strength]", "rarity": "[rarity|grade]"},
)
def inventory_of(state: dict[str, Any], player: str) -> JsonValue:
    """What a player carries."""
    return [dict(item) for item in state["bags"][_entry(state["players"], player, "player")["name"]]]


@GAMES.operation(
    names="[list|find|show|search] [quests|missions|adventures] [in region|by region|of area|nearby|]",
    about="[List|Find|Show] the [quests|missions] of a region[.|, up to a level if one is given.]",
    does="list the quests in {region}< that level {max_level} allows>",
    params=[
        Param("region", "[region|area|zone|land] [name|]", text(), "[name of the region|where]"),
        Param(
            "max_level",
            "[max|highest|top|up to] [level|player level|required level]",
            whole(1, 100),
            "only quests that [need|ask for] at most this level",
            optional=True,
        ),
    ],
    labels={"min_level": "[min level|required level|level needed]", "reward": "[reward|gold reward|pays]"},
)
def quests_in(state: dict[str, Any], region: str, max_level: int | None) -> JsonValue:
    """The quests of a region, those for low levels first."""
    own = [quest for quest in state["quests"].values() if quest["region"].casefold() == region.strip().casefold()]
    fit = [quest for quest in own if max_level is None or quest["min_level"] <= max_level]
    fit.sort(key=lambda quest: (quest["min_level"], quest["code"]))
    return [{key: quest[key] for key in ("code", "title", "min_level", "reward")} for quest in fit]


@GAMES.operation(
    names="[get|show|read|describe|look up] [quest|mission|adventure] [details|info|sheet|]",
    about="[Show|Get|Read] the details of one [quest|mission].",
    does="[look up|read] quest {quest}",
    params=[QUEST],
    labels={"ends_on": "[ends on|last day|open until]", "reward": "[reward|gold reward|pays]"},
)
def quest_details(state: dict[str, Any], quest: str) -> JsonValue:
    """A quest with its region, level, reward and last day."""
    return dict(_entry(state["quests"], quest, "quest"))


@GAMES.operation(
    names="[accept|take|start|begin|pick up] [quest|mission|adventure]",
    about="[Accept|Start|Take on] a [quest|mission] for a [player|character].",
    does="accept quest {quest} for {player}",
    params=[PLAYER, QUEST],
    writes=True,
)
def accept_quest(state: dict[str, Any], player: str, quest: str) -> JsonValue:
    """Write a quest into a player's log; it must suit the level, and the log must have room."""
    hero, task = _entry(state["players"], player, "player"), _entry(state["quests"], quest, "quest")
    log = state["logs"][hero["name"]]
    if task["code"] in log:
        raise RefusedError(f"{hero['name']} has quest {task['code']} already", 409)
    if hero["level"] < task["min_level"]:
        raise RefusedError(f"level {task['min_level']} required, {hero['name']} has level {hero['level']}", 409)
    if len(log) >= MAX_QUESTS:
        raise RefusedError(f"the quest log of {hero['name']} is full: {', '.join(log)}", 409)
    log.append(task["code"])
    return {"player": hero["name"], "quest": task["code"], "title": task["title"], "open_quests": len(log)}


@GAMES.operation(
    names="[drop|abandon|leave|cancel|give up] [quest|mission|adventure]",
    about="[Abandon|Drop|Cancel] a [quest|mission] that a [player|character] has accepted.",
    does="drop quest {quest} for {player}",
    params=[PLAYER, QUEST],
    writes=True,
)
def drop_quest(state: dict[str, Any], player: str, quest: str) -> JsonValue:
    """Take a quest out of a player's log."""
    hero, task = _entry(state["players"], player, "player"), _entry(state["quests"], quest, "quest")
    log = state["logs"][hero["name"]]
    if task["code"] not in log:
        raise RefusedError(f"{hero['name']} has not accepted quest {task['code']}")
    log.remove(task["code"])
    return {"player": hero["name"], "dropped": task["code"], "open_quests": len(log)}


@GAMES.operation(
    names="[get|show|find|look up] [guild|clan] [info|details|card|]",
    about="[Show|Get|Look up] a guild: its leader, [size|members], seats and treasury.",
    does="look up the guild {guild}",
    params=[GUILD],
    labels={"members": "[members|size|member count]", "treasury": "[treasury|bank|vault]", "seats": "[seats|max size]"},
)
def guild_info(state: dict[str, Any], guild: str) -> JsonValue:
    """A guild with the number of its members."""
    found = _entry(state["guilds"], guild, "guild")
    return {
        "guild": found["name"],
        "leader": found["leader"],
        "members": len(members(state, found["name"])),
        "seats": found["seats"],
        "min_level": found["min_level"],
        "treasury": found["treasury"],
    }


@GAMES.operation(
    names="[list|show|get|all] [guild members|members of guild|clan members|guild roster|clan roster]",
    about="[List|Show|Get] the members of a guild with their [levels|classes and levels].",
    does="list the members of {guild}",
    params=[GUILD],
)
def guild_members(state: dict[str, Any], guild: str) -> JsonValue:
    """The members of a guild in the order of their names."""
    found = members(state, _entry(state["guilds"], guild, "guild")["name"])
    return [{key: player[key] for key in ("name", "class", "level")} for player in found]


@GAMES.operation(
    names="[join|enter|sign up for|add to|enlist in] [guild|clan]",
    about="[Make a player join a guild.|Add a player to a guild.|Enlist a player in a guild.]",
    does="add {player} to {guild}",
    params=[PLAYER, GUILD],
    writes=True,
)
def join_guild(state: dict[str, Any], player: str, guild: str) -> JsonValue:
    """Join a guild that has a seat left; nobody can be in two."""
    hero, found = _entry(state["players"], player, "player"), _entry(state["guilds"], guild, "guild")
    if hero["guild"] is not None:
        raise RefusedError(f"{hero['name']} is already in {hero['guild']}", 409)
    if hero["level"] < found["min_level"]:
        raise RefusedError(f"{found['name']} takes players from level {found['min_level']}", 409)
    taken = len(members(state, found["name"]))
    if taken >= found["seats"]:
        raise RefusedError(f"{found['name']} is full, all {found['seats']} seats are taken", 409)
    hero["guild"] = found["name"]
    return {"player": hero["name"], "guild": found["name"], "members": taken + 1}


@GAMES.operation(
    names="[get|show|read|view] [leaderboard|ranking|high scores|top players|standings]",
    about="[Show|Get|Read] a [leaderboard|ranking], best first.",
    does="read the {board} leaderboard",
    params=[
        Param("board", "[board|leaderboard|ranking|category|discipline] [name|type|]", one_of(*BOARDS)),
        Param("top", "[top|limit|max|first] [n|entries|places|rows]", whole(1, 50), "how many places", optional=True),
    ],
    labels={"score": "[score|points|rating]", "rank": "[rank|place|position]"},
)
def leaderboard(state: dict[str, Any], board: str, top: int | None) -> JsonValue:
    """The best players of a board with their scores."""
    scores = state["boards"].get(board)
    if scores is None:
        raise RefusedError(f"there is no board {board}")
    best = sorted(scores.items(), key=lambda entry: -entry[1])[:top]
    return [{"rank": i, "player": name, "score": score} for i, (name, score) in enumerate(best, 1)]


@GAMES.operation(
    names="[search|browse|list|find] [market|auction house|market offers|auctions|offers]",
    about="[Search|Browse] the [market|auction house] for [offers of an item|an item].",
    does="search the market for {item:a}",
    params=[ITEM],
    labels={"offer": "[offer|offer number|listing]", "price": "[price|asks|cost]"},
)
def market_offers(state: dict[str, Any], item: str) -> JsonValue:
    """The offers of an item, in the order they came in."""
    wanted = item.strip().casefold()
    return [dict(offer) for offer in state["offers"].values() if offer["item"].casefold() == wanted]


@GAMES.operation(
    names="[buy|purchase|accept|take] [offer|market offer|listing|auction]",
    about="[Buy|Purchase] what an offer on the market [sells|has], for a [player|character].",
    does="buy offer {offer} for {player}",
    params=[PLAYER, Param("offer", "[offer|listing|auction|deal] [number|id|no]", ident(), "[number|id] of the offer")],
    writes=True,
)
def buy_offer(state: dict[str, Any], player: str, offer: int) -> JsonValue:
    """Buy an item; the gold must suffice."""
    hero = _entry(state["players"], player, "player")
    found = state["offers"].get(str(offer))
    if found is None:
        raise RefusedError(f"there is no offer {offer}")
    if hero["gold"] < found["price"]:
        raise RefusedError(f"offer {offer} costs {found['price']} gold, {hero['name']} has {hero['gold']}", 409)
    hero["gold"] -= found["price"]
    state["bags"][hero["name"]].append({"item": found["item"], "rarity": "common", "power": 10, "value": 10})
    del state["offers"][str(offer)]
    return {"bought": found["item"], "price": found["price"], "gold_left": hero["gold"]}


@GAMES.operation(
    names="[sell|offer|list|put up|auction] [item|item on market|gear]",
    about="[Offer|Put up|List] an item from a [player|character]'s bag on the market.",
    does="offer {player}'s {item} for {price} gold",
    params=[PLAYER, ITEM, Param("price", "[price|asking price|ask|gold|cost|amount]", whole(1), "price in gold")],
    writes=True,
)
def sell_item(state: dict[str, Any], player: str, item: str, price: int) -> JsonValue:
    """Put an item on the market."""
    hero = _entry(state["players"], player, "player")
    bag = state["bags"][hero["name"]]
    found = next((owned for owned in bag if owned["item"].casefold() == item.strip().casefold()), None)
    if found is None:
        raise RefusedError(f"{hero['name']} has no {item}")
    bag.remove(found)
    number = max(map(int, state["offers"]), default=200) + 1
    state["offers"][str(number)] = {"offer": number, "item": found["item"], "seller": hero["name"], "price": price}
    return {"offer": number, "item": found["item"], "price": price}


@GAMES.operation(
    names="[send|transfer|give|pay|hand over] [gold|coins|money]",
    about="[Send|Transfer|Give] gold from one [player|character] to another.",
    does="send {amount} gold from {sender} to {receiver}",
    params=[
        Param("sender", "[from|sending|paying|source] [player|character|user]", text(), "who pays"),
        Param("receiver", "[to|receiving|target|paid] [player|character|user]", text(), "who gets it"),
        Param("amount", "[amount|gold|coins|sum] [of gold|to send|]", whole(1), "[number of coins|how much]"),
    ],
    writes=True,
)
def send_gold(state: dict[str, Any], sender: str, receiver: str, amount: int) -> JsonValue:
    """Give gold away."""
    giver, taker = _entry(state["players"], sender, "player"), _entry(state["players"], receiver, "player")
    if giver["gold"] < amount:
        raise RefusedError(f"{giver['name']} has only {giver['gold']} gold", 409)
    giver["gold"] -= amount
    taker["gold"] += amount
    return {"from": giver["name"], "to": taker["name"], "amount": amount, "gold_left": giver["gold"]}
