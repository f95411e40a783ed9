"""What a tool is, and what its effect on the world may be.

A `Tool` couples a `ToolSpec` (what models see) with how it is run. Adapters in this package make tools from Python
functions; the toolbox (`toolbox.py`) gates and runs them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from umi_local.messages import JsonObject, ToolSpec

DEFAULT_TIMEOUT_S = 30.0
DEFAULT_MAX_CHARS = 4000

NAME_PATTERN = re.compile(r"[A-Za-z0-9_.-]{1,64}")
"""What a tool's name must match in full: what every API and prompt format lets pass."""


class Effect(str, Enum):
    """What a call may do, from harmless to far-reaching. The policy decides by it."""

    READ = "read"
    WRITE = "write"
    EXECUTE = "execute"
    NETWORK = "network"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One tool that can be offered and run.

    Attributes:
        function: Called with the validated arguments as keywords. What it returns becomes the observation: text as it
            is, None as nothing, everything else as JSON. What it raises becomes an error observation.
        effect: The class of effect that the policy looks at.
        timeout_s: Deadline of one call in seconds; then the tool's process group is killed.
        max_chars: Characters of the result that the planner sees; the rest is counted, not shown.
        location: `"package.module:name"` or `"/path/to/file.py:name"`, by which a separate process
            can import the function (or the `Tool` itself, if that is what the name holds), or None
            for a function that only this process has (a closure, or one of `__main__`). The latter
            run in a thread, which can be abandoned at its deadline but not killed.
        settings: What belongs to the tool, not to a call. A tool that has them is called with two keywords, `settings` and
            `arguments`, so one function can serve many tools.
    """

    spec: ToolSpec
    function: Callable[..., Any]
    effect: Effect = Effect.READ
    timeout_s: float = DEFAULT_TIMEOUT_S
    max_chars: int = DEFAULT_MAX_CHARS
    location: str | None = None
    settings: JsonObject | None = None

    @property
    def name(self) -> str:
        """The name that models and policies use."""
        return self.spec.name

    def keywords(self, arguments: JsonObject) -> dict[str, Any]:
        """Return what the function is called with, for the arguments of a call."""
        if self.settings is None:
            return dict(arguments)
        return {"settings": self.settings, "arguments": dict(arguments)}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function directly, in this process, without gate, deadline or conversion."""
        return self.function(*args, **kwargs)
