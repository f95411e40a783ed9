"""Prompt profiles: pure functions from a trajectory to the segments that a role reads."""

from collections.abc import Mapping

from umi_local.prompts.alpha_umi import AlphaUmiProfile
from umi_local.prompts.base import Block, CallForm, Profile, Prompt, Segment
from umi_local.prompts.prompted import PromptedProfile
from umi_local.prompts.shared import SharedProfile
from umi_local.prompts.single import SingleProfile

ONE_CONVERSATION: Mapping[str, type[SharedProfile] | type[SingleProfile]] = {
    "shared": SharedProfile,
    "single": SingleProfile,
}
"""Profiles, by name, whose turns are pieces of one append-only conversation in a family's markers."""

__all__ = [
    "ONE_CONVERSATION",
    "AlphaUmiProfile",
    "Block",
    "CallForm",
    "Profile",
    "Prompt",
    "PromptedProfile",
    "Segment",
    "SharedProfile",
    "SingleProfile",
]
