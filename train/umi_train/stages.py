"""GLPFT's stages: one backbone on everybody's turns, then a specialist for each role, started from it.

    out/
      backbone/  planner/  caller/  summarizer/     results, one PEFT folder each
      work/data/                                    tokenized records
      work/<stage>/                                 log, checkpoints, curves of a run

Whatever is interrupted goes on where it was when the same command is given again.

Paper:
    Shen et al. 2024 (arXiv 2401.07324), global-to-local progressive fine-tuning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from umi_local.jsonable import to_jsonable
from umi_local.messages import JsonValue, Role
from umi_local.records import Split
from umi_train.base import BaseFiles, find_base, load_model, load_vocabulary
from umi_train.config import StageConfig, TrainConfig
from umi_train.curves import draw_curves
from umi_train.data import OTHER_SPLIT, DataSet, OnRecords, check_not_empty, prepare
from umi_train.errors import BaseModelError, TrainError
from umi_train.fingerprint import base_fingerprint
from umi_train.jobs import BACKBONE, FullJob, Job, SpanJob
from umi_train.labels import Labeller
from umi_train.loop import Finished, Loop, Progress, optimizer_settings
from umi_train.lora import add_adapters, merged, read_weights, set_weights, weights_of
from umi_train.measure import Measured, measure
from umi_train.network import Network, context_limit
from umi_train.packing import ROLES
from umi_train.processes import Processes
from umi_train.role_folder import Made, RoleName, read_card, write_role
from umi_train.tokenization import labeller_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Who wants to know how it goes.

    Attributes:
        on_records: Gets what is being tokenized, and how many records of it are done.
        on_progress: Gets the stage's name and how far it is.
        on_notice: Gets what should be said once: records left out, a stage that ended early.
    """

    on_records: OnRecords = lambda name, done: None
    on_progress: Callable[[str, Progress], None] = lambda stage, progress: None
    on_notice: Callable[[str], None] = lambda text: None


@dataclass(frozen=True, slots=True)
class Trained:
    """What a stage made.

    Attributes:
        folders: The PEFT folders, by role.
        finished: How their runs ended, by role; roles that were trained together share one.
    """

    folders: Mapping[str, Path] = field(default_factory=dict)
    finished: Mapping[str, Finished] = field(default_factory=dict)


def train_global(config: TrainConfig, *, watch: Watch | None = None, processes: Processes | None = None) -> Trained:
    """Train the backbone's adapter on all roles' turns.

    Raises:
        UmiError: It can't be trained; see `umi_train.errors`.
    """
    setting = _Setting(config, watch or Watch(), processes)
    stage = config.global_stage
    if stage.mode != "full":
        raise TrainError(
            "the global stage can't be trained in mode 'span': it makes the backbone that contexts are read by",
            hint='Leave `mode` out of [global_stage], or set it to "full".',
        )
    data, dev = setting.data(config.data.train, "train"), setting.dev()
    model = load_model(setting.base, config.base, setting.processes.device)
    network = setting.network(model, [BACKBONE], data)
    job = FullJob(BACKBONE, ROLES, per_turn=stage.samples == "turn")
    finished = setting.run(network, job, stage, data, dev, "global", backbone=None)
    folder = setting.write(network, BACKBONE, stage, data, finished, backbone=None)
    return Trained({BACKBONE: folder}, {BACKBONE: finished})


def train_local(
    config: TrainConfig,
    roles: Sequence[Role] = ROLES,
    *,
    backbone: Path | None = None,
    start_from: Mapping[Role, Path] | None = None,
    watch: Watch | None = None,
    processes: Processes | None = None,
) -> Trained:
    """Train roles' adapters on a base, or on a base with a backbone's adapter merged.

    Roles in mode `span` whose stages are configured alike are trained in one job and share its contexts.

    Args:
        backbone: The folder of the global stage; None for roles that start from the base itself.
        start_from: Earlier adapters of these roles to go on from. What changes on `data.old` is then reported.

    Raises:
        UmiError: It can't be trained; see `umi_train.errors`.
    """
    setting = _Setting(config, watch or Watch(), processes)
    started = dict(start_from or {})
    fingerprint = base_fingerprint(setting.base, backbone)
    for role, folder in started.items():
        _check_start(folder, role, config.local_stages[role], fingerprint)
    data, dev = setting.data(config.data.local_train or config.data.train, "train"), setting.dev()
    ordered = [role for role in ROLES if role in roles]
    network = setting.network(setting.local_model(backbone), [role.value for role in ordered], data)
    folders: dict[str, Path] = {}
    ended: dict[str, Finished] = {}
    for stage, group in _groups(config, ordered):
        job = _job(stage, group)
        for role in group:
            if role in started:
                _start(network, role, started[role])
        old = setting.old(job, network, stage) if any(role in started for role in group) else None
        before = old.measured() if old else None
        name = f"local-{stage.mode}-{'-'.join(role.value for role in group)}"
        own_start = {role.value: str(started[role]) for role in group if role in started}
        finished = setting.run(network, job, stage, data, dev, name, backbone=backbone, started=own_start)
        after = old.measured() if old else None
        for role in group:
            report = changes(role, before, after, old.names) if old and before and after else None
            ended[role.value] = finished.of(role)
            folders[role.value] = setting.write(
                network,
                role.value,
                stage,
                data,
                finished.of(role),
                backbone=backbone,
                started=started.get(role),
                report=report,
            )
    return Trained(folders, ended)


