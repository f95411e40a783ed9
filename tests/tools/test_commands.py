"""Commands as tools: what they are called with, what comes back, and what is never let through."""

from __future__ import annotations

import contextlib
import json
import sys

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from umi_local.config import load_config
from umi_local.engine.base import CancelToken
from umi_local.errors import ConfigError, ToolArgumentsError, ToolDeniedError, ToolFailedError, ToolTimeoutError
from umi_local.messages import ToolCall
from umi_local.tools.base import Effect
from umi_local.tools.command_template import filled
from umi_local.tools.commands import KEPT_BYTES, CommandConfig, tool_of
from umi_local.tools.policy import Policy
from umi_local.tools.runner import ToolRunner
from umi_local.tools.toolbox import Toolbox

ECHO = "import json, sys; json.dump(sys.argv[1:], sys.stdout)"
TEXT = {"type": "string"}

words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


@pytest.fixture(scope="module")
def runner():
    runner = ToolRunner()
    yield runner
    runner.close()


@pytest.fixture
def call(runner):
    """Make a command of these words and call it, through the gate."""

    def call(*argv, arguments=None, policy=None, **options):
        given = {"name": "it", "description": "Does it.", "effect": Effect.READ, **options}
        tool = tool_of(CommandConfig(argv=argv, **given))
        toolbox = Toolbox([tool], policy or Policy(), runner)
        return toolbox.call(ToolCall("it", arguments or {}), CancelToken())[0]

    return call


def python(code, *rest):
    return (sys.executable, "-c", code, *rest)


@given(st.lists(words, max_size=5))
def test_values_become_words_and_nothing_else(values):
    assert filled(["go", "--", "{items}"], {"items": values}) == ["go", "--", *values]
    for value in values:
        assert filled(["go", "--x={item}"], {"item": value}) == ["go", f"--x={value}"]


@given(words.map(lambda text: f"-{text}"))
def test_a_value_is_never_taken_for_an_option(value):
    for template, values in (
        (["go", "{a}"], {"a": value}),
        (["go", "{a}"], {"a": ["x", value]}),
        (["go", "{a}.x"], {"a": value}),
    ):
        with pytest.raises(ValueError, match="would be taken for an option"):
            filled(template, values)
    assert filled(["go", "--", "{a}"], {"a": value}) == ["go", "--", value]
    assert filled(["go", ["-e", "{a}"]], {"a": value}) == ["go", "-e", value]
    with pytest.raises(ValueError, match="would be taken for an option"):
        filled(["go", ["-e", "{b}"], "{a}"], {"a": value, "b": "--"})  # only the template's own '--' ends options
    with pytest.raises(ValueError, match="would be taken for an option"):
        filled(["go", "{b}{a}"], {"a": value, "b": ""})


@pytest.mark.parametrize(
    ("template", "values", "expected"),
    [
        (["a", "{n}"], {"n": -3}, ["a", "-3"]),
        (["a", "{b:--all}", "z"], {"b": True}, ["a", "--all", "z"]),
        (["a", "{b:--all}", "z"], {"b": False}, ["a", "z"]),
        (["a", "{b:--all}", "z"], {}, ["a", "z"]),
        (["a", ["-n", "{n}"], "z"], {"n": 2.5}, ["a", "-n", "2.5", "z"]),
        (["a", ["-n", "{n}"], "z"], {}, ["a", "z"]),
        (["a", "{o}"], {"o": {"k": [1, None]}}, ["a", '{"k": [1, null]}']),
        (["a", "{{x}} {n}"], {"n": "é"}, ["a", "{x} é"]),
        (["a", "x{b:+}y"], {"b": True}, ["a", "x+y"]),
        (["a", "{items}"], {"items": []}, ["a"]),
        (["a", "{t}"], {"t": ""}, ["a", ""]),
    ],
)
def test_places_groups_and_flags(template, values, expected):
    assert filled(template, values) == expected


def test_what_no_word_can_hold_is_refused():
    with pytest.raises(ValueError, match="NUL"):
        filled(["a", "--", "{t}"], {"t": "x\0y"})


def test_no_shell_sees_the_values(call):
    hostile = ["$(id)", "`id`", "; rm -rf /", "a b", "*", "~", "\n", "'\"", "&&", "|"]
    options = {"parameters": {"all": {"type": "array", "items": TEXT}}, "arguments": {"all": hostile}}
    assert json.loads(call(*python(ECHO, "--", "{all}"), **options).text) == ["--", *hostile]


def test_defaults_and_optional_values(call):
    parameters = {"n": {"type": "integer", "default": 7}, "who": TEXT, "last": TEXT}
    options = {"parameters": parameters, "optional": ("last",)}
    assert call(*python(ECHO, "{n}", "{who}", "{last}"), arguments={"who": "x"}, **options).text == '["7", "x"]'
    with pytest.raises(ToolArgumentsError, match="who"):
        call(*python(ECHO, "{n}", "{who}", "{last}"), arguments={}, **options)


def test_it_reads_what_it_is_given_and_only_that(call):
    code = "import sys; sys.stdout.write(sys.stdin.read().upper())"
    options = {"parameters": {"text": TEXT}, "stdin": "<{text}>"}
    assert call(*python(code), arguments={"text": "é" * 300_000}, **options).text == f"<{'É' * 3999}"
    assert call(*python(code)).text == ""
    flag = {"parameters": {"loud": {"type": "boolean"}}, "stdin": "a{loud:!}"}
    assert call(*python(code), arguments={"loud": True}, **flag).text == "A!"
    assert call(*python("pass"), arguments={"text": "x" * 1_000_000}, **options).text == ""  # nobody reads it


