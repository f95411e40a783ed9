"""Questions about tables that need no tool, and wishes that no tool here can serve."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.tables.service import TABLES, pick_sheet
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

_MEASURES = (
    (
        "the mean and the median",
        "The mean is the sum divided by the count; the median is the value in the middle.",
        "middle",
    ),
    ("a sum and a mean", "A mean is the sum divided by the number of values.", "divided"),
    ("a minimum and a maximum", "The minimum is the smallest value, the maximum the largest.", "smallest"),
    ("a row and a column", "A row runs across and is one entry; a column runs down and is one property.", "across"),
)


@TABLES.intent(
    goal="explain the difference between {pair}",
    wordings=(
        "what is the difference between {pair}?",
        "can you tell me the difference between {pair}, just in words?",
        "explain [to me|] how {pair} differ",
        "I always mix up {pair}. Which is which?",
        "in simple words, what distinguishes {pair}?",
        "how do I tell {pair} apart?",
        "help me understand {pair}, I need no numbers",
        "~difference between {pair}?",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.6,
)
def explain_measures(play: Play) -> None:
    """Common knowledge about figures."""
    pair, told, word = play.draw.pick(_MEASURES)
    also = {"middle": ("centre", "center"), "divided": ("divide", "division"), "smallest": ("lowest", "least")}
    play.ask(pair=pair, told=told)
    play.conclude(
        "{told}",
        "{told} That is the whole difference.",
        facts=[Fact("text", word, also.get(word, ("horizontal", "horizontally")))],
        why=(
            "That is general knowledge about tables; no file has to be read.",
            "I can explain {pair} without any tool.",
        ),
    )


@TABLES.intent(
    goal="say which sign separates the values of {form}",
    wordings=(
        "which character separates the values in {form}?",
        "what stands between two values in {form}?",
        "tell me what separates the cells in {form}",
        "I'm about to write {form} by hand. What goes between the values?",
        "~separator in {form}?",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.6,
)
def explain_csv(play: Play) -> None:
    """Common knowledge about formats."""
    form, sign = play.draw.pick((("a CSV file", "comma"), ("a TSV file", "tab"), ("comma-separated text", "comma")))
    play.ask(form=form, sign=sign)
    play.conclude(
        "The values in {form} are separated by a {sign}.",
        "Between two values there is a {sign}.",
        facts=["sign"],
        why=("How {form} is written is common knowledge, so I call nothing.", "I know this format; no tool is needed."),
    )


@TABLES.intent(
    goal="draw a chart of {n_column} in {path}",
    wordings=(
        "draw a [bar|pie|line] chart of {n_column} in {path}",
        "I need {n_column} from {path} as a coloured picture for my slides.",
        "make a diagram out of {n_column} from {path}",
        "I'd love to see {n_column} of {path} as a picture. Plot it, please.",
        "plot {n_column} from {path} and save it as an image",
        "can you turn {path} into a nice coloured graph of {n_column}?",
        "show me {n_column} in {path} as a graph, not as numbers",
        "~chart {n_column} {path}",
    ),
    kind=Kind.IMPOSSIBLE,
    split=Split.TRAIN,
    weight=0.5,
)
def no_chart(play: Play) -> None:
    """No tool draws."""
    pick_sheet(play, "n")
    play.ask()
    play.give_up(
        "The tools can read tables and text, but none of them draws charts. I have to give up.",
        "A chart of {n_column} is an image, and no tool on offer makes images. I can't do this.",
        "Nothing here can plot anything; the tools give figures and text only. So I give up.",
    )


@TABLES.intent(
    goal="protect {path} with a password",
    wordings=(
        "put a password on {path}",
        "encrypt {path} so that nobody else can open it",
        "can you lock {path} with a password?",
        "{path} is confidential. Please protect it with a password.",
        "~password for {path}",
    ),
    kind=Kind.IMPOSSIBLE,
    split=Split.TEST,
    weight=0.5,
)
def no_password(play: Play) -> None:
    """No tool encrypts."""
    pick_sheet(play)
    play.ask()
    play.give_up(
        "None of the tools can encrypt a file or set a password, so I have to decline.",
        "Locking {path} is nothing that these tools do. I give up.",
    )
