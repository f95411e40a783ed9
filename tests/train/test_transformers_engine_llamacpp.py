"""What is evaluated before a conversion is what runs after it: the same folders under torch, and as a bundle on llama.cpp."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import torch

from tests.models import real_gguf, write_f32, write_tiny_llama
from tests.prompts.trajectories import RICH
from tests.train.trained_folders import CPU, base_config, role_folders, write_trained
from umi_convert.build import build_bundle
from umi_convert.plan import plan_bundle
from umi_convert.request import BundleRequest, Judging, Quantization
from umi_local.bundles.catalog import find_bundle
from umi_local.bundles.values import Layout
from umi_local.engine.base import CancelToken, Sampling, SpeakOptions
from umi_local.engine.house import BundleHouse
from umi_local.engine.open import open_engine
from umi_local.engine.options import EngineOptions
from umi_local.engine.scoring import scored, turn_tokens
from umi_local.messages import CallerTurn, PlannerTurn, Role, SummarizerTurn, Trajectory
from umi_train.base import find_base
from umi_train.config import LoraConfig
from umi_train.labels import ROLE_OF
from umi_train.transformers_engine import open_trained
from umi_train.transformers_engine.house import Plan, TrainedModel

torch.set_num_threads(1)

ON_LLAMA = EngineOptions(
    n_ctx=2048, n_threads=1, kv_type="f32", prefix_cache_bytes=0, n_gpu_layers=0, residency="adapters"
)
SHORT = SpeakOptions(sampling=Sampling(), planner_tokens=24, caller_tokens=48, summarizer_tokens=24)
PLACES = range(1, len(RICH.turns) + 1)


def converted(out: Path, base: Path, trained: Path, layout: Layout) -> Path:
    """A bundle of a trained folder, nothing of it quantized."""
    request = BundleRequest(
        out=out,
        base=base,
        backbone=trained / "backbone",
        roles=role_folders(trained),
        layout=layout,
        quantization=Quantization(types=("F32",), adapter_dtype="F32"),
        judging=Judging(reference="none"),
    )
    build_bundle(plan_bundle(request))
    return out


def assert_equal_turns(trained: Path, base: Path, bundle: Path, places, options=SHORT):
    """Every role says the same at every place, with the same probabilities and figures."""
    llama = open_engine(find_bundle(str(bundle)), ON_LLAMA)
    under_torch = open_trained(
        base_config(base), backbone=trained / "backbone", roles=role_folders(trained), n_ctx=2048
    )
    n_turns = 0
    try:
        for place in places:
            for role in Role:
                trajectory = Trajectory(RICH.tools, RICH.turns[:place])
                first, second = (
                    engine.speak(role, trajectory, options=options, cancel=CancelToken(), on_text=lambda text: None)
                    for engine in (llama, under_torch)
                )
                assert first.turn == second.turn, (place, role)
                assert second.probabilities == pytest.approx(first.probabilities, abs=1e-3)
                assert second.margin == pytest.approx(first.margin, abs=1e-3)
                for figure in ("prompt_tokens", "reused_tokens", "evaluated_tokens", "forced_tokens", "sampled_tokens"):
                    assert getattr(first.usage, figure) == getattr(second.usage, figure), (place, role, figure)
                n_turns += 1
    finally:
        llama.close()
        under_torch.close()
    assert n_turns == 3 * len(places)


@pytest.mark.parametrize(("mode", "layout"), [("span", Layout.SHARED), ("full", Layout.ADAPTERS)])
def test_greedy_turns_are_those_of_the_converted_bundle(tmp_path, mode: Literal["span", "full"], layout):
    base = write_tiny_llama(tmp_path / "tiny.gguf", seed=3, n_vocab=2000)
    trained = write_trained(tmp_path / "trained", base, mode=mode)
    assert_equal_turns(trained, base, converted(tmp_path / "bundle", base, trained, layout), PLACES)


@pytest.fixture(scope="module")
def smollm2(tmp_path_factory):
    """SmolLM2 dequantized, adapters on it of rank 16 that are no more than noise, and the bundle of both."""
    folder = tmp_path_factory.mktemp("smollm2")
    base = write_f32(real_gguf(), folder / "f32.gguf")
    trained = write_trained(folder / "trained", base, strength=0.02, lora=LoraConfig(rank=16, alpha=32.0))
    return base, trained, converted(folder / "bundle", base, trained, Layout.SHARED)


@pytest.mark.integration
def test_smollm2_says_what_the_converted_bundle_says(smollm2):
    base, trained, bundle = smollm2
    options = SpeakOptions(sampling=Sampling(), planner_tokens=32, caller_tokens=64, summarizer_tokens=24)
    assert_equal_turns(trained, base, bundle, (1, 4, 7), options)


@pytest.mark.integration
def test_smollm2s_logits_are_those_of_the_converted_bundle(smollm2):
    """At every token of every turn that is given, so that no near-tie can hide a difference."""
    base, trained, bundle = smollm2
    plan = Plan(
        files=find_base(str(base)),
        base=base_config(base),
        device=CPU,
        backbone=trained / "backbone",
        roles=role_folders(trained),
        own_text=frozenset(),
        profile="shared",
        markers="chatml",
        n_ctx=2048,
        n_batch=512,
    )
    llama, model = BundleHouse(find_bundle(str(bundle)), ON_LLAMA, residency="adapters"), TrainedModel(plan)
    under_torch = model.house()
    n_turns = 0
    try:
        for place, turn in enumerate(RICH.turns):
            role = ROLE_OF.get(type(turn))
            if role is None:
                continue
            assert isinstance(turn, PlannerTurn | CallerTurn | SummarizerTurn)
            found = []
            for house in (llama, under_torch):
                seat = house.seats[role]
                prompt = seat.profile.prompt(Trajectory(RICH.tools, RICH.turns[:place]), role)
                with scored(seat, prompt, turn_tokens(seat, turn), lambda: None) as rows:
                    found.append(np.array([row.copy() for row in rows]))
            np.testing.assert_allclose(found[1], found[0], atol=1e-2)
            n_turns += 1
    finally:
        llama.close()
        model.close()
    assert n_turns == 7
