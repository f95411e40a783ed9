"""From checked folders to seats: the model loaded once, adapters on it, and houses of texts that are read by it.

A house is one conversation's: it has a text for everyone who reads for himself.
"""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from umi_local.engine.base import Sampling
from umi_local.engine.kv import Trunk
from umi_local.engine.llama_c import ContextParams, Model
from umi_local.engine.seats import Seat
from umi_local.engine.text import end_of_turn
from umi_local.folders import storage_error
from umi_local.messages import Role
from umi_local.prompts.markers import FAMILIES
from umi_train.base import BaseFiles, Vocabulary, load_model, load_vocabulary
from umi_train.causal import CausalModel
from umi_train.config import BaseConfig
from umi_train.errors import BaseModelError
from umi_train.lora import merged, put_adapter
from umi_train.network import context_limit
from umi_train.tokenization import labeller_for
from umi_train.transformers_engine.batcher import Batcher
from umi_train.transformers_engine.cells import TorchCells
from umi_train.transformers_engine.switch import Switch

N_CTX = 4096
"""Tokens of context where none are asked for, as far as the model reads so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be loaded; everything in it has been checked.

    Attributes:
        backbone: Merged into the base; None for the base as it is.
        roles: Adapters, by role; a role without one speaks as the backbone does.
        own_text: Roles whose adapter is active over everything they read; the others' over their own turns only, after what the
            backbone has read.
        n_ctx: None for `N_CTX`, or less where the model reads less.
    """

    files: BaseFiles
    base: BaseConfig
    device: torch.device
    backbone: Path | None
    roles: Mapping[Role, Path]
    own_text: frozenset[Role]
    profile: str
    markers: str
    n_ctx: int | None
    n_batch: int


class TrainedModel:
    """A base, a backbone and roles' adapters in memory.

    Attributes:
        batcher: Computes on them, for all houses.
        n_ctx: Tokens of each text.

    Raises:
        BaseModelError: They can't be loaded, or the model can't speak this profile.
        DeviceError: Hardware that was asked for isn't there.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.batcher: Batcher | None = None
        self.n_ctx = 0
        if plan.base.threads is not None:
            torch.set_num_threads(plan.base.threads)
        self._vocabulary: Vocabulary | None = load_vocabulary(plan.files)
        try:
            self._load(self._vocabulary)
        except BaseException:
            self.close()
            raise

    def house(self) -> TrainedHouse:
        """Return the roles' seats at a new conversation. Call from any thread."""
        assert self._vocabulary is not None
        assert self.batcher is not None  # nothing is asked of a closed model
        plan, batcher, words = self._plan, self.batcher, self._vocabulary.tokens
        params = ContextParams(n_ctx=self.n_ctx, n_batch=plan.n_batch)

        def trunk(adapter: str | None = None) -> Trunk:
            return Trunk(TorchCells(batcher, words, params), adapter)

        common, seats = trunk(), {}
        for role in Role:
            adapter = role.value if role in plan.roles else None
            seats[role] = self._seats.on(trunk(adapter) if role in plan.own_text else common, adapter)
        return TrainedHouse(seats)

    def close(self) -> None:
        """Free adapters and weights."""
        if self.batcher is not None:
            self.batcher.close()
            self.batcher = None
        if self._vocabulary is not None and isinstance(self._vocabulary.tokens, Model):
            self._vocabulary.tokens.close()
        self._vocabulary = None
        gc.collect()  # a model of PEFT refers to itself
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def _load(self, vocabulary: Vocabulary) -> None:
        plan = self._plan
        self._seats = _Seats(plan, vocabulary)  # first, since it may refuse: weights take long
        model = _loaded(plan)
        causal, switch = CausalModel(model), None
        causal.widen_head()
        if plan.roles:
            dtype = torch.float32 if plan.device.type == "cpu" else causal.dtype
            switch = Switch(_with_adapters(model, plan.roles), dtype=dtype)
        if causal.n_rows < vocabulary.tokens.vocab.n_tokens:
            raise BaseModelError(
                plan.files.name,
                f"its tokenizer has {vocabulary.tokens.vocab.n_tokens:,} tokens, and the model {causal.n_rows:,}",
                hint="Tokens were added to the tokenizer alone; use the one that the model was trained with.",
            )
        self.n_ctx = self._context(causal)
        self.batcher = Batcher(causal, switch, vocabulary.tokens.vocab.n_tokens)

    def _context(self, causal: CausalModel) -> int:
        limit, wanted = context_limit(causal.config), self._plan.n_ctx
        if wanted is not None and wanted > limit:
            raise BaseModelError(
                self._plan.files.name,
                f"it reads {limit:,} tokens, and {wanted:,} were asked for",
                hint=f"Set n_ctx to {limit} or less.",
            )
        return wanted or min(N_CTX, limit)


@dataclass(slots=True)
class TrainedHouse:
    """The seats at one conversation."""

    seats: dict[Role, Seat]

    def close(self) -> None:
        """Free the texts."""
        self.seats = {}


def _loaded(plan: Plan) -> Any:
    """Return the base with the backbone merged: before it is put into 4 bits, as in training."""
    if plan.backbone is None:
        return load_model(plan.files, plan.base, plan.device).eval()
    if not plan.base.four_bit:
        return merged(load_model(plan.files, plan.base, plan.device), plan.backbone).eval()
    with tempfile.TemporaryDirectory(prefix="umi-merged-") as folder:
        whole = merged(load_model(plan.files, plan.base, plan.device, four_bit=False), plan.backbone)
        try:
            whole.save_pretrained(folder)
        except OSError as error:
            raise storage_error(Path(folder), error) from error
        del whole
        return load_model(BaseFiles(plan.files.name, Path(folder)), plan.base, plan.device).eval()


def _with_adapters(model: Any, roles: Mapping[Role, Path]) -> Any:
    """Return the model with adapters named after their roles."""
    adapted: Any = model
    for role, folder in roles.items():
        adapted = put_adapter(adapted, folder, role.value)
    return adapted.eval().requires_grad_(False)


class _Seats:
    """Makes seats that write and read as training did: its labeller's profile and encoder, and the runtime's rules of ends."""

    def __init__(self, plan: Plan, vocabulary: Vocabulary) -> None:
        self._words = vocabulary.tokens
        self._labeller = labeller_for(
            self._words, plan.files.name, profile=plan.profile, markers=plan.markers, template=vocabulary.template
        )
        has_markers = plan.profile != "alpha-umi" and plan.markers != "template"
        stops, self._stop_text = end_of_turn(self._words, FAMILIES[plan.markers] if has_markers else None)
        self._stops = self._words.vocab.stops | stops

    def on(self, trunk: Trunk, adapter: str | None) -> Seat:
        """Return a seat on a text."""
        encoder = self._labeller.encoder
        return Seat(
            model=self._words,
            profile=self._labeller.profile,
            encoder=encoder,
            stops=self._stops,
            stop_text=self._stop_text,
            banned=np.array(sorted(encoder.forbidden - self._stops), dtype=np.int64),
            sampling=Sampling(),
            trunk=trunk,
            adapter=adapter,
        )
