"""`umi` in a process of its own, with an engine that needs no model: `python scripted_umi.py ENGINE run ...`."""

from __future__ import annotations

import sys
import threading
from typing import Any

from tests.commands import scripts
from umi_local.cli import main
from umi_local.commands.setup import Services
from umi_local.engine.base import CancelToken, OnText, Spoken
from umi_local.testing import ScriptedEngine


class Waiting(ScriptedEngine):
    """Begins to speak, then waits until it is cancelled, or for ever."""

    def __init__(self, *, heeds_cancel: bool) -> None:
        super().__init__([])
        self._heeds_cancel = heeds_cancel

    def speak(self, *args: Any, cancel: CancelToken, on_text: OnText, **options: Any) -> Spoken:
        on_text("Thinking hard about it. ")
        if self._heeds_cancel:
            cancel.wait(60)
            cancel.check()
        threading.Event().wait(60)
        raise AssertionError("nobody ended this process")


class Talkative(ScriptedEngine):
    """Speaks until it is cancelled."""

    def speak(self, *args: Any, cancel: CancelToken, on_text: OnText, **options: Any) -> Spoken:
        while True:
            cancel.check()
            on_text("more and more words " * 50)


ENGINES = {
    "product": lambda: ScriptedEngine(scripts.PRODUCT),
    "write": lambda: ScriptedEngine(scripts.WRITE),
    "waiting": lambda: Waiting(heeds_cancel=True),
    "stuck": lambda: Waiting(heeds_cancel=False),
    "talkative": lambda: Talkative([]),
    "chat": lambda: ScriptedEngine([*scripts.concludes("Hello."), *scripts.concludes("Still here.")]),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[2:], services=Services(open_engine=lambda loaded, options: ENGINES[sys.argv[1]]())))
