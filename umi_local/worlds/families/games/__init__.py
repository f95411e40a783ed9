"""An online role-playing game: players and what they carry, quests, guilds, leaderboards and a market."""

from umi_local.worlds.families.games import bags, guilds, logs, players, quests, rosters  # noqa: F401
from umi_local.worlds.families.games.service import FAMILY

__all__ = ["FAMILY"]
