"""The table [reproduce]: defaults, paths, every mistake at once, and what would make systems unequal."""

from __future__ import annotations

import re
import shlex
import sys
from dataclasses import fields
from pathlib import Path

import click
import pytest

from umi_local.errors import ConfigError, UsageError
from umi_local.evaluate.values import Decoding, Route
from umi_train.commands.reproduce import reproduce
from umi_train.config import load_config
from umi_train.reproduce.config import LiveConfig, ReproduceConfig, load_reproduction, parse_reproduction
from umi_train.reproduce.running import jobs_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PAGE = (Path(__file__).parents[2] / "docs" / "reproduce.md").read_text(encoding="utf-8")
LEAST = {"out": "run", "base": {"model": "owner/name"}, "data": {"train": ["a.jsonl"]}}
PLAN = {**LEAST, "reproduce": {"test": ["t.jsonl"]}}


def problems(tables) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_reproduction(tables)
    return str(caught.value)


def test_one_line_more_than_a_training_is_a_reproduction():
    plan = parse_reproduction(PLAN).plan
    assert plan.systems == ("single", "multi-task", "one-stage", "umi", "umi-reuse", "span")
    assert plan.seeds == (1, 2, 3)
    assert plan.passes == 4
    assert plan.decodings == tuple(Decoding)
    assert plan.route is Route.PIPELINE
    assert plan.live is None
    assert plan.speaking.sampling is not None
    assert plan.speaking.sampling.temperature == 0


def test_paths_are_relative_to_the_file_and_other_commands_pass_the_table_over(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text(
        'out = "run"\n[base]\nmodel = "x/y"\n[data]\ntrain = ["a.jsonl"]\n'
        '[reproduce]\ntest = ["t.jsonl", "/u.jsonl"]\n[reproduce.live]\ntasks = 5\n'
    )
    given = load_reproduction(path)
    assert [str(file) for file in given.plan.test] == [str(tmp_path / "t.jsonl"), "/u.jsonl"]
    assert given.train.out == tmp_path / "run"
    assert given.plan.live is not None
    assert given.plan.live.limits.max_steps == 12
    assert load_config(path) == given.train


def test_a_file_that_is_not_there_is_a_configuration_error(tmp_path):
    with pytest.raises(ConfigError):
        load_reproduction(tmp_path / "none.toml")


def test_mistakes_of_both_parts_are_told_at_once():
    said = problems(
        {
            **LEAST,
            "lora": {"rank": 0},
            "reproduce": {
                "test": [],
                "sytems": ["span"],
                "seeds": [1, 1, -2],
                "passes": 3,
                "limit": 0,
                "live": {"tasks": 0, "timeout_s": 0.0},
            },
        }
    )
    for part in (
        "rank is 0",
        "did you mean 'systems'",
        "test is empty",
        "seeds has 1 twice",
        "seeds has -2; expected 0 or more",
        "passes is 3; expected an even number",
        "limit is 0; expected 1 or more",
        "tasks is 0",
        "timeout_s is 0.0",
    ):
        assert part in said, part


def test_a_system_that_is_not_there_is_named():
    assert "reproduce.systems[0] is 'umi2'" in problems({**LEAST, "reproduce": {"test": ["t"], "systems": ["umi2"]}})
    assert "there is no table [reproduce]; docs/reproduce.md shows one" in problems(LEAST)


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"data": {"train": ["a"], "local_train": ["b"]}}, "data.local_train is set"),
        ({"data": {"train": ["a"], "old": ["b"]}}, "data.old is set"),
        ({"data": {"train": ["a"], "profile": "single"}}, 'data.profile is "single"'),
        ({"data": {"train": ["a"], "profile": "prompted", "markers": "template"}}, "needs a family of markers"),
        ({"global_stage": {"target_tokens": 5}}, "global_stage.target_tokens is set"),
        ({"local_stage": {"caller": {"patience": 2}}}, "local_stage.caller.patience is set"),
        ({"global_stage": {"mode": "span"}}, "global_stage.mode is 'span'"),
    ],
)
def test_what_would_make_systems_unequal_is_refused(tables, said):
    assert said in problems({**PLAN, **tables})


def test_a_part_of_the_plan_keeps_its_order_and_a_stranger_is_refused():
    given = parse_reproduction({**LEAST, "reproduce": {"test": ["t"], "systems": ["span", "single"], "seeds": [7, 5]}})
    assert jobs_of(given, (), ()) == [("span", 7), ("single", 7), ("span", 5), ("single", 5)]
    assert jobs_of(given, ("single",), (5,)) == [("single", 5)]
    with pytest.raises(UsageError, match="no system umi"):
        jobs_of(given, ("umi",), ())
    with pytest.raises(UsageError, match="no seed 6"):
        jobs_of(given, (), (6,))


def test_the_pages_configurations_are_sound_and_its_table_has_every_key():
    blocks = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    found = [parse_reproduction(tomllib.loads(block)) for block in blocks]
    assert [given.train.base.four_bit for given in found] == [False, True]
    rows = [re.findall(r"`([^`]+)`", line.split("|")[1]) for line in PAGE.splitlines() if line.startswith("| `")]
    keys = {key for row in rows for key in row}
    assert {field.name for field in fields(ReproduceConfig)} - {"live"} <= keys
    assert "[reproduce.live]" in keys
    live = next(line for line in PAGE.splitlines() if line.startswith("| `[reproduce.live]`"))
    assert all(f"`{field.name}`" in live for field in fields(LiveConfig))


def test_the_pages_commands_can_be_given(monkeypatch):
    monkeypatch.setattr(click.Path, "convert", lambda self, value, param, ctx: Path(value))  # the reader's files
    lines = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
    shown = [line for line in lines if line.startswith("umi train reproduce ")]
    assert len(shown) >= 4
    for line in shown:
        reproduce.make_context("reproduce", shlex.split(line, comments=True)[3:])
