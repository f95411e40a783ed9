"""What is done with a figure: written to a file, noted, converted, held against a limit."""

from __future__ import annotations

from umi_local.worlds.draw import Pool
from umi_local.worlds.families._papers.sheets import by_group, matching, total
from umi_local.worlds.families._papers.words import FOLDERS
from umi_local.worlds.families.tables.service import TABLES, look_at_columns, pick_group, pick_sheet, where
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

TARGETS = Pool(
    """answer|balance|closing|count|digest|extract|figures|final|findings|for the boss|for the meeting|headline|hand-in|key data
    |latest|memo|numbers|outcome|overview|poster|preview|quick|recap|report|result|results|review|sheet|short|stand|state
    |stats|status|subtotal|sum|summary|tally|tell|total|totals|update|value"""
)


def new_target(play: Play) -> str:
    """Return the path of a text file that isn't there yet."""
    name = play.draw.of(TARGETS).replace(" ", "-")
    path = play.draw.pick((f"{name}.txt", f"{name}.txt", f"{play.draw.of(FOLDERS)}/{name}.txt"))
    if path in play.state["files"]:
        raise play.unsuitable("the file is there")
    return path


@TABLES.intent(
    goal="write the sum of {n_column} in {path} to {target}",
    wordings=(
        "add up {n_column} in {path} and save the bare number as {target}",
        "put the total of {n_column} from {path} into {target}, just the number",
        "sum {n_column} in {path} and write the result, nothing else, to {target}",
        "I want a file {target} that holds only one thing: the sum of {n_column} in {path}.",
        "Take {path}, sum up {n_column}, and leave the figure in {target}. No words, only the figure.",
        "create {target} with nothing but the total {n_column} of {path} in it",
        "~sum {n_column} {path} -> {target} (number only)",
        "~{target} = total of {n_column} in {path}",
    ),
    essential="write_file",
    missing=Missing(
        wordings=(
            "add up {n_column} in {path} and save the bare number in a file",
            "sum {n_column} in {path} and write the result, nothing else, to a new file",
            "I want a new file that holds only the sum of {n_column} in {path}.",
            "~sum {n_column} {path} -> file",
        ),
        needs="the name of the new file",
        goal="write the sum of {n_column} in {path} to a file",
        slot="target",
    ),
    split=Split.TRAIN,
)
def save_total(play: Play) -> None:
    """Two calls: the figure, then the file."""
    path, sheet = pick_sheet(play, "n")
    target = new_target(play)
    play.ask(target=target)
    play.call("aggregate_column", {"path": path, "column": sheet["roles"]["n"], "operation": "sum"})
    play.learn("The sum is {sum}.", "{n_column} comes to {sum}.", sum=total(sheet["rows"]))
    play.call("write_file", {"path": target, "text": play.text("{sum}")}, does="write {text} to {target}")
    play.learn("{target} holds {sum} now.", "The number {sum} is saved in {target}.")
    play.conclude(
        "I wrote {sum} to {target}.",
        "{target} now holds the total, {sum}.",
        "Saved: {n_column} comes to {sum}, see {target}.",
        facts=["sum"],
    )


@TABLES.intent(
    goal="append the total for {group} to {target}",
    wordings=(
        'work out {total_of} from {path} and append the line "{group}: " with the number to {target}',
        'find out {total_of} in {path} and put it at the bottom of {target}, behind "{group}: "',
        'My report {target} still needs the line "{group}: (sum)". The sum is {total_of}; look into {path}.',
        'add a line to {target} that reads "{group}: " and then {total_of}, as found in {path}',
        '{target} needs one more line, "{group}: " followed by the sum. It is {total_of}, from {path}.',
        "look up {total_of} in {path}; write it at the end of {target} as {group}, colon, number",
        "{how_much_of:cap}? It's in {path}. Put it at the end of {target}, as {group}, colon, number.",
        '~{path} -> {target}: append "{group}: (sum)"',
    ),
    essential="write_file",
    missing=Missing(
        wordings=(
            "work out {total_of} from {path} and append it to a file as a line: {group}, colon, number",
            "add a line to one of my files with {total_of}, as found in {path}",
            '~{path} -> file: "{group}: (sum)"',
        ),
        needs="the file to append it to",
        goal="append the total for {group} to a file",
        slot="target",
    ),
    split=Split.TRAIN,
)
def append_total(play: Play) -> None:
    """Three calls: the columns, the sum, the line at the end of a text that is there."""
    path, sheet = pick_sheet(play, "group", "n")
    group = pick_group(play, sheet)
    target = play.draw.pick(list(play.state["texts"]))
    play.ask(target=target)
    look_at_columns(
        play,
        path,
        sheet,
        "{group} is a value of {group_column}, the numbers are in {n_column}.",
        "I need {n_column}, limited to {group} in {group_column}.",
    )
    play.call(
        "aggregate_column",
        {"path": path, "column": sheet["roles"]["n"], "operation": "sum", **where(sheet["roles"]["group"], group)},
        does="add up {column} where {where_column} is {where_value}",
    )
    play.learn("The sum for {group} is {sum}.", "{group} has {sum}.", sum=total(matching(sheet, group=group)))
    play.call(
        "write_file",
        {"path": target, "text": play.text("{group}: {sum}"), "mode": "append"},
        does='append the line "{text}" to {target}',
        derived=["text"],
    )
    play.learn('The line "{group}: {sum}" is in {target} now.', "{target} ends with {group}: {sum} now.")
    play.conclude(
        "{target} has a new last line: {group}: {sum}.",
        "I added {group}: {sum} to {target}.",
        facts=["sum"],
    )


