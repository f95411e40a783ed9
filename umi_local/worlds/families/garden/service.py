"""The garden's plots, beds, members and tools, and what its office can do."""

from __future__ import annotations

from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.draw import Draw
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.family import Family
from umi_local.worlds.operations import Param, day, ident, text, whole
from umi_local.worlds.play import Play
from umi_local.worlds.pools import people

GARDEN = Family(
    "garden", "[garden|plots|allotments|gardenclub|greenpatch]", frozenset({"garden", "plants", "tool loans"})
)

PLANTS = (
    *("artichokes", "asters", "beans", "carrots", "cauliflowers", "chives", "cornflowers", "courgettes", "cucumbers"),
    *("dahlias", "gooseberries", "leeks", "marigolds", "melons", "onions", "pansies", "parsnips", "peas", "peppers"),
    *("potatoes", "pumpkins", "radishes", "raspberries", "runner beans", "shallots", "spring onions", "strawberries"),
    *("sunflowers", "swedes", "sweet peas", "tomatoes", "tulips", "turnips", "zinnias"),
)
"""In the plural: the leeks are in bed 7-C."""

TOOLS = (
    *("wheelbarrow", "hedge trimmer", "lawn mower", "pruning saw", "garden shredder", "long ladder", "seed drill"),
    *("soil sieve", "tree lopper", "garden roller", "leaf blower", "post hole digger", "water pump", "rake", "pickaxe"),
)

PLOT = Param("plot", "[plot|parcel|allotment] [number|id|no]", ident(), "[number|id] of the plot")
BED = Param("bed", "[bed|garden bed|planting bed] [|code|id|name]", text(), "[code|id] of the bed, such as 12-A")
MEMBER = Param("member", "[member|gardener|person|holder] [|name|full name]", text(), "[full name|name] of the member")
TOOL = Param("tool", "[tool|device|equipment|item] [|name]", text(), "[name of the tool|which tool]")
DAY = Param("day", "[|calendar|garden] [day|date]", day(), "[the day|which day]")


