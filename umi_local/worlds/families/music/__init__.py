"""A music service: songs and albums, playlists, play counts and a queue."""

from umi_local.worlds.families.music import albums, playlists, queue, sets, songs, wishes  # noqa: F401
from umi_local.worlds.families.music.service import FAMILY

__all__ = ["FAMILY"]
