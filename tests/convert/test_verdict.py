"""The verdict on tiny models: equal files agree wholly, and each kind of mistake fails for its own reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from tests.convert.verdict_setting import (
    N_VOCAB,
    OPTIONS,
    TRAJECTORIES,
    Files,
    bundle_of,
    make_files,
    with_metadata,
    with_noise,
    with_permuted_queries,
)
from umi_convert.errors import ConvertError
from umi_convert.verify import STRICTNESS, compare, judge, measure_reference, measured_reference
from umi_convert.verify.prompts import encode, render
from umi_convert.verify.side import opened
from umi_convert.verify.turns import role_places
from umi_local.bench.gguf_files import contents_of
from umi_local.bundles.values import Endpoint, FileRef, Probe, RoleSpec, RolesSpec
from umi_local.engine.base import CancelToken
from umi_local.engine.llama_c import Model
from umi_local.engine.scoring import scored
from umi_local.errors import CancelledError
from umi_local.messages import Role

LAYOUTS = ("shared", "adapters", "merged", "prompted")
NORMAL = STRICTNESS["normal"]


@dataclass(frozen=True)
class Source:
    """A checkpoint's tokenizer, as a test has it."""

    encode_plain: Callable[[str], list[int]]
    chat_template: str | None = None


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> Files:
    return make_files(tmp_path_factory.mktemp("verdict"))


@pytest.fixture(scope="module")
def references(files):
    """Each layout's reference, measured once."""
    measured = {}

    def of(layout):
        if layout not in measured:
            measured[layout] = measure_reference(bundle_of(files, layout), TRAJECTORIES, options=OPTIONS)
        return measured[layout]

    yield of
    for reference in measured.values():
        reference.close()


def judged(candidate, reference, **how):
    """A candidate beside a reference that was measured."""
    return compare(candidate, reference, **how)


def judged_alone(candidate, reference, **how):
    """A candidate beside a reference of its own."""
    return judge(candidate, reference, **how)


def role_of(verdict, role):
    return next(found for found in verdict.roles if found.role is role)


def problems_about(verdict, role):
    prefix = f"{role.value}: "
    return [problem.removeprefix(prefix) for problem in verdict.problems if problem.startswith(prefix)]


def still(verdict):
    """A verdict without what is never the same twice."""
    return replace(verdict, roles=tuple(replace(role, speed=None, reference_speed=None) for role in verdict.roles))


def with_base(files, path):
    return replace(files, base=path)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_equal_files_agree_wholly(files, references, layout):
    verdict = judged(bundle_of(files, layout), references(layout), thresholds=STRICTNESS["strict"])
    assert verdict.passed
    assert [role.role for role in verdict.roles] == list(Role)
    for role in verdict.roles:
        found = role.distributions
        assert (found.mean_kl, found.p99_kl, found.top1, found.top10) == (0, 0, 1, 1)
        assert found.n_positions >= 8
        assert role.greedy.identical.n == role.greedy.identical.n_same == 2
        assert role.greedy.mean_prefix_tokens == role.greedy.mean_tokens > 0
        assert role.token_ids.n > 30
        assert role.token_ids.n_different == role.prompts.n_different == 0
        assert role.speed.prompt_tokens_per_s > 0
        assert role.size_bytes == role.reference_size_bytes
    planner, caller, summarizer = verdict.roles
    assert (planner.prompts.n, caller.prompts.n, summarizer.prompts.n) == (4, 2, 2)
    assert (planner.decisions.n, planner.decisions.value, caller.calls.n, caller.names.value) == (2, 1, 2, 1)


