"""What `umi convert` refuses, one small case each: they are run, and what is said goes on docs/refusals.md.

A case fills an empty folder and returns the words after `umi`. It may use `base`, a sound checkpoint that is made once.
"""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.convert.adapter_folders import lora, safetensors, write_adapter
from tests.convert.bundle_setting import request_for, span_card, write_role
from tests.convert.plain_checkpoints import edit_config, read_safetensors, write_llama
from tests.convert.tokenizers_for_tests import write_json, write_llama3
from umi_convert.base_model import open_base
from umi_local.bundles.values import Layout
from umi_local.messages import Role

Case = Callable[["Setting"], list[str]]

CASES: dict[str, dict[str, Case]] = {}
"""By section and title, in the order of the page."""

QUERY = "model.layers.0.self_attn.q_proj"


@dataclass(frozen=True)
class Setting:
    """An empty folder, which is the current one, a sound checkpoint elsewhere, and what changes the machine for one case."""

    folder: Path
    sound: Path
    patch: pytest.MonkeyPatch

    def base(self, name: str = "base", **config: Any) -> Path:
        """Put a copy of the sound checkpoint into the folder, with changes to its configuration."""
        shutil.copytree(self.sound, self.folder / name)
        edit_config(self.folder / name, **config)
        return self.folder / name

    def file(self, name: str, content: bytes = b"") -> Path:
        """Put a file into the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def adapter(self, name: str = "caller", **options: Any) -> Path:
        """Put an adapter on a query matrix of the checkpoint into the folder."""
        return write_adapter(self.folder / name, lora(QUERY, (64, 64), 4), **options)

    def tensors(self, name: str = "base") -> dict[str, Any]:
        """Return the weights of a checkpoint in the folder, as they are stored."""
        return read_safetensors(self.folder / name / "model.safetensors")

    def write_tensors(self, tensors: dict[str, Any], name: str = "base") -> None:
        """Write the weights of a checkpoint in the folder."""
        (self.folder / name / "model.safetensors").write_bytes(safetensors(tensors))


def case(section: str, title: str) -> Callable[[Case], Case]:
    """Add a case under a title of a section."""

    def add(function: Case) -> Case:
        CASES.setdefault(section, {})[title] = function
        return function

    return add


def model(source: str = "base", *options: str) -> list[str]:
    """Return the words that convert one checkpoint."""
    return ["convert", "model", source, "-o", "model.gguf", *options]


def bundle(*words: str) -> list[str]:
    """Return the words that make a bundle that isn't judged."""
    return ["convert", "bundle", *words, "-o", "out", "--quantize", "F16", "--reference", "none"]


SOURCES = "Sources that aren't checkpoints"


def folder_with(title: str, *names: str, source: str = "base") -> None:
    """Add the case of a folder with these files, empty or with a little JSON."""

    def fill(setting: Setting) -> list[str]:
        for name in names:
            setting.file(name, b"{}" if name.endswith(".json") else b"")
        return model(source)

    case(SOURCES, title)(fill)


folder_with("There is no such path", "something else", source="nowhere")
folder_with("A folder with nothing of use", "base/notes.txt")
folder_with("An adapter as BASE", "base/adapter_config.json", "base/adapter_model.safetensors")
folder_with("A bundle as BASE", "base/bundle.toml", "base/planner-Q8_0.gguf")
folder_with("A folder of GGUF files", "base/model-Q4_K_M.gguf")
folder_with("A file of weights", "base/model.safetensors", source="base/model.safetensors")
folder_with("The folder of a training run", "base/checkpoint-500/model.safetensors")
folder_with("Weights spread over several devices", "base/zero_to_fp32.py", "base/global_step500/part")
folder_with("Weights in their maker's form", "base/consolidated.00.pth", "base/params.json")
folder_with("Weights for another program", "base/tf_model.h5", "base/config.json")
folder_with("A training checkpoint without weights", "base/trainer_state.json", "base/optimizer.pt")
folder_with("Weights under another name", "base/weights.safetensors", "base/config.json")
folder_with("Only a tokenizer", "base/tokenizer.json", "base/tokenizer_config.json")
folder_with("The checkpoint is a folder deeper", "base/model/config.json")


