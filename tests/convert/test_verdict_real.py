"""The verdict on a real model: SmolLM2-135M as it is shipped (Q4_1), and coarser, against its own weights in float32."""

from __future__ import annotations

from dataclasses import replace

import llama_cpp
import pytest

from tests.models import real_gguf, requantize, write_f32
from umi_convert.calibration import load_trajectories
from umi_convert.verify import STRICTNESS, JudgeOptions, compare, measured_reference
from umi_convert.verify.turns import spread
from umi_local.bundles.catalog import bundle_of_gguf
from umi_local.messages import Role

OPTIONS = JudgeOptions(
    n_threads=1,
    positions_per_role=40,
    spoken_per_role=1,
    planner_tokens=8,
    caller_tokens=32,
    summarizer_tokens=8,
)


def mean_kl(verdict):
    """Nats, by role."""
    return {found.role: found.distributions.mean_kl for found in verdict.roles}


@pytest.mark.integration
def test_smollm2_loses_next_to_nothing_as_shipped_and_more_as_q4_0(tmp_path):
    exact = write_f32(real_gguf(), tmp_path / "f32.gguf")
    coarse = requantize(exact, tmp_path / "q4_0.gguf", llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_0)
    trajectories = spread(load_trajectories(), 2)
    with measured_reference(bundle_of_gguf(exact), trajectories, options=OPTIONS, folder=tmp_path) as reference:
        shipped = compare(bundle_of_gguf(real_gguf()), reference, thresholds=STRICTNESS["strict"])
        coarser = compare(bundle_of_gguf(coarse), reference, thresholds=STRICTNESS["normal"])
    assert [problem for problem in shipped.problems if "KL" in problem or "differ" in problem] == []
    for role in shipped.roles:  # the same weights; what is left is that llama.cpp rounds activations to 8 bits
        assert 0 < mean_kl(shipped)[role.role] < 0.01
        assert role.token_ids.n_different == role.prompts.n_different == 0
        assert role.size_bytes == real_gguf().stat().st_size
    assert shipped.reference_size_bytes == exact.stat().st_size
    for role, lost in mean_kl(coarser).items():
        assert lost > 10 * mean_kl(shipped)[role]
    assert {problem.split(":")[0] for problem in coarser.problems} == {role.value for role in Role}
    assert replace(shipped, problems=()).passed
