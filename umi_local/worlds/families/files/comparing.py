"""Whether files are the same, unchanged or double, by their checksums."""

from __future__ import annotations

import hashlib

from umi_local.worlds.facts import NO, YES
from umi_local.worlds.families._papers.desks import name_of, put_file, stem_of
from umi_local.worlds.families.files.service import FILES, new_folder, pick_file
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


def digest(play: Play, path: str, algorithm: str = "sha256") -> str:
    """Return a file's checksum."""
    return hashlib.new(algorithm, play.state["files"][path].encode(), usedforsecurity=False).hexdigest()


def second_copy(play: Play, path: str, *, is_same: bool) -> str:
    """Add another file of the same name in another folder, with the same text or one that differs."""
    other = f"{new_folder(play)}/{name_of(path)}"
    text = play.state["files"][path]
    put_file(play.state, play.draw, other, text if is_same else text.rstrip("\n") + ".\n")
    return other


@FILES.intent(
    goal="say whether {path} and {other} are the same",
    wordings=(
        "are {path} and {other} the same?",
        "do {path} and {other} have exactly the same content?",
        "compare {path} with {other} and tell me if they are identical",
        "I have {path} and {other}. Is one just a copy of the other?",
        "check if {path} and {other} differ",
        "Someone may have changed {other}. Is it still the same as {path}?",
        "Before I throw one away: are {path} and {other} identical?",
        "~{path} == {other}?",
        "~same content: {path}, {other}?",
    ),
    essential="checksum",
    split=Split.TRAIN,
)
def are_same(play: Play) -> None:
    """Two calls; equal checksums mean equal files."""
    path = pick_file(play)
    is_same = play.draw.chance(0.5)
    other = second_copy(play, path, is_same=is_same)
    play.ask(other=other)
    play.call("checksum", {"path": path})
    play.learn(
        "The checksum of {path} begins with {begin}.", "{begin}... is the first checksum.", begin=digest(play, path)[:8]
    )
    play.call("checksum", {"path": other})
    if is_same:
        play.learn(
            "The second one is the same, so the files are identical.", "{other} has the same checksum, down to the end."
        )
        play.conclude(
            "Yes, {path} and {other} are identical.",
            "Yes, {other} is exactly the same as {path}.",
            "Yes, they have the same content; the checksums of {path} and {other} agree.",
            facts=[YES, "path", "other"],
        )
    else:
        play.learn(
            "The second one begins with {other_begin}, so they differ.",
            "{other} has another checksum, {other_begin}...",
            other_begin=digest(play, other)[:8],
        )
        play.conclude("No, {path} and {other} differ.", "No, they are not identical: the checksums differ.", facts=[NO])


@FILES.intent(
    goal="check {path} against the {algorithm} checksum {expected}",
    wordings=(
        "does {path} have the {algorithm} checksum {expected}?",
        "check {path} against this {algorithm} sum: {expected}",
        "The sender says that the {algorithm} of {path} is {expected}. Is that right?",
        "is {path} intact? its {algorithm} should be {expected}",
        "verify {path}, {algorithm} {expected}",
        "compare the {algorithm} checksum of {path} with {expected}",
        "I was given {expected} as the {algorithm} of {path}. Did the file arrive unchanged?",
        "~{algorithm} {path} = {expected}?",
    ),
    essential="checksum",
    missing=Missing(
        wordings=(
            "check the {algorithm} checksum of {path}, I'll tell you what it should be",
            "is {path} intact? I have its {algorithm} here",
            "verify {path} with the {algorithm} I was given",
            "~verify {algorithm} {path}",
        ),
        needs="the checksum it should have",
        goal="check {path} against its {algorithm} checksum",
        slot="expected",
    ),
    split=Split.TRAIN,
)
def matches(play: Play) -> None:
    """One call with a value that must be copied exactly."""
    path = pick_file(play)
    algorithm = play.draw.pick(("md5", "md5", "sha1"))
    expected = digest(play, path, algorithm)
    is_right = play.draw.chance(0.5)
    if not is_right:
        expected = expected[:-1] + ("0" if expected[-1] != "0" else "1")
    play.ask(algorithm=algorithm, expected=expected)
    play.call(
        "checksum",
        {"path": path, "algorithm": algorithm, "expected": expected},
        does="compare the {algorithm} of {path} with {expected}",
    )
    if is_right:
        play.learn("It matches what is expected.", "matches_expected is true, so {path} is unchanged.")
        play.conclude(
            "Yes, the {algorithm} of {path} matches.", "Yes, {path} has that {algorithm} checksum.", facts=[YES, "path"]
        )
    else:
        play.learn("It doesn't match: {path} has another checksum.", "The result says that it does not match.")
        play.conclude(
            "No, the {algorithm} of {path} is another one.", "No, {path} does not have that checksum.", facts=[NO]
        )


