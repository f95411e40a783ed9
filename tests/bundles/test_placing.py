from pathlib import Path

import pytest

from tests.bundles.hub_bundles import bundle_files, read, write
from umi_local.bundles.catalog import list_bundles
from umi_local.bundles.placing import discard, put_in_place, recover, staging_of
from umi_local.bundles.removing import plan_removal, remove_bundle
from umi_local.errors import BundleError, StorageError

NEW, OLD = {"bundle.toml": b"new"}, {"bundle.toml": b"old", "sub/x": b"x"}


@pytest.fixture
def bundles(own_folders):
    folder = own_folders / "data" / "bundles"
    folder.mkdir(parents=True)
    return folder


def test_a_finished_folder_gets_its_name(tmp_path):
    target = tmp_path / "b"
    put_in_place(write(staging_of(target), NEW), target)
    assert read(target) == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_a_name_that_is_taken_is_refused_and_both_stay(tmp_path):
    target = write(tmp_path / "b", OLD)
    staging = write(staging_of(target), NEW)
    with pytest.raises(BundleError, match="is already there"):
        put_in_place(staging, target)
    assert (read(target), read(staging)) == (OLD, NEW)


def test_a_replaced_folder_leaves_nothing(tmp_path):
    target = write(tmp_path / "b", OLD)
    put_in_place(write(staging_of(target), NEW), target, replace=True)
    assert read(target) == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_the_old_folder_comes_back_where_the_new_one_cannot_take_its_place(tmp_path):
    target = write(tmp_path / "b", OLD)
    with pytest.raises(StorageError):
        put_in_place(tmp_path / "not there", target, replace=True)
    assert read(target) == OLD


def test_what_an_interrupted_removal_left_goes_with_the_next_one(tmp_path):
    write(tmp_path / ".b.removed-0123abcd", OLD)
    kept = [write(tmp_path / name, OLD) for name in (".b.removed-x.unfinished", ".c.removed-0123abcd")]
    put_in_place(write(staging_of(tmp_path / "b"), NEW), tmp_path / "b")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["b", *(path.name for path in kept)])


def test_a_folder_that_lost_its_name_to_a_killed_replacement_gets_it_back(tmp_path):
    write(tmp_path / ".b.replaced-0123abcd", OLD)
    write(tmp_path / ".b.removed-0123abcd", NEW)
    recover(tmp_path / "b")
    assert read(tmp_path / "b") == OLD
    recover(tmp_path / "b")  # nothing is done where something has the name
    discard(tmp_path / "b")
    recover(tmp_path / "b")  # nor is anything that was removed brought back
    assert list(tmp_path.iterdir()) == []
    recover(tmp_path / "no" / "folder")


def test_of_a_link_only_the_link_is_discarded(tmp_path):
    elsewhere = write(tmp_path / "elsewhere", OLD)
    (tmp_path / "b").symlink_to(elsewhere)
    discard(tmp_path / "b")
    assert read(elsewhere) == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere"]


def test_a_bundle_of_the_users_is_removed_with_what_a_pull_left(bundles):
    write(bundles / "mine", bundle_files())
    write(bundles / ".mine.unfinished", OLD)
    write(bundles / "other", bundle_files())
    removal = plan_removal("mine")
    assert removal.n_bytes == sum(map(len, (*bundle_files().values(), *OLD.values())))
    remove_bundle(removal)
    assert [path.name for path in bundles.iterdir()] == ["other"]


def test_an_unfinished_pull_alone_can_be_removed_and_a_folder_of_that_name_stays(bundles):
    write(bundles / "mine", {"notes.txt": b"no bundle"})
    write(bundles / ".mine.unfinished", OLD)
    removal = plan_removal("mine")
    assert removal.is_unfinished
    remove_bundle(removal)
    assert [path.name for path in bundles.iterdir()] == ["mine"]


def test_a_broken_bundle_can_be_removed(bundles):
    write(bundles / "mine", {"bundle.toml": b"not TOML ["})
    remove_bundle(plan_removal("mine"))
    assert [entry.name for entry in list_bundles()] == ["embedded"]


@pytest.mark.parametrize("name", ["", ".", "..", "../sessions", "a/b", "/etc", ".mine.unfinished", "mine/"])
def test_paths_are_never_removed(bundles, name):
    write(bundles / "mine", bundle_files())
    write(bundles.parent / "sessions", bundle_files())
    with pytest.raises(BundleError, match="is a path; only bundles"):
        plan_removal(name)


def test_what_is_built_in_is_never_removed(bundles):
    write(bundles / "embedded", bundle_files())
    with pytest.raises(BundleError, match="is built in"):
        plan_removal("embedded")


def test_a_folder_that_is_no_bundle_is_never_removed(bundles):
    write(bundles / "notes", {"text.txt": b"x"})
    write(bundles / "note", bundle_files())
    with pytest.raises(BundleError, match=r"there is no bundle 'notes' .*; nearest: note"):
        plan_removal("notes")


def test_removing_a_linked_bundle_leaves_what_it_leads_to(bundles, tmp_path):
    elsewhere = write(tmp_path / "elsewhere", bundle_files())
    Path(bundles / "mine").symlink_to(elsewhere)
    removal = plan_removal("mine")
    assert removal.n_bytes == 0
    remove_bundle(removal)
    assert read(elsewhere) == bundle_files()
    assert list(bundles.iterdir()) == []


def test_an_unfinished_pull_is_no_bundle_yet(bundles):
    write(bundles / ".mine.unfinished", bundle_files())
    assert [entry.name for entry in list_bundles()] == ["embedded"]
