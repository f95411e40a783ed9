"""What the stages of a configuration share: base, vocabulary, data, processes; and how one job of theirs is run and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from umi_local.bundles.role_card import RoleName
from umi_local.jsonable import to_jsonable
from umi_local.messages import JsonValue
from umi_local.records import Split
from umi_train.base import BaseFiles, find_base, load_model, load_vocabulary
from umi_train.config import StageConfig, TrainConfig
from umi_train.curves import draw_curves
from umi_train.data import OTHER_SPLIT, DataSet, OnRecords, check_not_empty, prepare
from umi_train.errors import BaseModelError
from umi_train.fingerprint import base_fingerprint
from umi_train.jobs import Job
from umi_train.labels import Labeller
from umi_train.loop import Finished, Loop, Progress, optimizer_settings
from umi_train.lora import add_adapters, merged, weights_of
from umi_train.network import Network, context_limit
from umi_train.processes import Processes
from umi_train.retraining import OldRecords
from umi_train.role_folder import Made, write_role
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


class Setting:
    """A configuration, opened: base, vocabulary, data and processes, which all its stages share.

    Raises:
        BaseModelError: The base isn't there, or can't be trained with this profile.
        DeviceError: Hardware that was asked for isn't there.
    """

    def __init__(self, config: TrainConfig, watch: Watch, processes: Processes | None) -> None:
        self.config, self.watch = config, watch
        if config.base.threads is not None:
            torch.set_num_threads(config.base.threads)
        self.processes = processes or Processes(config.base.device)
        self.base: BaseFiles = find_base(config.base.model)
        vocabulary = load_vocabulary(self.base)
        data = config.data
        self.labeller: Labeller = labeller_for(
            vocabulary.tokens, self.base.name, profile=data.profile, markers=data.markers, template=vocabulary.template
        )

    @property
    def work(self) -> Path:
        """Where everything goes that isn't a result."""
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

    def old(self, job: Job, network: Network, stage: StageConfig) -> OldRecords | None:
        """Return the records of before, if there are any."""
        if not self.config.data.old:
            return None
        data = self._prepared(self.config.data.old, "train", "old")
        return OldRecords(network, job, data, stage.row_tokens, self.processes) if len(data.store) else None

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
        given, place = list(paths), (self.config.stores or self.work / "data") / name
        data: DataSet | None = None
        if self.processes.is_main:
            data = prepare(given, (split,), self.labeller, self.config.data, place, on_records=self.watch.on_records)
        self.processes.wait()
        return data or prepare(given, (split,), self.labeller, self.config.data, place)


def _plain(value: Any) -> dict[str, JsonValue]:
    plain = to_jsonable(value)
    return {key: list(item) if isinstance(item, (list, tuple)) else item for key, item in plain.items()}
