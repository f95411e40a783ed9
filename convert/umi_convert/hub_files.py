"""Which files of a repository a conversion needs: one set of weights, the configuration, the tokenizer, the licence.

Repositories hold the same weights several times over (safetensors, PyTorch, the maker's own format, ONNX, half precision), and
each of them is gigabytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

SMALL = (
    *("*.json", "*.jinja", "additional_chat_templates/*.jinja", "README.md", "LICENSE*", "NOTICE*", "USE_POLICY*"),
    *("tokenizer.model", "spiece.model", "merges.txt", "vocab.txt"),
)
"""What is needed beside the weights; a name without a slash is at the repository's root."""

INDEXES = ("model.safetensors.index.json", "pytorch_model.bin.index.json")
_ADAPTERS = ("adapter_model.safetensors", "adapter_model.bin")
_WHOLE = (("model", ".safetensors"), ("pytorch_model", ".bin"))


def small_files(names: Iterable[str]) -> list[str]:
    """Return the names of what is needed beside the weights; an index isn't, unless its parts are taken."""
    wanted = (name for name in names if any(_matches(name, pattern) for pattern in SMALL))
    return sorted(name for name in wanted if not name.endswith(".index.json"))


def index_of(names: Iterable[str]) -> str | None:
    """Return the name of the index that lists the parts of the weights; None where one file holds all of them."""
    there = set(names)
    if "model.safetensors" in there:
        return None
    return next((name for name in INDEXES if name in there), None)


def weight_files(names: Iterable[str], listed: Iterable[str] = ()) -> list[str]:
    """Return the names of the weights to take: safetensors before PyTorch's; an adapter's as well as a model's.

    Args:
        listed: What the index lists.
    """
    there = {name for name in names if "/" not in name}
    adapter = [next((name for name in _ADAPTERS if name in there), "")]
    return sorted(filter(None, [*adapter, *(set(listed) or _unlisted(there))]))


def gguf_files(names: Iterable[str]) -> list[str]:
    """Return the names of GGUF files."""
    return sorted(name for name in names if name.endswith(".gguf"))


def _unlisted(there: set[str]) -> set[str]:
    for begin, end in _WHOLE:
        if begin + end in there:
            return {begin + end}
        if found := {name for name in there if name.startswith(begin) and name.endswith(end)}:
            return found
    return set()


def _matches(name: str, pattern: str) -> bool:
    return name.count("/") == pattern.count("/") and fnmatchcase(name, pattern)
