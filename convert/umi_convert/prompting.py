"""How a bundle's prompts are written: the profile, the turn markers and the context length, from what the sources say.

What somebody asks for counts first, but not against what adapters were trained with: a role that reads other prompts than in
training is worse, and nothing would say why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from umi_convert.gguf_source import open_gguf_source
from umi_convert.key_values import KeyValues
from umi_convert.old_bundle import OldBundle
from umi_convert.parts import Given
from umi_convert.problems import Problems
from umi_convert.request import BundleRequest
from umi_local.bundles.role_card import RoleCard
from umi_local.bundles.values import Layout, Markers, Profile
from umi_local.errors import BundleError, UsageError
from umi_local.messages import (
    CallerTurn,
    Decision,
    Observation,
    PlannerTurn,
    Role,
    ToolCall,
    ToolTurn,
    Trajectory,
    UserTurn,
)
from umi_local.prompts import PromptedProfile

MAX_N_CTX = 8192
"""More context is for those who ask for it: it costs memory on every machine that runs the bundle."""

_FAMILY_TOKENS: Mapping[str, Markers] = {
    "<|im_start|>": "chatml",
    "<|start_header_id|>": "llama3",
    "<start_of_turn>": "gemma",
    "[INST]": "mistral",
}


_TURNS = (
    UserTurn("Go."),
    PlannerTurn("I go.", Decision.CALL),
    CallerTurn(ToolCall("go", {})),
    ToolTurn(Observation("gone")),
    PlannerTurn("Done.", Decision.CONCLUDE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompting:
    """How prompts are written.

    Attributes:
        notices: What a person should know about it.
    """

    profile: Profile
    markers: Markers
    n_ctx: int
    notices: tuple[str, ...] = ()


def prompting_of(
    request: BundleRequest,
    given: Given,
    layout: Layout,
    old: OldBundle | None,
    metadata: Sequence[KeyValues],
    problems: Problems,
) -> Prompting:
    """Return how prompts are written.

    Args:
        metadata: Of all models, what will be in the GGUFs.
        problems: Gets what can't go together.
    """
    cards = [adapter.card for adapter in given.all_adapters if adapter.card is not None]
    if old is not None:
        bundle = old.bundle
        problems += _against(cards, bundle.profile, bundle.markers)
        n_ctx = request.n_ctx or bundle.n_ctx
        return Prompting(profile=bundle.profile, markers=bundle.markers, n_ctx=n_ctx)
    profile = request.profile or (cards[0].profile if cards else "shared" if layout is Layout.SHARED else "prompted")
    by_cards = cards[0].markers if cards and profile == cards[0].profile else None
    markers = request.markers or by_cards or _markers(profile, metadata, problems)
    problems += _against(cards, profile, markers)
    if profile == "prompted" and markers == "template":
        problems += (problem for keys in metadata for problem in _template_problems(keys))
    return Prompting(
        profile=profile,
        markers=markers,
        n_ctx=request.n_ctx or min([MAX_N_CTX, *_lengths(metadata)]),
        notices=tuple(_notices(request, profile, markers, metadata)),
    )


def family_of(metadata: KeyValues) -> Markers:
    """Return the family of turn markers that a vocabulary has tokens for."""
    tokens = metadata.get("tokenizer.ggml.tokens")
    listed = tokens.value if tokens is not None and isinstance(tokens.value, (list, tuple)) else ()
    known = {token.decode("utf-8", "replace") if isinstance(token, bytes) else token for token in listed}
    return next((family for token, family in _FAMILY_TOKENS.items() if token in known), "plain")


def markers_for(model: Path, profile: Profile, wanted: Markers | None) -> Markers:
    """Return how turns are marked for a GGUF: as somebody wants it, through its template, or by its vocabulary.

    Raises:
        UsageError: What is wanted doesn't go with the profile or the model.
        ModelFileError: It isn't a sound model.
    """
    metadata, problems = open_gguf_source(model).metadata, Problems()
    markers = wanted or _markers(profile, [metadata], problems)
    if markers == "template" and profile != "prompted":
        raise UsageError(f"--markers template belongs to profile 'prompted', not to {profile!r}")
    if markers == "template" and (found := list(_template_problems(metadata))):
        raise UsageError(f"{model}: {found[0]}")
    return markers


def _against(cards: Sequence[RoleCard], profile: Profile, markers: Markers) -> Iterator[str]:
    """Yield which adapters were trained with other prompts."""
    for card in cards:
        if (card.profile, card.markers) != (profile, markers):
            yield (
                f"the adapter of the {card.role} was trained with profile {card.profile!r} and markers {card.markers!r},"
                f" not with {profile!r} and {markers!r}"
            )


def _markers(profile: Profile, metadata: Sequence[KeyValues], problems: Problems) -> Markers:
    if profile == "alpha-umi":
        return "plain"
    if profile == "prompted" and all(_has_template(keys) for keys in metadata):
        return "template"
    families = list(dict.fromkeys(family_of(keys) for keys in metadata))
    if len(families) > 1:
        problems.append(f"the models mark turns in different ways ({', '.join(families)}); choose one with --markers")
    return families[0] if families else "plain"


def _template_problems(metadata: KeyValues) -> Iterator[str]:
    """Yield why a model's own chat template can't write the roles' prompts: seen here, it isn't a surprise at the first run."""
    template = metadata.get("tokenizer.chat_template")
    if template is None:
        yield "a model carries no chat template; choose a family of markers with --markers"
        return
    bos, eos = (_token_text(metadata, f"tokenizer.ggml.{name}_token_id") for name in ("bos", "eos"))
    try:
        profile = PromptedProfile(str(template.value), bos=bos, eos=eos)
        for role, n_turns in ((Role.PLANNER, 1), (Role.CALLER, 2), (Role.SUMMARIZER, 5)):
            profile.prompt(Trajectory((), _TURNS[:n_turns]), role)
    except BundleError as error:
        yield f"the model's chat template can't be used: {error}; choose a family of markers with --markers"


def _token_text(metadata: KeyValues, key: str) -> str:
    tokens, token_id = metadata.get("tokenizer.ggml.tokens"), metadata.get(key)
    if tokens is None or token_id is None or not isinstance(token_id.value, int):
        return ""
    listed = tokens.value if isinstance(tokens.value, (list, tuple)) else ()
    text = listed[token_id.value] if token_id.value < len(listed) else ""
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)


def _has_template(metadata: KeyValues) -> bool:
    return "tokenizer.chat_template" in metadata


def _lengths(metadata: Sequence[KeyValues]) -> Iterator[int]:
    """Yield the context lengths that models were trained for."""
    for keys in metadata:
        stated = keys.get("{arch}.context_length")
        if stated is not None and isinstance(stated.value, int):
            yield stated.value


def _notices(
    request: BundleRequest, profile: Profile, markers: Markers, metadata: Sequence[KeyValues]
) -> Iterator[str]:
    without = profile == "prompted" and not all(_has_template(keys) for keys in metadata)
    if without and request.markers is None:
        which = "the model carries no" if len(metadata) == 1 else "not every model carries a"
        yield f"{which} chat template: turns are marked as in the family {markers!r}"
    longest = min(_lengths(metadata), default=None)
    if request.n_ctx is not None and longest is not None and request.n_ctx > longest:
        yield f"--n-ctx {request.n_ctx:,} is more than the {longest:,} tokens that the model was trained for"
