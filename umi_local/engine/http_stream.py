"""One HTTP request whose answer is a stream of JSON objects, read in a thread so that waiting can be cancelled.

Knows server-sent events and plain JSON answers; knows nothing of chat. A request owns its connection from its first byte
to its last and nobody else closes it: closing a socket under a thread that reads from it may hand that thread the bytes of
another one. That costs a connection per request, which is little next to what a language model takes.
"""

from __future__ import annotations

import json
import queue
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from umi_local.engine.base import CancelToken
from umi_local.errors import GenerationError, RoleUnreachableError
from umi_local.messages import JsonObject, JsonValue

POLL_S = 0.05
"""How often a waiting request looks at its cancel token."""

MAX_CONNECT_S = 10.0
SHOWN_CHARS = 300


class RefusedError(Exception):
    """The server answered with an error; `words` is what it said. Never leaves the engine."""

    def __init__(self, status: int, words: str) -> None:
        self.status = status
        self.words = words
        super().__init__(f"HTTP {status}: {words}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A request to be sent.

    Attributes:
        timeout_s: Seconds without a byte after which the server counts as unreachable.
        verify: How a https server's certificate is checked; False only for http, which has none.
        use_proxy: Whether the proxies of the environment apply.
    """

    url: str
    headers: Mapping[str, str]
    body: JsonObject
    timeout_s: float
    verify: ssl.SSLContext | bool
    use_proxy: bool


def stream_json(post: Post, cancel: CancelToken) -> Iterator[JsonObject]:
    """Send a request and yield the objects of its answer as they arrive.

    When the iterator is closed early, the connection is closed at the next byte.

    Raises:
        CancelledError: `cancel` was set.
        RefusedError: The server answered with an error.
        RoleUnreachableError: It can't be reached, fell silent or hung up.
        GenerationError: It sent something else than JSON.
    """
    arrived: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
    abandoned = threading.Event()
    threading.Thread(target=_pump, args=(post, arrived, abandoned), daemon=True).start()
    try:
        while (item := _next(arrived, cancel)) is not None:
            if isinstance(item, Exception):
                raise _translated(post, item) from item
            yield _parsed(post.url, item)
    finally:
        abandoned.set()


def server_words(text: str) -> str:
    """Return the message within a server's error answer, in one line, shortened."""
    try:
        data: JsonValue = json.loads(text)
    except ValueError:
        data = text
    for key in ("error", "message", "detail"):  # {"error": {"message"}}, {"message"}, FastAPI's {"detail"}
        if isinstance(data, dict) and data.get(key):
            data = data[key]
    line = " ".join((data if isinstance(data, str) else json.dumps(data)).split())
    return line if len(line) <= SHOWN_CHARS else line[: SHOWN_CHARS - 1] + "…"


def _next(arrived: queue.SimpleQueue[str | Exception | None], cancel: CancelToken) -> str | Exception | None:
    while True:
        cancel.check()
        try:
            return arrived.get(timeout=POLL_S)
        except queue.Empty:
            continue


def _pump(post: Post, arrived: queue.SimpleQueue[str | Exception | None], abandoned: threading.Event) -> None:
    """Put the data of every event, then None; or what went wrong."""
    try:
        for data in _data(post):
            if abandoned.is_set():
                return
            arrived.put(data)
        arrived.put(None)
    except Exception as error:  # noqa: BLE001  # whatever it is, the thread that waits must get it
        arrived.put(error)


def _data(post: Post) -> Iterator[str]:
    import httpx2

    timeout = httpx2.Timeout(post.timeout_s, connect=min(post.timeout_s, MAX_CONNECT_S))
    with (
        httpx2.Client(timeout=timeout, verify=post.verify, trust_env=post.use_proxy) as client,
        client.stream("POST", post.url, json=dict(post.body), headers=dict(post.headers)) as response,
    ):
        if response.status_code != httpx2.codes.OK:
            response.read()
            raise RefusedError(response.status_code, response.text)
        if "json" in response.headers.get("content-type", ""):  # a server that can't stream
            response.read()
            yield response.text
            return
        yield from _event_data(response.iter_lines())


def _event_data(lines: Iterator[str]) -> Iterator[str]:
    """Yield the data of server-sent events until `[DONE]`; other fields and comments are of no use here."""
    held: list[str] = []
    for line in lines:
        if line.startswith("data:"):
            held.append(line[5:].removeprefix(" "))
        elif not line and held:
            data, held = "\n".join(held), []
            if data == "[DONE]":
                return
            yield data


def _parsed(url: str, data: str) -> JsonObject:
    try:
        parsed = json.loads(data)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise GenerationError(
            f"{url} sent something else than a JSON object: {server_words(data)!r}",
            hint="Check that the endpoint's url is that of an OpenAI-compatible server.",
        )
    return parsed


def _translated(post: Post, error: Exception) -> Exception:
    import httpx2

    if isinstance(error, httpx2.TimeoutException):
        return RoleUnreachableError(post.url, f"nothing came for {post.timeout_s:g} s")
    if isinstance(error, httpx2.RequestError):
        return RoleUnreachableError(post.url, str(error) or type(error).__name__)
    return error
