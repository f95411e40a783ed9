"""A role that names neither an adapter nor a model of its own runs on the base, whatever the layout."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.test_layouts import OPTIONS, SMALL, TOOLS, bundle
from umi_local.bundles.manifest import LoadedBundle
from umi_local.bundles.values import FileRef, RoleSpec, RolesSpec
from umi_local.engine.base import CancelToken, RoleTurn
from umi_local.engine.house import BundleHouse
from umi_local.engine.open import open_engine
from umi_local.engine.residency import choose
from umi_local.errors import BundleError
from umi_local.messages import Role, Trajectory, UserTurn

CALLER_ONLY = (Role.CALLER,)
ROLES = tuple(Role)


def with_own(loaded: LoadedBundle, roles: tuple[Role, ...]) -> LoadedBundle:
    """The bundle with nothing left to all but some roles."""
    kept = {role.value: loaded.bundle.roles.of(role) if role in roles else RoleSpec() for role in Role}
    return replace(loaded, bundle=replace(loaded.bundle, roles=RolesSpec(**kept)))


def said(loaded: LoadedBundle) -> dict[Role, RoleTurn]:
    """What the planner and the caller say to the same question."""
    engine = open_engine(loaded, SMALL)
    try:
        trajectory = Trajectory(TOOLS, (UserTurn("What is in notes.txt?"),))
        return {
            role: engine.speak(role, trajectory, options=OPTIONS, cancel=CancelToken(), on_text=lambda text: None).turn
            for role in (Role.PLANNER, Role.CALLER)
        }
    finally:
        engine.close()


@pytest.fixture(scope="module")
def bare(tiny):
    """What the base says without any adapter."""
    return said(bundle("merged", models=dict.fromkeys(Role, tiny.base)))


@pytest.mark.parametrize("layout", ["shared", "adapters"])
def test_roles_without_an_adapter_speak_exactly_like_the_bare_base(tiny, bare, layout):
    whole = bundle(layout, base=tiny.base, adapters=tiny.adapters)
    assert said(with_own(whole, ())) == bare
    caller_own, all_own = said(with_own(whole, CALLER_ONLY)), said(whole)
    assert caller_own[Role.PLANNER] == bare[Role.PLANNER] != all_own[Role.PLANNER]
    assert caller_own[Role.CALLER] == all_own[Role.CALLER] != bare[Role.CALLER]


def test_both_residencies_say_the_same_where_only_one_role_has_weights_of_its_own(tiny, bare):
    whole = bundle("shared", residency="merged", base=tiny.base, adapters=tiny.adapters, models=tiny.merged)
    by_adapter = bundle("shared", base=tiny.base, adapters=tiny.adapters)
    merged = said(with_own(whole, CALLER_ONLY))
    assert merged == said(with_own(by_adapter, CALLER_ONLY))
    assert merged[Role.PLANNER] == bare[Role.PLANNER]


def test_residency_is_decided_by_the_roles_that_have_something_of_their_own(tiny, own_folders):
    by_adapter = with_own(bundle("shared", base=tiny.base, adapters=tiny.adapters), CALLER_ONLY)
    by_model = with_own(bundle("shared", base=tiny.base, models=tiny.merged), CALLER_ONLY)
    assert (choose(by_adapter, SMALL, ROLES), choose(by_model, SMALL, ROLES)) == ("adapters", "merged")
    assert choose(with_own(by_adapter, ()), SMALL, ROLES) == "adapters"
    with pytest.raises(BundleError, match="no merged model for every role"):
        choose(by_adapter, replace(SMALL, residency="merged"), ROLES)
    with pytest.raises(BundleError, match="no adapter for every role"):
        choose(by_model, replace(SMALL, residency="adapters"), ROLES)
    assert not (own_folders / "cache" / "residency").exists()  # nothing needed to be measured


def test_auto_measures_a_role_that_has_both(tiny, own_folders):
    files = {"base": tiny.base, "adapters": tiny.adapters, "models": tiny.merged}
    choose(with_own(bundle("shared", **files), (Role.SUMMARIZER,)), SMALL, ROLES)
    assert len(list((own_folders / "cache" / "residency").glob("*.json"))) == 1


def test_roles_that_name_the_same_model_share_its_weights(tiny):
    house = BundleHouse(bundle("merged", models=dict.fromkeys(Role, tiny.base)), SMALL, residency="adapters")
    try:
        assert len({id(seat.model) for seat in house.seats.values()}) == 1
        assert len({id(seat.trunk) for seat in house.seats.values()}) == 3
    finally:
        house.close()


def test_logits_of_a_role_without_an_adapter_are_the_bases_own(tiny):
    trajectory = Trajectory(TOOLS, (UserTurn("2 + 3?"),))
    logits = []
    for loaded in (
        with_own(bundle("shared", base=tiny.base, adapters=tiny.adapters), CALLER_ONLY),
        bundle("merged", models=dict.fromkeys(Role, tiny.base)),
    ):
        house = BundleHouse(loaded, SMALL, residency="adapters")
        try:
            seat = house.seats[Role.PLANNER]
            scratch, _ = seat.open(seat.profile.prompt(trajectory, Role.PLANNER), lambda: None)
            logits.append(scratch.logits().copy())
            scratch.close()
        finally:
            house.close()
    assert (logits[0] == logits[1]).all()


def test_a_bundle_file_may_lie_on_a_hub_and_must_be_here_to_run(tiny):
    loaded = bundle("prompted", base=tiny.base, profile="prompted", markers="template")
    loaded = replace(loaded, bundle=replace(loaded.bundle, base=FileRef(file="hub:a/b@v1/base.gguf")))
    with pytest.raises(BundleError, match="isn't on this machine yet"):
        BundleHouse(loaded, SMALL, residency="adapters")