@TABLES.intent(
    goal="note the total {n_column} of {path}",
    wordings=(
        'add up {n_column} in {path} and make a note that says "{title}: " and the number',
        'sum {n_column} from {path}, then note it as "{title}: " plus the sum',
        'I\'d like a note with the words "{title}: " and after them the total of {n_column} in {path}.',
        'put the sum of {n_column} in {path} into my notes, in the form "{title}: number"',
        "Total up {n_column} in {path} for me. It should end up in my notes as {title}, colon, number.",
        '~note "{title}: total of {n_column}" from {path}',
    ),
    essential="add_note",
    split=Split.DEV,
)
def note_total(play: Play) -> None:
    """Two calls: the figure, then the note."""
    path, sheet = pick_sheet(play, "n")
    title = play.draw.pick((f"{sheet['word']} total", f"sum of {sheet['word']}", f"all {sheet['word']}"))
    play.ask(title=title)
    play.call("aggregate_column", {"path": path, "column": sheet["roles"]["n"], "operation": "sum"})
    play.learn("The sum comes to {sum}.", "The column makes {sum}.", sum=total(sheet["rows"]))
    play.call("add_note", {"text": play.text("{title}: {sum}")}, derived=["text"])
    play.learn('The note "{title}: {sum}" is saved.', "My note says {title}: {sum}.")
    play.conclude("I noted {title}: {sum}.", "There is a note now: {title}: {sum}.", facts=["sum"])


@TABLES.intent(
    goal="write the names of what {path} lists for {group} to {target}",
    wordings=(
        "save the {label_column} values of {path} where {group_column} is {group} to {target}, one per line",
        "write {label_column} of every row with {group} under {group_column} in {path} to {target}, a line each",
        "I have to hand out a list: everything in {path} with {group_column} {group}. Put its {label_column} into "
        "{target}, one per line.",
        "make a text file {target} with every {label_column} from {path} that has {group} as {group_column}, one a line",
        "I need a plain list: {label_column} of all rows in {path} with {group_column} {group}, one per line, in {target}.",
        "pull {label_column} for {group} ({group_column}) out of {path} and write it line by line into {target}",
        "Who or what has {group} as {group_column} in {path}? Put every {label_column} on a line of its own in {target}.",
        "~{path}: {label_column} where {group_column} {group} > {target}",
    ),
    essential="write_file",
    split=Split.TRAIN,
)
def save_list(play: Play) -> None:
    """Two calls: rows are found, and their names become a file."""
    path, sheet = pick_sheet(play, "label", "group", plain=True)
    group = pick_group(play, sheet)
    labels = [row["label"] for row in matching(sheet, group=group)]
    if not 2 <= len(labels) <= 5:
        raise play.unsuitable("too few or too many to list")
    play.ask(target=new_target(play))
    play.call(
        "find_rows",
        {"path": path, **where(sheet["roles"]["group"], group), "show": sheet["roles"]["label"]},
        does="find {show} in {path} where {where_column} is {where_value}",
    )
    play.learn("{count} rows fit: {labels}.", "For {group} there are {labels}.", count=len(labels), labels=labels)
    play.call(
        "write_file",
        {"path": play.slots["target"], "text": "\n".join(labels)},
        does="write {labels} to {target}, one per line",
        derived=["text"],
    )
    play.learn("{target} lists {count} names now.", "The list is in {target}.")
    play.conclude(
        "I wrote {labels} to {target}.",
        "{target} now lists {labels}.",
        "The list is in {target}: {labels}.",
        facts=["labels"],
    )


@TABLES.intent(
    goal="tell the {groups} with the most in {path} and note it with the tag {tag}",
    wordings=(
        "find the {group_column} with the highest sum of {n_column} in {path} and note its name with the tag {tag}",
        "Which {group_column} leads {path} in {n_column}? put just that name into my notes, tagged {tag}.",
        "I'm picking the winner of {path}: the {group_column} with the most {n_column}. Note the name alone, tag {tag}.",
        "add up {n_column} by {group_column} in {path}; the first one's name goes into a note with the tag {tag}",
        "~{path}: note top {group_column} by {n_column}, tag {tag}",
    ),
    essential="add_note",
    split=Split.DEV,
)
def note_winner(play: Play) -> None:
    """Two calls: the first of the groups becomes a note with a tag."""
    path, sheet = pick_sheet(play, "group", "n")
    groups = list(by_group(sheet).items())
    if len(groups) < 2 or groups[0][1] == groups[1][1]:
        raise play.unsuitable("nobody wins")
    play.ask(tag=play.draw.pick(("winner", "report", "award", "check")))
    play.call(
        "group_rows",
        {"path": path, "group_by": sheet["roles"]["group"], "operation": "sum", "column": sheet["roles"]["n"]},
        does="sum {column} in {path} by {group_by}",
    )
    play.learn(
        "{first} has the most, {most}.", "First comes {first} with {most}.", first=groups[0][0], most=groups[0][1]
    )
    play.call(
        "add_note",
        {"text": groups[0][0], "tag": play.slots["tag"]},
        does='save the note "{text}" with the tag {tag}',
    )
    play.learn("{first} is noted.", "The note with {first} is saved under {tag}.")
    play.conclude(
        "{first} leads with {most} {unit}; I noted the name.",
        "It is {first}, {most} {unit}. The note is saved with the tag {tag}.",
        facts=["first", "most"],
    )
