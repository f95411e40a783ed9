"""A static evaluation that kills its own process when its engine is asked for the n-th turn: `killed_evaluation.py FILE N`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tests.evaluate.evaluation_setting import material, saying, system_of
from umi_local.evaluate.results_file import results_at
from umi_local.evaluate.static import evaluate_static
from umi_local.evaluate.values import Decoding, Route, StepResult

path, n = Path(sys.argv[1]), int(sys.argv[2])
engine = saying()
speak = engine.speak


def counted(*args, **kwargs):
    if len(engine.requests) + 1 == n:
        os.kill(os.getpid(), signal.SIGKILL)
    return speak(*args, **kwargs)


engine.speak = counted  # type: ignore[method-assign]
with results_at(path, StepResult, {"kind": "static"}) as results:
    evaluate_static(system_of(engine), material(), results, route=Route.PIPELINE, decodings=(Decoding.CONSTRAINED,))
