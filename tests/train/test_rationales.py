"""Made rationales: what is said in which situation, and that nothing in them is invented."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from umi_local.messages import ToolCall, ToolSpec
from umi_train.importers import wordings as say
from umi_train.importers.hints import clause_of_label, sentence_of_hint
from umi_train.importers.rationales import Situation, Step, before_answer, before_call, purpose_of, words_of

BOOK = ToolSpec(
    "restaurant_book",
    "Check whether a table is free, or book it.",
    {
        "type": "object",
        "properties": {
            "Name": {"type": "string"},
            "PartySize": {"type": "integer"},
            "RequestType": {"type": "string", "enum": ["Check", "Book"]},
        },
    },
)
FIND = ToolSpec("find_city", "API for finding cities.", {"type": "object", "properties": {"query": {"type": "string"}}})


def situation(user="", steps=(), hint=None, tools=(BOOK, FIND), key="k"):
    return Situation(key=key, tools=tools, user=user, steps=steps, hint=hint)


def any_of(texts, **values):
    return {text.format(**values) for text in texts}


def test_the_request_tells_which_arguments_it_has_and_the_tool_what_it_can():
    text = before_call(situation("A table at Lucca!"), ToolCall("restaurant_book", {"Name": "Lucca"}))
    named, can = (
        any_of(say.NAMED, names="name"),
        any_of(say.CAN, tool="restaurant_book", purpose="check whether a table is free, or book it"),
    )
    assert text in {f"{a} {b}" for a in named for b in can}


def test_a_choice_among_few_is_told():
    text = before_call(situation("Yes, please."), ToolCall("restaurant_book", {"RequestType": "Book"}))
    assert any(text.endswith(mode) for mode in any_of(say.MODE, name="RequestType", value="Book"))


def test_what_the_last_result_gave_is_told_by_name_only():
    steps = [Step(ToolCall("find_city", {"query": "Lucca"}), '{"Name": "The Porch"}')]
    text = before_call(situation("There!", steps), ToolCall("restaurant_book", {"Name": "The Porch"}))
    assert any(text.startswith(gave) for gave in any_of(say.GAVE, tool="find_city", names="name"))
    assert "The Porch" not in text


def test_a_part_of_a_word_is_no_value_that_was_given():
    steps = [Step(ToolCall("find_city", {}), '{"order_id": 5}')]
    text = before_call(situation("x", steps), ToolCall("restaurant_book", {"Name": "order"}))
    assert any(text.startswith(answered) for answered in any_of(say.ANSWERED, tool="find_city"))


def test_a_yes_or_no_is_no_value_that_was_given():
    steps = [Step(ToolCall("find_city", {}), '{"found": true}')]
    text = before_call(situation("x", steps), ToolCall("restaurant_book", {"Name": "true"}))
    assert any(text.startswith(answered) for answered in any_of(say.ANSWERED, tool="find_city"))


def test_the_same_tool_again_says_what_changes():
    steps = [Step(ToolCall("find_city", {"query": "a"}), "x")]
    again = before_call(situation("q", steps), ToolCall("find_city", {"query": "b"}))
    same = before_call(situation("q", steps), ToolCall("find_city", {"query": "a"}))
    assert any(again.endswith(text) for text in any_of(say.AGAIN, tool="find_city", names="query"))
    assert any(same.endswith(text) for text in any_of(say.SAME_AGAIN, tool="find_city"))


@pytest.mark.parametrize("is_error", [False, True])
def test_finding_nothing_and_failing_are_told(is_error):
    steps = [Step(ToolCall("find_city", {}), "", ok=False, is_error=is_error)]
    first = any_of(say.FAILED if is_error else say.FOUND_NOTHING, tool="find_city")
    assert before_call(situation("", steps), ToolCall("restaurant_book", {})).startswith(tuple(first))
    assert before_answer(situation("", steps), "Sorry.") in {f"{a} {b}" for a in first for b in say.ANSWER_NOTHING}


def test_an_answer_tells_the_facts_that_it_repeats():
    steps = [Step(ToolCall("find_city", {}), '{"City": "Lucca", "population": 89000, "x": "no"}')]
    text = before_answer(situation("", steps), "Lucca has 89000 people.")
    assert "city Lucca, population 89000" in text
    assert "no" not in text.split()


@pytest.mark.parametrize(
    ("user", "answer", "texts"),
    [
        ("Hello there", "Hello, how can I help?", say.GREET),
        ("[Today is Monday.]\nhi", "Hi!", say.GREET),
        ("Thanks a lot!", "Is there anything else that I can do for you?", say.CLOSE),
        ("I feel fine", "Good. Is there anything else?", say.PLAIN),
        ("Book me a flight", "I'm sorry, I can't book flights.", say.REFUSE),
        ("Do it by party size", "I'm sorry, but no tool here sorts by party size.", say.REFUSE),
        ("A dog", "Your answer was correct! Would you like to continue?", say.SAY_AND_ASK),
        ("Book it", "Great! For how many people?", say.ASK),
        ("Book it", "I'm sorry, for how many people?", say.ASK),
        ("Book it", "Could I get your last word, please?", say.ASK),
    ],
)
def test_turns_without_a_call_say_why(user, answer, texts):
    assert before_answer(situation(user), answer) in texts


def test_what_the_answer_asks_for_is_named():
    text = before_answer(situation("Book it"), "What is your party size, please?")
    assert text in any_of(say.ASK_FOR, names="party size")


def test_without_tools_it_says_that_there_are_none():
    assert before_answer(situation("Tell me a joke", tools=()), "A joke.") in say.NO_TOOLS


@pytest.mark.parametrize(
    ("description", "purpose"),
    [
        ("Retrieves news. And more.", "retrieve news"),
        ("Searches for idols", "search for idols"),
        ("Carries parcels.", "carry parcels"),
        ("Get the weather", "get the weather"),
        ("API for retrieving lists.", "retrieving lists"),
        ("The best tool ever.", ""),
        ("News of the day.", ""),
        ("This is an endpoint.", ""),
        ("", ""),
        ("Get data", "get data"),
    ],
)
def test_the_purpose_is_read_off_the_description(description, purpose):
    assert purpose_of(description)[1] == purpose


def test_a_long_description_is_cut_where_a_clause_ends():
    text = "Retrieves the market cap of every listed company of the world, including its history and its outlook for many years"
    assert (
        purpose_of(text)[1]
        == "retrieve the market cap of every listed company of the world, including its history and its outlook"
    )
    assert purpose_of("Gets " + "word " * 60)[1].endswith("word")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("AccountNumber", "account number"),
        ("PIN", "PIN"),
        ("city_id", "city id"),
        ("hotelURLs", "hotel UR ls"),
        ("x", "x"),
    ],
)
def test_names_become_words(name, words):
    assert words_of(name) == words


def test_labels_of_replies_are_told_as_what_they_say():
    assert clause_of_label("weather_inform_forecast") == "the forecast is known; tell it"
    assert clause_of_label("hotel_inform_cost") == "the cost is known; tell it"
    assert clause_of_label("bank_ask_pin") == "next the user should say the pin"
    assert clause_of_label("custom") == clause_of_label("goodbye_1") == ""


@pytest.mark.parametrize(
    ("hint", "found"),
    [
        ("Uses the name to find its id", r"(This step|The next step|t) uses the name to find its id\."),
        ("Get the list of cities.", r"(The next call:|The next step:|Now) get the list of cities\."),
        ("A user gets a list.", r"This step gets a list\."),
        ("Finally, the 'symbol' is used.", r"The 'symbol' is used\."),
        ("label_only", ""),
    ],
)
def test_sentences_about_steps_are_told(hint, found):
    assert re.fullmatch(found, sentence_of_hint(hint, "t", "k"))


texts = st.text(max_size=30) | st.sampled_from(["{x}", "%s", "Next: caller", "a {names} b", "\n"])


@given(texts, texts, texts, texts, st.text(max_size=5), st.booleans())
def test_any_texts_give_a_rationale(user, observation, answer, description, key, ok):
    tool = ToolSpec("t", description, {"type": "object", "properties": {"a": {"enum": ["x"]}}})
    steps = [Step(ToolCall("t", {"a": user}), observation, ok)]
    for known in ((), steps):
        now = situation(user, known, tools=(tool,), key=key)
        assert before_call(now, ToolCall("t", {"a": observation})).strip()
        assert before_answer(now, answer).strip()


@given(st.integers(0, 10**6))
def test_the_same_key_gives_the_same_words(n):
    first, second = (before_answer(situation("hi", key=str(n)), "Hello!") for _ in range(2))
    assert first == second


def test_a_long_answer_without_ends_is_read_quickly():
    """Linear in its length: 300,000 characters would take minutes otherwise."""
    assert before_answer(situation("x"), "how can " * 40_000)