@FILES.intent(
    goal="compute the {algorithm} checksum of {path}",
    wordings=(
        "what is the {algorithm} checksum of {path}?",
        "compute the {algorithm} of {path}",
        "give me the {algorithm} sum for {path}",
        "I have to send the {algorithm} checksum of {path} along. What is it?",
        "get me {path}'s {algorithm}",
        "~{algorithm} {path}",
    ),
    essential="checksum",
    missing=Missing(
        wordings=(
            "compute the {algorithm} of a file",
            "give me the {algorithm} sum for one of my files",
            "~{algorithm}?",
        ),
        needs="the file it is for",
        goal="compute the {algorithm} checksum of a file",
        slot="path",
    ),
    split=Split.DEV,
)
def one_checksum(play: Play) -> None:
    """One call; a long code is copied into the answer."""
    path = pick_file(play)
    algorithm = play.draw.pick(("md5", "sha1"))
    play.ask(algorithm=algorithm)
    play.call("checksum", {"path": path, "algorithm": algorithm}, does="compute the {algorithm} of {path}")
    play.learn("The {algorithm} is {sum}.", "It comes out as {sum}.", sum=digest(play, path, algorithm))
    play.conclude("The {algorithm} of {path} is {sum}.", "{algorithm}: {sum}", facts=["sum"])


@FILES.intent(
    goal="find a second copy of {path} and say whether it is the same",
    wordings=(
        "is there a second copy of {path} somewhere, and is it really the same?",
        "look for another file called {name} and check if it equals {path}",
        "I think {path} exists twice. Find the other one and compare their contents.",
        "does {path} have a double elsewhere? tell me where, and whether both are identical",
        "~other copy of {path}? identical?",
    ),
    essential="checksum",
    split=Split.TEST,
)
def find_double(play: Play) -> None:
    """Three calls: a file of the same name, and two checksums."""
    path = pick_file(play)
    if sum(stem_of(path) in other for other in play.state["files"]) > 1:
        raise play.unsuitable("the name is no name of its own")
    is_same = play.draw.chance(0.5)
    other = second_copy(play, path, is_same=is_same)
    play.ask()
    play.call("find_files", {"name": name_of(path)})
    play.learn("Besides {path} there is {other}.", "The other one is {other}.", other=other)
    play.call("checksum", {"path": path})
    play.learn("{path} has {begin}... as its checksum.", "The one we know has {begin}...", begin=digest(play, path)[:8])
    play.call("checksum", {"path": other})
    if is_same:
        play.learn("{other} has the same, so it is a true copy.", "Both checksums are the same.")
        play.conclude(
            "Yes, {other} has exactly the same content.", "Yes: {other} is an identical copy.", facts=[YES, "other"]
        )
    else:
        play.learn(
            "{other} has {other_begin}..., so its content differs.",
            "The checksum of {other} is another one, {other_begin}...",
            other_begin=digest(play, other)[:8],
        )
        play.conclude(
            "There is {other}, but it is not the same.",
            "{other} has the same name, but not the same content.",
            facts=[NO, "other"],
        )


