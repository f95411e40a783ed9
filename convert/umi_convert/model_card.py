"""The README.md of a bundle: a model card with the front matter that hubs read, and what people want to know first.

Pure: facts in, text out. Everything it says is a fact that was handed in or stands in the bundle; what isn't known is left
out or said to be unknown. The keys of the front matter are those of https://huggingface.co/docs/hub/model-cards.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from umi_local.bundles.package_files import is_package_file, package_of
from umi_local.bundles.values import Bundle, FileRef, Layout
from umi_local.messages import Role

LIBRARY = "umi-local"

_HUB_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*/[A-Za-z0-9_][A-Za-z0-9._-]*")

_HUB_LICENSES = frozenset(
    {
        *("apache-2.0", "mit", "bsd-2-clause", "bsd-3-clause", "isc", "zlib", "unlicense", "wtfpl", "unknown"),
        *("gpl-2.0", "gpl-3.0", "lgpl-3.0", "agpl-3.0", "mpl-2.0", "epl-2.0", "cc0-1.0", "odc-by", "openrail"),
        *("cc-by-4.0", "cc-by-sa-4.0", "cc-by-nd-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "cc-by-nc-nd-4.0"),
        *("gemma", "llama2", "llama3", "llama3.1", "llama3.2", "llama3.3", "llama4"),
        *("bigscience-openrail-m", "bigcode-openrail-m"),
    }
)
"""Those that a hub knows by these words (docs/hub/repositories-licenses); any other is `other` with a name."""

_LAYOUTS = {
    Layout.SHARED: "The roles share one set of weights and one context; each switches its own small adapter on for its turn.",
    Layout.MERGED: "Each role has a model of its own.",
    Layout.ADAPTERS: "The roles are adapters on one base model; each reads the conversation for itself.",
    Layout.PROMPTED: "One instruct model speaks for all roles, told by its prompt which one it is.",
    Layout.REMOTE: "The roles are spoken by models behind OpenAI-compatible servers.",
}

_LIMITS = """\
- The roles are small language models: they choose wrong tools, write wrong arguments and state wrong facts. Check what matters,
  and allow tools that change things only where a mistake can be undone.
- The verdict compares the converted roles with what they were made from. It doesn't say how good those are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """Data that a role was trained on.

    Attributes:
        name: A hub's `OWNER/NAME`, or any name.
        license: SPDX expression, or `unknown`.
    """

    name: str
    license: str = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """What a model card says that the bundle itself doesn't.

    Attributes:
        base_name: A hub's `OWNER/NAME`, or any name of the base model.
        base_license: SPDX expression, or `unknown`.
        sources: Where each role's adapter or checkpoint came from; a role that isn't named runs on the base.
        quantization: Type of the weights, such as `Q4_0`.
        created_by: Name and version of what made the bundle.
        verdict: The verdict as a Markdown table; empty where none was made.
        repository: `OWNER/NAME` on a hub where the bundle will be, for the lines that pull it.
    """

    base_name: str
    base_license: str
    sources: Mapping[Role, str] = field(default_factory=dict)
    data_sets: tuple[DataSet, ...] = ()
    quantization: str
    created_by: str
    verdict: str = ""
    repository: str | None = None


def model_card(bundle: Bundle, facts: CardFacts) -> str:
    """Return the text of a bundle's README.md."""
    sections = (
        _front_matter(bundle, facts),
        f"# {_line(bundle.name)}",
        _line(bundle.description),
        f"Three small language models (a planner, a caller and a summarizer) that use tools together on one machine, for "
        f"[{LIBRARY}](https://pypi.org/project/{LIBRARY}/). {_LAYOUTS[bundle.layout]}",
        _usage(bundle, facts),
        f"## Roles\n\n{_table(('role', 'runs on', 'made from'), _roles(bundle, facts))}",
        f"## Files\n\n{_table(('file', 'bytes'), _files(bundle))}" if any(bundle.files()) else "",
        f"## Made from\n\n{_table(('what', 'name', 'licence'), _origins(bundle, facts))}",
        f"Weights: {_line(facts.quantization)}. Context: {bundle.n_ctx:,} tokens. Made by {_line(facts.created_by)}.",
        f"## Verdict\n\n{facts.verdict.strip() or 'None was made: nothing is known about how well the conversion agrees.'}",
        f"## Limits\n\n{_LIMITS}",
    )
    return "\n\n".join(section for section in sections if section) + "\n"


