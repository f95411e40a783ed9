'''Executable tool worlds: as many true trajectories and checked live tasks as wanted.

A **family** is a service with state (a shop, a fleet) or real files, and what users want of it. For a record, a scene is
drawn, the family's operations get names, schemas and ways of answering that no other record has, a user asks in one of many
wordings, and the intent's **gold plan** is played by really calling the tools. So every observation is true, and the state
and the facts at the plan's end are what a checker holds a model's run against.

    from umi_local.worlds import check, generate, open_world, tasks

    for record in generate("train", 1000, seed=1):       # record.trajectory: umi_local.messages.Trajectory
        ...
    for task in tasks("test", 300):                      # the same for the same arguments, everywhere
        with open_world(task) as world:                  # what an Agent needs of a toolbox
            run = Agent(engine, world).run(task.question)
            verdict = check(task, run.trajectory, world)  # passed, reasons

(A task with several `questions` is run one by one, each with the trajectory so far as `history`.)

# Writing a family

A module in `umi_local/worlds/families/` that holds one `FAMILY`; it is found by itself, and the tests review it.

    """Bikes for rent: the example of the package's docstring."""

    from typing import Any

    from umi_local.messages import JsonValue
    from umi_local.worlds.draw import Draw
    from umi_local.worlds.errors import RefusedError
    from umi_local.worlds.family import Family, Missing
    from umi_local.worlds.operations import Param, ident, text
    from umi_local.worlds.play import Play
    from umi_local.worlds.pools import TOWNS

    FAMILY = BIKES = Family("bikes", "[bikes|rental|cycling]", frozenset({"bikes", "rental"}))

    NUMBER = Param("number", "[bike|bicycle|] [number|id|code]", ident(), "[number|id] of the bike")


    @BIKES.scene
    def scene(draw: Draw) -> dict[str, Any]:
        """Some bikes in some towns."""
        towns = draw.several_of(TOWNS, 3)
        numbers = draw.sample(range(100, 999), 6)
        bikes = [{"number": n, "town": draw.pick(towns), "is_rented": draw.chance(0.3)} for n in numbers]
        return {"bikes": {str(bike["number"]): bike for bike in bikes}}


    @BIKES.operation(
        names="[find|list|get|search] [free|available] [bikes|bicycles]",
        about="[Find|List|Get] the [free|available] [bikes|bicycles] in a town.",
        does="find the free bikes in {town}",
        params=[Param("town", "[town|city|place|location]", text(), "[name of the town|where]")],
    )
    def free_bikes(state: dict[str, Any], town: str) -> JsonValue:
        """The free bikes of a town, the smallest number first."""
        own = [b for b in state["bikes"].values() if b["town"].casefold() == town.casefold() and not b["is_rented"]]
        return [{"number": bike["number"], "town": bike["town"]} for bike in sorted(own, key=lambda b: b["number"])]


    @BIKES.operation(
        names="[rent|reserve|hire|take] [bike|bicycle]",
        about="[Rent|Reserve|Hire] a [bike|bicycle].",
        does="rent bike {number}",
        params=[NUMBER],
        writes=True,
    )
    def rent_bike(state: dict[str, Any], number: int) -> JsonValue:
        """Rent a bike that is free."""
        bike = state["bikes"].get(str(number))
        if bike is None:
            raise RefusedError(f"no bike {number}")
        if bike["is_rented"]:
            raise RefusedError(f"bike {number} is rented already", 409)
        bike["is_rented"] = True
        return {"number": number, "is_rented": True}


    @BIKES.intent(
        goal="rent a bike in {town}",
        wordings=(
            "rent me [a|any] bike in {town}",                       # lower case, no full stop: a request, gets a frame
            "is there a free bike in {town}? rent it if so",
            "I'm in {town} and need a bike. Rent one for me.",      # anything else is said as it stands
            "can I get a bike in {town}?",                          # lower case, question mark: gets a question's frame
            "~bike {town}",                                         # terse
        ),
        essential="rent_bike",
        missing=Missing(
            wordings=("rent me a bike", "I need a bike. Rent one for me.", "can I get a bike?", "~bike please"),
            needs="the town",
            goal="rent a bike",
            slot="town",
        ),
    )
    def rent_anywhere(play: Play) -> None:
        """Two calls: the number comes from the first."""
        bike = play.draw.pick(list(play.state["bikes"].values()))
        bike["is_rented"] = False                                   # before `ask`, a plan may make the scene suit
        play.ask(town=bike["town"])
        found = play.call("free_bikes", {"town": bike["town"]})
        play.learn("Bike {number} is free in {town}.", "{town} has bike {number} to offer.", number=found[0]["number"])
        play.call("rent_bike", {"number": found[0]["number"]})
        play.learn("Bike {number} is rented now.", "The rental of bike {number} worked.")
        play.conclude(
            "I rented bike {number} in {town} for you.",
            "Done: bike {number} in {town} is yours.",
            facts=["number"],
        )

What that gives, without another line: failing, rate-limited and empty-handed tools with a retry or a second provider;
tasks that no offered tool can do; tasks where the town is missing and must be asked for; distractors; a checker ("bike 417
is rented and nothing else changed, and the answer says 417"); five registers, typos included.

The contract:

- **Scene**: plain JSON values (dict with text keys, list, str, int, float, bool, None), drawn from `draw` alone. Dates are
  "YYYY-MM-DD", times "HH:MM". Keep lists short: an observation should stay below 400 characters.
- **Operation**: state first, then arguments by key; optional ones that weren't given are None. Returns plain JSON, or None
  for a bare "ok". It raises `RefusedError` where it says no, and must stand any arguments that fit the schema.
  `about` is imperative; `does` is an infinitive over the required parameters, optional ones in `<...>`.
- **Plan**: `ask` once, then `call`s whose arguments come from the question or from earlier results, then `conclude` or
  `give_up`. Values in words come from `learn`, which says what the last result tells. `attempt` is a call that may be
  refused. `then_ask` begins another question of the same user. `raise play.unsuitable(...)` draws another scene. After
  `ask` a plan never touches the state itself. It may be played several times for one record: no globals, no other chance.
- **Facts** are what the answer must say, by slot: numbers, dates, times, names, lists; `YES` and `NO` for the rest. Together
  with the state they must tell a right run from a wrong one: a plan without facts and without a change is refused.
- **Intents** belong to one split, by hash or by `split=`; names, words of pools and frames are parted by themselves. Write
  eight or more wordings an intent, two to four of every other text, and let operations be shared by intents of all splits.
- **Topics**: families that share one are never distractors for each other. Name every topic that a tool of the family
  could serve.
- Templates: `[a|b]` one of these, `{slot}` or `{slot:form}` (see `speech.py`), `<...>` left out where a slot is missing.

`review(family, worlds)` tells what is wrong with a family. docs/worlds.md says more; `families/shop` and
`families/files` are the models.
'''

from umi_local.worlds.checker import Verdict
from umi_local.worlds.conversations import Conversation, generate_conversations
from umi_local.worlds.errors import RefusedError, UnsuitableError, WorldError
from umi_local.worlds.family import Family, Intent, Kind, Missing
from umi_local.worlds.generate import Worlds, all_families, check, default_worlds, generate, gold, open_world, tasks
from umi_local.worlds.review import review
from umi_local.worlds.splits import Split
from umi_local.worlds.statistics import Statistics, statistics
from umi_local.worlds.tasks import VERSION, Recipe, Record, Task
from umi_local.worlds.world import World

__all__ = [
    "VERSION",
    "Conversation",
    "Family",
    "Intent",
    "Kind",
    "Missing",
    "Recipe",
    "Record",
    "RefusedError",
    "Split",
    "Statistics",
    "Task",
    "UnsuitableError",
    "Verdict",
    "World",
    "WorldError",
    "Worlds",
    "all_families",
    "check",
    "default_worlds",
    "generate",
    "generate_conversations",
    "gold",
    "open_world",
    "review",
    "statistics",
    "tasks",
]
