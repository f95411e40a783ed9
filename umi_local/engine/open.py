"""From a bundle to an engine: local roles on llama.cpp, remote ones behind their endpoints, one team."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from umi_local.bundles.assembly import assembled
from umi_local.bundles.manifest import LoadedBundle
from umi_local.engine.base import CancelToken, Engine, FreeWriter, OnText, SpeakOptions, Spoken, Written
from umi_local.engine.options import EngineOptions
from umi_local.errors import GenerationError
from umi_local.messages import Role, ToolSpec, Trajectory


def open_engine(loaded: LoadedBundle, options: EngineOptions | None = None) -> Engine:
    """Open what a bundle describes; one that is put together at its first use is, without a word.

    Raises:
        BundleError: Files are missing or don't fit each other.
        ModelFileError: A file isn't a sound GGUF.
        ModelLoadError: llama.cpp could not load one, or there is no memory.
        OfflineError: A role is behind an endpoint on the network, and umi-local runs offline.
    """
    loaded = assembled(loaded)
    remote = tuple(role for role, spec in loaded.bundle.roles if spec.endpoint is not None)
    local = tuple(role for role in Role if role not in remote)
    engines: dict[Role, Engine] = {}
    if remote:
        engines |= dict.fromkeys(remote, _open_remote(loaded, remote))
    try:
        if local:
            engines |= dict.fromkeys(local, _open_local(loaded, options or EngineOptions(), local))
    except BaseException:
        Team(engines).close()
        raise
    distinct = list({id(engine): engine for engine in engines.values()}.values())
    return distinct[0] if len(distinct) == 1 else Team(engines)


def _open_local(loaded: LoadedBundle, options: EngineOptions, roles: tuple[Role, ...]) -> Engine:
    """Load models on the thread that will own them."""
    from umi_local.engine.house import BundleHouse
    from umi_local.engine.residency import choose
    from umi_local.engine.seated import SeatedEngine
    from umi_local.engine.worker import Worker

    houses: list[BundleHouse] = []  # known here even where an interrupt loses the job's result

    def load(_: OnText) -> BundleHouse:
        houses.append(BundleHouse(loaded, options, residency=choose(loaded, options, roles), roles=roles))
        return houses[0]

    worker = Worker()
    try:
        return SeatedEngine(worker, worker.run(load))
    except BaseException:
        for house in houses:
            worker.run(lambda _, house=house: house.close())  # type: ignore[misc]  # mypy can't see the default
        worker.close()
        raise


def _open_remote(loaded: LoadedBundle, roles: tuple[Role, ...]) -> Engine:
    from umi_local.engine.remote import RemoteEngine

    endpoints = {role: loaded.bundle.roles.of(role).endpoint for role in roles}
    return RemoteEngine(
        {role: endpoint for role, endpoint in endpoints.items() if endpoint is not None},
        sampling={role: loaded.bundle.sampling_of(role) for role in roles},
    )


class Team:
    """An `Engine` whose roles are served by different engines."""

    def __init__(self, engines: Mapping[Role, Engine]) -> None:
        self._engines = dict(engines)

    def prepare(self, tools: Sequence[ToolSpec]) -> None:
        """Check the tools with every engine; see `Engine.prepare`."""
        for engine in self._distinct():
            engine.prepare(tools)

    def speak(
        self, role: Role, trajectory: Trajectory, *, options: SpeakOptions, cancel: CancelToken, on_text: OnText
    ) -> Spoken:
        """Let the role's own engine speak; see `Engine.speak`."""
        return self._engines[role].speak(role, trajectory, options=options, cancel=cancel, on_text=on_text)

    def write(
        self,
        role: Role,
        trajectory: Trajectory,
        *,
        options: SpeakOptions,
        cancel: CancelToken,
        is_done: Callable[[str], bool],
    ) -> Written:
        """Let the role's own engine write; see `FreeWriter.write`."""
        engine = self._engines[role]
        if not isinstance(engine, FreeWriter):
            raise GenerationError(f"the {role.value}'s engine can't write unbound")
        return engine.write(role, trajectory, options=options, cancel=cancel, is_done=is_done)

    def close(self) -> None:
        """Close every engine once."""
        for engine in self._distinct():
            engine.close()

    def _distinct(self) -> list[Engine]:
        return list({id(engine): engine for engine in self._engines.values()}.values())
