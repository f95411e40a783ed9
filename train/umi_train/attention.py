"""Attention over packed rows, for any decoder of transformers: registered with its attention interface, no model code copied.

A row is one sequence of tokens without padding, shape (1, T), that holds pieces of several texts. What a token may see is said
by a *layout*, which is given to the model as the keyword `umi` and reaches this function through every layer:

- `Packed`: pieces one after the other; each token sees its own piece up to itself. Keys and values can be kept by layer.
- `Spans`: runs of tokens, each of which sees frozen keys and values of one piece, up to where a token stands, and its own run.
- `Following`: the next tokens of one text, which see all that is kept of it; theirs are kept as well.
- `Together`: the next tokens of several texts, side by side.

Nothing is masked that needn't be computed: pieces are attended one at a time, so there is no mask of T x T, and tokens of
different texts meet in the linear layers only.

Shapes: `H` heads, `G` key heads, `D` head size, `T` tokens of the row, `n` tokens of a run, `c` frozen tokens it can see.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import torch
from torch import Tensor
from torch.nn import functional
from transformers import AttentionInterface, AttentionMaskInterface

from umi_train import blockwise

NAME = "umi_rows"
"""Under which it is registered; a model is loaded with `attn_implementation=NAME`."""

Kept: TypeAlias = dict[int, tuple[Tensor, Tensor]]
"""Keys and values by layer, each (1, G, T, D), positions already in them."""


@dataclass(frozen=True, slots=True)
class Packed:
    """Pieces of a row, [begin, end) each; `kept` gets every layer's keys and values where it is given."""

    pieces: tuple[tuple[int, int], ...]
    kept: Kept | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Spans of one text: [begin, end) in the row, and [context_begin, context_end) among the frozen tokens.

    Attributes:
        positions: Of the run's tokens in their text, (n,).
        copies: Which span each token belongs to, (n,).
        starts: Where that span begins in its text, (n,): it sees the frozen tokens before that.
    """

    begin: int
    end: int
    context_begin: int
    context_end: int
    positions: Tensor
    copies: Tensor
    starts: Tensor
    _masks: dict[int | None, Tensor] = field(default_factory=dict, repr=False, compare=False)

    def mask(self, window: int | None) -> Tensor:
        """Return what each token of the run sees, (n, c + n), true where it does.

        Args:
            window: A token sees at most so many positions back, itself included; None for all.
        """
        if window not in self._masks:
            frozen = torch.arange(self.context_end - self.context_begin, device=self.positions.device)
            sees_frozen = frozen[None, :] < self.starts[:, None]
            same = self.copies[:, None] == self.copies[None, :]
            sees_own = same & (self.positions[None, :] <= self.positions[:, None])
            sees = torch.cat([sees_frozen, sees_own], dim=1)
            if window is not None:
                keys = torch.cat([frozen, self.positions])
                sees &= self.positions[:, None] - keys[None, :] < window
            self._masks[window] = sees
        return self._masks[window]


@dataclass(frozen=True, slots=True)
class Spans:
    """Runs of a row, and the frozen keys and values that they see."""

    runs: tuple[Run, ...]
    frozen: Kept


class KeptText:
    """Keys and values of one text, by layer, in buffers that grow; what stands behind a position is simply written over.

    Args:
        limit: Tokens that the text may have.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._layers: dict[int, tuple[Tensor, Tensor]] = {}

    def put(self, layer: int, key: Tensor, value: Tensor, position: int) -> tuple[Tensor, Tensor]:
        """Keep new tokens' keys and values (1, G, n, D) from a position on; return views of all up to their end."""
        end = position + key.shape[2]
        keys, values = self._room(layer, key, position, end)
        keys[:, :, position:end] = key
        values[:, :, position:end] = value
        return keys[:, :, :end], values[:, :, :end]

    def _room(self, layer: int, like: Tensor, position: int, end: int) -> tuple[Tensor, Tensor]:
        held = self._layers.get(layer)
        if held is None or held[0].shape[2] < end:
            size = min(self.limit, max(end, 2 * position, _FIRST_ROOM))
            made = tuple(like.new_empty(1, like.shape[1], size, like.shape[3]) for _ in range(2))
            for new, old in zip(made, held or (), strict=False):
                new[:, :, :position] = old[:, :, :position]
            self._layers[layer] = (made[0], made[1])
        return self._layers[layer]