@GARDEN.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Five held plots with three or four beds each, three free plots, some tools, some of them lent."""
    numbers = draw.sample(range(2, 90), 8)
    members = [
        {"name": name, "plot": plot, "phone": draw.code("0###-######")}
        for name, plot in zip(people(draw, 5), numbers, strict=False)
    ]
    start = draw.whole(1, 18)
    month = draw.whole(4, 9)
    beds = {}
    for member in members:
        for letter in "ABCD"[: draw.whole(3, 4)]:
            beds[f"{member['plot']}-{letter}"] = {
                "plot": member["plot"],
                "plant": draw.pick(PLANTS),
                "planted_on": f"2026-0{month - 1}-{draw.whole(1, 28):02d}",
                "watered_on": f"2026-0{month}-{start + draw.whole(0, 9):02d}",
            }
    plots: list[dict[str, Any]] = [
        {"plot": number, "size": draw.whole(20, 140), "rent": draw.whole(30, 160, 5), "holder": None}
        for number in numbers
    ]
    for plot, member in zip(plots, members, strict=False):
        plot["holder"] = member["name"]
    tools: dict[str, dict[str, Any]] = {name: {"lent_to": None, "until": None} for name in draw.sample(TOOLS, 6)}
    for name in draw.sample(list(tools), 3):
        until = f"2026-0{month}-{start + draw.whole(3, 10):02d}"
        tools[name] = {"lent_to": draw.pick(members)["name"], "until": until}
    return {
        "members": members,
        "plots": {str(plot["plot"]): plot for plot in plots},
        "beds": beds,
        "tools": tools,
        "days": [f"2026-0{month}-{start + n:02d}" for n in range(11)],
    }


def _bed(state: dict[str, Any], code: str) -> dict[str, Any]:
    bed: dict[str, Any] | None = state["beds"].get(code.strip().upper())
    if bed is None:
        raise RefusedError(f"there is no bed {code}")
    return bed


def _plot(state: dict[str, Any], number: int) -> dict[str, Any]:
    plot: dict[str, Any] | None = state["plots"].get(str(number))
    if plot is None:
        raise RefusedError(f"there is no plot {number}")
    return plot


def _member(state: dict[str, Any], name: str) -> dict[str, Any]:
    wanted = name.strip().casefold()
    member: dict[str, Any] | None = next((one for one in state["members"] if one["name"].casefold() == wanted), None)
    if member is None:
        raise RefusedError(f"no member is called {name}")
    return member


def _tool(state: dict[str, Any], name: str) -> dict[str, Any]:
    tool: dict[str, Any] | None = state["tools"].get(name.strip().casefold())
    if tool is None:
        raise RefusedError(f"the garden has no {name}")
    return tool


@GARDEN.operation(
    names="[find|get|show|look up] [plot|allotment|parcel] [|details|record|info]",
    about="[Show|Get|Look up] a plot: who holds it, its size and its rent.",
    does="look up plot {plot}",
    params=[PLOT],
    labels={"holder": "[holder|member|held by]", "size": "[size|square metres|area]"},
)
def find_plot(state: dict[str, Any], plot: int) -> JsonValue:
    """One plot."""
    return dict(_plot(state, plot))


@GARDEN.operation(
    names="[list|get|show|find] [free|vacant|open] [plots|allotments|parcels]",
    about="[List|Show|Get] the plots that nobody holds[, with size and rent|].",
    does="list the free plots",
    labels={"size": "[size|square metres|area]", "rent": "[rent|yearly rent|fee]"},
)
def free_plots(state: dict[str, Any]) -> JsonValue:
    """Plots without a holder, by number."""
    own = sorted((one for one in state["plots"].values() if one["holder"] is None), key=lambda one: one["plot"])
    return [{"plot": one["plot"], "size": one["size"], "rent": one["rent"]} for one in own]


@GARDEN.operation(
    names="[assign|give|let|allot|rent out] [plot|allotment|parcel] [|to member|to gardener]",
    about="[Give|Let|Assign] a free plot to [somebody|a person].",
    does="give plot {plot} to {member}",
    params=[PLOT, MEMBER],
    writes=True,
)
def assign_plot(state: dict[str, Any], plot: int, member: str) -> JsonValue:
    """Give a plot to somebody."""
    found = _plot(state, plot)
    if found["holder"]:
        raise RefusedError(f"plot {plot} is held by {found['holder']}", 409)
    found["holder"] = member
    return {"plot": plot, "holder": member}


@GARDEN.operation(
    names="[find|get|show|look up] [member|gardener|holder] [|details|record|by name]",
    about="[Show|Get|Look up] a member by name: plot and phone.",
    does="look up the member {member}",
    params=[MEMBER],
)
def find_member(state: dict[str, Any], member: str) -> JsonValue:
    """One member."""
    return dict(_member(state, member))


@GARDEN.operation(
    names="[list|get|show|find] [beds|garden beds|planting beds] [of|in|on|for] [plot|allotment]",
    about="[List|Show|Get] the beds of a plot[ with their plants|, what grows there] and when they were watered.",
    does="list the beds of plot {plot}",
    params=[PLOT],
    labels={"watered_on": "[watered on|last watered|watered]", "plant": "[plant|crop|grows]"},
)
def beds_of(state: dict[str, Any], plot: int) -> JsonValue:
    """The beds of a plot; an empty one has no plant."""
    _plot(state, plot)
    own = [{"bed": code, **bed} for code, bed in sorted(state["beds"].items()) if bed["plot"] == plot]
    return [{key: bed[key] for key in ("bed", "plant", "planted_on", "watered_on")} for bed in own]


@GARDEN.operation(
    names="[record|log|note|enter|mark] [watering|bed watering|bed watered]",
    about="[Record|Note|Enter] that a bed was watered[, and with how many litres|].",
    does="note that bed {bed} was watered on {day}",
    params=[
        BED,
        DAY,
        Param("litres", "[litres|liters|water amount|amount of water]", whole(1, 200), "litres", optional=True),
    ],
    writes=True,
)
def water_bed(state: dict[str, Any], bed: str, day: str, litres: int | None) -> JsonValue:
    """Note a watering."""
    found = _bed(state, bed)
    found |= {"watered_on": day} | ({"litres": litres} if litres else {})
    return {"bed": bed, "watered_on": day}


@GARDEN.operation(
    names="[plant|sow|fill|set] [bed|garden bed|in bed|crop in bed]",
    about="[Plant|Sow] something in an empty bed.",
    does="plant {plant} in bed {bed}",
    params=[
        BED,
        Param("plant", "[plant|crop|vegetable|what] [|name|to plant]", text(), "[what is planted|what to plant]"),
        DAY,
    ],
    writes=True,
)
def plant_bed(state: dict[str, Any], bed: str, plant: str, day: str) -> JsonValue:
    """Plant an empty bed."""
    found = _bed(state, bed)
    if found["plant"]:
        raise RefusedError(f"bed {bed} has {found['plant']} in it", 409)
    found |= {"plant": plant, "planted_on": day}
    return {"bed": bed, "plant": plant, "planted_on": day}


@GARDEN.operation(
    names="[find|check|get|show] [tool|garden tool|tool loan] [|status|availability|state]",
    about="[Check|Tell|Show] whether a tool is [in the shed|there], or who has it[ and until when|].",
    does="check who has the {tool}",
    params=[TOOL],
    labels={"lent_to": "[lent to|borrower|with]", "until": "[until|due back|back on]"},
)
def find_tool(state: dict[str, Any], tool: str) -> JsonValue:
    """One tool."""
    found = _tool(state, tool)
    return {"tool": tool, "status": "lent" if found["lent_to"] else "in the shed", **found}


@GARDEN.operation(
    names="[list|show|get|all] [loans|lent tools|tool loans|borrowed tools]",
    about="[List|Show|Get] all tools that are lent[, to whom and until when|].",
    does="list the tools that are lent",
    labels={"lent_to": "[lent to|borrower|with]", "until": "[until|due back|back on]"},
)
def loans(state: dict[str, Any]) -> JsonValue:
    """What is lent, by name."""
    return [{"tool": name, **tool} for name, tool in sorted(state["tools"].items()) if tool["lent_to"]]


@GARDEN.operation(
    names="[lend|loan|hand out|check out|borrow] [tool|garden tool|equipment]",
    about="[Lend|Hand out|Check out] a tool to a member.",
    does="lend the {tool} to {member} until {until}",
    params=[
        TOOL,
        MEMBER,
        Param("until", "[until|due|return|back] [day|date|on|by]", day(), "[last day|day of return]"),
    ],
    writes=True,
)
def lend_tool(state: dict[str, Any], tool: str, member: str, until: str) -> JsonValue:
    """Lend a tool that is in the shed."""
    found, borrower = _tool(state, tool), _member(state, member)["name"]
    if found["lent_to"]:
        raise RefusedError(f"the {tool} is lent to {found['lent_to']} until {found['until']}", 409)
    found |= {"lent_to": borrower, "until": until}
    return {"tool": tool, **found}


@GARDEN.operation(
    names="[return|take back|check in|give back] [tool|garden tool|equipment]",
    about="[Take back|Check in] a tool that was lent.",
    does="take the {tool} back",
    params=[TOOL],
    writes=True,
)
def return_tool(state: dict[str, Any], tool: str) -> JsonValue:
    """Put a tool into the shed again."""
    found = _tool(state, tool)
    if not found["lent_to"]:
        raise RefusedError(f"the {tool} is in the shed already", 409)
    found |= {"lent_to": None, "until": None}
    return {"tool": tool, "status": "in the shed"}


def any_member(play: Play) -> dict[str, Any]:
    """Pick a member, who has a plot with beds."""
    return play.draw.pick(play.state["members"])


def any_tool(play: Play, *, is_lent: bool) -> str:
    """Pick a tool, lent or in the shed."""
    fitting = [name for name, tool in play.state["tools"].items() if bool(tool["lent_to"]) is is_lent]
    return str(play.draw.pick(fitting))
