"""Builds a record's turns from what other formats hold, so that their order is always one that a record may have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from umi_local.messages import (
    CallerTurn,
    Decision,
    Observation,
    PlannerTurn,
    SummarizerTurn,
    ToolCall,
    ToolSpec,
    ToolTurn,
    Trajectory,
    Turn,
    UserTurn,
)
from umi_local.records import Record, Split
from umi_train.importers.grounding import is_grounded
from umi_train.importers.rationales import Situation, Step, before_answer, before_call
from umi_train.importers.report import ImportReport


class RecordBuilder:
    """Takes a dialogue piece by piece.

    Args:
        key: The record's id; also decides which templates made rationales take.
        tools: On offer.
        report: Counts what is made or marked.
    """

    def __init__(self, key: str, tools: Sequence[ToolSpec], report: ImportReport) -> None:
        self._key, self._tools, self._report = key, tuple(tools), report
        self._turns: list[Turn] = []
        self._steps: list[Step] = []
        self._no_loss: list[int] = []
        self._user = ""
        self._is_unfinished = False

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns so far."""
        return tuple(self._turns)

    @property
    def is_unfinished(self) -> bool:
        """Whether the end was marked as missing; nothing may follow."""
        return self._is_unfinished

    def user(self, text: str) -> None:
        """Add the user's words."""
        self._turns.append(UserTurn(text))
        self._steps, self._user = [], text

    def call(self, call: ToolCall, *, rationale: str = "", hint: str | None = None) -> None:
        """Add a planner's turn and a call; without a rationale one is made."""
        if not rationale.strip():
            rationale = before_call(self._situation(hint), call)
            self.change("rationales made")
        self._turns += [PlannerTurn(rationale.strip(), Decision.CALL), CallerTurn(call)]

    def observe(self, observation: Observation, *, ok: bool = True) -> None:
        """Add the result of the last call; `ok` is False where it failed or found nothing."""
        call = self._turns[-1]
        assert isinstance(call, CallerTurn)
        self._turns.append(ToolTurn(observation))
        self._steps.append(Step(call.call, observation.text, ok and not observation.is_error, observation.is_error))

    def answer(self, text: str, *, rationale: str = "", hint: str | None = None) -> None:
        """Add a planner's turn and the answer; one with facts that nothing shows is marked as without loss."""
        if not rationale.strip():
            rationale = before_answer(self._situation(hint), text)
            self.change("rationales made")
        self._turns.append(PlannerTurn(rationale.strip(), Decision.CONCLUDE))
        if not is_grounded(text, self._turns):
            self._no_loss.append(len(self._turns))
            self.change("answers with facts that nothing shows: without loss")
        self._turns.append(SummarizerTurn(text))

    def give_up(self, rationale: str) -> None:
        """Add a planner's turn that gives up."""
        self._turns.append(PlannerTurn(rationale.strip(), Decision.GIVE_UP))

    def end_early(self, what: str) -> None:
        """Say that the source ends before the answer."""
        self._is_unfinished = True
        self.change(what)

    def change(self, what: str, n: int = 1) -> None:
        """Count something that was left out, made or changed."""
        self._report.change(what, self._key, n)

    def record(self, *, source: str, license: str, split: Split, **metadata: Any) -> Record:
        """Return the record."""
        if self._no_loss:
            metadata["no_loss"] = self._no_loss
        if self._is_unfinished:
            metadata["unfinished"] = True
        return Record(
            id=self._key,
            source=source,
            license=license,
            split=split,
            trajectory=Trajectory(self._tools, self.turns),
            metadata=metadata,
        )

    def _situation(self, hint: str | None) -> Situation:
        return Situation(
            key=f"{self._key}/{len(self._turns)}", tools=self._tools, user=self._user, steps=self._steps, hint=hint
        )
