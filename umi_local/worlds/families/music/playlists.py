"""Playlists: looking into them, making them."""

from __future__ import annotations

from umi_local.worlds.families.music.service import MUSIC, PLAYLISTS, TAGS, any_playlist
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


def new_name(play: Play) -> str:
    """Return a name that no playlist has."""
    return play.draw.pick([name for name in PLAYLISTS.of(play.draw.split) if name not in play.state["playlists"]])


@MUSIC.intent(
    goal="tell how many minutes the playlist {playlist} lasts",
    wordings=(
        "how many minutes of music are in {playlist}?",
        "how long is my playlist {playlist}?",
        "tell me the total length of {playlist} in minutes",
        "add up the minutes of all songs in the playlist {playlist}",
        "I'm going for a run with {playlist}. How many minutes will it last?",
        "The bread bakes for twenty minutes. How long does {playlist} play?",
        "find out how long it takes to play {playlist} once",
        "~length of playlist {playlist}",
        "~{playlist}: minutes?",
    ),
    essential="playlist_songs",
    missing=Missing(
        wordings=(
            "how long is my playlist?",
            "add up the minutes of all songs in a playlist",
            "I'm going for a run with one of my playlists. How many minutes will it last?",
            "~playlist length?",
        ),
        needs="the name of the playlist",
        goal="tell how long a playlist is",
        slot="playlist",
    ),
    split=Split.TRAIN,
)
def playlist_length(play: Play) -> None:
    """One call and a sum; then perhaps a count that needs no further call."""
    play.ask(playlist=any_playlist(play)["name"])
    lengths = [song["minutes"] for song in play.call("playlist_songs", {"playlist": play.slots["playlist"]})]
    play.learn(
        "{playlist} holds {n:n song}: {lengths:added}, which is {total} minutes.",
        "The songs last {sum}, {total} minutes in all.",
        n=len(lengths),
        lengths=lengths,
        sum=" + ".join(map(str, lengths)),
        total=round(sum(lengths), 1),
    )
    play.conclude(
        "{playlist} lasts {total} minutes.",
        "The playlist plays for {total} minutes.",
        "There are {total} minutes of music in {playlist}.",
        facts=["total"],
        derived=["total"],
    )
    if play.draw.chance(0.3):
        play.then_ask(
            "and how many songs is that?",
            "how many songs are in there?",
            "And the number of songs, please.",
            "~number of songs?",
            goal="tell how many songs {playlist} has",
        )
        play.conclude(
            "{playlist} has {n:n song}.",
            "There are {n:n song} in that playlist.",
            facts=["n"],
            derived=["n"],
            why=(
                "I have seen the list: {n:n song}. No call is needed for that.",
                "The list I got had {n} entries, so I can count instead of calling.",
            ),
        )


@MUSIC.intent(
    goal="name the playlist with the {which} songs",
    wordings=(
        "which of my playlists has the {which} songs?",
        "what is the playlist with the {which} songs in it?",
        "look through my playlists and name the one that has the {which} songs",
        "tell me where I have the {which} songs, in which playlist",
        "I'm tidying up my music. Which playlist contains the {which} songs?",
        "Compare the sizes of my playlists. Which one has the {which} songs?",
        "find the playlist that counts the {which} songs",
        "~playlist with {which} songs",
        "~{which} songs: which playlist?",
    ),
    essential="all_playlists",
    split=Split.DEV,
)
def extreme_playlist(play: Play) -> None:
    """One call without an argument, and a comparison."""
    which = play.draw.pick(("most", "fewest"))
    better = max if which == "most" else min
    sizes = [len(one["songs"]) for one in play.state["playlists"].values()]
    if sizes.count(better(sizes)) > 1:
        raise play.unsuitable("two are equally big")
    play.ask(which=which)
    found = play.call("all_playlists")
    best = better(found, key=lambda one: one["songs"])
    play.learn(
        "Of {n} playlists, {name} has the {which} songs: {size}.",
        "{name} has {size:n song}, the {which} of all.",
        n=len(found),
        name=best["name"],
        size=best["songs"],
    )
    play.conclude(
        "It's {name} with {size:n song}.",
        "{name} has the {which} songs ({size}).",
        "The playlist {name}: it has {size:n song}.",
        facts=["name"],
    )


