"""The queue and the player's settings."""

from __future__ import annotations

from umi_local.worlds.families.music.service import MUSIC, any_song
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@MUSIC.intent(
    goal="play song {song} next",
    wordings=(
        "play song {song} next",
        "put song {song} at the front of the queue",
        "Number {song} should come right after this song.",
        "I want to hear {song} as soon as this one is over. It's a song number.",
        "queue track {song} so that it plays next",
        "The birthday child wished for song {song}. Make it the next one, please!",
        "let song {song} jump the queue",
        "~next: song {song}",
        "~{song} to front of queue",
    ),
    essential="queue_song",
    missing=Missing(
        wordings=(
            "play another song next",
            "put a song at the front of the queue",
            "I want to hear something else as soon as this one is over.",
            "The birthday child has a wish. Make it the next song, please!",
            "~play next",
        ),
        needs="the number of the song",
        goal="play a song next",
        slot="song",
    ),
    split=Split.TRAIN,
)
def play_next(play: Play) -> None:
    """One call with an optional word."""
    song = any_song(play)
    play.ask(song=song["song"])
    done = play.call("queue_song", {"song": song["song"], "where": "next"}, does="put song {song} first in the queue")
    play.learn("{title} is first in the queue.", "Song {song}, {title}, comes next.", title=done["queued"])
    play.conclude(
        "{title} plays next.",
        "Song {song} ({title}) is at the front of the queue.",
        "Next up is {title}.",
        facts=["title"],
    )


@MUSIC.intent(
    goal="say what comes next in the queue",
    wordings=(
        "what comes next in the queue?",
        "which song is up next?",
        "tell me the next song and who it is by",
        "what will I hear after this song, and by whom?",
        "look at the queue and name the first song in it",
        "I don't like this one. What's coming after it, and from which band?",
        "check what is queued up next",
        "~next in queue?",
        "~up next",
    ),
    essential="show_queue",
    split=Split.TRAIN,
)
def up_next(play: Play) -> None:
    """One call without an argument; then perhaps a count that needs no further call."""
    play.ask()
    found = play.call("show_queue")
    play.learn(
        "First in the queue is {title} by {artist}.",
        "{title} by {artist} comes next; the queue has {n:n song}.",
        title=found[0]["title"],
        artist=found[0]["artist"],
        n=len(found),
        last=found[-1]["title"],
    )
    play.conclude(
        "{title} by {artist} comes next.",
        "Next is {title}, by {artist}.",
        "The next song is {title} by {artist}.",
        facts=["title"],
    )
    if play.draw.chance(0.4):
        play.then_ask(
            "and what is the last song in the queue?",
            "which song comes at the very end?",
            "And the last one?",
            "~last song?",
            goal="name the last song in the queue",
        )
        play.conclude(
            "The last song in the queue is {last}.",
            "{last} comes at the end.",
            facts=["last"],
            why=(
                "The queue that I saw ends with {last}; no call is needed.",
                "I know the whole queue by now, and its last song is {last}.",
            ),
        )


@MUSIC.intent(
    goal="tell how many minutes of music come before {title} in the queue",
    wordings=(
        "how many minutes until {title} plays?",
        "how long do the songs before {title} in the queue take?",
        "when it comes to the queue, how many minutes of music are ahead of {title}?",
        "{title} is somewhere in the queue. How long do I have to wait, counting the songs in front of it?",
        "work out the minutes of music that are queued before {title}",
        "I only stayed for {title}. How many minutes of other songs come first?",
        "~minutes before {title} in queue",
        "~queue: wait for {title}?",
    ),
    essential="show_queue",
    split=Split.TEST,
)
def wait_for(play: Play) -> None:
    """One call and a sum of what stands before."""
    key = play.draw.pick(play.state["queue"][1:])
    title = play.state["songs"][key]["title"]
    play.ask(title=title)
    before = []
    for song in play.call("show_queue"):
        if song["title"] == title:
            break
        before.append(song)
    play.learn(
        "Before {title} come {names}: {sum} makes {total} minutes."
        if len(before) > 1
        else "Only {names} comes before {title}, with {total} minutes.",
        names=[song["title"] for song in before],
        sum=" + ".join(str(song["minutes"]) for song in before),
        total=round(sum(song["minutes"] for song in before), 1),
    )
    play.conclude(
        "There are {total} minutes of music before {title}.",
        "About {total} minutes: first you hear {names}, then {title}.",
        "{title} comes after {total} minutes of other songs.",
        facts=["total"],
        derived=["total"],
    )


