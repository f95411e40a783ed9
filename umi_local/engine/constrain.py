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

import llguidance
import llguidance.numpy
import numpy as np
import numpy.typing as npt

from umi_local.engine.llama_c import Logits, Model
from umi_local.engine.text import Words
from umi_local.errors import GenerationError, ToolDefinitionError
from umi_local.messages import ToolSpec
from umi_local.prompts.base import CallForm
from umi_local.prompts.grammar import call_grammar

_STRING_END = re.compile(rb'"[\]}]*')
_END = re.compile(rb"[\]}]+")
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_MARK = "\x02"  # a byte that no vocabulary has longer pieces with


@functools.lru_cache(maxsize=512)
def _problem(name: str, schema_json: str) -> str | None:
    schema = json.loads(schema_json)
    if '"patternProperties"' in schema_json:  # llguidance #265, #266: accepted, and not always enforced
        return "patternProperties can't be enforced while a call is written; name the properties"
    grammars = [call_grammar([ToolSpec(name, "", schema)])]
    if '"oneOf"' in schema_json:  # tightened parts may exclude each other where the schema's own parts don't
        grammars.append(f"start: %json {schema_json}")
    for grammar in grammars:
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
    import jsonschema

    for tool in tools:
        try:
            jsonschema.Draft202012Validator.check_schema(dict(tool.parameters))
        except jsonschema.SchemaError as error:
            raise ToolDefinitionError(tool.name, f"its parameters aren't a JSON Schema: {error.message}") from error
        reason = _problem(tool.name, json.dumps(tool.parameters))
        if reason:
            raise ToolDefinitionError(
                tool.name,
                f"its schema can't be expressed as a grammar: {reason}",
                hint="Simplify the tool's parameters; docs/tools.md lists the JSON Schema keywords that work.",
            )


class CallGrammars:
    """Compiled call grammars of one vocabulary, kept by tool set. Safe to use from several threads."""

    def __init__(self, model: Words) -> None:
        self._model = model
        self._compiled: dict[tuple[str, CallForm], Any] = {}

    @functools.cached_property
    def tokenizer(self) -> Any:
        """The vocabulary in llguidance's form: 0.2 to 0.4 s, so made at the first call only.

        Its own `lltokenizer_from_vocab` (llguidance 1.9.1) asks llama-cpp-python a deprecated question for every token, and
        marks fewer tokens as special than we do. The mark is the byte 0xff, which no text in a grammar matches.
        """
        control, stops = self._model.vocab.control, sorted(self._model.vocab.stops)
        tokens = [b"\xff" + p if t in control else p for t, p in enumerate(self._model.pieces())]
        slices = llguidance.LLTokenizer.general_slices()[1:3]  # strings to 10 and 30 characters: calls need no more
        if isinstance(self._model, Model):
            return llguidance.LLTokenizer.from_llamacpp(  # type: ignore[attr-defined]  # not in its stubs
                tokens=tokens,
                vocab_ptr=self._model.vocab_handle,
                tokenize_fptr=self._model.tokenize_address(),
                eos_token=stops,
                slices=slices,
            )
        wrapped = llguidance.TokenizerWrapper(_Tokenizing(self._model, tokens))
        return llguidance.LLTokenizer(wrapped, n_vocab=len(tokens), eos_token=stops, slices=slices)

    @functools.cached_property
    def string_closers(self) -> npt.NDArray[np.int64]:
        """Tokens that end a string and perhaps more, the longest first."""
        return self._matching(_STRING_END)

    @functools.cached_property
    def closers(self) -> npt.NDArray[np.int64]:
        """Tokens made of brackets and braces that close, the longest first."""
        return self._matching(_END)

    def _matching(self, pattern: re.Pattern[bytes]) -> npt.NDArray[np.int64]:
        found = [(-len(piece), t) for t, piece in enumerate(self._model.pieces()) if pattern.fullmatch(piece)]
        return np.array([t for _, t in sorted(found)], dtype=np.int64)

    def call(self, tools: Sequence[ToolSpec], form: CallForm) -> CallMatcher:
        """Return a fresh matcher of one call of any of these tools."""
        grammar = call_grammar(tools, form, lead=self._model.lead)
        key = (grammar, form)
        matcher = self._compiled.get(key)
        if matcher is None:
            if len(self._compiled) > 64:
                self._compiled.clear()
            matcher = llguidance.LLMatcher(self.tokenizer, grammar)
            if matcher.is_error():
                raise GenerationError(f"the call grammar doesn't compile: {matcher.get_error()}")
            self._compiled[key] = matcher
        return CallMatcher(matcher.deep_copy(), self)


class _Tokenizing:
    """Words in the form that llguidance asks a tokenizer of another library for."""

    def __init__(self, words: Words, tokens: Sequence[bytes]) -> None:
        self._words, self.tokens = words, tokens
        self.eos_token_id, self.bos_token_id = words.vocab.eos, None

    def __call__(self, text: bytes) -> list[int]:
        """Return the tokens of exactly these bytes: a blank that the tokenizer puts first is cut off, with a mark behind it."""
        readable = text.decode("utf-8", "replace")
        if not self._words.lead:
            return self._words.tokenize(readable, special=False)
        tokens = self._words.tokenize(_MARK + readable, special=False)
        ends = (i for i, token in enumerate(tokens, start=1) if self._words.piece(token).endswith(_MARK.encode()))
        return tokens[next(ends, 0) :]


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

    def closing(self, masked: Logits, text: str) -> Logits:
        """Narrow masked logits to what ends the call soonest, where anything does.

        Args:
            text: The call so far; inside a string brackets are content, and only a quote ends it.
        """
        is_in_string = _ESCAPED.sub("", text).count('"') % 2 == 1
        closers = self._grammars.string_closers if is_in_string else self._grammars.closers
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
