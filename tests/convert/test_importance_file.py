"""Files of importance matrices: llama.cpp's two forms, compared with other writers, and what is refused."""

from __future__ import annotations

import struct

import gguf
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from umi_convert.errors import ConvertError
from umi_convert.importance_file import ImportanceMatrix, read_importance, write_importance
from umi_local.engine.importance import InputStatistic
from umi_local.errors import ModelFileError, StorageError

Q, EXPERTS = "blk.0.attn_q.weight", "blk.0.ffn_up_exps.weight"


def matrix(**changes):
    statistics = {
        Q: InputStatistic(np.array([[2.0, 4.0, 6.0]], np.float32), np.array([2], np.int64)),
        EXPERTS: InputStatistic(np.array([[1, 2], [0, 0], [9, 3]], np.float32), np.array([1, 0, 3], np.int64)),
    }
    values = {"statistics": statistics, "datasets": ("a.jsonl", "ä"), "chunk_size": 512, "chunk_count": 7}
    return ImportanceMatrix(**{**values, **changes})


def write_with_gguf(path, tensors, *, kind="imatrix", datasets=("d",), dtype=np.float32):
    """Write llama.cpp's form with gguf-py, which shares no code with ours."""
    writer = gguf.GGUFWriter(path, "none")
    writer.add_type(kind)
    writer.add_array("imatrix.datasets", list(datasets))
    writer.add_uint32("imatrix.chunk_count", 3)
    writer.add_uint32("imatrix.chunk_size", 256)
    for name, values in tensors.items():
        writer.add_tensor(name, np.asarray(values, dtype))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def legacy(entries, *, tail=b"", n_entries=None):
    """The `.dat` form, as `save_imatrix_legacy` of llama.cpp's tools/imatrix/imatrix.cpp lays it out."""
    data = struct.pack("<i", len(entries) if n_entries is None else n_entries)
    for name, n_chunks, values in entries:
        raw = np.asarray(values, "<f4").tobytes()
        data += struct.pack("<i", len(name)) + name.encode() + struct.pack("<ii", n_chunks, len(values)) + raw
    return data + tail


def test_what_is_written_is_read_again(tmp_path):
    path = tmp_path / "imatrix.gguf"
    write_importance(path, matrix())
    found = read_importance(path)
    assert (found.datasets, found.chunk_size, found.chunk_count) == (("a.jsonl", "ä"), 512, 7)
    assert found.statistics.keys() == {Q, EXPERTS}
    for name, statistic in matrix().statistics.items():
        np.testing.assert_array_equal(found.statistics[name].sums, statistic.sums)
        np.testing.assert_array_equal(found.statistics[name].counts, statistic.counts)
    assert found.means[Q].tolist() == [1, 2, 3]
    assert found.means[EXPERTS].tolist() == [1, 2, 1, 1, 3, 1]  # an expert never seen counts as 1


def test_the_written_file_has_the_fields_that_llama_cpp_writes_and_no_other(tmp_path):
    write_importance(tmp_path / "imatrix.gguf", matrix())
    reader = gguf.GGUFReader(tmp_path / "imatrix.gguf")
    fields = {key: field for key, field in reader.fields.items() if not key.startswith("GGUF.")}
    assert {key: [kind.name for kind in field.types] for key, field in fields.items()} == {
        "general.type": ["STRING"],
        "imatrix.datasets": ["ARRAY", "STRING"],
        "imatrix.chunk_count": ["UINT32"],
        "imatrix.chunk_size": ["UINT32"],
    }
    assert fields["general.type"].contents() == "imatrix"
    assert fields["imatrix.datasets"].contents() == ["a.jsonl", "ä"]
    assert fields["imatrix.chunk_count"].contents() == 7
    assert fields["imatrix.chunk_size"].contents() == 512
    # ggml_new_tensor_2d(columns, matrices) and (1, matrices), all F32, sorted by name
    assert [(tensor.name, tensor.shape.tolist(), tensor.tensor_type.name) for tensor in reader.tensors] == [
        (f"{Q}.in_sum2", [3, 1], "F32"),
        (f"{Q}.counts", [1, 1], "F32"),
        (f"{EXPERTS}.in_sum2", [2, 3], "F32"),
        (f"{EXPERTS}.counts", [1, 3], "F32"),
    ]
    np.testing.assert_array_equal(reader.tensors[2].data, matrix().statistics[EXPERTS].sums)
    np.testing.assert_array_equal(reader.tensors[3].data.ravel(), [1, 0, 3])


def test_a_file_of_another_writer_is_read(tmp_path):
    tensors = {f"{Q}.counts": [[4.0]], f"{Q}.in_sum2": [[8.0, 2.0]], "something.else": [1.0]}
    found = read_importance(write_with_gguf(tmp_path / "i.gguf", tensors))
    assert found.means == {Q: pytest.approx([2.0, 0.5])}
    assert (found.datasets, found.chunk_size, found.chunk_count) == (("d",), 256, 3)


@given(
    sums=hnp.arrays(
        np.float32, st.tuples(st.integers(1, 3), st.integers(1, 5)), elements=st.floats(0, 2.0**100, width=32)
    ),
    data=st.data(),
)
def test_any_sound_matrix_survives_a_file(tmp_path_factory, sums, data):
    counts = np.array(data.draw(st.lists(st.integers(0, 2**24), min_size=len(sums), max_size=len(sums))), np.int64)
    path = tmp_path_factory.mktemp("any") / "i.gguf"
    write_importance(path, matrix(statistics={"w": InputStatistic(sums, counts)}))
    found = read_importance(path).statistics["w"]
    np.testing.assert_array_equal(found.sums, sums)
    np.testing.assert_array_equal(found.counts, counts)


