"""Charts, and what users want of music beside its data."""

from __future__ import annotations

from umi_local.worlds.draw import Pool
from umi_local.worlds.facts import Fact
from umi_local.worlds.families.music.service import MUSIC, PERIODS, any_song
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@MUSIC.intent(
    goal="name the {n} most played songs of the {period}",
    wordings=(
        "what are the {n} most played songs of the {period}?",
        "name the top {n} songs of this {period}",
        "list the first {n} of the {period}'s charts",
        "which {n} songs did people listen to most this {period}?",
        "I missed the charts show. What were the top {n} of the {period}?",
        "give me the {n} biggest songs of the {period} for our newsletter",
        "~top {n} songs, {period}",
        "~charts of the {period}, first {n}",
    ),
    essential="charts",
    split=Split.TRAIN,
)
def top_songs(play: Play) -> None:
    """One call with an optional number; several titles in the answer."""
    play.ask(n=play.draw.whole(2, 4), period=play.draw.pick(PERIODS))
    found = play.call("charts", {"period": play.slots["period"], "top": play.slots["n"]})
    play.learn(
        "The first {n} of the {period} are {titles}.",
        "{best} leads the {period}; the first {n} are {titles}.",
        titles=[song["title"] for song in found],
        best=found[0]["title"],
    )
    play.conclude(
        "The top {n} of the {period}: {titles}.",
        "Most played this {period} were {titles}.",
        "The {period}'s first {n} songs are {titles}.",
        facts=["titles"],
    )


@MUSIC.intent(
    goal="queue the song at place {rank} of the {period}'s charts",
    wordings=(
        "queue the song at place {rank} of the {period}'s charts",
        "add number {rank} of this {period}'s charts to the queue",
        "put whatever is on rank {rank} of the {period}'s most played songs into the queue",
        "My son wants to hear place {rank} of the charts of the {period}. Queue it, whatever it is.",
        "look up who holds place {rank} in the {period}'s charts and line that song up",
        "I bet on rank {rank} in the charts this {period}, so let me hear it: into the queue with it!",
        "~queue rank {rank}, charts of the {period}",
        "~{period}'s charts place {rank} -> queue",
    ),
    essential="queue_song",
    split=Split.TRAIN,
)
def queue_from_charts(play: Play) -> None:
    """Two calls: the number comes from the charts."""
    rank = play.draw.whole(1, 5)
    play.ask(rank=rank, period=play.draw.pick(PERIODS))
    found = play.call("charts", {"period": play.slots["period"]})[rank - 1]
    play.learn(
        "Place {rank} is {title} by {artist}, song {number}.",
        "{title} ({number}) holds place {rank} of the {period}.",
        title=found["title"],
        artist=found["artist"],
        number=found["song"],
    )
    play.call("queue_song", {"song": found["song"]})
    play.learn("{title} is at the end of the queue.", "The queue ends with {title} now.")
    play.conclude(
        "Place {rank} is {title} by {artist}, and it is in the queue now.",
        "I queued {title}, number {rank} of the {period}.",
        "{title} by {artist} has been added to the queue.",
        facts=["title"],
    )


@MUSIC.intent(
    goal="tell how often the number one of the {period} was played and when it came out",
    wordings=(
        "how often was the number one of the {period} played, and what year is it from?",
        "what song leads the charts of the {period}? I need its year and its number of plays.",
        "tell me the plays and the release year of this {period}'s top song",
        "look up the most played song of the {period} and find out how often it was played and when it came out",
        "For the quiz: this {period}'s number one, how many plays does it have and from which year is it?",
        "I'd like the play count of the song at the top of the {period}'s charts, and the year as well.",
        "~no. 1 of the {period}: plays + year",
        "~{period}'s top song, how many plays, which year",
    ),
    essential="charts",
    split=Split.DEV,
)
def about_number_one(play: Play) -> None:
    """Two calls: the charts name the song, its details the rest."""
    play.ask(period=play.draw.pick(PERIODS))
    best = play.call("charts", {"period": play.slots["period"], "top": 1}, derived=["top"])[0]
    play.learn(
        "The first of the {period} is {title}, song {number}.",
        "{title} with number {number} leads the charts of the {period}.",
        title=best["title"],
        number=best["song"],
    )
    found = play.call("song_details", {"song": best["song"]})
    play.learn(
        "{title} has {plays} plays and is from {year}.",
        "It was played {plays} times and came out in {year}.",
        plays=found["plays"],
        year=found["year"],
    )
    play.conclude(
        "The number one is {title} from {year}, played {plays:count} times.",
        "{title} leads with {plays:count} plays; it is from {year}.",
        facts=["plays", "year"],
    )


