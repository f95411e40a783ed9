"""One of several processes that train together; started with torchrun's environment variables. Usage: ... CONFIG."""

from __future__ import annotations

import sys
from pathlib import Path

import torch

from umi_train.config import load_config
from umi_train.processes import Processes
from umi_train.stages import train_all

if __name__ == "__main__":
    torch.set_num_threads(1)
    train_all(load_config(Path(sys.argv[1])))
    Processes("cpu").wait()
    torch.distributed.destroy_process_group()
