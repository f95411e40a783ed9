"""The training loop: a step is a batch of units, packed into rows that are accumulated, then one step of AdamW.

A step depends on the seed, its number and the state before it, on nothing else: not on how often the run was resumed, and up to
rounding not on how many processes share the rows. A checkpoint holds the state.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from umi_local.messages import JsonValue, Role
from umi_train import checkpoint
from umi_train.checkpoint import State
from umi_train.config import StageConfig
from umi_train.data import DataSet
from umi_train.errors import LossError, NoDataError
from umi_train.jobs import Job, Unit, group_counts, target_weights
from umi_train.keeping import is_out_of_patience, keep_better_ones
from umi_train.lora import parameters_of, set_weights, weights_of
from umi_train.measure import measure
from umi_train.network import Network
from umi_train.packing import ROLES
from umi_train.processes import Processes
from umi_train.row_threads import RowThreads
from umi_train.run_log import RunLog
from umi_train.schedule import learning_rate, plan_steps

CHECKPOINTS = "checkpoints"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        losses: Nats a token, by role, smoothed over some twenty steps.
        tokens_per_s: Read by all processes together, contexts included, since this process began.
        seconds_left: At this rate.
    """

    step: int
    n_steps: int
    losses: Mapping[Role, float]
    tokens_per_s: float
    seconds_left: float


@dataclass(frozen=True, slots=True)
class Finished:
    """What a run came to.

    Attributes:
        steps: That were done; fewer than planned where it stopped early.
        losses: Of the last step, by role.
        dev: Best on `dev`, by adapter; empty without one.
        targets: Tokens learned, by role, counted each time they were seen.
        tokens: Tokens read, contexts included.
        seconds: Over all resumed runs.
        stopped_early: Whether `patience` ran out.
    """

    steps: int
    n_steps: int
    losses: Mapping[str, float]
    dev: Mapping[str, float]
    targets: Mapping[str, int]
    tokens: int
    seconds: float
    stopped_early: bool

    def of(self, role: Role) -> Finished:
        """Return one role's part, of several that were trained together."""
        name = role.value
        own = ({key: value for key, value in table.items() if key == name} for table in (self.losses, self.dev))
        losses, dev = own
        targets = {key: value for key, value in self.targets.items() if key == name}
        return replace(self, losses=losses, dev=dev, targets=targets)


OnProgress = Callable[[Progress], None]


