"""The prefix cache: what was stored comes back, and whatever is wrong with the folder, the run goes on."""

from __future__ import annotations

import logging
import os

import pytest

from umi_local.engine.kv import Trunk, cut
from umi_local.engine.llama_c import Context, ContextParams, Model
from umi_local.engine.prefix_cache import MIN_TOKENS, PrefixCache

BLOCKS = [tuple(range(5, 5 + MIN_TOKENS + 40))]
PARAMS = ContextParams(n_ctx=512, n_batch=64, n_threads=1)
CAP = 10**9
CHUNKS = cut(BLOCKS, PARAMS.n_batch)


@pytest.fixture
def trunk(tiny):
    """A trunk that holds the blocks."""
    model = Model(tiny.base)
    context = Context(model, PARAMS)
    trunk = Trunk(context)
    trunk.sync(BLOCKS, lambda: None)
    yield trunk
    context.close()
    model.close()


def test_a_stored_prefix_is_loaded_into_an_empty_trunk(trunk, tmp_path):
    cache = PrefixCache(tmp_path, ["model"], cap_bytes=CAP)
    cache.store(trunk, CHUNKS)
    cache.wait()
    trunk.roll_back(0)
    assert cache.load(trunk, CHUNKS)
    assert trunk.chunks == CHUNKS
    assert not PrefixCache(tmp_path, ["another model"], cap_bytes=CAP).load(trunk, CHUNKS)


def test_a_damaged_file_is_removed_and_missed(trunk, tmp_path):
    cache = PrefixCache(tmp_path, ["model"], cap_bytes=CAP)
    cache.store(trunk, CHUNKS)
    cache.wait()
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert not cache.load(trunk, CHUNKS)
    assert not path.exists()


def test_a_folder_that_no_system_can_have_is_a_warning_and_no_error(trunk, tmp_path, caplog):
    cache = PrefixCache(tmp_path / ("x" * 300), ["model"], cap_bytes=CAP)  # the name is too long to be even looked up
    with caplog.at_level(logging.WARNING):
        assert not cache.load(trunk, CHUNKS)
        cache.store(trunk, CHUNKS)
        cache.wait()
    assert "can't be used" in caplog.text


def test_the_least_recently_used_goes_although_another_process_removes_files_meanwhile(trunk, tmp_path, caplog):
    old = tmp_path / "old.kv"
    old.write_bytes(bytes(1000))
    os.utime(old, (1, 1))
    (tmp_path / "gone.kv").symlink_to(tmp_path / "removed")  # listed, but no longer there when it is looked at
    cache = PrefixCache(tmp_path, ["model"], cap_bytes=len(trunk.save()) + 100)
    cache.store(trunk, CHUNKS)
    cache.wait()
    assert not old.exists()
    assert cache.load(trunk, CHUNKS)
    assert caplog.text == ""