def slim_card(text: str, bundle: Bundle) -> str:
    """Return a card of `model_card` for the same bundle without its weights: other files, and where the weights come from."""
    assert bundle.assembly is not None  # that is what makes it slim
    assert bundle.base is not None  # `umi_local.bundles.consistency`
    files = f"## Files\n\n{_table(('file', 'bytes'), _files(bundle))}"
    made = (
        f"The weights aren't among them: they are put together where the bundle is used first, from"
        f" {_code(bundle.base.file)} and {_code(bundle.assembly.backbone.file)}, as {bundle.assembly.type}."
    )
    text = re.sub(r"## Files\n\n.*?(?=\n\n## )", lambda _: f"{files}\n\n{made}", text, flags=re.DOTALL)
    return re.sub(rf"^pip install {LIBRARY}.*$", lambda _: _install(bundle), text, count=1, flags=re.MULTILINE)


def _front_matter(bundle: Bundle, facts: CardFacts) -> str:
    values: dict[str, str | Sequence[str]] = dict(_license(bundle.license))
    if _HUB_ID.fullmatch(facts.base_name):
        values["base_model"] = [facts.base_name]
    values["library_name"] = LIBRARY
    values["pipeline_tag"] = "text-generation"
    values["tags"] = [LIBRARY, "alpha-umi", "gguf", "tool-use", "agent", f"layout-{bundle.layout.value}"]
    if data_sets := [data.name for data in facts.data_sets if _HUB_ID.fullmatch(data.name)]:
        values["datasets"] = data_sets
    return "\n".join(("---", *_yaml(values), "---"))


def _license(expression: str) -> Iterator[tuple[str, str]]:
    known = expression.strip().lower()
    if known in _HUB_LICENSES:
        yield "license", known
        return
    yield "license", "other"
    yield "license_name", re.sub(r"[^a-z0-9.]+", "-", known).strip("-.") or "unknown"


def _yaml(values: Mapping[str, str | Sequence[str]]) -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, str):
            yield f"{key}: {_scalar(value)}"
        else:
            yield f"{key}:"
            yield from (f"- {_scalar(item)}" for item in value)


def _scalar(text: str) -> str:
    """Return a YAML scalar: plain where nobody could read it as something else, else quoted as JSON is."""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9._/-]*", text) and text.lower() not in (
        "true",
        "false",
        "null",
        "yes",
        "no",
        "on",
        "off",
        "y",
        "n",
    ):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in quoted)


def _usage(bundle: Bundle, facts: CardFacts) -> str:
    name = facts.repository.partition("/")[2] if facts.repository else bundle.name
    lines = [_install(bundle)]
    if facts.repository:
        lines.append(f"umi bundle pull hub:{facts.repository}")
    lines.append(f'umi run --bundle {name} "What is 17 times 23?"')
    return "## Use\n\n```sh\n" + "\n".join(lines) + "\n```"


def _install(bundle: Bundle) -> str:
    packages = dict.fromkeys(package_of(ref.file) for _, ref in bundle.files() if is_package_file(ref.file))
    return " ".join(("pip install", LIBRARY, *packages))


def _roles(bundle: Bundle, facts: CardFacts) -> Iterator[tuple[str, str, str]]:
    for role, spec in bundle.roles:
        if spec.endpoint is not None:
            yield role.value, f"{spec.endpoint.model} at {spec.endpoint.url}", "-"
            continue
        named = " or ".join(_code(ref.file) for ref in (spec.adapter, spec.model) if ref is not None)
        yield role.value, named or "the base", facts.sources.get(role, facts.base_name)


def _files(bundle: Bundle) -> Iterator[tuple[str, str]]:
    refs: dict[str, FileRef] = {ref.file: ref for _, ref in bundle.files()}
    for file, ref in refs.items():
        yield _code(file), "unknown" if ref.size is None else f"{ref.size:,}"


def _origins(bundle: Bundle, facts: CardFacts) -> Iterator[tuple[str, str, str]]:
    yield "this bundle", bundle.name, bundle.license
    yield "base model", facts.base_name, facts.base_license
    for role, source in facts.sources.items():
        yield role.value, source, "see there"
    for data in facts.data_sets:
        yield "data", data.name, data.license


def _table(head: Sequence[str], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")


def _code(text: str) -> str:
    return f"`{text.replace('`', '')}`"


def _line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
