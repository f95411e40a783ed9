"""The table from given results, against values by hand: means over seeds, exact intervals of two records, differences."""

from __future__ import annotations

import pytest

from umi_local.evaluate.values import Decoding, Prediction, Route, StepResult, Utterance
from umi_local.messages import CallerTurn, Decision, PlannerTurn, Role, SummarizerTurn, ToolCall
from umi_train.reproduce.markdown import markdown
from umi_train.reproduce.plot import draw_table
from umi_train.reproduce.systems import SystemName
from umi_train.reproduce.table import Outcome, report_of

CALL, CONCLUDE = Decision.CALL, Decision.CONCLUDE


def called(record: str, place: int, *, decided: Decision = CALL, name: str = "add", a: int = 1) -> StepResult:
    """A step that wants `add` with a=1 and b=2."""
    follow = CallerTurn(ToolCall(name, {"a": a, "b": 2})) if decided is CALL else SummarizerTurn("no")
    role = Role.CALLER if decided is CALL else Role.SUMMARIZER
    return step(record, place, CALL, CallerTurn(ToolCall("add", {"a": 1, "b": 2})), decided, role, follow)


def answered(record: str, place: int, text: str) -> StepResult:
    """A step that wants the answer `It is three`."""
    wanted = SummarizerTurn("It is three")
    return step(record, place, CONCLUDE, wanted, CONCLUDE, Role.SUMMARIZER, SummarizerTurn(text))


def step(record, place, wanted, gold, decided, role, follow, decoding=Decoding.FREE) -> StepResult:
    return StepResult(
        key=f"{record}{place}{decoding}",
        trajectory=record,
        place=place,
        n_calls=1,
        decoding=decoding,
        route=Route.PIPELINE,
        tools=("add", "sub"),
        planner=PlannerTurn("Hm.", wanted),
        follow=gold,
        prediction=Prediction(
            planner=Utterance(role=Role.PLANNER, text="", turn=PlannerTurn("Hm.", decided)),
            follow=Utterance(role=role, text="", turn=follow),
        ),
    )


def outcome(system: SystemName, seed: int, *steps: StepResult, seconds: float = 1.0) -> Outcome:
    targets = {"planner": 20, "caller": 10, "summarizer": 5}
    return Outcome(system=system, seed=seed, targets=targets, tokens=100 * seed, seconds=seconds, static=steps)


OUTCOMES = [
    # record r: a call and an answer; record s: a call
    outcome("single", 1, called("r", 1), answered("r", 4, "It is four"), called("s", 1, name="mul")),
    outcome("single", 2, called("r", 1), answered("r", 4, "no idea"), called("s", 1, decided=CONCLUDE)),
    outcome("umi-reuse", 1, called("r", 1), answered("r", 4, "It is three"), called("s", 1, a=7)),
    outcome("umi-reuse", 2, called("r", 1), answered("r", 4, "It is three"), called("s", 1), seconds=3.0),
    outcome("span", 2, called("r", 1), answered("r", 4, "It is three"), called("s", 1)),
]


@pytest.fixture(scope="module")
def report():
    return report_of(OUTCOMES, mode="paper", route="pipeline", passes=4)


def row(report, system):
    return next(row for row in report.rows if row.system == system)


def free(report, system):
    return row(report, system).scores["free"]


def test_means_over_seeds_by_hand(report):
    metrics = free(report, "single").metrics
    # plans: 3 of 3 with seed 1, 2 of 3 with seed 2
    assert metrics["plan_acc"].value == pytest.approx((1 + 2 / 3) / 2)
    # names: r right, s `mul` then none: 1 of 2 twice
    assert metrics["act_em"].value == pytest.approx(0.5)
    # `mul` is no tool on offer: 1 of 3 steps, then none
    assert metrics["hallu"].value == pytest.approx((1 / 3 + 0) / 2)
    assert metrics["arg_f1"].value == pytest.approx(0.5)
    # "It is four" shares two of three words, "no idea" none
    assert metrics["rouge_l"].value == pytest.approx((2 / 3 + 0) / 2, abs=1e-6)
    assert metrics["plan_acc"].n == 6
    assert free(report, "single").by_seed["plan_acc"] == (1.0, pytest.approx(2 / 3))
    # one key right, one with another value: (1 + 0.5) / 2 in precision and recall
    assert free(report, "umi-reuse").by_seed["arg_f1"] == (pytest.approx((1 + 0.75) / 2), 1.0)


