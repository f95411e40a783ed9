"""What all tests share: Hypothesis profiles, folders of their own, and real models made once a session."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import hypothesis
import pytest

pytest_plugins = ["tests.golden_files", "tests.bundles.hub_server"]

hypothesis.settings.register_profile("local", deadline=None, derandomize=True)
hypothesis.settings.load_profile("local")

os.environ.setdefault("UMI_OFFLINE", "1")  # no test needs a network beyond loopback

if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # begun by a script in the background, which children would inherit
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has its own data, cache and configuration folders; none sees the user's."""
    folder = tmp_path_factory.mktemp("umi")
    monkeypatch.setenv("UMI_DATA_DIR", str(folder / "data"))
    monkeypatch.setenv("UMI_CACHE_DIR", str(folder / "cache"))
    monkeypatch.setenv("UMI_CONFIG", str(folder / "umi.toml"))
    return folder
