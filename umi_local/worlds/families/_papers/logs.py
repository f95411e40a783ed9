"""Log files: lines with a time, a level, a part of the program and what happened."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.dates import days_later
from umi_local.worlds.draw import Draw, Pool

PARTS = Pool(
    """archive|audio|auth|backup|billing|bluetooth|boot|cache|calendar|camera|cart|chat|checkout|cleanup|cron|db|dhcp|disk
    |display|dns|driver|export|fan|fetch|firewall|ftp|gateway|gps|heater|import|index|inbox|job|kernel|keyring|ldap|login|mail
    |map|media|meter|mirror|modem|monitor|mount|network|ntp|order|panel|parser|payments|player|printer|probe|proxy|pump|queue
    |radio|relay|report|router|scan|scheduler|search|sensor|session|shell|sound|storage|stream|sync|tape|thermostat|timer|token
    |tunnel|updater|upload|usb|video|vpn|watcher|web|wifi|worker"""
)
_TROUBLE = Pool(
    """answer too late|bad checksum|battery low|broken pipe|cable unplugged|can't open port|certificate expired|clock is wrong
    |connection lost|connection refused|cover open|device not found|disk almost full|disk full|file is locked|file not found
    |filter clogged|host unreachable|ink empty|invalid header|key rejected|limit reached|link down|lock timed out
    |memory low|missing font|no answer|no paper|no permission|no route|no signal|out of memory|overheated|packet dropped
    |paper jam|password wrong|pressure too low|quota exceeded|rate limit hit|read failed|record damaged|script failed
    |server busy|table missing|time-out|token expired|too many files|unknown host|unknown user|version too old|wrong address
    |write failed"""
)
_FINE = (
    "started",
    "ready",
    "check passed",
    "saved 12 items",
    "connected",
    "finished",
    "reloaded",
    "idle",
    "stopped",
    "resumed",
)
_LEVELS = (("INFO", "ERROR"), ("INFO", "ERROR"), ("info", "error"), ("OK", "FAIL"), ("I", "WARNING"), ("INFO", "WARN"))


def write_log(draw: Draw, today: str) -> dict[str, Any]:
    """Return a log as plain JSON: `stem`, `word`, `text` and `lines` (time, level, part, said), and `bad`, the bad level."""
    good, bad = draw.pick(_LEVELS)
    parts = draw.several_of(PARTS, 3)
    troubles = draw.several_of(_TROUBLE, 3)
    day = days_later(today, -draw.whole(3, 30))
    lines = []
    for _ in range(draw.whole(6, 9)):
        day = days_later(day, draw.pick((0, 0, 1)))
        is_bad = draw.chance(0.4)
        lines.append(
            {
                "day": day,
                "level": bad if is_bad else good,
                "part": draw.pick(parts),
                "said": draw.pick(troubles if is_bad else _FINE),
            }
        )
    for line, at in zip(lines, sorted(draw.clock(0, 23, 1) for _ in lines), strict=True):
        line["at"] = at
    word = draw.pick(parts)
    return {
        "word": word,
        "stem": draw.pick((word, f"{word}-log", f"{word}-{day[:4]}")),
        "bad": bad,
        "lines": lines,
        "text": "".join(f"{log_line(line)}\n" for line in lines),
    }


def log_line(line: dict[str, Any]) -> str:
    """Return a line of a log as the file has it."""
    return f"{line['day']} {line['at']} {line['level']} {line['part']}: {line['said']}"
