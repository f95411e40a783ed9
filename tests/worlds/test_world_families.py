"""Every family keeps its contract, also the one that the package's docstring shows."""

from __future__ import annotations

import textwrap

import pytest

import umi_local.worlds
from umi_local.worlds import Family, Kind, Split, WorldError, Worlds, all_families, default_worlds, review
from umi_local.worlds.facts import YES
from umi_local.worlds.families.shop import SHOP
from umi_local.worlds.families.talk import TALK
from umi_local.worlds.generate import kinds_of

FAMILIES = {family.name: family for family in all_families()}


def names(family):
    return family.name


@pytest.mark.parametrize("family", FAMILIES.values(), ids=names)
def test_a_family_keeps_its_contract(family):
    assert review(family, default_worlds(), n_seeds=2) == []


def test_the_model_families_are_found():
    assert {"shop", "files", "talk"} <= set(FAMILIES)


@pytest.mark.parametrize("split", Split)
def test_every_split_has_every_kind_of_task(split):
    own = [intent for family in FAMILIES.values() for intent in family.intents.values() if intent.split is split]
    found = {kind for intent in own for kind in kinds_of(intent)}
    assert found == set(Kind)


def docstring_family():
    """Run the family that the package's docstring shows."""
    doc = umi_local.worlds.__doc__
    begin, end = doc.index('    """Bikes for rent'), doc.index("What that gives, without another line")
    namespace = {"__name__": "bikes"}
    exec(compile(textwrap.dedent(doc[begin:end]), "bikes.py", "exec", dont_inherit=True), namespace)
    return namespace["FAMILY"]


def test_the_family_in_the_docstring_keeps_its_contract():
    bikes = docstring_family()
    assert review(bikes, Worlds([bikes, SHOP, TALK]), n_seeds=6) == []


def family_with(play, *, wordings=("do it", "do it now", "~it", "Please do it, I beg you."), **intent):
    family = Family("tiny", "[tiny|small|little]", frozenset({"tiny"}))
    family.scene(lambda draw: {"count": draw.whole(1, 50)})

    @family.operation(
        names="[read|get|show|tell] [the count|counter|tally|number]",
        about="[Read|Get|Show] the [count|number].",
        does="read the count",
    )
    def read(state):
        return {"count": state["count"]}

    family.intent(goal="do it", wordings=wordings, split=Split.TRAIN, **intent)(play)
    return family


def problems_of(play, **intent):
    family = family_with(play, **intent)
    return "\n".join(review(family, Worlds([family, SHOP]), n_seeds=2))


def test_a_sound_little_family_has_no_problems():
    def play(play):
        play.ask()
        play.learn("The count stands at {count}.", count=play.call("read")["count"])
        play.conclude("It is {count}.", facts=["count"])

    assert problems_of(play) == ""


def test_an_answer_without_any_fact_is_noticed():
    def play(play):
        play.ask()
        play.call("read")
        play.conclude("I looked, yes.", facts=[YES])

    assert "needs a fact beside yes" in problems_of(play)


def test_a_fact_that_no_observation_holds_is_noticed():
    def play(play):
        play.ask()
        play.call("read")
        play.conclude("It is {other}.", facts=["other"], other=777)

    assert "the fact 777 stands in no observation" in problems_of(play)


def test_chance_from_elsewhere_is_noticed():
    counter = iter(range(1000))

    def play(play):
        play.ask()
        play.learn("The count stands at {count}.", count=play.call("read")["count"])
        play.conclude("It is {count}, number {n}.", facts=["count"], n=next(counter))

    assert "two builds differ" in problems_of(play)


def test_a_change_behind_the_tools_back_is_noticed():
    def play(play):
        play.ask()
        play.state["count"] = 99
        play.learn("The count stands at {count}.", count=play.call("read")["count"])
        play.conclude("It is {count}.", facts=["count"])

    assert "another observation when it is played again" in problems_of(play)


def test_an_unknown_operation_and_few_wordings_are_noticed():
    def play(play):
        play.ask()
        play.call("write")

    found = problems_of(play, wordings=("do it",))
    assert "has no operation 'write'" in found
    assert "has 1 wordings" in found


def test_an_answer_that_lacks_its_own_fact_is_noticed():
    def play(play):
        play.ask()
        play.learn("The count stands at {count}.", count=play.call("read")["count"])
        play.conclude("I know it now.", facts=["count"])

    assert "the gold plan fails its own check: the answer doesn't say" in problems_of(play)


def test_two_families_or_operations_of_one_name_are_refused():
    with pytest.raises(WorldError, match="same name"):
        Worlds([SHOP, SHOP])
    family = family_with(lambda play: None)
    with pytest.raises(WorldError, match="two intents"):
        family.intent(goal="x", wordings=())(next(iter(family.intents.values())).play)


def test_one_wording_in_two_splits_is_noticed():
    def play(play):
        play.ask()
        play.learn("The count stands at {count}.", count=play.call("read")["count"])
        play.conclude("It is {count}.", facts=["count"])

    def again(play):
        play.ask()
        play.learn("I read {count} there.", count=play.call("read")["count"])
        play.conclude("It is {count}.", facts=["count"])

    family = family_with(play)
    wordings = ("what is it?", "~count?", "How much is it? Tell me.", "give me the count")
    family.intent(goal="tell the count", wordings=wordings, split=Split.TEST)(again)
    found = review(family, Worlds([family, SHOP]), n_seeds=2)
    assert found[0].endswith("'It is {count}.' is said by tiny.play (train) and tiny.again (test)")


def test_a_plan_that_finds_no_scene_says_why():
    def play(play):
        raise play.unsuitable("there is no unicorn")

    assert "no scene suits: tiny.play: there is no unicorn" in problems_of(play)
