"""Every layout loads and runs through the public engine, on real files."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import jsonschema
import pytest

from tests.models import real_gguf, write_tiny_llama
from umi_local.bundles.manifest import LoadedBundle
from umi_local.bundles.values import Bundle, FileRef, Layout, RoleSpec, RolesSpec
from umi_local.engine.base import CancelToken, SpeakOptions
from umi_local.engine.open import open_engine
from umi_local.engine.options import EngineOptions
from umi_local.engine.residency import choose
from umi_local.errors import BundleError
from umi_local.messages import (
    CallerTurn,
    Decision,
    Observation,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolCall,
    ToolSpec,
    ToolTurn,
    Trajectory,
    UserTurn,
)

TOOLS = (
    ToolSpec(
        "read_file",
        "Read a text file.",
        {"type": "object", "properties": {"path": {"type": "string", "maxLength": 24}}, "required": ["path"]},
    ),
    ToolSpec(
        "add",
        "Add two whole numbers.",
        {
            "type": "object",
            "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
            "required": ["a", "b"],
            "additionalProperties": False,
        },
    ),
)
OPTIONS = SpeakOptions(planner_tokens=16, caller_tokens=48, summarizer_tokens=16)
SMALL = EngineOptions(n_ctx=1024, n_batch=64, n_threads=1, prefix_cache_bytes=0)


def bundle(layout, *, base=None, adapters=None, models=None, residency="auto", profile="shared", markers="chatml"):
    refs = {
        role.value: RoleSpec(
            adapter=FileRef(file=str(adapters[role])) if adapters else None,
            model=FileRef(file=str(models[role])) if models else None,
        )
        for role in Role
    }
    return LoadedBundle(
        Bundle(
            name="test",
            version="1",
            license="Apache-2.0",
            layout=Layout(layout),
            profile=profile,
            markers=markers,
            n_ctx=1024,
            residency=residency,
            base=FileRef(file=str(base)) if base else None,
            roles=RolesSpec(**refs),
        ),
        folder=real_gguf().parent,
    )


def converse(loaded, options=SMALL, speak_options=OPTIONS):
    """Let the roles speak for two questions; return every turn and its usage."""
    engine = open_engine(loaded, options)
    spoken = []
    try:
        engine.prepare(TOOLS)
        trajectory = Trajectory(TOOLS)
        for question in ("What is in notes.txt?", "And what is 2 + 3?"):
            trajectory = trajectory.with_turn(UserTurn(question))
            for role in (Role.PLANNER, Role.CALLER, Role.PLANNER, Role.SUMMARIZER):
                said = engine.speak(
                    role, trajectory, options=speak_options, cancel=CancelToken(), on_text=lambda text: None
                )
                spoken.append(said)
                trajectory = trajectory.with_turn(said.turn)
                if role is Role.CALLER:
                    trajectory = trajectory.with_turn(ToolTurn(Observation("milk, bread, apples")))
    finally:
        engine.close()
    return spoken


def turns(spoken):
    return [said.turn for said in spoken]


@pytest.mark.parametrize("layout", ["shared", "adapters", "merged", "prompted", "single"])
def test_a_layout_lets_all_roles_speak_and_reuses_what_it_read(tiny, layout):
    loaded = {
        "shared": bundle("shared", base=tiny.base, adapters=tiny.adapters),
        "adapters": bundle("adapters", base=tiny.base, adapters=tiny.adapters),
        "merged": bundle("merged", models=tiny.merged),
        "prompted": bundle("prompted", base=tiny.base, profile="prompted", markers="template"),
        "single": bundle("prompted", base=tiny.base, profile="single"),
    }[layout]
    spoken = converse(loaded)
    kinds = [PlannerTurn, CallerTurn, PlannerTurn, SummarizerTurn] * 2
    assert [type(said.turn) for said in spoken] == kinds
    for said in spoken:
        usage = said.usage
        assert usage.prompt_tokens == usage.reused_tokens + usage.evaluated_tokens
    if layout in ("adapters", "merged"):  # a role reads for itself
        assert spoken[1].usage.reused_tokens == 0
    else:  # the caller finds everything that the planner read
        assert spoken[1].usage.reused_tokens > 0.6 * spoken[0].usage.prompt_tokens
    assert spoken[4].usage.reused_tokens > 0.6 * spoken[4].usage.prompt_tokens
    for said in (spoken[0], spoken[2]):
        assert sum(said.probabilities.values()) == pytest.approx(1)
    for said in (spoken[1], spoken[5]):
        assert said.usage.forced_tokens > 0
        assert 0 <= abs(said.margin) <= 1


def test_in_the_single_profile_an_open_turn_is_read_once(tiny):
    """The caller finds all that the planner read, and the next planner all that the caller did: nothing is read twice."""
    loaded = bundle("prompted", base=tiny.base, profile="single")
    question = Trajectory(TOOLS, (UserTurn("What is in notes.txt?"),))
    thought = question.with_turn(PlannerTurn("The file must be read.", Decision.CALL))
    call = CallerTurn(ToolCall("read_file", {"path": "notes.txt"}))
    observed = thought.with_turn(call, ToolTurn(Observation("milk")))
    engine = open_engine(loaded, SMALL)
    try:
        usages = [
            engine.speak(role, asked, options=OPTIONS, cancel=CancelToken(), on_text=lambda text: None).usage
            for role, asked in ((Role.PLANNER, question), (Role.CALLER, thought), (Role.PLANNER, observed))
        ]
    finally:
        engine.close()
    header, line_end = 4, 1  # tokens of the two cues: all else was history, and stays
    assert usages[1].reused_tokens == usages[0].prompt_tokens - header
    assert usages[2].reused_tokens == usages[1].prompt_tokens - line_end


@pytest.mark.integration
def test_smollm2_untrained_speaks_in_the_single_profile_by_its_grammar(real):
    spoken = converse(bundle("prompted", base=real, profile="single"), replace(SMALL, n_ctx=2048, n_batch=512))
    assert [type(said.turn) for said in spoken] == [PlannerTurn, CallerTurn, PlannerTurn, SummarizerTurn] * 2
    for said in (spoken[1], spoken[5]):
        tool = next(tool for tool in TOOLS if tool.name == said.turn.call.name)
        jsonschema.validate(said.turn.call.arguments, tool.parameters)
    assert spoken[1].usage.reused_tokens > 0.9 * spoken[0].usage.prompt_tokens


def test_the_two_residencies_say_the_same(tiny):
    files = {"base": tiny.base, "adapters": tiny.adapters, "models": tiny.merged}
    with_adapters = converse(bundle("shared", residency="adapters", **files))
    merged = converse(bundle("shared", residency="merged", **files))
    assert turns(with_adapters) == turns(merged)
    assert [s.usage.evaluated_tokens for s in with_adapters] == [s.usage.evaluated_tokens for s in merged]


def test_adapters_and_merged_layouts_say_the_same(tiny):
    assert turns(converse(bundle("adapters", base=tiny.base, adapters=tiny.adapters))) == turns(
        converse(bundle("merged", models=tiny.merged))
    )


def test_an_adapter_over_its_own_turn_is_not_an_adapter_over_everything(tiny):
    shared = converse(bundle("shared", base=tiny.base, adapters=tiny.adapters))
    own = converse(bundle("adapters", base=tiny.base, adapters=tiny.adapters))
    assert turns(shared) != turns(own)


def test_auto_residency_measures_once_and_remembers(tiny, own_folders):
    files = {"base": tiny.base, "adapters": tiny.adapters, "models": tiny.merged}
    roles = tuple(Role)
    choice = choose(bundle("shared", **files), SMALL, roles)
    [memory] = (own_folders / "cache" / "residency").glob("*.json")
    measured = json.loads(memory.read_text())
    assert choice == ("merged" if measured["merged_s"] < measured["adapters_s"] else "adapters")
    for faster, slower in (("merged", "adapters"), ("adapters", "merged")):
        memory.write_text(json.dumps({f"{faster}_s": 1, f"{slower}_s": 2}))
        assert choose(bundle("shared", **files), SMALL, roles) == faster


def test_a_residency_without_files_is_refused(tiny):
    loaded = bundle("shared", base=tiny.base, adapters=tiny.adapters)
    with pytest.raises(BundleError, match="no merged model for every role"):
        open_engine(loaded, replace(SMALL, residency="merged"))


def test_a_role_model_with_another_vocabulary_is_refused(tiny, tmp_path):
    other = write_tiny_llama(tmp_path / "other.gguf", seed=3, n_vocab=49_000)
    loaded = bundle("shared", base=tiny.base, models=dict.fromkeys(Role, other), residency="merged")
    with pytest.raises(BundleError, match="another vocabulary"):
        open_engine(loaded, SMALL)


def test_a_second_engine_finds_the_tools_in_the_cache_on_disk_and_says_the_same(tiny):
    loaded = bundle("shared", base=tiny.base, adapters=tiny.adapters)
    cached = replace(SMALL, prefix_cache_bytes=10**8)
    first, second = converse(loaded, cached), converse(loaded, cached)
    assert first[0].usage.reused_tokens == 0
    assert second[0].usage.reused_tokens > 100
    assert turns(first) == turns(second) == turns(converse(loaded))


def test_a_damaged_or_foreign_cache_file_is_ignored(tiny, own_folders):
    loaded = bundle("shared", base=tiny.base, adapters=tiny.adapters)
    cached = replace(SMALL, prefix_cache_bytes=10**8)
    first = converse(loaded, cached)
    [file] = (own_folders / "cache" / "prefixes").glob("*.kv")
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    again = converse(loaded, cached)
    assert again[0].usage.reused_tokens == 0
    assert turns(again) == turns(first)


def test_the_cache_keeps_to_its_cap(tiny, own_folders):
    loaded = bundle("shared", base=tiny.base, adapters=tiny.adapters)
    converse(loaded, replace(SMALL, prefix_cache_bytes=10**8))
    folder = own_folders / "cache" / "prefixes"
    [file] = folder.glob("*.kv")
    size = file.stat().st_size
    for i in range(3):
        old = folder / f"old{i}.kv"
        old.write_bytes(bytes(size))
        os.utime(old, (i, i))
    file.unlink()
    converse(loaded, replace(SMALL, prefix_cache_bytes=2 * size + 10))
    assert {path.name for path in folder.glob("*.kv")} == {file.name, "old2.kv"}


def test_a_cache_that_cannot_be_written_is_said_once_and_the_run_goes_on(tiny, monkeypatch, tmp_path, caplog):
    blocked = tmp_path / "a file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("UMI_CACHE_DIR", str(blocked))
    spoken = converse(
        bundle("shared", base=tiny.base, adapters=tiny.adapters), replace(SMALL, prefix_cache_bytes=10**8)
    )
    assert len(spoken) == 8
    assert len([record for record in caplog.records if "prefix cache" in record.message]) == 1


def test_merged_weights_that_do_not_fit_into_memory_are_not_tried(tiny, own_folders, monkeypatch):
    loaded = bundle("shared", base=tiny.base, adapters=tiny.adapters, models=tiny.merged)
    monkeypatch.setattr("umi_local.engine.residency.memory_bytes", lambda: (10**9, 10**6))  # a megabyte is left
    assert choose(loaded, SMALL, tuple(Role)) == "adapters"
    assert not (own_folders / "cache" / "residency").exists()  # decided without measuring
