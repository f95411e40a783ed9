"""Log files: how often, when last, since when something went wrong, and what is done about it."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.facts import NO, Fact
from umi_local.worlds.families._papers.logs import log_line
from umi_local.worlds.families.documents.service import DOCUMENTS
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


def pick_log(play: Play, *, least: int = 1) -> tuple[str, dict[str, Any], list[Any]]:
    """Pick a log with enough bad lines; path, log and these lines. Fills `path` and `bad`."""
    found = [
        (path, log, [line for line in log["lines"] if line["level"] == log["bad"]])
        for path, log in play.state["logs"].items()
    ]
    fitting = [item for item in found if len(item[2]) >= least]
    if not fitting:
        raise play.unsuitable("no log has enough trouble")
    path, log, bad = play.draw.pick(fitting)
    play.slots.update(path=path, bad=log["bad"])
    return path, log, bad


@DOCUMENTS.intent(
    goal="count the lines with {bad} in {path}",
    wordings=(
        "how many lines with {bad} does {path} have?",
        "count the {bad} lines in {path}",
        "how often does {path} say {bad}?",
        "The machine was acting up. How many times is there {bad} in {path}?",
        "check {path} for {bad} and tell me how many there are",
        "Look through the log {path}: how many {bad} entries?",
        "tell me the number of entries marked {bad} in {path}",
        "~count {bad} in {path}",
        "~{path}: {bad}, how many",
    ),
    essential="search_files",
    missing=Missing(
        wordings=(
            "how many lines with {bad} are in the log?",
            "count the {bad} lines for me",
            "The machine was acting up. How many times is there {bad} in the log?",
            "~count {bad}",
        ),
        needs="the log file",
        goal="count the lines with {bad} in a log",
        slot="path",
    ),
    split=Split.TRAIN,
)
def count_trouble(play: Play) -> None:
    """One call; the first line of the result has the count."""
    path, _, bad = pick_log(play)
    play.ask()
    play.call("search_files", {"query": play.slots["bad"], "path": path}, does="search {path} for {query}")
    play.learn("{count:n line} with {bad}.", "{bad} comes in {count:n line}.", count=len(bad))
    play.conclude(
        "There {verb} {count:n line} with {bad} in {path}.",
        "{path} has {count:n such line}.",
        "{count:n line} in all.",
        facts=["count"],
        verb="is" if len(bad) == 1 else "are",
    )


@DOCUMENTS.intent(
    goal="find the last {bad} in {path}",
    wordings=(
        "what was the last {bad} in {path}?",
        "find the most recent line with {bad} in {path}",
        "when did {path} show {bad} for the last time, and why?",
        "The latest problem is in {path}, marked {bad}. What was it?",
        "look up the last {bad} entry of {path}",
        "~last {bad} {path}",
    ),
    essential="search_files",
    missing=Missing(
        wordings=(
            "what was the last {bad} in the log?",
            "find the most recent line with {bad}",
            "~last {bad}?",
        ),
        needs="the name of the log",
        goal="find the last {bad} of a log",
        slot="path",
    ),
    split=Split.TEST,
)
def last_trouble(play: Play) -> None:
    """One call; the last of its lines is the answer."""
    path, _, bad = pick_log(play)
    line = bad[-1]
    play.ask(**{key: line[key] for key in ("day", "at", "part", "said")})
    play.call("search_files", {"query": play.slots["bad"], "path": path}, does="search {path} for {query}")
    play.learn("The last line is of {day}, {at}: {said}.", "The last one says {part}: {said}.")
    play.conclude(
        "It was on {day} at {at}: {part}, {said}.",
        "The last {bad} is of {day}, {at}: {part}: {said}.",
        facts=["day", "at", Fact("text", line["said"])],
    )


@DOCUMENTS.intent(
    goal="find out when {part} first reported {bad} in {path}",
    wordings=(
        "when did {part} first report {bad} in {path}?",
        "find the first {bad} of {part} in {path}",
        "Since when has {part} had trouble? Look for {bad} in {path}.",
        "In {path}, when does {part} show {bad} for the first time?",
        "on which day did {part} begin to say {bad}, going by {path}?",
        "look into {path} for the first line with {bad} from {part}",
        "I want the date of the first {bad} that {part} wrote into {path}.",
        "~first {bad} {part}, {path}",
    ),
    essential="search_files",
    split=Split.TRAIN,
)
def first_of_part(play: Play) -> None:
    """One call with two words that stand side by side in the line."""
    path, _, bad = pick_log(play)
    line = play.draw.pick(bad)
    first = next(other for other in bad if other["part"] == line["part"])
    play.ask(**{key: first[key] for key in ("day", "at", "part", "said")})
    play.call(
        "search_files",
        {"query": f"{first['level']} {first['part']}", "path": path},
        does='search {path} for "{query}"',
        derived=["query"],
    )
    play.learn("The first such line is of {day}, {at}.", "It begins on {day} at {at}: {said}.")
    play.conclude(
        "{part} first showed {bad} on {day} at {at}.",
        "On {day} at {at}: {said}.",
        "The first one is of {day}, {at}.",
        facts=["day", "at"],
    )


@DOCUMENTS.intent(
    goal="count the days since the last {bad} in {path}",
    wordings=(
        "how many days ago was the last {bad} in {path}?",
        "how long has {path} been without {bad}, in days?",
        "count the days since the most recent {bad} in {path}",
        "I hope it runs better now. How many days has it been since the last {bad} in {path}?",
        "find the last {bad} in {path} and tell me how many days have passed",
        "~days since last {bad}, {path}",
    ),
    split=Split.TEST,
)
def days_without(play: Play) -> None:
    """Two calls: the date of the last bad line, and the days since."""
    path, _, bad = pick_log(play)
    day = bad[-1]["day"]
    play.ask(day=day)
    play.call("search_files", {"query": play.slots["bad"], "path": path}, does="search {path} for {query}")
    play.learn("The last one is of {day}.", "{day} was the last time.")
    said = play.call(
        "date_difference",
        {"start": day, "end": "today"},
        does="count the days from {day:iso} to today",
        derived=["end"],
    )
    play.learn("Since then it is {count:n day}.", "It has been {count:n day}.", count=int(said.split()[0]))
    play.conclude("The last {bad} was {count:n day} ago, on {day}.", "{count:n day}, since {day}.", facts=["count"])


@DOCUMENTS.intent(
    goal="save the {bad} lines of {path} as {target}",
    wordings=(
        "write all {bad} lines of {path} to {target}",
        "copy the lines with {bad} from {path} into a new file {target}",
        "I have to send somebody the {bad} lines of {path}. Put them into {target}.",
        "extract what says {bad} in {path} and save it as {target}, line by line",
        "make {target} out of the {bad} lines in {path}",
        "pull the {bad} entries out of the log {path} and store them in {target}",
        "{target} should hold every line of {path} that has {bad} in it.",
        "~grep {bad} {path} > {target}",
    ),
    essential="write_file",
    missing=Missing(
        wordings=(
            "copy the lines with {bad} from {path} into a new file",
            "I have to send somebody the {bad} lines of {path}. Put them into a file.",
            "~grep {bad} {path} >",
        ),
        needs="the name for the new file",
        goal="save the {bad} lines of {path}",
        slot="target",
    ),
    split=Split.TRAIN,
)
def trouble_to_file(play: Play) -> None:
    """Two calls: lines are found and written, without the names before them."""
    path, _, bad = pick_log(play, least=2)
    if len(bad) > 4:
        raise play.unsuitable("too many lines")
    target = play.draw.pick(("errors.txt", "trouble.txt", "problems.txt", "for-support.txt", "warnings.txt"))
    play.ask(target=target)
    play.call("search_files", {"query": play.slots["bad"], "path": path}, does="search {path} for {query}")
    play.learn("There are {count} such lines.", "It finds {count} lines with {bad}.", count=len(bad))
    play.call(
        "write_file",
        {"path": target, "text": "\n".join(map(log_line, bad))},
        does="write these {count} lines to {target}",
        derived=["text"],
    )
    play.learn("{target} has the {count} lines.", "They are saved in {target}.")
    play.conclude(
        "I saved {count} lines in {target}.",
        "{target} has the {count} lines with {bad} now.",
        "{count} lines went to {target}.",
        facts=["count"],
    )


@DOCUMENTS.intent(
    goal="note the last {bad} of {path}",
    wordings=(
        "find the last {bad} in {path} and make a note of what it says, in the form part: problem",
        "look for the latest {bad} in {path} and take a note of it, as part: problem",
        "note what went wrong last in {path} ({bad}), as part: problem",
        "put the latest {bad} of {path} into my notes, only the part and the problem",
        "I want to look into the last {bad} in {path} tomorrow. Note it for me as part: problem.",
        "Whatever the last {bad} line in {path} says after the level should become a note.",
        "take the text after {bad} in its last line in {path} and note it",
        "~note last {bad} {path} (part: problem)",
    ),
    essential="add_note",
    split=Split.TRAIN,
)
def trouble_to_note(play: Play) -> None:
    """Two calls: the last bad line, shortened to what matters, becomes a note."""
    path, _, bad = pick_log(play)
    text = f"{bad[-1]['part']}: {bad[-1]['said']}"
    play.ask(text=text)
    play.call("search_files", {"query": play.slots["bad"], "path": path}, does="search {path} for {query}")
    play.learn('The last one says "{text}".', 'What matters is "{text}", in the last line.')
    play.call("add_note", {"text": text})
    play.learn("It is noted.", 'The note says "{text}".')
    play.conclude("I noted {text}.", "Noted: {text}.", "The last {bad} is noted: {text}.", facts=[Fact("text", text)])


@DOCUMENTS.intent(
    goal="say whether {path} or {other} has more lines with {bad}",
    wordings=(
        "which log has more {bad} lines, {path} or {other}?",
        "tell me which of {path} and {other} has more lines that say {bad}",
        "Compare {path} and {other}: where does {bad} come more often?",
        "does {bad} come up more often in {path} or in {other}?",
        "I have two logs, {path} and {other}. Which one has more lines with {bad}?",
        "count {bad} in {path} and in {other} and name the one with more",
        "who has more trouble, {path} or {other}, counting lines with {bad}?",
        "~more {bad}: {path} / {other}",
    ),
    split=Split.TRAIN,
)
def more_trouble(play: Play) -> None:
    """Two calls and a comparison; zero is a count, too."""
    path, log, bad = pick_log(play)
    others = [found for found in play.state["logs"] if found != path]
    if not others:
        raise play.unsuitable("there is one log only")
    other = others[0]
    lines = sum(log["bad"].casefold() in log_line(line).casefold() for line in log["lines"])
    more = sum(log["bad"].casefold() in log_line(line).casefold() for line in play.state["logs"][other]["lines"])
    if lines == more or lines != len(bad):
        raise play.unsuitable("both have as many")
    play.ask(other=other)
    play.call("search_files", {"query": play.slots["bad"], "path": path}, does="search {path} for {query}")
    play.learn("{path} has {lines}.", "The first log has {lines:n such line}.", lines=lines)
    play.call("search_files", {"query": play.slots["bad"], "path": other}, does="search {other} for {query}")
    play.learn(
        "{other} has {more}, so {winner} has more.",
        "The second has {more}: {winner} is ahead.",
        more=more,
        winner=path if lines > more else other,
    )
    play.conclude(
        "{winner} has more: {most} against {fewest}.",
        "It is {winner}, with {most} to {fewest}.",
        facts=["winner", "most"],
        most=max(lines, more),
        fewest=min(lines, more),
    )


@DOCUMENTS.intent(
    goal="say whether {path} mentions {word}",
    wordings=(
        "does the log {path} say anything about {word}?",
        "is {word} mentioned anywhere in {path}?",
        "search {path} for {word}",
        "I think {word} caused it. Does {path} mention that?",
        "Was {word} involved? Check the log {path}.",
        "~{word} in {path}?",
    ),
    essential="search_files",
    split=Split.DEV,
)
def no_mention(play: Play) -> None:
    """Nothing is found: that is the answer."""
    path, log, _ = pick_log(play)
    words = ("tsunami", "hamster", "watermelon", "submarine", "accordion", "volcano", "giraffe")
    play.ask(word=play.draw.pick([word for word in words if word not in log["text"]]))
    play.call("search_files", {"query": play.slots["word"], "path": path}, does="search {path} for {query}")
    play.learn("There is no line with {word}.", "0 lines mention {word}.")
    play.conclude("No, {path} says nothing about {word}.", "{word} isn't mentioned there.", facts=[NO])
