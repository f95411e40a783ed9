"""Time and peak memory of converting three roles: PEFT + llama.cpp's scripts against `umi convert bundle`, in one run.

    python benchmarks/convert.py                    SmolLM2-135M and a generated checkpoint of 3 GB
    python benchmarks/convert.py --model smollm2    one of them
    python benchmarks/convert.py --quantize Q8_0    another type than Q4_K_M

Theirs, for each role: load the base with transformers in bfloat16, merge with PEFT, save, run convert_hf_to_gguf.py, and
quantize with llama.cpp's quantizer through llama-cpp-python. Ours: `umi convert bundle --reference none`, since theirs
judges nothing either. Both start from the same files, in processes of their own, one after the other; peak memory is the
greatest resident set of any process of a side. Prints one JSON object.

Needs the extras embedded, convert, train, and some 20 GB of free disk for the big checkpoint.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "convert")]

ROLES = ("planner", "caller", "summarizer")
RANK = 16
TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")

BIG = {
    "hidden_size": 2048,
    "intermediate_size": 8192,
    "num_hidden_layers": 24,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "head_dim": 64,
    "max_position_embeddings": 8192,
    "tie_word_embeddings": True,
}
"""Shape of the generated Llama: 1.56 billion parameters with SmolLM2's vocabulary, 3.1 GB in bfloat16."""

MERGE = """
import sys
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

base, adapter, out = sys.argv[1:]
model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.bfloat16)
PeftModel.from_pretrained(model, adapter).merge_and_unload().save_pretrained(out)
AutoTokenizer.from_pretrained(base).save_pretrained(out)
"""

QUANTIZE = """
import ctypes, sys
import llama_cpp as C

source, target, name = sys.argv[1:]
params = C.llama_model_quantize_default_params()
params.ftype = getattr(C, f"LLAMA_FTYPE_MOSTLY_{name}")
sys.exit(C.llama_model_quantize(source.encode(), target.encode(), ctypes.byref(params)))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a side took."""

    seconds: float
    peak_mib: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.seconds + other.seconds, max(self.peak_mib, other.peak_mib))


def main() -> None:
    """Prepare the files, measure both sides, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", choices=("smollm2", "3gb", "both"), default="both")
    parser.add_argument("--quantize", default="Q4_K_M", metavar="TYPE")
    parser.add_argument("--rounds", type=int, default=1, help="Each side so many times, in turns; the best counts.")
    parser.add_argument("--work", type=Path, help="Folder for the files, kept afterwards.")
    choices = parser.parse_args()
    names = ("smollm2", "3gb") if choices.model == "both" else (choices.model,)
    work = choices.work or Path(tempfile.mkdtemp(prefix="umi-bench-convert-"))
    try:
        figures = {name: measure(name, work / name, choices.quantize, choices.rounds) for name in names}
    finally:
        if choices.work is None:
            shutil.rmtree(work, ignore_errors=True)
    print(json.dumps({"machine": machine(), "quantize": choices.quantize, "figures": figures}, indent=2))  # noqa: T201


def measure(name: str, work: Path, qtype: str, rounds: int) -> dict[str, object]:
    """Return both sides' costs for one checkpoint, and their ratios."""
    base = work / "base"
    if not (base / "config.json").exists():
        run(__file__, "make", name, str(base))
        for seed, role in enumerate(ROLES):
            run(__file__, "adapter", str(base), str(work / role), str(seed))
    theirs, ours = [], []
    for _ in range(rounds):
        theirs.append(their_side(work, qtype))
        ours.append(our_side(work, qtype))
    them, us = best(theirs), best(ours)
    return {
        "theirs": asdict(them),
        "ours": asdict(us),
        "time_ratio": round(them.seconds / us.seconds, 2),
        "memory_ratio": round(them.peak_mib / us.peak_mib, 2),
        "must_be": {"time_ratio": 2.0, "memory_ratio": 4.0 if name == "3gb" else None},
    }


def their_side(work: Path, qtype: str) -> Cost:
    """Merge, save, convert and quantize each role with PEFT and llama.cpp's scripts."""
    from tests.convert.conformance import llama_cpp_scripts

    scripts = llama_cpp_scripts()
    cost = Cost(0.0, 0.0)
    for role in ROLES:
        out = work / "theirs" / role
        merged, plain = out / "merged", out / "model-bf16.gguf"
        out.mkdir(parents=True)
        cost += run("-c", MERGE, str(work / "base"), str(work / role), str(merged))
        script = str(scripts / "convert_hf_to_gguf.py")
        cost += run(script, str(merged), "--outtype", "bf16", "--outfile", str(plain), gguf=scripts / "gguf-py")
        cost += run("-c", QUANTIZE, str(plain), str(out / f"model-{qtype}.gguf"), qtype)
        shutil.rmtree(merged)
        plain.unlink()
    shutil.rmtree(work / "theirs")
    return cost


