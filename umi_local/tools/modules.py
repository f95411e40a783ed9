"""Find the tools of a module or file that the user names, and import again what a location names.

`load_tools` is what `--tools package.module` and `--tools path/to/file.py` mean; `load_location`
is how the tool host gets at a function by `Tool.location`. Importing runs the module's code: only
name modules that you would run.
"""

from __future__ import annotations

import difflib
import hashlib
import importlib
import importlib.util
import os
import pkgutil
import re
import sys
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from umi_local.errors import ToolDefinitionError
from umi_local.tools.base import Tool
from umi_local.tools.results import failure_text

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "umi_local.tools"


def load_tools(reference: str) -> tuple[Tool, ...]:
    """Return the tools of a module (`package.module`) or a file (`path/to/file.py`).

    They are the module's `TOOLS` if it has that name, else all its `Tool` values, in the order of
    their definition. The current folder is searched after the installed packages.

    Raises:
        ToolDefinitionError: There is no such module, importing it fails, or it has no tools.
    """
    if _is_file(reference):
        path = Path(reference).expanduser().resolve()
        module, origin = _import(reference, lambda: _module_of_file(path)), str(path)
    else:
        if os.getcwd() not in sys.path:
            sys.path.append(os.getcwd())
        module = _import(reference, lambda: importlib.import_module(reference))
        origin = reference
    tools = tuple(_with_location(tool, module, origin) for tool in _tools_of(reference, module))
    if not tools:
        raise ToolDefinitionError(
            reference,
            f"{getattr(module, '__file__', None) or reference} has no tools",
            hint="Decorate functions with @tool from umi_local.tools.functions, or list Tool values in TOOLS.",
        )
    return tools


def registered_tools() -> tuple[Tool, ...]:
    """Return the tools that installed packages register in the entry-point group `umi_local.tools`.

    An entry point names a module with tools, a `Tool`, or a list of them.

    Raises:
        ToolDefinitionError: One can't be imported, or has no tools; the package is named.
    """
    from importlib.metadata import entry_points

    return tuple(tool for point in entry_points(group=GROUP) for tool in _registered(point))


def _registered(point: EntryPoint) -> Iterator[Tool]:
    package = point.dist.name if point.dist else point.value
    hint = f"Update or uninstall {package}; everything else works."
    try:
        found = point.load()
        if isinstance(found, ModuleType):
            tools = [_with_location(tool, found, point.value) for tool in _tools_of(point.value, found)]
        else:
            tools = [replace(found, location=point.value)] if isinstance(found, Tool) else list(found)
    except Exception as error:  # a stranger's module may raise anything while it is imported
        reason = f"the tools {point.name!r} of the package {package} can't be loaded: {failure_text(error)}"
        raise ToolDefinitionError(point.name, reason, hint=hint) from error
    if not tools or not all(isinstance(tool, Tool) for tool in tools):
        raise ToolDefinitionError(point.name, f"the package {package} registers no tools under this name", hint=hint)
    yield from tools


def load_location(location: str) -> Any:
    """Import what `Tool.location` names: `package.module:name` or `/path/to/file.py:name`.

    Raises:
        AttributeError: The module has no such name.
        Exception: Whatever importing the module raises.
    """
    source, _, name = location.rpartition(":")
    is_file = source.endswith(".py")
    found: Any = _module_of_file(Path(source)) if is_file else importlib.import_module(source)
    for part in name.split("."):
        found = getattr(found, part)
    return found


def _is_file(reference: str) -> bool:
    return reference.endswith(".py") or "/" in reference or os.sep in reference


def _file_module_name(path: Path) -> str:
    digest = hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return f"umi_tools_{re.sub(r'[^A-Za-z0-9]', '_', path.stem)}_{digest}"


def _module_of_file(path: Path) -> ModuleType:
    name = _file_module_name(path)
    if name in sys.modules:
        return sys.modules[name]
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file; its name must end in .py")
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))  # its neighbours, as for a script
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # before its code runs: dataclasses and hints look there
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _import(reference: str, importing: Any) -> ModuleType:
    try:
        module: ModuleType = importing()
    except (ToolDefinitionError, KeyboardInterrupt):
        raise
    except FileNotFoundError as error:
        if not _is_file(reference) or Path(reference).expanduser().is_file():
            raise _import_failed(reference, error) from error
        raise _not_found(reference, str(error), _near_files(reference)) from error
    except ModuleNotFoundError as error:
        if error.name is None or not f"{reference}.".startswith(f"{error.name}."):
            raise _import_failed(reference, error) from error
        reason = f"there is no module {error.name!r}"
        raise _not_found(reference, reason, _near_modules(error.name)) from error
    except BaseException as error:  # the module's own code may raise anything, SystemExit included
        raise _import_failed(reference, error) from error
    return module


def _not_found(reference: str, reason: str, near: list[str]) -> ToolDefinitionError:
    hint = (
        f"Did you mean {' or '.join(near)}?"
        if near
        else "Modules are searched among the installed packages and in the current folder; "
        "a file is named by its path, such as tools/mine.py."
    )
    return ToolDefinitionError(reference, reason, hint=hint)


def _near_files(reference: str) -> list[str]:
    path = Path(reference).expanduser()
    if not path.parent.is_dir():
        return []
    names = [entry.name for entry in path.parent.glob("*.py")]
    near = difflib.get_close_matches(path.name, names, n=3)
    return [str(path.parent / name) for name in near]


def _near_modules(name: str) -> list[str]:
    parent, _, last = name.rpartition(".")
    search = getattr(sys.modules.get(parent), "__path__", None) if parent else None
    names = [module.name for module in pkgutil.iter_modules(search)]
    near = difflib.get_close_matches(last, names, n=3)
    return [f"{parent}.{found}" if parent else found for found in near]


def _import_failed(reference: str, error: BaseException) -> ToolDefinitionError:
    command = f"python {reference}" if _is_file(reference) else f"python -m {reference}"
    return ToolDefinitionError(
        reference,
        f"importing it failed: {failure_text(error)}{_place(error)}",
        hint=f"Correct it; `{command}` shows the whole traceback.",
    )


def _place(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return ""  # its message names the place
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if "importlib" not in frame.filename and frame.filename != __file__
    ]
    return f" ({frames[-1].filename}, line {frames[-1].lineno})" if frames else ""


def _tools_of(reference: str, module: ModuleType) -> Iterator[Tool]:
    listed = getattr(module, "TOOLS", None)
    if listed is None:
        values = [value for value in vars(module).values() if isinstance(value, Tool)]
        yield from {id(value): value for value in values}.values()  # a tool may have two names
        return
    if not isinstance(listed, (list, tuple)) or not all(isinstance(t, Tool) for t in listed):
        raise ToolDefinitionError(
            reference,
            "its TOOLS is not a list or tuple of Tool values",
            hint="Make tools with @tool or tool_from_function.",
        )
    yield from listed


def _with_location(tool: Tool, module: ModuleType, origin: str) -> Tool:
    """Return the tool with a location that another process can import."""
    of_file = _is_file(origin)
    if tool.location is not None and not (of_file and tool.location.startswith(f"{module.__name__}:")):
        return tool
    name = next((name for name, value in vars(module).items() if value is tool), None)
    if name is None and tool.location is not None:
        name = tool.location.rpartition(":")[2]
    return replace(tool, location=f"{origin}:{name}" if name else None)
