"""What the caller writes validates against the chosen tool's schema, always, and what can't be promised is refused."""

from __future__ import annotations

import json
import random
from typing import Any

import jsonschema
import numpy as np
import pytest

from umi_local.engine.base import CancelToken, Sampling
from umi_local.engine.constrain import CallGrammars, check_tools
from umi_local.engine.kv import Trunk
from umi_local.engine.llama_c import Context, ContextParams, Model
from umi_local.engine.sampling import Sampler
from umi_local.engine.speaking import Speech, call
from umi_local.engine.text import Encoder
from umi_local.errors import ToolDefinitionError
from umi_local.messages import ToolSpec
from umi_local.prompts import CallForm, SharedProfile

NAMES = ["city", "größe", "n", "日付", "is_on", "filter", "x-y", "a b", "Σ", "items", "note", "limit"]
WORDS = ["red", "grün", 'a"b', "back\\slash", "日本", "🙂", "", " two words ", "new\nline", "</s>", "null", "42"]


def random_schema(rng: random.Random, depth: int = 0) -> dict[str, Any]:
    """A JSON Schema of the kinds that tools really have, three levels deep at most."""
    plain = ["string", "integer", "number", "boolean", "null", "enum", "const", "ref", "pattern"]
    kind = rng.choice(plain + (["object", "array", "anyOf", "object", "array"] if depth < 3 else []))
    match kind:
        case "string":
            low = rng.choice([0, 0, 0, 2])
            return {"type": "string", "minLength": low, "maxLength": low + rng.randint(0, 12)}
        case "integer":
            low = rng.randint(-50, 50)
            return rng.choice([{"type": "integer"}, {"type": "integer", "minimum": low, "maximum": low + 9}])
        case "number":
            least = rng.uniform(-5, 5)
            return rng.choice(
                [{"type": "number"}, {"type": "number", "minimum": least, "exclusiveMaximum": least + 1.5}]
            )
        case "boolean" | "null":
            return {"type": kind}
        case "enum":
            return {"enum": rng.sample([*WORDS, 1, 2.5, True, None], rng.randint(1, 5))}
        case "const":
            return {"const": rng.choice([*WORDS, 7, {"a": [1, "b"]}])}
        case "ref":
            return {"$ref": "#/$defs/thing"}
        case "pattern":
            return {"type": "string", "pattern": rng.choice(["^[a-z]{2,5}$", "^[0-9]{4}-[0-9]{2}$", "^(ja|nein)$"])}
        case "array":
            low = rng.randint(0, 2)
            items = random_schema(rng, depth + 1)
            return {"type": "array", "items": items, "minItems": low, "maxItems": low + rng.randint(0, 2)}
        case "anyOf":
            return {"anyOf": [random_schema(rng, depth + 1) for _ in range(rng.randint(1, 3))]}
    return random_object(rng, depth)


def random_object(rng: random.Random, depth: int) -> dict[str, Any]:
    names = rng.sample(NAMES, rng.randint(0, 4))
    schema = {
        "type": "object",
        "properties": {name: random_schema(rng, depth + 1) for name in names},
        "required": [name for name in names if rng.random() < 0.6],
    }
    return schema | ({"additionalProperties": False} if rng.random() < 0.5 else {})


def random_tool(seed: int, n: int) -> ToolSpec:
    rng = random.Random(seed * 10 + n)
    thing = {"type": "object", "properties": {"id": {"type": "integer"}, "next": {"$ref": "#/$defs/thing"}}}
    parameters = random_object(rng, 0) | {"$defs": {"thing": thing | {"required": ["id"]}}}
    return ToolSpec(f"{rng.choice(['get', 'set', 'find'])}_{rng.choice(['user', 'file', 'day'])}_{n}", "", parameters)


@pytest.fixture(scope="module")
def caller(real):
    """Let the real model write a call: (tools, seed) -> (the call, the margin of its name, the speech)."""
    model = Model(real)
    context = Context(model, ContextParams(n_ctx=2048, n_threads=1))
    trunk, grammars, encoder = Trunk(context), CallGrammars(model), Encoder(model)
    history = model.tokenize("Please use a tool now, and choose what you like. The call as JSON:", special=False)
    trunk.sync([history], lambda: None)

    def write(tools, seed, *, temperature=1.0, max_tokens=40, form=CallForm.JSON):
        scratch = trunk.fork()
        logits = scratch.decode(model.tokenize("\n", special=False))
        profile = SharedProfile()
        profile.call_form = form
        speech = Speech(
            model=model,
            encoder=encoder,
            profile=profile,
            scratch=scratch,
            sampler=Sampler(Sampling(temperature=temperature, seed=seed)),
            logits=logits,
            stops=model.vocab.stops,
            stop_text="",
            cancel=CancelToken(),
            on_text=lambda text: None,
            banned=np.array([], dtype=np.int64),
        )
        try:
            turn, margin = call(speech, grammars.call(tools, form), tools, max_tokens)
        finally:
            scratch.close()
        return turn.call, margin, speech

    yield write
    context.close()
    model.close()


