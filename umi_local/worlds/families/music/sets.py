"""Changing what is in playlists."""

from __future__ import annotations

from umi_local.worlds.families.music.service import MUSIC, any_playlist, any_song
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@MUSIC.intent(
    goal="add {title} to the playlist {playlist}",
    wordings=(
        "add {title} to {playlist}",
        "put the song {title} into my playlist {playlist}",
        "{playlist} could use some {title}. Please add that song.",
        "I'd like to have {title} in the playlist {playlist}",
        "save {title} in the list {playlist}",
        "My playlist {playlist} lacks one song: {title}. Put it in.",
        "Can {title} go into {playlist}, please?",
        "append {title} to the songs of {playlist}",
        "~{title} -> {playlist}",
        "~add to {playlist}: {title}",
    ),
    essential="add_to_playlist",
    missing=Missing(
        wordings=(
            "add a song to {playlist}",
            "My playlist {playlist} lacks one song. Put it in.",
            "put another song into my playlist {playlist}",
            "~add song -> {playlist}",
        ),
        needs="the title of the song to add",
        goal="add a song to {playlist}",
        slot="title",
    ),
    split=Split.TRAIN,
)
def add_by_title(play: Play) -> None:
    """Two calls: the number comes from the search."""
    playlist = any_playlist(play)
    song = play.draw.pick([one for key, one in play.state["songs"].items() if key not in playlist["songs"]])
    play.ask(playlist=playlist["name"], title=song["title"])
    found = play.call("find_songs", {"words": song["title"]})[0]
    play.learn(
        "{title} by {artist} has the number {number}.",
        "Song {number} is {title}.",
        number=found["song"],
        artist=found["artist"],
    )
    added = play.call("add_to_playlist", {"playlist": playlist["name"], "song": found["song"]})
    play.learn(
        "{title} is in {playlist}, which has {n:n song} now.",
        "{playlist} has {title} now, {n:n song} in all.",
        n=added["songs"],
    )
    play.conclude(
        "I added {title} to {playlist}.",
        "{title} by {artist} is in {playlist} now.",
        "Done: {playlist} has {n:n song} now, {title} among them.",
        facts=["title"],
    )


@MUSIC.intent(
    goal="add {title} to {playlist} unless it is in there",
    wordings=(
        "add {title} to {playlist} unless it's in there already",
        "is {title} in my playlist {playlist}? If not, add it.",
        "make sure that {playlist} has {title} in it, and tell me if you had to add it",
        "check {playlist} for the song {title} and put it in if it's missing",
        "I can't remember whether I ever put {title} into {playlist}. If I didn't, do it for me.",
        "look if {title} is part of {playlist}; only if it isn't, add it",
        "~{title} in {playlist}? add if not",
        "~{playlist}: add {title} if missing",
    ),
    essential="playlist_songs",
    split=Split.TEST,
)
def add_unless_there(play: Play) -> None:
    """One call where it is there, three where it isn't."""
    playlist, song = any_playlist(play), any_song(play)
    if play.draw.chance(0.3):
        song = play.state["songs"][playlist["songs"][0]]
    play.ask(playlist=playlist["name"], title=song["title"])
    found = play.call("playlist_songs", {"playlist": playlist["name"]}, decides=True)
    if song["title"] in [one["title"] for one in found]:
        play.learn("{title} is among the songs of {playlist}.", "{playlist} has {title} already.", n=len(found))
        play.conclude(
            "Yes, {title} is one of the {n} songs in {playlist} already.",
            "{playlist} has {title} already, so I left it as it is ({n} songs).",
            facts=["title"],
        )
        return
    play.learn(
        "None of the {n} songs in {playlist} is {title}.", "{title} is missing among the {n:n song}.", n=len(found)
    )
    number = play.call("find_songs", {"words": song["title"]})[0]["song"]
    play.learn("{title} is number {number}.", "The catalogue has {title} as number {number}.", number=number)
    play.call("add_to_playlist", {"playlist": playlist["name"], "song": number})
    play.learn("{playlist} has got {title} now.", "{title} was added to {playlist}.")
    play.conclude(
        "{title} was missing in {playlist}; I have added it.",
        "It wasn't there, so I put {title} into {playlist}.",
        facts=["title"],
    )


