"""The client of one OpenAI-compatible server's `/chat/completions`: a request, a streamed answer, what it cost.

Servers differ in what they understand. What a server refuses by name is left out from then on, and an answer's form is
asked for in the first of three ways that works: `json_schema` (OpenAI, llama-server, vLLM), `json_object` with a schema
(llama-cpp-python), or not at all. Both are remembered for as long as the client lives. Whether an answer has its form is
the caller's to check.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from umi_local.bundles.values import Endpoint
from umi_local.engine.base import CancelToken, OnText, Sampling
from umi_local.engine.http_stream import Post, RefusedError, server_words, stream_json
from umi_local.engine.tool_calls import AskedCall, AskedCalls
from umi_local.errors import BundleError, GenerationError, RoleUnreachableError
from umi_local.messages import JsonObject, JsonValue

Message: TypeAlias = Mapping[str, JsonValue]

N_TOP_LOGPROBS = 5  # the most that every server of note allows; some stop at 5, some at 20
_FORMS = ("json_schema", "json_object", "plain")
_FORM_WORDS = ("response_format", "json_schema", "json_object", "schema", "grammar")
_CAN_DO_WITHOUT = ("logprobs", "stream_options", "top_k", "min_p", "top_p", "seed")
_TOO_MANY_REQUESTS = 429
_ABOUT_THE_REQUEST = (400, 422, 500, 501)  # 500: llama-cpp-python blames itself for what it doesn't know


@dataclass(frozen=True, slots=True)
class Token:
    """A token of an answer and the log probabilities of the likeliest tokens in its place."""

    text: str
    top: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a server.

    Attributes:
        schema: JSON Schema that the answer shall have; None for free text.
        wants_logprobs: Ask for the likeliest tokens, where the server gives them.
        is_done: Looks at the text so far; True ends the answer there.
        tools: What the model may call by itself, in OpenAI's form; the calls come back in the completion.
    """

    messages: Sequence[Message]
    max_tokens: int
    sampling: Sampling
    schema: JsonObject | None = None
    wants_logprobs: bool = False
    is_done: Callable[[str], bool] = field(default=lambda text: False)
    tools: Sequence[JsonObject] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """An answer. Counts are what the server said, 0 where it doesn't say; `ms` is wall time."""

    text: str
    was_cut: bool = False
    tokens: tuple[Token, ...] = ()
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    ms: float = 0.0
    calls: tuple[AskedCall, ...] = ()


