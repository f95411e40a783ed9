"""The music service: its scene and what it can do."""

from __future__ import annotations

from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.draw import Draw, Pool
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.family import Family
from umi_local.worlds.operations import Param, flag, ident, one_of, text, texts, whole
from umi_local.worlds.play import Play

FAMILY = MUSIC = Family("music", "[music|player|songs|tunes|audio|jukebox]", frozenset({"music", "audio"}))

ARTISTS = Pool(
    f"{first} {last}"
    for first in ("Copper", "Cotton", "Glass", "Lemon", "Marble", "Neon", "Paper", "Quiet", "Velvet", "Wooden")
    for last in (
        *("Carnival", "Ferry", "Harbour", "Lantern", "Meadow", "Orchard", "Parade", "Quartet", "Telescope", "Window"),
    )
)
TITLES = Pool(
    f"{first} {last}"
    for first in (
        *("Autumn", "Borrowed", "Crooked", "Falling", "Gentle", "Golden", "Homeward", "Midnight", "Northbound"),
        *("Restless", "Salted", "Second", "Slow", "Sudden", "Tangled", "Winter"),
    )
    for last in (
        "Avenue",
        "Balcony",
        "Carousel",
        "Daylight",
        "Engine",
        "Feathers",
        "Garden",
        "Horizon",
        "Mirror",
        "Train",
    )
)
ALBUMS = Pool(
    f"{first} {last}"
    for first in ("Dreams of", "Letters to", "Maps of", "Notes from", "Postcards from", "Songs for", "Stories about")
    for last in (
        *("a Quiet Town", "Broken Clocks", "Empty Rooms", "Old Friends", "Open Water", "Tall Trees", "the Far Shore"),
        *("the Lighthouse", "the Long Road", "the Night Shift", "the Seventh Floor"),
    )
)
PLAYLISTS = Pool(
    f"{first} {last}"
    for first in (
        "Beach",
        "Evening",
        "Friday",
        "Gym",
        "Kitchen",
        "Morning",
        "Office",
        "Rainy Day",
        "Road Trip",
        "Study",
    )
    for last in ("Beats", "Classics", "Favourites", "Hour", "Mix", "Session", "Songs", "Tunes", "Vibes")
)
TAGS = ("calm", "dance", "driving", "focus", "happy", "loud", "mellow", "new", "party", "sad", "sleep", "upbeat")
GENRES = ("blues", "country", "electronic", "folk", "indie", "jazz", "metal", "pop", "reggae", "rock", "soul")
PERIODS = ("week", "month", "year")

WORDS = Param("words", "[search|title|query|song|] [words|text|term|title]", text(), "[words of|part of] the title")
ARTIST = Param("artist", "[artist|band|musician|performer] [name|]", text(), "[name of the|which] [artist|band]")
SONG = Param("song", "[song|track|tune|recording] [number|id|no|key]", ident(), "[number|id] of the song")
PLAYLIST = Param("playlist", "[playlist|list|mix|collection] [name|title|]", text(), "name of the playlist")


