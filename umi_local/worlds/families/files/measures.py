"""How large files are, how many lines and words they have, when they were changed."""

from __future__ import annotations

import re
from collections import Counter

from umi_local.worlds.families._papers.desks import shown
from umi_local.worlds.families.files.service import FILES, pick_file, pick_text
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")


@FILES.intent(
    goal="tell the size of {path}",
    wordings=(
        "how big is {path}?",
        "what size does {path} have?",
        "tell me the size of {path} in bytes",
        "how many bytes does {path} take?",
        "I want to send {path}. How large is it?",
        "check the size of {path}",
        "Is {path} a large file? Give me its size.",
        "~size of {path}",
        "~{path}: bytes?",
    ),
    essential="file_info",
    missing=Missing(
        wordings=(
            "how big is my file?",
            "tell me the size of a file",
            "I want to send a file. How large is it?",
            "~file size?",
        ),
        needs="the path of the file",
        goal="tell how large a file is",
        slot="path",
    ),
    split=Split.TRAIN,
)
def file_size(play: Play) -> None:
    """One call, text in JSON."""
    path = pick_file(play)
    play.ask()
    play.call("file_info", {"path": path})
    play.learn("{path} has {size:n byte}.", "The size is {size:n byte}.", size=len(play.state["files"][path].encode()))
    play.conclude(
        "{path} has {size:n byte}.", "It is {size:n byte} large.", "{path} takes {size:n byte}.", facts=["size"]
    )


@FILES.intent(
    goal="say when {path} was changed last",
    wordings=(
        "when was {path} changed last?",
        "when did I last touch {path}?",
        "find out how old {path} is, I mean the date of the last change",
        "tell me the date and time of the last change to {path}",
        "I don't remember working on {path}. When did I save it last?",
        "what does the computer say when {path} was last edited?",
        "is {path} up to date? say when it was last changed",
        "~{path} last change?",
        "~date of {path}",
    ),
    essential="file_info",
    split=Split.TRAIN,
)
def when_changed(play: Play) -> None:
    """One call, a date and a time as the answer."""
    path = pick_file(play)
    when = play.state["modified"][path]
    play.ask()
    play.call("file_info", {"path": path})
    play.learn("It was changed on {day} at {at}.", "The last change is of {day}, {at}.", day=when[:10], at=when[11:16])
    play.conclude(
        "{path} was changed last on {day} at {at}.",
        "On {day} at {at}.",
        "The last change to {path} was on {day}, {at}.",
        facts=["day", "at"],
    )


@FILES.intent(
    goal="tell how many days ago {path} was changed",
    wordings=(
        "how many days ago was {path} changed?",
        "how many days has it been since I last saved {path}?",
        "count the days since the last change to {path}",
        "Nobody has touched {path} for a while. For how many days, exactly?",
        "I'd like to know the age of {path} in days, from its last change to today.",
        "~age of {path} in days",
    ),
    split=Split.TEST,
)
def days_unchanged(play: Play) -> None:
    """Two calls: the date of the first goes into the second."""
    path = pick_file(play)
    day = play.state["modified"][path][:10]
    play.ask()
    play.call("file_info", {"path": path})
    play.learn("It was last changed on {day}.", "The date of the last change is {day}.", day=day)
    said = play.call(
        "date_difference",
        {"start": day, "end": "today"},
        does="count the days from {day} to today",
        derived=["end"],
    )
    play.learn("That makes {count:n day}.", "Since then {count:n day} went by.", count=int(said.split()[0]))
    play.conclude("{path} was changed {count:n day} ago, on {day}.", "It has been {count:n day}.", facts=["count"])


@FILES.intent(
    goal="count the lines of {path}",
    wordings=(
        "how many lines does {path} have?",
        "count the lines of {path}",
        "how long is {path}, in lines?",
        "I need the number of lines in {path}.",
        "go and see how many lines there are in {path}",
        "~line count {path}",
    ),
    essential="file_info",
    missing=Missing(
        wordings=(
            "how many lines does my file have?",
            "count the lines of a file for me",
            "tell me how long my text is, in lines",
            "~line count?",
        ),
        needs="the name of the file",
        goal="count the lines of a file",
        slot="path",
    ),
    split=Split.DEV,
)
def line_count(play: Play) -> None:
    """One call; text in JSON."""
    path, _ = pick_text(play)
    play.ask()
    play.call("file_info", {"path": path})
    play.learn("{path} has {count} lines.", "The file counts {count} lines.", count=len(shown(play, path).splitlines()))
    play.conclude("{path} has {count} lines.", "It has {count} lines.", facts=["count"])


@FILES.intent(
    goal="count the words of {path}",
    wordings=(
        "how many words does {path} have?",
        "count the words in {path}",
        "what is the word count of {path}?",
        "My limit is {limit} words. How many are there in {path}?",
        "I have to know if {path} is too long. How many words is it?",
        "Give me the number of words in {path}, please.",
        "how long is {path} in words?",
        "~words in {path}",
        "~word count {path}?",
    ),
    essential="text_stats",
    split=Split.TRAIN,
)
def word_count(play: Play) -> None:
    """One call with several figures, of which one counts."""
    path, _ = pick_text(play)
    count = len(_WORD.findall(shown(play, path)))
    play.ask(limit=play.draw.pick((20, 25, 40, 50, 100)))
    play.call("text_stats", {"path": path})
    play.learn("{path} has {count} words.", "The count of words is {count}.", count=count)
    play.conclude("{path} has {count} words.", "There are {count} words in {path}.", "{count} words.", facts=["count"])


