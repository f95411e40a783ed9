"""Bundles as rows for people and objects for programs. Writes nothing."""

from __future__ import annotations

from umi_local.bundles.assembly import assembled_folder, is_assembled
from umi_local.bundles.catalog import BundleEntry
from umi_local.bundles.manifest import FileRef, LoadedBundle
from umi_local.bundles.pulling import Pulled, origin_of
from umi_local.bundles.pushing import Pushed, PushPlan
from umi_local.bundles.verify import FileCheck, Report
from umi_local.errors import BundleError
from umi_local.jsonable import to_jsonable
from umi_local.messages import JsonValue
from umi_local.sizes import size_text

_NO_VALUE = "-"


def entry_row(entry: BundleEntry) -> tuple[str, ...]:
    """Return a row of `umi bundle list`."""
    if entry.loaded is None:
        problem = " ".join((entry.problem or "").split())
        return entry.name, "broken", _NO_VALUE, _NO_VALUE, problem
    bundle = entry.loaded.bundle
    return entry.name, bundle.layout.value, str(bundle.n_ctx), bundle.license, bundle.description


def entry_object(entry: BundleEntry) -> dict[str, JsonValue]:
    """Return an item of `umi bundle list --output json`; `bundle` is null where it is broken."""
    bundle = to_jsonable(entry.loaded.bundle) if entry.loaded else None
    return {"name": entry.name, "folder": str(entry.folder), "bundle": bundle, "problem": entry.problem}


def bundle_facts(loaded: LoadedBundle) -> list[tuple[str, str]]:
    """Return what `umi bundle inspect` says above the list of files."""
    bundle = loaded.bundle
    facts = [
        ("name", f"{bundle.name} {bundle.version}"),
        ("description", bundle.description or _NO_VALUE),
        ("license", bundle.license),
        ("folder", str(loaded.folder)),
        *([("pulled from", str(origin))] if (origin := origin_of(loaded)) else []),
        ("layout", bundle.layout.value),
        ("prompts", f"profile {bundle.profile}, markers {bundle.markers}"),
        ("context", f"{bundle.n_ctx:,} tokens"),
        ("probes", f"{len(bundle.probes)} texts with known token ids"),
    ]
    if bundle.assembly is not None:
        when = "there" if is_assembled(loaded) else "made at first use"
        facts.append(("weights", f"{bundle.assembly.type} of base and backbone, {when}: {assembled_folder(loaded)}"))
    for role, spec in bundle.roles:
        if spec.endpoint is not None:
            facts.append((role.value, f"{spec.endpoint.model} at {spec.endpoint.url}"))
    return facts


def bundle_object(loaded: LoadedBundle) -> dict[str, JsonValue]:
    """Return what `umi bundle inspect --output json` writes: bundle.toml's content and where the files are."""
    files = {where: _located(loaded, ref)[0] for where, ref in loaded.bundle.files()}
    return {**to_jsonable(loaded.bundle), "folder": str(loaded.folder), "paths": files}


def file_rows(loaded: LoadedBundle) -> list[tuple[str, str, str, str]]:
    """Return a row per file: what it is for, its size, whether it is there, and where."""
    rows = []
    for where, ref in loaded.bundle.files():
        path, size = _located(loaded, ref)
        state = "missing" if size is None else "there"
        rows.append((where, _NO_VALUE if size is None else size_text(size), state, path or ref.file))
    return rows


def check_rows(report: Report) -> list[tuple[str, ...]]:
    """Return a row per file of `umi bundle verify`."""
    return [(c.where, _NO_VALUE if c.size is None else size_text(c.size), _result(c), c.file) for c in report.checks]


def report_object(report: Report) -> dict[str, JsonValue]:
    """Return what `umi bundle verify --output json` writes."""
    return {"name": report.name, "ok": report.ok, "checks": to_jsonable(report.checks)}


def pulled_facts(pulled: Pulled) -> list[tuple[str, str]]:
    """Return what `umi bundle pull` says in the end."""
    loaded = pulled.loaded
    facts = [
        ("bundle", f"{loaded.handle}, {loaded.bundle.name} {loaded.bundle.version}"),
        ("folder", str(loaded.folder)),
    ]
    if pulled.origin is not None:
        facts.append(("from", str(pulled.origin)))
    facts.append(("downloaded", size_text(pulled.n_bytes) if pulled.n_bytes else "nothing, all files were here"))
    if pulled.left_out:
        facts.append(("left out", f"{', '.join(pulled.left_out)}: no part of the bundle"))
    return facts + [("note", remark) for remark in pulled.remarks]


def pulled_object(pulled: Pulled) -> dict[str, JsonValue]:
    """Return what `umi bundle pull --output json` writes."""
    origin = pulled.origin
    return {
        "name": pulled.loaded.handle,
        "folder": str(pulled.loaded.folder),
        "repository": origin.id if origin else None,
        "commit": origin.revision if origin else None,
        "downloaded_bytes": pulled.n_bytes,
        "left_out": list(pulled.left_out),
        "remarks": list(pulled.remarks),
    }


def planned_rows(plan: PushPlan) -> list[tuple[str, str]]:
    """Return a row per file that `umi bundle push` is going to send, and their sum."""
    rows = [(size_text(size), name) for name, size in plan.files]
    return [*rows, (size_text(plan.n_bytes), f"in all, to {plan.repo}")]


def pushed_facts(plan: PushPlan, pushed: Pushed) -> list[tuple[str, str]]:
    """Return what `umi bundle push` says in the end."""
    facts = [("pushed", f"{len(plan.files)} files, {size_text(plan.n_bytes)}"), ("to", str(pushed.repo))]
    if pushed.removed:
        facts.append(("removed there", ", ".join(pushed.removed)))
    return facts


def pushed_object(plan: PushPlan, pushed: Pushed) -> dict[str, JsonValue]:
    """Return what `umi bundle push --output json` writes."""
    return {
        "repository": pushed.repo.id,
        "commit": pushed.repo.revision,
        "files": dict(plan.files),
        "bytes": plan.n_bytes,
        "removed": list(pushed.removed),
    }


def _result(check: FileCheck) -> str:
    if check.problems:
        return "WRONG"
    return f"ok, but no {' or '.join(check.unchecked)} to compare" if check.unchecked else "ok"


def _located(loaded: LoadedBundle, ref: FileRef) -> tuple[str | None, int | None]:
    try:
        path = loaded.path_of(ref)
    except BundleError:  # its package isn't installed
        return None, None
    try:
        return str(path), path.stat().st_size
    except OSError:
        return str(path), None
