"""Which of the two residencies of layout `shared` serves this bundle best on this machine.

Merged role weights cost memory and spare the 20 to 45% that a run-time adapter adds to every token; moving keys and values
between contexts costs little. Which is faster is measured once per bundle and machine, with a turn of the caller, and
remembered in the cache folder; where merged weights don't fit into the memory that is free, they aren't tried.
"""

from __future__ import annotations

import json
import logging
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Literal

from umi_local.bundles.manifest import LoadedBundle
from umi_local.bundles.values import Layout
from umi_local.engine.estimate import Use, estimate
from umi_local.engine.gguf_header import check_model, fingerprint
from umi_local.engine.house import BundleHouse
from umi_local.engine.llama_c import LLAMA_CPP_VERSION
from umi_local.engine.machine import memory_bytes
from umi_local.engine.options import EngineOptions, default_threads
from umi_local.engine.seats import Seat
from umi_local.errors import BundleError, StorageError
from umi_local.folders import atomic_write, cache_folder
from umi_local.messages import Role, ToolSpec, Trajectory, UserTurn

logger = logging.getLogger(__name__)

Residency = Literal["adapters", "merged"]

_N_DECODED = 24
_N_ROUNDS = 3
_SHARE_OF_MEMORY = 0.8
"""Of the memory that is available now, merged weights may take this much."""


def choose(loaded: LoadedBundle, options: EngineOptions, roles: tuple[Role, ...]) -> Residency:
    """Return how role weights should be kept.

    Raises:
        BundleError: A residency was asked for that the bundle has no files for.
    """
    bundle = loaded.bundle
    if bundle.layout is not Layout.SHARED:
        return "adapters"
    specs = [bundle.roles.of(role) for role in roles]
    specs = [spec for spec in specs if spec.model or spec.adapter]  # the others are the backbone, either way
    can_merge, can_adapt = all(spec.model for spec in specs), all(spec.adapter for spec in specs)
    wanted = options.residency or bundle.residency
    if wanted == "merged" and not can_merge:
        raise BundleError(f"bundle {bundle.name} has no merged model for every role", hint="Use --residency adapters.")
    if wanted == "adapters" and not can_adapt:
        raise BundleError(f"bundle {bundle.name} has no adapter for every role", hint="Use --residency merged.")
    if wanted != "auto":
        return wanted
    if not specs:
        return "adapters"
    if not (can_merge and can_adapt):
        return "merged" if can_merge else "adapters"
    if not _merged_fits(loaded, options, roles):
        logger.info("residency adapters: merged weights don't fit into free memory")
        return "adapters"
    memory = _memory_path(loaded, options, roles)
    return _remembered(memory) or _measured(loaded, options, roles, memory)


def _paths(loaded: LoadedBundle, roles: tuple[Role, ...]) -> list[Path]:
    refs = [loaded.bundle.base, *(loaded.bundle.roles.of(role).model for role in roles)]
    return [loaded.path_of(ref) for ref in refs if ref is not None]


def _merged_fits(loaded: LoadedBundle, options: EngineOptions, roles: tuple[Role, ...]) -> bool:
    use = Use(n_ctx=options.n_ctx or loaded.bundle.n_ctx, n_batch=options.n_batch, kv_type=options.kv_type)
    needed = sum(estimate(check_model(path), use).total_bytes for path in set(_paths(loaded, roles)))
    return needed <= _SHARE_OF_MEMORY * memory_bytes()[1]


def _memory_path(loaded: LoadedBundle, options: EngineOptions, roles: tuple[Role, ...]) -> Path:
    import platform

    facts = [fingerprint(path) for path in _paths(loaded, roles)]
    facts += [LLAMA_CPP_VERSION, platform.node(), platform.processor()]
    facts += [str(options.n_threads or default_threads()), str(options.n_gpu_layers), options.kv_type]
    key = sha256(json.dumps(facts).encode()).hexdigest()[:32]
    return cache_folder() / "residency" / f"{key}.json"


def _remembered(memory: Path) -> Residency | None:
    try:
        found = json.loads(memory.read_text(encoding="utf-8"))
        return "merged" if found["merged_s"] < found["adapters_s"] else "adapters"
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _measured(loaded: LoadedBundle, options: EngineOptions, roles: tuple[Role, ...], memory: Path) -> Residency:
    """Time a turn under both residencies, remember, and return the faster one."""
    own = [role for role in roles if loaded.bundle.roles.of(role).model is not None]
    role = Role.CALLER if Role.CALLER in own else own[0]
    small = replace(options, n_ctx=1024, prefix_cache_bytes=0)
    seconds: dict[Residency, float] = {}
    for residency in ("adapters", "merged"):
        house = BundleHouse(loaded, small, residency=residency, roles=(role,))
        try:
            seconds[residency] = min(_time_of_turn(house.seats[role], role, i) for i in range(_N_ROUNDS))
        finally:
            house.close()
    logger.info("a turn takes %.3f s with adapters, %.3f s merged", seconds["adapters"], seconds["merged"])
    content = json.dumps({f"{name}_s": value for name, value in seconds.items()}).encode()
    try:
        atomic_write(memory, content)
    except StorageError as error:
        logger.warning("the measured residency can't be remembered: %s", error)
    return "merged" if seconds["merged"] < seconds["adapters"] else "adapters"


def _time_of_turn(seat: Seat, role: Role, i: int) -> float:
    """Return the seconds of a turn of fixed length after a new question: history, hand-over, cue, tokens."""
    tool = ToolSpec("read_file", "Read a text file.", {"type": "object", "properties": {"path": {"type": "string"}}})
    prompt = seat.profile.prompt(Trajectory((tool,), (UserTurn(f"What is in file {i}.txt?"),)), role)
    started = time.perf_counter()
    scratch, _ = seat.open(prompt, lambda: None)
    try:
        for _ in range(_N_DECODED):
            scratch.decode([int(scratch.logits().argmax())])
    finally:
        scratch.close()
    return time.perf_counter() - started
