"""Trained adapters as an `Engine`: for evaluating what was trained before, or instead of, converting it.

Everything that a role's turn is made of is the runtime's own code (`umi_local.engine.seated`): prompts, grammars, sampling,
limits, the ledger, what of a conversation is computed again. Only what computes is torch, on the weights as training has them:
the same base, the same merge, the same attention.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from umi_local.bundles.role_card import RoleCard
from umi_local.bundles.values import Markers, Profile
from umi_local.engine.base import CancelToken, OnText, SpeakOptions, Spoken, Written
from umi_local.engine.constrain import check_tools
from umi_local.messages import JsonValue, Role, ToolSpec, Trajectory
from umi_local.prompts import ONE_CONVERSATION
from umi_train.base import BaseFiles, check_four_bit, dtype_of, find_base
from umi_train.config import BaseConfig
from umi_train.errors import BaseModelError
from umi_train.fingerprint import base_fingerprint
from umi_train.processes import find_device
from umi_train.transformers_engine.folders import AdapterFolder, Folders, read_folders
from umi_train.transformers_engine.house import Plan, TrainedModel
from umi_train.transformers_engine.lanes import Lanes

Reading: TypeAlias = Literal["shared", "separate"]
"""`shared`: an adapter is active over its own turn, after what the backbone has read. `separate`: over all that it reads."""

N_BATCH = 512
"""Tokens evaluated in one call; also how long cancelling can take."""


class TransformersEngine:
    """An `Engine` and `FreeWriter` on torch; made by `open_trained`. Several threads may speak at once.

    Attributes:
        facts: What identifies the weights and how they are computed, for files of results.
    """

    def __init__(self, lanes: Lanes, facts: Mapping[str, JsonValue]) -> None:
        self._lanes = lanes
        self.facts = facts

    def prepare(self, tools: Sequence[ToolSpec]) -> None:
        """Check the tools' schemas; see `Engine.prepare`."""
        check_tools(tools)

    def speak(
        self, role: Role, trajectory: Trajectory, *, options: SpeakOptions, cancel: CancelToken, on_text: OnText
    ) -> Spoken:
        """Return the role's next turn; see `Engine.speak`."""
        with self._lanes.one() as lane:
            return lane.speak(role, trajectory, options=options, cancel=cancel, on_text=on_text)

    def write(
        self,
        role: Role,
        trajectory: Trajectory,
        *,
        options: SpeakOptions,
        cancel: CancelToken,
        is_done: Callable[[str], bool],
    ) -> Written:
        """Return what the role writes unbound; see `FreeWriter.write`."""
        with self._lanes.one() as lane:
            return lane.write(role, trajectory, options=options, cancel=cancel, is_done=is_done)

    def close(self) -> None:
        """Free the weights, and end all threads."""
        self._lanes.close()


def open_trained(
    base: BaseConfig,
    *,
    backbone: Path | None = None,
    roles: Mapping[Role, Path] | None = None,
    mode: Reading | None = None,
    profile: Profile | None = None,
    markers: Markers | None = None,
    n_ctx: int | None = None,
    n_batch: int = N_BATCH,
    n_parallel: int = 1,
) -> TransformersEngine:
    """Return an engine on folders that `umi train` wrote.

    Args:
        base: The base, its type, its device; its threads are set for all of torch.
        backbone: The folder of the global stage, merged into the base.
        roles: Folders of local stages. A role that has none speaks as the backbone does, or as the base; without any, one
            model plays all three.
        mode: How all roles read; None for each as it was trained: `shared` for mode `span`, `separate` for `full`.
        profile, markers: How prompts are written where no folder says so; by default `prompted` with the base's own template.
        n_ctx: Tokens of context; None for 4,096, or less where the model reads less.
        n_batch: Tokens evaluated in one call.
        n_parallel: How many can speak at once; each has texts of its own. What they say doesn't depend on it.

    Raises:
        BaseModelError: A folder or the base can't be used, or was made for other weights.
        DeviceError: Hardware that was asked for isn't there.
        ModelFileError: The base is a GGUF that isn't sound.
        ValueError: `profile` and `markers` can't be together.
    """
    folders = read_folders(backbone, roles or {})
    spoken, written = _profile(folders, profile, markers)
    files, device = find_base(base.model), find_device(base.device)
    if base.four_bit:
        check_four_bit(device)
    merged = _check_weights(files, folders)
    plan = Plan(
        files=files,
        base=base,
        device=device,
        backbone=backbone,
        roles={role: folder.path for role, folder in folders.roles.items()},
        own_text=_own_texts(folders, mode),
        profile=spoken,
        markers=written,
        n_ctx=n_ctx,
        n_batch=n_batch,
    )
    model = TrainedModel(plan)
    return TransformersEngine(Lanes(model, n_parallel), _facts(folders, plan, merged, model.n_ctx))


