"""What the packages may import, what start-up costs, and what every module must have: read off the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = {"umi_local": ROOT, "umi_convert": ROOT / "convert"}
"""Where each package's folder is."""

ENGINE_LIBRARIES = {
    "umi_local/engine/llama_c.py": {"llama_cpp"},
    "umi_local/engine/quantizer.py": {"llama_cpp"},
    "umi_local/engine/activations.py": {"llama_cpp"},
    "umi_local/engine/devices.py": {"llama_cpp"},
    "umi_local/engine/constrain.py": {"llguidance"},
}
"""The only modules that know the engine's foreign libraries."""

CONVERT_COMMANDS = ("convert/umi_convert/commands/", "convert/umi_convert/command.py")
"""What of the converter is a command line."""

COMPARES_WITH_THEM = ("umi_local/bench/", "umi_local/commands/bench.py")
"""Benchmarks run the libraries themselves, to compare."""

HEAVY = (
    *("llama_cpp", "llguidance", "numpy", "jsonschema", "httpx2", "httpx", "rich", "jinja2", "psutil", "mcp", "gguf"),
    *("tokenizers", "sentencepiece"),
    *(
        "torch",
        "transformers",
        "peft",
        "safetensors",
        "huggingface_hub",
        "starlette",
        "uvicorn",
        "umi_convert",
        "umi_train",
    ),
)


def modules(package: str = "umi_local") -> list[str]:
    folder = PACKAGES[package] / package
    return sorted(path.relative_to(ROOT).as_posix() for path in folder.rglob("*.py"))


ALL_MODULES = [name for package in PACKAGES for name in modules(package)]


def module_name(path: str) -> str:
    """`convert/umi_convert/merge.py` is `umi_convert.merge`."""
    name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return name if name.startswith("umi_local") else name.partition(".")[2]


