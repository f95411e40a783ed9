"""SmolLM2-135M itself, dequantized by transformers and converted by llama.cpp's converter and by ours."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import transformers

from tests.convert.conformance import MODEL_SCRIPT, assert_same_gguf, run_llama_cpp
from tests.convert.tokenizers_for_tests import write_smollm2
from tests.models import real_gguf
from umi_convert.model import convert_model
from umi_convert.tensors import DType

pytestmark = [pytest.mark.integration, pytest.mark.filterwarnings("ignore")]  # transformers and torch warn of their own


@pytest.fixture(scope="module")
def smollm2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("smollm2") / "SmolLM2-135M-Instruct"
    source = real_gguf()
    model = transformers.AutoModelForCausalLM.from_pretrained(
        str(source.parent),
        gguf_file=source.name,
        dtype=torch.bfloat16,
        quantization_config=transformers.GgufConfig(dequantize=True),
    )
    write_smollm2(folder)
    model.save_pretrained(folder)
    return folder


def test_smollm2_becomes_the_gguf_that_llama_cpp_makes_of_it(smollm2, tmp_path):
    types = {"bf16": DType.BF16, "f16": DType.F16}
    jobs = [(MODEL_SCRIPT, smollm2, "--outfile", tmp_path / f"{name}.theirs", "--outtype", name) for name in types]
    assert run_llama_cpp(jobs) == [None, None]
    for name, dtype in types.items():
        convert_model(smollm2, tmp_path / f"{name}.ours", dtype)
        assert_same_gguf(tmp_path / f"{name}.ours", tmp_path / f"{name}.theirs", ignore=("umi.fingerprint",))
