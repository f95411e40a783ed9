"""The part of `umi doctor` that looks at a bundle: its files, GGUF headers, tokenizer and chat template.

Models are opened without their weights, so this is quick for models of any size.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from umi_local.bundles.assembly import assembled, is_assembled
from umi_local.bundles.manifest import LoadedBundle
from umi_local.bundles.verify import OnProgress, check_probes, verify
from umi_local.commands.checkup import checked
from umi_local.commands.findings import Finding, State
from umi_local.errors import BundleError, UmiError
from umi_local.sizes import size_text

if TYPE_CHECKING:
    from umi_local.engine.gguf_header import GGUFHeader
    from umi_local.engine.llama_c import Model

_SAMPLE = "Hello, world! 1234 naïve café"
"""For models without probe texts: it must survive the way to tokens and back."""


def bundle(loaded: LoadedBundle, headers: dict[Path, GGUFHeader], on_progress: OnProgress) -> Iterator[Finding]:
    """Look at everything that a bundle names.

    Args:
        headers: Gets those of the sound models, by path.
    """
    content = loaded.bundle
    yield Finding("bundle", "name", f"{content.name} {content.version}, layout {content.layout.value}")
    yield from _files(loaded, on_progress)
    if content.assembly is not None:
        when = "put together" if is_assembled(loaded) else "not put together yet, which its first use does"
        yield Finding("bundle", "weights", f"{content.assembly.type} of base and backbone, {when}")
    for role, spec in content.roles:
        if spec.endpoint is not None:
            yield Finding("bundle", role.value, f"{spec.endpoint.model} at {spec.endpoint.url} (not asked)")
    for path in models_of(as_it_runs(loaded)):
        yield from _model(loaded, path, headers)


def as_it_runs(loaded: LoadedBundle) -> LoadedBundle:
    """Return the bundle whose files are loaded: of one that is put together at its first use, the result if it is there."""
    return assembled(loaded) if is_assembled(loaded) else loaded


def models_of(loaded: LoadedBundle) -> list[Path]:
    """Return the model files that are there, each once; adapters are no models."""
    paths = []
    for where, ref in loaded.bundle.files():
        if where.endswith(".adapter") or where == "assembly.backbone":
            continue
        try:
            path = loaded.path_of(ref)
        except BundleError:  # reported with the files
            continue
        if path.is_file():
            paths.append(path)
    return list(dict.fromkeys(paths))


def _files(loaded: LoadedBundle, on_progress: OnProgress) -> Iterator[Finding]:
    for check in verify(loaded, on_progress).checks:
        size = "" if check.size is None else f", {size_text(check.size)}"
        if check.problems:
            hint = "Get the file again, from the source in bundle.toml."
            yield Finding("bundle", check.where, "; ".join(check.problems), State.WRONG, hint)
        elif check.unchecked:
            yield Finding(
                "bundle",
                check.where,
                f"{Path(check.file).name}{size}; no {' or '.join(check.unchecked)} to compare with",
            )
        else:
            yield Finding("bundle", check.where, f"{Path(check.file).name}{size}, as stated", State.OK)


def _model(loaded: LoadedBundle, path: Path, headers: dict[Path, GGUFHeader]) -> Iterator[Finding]:
    header = checked("model", "header", lambda: _header(path, headers))
    yield header
    if header.state is State.WRONG:  # llama.cpp must not see it
        return
    from umi_local.engine.llama_c import Model

    try:
        model = Model(path, vocab_only=True)
    except UmiError as error:
        yield Finding("model", "tokenizer", str(error), State.WRONG, error.hint)
        return
    with closing(model):
        yield checked("model", "tokenizer", lambda: _tokenizer(loaded, model))
        if loaded.bundle.profile == "prompted" and loaded.bundle.markers == "template":
            yield checked("model", "chat template", lambda: _template(model))


def _header(path: Path, headers: dict[Path, GGUFHeader]) -> str:
    from umi_local.engine.gguf_header import check_model

    header = headers[path] = check_model(path)
    trained = header.hparam("context_length")
    context = f", trained with {trained:,} tokens of context" if isinstance(trained, int) else ""
    return f"{path.name}: {header.architecture}, {len(header.tensors):,} tensors{context}"


def _tokenizer(loaded: LoadedBundle, model: Model) -> str:
    probes = loaded.bundle.probes
    if probes:
        check_probes(probes, lambda text: model.tokenize(text, special=False))
        return f"gives the ids that the bundle states for {len(probes)} texts"
    tokens = model.tokenize(_SAMPLE, special=False)
    if model.text(tokens).strip() != _SAMPLE:
        raise BundleError(
            f"the tokenizer doesn't give back a text: {_SAMPLE!r} becomes {model.text(tokens)!r}",
            hint="Convert the model again; its tokenizer was not recognised.",
        )
    return "gives back a text unchanged; the bundle states no ids to compare"


def _template(model: Model) -> str:
    from umi_local.prompts import PromptedProfile

    template = model.chat_template
    if template is None:
        hint = 'Point a bundle.toml at it with `markers = "chatml"`, or the family it was trained with.'
        raise BundleError(f"{model.path} carries no chat template", hint=hint)
    bos, eos = (model.text([token]) if token >= 0 else "" for token in (model.vocab.bos, model.vocab.eos))
    PromptedProfile(template, bos=bos, eos=eos, add_bos=model.vocab.add_bos)
    return f"renders, {len(template):,} characters"
