"""Objects of large JSON files, one at a time."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from umi_local.errors import RecordFileError
from umi_train.importers import json_items
from umi_train.importers.json_items import read_items

SOME = [{"a": "x" * n, "b": [n, None, {"c": "]}, {"}]} for n in range(20)]


def items(path, data, **options):
    path.write_bytes(data)
    return [item.value for item in read_items(path, **options)]


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(SOME).encode(),
        json.dumps(SOME, indent=2).encode(),
        b"\xef\xbb\xbf \n" + json.dumps(SOME).encode() + b"\n",
        "\n".join(map(json.dumps, SOME)).encode(),
        "".join(map(json.dumps, SOME)).encode(),
        ", ".join(map(json.dumps, SOME)).encode(),
        gzip.compress(json.dumps(SOME).encode()),
    ],
)
def test_a_list_and_lines_give_the_same_objects(tmp_path, data):
    assert items(tmp_path / "a", data) == SOME


@pytest.mark.parametrize("data", [b"", b" \n", b"[]", b" [ ] "])
def test_nothing_is_no_object(tmp_path, data):
    assert items(tmp_path / "a", data) == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'[{"a": 1}', r":2: the list isn't closed"),
        (b'[{"a": 1}, 3]', r":2: object 2 begins with '3' instead of a brace"),
        (b'[{"a": 1}, {"b"]', r":2: object 2 isn't JSON: Expecting ':' delimiter"),
        (b'[{"a": 1}] x', r":2: something follows the list"),
        (b'{"a": "', r":1: object 1 isn't JSON: Unterminated string"),
        (b'{"a": NaN}', r":1: object 1 isn't JSON: NaN is not a JSON value"),
        (b'{"a": 1}\n]', r":2: object 2 begins with ']'"),
        (b"hello", r":1: object 1 begins with 'h'"),
        (b'{"a": "\xff"}', r"holds bytes that aren't UTF-8"),
        (b'{"a": "\xc3', r"holds bytes that aren't UTF-8"),
        (b'{"a":' * 100_000, r"object 1 isn't JSON"),
        (gzip.compress(b'{"a": 1}')[:-3], "the gzip data is broken"),
    ],
)
def test_what_is_broken_is_named_with_its_number(tmp_path, data, message):
    with pytest.raises(RecordFileError, match=message):
        items(tmp_path / "a", data)


def test_objects_before_the_broken_one_are_given(tmp_path):
    (tmp_path / "a").write_bytes(b'{"a": 1} {"a": 2} {"a"')
    found = read_items(tmp_path / "a")
    assert [next(found).value, next(found).value] == [{"a": 1}, {"a": 2}]
    with pytest.raises(RecordFileError, match="object 3"):
        next(found)


def test_an_object_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(json_items, "_CHUNK_BYTES", 100)
    data = json.dumps({"a": "x" * 5000}).encode()
    with pytest.raises(RecordFileError, match="object 1 has more than 1,000 characters"):
        items(tmp_path / "a", data, max_item_chars=1000)


@pytest.mark.parametrize("n_bytes", [1, 2, 3, 7, 64])
def test_where_the_file_is_cut_into_pieces_makes_no_difference(tmp_path, monkeypatch, n_bytes):
    monkeypatch.setattr(json_items, "_CHUNK_BYTES", n_bytes)
    some = [{"ü😀": "…\\n\\u00e9"}, {"n": 12345.678e5}, {}]
    assert items(tmp_path / "a", json.dumps(some, ensure_ascii=False).encode()) == some
    assert items(tmp_path / "a", "\n".join(map(json.dumps, some)).encode()) == some


def test_a_missing_file_is_an_error_of_ours(tmp_path):
    with pytest.raises(RecordFileError, match="can't be read"):
        list(read_items(tmp_path / "none.json"))


@given(st.binary(max_size=40) | st.text(alphabet='[]{}",:a1 \n', max_size=40).map(str.encode))
def test_any_bytes_are_objects_or_an_error_of_ours(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("items") / "a"
    try:
        found = items(path, data)
    except RecordFileError:
        return
    assert all(isinstance(one, dict) for one in found)
