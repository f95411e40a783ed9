"""What is measured in processes of its own: peak memory, and the time from a process's start to its first token."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def run_child(code: str, *arguments: str, **environment: str) -> dict[str, float]:
    """Run Python code in a fresh process; it prints one JSON object. `STARTED` is when the parent started it."""
    env = os.environ | environment | {"STARTED": repr(time.time())}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"a measuring process failed: {done.stderr.strip()[-2000:]}")
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


_PEAK = """
def peak_mb():
    try:  # Linux's ru_maxrss begins with the parent's: it survives exec
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 / 1e6 for line in status if line.startswith("VmHWM"))
    except OSError:
        import resource
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # bytes on macOS
"""

BARE = f"""{_PEAK}
import json, sys
import llama_cpp as C
model = C.llama_model_load_from_file(sys.argv[1].encode(), C.llama_model_default_params())
params = C.llama_context_default_params()
params.n_ctx = int(sys.argv[2])
context = C.llama_init_from_model(model, params)
batch = C.llama_batch_init(512, 0, 1)
batch.n_tokens = 512
for i in range(512):
    batch.token[i], batch.pos[i], batch.n_seq_id[i], batch.logits[i] = 1000 + i, i, 1, i == 511
    batch.seq_id[i][0] = 0
assert C.llama_decode(context, batch) == 0
print(json.dumps({{"peak_mb": peak_mb()}}))
"""

SHARED = f"""{_PEAK}
import json, sys
from pathlib import Path
from umi_local.bench.engine import Bench
from umi_local.bench.material import Material
from umi_local.bench.transcript import Player
folder = Path(sys.argv[1])
with Bench(Material.of(folder), folder).house("adapters") as house:
    Player(house).play()
print(json.dumps({{"peak_mb": peak_mb()}}))
"""

FIRST_TOKEN = """
import json, os, time
from umi_local.bundles.catalog import find_bundle
from umi_local.engine.base import CancelToken, SpeakOptions
from umi_local.engine.open import open_engine
from umi_local.messages import Role, Trajectory, UserTurn
from umi_local.tools.builtin import builtin_tools
seconds = []
engine = open_engine(find_bundle("embedded"))
trajectory = Trajectory(tuple(tool.spec for tool in builtin_tools()), (UserTurn("What is in notes.txt?"),))
engine.speak(
    Role.PLANNER, trajectory, options=SpeakOptions(planner_tokens=8), cancel=CancelToken(),
    on_text=lambda text: seconds.append(time.time() - float(os.environ["STARTED"])),
)
engine.close()
print(json.dumps({"seconds": seconds[0]}))
"""
