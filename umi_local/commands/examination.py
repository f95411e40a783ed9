"""What `umi doctor` does: all checks in order, and their report."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from umi_local.bundles.catalog import find_bundle
from umi_local.bundles.verify import OnProgress
from umi_local.commands import checkup, checkup_memory, checkup_model
from umi_local.commands.findings import Finding, State
from umi_local.config import RunConfig, find_config, load_config
from umi_local.errors import ConfigError, UmiError
from umi_local.jsonable import to_jsonable
from umi_local.messages import JsonValue
from umi_local.screen.clean import clean
from umi_local.screen.pen import Pen

if TYPE_CHECKING:
    from umi_local.engine.gguf_header import GGUFHeader

_MARKS = {State.OK: ("ok", "green"), State.WRONG: ("WRONG", "bold red"), State.INFO: ("-", "dim")}


def examine(name: str | None, on_progress: OnProgress) -> list[Finding]:
    """Check everything; a check that fails is a finding.

    Args:
        name: A bundle or a GGUF; None for the one that runs use.
        on_progress: Told while files are being read.
    """
    from umi_local.engine.machine import this_machine

    findings = [*checkup.installation(), *checkup.folders()]
    try:
        machine = this_machine()
    except (ImportError, OSError, RuntimeError, AttributeError) as error:  # what a broken build of it raises on import
        hint = "pip install --force-reinstall llama-cpp-python"
        return [*findings, Finding("machine", "llama.cpp", f"can't be loaded: {error}", State.WRONG, hint)]
    config = _configuration()
    headers: dict[Path, GGUFHeader] = {}
    findings += checkup.machine(machine)
    try:
        loaded = find_bundle(name or config.bundle)
    except UmiError as error:
        return [*findings, Finding("bundle", "name", str(error), State.WRONG, error.hint)]
    findings += checkup_model.bundle(loaded, headers, on_progress)
    return [*findings, *checkup_memory.memory(checkup_model.as_it_runs(loaded), config, headers, machine)]


def report_object(findings: Sequence[Finding]) -> dict[str, JsonValue]:
    """Return what `umi doctor --output json` writes; `ok` is whether nothing is wrong."""
    ok = all(finding.state is not State.WRONG for finding in findings)
    return {"ok": ok, "findings": to_jsonable(list(findings))}


def show_report(findings: Sequence[Finding]) -> None:
    """Write the findings in groups, and at the end whether something is wrong."""
    pen, group = Pen(sys.stdout), ""
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        if finding.group != group:
            group = finding.group
            pen.line(f"{'' if finding is findings[0] else chr(10)}{group}", "bold")
        _show(finding, pen, width)
    n_wrong = sum(finding.state is State.WRONG for finding in findings)
    pen.line()
    if n_wrong:
        pen.line(f"{n_wrong} thing{'' if n_wrong == 1 else 's'} to put right.", "bold red")
    else:
        pen.line("Nothing is wrong.", "green")


def _show(finding: Finding, pen: Pen, width: int) -> None:
    mark, style = _MARKS[finding.state]
    indent = " " * (width + 11)
    pen.write(f"  {mark:<5}", style)
    pen.write(f"  {finding.name:<{width}}  ")
    for text, style in ((finding.value, ""), (finding.hint and f"hint: {finding.hint}", "cyan")):
        if not text:
            continue
        flow = pen.flow(style, indent=indent, column=len(indent))
        flow.push(clean(text))
        flow.finish()
        pen.line()
        if text is finding.value and finding.hint:
            pen.write(indent)


def _configuration() -> RunConfig:
    try:
        return load_config(find_config()).run
    except ConfigError:  # a finding of its own
        return RunConfig()
