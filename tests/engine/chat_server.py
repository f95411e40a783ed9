"""A small OpenAI-compatible server on loopback that plays what a test tells it to, faults included."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Play = Callable[["Connection"], None]


class Connection(BaseHTTPRequestHandler):
    """One request, and the ways to answer it."""

    server: "Server"
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.bodies.append(body)
        self.server.headers.append(dict(self.headers))
        self.close_connection = True
        self.server.plays.pop(0)(self)

    def answer(self, text: str, *, status: int = 200, kind: str = "application/json") -> None:
        """Answer in one piece."""
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def begin_stream(self) -> None:
        """Begin server-sent events."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()

    def event(self, data: Any) -> None:
        """Send one event."""
        text = data if isinstance(data, str) else json.dumps(data)
        self.wfile.write(f"data: {text}\r\n\r\n".encode())
        self.wfile.flush()

    def piece(self, text: str, **choice: Any) -> None:
        """Send a piece of the answer."""
        self.event({"choices": [{"index": 0, "delta": {"content": text}, **choice}]})

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


class Server(ThreadingHTTPServer):
    """Plays one play per request, in order."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Connection)
        self.plays: list[Play] = []
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.released = threading.Event()
        """Set when the test is over: plays that wait, wait for this."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet when the client hangs up, as it should when it is cancelled."""


@contextmanager
def serving() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()


def says(*pieces: str, usage: Mapping[str, Any] | None = None, finish: str = "stop") -> Play:
    """A sound answer in pieces."""

    def play(connection: Connection) -> None:
        connection.begin_stream()
        connection.event({"choices": [{"index": 0, "delta": {"role": "assistant"}}]})
        for piece in pieces:
            connection.piece(piece)
        connection.event({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
        if usage is not None:
            connection.event({"choices": [], "usage": usage})
        connection.event("[DONE]")

    return play


def says_tokens(*tokens: tuple[str, Mapping[str, float]]) -> Play:
    """A sound answer, token by token, with the log probabilities of the alternatives."""

    def play(connection: Connection) -> None:
        connection.begin_stream()
        for text, top in tokens:
            alternatives = [{"token": other, "logprob": logprob} for other, logprob in top.items()]
            entry = {"token": text, "logprob": top.get(text, -0.1), "top_logprobs": alternatives}
            connection.piece(text, logprobs={"content": [entry]})
        connection.event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        connection.event("[DONE]")

    return play


def refuses(status: int, words: str) -> Play:
    """An error in OpenAI's form."""
    return lambda connection: connection.answer(json.dumps({"error": {"message": words}}), status=status)
