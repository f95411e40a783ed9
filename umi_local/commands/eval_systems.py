"""From options to the system under evaluation: a bundle, adapters as they were trained, or one model behind a server.

umi.toml is not read: what is measured depends on the command line alone. Sampling is greedy unless a temperature is given.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from umi_local.commands import completing
from umi_local.commands.eval_trained import OF_PEFT, TRAINED_OPTIONS, find_opener, trained_request
from umi_local.commands.options import ENGINE_OPTIONS, TOKEN_OPTIONS, with_options
from umi_local.commands.setup import Services, opener, whole_bundle
from umi_local.config import RunConfig
from umi_local.engine.base import Sampling, SpeakOptions
from umi_local.errors import UsageError

if TYPE_CHECKING:
    from umi_local.bundles.manifest import LoadedBundle
    from umi_local.evaluate.systems import Evaluated
    from umi_local.messages import JsonValue

_RUN = (
    *("planner_tokens", "caller_tokens", "summarizer_tokens", "temperature"),
    *("n_ctx", "n_threads", "n_gpu_layers", "kv_type", "residency"),
)

_LANES = 16
"""Questions at once under transformers: more hardly make it faster, and each holds a conversation's keys and values."""

SYSTEM_OPTIONS = (
    click.option(
        "--bundle",
        metavar="NAME|DIR|FILE.gguf",
        shell_complete=completing.bundle_names,
        help="The models to measure.  [default: embedded]",
    ),
    *TRAINED_OPTIONS,
    click.option("--server", metavar="URL", help="Measure one model behind an OpenAI-compatible server instead."),
    click.option("--model", metavar="NAME", help="The name that the server knows it by."),
    click.option("--api-key-env", metavar="VARIABLE", help="The environment variable that holds the server's key."),
    click.option(
        "--workers",
        type=click.IntRange(min=1),
        metavar="N",
        help=f"So many questions at once: for servers and --peft.  [default: {_LANES} with --peft, else 1]",
    ),
    click.option("--name", metavar="TEXT", help="What to call it in comparisons.  [default: its own name]"),
    *TOKEN_OPTIONS,
    click.option("--temperature", metavar="X", type=click.FloatRange(min=0), help="0 is greedy.  [default: 0]"),
    click.option("--sampling-seed", metavar="N", type=int, default=0, help="Equal seeds give equal tokens."),
    *ENGINE_OPTIONS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemChoices:
    """What the command line says about the system.

    Attributes:
        peft: Adapters' folders; empty for another system.
        of_peft: Fields of `TrainedRequest` and their values, of what was given only.
        run: Fields of `RunConfig` and their values, of what was given only.
        workers: How many ask at once.
    """

    bundle: str | None = None
    peft: tuple[Path, ...] = ()
    of_peft: Mapping[str, Any] = field(default_factory=dict)
    server: str | None = None
    model: str | None = None
    api_key_env: str | None = None
    name: str | None = None
    run: Mapping[str, Any] = field(default_factory=dict)
    workers: int = 1


def system_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options about the system; the command gets them as `chosen: SystemChoices`."""

    @functools.wraps(command)
    def call(*args: Any, **kwargs: Any) -> Any:
        run = {name: value for name in _RUN if (value := kwargs.pop(name)) is not None}
        run["seed"] = kwargs.pop("sampling_seed")
        if kwargs.pop("no_prefix_cache"):
            run["prefix_cache_bytes"] = 0
        of_peft = {name: value for name in OF_PEFT if (value := kwargs.pop(name)) is not None}
        plain = {name: kwargs.pop(name) for name in ("bundle", "peft", "server", "model", "api_key_env", "name")}
        workers = kwargs.pop("workers") or (_LANES if plain["peft"] else 1)
        return command(*args, chosen=SystemChoices(**plain, of_peft=of_peft, run=run, workers=workers), **kwargs)

    return with_options(call, SYSTEM_OPTIONS)


@contextmanager
def opened_system(chosen: SystemChoices, services: Services) -> Iterator[Evaluated]:
    """Open what is to be measured, and close it afterwards.

    Raises:
        UsageError: The options don't fit each other.
        UmiError: It can't be opened.
    """
    try:
        config = RunConfig(**chosen.run)
    except ValueError as error:
        raise UsageError(str(error)) from error
    options = config.speak_options(Sampling())
    _check_one_system(chosen)
    if chosen.peft:
        system = _trained(chosen, options, services)
    elif chosen.server:
        system = _server(chosen, options)
    else:
        system = _bundle(chosen, config, options, services)
    try:
        yield system
    finally:
        system.close()


def _check_one_system(chosen: SystemChoices) -> None:
    named = [f"--{name}" for name in ("bundle", "peft", "server") if getattr(chosen, name)]
    if len(named) > 1:
        counted = {2: "two", 3: "three"}[len(named)]
        raise UsageError(
            f"{' and '.join(named)} are {counted} systems", hint="Measure one, then the other, and compare them."
        )
    if not chosen.server and (chosen.model or chosen.api_key_env):
        raise UsageError("--model and --api-key-env belong to --server", hint="Others name their own models.")
    if not chosen.peft and chosen.of_peft:
        odd = " and ".join(f"--{name.replace('_', '-')}" for name in chosen.of_peft)
        raise UsageError(f"{odd} mean nothing without --peft", hint="They are for adapters under transformers.")


def _trained(chosen: SystemChoices, options: SpeakOptions, services: Services) -> Evaluated:
    from umi_local.evaluate.systems import RoleSystem
    from umi_local.screen.spinner import Spinner

    request = trained_request(chosen.peft, chosen.of_peft, chosen.run, chosen.workers)
    name = chosen.name or chosen.peft[0].resolve().name
    opener = services.open_trained or find_opener()
    with Spinner(sys.stderr).during(f"loading {name}"):
        engine = opener(request)
    return RoleSystem(engine, {"name": name, **engine.facts, **_speaking_facts(options)}, options)


def _bundle(chosen: SystemChoices, config: RunConfig, options: SpeakOptions, services: Services) -> Evaluated:
    from umi_local.bundles.catalog import find_bundle
    from umi_local.evaluate.systems import RoleSystem
    from umi_local.screen.spinner import Spinner

    loaded = whole_bundle(find_bundle(chosen.bundle or config.bundle), services)
    facts = _bundle_facts(loaded, config, options, chosen.name)
    with Spinner(sys.stderr).during(f"loading {loaded.bundle.name}"):
        engine = opener(services)(loaded, config.engine_options())
    return RoleSystem(engine, facts, options)


def _server(chosen: SystemChoices, options: SpeakOptions) -> Evaluated:
    from umi_local.bundles.values import Endpoint
    from umi_local.evaluate.native import NativeSystem

    if not chosen.model:
        raise UsageError("--server needs --model", hint="Give the name that the server knows the model by.")
    assert chosen.server is not None  # looked at by the caller
    try:
        endpoint = Endpoint(url=chosen.server, model=chosen.model, api_key_env=chosen.api_key_env)
    except ValueError as error:
        raise UsageError(f"--server: {error}") from error
    facts = {
        "name": chosen.name or chosen.model,
        "server": endpoint.url,
        "model": endpoint.model,
        **_speaking_facts(options),
    }
    return NativeSystem(endpoint, facts, options)


def _bundle_facts(
    loaded: LoadedBundle, config: RunConfig, options: SpeakOptions, name: str | None
) -> dict[str, JsonValue]:
    """Return what decides on what a bundle says: its files by content, and how they are used."""
    from umi_local.engine.gguf_header import fingerprint

    bundle = loaded.bundle
    endpoints = {role.value: spec.endpoint for role, spec in bundle.roles if spec.endpoint is not None}
    return {
        "name": name or bundle.name,
        "bundle": f"{bundle.name} {bundle.version}",
        "layout": bundle.layout.value,
        "profile": bundle.profile,
        "files": {place: fingerprint(loaded.path_of(ref)) for place, ref in bundle.files()},
        "endpoints": {role: [endpoint.url, endpoint.model] for role, endpoint in endpoints.items()},
        "n_ctx": config.n_ctx or bundle.n_ctx,
        "kv_type": config.kv_type,
        "residency": config.residency or bundle.residency,
        **_speaking_facts(options),
    }


def _speaking_facts(options: SpeakOptions) -> dict[str, JsonValue]:
    from umi_local.jsonable import to_jsonable

    return {"speaking": to_jsonable(options)}