def test_the_released_checkpoints_form_is_judged_like_any_other(files, tmp_path):
    """Profile alpha-umi: each role has a view of its own, and calls are written as an action with indented arguments."""
    exact = bundle_of(files, "merged", profile="alpha-umi")
    swapped = {**files.merged, Role.CALLER: files.merged[Role.PLANNER]}
    wrong = bundle_of(replace(files, merged=swapped), "merged", profile="alpha-umi")
    with measured_reference(exact, TRAJECTORIES, options=OPTIONS) as reference:
        assert judged(exact, reference, thresholds=STRICTNESS["strict"]).passed
        found = judged(wrong, reference)
    assert problems_about(found, Role.CALLER)
    assert not problems_about(found, Role.PLANNER)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_divergence_is_that_of_both_sides_logits(files, references, layout, tmp_path):
    """Computed anew from logits that are all held at once, in another formula."""
    noisy = _noisy(files, layout, tmp_path, 0.02)
    verdict = judged(bundle_of(noisy, layout), references(layout))
    role = Role.CALLER
    rows = {name: _rows(bundle_of(found, layout), role) for name, found in (("p", files), ("q", noisy))}
    p, q = (np.exp(x) / np.exp(x).sum(axis=1, keepdims=True) for x in (rows["p"], rows["q"]))
    kl = (p * np.log(p / q)).sum(axis=1)
    found = role_of(verdict, role).distributions
    assert found.n_positions == len(kl)
    assert found.mean_kl == pytest.approx(kl.mean(), rel=1e-6)
    assert found.p99_kl == pytest.approx(np.quantile(kl, 0.99), rel=1e-6)
    assert found.mean_kl > 1e-4
    assert found.top1 == (p.argmax(axis=1) == q.argmax(axis=1)).mean()
    tops = [set(np.argsort(-a)[:10]) & set(np.argsort(-b)[:10]) for a, b in zip(p, q, strict=True)]
    assert found.top10 == pytest.approx(np.mean([len(top) / 10 for top in tops]))


def _noisy(files, layout, folder, scale):
    """The files with noise on every model that the layout reads."""
    if layout == "merged":
        merged = {role: with_noise(path, folder / f"{role.value}.gguf", scale) for role, path in files.merged.items()}
        return replace(files, merged=merged)
    return with_base(files, with_noise(files.base, folder / "base.gguf", scale))


def _rows(loaded, role):
    with opened(loaded, OPTIONS, "f32") as seats:
        seat = seats[role]
        rows = []
        for place in role_places(TRAJECTORIES, [role]):
            prompt, tokens = render(seat, TRAJECTORIES, place), encode(seat, TRAJECTORIES, place).scored
            with scored(seat, prompt, tokens, lambda: None) as found:
                rows += [row.astype(np.float64) for row in found]
    return np.array(rows)


def test_a_reference_is_measured_once_for_several_candidates(files, references, tmp_path):
    noisy = bundle_of(_noisy(files, "prompted", tmp_path, 0.05), "prompted")
    kept = references("prompted")
    twice = [judged(noisy, kept) for _ in range(2)]
    afresh = judged_alone(noisy, bundle_of(files, "prompted"), trajectories=TRAJECTORIES, options=OPTIONS)
    assert still(twice[0]) == still(twice[1]) == still(afresh)
    assert twice[0].roles[0].distributions.mean_kl > 0


def test_a_swapped_adapter_is_a_finding_of_the_roles_concerned(files, references):
    swapped = {**files.adapters, Role.CALLER: files.adapters[Role.SUMMARIZER]}
    verdict = judged(bundle_of(replace(files, adapters=swapped), "shared"), references("shared"))
    assert not verdict.passed
    assert not problems_about(verdict, Role.PLANNER)
    assert not problems_about(verdict, Role.SUMMARIZER)
    assert any(problem.startswith("mean KL is") for problem in problems_about(verdict, Role.CALLER))


def test_an_adapter_that_is_missing_is_a_finding(files, references):
    loaded = bundle_of(files, "adapters")
    specs = {role.value: spec for role, spec in loaded.bundle.roles} | {"planner": RoleSpec()}
    bare = replace(loaded, bundle=replace(loaded.bundle, roles=RolesSpec(**specs)))
    verdict = judged(bare, references("adapters"))
    assert problems_about(verdict, Role.PLANNER)
    assert not problems_about(verdict, Role.CALLER)


