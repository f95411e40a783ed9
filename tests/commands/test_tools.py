from __future__ import annotations

import json
from pathlib import Path

import pytest

from umi_local.tools.builtin import builtin_tools


def test_the_list_is_a_line_a_tool(umi) -> None:
    result = umi("tools", "list")
    lines = result.stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [[tool.name, tool.effect.value] for tool in builtin_tools()]


def test_the_list_can_be_narrowed_as_in_a_run(umi) -> None:
    result = umi("tools", "list", "--tool", "*_files", "--output", "json")
    assert [tool["name"] for tool in json.loads(result.stdout)] == ["list_files", "find_files", "search_files"]


def test_a_tool_is_shown_with_its_schema(umi) -> None:
    shown = umi("tools", "show", "calculate").stdout
    assert "effect:       read" in shown
    assert '"expression": {' in shown
    value = json.loads(umi("tools", "show", "calculate", "--output", "json").stdout)
    assert value["parameters"]["required"] == ["expression"]
    assert (value["effect"], value["timeout_s"]) == ("read", 5.0)


def test_a_tool_that_is_not_there_is_wrong_usage(umi) -> None:
    result = umi("tools", "show", "calculat")
    assert result.exit_code == 2
    assert "hint: Did you mean calculate?" in result.stderr


def test_a_call_writes_the_result(umi) -> None:
    result = umi("tools", "call", "calculate", '{"expression": "17*23"}')
    assert (result.exit_code, result.stdout, result.stderr) == (0, "391\n", "")


def test_arguments_may_come_from_stdin(umi) -> None:
    assert umi("tools", "call", "calculate", "-", stdin='{"expression": "1+1"}').stdout == "2\n"


def test_a_call_as_json_holds_call_and_observation(umi) -> None:
    value = json.loads(umi("tools", "call", "calculate", '{"expression": "1+1"}', "--output", "json").stdout)
    assert value["call"] == {"name": "calculate", "arguments": {"expression": "1+1"}}
    assert value["observation"].pop("ms") > 0
    assert value["observation"] == {"text": "2", "is_error": False, "omitted_chars": 0}


def test_a_call_that_fails_exits_with_1(umi) -> None:
    result = umi("tools", "call", "calculate", '{"expression": "1/0"}')
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error: ")
    as_json = umi("tools", "call", "calculate", '{"expression": "1/0"}', "--output", "json")
    assert as_json.exit_code == 1
    assert json.loads(as_json.stdout)["observation"]["is_error"]


def test_arguments_pass_the_same_check_as_in_a_run(umi) -> None:
    result = umi("tools", "call", "calculate", '{"formula": "1+1"}')
    assert result.exit_code == 1
    assert "expression is missing" in result.stderr


def test_a_call_obeys_the_policy(umi, tmp_path: Path) -> None:
    arguments = '{"path": "a.txt", "text": "hello"}'
    denied = umi("tools", "call", "write_file", arguments, "--root", str(tmp_path))
    assert denied.exit_code == 1
    assert "--allow write" in denied.stderr
    allowed = umi("tools", "call", "write_file", arguments, "--root", str(tmp_path), "--allow", "write_file")
    assert allowed.exit_code == 0
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "hello"


def test_arguments_that_are_no_object_are_wrong_usage(umi) -> None:
    assert umi("tools", "call", "calculate", "{").exit_code == 2
    assert umi("tools", "call", "calculate", "[1]").exit_code == 2


RULES = """
[[policy.rules]]
tool = "write_file"
arguments = { path = "drafts/.*" }
verdict = "allow"

[[policy.rules]]
effect = "write"
verdict = "deny"
"""


@pytest.mark.parametrize(
    ("name", "arguments", "flags", "verdict", "reason"),
    [
        ("calculate", {"expression": "1"}, (), "allow", "reading is allowed by default"),
        ("write_file", {"path": "drafts/a", "text": ""}, ("rules",), "allow", "rule 1 of the configuration"),
        (
            "write_file",
            {"path": "a", "text": ""},
            ("rules",),
            "deny",
            "rule 2 of the configuration (deny effect write)",
        ),
        ("write_file", {"path": "a", "text": ""}, ("rules", "--allow", "write_file"), "allow", "--allow write_file"),
        ("write_file", {"path": "a", "text": ""}, (), "ask", "its effect is write, which needs permission"),
        ("read_file", {"path": "a"}, ("--deny", "read_*"), "deny", "--deny read_*"),
        ("write_file", {"path": "a"}, (), None, "text is missing"),
    ],
)
def test_why_names_the_verdict_and_its_rule_and_runs_nothing(umi, tmp_path, name, arguments, flags, verdict, reason):
    config = tmp_path / "umi.toml"
    config.write_text(RULES, encoding="utf-8")
    given = [str(config) if flag == "rules" else flag for flag in flags]
    given = ["--config", *given] if "rules" in flags else given
    options = ("--root", str(tmp_path), *given)
    result = umi("tools", "why", name, json.dumps(arguments), *options, "--output", "json")
    value = json.loads(result.stdout)
    assert (value["verdict"], value["call"]) == (verdict, {"name": name, "arguments": arguments})
    assert reason in value["reason"]
    assert result.exit_code == (1 if verdict in ("deny", None) else 0)
    shown = umi("tools", "why", name, json.dumps(arguments), *options)
    assert reason in " ".join((shown.stdout + shown.stderr).split())
    assert [path.name for path in tmp_path.iterdir()] == ["umi.toml"]