def test_folder_and_variables(call, tmp_path, monkeypatch):
    monkeypatch.setenv("OF_THIS_PROCESS", "1")
    code = "import os; print(os.getcwd(), os.environ['MINE'])"
    said = call(*python(code), cwd=tmp_path, env={"MINE": "yes"}).text
    assert said.split() == [str(tmp_path), "yes"]


def test_an_exit_code_is_an_error_with_the_end_of_stderr(call):
    code = "import sys; print('x' * 9000, 'no luck', file=sys.stderr); sys.exit(3)"
    with pytest.raises(ToolFailedError, match=r"ended with exit code 3: x+ no luck$") as caught:
        call(*python(code))
    assert len(str(caught.value)) <= 400
    assert call(*python(code), exit_codes=(0, 3)).text == ""
    with pytest.raises(ToolFailedError, match="was ended by signal 9"):
        call(*python("import os; os.kill(os.getpid(), 9)"))


def test_a_missing_program_or_folder_is_named(call, tmp_path):
    with pytest.raises(ToolFailedError, match="there is no program 'no-such-program'"):
        call("no-such-program")
    with pytest.raises(ToolFailedError, match=r"its folder .*gone isn't there"):
        call(*python("pass"), cwd=tmp_path / "gone")


def test_endless_output_is_counted_and_not_kept(call):
    code = f"import sys; sys.stdout.write('y' * {KEPT_BYTES * 3 + 17})"
    said = call(*python(code), max_chars=100)
    assert said.text == "y" * 100
    assert said.omitted_chars == KEPT_BYTES * 3 + 17 - 100


def test_bytes_that_are_no_text_are_shown_as_such(call):
    assert (
        call(*python("import sys; sys.stdout.buffer.write(b'a\\xffb\\0')")).text
        == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"
    )


def test_at_the_deadline_it_ends_with_all_that_it_started(call, tmp_path):
    code = "import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    code += f"open({str(tmp_path / 'pid')!r}, 'w').write(str(p.pid)); time.sleep(600)"
    with pytest.raises(ToolTimeoutError):
        call(*python(code), timeout_s=3)
    child = int((tmp_path / "pid").read_text())
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(child).wait(30)  # it was killed, and goes when it gets the processor


def test_by_default_it_needs_permission(call):
    with pytest.raises(ToolDeniedError, match="its effect is execute"):
        call(*python("pass"), effect=Effect.EXECUTE)


CONFIG = """
[[tools.commands]]
name = "count_words"
description = "Count the words of a text file."
argv = ["./count", "--", "{path}"]
cwd = "sub"
effect = "read"
[tools.commands.parameters.path]
type = "string"
"""


def test_paths_in_umi_toml_are_relative_to_it(tmp_path):
    path = tmp_path / "umi.toml"
    path.write_text(CONFIG)
    (command,) = load_config(path).tools.commands
    assert command.argv == (str(tmp_path / "count"), "--", "{path}")
    assert command.cwd == tmp_path / "sub"
    assert command.spec.parameters["required"] == ["path"]


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('"./count"', '"{path}"', "argv must begin with a program"),
        ('["./count", "--", "{path}"]', "[]", "argv must begin with a program"),
        ('"{path}"]', '"{other}"]', "{other} is used, but there is no such parameter"),
        ('"{path}"]', '"x"]', "parameter 'path' is used nowhere"),
        ('"{path}"]', '"{path"]', "expected '}'"),
        ('"{path}"]', '"{path.x}"]', "{path.x} in '{path.x}' is no parameter's name"),
        ('"{path}"]', '"{path:--x}"]', "is for a boolean"),
        ('"{path}"]\n', '"x{path}"]\nparameters = {path = {type = "array"}}\n', "is an array and stands inside a word"),
        ('name = "count_words"', 'name = "count words"', "names have 1 to 64"),
        ('description = "Count the words of a text file."', 'description = " "', "description is empty"),
        ('effect = "read"', 'effect = "reed"', "effect is 'reed'"),
        ('cwd = "sub"', "timeout_s = 0", "timeout_s is 0"),
        ('cwd = "sub"', "max_chars = 0", "max_chars is 0"),
        ('cwd = "sub"', 'optional = ["pth"]', "optional names 'pth'"),
    ],
)
def test_mistakes_are_told_with_the_file(tmp_path, before, after, says):
    path = tmp_path / "umi.toml"
    text = CONFIG.replace(before, after)
    assert text != CONFIG
    path.write_text(text.partition("[tools.commands.parameters")[0] if "parameters = " in after else text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert says in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_run_offers_them(tmp_path):
    from click.testing import CliRunner

    from umi_local.cli import cli

    script = tmp_path / "count"
    script.write_text('#!/bin/sh\nwc -w < "$2"\n')
    script.chmod(0o755)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "text").write_text("three words here")
    path = tmp_path / "umi.toml"
    path.write_text(CONFIG)
    done = CliRunner().invoke(cli, ["tools", "call", "count_words", '{"path": "text"}', "--config", str(path)])
    assert done.exit_code == 0, done.output
    assert done.stdout.strip() == "3"
    assert "count_words" in CliRunner().invoke(cli, ["tools", "list", "--config", str(path)]).stdout
