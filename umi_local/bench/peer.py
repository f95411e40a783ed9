"""The peer that the transcript is timed against: llama-cpp-python's high-level API, in the paper's shape."""

from __future__ import annotations

import json
from typing import Any

from umi_local.bench import transcript
from umi_local.bench.material import Material
from umi_local.engine.options import default_threads
from umi_local.messages import Role, Trajectory
from umi_local.prompts import SharedProfile


class Peer:
    """The paper's shape through the high-level binding: three models, three `Llama` objects, JSON-schema-bound replies."""

    def __init__(self, material: Material, n_ctx: int) -> None:
        from llama_cpp import Llama

        n_threads = default_threads()
        self._models = {
            role: Llama(
                str(material.merged[role]), n_ctx=n_ctx, n_threads=n_threads, n_threads_batch=n_threads, verbose=False
            )
            for role in Role
        }

    def play(self) -> None:
        """Play the transcript from an empty cache."""
        for model in self._models.values():
            model.reset()  # type: ignore[no-untyped-call]  # llama_cpp annotates most of its methods
        turns = transcript.TURNS
        for i, turn in enumerate(turns):
            role = transcript.SPEAKERS.get(type(turn))
            if role is None:
                continue
            history = Trajectory(transcript.TOOLS, turns[:i])
            text = transcript.text_of(turn)
            expected = json.loads(text) if role is Role.CALLER else text.replace("\n", " ")
            answer: Any = self._models[role].create_chat_completion(
                messages=_messages(history),
                response_format={"type": "json_object", "schema": {"const": expected}},
                temperature=0.0,
                max_tokens=256,
            )
            said = answer["choices"][0]["message"]["content"].strip()
            if json.loads(said) != expected:
                raise AssertionError(f"the peer said {said} instead of {expected}")

    def close(self) -> None:
        """Free the models."""
        for model in self._models.values():
            model.close()


def _messages(trajectory: Trajectory) -> Any:
    """The same conversation as the shared profile's, as chat messages."""
    history = SharedProfile().history(trajectory)
    return [
        {
            "role": {"system": "system", "user": "user", "tool": "user"}.get(b.segments[0].speaker, "assistant"),
            "content": "".join(segment.text for segment in b.segments[1:-1]),
        }
        for b in history
    ]