_FIRST_ROOM = 512


@dataclass(frozen=True, slots=True)
class Following:
    """The next tokens of a text, from a position on; those before it have been computed."""

    kept: KeptText
    position: int


@dataclass(frozen=True, slots=True)
class Together:
    """The next tokens of several texts, [begin, end) of the row each, one after the other from the row's start.

    What is left of the row belongs to nobody: it sees nothing, and its output is zero.
    """

    texts: tuple[tuple[int, int, Following], ...]


Layout: TypeAlias = Packed | Spans | Following | Together


def attend(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    sliding_window: int | None = None,
    softcap: float | None = None,
    umi: Layout | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """Return the attention's output (1, T, H, D) for query (1, H, T, D), key and value (1, G, T, D).

    Raises:
        ValueError: The model was called without a layout.
    """
    if umi is None:
        raise ValueError(
            f"a model with attention {NAME!r} must be given the layout of its row: model(..., umi=Packed(...))"
        )
    how = _How(scaling, dropout, softcap)
    if isinstance(umi, Packed):
        if umi.kept is not None:
            umi.kept[module.layer_idx] = (key.detach(), value.detach())
        lengths = [end - begin for begin, end in umi.pieces]  # cut at once: the gradients are then put together at once
        parts = zip(*(torch.split(tensor, lengths, dim=2) for tensor in (query, key, value)), strict=True)
        outputs = [_piece(q, k, v, sliding_window, how) for q, k, v in parts]
    elif isinstance(umi, Following):
        outputs = [_following(module.layer_idx, query, key, value, umi, sliding_window, how)]
    elif isinstance(umi, Together):
        outputs = []
        for begin, end, text in umi.texts:
            own = (query[:, :, begin:end], key[:, :, begin:end], value[:, :, begin:end])
            outputs.append(_following(module.layer_idx, *own, text, sliding_window, how))
        n_read = umi.texts[-1][1]
        outputs.append(torch.zeros_like(query[:, :, n_read:]))
    else:
        frozen = umi.frozen[module.layer_idx]
        outputs = [_run(query, key, value, run, frozen, sliding_window, how) for run in umi.runs]
    return _joined(outputs).transpose(1, 2).contiguous(), None


def register() -> None:
    """Make the attention known to transformers; may be called again."""
    AttentionInterface.register(NAME, attend)
    AttentionMaskInterface.register(NAME, _no_mask)


@dataclass(frozen=True, slots=True)
class _How:
    scaling: float | None
    dropout: float
    softcap: float | None


def _no_mask(*_: Any, **__: Any) -> None:
    """Stand in for transformers' masks: a layout says what is seen."""


def _piece(query: Tensor, key: Tensor, value: Tensor, window: int | None, how: _How) -> Tensor:
    n = query.shape[2]
    if how.softcap is None and (window is None or n <= window):
        if _prefers_blocks(query, how):
            return blockwise.causal(query, key, value, _scaling(query, how))
        return _plain(query, key, value, None, how)
    at = torch.arange(n, device=query.device)
    sees = at[None, :] <= at[:, None]
    if window is not None:
        sees &= at[:, None] - at[None, :] < window
    return _masked(query, key, value, sees, how)


def _run(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    run: Run,
    frozen: tuple[Tensor, Tensor],
    window: int | None,
    how: _How,
) -> Tensor:
    own, context = slice(run.begin, run.end), slice(run.context_begin, run.context_end)
    keys = torch.cat([frozen[0][:, :, context], key[:, :, own]], dim=2)
    values = torch.cat([frozen[1][:, :, context], value[:, :, own]], dim=2)
    return _masked(query[:, :, own], keys, values, run.mask(window), how)


def _following(
    layer: int, query: Tensor, key: Tensor, value: Tensor, text: Following, window: int | None, how: _How
) -> Tensor:
    """Keep a text's next keys and values, and attend to all of them."""
    position = text.position
    key, value = text.kept.put(layer, key, value, position)
    n, end = query.shape[2], key.shape[2]
    if position == 0:
        return _piece(query, key, value, window, how)
    if n == 1:
        begin = 0 if window is None else max(0, end - window)
        return _single(query, key[:, :, begin:], value[:, :, begin:], how)
    at, keys = (
        torch.arange(position, end, device=query.device)[:, None],
        torch.arange(end, device=query.device)[None, :],
    )
    sees = keys <= at
    if window is not None:
        sees &= at - keys < window
    return _masked(query, key, value, sees, how)


def _single(query: Tensor, key: Tensor, value: Tensor, how: _How) -> Tensor:
    """Attend with one token that sees everything, the heads of a group as rows of one: several times faster than apart."""
    if how.softcap is not None:
        return _softcapped(query, key, value, torch.ones(1, 1, dtype=torch.bool, device=query.device), how)
    rows = query.reshape(1, key.shape[1], -1, query.shape[-1])
    return functional.scaled_dot_product_attention(rows, key, value, scale=how.scaling).reshape(query.shape)


def _masked(query: Tensor, key: Tensor, value: Tensor, sees: Tensor, how: _How) -> Tensor:
    if how.softcap is not None:
        return _softcapped(query, key, value, sees, how)
    if _prefers_blocks(query, how):
        return blockwise.masked(query, key, value, sees, _scaling(query, how))
    return _plain(query, key, value, sees, how)


def _plain(query: Tensor, key: Tensor, value: Tensor, sees: Tensor | None, how: _How) -> Tensor:
    """Attend with torch's kernels; causal without a mask."""
    grouped = query.shape[1] != key.shape[1]
    if grouped and sees is not None and query.is_cuda:  # with a mask and groups, CUDA falls back to its slowest kernel
        n = query.shape[1] // key.shape[1]
        key, value, grouped = key.repeat_interleave(n, 1), value.repeat_interleave(n, 1), False
    return functional.scaled_dot_product_attention(
        query,
        key,
        value,
        attn_mask=sees,
        dropout_p=how.dropout,
        is_causal=sees is None,
        scale=how.scaling,
        enable_gqa=grouped,
    )


def _prefers_blocks(query: Tensor, how: _How) -> bool:
    """Whether plain products beat torch's kernel: see `blockwise`."""
    return query.device.type == "cpu" and query.dtype is torch.bfloat16 and not how.dropout


def _scaling(query: Tensor, how: _How) -> float:
    return how.scaling or 1 / math.sqrt(query.shape[-1])


def _softcapped(query: Tensor, key: Tensor, value: Tensor, sees: Tensor, how: _How) -> Tensor:
    """Attend with scores squeezed by tanh, which torch's kernels can't do (Gemma 2)."""
    assert how.softcap is not None
    n = query.shape[1] // key.shape[1]
    key, value = key.repeat_interleave(n, 1), value.repeat_interleave(n, 1)
    scores = query @ key.transpose(2, 3) * _scaling(query, how)
    scores = how.softcap * torch.tanh(scores / how.softcap)
    weights = scores.masked_fill(~sees, -torch.inf).softmax(-1, dtype=torch.float32).to(query.dtype)
    return functional.dropout(weights, how.dropout) @ value


def _joined(outputs: list[Tensor]) -> Tensor:
    return outputs[0] if len(outputs) == 1 else torch.cat(outputs, dim=2)