def _profile(folders: Folders, profile: Profile | None, markers: Markers | None) -> tuple[Profile, Markers]:
    cards = [folder.card for folder in folders.all]
    if not cards:
        return _chosen_profile(profile or "prompted", markers)
    for what, wanted, said in (("profile", profile, cards[0].profile), ("markers", markers, cards[0].markers)):
        if wanted is not None and wanted != said:
            raise BaseModelError(
                folders.all[0].path,
                f"it was trained with {what} {said!r}, and {wanted!r} was asked for",
                hint=f"Leave out the {what}: adapters say themselves how they were trained.",
            )
    return cards[0].profile, cards[0].markers


def _chosen_profile(profile: Profile, markers: Markers | None) -> tuple[Profile, Markers]:
    default: Markers = "chatml" if profile in ONE_CONVERSATION else "template"
    if profile in ONE_CONVERSATION and markers == "template":
        raise ValueError(f"the profile {profile!r} can't have markers 'template'")
    return profile, markers or default


def _check_weights(files: BaseFiles, folders: Folders) -> str:
    """Return the fingerprint of what the roles' adapters are put on, having checked that they were trained on it."""
    if folders.backbone is not None:
        _check_base(folders.backbone, base_fingerprint(files), files, "this isn't the base")
    fingerprint = base_fingerprint(files, folders.backbone.path if folders.backbone else None)
    what = "not on this base with this backbone" if folders.backbone else "not on this base as it is"
    for folder in folders.roles.values():
        _check_base(folder, fingerprint, files, what)
    return fingerprint


def _check_base(folder: AdapterFolder, fingerprint: str, files: BaseFiles, what: str) -> None:
    if folder.card.base_fingerprint != fingerprint:
        raise BaseModelError(
            folder.path,
            f"it was trained on other weights, {what}: {files.name}",
            hint="Name the base that it was trained on, and the backbone's folder beside the roles' where there was one.",
        )


def _own_texts(folders: Folders, mode: Reading | None) -> frozenset[Role]:
    def reads_alone(card: RoleCard) -> bool:
        return card.mode == "full" if mode is None else mode == "separate"

    return frozenset(role for role, folder in folders.roles.items() if reads_alone(folder.card))


def _facts(folders: Folders, plan: Plan, merged: str, n_ctx: int) -> dict[str, JsonValue]:
    reading: dict[Role, Reading] = {role: "separate" if role in plan.own_text else "shared" for role in folders.roles}
    return {
        "engine": "transformers",
        "weights": merged,
        "backbone": folders.backbone.identity if folders.backbone else None,
        "roles": {role.value: [folder.identity, reading[role]] for role, folder in folders.roles.items()},
        "profile": plan.profile,
        "markers": plan.markers,
        "dtype": str(dtype_of(plan.base, plan.device)).removeprefix("torch."),
        "four_bit": plan.base.four_bit,
        "n_ctx": n_ctx,
    }
