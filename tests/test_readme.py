"""What README and docs show is true: links lead somewhere, commands parse, code runs, configuration loads."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from umi_local.cli import cli
from umi_local.config import load_config
from umi_local.tools.modules import load_tools
from umi_local.tools.policy import Verdict

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)


def test_every_link_to_a_file_leads_to_one():
    links = [
        (page, target)
        for page in PAGES
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
        if not target.startswith("http")
    ]
    assert len(links) >= 3
    assert [link for link in links if not (link[0].parent / link[1]).exists()] == []


def shown_commands() -> list[str]:
    lines = [
        line for page in ("README.md", "docs/tools.md") for block in blocks(page, "sh") for line in block.splitlines()
    ]
    inline = [code for page in PAGES for code in re.findall(r"`(umi [^`]+)`", page.read_text(encoding="utf-8"))]
    return [line for line in [*lines, *inline] if line.startswith("umi ")]


@pytest.mark.parametrize("line", shown_commands())
def test_every_command_shown_exists_with_its_options(line):
    words = shlex.split(line, comments=True)[1:]
    command: click.Command | None = cli
    context = click.Context(cli)
    while words and isinstance(command, click.Group):
        command = command.get_command(context, words.pop(0))
    assert command is not None, line
    if words:  # otherwise the command is only named
        command.make_context("umi", words, parent=context)


def test_there_are_commands_to_check():
    assert len(shown_commands()) >= 10


@pytest.mark.integration
def test_the_python_example_answers():
    [code] = blocks("README.md", "python")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Outcome.")


def test_the_tool_example_is_a_tool_that_works(tmp_path):
    [code] = blocks("docs/tools.md", "python")
    file = tmp_path / "buses.py"
    file.write_text(code, encoding="utf-8")
    [tool] = load_tools(str(file))
    assert tool.name == "bus_departures"
    assert tool.spec.parameters["properties"]["line"]["description"] == "line number"
    assert tool.function("Main Street") == ["Main Street: line 7 at 12:05 today"]


def test_the_policy_example_is_a_configuration(tmp_path):
    [text] = blocks("docs/tools.md", "toml")
    file = tmp_path / "umi.toml"
    file.write_text(text, encoding="utf-8")
    [rule] = load_config(file).policy.rules
    assert (rule.tool, rule.verdict) == ("write_file", Verdict.ALLOW)
