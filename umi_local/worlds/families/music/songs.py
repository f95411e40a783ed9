"""Questions about songs and artists."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.music.service import MUSIC, TITLES, any_song
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@MUSIC.intent(
    goal="tell in which year {title} came out",
    wordings=(
        "which year did {title} come out?",
        "when was the song {title} released?",
        "find out how old the song {title} is; the year will do",
        "tell me the release year of {title}",
        "My brother swears {title} is brand new. In what year was it really published?",
        "I need the year of {title} for a pub quiz.",
        "look up what year {title} is from",
        "~year of {title}",
        "~{title} release year",
    ),
    essential="song_details",
    missing=Missing(
        wordings=(
            "which year did that song come out?",
            "tell me the release year of a song",
            "I need the year of a song for a pub quiz.",
            "How old is this song? Just give me the year.",
            "~release year?",
        ),
        needs="the title of the song",
        goal="tell in which year a song came out",
        slot="title",
    ),
    split=Split.TRAIN,
)
def song_year(play: Play) -> None:
    """Two calls; then perhaps a question that the second has answered as well."""
    play.ask(title=any_song(play)["title"])
    number = play.call("find_songs", {"words": play.slots["title"]})[0]["song"]
    play.learn("{title} has the number {number}.", "The song is number {number}.", number=number)
    found = play.call("song_details", {"song": number})
    play.learn(
        "{title} by {artist} is from {year}.",
        "{title} came out in {year}, on the album {album}.",
        year=found["year"],
        artist=found["artist"],
        album=found["album"],
        genre=found["genre"],
    )
    play.conclude(
        "{title} came out in {year}.",
        "It was released in {year}: {title} by {artist}.",
        "{year} is the year of {title}.",
        facts=["year"],
    )
    if play.draw.chance(0.35):
        play.then_ask(
            "and what genre is it?",
            "what kind of music is that song?",
            "And the album? No, wait, the genre is what I need.",
            "~genre?",
            goal="tell the genre of {title}",
        )
        play.conclude(
            "{title} counts as {genre}.",
            "The genre of that song is {genre}.",
            facts=["genre"],
            why=(
                "The details of {title} say {genre}, and I have them already.",
                "I needn't ask again: the song was listed as {genre}.",
            ),
        )


@MUSIC.intent(
    goal="tell how many minutes song {song} lasts",
    wordings=(
        "how many minutes does song {song} last?",
        "how long is the track with the number {song}?",
        "give me the length of song {song} in minutes",
        "what's the duration of number {song}?",
        "I've got a short gap in the radio show. How long would song {song} take?",
        "look up the playing time of track {song}",
        "The dance has to fit song {song}. How many minutes is that?",
        "~length of song {song}",
        "~{song}: how long?",
    ),
    essential="song_details",
    missing=Missing(
        wordings=(
            "how many minutes does the song last?",
            "give me the length of a song in minutes",
            "I've got a short gap in the radio show. How long would that song take?",
            "~song length?",
        ),
        needs="the number of the song",
        goal="tell how long a song is",
        slot="song",
    ),
    split=Split.TEST,
)
def song_length(play: Play) -> None:
    """One call, a decimal number."""
    play.ask(song=any_song(play)["song"])
    found = play.call("song_details", {"song": play.slots["song"]})
    play.learn(
        "Song {song} is {title} and lasts {minutes} minutes.",
        "The length of {title}, number {song}, is {minutes} minutes.",
        title=found["title"],
        minutes=found["minutes"],
    )
    play.conclude(
        "Song {song} ({title}) lasts {minutes} minutes.",
        "The song {title} takes {minutes} minutes.",
        "The playing time of song {song} is {minutes} minutes.",
        facts=["minutes"],
    )


@MUSIC.intent(
    goal="find out who sings {title}",
    wordings=(
        "do you have a song called {title}?",
        "is {title} in the catalogue, and who sings it?",
        "find the song {title} and tell me the artist",
        "who sings {title}?",
        "A colleague keeps humming {title}. Whose song is it?",
        "search for {title} and give me the name of the band",
        "I heard something named {title} on a train once. Do you have it?",
        "~artist of {title}",
        "~{title}, who is it by?",
    ),
    essential="find_songs",
    split=Split.TRAIN,
)
def who_sings(play: Play) -> None:
    """One call; half of the time there is no such song."""
    if play.draw.chance(0.5):
        play.ask(title=any_song(play)["title"])
        found = play.call("find_songs", {"words": play.slots["title"]})[0]
        play.learn("{title} is a song by {artist}.", "The search found {title} by {artist}.", artist=found["artist"])
        play.conclude(
            "{title} is by {artist}.",
            "{artist} sings {title}.",
            "Yes, we have {title}; {artist} plays it.",
            facts=["artist"],
        )
        return
    taken = {song["title"] for song in play.state["songs"].values()}
    play.ask(title=play.draw.pick([title for title in TITLES.of(play.draw.split) if title not in taken]))
    play.call("find_songs", {"words": play.slots["title"]})
    play.learn("The search for {title} has no result.", "No song in the catalogue is called {title}.")
    play.conclude(
        "There is no song called {title} in the catalogue.",
        "I couldn't find {title}, so I can't say who it is by.",
        "No, {title} isn't in the catalogue.",
        facts=[NO],
    )


@MUSIC.intent(
    goal="name the most played song of {artist}",
    wordings=(
        "what is the most played song of {artist}?",
        "which song by {artist} do people listen to most?",
        "name the biggest hit of {artist}, going by plays",
        "of everything {artist} ever recorded, what gets played most?",
        "I've never heard of {artist}. Which of their songs is the most popular, counting plays?",
        "find {artist}'s top song by play count",
        "We want one song by {artist} at the wedding, the one with the most plays. Which is it?",
        "~top song {artist}",
        "~{artist} most plays",
    ),
    essential="songs_by",
    missing=Missing(
        wordings=(
            "what is the most played song of this band?",
            "find a band's top song by play count",
            "We want the most popular song of my favourite band. Which one is that?",
            "~top song?",
        ),
        needs="the name of the band",
        goal="name the most played song of a band",
        slot="artist",
    ),
    split=Split.TRAIN,
)
def biggest_hit(play: Play) -> None:
    """One call and a comparison."""
    play.ask(artist=any_song(play)["artist"])
    found = play.call("songs_by", {"artist": play.slots["artist"]})
    best = max(found, key=lambda song: song["plays"])
    play.learn(
        "Of the {n} songs by {artist}, {title} has the most plays: {plays}.",
        "{title} leads with {plays} plays.",
        n=len(found),
        title=best["title"],
        plays=best["plays"],
    )
    play.conclude(
        "The most played song of {artist} is {title} with {plays:count} plays.",
        "It's {title}; it was played {plays:count} times.",
        "{title}, with {plays:count} plays.",
        facts=["title"],
    )


@MUSIC.intent(
    goal="add up how often the songs of {artist} were played",
    wordings=(
        "how many plays do all songs by {artist} have together?",
        "add up the plays of everything by {artist}",
        "what is the total play count of {artist}?",
        "how often was {artist} played in all, over every song?",
        "{artist} gets paid per play. How many plays were there altogether?",
        "I'm writing about {artist} and need the sum of all their plays.",
        "tell me the plays of {artist}'s songs, taken together",
        "~total plays {artist}",
        "~sum of plays, {artist}",
    ),
    essential="songs_by",
    split=Split.DEV,
)
def total_plays(play: Play) -> None:
    """One call and a sum."""
    play.ask(artist=any_song(play)["artist"])
    plays = [song["plays"] for song in play.call("songs_by", {"artist": play.slots["artist"]})]
    play.learn(
        "The plays are {sum}, together {total}.",
        "{artist} has {n} songs: {sum} makes {total} plays.",
        sum=" + ".join(map(str, plays)),
        n=len(plays),
        total=sum(plays),
    )
    play.conclude(
        "The songs of {artist} were played {total:count} times in all.",
        "Together, {artist}'s {n} songs have {total:count} plays.",
        "{total:count} plays, over {n} songs.",
        facts=["total"],
        derived=["total"],
    )


@MUSIC.intent(
    goal="tell whether song {first} or song {second} was played more, and by how much",
    wordings=(
        "which was played more often, song {first} or song {second}, and by how much?",
        "compare the plays of songs {first} and {second}",
        "is {first} more popular than {second}? I mean the songs with these numbers, by plays",
        "tell me which of the tracks {first} and {second} has more plays, and the difference",
        "We can only keep one of the songs {first} and {second}. Which has more plays, and how many more?",
        "how many plays lie between song {first} and song {second}, and which is ahead?",
        "~plays {first} vs {second}, difference",
        "~song {first} or {second}: more plays?",
    ),
    essential="song_details",
    split=Split.TEST,
)
def compare_plays(play: Play) -> None:
    """Two calls that don't depend on each other, and a difference."""
    one, other = play.draw.sample(list(play.state["songs"].values()), 2)
    play.ask(first=one["song"], second=other["song"])
    plays = {}
    plays[one["song"]] = play.call("song_details", {"song": one["song"]})["plays"]
    play.learn("Song {first} has {a} plays.", "{first} was played {a} times.", a=plays[one["song"]])
    plays[other["song"]] = play.call("song_details", {"song": other["song"]})["plays"]
    ahead = max(plays, key=lambda number: plays[number])
    play.learn(
        "Song {second} has {b}, so {ahead} leads by {gap}.",
        "With {b} plays for {second}, song {ahead} is ahead by {gap}.",
        b=plays[other["song"]],
        ahead=ahead,
        gap=abs(plays[one["song"]] - plays[other["song"]]),
    )
    play.conclude(
        "Song {ahead} was played {gap:count} times more: {a:count} plays for {first}, {b:count} for {second}.",
        "{ahead} has more plays, by {gap:count}.",
        facts=["ahead", "gap"],
        derived=["gap"],
    )
