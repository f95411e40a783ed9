"""What evaluation may know: metrics are pure, and nothing here knows the command line, training or a model library."""

from __future__ import annotations

import pytest

from tests.test_house_style import imports, modules, ours, tops

EVALUATE = [name for name in modules() if name.startswith("umi_local/evaluate/")]
METRICS = [name for name in EVALUATE if name.startswith("umi_local/evaluate/metrics/")]


def test_the_modules_are_found():
    assert len(METRICS) >= 6
    assert len(EVALUATE) >= 20


@pytest.mark.parametrize("name", METRICS)
def test_metrics_know_values_and_each_other_only(name):
    known = {module for module in ours(name) if not module.startswith("umi_local.evaluate.metrics")}
    assert known <= {"umi_local.messages"}
    assert tops(imports(name, at_start_up=True)) <= {"umi_local", "numpy", "__future__", *STANDARD}


@pytest.mark.parametrize("name", EVALUATE)
def test_evaluation_knows_no_screen_no_command_and_no_llama(name):
    wrong = ("umi_local.commands", "umi_local.screen", "umi_local.cli", "umi_local.engine.llama")
    assert not [module for module in ours(name) if module.startswith(wrong)]
    assert not tops(imports(name)) & {"click", "rich", "llama_cpp", "llguidance", "torch", "transformers"}


STANDARD = {"collections", "dataclasses", "enum", "json", "re", "typing"}
