"""Roles behind OpenAI-compatible servers (llama-server, llama-cpp-python, vLLM, hosted ones).

What a server gives is weaker than what the engine in this process does, and nothing can be done about it here:

- The server renders the prompt. Text from outside (the user's, tools') that looks like a control token may become one;
  only the server's tokenizer could prevent that.
- A schema for the answer is a request. Calls are validated here, and repaired once by telling the model what is wrong.
- Token counts and probabilities are the server's word; where it says nothing, counts are 0 and probabilities empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from umi_local.bundles.values import Endpoint
from umi_local.engine.base import CancelToken, OnText, Sampling, SpeakOptions, Spoken, Written, free_limit
from umi_local.engine.chat_api import ChatApi, Completion, Message, Question, is_loopback
from umi_local.engine.options import is_offline
from umi_local.engine.remote_calls import (
    DECISION_SCHEMA,
    WORDS,
    BadCallError,
    call_schema,
    decision_of,
    find_decision,
    find_word,
    probabilities_at,
    read_call,
)
from umi_local.errors import GenerationError, OfflineError
from umi_local.messages import CallerTurn, PlannerTurn, Role, SummarizerTurn, ToolSpec, Trajectory, Usage
from umi_local.prompts.decisions import NEXT, rationale_before_decision
from umi_local.prompts.prompted import chat_messages
from umi_local.tools.validation import check_spec

MessagesFor: TypeAlias = Callable[[Trajectory, Role], Sequence[Message]]

_DECISION_TOKENS = 24
_ASK_FOR_DECISION = (
    "You did not say what comes next. Choose now. Answer with one JSON object and nothing else: "
    '{"next": "caller"} to call a tool, {"next": "summarizer"} if the question can be answered, '
    '{"next": "give up"} if no tool can help.'
)
_ASK_FOR_REPAIR = "That is not a valid tool call: {problem}. Write the corrected JSON object and nothing else."
_NOTHING = "(nothing)"  # some servers refuse empty messages


class RemoteEngine:
    """Lets roles speak that live behind servers. Safe to use from several threads."""

    def __init__(
        self,
        endpoints: Mapping[Role, Endpoint],
        *,
        sampling: Mapping[Role, Sampling] | None = None,
        messages_for: MessagesFor = chat_messages,
    ) -> None:
        """Take up the endpoints; nothing is sent yet.

        Args:
            endpoints: Of the roles that this engine speaks for. Roles with equal endpoints share a client.
            sampling: The roles' own, where a request names none; greedy by default.
            messages_for: What a role is told.

        Raises:
            OfflineError: umi-local runs offline and an endpoint isn't on this machine.
            BundleError: The environment variable with a key isn't set.
        """
        for role, endpoint in endpoints.items():
            if is_offline() and not is_loopback(endpoint.url):
                raise OfflineError(f"the {role.value} at {endpoint.url}")
        clients = {endpoint: ChatApi(endpoint) for endpoint in endpoints.values()}
        self._clients = {role: clients[endpoint] for role, endpoint in endpoints.items()}
        self._sampling = dict(sampling or {})
        self._messages_for = messages_for

    def prepare(self, tools: Sequence[ToolSpec]) -> None:
        """Check the tools' schemas. Nothing is sent: a server can't be warmed up for a prompt it hasn't seen.

        Raises:
            ToolDefinitionError: A schema is wrong.
        """
        for tool in tools:
            check_spec(tool)

    def speak(
        self,
        role: Role,
        trajectory: Trajectory,
        *,
        options: SpeakOptions,
        cancel: CancelToken,
        on_text: OnText,
    ) -> Spoken:
        """Return the role's next turn.

        Raises:
            CancelledError: `cancel` was set.
            RoleUnreachableError: The server can't be reached, is busy or broke down: try again later.
            GenerationError: The server refused, or what it wrote is no valid turn.
        """
        turn = self._turn(role, trajectory, options, cancel, on_text)
        match role:
            case Role.PLANNER:
                return turn.plan()
            case Role.CALLER:
                return turn.call(trajectory.tools)
            case Role.SUMMARIZER:
                return turn.summarize()

    def write(
        self,
        role: Role,
        trajectory: Trajectory,
        *,
        options: SpeakOptions,
        cancel: CancelToken,
        is_done: Callable[[str], bool],
    ) -> Written:
        """Return what the role writes when it is asked once, for no form; see `FreeWriter.write`."""
        return self._turn(role, trajectory, options, cancel, _silent).write(free_limit(role, options), is_done)

    def close(self) -> None:
        """Do nothing: every request closes its own connection. Safe to call twice."""

    def _turn(
        self, role: Role, trajectory: Trajectory, options: SpeakOptions, cancel: CancelToken, on_text: OnText
    ) -> _Turn:
        if role not in self._clients:
            raise GenerationError(f"the {role.value} has no endpoint", hint="Add one to bundle.toml.")
        options = replace(options, sampling=options.sampling or self._sampling.get(role))
        return _Turn(self._clients[role], self._messages_for(trajectory, role), options, cancel, on_text)


class _Turn:
    """One turn of one role: a request, and at most one more where the first wasn't enough."""

    def __init__(
        self,
        client: ChatApi,
        messages: Sequence[Message],
        options: SpeakOptions,
        cancel: CancelToken,
        on_text: OnText,
    ) -> None:
        self._client, self._messages, self._options = client, messages, options
        self._sampling = options.sampling or Sampling()
        self._cancel, self._on_text = cancel, on_text
        self._usage = Usage(calls=1)

    def plan(self) -> Spoken:
        """Let the planner reason and decide; where its decision is missing, ask for that alone."""
        completion = self._ask(
            Question(
                messages=self._messages,
                max_tokens=self._options.planner_tokens,
                sampling=self._sampling,
                wants_logprobs=True,
                is_done=_has_decided,
            ),
            self._on_text,
        )
        found = find_decision(completion.text)
        if found is None:
            return self._decide(completion)
        rationale = completion.text[: found.start()].strip()
        return self._planned(rationale, found, completion)

    def _decide(self, completion: Completion) -> Spoken:
        """Ask for the decision alone."""
        text = completion.text.strip()
        rationale = rationale_before_decision(text)
        decided = self._ask(
            Question(
                messages=_follow_up(self._messages, text, _ASK_FOR_DECISION),
                max_tokens=_DECISION_TOKENS,
                sampling=self._sampling,
                schema=DECISION_SCHEMA,
                wants_logprobs=True,
            ),
            _silent,
        )
        found = find_word(decided.text)
        if found is None:
            words = ", ".join(WORDS.values())
            raise GenerationError(
                f"the planner at {self._client.url} did not decide, also when asked for one of {words}; "
                f"it wrote {decided.text[:100]!r}",
                hint="Use a larger or better instructed model for the planner.",
            )
        spoken = self._planned(text if rationale is None else rationale, found, decided)
        self._on_text(f"\n{NEXT[decision_of(found['word'])]}")
        return spoken

    def _planned(self, rationale: str, found: re.Match[str], completion: Completion) -> Spoken:
        return Spoken(
            turn=PlannerTurn(rationale, decision_of(found["word"])),
            usage=self._usage,
            probabilities=probabilities_at(completion.tokens, found.start("word")),
        )

    def call(self, tools: Sequence[ToolSpec]) -> Spoken:
        """Let the caller write a call; tell it once what is wrong with it."""
        if not tools:
            raise GenerationError("the caller was asked for a call, but there are no tools")
        schema = call_schema(tools)
        completion = self._ask_for_call(self._messages, schema, self._on_text)
        try:
            return Spoken(turn=CallerTurn(read_call(completion.text, tools)), usage=self._usage)
        except BadCallError as error:
            problem = self._described(error, completion)
        messages = _follow_up(self._messages, completion.text, _ASK_FOR_REPAIR.format(problem=problem))
        repaired = self._ask_for_call(messages, schema, _silent)
        try:
            call = read_call(repaired.text, tools)
        except BadCallError as error:
            raise GenerationError(
                f"the caller at {self._client.url} wrote no valid call, also when told what was wrong: "
                f"{self._described(error, repaired)}",
                hint="Use a larger model for the caller, or a server that obeys response_format.",
            ) from error
        return Spoken(
            turn=CallerTurn(call), usage=self._usage, notices=(f"the caller's first call was no valid one: {problem}",)
        )

    def _ask_for_call(self, messages: Sequence[Message], schema: Mapping[str, object], on_text: OnText) -> Completion:
        question = Question(
            messages=messages,
            max_tokens=self._options.caller_tokens,
            sampling=self._sampling,
            schema=schema,
        )
        return self._ask(question, on_text)

    def _described(self, error: BadCallError, completion: Completion) -> str:
        cut = f" (it was cut off at {self._options.caller_tokens} tokens)" if completion.was_cut else ""
        return f"{error}{cut}"

    def summarize(self) -> Spoken:
        """Let the summarizer answer."""
        limit = self._options.summarizer_tokens
        question = Question(messages=self._messages, max_tokens=limit, sampling=self._sampling)
        completion = self._ask(question, self._on_text)
        text = completion.text.strip()
        if not text:
            raise GenerationError(f"the summarizer at {self._client.url} wrote nothing")
        notices = (f"the answer was cut off at {limit} tokens",) if completion.was_cut else ()
        return Spoken(turn=SummarizerTurn(text), usage=self._usage, notices=notices)

    def write(self, limit: int, is_done: Callable[[str], bool]) -> Written:
        """Let the role write what it likes."""
        question = Question(messages=self._messages, max_tokens=limit, sampling=self._sampling, is_done=is_done)
        completion = self._ask(question, _silent)
        return Written(text=completion.text.strip(), usage=self._usage, was_cut=completion.was_cut)

    def _ask(self, question: Question, on_text: OnText) -> Completion:
        completion = self._client.complete(question, self._cancel, on_text)
        self._usage += Usage(
            prompt_tokens=completion.prompt_tokens,
            reused_tokens=completion.cached_tokens,
            evaluated_tokens=completion.prompt_tokens - completion.cached_tokens,
            sampled_tokens=completion.completion_tokens,
            ms=completion.ms,
        )
        return completion


def _has_decided(text: str) -> bool:
    """Whether the line with the decision is complete: what comes after it is of no use."""
    found = find_decision(text)
    return found is not None and "\n" in text[found.end() :]


def _follow_up(messages: Sequence[Message], said: str, request: str) -> list[Message]:
    return [
        *messages,
        {"role": "assistant", "content": said.strip() or _NOTHING},
        {"role": "user", "content": request},
    ]


def _silent(piece: str) -> None:
    """Take a piece of text that people don't see: it belongs to no turn."""
