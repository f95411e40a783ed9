"""One training of a plan: its configuration, whether it is done, and doing it.

    backbone/ or planner/ caller/ summarizer/     PEFT folders
    work/                                         logs and curves
    done.json                                     its settings, and what it came to

A training that is done keeps no checkpoints and no merged weights; one that isn't goes on from its last checkpoint.
"""

from __future__ import annotations

import gc
import json
import shutil
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from umi_local.folders import atomic_write
from umi_local.jsonable import JsonableError, from_jsonable, to_jsonable
from umi_local.messages import JsonValue, Role
from umi_train.config import StageConfig, TrainConfig
from umi_train.errors import ResumeError
from umi_train.jobs import BACKBONE
from umi_train.loop import CHECKPOINTS, optimizer_settings
from umi_train.processes import Processes
from umi_train.reproduce.config import Reproduction
from umi_train.reproduce.places import Place, check_same
from umi_train.reproduce.systems import TRAININGS, Training
from umi_train.run_log import LOG_NAME, read_log
from umi_train.stages import Trained, Watch, train_global, train_local

DONE = "done.json"
WORK = "work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a training came to.

    Attributes:
        settings: Everything that it depends on.
        targets: Tokens learned, by role, counted each time they were seen.
        tokens: Tokens read, contexts included.
        seconds: Spent on its steps.
    """

    settings: dict[str, JsonValue]
    targets: dict[str, int]
    tokens: int
    seconds: float


def configured(given: Reproduction, name: str, seed: int) -> TrainConfig:
    """Return the configuration of a training.

    What starts from the base learns as `[global_stage]` says, what starts from a backbone as `[local_stage]` says. In all, the
    last adapter is the result, as in the paper: the best one on `dev` would have learned less in one system than in another.
    """
    training, config, place = TRAININGS[name], given.train, Place(given.train.out)
    passes = given.plan.passes * training.halves / 2
    data = replace(
        config.data,
        train=place.halves(training.part),
        dev=config.data.dev or config.data.train,
        profile=training.profile or config.data.profile,
    )
    local = {role: config.local_stages[role] if training.start else config.global_stage for role in Role}
    return replace(
        config,
        out=place.training(name, seed),
        seed=seed,
        data=data,
        local_lora=config.local_lora if training.start else None,
        global_stage=_stage(config.global_stage, training, passes),
        local_stages={role: _stage(stage, training, passes) for role, stage in local.items()},
        stores=place.tokens(seed),
    )


def settings_of(given: Reproduction, name: str, seed: int, *, records: str, base: str) -> dict[str, JsonValue]:
    """Return what a training depends on.

    Args:
        records: Identity of the halves.
        base: Fingerprint of the base.
    """
    training, config = TRAININGS[name], configured(given, name, seed)
    stages = config.local_stages if training.roles else {BACKBONE: config.global_stage}
    own: dict[str, JsonValue] = {
        "training": to_jsonable(training),
        "seed": seed,
        "passes": given.plan.passes,
        "records": records,
        "base": base,
        "dtype": config.base.dtype,
        "four_bit": config.base.four_bit,
        "profile": config.data.profile,
        "markers": config.data.markers,
        "lora": to_jsonable((training.roles and config.local_lora) or config.lora),
        "stages": {getattr(role, "value", role): optimizer_settings(stage) for role, stage in stages.items()},
    }
    if training.start is not None:
        own["start"] = settings_of(given, training.start, seed, records=records, base=base)
    plain: dict[str, JsonValue] = json.loads(json.dumps(own))  # as it will be read back
    return plain


def done_of(folder: Path, settings: Mapping[str, JsonValue]) -> Done | None:
    """Return what a training came to, or None where it isn't done.

    Raises:
        ResumeError: It was done with other settings.
    """
    path = folder / DONE
    try:
        done: Done = from_jsonable(Done, json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, JsonableError) as error:
        raise ResumeError(path, f"it can't be read: {error}", hint="Remove it; the training goes on.") from error
    check_same(folder, done.settings, dict(settings))
    return done


def train(given: Reproduction, name: str, seed: int, settings: dict[str, JsonValue], watch: Watch) -> Done:
    """Do a training, from wherever it was; what it starts from is done.

    Raises:
        UmiError: It can't be trained.
    """
    training, config, place = TRAININGS[name], configured(given, name, seed), Place(given.train.out)
    processes = Processes(config.base.device)
    if training.roles:
        start = place.adapter(training.start, seed, BACKBONE) if training.start else None
        trained = train_local(config, backbone=start, watch=watch, processes=processes)
    else:
        trained = train_global(config, watch=watch, processes=processes)
    done = _done(trained, config.out / WORK, settings)
    atomic_write(config.out / DONE, json.dumps(to_jsonable(done), indent=2).encode())
    _tidy(config.out / WORK)
    return done


def _stage(stage: StageConfig, training: Training, passes: float) -> StageConfig:
    samples = "trajectory" if training.mode == "span" else stage.samples
    return replace(stage, mode=training.mode, samples=samples, epochs=passes, keep="last")


def _done(trained: Trained, work: Path, settings: dict[str, JsonValue]) -> Done:
    """Add up what jobs came to; the logs tell tokens and seconds, which roles that are trained in one job share."""
    targets: Counter[str] = Counter()
    for finished in trained.finished.values():
        targets.update(finished.targets)
    steps = [line for log in work.glob(f"*/{LOG_NAME}") for line in read_log(log.parent) if "tokens" in line]
    return Done(
        settings=settings,
        targets=dict(targets),
        tokens=sum(line["tokens"] for line in steps),
        seconds=sum(line["seconds"] for line in steps),
    )


def _tidy(work: Path) -> None:
    """Remove what only an unfinished training needs, and free the memory of its model."""
    for folder in [*work.glob(f"*/{CHECKPOINTS}"), work / "merged"]:
        with suppress(OSError):  # it costs room only
            shutil.rmtree(folder)
    gc.collect()
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
