"""Scripts for scripted engines: what the roles say in tests of the command."""

from __future__ import annotations

from typing import Any

from umi_local.messages import CallerTurn, Decision, PlannerTurn, SummarizerTurn, ToolCall


def plans(rationale: str, decision: Decision = Decision.CALL) -> PlannerTurn:
    return PlannerTurn(rationale, decision)


def calls(name: str, **arguments: Any) -> CallerTurn:
    return CallerTurn(ToolCall(name, arguments))


def concludes(answer: str, rationale: str = "I know enough.") -> list[Any]:
    return [PlannerTurn(rationale, Decision.CONCLUDE), SummarizerTurn(answer)]


PRODUCT = [plans("The product is needed."), calls("calculate", expression="17*23"), *concludes("17 times 23 is 391.")]
WRITE = [
    plans("A file is wanted."),
    calls("write_file", path="new.txt", text="hello"),
    *concludes("Done as far as I may."),
]
GIVES_UP = [PlannerTurn("No tool can do that.", Decision.GIVE_UP)]
