"""Lets `python -m umi_local` be the command `umi`."""

from __future__ import annotations

import sys

from umi_local.cli import main

if __name__ == "__main__":
    sys.exit(main())
