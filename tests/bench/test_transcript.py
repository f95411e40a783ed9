"""The benchmark's transcript is really spoken, and what it counts is bounded (counts, not times)."""

from __future__ import annotations

import pytest

from tests.engine.test_layouts import bundle
from tests.models import merge_lora, write_lora, write_tiny_llama
from umi_local.bench.figures import Figure, alternating
from umi_local.bench.transcript import TURNS, Player, n_final_tokens
from umi_local.engine.house import BundleHouse
from umi_local.engine.options import EngineOptions
from umi_local.messages import CallerTurn, PlannerTurn, Role, SummarizerTurn


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    base = write_tiny_llama(folder / "base.gguf", seed=4)
    adapters = {role: write_lora(folder / f"{role.value}.gguf", base, seed=i) for i, role in enumerate(Role)}
    merged = {role: merge_lora(base, path, folder / f"{role.value}-m.gguf") for role, path in adapters.items()}
    return {"base": base, "adapters": adapters, "models": merged}


@pytest.mark.parametrize("residency", ["adapters", "merged"])
def test_the_conversation_is_read_once_whatever_the_number_of_roles(files, residency):
    options = EngineOptions(n_ctx=2048, n_threads=1, prefix_cache_bytes=0)
    house = BundleHouse(bundle("shared", residency=residency, **files), options, residency=residency)
    try:
        player = Player(house)
        player.play()  # raises where a role says anything but the script
        usage = player.usage
        final = n_final_tokens(house)
    finally:
        house.close()
    spoken = {role: usage[role].calls for role in Role}
    kinds = {Role.PLANNER: PlannerTurn, Role.CALLER: CallerTurn, Role.SUMMARIZER: SummarizerTurn}
    assert spoken == {role: sum(isinstance(turn, kind) for turn in TURNS) for role, kind in kinds.items()}
    evaluated = sum(usage[role].evaluated_tokens for role in Role)
    assert evaluated / final <= 1.20
    assert usage[Role.CALLER].forced_tokens > usage[Role.CALLER].sampled_tokens / 2


def test_a_figure_knows_its_bound():
    assert Figure(name="x", value=2.0, bound=2.0).is_met
    assert not Figure(name="x", value=1.9, bound=2.0).is_met
    assert Figure(name="x", value=1.2, bound=1.25, at_most=True).is_met
    assert Figure(name="x", value=1.2, bound=1.25, at_most=True).requirement == "at most 1.25"


def test_two_pieces_of_work_are_timed_in_turns():
    order: list[str] = []
    alternating(lambda: order.append("a"), lambda: order.append("b"), rounds=3)
    assert order == ["a", "b"] * 4