def test_the_older_form_is_read_with_and_without_its_tail(tmp_path):
    entries = [(Q, 4, [8.0, 2.0]), ("blk.1.attn_q.weight", 0, [0.5, 1.0])]
    tail = struct.pack("<ii", 9, 5) + b"texts"
    (tmp_path / "i.dat").write_bytes(legacy(entries, tail=tail))
    found = read_importance(tmp_path / "i.dat")
    assert (found.datasets, found.chunk_size, found.chunk_count) == (("texts",), 0, 9)
    assert found.means[Q].tolist() == [2.0, 0.5]
    assert found.means["blk.1.attn_q.weight"].tolist() == [0.5, 1.0]  # no chunks: plain means
    (tmp_path / "old.dat").write_bytes(legacy(entries))
    assert read_importance(tmp_path / "old.dat").means[Q].tolist() == [2.0, 0.5]


@pytest.mark.parametrize(
    ("tensors", "fault"),
    [
        ({f"{Q}.in_sum2": [[np.nan, 1.0]], f"{Q}.counts": [[1.0]]}, "the sums of .* are not all finite"),
        ({f"{Q}.in_sum2": [[np.inf, 1.0]], f"{Q}.counts": [[1.0]]}, "the sums of .* are not all finite"),
        ({f"{Q}.in_sum2": [[-1.0, 1.0]], f"{Q}.counts": [[1.0]]}, "the sums of .* are not all finite and positive"),
        ({f"{Q}.in_sum2": [[1.0, 1.0]], f"{Q}.counts": [[np.nan]]}, "the counts of .* are not all finite"),
        ({f"{Q}.in_sum2": [[1.0, 1.0]], f"{Q}.counts": [[-2.0]]}, "the counts of .* are not all finite and positive"),
        ({f"{Q}.in_sum2": [[1.0, 1.0, 1.0]], f"{Q}.counts": [[1.0], [1.0]]}, "has 3 sums for 2 matrices"),
        ({f"{Q}.in_sum2": [[1.0, 1.0]]}, "has sums or counts, but not both"),
        ({f"{Q}.counts": [[1.0]]}, "has sums or counts, but not both"),
        ({"other": [[1.0]]}, "is empty"),
    ],
)
def test_what_would_spoil_a_quantization_is_refused(tmp_path, tensors, fault):
    path = write_with_gguf(tmp_path / "i.gguf", tensors)
    with pytest.raises(ModelFileError, match=fault) as caught:
        read_importance(path)
    assert str(path) in str(caught.value)
    assert "umi convert importance" in caught.value.hint


def test_files_of_other_kinds_are_refused(tmp_path):
    tensors = {f"{Q}.in_sum2": [[1.0]], f"{Q}.counts": [[1.0]]}
    with pytest.raises(ModelFileError, match="a GGUF of type 'model', not an importance matrix"):
        read_importance(write_with_gguf(tmp_path / "m.gguf", tensors, kind="model"))
    with pytest.raises(ModelFileError, match="has the type F16, not F32"):
        read_importance(write_with_gguf(tmp_path / "h.gguf", tensors, dtype=np.float16))
    with pytest.raises(ModelFileError, match="can't be read"):
        read_importance(tmp_path / "none.gguf")
    with pytest.raises(ModelFileError, match="can't be read"):
        read_importance(tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\1",
        struct.pack("<i", -3),
        struct.pack("<i", 2**31 - 1),
        struct.pack("<ii", 1, -5),
        struct.pack("<ii", 1, 2**31 - 1) + b"name",
        legacy([(Q, 4, [1.0])], n_entries=2),
        legacy([(Q, 4, [])]),
        legacy([(Q, 4, [float("nan")])]),
        legacy([(Q, -4, [1.0])]),
        legacy([(Q, 4, [1.0])], tail=b"\1\2"),
        legacy([(Q, 4, [1.0])], tail=struct.pack("<ii", 1, 99)),
        b"\x80\x02}q\x00(X\x0b\x00\x00\x00",
    ],
)
def test_broken_files_of_the_older_form_end_in_our_error(tmp_path, data):
    path = tmp_path / "i.dat"
    path.write_bytes(data)
    with pytest.raises(ModelFileError):
        read_importance(path)


def test_a_file_cut_anywhere_ends_in_our_error(tmp_path):
    write_importance(tmp_path / "i.gguf", matrix())
    data = (tmp_path / "i.gguf").read_bytes()
    path = tmp_path / "cut.gguf"
    sound = 0
    for n in range(0, len(data), 7):
        path.write_bytes(data[:n])
        try:
            read_importance(path)
            sound += 1
        except ModelFileError:
            pass
    assert sound <= 3  # only the last tensor's padding may be missing


@pytest.mark.parametrize("changes", [{"statistics": {}}, {"datasets": ()}])
def test_a_matrix_that_llama_quantize_would_refuse_is_not_written(tmp_path, changes):
    with pytest.raises(ConvertError, match="no entries or names no texts"):
        write_importance(tmp_path / "i.gguf", matrix(**changes))
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_ggml_would_cut_is_not_written(tmp_path):
    statistic = InputStatistic(np.ones((1, 1), np.float32), np.ones(1, np.int64))
    with pytest.raises(ConvertError, match="is too long"):
        write_importance(tmp_path / "i.gguf", matrix(statistics={"w" * 60: statistic}))


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError):
        write_importance(tmp_path / "file" / "i.gguf", matrix())
