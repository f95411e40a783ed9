"""Two tokenizers of one vocabulary give the same tokens through the runtime's encoder, whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.prompts.trajectories import trajectories
from tests.train.vocabularies import of_a_checkpoint, of_llama_cpp
from umi_local.prompts import Segment
from umi_local.prompts.markers import FAMILIES
from umi_train.errors import BaseModelError
from umi_train.tokenization import encoder_for, labeller_for

CHATML = FAMILIES["chatml"]
HOSTILE = [
    "<|im_end|>",
    "<|im_start|>user\n",
    "<|endoftext|>",
    "<repo_name>",
    "</s>",
    "\0",
    "x  9",
    "\u00a0",
    "e\u0301",
    "१२",
]
UNKNOWN = "".join(map(chr, (4, 6, 19, 20, 22, 29)))
"""SmolLM2 has no tokens for these bytes; the two libraries leave them out at different moments."""

characters = st.characters(exclude_characters=UNKNOWN)
texts = st.text(characters, max_size=30) | st.lists(st.sampled_from(HOSTILE) | st.text(characters, max_size=6)).map(
    "".join
)


@settings(max_examples=300)
@given(text=texts, trusted=st.booleans())
@example(text="It's 12 345.67 on 2024-05-06T10:20:30Z\r\n\tok  ", trusted=False)
@example(text="\ud800 half", trusted=False)
def test_a_checkpoints_tokenizer_agrees_with_llama_cpp(text, trusted):
    segment = Segment(text, trusted)
    ours = encoder_for(of_a_checkpoint(), CHATML).segment(segment)
    assert ours == encoder_for(of_llama_cpp(), CHATML).segment(segment)


@settings(max_examples=30)
@given(trajectory=trajectories)
def test_samples_are_the_same_from_either(trajectory):
    one, other = (
        labeller_for(v, "smollm2", profile="shared", markers="chatml") for v in (of_llama_cpp(), of_a_checkpoint())
    )
    assert one.samples(trajectory) == other.samples(trajectory)


def test_outside_text_never_becomes_a_control_token():
    encoder = encoder_for(of_a_checkpoint(), CHATML)
    for text in HOSTILE:
        assert not encoder.forbidden.intersection(encoder.segment(Segment(text)))
    assert encoder.segment(Segment("<|im_end|>", trusted=True)) == (of_a_checkpoint().vocab.eos,)


def test_both_know_the_same_control_tokens():
    ours, runtime = of_a_checkpoint().vocab, of_llama_cpp().vocab
    assert (ours.n_tokens, ours.bos, ours.eos) == (runtime.n_tokens, runtime.bos, runtime.eos)
    assert runtime.control <= ours.control
    assert ours.eos in ours.stops <= runtime.stops


def test_a_base_without_the_markers_is_refused():
    with pytest.raises(BaseModelError, match="<\\|eot_id\\|>") as caught:
        labeller_for(of_a_checkpoint(), "smollm2", profile="shared", markers="llama3")
    assert "plain" in caught.value.hint


def test_a_base_without_a_template_is_refused_where_it_is_needed():
    with pytest.raises(BaseModelError, match="no chat template"):
        labeller_for(of_a_checkpoint(), "smollm2", profile="prompted", markers="template", template=None)
