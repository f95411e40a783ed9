"""The verdict at the end of a conversion: what passes is put in place, what doesn't isn't, and `auto` keeps the fastest."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.convert.bundle_setting import JUDGED, request_for, write_role, write_roles, write_span_roles, write_speaking
from umi_convert import build as building
from umi_convert import judging
from umi_convert.build import build_bundle
from umi_convert.candidates import Candidates
from umi_convert.errors import VerdictError
from umi_convert.plan import plan_bundle
from umi_convert.request import Quantization
from umi_convert.verify import STRICTNESS, Verdict
from umi_local.bundles.manifest import load_bundle
from umi_local.bundles.values import Layout
from umi_local.bundles.verify import verify
from umi_local.messages import Role

pytestmark = pytest.mark.integration

STRICT = replace(JUDGED, strictness="strict")


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return write_speaking(tmp_path_factory.mktemp("base") / "Tiny-Base")


@pytest.fixture(scope="module")
def roles(tmp_path_factory, base) -> dict[Role, Path]:
    return write_roles(tmp_path_factory.mktemp("roles"), base)


def judged(out, base, *types, **changes):
    return request_for(out, base, *types, **{"judging": JUDGED, **changes})


def report_in(folder: Path) -> Any:
    return json.loads((folder / "verdict.json").read_text())


@pytest.mark.parametrize("layout", ["merged", "adapters", "prompted"])
def test_all_roles_are_judged_and_the_verdict_lies_in_the_bundle(base, roles, tmp_path, layout):
    given = {} if layout == "prompted" else roles
    built = build_bundle(plan_bundle(judged(tmp_path / "out", base, "F16", roles=given, layout=Layout(layout))))
    verdict: Any = built.verdicts["F16"]
    assert verdict.passed
    assert [role.role for role in verdict.roles] == list(Role)
    for role in verdict.roles:
        assert role.token_ids.n > 20
        assert role.token_ids.difference is role.prompts.difference is None
        assert 0 < role.distributions.mean_kl < 0.01  # float16 beside float32: the reference is really another file
    folder = tmp_path / "out"
    assert Verdict.from_json(report_in(folder)["verdicts"]["F16"]) == verdict
    assert verdict.size_bytes == sum(path.stat().st_size for path in folder.glob("*.gguf"))
    assert "| F16 | caller |" in (folder / "README.md").read_text()
    assert verify(load_bundle(folder)).ok
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_both_weights_of_a_role_are_judged(base, tmp_path):
    spans = write_span_roles(tmp_path / "roles", base)
    built = build_bundle(plan_bundle(judged(tmp_path / "out", base, "Q8_0", roles=spans, kept="both")))
    assert list(built.verdicts) == ["Q8_0 adapters", "Q8_0 merged"]
    first: Any
    second: Any
    first, second = built.verdicts.values()
    assert [role.distributions.mean_kl for role in first.roles] != [role.distributions.mean_kl for role in second.roles]
    assert list(report_in(tmp_path / "out")["verdicts"]) == list(built.verdicts)


def test_what_is_not_good_enough_is_not_put_in_place(base, tmp_path):
    with pytest.raises(VerdictError, match="Q4_0: planner: mean KL is") as caught:
        build_bundle(plan_bundle(judged(tmp_path / "out", base, "Q4_0", judging=STRICT)))
    assert list(tmp_path.iterdir()) == []
    (verdict,) = caught.value.verdicts
    assert verdict.thresholds == STRICTNESS["strict"]
    assert not verdict.passed
    assert caught.value.placed == ()


def test_what_is_not_good_enough_leaves_what_was_there(base, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_text("old")
    with pytest.raises(VerdictError):
        build_bundle(plan_bundle(judged(tmp_path / "out", base, "Q4_0", judging=STRICT, force=True)))
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["old"]


def test_of_several_types_those_that_pass_are_put_in_place(base, tmp_path):
    with pytest.raises(VerdictError, match="Q4_0: planner") as caught:
        build_bundle(plan_bundle(judged(tmp_path / "out", base, "Q4_0", "F16", "keep", judging=STRICT)))
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["F16", "keep"]
    assert [place.type for place in caught.value.placed] == ["F16", "keep"]
    assert str(tmp_path / "out" / "F16") in caught.value.hint
    assert all(problem.startswith("Q4_0: ") for problem in caught.value.problems)
    for place in caught.value.placed:
        assert verify(load_bundle(place.path)).ok
        assert list(report_in(place.path)["verdicts"]) == [place.type]


def test_auto_keeps_the_fastest_that_passes(base, tmp_path, monkeypatch):
    speeds = {"Q4_0": 1000.0, "Q6_K": 10.0, "Q8_0": 500.0, "BF16": 20.0}
    faked = judging.combined
    monkeypatch.setattr("umi_convert.storing.CANDIDATES", tuple(speeds))

    def combined(first, second):
        speed = replace(second.roles[0].speed, prompt_tokens_per_s=speeds[second.label], decode_tokens_per_s=1000.0)
        return faked(first, replace(second, roles=tuple(replace(role, speed=speed) for role in second.roles)))

    monkeypatch.setattr(building, "combined", combined)
    built = build_bundle(
        plan_bundle(judged(tmp_path / "out", base, "auto", judging=replace(JUDGED, strictness="normal")))
    )
    assert not built.verdicts["Q4_0"].passed  # the fastest, but not good enough
    (placed,) = built.placed
    assert (placed.type, placed.path, placed.bundle.name) == ("Q8_0", tmp_path / "out", "out")
    assert sorted(path.name for path in placed.path.glob("*.gguf")) == ["base-Q8_0.gguf"]
    report = report_in(placed.path)
    assert list(report["verdicts"]) == ["Q8_0"]
    assert report["other_types"].keys() == speeds.keys() - {"Q8_0"}
    assert all(f"| {name} | planner |" in (placed.path / "README.md").read_text() for name in speeds)


def test_auto_without_any_that_passes_says_what_is_wrong_with_each(base, tmp_path, monkeypatch):
    monkeypatch.setattr("umi_convert.storing.CANDIDATES", ("Q4_0", "IQ4_NL"))
    with pytest.raises(VerdictError) as caught:
        build_bundle(plan_bundle(judged(tmp_path / "out", base, "auto", judging=STRICT)))
    assert {problem.split(":")[0] for problem in caught.value.problems} == {"Q4_0", "IQ4_NL"}
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_damaged_on_the_way_does_not_pass(base, roles, tmp_path, monkeypatch):
    """The verdict looks at the files themselves: swapping two adapters after they were written is found."""
    write = Candidates.write_adapters

    def swap(self):
        write(self)
        folder = self.all["F16"].folder
        caller, planner = (folder / f"{role}-adapter-F16.gguf" for role in ("caller", "planner"))
        content = caller.read_bytes()
        caller.write_bytes(planner.read_bytes())
        planner.write_bytes(content)

    monkeypatch.setattr(Candidates, "write_adapters", swap)
    with pytest.raises(VerdictError) as caught:
        build_bundle(plan_bundle(judged(tmp_path / "out", base, "F16", roles=roles, layout=Layout.ADAPTERS)))
    assert {problem.split(": ")[1] for problem in caught.value.problems} == {"planner", "caller"}
    assert list(tmp_path.iterdir()) == []


def test_a_bundle_for_small_contexts_is_judged_on_what_the_model_can_read(base, tmp_path):
    built = build_bundle(plan_bundle(judged(tmp_path / "out", base, "F16", n_ctx=256)))
    assert built.placed[0].bundle.n_ctx == 256
    assert built.verdicts["F16"].conditions.n_ctx == 2048
    short = write_speaking(tmp_path / "short", max_position_embeddings=1024)
    assert build_bundle(plan_bundle(judged(tmp_path / "s", short, "F16"))).verdicts["F16"].conditions.n_ctx == 1024


def test_the_reference_may_be_the_source_as_it_is_stored(base, tmp_path):
    as_stored = replace(JUDGED, reference="source")
    plan = plan_bundle(judged(tmp_path / "out", base, "BF16", judging=as_stored))
    assert plan.reference == "source"
    verdict: Any = build_bundle(plan).verdicts["BF16"]
    assert verdict.reference_size_bytes == (tmp_path / "out" / "base-BF16.gguf").stat().st_size
    assert verdict.roles[0].distributions.top1 > 0.9


def test_memory_that_float32_would_not_fit_makes_the_source_the_reference(base, tmp_path, monkeypatch):
    monkeypatch.setattr("umi_convert.judging_cost.memory_bytes", lambda: (1 << 20, 1 << 20))
    plan = plan_bundle(judged(tmp_path / "out", base, "Q8_0", judging=replace(JUDGED, reference="auto")))
    assert plan.reference == "source"
    assert any(notice.startswith("judged against the source as it is stored") for notice in plan.notices)
    monkeypatch.undo()
    enough = plan_bundle(judged(tmp_path / "out", base, "Q8_0", judging=replace(JUDGED, reference="auto")))
    assert enough.reference == "f32"


def test_a_checkpoint_and_an_adapter_in_one_merged_bundle_are_judged_by_their_own_tokenizers(base, tmp_path):
    other = write_speaking(tmp_path / "sources" / "other", seed=3, n_vocab=380)
    caller = write_role(tmp_path / "sources" / "caller", base)
    given = {Role.PLANNER: other, Role.CALLER: caller}
    built = build_bundle(plan_bundle(judged(tmp_path / "out", base, "F16", roles=given)))
    assert [role.role for role in built.verdicts["F16"].roles] == list(Role)
    assert built.verdicts["F16"].passed
    folder = built.placed[0].path
    assert sorted(path.name for path in folder.glob("*.gguf")) == [
        "base-F16.gguf",
        "caller-F16.gguf",
        "planner-F16.gguf",
    ]


def test_progress_is_told_in_the_unit_of_the_work(base, tmp_path):
    seen: dict[str, list[Any]] = {}

    def note(what, done, total, unit="bytes", /):
        seen.setdefault(unit, []).append((what, done, total))

    build_bundle(plan_bundle(judged(tmp_path / "out", base, "Q8_0", quantization=Quantization(types=("Q8_0",)))), note)
    for told in seen.values():
        assert all(0 <= done <= total for _, done, total in told)
    names = {unit: list(dict.fromkeys(what for what, _, _ in told)) for unit, told in seen.items()}
    assert names["bytes"] == [
        "writing base",
        "quantizing base to Q8_0",
        "writing base as the reference",
        "hashing base-Q8_0.gguf",
    ]
    assert names["turns"][:2] == ["measuring the reference", "measuring the speed"]
    ends = {what: done == total for told in seen.values() for what, done, total in told}
    assert all(ends.values())
