"""Arguments compared, with every value worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from umi_local.evaluate.metrics.arguments import BadReferenceError, json_equal, paper_f1, read_object, strict_f1
from umi_local.prompts.base import compact_json

# reference, prediction, the paper's F1, the strict F1 (None: the prediction is no object)
BY_HAND = [
    ("{}", "{}", 1.0, 1.0),
    ("{}", '{"a": 1}', 0.0, 0.0),
    ('{"a": 1}', "{}", 0.0, 0.0),
    ('{"a": 1}', '{"a": 1}', 1.0, 1.0),
    ('{"a": 1}', '{"a": 2}', 0.5, 0.0),  # P = R = 0.5
    ('{"a": 1}', '{"b": 1}', 0.0, 0.0),
    ('{"a": 1, "b": 2}', '{"a": 1}', 2 / 3, 2 / 3),  # P = 1, R = 1/2
    ('{"a": 1}', '{"a": 1, "b": 2, "c": 3}', 1 / 2, 1 / 2),  # P = 1/3, R = 1
    ('{"a": 1, "b": 2}', '{"a": 1, "b": 9}', 3 / 4, 1 / 2),  # score 1.5 of 2 and 2
    ('{"a": 1, "b": 2, "c": 3}', '{"a": 7, "d": 4}', 0.2, 0.0),  # score 0.5: P = 1/4, R = 1/6
    ('{"a": "1"}', '{"a": 1}', 0.5, 0.0),
    ('{"a": true}', '{"a": 1}', 1.0, 0.0),  # equal in Python, not in JSON
    ('{"a": 1}', '{"a": 1.0}', 1.0, 1.0),
    ('{"a": {"x": [1]}}', '{"a": {"x": [true]}}', 1.0, 0.0),
    ('{"a": 1}', "not json", 0.0, None),
    ('{"a": 1}', "[1]", 0.0, None),
    ("{}", "not json", 0.0, None),
    ("{}", "[]", 0.0, None),
]


@pytest.mark.parametrize(("reference", "prediction", "paper", "strict"), BY_HAND)
def test_both_scores_are_what_a_hand_computes(reference, prediction, paper, strict):
    assert paper_f1(reference, prediction) == pytest.approx(paper)
    wanted, said = read_object(reference), read_object(prediction)
    assert wanted is not None
    if strict is None:
        assert said is None
    else:
        assert said is not None
        assert strict_f1(wanted, said) == pytest.approx(strict)


@pytest.mark.parametrize("reference", ["not json", "[1]", "null", ""])
def test_a_reference_that_is_no_object_is_refused(reference):
    with pytest.raises(BadReferenceError):
        paper_f1(reference, "{}")


def test_objects_nested_beyond_reason_are_no_objects():
    assert read_object('{"a":' * 100_000) is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3)


@given(OBJECTS, OBJECTS)
def test_scores_lie_between_none_and_all_and_equal_arguments_score_all(one, other):
    assert 0.0 <= paper_f1(compact_json(one), compact_json(other)) <= 1.0
    assert 0.0 <= strict_f1(one, other) <= 1.0
    assert paper_f1(compact_json(one), compact_json(one)) == pytest.approx(1.0)
    assert strict_f1(one, one) == pytest.approx(1.0)


@given(OBJECTS)
def test_the_order_of_keys_does_not_count(one):
    turned = dict(reversed(list(one.items())))
    assert json_equal(one, turned)
    assert paper_f1(compact_json(one), compact_json(turned)) == pytest.approx(1.0)
