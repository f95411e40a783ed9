"""Thousands of damaged files: our reader only ever raises `ModelFileError`, and what it lets through never kills llama.cpp."""

from __future__ import annotations

import collections
import random
import shutil
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest

from tests.gguf_mutations import WEIGHT_TYPES, LlamaChild, V, mutate, rewrite, wrong_values
from tests.models import real_gguf, write_lora, write_tiny_llama
from umi_local.engine.gguf_header import check_adapter, check_model, read_header
from umi_local.errors import ModelFileError

N_VOCAB = 320


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    """A valid llama of 0.4 MB, whose header of 8 KB is small enough for every mutation to hit something."""
    return write_tiny_llama(tmp_path_factory.mktemp("fuzz") / "tiny.gguf", n_vocab=N_VOCAB)


@pytest.fixture
def llama() -> Iterator[LlamaChild]:
    child = LlamaChild()
    yield child
    child.close()


def outcome(check: Any, *args: Any) -> str:
    """Return `sound` or `refused`; every other exception is the test's failure."""
    try:
        check(*args)
    except ModelFileError:
        return "refused"
    return "sound"


def test_thousands_of_mutated_headers_are_read_or_refused(tiny, tmp_path):
    data, size = tiny.read_bytes(), read_header(tiny).data_offset
    rng = random.Random(1)
    path = tmp_path / "mutant.gguf"
    counts: collections.Counter[str] = collections.Counter()
    for number in range(3000):
        path.write_bytes(mutate(rng, data, size))
        counts[outcome(check_model if number % 2 else read_header, path)] += 1
    assert counts["refused"] > 1000
    assert counts["sound"] > 100


def test_a_header_of_random_bytes_is_refused(tmp_path):
    rng = random.Random(2)
    path = tmp_path / "random.gguf"
    for _ in range(500):
        path.write_bytes(b"GGUF\x03\0\0\0" + rng.randbytes(rng.randrange(200)))
        assert outcome(read_header, path) == "refused"


def test_every_truncation_of_the_header_is_refused(tiny, tmp_path):
    data, size = tiny.read_bytes(), read_header(tiny).data_offset
    path = tmp_path / "short.gguf"
    for length in [*range(200), *range(200, size, 37), size, len(data) - 100_000]:
        path.write_bytes(data[:length])
        assert outcome(read_header, path) == "refused", length


def test_no_mutation_makes_the_reader_allocate_much_more_than_the_file(tiny, tmp_path):
    data, size = tiny.read_bytes(), read_header(tiny).data_offset
    rng = random.Random(3)
    path = tmp_path / "mutant.gguf"
    tracemalloc.start()
    try:
        for _ in range(200):
            path.write_bytes(mutate(rng, data, size))
            tracemalloc.reset_peak()
            outcome(check_model, path)
            assert tracemalloc.get_traced_memory()[1] < 8 * len(data)
    finally:
        tracemalloc.stop()


@pytest.mark.integration
def test_mutations_of_a_real_header_are_read_or_refused(tmp_path):
    header = read_header(real_gguf())
    with real_gguf().open("rb") as file:
        head = file.read(header.data_offset)
    rng = random.Random(4)
    path = tmp_path / "mutant.gguf"
    counts: collections.Counter[str] = collections.Counter()
    for number in range(150):
        with path.open("wb") as file:
            file.write(mutate(rng, head, len(head)))
            file.truncate(header.file_size)  # a hole instead of the weights
        counts[outcome(check_model if number % 4 == 0 else read_header, path)] += 1
    assert counts["refused"] > 50
    assert counts["sound"] > 10


@pytest.mark.integration
def test_the_loading_process_reports_a_crash_and_goes_on(tiny, tmp_path, llama):
    wrong = rewrite(tmp_path / "wrong.gguf", tiny, changes={"llama.block_count": (1000, V.UINT32)})
    assert outcome(check_model, wrong) == "refused"
    assert llama.load(wrong) == "crash"  # an assertion of llama.cpp, and what the checks are for
    assert "LLAMA_MAX_LAYERS" in llama.crashes[0]
    assert llama.load(tiny) == "decoded"


@pytest.mark.integration
def test_no_accepted_mutant_crashes_llama_cpp(tiny, tmp_path, llama):
    data, size = tiny.read_bytes(), read_header(tiny).data_offset
    rng = random.Random(5)
    path = tmp_path / "mutant.gguf"
    counts: collections.Counter[str] = collections.Counter()
    while sum(counts.values()) < 400:
        path.write_bytes(mutate(rng, data, size))
        if outcome(check_model, path) == "sound":
            counts[llama.load(path)] += 1
            assert not llama.crashes, (shutil.copy(path, tmp_path / "crash.gguf"), llama.crashes)
    assert counts["decoded"] > 100


@pytest.mark.integration
def test_no_accepted_model_with_a_wrong_value_crashes_llama_cpp(tiny, tmp_path, llama):
    counts: collections.Counter[str] = collections.Counter()
    for key, value, types in wrong_values(N_VOCAB):
        path = rewrite(tmp_path / "wrong.gguf", tiny, changes={key: (value, *types)})
        result = outcome(check_model, path)
        counts[result] += 1
        if result == "sound":
            counts[llama.load(path)] += 1
            assert not llama.crashes, (key, value, types, llama.crashes)
    assert counts["refused"] > 100
    assert counts["decoded"] > 30


@pytest.mark.integration
@pytest.mark.parametrize("name", ["token_embd.weight", "blk.0.attn_norm.weight", "blk.1.ffn_down.weight"])
def test_no_accepted_tensor_type_crashes_llama_cpp(tiny, tmp_path, llama, name):
    *outer, width = reversed(next(t.shape for t in read_header(tiny).tensors if t.name == name))
    counts: collections.Counter[str] = collections.Counter()
    for kind in WEIGHT_TYPES:
        block_size, block_bytes = gguf.GGML_QUANT_SIZES[kind]
        if width % block_size or kind == gguf.GGMLQuantizationType.Q8_1:  # whose size gguf 0.19 has wrong
            continue
        content = np.ones((*outer, width // block_size * block_bytes), np.uint8)
        path = rewrite(tmp_path / "typed.gguf", tiny, data={name: (content, kind)})
        result = outcome(check_model, path)
        counts[result] += 1
        if result == "sound":
            llama.load(path)
            assert not llama.crashes, (kind, llama.crashes)
    assert counts["refused"] >= 5


@pytest.mark.integration
def test_no_accepted_mutant_of_an_adapter_crashes_llama_cpp(tiny, tmp_path, llama):
    adapter = write_lora(tmp_path / "adapter.gguf", tiny, rank=4)
    base = check_model(tiny)
    data, size = adapter.read_bytes(), read_header(adapter).data_offset
    rng = random.Random(6)
    path = tmp_path / "mutant.gguf"
    counts: collections.Counter[str] = collections.Counter()
    for _ in range(600):
        path.write_bytes(mutate(rng, data, size))
        result = outcome(check_adapter, path, base)
        counts[result] += 1
        if result == "sound":
            counts[llama.load(tiny, adapter=path)] += 1
            assert not llama.crashes, (shutil.copy(path, tmp_path / "crash.gguf"), llama.crashes)
    assert counts["refused"] > 100
    assert counts["decoded with adapter"] > 10
