"""The tools on offer, and the one gate that every call passes: name, arguments, policy, runner.

What goes wrong is raised as a `ToolError`; the agent shows it to the planner as an observation.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from umi_local.engine.base import CancelToken
from umi_local.errors import ToolArgumentsError, ToolDefinitionError, UnknownToolError
from umi_local.messages import Observation, ToolCall, ToolSpec
from umi_local.tools.base import Tool
from umi_local.tools.policy import Ask, Policy, PolicyDecision
from umi_local.tools.runner import ToolRunner


class Toolbox:
    """A fixed set of tools with the policy and the runner of their calls. Safe to use in threads."""

    def __init__(self, tools: Sequence[Tool], policy: Policy, runner: ToolRunner, ask: Ask | None = None) -> None:
        """Take up tools, after checking that each can be offered.

        Args:
            ask: Asks a person about calls that the policy doesn't decide; None where nobody can be
                asked, so that these calls are denied. It is called in the thread of the call.

        Raises:
            ToolDefinitionError: A name is given twice or is malformed, or a schema is wrong.
        """
        from umi_local.tools.validation import check_spec

        self._tools: dict[str, Tool] = {}
        for tool in tools:
            if tool.name in self._tools:
                raise ToolDefinitionError(
                    tool.name,
                    "two tools have this name",
                    hint="Rename one, or leave one out.",
                )
            self._tools[tool.name] = tool
        self._validators = {name: check_spec(tool.spec) for name, tool in self._tools.items()}
        self._policy = policy
        self._runner = runner
        self._ask = ask

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools, in the order in which they were given."""
        return tuple(self._tools.values())

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """What models are told about the tools, in the same order."""
        return tuple(tool.spec for tool in self._tools.values())

    def call(self, call: ToolCall, cancel: CancelToken) -> tuple[Observation, float]:
        """Check and run one call; return the observation and its wall time in milliseconds.

        Raises:
            UnknownToolError: No tool has exactly this name.
            ToolArgumentsError: The arguments don't fit the tool's schema.
            ToolDeniedError: The policy or a person said no.
            ToolTimeoutError: The deadline came first.
            ToolFailedError: The tool raised, or its process died.
            CancelledError: `cancel` was set.
        """
        cancel.check()
        tool = self._checked(call)
        self._policy.authorize(tool, call.arguments, self._ask)
        return self._runner.run(tool, call.arguments, cancel)

    def decide(self, call: ToolCall) -> PolicyDecision:
        """Return what the policy says about a call, without asking anybody or running anything.

        Raises:
            UnknownToolError: No tool has exactly this name.
            ToolArgumentsError: The arguments don't fit the tool's schema.
        """
        return self._policy.decide(self._checked(call), call.arguments)

    def _checked(self, call: ToolCall) -> Tool:
        from umi_local.tools.validation import find_problems

        tool = self._tools.get(call.name)
        if tool is None:
            near = difflib.get_close_matches(call.name, self._tools, n=3, cutoff=0.4)
            raise UnknownToolError(call.name, near or list(self._tools)[:3])
        problems = find_problems(self._validators[tool.name], call.arguments)
        if problems:
            raise ToolArgumentsError(tool.name, problems)
        return tool
