"""Commands as tools: an argument vector in umi.toml, run without a shell.

    [[tools.commands]]
    name = "count_words"
    description = "Count the words of a text file."
    argv = ["wc", "-w", "--", "{path}"]
    effect = "read"
    [tools.commands.parameters.path]
    type = "string"
    description = "the file"

What it writes to stdout is the observation; another exit code than those it may have is an error with the end of stderr.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from umi_local.errors import ToolFailedError
from umi_local.messages import JsonValue, ToolSpec
from umi_local.tools.base import DEFAULT_MAX_CHARS, DEFAULT_TIMEOUT_S, NAME_PATTERN, Effect, Tool
from umi_local.tools.command_template import Place, Word, filled, parse_word, text_with, words_of
from umi_local.tools.results import LongText

KEPT_BYTES = 1 << 20
"""Of the output; what comes after is only counted, however much it is."""

STDERR_TAIL_BYTES = 2000
TOLD_CHARS = 300
"""Of the end of stderr in an error: a few lines, which is where programs say what was wrong."""

LOCATION = f"{__name__}:run_command"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandConfig:
    """One command; a table `[[tools.commands]]`."""

    name: str
    """What models call it."""
    description: str
    """One sentence that says what it does: it is all that a model knows."""
    argv: tuple[str | tuple[str, ...], ...]
    """The program and its words; see `command_template.py` for places and groups."""
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """JSON Schema of each value. One with a `default` may be left out."""
    optional: tuple[str, ...] = ()
    """Parameters without a default that may be left out too."""
    stdin: str | None = None
    """What it reads, with places; nothing by default."""
    cwd: Path | None = None
    """The folder that it runs in; relative to umi.toml."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Variables on top of umi-local's own."""
    effect: Effect = Effect.EXECUTE
    """What the policy looks at."""
    timeout_s: float = DEFAULT_TIMEOUT_S
    """Then it is killed, with all that it started."""
    max_chars: int = DEFAULT_MAX_CHARS
    """Of the output that the planner sees."""
    exit_codes: tuple[int, ...] = (0,)
    """Those that mean success: grep has 1 where it finds nothing."""

    def __post_init__(self) -> None:
        if problems := list(_problems(self)):
            raise ValueError(f"command {self.name!r}: {'; '.join(problems)}")

    @property
    def spec(self) -> ToolSpec:
        """What models are told."""
        needed = [
            name for name, schema in self.parameters.items() if "default" not in schema and name not in self.optional
        ]
        properties = {name: dict(schema) for name, schema in self.parameters.items()}
        schema = {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}
        return ToolSpec(self.name, self.description, schema)


def tool_of(command: CommandConfig) -> Tool:
    """Return a command as a tool."""
    settings: dict[str, JsonValue] = {
        "name": command.name,
        "argv": [item if isinstance(item, str) else list(item) for item in command.argv],
        "defaults": {name: schema["default"] for name, schema in command.parameters.items() if "default" in schema},
        "stdin": command.stdin,
        "cwd": str(command.cwd) if command.cwd is not None else None,
        "env": dict(command.env),
        "exit_codes": list(command.exit_codes),
    }
    return Tool(
        spec=command.spec,
        function=run_command,
        effect=command.effect,
        timeout_s=command.timeout_s,
        max_chars=command.max_chars,
        location=LOCATION,
        settings=settings,
    )


def run_command(settings: Any, arguments: Any) -> LongText:
    """Run a command and return what it wrote to stdout.

    Runs in a tool host, whose process group it shares: at the deadline both are killed.

    Raises:
        ToolFailedError: A value can't be part of the command, there is no such program, or its exit code says that it failed.
    """
    name: str = settings["name"]
    values = {**settings["defaults"], **arguments}
    try:
        argv, given = filled(settings["argv"], values), _stdin(settings["stdin"], values)
    except ValueError as error:
        raise ToolFailedError(name, str(error)) from error
    try:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=settings["cwd"],
            env={**os.environ, **settings["env"]},
        )
    except OSError as error:
        raise ToolFailedError(name, _why_not_started(argv[0], settings["cwd"], error)) from error
    with process:
        said = _talk(process, given)
        code = process.wait()
    if code not in settings["exit_codes"]:
        last = _last_words(said)
        how = f"ended with exit code {code}" if code >= 0 else f"was ended by signal {-code}"
        raise ToolFailedError(name, f"{os.path.basename(argv[0])} {how}{f': {last}' if last else ''}")
    return LongText(said.stdout.decode("utf-8", "replace"), n_more=said.n_more)