@FILES.intent(
    goal="check {path} against the checksum noted in {list_path}",
    wordings=(
        "check {path} against the checksum that stands in {list_path}",
        "{list_path} has the md5 of {path}. Is the file still the same?",
        "take the md5 out of {list_path} and verify {path} with it",
        "has {path} been changed since I wrote its md5 down in {list_path}?",
        "~verify {path} with {list_path} (md5)",
    ),
    essential="checksum",
    split=Split.TEST,
)
def check_against_list(play: Play) -> None:
    """Two calls: the expected value comes from another file."""
    path = pick_file(play)
    is_right = play.draw.chance(0.5)
    expected = digest(play, path, "md5")
    noted = expected if is_right else hashlib.md5(expected.encode(), usedforsecurity=False).hexdigest()
    list_path = play.draw.pick(("checksums.txt", "md5sums.txt", "sums.txt"))
    put_file(play.state, play.draw, list_path, f"{noted}  {name_of(path)}\n")
    play.ask(list_path=list_path)
    play.call("read_file", {"path": list_path})
    play.learn("{list_path} says {noted}.", "The md5 noted there is {noted}.", noted=noted)
    play.call(
        "checksum",
        {"path": path, "algorithm": "md5", "expected": noted},
        does="compare the md5 of {path} with {noted}",
    )
    if is_right:
        play.learn("It agrees with the list.", "The checksum of {path} is the noted one.")
        play.conclude(
            "{path} is unchanged: its md5 is the one in {list_path}.",
            "The md5 of {path} agrees with {list_path}; nothing was changed.",
            facts=["path"],
        )
    else:
        play.learn("It doesn't agree, so {path} was changed.", "The checksum of {path} isn't the noted one.")
        play.conclude(
            "The md5 of {path} is not the one in {list_path}, so the file was changed.",
            "It does not agree with {list_path}: {path} was changed.",
            facts=[NO],
        )


@FILES.intent(
    goal="tell which of {path} and {other} is {which}, in bytes",
    wordings=(
        "which file is {which}, {path} or {other}?",
        "One of {path} and {other} is {which} than the other. Which one?",
        "compare the sizes of {path} and {other} and name the {which} one",
        "I can only keep the {which} one of {path} and {other}. Which is it?",
        "is {path} or {other} the {which} file?",
        "Look at the sizes: {path} against {other}. which one is {which}?",
        "between {path} and {other}, which is {which} in bytes?",
        "~{which}: {path} or {other}?",
    ),
    split=Split.TRAIN,
)
def larger_file(play: Play) -> None:
    """Two calls and a comparison that the plan makes itself."""
    path = pick_file(play)
    other = play.draw.pick([found for found in play.state["files"] if found != path])
    sizes = [len(play.state["files"][found].encode()) for found in (path, other)]
    if sizes[0] == sizes[1]:
        raise play.unsuitable("both have the same size")
    which = play.draw.pick(("larger", "smaller"))
    play.ask(other=other, which=which)
    play.call("file_info", {"path": path})
    play.learn("{path} has {one:n byte}.", "The first has {one:n byte}.", one=sizes[0])
    play.call("file_info", {"path": other})
    is_first = (sizes[0] > sizes[1]) == (which == "larger")
    play.learn(
        "{other} has {two:n byte}, so {found} is {which}.",
        "The second has {two:n byte}: {found} is the {which} one.",
        two=sizes[1],
        found=path if is_first else other,
    )
    play.conclude(
        "{found} is {which}: {size:n byte} against {rest}.",
        "The {which} one is {found}, with {size:n byte} to {rest}.",
        facts=["found", "size"],
        size=sizes[0 if is_first else 1],
        rest=sizes[1 if is_first else 0],
    )
