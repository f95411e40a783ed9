"""The command, in this process with a scripted engine, or in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from umi_local.cli import cli
from umi_local.commands.setup import Services
from umi_local.testing import ScriptedEngine

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def empty_configuration(own_folders: Path) -> Path:
    """Every test has a umi.toml of its own, empty until it writes one."""
    path = own_folders / "umi.toml"
    path.touch()
    return path


@dataclass
class Umi:
    """Runs `umi` in this process; remembers what engines were opened with."""

    engine: ScriptedEngine | None = None
    opened: list[tuple[Any, Any]] = field(default_factory=list)

    def __call__(self, *args: str, script: Any = None, stdin: str | None = None, open_engine: Any = None) -> Result:
        if script is not None:
            self.engine = ScriptedEngine(script)
        services = Services(open_engine=open_engine or self._open)
        return CliRunner().invoke(cli, list(args), input=stdin, obj=services)

    def _open(self, loaded: Any, options: Any) -> ScriptedEngine:
        self.opened.append((loaded, options))
        assert self.engine is not None, "this test gave no script"
        return self.engine


@pytest.fixture
def umi() -> Umi:
    return Umi()


Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start_process() -> Iterator[Start]:
    """Start `python ARGUMENTS` in the repository, with pipes; whatever still runs at the end of the test is killed."""
    started = []

    def start(*args: str, env: dict[str, str] | None = None, **pipes: Any) -> subprocess.Popen[bytes]:
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **pipes}
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
        process = subprocess.Popen([sys.executable, *args], env=environment, cwd=ROOT, **pipes)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
