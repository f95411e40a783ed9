"""Prompt profiles: pure functions from a trajectory to the segments that a role reads."""

from umi_local.prompts.alpha_umi import AlphaUmiProfile
from umi_local.prompts.base import Block, CallForm, Profile, Prompt, Segment
from umi_local.prompts.prompted import PromptedProfile
from umi_local.prompts.shared import SharedProfile

__all__ = [
    "AlphaUmiProfile",
    "Block",
    "CallForm",
    "Profile",
    "Prompt",
    "PromptedProfile",
    "Segment",
    "SharedProfile",
]
