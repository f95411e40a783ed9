"""What `umi tools` does: find tools as a run would, and make one call."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click

from umi_local.commands.options import RunChoices, ToolChoices
from umi_local.commands.run_object import observation_object
from umi_local.commands.setup import configuration, toolbox_of
from umi_local.commands.turns import cancelling
from umi_local.engine.base import CancelToken
from umi_local.errors import ToolError, UsageError
from umi_local.jsonable import to_jsonable
from umi_local.messages import JsonObject, JsonValue, Observation, ToolCall
from umi_local.screen.asking import asking
from umi_local.screen.calls import call_text
from umi_local.screen.clean import clean
from umi_local.screen.errors import show_error
from umi_local.screen.terminal import can_ask, is_terminal
from umi_local.tools.base import Tool
from umi_local.tools.policy import PolicyDecision, Verdict


@dataclass(frozen=True, slots=True)
class DoneCall:
    """A call, its observation, and the milliseconds it ran; None where nothing was run."""

    call: ToolCall
    observation: Observation
    ms: float | None


@dataclass(frozen=True, slots=True)
class JudgedCall:
    """A call and what the gate says about it: the policy's decision, or why it gets no further than to its schema."""

    call: ToolCall
    decision: PolicyDecision | None = None
    problem: str | None = None

    @property
    def may_pass(self) -> bool:
        """Whether it is allowed, or somebody may allow it."""
        return self.decision is not None and self.decision.verdict is not Verdict.DENY


def offered(choices: ToolChoices) -> tuple[Tool, ...]:
    """Return the tools that a run with these choices would offer.

    Raises:
        UmiError: See `toolbox_of`.
    """
    with toolbox_of(configuration(RunChoices(tools=choices)), choices) as toolbox:
        return toolbox.tools


def one_of(tools: Sequence[Tool], name: str) -> Tool:
    """Return the tool with a name.

    Raises:
        UsageError: None has it.
    """
    found = next((tool for tool in tools if tool.name == name), None)
    if found is None:
        near = difflib.get_close_matches(name, [tool.name for tool in tools], n=3, cutoff=0.4)
        hint = f"Did you mean {' or '.join(near)}?" if near else "`umi tools list` lists the tools."
        raise UsageError(f"there is no tool {name!r}", hint=hint)
    return found


def call_once(name: str, arguments: JsonObject, choices: ToolChoices, *, may_ask: bool) -> DoneCall:
    """Call a tool through the gate; a call that goes wrong gives an observation that says so.

    Raises:
        UsageError: There is no such tool.
        CancelledError: Ctrl-C was pressed.
    """
    call = ToolCall(name, arguments)
    ask = asking(lambda: None) if may_ask and can_ask() else None
    with toolbox_of(configuration(RunChoices(tools=choices)), choices, ask) as toolbox:
        one_of(toolbox.tools, name)
        cancel = CancelToken()
        try:
            with cancelling(cancel):
                return DoneCall(call, *toolbox.call(call, cancel))
        except ToolError as error:
            return DoneCall(call, Observation(str(error), is_error=True), None)


def decision_on(name: str, arguments: JsonObject, choices: ToolChoices) -> JudgedCall:
    """Return what the gate says about a call, without making it.

    Raises:
        UsageError: There is no such tool.
    """
    call = ToolCall(name, arguments)
    with toolbox_of(configuration(RunChoices(tools=choices)), choices) as toolbox:
        one_of(toolbox.tools, name)
        try:
            return JudgedCall(call, toolbox.decide(call))
        except ToolError as error:
            return JudgedCall(call, problem=str(error))


def show_decision(found: JudgedCall) -> None:
    """Write what would be done with a call, and why."""
    if found.decision is None:
        show_error(found.problem or "")
        return
    outcome = {
        Verdict.ALLOW: "allowed",
        Verdict.ASK: "asked about at a terminal, denied elsewhere",
        Verdict.DENY: "denied",
    }
    call = clean(call_text(found.call, is_exact=True))
    click.echo(f"{call}\n{outcome[found.decision.verdict]}: {clean(found.decision.reason)}")


def decision_object(found: JudgedCall) -> dict[str, JsonValue]:
    """Return it as `--output json` writes it."""
    decision = found.decision
    return {
        "call": to_jsonable(found.call),
        "verdict": decision.verdict.value if decision else None,
        "reason": decision.reason if decision else found.problem,
    }


def show_call(done: DoneCall) -> None:
    """Write what a tool returned to stdout, or what went wrong to stderr."""
    observation = done.observation
    if observation.is_error:
        show_error(observation.text)
        return
    text = clean(observation.text) if is_terminal(sys.stdout) else observation.text
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
    if observation.omitted_chars:
        sys.stderr.write(f"note: {observation.omitted_chars:,} more characters were left out\n")


def call_object(done: DoneCall) -> dict[str, JsonValue]:
    """Return a call as `--output json` writes it."""
    return {"call": to_jsonable(done.call), "observation": observation_object(done.observation, done.ms)}


def tool_object(tool: Tool) -> dict[str, JsonValue]:
    """Return a tool as `--output json` writes it."""
    limits = {"effect": tool.effect.value, "timeout_s": tool.timeout_s, "max_chars": tool.max_chars}
    return {**to_jsonable(tool.spec), **limits, "location": tool.location}
