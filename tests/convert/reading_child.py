"""Reads all rows of a checkpoint's file in a fresh process and prints what that added to its peak of resident memory, in bytes.

Arguments: the file. Prints the bytes added, the bytes read, and whether torch was imported.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from umi_convert.pytorch_file import read_pytorch
from umi_convert.safetensors_file import read_safetensors


def main(path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tensors = (read_pytorch if path.suffix == ".bin" else read_safetensors)(path)
    n_bytes = sum(tensor.read(*rows).nbytes for tensor in tensors.values() for rows in tensor.chunks())
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1 if sys.platform == "darwin" else 1024
    sys.stdout.write(f"{(after - before) * unit} {n_bytes} {'torch' in sys.modules}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
