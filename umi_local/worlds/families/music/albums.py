"""Albums, found by their names or by their songs."""

from __future__ import annotations

from umi_local.worlds.families.music.service import ALBUMS, MUSIC, any_song
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@MUSIC.intent(
    goal="tell how many minutes the album {album} lasts",
    wordings=(
        "how many minutes is the album {album} altogether?",
        "how long does {album} last from the first track to the last?",
        "add up the lengths of all tracks on {album}",
        "what's the total running time of {album}?",
        "My commute takes half an hour. How many minutes does the whole album {album} need?",
        "tell me how long it takes to hear all of {album}",
        "work out the playing time of the record {album}, in minutes",
        "~running time {album}",
        "~{album} total minutes",
    ),
    essential="album_tracks",
    missing=Missing(
        wordings=(
            "how many minutes is the album altogether?",
            "what's the total running time of that record?",
            "I'd like to know how long a whole album is, in minutes.",
            "~running time of album?",
        ),
        needs="the title of the album",
        goal="tell how long an album is",
        slot="album",
    ),
    split=Split.TRAIN,
)
def album_length(play: Play) -> None:
    """One call and a sum of decimals."""
    play.ask(album=any_song(play)["album"])
    lengths = [track["minutes"] for track in play.call("album_tracks", {"album": play.slots["album"]})]
    play.learn(
        "The {n} tracks last {lengths:added}, which is {total} minutes.",
        "{sum} comes to {total} minutes for {album}.",
        n=len(lengths),
        lengths=lengths,
        sum=" + ".join(map(str, lengths)),
        total=round(sum(lengths), 1),
    )
    play.conclude(
        "{album} lasts {total} minutes.",
        "The {n} tracks of {album} come to {total} minutes.",
        "{total} minutes is the running time of the whole album.",
        facts=["total"],
        derived=["total"],
    )


@MUSIC.intent(
    goal="name the {which} track of {album}",
    wordings=(
        "what is the {which} track on {album}?",
        "which song on {album} is the {which}?",
        "go through {album} and name the {which} track",
        "tell me the {which} of the tracks on {album}",
        "I'm cutting {album} onto vinyl. Which of its tracks is the {which}, and how long is it?",
        "look at the album {album} and pick out the {which} song",
        "~{which} track, {album}",
        "~{album}: {which} song",
    ),
    essential="album_tracks",
    split=Split.DEV,
)
def extreme_track(play: Play) -> None:
    """One call and a comparison."""
    album, which = any_song(play)["album"], play.draw.pick(("longest", "shortest"))
    lengths = [song["minutes"] for song in play.state["songs"].values() if song["album"] == album]
    if len(set(lengths)) < len(lengths):
        raise play.unsuitable("two tracks are equally long")
    play.ask(album=album, which=which)
    found = play.call("album_tracks", {"album": album})
    best = (max if which == "longest" else min)(found, key=lambda track: track["minutes"])
    play.learn(
        "Among the {n} tracks, {title} is the {which}: {minutes} minutes.",
        "The {which} is {title} with {minutes} minutes.",
        n=len(found),
        title=best["title"],
        minutes=best["minutes"],
    )
    play.conclude(
        "The {which} track of {album} is {title}, {minutes} minutes.",
        "{title} is the {which} one on that album; it takes {minutes} minutes.",
        "{title}, at {minutes} minutes.",
        facts=["title"],
    )


@MUSIC.intent(
    goal="queue all tracks of {album}",
    wordings=(
        "queue all tracks of {album}",
        "put the whole album {album} into the queue",
        "add every song of {album} to the queue, in order",
        "I want to hear {album} from start to end. Line it up after what is playing.",
        "append the complete record {album} to what comes next",
        "The guests asked for {album}. Queue the whole thing, please.",
        "~queue album {album}",
        "~{album} -> queue, all tracks",
    ),
    essential="queue_song",
    split=Split.TRAIN,
)
def queue_album(play: Play) -> None:
    """One call for the tracks, one for each of them."""
    play.ask(album=any_song(play)["album"])
    found = play.call("album_tracks", {"album": play.slots["album"]})
    play.learn(
        "{album} has {n} tracks: {titles}.",
        "The tracks are {titles}, {n} in all.",
        n=len(found),
        titles=[track["title"] for track in found],
    )
    for i, track in enumerate(found):
        if i:
            play.learn("{title} is queued.", "{title} is in the queue now.", title=found[i - 1]["title"])
        play.call("queue_song", {"song": track["song"]}, does=f"queue {track['title']}, number {track['song']}")
    play.learn("With {title} the album is complete.", "{title} was the last of the {n}.", title=found[-1]["title"])
    play.conclude(
        "All {n} tracks of {album} are in the queue: {titles}.",
        "I queued the whole album {album}, {n} tracks.",
        "{album} is lined up with its {n} tracks.",
        facts=["album"],
    )


