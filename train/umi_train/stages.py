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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from umi_local.messages import Role
from umi_train.base import load_model
from umi_train.config import StageConfig, TrainConfig
from umi_train.errors import TrainError
from umi_train.fingerprint import base_fingerprint
from umi_train.jobs import BACKBONE, FullJob, Job, SpanJob
from umi_train.loop import Finished
from umi_train.packing import ROLES
from umi_train.processes import Processes
from umi_train.retraining import changes, check_start, start_from_adapter
from umi_train.setting import Setting, Watch

__all__ = ["Trained", "Watch", "train_all", "train_global", "train_local"]


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
    setting = Setting(config, watch or Watch(), processes)
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
    _check_has_roles(config)
    config = replace(config, lora=config.local_lora or config.lora)
    setting = Setting(config, watch or Watch(), processes)
    started = dict(start_from or {})
    fingerprint = base_fingerprint(setting.base, backbone)
    for role, folder in started.items():
        check_start(folder, role, config.local_stages[role], fingerprint)
    data, dev = setting.data(config.data.local_train or config.data.train, "train"), setting.dev()
    ordered = [role for role in ROLES if role in roles]
    network = setting.network(setting.local_model(backbone), [role.value for role in ordered], data)
    folders: dict[str, Path] = {}
    ended: dict[str, Finished] = {}
    for stage, group in _groups(config, ordered):
        job = _job(stage, group)
        for role in group:
            if role in started:
                start_from_adapter(network, role, started[role])
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
    _check_has_roles(config)
    processes, told = Processes(config.base.device), set[str]()
    watched = watch or Watch()

    def tell_once(text: str) -> None:
        if text not in told:
            told.add(text)
            watched.on_notice(text)

    watched_once = replace(watched, on_notice=tell_once)
    first = train_global(config, watch=watched_once, processes=processes)
    processes.wait()
    second = train_local(config, backbone=first.folders[BACKBONE], watch=watched_once, processes=processes)
    return Trained({**first.folders, **second.folders}, {**first.finished, **second.finished})


def _check_has_roles(config: TrainConfig) -> None:
    """Refuse local stages where one model plays all roles."""
    if config.data.profile == "single":
        raise TrainError(
            "the profile 'single' is one model that plays all roles: it has no local stages",
            hint="Use `umi train global`; its result is the whole model.",
        )


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
