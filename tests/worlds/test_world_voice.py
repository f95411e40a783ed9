"""One voice or many: the same tasks, calls and results; only the plans' own words differ."""

from __future__ import annotations

import pytest

from umi_local.messages import CallerTurn, PlannerTurn, SummarizerTurn, ToolTurn
from umi_local.worlds import generate, generate_conversations
from umi_local.worlds.draw import Voice
from umi_local.worlds.frames import CLOSING
from umi_local.worlds.splits import Split

N = 120


@pytest.fixture(scope="module")
def voices():
    return {voice: list(generate("train", N, seed=9, voice=voice)) for voice in Voice}


def test_what_is_asked_offered_called_and_returned_is_the_same(voices):
    for varied, one in zip(voices[Voice.VARIED], voices[Voice.ONE], strict=True):
        assert varied.id == one.id
        assert varied.trajectory.tools == one.trajectory.tools
        assert varied.trajectory.turns[0] == one.trajectory.turns[0]
        done = [
            [turn for turn in record.trajectory.turns if isinstance(turn, CallerTurn | ToolTurn)]
            for record in (varied, one)
        ]
        assert done[0] == done[1]


def test_one_voice_closes_and_answers_in_one_way(voices):
    def closings(voice):
        """Which of the shared closings end a rationale."""
        texts = [text.replace("[That|This]", "That") for text in CLOSING.of(Split.TRAIN)]
        said = [turn.rationale for r in voices[voice] for turn in r.trajectory.turns if isinstance(turn, PlannerTurn)]
        return {text for text in texts if any(rationale.endswith(text) for rationale in said)}

    assert closings(Voice.ONE) == {"That answers the question."}
    assert len(closings(Voice.VARIED)) > 8


def test_one_voice_writes_dates_as_tools_do(voices):
    from umi_local.worlds.speech import MONTHS

    def named(record):
        """Rationales and answers that spell a month which the user didn't."""
        own = [turn.rationale if isinstance(turn, PlannerTurn) else turn.text
               for turn in record.trajectory.turns if isinstance(turn, PlannerTurn | SummarizerTurn)]  # fmt: skip
        return [text for text in own if any(f" {month} " in text and "20" in text for month in MONTHS)]

    spelled = {voice: sum(len(named(record)) for record in voices[voice]) for voice in Voice}
    assert spelled[Voice.ONE] < spelled[Voice.VARIED] / 5


def test_conversations_have_a_voice_too():
    made = {voice: list(generate_conversations("train", 20, seed=9, voice=voice)) for voice in Voice}
    assert [one.id for one in made[Voice.ONE]] == [one.id for one in made[Voice.VARIED]]
    own = [
        {wording for c in made[voice] for r in c.records for wording in r.wordings}
        for voice in (Voice.ONE, Voice.VARIED)
    ]
    assert len(own[0]) < len(own[1])
