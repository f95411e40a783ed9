"""The model card of a bundle that was made here: what the plan knows, as the facts that a card shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from umi_convert.bundle_plan import BundlePlan
from umi_convert.candidates import Candidate
from umi_convert.model_card import CardFacts, DataSet, model_card
from umi_convert.origin import origin_of, repository_of
from umi_convert.parts import BASE
from umi_convert.peft_adapter import PeftAdapter
from umi_convert.verify.table import markdown
from umi_convert.verify.values import Verdict
from umi_local import __version__
from umi_local.bundles.values import Bundle
from umi_local.messages import Role


def card_of(plan: BundlePlan, bundle: Bundle, candidate: Candidate, verdicts: Mapping[str, Verdict]) -> str:
    """Return the README.md of a bundle.

    Args:
        verdicts: On all candidates, by label; they are shown beside its own where one was chosen among them.
    """
    shown = list(verdicts.values()) if plan.is_auto else list(candidate.verdicts.values())
    facts = CardFacts(
        base_name=_base_name(plan),
        base_license=_base_license(plan),
        sources={role: _source(plan, role) for role in plan.roles if _source(plan, role)},
        data_sets=tuple(dict.fromkeys(_data_sets(plan))),
        quantization=candidate.name,
        created_by=f"umi-local {__version__}",
        verdict=markdown(shown) if shown else "",
    )
    return model_card(bundle, facts)


def _base_name(plan: BundlePlan) -> str:
    path = plan.request.base
    if path is not None:
        return repository_of(path) or origin_of(path)
    if plan.old is not None:
        return plan.old.bundle.name
    return ", ".join(dict.fromkeys(origin_of(weights.base.path) for weights in plan.parts.weights.values()))


def _base_license(plan: BundlePlan) -> str:
    weights = plan.parts.adapters_base or plan.parts.weights.get(BASE) or next(iter(plan.parts.weights.values()), None)
    stated = weights.source.metadata.get("general.license") if weights is not None else None
    return str(stated.value) if stated is not None else "unknown"


def _source(plan: BundlePlan, role: Role) -> str:
    path = plan.request.roles.get(role)
    return origin_of(path) if path is not None else ""


def _adapters(plan: BundlePlan) -> Iterator[PeftAdapter]:
    for weights in plan.parts.weights.values():
        yield from weights.adapters
    yield from (part.adapter for part in plan.parts.roles.values() if part.adapter is not None)


def _data_sets(plan: BundlePlan) -> Iterator[DataSet]:
    for adapter in _adapters(plan):
        if adapter.card is not None:
            yield from (DataSet(name=data.name, license=data.license) for data in adapter.card.data)
