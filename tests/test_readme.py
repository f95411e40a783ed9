"""What README and docs show is true: links lead somewhere, commands parse, code runs, configuration loads."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import click
import pytest

from umi_convert.architectures import supported
from umi_convert.calibration import load_trajectories
from umi_convert.peft_options import REFUSED
from umi_convert.storing import CANDIDATES
from umi_convert.verify import STRICTNESS
from umi_convert.verify.table import COLUMNS
from umi_local.bundles.manifest import load_bundle
from umi_local.bundles.values import Bundle
from umi_local.cli import cli
from umi_local.config import load_config
from umi_local.engine.file_types import FILE_TYPES
from umi_local.tools.command_template import filled
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


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


WITH_COMMANDS = ("README.md", "docs/tools.md", "docs/convert.md", "docs/bundles.md")


def shown_commands() -> list[str]:
    lines = [line for page in WITH_COMMANDS for block in blocks(page, "sh") for line in block.splitlines()]
    written = [page for page in PAGES if page.name != "refusals.md"]  # that one is what commands say
    inline = [code for page in written for code in re.findall(r"`(umi [^`]+)`", page.read_text(encoding="utf-8"))]
    return [line for line in [*lines, *inline] if line.startswith("umi ")]


@pytest.mark.parametrize("line", shown_commands())
def test_every_command_shown_exists_with_its_options(line, monkeypatch):
    monkeypatch.setattr(click.Path, "convert", lambda self, value, param, ctx: Path(value))  # the reader's files
    words = shlex.split(line, comments=True)[1:]
    command: click.Command | None = cli
    context = click.Context(cli)
    while words and isinstance(command, click.Group):
        command = command.get_command(context, words.pop(0))
    assert command is not None, line
    if words:  # otherwise the command is only named
        command.make_context("umi", words, parent=context)


def test_there_are_commands_to_check():
    assert len(shown_commands()) >= 30
    assert all(any(line in text_of(page) for line in shown_commands()) for page in WITH_COMMANDS)


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
    commands, rules = blocks("docs/tools.md", "toml")
    file = tmp_path / "umi.toml"
    file.write_text(f"{commands}\n{rules}", encoding="utf-8")
    [command] = load_config(file).tools.commands
    assert filled(command.argv, {"text": "-x", "path": "a.log", "ignore_case": True}) == [
        *("grep", "-n", "-i", "--", "-x", "a.log")
    ]
    [rule] = load_config(file).policy.rules
    assert (rule.tool, rule.verdict) == ("write_file", Verdict.ALLOW)


def test_the_bundle_example_is_a_bundle(tmp_path):
    text, small = blocks("docs/bundles.md", "toml")
    (tmp_path / "bundle.toml").write_text(text, encoding="utf-8")
    bundle = load_bundle(tmp_path).bundle
    assert [where for where, _ in bundle.files()] == ["base", "roles.planner.adapter", "roles.caller.adapter"]
    keys = re.findall(r"^\| (.+?) \|", text_of("docs/bundles.md"), re.MULTILINE)
    named = set(re.findall(r"[a-z_0-9]+", " ".join(keys)))
    assert {field.name for field in fields(Bundle)} <= named
    whole = re.sub(r"\[base\]\n.*?\n\n", lambda _: f"{small}\n\n", text, count=1, flags=re.DOTALL)
    (tmp_path / "bundle.toml").write_text(whole, encoding="utf-8")
    assert [where for where, _ in load_bundle(tmp_path).bundle.files()][:2] == ["base", "assembly.backbone"]


def test_the_trajectory_example_is_a_trajectory(tmp_path):
    [text] = blocks("docs/convert.md", "json")
    file = tmp_path / "own.jsonl"
    file.write_text(text.replace("\n", " "), encoding="utf-8")
    [trajectory] = load_trajectories(file)
    assert len(trajectory.turns) == 6
    assert f"{len(load_trajectories())} come along" in text_of("docs/convert.md")


def test_the_page_on_converting_names_everything_there_is():
    page = text_of("docs/convert.md")
    names = [*supported(), *FILE_TYPES, *CANDIDATES, *REFUSED]
    assert [name for name in names if not re.search(rf"\b{name}\b", page)] == []
    told = {cell for line in page.splitlines() if line.startswith("| ") for cell in line.split("|")[1].split(", ")}
    assert [name for name in COLUMNS if name not in {cell.strip() for cell in told} | {"type", "role"}] == []


def test_the_page_on_converting_has_the_thresholds_of_the_code():
    rows = {
        cells[0]: cells[1:]
        for line in text_of("docs/convert.md").splitlines()
        if len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 4
    }
    degrees = [STRICTNESS[name] for name in ("strict", "normal", "loose")]
    assert rows["mean KL, at most"] == [f"{limits.max_mean_kl:g}" for limits in degrees]
    assert rows["p99 KL, at most"] == [f"{limits.max_p99_kl:g}" for limits in degrees]
    assert rows["top-1, at least"] == [f"{limits.min_top1:.0%}" for limits in degrees]
    assert rows["top-10, at least"] == [f"{limits.min_top10:.0%}" for limits in degrees]
    assert rows["sure decisions, at least"] == [f"{limits.min_decisions:.0%}" for limits in degrees]
    assert rows["sure tool names, at least"] == [f"{limits.min_names:.0%}" for limits in degrees]
    assert rows["sure calls, at least"] == [f"{limits.min_calls:.0%}" for limits in degrees]