@case(SOURCES, "A hub's model while offline")
def _(setting: Setting) -> list[str]:
    return ["--offline", *model("owner/name")]


@case(SOURCES, "A GGUF that isn't one")
def _(setting: Setting) -> list[str]:
    setting.file("base.gguf", b"<!DOCTYPE html>" + bytes(100))
    return model("base.gguf")


FILES = "Files that are broken or missing"


@case(FILES, "A file that ends too soon")
def _(setting: Setting) -> list[str]:
    path = setting.base() / "model.safetensors"
    path.write_bytes(path.read_bytes()[:100_000])
    return model()


@case(FILES, "A part is missing")
def _(setting: Setting) -> list[str]:
    base = setting.base()
    (base / "model.safetensors").rename(base / "model-00001-of-00002.safetensors")
    return model()


@case(FILES, "A part is missing that the index lists")
def _(setting: Setting) -> list[str]:
    base = setting.base()
    parts = {name: f"model-0000{1 + i % 2}-of-00002.safetensors" for i, name in enumerate(setting.tensors())}
    write_json(base / "model.safetensors.index.json", {"weight_map": parts})
    (base / "model.safetensors").rename(base / "model-00001-of-00002.safetensors")
    return model()


@case(FILES, "Two models in one folder")
def _(setting: Setting) -> list[str]:
    base = setting.base()
    write_json(base / "model.safetensors.index.json", {"weight_map": {"a": "model-00001-of-00001.safetensors"}})
    shutil.copy(base / "model.safetensors", base / "model-00001-of-00001.safetensors")
    return model()


@case(FILES, "Weights are missing, and others are there")
def _(setting: Setting) -> list[str]:
    setting.base()
    tensors = setting.tensors()
    tensors["model.layers.0.mlp.extra.weight"] = tensors.pop("model.layers.1.mlp.up_proj.weight")
    tensors["model.norm.weight"] = tensors["model.norm.weight"][:32]
    setting.write_tensors(tensors)
    return model()


@case(FILES, "Weights in 8-bit floats")
def _(setting: Setting) -> list[str]:
    path = setting.base() / "model.safetensors"
    content = path.read_bytes()
    n_header = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + n_header])
    entry = header["model.layers.0.mlp.up_proj.weight"]
    begin, end = entry["data_offsets"]
    entry |= {"dtype": "F8_E4M3", "shape": [2 * entry["shape"][0], entry["shape"][1]]}
    assert end - begin == np.prod(entry["shape"])
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + content[8 + n_header :])
    return model()