@MUSIC.intent(
    goal="set the volume to {volume}, the repeat mode to {repeat} and shuffle {switch}",
    wordings=(
        "set the volume to {volume}, repeat to {repeat} and turn shuffle {switch}",
        "Volume {volume}, please, shuffle {switch} and repeat mode {repeat}.",
        "turn shuffle {switch}, bring the volume to {volume} and set repeat to {repeat}",
        "I'm hosting tonight: volume at {volume}, shuffle {switch}, repeat {repeat}. Set it up like that.",
        "switch shuffle {switch}; the volume should be {volume} and the repeat mode {repeat}",
        "change the player: {volume} for the volume, repeat {repeat}, shuffle {switch}",
        "~vol {volume}, shuffle {switch}, repeat {repeat}",
        "~shuffle {switch} / repeat {repeat} / volume {volume}",
    ),
    essential="set_player",
    split=Split.TRAIN,
)
def settings(play: Play) -> None:
    """One call with a number, a word and a boolean."""
    is_on = play.draw.chance(0.5)
    current = play.state["settings"]["volume"]
    volume = play.draw.pick([level for level in range(5, 100, 5) if level != current])
    repeat = play.draw.pick(("off", "song", "all"))
    play.ask(volume=volume, repeat=repeat, switch="on" if is_on else "off")
    play.call("set_player", {"volume": volume, "shuffle": is_on, "repeat": repeat})
    play.learn(
        "The player now has volume {volume}, shuffle {switch} and repeat {repeat}.",
        "All three settings were taken: volume {volume}, shuffle {switch}, repeat {repeat}.",
    )
    play.conclude(
        "The volume is at {volume}, shuffle is {switch} and repeat is set to {repeat}.",
        "Done: volume {volume}, shuffle {switch}, repeat {repeat}.",
        facts=["volume"],
    )


@MUSIC.intent(
    goal="queue {title} if it lasts less than {limit} minutes, else tell its length",
    wordings=(
        "queue {title} if it's shorter than {limit} minutes, otherwise tell me how long it is",
        "does {title} last less than {limit} minutes? Then queue it. If not, tell me its length.",
        "I have {limit} minutes left. If {title} is shorter than that, add it to the queue, else tell me how long it takes.",
        "check the length of {title}: under {limit} minutes it goes into the queue, over that I want to know the length",
        "put {title} in the queue, but only if it takes less than {limit} minutes; if it doesn't, name the minutes",
        "We must close soon. {title} may be queued if it is over in under {limit} minutes. How long is it if not?",
        "~{title} under {limit} min? queue it, else length",
        "~queue {title} if under {limit} min, otherwise how long",
    ),
    essential="find_songs",
    split=Split.TRAIN,
)
def queue_if_short(play: Play) -> None:
    """Two calls, or one where the song is too long."""
    song = any_song(play)
    limit = max(1, int(song["minutes"]) + play.draw.pick((0, 1)))
    if limit == song["minutes"]:
        raise play.unsuitable("just as long as the limit")
    play.ask(title=song["title"], limit=limit)
    found = play.call("find_songs", {"words": song["title"]}, decides=True)[0]
    play.slots.update(minutes=found["minutes"], number=found["song"])
    if found["minutes"] > limit:
        play.learn(
            "{title} lasts {minutes} minutes, more than {limit}, so it stays out of the queue.",
            "At {minutes} minutes, {title} is over the limit of {limit}.",
        )
        play.conclude(
            "{title} lasts {minutes} minutes, so I did not queue it.",
            "It's too long: {title} takes {minutes} minutes. I have not queued it.",
            facts=["minutes"],
        )
        return
    play.learn(
        "{title}, number {number}, lasts {minutes} minutes, which is under {limit}.",
        "With {minutes} minutes, song {number} is short enough.",
    )
    done = play.call("queue_song", {"song": found["song"]})
    play.learn("{title} is queued at place {place}.", "It is number {place} in the queue now.", place=done["position"])
    play.conclude(
        "{title} takes {minutes} minutes, so it is in the queue now, at place {place}.",
        "I queued {title}: it lasts only {minutes} minutes.",
        facts=["title"],
    )
