from __future__ import annotations

import sys
from pathlib import Path

import click
import pytest

from tests.packages import install
from umi_local.cli import BUILT_IN, cli, main
from umi_local.sessions.store import SessionStore

HEAVY = {
    "rich",
    "numpy",
    "llama_cpp",
    "llguidance",
    "jsonschema",
    "httpx2",
    "sqlite3",
    "psutil",
    "platformdirs",
    "jinja2",
}


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_table_says_of_a_command_what_the_command_says_of_itself(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.name == name
    assert command.get_short_help_str(100) == BUILT_IN[name][1]
    assert command.help


def test_help_imports_no_command_and_nothing_heavy(start_process) -> None:
    code = "import sys; from umi_local.cli import main; main(['--help']); print(*sys.modules)"
    process = start_process("-c", code)
    text, errors = process.communicate(timeout=60)
    *shown, modules = text.decode().splitlines()
    assert not errors
    assert any(line.startswith("  doctor") for line in shown)
    loaded = set(modules.split())
    assert "umi_local.cli" in loaded
    assert not HEAVY & {name.partition(".")[0] for name in loaded}
    assert not {name for name in loaded if name.startswith("importlib.metadata")}
    assert {n for n in loaded if n.startswith("umi_local.commands.")} == {"umi_local.commands.third_party"}


def test_every_command_is_listed_with_its_help(capsys) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown and text in shown for name, (_, text) in BUILT_IN.items())


def test_a_command_that_is_unknown_is_wrong_usage(capsys) -> None:
    assert main(["rum"]) == 2
    assert "No such command 'rum'" in capsys.readouterr().err


def test_an_option_that_is_unknown_is_wrong_usage(capsys) -> None:
    assert main(["run", "x", "--colour"]) == 2
    assert "--colour" in capsys.readouterr().err


def test_another_package_adds_a_command(packages: Path, capsys) -> None:
    module = "import click\n@click.command()\ndef hello():\n    click.echo('hello from afar')\n"
    install(packages, "umi_hello", "hello = umi_hello:hello", module, group="umi_local.commands")
    assert main(["hello"]) == 0
    assert capsys.readouterr().out == "hello from afar\n"
    assert main(["--help"]) == 0
    assert "From the package umi-hello." in capsys.readouterr().out


def test_a_built_in_command_cannot_be_taken_over(packages: Path, capsys) -> None:
    module = "import click\n@click.command()\ndef tools():\n    click.echo('mine')\n"
    install(packages, "umi_thief", "tools = umi_thief:tools", module, group="umi_local.commands")
    assert main(["tools", "--help"]) == 0
    assert "mine" not in capsys.readouterr().out
    main(["--help"])
    assert "umi-thief" not in capsys.readouterr().out


@pytest.mark.parametrize("module", ["raise RuntimeError('no luck')", "import nothing_of_this_name", "broken = 3"])
def test_a_broken_command_of_another_package_is_reported_in_one_line(packages: Path, module: str, capsys) -> None:
    install(packages, "umi_broken", "broken = umi_broken:broken", module, group="umi_local.commands")
    sys.modules.pop("umi_broken", None)
    assert main(["broken"]) == 1
    error, hint = capsys.readouterr().err.splitlines()
    assert error.startswith("error: the command 'broken' of the package umi_broken ")
    assert hint.startswith("hint: Update or uninstall umi_broken")


def test_a_broken_command_of_another_package_breaks_no_other(packages: Path, capsys) -> None:
    install(
        packages,
        "umi_broken",
        "broken = umi_broken:broken",
        "raise RuntimeError('no luck')",
        group="umi_local.commands",
    )
    assert main(["--help"]) == 0
    assert "broken" in capsys.readouterr().out
    assert main(["bundle", "list"]) == 0


def install_failing(packages: Path, name: str, raising: str) -> None:
    module = f"import click\nfrom umi_local.errors import *\n@click.command()\ndef {name}():\n    {raising}\n"
    install(packages, f"umi_{name}", f"{name} = umi_{name}:{name}", module, group="umi_local.commands")


def test_an_error_is_a_message_a_hint_and_its_exit_code(packages: Path, capsys) -> None:
    install_failing(packages, "fails", "raise UsageError('this \\x1b[31mcannot be', hint='do that')")
    assert main(["fails"]) == 2
    assert capsys.readouterr().err == "error: this cannot be\nhint: do that\n"


def test_a_traceback_is_shown_with_debug_only(packages: Path, capsys) -> None:
    install_failing(packages, "traces", "raise UmiError('it \\x1b[31mfailed')")
    assert main(["--debug", "traces"]) == 1
    shown = capsys.readouterr().err
    assert "Traceback (most recent call last)" in shown
    assert "\x1b" not in shown
    assert shown.endswith("error: it failed\n")


def test_a_defect_is_one_message_too(packages: Path, capsys) -> None:
    install_failing(packages, "stumbles", "raise ZeroDivisionError('by zero')")
    assert main(["stumbles"]) == 1
    error, hint = capsys.readouterr().err.splitlines()
    assert error == "error: ZeroDivisionError: by zero"
    assert "--debug" in hint


def test_ctrl_c_exits_with_130(packages: Path) -> None:
    install_failing(packages, "stops", "raise KeyboardInterrupt")
    assert main(["stops"]) == 130


def test_offline_holds_for_the_whole_process(packages: Path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("UMI_OFFLINE", "0")
    module = "import os, click\n@click.command()\ndef net():\n    click.echo(os.environ['UMI_OFFLINE'])\n"
    install(packages, "umi_net", "net = umi_net:net", module, group="umi_local.commands")
    main(["net"])
    main(["--offline", "net"])
    assert capsys.readouterr().out.split() == ["0", "1"]


def test_the_version_is_shown(capsys) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("umi-local ")


def test_names_of_commands_are_completed_without_importing_them(start_process) -> None:
    environment = {"_UMI_COMPLETE": "bash_complete", "COMP_WORDS": "umi bun", "COMP_CWORD": "1"}
    process = start_process("-m", "umi_local", env=environment)
    assert process.communicate(timeout=60)[0].decode().split() == ["plain,bundle"]


def test_bundles_are_completed(start_process) -> None:
    environment = {"_UMI_COMPLETE": "bash_complete", "COMP_WORDS": "umi run --bundle em", "COMP_CWORD": "3"}
    process = start_process("-m", "umi_local", env=environment)
    assert process.communicate(timeout=60)[0].decode().split() == ["plain,embedded"]


def test_sessions_are_completed(start_process) -> None:
    with SessionStore() as store:
        session = store.create(bundle="embedded")
    environment = {"_UMI_COMPLETE": "bash_complete", "COMP_WORDS": "umi session show ", "COMP_CWORD": "3"}
    process = start_process("-m", "umi_local", env=environment)
    assert process.communicate(timeout=60)[0].decode().split() == ["plain,last", f"plain,{session.id}"]


def test_tools_and_effects_are_completed(start_process) -> None:
    environment = {"_UMI_COMPLETE": "bash_complete", "COMP_WORDS": "umi run --allow wr", "COMP_CWORD": "3"}
    process = start_process("-m", "umi_local", env=environment)
    assert process.communicate(timeout=60)[0].decode().split() == ["plain,write", "plain,write_file"]
