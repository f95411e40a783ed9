from __future__ import annotations

import json

import numpy as np
import pytest

from tests.convert.conformance import read_gguf
from tests.convert.plain_checkpoints import edit_config, llama_shapes, read_safetensors, write_llama, write_safetensors
from tests.convert.tokenizers_for_tests import write_config, write_gemma
from umi_convert.architectures.row_order import interleaved_halves
from umi_convert.checkpoint import open_checkpoint
from umi_convert.errors import CheckpointError, PreflightError, UnsupportedArchitectureError
from umi_convert.key_values import KeyValues
from umi_convert.metadata import write_general
from umi_convert.model import auto_dtype, convert_model, source_of
from umi_convert.tensors import DType, to_float32
from umi_local.engine.llama_c import Model


class Doubled:
    """A patch that doubles rows, and says which."""

    def __init__(self):
        self.row_ids = []

    def apply(self, rows, row_ids):
        self.row_ids.extend(map(int, row_ids))
        return rows * 2


def problems_of(folder, **options):
    with pytest.raises(PreflightError) as caught:
        source_of(open_checkpoint(folder), **options)
    return caught.value.problems


@pytest.fixture
def llama(tmp_path):
    return write_llama(tmp_path / "llama")


def test_llama_cpp_loads_what_was_converted(llama, tmp_path):
    source = convert_model(llama, tmp_path / "m.gguf")
    model = Model(tmp_path / "m.gguf", vocab_only=False)
    assert model.metadata("umi.fingerprint") == source.fingerprint
    assert model.metadata("general.architecture") == "llama"
    model.close()


@pytest.mark.parametrize(("stored", "written"), [(DType.BF16, 30), (DType.F16, 1), (DType.F32, 1)])
def test_without_a_type_weights_stay_as_they_are_and_float32_becomes_float16(tmp_path, stored, written):
    folder = write_llama(tmp_path / "llama", dtype=stored)
    source = convert_model(folder, tmp_path / "m.gguf")
    assert source.dtype is stored
    assert auto_dtype(source) is (DType.F16 if stored is DType.F32 else stored)
    assert read_gguf(tmp_path / "m.gguf").tensors["token_embd.weight"][1] == written


def test_a_missing_tensor_a_wrong_shape_an_unknown_one_and_a_config_are_said_together(llama):
    shapes = llama_shapes(json.loads((llama / "config.json").read_text()))
    shapes.pop("model.layers.1.mlp.up_proj.weight")
    shapes["model.norm.weight"] = (65,)
    shapes["model.layers.0.self_attn.extra.weight"] = (2, 2)
    shapes["model.layers.2.mlp.up_proj.weight"] = (128, 64)
    write_safetensors(llama / "model.safetensors", shapes, DType.BF16)
    edit_config(llama, hidden_act="relu")
    problems = problems_of(llama)
    assert len(problems) == 4
    assert "hidden_act is relu" in problems[0]
    assert "model.norm.weight has the shape [65]; config.json makes it [64]" in problems[1]
    assert "no such tensor: model.layers.0.self_attn.extra.weight, model.layers.2.mlp.up_proj.weight" in problems[2]
    assert "it lacks: model.layers.1.mlp.up_proj.weight" in problems[3]


def test_long_lists_of_tensors_are_cut_with_a_count(llama):
    edit_config(llama, num_hidden_layers=40)
    (problem,) = problems_of(llama)
    assert "and 330 more" in problem
    assert len(problem) < 1500


def test_a_tensor_that_cannot_be_read_is_a_problem_and_not_also_missing(llama):
    path = llama / "model.safetensors"
    content = path.read_bytes()
    assert content.count(b'"model.norm.weight":{"dtype":"BF16","shape":[64]') == 0  # json.dumps puts spaces
    at = content.index(b'"model.norm.weight"')
    path.write_bytes(content[:at] + content[at:].replace(b'"BF16", "shape": [64]', b'"I16",  "shape": [64]', 1))
    problems = problems_of(llama)
    assert len(problems) == 1
    assert "tensor model.norm.weight can't be read: I16" in problems[0]


def test_two_names_of_one_tensor_are_a_problem(tmp_path):
    folder = write_llama(tmp_path / "g")
    edit_config(folder, architectures=["Gemma3ForCausalLM"])
    names = {"model.norm.weight": (64,), "language_model.model.norm.weight": (64,)}
    write_safetensors(folder / "model.safetensors", names, DType.BF16)
    with pytest.raises((PreflightError, CheckpointError), match=r"model\.norm\.weight"):
        source_of(open_checkpoint(folder))


def test_another_architecture_is_refused(llama):
    edit_config(llama, architectures=["MambaForCausalLM"])
    with pytest.raises(UnsupportedArchitectureError, match="MambaForCausalLM"):
        source_of(open_checkpoint(llama))


