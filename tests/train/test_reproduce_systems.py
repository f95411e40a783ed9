"""What systems train, as data: every role learns everything equally often, and what is alike is trained once."""

from __future__ import annotations

from collections import Counter

import pytest

from umi_local.messages import Role
from umi_train.reproduce.config import parse_reproduction
from umi_train.reproduce.systems import SYSTEMS, TRAININGS, trainings_of
from umi_train.reproduce.training import configured

TABLES = {
    "preset": "paper",
    "out": "/run",
    "base": {"model": "owner/name"},
    "data": {"train": ["/a.jsonl"]},
    "reproduce": {"test": ["/t.jsonl"], "passes": 6},
}


def passes_by_half(system: str) -> dict[str, float]:
    """How often a role sees each half of the records: every training has all roles' targets, alone or together."""
    given = parse_reproduction(TABLES)
    seen: Counter[str] = Counter()
    for name in SYSTEMS[system].trainings:  # type: ignore[index]  # a system's name
        config = configured(given, name, 1)
        epochs = {stage.epochs for stage in config.local_stages.values()} | {config.global_stage.epochs}
        assert len(epochs) == 1
        for path in config.data.train:
            seen[path.stem] += epochs.copy().pop()  # type: ignore[assignment]  # passes may be halves
    return dict(seen)


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_half_is_seen_as_often_in_every_system(system):
    assert passes_by_half(system) == {"first": 6.0, "second": 6.0}


def test_what_starts_from_the_base_learns_as_the_global_stage_and_the_rest_as_the_local_one():
    given = parse_reproduction(TABLES)
    from_base, from_backbone = configured(given, "roles-from-base", 1), configured(given, "roles-half", 1)
    for role in Role:
        assert from_base.local_stages[role].learning_rate == given.train.global_stage.learning_rate == 5e-5
        assert from_backbone.local_stages[role].learning_rate == 1e-5
        assert from_backbone.local_stages[role].warmup_ratio == given.train.local_stages[role].warmup_ratio


@pytest.mark.parametrize("name", TRAININGS)
def test_a_training_keeps_its_last_adapter_and_its_own_mode(name):
    config, training = configured(parse_reproduction(TABLES), name, 3), TRAININGS[name]
    assert config.seed == 3
    assert config.data.profile == (training.profile or "shared")
    for stage in [config.global_stage, *config.local_stages.values()]:
        assert (stage.keep, stage.mode) == ("last", training.mode)
        assert stage.samples == ("trajectory" if training.mode == "span" else "turn")


def test_a_backbone_comes_before_what_starts_from_it():
    names = trainings_of(SYSTEMS)
    assert sorted(names) == sorted(TRAININGS)
    for name in names:
        start = TRAININGS[name].start
        assert start is None or names.index(start) < names.index(name)


def test_ours_and_the_paper_with_reuse_share_their_backbone():
    assert SYSTEMS["span"].backbone == SYSTEMS["umi-reuse"].backbone
    assert trainings_of(["span", "umi-reuse"]) == ("backbone-half", "roles-half", "spans-half")
    spans, roles = TRAININGS["spans-half"], TRAININGS["roles-half"]
    assert (spans.part, spans.halves, spans.start) == (roles.part, roles.halves, roles.start)


def test_the_backbone_that_a_system_merges_is_the_one_its_roles_started_from():
    for system in SYSTEMS.values():
        if system.roles is not None:
            assert TRAININGS[system.roles].start == system.backbone