def source(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(source(name), name)


def imports(name: str, *, at_start_up: bool = False) -> set[str]:
    """The modules a file imports, full names; `from a import b` counts as `a` and as `a.b`."""
    found: set[str] = set()
    for node in _start_up_nodes(tree(name)) if at_start_up else ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def _start_up_nodes(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        only_for_types = isinstance(child, ast.If) and getattr(child.test, "id", "") == "TYPE_CHECKING"
        if not only_for_types and not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield child
            yield from _start_up_nodes(child)


def tops(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names}


def ours(name: str) -> set[str]:
    """The modules of our packages that a file imports."""
    return imports(name) & {module_name(module) for module in ALL_MODULES}


def test_the_source_is_found():
    assert len(modules()) > 60
    assert len(modules("umi_convert")) > 80
    assert {"umi_local.agent", "umi_convert", "umi_convert.commands.bundle"} <= set(map(module_name, ALL_MODULES))
    assert set(ENGINE_LIBRARIES) <= set(modules())


@pytest.mark.parametrize("name", ALL_MODULES)
def test_every_module_says_what_it_is_for(name):
    docstring = ast.get_docstring(tree(name))
    assert docstring
    assert docstring.splitlines()[0].endswith((".", ":", "`", "?"))


def test_the_runtime_knows_nothing_of_converting_and_training():
    for name in modules():
        assert not tops(imports(name)) & {"umi_convert", "umi_train"}, name


def test_converting_uses_the_runtime_but_not_its_command_line():
    """Its own commands may: they look and behave like the runtime's."""
    for name in modules("umi_convert"):
        assert "umi_train" not in tops(imports(name)), name
        if not name.startswith(CONVERT_COMMANDS):
            seen = [m for m in ours(name) if m.startswith(("umi_local.commands", "umi_local.screen", "umi_local.cli"))]
            assert seen == [], name
            assert "click" not in tops(imports(name)), name
            assert not [m for m in ours(name) if m.startswith("umi_convert.command")], name


def test_converting_loads_models_through_the_engine_and_weights_without_their_frameworks():
    foreign = {"llama_cpp", "llguidance", "torch", "transformers", "peft", "safetensors", "accelerate"}
    for name in modules("umi_convert"):
        assert not tops(imports(name)) & foreign, name


def test_converting_imports_its_own_libraries_where_they_are_needed():
    """At start-up only numpy and gguf's tables: the others cost seconds, or aren't there offline."""
    late = {"tokenizers", "sentencepiece", "huggingface_hub", "jinja2", "rich"}
    imported = {library for name in modules("umi_convert") for library in tops(imports(name)) & late}
    assert imported == {"tokenizers", "sentencepiece"}
    for name in modules("umi_convert"):
        assert not tops(imports(name, at_start_up=True)) & late, name


def test_architectures_know_neither_each_others_nor_what_is_done_with_them():
    """One file each: what two share lies in files that are none."""
    folder = "convert/umi_convert/architectures/"
    own = [name for name in modules("umi_convert") if name.startswith(folder) and "\nARCHITECTURE = " in source(name)]
    assert len(own) == 7
    below = {"architectures", "config", "errors", "json_file", "key_values", "patches", "rope", "tensors", "vocabulary"}
    for name in modules("umi_convert"):
        if name.startswith(folder):
            parts = {module.split(".")[1] for module in ours(name) if module.startswith("umi_convert.")}
            assert parts <= below, name


def test_the_engines_libraries_stay_behind_their_modules():
    found = {
        name: tops(imports(name)) & {"llama_cpp", "llguidance"}
        for name in modules()
        if not name.startswith(COMPARES_WITH_THEM)
    }
    assert {name: libraries for name, libraries in found.items() if libraries} == ENGINE_LIBRARIES


def test_prompts_are_pure():
    """They import the words, the errors and each other: training uses them without the runtime."""
    names = [name for name in modules() if name.startswith("umi_local/prompts/")]
    assert len(names) == 9
    for name in names:
        for module in ours(name):
            assert module in ("umi_local.messages", "umi_local.errors") or module.startswith("umi_local.prompts"), name
        assert tops(imports(name)) <= {"umi_local", "jinja2", *sys.stdlib_module_names}, name
        assert "jinja2" not in tops(imports(name, at_start_up=True)), name


@pytest.mark.parametrize("name", ["umi_local/messages.py", "umi_local/errors.py", "umi_local/engine/base.py"])
def test_contracts_import_the_standard_library_and_contracts(name):
    assert ours(name) <= {"umi_local.messages", "umi_local.errors"}
    assert tops(imports(name)) <= {"umi_local", *sys.stdlib_module_names}


def test_the_agent_knows_no_engine_no_tool_and_no_screen():
    known = set().union(*(ours(f"umi_local/{name}.py") for name in ("agent", "run", "guard", "events")))
    assert known == {
        "umi_local.engine.base",
        "umi_local.errors",
        "umi_local.events",
        "umi_local.guard",
        "umi_local.messages",
        "umi_local.prompts.base",
        "umi_local.run",
    }


@pytest.mark.parametrize("folder", ["engine", "tools", "bundles", "sessions", "prompts"])
def test_nothing_below_knows_the_command_line(folder):
    names = [name for name in modules() if name.startswith(f"umi_local/{folder}/")]
    assert len(names) >= 4
    for name in names:
        assert not [
            m for m in ours(name) if m.startswith(("umi_local.commands", "umi_local.screen", "umi_local.cli"))
        ], name
        assert "click" not in tops(imports(name)), name


@pytest.mark.parametrize("name", ALL_MODULES)
def test_only_commands_and_the_screen_print(name):
    if name.startswith(("umi_local/commands/", "umi_local/screen/", *CONVERT_COMMANDS)):
        return
    printed = [
        node.lineno
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printed == []


LOADS = """
import sys
import {module}
print(sorted({{name.split(".")[0] for name in sys.modules}} & set({heavy!r})))
"""


@pytest.mark.parametrize(
    "module", ["umi_local", "umi_local.cli", "umi_local.agent", "umi_local.prompts", "umi_local.testing"]
)
def test_start_up_loads_nothing_heavy(module):
    code = LOADS.format(module=module, heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_finding_a_conversion_loads_nothing_heavy_either():
    """`umi convert --help` names its sub-commands without any of what they need."""
    others = sorted({*HEAVY} - {"umi_convert"})
    code = LOADS.format(module="umi_convert.command", heavy=others)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("command", ["adapter", "bundle", "importance", "inspect", "model", "quantize", "verify"])
def test_the_help_of_a_conversion_loads_nothing_heavy(command):
    module = f"umi_convert.commands.{command}"
    code = LOADS.format(module=module, heavy=sorted({*HEAVY} - {"umi_convert"}))
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_heavy_import_would_be_noticed():
    code = LOADS.format(module="umi_local.engine.sampling", heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['numpy']"