@MUSIC.intent(
    goal="remove the {which} song from {playlist}",
    wordings=(
        "remove the {which} song from {playlist}",
        "take the {which} track out of my playlist {playlist}",
        "{playlist} would be better without its {which} song. Please delete that one.",
        "drop whichever song in {playlist} is the {which}",
        "find the {which} song of {playlist} and take it off the list",
        "I always skip the {which} song in {playlist}, so throw it out.",
        "kick the {which} track off {playlist}",
        "~{playlist}: remove {which} song",
        "~drop {which} from {playlist}",
    ),
    essential="remove_from_playlist",
    split=Split.TRAIN,
)
def remove_extreme(play: Play) -> None:
    """Two calls: a comparison decides what goes."""
    playlist, which = any_playlist(play), play.draw.pick(("longest", "shortest"))
    lengths = [play.state["songs"][key]["minutes"] for key in playlist["songs"]]
    if len(set(lengths)) < len(lengths):
        raise play.unsuitable("two songs are equally long")
    play.ask(playlist=playlist["name"], which=which)
    found = play.call("playlist_songs", {"playlist": playlist["name"]})
    best = (max if which == "longest" else min)(found, key=lambda song: song["minutes"])
    play.learn(
        "{title} (number {number}) is the {which} with {minutes} minutes.",
        "At {minutes} minutes, number {number}, {title}, is the {which} in {playlist}.",
        title=best["title"],
        number=best["song"],
        minutes=best["minutes"],
    )
    play.call("remove_from_playlist", {"playlist": playlist["name"], "song": best["song"]})
    play.learn("{title} is gone from {playlist}.", "{playlist} no longer has {title}.")
    play.conclude(
        "I removed {title} ({minutes} minutes) from {playlist}.",
        "{title}, the {which} song, is out of {playlist}.",
        "{playlist} no longer contains {title}; at {minutes} minutes it was the {which}.",
        facts=["title"],
    )


@MUSIC.intent(
    goal="move {title} from {playlist} to {other}",
    wordings=(
        "move {title} from {playlist} to {other}",
        "{title} is in the wrong playlist. It belongs in {other}, not in {playlist}.",
        "take {title} out of {playlist} and put it into {other}",
        "shift the song {title} over from {playlist} to {other}",
        "I want {title} in {other} instead of {playlist}.",
        "transfer {title}: away from {playlist}, into {other}",
        "~{title}: {playlist} -> {other}",
        "~move {title}, {playlist} to {other}",
    ),
    essential="remove_from_playlist",
    split=Split.TRAIN,
)
def move_song(play: Play) -> None:
    """Three calls: the number comes from the first."""
    playlist, other = play.draw.sample(list(play.state["playlists"].values()), 2)
    keys = [key for key in playlist["songs"] if key not in other["songs"]]
    if not keys:
        raise play.unsuitable("both lists have the same songs")
    play.ask(playlist=playlist["name"], other=other["name"], title=play.state["songs"][play.draw.pick(keys)]["title"])
    listed = play.call("playlist_songs", {"playlist": playlist["name"]})
    number = next(song["song"] for song in listed if song["title"] == play.slots["title"])
    play.learn(
        "In {playlist}, {title} has the number {number}.", "{playlist} lists {title} as {number}.", number=number
    )
    play.call("remove_from_playlist", {"playlist": playlist["name"], "song": number})
    play.learn("{title} is out of {playlist}.", "It was removed from {playlist}.")
    play.call("add_to_playlist", {"playlist": other["name"], "song": number})
    play.learn("{other} has {title} now.", "{title} arrived in {other}.")
    play.conclude(
        "{title} moved from {playlist} to {other}.",
        "I took {title} out of {playlist}; it is in {other} now.",
        "Done, {title} is in {other} instead of {playlist}.",
        facts=["title"],
    )


@MUSIC.intent(
    goal="like the song {title} by {artist}",
    wordings=(
        "like the song {title} by {artist}",
        "mark {title} by {artist} as a favourite",
        "I love {title} by {artist}! Put it with my liked songs.",
        "give {artist}'s {title} a thumbs up",
        "{artist} wrote a great song, {title}. Please like it for me.",
        "remember that I like {title} ({artist})",
        "~like {title}, {artist}",
        "~{artist} - {title}: thumbs up",
    ),
    kind=Kind.RECOVER,
    breaks="find_songs",
    split=Split.TRAIN,
)
def like_without_search(play: Play) -> None:
    """The search is out of order, but the artist's songs can be listed."""
    song = any_song(play)
    play.ask(title=song["title"], artist=song["artist"])
    failed = play.attempt("find_songs", {"words": song["title"]}, does="find the number of {words}").error
    play.learn("The search {said}.", "I can't search now, since the tool {said}.", said=failed)
    listed = play.call(
        "songs_by",
        {"artist": song["artist"]},
        why=(
            "But the artist is known, so the number may stand in what {tool} lists for {artist}.",
            "Instead I list all songs of {artist} with {tool} and pick {title} from them.",
        ),
    )
    number = next(one["song"] for one in listed if one["title"] == song["title"])
    play.learn("{title} is number {number} in the list.", "In the list, {title} has number {number}.", number=number)
    play.call("like_song", {"song": number})
    play.learn("{title} is liked now.", "Song {number} is among the liked ones.")
    play.conclude(
        "{title} by {artist} is among your liked songs.",
        "I liked {title} by {artist} for you; the search was down, so I found it in the list of {artist}'s songs.",
        facts=["title"],
    )
