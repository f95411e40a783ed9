"""The `umi` command: find a sub-command, call it, and turn what goes wrong into a message and an exit code.

Nothing else is imported before it is needed: `umi --help` reads the table below, not the commands.

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted; `run` adds 3 (gave up) and 4 (step limit).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem

from umi_local import __version__
from umi_local.errors import UmiError

BUILT_IN: dict[str, tuple[str, str]] = {
    "run": ("umi_local.commands.run:run", "Answer one question with tools."),
    "chat": ("umi_local.commands.chat:chat", "Talk with the agent, question after question."),
    "tools": ("umi_local.commands.tools:tools", "List, show and call the tools on offer."),
    "bundle": ("umi_local.commands.bundle:bundle", "List, inspect, verify, pull, push and remove bundles of models."),
    "session": ("umi_local.commands.session:session", "List and show what was asked and done."),
    "eval": ("umi_local.commands.eval:evaluate", "Measure models on records and on tasks, and compare them."),
    "bench": ("umi_local.commands.bench:bench", "Measure the engine on this machine, as ratios in one run."),
    "doctor": ("umi_local.commands.doctor:doctor", "Check this installation, this machine and a model."),
}
"""Name -> "module:object", imported on use, and the command's own short help, shown without importing it."""

OWN_PACKAGES = {
    "convert": "Turn checkpoints and adapters into bundles.",
    "train": "Make records, and train the roles on them.",
}
"""Sub-commands that this distribution's other packages register like anybody else's, and their short helps."""

EPILOG = """\
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 gave up, 4 step limit, 130 interrupted.

Tab completion: add  eval "$(_UMI_COMPLETE=bash_source umi)"  to ~/.bashrc (zsh_source and fish_source for these shells).
"""


class Commands(click.Group):
    """A group that imports a sub-command only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the built-in sub-commands, then those that other packages registered."""
        return [*BUILT_IN, *sorted(_helps_of_others())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one sub-command; a built-in name can't be taken by another package."""
        if cmd_name not in BUILT_IN:
            from umi_local.commands.third_party import load_command

            return load_command(cmd_name)
        module, _, name = BUILT_IN[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of sub-commands without importing them."""
        helps = {name: text for name, (_, text) in BUILT_IN.items()}
        with formatter.section("Commands"):
            formatter.write_dl([*helps.items(), *sorted(_helps_of_others().items())])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the epilog as it stands: a command to copy must not be wrapped."""
        formatter.write(f"\n{EPILOG}")

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete names of sub-commands without importing them."""
        helps = {**{name: text for name, (_, text) in BUILT_IN.items()}, **_helps_of_others()}
        names = [CompletionItem(name, help=text) for name, text in helps.items() if name.startswith(incomplete)]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]

    def invoke(self, ctx: click.Context) -> Any:
        """Call the sub-command; our own errors become a message and an exit code."""
        try:
            return super().invoke(ctx)
        except UmiError as error:
            raise _Failure(error, debug=bool(ctx.params.get("debug"))) from error


class _Failure(click.ClickException):
    """An error of ours, as click reports errors."""

    def __init__(self, error: UmiError, *, debug: bool) -> None:
        super().__init__(str(error))
        self.exit_code = error.exit_code  # type: ignore[misc]  # click's own errors set it in their class
        self._error, self._debug = error, debug

    def show(self, file: Any = None) -> None:
        """Write the error and its hint to stderr, and the traceback where it was asked for."""
        from umi_local.screen.errors import show_error

        if self._debug:
            _show_traceback(self._error)
        show_error(str(self._error), self._error.hint)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--debug", is_flag=True, help="Show the log, and the traceback of an error.")
@click.option("--offline", is_flag=True, help="Make any use of the network impossible; same as UMI_OFFLINE=1.")
@click.version_option(__version__, message="umi-local %(version)s")
def cli(debug: bool, offline: bool) -> None:
    """A tool agent made of three small language models, on this machine."""
    if offline:
        os.environ["UMI_OFFLINE"] = "1"
    from umi_local.screen.log import show_log

    show_log(debug=debug)


def main(args: Sequence[str] | None = None, *, services: object = None) -> int:
    """Run `umi` and return its exit code.

    Args:
        args: What follows `umi`; by default what the process was started with.
        services: A `umi_local.commands.setup.Services` to use instead of the real ones, for tests.
    """
    arguments = list(sys.argv[1:] if args is None else args)
    _never_fail_to_encode()
    try:
        code = cli.main(arguments, prog_name="umi", standalone_mode=False, obj=services)
        sys.stdout.flush()
    except click.Abort:  # click's word for Ctrl-C and for the end of what it reads
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:  # whoever read our output has gone, as `head` does: nothing to say
        _discard_output()
        return 1
    except Exception as error:  # noqa: BLE001  # a defect of ours: still one message, not a screen of code
        return _defect(error, debug="--debug" in arguments)
    return code if isinstance(code, int) else 0


def _helps_of_others() -> dict[str, str]:
    from umi_local.commands.third_party import registered

    found = {name: package for name, package in registered().items() if name not in BUILT_IN}
    return {name: _own_help(name, package) or f"From the package {package}." for name, package in found.items()}


def _own_help(name: str, package: str) -> str:
    return OWN_PACKAGES.get(name, "") if package == "umi-local" else ""


def _never_fail_to_encode() -> None:
    """Escape what the terminal's or pipe's encoding doesn't know, instead of failing half-way."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _discard_output() -> None:
    """Let Python's own flush at exit go nowhere, since it would complain about the closed pipe."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            os.dup2(nowhere, stream.fileno())
        except (OSError, ValueError):  # no real file: nothing will be flushed to it
            continue


def _defect(error: Exception, *, debug: bool) -> int:
    from umi_local.screen.errors import show_error

    if debug:
        _show_traceback(error)
    hint = "This is a defect of umi-local; `umi --debug ...` shows the traceback to report."
    show_error(f"{type(error).__name__}: {error}", "" if debug else hint)
    return 1


def _show_traceback(error: Exception) -> None:
    import traceback

    from umi_local.screen.clean import clean

    sys.stderr.write(clean("".join(traceback.format_exception(error))))
