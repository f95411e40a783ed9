"""What a verdict says: thresholds decide, JSON goes there and back, tables show it. No model is needed."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest

from umi_convert.verify import COLUMNS, STRICTNESS, Verdict, markdown, rows
from umi_convert.verify.thresholds import problems_of
from umi_convert.verify.values import Check, Conditions, Distributions, GreedyAgreement, RoleVerdict, Share, Speed
from umi_local.jsonable import JsonableError
from umi_local.messages import Role

ALL_SAME = Share(n=20, n_same=20, n_sure=10, n_sure_same=10)


def a_role(role=Role.CALLER, **changes):
    found = RoleVerdict(
        role=role,
        token_ids=Check(n=40),
        prompts=Check(n=30),
        greedy=GreedyAgreement(identical=ALL_SAME, mean_prefix_tokens=18.5, mean_tokens=19.0),
        distributions=Distributions(n_positions=500, top1=0.99, top10=0.98, mean_kl=0.004, p99_kl=0.02),
        decisions=ALL_SAME if role is Role.PLANNER else None,
        names=ALL_SAME if role is Role.CALLER else None,
        calls=ALL_SAME if role is Role.CALLER else None,
        speed=Speed(prompt_tokens_per_s=1000.0, decode_tokens_per_s=100.0),
        reference_speed=Speed(prompt_tokens_per_s=500.0, decode_tokens_per_s=50.0),
        size_bytes=91_700_000,
        reference_size_bytes=540_000_000,
    )
    return replace(found, **changes)


def a_verdict(*roles, problems=()):
    return Verdict(
        label="Q4_0",
        candidate="tiny-Q4_0",
        reference="tiny",
        layout="merged",
        conditions=Conditions(
            engine="llama-cpp-python 0",
            n_threads=2,
            n_ctx=2048,
            n_batch=512,
            kv_type="f16",
            reference_kv_type="f32",
            n_trajectories=24,
        ),
        thresholds=STRICTNESS["normal"],
        roles=roles or tuple(map(a_role, Role)),
        size_bytes=91_700_000,
        reference_size_bytes=540_000_000,
        notices=("one of them was shortened",),
        problems=problems,
    )


def with_figures(**changes):
    found = a_role().distributions
    return a_role(distributions=replace(found, **changes))


MISSES = [
    (with_figures(mean_kl=0.2), "mean KL is 0.2 nats; at most 0.15 are allowed"),
    (with_figures(p99_kl=2.0), "the 99th percentile of KL is 2 nats; at most 1.5 are allowed"),
    (with_figures(top1=0.849), "top-1 agreement is 84.9%; at least 85% is demanded"),
    (with_figures(top10=0.5), "top-10 agreement is 50.0%; at least 80% is demanded"),
    (with_figures(n_not_finite=3), "logits at 3 of 500 positions are not finite numbers"),
    (
        a_role(calls=Share(n=20, n_same=15, n_sure=10, n_sure_same=6)),
        "of 10 calls that the reference is sure of, 6 are the same; at least 70% is demanded",
    ),
    (
        a_role(names=Share(n=20, n_same=19, n_sure=10, n_sure_same=8)),
        "of 10 tool names that the reference is sure of, 8 are the same; at least 85% is demanded",
    ),
    (
        a_role(Role.PLANNER, decisions=Share(n=20, n_same=19, n_sure=10, n_sure_same=7)),
        "of 10 decisions that the reference is sure of, 7 are the same; at least 75% is demanded",
    ),
    (
        a_role(distributions=None),
        "there is no turn of this role to judge it by; give trajectories that have some",
    ),
    (a_role(token_ids=Check(n=40, n_different=1, difference="'x' is y")), "token ids differ: 'x' is y"),
    (a_role(prompts=Check(n=30, n_different=1, difference="a is b")), "prompts differ: a is b"),
]


@pytest.mark.parametrize(("role", "problem"), MISSES, ids=[problem[:30] for _, problem in MISSES])
def test_each_miss_is_a_sentence_of_its_role(role, problem):
    assert problems_of(role, STRICTNESS["normal"]) == (f"{role.role.value}: {problem}",)


def test_choices_of_which_the_reference_was_not_sure_may_fall_either_way():
    torn = Share(n=20, n_same=2, n_sure=0, n_sure_same=0)
    assert problems_of(a_role(names=torn, calls=torn), STRICTNESS["strict"]) == ()


def test_figures_are_not_complained_of_where_the_tokens_differ():
    """They would be over other tokens."""
    role = replace(with_figures(mean_kl=9.0), token_ids=Check(n=40, n_different=1, difference="d"))
    assert problems_of(role, STRICTNESS["normal"]) == ("caller: token ids differ: d",)


def test_each_degree_demands_more_than_the_next():
    strict, normal, loose = (STRICTNESS[name] for name in ("strict", "normal", "loose"))
    for field in fields(strict):
        values = [getattr(degree, field.name) for degree in (strict, normal, loose)]
        assert values == sorted(values, reverse=field.name.startswith("min_"))
        assert len(set(values)) == 3


def test_problems_decide():
    assert a_verdict().passed
    assert not a_verdict(problems=("caller: no",)).passed


def test_a_verdict_goes_to_json_and_back():
    verdict = a_verdict(a_role(Role.PLANNER), a_role(distributions=None), problems=("caller: no",))
    text = json.dumps(verdict.to_json())
    assert Verdict.from_json(json.loads(text)) == verdict
    assert json.loads(text)["passed"] is False
    assert json.loads(text)["roles"][0]["role"] == "planner"


def test_json_that_is_no_verdict_is_refused_with_every_problem():
    data = a_verdict().to_json()
    broken = {**data, "label": 3, "roles": [{**data["roles"][0], "sped": 1}]}
    with pytest.raises(JsonableError) as caught:
        Verdict.from_json(broken)
    assert "label is 3; expected str" in caught.value.problems
    assert any("roles[0].sped" in problem for problem in caught.value.problems)
    with pytest.raises(JsonableError):
        Verdict.from_json([1])


def test_a_step_takes_the_time_of_all_roles():
    """200 tokens at 1,000 and 40 at 100 tokens per second, three times."""
    assert a_verdict().step_s == pytest.approx(3 * (0.2 + 0.4))


def test_rows_have_every_column():
    [row] = rows(a_verdict(a_role()))
    shown = dict(zip(COLUMNS, row, strict=True))
    assert shown == {
        "type": "Q4_0",
        "role": "caller",
        "token ids": "equal",
        "prompts": "equal",
        "greedy": "20/20",
        "top-1": "99.0%",
        "top-10": "98.0%",
        "mean KL": "0.004",
        "p99 KL": "0.020",
        "decisions": "–",
        "calls": "10/10 of 20/20",
        "prompt t/s": "1,000",
        "decode t/s": "100.0",
        "MB": "91.7",
    }


def test_rows_show_what_could_not_be_compared():
    nothing = Share(n=0, n_same=0, n_sure=0, n_sure_same=0)
    greedy = GreedyAgreement(identical=nothing, mean_prefix_tokens=0.0, mean_tokens=0.0)
    check = Check(n=40, n_different=7, difference="d")
    role = a_role(token_ids=check, greedy=greedy, distributions=None, calls=nothing)
    shown = dict(zip(COLUMNS, rows(a_verdict(role))[0], strict=True))
    assert shown["token ids"] == "7 of 40 differ"
    assert [shown[name] for name in ("greedy", "top-1", "mean KL", "calls")] == ["–"] * 4


def test_a_markdown_table_of_several_candidates_says_how_it_was_measured(golden):
    others = [replace(a_verdict(), label="Q8_0"), replace(a_verdict(), label="a|b")]
    golden("verdict.md", markdown([*others, a_verdict()]))


def test_a_table_of_nothing_is_its_head():
    assert len(markdown([]).splitlines()) == 2
