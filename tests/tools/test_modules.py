"""Tools of modules and files that the user names."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.packages import install
from umi_local.engine.base import CancelToken
from umi_local.errors import ToolDefinitionError
from umi_local.tools.base import Tool
from umi_local.tools.modules import load_location, load_tools, registered_tools
from umi_local.tools.runner import ToolRunner

HEAD = "from umi_local.tools.functions import tool, tool_from_function\n"
TWO = (
    HEAD
    + '''
@tool
def second(x: int) -> int:
    """Second by name, first by place."""
    return x + 1

@tool(name="other")
def first() -> str:
    """First by name."""
    return "first"

alias = second
'''
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder whose modules are forgotten after the test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return tmp_path


def write(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_file_gives_its_tools_in_the_order_of_definition(folder: Path) -> None:
    path = write(folder / "my tools.py", TWO)

    tools = load_tools("./my tools.py")

    assert [tool.name for tool in tools] == ["second", "other"]
    assert [tool.location for tool in tools] == [f"{path}:second", f"{path}:first"]


def test_a_module_of_the_current_folder_gives_its_tools(folder: Path) -> None:
    write(folder / "umi_garden" / "__init__.py", "")
    write(folder / "umi_garden" / "shed.py", TWO)

    tools = load_tools("umi_garden.shed")

    assert [tool.location for tool in tools] == ["umi_garden.shed:second", "umi_garden.shed:first"]


def test_tools_decides_where_the_module_has_it(folder: Path) -> None:
    write(folder / "listed.py", TWO + "TOOLS = [first]\n")

    assert [tool.name for tool in load_tools("listed.py")] == ["other"]


def test_a_location_leads_back_to_the_tool_or_the_function(folder: Path) -> None:
    text = TWO + "def plain(x: int) -> int:\n    'Plain.'\n    return x\nTOOLS = ["
    path = write(folder / "both.py", text + "second, tool_from_function(plain)]\n")

    second, plain = load_tools(path)

    assert isinstance(load_location(str(second.location)), Tool)
    assert load_location(str(plain.location))(3) == 3


def test_a_file_may_import_its_neighbours(folder: Path) -> None:
    write(folder / "sub" / "umi_neighbour.py", TWO)
    write(folder / "sub" / "entry.py", "from umi_neighbour import second\n")

    (tool,) = load_tools("sub/entry.py")

    assert tool.location == "umi_neighbour:second"


@pytest.mark.parametrize(
    ("reference", "message", "hint"),
    [
        ("umi_gardn.shed", "there is no module 'umi_gardn'", "Did you mean umi_garden"),
        ("umi_garden.shet", "no module 'umi_garden.shet'", "Did you mean umi_garden.shed?"),
        ("./misin.py", "misin.py", "mising.py"),
        ("zzqqxx", "there is no module 'zzqqxx'", "current folder"),
    ],
)
def test_a_module_that_is_not_there_is_said_with_near_names(
    folder: Path, reference: str, message: str, hint: str
) -> None:
    write(folder / "umi_garden" / "__init__.py", "")
    write(folder / "umi_garden" / "shed.py", TWO)
    write(folder / "mising.py", TWO)

    with pytest.raises(ToolDefinitionError, match=message) as caught:
        load_tools(reference)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1\n\nraise KeyError('boom')\n", r"KeyError: 'boom' \(.*bad\.py, line 3\)"),
        ("import umi_not_installed\n", r"No module named 'umi_not_installed' \(.*bad.py, line 1"),
        ("def f(:\n", r"SyntaxError: .*bad\.py, line 1"),
        ("import sys\nsys.exit(1)\n", r"called sys.exit\(1\) \(.*line 2\)"),
        ("open('/no/such/file')\n", "No such file or directory: '/no/such/file'"),
        ("x = 1\n", "bad.py has no tools"),
        ("TOOLS = 3\n", "its TOOLS is not a list or tuple"),
        (HEAD + "@tool\ndef f(x):\n    'F.'\n", "parameter 'x' has no type hint"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_and_where(folder: Path, text: str, message: str) -> None:
    write(folder / "bad.py", text)

    with pytest.raises(ToolDefinitionError, match=message):
        load_tools("bad.py")


def test_a_file_that_failed_is_read_again_after_it_was_corrected(folder: Path) -> None:
    path = write(folder / "again.py", "raise ValueError\n")
    with pytest.raises(ToolDefinitionError):
        load_tools(path)

    write(folder / "again.py", TWO)
    assert len(load_tools(path)) == 2


def test_the_hint_at_a_file_without_tools_names_an_import_that_works(folder: Path) -> None:
    write(folder / "bad.py", "x = 1\n")
    with pytest.raises(ToolDefinitionError) as caught:
        load_tools("bad.py")

    module = caught.value.hint.partition("@tool from ")[2].partition(",")[0]
    write(folder / "good.py", f"from {module} import tool\n\n\n@tool\ndef f() -> int:\n    'F.'\n    return 1\n")
    assert len(load_tools("good.py")) == 1


@pytest.mark.parametrize("value", ["registered_all", "registered_all:second", "registered_all:SOME"])
def test_an_installed_package_may_bring_tools(folder: Path, value: str) -> None:
    sys.path.insert(0, str(folder))
    install(folder, "registered_all", f"its = {value}", f"{TWO}\nSOME = [second]\n", group="umi_local.tools")
    try:
        tools = registered_tools()
        assert [tool.name for tool in tools] == (["second", "other"] if value == "registered_all" else ["second"])
        runner = ToolRunner()
        try:
            assert runner.run(tools[0], {"x": 1}, CancelToken())[0].text == "2"
        finally:
            runner.close()
    finally:
        sys.modules.pop("registered_all", None)


@pytest.mark.parametrize(
    ("value", "module", "says"),
    [
        ("registered_bad", "1 / 0", "of the package registered_bad can't be loaded: ZeroDivisionError"),
        ("registered_bad", "", "the package registered_bad registers no tools under this name"),
        ("registered_bad:x", "x = [3]", "registers no tools"),
        ("registered_bad:x", "x = 3", "can't be loaded: TypeError"),
        ("registered_bad:y", "x = 3", "can't be loaded: AttributeError"),
    ],
)
def test_a_package_with_broken_tools_is_named(folder: Path, value: str, module: str, says: str) -> None:
    sys.path.insert(0, str(folder))
    install(folder, "registered_bad", f"its = {value}", module, group="umi_local.tools")
    try:
        with pytest.raises(ToolDefinitionError) as caught:
            registered_tools()
    finally:
        sys.modules.pop("registered_bad", None)
    assert says in str(caught.value)
    assert caught.value.hint == "Update or uninstall registered_bad; everything else works."