TERMS = {
    "a chorus": ("is the part of a song that comes back again and again with the same words", "again"),
    "a bridge": ("is a passage that sounds different and leads from one part of a song to the next", "part"),
    "BPM": ("means beats per minute, the number that tells how fast a song is", "beats per minute"),
    "a cappella": ("means singing without any instruments", "without"),
    "tempo": ("is the speed at which a piece of music is played", "speed"),
    "a duet": ("is a piece for two voices or two players", "two"),
    "a cover version": ("is a new recording of a song that somebody else made known first", "recording"),
    "a remix": ("is a new version of a recording, made by changing or adding parts", "version"),
    "a single": ("is a song that is published on its own and not as part of an album", "album"),
    "treble": ("is the high range of sound, the opposite of bass", "high"),
}


@MUSIC.intent(
    goal="explain what {term} means in music",
    wordings=(
        "what does {term} mean in music?",
        "explain {term} to someone who plays no instrument",
        "what is meant by {term} when people talk about songs?",
        "My music teacher mentioned {term}. What is that?",
        "tell me in a sentence what musicians call {term}",
        "I keep reading {term} in reviews of albums and don't know the word. Help me out?",
        "~{term} (music), meaning",
        "~what's {term} in a song",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.6,
)
def music_term(play: Play) -> None:
    """Common knowledge."""
    term = play.draw.pick(list(TERMS))
    play.ask(term=term, meaning=TERMS[term][0])
    play.conclude(
        "{term:cap} {meaning}.",
        "In music, {term} {meaning}.",
        facts=[Fact("text", TERMS[term][1])],
        why=(
            "This is a word of music theory that I know; the service's songs don't matter.",
            "I can explain {term} without looking at any song.",
        ),
    )


OCCASIONS = Pool(
    """a barbecue|a beach day|a bike tour|a birthday brunch|a camping trip|a candlelight dinner|a cleaning day|a dance night
    |a garden party|a long drive|a long flight|a lazy Sunday|a quiet evening|a rainy afternoon|a road trip|a school party
    |a ski weekend|a spa day|a sunrise walk|a wedding|a workout|a yoga class|baking cookies|cooking with friends
    |falling asleep|getting up early|homework|moving house|painting the flat|studying at night"""
)


@MUSIC.intent(
    goal="suggest a name for a playlist for {occasion}",
    wordings=(
        "suggest a nice name for a playlist for {occasion}",
        "what could I call a playlist for {occasion}?",
        "I'm no good with names. Any idea for a playlist for {occasion}? Just the name, don't create it.",
        "give me one catchy title for a playlist that is meant for {occasion}",
        "think of a playlist name that goes with {occasion}",
        "how would you name a playlist for {occasion}?",
        "~name idea: playlist for {occasion}",
        "~playlist title, {occasion}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.6,
)
def name_idea(play: Play) -> None:
    """Writing."""
    occasion = play.draw.of(OCCASIONS)
    play.ask(occasion=occasion, word=occasion.split()[-1])
    play.conclude(
        'How about "Songs for {occasion}"?',
        'You could call it "Made for {occasion}".',
        'My idea: "The best of {occasion}".',
        facts=["word"],
        why=(
            "A name only has to be thought up, so nothing is called.",
            "The user wants an idea for a title and no change to any playlist.",
        ),
    )


@MUSIC.intent(
    goal="show the lyrics of {title}",
    wordings=(
        "show me the lyrics of {title}",
        "what are the words of the song {title}?",
        "I want to sing along to {title}. Give me the text, please.",
        "get the full text of {title}",
        "how does the first verse of {title} go?",
        "My daughter sings {title} at school on Friday and needs the lyrics.",
        "print the lyrics of {title}",
        "~lyrics {title}",
        "~{title} song text",
    ),
    kind=Kind.IMPOSSIBLE,
    split=Split.TEST,
    weight=0.6,
)
def lyrics(play: Play) -> None:
    """No tool of the service knows the words of a song."""
    play.ask(title=any_song(play)["title"])
    play.give_up()