@MUSIC.intent(
    goal="tell which other songs are on the album of {title}",
    wordings=(
        "which other songs are on the album of {title}?",
        "what else is on the record that has {title} on it?",
        "I love {title}. What are the other tracks of that album?",
        "find the album {title} belongs to and name the rest of its songs",
        "{title} is on some album or other. List me the remaining tracks there, please.",
        "tell me what I get beside {title} if I buy the album it's on",
        "~other tracks on album of {title}",
        "~{title}: same album, other songs?",
    ),
    essential="album_tracks",
    split=Split.TRAIN,
)
def same_album(play: Play) -> None:
    """Three calls: the number, the album, its tracks."""
    play.ask(title=any_song(play)["title"])
    number = play.call("find_songs", {"words": play.slots["title"]})[0]["song"]
    play.learn("{title} is song {number}.", "The number of {title} is {number}.", number=number)
    album = play.call("song_details", {"song": number}, does="find out the album of song {song}")["album"]
    play.learn("It belongs to the album {album}.", "{title} is on {album}.", album=album)
    tracks = play.call("album_tracks", {"album": album})
    play.learn(
        "Beside {title}, {album} has {others}.",
        "The others on {album} are {others}.",
        others=[track["title"] for track in tracks if track["title"] != play.slots["title"]],
    )
    play.conclude(
        "{title} is on {album}, together with {others}.",
        "The album is {album}; the other songs on it are {others}.",
        "{others}: these are on {album} as well.",
        facts=["others"],
    )


@MUSIC.intent(
    goal="list the tracks of the album {wrong} by {artist}",
    wordings=(
        "list the tracks of {wrong} by {artist}",
        "which songs are on {artist}'s album {wrong}?",
        "{artist} made an album called {wrong}, or something like it. What's on it?",
        "give me the track list of the {artist} album, I think it's {wrong}",
        "show the songs on {wrong}; the band is {artist}, in case I got the title wrong",
        "I'm after the album by {artist}. {wrong}, is that it? Tell me the tracks.",
        "~tracks: {artist}, {wrong}",
        "~{wrong} ({artist}) track list",
    ),
    kind=Kind.RECOVER,
    split=Split.TEST,
)
def misnamed_album(play: Play) -> None:
    """No album has that title; a song of the artist leads to the right one."""
    song = any_song(play)
    known = {one["album"] for one in play.state["songs"].values()}
    wrong = play.draw.pick([album for album in ALBUMS.of(play.draw.split) if album not in known])
    play.ask(artist=song["artist"], wrong=wrong)
    play.attempt("album_tracks", {"album": wrong})
    play.learn("There is no album {wrong}.", "No album goes by the title {wrong}.")
    songs = play.call(
        "songs_by",
        {"artist": song["artist"]},
        why=(
            "The songs of {artist} may lead to the right title, so I list them with {tool}.",
            "As the artist is known, I call {tool} for the songs of {artist} and go on from one of them.",
        ),
    )
    play.learn("{one}, number {number}, is one of the songs.", "{artist} has {one} ({number}), among others.",
               one=songs[0]["title"], number=songs[0]["song"])  # fmt: skip
    album = play.call("song_details", {"song": songs[0]["song"]}, does="see on which album song {song} is")["album"]
    play.learn("{one} is on {album}.", "The album is really called {album}.", album=album)
    tracks = play.call("album_tracks", {"album": album})
    play.learn("{album} has {titles}.", "On {album} are {titles}.", titles=[track["title"] for track in tracks])
    play.conclude(
        "The album is called {album}. Its tracks are {titles}.",
        "It is {album}, not {wrong}, and it has {titles}.",
        facts=["titles"],
    )
