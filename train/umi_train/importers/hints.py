"""The hints of the training pack, put into words: labels of replies (`weather_inform_forecast`) and sentences about steps.

Labels stand for what the reply after a result said; sentences say what a step is for. Both are the source's own.
"""

from __future__ import annotations

import hashlib
import re

_AFTER_RESULT = {
    "ask_question": "the question is known; the user should hear it",
    "inform_forecast": "the forecast is known; tell it",
    "ask_confirm_booking": "it is possible; the user must confirm before it is booked",
    "inform_simple_step_ask_proceed": "the way is known; give the user one step and ask to go on",
    "inform_detailed_step": "the way is known; give the user the step in detail",
    "inform_last_step_and_done": "the last step of the way is known; give it",
    "instructions_done": "the way is told to its end",
    "booking_successful": "the booking went through; tell the user",
    "inform_booking_successful": "the booking went through; tell the user",
    "reservation_succeeded": "the reservation went through; tell the user",
    "confirm_booking": "the booking is confirmed; tell the user",
    "confirm_rsvp": "the invitation is answered; tell the user",
    "inform_confirmed": "it is confirmed; tell the user",
    "inform_booking_failed": "the booking failed; tell the user",
    "booking_failed": "the booking failed; tell the user",
    "reservation_failed": "the reservation failed; tell the user",
    "inform_service_request_successful": "the request was sent; tell the user",
    "inform_service_request_failed": "the request could not be sent; tell the user",
    "inform_changes_successful": "the change was made; tell the user",
    "inform_changes_failed": "the change failed; tell the user",
    "inform_fraud_report_submitted": "the report is submitted; tell the user",
    "inform_cannot_authenticate": "the details were not accepted; tell the user",
    "provide_search_result": "something was found; tell the user",
    "inform_search_result": "something was found; tell the user",
    "inform_flight_details": "the flight is found; tell its details",
    "provide_driver_details": "the ride is found; tell the driver's details",
    "flight_available": "the flight is available; tell the user",
    "inform_booking_available": "the time is free; tell the user",
    "inform_viewing_available": "the viewing is possible; tell the user",
    "unavailable": "it is not available; tell the user",
    "inform_unavailable": "it is not available; tell the user",
    "flight_unavailable": "the flight is not available; tell the user",
    "inform_booking_unavailable": "the time is not free; tell the user",
    "inform_viewing_unavailable": "the viewing is not possible then; tell the user",
    "venue_not_available": "the venue is not free; tell the user",
    "no_venue_available": "no venue is free; tell the user",
    "inform_unavailable_ask_different_time": "that time does not work; ask for another",
    "inform_outcome": "the outcome is known; tell it",
    "inform_doctors_instructions": "the instructions are known; pass them on",
    "inform_nothing_found": "nothing was found; tell the user",
    "inform_answer_correct_ask_next": "the answer was right; say so and go on",
    "inform_answer_incorrect_ask_next": "the answer was wrong; say so and go on",
}
"""What a reply's label, without its domain, says about the result."""

_THIRD_PERSON = re.compile(r"(?:This tool )?([A-Z][a-z]{2,}s) ")
_IMPERATIVE = re.compile(r"(Get|Use|Start|Search|Find|Take|Retrieve|Fetch|Select|Look|Call|Obtain|Convert|Check|List) ")
_NOT_THIRD = frozenset(("This", "Thus", "His", "Its"))
_STEP = ("This step {rest}", "The next step {rest}", "{tool} {rest}")
_NEXT = ("The next call: {rest}", "The next step: {rest}", "Now {rest}")


def clause_of_label(hint: str) -> str:
    """Return what a label such as `weather_inform_forecast` says, or nothing where it says nothing about the result."""
    act = hint.partition("_")[2]
    if act in _AFTER_RESULT:
        return _AFTER_RESULT[act]
    for verb, clause in (("inform_", "the {} is known; tell it"), ("ask_", "next the user should say the {}")):
        if act.startswith(verb):
            return clause.format(act.removeprefix(verb).replace("_", " "))
    return ""


def sentence_of_hint(hint: str, tool: str, key: str) -> str:
    """Return a hint that is a sentence as one about the step to come; nothing for a label."""
    text = " ".join(hint.split())
    if " " not in text:
        return ""
    text = text if text.endswith((".", "!")) else f"{text}."
    text = re.sub(r"\A(Finally, |Then, |Next, )", "", text)
    text = re.sub(r"\AA user (?=[a-z]+s )", "This step ", text)
    text = re.sub(r"\AThis step starts by ", "The first step is ", text)
    lowered = text[0].lower() + text[1:]
    found = _THIRD_PERSON.match(text)
    if found and found[1] not in _NOT_THIRD:
        return _pick(_STEP, key).format(rest=lowered, tool=tool)
    return _pick(_NEXT, key).format(rest=lowered) if _IMPERATIVE.match(text) else text[0].upper() + text[1:]


def _pick(texts: tuple[str, ...], key: str) -> str:
    digest = hashlib.blake2b(f"{key}/h".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return texts[digest[0] % len(texts)]
