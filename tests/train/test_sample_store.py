"""Stores give back what was put in, count what was left out, and are never half there."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.train.tiny_networks import random_sample
from umi_local.errors import StorageError
from umi_local.messages import Role
from umi_train.labels import Sample
from umi_train.sample_store import Entry, open_store, write_store

entries = st.lists(
    st.builds(
        lambda seeds, inline: tuple(random_sample(seed, inline=inline) for seed in seeds),
        st.lists(st.integers(0, 30), min_size=1, max_size=3),
        st.booleans(),
    ),
    max_size=5,
)


@settings(max_examples=25)
@given(samples=entries)
def test_samples_come_back_as_they_were(samples):
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "train"
        write_store(place, (Entry(f"r{i}", one) for i, one in enumerate(samples)), max_tokens=10_000)
        store = open_store(place)
        assert store is not None
        assert [store.samples(i) for i in range(len(store))] == samples
        assert [store.record_id(i) for i in range(len(store))] == [f"r{i}" for i in range(len(samples))]
        for role in Role:
            counts = [sum(len(s.labels) for one in group for s in one.spans if s.role is role) for group in samples]
            assert [store.n_targets(i, role) for i in range(len(store))] == counts
            assert store.facts.targets[role.value] == sum(counts)
        assert store.facts.longest == max((one.n_tokens for group in samples for one in group), default=0)


def test_what_is_left_out_is_counted_with_its_reason(tmp_path):
    kept, long, silent = random_sample(1, n_turns=1), random_sample(1, n_turns=40), Sample((1, 2, 3), (), inline=True)
    given_: list[Entry | str] = [
        Entry("a", (kept,), "s", "MIT"),
        Entry("b", (long,)),
        "broken",
        Entry("c", (silent,)),
        "broken",
    ]
    store = write_store(tmp_path / "x", given_, max_tokens=100)
    assert len(store) == 1
    assert store.facts.skipped == {"broken": 2, "longer than 100 tokens": 1, "no role says anything": 1}
    assert [(source.name, source.license, source.records) for source in store.facts.sources] == [("s", "MIT", 1)]


def test_a_store_whose_writing_failed_is_not_there(tmp_path):
    def failing():
        yield Entry("a", (random_sample(1),))
        raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match="No space left"):
        write_store(tmp_path / "x", failing(), max_tokens=1000)
    assert open_store(tmp_path / "x") is None
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_store_is_not_opened(tmp_path):
    write_store(tmp_path / "x", [Entry("a", (random_sample(1),))], max_tokens=1000)
    (tmp_path / "x" / "spans.npy").write_bytes(b"nothing")
    assert open_store(tmp_path / "x") is None
