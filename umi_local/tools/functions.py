"""Make a tool from a Python function: its type hints and its docstring are all there is to write.

`@tool`, bare or with options, leaves a `Tool` under the function's name; it can still be called
like the function. The docstring is in Google style: its first paragraph tells models what the tool
does, its parameters section what each argument means. What a model could not call reliably is
refused when the module is imported, with the parameter and the remedy. Return hints are not read:
see `results.py` for what a result becomes.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, get_type_hints, overload

from umi_local.errors import ToolDefinitionError
from umi_local.messages import ToolSpec
from umi_local.tools.base import (
    DEFAULT_MAX_CHARS,
    DEFAULT_TIMEOUT_S,
    NAME_PATTERN,
    Effect,
    Tool,
)
from umi_local.tools.docstrings import Docstring, read_docstring
from umi_local.tools.hints import UnsupportedHintError, json_default, kind_of


@overload
def tool(function: Callable[..., Any], /) -> Tool: ...


@overload
def tool(
    *,
    name: str | None = None,
    effect: Effect | str = Effect.READ,
    timeout_s: float = DEFAULT_TIMEOUT_S,
    max_chars: int = DEFAULT_MAX_CHARS,
) -> Callable[[Callable[..., Any]], Tool]: ...


def tool(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    effect: Effect | str = Effect.READ,
    timeout_s: float = DEFAULT_TIMEOUT_S,
    max_chars: int = DEFAULT_MAX_CHARS,
) -> Tool | Callable[[Callable[..., Any]], Tool]:
    """Decorate a function so that its name holds a `Tool`; use it bare or with options.

    Args:
        function: Given by Python when the decorator is used bare.
        name: What models call the tool; the function's own name where it is None.
        effect: The class of effect that the policy looks at, such as "write".
        timeout_s: Deadline of one call in seconds.
        max_chars: Characters of the result that the planner sees.

    Raises:
        ToolDefinitionError: The function can't be offered; the message says why and what to change.
    """

    def decorate(decorated: Callable[..., Any]) -> Tool:
        return tool_from_function(decorated, name=name, effect=effect, timeout_s=timeout_s, max_chars=max_chars)

    return decorate if function is None else decorate(function)


def tool_from_function(
    function: Callable[..., Any],
    *,
    name: str | None = None,
    effect: Effect | str = Effect.READ,
    timeout_s: float = DEFAULT_TIMEOUT_S,
    max_chars: int = DEFAULT_MAX_CHARS,
) -> Tool:
    """Return a tool for a function, described by its type hints and its Google-style docstring.

    The arguments are those of `tool`.

    Raises:
        ToolDefinitionError: The function can't be offered; the message says why and what to change.
    """
    tool_name = name if name is not None else getattr(function, "__name__", repr(function))
    _check_kind(tool_name, function)
    docs = read_docstring(function.__doc__)
    if not docs.summary:
        raise ToolDefinitionError(
            tool_name,
            "it has no docstring",
            hint="Write one sentence that says what the tool does: it is all that a model knows.",
        )
    _check_options(tool_name, effect, timeout_s, max_chars)
    return Tool(
        spec=ToolSpec(tool_name, docs.summary, _parameters(tool_name, function, docs)),
        function=function,
        effect=Effect(effect),
        timeout_s=timeout_s,
        max_chars=max_chars,
        location=_location(function),
    )


def _check_kind(name: str, function: Callable[..., Any]) -> None:
    if not (inspect.isfunction(function) or inspect.ismethod(function)):
        raise ToolDefinitionError(
            name,
            f"it is {type(function).__name__}, not a function",
            hint="Write a function with `def` that calls it.",
        )
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise ToolDefinitionError(name, "it is async", hint="Write a plain function that calls asyncio.run().")
    if inspect.isgeneratorfunction(function):
        raise ToolDefinitionError(name, "it is a generator", hint="Return a list instead.")


def _check_options(name: str, effect: Effect | str, timeout_s: float, max_chars: int) -> None:
    if not NAME_PATTERN.fullmatch(name):
        raise ToolDefinitionError(
            name,
            "names have 1 to 64 of the characters A-Z a-z 0-9 _ . -",
            hint="Give it another with @tool(name=...).",
        )
    effects = [known.value for known in Effect]
    if effect not in effects:
        raise ToolDefinitionError(name, f"effect is {effect!r}", hint=f"Use one of {', '.join(effects)}.")
    if not timeout_s > 0:
        raise ToolDefinitionError(name, f"timeout_s is {timeout_s!r}", hint="Give a number of seconds above 0.")
    if max_chars < 1:
        raise ToolDefinitionError(name, f"max_chars is {max_chars!r}", hint="Give a number of characters above 0.")


def _parameters(name: str, function: Callable[..., Any], docs: Docstring) -> dict[str, Any]:
    try:
        hints = get_type_hints(function, include_extras=True)
    except (NameError, TypeError) as error:
        raise ToolDefinitionError(
            name,
            f"its type hints can't be read: {error}",
            hint="Define what they name at the top level of the module.",
        ) from error
    parameters = inspect.signature(function).parameters
    unknown = [documented for documented in docs.parameters if documented not in parameters]
    if unknown:
        raise ToolDefinitionError(
            name,
            f"its docstring describes {unknown[0]!r}, which is not a parameter",
            hint=f"Its parameters are: {', '.join(parameters) or 'none'}.",
        )
    properties = {parameter.name: _property(name, parameter, hints, docs) for parameter in parameters.values()}
    needed = [p.name for p in parameters.values() if p.default is inspect.Parameter.empty]
    return {
        "type": "object",
        "properties": properties,
        "required": needed,
        "additionalProperties": False,
    }


def _property(name: str, parameter: inspect.Parameter, hints: dict[str, Any], docs: Docstring) -> dict[str, Any]:
    what = f"parameter {parameter.name!r}"
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        raise ToolDefinitionError(
            name,
            f"{what} takes any number of arguments",
            hint="Models call with named arguments; use a list[T] or dict[str, T] parameter.",
        )
    if parameter.kind is parameter.POSITIONAL_ONLY:
        raise ToolDefinitionError(
            name,
            f"{what} is positional-only",
            hint="Models call with named arguments; leave out the `/`.",
        )
    if parameter.name not in hints:
        raise ToolDefinitionError(name, f"{what} has no type hint", hint=f"Write {parameter.name}: str, for example.")
    try:
        schema = dict(kind_of(hints[parameter.name]).schema)
    except UnsupportedHintError as error:
        raise ToolDefinitionError(name, f"{what}: {error}", hint=error.hint) from error
    if docs.parameters.get(parameter.name) and "description" not in schema:
        schema["description"] = docs.parameters[parameter.name]
    if parameter.default is not parameter.empty:
        default = json_default(parameter.default)
        return schema if default is None else {**schema, "default": default}
    return schema


def _location(function: Callable[..., Any]) -> str | None:
    """Return where another process can import the function, or None where it can't."""
    qualname = getattr(function, "__qualname__", "")
    module = getattr(function, "__module__", None)
    if not module or module == "__main__" or not qualname.isidentifier():
        return None  # a script's, a method, a closure or a lambda
    return f"{module}:{qualname}"