def test_an_interval_of_two_records_ends_where_only_one_of_them_is_drawn(report):
    """A quarter of the draws holds r twice, a quarter s twice: the middle 95% reaches from one to the other."""
    found = free(report, "single").metrics["plan_acc"]
    only_r, only_s = (1 + 1) / 2, (1 + 0) / 2
    assert (found.low, found.high) == (pytest.approx(only_s), pytest.approx(only_r))
    hallu = free(report, "single").metrics["hallu"]
    assert (hallu.low, hallu.high) == (0.0, pytest.approx((1 + 0) / 2))


def test_differences_are_paired_by_record_and_over_seeds_that_both_have(report):
    more = free(report, "umi-reuse").differences["single"]["act_em"]
    # on r alike, on s one more with either seed
    assert (more.value, more.low, more.high) == (pytest.approx(0.5), 0.0, 1.0)
    assert "umi-reuse" not in free(report, "umi-reuse").differences
    ours = free(report, "span").differences
    # span has seed 2 only, where umi-reuse says the same
    assert (ours["umi-reuse"]["arg_f1"].value, ours["umi-reuse"]["arg_f1"].is_clear) == (0.0, False)
    assert ours["single"]["plan_acc"].value == pytest.approx(1 - 2 / 3)


def test_a_baseline_that_is_not_done_is_left_out():
    alone = report_of([OUTCOMES[-1]], mode="paper", route="pipeline", passes=4)
    assert free(alone, "span").differences == {}
    none = report_of([], mode="paper", route="pipeline", passes=4)
    assert none.rows == ()
    assert markdown(none).startswith("# Systems compared")


def test_strict_metrics_are_those_of_the_mode():
    strict = report_of(OUTCOMES, mode="strict", route="pipeline", passes=4)
    # of predicted calls: seed 1 has r right and s `mul`, seed 2 only r
    assert free(strict, "single").metrics["hallu"].value == pytest.approx((1 / 2 + 0) / 2)
    assert free(strict, "umi-reuse").by_seed["arg_f1"] == (pytest.approx((1 + 0.5) / 2), 1.0)


def test_systems_stand_in_the_papers_order_with_what_they_learned(report):
    assert [row.system for row in report.rows] == ["single", "umi-reuse", "span"]
    assert (report.steps, report.records, report.tasks) == (3, 2, 0)
    ours = row(report, "umi-reuse")
    assert (ours.seeds, ours.tokens, ours.seconds) == ((1, 2), 150.0, 2.0)
    assert row(report, "span").seeds == (2,)


def test_the_page_says_what_was_found(report):
    page = markdown(report)
    assert "3 steps of 2 records" in page
    assert "each of its target tokens 4 times" in page
    assert "| `single` Single-LLM | 2 | 83.33 [50.00, 100.00] | 50.00 [0.00, 100.00] |" in page
    assert "More than `single` (paired; * where the interval leaves out 0):" in page
    assert "| `umi-reuse` α-UMi w/ reuse | +16.67 [+0.00, +50.00] | +50.00 [+0.00, +100.00] |" in page
    assert "| `single` Single-LLM | 66.67 to 100.00 |" in page
    assert "| system | planner | caller | summarizer | tokens read | seconds |" in page
    assert "| `span` span (ours) | 20 | 10 | 5 | 200 | 1 |" in page


def test_the_picture_is_a_png_of_some_size(report, tmp_path):
    pytest.importorskip("matplotlib")
    path = draw_table(report, tmp_path / "paper.png")
    assert path is not None
    assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert path.stat().st_size > 5000
    assert draw_table(report_of([], mode="paper", route="pipeline", passes=4), tmp_path / "none.png") is None
