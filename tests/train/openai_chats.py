"""Chats in OpenAI's form for tests: messages, calls and whole objects."""

from __future__ import annotations

import json

SEARCH = {
    "name": "search",
    "description": "Search.",
    "parameters": {"type": "object", "properties": {"q": {"type": "string"}}},
}
TOOLS = [{"type": "function", "function": SEARCH}]


def calls(*pairs, content=None, **more):
    listed = [
        {"id": call_id, "type": "function", "function": {"name": "search", "arguments": json.dumps({"q": q})}}
        for call_id, q in pairs
    ]
    return {"role": "assistant", "content": content, "tool_calls": listed, **more}


def tool(call_id, content):
    return {"role": "tool", "tool_call_id": call_id, "content": content}


def user(content):
    return {"role": "user", "content": content}


def says(content, **more):
    return {"role": "assistant", "content": content, **more}


def chat(*messages, tools=TOOLS, **fields):
    return {"messages": list(messages), "tools": tools, **fields}
