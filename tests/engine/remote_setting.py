"""What the tests of remote roles share: two tools, a question, and how to let a role speak."""

from tests.engine.chat_server import Server
from umi_local.bundles.values import Endpoint
from umi_local.engine.base import CancelToken, Sampling, SpeakOptions, Spoken
from umi_local.engine.remote import RemoteEngine
from umi_local.messages import Role, ToolSpec, Trajectory, UserTurn

WEATHER = ToolSpec(
    "weather",
    "Tell the weather",
    {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False},
)
CLOCK = ToolSpec("clock", "Tell the time", {"type": "object", "properties": {}})
ASKED = Trajectory((WEATHER, CLOCK), (UserTurn("How is the weather in Bern?"),))
CALL = '{"name":"weather","arguments":{"city":"Bern"}}'


def engine_of(server: Server, timeout_s: float = 30.0, sampling: Sampling | None = None) -> RemoteEngine:
    endpoint = Endpoint(url=server.url, model="m", timeout_s=timeout_s)
    return RemoteEngine(dict.fromkeys(Role, endpoint), sampling=dict.fromkeys(Role, sampling or Sampling()))


def speak(
    engine: RemoteEngine,
    role: Role,
    *,
    options: SpeakOptions | None = None,
    cancel: CancelToken | None = None,
    trajectory: Trajectory = ASKED,
) -> tuple[Spoken, str]:
    pieces: list[str] = []
    spoken = engine.speak(
        role, trajectory, options=options or SpeakOptions(), cancel=cancel or CancelToken(), on_text=pieces.append
    )
    return spoken, "".join(pieces)
