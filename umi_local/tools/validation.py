"""Check tools before they are offered, and arguments before they are used, against JSON Schema.

The one module that knows the library `jsonschema`, which it imports on first use (75 ms). Problems
are told in a few words with the place, for a small model to read: never a dump of schema or value.
References in schemas may only point inside the schema, so that nothing is ever fetched.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from umi_local.errors import ToolDefinitionError
from umi_local.messages import JsonObject, ToolSpec
from umi_local.tools.base import NAME_PATTERN

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

MAX_PROBLEMS = 5
MAX_PROBLEM_CHARS = 160


def check_spec(spec: ToolSpec) -> Draft202012Validator:
    """Check that a tool can be offered, and return the validator of its arguments.

    Raises:
        ToolDefinitionError: The name or the schema is wrong.
    """
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError
    from referencing import Registry

    if not NAME_PATTERN.fullmatch(spec.name):
        raise ToolDefinitionError(
            spec.name,
            "names have 1 to 64 of the characters A-Z a-z 0-9 _ . -",
            hint="Give the tool another name.",
        )
    if not isinstance(spec.parameters, Mapping) or spec.parameters.get("type") != "object":
        raise ToolDefinitionError(
            spec.name,
            "its parameters are not a JSON Schema of type object",
            hint='Start from {"type": "object", "properties": {}}.',
        )
    schema = dict(spec.parameters)
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise ToolDefinitionError(
            spec.name,
            f"its schema is wrong at {_place(error.absolute_path)}: {_shortened(error.message)}",
            hint="Write the parameters as JSON Schema, draft 2020-12.",
        ) from error
    for reference in _references(schema):
        if not _resolves(schema, reference):
            raise ToolDefinitionError(
                spec.name,
                f"its schema refers to {reference!r}, which is not in it",
                hint='Put what it means under "$defs" and refer to "#/$defs/name".',
            )
    registry: Registry[Any] = Registry()  # the default one would fetch what it doesn't know
    return Draft202012Validator(schema, registry=registry)


def find_problems(validator: Draft202012Validator, arguments: JsonObject) -> tuple[str, ...]:
    """Return what is wrong with the arguments: at most five problems, each in one line."""
    errors = sorted(validator.iter_errors(dict(arguments)), key=lambda e: (len(e.path), str(e.path)))
    problems = [text for error in errors for text in _explain(error)]
    unique = list(dict.fromkeys(problems))
    if len(unique) > MAX_PROBLEMS:
        rest = len(unique) - MAX_PROBLEMS + 1
        return (*unique[: MAX_PROBLEMS - 1], f"and {rest} more")
    return tuple(unique)


def _explain(error: ValidationError) -> Iterator[str]:
    where = _place(error.absolute_path)
    instance: Any = error.instance
    limit: Any = error.validator_value
    match error.validator:
        case "required":
            missing = [name for name in limit if name not in instance]
            yield from (f"{_place([*error.absolute_path, name])} is missing" for name in missing)
        case "additionalProperties" if limit is False:
            schema: Any = error.schema
            known = list(schema.get("properties", {}))
            for name in instance:
                if name not in known:
                    place = _place([*error.absolute_path, name])
                    yield f"{_shortened(place)} is unknown; {_suggestion(name, known)}"
        case "type":
            names = [limit] if isinstance(limit, str) else limit
            yield f"{where} must be {' or '.join(names)}, not {_type_name(instance)}"
        case "enum":
            yield _shortened(f"{where} must be one of {', '.join(map(str, limit))}")
        case "anyOf" | "oneOf" if error.context:
            from jsonschema.exceptions import best_match

            nearest = best_match(error.context)
            if nearest is not None:
                yield from _explain(nearest)
        case "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum":
            word = _BOUNDS[error.validator]
            yield f"{where} must be {word} {limit}, not {_shortened(str(instance), 40)}"
        case "minLength" | "maxLength" | "minItems" | "maxItems":
            word = "at least" if error.validator.startswith("min") else "at most"
            unit = "characters" if error.validator.endswith("Length") else "items"
            yield f"{where} must have {word} {limit} {unit}, not {len(instance)}"
        case _:
            yield _shortened(f"{where}: {error.message}")


_BOUNDS = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
}


def _type_name(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    names = {str: "string", int: "integer", float: "number", list: "array", dict: "object"}
    return names.get(type(value), "null")


def _suggestion(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(known) or 'none'}"


def _place(path: Sequence[str | int] | Any) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text or "the object"


def _shortened(text: str, limit: int = MAX_PROBLEM_CHARS) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        for key, value in schema.items():
            if key in ("$ref", "$dynamicRef") and isinstance(value, str):
                yield value
            elif key not in ("const", "enum", "default", "examples"):
                yield from _references(value)
    elif isinstance(schema, (list, tuple)):
        for value in schema:
            yield from _references(value)


def _resolves(schema: Any, reference: str) -> bool:
    if not reference.startswith("#/"):
        return reference == "#"
    found = schema
    for step in reference[2:].split("/"):
        step = step.replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping) and step in found:
            found = found[step]
        elif isinstance(found, (list, tuple)) and step.isdigit() and int(step) < len(found):
            found = found[int(step)]
        else:
            return False
    return True
