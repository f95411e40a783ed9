"""The records of a reproduction: halves that share no instruction, the same for all systems, and none that is asked later."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.train.tiny_reproductions import tiny_reproduction, write_reproduction
from tests.train.tiny_runs import record, write_base
from umi_local.errors import UsageError
from umi_local.evaluate.values import Decoding
from umi_local.messages import Trajectory, UserTurn
from umi_local.records import read_records, write_records
from umi_train.errors import NoDataError, ResumeError
from umi_train.measuring import measure_for
from umi_train.reproduce.config import load_reproduction
from umi_train.reproduce.material import test_records as asked_records
from umi_train.reproduce.material import work_for
from umi_train.reproduce.places import Place
from umi_train.reproduce.records import half_of, instruction_key, prepare_halves


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return write_base(tmp_path_factory.mktemp("base"))


def halves(out: Path) -> list[list[str]]:
    return [[found.id for found in read_records(path)] for path in Place(out).halves("all")]


def test_halves_hold_every_record_once_and_share_no_instruction(base, tmp_path):
    path = write_reproduction(tmp_path, base, n_train=20)
    again = [replace(record(i), id=f"again{i}") for i in range(8)]
    doubled = [replace(one, trajectory=shouted(one.trajectory)) for one in again]
    write_records(tmp_path / "records.jsonl", [*(record(i) for i in range(20)), *doubled])
    given = load_reproduction(path)
    prepared = prepare_halves(given)
    first, second = halves(given.train.out)
    assert sorted(first + second) == sorted([f"r{i}" for i in range(20)] + [f"again{i}" for i in range(8)])
    assert prepared.records == (len(first), len(second))
    assert abs(len(first) - len(second)) <= 2
    keys = [{instruction_key(one) for one in read_records(path)} for path in Place(given.train.out).halves("all")]
    assert not keys[0] & keys[1]
    for i in range(8):
        assert (f"r{i}" in first) == (f"again{i}" in first)


def shouted(trajectory: Trajectory) -> Trajectory:
    """The same question in other letters and blanks."""
    asked, *rest = trajectory.turns
    assert isinstance(asked, UserTurn)
    return Trajectory(trajectory.tools, (UserTurn(f"  {asked.text.upper()} "), *rest))


@given(st.dictionaries(st.binary(min_size=16, max_size=16), st.integers(1, 5), max_size=40))
def test_instructions_are_dealt_out_evenly_whatever_their_order(sizes):
    dealt = half_of(sizes.items())
    assert dealt == half_of(reversed(list(sizes.items())))
    held = Counter(dict.fromkeys((0, 1), 0))
    for key, half in dealt.items():
        held[half] += sizes[key]
    assert abs(held[0] - held[1]) <= max(sizes.values(), default=0)


def test_targets_are_counted_as_training_will_meet_them(base, tmp_path):
    given = tiny_reproduction(tmp_path, base, n_train=9)
    prepared = prepare_halves(given)
    for profile in ("shared", "single"):
        measure = measure_for(str(base), profile=profile)
        expected: Counter[str] = Counter()
        for i in range(9):
            expected.update({role.value: n for role, n in measure(record(i)).targets.items()})
        assert prepared.targets[profile] == dict(expected)


def test_what_does_not_belong_is_left_out_and_counted(base, tmp_path):
    path = write_reproduction(tmp_path, base, n_train=0, n_test=4)
    long = replace(record(5), id="long", trajectory=worded(record(5).trajectory, "very " * 300))
    asked = [replace(record(200), split="train"), replace(record(201), split="train")]
    write_records(tmp_path / "records.jsonl", [*(record(i) for i in range(6)), record(9, split="dev"), long, *asked])
    text = path.read_text().replace("[data]", "[data]\nmax_tokens = 400")
    path.write_text(text)
    prepared = prepare_halves(load_reproduction(path))
    assert prepared.left_out == {
        "among the records to evaluate on": 2,
        "of another split": 1,
        "longer than 400 tokens": 1,
    }
    assert sum(prepared.records) == 6


def worded(trajectory: Trajectory, words: str) -> Trajectory:
    return Trajectory(trajectory.tools, (UserTurn(words), *trajectory.turns[1:]))


def test_halves_are_written_once_and_belong_to_their_records(base, tmp_path):
    given = tiny_reproduction(tmp_path, base)
    prepared = prepare_halves(given)
    before = [path.stat().st_mtime_ns for path in Place(given.train.out).halves("all")]
    assert prepare_halves(given) == prepared
    assert [path.stat().st_mtime_ns for path in Place(given.train.out).halves("all")] == before
    write_records(tmp_path / "records.jsonl", [record(i) for i in range(13)])
    with pytest.raises(ResumeError, match="files was"):
        prepare_halves(given)


def test_broken_facts_are_an_error_with_a_remedy(base, tmp_path):
    given = tiny_reproduction(tmp_path, base)
    prepare_halves(given)
    (Place(given.train.out).records / "prepared.json").write_text("{")
    with pytest.raises(ResumeError) as caught:
        prepare_halves(given)
    assert "Remove it" in caught.value.hint


def test_one_instruction_alone_makes_no_halves(base, tmp_path):
    with pytest.raises(NoDataError, match="too few records"):
        prepare_halves(tiny_reproduction(tmp_path, base, n_train=1))


def test_a_limit_draws_from_all_of_a_file_and_always_the_same(base, tmp_path):
    path = write_reproduction(tmp_path, base, n_test=40, limit=10)
    plan = load_reproduction(path).plan
    drawn = [one.id for one in asked_records(plan)]
    assert len(drawn) == 10
    assert drawn == [one.id for one in asked_records(plan)]
    assert drawn == sorted(drawn, key=lambda name: int(name[1:]))  # in the file's order
    assert drawn != [f"r{200 + i}" for i in range(10)]
    everything = list(asked_records(replace(plan, limit=None)))
    assert len(everything) == 40


def test_only_records_of_the_wanted_split_are_asked(base, tmp_path):
    path = write_reproduction(tmp_path, base, n_test=3)
    plan = load_reproduction(path).plan
    work = work_for(plan)
    assert len(work.material.records) == 3
    assert len(work.step_keys) == 2 * work.material.n_steps
    assert len(work_for(replace(plan, decodings=(Decoding.FREE,))).step_keys) == work.material.n_steps
    with pytest.raises(UsageError, match="no labelled step in the split 'dev'"):
        work_for(replace(plan, split="dev"))
