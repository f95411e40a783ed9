"""All of a reproduction, from wherever it was: records, then each system of each seed trained and evaluated, then the table.

A seed is done after the other, so that whole tables come early. What is done is known by what it depends on, not by its name.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from umi_local.engine.base import CancelToken
from umi_local.errors import UsageError
from umi_local.evaluate.values import Mode
from umi_local.messages import JsonValue
from umi_train.base import find_base
from umi_train.errors import TrainError
from umi_train.fingerprint import base_fingerprint
from umi_train.reproduce.config import Reproduction
from umi_train.reproduce.evaluating import OnDone, Opener, answers_of, evaluate
from umi_train.reproduce.material import work_for
from umi_train.reproduce.places import Place
from umi_train.reproduce.records import OnRecords, Prepared, prepare_halves
from umi_train.reproduce.systems import SYSTEMS, TRAININGS, SystemName
from umi_train.reproduce.table import Outcome, Report, report_of
from umi_train.reproduce.training import Done, done_of, settings_of, train
from umi_train.setting import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Who wants to know how it goes.

    Attributes:
        say: Gets a line for each thing that begins or is done.
        training: Opens what shows a training.
        evaluating: Opens what shows an evaluation; `cancel` may be set while it is open.
    """

    say: Callable[[str], None]
    training: Callable[[], AbstractContextManager[Watch]]
    evaluating: Callable[[], AbstractContextManager[OnDone]]


