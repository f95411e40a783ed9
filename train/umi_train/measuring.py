"""Lengths of records in the tokens of a base: exactly those that training and the runtime will see."""

from __future__ import annotations

from collections import Counter

from umi_local.messages import Role
from umi_local.records import Record
from umi_local.records.lengths import Length, Measure


def measure_for(model: str, *, profile: str = "shared", markers: str = "chatml") -> Measure:
    """Return what measures records.

    Args:
        model: A base as in a training configuration: hub id, folder, GGUF, or `package:DISTRIBUTION/path`.

    Raises:
        BaseModelError: There is no such base, or its vocabulary doesn't fit the profile.
        ModelLoadError: llama.cpp can't read the GGUF.
    """
    from umi_train.base import find_base, load_vocabulary
    from umi_train.tokenization import labeller_for

    base = find_base(model)
    vocabulary = load_vocabulary(base)
    labeller = labeller_for(
        vocabulary.tokens, base.name, profile=profile, markers=markers, template=vocabulary.template
    )

    def measure(record: Record) -> Length:
        samples = labeller.samples(record.trajectory, record.no_loss)
        targets = Counter[Role]()
        for sample in samples:
            for span in sample.spans:
                targets[span.role] += len(span.labels)
        return Length(max((sample.n_tokens for sample in samples), default=0), targets)

    return measure
