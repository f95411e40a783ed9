"""The result of a stage: a PEFT folder that `umi convert bundle` takes, with what it was trained for and a card for people.

adapter_config.json, adapter_model.safetensors   PEFT's own
umi_role.json                                    role, mode, profile, markers, base, data: read by the converter
training.json                                    configuration, counts, losses, versions
README.md                                        the same, to read
"""

from __future__ import annotations

import json
import platform
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from umi_local.bundles.role_card import CARD_NAME, DataSet, RoleCard, RoleName
from umi_local.folders import storage_error
from umi_local.jsonable import JsonableError, from_jsonable, to_jsonable
from umi_local.messages import JsonValue
from umi_train.config import DataConfig, LoraConfig, StageConfig
from umi_train.errors import BaseModelError
from umi_train.loop import Finished
from umi_train.lora import Weights
from umi_train.sample_store import StoreFacts

TRAINING = "training.json"
_PACKAGES = ("umi-local", "torch", "transformers", "peft", "accelerate", "bitsandbytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Everything that a role's folder says.

    Attributes:
        started_from: The adapter that training began with, where it wasn't a fresh one.
        old_records: What a retraining changed on the records of before.
    """

    role: RoleName
    base: str
    base_fingerprint: str
    backbone: str | None
    seed: int
    data: DataConfig
    lora: LoraConfig
    stage: StageConfig
    facts: StoreFacts
    finished: Finished
    started_from: str | None = None
    old_records: Mapping[str, JsonValue] | None = None

    @property
    def card(self) -> RoleCard:
        """What the converter must know."""
        sources = (
            DataSet(name=source.name or "unnamed", license=source.license or "unknown", records=source.records)
            for source in self.facts.sources
        )
        return RoleCard(
            format=1,
            role=self.role,
            mode=self.stage.mode,
            profile=self.data.profile,
            markers=self.data.markers,
            base_fingerprint=self.base_fingerprint,
            data=tuple(sources),
        )


def write_role(folder: Path, made: Made, weights: Weights, peft_config: Any) -> Path:
    """Write a role's folder, in place of what is there; nobody ever sees half of it.

    Raises:
        StorageError: It can't be written; what was there stays.
    """
    from safetensors.torch import save_file

    staging, old = folder.with_name(f".{folder.name}.tmp"), folder.with_name(f".{folder.name}.old")
    try:
        for rest in (staging, old):
            if rest.exists():
                shutil.rmtree(rest)
        staging.mkdir(parents=True)
        save_file(_storable(weights), staging / "adapter_model.safetensors", metadata={"format": "pt"})
        config = _adapter_config(peft_config, made.base)
        for name, content in (
            (CARD_NAME, to_jsonable(made.card)),
            (TRAINING, _training(made)),
            ("adapter_config.json", config),
        ):
            text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=name != CARD_NAME) + "\n"
            (staging / name).write_text(text, encoding="utf-8")
        (staging / "README.md").write_text(readme(made), encoding="utf-8")
        if folder.exists():
            folder.replace(old)
        staging.replace(folder)
    except OSError as error:
        if old.exists() and not folder.exists():
            old.replace(folder)
        raise storage_error(folder, error) from error
    finally:
        for rest in (staging, old):
            with suppress(OSError):
                shutil.rmtree(rest)
    return folder


def _storable(weights: Weights) -> Weights:
    """Return the weights rounded to what float16 can hold, which is how a LoRA GGUF has them.

    So roles are trained on the very backbone that is shipped, and a backbone that is merged from its GGUF is known by the
    same fingerprint. Next to a base in bfloat16 the rounding is nothing.
    """
    return {name: tensor.half().float() for name, tensor in weights.items()}


def read_card(folder: Path) -> RoleCard:
    """Return what an adapter's folder says of itself.

    Raises:
        BaseModelError: There is no umi_role.json in it, or it is broken.
    """
    hint = "Name a folder that `umi train` wrote."
    try:
        data = json.loads((folder / CARD_NAME).read_text(encoding="utf-8"))
        card: RoleCard = from_jsonable(RoleCard, data)
    except OSError as error:
        raise BaseModelError(folder, f"it has no {CARD_NAME}", hint=hint) from error
    except (ValueError, JsonableError) as error:
        raise BaseModelError(folder, f"its {CARD_NAME} is broken: {error}", hint=hint) from error
    return card


def readme(made: Made) -> str:
    """Return the card for people."""
    return "\n".join(_lines(made)) + "\n"


def _lines(made: Made) -> Iterator[str]:
    finished, facts, stage = made.finished, made.facts, made.stage
    base = Path(made.base).name if Path(made.base).exists() else made.base
    yield from ("---", f"base_model: {base}", "library_name: peft", "tags:", "- lora", "- umi-local", "---", "")
    yield f"# {made.role}, a LoRA for umi-local"
    where = "the role's own turns, after a context read by the backbone" if stage.mode == "span" else "every token"
    yield ""
    yield f"Active over {where} (mode `{stage.mode}`). Profile `{made.data.profile}`, markers `{made.data.markers}`."
    yield ""
    yield f"Base: `{base}`" + (f" with the backbone `{made.backbone}` merged." if made.backbone else ".")
    if made.started_from:
        yield f"Trained on from `{made.started_from}`."
    yield from ("", "## Data", "")
    rows = [(source.name or "unnamed", source.license or "unknown", f"{source.records:,}") for source in facts.sources]
    yield from _table(("source", "license", "records"), rows)
    for reason, count in facts.skipped.items():
        yield f"Left out: {count:,} records ({reason})."
    yield from ("", "## Training", "")
    losses = [(role, f"{loss:.4f}") for role, loss in finished.losses.items()]
    yield from _table(("role", "loss of the last step, nats a token"), losses)
    if finished.dev:
        yield from _table(
            ("adapter", "best loss on dev, nats a token"), [(k, f"{v:.4f}") for k, v in finished.dev.items()]
        )
    taught = ", ".join(f"{role} {count:,}" for role, count in finished.targets.items() if count)
    ended = " It ended early: dev got no better." if finished.stopped_early else ""
    yield f"{finished.steps:,} of {finished.n_steps:,} steps; tokens learned to say: {taught}; {finished.tokens:,} tokens read."
    yield f"{finished.seconds:,.0f} s.{ended}"
    if made.old_records:
        yield from ("", "## On the records of before", "", "```json", json.dumps(made.old_records, indent=2), "```")
    yield from ("", "## Configuration", "", "```json", json.dumps(_configuration(made), indent=2), "```", "")
    yield ", ".join(f"{name} {number}" for name, number in _versions().items()) + "."


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
    yield ""


def _training(made: Made) -> dict[str, JsonValue]:
    return {
        "role": made.role,
        "base": Path(made.base).name if Path(made.base).exists() else made.base,
        "base_fingerprint": made.base_fingerprint,
        "backbone": made.backbone,
        "started_from": made.started_from,
        "configuration": _configuration(made),
        "data": to_jsonable(made.facts),
        "result": to_jsonable(made.finished),
        "old_records": made.old_records,
        "versions": _versions(),
    }


def _configuration(made: Made) -> dict[str, JsonValue]:
    files = [path.name for path in made.data.train]
    data = {
        "train": files,
        "profile": made.data.profile,
        "markers": made.data.markers,
        "max_tokens": made.data.max_tokens,
    }
    return {"seed": made.seed, "data": data, "lora": to_jsonable(made.lora), "stage": to_jsonable(made.stage)}


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def _adapter_config(peft_config: Any, base: str) -> dict[str, JsonValue]:
    content: dict[str, JsonValue] = peft_config.to_dict()
    plain = {key: sorted(value) if isinstance(value, (set, frozenset)) else value for key, value in content.items()}
    return {**plain, "base_model_name_or_path": base, "inference_mode": True}
