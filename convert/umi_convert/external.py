"""Let a llama.cpp checkout of the user's own convert what umi_convert has no file for.

Its scripts run in a process of their own, with the Python that runs this one, and their output becomes a GGUF that goes on
through the rest of the conversion. Nothing of llama.cpp is imported here.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from umi_convert.errors import CheckpointError, ConvertError

MODEL_SCRIPT = "convert_hf_to_gguf.py"
ADAPTER_SCRIPT = "convert_lora_to_gguf.py"

_SHOWN_LINES, _SHOWN_CHARS = 3, 600
"""Of a failed script's last words: its reason is at the end, below pages of its log."""


def convert_model_with(llama_cpp: Path, folder: Path, out: Path, outtype: str) -> None:
    """Convert a checkpoint with llama.cpp's own converter.

    Args:
        llama_cpp: A checkout of llama.cpp.
        outtype: f32, f16, bf16 or auto.

    Raises:
        CheckpointError: There is no such script in the checkout.
        ConvertError: It failed; its last words are in the message.
    """
    _run(llama_cpp, MODEL_SCRIPT, [str(folder), "--outfile", str(out), "--outtype", outtype], out)


def convert_adapter_with(llama_cpp: Path, folder: Path, base: Path, out: Path, outtype: str) -> None:
    """Convert a PEFT folder to a LoRA GGUF with llama.cpp's own converter.

    Raises:
        CheckpointError: There is no such script in the checkout.
        ConvertError: It failed; its last words are in the message.
    """
    arguments = [str(folder), "--base", str(base), "--outfile", str(out), "--outtype", outtype]
    _run(llama_cpp, ADAPTER_SCRIPT, arguments, out)


def _run(llama_cpp: Path, script: str, arguments: list[str], out: Path) -> None:
    path = llama_cpp / script
    if not path.is_file():
        hint = "Name the folder of a llama.cpp checkout: git clone https://github.com/ggml-org/llama.cpp"
        raise CheckpointError(llama_cpp, f"there is no {script} in it", hint=hint)
    environment = {**os.environ, "PYTHONPATH": str(llama_cpp.absolute() / "gguf-py")}  # as new as the script
    done = subprocess.run(
        [sys.executable, str(path), *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode or not out.is_file():
        words = _last_words(done.stderr) or _last_words(done.stdout) or "it said nothing"
        out.unlink(missing_ok=True)
        reason = f"failed with exit code {done.returncode}" if done.returncode else f"wrote no {out.name}"
        raise ConvertError(
            f"{path} {reason}: {words}",
            hint=f"Its requirements must be installed: pip install -r {llama_cpp / 'requirements.txt'}",
        )


def _last_words(log: str) -> str:
    """Return the end of a log without the indented lines of tracebacks."""
    lines = [line for line in log.splitlines() if line.strip() and not line.startswith((" ", "Traceback "))]
    return "; ".join(lines[-_SHOWN_LINES:])[-_SHOWN_CHARS:]