class _Runs:
    """What would run a command when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return subprocess.Popen, (["touch", "it-ran"],)


def _bin(setting: Setting, content: bytes) -> list[str]:
    base = setting.base()
    (base / "model.safetensors").unlink()
    (base / "pytorch_model.bin").write_bytes(content)
    return model()


@case(FILES, "A pickle that would run code")
def _(setting: Setting) -> list[str]:
    return _bin(setting, pickle.dumps({"weight": _Runs()}, protocol=2))


@case(FILES, "A TorchScript program")
def _(setting: Setting) -> list[str]:
    path = setting.file("script")
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("script/data.pkl", "script/constants.pkl"):
            archive.writestr(name, pickle.dumps({}, protocol=2))
    return _bin(setting, path.read_bytes())


@case(FILES, "No tokenizer")
def _(setting: Setting) -> list[str]:
    (setting.base() / "tokenizer.model").unlink()
    return model()


@case(FILES, "A tokenizer with more tokens than the model")
def _(setting: Setting) -> list[str]:
    setting.base(vocab_size=400)
    tensors = setting.tensors()
    tensors["model.embed_tokens.weight"] = tensors["model.embed_tokens.weight"][:400]
    setting.write_tensors(tensors)
    return model()


@case(FILES, "A byte-level BPE tokenizer that llama.cpp has no name for")
def _(setting: Setting) -> list[str]:
    made = write_llama3(setting.sound.parent / "llama3")
    n_vocab = json.loads((made / "config.json").read_text())["vocab_size"]
    base = setting.base(vocab_size=n_vocab)
    for path in base.glob("*token*"):
        path.unlink()
    for path in made.glob("*token*"):
        shutil.copy(path, base)
    tensors = setting.tensors()
    embedding = tensors["model.embed_tokens.weight"]
    tensors["model.embed_tokens.weight"] = np.resize(embedding, (n_vocab, embedding.shape[1]))
    setting.write_tensors(tensors)
    return model()


MODELS = "Models that can't be converted"


def model_with(title: str, **config: Any) -> None:
    """Add the case of a configuration."""

    def fill(setting: Setting) -> list[str]:
        setting.base(**config)
        return model()

    case(MODELS, title)(fill)


model_with("An architecture that isn't here", architectures=["MambaForCausalLM"])
model_with("No architecture", architectures=None)
model_with("A kind of rope scaling that llama.cpp can't do", rope_scaling={"type": "dynamic", "factor": 2.0})
model_with("Another activation", hidden_act="gelu")
model_with("Weights that are quantized already", quantization_config={"quant_method": "gptq", "bits": 4})
model_with("A mixture of experts", num_local_experts=8)
model_with("Nonsense in config.json", num_hidden_layers="two")


@case(MODELS, "`--llama-cpp` without a converter in it")
def _(setting: Setting) -> list[str]:
    setting.base(architectures=["MambaForCausalLM"])
    setting.file("llama.cpp/README.md")
    return model("base", "--llama-cpp", "llama.cpp")


@case(MODELS, "`--llama-cpp` whose converter fails")
def _(setting: Setting) -> list[str]:
    setting.base(architectures=["MambaForCausalLM"])
    setting.file("llama.cpp/convert_hf_to_gguf.py", b"raise SystemExit('no module named torch')")
    return model("base", "--llama-cpp", "llama.cpp")


ADAPTERS = "Adapters that can't be used"


def adapter_with(title: str, *layout: str, **options: Any) -> None:
    """Add the case of an adapter's options in a layout."""

    def fill(setting: Setting) -> list[str]:
        setting.base()
        setting.adapter(**options)
        return bundle("base", "--caller", "caller", "--layout", *(layout or ("merged",)))

    case(ADAPTERS, title)(fill)


adapter_with("Another kind than LoRA", peft_type="IA3")
adapter_with("An option that isn't known", use_moonshine=True)
adapter_with("Options that change the arithmetic", layer_replication=[[0, 2]], use_qalora=True)
adapter_with("A start that changed the base's weights", init_lora_weights="pissa")
adapter_with("Another rank than adapter_config.json says", r=8)
adapter_with("Weights that adapter_config.json doesn't name", target_modules=["v_proj"])


def tensors_with(title: str, change: Callable[[dict[str, Any]], dict[str, Any]], *layout: str, **options: Any) -> None:
    """Add the case of an adapter's tensors in a layout."""

    def fill(setting: Setting) -> list[str]:
        setting.base()
        write_adapter(setting.folder / "caller", change(lora(QUERY, (64, 64), 4)), **options)
        return bundle("base", "--caller", "caller", "--layout", *(layout or ("merged",)))

    case(ADAPTERS, title)(fill)


_PREFIX = "base_model.model."
_EMBEDDING = np.zeros((421, 64), np.float32)

tensors_with("Values that aren't numbers", lambda tensors: {n: values * np.nan for n, values in tensors.items()})
tensors_with("It is made for another base", lambda _: lora("model.layers.7.self_attn.q_proj", (64, 64), 4))
tensors_with("It is made for a base of other sizes", lambda _: lora(QUERY, (96, 96), 4))
tensors_with(
    "The vocabulary was resized for training",
    lambda tensors: {**tensors, f"{_PREFIX}model.embed_tokens.weight": _EMBEDDING},
    modules_to_save=["embed_tokens"],
)
tensors_with(
    "DoRA at run time",
    lambda tensors: {**tensors, f"{_PREFIX}{QUERY}.lora_magnitude_vector": np.ones(64, np.float32)},
    "adapters",
    use_dora=True,
)
tensors_with(
    "Whole weights at run time",
    lambda tensors: {**tensors, f"{_PREFIX}model.norm.weight": np.ones(64, np.float32)},
    "adapters",
    modules_to_save=["norm"],
)
tensors_with(
    "A trained bias at run time",
    lambda tensors: {**tensors, f"{_PREFIX}{QUERY}.lora_B.bias": np.ones(64, np.float32)},
    "adapters",
    lora_bias=True,
)
tensors_with(
    "A LoRA on a tied head at run time", lambda tensors: {**tensors, **lora("lm_head", (420, 64), 4)}, "adapters"
)
adapter_with("In layout shared, not known to be trained for it", "shared")
adapter_with("An activated LoRA, merged", "merged", alora_invocation_tokens=[1, 2])


