"""Runs llama.cpp's own converter over many tokenizers, in a process of its own, and writes down what it would write.

    python vocabulary_child.py LLAMA_CPP JOBS.json RESULTS.json

JOBS is a list of {"folder", "class", "pre"}: `class` is the converter's class for the model, or null for the special tokens
alone; `pre` the name that takes the place of its look-up of the pre-tokenizer, or null. RESULTS is a list of
{key: [type, value]}, or of a text: what was raised. It imports nothing of this project.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    root, jobs, results = map(Path, sys.argv[1:])
    sys.path[:0] = [str(root), str(root / "gguf-py")]
    found = [attempt(job) for job in json.loads(jobs.read_text(encoding="utf-8"))]
    results.write_text(json.dumps(found, default=lambda value: value.decode()), encoding="utf-8")


def attempt(job: dict[str, Any]) -> dict[str, Any] | str:
    try:
        return keys_of(whole(job) if job["class"] else special(job))
    except Exception as error:  # noqa: BLE001  whatever the converter ends in is the result
        return f"{type(error).__name__}: {error}"


def whole(job: dict[str, Any]) -> Any:
    from conversion import get_model_class  # type: ignore[import-not-found]
    from gguf import LlamaFileType

    model = get_model_class(job["class"])(Path(job["folder"]), LlamaFileType.ALL_F32, Path("unused.gguf"))
    if job["pre"]:
        model.get_vocab_base_pre = lambda tokenizer: job["pre"]
    model.set_vocab()
    return model.gguf_writer


def special(job: dict[str, Any]) -> Any:
    from gguf import GGUFWriter, SpecialVocab

    writer = GGUFWriter("unused.gguf", "llama")
    SpecialVocab(Path(job["folder"]), load_merges=True, n_vocab=job["n_vocab"]).add_to_gguf(writer)
    return writer


def keys_of(writer: Any) -> dict[str, Any]:
    (keys,) = writer.kv_data
    return {key: [value.type.name, value.value] for key, value in keys.items() if key != "general.architecture"}


if __name__ == "__main__":
    main()
