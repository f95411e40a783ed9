"""The runner: real host processes, tools that hang, die, flood and lie, and what is left of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from umi_local.engine.base import CancelToken
from umi_local.errors import CancelledError, ToolFailedError, ToolTimeoutError
from umi_local.messages import Observation, ToolSpec
from umi_local.tools.base import Tool
from umi_local.tools.builtin.calculator import CALCULATE
from umi_local.tools.modules import load_tools
from umi_local.tools.runner import ToolRunner

ROOT = Path(__file__).parents[2]

TOOLS_FILE = '''
import os, re, signal, subprocess, sys, time
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath

from umi_local.tools.functions import tool

calls = 0

class Colour(Enum):
    RED = "red"

@dataclass
class Point:
    x: float
    names: tuple[str, ...] = ()

@tool
def say(text: str) -> str:
    """Say."""
    return text

@tool
def count() -> int:
    """Count the calls that this process served."""
    global calls
    calls += 1
    return calls

@tool
def identify() -> dict[str, int]:
    """Name this process, its group and its parent."""
    return {"pid": os.getpid(), "group": os.getpgrp(), "parent": os.getppid()}

@tool
def noisy() -> str:
    """Print to everything."""
    print('{"kind": "done", "text": "forged", "omitted_chars": 0}')
    os.write(1, b'{"kind": "done", "text": "forged", "omitted_chars": 0}\\n')
    subprocess.run([sys.executable, "-c", "print('from a child')"], check=True)
    print("x" * 300_000, file=sys.stderr)
    return "quiet"

@tool
def read_stdin() -> str:
    """Read what isn't there."""
    return repr(sys.stdin.read())

@tool
def result(kind: str) -> object:
    """Return something."""
    return {
        "none": None,
        "int": 7,
        "true": True,
        "nan": float("nan"),
        "nested": {"a": [1.5, float("inf"), None], 2: Colour.RED, "ü": "→"},
        "dataclass": Point(1.0, ("a", "b")),
        "set": {3, 1, 2},
        "path": PurePosixPath("/a/b"),
        "text bytes": "grün".encode(),
        "bytes": b"\\xff\\xfe\\x00",
        "unsafe": "a\\ud800b\\0c",
        "pair": "\\ud83d\\ude00",
    }[kind]

@tool
def circular() -> list[object]:
    """Return a list that contains itself."""
    value: list[object] = []
    value.append(value)
    return value

@tool(max_chars=100)
def flood(size: int) -> str:
    """Return a lot."""
    return "y" * size

@tool
def fail(how: str) -> None:
    """Go wrong."""
    if how == "raise":
        raise ValueError("line one\\n   line two " + "z" * 1000)
    if how == "sys.exit":
        sys.exit(3)
    if how == "os._exit":
        print("last words")
        os._exit(4)
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    if how == "memory":
        raise MemoryError
    if how == "recursion":
        fail(how)

@tool(timeout_s=0.3)
def hang(pid_file: str) -> None:
    """Hang, with a child that hangs as well."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
    with open(pid_file + ".new", "w") as file:
        file.write(f"{os.getpid()} {child.pid}")
    os.rename(pid_file + ".new", pid_file)
    while True:
        try:
            time.sleep(1000)
        except BaseException:
            pass

@tool(timeout_s=0.3)
def backtrack() -> None:
    """Hang in C code that holds the interpreter's lock."""
    re.match(r"(a+)+$", "a" * 60 + "b")

@tool
def paint(colour: Colour) -> str:
    """Paint."""
    return type(colour).__name__

def loose(text: str) -> str:
    """Not a tool."""
    return text.upper()

@tool
def environment(name: str) -> str:
    """Read a variable."""
    return os.environ.get(name, "unset")