def test_patches_change_weights_in_the_checkpoints_order(llama):
    patch = Doubled()
    name = "model.layers.1.self_attn.q_proj.weight"
    plain = {t.name: t for t in source_of(open_checkpoint(llama)).tensors}
    source = source_of(open_checkpoint(llama), {name: [patch]})
    changed = {t.name: t for t in source.tensors}
    stored = to_float32(read_safetensors(llama / "model.safetensors")[name], DType.BF16)
    order = interleaved_halves(64, 4)
    patch.row_ids.clear()
    np.testing.assert_array_equal(changed["blk.1.attn_q.weight"].whole(), 2 * stored[order])
    assert patch.row_ids == list(range(64))
    assert changed["blk.1.attn_k.weight"].dtype is DType.BF16
    np.testing.assert_array_equal(changed["blk.1.attn_k.weight"].whole(), plain["blk.1.attn_k.weight"].whole())
    assert source.fingerprint != source_of(open_checkpoint(llama)).fingerprint
    assert source.dtype is DType.BF16


def test_a_patch_of_a_weight_that_is_not_there_is_a_problem(llama):
    problems = problems_of(llama, patches={"lm_head.weight": [Doubled()], "nothing": [Doubled()]})
    assert [problem.partition(": ")[2] for problem in problems] == [
        "there is no weight lm_head.weight to be changed",
        "there is no weight nothing to be changed",
    ]


def test_an_untied_head_is_a_copy_of_the_embedding_that_is_changed_alone(llama, tmp_path):
    source = source_of(open_checkpoint(llama), {"lm_head.weight": [Doubled()]}, untied=True)
    tensors = {t.name: t for t in source.tensors}
    embedding = to_float32(tensors["token_embd.weight"].whole(), DType.BF16)
    np.testing.assert_array_equal(tensors["output.weight"].whole(), 2 * embedding)
    assert "output.weight" not in {t.name for t in source_of(open_checkpoint(llama)).tensors}


def test_gemma2_cannot_be_untied(tmp_path):
    folder = write_gemma(tmp_path / "g")
    config = json.loads((folder / "config.json").read_text())
    shapes = llama_shapes({**config, "tie_word_embeddings": True})
    for number in range(config["num_hidden_layers"]):
        for name in ("pre", "post"):
            shapes[f"model.layers.{number}.{name}_feedforward_layernorm.weight"] = (64,)
    write_safetensors(folder / "model.safetensors", shapes, DType.BF16)
    edit_config(folder, query_pre_attn_scalar=16, hidden_act=None)
    assert source_of(open_checkpoint(folder)).arch == "gemma2"
    (problem,) = problems_of(folder, untied=True)
    assert "gemma2 has no output weights of its own" in problem


def test_the_embedding_must_fit_the_vocabulary(llama):
    edit_config(llama, vocab_size=422)
    (problem,) = problems_of(llama)
    assert "model.embed_tokens.weight has the shape [420, 64]; config.json makes it [422, 64]" in problem


CARD = "---\nversion: 2.0\nlicense: no\ntags: [1, agent, no]\nlanguage:\n- en\n- no\nauthor: {a: b}\n---\n"


def general(folder):
    metadata = KeyValues("llama")
    write_general(folder, 1_500_000_000, metadata)
    return {key: value.value for key, value in metadata}


def test_a_card_with_numbers_and_truth_values_is_taken_as_text(tmp_path):
    folder = tmp_path / "Some-Model-1.5B-v3"
    write_config(folder)
    (folder / "README.md").write_text(CARD)
    found = general(folder)
    assert found["general.version"] == "2.0"
    assert found["general.tags"] == ["1", "agent", "False"]
    assert found["general.languages"] == ["en", "no"]
    assert found["general.name"] == "Some Model 1.5B v3"
    assert found["general.size_label"] == "1.5B"
    assert not {"general.author", "general.license"} & set(found)


def test_how_to_sample_comes_from_generation_config(tmp_path):
    write_config(tmp_path)
    values = {"temperature": 0.5, "top_k": 20, "repetition_penalty": 1.1, "top_p": "high", "min_p": None}
    (tmp_path / "generation_config.json").write_text(json.dumps(values))
    found = {key: value for key, value in general(tmp_path).items() if "sampling" in key}
    expected = {"general.sampling.temp": 0.5, "general.sampling.top_k": 20, "general.sampling.penalty_repeat": 1.1}
    assert found == expected


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("README.md", b"---\na: [\n---\n"),
        ("README.md", b"\xff\xfe\x00"),
        ("README.md", b"x" * (9 << 20)),
        ("README.md", b"---\nbase_model: [[1]]\nlicense: [[1]]\n---\n"),
        ("generation_config.json", b"[]"),
        ("generation_config.json", b"\xff"),
    ],
)
def test_a_card_that_makes_no_sense_is_our_error(tmp_path, name, content):
    write_config(tmp_path)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CheckpointError, match=name):
        general(tmp_path)
