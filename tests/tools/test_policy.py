"""Who may do what: rules, flags, defaults, questions and what is remembered."""

from __future__ import annotations

import threading

import pytest

from umi_local.errors import ToolDeniedError, UsageError
from umi_local.jsonable import JsonableError, from_jsonable
from umi_local.messages import JsonObject, ToolSpec
from umi_local.tools.base import Effect, Tool
from umi_local.tools.policy import Answer, Policy, Rule, Verdict

NAMES = ["read_file", "write_file", "write_note", "fetch", "shell"]


def make(name: str, effect: Effect = Effect.READ) -> Tool:
    return Tool(spec=ToolSpec(name, "Do.", {"type": "object"}), function=print, effect=effect)


READ = make("read_file")
WRITE = make("write_file", Effect.WRITE)
NOTE = make("write_note", Effect.WRITE)
SHELL = make("shell", Effect.EXECUTE)
FETCH = make("fetch", Effect.NETWORK)


def allows(policy: Policy, tool: Tool, **arguments: object) -> bool:
    return policy.decide(tool, arguments).verdict is Verdict.ALLOW


@pytest.mark.parametrize(
    ("tool", "verdict"),
    [
        (READ, Verdict.ALLOW),
        (WRITE, Verdict.ASK),
        (SHELL, Verdict.ASK),
        (FETCH, Verdict.ASK),
    ],
)
def test_by_default_only_reading_is_allowed(tool: Tool, verdict: Verdict) -> None:
    assert Policy().decide(tool, {}).verdict is verdict


def test_the_first_rule_that_matches_decides_and_is_named() -> None:
    policy = Policy(
        [
            Rule(tool="write_*", arguments={"path": r"/tmp/.*"}, verdict=Verdict.ALLOW),
            Rule(effect=Effect.WRITE, verdict=Verdict.DENY),
            Rule(verdict=Verdict.ASK),
        ]
    )

    allowed = policy.decide(WRITE, {"path": "/tmp/x"})
    denied = policy.decide(WRITE, {"path": "/etc/x"})

    assert allowed.verdict is Verdict.ALLOW
    assert "rule 1 of the configuration" in allowed.reason
    assert denied.verdict is Verdict.DENY
    assert "rule 2 of the configuration (deny effect write)" in denied.reason
    assert policy.decide(READ, {}).verdict is Verdict.ASK


def test_an_argument_pattern_matches_the_whole_text_form() -> None:
    rule = Rule(arguments={"n": "1[0-9]", "flags": r'\["a","b"\]'}, verdict=Verdict.ALLOW)

    assert rule.matches(READ, {"n": 12, "flags": ["a", "b"]})
    assert not rule.matches(READ, {"n": 121, "flags": ["a", "b"]})
    assert not rule.matches(READ, {"n": 12})


def test_a_line_end_gets_round_neither_a_deny_nor_an_allow_rule() -> None:
    deny = Rule(arguments={"command": ".*secret.*"}, verdict=Verdict.DENY)
    allow = Rule(arguments={"command": "ls .*"}, verdict=Verdict.ALLOW)

    assert deny.matches(SHELL, {"command": "ls\nsecret"})
    assert allow.matches(SHELL, {"command": "ls -l"})
    assert not allow.matches(SHELL, {"command": "ls -l\nrm x"})


def test_a_wrong_pattern_is_refused_when_the_configuration_is_read() -> None:
    with pytest.raises(JsonableError, match="pattern of argument 'path' is wrong"):
        from_jsonable(Rule, {"arguments": {"path": "("}, "verdict": "deny"})
    rule: Rule = from_jsonable(Rule, {"tool": "a", "effect": "write", "verdict": "deny"})
    assert rule == Rule(tool="a", effect=Effect.WRITE, verdict=Verdict.DENY)


def test_flags_come_before_the_rules_of_the_configuration() -> None:
    rules = [Rule(verdict=Verdict.DENY)]
    policy = Policy.from_flags(allow=["write"], rules=rules, tool_names=NAMES)

    decision = policy.decide(WRITE, {})
    assert (decision.verdict, decision.reason) == (Verdict.ALLOW, "--allow write")
    assert not allows(policy, READ)


def test_among_flags_names_come_before_effects_and_denying_before_allowing() -> None:
    policy = Policy.from_flags(
        allow=["write", "fetch", "write_n*"],
        deny=["write_file", "network", "read", "write_note"],
        tool_names=NAMES,
    )

    assert not allows(policy, WRITE)
    assert allows(policy, FETCH)
    assert not allows(policy, NOTE)
    assert not allows(policy, READ)
    assert allows(policy, make("another", Effect.WRITE))
    assert not allows(policy, make("another", Effect.NETWORK))


@pytest.mark.parametrize(
    ("item", "suggestion"),
    [("wirte", "write"), ("fetsh", "fetch"), ("zz*", "Effect classes: read, write, execute")],
)
def test_a_flag_that_matches_nothing_is_wrong_usage_with_a_suggestion(item: str, suggestion: str) -> None:
    with pytest.raises(UsageError) as caught:
        Policy.from_flags(deny=[item], tool_names=NAMES)

    assert f"--deny {item}" in str(caught.value)
    assert suggestion in caught.value.hint
    assert caught.value.exit_code == 2


def test_where_nobody_can_be_asked_the_denial_names_the_flag() -> None:
    with pytest.raises(ToolDeniedError) as caught:
        Policy().authorize(WRITE, {}, None)

    assert "--allow write or --allow write_file" in caught.value.reason


def test_a_denied_call_is_never_asked_about() -> None:
    policy = Policy([Rule(verdict=Verdict.DENY)])

    with pytest.raises(ToolDeniedError, match="rule 1"):
        policy.authorize(WRITE, {}, lambda tool, arguments: Answer.ONCE)


def test_answers_hold_once_or_for_the_life_of_the_policy() -> None:
    asked: list[tuple[str, JsonObject]] = []
    answers = [Answer.ONCE, Answer.NO, Answer.SESSION]

    def ask(tool: Tool, arguments: JsonObject) -> Answer:
        asked.append((tool.name, arguments))
        return answers[len(asked) - 1]

    policy = Policy()
    policy.authorize(WRITE, {"n": 1}, ask)
    with pytest.raises(ToolDeniedError, match="the user said no"):
        policy.authorize(WRITE, {"n": 2}, ask)
    policy.authorize(WRITE, {"n": 3}, ask)
    policy.authorize(WRITE, {"n": 4}, ask)

    assert asked == [("write_file", {"n": n}) for n in (1, 2, 3)]
    assert Policy().decide(WRITE, {}).verdict is Verdict.ASK


def test_what_was_allowed_for_the_session_does_not_outweigh_a_deny_rule() -> None:
    policy = Policy([Rule(arguments={"path": "/etc/.*"}, verdict=Verdict.DENY)])
    policy.authorize(WRITE, {"path": "/tmp/x"}, lambda tool, arguments: Answer.SESSION)

    policy.authorize(WRITE, {"path": "/tmp/y"}, None)
    with pytest.raises(ToolDeniedError):
        policy.authorize(WRITE, {"path": "/etc/y"}, None)


def test_two_threads_are_asked_one_after_the_other() -> None:
    policy, asked = Policy(), []
    both_wait = threading.Barrier(2)

    def ask(tool: Tool, arguments: JsonObject) -> Answer:
        asked.append(tool.name)
        return Answer.SESSION

    def call() -> None:
        both_wait.wait()
        policy.authorize(WRITE, {}, ask)

    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked == ["write_file"]
