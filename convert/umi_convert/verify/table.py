"""Verdicts as tables: rows of text for a terminal, and Markdown for a model card. Pure; nothing is printed here."""

from __future__ import annotations

from collections.abc import Sequence

from umi_convert.verify.values import Check, RoleVerdict, Share, Verdict

COLUMNS = (
    "type",
    "role",
    "token ids",
    "prompts",
    "greedy",
    "top-1",
    "top-10",
    "mean KL",
    "p99 KL",
    "decisions",
    "calls",
    "prompt t/s",
    "decode t/s",
    "MB",
)
"""What is the same. `greedy`: turns spoken with the same tokens. `decisions`, and `calls` with their arguments: first those of
which the reference was sure, then all. KL is in nats."""

_NOTHING = "–"


def rows(verdict: Verdict) -> list[tuple[str, ...]]:
    """Return one row per role, in the order of `COLUMNS`."""
    return [_row(verdict, role) for role in verdict.roles]


def markdown(verdicts: Sequence[Verdict]) -> str:
    """Return a Markdown table of verdicts against one reference, and a line on how they were measured."""
    lines = [_line(COLUMNS), _line(["---"] * len(COLUMNS))]
    lines += [_line(row) for verdict in verdicts for row in rows(verdict)]
    if verdicts:
        lines += ["", conditions(verdicts[0])]
    return "\n".join(lines) + "\n"


def conditions(verdict: Verdict) -> str:
    """Return a sentence on how a verdict was measured."""
    found = verdict.conditions
    return (
        f"Compared with {verdict.reference} ({_megabytes(verdict.reference_size_bytes)} MB, {found.reference_kv_type} keys "
        f"and values) on {found.n_trajectories} trajectories; {found.kv_type} keys and values, batches of {found.n_batch}, "
        f"{found.n_threads} thread(s), {found.engine}."
    )


def _row(verdict: Verdict, role: RoleVerdict) -> tuple[str, ...]:
    found = role.distributions
    return (
        verdict.label,
        role.role.value,
        _check(role.token_ids),
        _check(role.prompts),
        _share(role.greedy.identical),
        f"{found.top1:.1%}" if found else _NOTHING,
        f"{found.top10:.1%}" if found else _NOTHING,
        _nats(found.mean_kl) if found else _NOTHING,
        _nats(found.p99_kl) if found else _NOTHING,
        _sure(role.decisions),
        _sure(role.calls),
        f"{role.speed.prompt_tokens_per_s:,.0f}",
        f"{role.speed.decode_tokens_per_s:,.1f}",
        _megabytes(role.size_bytes),
    )


def _check(check: Check) -> str:
    return "equal" if check.difference is None else f"{check.n_different} of {check.n} differ"


def _share(share: Share | None) -> str:
    return f"{share.n_same}/{share.n}" if share is not None and share.n else _NOTHING


def _sure(share: Share | None) -> str:
    if share is None or not share.n:
        return _NOTHING
    return f"{share.n_sure_same}/{share.n_sure} of {_share(share)}"


def _nats(value: float) -> str:
    return f"{value:.2g}" if value < 0.01 else f"{value:.3f}"


def _megabytes(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:,.1f}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
