"""What a finished bundle says: its roles speak through the real engine, and their logits are compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from umi_convert.tensors import Array
from umi_convert.verify import JudgeOptions
from umi_convert.verify.prompts import encode, render
from umi_convert.verify.side import opened
from umi_convert.verify.turns import role_places
from umi_local.bundles.manifest import load_bundle
from umi_local.engine.base import CancelToken, SpeakOptions
from umi_local.engine.open import open_engine
from umi_local.engine.options import EngineOptions
from umi_local.engine.scoring import scored
from umi_local.messages import (
    CallerTurn,
    Decision,
    Observation,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolCall,
    ToolSpec,
    ToolTurn,
    Trajectory,
    UserTurn,
)

TOOLS = (ToolSpec("go", "Go.", {"type": "object", "properties": {"far": {"type": "boolean"}}, "required": ["far"]}),)
TRAJECTORY = Trajectory(
    TOOLS,
    (
        UserTurn("Go far."),
        PlannerTurn("I go.", Decision.CALL),
        CallerTurn(ToolCall("go", {"far": True})),
        ToolTurn(Observation("gone")),
        PlannerTurn("Done.", Decision.CONCLUDE),
        SummarizerTurn("I went far."),
    ),
)


def speak_all(folder: Path) -> None:
    """Let every role of a bundle speak a few tokens after the history that it would have."""
    options = SpeakOptions(planner_tokens=4, caller_tokens=8, summarizer_tokens=4)
    engine = open_engine(load_bundle(folder), EngineOptions(n_ctx=1024, n_threads=1, prefix_cache_bytes=0))
    try:
        engine.prepare(TOOLS)
        for role, n_before, kind in (
            (Role.PLANNER, 1, PlannerTurn),
            (Role.CALLER, 2, CallerTurn),
            (Role.SUMMARIZER, 5, SummarizerTurn),
        ):
            history = Trajectory(TOOLS, TRAJECTORY.turns[:n_before])
            spoken = engine.speak(role, history, options=options, cancel=CancelToken(), on_text=lambda text: None)
            assert isinstance(spoken.turn, kind)
    finally:
        engine.close()


def logits_of(folder: Path, residency: Any = None) -> dict[Role, Array]:
    """Return the logits of each role's own words, with exact keys and values: rows of (V,)."""
    options = JudgeOptions(n_ctx=1024, n_batch=64, n_threads=1, residency=residency)
    found = {}
    with opened(load_bundle(folder), options, "f32") as seats:
        for role, seat in seats.items():
            rows = []
            for place in role_places([TRAJECTORY], [role]):
                tokens = encode(seat, [TRAJECTORY], place).scored
                with scored(seat, render(seat, [TRAJECTORY], place), tokens, lambda: None) as logits:
                    rows += [row.copy() for row in logits]
            found[role] = np.array(rows)
    return found
