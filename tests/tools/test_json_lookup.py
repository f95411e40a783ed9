"""Looking values up in JSON files."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umi_local.tools.base import DEFAULT_MAX_CHARS
from umi_local.tools.builtin import json_lookup as module
from umi_local.tools.builtin.json_lookup import json_lookup
from umi_local.tools.builtin.json_query import ALL, Found, lookup, parse_path
from umi_local.tools.builtin.roots import ROOTS_VARIABLE
from umi_local.tools.builtin.textfile import BinaryFileError

DOCUMENT = {
    "name": "umi",
    "items": [{"name": "a", "size": 1}, {"name": "b"}, {"name": "c", "size": 3}],
    "a.b": {"": "empty", "x/y": 1.5, "m~n": None},
    "0": "zero",
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(ROOTS_VARIABLE, str(tmp_path))
    (tmp_path / "d.json").write_text(json.dumps(DOCUMENT))
    return tmp_path


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("name", "umi"),
        ("$.name", "umi"),
        (".name", "umi"),
        ("items[0].name", "a"),
        ("items.0.name", "a"),
        ("items[-1].size", 3),
        ("items[*].name", ["a", "b", "c"]),
        ("items.*.name", ["a", "b", "c"]),
        ('["a.b"]["x/y"]', 1.5),
        ("['a.b']['x/y']", 1.5),
        ('["a.b"][""]', "empty"),
        ("/items/2/name", "c"),
        ("/a.b/x~1y", 1.5),
        ("/a.b/m~0n", None),
        ("/a.b/", "empty"),
        ("0", "zero"),
        ("[0]", "zero"),
        ("", DOCUMENT),
        ("$", DOCUMENT),
    ],
)
def test_paths_lead_to_values(query: str, value: object) -> None:
    assert lookup(DOCUMENT, query).value == value


def test_items_that_lack_the_rest_of_the_path_are_counted() -> None:
    assert lookup(DOCUMENT, "items[*].size") == Found([1, 3], n_missing=1)
    assert lookup({"a": {"x": [1], "y": []}}, "a[*][*]") == Found([[1], []])


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("nam", "no key 'nam' in the top; nearest: 'name'"),
        ("items[0].colour", "no key 'colour' in 'items[0]'; keys: 'name', 'size'"),
        ("items[3]", "no item 3 in 'items', which is a list of 3; the first is 0"),
        ("items.name", r"write [0] for its first item or [*] for all, then 'name'"),
        ("name.first", "'name' is text of 3 characters; it has no 'first' below it"),
        ("name[*]", "[*] needs a list or an object"),
        ("items[*].colour", "no key 'colour' in 'items[0]'"),
    ],
)
def test_a_path_to_nothing_says_what_is_there(query: str, said: str) -> None:
    with pytest.raises(LookupError) as error:
        lookup(DOCUMENT, query)
    assert said in str(error.value)


@pytest.mark.parametrize("query", ["a..b", "a[", "a[x]", "a]", '["a', "a."])
def test_a_path_that_cannot_be_read_is_refused(query: str) -> None:
    with pytest.raises(ValueError, match=r"write it like a\.b\[0\]\.c"):
        lookup(DOCUMENT, query)


def test_an_empty_query_lists_the_keys(root: Path) -> None:
    assert json_lookup("d.json").splitlines() == [
        "an object with 4 keys",
        'name: "umi"',
        "items: a list of 3",
        "a.b: an object with 3 keys: , x/y, m~n",
        '0: "zero"',
    ]


def test_values_are_shown_as_json_and_text_as_text(root: Path) -> None:
    assert json_lookup("d.json", "name") == "umi"
    assert json_lookup("d.json", "items[0]") == '{"name": "a", "size": 1}'
    assert json_lookup("d.json", "items[*].size") == "[1, 3]\n(1 item(s) lack it)"


def test_a_value_too_large_to_show_is_described(root: Path) -> None:
    (root / "big.json").write_text(json.dumps({"rows": [{"id": n, "text": "x" * 50} for n in range(1000)]}))
    found = json_lookup("big.json", "rows")
    lines = found.splitlines()
    assert len(found) < DEFAULT_MAX_CHARS
    assert lines[0] == "a list of 1,000"
    assert lines[1] == "[0]: an object with 2 keys: id, text"
    assert lines[-1] == "... and 940 more"


def test_a_long_text_is_cut_and_its_rest_counted(root: Path) -> None:
    (root / "t.json").write_text(json.dumps("y" * 10_000))
    found = json_lookup("t.json")
    assert len(found) < DEFAULT_MAX_CHARS
    assert found.endswith("...[+6,400 characters]")


def test_json_lines_are_a_list(root: Path) -> None:
    (root / "t.jsonl").write_text('{"n": 1}\n\n{"n": 2}\n')
    assert json_lookup("t.jsonl", "[*].n") == "[1, 2]"
    (root / "bad.jsonl").write_text('{"n": 1}\n{"n": \n')
    with pytest.raises(ValueError, match="neither JSON nor JSON Lines: line 2"):
        json_lookup("bad.jsonl")


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "is not JSON"), ("[" * 100_000, "nested too deeply"), ("1" * 10_000, "can't be read"), ("", "is not JSON")],
)
def test_what_is_no_json_is_explained(root: Path, text: str, said: str) -> None:
    (root / "t.json").write_text(text)
    with pytest.raises(ValueError, match=said):
        json_lookup("t.json")


def test_a_file_that_is_too_large_or_binary_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "b.json").write_bytes(b"\0\1")
    with pytest.raises(BinaryFileError):
        json_lookup("b.json")
    monkeypatch.setattr(module, "MAX_JSON_BYTES", 10)
    with pytest.raises(ValueError, match="at most 10 bytes can be read"):
        json_lookup("d.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=5), below, max_size=4),
    max_leaves=15,
)


@st.composite
def documents_with_a_place(draw: st.DrawFn) -> tuple[Any, list[str | int]]:
    document = draw(JSON)
    value, place = document, []
    while isinstance(value, (list, dict)) and value and draw(st.booleans()):
        keys: list[Any] = list(range(-len(value), len(value))) if isinstance(value, list) else list(value)
        place.append(draw(st.sampled_from(keys)))
        value = value[place[-1]]
    return document, place


def indexed(document: Any, place: list[str | int]) -> Any:
    for part in place:
        document = document[part]
    return document


@settings(deadline=None)
@given(documents_with_a_place())
def test_a_bracket_path_is_indexing(case: tuple[Any, list[str | int]]) -> None:
    document, place = case
    assert lookup(document, "".join(f"[{json.dumps(part)}]" for part in place)) == Found(indexed(document, place))


@settings(deadline=None)
@given(documents_with_a_place())
def test_a_json_pointer_is_indexing(case: tuple[Any, list[str | int]]) -> None:
    document, place = case
    pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)
    assert lookup(document, pointer) == Found(indexed(document, place))


@settings(deadline=None)
@given(st.lists(st.from_regex(r"[a-z_]{1,6}", fullmatch=True) | st.integers(0, 99), min_size=1, max_size=5))
def test_a_dotted_path_has_the_parts_it_is_made_of(place: list[str | int]) -> None:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    assert parse_path(path) == place
    assert parse_path(f"{path}[*]") == [*place, ALL]


@settings(deadline=None)
@given(document=JSON, query=st.text(max_size=20))
def test_any_query_gives_a_value_or_an_expected_error(document: Any, query: str) -> None:
    with contextlib.suppress(LookupError, ValueError):
        found = lookup(document, query)
        assert found == lookup(document, query)
