from pathlib import Path

import pytest

from umi_local.config import Config, RunConfig, find_config, load_config
from umi_local.engine.base import Sampling, SpeakOptions
from umi_local.engine.options import EngineOptions
from umi_local.errors import ConfigError
from umi_local.folders import config_path
from umi_local.tools.base import Effect
from umi_local.tools.policy import Rule, Verdict


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """No umi.toml of the person who runs the tests."""
    monkeypatch.delenv("UMI_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def load(folder: Path, text: str) -> Config:
    path = folder / "umi.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def test_a_full_file_is_read_into_values(tmp_path):
    config = load(
        tmp_path,
        """
        [run]
        bundle = "weather"
        n_ctx = 2048
        n_gpu_layers = 12
        timeout_s = 30
        temperature = 0.7
        seed = 5

        [tools]
        modules = ["my.tools"]
        only = ["calculator"]

        [policy]
        rules = [
            { tool = "files.*", arguments = { path = "/tmp/.*" }, verdict = "allow" },
            { effect = "network", verdict = "deny" },
        ]
        """,
    )
    assert config.run == RunConfig(
        bundle="weather", n_ctx=2048, n_gpu_layers=12, timeout_s=30.0, temperature=0.7, seed=5
    )
    assert config.tools.only == ("calculator",)
    assert config.policy.rules == (
        Rule(tool="files.*", arguments={"path": "/tmp/.*"}, verdict=Verdict.ALLOW),
        Rule(effect=Effect.NETWORK, verdict=Verdict.DENY),
    )


def test_all_mistakes_are_listed_at_once_with_suggestions(tmp_path):
    with pytest.raises(ConfigError) as caught:
        load(
            tmp_path,
            """
            [run]
            bundel = "x"
            max_steps = 0
            n_gpu_layers = "all"
            [tools]
            modules = 3
            [[policy.rules]]
            verdict = "alow"
            [polcy]
            """,
        )
    assert caught.value.problems == (
        "unknown key 'polcy'; did you mean 'policy'?",
        "unknown key 'run.bundel'; did you mean 'bundle'?",
        "run.n_gpu_layers is 'all'; expected int or 'auto'",
        "run: max_steps is 0; expected 1 or more",
        "tools.modules must be a list, not 3",
        "policy.rules[0].verdict is 'alow'; expected one of allow, ask, deny",
    )
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("n_ctx = 10", "n_ctx is 10; expected 256 or more"),
        ("n_gpu_layers = -1", "n_gpu_layers is -1; expected 0 or more, or 'auto'"),
        ("timeout_s = 0", "timeout_s is 0.0; expected seconds above 0"),
        ("retries = -1", "retries is -1; expected 0 or more"),
        ("prefix_cache_bytes = -1", "prefix_cache_bytes is -1; expected 0 or more"),
        ("top_p = 2.0", "top_p is 2.0; expected a value above 0, at most 1"),
        ("n_threads = true", "n_threads is True; expected int"),
        ('kv_type = "f64"', "kv_type is 'f64'; expected one of f16"),
    ],
)
def test_values_out_of_range_are_named(tmp_path, line, problem):
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, f"[run]\n{line}\n")
    assert problem in str(caught.value)


def test_a_wrong_pattern_in_a_rule_is_a_mistake_of_the_file(tmp_path):
    with pytest.raises(ConfigError, match="the pattern of argument 'path' is wrong"):
        load(tmp_path, '[policy]\nrules = [{ arguments = { path = "(" }, verdict = "deny" }]\n')


def test_paths_are_relative_to_the_file_and_names_stay_names(tmp_path):
    text = """
    [run]
    bundle = "models/m.gguf"
    [tools]
    modules = ["tools.py", "package.module"]
    roots = ["docs", "/data", "~/notes"]
    """
    config = load(tmp_path, text)
    assert config.run.bundle == str(tmp_path / "models" / "m.gguf")
    assert config.tools.modules == (str(tmp_path / "tools.py"), "package.module")
    assert config.tools.roots == (tmp_path / "docs", Path("/data"), Path.home() / "notes")


def test_no_file_means_the_defaults():
    assert load_config(None) == Config()
    assert load_config(None).run.bundle == "embedded"


def test_a_file_that_is_not_toml_is_named_with_the_line(tmp_path):
    with pytest.raises(ConfigError, match="line 2") as caught:
        load(tmp_path, "[run]\nn_ctx 3\n")
    assert caught.value.path == str(tmp_path / "umi.toml")


def test_a_folder_in_place_of_the_file_is_a_config_error(tmp_path):
    with pytest.raises(ConfigError, match="directory"):
        load_config(tmp_path)


def test_the_search_goes_from_the_nearest_to_the_users_own(tmp_path, monkeypatch):
    assert find_config() is None
    own = config_path()
    own.parent.mkdir(parents=True)
    named, here = tmp_path / "named.toml", tmp_path / "work" / "umi.toml"
    order = [own, here, named]
    for path in order:
        path.write_text("", encoding="utf-8")
    assert find_config() == Path("umi.toml")
    here.unlink()
    assert find_config() == own
    monkeypatch.setenv("UMI_CONFIG", str(named))
    assert find_config() == named
    assert find_config(own) == own


def test_a_given_file_that_is_missing_is_never_passed_over(tmp_path):
    with pytest.raises(ConfigError, match="no such file") as caught:
        find_config(tmp_path / "gone.toml")
    assert "--config" in caught.value.hint


def test_the_variable_ends_the_search_also_where_its_file_is_missing(tmp_path, monkeypatch):
    (tmp_path / "work" / "umi.toml").write_text("", encoding="utf-8")
    monkeypatch.setenv("UMI_CONFIG", str(tmp_path / "gone.toml"))
    assert find_config() is None


def test_what_is_set_is_put_over_the_bundles_sampling():
    bundles = Sampling(temperature=0.8, top_k=40, seed=1)
    assert RunConfig().sampling_over(bundles) == bundles
    assert RunConfig(temperature=0.0, seed=9).sampling_over(bundles) == Sampling(temperature=0.0, top_k=40, seed=9)


def test_the_defaults_are_those_of_the_engine():
    assert RunConfig().engine_options() == EngineOptions()
    assert RunConfig().speak_options(Sampling()) == SpeakOptions()


def test_options_reach_the_engine():
    run = RunConfig(n_ctx=512, n_threads=3, kv_type="q8_0", residency="merged", planner_tokens=7, caller_tokens=8)
    assert run.engine_options() == EngineOptions(n_ctx=512, n_threads=3, kv_type="q8_0", residency="merged")
    assert run.speak_options(Sampling(seed=2)) == SpeakOptions(planner_tokens=7, caller_tokens=8)


def test_sampling_is_the_roles_own_unless_some_is_set():
    assert RunConfig().speak_options(Sampling(seed=2)).sampling is None
    assert RunConfig(top_k=3).speak_options(Sampling(seed=2)).sampling == Sampling(seed=2, top_k=3)
