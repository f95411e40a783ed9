"""The probe texts of a bundle with their token ids, by which a wrong tokenizer is noticed before it talks nonsense.

The sources' own tokenizers say what is right. Where a source is a GGUF, which brings none, llama.cpp is asked what its
vocabulary makes of the texts: that can't find a mistake in it, but later changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from umi_convert.bundle_plan import BundlePlan
from umi_convert.verify.probe_texts import PROBE_TEXTS
from umi_local.bundles.values import Probe
from umi_local.bundles.verify import check_probes

Encode: TypeAlias = Callable[[str], Sequence[int]]


def known_probes(plan: BundlePlan) -> tuple[Probe, ...] | None:
    """Return the probes that the sources' tokenizers agree on; None where a source brings none.

    A role that is replaced in an older bundle keeps those of its probes that are true of the new role too.
    """
    tokenizers = [weights.base.tokenizer for weights in plan.parts.weights.values()]
    known = [tokenizer.encode_plain for tokenizer in tokenizers if tokenizer is not None]
    return _agreed(plan, known) if len(known) == len(tokenizers) else None


def measured_probes(plan: BundlePlan, files: Sequence[Path]) -> tuple[Probe, ...]:
    """Return the probes that the vocabularies of files agree on, those of the sources' tokenizers where they are known.

    Args:
        files: The models that were written.

    Raises:
        BundleError: A file's vocabulary gives other ids than its source's tokenizer.
        ModelLoadError: A file can't be opened.
    """
    known = known_probes(plan)
    encoders: list[Encode] = []
    for file in files:
        with _encoder(file) as encode:
            if known is not None:
                check_probes(known, encode)
            else:
                found = {text: encode(text) for text in _texts(plan)}
                encoders.append(found.__getitem__)
    return known if known is not None else _agreed(plan, encoders)


def _texts(plan: BundlePlan) -> tuple[str, ...]:
    return tuple(probe.text for probe in plan.old.bundle.probes) if plan.old is not None else PROBE_TEXTS


def _agreed(plan: BundlePlan, encoders: Sequence[Encode]) -> tuple[Probe, ...]:
    """Return the texts of which all make the same, an older bundle's probes among them."""
    probes = []
    for text in _texts(plan):
        ids = {tuple(encode(text)) for encode in encoders}
        ids |= {probe.token_ids for probe in (plan.old.bundle.probes if plan.old else ()) if probe.text == text}
        if len(ids) == 1:
            probes.append(Probe(text=text, token_ids=ids.pop()))
    return tuple(probes)


@contextmanager
def _encoder(file: Path) -> Iterator[Encode]:
    from umi_local.engine.llama_c import Model

    model = Model(file, vocab_only=True)
    try:
        yield lambda text: model.tokenize(text, special=False)
    finally:
        model.close()
