"""Every exception that umi-local raises on purpose.

UmiError
├── ConfigError               problems of one file, all at once
├── OfflineError              network wanted while offline
├── HubError                  a model hub that refused, answered nonsense, or could not be reached
├── StorageError              a file that can't be written: full disk, no permission
├── BundleError               a bundle that is missing, broken or doesn't fit
├── RecordFileError           a file of training or evaluation records that can't be read
├── ModelError
│   ├── ModelFileError        a GGUF that isn't sound, or isn't there
│   └── ModelLoadError        llama.cpp could not load a sound file
├── EngineError
│   ├── ContextOverflowError  the conversation doesn't fit n_ctx
│   ├── GenerationError       a role could not speak
│   ├── RoleUnreachableError  a remote role did not answer (worth another try)
│   └── CancelledError        somebody asked to stop
├── ToolError                 (becomes an observation; the run goes on)
│   ├── UnknownToolError
│   ├── ToolArgumentsError
│   ├── ToolDeniedError
│   ├── ToolTimeoutError
│   └── ToolFailedError
├── ToolDefinitionError       a tool that can't be offered: bad schema, bad name, bad module
└── SessionError              a session that is missing or can't be stored

An error holds its facts as attributes and makes its message once, from them. The message says what is wrong and where;
`hint` says what to do about it, and the command line prints it on its own line. Errors never log or print.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class UmiError(Exception):
    """Base of all errors that umi-local raises on purpose.

    Attributes:
        hint: What the reader can do about it, one sentence; empty when there is nothing to add.
        exit_code: What the command line exits with.
    """

    hint: str = ""
    exit_code: int = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        if hint is not None:
            self.hint = hint


class UsageError(UmiError):
    """The command or function was asked for something that can't be asked for."""

    exit_code = 2


class ConfigError(UmiError):
    """A configuration file has mistakes; all of them are listed at once."""

    exit_code = 2

    def __init__(self, path: Path | str, problems: Sequence[str], *, hint: str | None = None) -> None:
        self.path = str(path)
        self.problems = tuple(problems)
        listed = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(f"{self.path} has {len(self.problems)} problem(s):{listed}", hint=hint)


class OfflineError(UmiError):
    """The network was needed, but umi-local runs offline."""

    hint = "Unset UMI_OFFLINE or leave out --offline to allow it."

    def __init__(self, purpose: str) -> None:
        self.purpose = purpose
        super().__init__(f"{purpose} needs the network, and umi-local runs offline")


class HubError(UmiError):
    """A model hub refused, answered nonsense, or could not be reached.

    Attributes:
        is_temporary: Whether the same may well succeed a moment later.
    """

    def __init__(self, what: str, reason: str, *, hint: str | None = None, is_temporary: bool = False) -> None:
        self.what = what
        self.reason = reason
        self.is_temporary = is_temporary
        super().__init__(f"{what}: {reason}", hint=hint)


class StorageError(UmiError):
    """A file could not be written; nothing half-written is left behind."""

    def __init__(self, path: Path | str, reason: str, *, hint: str | None = None) -> None:
        self.path = str(path)
        self.reason = reason
        super().__init__(f"could not write {self.path}: {reason}", hint=hint)


class BundleError(UmiError):
    """A bundle is missing, broken, or doesn't fit this version."""


class RecordFileError(UmiError):
    """A file of training or evaluation data can't be read.

    Attributes:
        line: Where in the file, from 1 (an item's number where the file is one JSON list); None for the file as a whole.
    """

    hint = "`umi train data validate FILE` lists everything that is wrong with a file of records."

    def __init__(self, path: Path | str, reason: str, *, line: int | None = None, hint: str | None = None) -> None:
        self.path = str(path)
        self.reason = reason
        self.line = line
        where = self.path if line is None else f"{self.path}:{line}"
        super().__init__(f"{where}: {reason}", hint=hint)


class ModelError(UmiError):
    """A model file can't be used."""


class ModelFileError(ModelError):
    """A file isn't a sound GGUF; refused before llama.cpp sees it."""

    hint = "Download or convert the file again."

    def __init__(self, path: Path | str, reason: str, *, hint: str | None = None) -> None:
        self.path = str(path)
        self.reason = reason
        super().__init__(f"{self.path}: {reason}", hint=hint)


class ModelLoadError(ModelError):
    """llama.cpp refused a file whose header is sound, or there is no memory for it."""

    def __init__(self, path: Path | str, reason: str, *, hint: str | None = None) -> None:
        self.path = str(path)
        self.reason = reason
        super().__init__(f"could not load {self.path}: {reason}", hint=hint)


class EngineError(UmiError):
    """The engine could not do what was asked."""


class ContextOverflowError(EngineError):
    """What must not be cut (tools, system, the user's words) doesn't fit the context."""

    def __init__(self, n_tokens: int, budget: int, *, what: str, hint: str | None = None) -> None:
        self.n_tokens = n_tokens
        self.budget = budget
        message = (
            f"{what} takes {n_tokens:,} tokens and does not fit: there is room for {budget:,} beside a role's turn"
        )
        super().__init__(
            message,
            hint=hint or "Raise --n-ctx, offer fewer tools with --tool, or ask a shorter question.",
        )


class GenerationError(EngineError):
    """A role could not produce its turn."""


class RoleUnreachableError(EngineError):
    """A remote role did not answer; trying again later may help."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        self.reason = reason
        super().__init__(
            f"{url} did not answer: {reason}",
            hint="Check that the server runs and that the endpoint in bundle.toml is right.",
        )


class CancelledError(EngineError):
    """The work was cancelled on request."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("cancelled")


class ToolError(UmiError):
    """A tool call went wrong. The planner sees the message as an observation."""

    def __init__(self, tool_name: str, message: str, *, hint: str | None = None) -> None:
        self.tool_name = tool_name
        super().__init__(message, hint=hint)


class UnknownToolError(ToolError):
    """No tool has exactly this name."""

    def __init__(self, tool_name: str, nearest: Sequence[str]) -> None:
        self.nearest = tuple(nearest)
        known = ", ".join(self.nearest) if self.nearest else "none"
        super().__init__(tool_name, f"no tool is named {tool_name!r}; nearest: {known}")


class ToolArgumentsError(ToolError):
    """The arguments don't fit the tool's schema."""

    def __init__(self, tool_name: str, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(tool_name, f"arguments of {tool_name} are wrong: {'; '.join(self.problems)}")


class ToolDeniedError(ToolError):
    """The policy, or the person asked, did not allow the call."""

    def __init__(self, tool_name: str, reason: str) -> None:
        self.reason = reason
        super().__init__(tool_name, f"{tool_name} was not allowed: {reason}")


class ToolTimeoutError(ToolError):
    """The tool was ended at its deadline."""

    def __init__(self, tool_name: str, timeout_s: float) -> None:
        self.timeout_s = timeout_s
        super().__init__(tool_name, f"{tool_name} did not finish within {timeout_s:g} s and was ended")


class ToolFailedError(ToolError):
    """The tool raised, or its process died."""


class ToolDefinitionError(UmiError):
    """A tool can't be offered as it is defined."""

    def __init__(self, tool_name: str, reason: str, *, hint: str | None = None) -> None:
        self.tool_name = tool_name
        self.reason = reason
        super().__init__(f"tool {tool_name!r} can't be offered: {reason}", hint=hint)


class SessionError(UmiError):
    """A session is missing, or the store can't be read or written."""
