"""Constrained decoding of tool calls. The only module that imports llguidance.

llguidance never raises: a bad grammar or a refused token puts a matcher into an error state for good, so every step looks at
it. Forced text (keys, the only name left) comes out as tokens at once and is decoded in one batch, never sampled. Pieces of
a call that have no natural end (long strings, deep lists) are brought to one: past the token limit only tokens that
close something are taken where there are any.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Sequence
from typing import Any

import jsonschema
import llguidance
import llguidance.llamacpp
import llguidance.numpy
import numpy as np
import numpy.typing as npt

from umi_local.engine.llama_c import Logits, Model
from umi_local.errors import GenerationError, ToolDefinitionError
from umi_local.messages import ToolSpec
from umi_local.prompts.base import CallForm
from umi_local.prompts.grammar import call_grammar

_CLOSERS = re.compile(rb'["\]}]+')


@functools.lru_cache(maxsize=512)
def _problem(name: str, schema_json: str) -> str | None:
    schema = json.loads(schema_json)
    if '"patternProperties"' in schema_json:  # llguidance #265, #266: accepted, and not always enforced
        return "patternProperties can't be enforced while a call is written; name the properties"
    grammar = call_grammar([ToolSpec(name, "", schema)])
    is_error, messages = llguidance.LLMatcher.validate_grammar_with_warnings(grammar)
    if is_error or messages:
        reason = (messages or ["unknown reason"])[0].split("\n", 1)[0]
        return reason.partition("failed to compile JSON schema: ")[2] or reason
    return None


def check_tools(tools: Sequence[ToolSpec]) -> None:
    """Check that calls of every tool can be expressed as a grammar.

    Raises:
        ToolDefinitionError: One can't, with llguidance's reason.
    """
    for tool in tools:
        try:
            jsonschema.Draft202012Validator.check_schema(dict(tool.parameters))
        except jsonschema.SchemaError as error:
            raise ToolDefinitionError(
                tool.name, f"its parameters aren't a JSON Schema: {error.message}"
            ) from error
        reason = _problem(tool.name, json.dumps(tool.parameters, sort_keys=False))
        if reason:
            raise ToolDefinitionError(
                tool.name,
                f"its schema can't be expressed as a grammar: {reason}",
                hint="Simplify the tool's parameters; docs/tools.md lists the JSON Schema keywords that work.",
            )


class CallGrammars:
    """Compiled call grammars of one vocabulary, kept by tool set."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._compiled: dict[tuple[str, CallForm], Any] = {}

    @functools.cached_property
    def tokenizer(self) -> Any:
        """llguidance's form of the vocabulary: 0.2 to 0.4 s, so made at the first call only."""
        return llguidance.llamacpp.lltokenizer_from_vocab(self._model.vocab_handle)

    @functools.cached_property
    def closers(self) -> npt.NDArray[np.int64]:
        """Tokens made of quotes, brackets and braces that close, the longest first."""
        pieces = ((t, self._model.piece(t)) for t in range(self._model.vocab.n_tokens))
        closing = [(t, len(piece)) for t, piece in pieces if _CLOSERS.fullmatch(piece)]
        return np.array([t for t, _ in sorted(closing, key=lambda item: -item[1])], dtype=np.int64)

    def call(self, tools: Sequence[ToolSpec], form: CallForm) -> CallMatcher:
        """Return a fresh matcher of one call of any of these tools."""
        grammar = call_grammar(tools, form)
        key = (grammar, form)
        if key not in self._compiled:
            if len(self._compiled) > 64:
                self._compiled.clear()
            matcher = llguidance.LLMatcher(self.tokenizer, grammar)
            if matcher.is_error():
                raise GenerationError(f"the call grammar doesn't compile: {matcher.get_error()}")
            self._compiled[key] = matcher
        return CallMatcher(self._compiled[key].deep_copy(), self)


class CallMatcher:
    """Says which tokens may come next while a call is written."""

    def __init__(self, matcher: Any, grammars: CallGrammars) -> None:
        self._matcher, self._grammars = matcher, grammars
        n_vocab = grammars._model.vocab.n_tokens
        self._bitmask = llguidance.numpy.allocate_token_bitmask(1, n_vocab)

    @property
    def is_finished(self) -> bool:
        """Whether the call is complete and nothing may follow."""
        return bool(self._matcher.is_stopped())

    def forced(self) -> list[int]:
        """Return the tokens that must come next, having taken them; empty where there is a choice."""
        tokens: list[int] = self._matcher.compute_ff_tokens()
        if tokens:
            self.take(tokens)
        return tokens

    def allowed(self, logits: Logits) -> Logits:
        """Return a copy of the logits with everything that may not come next at minus infinity. Shape (V,)."""
        llguidance.numpy.fill_next_token_bitmask(self._matcher, self._bitmask, 0)
        masked = logits.copy()
        llguidance.numpy.apply_token_bitmask_inplace(masked, self._bitmask[0])
        return masked

    def closing(self, masked: Logits) -> Logits:
        """Narrow masked logits to what ends the call soonest, where anything does."""
        closers = self._grammars.closers
        possible = closers[masked[closers] > -np.inf]
        if not len(possible):
            return masked
        narrowed = np.full_like(masked, -np.inf)
        narrowed[possible[0]] = 0.0
        return narrowed

    def take(self, tokens: Sequence[int]) -> None:
        """Advance by tokens that are allowed.

        Raises:
            GenerationError: llguidance refused them or hit one of its limits.
        """
        if not self._matcher.consume_tokens(list(tokens)) or self._matcher.is_error():
            raise GenerationError(f"the call grammar stopped: {self._matcher.get_error()}")
