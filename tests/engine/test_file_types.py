"""Names of file types and tensor types, compared with the installed library."""

from __future__ import annotations

import llama_cpp
import pytest

from tests.wide_models import write_wide_llama
from umi_local.engine.file_types import (
    ALIASES,
    FILE_TYPES,
    READ_ONLY,
    TENSOR_TYPE_IDS,
    find_file_type,
    find_tensor_type,
    requires_importance,
)
from umi_local.engine.gguf_header import read_header
from umi_local.engine.quantizer import plan_quantization
from umi_local.errors import UsageError


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    return write_wide_llama(tmp_path_factory.mktemp("wide") / "wide.gguf")


def test_every_file_type_of_the_library_is_known_with_its_number():
    library = {
        name.removeprefix("LLAMA_FTYPE_").removeprefix("MOSTLY_").removeprefix("ALL_"): getattr(llama_cpp, name)
        for name in dir(llama_cpp)
        if name.startswith("LLAMA_FTYPE_") and name != "LLAMA_FTYPE_GUESSED"
    }
    assert len(library) > 30
    numbers = {name: file_type.number for name, file_type in FILE_TYPES.items()}
    assert {name: number for name, number in library.items() if name not in READ_ONLY} == numbers
    assert set(READ_ONLY) <= set(library)


@pytest.mark.parametrize("name", FILE_TYPES)
def test_llama_cpp_writes_the_tensor_type_that_the_table_says(wide, name):
    plan = plan_quantization(wide, name, pure=True)
    matrices = {tensor.name: tensor.type for tensor in plan.tensors if "norm" not in tensor.name}
    assert len(matrices) == 8
    assert set(matrices.values()) == {FILE_TYPES[name].tensor_type}


@pytest.mark.parametrize("name", FILE_TYPES)
def test_which_types_need_an_importance_matrix_is_known_before_any_work(wide, name):
    missing = plan_quantization(wide, name).missing_importance
    assert bool(missing) == FILE_TYPES[name].needs_importance
    assert all(tensor.startswith("blk.0.") for tensor in missing)


def test_names_are_found_whatever_their_case_and_by_their_aliases():
    assert find_file_type(" q4_k_m ").number == llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_K_M
    assert {alias: find_file_type(alias).name for alias in ALIASES} == ALIASES
    assert find_tensor_type("iq4_nl") == "IQ4_NL"
    assert not find_file_type("BF16").is_quantized
    assert find_file_type("TQ1_0").is_quantized


def test_a_misspelled_type_is_answered_with_near_ones():
    with pytest.raises(UsageError, match="there is no file type 'Q4KM'") as caught:
        find_file_type("Q4KM")
    assert caught.value.hint.startswith("Did you mean Q4_K_M")
    with pytest.raises(UsageError, match="there is no tensor type 'Q8'") as caught:
        find_tensor_type("Q8")
    assert "Q8_0" in caught.value.hint
    with pytest.raises(UsageError) as caught:
        find_file_type("zzz")
    assert caught.value.hint.startswith("Known are F32, ")


def test_a_type_that_can_only_be_read_is_refused_with_the_reason():
    with pytest.raises(UsageError, match=r"'NVFP4' can't be written: llama\.cpp can run"):
        find_file_type("NVFP4")


def test_a_files_type_given_for_a_tensor_is_explained():
    with pytest.raises(UsageError, match="type of a file") as caught:
        find_tensor_type("Q4_K_M")
    assert caught.value.hint == "For a tensor, say Q4_K."


@pytest.mark.parametrize("name", ["Q8_1", "Q8_K", "I32", "F64"])
def test_types_of_intermediate_results_are_no_choice(name):
    with pytest.raises(UsageError):
        find_tensor_type(name)
    assert name not in TENSOR_TYPE_IDS


def test_embeddings_need_importance_only_where_llama_cpp_would_end_the_process():
    for name in ("token_embd.weight", "output.weight"):
        assert requires_importance(name, "IQ2_XXS", FILE_TYPES["Q4_0"])
        assert not requires_importance(name, "IQ3_XXS", FILE_TYPES["IQ3_XXS"])
    assert requires_importance("blk.0.attn_q.weight", "Q2_K", FILE_TYPES["Q2_K_S"])
    assert not requires_importance("blk.0.attn_q.weight", "Q2_K", FILE_TYPES["Q2_K"])


def test_the_header_tells_where_the_descriptions_end(wide):
    header = read_header(wide)
    assert header.data_offset - 32 < header.meta_bytes <= header.data_offset
