"""Evaluation on real engines: the tiny llama and SmolLM2. What must hold whatever the models say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.evaluate.evaluation_setting import TOOLS, WEATHER, material
from tests.models import real_gguf, write_tiny_llama
from umi_local.bundles.catalog import bundle_of_gguf
from umi_local.engine.base import CancelToken, FreeWriter, Sampling, SpeakOptions
from umi_local.engine.open import open_engine
from umi_local.engine.options import EngineOptions
from umi_local.evaluate.reading import has_decided
from umi_local.evaluate.report import static_report
from umi_local.evaluate.results_file import results_at
from umi_local.evaluate.static import evaluate_static
from umi_local.evaluate.systems import RoleSystem
from umi_local.evaluate.values import Decoding, Route, StepResult
from umi_local.messages import Role, Trajectory

OPTIONS = EngineOptions(n_ctx=1024, n_threads=1, n_gpu_layers=0, prefix_cache_bytes=0)
SHORT = SpeakOptions(sampling=Sampling(), planner_tokens=24, caller_tokens=40, summarizer_tokens=24)
ASKED = Trajectory(TOOLS, WEATHER.turns[:1])


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    path = write_tiny_llama(tmp_path_factory.mktemp("tiny") / "tiny.gguf", seed=3)
    engine = open_engine(bundle_of_gguf(path), OPTIONS)
    yield engine
    engine.close()


def write(engine, role=Role.PLANNER, *, options=SHORT, is_done=lambda text: False, trajectory=ASKED):
    return engine.write(role, trajectory, options=options, cancel=CancelToken(), is_done=is_done)


def test_an_engine_writes_unbound_up_to_its_limit_and_counts(tiny):
    assert isinstance(tiny, FreeWriter)
    first, second = write(tiny), write(tiny)
    assert first.was_cut
    assert first.text == second.text
    assert (first.usage.calls, first.usage.sampled_tokens, first.usage.forced_tokens) == (1, 24 + 16, 0)
    assert second.usage.evaluated_tokens < second.usage.prompt_tokens == first.usage.prompt_tokens
    assert first.usage.ms > 0


def test_unbound_writing_reads_the_prompt_that_speaking_reads(tiny):
    spoken = tiny.speak(Role.CALLER, ASKED, options=SHORT, cancel=CancelToken(), on_text=lambda text: None)
    written = write(tiny, Role.CALLER)
    assert spoken.usage.prompt_tokens == written.usage.prompt_tokens
    assert spoken.turn.call.name in {tool.name for tool in TOOLS}


def test_unbound_writing_ends_where_enough_was_written(tiny):
    whole = write(tiny).text
    cut = write(tiny, is_done=lambda text: len(text) >= 10)
    assert not cut.was_cut
    assert whole.startswith(cut.text)
    assert cut.usage.sampled_tokens < 24


def test_a_caller_without_tools_may_write_what_it_may_not_speak(tiny):
    assert write(tiny, Role.CALLER, trajectory=replace(ASKED, tools=())).text


@pytest.mark.integration
def test_smollm2_is_evaluated_bound_and_unbound_and_is_the_same_every_time(tmp_path):
    engine = open_engine(bundle_of_gguf(real_gguf()), replace(OPTIONS, n_ctx=2048))
    system = RoleSystem(engine, {"name": "smollm2"}, replace(SHORT, planner_tokens=48, caller_tokens=64))
    try:
        for path in (tmp_path / "one.jsonl", tmp_path / "two.jsonl"):
            with results_at(path, StepResult, {"kind": "static"}) as results:
                found = evaluate_static(
                    system, material(), results, route=Route.PIPELINE, decodings=[Decoding.CONSTRAINED, Decoding.FREE]
                )
    finally:
        system.close()
    assert len(found) == 10
    bound = [result for result in found if result.decoding is Decoding.CONSTRAINED]
    report = static_report(bound, "strict")
    metrics = report.slices[0].metrics
    assert metrics["unreadable"].value == 0.0
    assert metrics["hallu"].value in (None, 0.0)  # None where it never called
    assert sum(n for row in report.confusion.values() for n in row.values()) == 5
    for result in found:
        planner = result.prediction.planner
        assert planner.usage.prompt_tokens > 100
        assert planner.text
        if result.decoding is Decoding.FREE:
            assert not has_decided(planner.text + "\n\n") or planner.decision is not None
    says = [list(stripped(path)) for path in (tmp_path / "one.jsonl", tmp_path / "two.jsonl")]
    assert says[0] == says[1]


def stripped(path):
    """What each line of a file of results says, without times and counts of what was reused."""
    from umi_local.evaluate.results_file import read_results

    for result in read_results(path, StepResult):
        follow = result.prediction.follow
        yield result.key, result.prediction.planner.text, follow.text if follow else None
