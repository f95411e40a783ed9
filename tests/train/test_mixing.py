"""Mixing: shares, splits, duplicates, lengths, and that equal seeds give equal mixes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.records.some_records import GOOD, TURNS, WEATHER, record
from umi_local.errors import ConfigError, RecordFileError
from umi_local.messages import CallerTurn, ToolCall, ToolSpec, UserTurn
from umi_local.records import validate, write_records
from umi_local.records.lengths import Length
from umi_train.errors import NoDataError
from umi_train.mix_config import MixConfig, MixSource, read_mix_config
from umi_train.mixing import MixReport, content_key, mix


def asks(n, name="q", **fields):
    return record(n, UserTurn(f"{name} {n}?"), *TURNS[1:6], **{"id": f"{name}/{n}", **fields})


def source(tmp_path, name, records, **options):
    path = tmp_path / f"{name}.jsonl.gz"
    write_records(path, records)
    return MixSource(path=path, **options)


def mixed(*sources, measure=None, **options):
    report = MixReport()
    return list(mix(MixConfig(source=sources, **options), report, measure=measure)), report


def test_everything_is_drawn_once(tmp_path):
    a, b = (source(tmp_path, name, [asks(n, name) for n in range(50)]) for name in "ab")
    records, report = mixed(a, b)
    assert sorted(one.id for one in records) == sorted([f"{name}/{n}" for name in "ab" for n in range(50)])
    assert report.n_records == 100
    assert not report.left_out


def test_equal_seeds_give_equal_mixes_and_others_do_not(tmp_path):
    sources = [source(tmp_path, name, [asks(n, name) for n in range(60)]) for name in "ab"]
    first, again, other = (mixed(*sources, seed=seed, shuffle_buffer=10)[0] for seed in (1, 1, 2))
    assert first == again
    assert [one.id for one in first] != [one.id for one in other]
    assert Counter(one.id for one in first) == Counter(one.id for one in other)


def test_a_source_comes_shuffled_as_far_as_its_buffer_goes(tmp_path):
    a = source(tmp_path, "a", [asks(n) for n in range(200)])
    order = [int(one.id.split("/")[1]) for one in mixed(a, shuffle_buffer=20)[0]]
    assert order != sorted(order)
    assert all(n <= place + 20 for place, n in enumerate(order))
    assert [one.id for one in mixed(a, shuffle_buffer=1)[0][:2]] in (
        ["q/0", "q/1"],
        ["q/1", "q/0"],
        ["q/0", "q/2"],
        ["q/1", "q/2"],
    )


def test_weights_are_shares_of_the_draws(tmp_path):
    a, b = (source(tmp_path, name, [asks(n, name) for n in range(900)], weight=w) for name, w in (("a", 3), ("b", 1)))
    records, _ = mixed(a, b, n_records=800)
    n_from_a = sum(one.id.startswith("a/") for one in records)
    assert len(records) == 800
    assert 560 < n_from_a < 640  # 600 expected, a standard deviation of 12


def test_a_source_that_repeats_goes_on_with_ids_of_its_own(tmp_path):
    a = source(tmp_path, "a", [asks(n, "a") for n in (1, 2, 2)], repeat=True)
    b = source(tmp_path, "b", [asks(n, "b") for n in range(5)])
    records, _ = mixed(a, b, n_records=25)
    assert len({one.id for one in records}) == 25
    assert sum(one.id.startswith("b/") for one in records) == 5
    assert {one.id.partition("#")[0] for one in records if one.id.startswith("a/")} == {"a/1", "a/2"}


def test_a_source_of_which_nothing_is_kept_does_not_repeat_for_ever(tmp_path):
    a = source(tmp_path, "a", [asks(1, split="dev")], repeat=True)
    with pytest.raises(NoDataError, match="1 records: of the split 'dev'"):
        mixed(a, n_records=5)


def test_dev_never_gets_into_train(tmp_path):
    """Not by its split, and not as the same question under another id, whichever source it is in."""
    a = source(tmp_path, "a", [asks(n) for n in range(10)])
    same = replace(asks(3, split="dev"), id="x")
    shouted = replace(same, id="y", trajectory=replace(same.trajectory, turns=(UserTurn("  Q... 4!"), *TURNS[1:6])))
    b = source(tmp_path, "b", [same, shouted, asks(77, split="test")])
    records, report = mixed(a, b)
    assert {one.split for one in records} == {"train"}
    assert {one.id for one in records} == {f"q/{n}" for n in range(10)} - {"q/3", "q/4"}
    assert report.left_out[str(a.path)] == {"held out for dev or test": 2}
    assert report.left_out[str(b.path)] == {"of the split 'dev'": 2, "of the split 'test'": 1}


def test_dev_can_be_mixed_alone_and_files_can_be_held_out(tmp_path):
    a = source(tmp_path, "a", [asks(n, split="dev") for n in range(4)] + [asks(9)])
    write_records(tmp_path / "out.jsonl", [asks(2, split="dev")])
    records, _ = mixed(a, split="dev", held_out=(tmp_path / "out.jsonl",))
    assert sorted(one.id for one in records) == ["q/0", "q/1", "q/3"]


def test_duplicates_are_told_by_words_and_calls_and_not_by_ids(tmp_path):
    other_call = record(3, UserTurn("Q 1"), TURNS[1], CallerTurn(ToolCall("weather", {"city": "Rom"})), *TURNS[3:6])
    gives_up = record(4, UserTurn("Q 1"), TURNS[7])
    some = [asks(1), replace(asks(1), id="x"), other_call, gives_up]
    a = source(tmp_path, "a", some)
    records, report = mixed(a)
    assert {one.id for one in records} in ({"q/1", "some/3", "some/4"}, {"x", "some/3", "some/4"})
    assert report.left_out[str(a.path)] == {"a duplicate": 1}
    assert len(mixed(a, deduplicate=False)[0]) == 4


def test_the_same_id_twice_is_made_two(tmp_path):
    a, b = source(tmp_path, "a", [asks(1)]), source(tmp_path, "b", [replace(asks(2), id="q/1")])
    records, _ = mixed(a, b)
    assert sorted(one.id for one in records) == ["q/1", "q/1#2"]
    write_records(tmp_path / "out.jsonl", records)
    assert list(validate(tmp_path / "out.jsonl")) == []


def test_unsound_records_are_left_out_by_their_first_fault(tmp_path):
    broken = record(5, UserTurn("?"), TURNS[1], CallerTurn(ToolCall("nobody", {})), *TURNS[3:6])
    a = source(tmp_path, "a", [asks(1), broken])
    assert mixed(a)[1].left_out[str(a.path)] == {"unsound: unknown tool": 1}


def test_lengths_are_limited_and_counted(tmp_path):
    a = source(tmp_path, "a", [asks(n) for n in (5, 50, 500)])

    def measure(one):
        return Length(int(one.id.split("/")[1]), {})

    records, report = mixed(a, measure=measure, tokenizer="any", min_tokens=10, max_tokens=100)
    assert [one.id for one in records] == ["q/50"]
    assert report.left_out[str(a.path)] == {"longer than 100 tokens": 1, "shorter than 10 tokens": 1}


def test_a_share_is_picked_by_ids(tmp_path):
    some = [asks(n) for n in range(1000)]
    a = source(tmp_path, "a", some, keep=0.3)
    records, report = mixed(a)
    assert 240 < len(records) < 360
    assert {one.id for one in records} == {one.id for one in mixed(source(tmp_path, "b", some[::-1], keep=0.3))[0]}
    assert report.left_out[str(a.path)] == {"not in the share of 0.3": 1000 - len(records)}


def test_distractors_come_from_the_same_split_only(tmp_path):
    def with_tool(n, name, split):
        tool = ToolSpec(name, "", {"type": "object"})
        return record(
            n, UserTurn(f"{n}?"), TURNS[1], CallerTurn(ToolCall(name, {})), *TURNS[3:6], tools=[tool], split=split
        )

    some = [with_tool(n, f"tool{n:03}", "train" if n % 2 else "dev") for n in range(40)]
    a = source(tmp_path, "a", some, distractors=3)
    records, report = mixed(a)
    assert report.with_distractors == len(records) == 20
    for one in records:
        names = [tool.name for tool in one.trajectory.tools]
        assert 2 <= len(names) <= 4
        assert len(set(names)) == len(names)
        assert all(int(name[4:]) % 2 for name in names)
    assert (
        len(
            {
                tuple(tool.name for tool in one.trajectory.tools).index(one.trajectory.turns[2].call.name)
                for one in records
            }
        )
        > 1
    )
    write_records(tmp_path / "out.jsonl", records)
    assert list(validate(tmp_path / "out.jsonl")) == []


def test_an_empty_mix_is_an_error_that_counts_why(tmp_path):
    a = source(tmp_path, "a", [asks(1, split="dev"), asks(2, split="dev")])
    with pytest.raises(NoDataError, match=r"the mix is empty:\n  2 records: of the split 'dev'"):
        mixed(a)
    with pytest.raises(NoDataError, match=r"the mix is empty$"):
        mixed(source(tmp_path, "b", []))


def test_a_source_that_can_not_be_read_is_an_error(tmp_path):
    with pytest.raises(RecordFileError, match=r"none\.jsonl: can't be read"):
        mixed(MixSource(path=tmp_path / "none.jsonl"))


def test_the_report_says_what_became_of_each_source(tmp_path):
    a = source(tmp_path, "a", [asks(1), replace(asks(1), id="x"), asks(2, split="dev")])
    _, report = mixed(a)
    assert report.rows() == [(str(a.path), "3", "1", "a duplicate: 1, of the split 'dev': 1")]
    assert report.to_json()["sources"][str(a.path)] == {
        "read": 3,
        "drawn": 1,
        "left_out": {"a duplicate": 1, "of the split 'dev'": 1},
    }


def test_the_key_of_content_heeds_neither_case_nor_order_of_arguments():
    call = CallerTurn(ToolCall("weather", {"city": "Köln", "days": 1}))
    turned = CallerTurn(ToolCall("weather", {"days": 1, "city": "Köln"}))
    first = record(1, UserTurn("Is it WARM, in Köln"), TURNS[1], call, *TURNS[3:6])
    second = record(2, UserTurn("is it warm in köln??"), TURNS[1], turned, *TURNS[3:6])
    assert content_key(first) == content_key(second) != content_key(GOOD)


TOML = """
seed = 3
n_records = 10
tokenizer = "base.gguf"
max_tokens = 512
held_out = ["dev.jsonl"]