def train_all(config: TrainConfig, *, watch: Watch | None = None) -> Trained:
    """Train the backbone, then all roles from it.

    Raises:
        UmiError: It can't be trained; see `umi_train.errors`.
    """
    processes = Processes(config.base.device)
    first = train_global(config, watch=watch, processes=processes)
    processes.wait()
    second = train_local(config, backbone=first.folders[BACKBONE], watch=watch, processes=processes)
    return Trained({**first.folders, **second.folders}, {**first.finished, **second.finished})


def changes(role: Role, before: Measured, after: Measured, names: Sequence[str]) -> dict[str, JsonValue]:
    """Return what a retraining changed for a role on the records of before: losses in nats a token.

    Args:
        names: The records' ids.
    """
    moved = {number: after.records[number] - loss for number, loss in before.records.items() if number in after.records}
    worst = sorted(moved, key=lambda number: -moved[number])[:10]
    return {
        "records": len(moved),
        "loss_before": before.roles.get(role),
        "loss_after": after.roles.get(role),
        "better": sum(change < 0 for change in moved.values()),
        "worse": sum(change > 0 for change in moved.values()),
        "worst": [{"id": names[number], "change": round(moved[number], 4)} for number in worst if moved[number] > 0],
    }


@dataclass(frozen=True, slots=True)
class _Old:
    """The records of before, ready to be measured again."""

    network: Network
    job: Job
    data: DataSet
    row_tokens: int
    processes: Processes

    @property
    def names(self) -> list[str]:
        return [self.data.store.record_id(number) for number in range(len(self.data.store))]

    def measured(self) -> Measured:
        units = self.job.units(self.data.store)
        return measure(self.network, self.job, self.data.store, units, self.row_tokens, self.processes)