@pytest.mark.integration
@pytest.mark.parametrize("batch", range(10))
def test_calls_validate_against_hundreds_of_random_schemas_at_temperature_one(caller, batch):
    n_tools = 0
    for seed in range(batch * 15, batch * 15 + 15):
        tools = [random_tool(seed, n) for n in range(3)]
        check_tools(tools)
        for repeat in range(2):
            written, _, _ = caller(tools, seed * 2 + repeat)
            chosen = next(tool for tool in tools if tool.name == written.name)
            jsonschema.Draft202012Validator(chosen.parameters).validate(written.arguments)
            json.dumps(written.arguments, allow_nan=False).encode()  # finite numbers, no lone surrogates
            n_tools += 1
    assert n_tools == 30


@pytest.mark.integration
def test_a_call_at_its_token_limit_is_brought_to_a_valid_end(caller):
    endless = {
        "type": "object",
        "properties": {"text": {"type": "string"}, "list": {"type": "array", "items": {"type": "string"}}},
        "required": ["text", "list"],
        "additionalProperties": False,
    }
    written, _, speech = caller([ToolSpec("say", "", endless)], 1, max_tokens=12)
    jsonschema.validate(written.arguments, endless)
    assert speech.n_sampled + speech.n_forced < 12 + 20


@pytest.mark.integration
def test_a_call_that_is_complete_beyond_its_limit_is_taken(caller):
    text = "a sentence that leaves no choice, " * 80
    parameters = {"type": "object", "properties": {"text": {"const": text}}, "required": ["text"]}
    written, _, speech = caller([ToolSpec("say", "", parameters | {"additionalProperties": False})], 1, max_tokens=12)
    assert written.arguments == {"text": text}
    assert speech.n_forced > 12 + 256


@pytest.mark.integration
def test_forced_text_is_never_sampled(caller):
    closed = {"type": "object", "properties": {"unit": {"const": "kilogram"}}, "required": ["unit"]}
    written, margin, speech = caller([ToolSpec("weigh", "", closed | {"additionalProperties": False})], 1)
    assert written.arguments == {"unit": "kilogram"}
    assert speech.n_sampled <= 1
    assert speech.n_forced >= 10
    assert margin == 1.0


@pytest.mark.integration
def test_the_margin_is_the_lead_of_the_chosen_name(caller):
    empty = {"type": "object", "properties": {}, "additionalProperties": False}
    tools = [ToolSpec(name, "", empty) for name in ("alpha", "beta", "gamma")]
    margins = [caller(tools, seed)[:2] for seed in range(8)]
    greedy, lead, _ = caller(tools, 0, temperature=0.0)
    assert 0 < lead <= 1
    assert {margin for call, margin in margins if call.name == greedy.name} == {lead}
    assert all(margin < 0 for call, margin in margins if call.name != greedy.name)


@pytest.mark.integration
def test_the_released_checkpoints_form_is_bound_too(caller):
    tools = [random_tool(3, n) for n in range(3)]
    written, _, _ = caller(tools, 5, form=CallForm.ACTION)
    chosen = next(tool for tool in tools if tool.name == written.name)
    jsonschema.Draft202012Validator(chosen.parameters).validate(written.arguments)


def parameters(**properties):
    return {"type": "object", "properties": properties}


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        (parameters(a={"type": "string", "format": "colour"}), "Unknown format"),
        (parameters(a={"type": "array", "items": {}, "uniqueItems": True}), "uniqueItems"),
        (parameters(a={"not": {"type": "string"}}), "not"),
        (parameters(a={"if": {"type": "string"}, "then": {"maxLength": 3}}), "if"),
        (parameters(a={"type": "object", "patternProperties": {"^a": {"type": "string"}}}), "patternProperties"),
        (parameters(a={"oneOf": [{"type": "number"}, {"type": "integer"}]}), "oneOf"),
        (parameters(a={"type": "wrong"}), "JSON Schema"),
        (parameters(a={"$ref": "#/$defs/nowhere"}), "nowhere"),
        (parameters(a={"$ref": "https://example.org/schema"}), "example.org"),
        ({"type": "object", "properties": 3}, "JSON Schema"),
    ],
)
def test_what_cannot_be_bound_is_refused_with_the_reason(schema, reason):
    with pytest.raises(ToolDefinitionError, match=reason) as caught:
        check_tools([ToolSpec("paint", "", schema)])
    assert caught.value.tool_name == "paint"
