"""Collect an importance matrix: which input columns of the weights matter when roles read and write what they are made for.

Every role's turns are rendered with the prompt profile and tokenized by the runtime's own code, so the model sees what it
will see in use. A turn whose tokens are the beginning of a longer one of the same trajectory is read once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from umi_convert.errors import ConvertError
from umi_convert.importance_file import ImportanceMatrix
from umi_convert.verify.turns import role_places
from umi_local.bundles.manifest import LoadedBundle
from umi_local.bundles.values import Bundle, FileRef, Layout, Markers, Profile
from umi_local.engine.importance import InputStatistic
from umi_local.messages import Role, Trajectory

if TYPE_CHECKING:
    from umi_local.engine.llama_c import Model
    from umi_local.engine.seats import Seat

N_CTX = 4096
"""Tokens that are read from one empty context; also the file's chunk size."""

Tokens = tuple[int, ...]


def collect(
    model: Path,
    trajectories: Iterable[Trajectory],
    *,
    profile: Profile,
    markers: Markers,
    datasets: Sequence[str],
    roles: Sequence[Role] = tuple(Role),
    adapters: Mapping[Role, Path] | None = None,
    n_ctx: int = N_CTX,
    n_threads: int | None = None,
    on_tokens: Callable[[int, int], None] | None = None,
) -> ImportanceMatrix:
    """Return the importance matrix of a model that reads and writes these trajectories.

    Args:
        model: A GGUF in any type; the closer to the original, the better.
        profile: How prompts are written, as in bundle.toml.
        markers: How turns are marked, as in bundle.toml.
        datasets: Names of the texts, for the file.
        roles: Whose turns are read.
        adapters: Run-time adapters of roles, each active while its role's turns are read; the weights are still the model's.
        on_tokens: Gets tokens read and tokens in all.

    Raises:
        ConvertError: No trajectory has a turn of these roles.
        UmiError: A file isn't sound, or the model can't be run.
    """
    from umi_local.engine.house import BundleHouse
    from umi_local.engine.llama_c import Model
    from umi_local.engine.options import EngineOptions

    bundle = Bundle(
        name="calibration",
        version="0",
        license="unknown",
        layout=Layout.PROMPTED,
        profile=profile,
        markers=markers,
        n_ctx=n_ctx,
        base=FileRef(file=str(model.absolute())),
    )
    options = EngineOptions(n_ctx=256, n_threads=n_threads, prefix_cache_bytes=0)  # the house's own context isn't used
    loaded = LoadedBundle(bundle, Path())
    with closing(BundleHouse(loaded, options, residency="adapters", roles=tuple(roles))) as house:
        groups = _groups(house.seats, list(trajectories), adapters or {})
        n_all = sum(len(tokens) for group in groups.values() for tokens in group)
        if not n_all:
            asked = ", ".join(role.value for role in roles)
            hint = "Give trajectories in which these roles speak."
            raise ConvertError(f"no trajectory has a turn of {asked}", hint=hint)
        read = house.seats[roles[0]].model
        assert isinstance(read, Model)  # a house makes no other
        statistics = _read(read, groups, n_ctx, n_threads, lambda n: _tell(on_tokens, n, n_all))
    return ImportanceMatrix(
        statistics=statistics, datasets=tuple(datasets), chunk_size=n_ctx, chunk_count=max(1, n_all // n_ctx)
    )


def _groups(
    seats: Mapping[Role, Seat], trajectories: Sequence[Trajectory], adapters: Mapping[Role, Path]
) -> dict[Path | None, list[Tokens]]:
    """Return what is read under each adapter, or under none: every turn of the roles with all that comes before it."""
    from umi_local.engine.scoring import prompt_tokens, turn_tokens

    found: dict[tuple[Path | None, int], list[Tokens]] = {}
    for place in role_places(trajectories, tuple(seats)):
        seat = seats[place.role]
        prompt = seat.profile.prompt(place.before(trajectories), place.role)
        tokens = prompt_tokens(seat, prompt) + turn_tokens(seat, place.spoken(trajectories))
        found.setdefault((adapters.get(place.role), place.trajectory), []).append(tokens)
    groups: dict[Path | None, list[Tokens]] = {}
    for (adapter, _), sequences in found.items():
        groups.setdefault(adapter, []).extend(without_beginnings(sequences))
    return groups


def without_beginnings(sequences: Iterable[Tokens]) -> list[Tokens]:
    """Return the sequences that no other one begins with, in order; of equal ones, one."""
    ordered = sorted(set(sequences))  # what begins with a sequence stands right behind it
    return [a for a, b in zip_longest(ordered, ordered[1:], fillvalue=()) if b[: len(a)] != a]


def _read(
    model: Model,
    groups: Mapping[Path | None, Sequence[Tokens]],
    n_ctx: int,
    n_threads: int | None,
    on_tokens: Callable[[int], None],
) -> dict[str, InputStatistic]:
    from umi_local.engine.activations import collect_importance

    statistics: dict[str, InputStatistic] = {}
    n_before = 0
    for adapter, sequences in groups.items():
        found = collect_importance(
            model,
            sequences,
            adapter=adapter,
            n_ctx=n_ctx,
            n_threads=n_threads,
            on_tokens=lambda n, n_before=n_before: on_tokens(n_before + n),  # type: ignore[misc]  # mypy and defaults
        )
        statistics = combined(statistics, found)
        n_before += sum(map(len, sequences))
    return statistics


def _tell(on_tokens: Callable[[int, int], None] | None, n: int, n_all: int) -> None:
    if on_tokens is not None:
        on_tokens(n, n_all)


def combined(first: Mapping[str, InputStatistic], second: Mapping[str, InputStatistic]) -> dict[str, InputStatistic]:
    """Return the sums of two collections over the same model."""
    result = {**first, **second}
    for name in first.keys() & second.keys():
        a, b = first[name], second[name]
        result[name] = InputStatistic(a.sums + b.sums, a.counts + b.counts)
    return result