def test_queries_in_the_wrong_order_are_a_finding(files, references, tmp_path):
    wrong = with_base(files, with_permuted_queries(files.base, tmp_path / "wrong.gguf"))
    verdict = judged(bundle_of(wrong, "prompted"), references("prompted"), thresholds=STRICTNESS["loose"])
    for role in verdict.roles:
        assert any(problem.startswith("mean KL is") for problem in problems_about(verdict, role.role))
        assert role.token_ids.difference is role.prompts.difference is None


def test_a_swapped_tokenizer_is_named_and_nothing_else_is(files, references, tmp_path):
    tokens = list(contents_of(files.base, "tokenizer.ggml.tokens"))
    a, b = tokens.index("Ġfile"), tokens.index("Ġlist")
    tokens[a], tokens[b] = tokens[b], tokens[a]
    wrong = with_base(files, with_metadata(files.base, tmp_path / "w.gguf", {"tokenizer.ggml.tokens": tokens}))
    verdict = judged(bundle_of(wrong, "prompted"), references("prompted"))
    for role in verdict.roles:
        kinds = [problem.split(":")[0] for problem in problems_about(verdict, role.role)]
        assert kinds == ["token ids differ", "prompts differ"]
        assert f"{b}" in role.token_ids.difference
        assert f"{a}" in role.token_ids.difference


def test_another_vocabularys_size_is_no_crash(files, references, tmp_path):
    from tests.models import write_tiny_llama

    other = with_base(files, write_tiny_llama(tmp_path / "other.gguf", seed=2, n_vocab=N_VOCAB - 1))
    verdict = judged(bundle_of(other, "prompted"), references("prompted"))
    assert not verdict.passed
    assert all(role.distributions is None for role in verdict.roles)


def test_the_sources_tokenizer_counts_more_than_the_references(files, references):
    """Both files may share a mistake."""
    model = Model(files.base, vocab_only=True)
    right = Source(lambda text: model.tokenize(text, special=False), model.chat_template)
    assert judged(bundle_of(files, "prompted"), references("prompted"), source_tokenizer=right).passed
    wrong = Source(lambda text: [0, *model.tokenize(text, special=False)], model.chat_template)
    verdict = judged(bundle_of(files, "prompted"), references("prompted"), source_tokenizer=wrong)
    model.close()
    caller = role_of(verdict, Role.CALLER)
    assert caller.token_ids.n_different == caller.token_ids.n
    assert "'Hello, world!' becomes" in problems_about(verdict, Role.CALLER)[0]


def test_a_changed_template_is_found_in_the_file_and_against_the_source(files, references, tmp_path):
    template = contents_of(files.base, "tokenizer.chat_template")
    changed = template.replace("<|im_end|>", "<|im_end|> ")
    assert changed != template
    wrong = with_base(files, with_metadata(files.base, tmp_path / "w.gguf", {"tokenizer.chat_template": changed}))
    in_file = judged(bundle_of(wrong, "prompted"), references("prompted"))
    for role in in_file.roles:
        [problem] = problems_about(in_file, role.role)
        assert problem.startswith("prompts differ: before trajectory 1, turn ")
        assert "<|im_end|> \\n" in problem
    model = Model(files.base, vocab_only=True)
    source = Source(lambda text: model.tokenize(text, special=False), changed)
    against_source = judged(bundle_of(files, "prompted"), references("prompted"), source_tokenizer=source)
    missing = judged(
        bundle_of(files, "prompted"), references("prompted"), source_tokenizer=replace(source, chat_template=None)
    )
    model.close()
    assert all("through the source's chat template, before" in problem for problem in against_source.problems)
    assert len(against_source.problems) == len(missing.problems) == 3
    assert "the source has no chat template" in missing.problems[0]


def test_the_bundles_own_probes_are_part_of_the_verdict(files, references):
    probe = Probe(text="one probe", token_ids=(1, 2))
    verdict = judged(bundle_of(files, "prompted", probes=(probe,)), references("prompted"))
    assert len(verdict.problems) == 3
    assert "'one probe' becomes" in verdict.problems[0]
    assert "instead of [1, 2]" in verdict.problems[0]


