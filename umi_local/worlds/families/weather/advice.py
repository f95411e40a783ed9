"""Questions about weather as such, which need no measurement and no forecast."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families.weather.service import WEATHER
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

TERMS = {
    "humidity": ("how much water vapour the air holds, compared with the most it could hold", "vapour"),
    "a cold front": ("the edge of a mass of cold air that pushes warm air away", "edge"),
    "wind chill": ("how cold the air feels on the skin because of the wind", "skin"),
    "black ice": ("a thin, clear layer of ice on a road that is hard to see", "thin"),
    "drizzle": ("light rain of very small drops", "drops"),
    "dew": ("water that forms on cold surfaces in the night", "surfaces"),
    "hail": ("balls of ice that fall out of a thundercloud", "balls"),
    "a gust": ("a short, sudden increase of the wind", "sudden"),
    "a heat wave": ("several unusually hot days in a row", "several"),
}
CASES = {
    "I'm caught in a thunderstorm outside": ("keep away from trees and water, crouch low, and wait it out", "trees"),
    "it's very hot": ("drink a lot of water, stay in the shade, and avoid sport at noon", "shade"),
    "there is thick fog on the road": ("slow down, keep a long distance, and use the fog lights", "distance"),
    "a frost is coming and my plants are outside": ("cover them with fleece or take the pots inside", "fleece"),
    "a storm is coming": ("bring in everything loose, close the windows, and stay indoors", "loose"),
    "the pavement is icy": ("take short steps and put the whole foot down", "steps"),
    "my cellar may be flooded": ("carry valuables upstairs and switch off the power down there", "upstairs"),
}


@WEATHER.intent(
    goal="explain what {term} means in weather reports",
    wordings=(
        "what does {term} mean in a weather report?",
        "explain the word {term} to a child",
        "They always talk about {term} on the radio. What is it really?",
        "weather people say {term}, what do they mean by that?",
        "give me a definition of {term} that I can understand",
        "I'm learning English and came across {term} in the weather news. What's that?",
        "how would you describe {term} in one sentence?",
        "~{term} (weather) meaning",
        "~what is {term} in meteorology",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.7,
)
def weather_word(play: Play) -> None:
    """A word that everybody has heard."""
    term = play.draw.pick(list(TERMS))
    play.ask(term=term, meaning=TERMS[term][0])
    play.conclude(
        "{term:cap} is {meaning}.",
        "In a weather report, {term} is {meaning}.",
        "It means {meaning}.",
        facts=[Fact("text", TERMS[term][1])],
        why=(
            "It is about a word, and no station can explain that, so I do.",
            "No measurement is needed to explain {term}.",
            "I know what {term} is and can say it without a tool.",
        ),
    )


@WEATHER.intent(
    goal="advise what to do when {case}",
    wordings=(
        "what's the right thing to do when {case}?",
        "Imagine that {case}. How do I behave?",
        "give me quick advice for when {case}",
        "what do experts recommend if {case}?",
        "I never know how to act when {case}. Can you tell me?",
        "how can I stay safe when {case}?",
        "~{case}, what to do",
        "~safety advice: {case}",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.7,
)
def weather_advice(play: Play) -> None:
    """Advice that holds anywhere."""
    case = play.draw.pick(list(CASES))
    play.ask(case=case, tip=CASES[case][0])
    play.conclude(
        "The best you can do: {tip}.",
        "Do this: {tip}.",
        facts=[Fact("text", CASES[case][1])],
        why=(
            "What to do then is the same everywhere, so no data are needed.",
            "That is general advice; I can give it.",
        ),
    )