class Loop:
    """Trains the adapters of a job; afterwards the network holds the best ones, or the last ones where those are to be kept.

    Args:
        folder: The stage's own, for checkpoints and the log.
        settings: What the result depends on, for checkpoints.

    Raises:
        NoDataError: No record teaches any of the job's roles.
    """

    def __init__(
        self,
        network: Network,
        job: Job,
        config: StageConfig,
        train: DataSet,
        dev: DataSet | None,
        folder: Path,
        *,
        seed: int,
        settings: Mapping[str, JsonValue],
        processes: Processes,
        on_progress: OnProgress | None = None,
    ) -> None:
        self._network, self._job, self._config, self._processes = network, job, config, processes
        self._store, self._dev = train.store, dev
        self._folder, self._settings, self._seed = folder, settings, seed
        self._on_progress = on_progress or (lambda progress: None)
        self._units = job.units(train.store)
        if not self._units:
            raise NoDataError(f"no record teaches {', '.join(role.value for role in job.roles)} anything")
        self._steps = plan_steps(
            [unit.n_targets for unit in self._units],
            batch=config.batch,
            epochs=config.epochs,
            target_tokens=config.target_tokens,
            seed=seed,
        )
        self._dev_units = job.units(dev.store) if dev is not None else []
        self._parameters = {name: parameters_of(network.model, name) for name in job.adapters}
        groups = [{"params": parameters} for parameters in self._parameters.values()]
        self._optimizer = torch.optim.AdamW(groups, lr=0.0, weight_decay=config.weight_decay)
        self._rows = RowThreads(config.row_tokens, network.device, is_random=network.has_dropout)
        self._state = State()
        self._smoothed: dict[Role, float] = {}

    def run(self) -> Finished:
        """Train to the end, from the newest checkpoint if there is one.

        Raises:
            LossError: The loss became NaN or infinite; the last checkpoint is from before.
            ResumeError: The checkpoint belongs to another configuration, or is broken.
            StorageError: Something can't be written.
        """
        self._resume()
        log = RunLog(self._folder, self._state.step) if self._processes.is_main else None
        self._began, self._begun_at = time.monotonic(), (self._state.step, self._state.tokens, self._state.seconds)
        self._network.model.train()
        try:
            with self._rows:
                while self._state.step < len(self._steps) and not self._is_out_of_patience():
                    line = self._step(self._state.step)
                    if log is not None:
                        log.write(line)
                    self._after_step(log)
        finally:
            if log is not None:
                log.close()
        return self._finish()

    def _resume(self) -> None:
        found = checkpoint.resume(self._folder / CHECKPOINTS, self._settings)
        if found is None:
            return
        self._state = found
        for name, weights in found.adapters.items():
            set_weights(self._network.model, name, weights)
        self._optimizer.load_state_dict(found.optimizer)

    def _step(self, step: int) -> dict[str, JsonValue]:
        """Do one step; return its line of the log."""
        units = [self._units[i] for i in self._steps[step]]
        rate = learning_rate(
            step,
            len(self._steps),
            peak=self._config.learning_rate,
            schedule=self._config.schedule,
            warmup_ratio=self._config.warmup_ratio,
        )
        began = time.monotonic()
        sums = self._accumulate(units, step)
        counts = group_counts(self._job, units)
        losses = {role: float(sums[i, 0] / sums[i, 1]) for i, role in enumerate(ROLES) if sums[i, 1]}
        self._check(step, losses, units)
        norms = self._clip()
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self._note(losses, sums)
        seconds = time.monotonic() - began
        return {
            "step": step,
            "loss": float(sums[: len(ROLES), 0].sum() / sums[: len(ROLES), 1].sum()),
            "losses": {role.value: loss for role, loss in losses.items()},
            "learning_rate": rate,
            "gradient": norms,
            "targets": sum(counts.values()),
            "tokens": int(sums[-1, 0]),
            "seconds": round(seconds, 4),
        }

    def _accumulate(self, units: Sequence[Unit], step: int) -> Tensor:
        """Add up the gradients of a batch.

        Returns:
            By role the sum of losses and the number of targets; in the last row the tokens read.
        """
        torch.manual_seed(hash((self._seed, step, self._processes.rank)) % 2**63)  # dropout, whatever happened before
        counts = group_counts(self._job, units)
        texts = [text for unit in units for text in self._job.texts(self._store, unit)]
        lengths = [self._job.length(text) for text in texts]
        device = self._network.device
        sums = torch.zeros(len(ROLES) + 1, 2, device=device)
        parameters = self._all_parameters()

        def compute(items: Sequence[int]) -> tuple[Tensor, tuple[Tensor | None, ...]]:
            row = self._job.row([texts[i] for i in items], device)
            weights = target_weights(self._job, row.targets, counts)
            with self._network.router.along(self._job.route(row)):
                loss = self._job.loss(self._network, row, weights)
                gradients = torch.autograd.grad(loss.total, parameters, allow_unused=True)
            own = torch.zeros_like(sums)
            both = torch.stack([loss.each, torch.ones_like(loss.each)], dim=1)
            own[:-1].index_add_(0, row.targets.roles, both)
            own[-1, 0] = sum(lengths[i] for i in items)
            return own, gradients

        rows = self._processes.share(self._rows.pack(lengths))
        for _, (own, gradients) in self._rows.map(compute, rows, lengths):
            sums += own
            for parameter, gradient in zip(parameters, gradients, strict=True):
                if gradient is not None:
                    parameter.grad = gradient if parameter.grad is None else parameter.grad.add_(gradient)
        self._reduce(sums)
        return sums.cpu().double()

    def _reduce(self, sums: Tensor) -> None:
        """Make the gradients and sums those of all processes together."""
        for parameter in self._all_parameters():
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        self._processes.add_up(
            [sums, *(parameter.grad for parameter in self._all_parameters() if parameter.grad is not None)]
        )

    def _all_parameters(self) -> list[Tensor]:
        return [parameter for parameters in self._parameters.values() for parameter in parameters]

    def _check(self, step: int, losses: Mapping[Role, float], units: Sequence[Unit]) -> None:
        wrong = next((loss for loss in losses.values() if not math.isfinite(loss)), None)
        if wrong is not None:
            raise LossError(step, wrong, [self._store.record_id(unit.record) for unit in units])

    def _clip(self) -> dict[str, float]:
        """Bound each adapter's gradient; return the norms that they had."""
        limit = self._config.clip or math.inf
        return {
            name: float(torch.nn.utils.clip_grad_norm_(parameters, limit))
            for name, parameters in self._parameters.items()
        }

    def _note(self, losses: Mapping[Role, float], sums: Tensor) -> None:
        state = self._state
        state.step += 1
        state.tokens += int(sums[-1, 0])
        state.seconds = self._begun_at[2] + time.monotonic() - self._began
        state.losses = {role.value: loss for role, loss in losses.items()}
        for index, role in enumerate(ROLES):
            if role in losses:
                state.targets[role.value] = state.targets.get(role.value, 0) + int(sums[index, 1])
                before = self._smoothed.get(role, losses[role])
                self._smoothed[role] = 0.9 * before + 0.1 * losses[role]
        self._show()

    def _show(self) -> None:
        step, tokens, seconds = self._begun_at
        state = self._state
        passed = max(1e-9, state.seconds - seconds)
        left = (len(self._steps) - state.step) * passed / max(1, state.step - step)
        rate = (state.tokens - tokens) / passed
        self._on_progress(Progress(state.step, len(self._steps), dict(self._smoothed), rate, left))

    def _after_step(self, log: RunLog | None) -> None:
        step, is_last = self._state.step, self._state.step == len(self._steps)
        if self._dev_units and (step % self._evaluate_every() == 0 or is_last):
            self._evaluate(log)
        if step % self._config.checkpoint_every == 0 or is_last or self._is_out_of_patience():
            self._save()

    def _evaluate_every(self) -> int:
        return self._config.evaluate_every or math.ceil(len(self._units) / self._config.batch)

    def _evaluate(self, log: RunLog | None) -> None:
        """Measure on `dev` and keep the adapters that are better than before."""
        assert self._dev is not None
        found = measure(self._network, self._job, self._dev.store, self._dev_units, self._rows, self._processes)
        if log is not None:
            log.write({"step": self._state.step - 1, "dev": {role.value: loss for role, loss in found.roles.items()}})
        keep_better_ones(self._state, self._network, self._job, found)

    def _is_out_of_patience(self) -> bool:
        return is_out_of_patience(self._state, self._job.adapters, self._config.patience)

    def _save(self) -> None:
        self._state.adapters = {name: weights_of(self._network.model, name) for name in self._job.adapters}
        self._state.optimizer = self._optimizer.state_dict()
        if self._processes.is_main:
            keep = self._config.keep_checkpoints
            checkpoint.save(self._folder / CHECKPOINTS, self._state, self._settings, keep=keep)
        self._processes.wait()

    def _finish(self) -> Finished:
        for name, weights in self._state.best.items() if self._config.keep == "best" else ():
            set_weights(self._network.model, name, weights)
        self._network.model.eval()
        state = self._state
        return Finished(
            steps=state.step,
            n_steps=len(self._steps),
            losses=dict(state.losses),
            dev=dict(state.best_losses),
            targets=dict(state.targets),
            tokens=state.tokens,
            seconds=state.seconds,
            stopped_early=state.step < len(self._steps),
        )


def optimizer_settings(config: StageConfig) -> dict[str, Any]:
    """Return what of a stage's configuration changes its steps: what a checkpoint must have in common with it."""
    not_of_steps = ("checkpoint_every", "keep_checkpoints", "row_tokens", "keep")
    return {name: getattr(config, name) for name in config.__slots__ if name not in not_of_steps}