def test_a_merged_bundle_is_judged_role_by_role(files, references, tmp_path):
    wrong = with_permuted_queries(files.merged[Role.SUMMARIZER], tmp_path / "s.gguf")
    merged = {**files.merged, Role.SUMMARIZER: wrong}
    candidate = bundle_of(replace(files, merged=merged), "merged")
    assert not problems_about(judged(candidate, references("merged")), Role.PLANNER)
    only = replace(OPTIONS, roles=(Role.SUMMARIZER,))
    verdict = judged_alone(candidate, bundle_of(files, "merged"), trajectories=TRAJECTORIES, options=only)
    assert [role.role for role in verdict.roles] == [Role.SUMMARIZER]
    assert problems_about(verdict, Role.SUMMARIZER)
    assert verdict.size_bytes == wrong.stat().st_size


def test_merged_weights_of_a_shared_bundle_can_be_judged_too(files, references):
    """Residency merged: the backbone reads, the role's own model speaks, and the figures are those of adapters."""
    loaded = bundle_of(files, "shared")
    specs = {
        role.value: replace(spec, model=FileRef(file=str(files.merged[role]))) for role, spec in loaded.bundle.roles
    }
    both = replace(loaded, bundle=replace(loaded.bundle, roles=RolesSpec(**specs), residency="merged"))
    verdict = judged(both, references("shared"))
    assert verdict.passed
    for role in verdict.roles:
        assert 0 < role.distributions.mean_kl < 1e-6  # other kernels, the same weights
    swapped = {**specs, "caller": replace(specs["caller"], model=specs["planner"].model)}
    wrong = replace(both, bundle=replace(both.bundle, roles=RolesSpec(**swapped)))
    assert problems_about(judged(wrong, references("shared")), Role.CALLER)


def test_logits_that_are_no_numbers_are_a_finding_and_an_error_in_the_reference(files, references, tmp_path):
    from tests.models import F32
    from umi_local.bench.gguf_files import rewrite

    broken = rewrite(
        files.base, tmp_path / "nan.gguf", F32, lambda name, w: w * np.nan if name == "output_norm.weight" else w
    )
    loaded = bundle_of(with_base(files, broken), "prompted")
    verdict = judged(loaded, references("prompted"))
    assert any("are not finite numbers" in problem for problem in verdict.problems)
    with pytest.raises(ConvertError, match="itself gives logits that are not finite"):
        measure_reference(loaded, TRAJECTORIES, options=OPTIONS)


def test_roles_on_servers_are_left_out_and_other_roles_are_refused(files, references):
    loaded = bundle_of(files, "merged")
    away = RoleSpec(endpoint=Endpoint(url="http://127.0.0.1:1/v1", model="m"))
    specs = {role.value: spec for role, spec in loaded.bundle.roles} | {"planner": away}
    mixed = replace(loaded, bundle=replace(loaded.bundle, roles=RolesSpec(**specs)))
    with pytest.raises(ConvertError, match="has the roles planner, caller, summarizer; the candidate has caller, summ"):
        judged(mixed, references("merged"))
    nobody = replace(loaded, bundle=replace(loaded.bundle, roles=RolesSpec(**dict.fromkeys(specs, away))))
    with pytest.raises(ConvertError, match="no role of bundle 'merged' has weights on this machine"):
        measure_reference(nobody, TRAJECTORIES, options=OPTIONS)


def test_progress_is_told_and_cancelling_ends_it(files):
    seen, cancel = [], CancelToken()

    def watch(stage, done, total):
        seen.append((stage, done, total))
        if done == 3:
            cancel.cancel()

    with pytest.raises(CancelledError):
        measure_reference(bundle_of(files, "prompted"), TRAJECTORIES, options=OPTIONS, on_progress=watch, cancel=cancel)
    assert [(stage, done) for stage, done, _ in seen] == [("reference", n) for n in range(4)]
    assert len({total for _, _, total in seen}) == 1
