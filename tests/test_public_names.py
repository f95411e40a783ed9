"""The public API: every name that is promised is there, and comes from where it is written."""

from importlib import import_module

import pytest

import umi_local


def test_all_names_what_can_be_had():
    assert set(umi_local.__all__) == {*umi_local._HOMES, "__version__"}
    for name, home in umi_local._HOMES.items():
        assert getattr(umi_local, name) is getattr(import_module(home), name)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Agents'"):
        umi_local.Agents  # noqa: B018
