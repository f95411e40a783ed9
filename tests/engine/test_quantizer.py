"""Quantizing with llama.cpp: every file type, what overrides and importance matrices change, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import gguf
import numpy as np
import pytest

from tests.models import write_tiny_llama
from tests.wide_models import read_weights, write_wide_llama
from umi_local.engine.file_types import FILE_TYPES
from umi_local.engine.gguf_header import check_model, read_header
from umi_local.engine.llama_c import Context, ContextParams, Model
from umi_local.engine.quantize_plan import Fallback
from umi_local.engine.quantizer import plan_quantization, quantize_file
from umi_local.errors import EngineError, ModelFileError, ModelLoadError, StorageError, UsageError

RELATIVE_ERROR = {
    "F32": 0.0,
    "F16": 2**-11,
    "BF16": 2**-8,
    "Q8_0": 0.006,
    "Q6_K": 0.02,
    "Q5_K": 0.04,
    "Q5_1": 0.037,
    "Q5_0": 0.045,
    "Q4_K": 0.077,
    "Q4_1": 0.077,
    "Q4_0": 0.09,
    "IQ4_NL": 0.082,
    "IQ4_XS": 0.083,
    "MXFP4": 0.13,
    "Q3_K": 0.16,
    "IQ3_S": 0.15,
    "IQ3_XXS": 0.2,
    "Q2_K": 0.29,
    "IQ2_S": 0.27,
    "IQ2_XS": 0.33,
    "IQ2_XXS": 0.38,
    "IQ1_M": 0.5,
    "IQ1_S": 0.54,
    "Q1_0": 0.62,
    "Q2_0": 0.74,
    "TQ2_0": 0.83,
    "TQ1_0": 0.83,
}
"""Norm of the error of normally distributed weights as a share of theirs, a tenth above what was measured."""


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    return write_wide_llama(tmp_path_factory.mktemp("wide") / "wide.gguf")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return write_tiny_llama(tmp_path_factory.mktemp("small") / "small.gguf", n_vocab=320)


def flat_importance(path):
    """An entry for every matrix of the layers, saying that all columns matter alike."""
    names = (t for t in read_header(path).tensors if t.name.startswith("blk.") and len(t.shape) > 1)
    return {t.name: np.ones(t.shape[0] * (t.shape[2] if len(t.shape) > 2 else 1), np.float32) for t in names}


def types_of(path):
    return {tensor.name: tensor.type.name for tensor in read_header(path).tensors}


def relative_error(weight, changed):
    return np.linalg.norm(changed - weight) / np.linalg.norm(weight)


def logits(path):
    model = Model(path)
    context = Context(model, ContextParams(n_ctx=64, n_batch=64, n_threads=1))
    context.decode(list(range(1, 21)), 0, 0)
    result = context.logits().copy()
    context.close()
    model.close()
    return result


@pytest.mark.parametrize("name", FILE_TYPES)
def test_every_file_type_is_written_loads_and_stays_within_its_error(tmp_path, wide, name):
    importance = flat_importance(wide)
    plan = plan_quantization(wide, name, importance=importance)
    outcome = quantize_file(wide, tmp_path / "q.gguf", name, importance=importance, n_threads=1)
    assert outcome.path.stat().st_size == outcome.n_bytes == plan.n_bytes
    assert outcome.type_counts == plan.type_counts
    assert FILE_TYPES[name].tensor_type in outcome.type_counts or name in ("MXFP4_MOE", "IQ2_S")
    assert outcome.fallbacks == ()
    check_model(outcome.path)
    assert np.isfinite(logits(outcome.path)).all()
    before, after, types = read_weights(wide), read_weights(outcome.path), types_of(outcome.path)
    assert before.keys() == after.keys()
    for tensor, weight in before.items():
        assert relative_error(weight, after[tensor]) <= RELATIVE_ERROR[types[tensor]], tensor


def test_experts_get_their_own_type(tmp_path):
    source = write_wide_llama(tmp_path / "moe.gguf", n_experts=4)
    outcome = quantize_file(source, tmp_path / "q.gguf", "MXFP4_MOE", n_threads=1)
    before, after, types = read_weights(source), read_weights(outcome.path), types_of(outcome.path)
    assert types["blk.0.ffn_up_exps.weight"] == "MXFP4"
    assert (
        relative_error(before["blk.0.ffn_up_exps.weight"], after["blk.0.ffn_up_exps.weight"]) < RELATIVE_ERROR["MXFP4"]
    )
    assert np.isfinite(logits(outcome.path)).all()
    with_importance = quantize_file(
        source, tmp_path / "i.gguf", "IQ2_XS", importance=flat_importance(source), n_threads=1
    )
    assert "IQ2_XS" in with_importance.type_counts


@pytest.mark.parametrize(("name", "steps", "share"), [("Q8_0", 127, 0.5), ("Q4_0", 8, 1.0), ("Q5_0", 16, 1.0)])
def test_symmetric_types_miss_no_weight_by_more_than_their_step(tmp_path, wide, name, steps, share):
    """Half a step; a whole one at the end that a scale with a sign clips. The scale itself is rounded to F16."""
    outcome = quantize_file(wide, tmp_path / "q.gguf", name, pure=True, n_threads=1)
    before, after = read_weights(wide), read_weights(outcome.path)
    checked = 0
    for tensor, weight in before.items():
        if weight.ndim > 1:
            blocks = weight.reshape(-1, 32)
            step = np.abs(blocks).max(axis=1, keepdims=True) / steps
            bound = step * (share + steps * 2.0**-11) * (1 + 1e-5)
            assert (np.abs(after[tensor].reshape(-1, 32) - blocks) <= bound).all(), tensor
            checked += 1
    assert checked == 8


@pytest.mark.parametrize(("name", "steps"), [("Q4_1", 15), ("Q5_1", 31)])
def test_types_with_an_offset_miss_no_weight_by_more_than_half_a_step(tmp_path, wide, name, steps):
    outcome = quantize_file(wide, tmp_path / "q.gguf", name, pure=True, n_threads=1)
    before, after = read_weights(wide), read_weights(outcome.path)
    for tensor in ("blk.0.attn_q.weight", "token_embd.weight"):
        blocks = before[tensor].reshape(-1, 32)
        span = np.ptp(blocks, axis=1, keepdims=True)
        rounding = (span + np.abs(blocks).max(axis=1, keepdims=True)) * 2.0**-11
        bound = span / steps / 2 + rounding * (1 + 1e-5)
        assert (np.abs(after[tensor].reshape(-1, 32) - blocks) <= bound).all(), tensor


def test_the_plan_of_an_f16_source_is_exact_too_and_nothing_is_written(tmp_path):
    source = write_wide_llama(tmp_path / "f16.gguf", ftype=gguf.GGMLQuantizationType.F16, tied=False, n_layers=2)
    plan = plan_quantization(source, "Q4_K_M")
    assert list(tmp_path.iterdir()) == [source]
    assert plan.source_bytes == source.stat().st_size
    outcome = quantize_file(source, tmp_path / "q.gguf", "Q4_K_M", n_threads=1)
    assert outcome.n_bytes == plan.n_bytes
    written = read_header(outcome.path)
    assert {t.name: (t.type, t.n_bytes) for t in plan.tensors} == {
        t.name: (t.type.name, t.n_bytes) for t in written.tensors
    }
    assert written.metadata["general.file_type"] == FILE_TYPES["Q4_K_M"].number


def test_a_split_source_becomes_one_file_of_the_planned_size(tmp_path, wide):
    writer = gguf.GGUFWriter(tmp_path / "part.gguf", "llama", split_max_tensors=4)
    reader = gguf.GGUFReader(wide)
    for key, field in reader.fields.items():
        if not key.startswith("GGUF.") and key != "general.architecture":
            writer.add_key_value(
                key, field.contents(), field.types[0], field.types[1] if len(field.types) > 1 else None
            )
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, np.array(tensor.data))
    writer.write_header_to_file(tmp_path / "part.gguf")
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    first, *others = sorted(tmp_path.glob("part-*.gguf"))
    assert len(others) == 2
    plan = plan_quantization(first, "Q8_0")
    outcome = quantize_file(first, tmp_path / "q.gguf", "Q8_0", n_threads=1)
    assert outcome.n_bytes == plan.n_bytes
    whole = quantize_file(wide, tmp_path / "whole.gguf", "Q8_0", n_threads=1)
    after, expected = read_weights(outcome.path), read_weights(whole.path)
    assert all(np.array_equal(after[name], weight) for name, weight in expected.items())


def test_progress_names_every_tensor_once_in_order(tmp_path, wide):
    seen = []
    quantize_file(wide, tmp_path / "q.gguf", "Q8_0", n_threads=1, on_tensor=lambda *event: seen.append(event))
    assert [index for index, _, _ in seen] == list(range(1, 12))
    assert {total for _, total, _ in seen} == {11}
    assert {name for _, _, name in seen} == types_of(wide).keys()


def test_equal_runs_write_equal_files_whatever_the_buffer(tmp_path, wide):
    first = quantize_file(wide, tmp_path / "a.gguf", "Q4_K_M", n_threads=1)
    second = quantize_file(wide, tmp_path / "b.gguf", "Q4_K_M", n_threads=2, max_buf_size=1 << 14)
    assert first.path.read_bytes() == second.path.read_bytes()


def test_an_override_changes_exactly_the_tensors_that_it_names(tmp_path, wide):
    overrides = [(r"attn_[qk]\.", "q8_0"), ("attn", "F16")]
    plain = quantize_file(wide, tmp_path / "a.gguf", "Q4_0", n_threads=1)
    changed = quantize_file(wide, tmp_path / "b.gguf", "Q4_0", overrides=overrides, n_threads=1)
    before, after = types_of(plain.path), types_of(changed.path)
    assert {name: after[name] for name in before if before[name] != after[name]} == {
        "blk.0.attn_q.weight": "Q8_0",
        "blk.0.attn_k.weight": "Q8_0",
        "blk.0.attn_v.weight": "F16",
        "blk.0.attn_output.weight": "F16",
    }


def test_output_and_embedding_get_the_types_asked_for(tmp_path):
    source = write_wide_llama(tmp_path / "untied.gguf", tied=False)
    outcome = quantize_file(source, tmp_path / "q.gguf", "Q4_0", output_type="F16", embedding_type="q8_0", n_threads=1)
    types = types_of(outcome.path)
    assert (types["output.weight"], types["token_embd.weight"]) == ("F16", "Q8_0")
    assert types["blk.0.ffn_up.weight"] == "Q4_0"


def test_importance_changes_exactly_the_tensors_that_it_names(tmp_path, wide):
    rng = np.random.default_rng(0)
    importance = {"blk.0.attn_q.weight": rng.gamma(0.5, size=256).astype(np.float32)}
    plain = quantize_file(wide, tmp_path / "a.gguf", "Q4_K_M", n_threads=1)
    weighted = quantize_file(wide, tmp_path / "b.gguf", "Q4_K_M", importance=importance, n_threads=1)
    before, after = read_weights(plain.path), read_weights(weighted.path)
    assert [name for name in before if not np.array_equal(before[name], after[name])] == ["blk.0.attn_q.weight"]
    source = read_weights(wide)["blk.0.attn_q.weight"]

    def weighted_error(weights):
        return float((importance["blk.0.attn_q.weight"] * (weights["blk.0.attn_q.weight"] - source) ** 2).sum())

    assert weighted_error(after) < weighted_error(before)
    unweighted = plan_quantization(wide, "Q4_K_M", importance=importance).unweighted
    assert len(unweighted) == 7
    assert "blk.0.attn_q.weight" not in unweighted


def test_rows_that_are_no_whole_blocks_are_reported_by_name(tmp_path, small):
    outcome = quantize_file(small, tmp_path / "q.gguf", "Q4_K_S", n_threads=1)
    assert Fallback("blk.0.attn_q.weight", "Q4_K", "Q5_0") in outcome.fallbacks
    assert len(outcome.fallbacks) == 14  # the embedding's other type is part of the recipe
    types = types_of(outcome.path)
    assert all(types[fallback.name] == fallback.got for fallback in outcome.fallbacks)
    assert "Q4_K" not in outcome.type_counts


def test_a_missing_importance_matrix_is_an_error_before_any_work(tmp_path, wide):
    with pytest.raises(EngineError, match=r"IQ2_XXS needs an importance matrix for blk\.0\.\w+\.weight") as caught:
        quantize_file(wide, tmp_path / "q.gguf", "IQ2_XXS")
    assert "--importance" in caught.value.hint
    importance = flat_importance(wide)
    del importance["blk.0.attn_q.weight"]
    with pytest.raises(EngineError, match=r"importance matrix for blk\.0\.attn_q\.weight$"):
        quantize_file(wide, tmp_path / "q.gguf", "IQ2_XXS", importance=importance)
    with pytest.raises(EngineError, match=r"importance matrix for token_embd\.weight$"):  # llama.cpp would abort
        quantize_file(wide, tmp_path / "q.gguf", "Q4_0", embedding_type="IQ2_XXS")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (np.ones(255, np.float32), "blk.0.attn_q.weight has 255 values for 256 columns"),
        (np.full(256, np.nan, np.float32), "blk.0.attn_q.weight has values that aren't finite"),
        (np.full(256, np.inf, np.float32), "blk.0.attn_q.weight has values that aren't finite"),
        (np.full(256, -1, np.float32), "blk.0.attn_q.weight has negative values"),
    ],
)
def test_an_importance_matrix_that_does_not_fit_is_refused_by_name(tmp_path, wide, entry, fault):
    with pytest.raises(EngineError, match="doesn't fit") as caught:
        quantize_file(wide, tmp_path / "q.gguf", "Q4_0", importance={"blk.0.attn_q.weight": entry})
    assert fault in str(caught.value)


def test_an_importance_matrix_of_another_model_is_refused(wide):
    with pytest.raises(EngineError, match="none of its names is a tensor of the model"):
        plan_quantization(wide, "Q4_0", importance={"blk.77.attn_q.weight": np.ones(256, np.float32)})


def test_quantizing_twice_must_be_allowed(tmp_path, wide):
    once = quantize_file(wide, tmp_path / "q8.gguf", "Q8_0", n_threads=1).path
    with pytest.raises(EngineError, match=r"is quantized already \(Q8_0\)") as caught:
        quantize_file(once, tmp_path / "q4.gguf", "Q4_0")
    assert "--allow-requantize" in caught.value.hint
    twice = quantize_file(once, tmp_path / "q4.gguf", "Q4_0", allow_requantize=True, n_threads=1)
    assert twice.type_counts["Q4_0"] == 7
    same = quantize_file(once, tmp_path / "copy.gguf", "Q8_0", n_threads=1)  # nothing is converted
    assert read_weights(same.path).keys() == read_weights(once).keys()


def test_patterns_and_types_that_cannot_be_used_are_refused(wide):
    with pytest.raises(UsageError, match=r"no matrix of .* has a name with 'atn_q'") as caught:
        plan_quantization(wide, "Q4_0", overrides=[("atn_q", "Q8_0")])
    assert "token_embd.weight" in caught.value.hint
    with pytest.raises(UsageError, match="is no regular expression"):
        plan_quantization(wide, "Q4_0", overrides=[("attn_(", "Q8_0")])
    with pytest.raises(UsageError, match="there is no tensor type 'Q9_0'"):
        plan_quantization(wide, "Q4_0", overrides=[("attn_q", "Q9_0")])
    with pytest.raises(UsageError, match=r"llama\.cpp would ignore them"):
        plan_quantization(wide, "BF16", overrides=[("attn_q", "Q8_0")])
    with pytest.raises(UsageError, match="there is no file type"):
        plan_quantization(wide, "Q4_X")


def test_a_type_whose_blocks_do_not_fit_the_embedding_is_refused_before_llama_cpp_asserts(small):
    with pytest.raises(UsageError, match=r"token_embd.weight has rows of 64 values; Q4_K needs a multiple of 256"):
        plan_quantization(small, "Q4_0", embedding_type="Q4_K")


def test_llama_cpps_own_reason_is_kept_and_its_log_still_heard_afterwards(tmp_path, small):
    with pytest.raises(EngineError, match="no tensor type fallback is defined for type q1_0"):
        quantize_file(small, tmp_path / "q.gguf", "Q1_0")
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(small.read_bytes()[:-100])
    with pytest.raises(ModelLoadError, match="failed to load model"):
        Model(broken)


def test_an_unsound_source_never_reaches_llama_cpp(tmp_path, wide):
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(wide.read_bytes()[:-50_000])
    with pytest.raises(ModelFileError, match="cut off"):
        quantize_file(cut, tmp_path / "q.gguf", "Q4_0")
    with pytest.raises(ModelFileError, match="there is no such file"):
        quantize_file(tmp_path / "none.gguf", tmp_path / "q.gguf", "Q4_0")
    writer = gguf.GGUFWriter(tmp_path / "adapter.gguf", "llama")
    writer.add_type("adapter")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    writer.close()
    with pytest.raises(ModelFileError, match="adapter"):
        quantize_file(tmp_path / "adapter.gguf", tmp_path / "q.gguf", "Q4_0")


def test_an_alignment_that_llama_cpp_would_break_is_refused(tmp_path, wide):
    header = read_header(wide)
    reader = gguf.GGUFReader(wide)
    writer = gguf.GGUFWriter(tmp_path / "aligned.gguf", "llama")
    writer.add_custom_alignment(64)
    for key, field in reader.fields.items():
        if not key.startswith("GGUF.") and key != "general.architecture":
            writer.add_key_value(
                key, field.contents(), field.types[0], field.types[1] if len(field.types) > 1 else None
            )
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, np.array(tensor.data))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    assert len(header.tensors) == len(check_model(tmp_path / "aligned.gguf").tensors)
    with pytest.raises(ModelFileError, match="aligned to 64 bytes"):
        quantize_file(tmp_path / "aligned.gguf", tmp_path / "q.gguf", "Q4_0")


def test_the_source_itself_is_no_target_and_stays_as_it_is(wide):
    before = wide.read_bytes()
    with pytest.raises(UsageError, match="is the source itself"):
        quantize_file(wide, wide, "Q8_0")
    assert wide.read_bytes() == before


def test_a_folder_that_is_missing_is_a_storage_error(tmp_path, wide):
    with pytest.raises(StorageError, match="No such file"):
        quantize_file(wide, tmp_path / "none" / "q.gguf", "Q8_0")


def test_an_older_result_is_replaced_only_when_the_new_one_is_complete(tmp_path, wide):
    target = tmp_path / "q.gguf"
    target.write_bytes(b"older")
    with pytest.raises(RuntimeError, match="of the listener"):
        quantize_file(wide, target, "Q8_0", n_threads=1, on_tensor=fail)
    assert [path.name for path in tmp_path.iterdir()] == ["q.gguf"]
    assert target.read_bytes() == b"older"
    quantize_file(wide, target, "Q8_0", n_threads=1)
    assert check_model(target)


def fail(*_event):
    raise RuntimeError("of the listener")


def run_child(source: Path, target: Path, fate: str) -> subprocess.CompletedProcess[str]:
    code = [sys.executable, "-m", "tests.engine.quantize_child", str(source), str(target), fate]
    root = Path(__file__).parents[2]
    return subprocess.run(code, cwd=root, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of file sizes")
@pytest.mark.parametrize("share", [0.05, 0.5, 1.0])
def test_a_full_disk_is_a_storage_error_and_leaves_nothing(tmp_path, wide, share):
    limit = int(plan_quantization(wide, "Q8_0").n_bytes * share) - 1  # the last one: only the last byte has no room
    done = run_child(wide, tmp_path / "q.gguf", str(limit))
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith(f"could not write {tmp_path / 'q.gguf'}: File too large"), done.stdout
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_ends_it_at_once_and_leaves_nothing(tmp_path, wide):
    done = run_child(wide, tmp_path / "q.gguf", "interrupt")
    assert done.returncode == 130, done.stderr
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs kill -9")
def test_a_killed_run_leaves_no_final_file_and_the_next_one_cleans_up(tmp_path, wide):
    target = tmp_path / "q.gguf"
    assert run_child(wide, target, "kill").returncode == -9
    assert [path.name.startswith(".q.gguf.") for path in tmp_path.iterdir()] == [True]
    assert run_child(wide, target, "none").returncode == 0
    assert list(tmp_path.iterdir()) == [target]
    assert check_model(target)
