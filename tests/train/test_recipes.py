"""The recipes that come along: they are configurations, and what their comments tell a person to type exists."""

from __future__ import annotations

import shlex
import shutil
from itertools import pairwise
from pathlib import Path

import click
import pytest

from umi_local.cli import cli
from umi_local.toml_file import read_toml
from umi_train.config import load_config
from umi_train.reproduce.config import load_reproduction

RECIPES = sorted((Path(__file__).parents[2] / "train" / "recipes").glob("*.toml"))


def test_there_are_some():
    assert RECIPES


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_it_is_a_configuration(path):
    load = load_reproduction if "reproduce" in read_toml(path) else load_config
    load(path)


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_its_commands_can_be_typed(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(path, tmp_path)
    lines = [
        line.lstrip("# ").strip() for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")
    ]
    typed = [shlex.split(line) for line in lines if line.startswith("umi ")]
    assert typed
    for words in typed:
        parsed(words[1:])
        for option, made in pairwise(words):
            if option == "-o":  # what one command writes is there for the next
                Path(made).touch()


def parsed(words: list[str]) -> None:
    """Read a command line as umi does, and stop before anything is run."""
    command: click.Command = cli
    context = click.Context(cli, info_name="umi")
    while isinstance(command, click.Group):
        name, command, words = command.resolve_command(context, words)  # type: ignore[assignment]  # of a group, never None
        context = click.Context(command, info_name=name, parent=context)
    command.parse_args(context, words)
