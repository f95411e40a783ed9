"""A llama.cpp checkout whose converters are small Python files, for `--llama-cpp`."""

from __future__ import annotations

from pathlib import Path

_GOOD = """\
import argparse, json, shutil, sys
from pathlib import Path
import gguf
assert Path(gguf.__file__).is_relative_to(Path(__file__).resolve().parent)  # the checkout's own
parser = argparse.ArgumentParser()
parser.add_argument("folder")
for name in ("outfile", "outtype", "base"):
    parser.add_argument("--" + name)
options = parser.parse_args()
shutil.copyfile(Path(options.folder) / "made-before.gguf", options.outfile)
Path(__file__).with_name("called.json").write_text(json.dumps(sys.argv[1:]))
"""

_BAD = """\
import sys
sys.stdout.buffer.write(b"a long log\\n" * 200)
sys.stderr.buffer.write(b"Traceback (most recent call last):\\n  File x, line 1\\nNotImplementedError: no such model \\xff\\n")
sys.exit(3)
"""

_SILENT = "pass\n"

KINDS = {"good": _GOOD, "bad": _BAD, "silent": _SILENT}


def write_llama_cpp(folder: Path, kind: str) -> Path:
    """Write a checkout; a good one "converts" to the file made-before.gguf that lies in the checkpoint."""
    (folder / "gguf-py" / "gguf").mkdir(parents=True)
    (folder / "gguf-py" / "gguf" / "__init__.py").write_text("")
    for script in ("convert_hf_to_gguf.py", "convert_lora_to_gguf.py"):
        (folder / script).write_text(KINDS[kind])
    return folder