[[source]]
path = "sub/a.jsonl.gz"
weight = 2
repeat = true

[[source]]
path = "/abs/b.jsonl"
keep = 0.5
distractors = 4
"""


def test_a_toml_file_says_what_to_mix_relative_to_itself(tmp_path):
    (tmp_path / "base.gguf").write_bytes(b"")
    (tmp_path / "mix.toml").write_text(TOML)
    config = read_mix_config(tmp_path / "mix.toml")
    assert [(s.path.as_posix(), s.weight, s.keep, s.repeat, s.distractors) for s in config.source] == [
        ((tmp_path / "sub/a.jsonl.gz").as_posix(), 2.0, 1.0, True, 0),
        ("/abs/b.jsonl", 1.0, 0.5, False, 4),
    ]
    assert (config.seed, config.n_records, config.max_tokens) == (3, 10, 512)
    assert config.tokenizer == str(tmp_path / "base.gguf")
    assert config.held_out == (tmp_path / "dev.jsonl",)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "source is missing"),
        ("source = []", "there is no [[source]]"),
        ("seeds = 1\n[[source]]\npath='a'", "unknown key 'seeds'; did you mean 'seed'?"),
        ("max_tokens = 5\n[[source]]\npath='a'", "max_tokens and min_tokens need a tokenizer"),
        ("[[source]]\npath='a'\nrepeat=true", "a source that repeats needs n_records"),
        ("[[source]]\npath='a'\nweight=0", "source[0]: weight is 0.0; expected more than 0"),
        ("[[source]]\npath='a'\nweight=nan", "source[0]: weight is nan; expected more than 0"),
        ("[[source]]\npath='a'\nkeep=1.5", "source[0]: keep is 1.5; expected more than 0, at most 1"),
        ("[[source]]\npath='a'\ndistractors=-1", "source[0]: distractors is -1; expected 0 or more"),
        (
            "n_records = 0\nshuffle_buffer = 0\n[[source]]\npath='a'",
            "n_records is 0; expected 1 or more; shuffle_buffer is 0",
        ),
        ("split = 'all'\n[[source]]\npath='a'", "split is 'all'; expected one of train, dev, test"),
        ("x = ", "not TOML"),
    ],
)
def test_mistakes_in_a_toml_file_are_named(tmp_path, text, problem):
    (tmp_path / "mix.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_mix_config(tmp_path / "mix.toml")
    assert problem in str(caught.value)


@settings(max_examples=25)
@given(
    st.lists(st.integers(0, 12), min_size=1, max_size=30),
    st.integers(0, 3),
    st.integers(1, 5),
    st.floats(0.1, 9),
    st.integers(1, 40),
)
def test_a_mix_never_invents_loses_or_repeats_a_question(tmp_path_factory, numbers, seed, buffer, weight, wanted):
    folder = tmp_path_factory.mktemp("mix")
    some = [replace(asks(n), id=str(i)) for i, n in enumerate(numbers)]
    a = source(folder, "a", some, weight=weight)
    b = source(folder, "b", [asks(n, split="dev") for n in numbers[:2]])
    expected = set(numbers) - set(numbers[:2])
    if not expected:
        with pytest.raises(NoDataError):
            mixed(a, b, seed=seed, shuffle_buffer=buffer)
        return
    records, report = mixed(a, b, seed=seed, shuffle_buffer=buffer, n_records=wanted)
    found = [int(one.trajectory.turns[0].text.split()[1].rstrip("?")) for one in records]
    assert len(found) == len(set(found)) == min(wanted, len(expected)) == report.n_records
    assert set(found) <= expected
    assert all(one.trajectory.tools == (WEATHER,) for one in records)
