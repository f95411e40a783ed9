"""The process in which tools run: reads calls from stdin, writes replies, one JSON line each.

Started and ended by `host_process.py`. Replies go to a descriptor of their own: what a tool prints
goes to stderr and can't be taken for a reply, and a tool that reads stdin finds it empty. The host
lives as long as its parent: at the end of stdin it kills its own process group, whatever a tool is
doing. It is no sandbox: tools have all the rights of the user.

    -> {"location": str, "arguments": {}, "max_chars": int, "timeout_s": float, "path": [str]}
    <- {"kind": "ready"}                         once, after start-up
    <- {"kind": "loaded"}                        the function is imported; the deadline runs from now
    <- {"kind": "done", "text": str, "omitted_chars": int} | {"kind": "failed", "error": str}
"""

from __future__ import annotations

import faulthandler
import json
import os
import queue
import signal
import sys
import threading
from typing import Any, BinaryIO, NoReturn

from umi_local.tools.base import Tool
from umi_local.tools.modules import load_location
from umi_local.tools.results import failure_text, perform

ORPHAN_GRACE_S = 10.0


def main() -> NoReturn:
    """Serve calls until the parent is gone."""
    requests, replies = _take_over_descriptors()
    inbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read_requests, args=(requests, inbox), daemon=True).start()
    _send(replies, {"kind": "ready"})
    while True:
        _serve(json.loads(inbox.get()), replies)


def _take_over_descriptors() -> tuple[BinaryIO, BinaryIO]:
    """Move the protocol away from stdin and stdout; the copies aren't inherited by children."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    for stream in (sys.stdout, sys.stderr):
        # line by line, so that a tool's last words are known when its process dies
        stream.reconfigure(line_buffering=True, errors="backslashreplace")  # type: ignore[union-attr]
    return requests, replies


def _read_requests(requests: BinaryIO, inbox: queue.SimpleQueue[bytes]) -> None:
    for line in requests:
        inbox.put(line)
    _die()  # the parent closed the pipe or is dead; the main thread may be inside a hung tool


def _die() -> NoReturn:
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(0)


def _send(replies: BinaryIO, message: dict[str, Any]) -> None:
    replies.write(json.dumps(message).encode("ascii") + b"\n")
    replies.flush()


def _serve(request: dict[str, Any], replies: BinaryIO) -> None:
    sys.path.extend(entry for entry in request["path"] if entry not in sys.path)
    try:
        target = load_location(request["location"])
        function = target.function if isinstance(target, Tool) else target
    except BaseException as error:  # noqa: BLE001  # importing runs foreign code
        reason = f"{request['location']} can't be imported: {failure_text(error)}"
        return _send(replies, {"kind": "failed", "error": reason})
    _send(replies, {"kind": "loaded"})
    # A watchdog in C: it ends this process even where a hung tool holds the interpreter's lock, so
    # that neither the thread above nor anything else in Python runs, and the parent is dead.
    faulthandler.dump_traceback_later(request["timeout_s"] + ORPHAN_GRACE_S, exit=True)
    reply = perform(function, request["arguments"], request["max_chars"])
    faulthandler.cancel_dump_traceback_later()
    _send(replies, {"kind": "failed" if "error" in reply else "done", **reply})
    return None


if __name__ == "__main__":
    main()