class _Setting:
    """What all stages of a configuration share: base, vocabulary, data, processes."""

    def __init__(self, config: TrainConfig, watch: Watch, processes: Processes | None) -> None:
        self.config, self.watch = config, watch
        self.processes = processes or Processes(config.base.device)
        self.base: BaseFiles = find_base(config.base.model)
        vocabulary = load_vocabulary(self.base)
        data = config.data
        self.labeller: Labeller = labeller_for(
            vocabulary.tokens, self.base.name, profile=data.profile, markers=data.markers, template=vocabulary.template
        )

    @property
    def work(self) -> Path:
        return self.config.out / "work"

    def data(self, paths: Sequence[Path], name: str) -> DataSet:
        """Return the records to train on."""
        data = self._prepared(paths, "train", name)
        check_not_empty(data, paths)
        for reason, count in data.store.facts.skipped.items():
            if reason != OTHER_SPLIT:
                self.watch.on_notice(f"{count:,} records of {name} were left out: {reason}")
        return data

    def dev(self) -> DataSet | None:
        """Return the records to measure on, if there are any."""
        data = self._prepared(self.config.data.dev or self.config.data.train, "dev", "dev")
        return data if len(data.store) else None

    def old(self, job: Job, network: Network, stage: StageConfig) -> _Old | None:
        """Return the records of before, if there are any."""
        if not self.config.data.old:
            return None
        data = self._prepared(self.config.data.old, "train", "old")
        return _Old(network, job, data, stage.row_tokens, self.processes) if len(data.store) else None

    def local_model(self, backbone: Path | None) -> Any:
        """Return the model that local stages start from: the base, with the backbone's adapter merged into it."""
        base, config, device = self.base, self.config.base, self.processes.device
        if backbone is None:
            return load_model(base, config, device)
        if not config.four_bit:
            return merged(load_model(base, config, device), backbone)
        folder = self.work / "merged"
        if self.processes.is_main:  # weights must be merged before they are quantized
            merged(load_model(base, config, device, four_bit=False), backbone).save_pretrained(str(folder))
        self.processes.wait()
        return load_model(BaseFiles(base.name, folder), config, device)

    def network(self, model: Any, names: Sequence[str], data: DataSet) -> Network:
        """Return a network with fresh adapters, for texts that fit the model."""
        limit, longest = context_limit(model.config), data.store.facts.longest
        if longest > limit:
            raise BaseModelError(
                self.base.name,
                f"it reads {limit:,} tokens, and the longest text has {longest:,}",
                hint=f"Set `max_tokens` in [data] to {limit}; longer texts are then left out and counted.",
            )
        network = Network(add_adapters(model, self.config.lora, names, self.config.seed))
        if self.config.base.checkpoint_activations:
            network.checkpoint_activations()
        return network

    def run(
        self,
        network: Network,
        job: Job,
        stage: StageConfig,
        data: DataSet,
        dev: DataSet | None,
        name: str,
        *,
        backbone: Path | None,
        started: Mapping[str, str] | None = None,
    ) -> Finished:
        """Run a job to its end."""
        settings: dict[str, JsonValue] = {
            "seed": self.config.seed,
            "base": base_fingerprint(self.base, backbone),
            "dtype": str(network.dtype),
            "records": data.identity,
            "dev": dev.identity if dev else None,
            "lora": _plain(self.config.lora),
            "stage": optimizer_settings(stage),
            "adapters": list(job.adapters),
            "started_from": dict(started or {}),
        }
        folder = self.work / name
        finished = Loop(
            network,
            job,
            stage,
            data,
            dev,
            folder,
            seed=self.config.seed,
            settings=settings,
            processes=self.processes,
            on_progress=lambda progress: self.watch.on_progress(name, progress),
        ).run()
        if self.processes.is_main:
            draw_curves(folder, name)
        if finished.stopped_early:
            self.watch.on_notice(f"{name} ended at step {finished.steps:,} of {finished.n_steps:,}: dev got no better")
        return finished

    def write(
        self,
        network: Network,
        name: str,
        stage: StageConfig,
        data: DataSet,
        finished: Finished,
        *,
        backbone: Path | None,
        started: Path | None = None,
        report: Mapping[str, JsonValue] | None = None,
    ) -> Path:
        """Write an adapter's folder; the main process does, and all wait for it."""
        folder = self.config.out / name
        if self.processes.is_main:
            config = self.config
            role: RoleName = name  # type: ignore[assignment]  # adapters are named after roles and the backbone
            made = Made(
                role=role,
                base=self.base.name,
                base_fingerprint=base_fingerprint(self.base, backbone),
                backbone=backbone.name if backbone else None,
                seed=config.seed,
                data=replace(config.data, train=config.data.local_train or config.data.train)
                if backbone
                else config.data,
                lora=config.lora,
                stage=stage,
                facts=data.store.facts,
                finished=finished,
                started_from=started.name if started else None,
                old_records=report,
            )
            write_role(folder, made, weights_of(network.model, name), network.model.peft_config[name])
        self.processes.wait()
        return folder

    def _prepared(self, paths: Iterable[Path], split: Split, name: str) -> DataSet:
        """Return a data set; the main process tokenizes, the others find its work."""
        given, place = list(paths), self.work / "data" / name
        data: DataSet | None = None
        if self.processes.is_main:
            data = prepare(given, (split,), self.labeller, self.config.data, place, on_records=self.watch.on_records)
        self.processes.wait()
        return data or prepare(given, (split,), self.labeller, self.config.data, place)


def _plain(value: Any) -> dict[str, JsonValue]:
    plain = to_jsonable(value)
    return {key: list(item) if isinstance(item, (list, tuple)) else item for key, item in plain.items()}


def _groups(config: TrainConfig, roles: Sequence[Role]) -> list[tuple[StageConfig, tuple[Role, ...]]]:
    """Return which roles are trained in one job: those in mode `span` whose stages are configured alike."""
    groups: list[tuple[StageConfig, list[Role]]] = []
    for role in roles:
        stage = config.local_stages[role]
        same = next((members for other, members in groups if other == stage and stage.mode == "span"), None)
        if same is None:
            groups.append((stage, [role]))
        else:
            same.append(role)
    return [(stage, tuple(members)) for stage, members in groups]


def _job(stage: StageConfig, roles: tuple[Role, ...]) -> Job:
    if stage.mode == "span":
        return SpanJob(roles)
    return FullJob(roles[0].value, roles, per_turn=stage.samples == "turn")


def _check_start(folder: Path, role: Role, stage: StageConfig, fingerprint: str) -> None:
    """Refuse an adapter that was trained for something else."""
    card = read_card(folder)
    for what, found, wanted in (
        ("role", card.role, role.value),
        ("mode", card.mode, stage.mode),
        ("base", card.base_fingerprint, fingerprint),
    ):
        if found != wanted:
            raise TrainError(
                f"{folder} can't be gone on from: its {what} is {found!r}, and this trains {wanted!r}",
                hint="Give the base and the backbone that it was trained on, or train the role anew without --from.",
            )


def _start(network: Network, role: Role, folder: Path) -> None:
    try:
        set_weights(network.model, role.value, read_weights(folder))
    except ValueError as error:
        raise TrainError(
            f"{folder} can't be gone on from: {error}", hint="Give [lora] the values it had then."
        ) from error