@MUSIC.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Three artists with an album each, a few playlists, charts and a queue."""
    artists, albums, titles = draw.several_of(ARTISTS, 3), draw.several_of(ALBUMS, 3), draw.several_of(TITLES, 11)
    numbers, plays = draw.sample(range(10_000, 99_999), 11), draw.sample(range(120, 48_000), 11)
    songs = {}
    for i, (number, title) in enumerate(zip(numbers, titles, strict=True)):
        songs[str(number)] = {
            "song": number,
            "title": title,
            "artist": artists[i % 3],
            "album": albums[i % 3],
            "year": draw.whole(1998, 2025),
            "genre": draw.pick(GENRES),
            "minutes": draw.whole(18, 79) / 10,
            "plays": plays[i],
        }
    order = list(songs)
    return {
        "songs": songs,
        "playlists": {name: _playlist(draw, name, order) for name in draw.several_of(PLAYLISTS, 4)},
        "queue": draw.sample(order, draw.whole(3, 5)),
        "settings": {"shuffle": draw.chance(0.5), "repeat": "off", "volume": draw.whole(10, 90, 5)},
        "charts": {period: draw.sample(order, 5) for period in PERIODS},
        "likes": [],
    }


def _playlist(draw: Draw, name: str, order: list[str]) -> dict[str, Any]:
    return {
        "name": name,
        "songs": draw.sample(order, draw.whole(2, 5)),
        "is_public": draw.chance(0.5),
        "tags": draw.sample(TAGS, draw.whole(0, 2)),
    }


def any_song(play: Play) -> dict[str, Any]:
    """Return one of the songs."""
    found: dict[str, Any] = play.draw.pick(list(play.state["songs"].values()))
    return found


def any_playlist(play: Play) -> dict[str, Any]:
    """Return one of the playlists."""
    found: dict[str, Any] = play.draw.pick(list(play.state["playlists"].values()))
    return found


def _song(state: dict[str, Any], song: int) -> dict[str, Any]:
    found: dict[str, Any] | None = state["songs"].get(str(song))
    if found is None:
        raise RefusedError(f"there is no song {song}")
    return found


def _list(state: dict[str, Any], name: str) -> dict[str, Any]:
    for known, playlist in state["playlists"].items():
        if known.casefold() == name.strip().casefold():
            found: dict[str, Any] = playlist
            return found
    raise RefusedError(f"there is no playlist {name}")


def _rows(state: dict[str, Any], keys: list[str], *shown: str) -> list[JsonValue]:
    return [{name: state["songs"][key][name] for name in shown} for key in keys]


@MUSIC.operation(
    names="[search|find|look for|query] [songs|tracks|tunes|music]",
    about="[Search|Look for|Find] songs by words of their titles[.| and get their numbers.]",
    does="search for {words}",
    params=[WORDS, ARTIST.or_none()],
    labels={"minutes": "[minutes|length|duration min]", "song": "[song|id|track id]"},
)
def find_songs(state: dict[str, Any], words: str, artist: str | None) -> JsonValue:
    """Songs whose title has all the words."""
    wanted = words.casefold().split()
    keys = [
        key
        for key, song in state["songs"].items()
        if all(word in song["title"].casefold() for word in wanted)
        and (artist is None or song["artist"].casefold() == artist.strip().casefold())
    ]
    return _rows(state, keys[:6], "song", "title", "artist", "minutes")


@MUSIC.operation(
    names="[get|show|read|fetch|look up] [song|track|tune] [details|info|data|]",
    about="[Get|Show|Look up] [everything about|the details of] a [song|track] by its number.",
    does="[look up|get the details of] song {song}",
    params=[SONG],
    labels={"plays": "[plays|play count|times played]", "year": "[year|released|release year]"},
)
def song_details(state: dict[str, Any], song: int) -> JsonValue:
    """All about a song."""
    return dict(_song(state, song))


@MUSIC.operation(
    names="[list|get|show|all] [songs|tracks] [of artist|by artist|of band|by band]",
    about="[List|Get|Show] the songs of an [artist|artist or band] with their play counts.",
    does="list the songs of {artist}",
    params=[ARTIST],
    labels={"plays": "[plays|play count|times played]", "song": "[song|id|track id]"},
)
def songs_by(state: dict[str, Any], artist: str) -> JsonValue:
    """The songs of an artist in the order of their titles."""
    keys = [key for key, song in state["songs"].items() if song["artist"].casefold() == artist.strip().casefold()]
    keys.sort(key=lambda key: str(state["songs"][key]["title"]))
    return _rows(state, keys, "song", "title", "year", "plays")


@MUSIC.operation(
    names="[get|list|show|open] [album|record|album tracks|tracks of album|album songs]",
    about="[List|Show|Get] the [tracks|songs] of an album in order.",
    does="list the tracks of {album}",
    params=[Param("album", "[album|record|release] [title|name|]", text(), "[title|name] of the album")],
    labels={"minutes": "[minutes|length|duration min]", "song": "[song|id|song id]"},
)
def album_tracks(state: dict[str, Any], album: str) -> JsonValue:
    """The tracks of an album."""
    keys = [key for key, song in state["songs"].items() if song["album"].casefold() == album.strip().casefold()]
    if not keys:
        raise RefusedError(f"there is no album {album}")
    rows = [state["songs"][key] for key in keys]
    return [{"track": i, **{key: row[key] for key in ("song", "title", "minutes")}} for i, row in enumerate(rows, 1)]


@MUSIC.operation(
    names="[list|show|get|all|my] [playlists|mixes|song lists]",
    about="[List|Show|Get] [all|the user's] playlists with the number of their songs.",
    does="list the playlists",
    labels={"songs": "[songs|song count|size]", "is_public": "[public|is public|shared]"},
)
def all_playlists(state: dict[str, Any]) -> JsonValue:
    """The playlists."""
    return [
        {"name": one["name"], "songs": len(one["songs"]), "is_public": one["is_public"]}
        for one in state["playlists"].values()
    ]


@MUSIC.operation(
    names="[open|show|get|read|list] [playlist|playlist songs|songs of playlist|tracks of playlist]",
    about="[Show|List|Get] the songs [of|in] a playlist.",
    does="open the playlist {playlist}",
    params=[PLAYLIST],
    labels={"minutes": "[minutes|length|duration min]", "song": "[song|id|track id]"},
)
def playlist_songs(state: dict[str, Any], playlist: str) -> JsonValue:
    """The songs of a playlist in order."""
    return _rows(state, _list(state, playlist)["songs"], "song", "title", "artist", "minutes")


@MUSIC.operation(
    names="[create|make|new|start|add] [playlist|mix|song list]",
    about="[Create|Make|Start] [an empty|a new] playlist.",
    does="create the playlist {playlist}",
    params=[
        PLAYLIST,
        Param("is_public", "[public|is public|shared|visible to all|everyone sees]", flag(), optional=True),
        Param("tags", "[tags|labels|moods|keywords] [list|]", texts(), "words that [describe|mark] it", optional=True),
    ],
    writes=True,
)
def create_playlist(state: dict[str, Any], playlist: str, is_public: bool | None, tags: list[str] | None) -> JsonValue:
    """Make a playlist; its name must be new."""
    if playlist.strip().casefold() in map(str.casefold, state["playlists"]):
        raise RefusedError(f"a playlist called {playlist} exists already", 409)
    made = {"name": playlist.strip(), "songs": [], "is_public": bool(is_public), "tags": tags or []}
    state["playlists"][made["name"]] = made
    return dict(made)


@MUSIC.operation(
    names="[add|put|append|save] [to playlist|song to playlist|track to playlist|song in playlist]",
    about="[Add|Append] a [song|track] to a playlist.",
    does="add song {song} to {playlist}",
    params=[PLAYLIST, SONG],
    writes=True,
)
def add_to_playlist(state: dict[str, Any], playlist: str, song: int) -> JsonValue:
    """Put a song at the end of a playlist."""
    found, added = _list(state, playlist), _song(state, song)
    if str(song) in found["songs"]:
        raise RefusedError(f"{added['title']} is in {found['name']} already", 409)
    found["songs"].append(str(song))
    return {"playlist": found["name"], "added": added["title"], "songs": len(found["songs"])}


@MUSIC.operation(
    names="[remove|delete|take|drop] [from playlist|song from playlist|track from playlist]",
    about="[Remove|Delete|Take] a [song|track] from a playlist.",
    does="remove song {song} from {playlist}",
    params=[PLAYLIST, SONG],
    writes=True,
)
def remove_from_playlist(state: dict[str, Any], playlist: str, song: int) -> JsonValue:
    """Take a song out of a playlist."""
    found = _list(state, playlist)
    if str(song) not in found["songs"]:
        raise RefusedError(f"song {song} isn't in {found['name']}")
    found["songs"].remove(str(song))
    return {"playlist": found["name"], "removed": _song(state, song)["title"], "songs": len(found["songs"])}


@MUSIC.operation(
    names="[queue|enqueue|add to queue|play|line up] [song|track|tune]",
    about="[Put|Add] a [song|track] into the queue, at its end [if nothing else is said|by default].",
    does="queue song {song}",
    params=[
        SONG,
        Param(
            "where",
            "[where|place|position|slot|when]",
            one_of("next", "last"),
            "[place in the queue|when to play it]",
            optional=True,
        ),
    ],
    writes=True,
)
def queue_song(state: dict[str, Any], song: int, where: str | None) -> JsonValue:
    """Put a song into the queue."""
    title = _song(state, song)["title"]
    state["queue"].insert(0 if where == "next" else len(state["queue"]), str(song))
    return {"queued": title, "position": 1 if where == "next" else len(state["queue"])}


@MUSIC.operation(
    names="[show|get|list|view|read] [queue|play queue|up next|upcoming songs|upcoming tracks]",
    about="[Show|List|Get] the songs [in the queue|that come next], in order.",
    does="look at the queue",
    labels={"minutes": "[minutes|length|duration min]", "position": "[position|place|slot]"},
)
def show_queue(state: dict[str, Any]) -> JsonValue:
    """The queue."""
    rows = [state["songs"][key] for key in state["queue"]]
    return [
        {"position": i, **{key: row[key] for key in ("title", "artist", "minutes")}} for i, row in enumerate(rows, 1)
    ]


@MUSIC.operation(
    names="[set|change|update|adjust] [player|playback|sound] [settings|options|mode]",
    about="[Change|Set|Adjust] the [volume, shuffle or repeat mode|settings of the player].",
    does="change the settings of the player",
    params=[
        Param("volume", "[volume|loudness|sound] [level|percent|]", whole(0, 100), "0 to 100", optional=True),
        Param("shuffle", "[shuffle|random order|mixed|random]", flag(), "play in random order", optional=True),
        Param("repeat", "[repeat|loop] [mode|what|]", one_of("off", "song", "all"), "what is repeated", optional=True),
    ],
    writes=True,
)
def set_player(state: dict[str, Any], volume: int | None, shuffle: bool | None, repeat: str | None) -> JsonValue:
    """Change what is given and return all settings."""
    given = {"volume": volume, "shuffle": shuffle, "repeat": repeat}
    state["settings"].update({key: value for key, value in given.items() if value is not None})
    return dict(state["settings"])


@MUSIC.operation(
    names="[get|show|list|read] [charts|top songs|top tracks|hit list|most played]",
    about="[Show|Get|List] the [most played|most popular] songs of a [period|stretch of time].",
    does="get the most played songs of the {period}",
    params=[
        Param(
            "period", "[period|time span|span|range|time frame]", one_of(*PERIODS), "[which stretch of time|last ...]"
        ),
        Param("top", "[top|limit|max|first] [n|songs|places|]", whole(1, 50), "how many songs", optional=True),
    ],
    labels={"rank": "[rank|place|position]", "song": "[song|id|track id]"},
)
def charts(state: dict[str, Any], period: str, top: int | None) -> JsonValue:
    """The charts of a period."""
    keys = state["charts"].get(period)
    if keys is None:
        raise RefusedError(f"there are no charts for a {period}", 422)
    rows = [state["songs"][key] for key in keys[:top]]
    return [{"rank": i, **{key: row[key] for key in ("song", "title", "artist")}} for i, row in enumerate(rows, 1)]


@MUSIC.operation(
    names="[like|favourite|love|rate up|thumbs up] [song|track|tune]",
    about="[Mark a song as liked.|Like a song.|Add a song to the liked ones.]",
    does="like song {song}",
    params=[SONG],
    writes=True,
)
def like_song(state: dict[str, Any], song: int) -> JsonValue:
    """Remember that the user likes a song."""
    found = _song(state, song)
    if str(song) not in state["likes"]:
        state["likes"].append(str(song))
    return {"liked": found["title"], "artist": found["artist"], "likes": len(state["likes"])}