@case(ADAPTERS, "Trained for layout shared, in another")
def _(setting: Setting) -> list[str]:
    base = setting.base()
    write_role(setting.folder / "caller", base, card=span_card("caller", open_base(base).fingerprint))
    return bundle("base", "--caller", "caller", "--layout", "merged")


@case(ADAPTERS, "Trained on other weights, as it says itself")
def _(setting: Setting) -> list[str]:
    base = setting.base()
    write_role(setting.folder / "caller", base, card=span_card("caller", "ab" * 32))
    return bundle("base", "--caller", "caller", "--layout", "shared")


@case(ADAPTERS, "Trained as another role")
def _(setting: Setting) -> list[str]:
    base = setting.base()
    write_role(setting.folder / "caller", base, card=span_card("planner", open_base(base).fingerprint))
    return bundle("base", "--caller", "caller")


@case(ADAPTERS, "Trained with other prompts")
def _(setting: Setting) -> list[str]:
    base = setting.base()
    write_role(setting.folder / "caller", base, card=span_card("caller", open_base(base).fingerprint))
    return bundle("base", "--caller", "caller", "--markers", "chatml")


BUNDLES = "Bundles that can't be made so"


@case(BUNDLES, "No BASE for roles without anything of their own")
def _(setting: Setting) -> list[str]:
    setting.base("planner")
    return bundle("--planner", "planner", "--layout", "merged")


@case(BUNDLES, "No BASE for an adapter")
def _(setting: Setting) -> list[str]:
    for role in ("planner", "caller", "summarizer"):
        setting.adapter(role)
    return bundle("--planner", "planner", "--caller", "caller", "--summarizer", "summarizer")


@case(BUNDLES, "Full checkpoints in a layout of adapters")
def _(setting: Setting) -> list[str]:
    setting.base()
    setting.base("planner")
    return bundle("base", "--planner", "planner", "--layout", "adapters")


@case(BUNDLES, "Adapters in layout prompted")
def _(setting: Setting) -> list[str]:
    setting.base()
    setting.adapter()
    return bundle("base", "--caller", "caller", "--layout", "prompted")


@case(BUNDLES, "`--kept` in another layout than shared")
def _(setting: Setting) -> list[str]:
    setting.base()
    setting.adapter()
    return bundle("base", "--caller", "caller", "--layout", "merged", "--kept", "both")


@case(BUNDLES, "Something is at the target already")
def _(setting: Setting) -> list[str]:
    setting.base()
    setting.file("out/bundle.toml")
    return bundle("base")


@case(BUNDLES, "A file type that there isn't")
def _(setting: Setting) -> list[str]:
    setting.base()
    return ["convert", "bundle", "base", "--quantize", "Q4_KM", "-o", "out"]


@case(BUNDLES, "`auto` beside other types")
def _(setting: Setting) -> list[str]:
    setting.base()
    return ["convert", "bundle", "base", "--quantize", "auto,Q8_0", "-o", "out"]


@case(BUNDLES, "`auto` without a verdict")
def _(setting: Setting) -> list[str]:
    setting.base()
    return ["convert", "bundle", "base", "--quantize", "auto", "--reference", "none", "-o", "out"]


@case(BUNDLES, "A type that needs an importance matrix")
def _(setting: Setting) -> list[str]:
    write_llama(setting.folder / "base", hidden_size=256, intermediate_size=256, num_hidden_layers=1)
    return ["convert", "bundle", "base", "--quantize", "IQ2_XXS", "--reference", "none", "-o", "out"]


@case(BUNDLES, "Too little disk")
def _(setting: Setting) -> list[str]:
    setting.base()
    setting.patch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    return bundle("base")