@FILES.intent(
    goal="say which of {path} and {other} has more words",
    wordings=(
        "which has more words, {path} or {other}?",
        "I may keep only the longer text, counted in words. {path} or {other}?",
        "name the text with more words: {path} or {other}",
        "Compare {path} and {other} by their number of words; which is longer?",
        "{path} and {other} were written by different people. Who wrote more words? Name the file.",
        "count the words of {path} and of {other} and tell me which text is longer",
        "is {path} longer than {other}, in words, or the other way round?",
        "~more words: {path} / {other}",
    ),
    split=Split.TRAIN,
)
def more_words(play: Play) -> None:
    """Two calls and a comparison."""
    path, _ = pick_text(play)
    other = play.draw.pick([found for found in play.state["texts"] if found != path])
    words, others = (len(_WORD.findall(shown(play, found))) for found in (path, other))
    if words == others:
        raise play.unsuitable("both are as long")
    play.ask(other=other)
    play.call("text_stats", {"path": path})
    play.learn("{path} has {words} words.", "The first text counts {words} words.", words=words)
    play.call("text_stats", {"path": other})
    play.learn(
        "{other} has {others}, so {longer} is longer.",
        "The second text counts {others} words; {longer} has more.",
        others=others,
        longer=path if words > others else other,
    )
    play.conclude(
        "{longer} has more words: {most} against {fewest}.",
        "{longer} is longer, with {most} words to {fewest}.",
        facts=["longer", "most"],
        most=max(words, others),
        fewest=min(words, others),
    )


@FILES.intent(
    goal="find the most frequent word of at least {letters} letters in {path}",
    wordings=(
        "which word of at least {letters} letters is the most frequent in {path}?",
        "find the commonest word in {path}, leaving out those shorter than {letters} letters",
        "what word with {letters} or more letters comes up most often in {path}?",
        "I suspect that I repeat myself in {path}. Which word do I use most? Only words of {letters} letters and more.",
        "~top word in {path} (min {letters} letters)",
    ),
    essential="text_stats",
    missing=Missing(
        wordings=(
            "which word of at least {letters} letters is the most frequent in my text?",
            "find the commonest long word in a file, from {letters} letters on",
            "~top word, min {letters} letters",
        ),
        needs="the file to look at",
        goal="find the most frequent word of a file",
        slot="path",
    ),
    split=Split.TEST,
)
def top_word(play: Play) -> None:
    """One call with an optional argument."""
    letters = play.draw.pick((4, 5))
    found = []
    for path in play.state["files"]:
        words = Counter(word.casefold() for word in _WORD.findall(shown(play, path)) if len(word) >= letters)
        top = words.most_common(2)
        if len(top) == 2 and top[0][1] > top[1][1]:
            found.append((path, *top[0]))
    if not found:
        raise play.unsuitable("no word stands out")
    path, word, count = play.draw.pick(found)
    play.ask(path=path, letters=letters)
    play.call(
        "text_stats", {"path": path, "min_letters": letters}, does="count the words of {path} from {letters} letters on"
    )
    play.learn('"{word}" comes first with {count}.', '"{word}" is used {count} times.', word=word, count=count)
    play.conclude('It is "{word}", which comes {count} times.', '"{word}", {count} times.', facts=["word", "count"])


@FILES.intent(
    goal="add up the sizes of {path} and {other}",
    wordings=(
        "how big are {path} and {other} together, in bytes?",
        "if I pack {path} and {other}, how many bytes is that altogether?",
        "add up the sizes of {path} and {other}",
        "I want to mail {path} and {other}. How many bytes is that in all?",
        "what do {path} and {other} weigh together, in bytes?",
        "take the sizes of {path} and {other} and sum them up",
        "My mailbox has a limit. Tell me the total size of {path} plus {other} in bytes.",
        "~{path} + {other}, total bytes",
    ),
    split=Split.TRAIN,
)
def size_together(play: Play) -> None:
    """Three calls: two sizes and their sum."""
    path = pick_file(play)
    other = play.draw.pick([found for found in play.state["files"] if found != path])
    one, two = (len(play.state["files"][found].encode()) for found in (path, other))
    play.ask(other=other)
    play.call("file_info", {"path": path})
    play.learn("{path} has {one} bytes.", "The size of {path} is {one} bytes.", one=one)
    play.call("file_info", {"path": other})
    play.learn("{other} has {two} bytes.", "{other} adds {two} bytes.", two=two)
    play.call("calculate", {"expression": f"{one} + {two}"}, derived=["expression"])
    play.learn("Both have {sum} bytes.", "The sum is {sum}.", sum=one + two)
    play.conclude(
        "Together they have {sum} bytes.",
        "{sum} bytes: {one} and {two}.",
        "{path} and {other} come to {sum} bytes.",
        facts=["sum"],
    )