class ChatApi:
    """Asks one server. Safe to use from several threads."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Take up an endpoint; nothing is sent yet.

        Raises:
            BundleError: The environment variable with its key isn't set.
        """
        self.url = f"{endpoint.url.rstrip('/')}/chat/completions"
        self._endpoint = endpoint
        self._headers = _headers(endpoint)
        self._is_tls = urlsplit(endpoint.url).scheme == "https"
        self._verify: Any = None
        self._left_out: frozenset[str] = frozenset()
        self._limit_key = "max_tokens"
        self._form = 0

    def complete(self, question: Question, cancel: CancelToken, on_text: OnText) -> Completion:
        """Return the server's answer, streamed to `on_text`.

        Raises:
            CancelledError: `cancel` was set.
            RoleUnreachableError: The server can't be reached, is busy or broke down.
            GenerationError: It refused the request; the message has its words.
        """
        started, form, first_refusal = time.monotonic(), self._form, None
        while True:
            body = self._body(question, form)
            try:
                completion = self._read(body, question.is_done, cancel, on_text)
            except RefusedError as refusal:
                if question.schema is not None and form < len(_FORMS) - 1 and _is_about_form(refusal):
                    form, first_refusal = form + 1, first_refusal or refusal
                elif not self._leave_out(refusal, body):
                    raise self._error(first_refusal or refusal) from refusal
            else:
                if question.schema is not None:
                    self._form = form
                return replace(completion, ms=(time.monotonic() - started) * 1000)

    def _body(self, question: Question, form: int) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._endpoint.model,
            "messages": list(question.messages),
            "temperature": question.sampling.temperature,
            self._limit_key: question.max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if question.sampling.temperature > 0:
            values = question.sampling
            body |= {"top_p": values.top_p, "top_k": values.top_k, "min_p": values.min_p, "seed": values.seed}
        if question.wants_logprobs and self._endpoint.logprobs:
            body |= {"logprobs": True, "top_logprobs": N_TOP_LOGPROBS}
        if question.tools:
            body["tools"] = list(question.tools)
        if question.schema is not None and _FORMS[form] == "json_schema":
            described = {"name": "turn", "schema": question.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": described}
        elif question.schema is not None and _FORMS[form] == "json_object":
            body["response_format"] = {"type": "json_object", "schema": question.schema}
        return {name: value for name, value in body.items() if name not in self._left_out}

    def _leave_out(self, refusal: RefusedError, body: Mapping[str, Any]) -> bool:
        """Remember what the server refuses by name; return whether asking again makes sense."""
        if refusal.status not in _ABOUT_THE_REQUEST:
            return False
        if "max_completion_tokens" in refusal.words and self._limit_key == "max_tokens":
            self._limit_key = "max_completion_tokens"  # OpenAI's newer models
            return True
        refused = {name for name in _CAN_DO_WITHOUT if name in body and name in refusal.words}
        if "logprobs" in refused:
            refused.add("top_logprobs")
        self._left_out |= refused
        return bool(refused)

    def _read(
        self, body: JsonObject, is_done: Callable[[str], bool], cancel: CancelToken, on_text: OnText
    ) -> Completion:
        answer = _Answer()
        post = Post(
            url=self.url,
            headers=self._headers,
            body=body,
            timeout_s=self._endpoint.timeout_s,
            verify=self._tls(),
            use_proxy=not is_loopback(self.url),
        )
        stream = stream_json(post, cancel)
        try:
            for data in stream:
                if piece := _taken(answer, data, self.url):
                    on_text(piece)
                if is_done(answer.text):
                    return answer.completion()
        finally:
            stream.close()  # type: ignore[attr-defined]  # a generator
        if answer.is_empty and body["stream"]:
            # llama-cpp-python 0.3.36 reports some errors (a prompt that is too long) only where it doesn't stream.
            whole = {name: value for name, value in body.items() if name != "stream_options"}
            return self._read({**whole, "stream": False}, is_done, cancel, on_text)
        if not answer.finish_reason:
            raise RoleUnreachableError(self.url, "the connection ended in the middle of the answer")
        return answer.completion()

    def _tls(self) -> Any:
        """Return how certificates are checked; making the context takes 20 ms, so it is kept."""
        if self._is_tls and self._verify is None:
            import httpx2

            self._verify = httpx2.create_ssl_context()
        return self._verify if self._is_tls else False

    def _error(self, refusal: RefusedError) -> Exception:
        reason = f"HTTP {refusal.status}: {server_words(refusal.words)}"
        if refusal.status >= 500 or refusal.status == _TOO_MANY_REQUESTS:
            return RoleUnreachableError(self.url, reason)
        hint = {
            401: "Check the key in the environment variable that api_key_env names.",
            403: "Check the key in the environment variable that api_key_env names.",
            404: "Check url and model of the endpoint in bundle.toml.",
        }.get(refusal.status)
        return GenerationError(f"{self.url} refused the request: {reason}", hint=hint)


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this very machine, by its look: names but localhost are not resolved."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Answer:
    """Gathers the pieces of a streamed answer."""

    def __init__(self) -> None:
        self.text = ""
        self.finish_reason = ""
        self.is_empty = True
        self._tokens: list[Token] = []
        self._calls = AskedCalls()
        self._usage: Mapping[str, Any] = {}

    def take(self, data: JsonObject) -> str:
        """Take up one object and return the text that it brings.

        Raises:
            RefusedError: The server reports an error in mid-stream.
        """
        self.is_empty = False
        if error := data.get("error"):
            code = error.get("code") if isinstance(error, Mapping) else None
            raise RefusedError(code if isinstance(code, int) else 500, json.dumps({"error": error}))
        usage = data.get("usage")
        self._usage = usage if isinstance(usage, Mapping) else self._usage
        choices: Sequence[Any] = data.get("choices") or ({},)
        choice = choices[0]
        self.finish_reason = choice.get("finish_reason") or self.finish_reason
        self._tokens += map(_token, (choice.get("logprobs") or {}).get("content") or ())
        brought = choice.get("delta") or choice.get("message") or {}
        self._calls.take(brought.get("tool_calls") or ())
        piece = brought.get("content") or ""
        self.text += piece
        return str(piece)

    def completion(self) -> Completion:
        """Return what was gathered."""
        details = self._usage.get("prompt_tokens_details")
        return Completion(
            text=self.text,
            was_cut=self.finish_reason == "length",
            tokens=tuple(self._tokens),
            prompt_tokens=_count(self._usage, "prompt_tokens"),
            cached_tokens=_count(details, "cached_tokens"),
            completion_tokens=_count(self._usage, "completion_tokens") or len(self._tokens),
            calls=self._calls.finished(),
        )


def _taken(answer: _Answer, data: JsonObject, url: str) -> str:
    """Take up one object of an answer, which comes from a stranger and may have any form."""
    try:
        return answer.take(data)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise GenerationError(
            f"{url} sent what is no chat completion: {server_words(json.dumps(data))}",
            hint="Check that the endpoint's url is that of an OpenAI-compatible server.",
        ) from error


def _count(data: Any, key: str) -> int:
    """Return a number of tokens, 0 where there is none."""
    value = data.get(key) if isinstance(data, Mapping) else None
    return value if isinstance(value, int) else 0


def _token(entry: JsonObject) -> Token:
    top = {other["token"]: float(other["logprob"]) for other in entry.get("top_logprobs") or ()}
    top.setdefault(entry["token"], float(entry.get("logprob", -math.inf)))
    return Token(entry["token"], top)


def _is_about_form(refusal: RefusedError) -> bool:
    """Whether another form of answer may help: the server names it, or blames the request and nothing in it."""
    if refusal.status not in _ABOUT_THE_REQUEST or "context_length" in refusal.words:
        return False
    if any(word in refusal.words for word in _FORM_WORDS):
        return True
    names_something = any(word in refusal.words for word in (*_CAN_DO_WITHOUT, "max_completion_tokens"))
    return refusal.status in (400, 422) and not names_something


def _headers(endpoint: Endpoint) -> dict[str, str]:
    if endpoint.api_key_env is None:
        return {}
    key = os.environ.get(endpoint.api_key_env, "").strip()
    if not key or not key.isascii():
        raise BundleError(
            f"the endpoint {endpoint.url} needs a key, and ${endpoint.api_key_env} doesn't hold one",
            hint=f"Set it: export {endpoint.api_key_env}=...",
        )
    return {"Authorization": f"Bearer {key}"}