@dataclass(slots=True)
class _Said:
    """What a process wrote: the beginning of stdout, the end of stderr."""

    stdout: bytes = b""
    n_more: int = 0
    stderr: bytes = b""


def _talk(process: subprocess.Popen[bytes], given: bytes) -> _Said:
    """Give a process its input and read its output, all at once, so that no pipe can fill up."""
    said = _Said()
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None

    def write(stream: IO[bytes]) -> None:
        try:
            with stream:
                stream.write(given)
        except OSError:  # it needn't read what it is given
            return

    def read_errors(stream: IO[bytes]) -> None:
        for chunk in _chunks(stream):
            said.stderr = (said.stderr + chunk)[-STDERR_TAIL_BYTES:]

    threads = [
        threading.Thread(target=write, args=(process.stdin,), daemon=True),
        threading.Thread(target=read_errors, args=(process.stderr,), daemon=True),
    ]
    for thread in threads:
        thread.start()
    kept = bytearray()
    for chunk in _chunks(process.stdout):
        room = KEPT_BYTES - len(kept)
        kept += chunk[:room]
        said.n_more += max(0, len(chunk) - room)
    for thread in threads:
        thread.join()
    said.stdout = bytes(kept)
    return said


def _last_words(said: _Said) -> str:
    """Return the end of what a process complained, in one line; of a silent one, the end of its output."""
    written = said.stderr or said.stdout[-STDERR_TAIL_BYTES:]
    return " ".join(written.decode("utf-8", "replace").split())[-TOLD_CHARS:]


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := os.read(stream.fileno(), 1 << 16):
        yield chunk


def _stdin(template: str | None, values: Mapping[str, JsonValue]) -> bytes:
    if template is None:
        return b""
    return text_with(parse_word(template), values).encode("utf-8", "replace")


def _why_not_started(program: str, cwd: str | None, error: OSError) -> str:
    if cwd is not None and not os.path.isdir(cwd):
        return f"its folder {cwd} isn't there"
    if isinstance(error, FileNotFoundError):
        return f"there is no program {program!r} on this machine"
    return f"{program} could not be started: {error.strerror or error}"


def _problems(command: CommandConfig) -> Iterator[str]:
    if not NAME_PATTERN.fullmatch(command.name):
        yield "names have 1 to 64 of the characters A-Z a-z 0-9 _ . -"
    if not command.description.strip():
        yield "description is empty; it is all that a model knows"
    if not command.timeout_s > 0:
        yield f"timeout_s is {command.timeout_s}; expected seconds above 0"
    if command.max_chars < 1:
        yield f"max_chars is {command.max_chars}; expected 1 or more"
    try:
        words = list(words_of(command.argv))
        given = parse_word(command.stdin or "")
    except ValueError as error:
        yield str(error)
        return
    if not words or not words[0] or any(isinstance(piece, Place) for piece in words[0]):
        yield "argv must begin with a program, which no value can change"
    yield from _problems_of_places(command, [*words, given])


def _problems_of_places(command: CommandConfig, words: list[Word]) -> Iterator[str]:
    used = {piece.name for word in words for piece in word if isinstance(piece, Place)}
    for name in sorted(used - set(command.parameters)):
        yield f"{{{name}}} is used, but there is no such parameter"
    for name in sorted(set(command.parameters) - used):
        yield f"parameter {name!r} is used nowhere"
    for name in sorted(set(command.optional) - set(command.parameters)):
        yield f"optional names {name!r}, which is no parameter"
    for word in words:
        for piece in word:
            if isinstance(piece, str):
                continue
            kind = command.parameters.get(piece.name, {}).get("type")
            if piece.flag is not None and kind not in (None, "boolean"):
                yield f"{{{piece.name}:{piece.flag}}} is for a boolean, and {piece.name!r} is of type {kind!r}"
            if kind == "array" and len(word) > 1:
                yield f"{{{piece.name}}} is an array and stands inside a word; give it a word of its own"