def our_side(work: Path, qtype: str) -> Cost:
    """Make the same three files with one command."""
    roles = [word for role in ROLES for word in (f"--{role}", str(work / role))]
    options = ["--layout", "merged", "--quantize", qtype, "--reference", "none", "-o", str(work / "ours")]
    cost = run("-m", "umi_local", "convert", "bundle", str(work / "base"), *roles, *options)
    shutil.rmtree(work / "ours")
    return cost


def run(*arguments: str, gguf: Path | None = None) -> Cost:
    """Run a Python process and return what it took."""
    paths = [str(gguf)] if gguf else [str(ROOT), str(ROOT / "convert")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "TOKENIZERS_PARALLELISM": "false"}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    words = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"{arguments[:2]} failed:\n{words.decode()[-2000:]}")
    return Cost(round(time.perf_counter() - started, 2), round(usage.ru_maxrss / 1024, 1))


def best(costs: list[Cost]) -> Cost:
    """Return the least of each figure."""
    return Cost(min(c.seconds for c in costs), min(c.peak_mib for c in costs))


def make_checkpoint(name: str, folder: Path) -> None:
    """Write SmolLM2 dequantized to bfloat16, or a random Llama of 3 GB with its tokenizer."""
    import torch
    from transformers import AutoModelForCausalLM, GgufConfig, LlamaConfig

    from tests.convert.tokenizers_for_tests import write_smollm2
    from tests.models import real_gguf

    path = real_gguf()
    write_smollm2(folder)
    if name == "smollm2":
        model = AutoModelForCausalLM.from_pretrained(
            path.parent, gguf_file=path.name, quantization_config=GgufConfig(dequantize=True), dtype=torch.bfloat16
        )
        model.save_pretrained(folder)
        return
    torch.manual_seed(0)
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(LlamaConfig(vocab_size=49152, **BIG), dtype=torch.bfloat16)
    model = model.to_empty(device="cpu")
    model.tie_weights()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(1.0) if parameter.dim() == 1 else parameter.normal_(0.0, 0.02)
    model.save_pretrained(folder, max_shard_size="1GB")


def make_adapter(base: Path, folder: Path, seed: int) -> None:
    """Write a random rank-16 adapter on all linear layers, in float32 as PEFT saves them."""
    import torch
    from safetensors.torch import save_file

    config = json.loads((base / "config.json").read_text())
    torch.manual_seed(seed)
    hidden, inner, heads = config["hidden_size"], config["intermediate_size"], config["num_attention_heads"]
    head = config.get("head_dim") or hidden // heads
    q, kv = heads * head, config["num_key_value_heads"] * head
    shapes = dict(
        zip(
            TARGETS,
            [(q, hidden), (kv, hidden), (kv, hidden), (hidden, q)] + [(inner, hidden)] * 2 + [(hidden, inner)],
            strict=True,
        )
    )
    tensors = {}
    for layer in range(config["num_hidden_layers"]):
        for target, (rows, columns) in shapes.items():
            part = "self_attn" if target[0] in "qkvo" else "mlp"
            prefix = f"base_model.model.model.layers.{layer}.{part}.{target}"
            tensors[f"{prefix}.lora_A.weight"] = torch.randn(RANK, columns) / columns**0.5
            tensors[f"{prefix}.lora_B.weight"] = torch.randn(rows, RANK) * 0.01
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    facts = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "r": RANK,
        "lora_alpha": 32,
        "target_modules": list(TARGETS),
    }
    facts |= {"base_model_name_or_path": "base", "bias": "none", "inference_mode": True, "lora_dropout": 0.0}
    (folder / "adapter_config.json").write_text(json.dumps(facts))


def machine() -> dict[str, object]:
    """Return what the figures were measured on."""
    from umi_local.engine.machine import memory_bytes, physical_cores

    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": physical_cores(),
        "memory_gib": round(memory_bytes()[0] / 2**30, 1),
        "python": platform.python_version(),
        "commit": commit.stdout.strip(),
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        make_checkpoint(sys.argv[2], Path(sys.argv[3]))
    elif sys.argv[1:2] == ["adapter"]:
        make_adapter(Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