@dataclass(frozen=True, slots=True)
class State:
    """How far one system of one seed is.

    Attributes:
        trainings: What it is made of, in order; None for what isn't done.
        n_done: Steps and tasks that it was asked, of `n_wanted`.
    """

    system: SystemName
    seed: int
    trainings: Mapping[str, Done | None]
    n_done: int
    n_wanted: int

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do."""
        return all(self.trainings.values()) and self.n_done == self.n_wanted

    def __str__(self) -> str:
        trained = ", ".join(f"{name} {'done' if done else 'to train'}" for name, done in self.trainings.items())
        return f"seed {self.seed}, {self.system}: {trained}; {self.n_done:,} of {self.n_wanted:,} answers"


class Reproducing:
    """A reproduction whose records are prepared.

    Args:
        opener: Opens what was trained; by default under transformers.

    Raises:
        UsageError: Several processes were started, or there is nothing to evaluate on.
        UmiError: Records or base can't be used.
    """

    def __init__(
        self, given: Reproduction, *, opener: Opener | None = None, on_records: OnRecords | None = None
    ) -> None:
        if int(os.environ.get("WORLD_SIZE", "1")) > 1:
            raise UsageError(
                "a reproduction runs in one process",
                hint="Give each machine its own --seed; they may share `out`.",
            )
        self._given, self._opener = given, opener or _under_transformers()
        base = find_base(given.train.base.model)
        self.prepared: Prepared = prepare_halves(given, on_records=on_records)
        self.work = work_for(given.plan)
        self._base = base_fingerprint(base)
        self._told: set[str] = set()

    def state(self, system: SystemName, seed: int) -> State:
        """Return how far a system is.

        Raises:
            ResumeError: What is there was made of something else.
        """
        trainings = {
            name: done_of(Place(self._given.train.out).training(name, seed), self._settings(name, seed))
            for name in SYSTEMS[system].trainings
        }
        answers = answers_of(self._given, self.work, system, seed)
        return State(system, seed, trainings, answers.n_done, answers.n_wanted)

    def run(self, system: SystemName, seed: int, shown: Shown, cancel: CancelToken) -> State:
        """Train and evaluate what is left of one system; return how far it then is.

        Raises:
            CancelledError: `cancel` was set.
            UmiError: It can't be trained or evaluated. What was done is kept.
        """
        state = self.state(system, seed)
        for name in [name for name, done in state.trainings.items() if done is None]:
            with shown.training() as watch:
                done = train(self._given, name, seed, self._settings(name, seed), self._told_once(watch))
            shown.say(
                f"seed {seed}, {system}: trained {name} in {done.seconds:,.0f} s, {_targets(done.targets)} target tokens"
            )
        state = self.state(system, seed)
        self._check_targets(state)
        if not state.is_complete:
            with shown.evaluating() as on_done:
                evaluate(self._given, self.work, system, seed, opener=self._opener, on_done=on_done, cancel=cancel)
            state = self.state(system, seed)
            shown.say(f"seed {seed}, {system}: evaluated, {state.n_done:,} answers")
        return state

    def report(self, mode: Mode) -> Report:
        """Return the table of all systems and seeds of the plan that are complete.

        Raises:
            ResumeError: What is there was made of something else.
        """
        plan = self._given.plan
        outcomes = []
        for system in plan.systems:
            for seed in plan.seeds:
                state = self.state(system, seed)
                if state.is_complete:
                    self._check_targets(state)
                    outcomes.append(self._outcome(state))
        return report_of(outcomes, mode=mode, route=plan.route.value, passes=plan.passes)

    def _outcome(self, state: State) -> Outcome:
        answers = answers_of(self._given, self.work, state.system, state.seed)
        trained = [done for done in state.trainings.values() if done is not None]
        return Outcome(
            system=state.system,
            seed=state.seed,
            targets=_learned(state),
            tokens=sum(done.tokens for done in trained),
            seconds=sum(done.seconds for done in trained),
            static=answers.static,
            live=answers.live,
        )

    def _check_targets(self, state: State) -> None:
        """Hold what was learned against what every system is to learn.

        Raises:
            TrainError: It differs: the systems could not be compared.
        """
        profile = TRAININGS[SYSTEMS[state.system].trainings[0]].profile or self._given.train.data.profile
        wanted = {role: n * self._given.plan.passes for role, n in self.prepared.targets[profile].items()}
        learned = _learned(state)
        if learned != wanted:
            raise TrainError(
                f"seed {state.seed}, {state.system}: learned {_targets(learned)} target tokens, not {_targets(wanted)}",
                hint="Remove its folder below `trainings`, so that it is trained again.",
            )

    def _told_once(self, watch: Watch) -> Watch:
        """Return a watch that gets each notice once: most are about the records, which are the same in every training."""

        def tell(text: str) -> None:
            if text not in self._told:
                self._told.add(text)
                watch.on_notice(text)

        return replace(watch, on_notice=tell)

    def _settings(self, name: str, seed: int) -> dict[str, JsonValue]:
        return settings_of(self._given, name, seed, records=self.prepared.identity, base=self._base)


def jobs_of(given: Reproduction, systems: Sequence[SystemName], seeds: Sequence[int]) -> list[tuple[SystemName, int]]:
    """Return which systems are run with which seeds, in order: a seed after the other, so that whole tables come early.

    Args:
        systems: Only these; empty for all of the plan.
        seeds: Only these; empty for all of the plan.

    Raises:
        UsageError: One isn't in the plan.
    """
    plan = given.plan
    for name, chosen, known in (("system", systems, plan.systems), ("seed", seeds, plan.seeds)):
        for value in chosen:
            if value not in known:
                listed = ", ".join(map(str, known))
                raise UsageError(f"there is no {name} {value} in [reproduce]", hint=f"There are: {listed}.")
    return [
        (system, seed)
        for seed in plan.seeds
        for system in plan.systems
        if (not systems or system in systems) and (not seeds or seed in seeds)
    ]


def _learned(state: State) -> dict[str, int]:
    learned: Counter[str] = Counter()
    for done in state.trainings.values():
        learned.update(done.targets if done else {})
    return dict(learned)


def _targets(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{role} {count:,}" for role, count in sorted(counts.items()))


def _under_transformers() -> Opener:
    from umi_train.transformers_engine import open_trained

    return open_trained
