"""One model with a server's own tool calling: trajectories as OpenAI messages, and answers as our turns. Pure.

A planner's turn and the call that follows are one assistant message with one tool call; several calls in one answer are taken
up one after the other. A conclusion and its answer are one assistant message without a call, so its rationale is not shown.
Such models have no word for giving up: they are asked to begin their reply with one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from umi_local.engine.chat_api import Completion, Message
from umi_local.engine.tool_calls import AskedCall
from umi_local.evaluate.metrics.arguments import read_object
from umi_local.evaluate.values import Prediction, Utterance
from umi_local.messages import (
    CallerTurn,
    Decision,
    JsonObject,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolCall,
    ToolSpec,
    ToolTurn,
    Trajectory,
    Turn,
    Usage,
    UserTurn,
)
from umi_local.prompts.base import compact_json, render_observation

SYSTEM = (
    "Answer the user's questions with the tools on offer. Call a tool where one helps; answer directly where none is needed. "
    "If no tool can help and you can't answer either, begin your reply with `Give up:` and say why."
)
_GIVE_UP = re.compile(r"\W*give[ _-]?up\b[\s:.*`-]*", re.IGNORECASE)


def tools_of(tools: Sequence[ToolSpec]) -> list[JsonObject]:
    """Return tools in OpenAI's form."""
    return [
        {
            "type": "function",
            "function": {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)},
        }
        for tool in tools
    ]


def messages_of(trajectory: Trajectory) -> list[Message]:
    """Return a conversation as the messages that a model with tool calling would have seen and sent."""
    messages: list[Message] = [{"role": "system", "content": SYSTEM}]
    turns = trajectory.turns
    for place, turn in enumerate(turns):
        before = turns[place - 1] if place else None
        after = turns[place + 1] if place + 1 < len(turns) else None
        message = _message(turn, before, after, len(messages))
        if message is not None:
            messages.append(message)
    return messages


def prediction_of(completion: Completion, usage: Usage) -> Prediction:
    """Return what an answer says as a planner's turn with what follows it: its first call, or its text."""
    if completion.calls:
        planner = PlannerTurn(completion.text.strip(), Decision.CALL)
        return Prediction(planner=_said(Role.PLANNER, planner, usage), follow=read_asked(completion.calls[0]))
    text = completion.text.strip()
    given_up = _GIVE_UP.match(text)
    if given_up is not None:
        return Prediction(planner=_said(Role.PLANNER, PlannerTurn(text[given_up.end() :], Decision.GIVE_UP), usage))
    if not text:
        problem = "neither a call nor a text"
        nothing = Utterance(role=Role.PLANNER, text="", turn=None, problem=problem, usage=usage)
        return Prediction(planner=nothing, follow=Utterance(role=Role.CALLER, text="", turn=None, problem=problem))
    planner = PlannerTurn("", Decision.CONCLUDE)
    return Prediction(
        planner=_said(Role.PLANNER, planner, usage), follow=_said(Role.SUMMARIZER, SummarizerTurn(text), Usage())
    )


def read_asked(asked: AskedCall) -> Utterance:
    """Return a call as the caller's utterance; its text is in the form of the released checkpoints."""
    text = f"Action: {asked.name}\nAction Input: {asked.arguments}"
    arguments = read_object(asked.arguments or "{}")
    if arguments is None:
        return Utterance(role=Role.CALLER, text=text, turn=None, problem="its arguments are no JSON object")
    return Utterance(role=Role.CALLER, text=text, turn=CallerTurn(ToolCall(asked.name, arguments)))


def _said(role: Role, turn: PlannerTurn | SummarizerTurn, usage: Usage) -> Utterance:
    text = turn.text if isinstance(turn, SummarizerTurn) else turn.rationale
    return Utterance(role=role, text=text, turn=turn, usage=usage)


def _message(turn: Turn, before: Turn | None, after: Turn | None, number: int) -> Message | None:
    match turn:
        case UserTurn(text):
            return {"role": "user", "content": text}
        case CallerTurn(call):
            thought = before.rationale if isinstance(before, PlannerTurn) else ""
            function = {"name": call.name, "arguments": compact_json(call.arguments)}
            asked = {"id": f"call_{number}", "type": "function", "function": function}
            return {"role": "assistant", "content": thought or None, "tool_calls": [asked]}
        case ToolTurn(observation):  # its call is the message before it
            text = render_observation(observation)
            return {"role": "tool", "tool_call_id": f"call_{number - 1}", "content": text}
        case SummarizerTurn(text):
            return {"role": "assistant", "content": text}
        case PlannerTurn(rationale, decision):
            if isinstance(after, (CallerTurn, SummarizerTurn)):
                return None  # said together with what follows
            text = f"Give up: {rationale}" if decision is Decision.GIVE_UP else rationale
            return {"role": "assistant", "content": text} if text else None
