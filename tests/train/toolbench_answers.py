"""ToolBench answer files for tests: functions, messages, and whole files."""

from __future__ import annotations

import json

SEARCH = {
    "name": "search_for_books",
    "description": "Finds books.",
    "parameters": {
        "type": "object",
        "properties": {"title": {"type": "string", "description": "of the book"}, "n": {"type": "integer"}},
        "required": ["title"],
        "optional": ["n"],
    },
}
FINISH = {"name": "Finish", "description": "Ends.", "parameters": {"type": "object", "properties": {}}}


def call(name, arguments, content=None):
    return {"role": "assistant", "content": content, "function_call": {"name": name, "arguments": arguments}}


def finish(content=None, **arguments):
    return call("Finish", json.dumps(arguments), content)


def result(response, **more):
    return {"role": "function", "name": "x", "content": json.dumps({"error": "", "response": response, **more})}


SEARCHED = (call("search_for_books", '{\n  "title": "Momo"\n}', "I search."), result("{'id': 7}"))
ANSWERED = finish("Found.", return_type="give_answer", final_answer="It is book 7.")


def answer_file(*messages, functions=(SEARCH, FINISH), query="Which number has Momo?", **generation):
    head = [{"role": "system", "content": "You are."}, {"role": "user", "content": query}]
    return {
        "answer_generation": {
            "query": query,
            "function": list(functions),
            "train_messages": [[*head, finish(return_type="give_up_and_restart")], [*head, *messages]],
            **generation,
        }
    }
