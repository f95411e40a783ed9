"""What stands against an adapter in a layout: against merging it, against a LoRA GGUF, against working over its own turns only.

Whether it fits a base is another question, which `adapter_patches.py` and `adapter_gguf.py` answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from umi_convert.base_names import some_of
from umi_local.bundles.values import Layout

if TYPE_CHECKING:
    from umi_convert.peft_adapter import PeftAdapter

ADAPTER_HINT = "Merge it into the model instead: --layout merged."


def adapter_problems(
    adapter: PeftAdapter, layout: Layout, *, tied: bool = False, assume_span: bool = False, keeps_adapter: bool = True
) -> tuple[str, ...]:
    """Return what stands against an adapter in a layout.

    Args:
        tied: The base's head is its embedding.
        assume_span: Take the adapter for one that was trained over its own turns only.
        keeps_adapter: In layout `shared`: the role has its weights as an adapter, not only merged.
    """
    problems = []
    if layout is Layout.SHARED and not (adapter.spans or assume_span):
        problems.append(
            "it isn't known to be trained over its own turns only, so in layout 'shared' it would compute another function;"
            " use --layout merged, or --assume-span if you know that it is"
        )
    if layout in (Layout.MERGED, Layout.ADAPTERS) and adapter.spans and adapter.role != "backbone":
        problems.append(
            f"it was trained over its own turns only, and in layout {layout.value!r} it would read the context too; use"
            " --layout shared"
        )
    if layout is Layout.ADAPTERS or (layout is Layout.SHARED and keeps_adapter):
        problems += [f"{problem}; merge it: --layout merged" for problem in runtime_problems(adapter, tied=tied)]
    return tuple(problems)


def runtime_problems(adapter: PeftAdapter, *, tied: bool) -> Iterator[str]:
    """Yield what in an adapter a LoRA GGUF can't hold, or llama.cpp would apply wrongly.

    Args:
        tied: The base's head is its embedding. llama.cpp knows the two by one name then: it would apply an update of the
            embedding to the head as well, whose matrices are the other way round, and stop the process.
    """
    weights = adapter.weights
    if n_magnitudes := sum(update.magnitude is not None for update in weights.updates.values()):
        yield f"DoRA on {n_magnitudes} layers has no form as a LoRA GGUF"
    whole = [*weights.saved, *(name for name in weights.replaced if name not in weights.frozen)]
    if whole:
        yield f"whole weights have no form as a LoRA GGUF: {some_of(whole)}"
    if biases := [update.module for update in weights.updates.values() if update.bias is not None]:
        yield f"trained biases have no form as a LoRA GGUF: {some_of(biases)}"
    if weights.tokens:
        yield f"tokens that are trained on their own have no form as a LoRA GGUF: {some_of([*weights.tokens])}"
    if tied:
        both = [module for module in weights.updates if module.endswith(("embed_tokens", "lm_head"))]
        if both:
            yield f"a LoRA on {' and '.join(both)} can't be applied at run time where the head is the embedding"
