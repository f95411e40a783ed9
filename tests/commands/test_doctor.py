from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.models import real_gguf


def report(umi, *args: str) -> tuple[int, dict[tuple[str, str], dict[str, str]]]:
    result = umi("doctor", *args, "--output", "json")
    value = json.loads(result.stdout)
    assert value["ok"] is (result.exit_code == 0)
    return result.exit_code, {(f["group"], f["name"]): f for f in value["findings"]}


@pytest.mark.integration
def test_the_embedded_bundle_is_in_order(umi) -> None:
    code, findings = report(umi)
    assert code == 0
    for key in (("model", "header"), ("model", "tokenizer"), ("model", "chat template"), ("bundle", "base")):
        assert findings[key]["state"] == "ok"
    assert "8 texts" in findings["model", "tokenizer"]["value"]


@pytest.mark.integration
def test_a_gguf_can_be_examined_on_its_own(umi) -> None:
    code, findings = report(umi, str(real_gguf()))
    assert code == 0
    assert "llama, 272 tensors" in findings["model", "header"]["value"]
    assert findings["model", "tokenizer"]["state"] == "ok"


def test_a_gguf_that_was_cut_off_is_found_out_before_llama_cpp_sees_it(umi, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(real_gguf().read_bytes()[:5000])
    code, findings = report(umi, str(broken))
    assert code == 1
    assert findings["model", "header"]["state"] == "wrong"
    assert ("model", "tokenizer") not in findings


def test_a_model_that_is_missing_is_a_finding(umi, tmp_path: Path) -> None:
    code, findings = report(umi, str(tmp_path / "none.gguf"))
    assert code == 1
    assert "none.gguf" in findings["bundle", "name"]["value"]
    assert findings["installation", "llama-cpp-python"]["state"] == "ok"


def test_a_folder_that_cannot_be_made_is_a_finding(umi, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("UMI_CACHE_DIR", str(tmp_path / "file" / "cache"))
    result = umi("doctor", str(tmp_path / "none.gguf"))
    assert result.exit_code == 1
    assert "can't be made in" in result.stdout
    assert "hint: Make it writable, or set UMI_CACHE_DIR to another folder." in result.stdout
    assert "2 things to put right." in result.stdout


def test_mistakes_in_the_configuration_are_a_finding(umi, empty_configuration: Path, tmp_path: Path) -> None:
    empty_configuration.write_text("[rum]\n", encoding="utf-8")
    _, findings = report(umi, str(tmp_path / "none.gguf"))
    assert "unknown key 'rum'" in findings["folders", "configuration"]["value"]


def test_being_offline_is_said(umi, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("UMI_OFFLINE", "1")
    _, findings = report(umi, str(tmp_path / "none.gguf"))
    assert findings["installation", "network"]["value"].startswith("offline")