@MUSIC.intent(
    goal="create a <public >playlist {playlist}< with the tags {tags}>",
    wordings=(
        "create a playlist called {playlist}, [open to everyone|public], with the tags {tags}",
        "make a public playlist {playlist} and tag it {tags}",
        "I need a new playlist. Name: {playlist}, tags: {tags}, and everybody may see it.",
        "start a playlist for all to see, {playlist}, labelled {tags}",
        "set up {playlist} as a new public playlist, tagged {tags}",
        "My friends should be able to find my new playlist {playlist}. Create it as a public one, tags {tags}.",
        "add a new list {playlist} to my music, visible to everyone and with the tags {tags}",
        "~new public playlist {playlist}, tags {tags}",
        "~create {playlist} (public; {tags})",
    ),
    essential="create_playlist",
    missing=Missing(
        wordings=(
            "create a new public playlist with the tags {tags}",
            "I need a new playlist that everybody may see, tagged {tags}.",
            "start a playlist for all to see, labelled {tags}",
            "~new public playlist, tags {tags}",
        ),
        needs="the name of the new playlist",
        goal="create a playlist",
        slot="playlist",
    ),
    split=Split.TRAIN,
)
def new_playlist(play: Play) -> None:
    """One call with a boolean and a list of texts."""
    tags = play.draw.sample(TAGS, 2)
    play.ask(playlist=new_name(play), tags=tags, public="yes")
    made = play.call("create_playlist", {"playlist": play.slots["playlist"], "is_public": True, "tags": tags})
    play.learn(
        "The playlist {name} exists now, public and tagged {tags}.",
        "{name} was created with the tags {tags}; everyone can see it.",
        name=made["name"],
    )
    play.conclude(
        "I created the public playlist {playlist} with the tags {tags}.",
        "{playlist} is ready: public, tagged {tags}.",
        "Your new playlist {playlist} is there for all to see, with the tags {tags}.",
        facts=["playlist"],
    )


@MUSIC.intent(
    goal="create an empty playlist {playlist}, called {other} if that name is taken",
    wordings=(
        "create a playlist called {playlist}, or {other} if that name is taken",
        "make me a new playlist {playlist}; should there be one already, call it {other}",
        "I want a fresh playlist with the name {playlist}. If I have one like that, name it {other} instead.",
        "start an empty list {playlist}, and if that's not possible because it exists, {other}",
        "set up a new playlist. First choice for the name is {playlist}, second choice {other}.",
        "Could I have another playlist, {playlist} or, in case that's in use, {other}?",
        "~new playlist {playlist}, if taken {other}",
        "~create {playlist} else {other}",
    ),
    split=Split.TEST,
)
def second_name(play: Play) -> None:
    """The first name may be taken, which the refusal says."""
    is_taken = play.draw.chance(0.7)
    other = new_name(play)
    first = (
        any_playlist(play)["name"]
        if is_taken
        else next(name for name in PLAYLISTS.of(play.draw.split) if name not in (*play.state["playlists"], other))
    )
    play.ask(playlist=first, other=other)
    if play.attempt("create_playlist", {"playlist": first}, decides=True).failed:
        play.learn("There is a playlist {playlist} already.", "The name {playlist} is taken.")
        play.call(
            "create_playlist",
            {"playlist": other},
            why=(
                "So the second name has to do: I call {tool} with {other}.",
                "In that case the user wants {other}, again with {tool}.",
            ),
        )
        play.learn("{other} was created.", "The playlist {other} is there now.")
        play.conclude(
            "The name {playlist} was taken, so I created {other}.",
            "You have a new playlist {other}; there was a {playlist} already.",
            facts=["other"],
        )
        return
    play.learn("The name was free: {playlist} was created.", "{playlist} is there now, so {other} isn't needed.")
    play.conclude("I created the playlist {playlist}.", "Your new playlist is called {playlist}.", facts=["playlist"])


@MUSIC.intent(
    goal="make a playlist {playlist} with the two most played songs of {artist}",
    wordings=(
        "make a playlist {playlist} with the two most played songs of {artist}",
        "create {playlist} and fill it with the top two songs by {artist}",
        "I'd like a new playlist, {playlist}, that has {artist}'s two biggest hits in it.",
        "put the two songs of {artist} with the most plays into a new playlist called {playlist}",
        "start a playlist named {playlist}; the two most popular songs by {artist} go in",
        "For my sister's party: a new playlist {playlist} with the two most played things by {artist}.",
        "~new playlist {playlist}: top 2 of {artist}",
        "~{artist} two most played -> new list {playlist}",
    ),
    essential="create_playlist",
    split=Split.TRAIN,
)
def best_of(play: Play) -> None:
    """Four calls: the songs, the playlist, one song, the other."""
    artist = play.draw.pick(list(play.state["songs"].values()))["artist"]
    play.ask(playlist=new_name(play), artist=artist)
    found = play.call("songs_by", {"artist": artist})
    first, second = sorted(found, key=lambda song: -song["plays"])[:2]
    play.learn(
        "The most played are {one} ({a}) and {two} ({b}).",
        "By plays, {one}, number {a}, comes first and {two}, number {b}, second.",
        one=first["title"],
        two=second["title"],
        a=first["song"],
        b=second["song"],
    )
    play.call("create_playlist", {"playlist": play.slots["playlist"]})
    play.learn("The playlist {playlist} exists now.", "{playlist} is there, still empty.")
    play.call("add_to_playlist", {"playlist": play.slots["playlist"], "song": first["song"]})
    play.learn("{one} is in it.", "It has {one} now, and {two} is missing.")
    play.call("add_to_playlist", {"playlist": play.slots["playlist"], "song": second["song"]})
    play.learn("Both songs are in {playlist}.", "{two} is in {playlist} as well.")
    play.conclude(
        "The playlist {playlist} is ready with {one} and {two}.",
        "I made {playlist} and put {one} and {two} in.",
        "{playlist} holds {artist}'s two most played songs now: {one} and {two}.",
        facts=["playlist"],
    )
