"""From a bundle to seats: load each file once, make the contexts that its layout needs, and check that all fits together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from umi_local.bundles.manifest import LoadedBundle
from umi_local.bundles.values import FileRef, Layout
from umi_local.bundles.verify import check_probes
from umi_local.engine.estimate import Use
from umi_local.engine.gguf_header import GGUFHeader, check_adapter, check_model, fingerprint
from umi_local.engine.kv import Trunk
from umi_local.engine.llama_c import LLAMA_CPP_VERSION, Context, ContextParams, Model
from umi_local.engine.offload import auto_gpu_layers
from umi_local.engine.options import EngineOptions, default_threads
from umi_local.engine.prefix_cache import PrefixCache
from umi_local.engine.seats import Seat
from umi_local.engine.text import Encoder, end_of_turn, guarded_tokens
from umi_local.errors import BundleError
from umi_local.folders import cache_folder
from umi_local.messages import Role
from umi_local.prompts import ONE_CONVERSATION, AlphaUmiProfile, Profile, PromptedProfile
from umi_local.prompts.markers import FAMILIES, TurnMarkers


class BundleHouse:
    """The models, contexts and seats of a bundle's local roles.

    Args:
        residency: For layout `shared`: whether roles speak through adapters or through merged weights of their own.
        roles: The roles that are local; the others have endpoints.

    Raises:
        BundleError: Files are missing or don't fit each other.
        ModelFileError: A file isn't a sound GGUF.
        ModelLoadError: llama.cpp could not load one, or there is no memory.
    """

    def __init__(
        self, loaded: LoadedBundle, options: EngineOptions, *, residency: str, roles: tuple[Role, ...] = tuple(Role)
    ) -> None:
        self._loaded, self._options, self._residency = loaded, options, residency
        self._models: dict[Path, Model] = {}
        self._contexts: list[Context] = []
        self._cache_of: dict[int, PrefixCache] = {}
        self._encoders: dict[int, Encoder] = {}
        self._headers: dict[Path, GGUFHeader] = {}
        self._layers: dict[Path, int] = {}
        self.seats: dict[Role, Seat] = {}
        with self._closing_on_error():
            self._fill(roles)

    def close(self) -> None:
        """Free contexts, then adapters and weights."""
        for cache in self._cache_of.values():
            cache.wait()
        for context in self._contexts:
            context.close()
        for model in self._models.values():
            model.close()
        self._contexts, self._models, self.seats = [], {}, {}

    @contextmanager
    def _closing_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise

    def _fill(self, roles: tuple[Role, ...]) -> None:
        bundle = self._loaded.bundle
        if bundle.layout in (Layout.SHARED, Layout.PROMPTED):
            trunk = self._trunk(self._base())
            for role in roles:
                self.seats[role] = self._shared_seat(role, trunk)
        else:
            for role in roles:
                self.seats[role] = self._own_seat(role)

    def _shared_seat(self, role: Role, trunk: Trunk) -> Seat:
        """A seat on the one conversation: with an adapter, merged weights, or nothing of its own."""
        backbone, spec = _model_of(trunk), self._loaded.bundle.roles.of(role)
        merged = spec.model is not None and (self._residency == "merged" or spec.adapter is None)
        if merged and spec.model is not None:
            model = self._model(spec.model)
            _check_same_vocabulary(backbone, model)
            return self._seat(role, trunk, speaker=Trunk(self._context(model)))
        return self._seat(role, trunk, adapter=self._adapter(backbone, spec.adapter))

    def _own_seat(self, role: Role) -> Seat:
        """A seat with keys and values of its own: an ordinary adapter on the base, or a whole model."""
        spec = self._loaded.bundle.roles.of(role)
        model = self._model(spec.model) if spec.model is not None else self._base()
        adapter = self._adapter(model, spec.adapter)
        return self._seat(role, self._trunk(model, adapter, spec.adapter), adapter=adapter)

    def _seat(self, role: Role, trunk: Trunk, *, adapter: Any = None, speaker: Trunk | None = None) -> Seat:
        model = _model_of(speaker or trunk)
        profile, markers = self._profile(model)
        stop_tokens, stop_text = end_of_turn(model, markers)
        stops = model.vocab.stops | frozenset(self._loaded.bundle.stop_ids) | stop_tokens
        encoder = self._encoder(_model_of(trunk), markers)
        return Seat(
            model=model,
            profile=profile,
            encoder=encoder,
            stops=stops,
            stop_text=stop_text,
            banned=np.array(sorted(encoder.forbidden - stops), dtype=np.int64),
            sampling=self._loaded.bundle.sampling_of(role),
            trunk=trunk,
            adapter=adapter,
            speaker=speaker,
            cache=self._cache_of.get(id(trunk)),
        )

    def _profile(self, model: Model) -> tuple[Profile, TurnMarkers | None]:
        bundle = self._loaded.bundle
        bos, eos = (model.text([t]) if t >= 0 else "" for t in (model.vocab.bos, model.vocab.eos))
        if bundle.profile == "alpha-umi":
            return AlphaUmiProfile(bos=bos, eos=eos), None
        if bundle.profile in ONE_CONVERSATION:
            return ONE_CONVERSATION[bundle.profile](bundle.markers), FAMILIES[bundle.markers]
        if bundle.markers != "template":
            markers = FAMILIES[bundle.markers]
            add_bos = model.vocab.add_bos
            protected = PromptedProfile(markers.template, bos=bos, eos=eos, add_bos=add_bos, protect=markers.protect)
            return protected, markers
        template = model.chat_template
        if template is None:
            raise BundleError(
                f"{model.path} carries no chat template",
                hint='Point a bundle.toml at it with `markers = "chatml"`, or the family it was trained with.',
            )
        return PromptedProfile(template, bos=bos, eos=eos, add_bos=model.vocab.add_bos), None

    def _encoder(self, model: Model, markers: TurnMarkers | None) -> Encoder:
        if id(model) not in self._encoders:
            written = f"{markers.begin}{markers.header}{markers.end}" if markers else model.chat_template or ""
            self._encoders[id(model)] = Encoder(model, guarded_tokens(model, written))
        return self._encoders[id(model)]

    def _base(self) -> Model:
        assert self._loaded.bundle.base is not None  # layouts that need a base are refused without one
        return self._model(self._loaded.bundle.base)

    def _model(self, ref: FileRef) -> Model:
        path = self._loaded.path_of(ref)
        if path not in self._models:
            model = Model(path, n_gpu_layers=self._n_gpu_layers(path))
            self._models[path] = model
            check_probes(self._loaded.bundle.probes, lambda text: model.tokenize(text, special=False))
        return self._models[path]

    def _adapter(self, model: Model, ref: FileRef | None) -> Any:
        if ref is None:
            return None
        path = self._loaded.path_of(ref)
        check_adapter(path, self._header(model.path))
        return model.adapter(path)

    def _trunk(self, model: Model, adapter: Any = None, adapter_ref: FileRef | None = None) -> Trunk:
        """A trunk that conversations are read into, with its cache on disk; a speaker's gets all it holds from another."""
        trunk = Trunk(self._context(model), adapter)
        if self._options.prefix_cache_bytes:
            self._cache_of[id(trunk)] = self._cache(model, adapter_ref)
        return trunk

    def _context(self, model: Model) -> Context:
        context = Context(model, self._params())
        self._contexts.append(context)
        return context

    def _cache(self, model: Model, adapter_ref: FileRef | None) -> PrefixCache:
        """A prefix cache whose keys hold everything that shapes keys and values besides the tokens."""
        adapter = fingerprint(self._loaded.path_of(adapter_ref)) if adapter_ref else ""
        identity = (
            fingerprint(model.path),
            adapter,
            LLAMA_CPP_VERSION,
            repr(self._params()),
            str(self._n_gpu_layers(model.path)),
        )
        return PrefixCache(cache_folder() / "prefixes", identity, cap_bytes=self._options.prefix_cache_bytes)

    def _n_gpu_layers(self, path: Path) -> int:
        """Decide once a model, after its file was found sound and before it is loaded."""
        if path not in self._layers:
            header, wanted = self._header(path), self._options.n_gpu_layers
            params = self._params()
            use = Use(n_ctx=params.n_ctx, n_batch=params.n_batch, kv_type=params.type_k)
            self._layers[path] = auto_gpu_layers(header, use) if wanted == "auto" else wanted
        return self._layers[path]

    def _header(self, path: Path) -> GGUFHeader:
        if path not in self._headers:
            self._headers[path] = check_model(path)
        return self._headers[path]

    def _params(self) -> ContextParams:
        options = self._options
        return ContextParams(
            n_ctx=options.n_ctx or self._loaded.bundle.n_ctx,
            n_batch=options.n_batch,
            n_threads=options.n_threads or default_threads(),
            type_k=options.kv_type,
            type_v=options.kv_type,
        )


def _model_of(trunk: Trunk) -> Model:
    assert isinstance(trunk.context, Context)  # no others are made here
    return trunk.context.model


def _check_same_vocabulary(backbone: Model, role: Model) -> None:
    """Refuse a role model whose tokens mean something else: keys and values would be those of another text."""
    if backbone.vocab != role.vocab:
        raise BundleError(
            f"{role.path} has another vocabulary than its backbone {backbone.path}",
            hint="Merge the role's adapter into this very backbone, or use layout `merged`.",
        )
