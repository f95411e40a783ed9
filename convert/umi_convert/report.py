"""verdict.json: what a bundle was made from and how, and how well it agrees with that."""

from __future__ import annotations

import json
from collections.abc import Mapping

from umi_convert.bundle_plan import BundlePlan
from umi_convert.candidates import Candidate
from umi_convert.errors import CheckpointError
from umi_convert.json_file import read_json_object
from umi_convert.manifest import sources_of
from umi_convert.old_bundle import VERDICT_FILE
from umi_convert.verify.values import Verdict
from umi_local.messages import JsonObject, JsonValue, Role

FORMAT = 1

_MAX_BYTES = 16 << 20


def report_of(plan: BundlePlan, candidate: Candidate, verdicts: Mapping[str, Verdict]) -> str:
    """Return the text of verdict.json.

    Its `kept_roles` are those of an older bundle, with what was said about them when they were made.

    Args:
        verdicts: On all candidates, by label.
    """
    from umi_local import __version__
    from umi_local.engine.llama_c import LLAMA_CPP_VERSION

    others = {label: found.to_json() for label, found in verdicts.items() if label not in candidate.verdicts}
    report: JsonObject = {
        "format": FORMAT,
        "created_with": f"umi-local {__version__}, llama-cpp-python {LLAMA_CPP_VERSION}",
        "type": candidate.name,
        "sources": dict(sources_of(plan)),
        "quantization": dict(candidate.notes),
        "verdicts": {label: verdict.to_json() for label, verdict in candidate.verdicts.items()},
        "other_types": others if plan.is_auto else {},
        "kept_roles": _kept_roles(plan),
    }
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def _kept_roles(plan: BundlePlan) -> JsonObject:
    """Return what an older bundle's verdict says about the roles that stay."""
    if plan.old is None:
        return {}
    path = plan.old.loaded.folder / VERDICT_FILE
    try:
        old = read_json_object(path, max_bytes=_MAX_BYTES)
    except CheckpointError:  # a bundle made by hand has none, and what can't be read isn't worth carrying along
        return {}
    known = {**_object(old.get("kept_roles")), **_judged_roles(old)}
    return {role.value: known[role.value] for role in Role if role not in plan.roles and role.value in known}


def _judged_roles(old: Mapping[str, JsonValue]) -> JsonObject:
    """Return the verdicts of an older report by role; of several, the first."""
    found: dict[str, JsonValue] = {}
    for label, verdict in _object(old.get("verdicts")).items():
        roles = _object(verdict).get("roles")
        for judged in roles if isinstance(roles, list) else []:
            role = _object(judged).get("role")
            if isinstance(role, str):
                found.setdefault(role, {"label": label, **_object(judged)})
    return found


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}
