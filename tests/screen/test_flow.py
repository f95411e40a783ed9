from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from umi_local.messages import Decision, PlannerTurn
from umi_local.screen.flow import Flow
from umi_local.screen.rationale import RationaleStream


def cut(text: str, places: list[int]) -> list[str]:
    ends = sorted({min(place, len(text)) for place in places} | {0, len(text)})
    return [text[a:b] for a, b in itertools.pairwise(ends)]


def flowed(pieces: list[str], **options) -> str:
    written: list[str] = []
    flow = Flow(written.append, **options)
    for piece in pieces:
        flow.push(piece)
    flow.finish()
    return "".join(written)


TEXT = st.text("ab \n", max_size=80)
PLACES = st.lists(st.integers(0, 80), max_size=12)


@given(TEXT, PLACES)
def test_without_a_width_text_comes_out_as_it_went_in(text: str, places: list[int]) -> None:
    assert flowed(cut(text, places), width=None).rstrip() == text.rstrip()


@given(TEXT, PLACES, st.integers(8, 30))
def test_how_text_arrives_does_not_change_what_is_written(text: str, places: list[int], width: int) -> None:
    assert flowed(cut(text, places), width=width, indent="  ") == flowed([text], width=width, indent="  ")


@given(st.lists(st.text("ab", min_size=1, max_size=6), max_size=30), st.integers(8, 30))
def test_no_line_is_longer_than_the_width_and_no_word_is_lost(words: list[str], width: int) -> None:
    lines = flowed([" ".join(words)], width=width, indent="  ").split("\n")
    assert all(len(line.rstrip()) <= width for line in lines)
    assert " ".join(lines).split() == words


def test_wide_characters_count_twice() -> None:
    assert flowed(["東京 東京 東京"], width=10) == "東京 東京\n東京"


def test_a_line_begins_where_the_text_before_it_ends() -> None:
    assert flowed(["one two three"], width=10, indent="  ", column=4) == "one\n  two\n  three"


@given(st.text("Nextabc: \n", max_size=60), st.sampled_from(["caller", "summarizer", "give up"]), PLACES)
def test_the_rationale_is_shown_whole_and_the_marker_never(text: str, next_role: str, places: list[int]) -> None:
    rationale = "\n".join(line for line in text.split("\n") if not line.lstrip(" ").startswith("Next:")).strip()
    stream = RationaleStream()
    shown = "".join(stream.push(piece) for piece in cut(f"{rationale}\nNext: {next_role}", places))
    turn = PlannerTurn(rationale, Decision.CALL)
    assert shown + stream.rest(turn.rationale) == rationale


def test_the_rationale_is_shown_before_it_is_whole() -> None:
    stream = RationaleStream()
    assert stream.push("The sum of ") == "The sum of"
    assert stream.push("two\nnumbers") == " two\nnumbers"
    assert stream.push("\nNe") == ""
    assert stream.push("ver") == "\nNever"