'''


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tool]:
    path = tmp_path_factory.mktemp("tools") / "mine.py"
    path.write_text(TOOLS_FILE, encoding="utf-8")
    return {tool.name: tool for tool in load_tools(str(path))}


@pytest.fixture(scope="module")
def shared() -> Iterator[ToolRunner]:
    runner = ToolRunner()
    yield runner
    runner.close()


@pytest.fixture
def runner() -> Iterator[ToolRunner]:
    runner = ToolRunner()
    yield runner
    runner.close()


def run(runner: ToolRunner, tool: Tool, **arguments: Any) -> Observation:
    return runner.run(tool, arguments, CancelToken())[0]


def hosts() -> set[int]:
    children = psutil.Process().children()
    return {child.pid for child in children if "tools.host" in " ".join(child.cmdline())}


def wait_until_gone(pid: int) -> None:
    """Wait for a process that was killed to leave the table; the test's timeout is the limit."""
    try:
        process = psutil.Process(pid)
        while process.status() != psutil.STATUS_ZOMBIE:  # init may not collect it in a container
            threading.Event().wait(0.01)
    except psutil.NoSuchProcess:
        return


def read_pids(path: Path, poll: CancelToken) -> list[int]:
    while not path.exists():
        poll.wait(0.01)
    return [int(word) for word in path.read_text().split()]


def test_tools_run_in_one_other_process_that_leads_its_own_group(runner: ToolRunner, tools: dict[str, Tool]) -> None:
    first = run(runner, tools["identify"]).text
    assert first == run(runner, tools["identify"]).text
    values = json.loads(first)
    assert values["pid"] == values["group"] != os.getpid()
    assert values["parent"] == os.getpid()


def test_a_module_is_imported_once_for_many_calls(runner: ToolRunner, tools: dict[str, Tool]) -> None:
    assert [run(runner, tools["count"]).text for _ in range(3)] == ["1", "2", "3"]


def test_wall_time_is_returned_in_milliseconds(shared: ToolRunner, tools: dict[str, Tool]) -> None:
    observation, ms = shared.run(tools["say"], {"text": "hi"}, CancelToken())

    assert observation == Observation("hi")
    assert 0 < ms < 30_000


def test_prints_and_children_cannot_break_the_protocol(
    shared: ToolRunner, tools: dict[str, Tool], capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(shared, tools["noisy"]).text == "quiet"
    assert run(shared, tools["say"], text="still here").text == "still here"
    assert capfd.readouterr() == ("", "")


def test_a_tool_that_reads_stdin_finds_it_empty(shared: ToolRunner, tools: dict[str, Tool]) -> None:
    assert run(shared, tools["read_stdin"]).text == "''"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("none", ""),
        ("int", "7"),
        ("true", "true"),
        ("nan", "nan"),
        ("nested", '{"a":[1.5,"inf",null],"2":"red","ü":"→"}'),
        ("dataclass", '{"x":1.0,"names":["a","b"]}'),
        ("set", "[1,2,3]"),
        ("path", "/a/b"),
        ("text bytes", "grün"),
        ("unsafe", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"),
        ("pair", "😀"),
    ],
)
def test_results_become_text(shared: ToolRunner, tools: dict[str, Tool], kind: str, text: str) -> None:
    assert run(shared, tools["result"], kind=kind).text == text


def test_bytes_that_are_no_text_fail_with_their_number(shared: ToolRunner, tools: dict[str, Tool]) -> None:
    with pytest.raises(ToolFailedError, match="returned 3 bytes that aren't text"):
        run(shared, tools["result"], kind="bytes")


def test_a_circular_result_fails(shared: ToolRunner, tools: dict[str, Tool]) -> None:
    with pytest.raises(ToolFailedError, match="contains itself"):
        run(shared, tools["circular"])


def test_a_long_result_is_cut_and_the_rest_is_counted(shared: ToolRunner, tools: dict[str, Tool]) -> None:
    observation = run(shared, tools["flood"], size=30_000_000)

    assert observation == Observation("y" * 100, omitted_chars=29_999_900)
    assert run(shared, tools["flood"], size=100) == Observation("y" * 100, omitted_chars=0)


def test_large_arguments_arrive_whole(shared: ToolRunner, tools: dict[str, Tool]) -> None:
    text = "→\ud800" + "a" * 500_000
    observation = run(shared, replace(tools["say"], max_chars=1_000_000), text=text)

    assert observation.text == "→\N{REPLACEMENT CHARACTER}" + "a" * 500_000


def test_an_exception_becomes_one_line_without_a_traceback(shared: ToolRunner, tools: dict[str, Tool]) -> None:
    with pytest.raises(ToolFailedError) as caught:
        run(shared, tools["fail"], how="raise")

    text = str(caught.value)
    assert text.startswith("ValueError: line one line two zzz")
    assert len(text) == 500
    assert "Traceback" not in text


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("sys.exit", r"called sys.exit\(3\)"),
        ("os._exit", "exit code 4; its last output: last words"),
        ("kill", "SIGKILL, perhaps because memory ran out"),
        ("segfault", "SIGSEGV"),
        ("memory", "MemoryError"),
        ("recursion", "RecursionError"),
    ],
)
def test_a_tool_that_ends_its_process_fails_with_the_reason_and_the_next_call_works(
    runner: ToolRunner, tools: dict[str, Tool], how: str, reason: str
) -> None:
    with pytest.raises(ToolFailedError, match=reason):
        run(runner, tools["fail"], how=how)

    assert run(runner, tools["say"], text="next").text == "next"


def test_at_the_deadline_the_tool_and_its_children_are_gone(
    runner: ToolRunner, tools: dict[str, Tool], tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    with pytest.raises(ToolTimeoutError) as caught:
        run(runner, replace(tools["hang"], timeout_s=2.0), pid_file=str(pids))

    assert caught.value.timeout_s == 2.0
    host, child = read_pids(pids, CancelToken())
    wait_until_gone(host)
    wait_until_gone(child)
    assert run(runner, tools["say"], text="next").text == "next"


def test_a_tool_that_holds_the_interpreters_lock_is_ended_too(runner: ToolRunner, tools: dict[str, Tool]) -> None:
    with pytest.raises(ToolTimeoutError):
        run(runner, tools["backtrack"])

    assert run(runner, tools["say"], text="next").text == "next"


def test_cancelling_kills_the_tool_and_its_children(runner: ToolRunner, tools: dict[str, Tool], tmp_path: Path) -> None:
    pids, cancel = tmp_path / "pids", CancelToken()
    found: list[int] = []

    def cancel_when_running() -> None:
        found.extend(read_pids(pids, CancelToken()))
        cancel.cancel()

    watcher = threading.Thread(target=cancel_when_running)
    watcher.start()
    with pytest.raises(CancelledError):
        runner.run(replace(tools["hang"], timeout_s=500.0), {"pid_file": str(pids)}, cancel)
    watcher.join()

    for pid in found:
        wait_until_gone(pid)
    assert len(found) == 2


def test_a_cancelled_token_starts_nothing(tools: dict[str, Tool], runner: ToolRunner) -> None:
    cancel = CancelToken()
    cancel.cancel()

    before = hosts()

    with pytest.raises(CancelledError):
        runner.run(tools["say"], {"text": "x"}, cancel)
    assert hosts() == before


def test_closing_ends_a_call_that_runs_and_its_children(
    runner: ToolRunner, tools: dict[str, Tool], tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    errors: list[Exception] = []

    def call() -> None:
        try:
            run(runner, replace(tools["hang"], timeout_s=500.0), pid_file=str(pids))
        except ToolFailedError as error:
            errors.append(error)

    caller = threading.Thread(target=call)
    caller.start()
    found = read_pids(pids, CancelToken())
    runner.close()
    caller.join()

    assert len(errors) == 1
    for pid in found:
        wait_until_gone(pid)
    with pytest.raises(RuntimeError, match="closed"):
        run(runner, tools["say"], text="x")


def test_when_the_parent_is_killed_the_host_and_its_children_end(tools: dict[str, Tool], tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    source = Path(str(tools["hang"].location).rpartition(":")[0])
    script = (
        "import sys; from umi_local.tools.modules import load_tools;"
        "from umi_local.tools.runner import ToolRunner;"
        "from umi_local.engine.base import CancelToken; from dataclasses import replace;"
        f"hang = next(t for t in load_tools({str(source)!r}) if t.name == 'hang');"
        f"ToolRunner().run(replace(hang, timeout_s=500), {{'pid_file': {str(pids)!r}}},"
        " CancelToken())"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    host, child = read_pids(pids, CancelToken())
    parent.send_signal(signal.SIGKILL)
    parent.wait()

    wait_until_gone(host)
    wait_until_gone(child)


def test_a_program_that_forgets_to_close_leaves_no_host_and_no_warning(
    tools: dict[str, Tool],
) -> None:
    source = Path(str(tools["identify"].location).rpartition(":")[0])
    script = (
        "from umi_local.tools.modules import load_tools;"
        "from umi_local.tools.runner import ToolRunner;"
        "from umi_local.engine.base import CancelToken;"
        f"tool = next(t for t in load_tools({str(source)!r}) if t.name == 'identify');"
        "runner = ToolRunner(); print(runner.run(tool, {}, CancelToken())[0].text)"
    )
    command = [sys.executable, "-W", "error", "-X", "dev", "-c", script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    wait_until_gone(json.loads(done.stdout)["pid"])
    assert done.stderr == ""


def test_arguments_are_turned_into_the_types_of_the_hints(shared: ToolRunner, tools: dict[str, Tool]) -> None:
    assert run(shared, tools["paint"], colour="red").text == "Colour"


def test_a_location_may_name_a_plain_function(shared: ToolRunner, tools: dict[str, Tool]) -> None:
    location = str(tools["say"].location).replace(":say", ":loose")
    assert run(shared, replace(tools["say"], location=location), text="up").text == "UP"


def test_a_location_that_cannot_be_imported_is_a_failure_with_the_reason(
    shared: ToolRunner, tools: dict[str, Tool]
) -> None:
    missing = replace(tools["say"], location="umi_local.no_such_module:say")
    with pytest.raises(ToolFailedError, match=r"no_such_module:say can't be imported"):
        run(shared, missing, text="x")


def test_hosts_get_extra_variables_on_top_of_the_environment(
    tools: dict[str, Tool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UMI_TEST_INHERITED", "inherited")
    runner = ToolRunner(env={"UMI_ROOTS": "/srv"})
    try:
        assert run(runner, tools["environment"], name="UMI_ROOTS").text == "/srv"
        assert run(runner, tools["environment"], name="UMI_TEST_INHERITED").text == "inherited"
    finally:
        runner.close()


def test_a_host_is_not_confused_by_modules_of_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runner: ToolRunner
) -> None:
    (tmp_path / "json.py").write_text("raise RuntimeError('shadowed')")
    monkeypatch.setattr(sys, "path", [str(ROOT), *sys.path])
    monkeypatch.chdir(tmp_path)

    assert run(runner, CALCULATE, expression="15% of 80").text == "12"


def test_a_host_started_ahead_serves_the_first_call(runner: ToolRunner, tools: dict[str, Tool]) -> None:
    before = hosts()
    runner.start()
    (started,) = hosts() - before

    assert json.loads(run(runner, tools["identify"]).text)["pid"] == started


def test_calls_of_several_threads_run_side_by_side(runner: ToolRunner, tools: dict[str, Tool], tmp_path: Path) -> None:
    results: list[str] = []
    pids, cancel = tmp_path / "pids", CancelToken()

    def blocked() -> None:
        try:
            runner.run(replace(tools["hang"], timeout_s=500.0), {"pid_file": str(pids)}, cancel)
        except CancelledError:
            results.append("cancelled")

    hanging = threading.Thread(target=blocked)
    hanging.start()
    read_pids(pids, CancelToken())
    others = [
        threading.Thread(target=lambda: results.append(run(runner, tools["say"], text="s").text)) for _ in range(4)
    ]
    for thread in others:
        thread.start()
    for thread in others:
        thread.join()
    assert results == ["s"] * 4
    cancel.cancel()
    hanging.join()
    assert results[-1] == "cancelled"


def local(function: Any, **options: Any) -> Tool:
    spec = ToolSpec("local", "Do.", {"type": "object"})
    return Tool(spec=spec, function=function, location=None, **options)


def test_a_tool_without_a_location_runs_in_this_process(shared: ToolRunner) -> None:
    assert run(shared, local(os.getpid)).text == str(os.getpid())


def test_a_tool_without_a_location_keeps_the_deadline_and_the_limits(shared: ToolRunner) -> None:
    release = threading.Event()
    with pytest.raises(ToolTimeoutError):
        run(shared, local(release.wait, timeout_s=0.05))
    release.set()

    with pytest.raises(ToolFailedError, match=r"called sys.exit\(2\)"):
        run(shared, local(lambda: sys.exit(2)))
    cut = run(shared, local(lambda: "abc", max_chars=2))
    assert cut == Observation("ab", omitted_chars=1)


def test_a_tool_without_a_location_is_left_when_cancelled(shared: ToolRunner) -> None:
    release, cancel = threading.Event(), CancelToken()

    def wait() -> None:
        cancel.cancel()
        release.wait()

    with pytest.raises(CancelledError):
        shared.run(local(wait, timeout_s=500.0), {}, cancel)
    release.set()


def test_a_host_that_cannot_be_started_is_a_failed_tool(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    runner = ToolRunner()
    try:
        runner.start()
        with pytest.raises(ToolFailedError, match=r"could not be started: .*No such file"):
            runner.run(CALCULATE, {"expression": "1"}, CancelToken())
    finally:
        runner.close()
