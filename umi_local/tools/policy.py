"""Who may do what: rules that allow a tool call, forbid it, or have a person asked.

The first rule that matches decides: those of the command line's flags, then those of the
configuration, then the defaults (reading is allowed; writing, executing and network are asked
about). A policy guards against a model's mistakes; it is no sandbox for the tool's own code.
"""

from __future__ import annotations

import difflib
import fnmatch
import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from umi_local.errors import ToolDeniedError, UsageError
from umi_local.messages import JsonObject, JsonValue
from umi_local.tools.base import Effect, Tool


class Verdict(str, Enum):
    """What a rule says about a call."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


class Answer(str, Enum):
    """What a person who was asked says: this once, as long as this policy lives, or no."""

    ONCE = "once"
    SESSION = "session"
    NO = "no"


Ask: TypeAlias = Callable[[Tool, JsonObject], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A verdict on the calls that match everything which is given; what is None matches any call.

    Attributes:
        tool: The tool's name, or a glob such as `files.*`.
        effect: The tool's class of effect.
        arguments: Regular expressions by argument name. Each must match the whole text form (texts
            as they are, everything else as compact JSON) of an argument that is there. A dot
            matches line ends too, but not in a rule that allows.
    """

    tool: str | None = None
    effect: Effect | None = None
    arguments: Mapping[str, str] | None = None
    verdict: Verdict

    def __post_init__(self) -> None:
        for name, pattern in (self.arguments or {}).items():
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"the pattern of argument {name!r} is wrong: {error}") from error

    def matches(self, tool: Tool, arguments: JsonObject) -> bool:
        """Whether the rule speaks about this call."""
        if self.tool is not None and not fnmatch.fnmatchcase(tool.name, self.tool):
            return False
        if self.effect is not None and tool.effect is not self.effect:
            return False
        # Neither a deny rule nor an allow rule may be got round by a line end in the argument.
        flags = 0 if self.verdict is Verdict.ALLOW else re.DOTALL
        return all(
            name in arguments and re.fullmatch(pattern, _text_form(arguments[name]), flags)
            for name, pattern in (self.arguments or {}).items()
        )

    def __str__(self) -> str:
        parts = [
            f"tool {self.tool}" if self.tool is not None else "",
            f"effect {self.effect.value}" if self.effect is not None else "",
            *(f"{name} ~ {pattern}" for name, pattern in (self.arguments or {}).items()),
        ]
        return f"{self.verdict.value} {', '.join(filter(None, parts)) or 'every call'}"


@dataclass(frozen=True, slots=True)
class PolicyDecision:
    """A verdict on one call; `reason` names the rule."""

    verdict: Verdict
    reason: str


class Policy:
    """Decides calls by rules, and remembers what a person allowed. Safe to use from threads."""

    def __init__(self, rules: Sequence[Rule] = (), *, flags: Sequence[tuple[str, Rule]] = ()) -> None:
        """Make a policy.

        Args:
            rules: Those of the configuration, in its order.
            flags: Rules that come before them, each with the flag that it stands for.
        """
        listed = [(f"rule {i} of the configuration ({r})", r) for i, r in enumerate(rules, 1)]
        self._rules = [*flags, *listed]
        self._remembered: set[str] = set()
        self._asking = threading.Lock()

    @classmethod
    def from_flags(
        cls,
        *,
        allow: Sequence[str] = (),
        deny: Sequence[str] = (),
        rules: Sequence[Rule] = (),
        tool_names: Sequence[str],
    ) -> Policy:
        """Return the policy of `--allow` and `--deny` flags on top of the configuration's rules.

        Each item is an effect class, a tool's name, or a glob of names. Names decide before effect
        classes, and among equals denying comes first: `--allow write --deny erase_disk` writes but
        doesn't erase, `--deny network --allow fetch` fetches and nothing else.

        Raises:
            UsageError: An item is neither an effect class nor matches a tool.
        """
        given = [(f"--deny {item}", Verdict.DENY, item) for item in deny]
        given += [(f"--allow {item}", Verdict.ALLOW, item) for item in allow]
        by_name, by_effect = [], []
        for flag, verdict, item in given:
            if item in [effect.value for effect in Effect]:
                by_effect.append((flag, Rule(effect=Effect(item), verdict=verdict)))
            else:
                _check_matches(flag, item, tool_names)
                by_name.append((flag, Rule(tool=item, verdict=verdict)))
        return cls(rules, flags=[*by_name, *by_effect])

    def decide(self, tool: Tool, arguments: JsonObject) -> PolicyDecision:
        """Return the verdict on a call and the rule that it comes from."""
        found = next(((why, r) for why, r in self._rules if r.matches(tool, arguments)), None)
        if found:
            decision = PolicyDecision(found[1].verdict, found[0])
        elif tool.effect is Effect.READ:
            decision = PolicyDecision(Verdict.ALLOW, "reading is allowed by default")
        else:
            reason = f"its effect is {tool.effect.value}, which needs permission by default"
            decision = PolicyDecision(Verdict.ASK, reason)
        if decision.verdict is Verdict.ASK and tool.name in self._remembered:
            return PolicyDecision(Verdict.ALLOW, "allowed by the user for this session")
        return decision

    def authorize(self, tool: Tool, arguments: JsonObject, ask: Ask | None) -> None:
        """Let a call pass, or raise.

        Args:
            ask: Asks a person, one question at a time; None where nobody can be asked.

        Raises:
            ToolDeniedError: A rule or the person said no, or nobody could be asked.
        """
        decision = self.decide(tool, arguments)
        if decision.verdict is Verdict.ASK and ask is not None:
            with self._asking:
                decision = self.decide(tool, arguments)  # another thread may have asked meanwhile
                if decision.verdict is Verdict.ASK:
                    return self._obey(tool, ask(tool, arguments))
        if decision.verdict is Verdict.DENY:
            raise ToolDeniedError(tool.name, decision.reason)
        if decision.verdict is Verdict.ASK:
            remedy = f"--allow {tool.effect.value} or --allow {tool.name} would allow it"
            reason = f"{decision.reason}, and nobody can be asked; {remedy}"
            raise ToolDeniedError(tool.name, reason)
        return None

    def _obey(self, tool: Tool, answer: Answer) -> None:
        if answer is Answer.NO:
            raise ToolDeniedError(tool.name, "the user said no")
        if answer is Answer.SESSION:
            self._remembered.add(tool.name)


def _text_form(value: JsonValue) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _check_matches(flag: str, item: str, tool_names: Sequence[str]) -> None:
    if any(fnmatch.fnmatchcase(name, item) for name in tool_names):
        return
    effects = [effect.value for effect in Effect]
    near = difflib.get_close_matches(item, [*effects, *tool_names], n=3, cutoff=0.5)
    known = f"Did you mean {' or '.join(near)}? " if near else ""
    raise UsageError(
        f"{flag}: {item!r} is no effect class and matches no tool",
        hint=f"{known}Effect classes: {', '.join(effects)}; `umi tools list` lists the tools.",
    )
