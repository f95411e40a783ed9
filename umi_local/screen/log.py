"""What the library logs, on stderr: warnings as the command line writes them, with `--debug` everything."""

from __future__ import annotations

import logging
import sys

from umi_local.screen.clean import clean_line


class _Lines(logging.Handler):
    """Writes `warning: text` to whatever stderr is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(f"{record.levelname.lower()}: {clean_line(record.getMessage())}\n")


def show_log(*, debug: bool) -> None:
    """Let the log of umi_local appear; asked twice, it still appears once."""
    logger = logging.getLogger("umi_local")
    logger.handlers = [handler for handler in logger.handlers if not isinstance(handler, _Lines)]
    logger.addHandler(_Lines())
    logger.setLevel(logging.DEBUG if debug else logging.WARNING)