@case(BUNDLES, "Replacing a role without naming one")
def _(setting: Setting) -> list[str]:
    _old_bundle(setting)
    return bundle("--from-bundle", "old")


@case(BUNDLES, "Replacing a role in another layout")
def _(setting: Setting) -> list[str]:
    _old_bundle(setting)
    setting.adapter()
    return bundle("--from-bundle", "old", "--caller", "caller", "--layout", "adapters")


def _old_bundle(setting: Setting) -> None:
    """Make a bundle of three models."""
    from umi_convert.build import build_bundle
    from umi_convert.plan import plan_bundle

    roles = dict.fromkeys(Role, setting.sound)
    request = request_for(setting.folder / "old", None, "F16", layout=Layout.MERGED, roles=roles)
    build_bundle(plan_bundle(request))


QUANTIZE = "Quantizing"


def _gguf(setting: Setting) -> None:
    from umi_convert.model import convert_model

    convert_model(setting.sound, setting.folder / "model-BF16.gguf")


def _quantized(setting: Setting) -> None:
    from umi_convert.quantize import QuantizeRequest, quantize

    _gguf(setting)
    quantize(QuantizeRequest(source=setting.folder / "model-BF16.gguf", ftype="Q8_0", n_threads=1))


@case(QUANTIZE, "A source that is quantized already")
def _(setting: Setting) -> list[str]:
    _quantized(setting)
    return ["convert", "quantize", "model-Q8_0.gguf", "Q4_0"]


@case(QUANTIZE, "A file that isn't a GGUF")
def _(setting: Setting) -> list[str]:
    setting.file("model.gguf", b"PK\x03\x04" + bytes(60))
    return ["convert", "quantize", "model.gguf", "Q4_0"]


@case(QUANTIZE, "A tensor type that there isn't")
def _(setting: Setting) -> list[str]:
    _gguf(setting)
    return ["convert", "quantize", "model-BF16.gguf", "Q4_0", "--tensor", "ffn_down=Q9_K"]


@case(QUANTIZE, "A pattern that isn't one")
def _(setting: Setting) -> list[str]:
    _gguf(setting)
    return ["convert", "quantize", "model-BF16.gguf", "Q4_0", "--tensor", "ffn_(down=Q8_0"]


@case(QUANTIZE, "An importance matrix that isn't one")
def _(setting: Setting) -> list[str]:
    _gguf(setting)
    setting.file("some.imatrix", b"\x01\x00")
    return ["convert", "quantize", "model-BF16.gguf", "Q4_0", "--importance", "some.imatrix"]


TRAJECTORIES = "Trajectories"


def trajectories_with(title: str, *lines: str) -> None:
    """Add the case of a file of trajectories."""

    def fill(setting: Setting) -> list[str]:
        _gguf(setting)
        setting.file("own.jsonl", "".join(f"{line}\n" for line in lines).encode())
        return ["convert", "importance", "model-BF16.gguf", "--trajectories", "own.jsonl", "--n-threads", "1"]

    case(TRAJECTORIES, title)(fill)


trajectories_with("An empty file", "")
trajectories_with(
    "Lines that aren't trajectories",
    '{"tools": [], "turns": [',
    '{"tools": [], "turns": [{"type": "user", "text": "Hi"}]}',
    '{"tools": [], "turns": [{"type": "assistant", "text": "Hi"}]}',
    '{"tools": [], "turns": [{"type": "caller", "call": {"name": "now", "arguments": {}}}]}',
)


VERIFY = "Verifying"


@case(VERIFY, "A checkpoint as the reference of a bundle of several models")
def _(setting: Setting) -> list[str]:
    setting.base()
    _old_bundle(setting)
    return ["convert", "verify", "old", "--against", "base"]


@case(VERIFY, "There is no such bundle")
def _(setting: Setting) -> list[str]:
    return ["convert", "verify", "embeded", "--against", "embedded"]


def all_cases() -> Iterator[tuple[str, str, Case]]:
    """Yield sections, titles and cases in the order of the page."""
    for section, cases in CASES.items():
        for title, fill in cases.items():
            yield section, title, fill
