"""Every refusal says what, where and the remedy, leaves nothing behind, and is on docs/refusals.md word for word.

`pytest --update-golden tests/convert/test_refusals.py` writes the page anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.convert.bundle_setting import write_speaking
from tests.convert.refusals import Setting, all_cases
from umi_convert.errors import VerdictError
from umi_convert.verify.thresholds import STRICTNESS, problems_of
from umi_convert.verify.values import Check, Distributions, GreedyAgreement, RoleVerdict, Share, Speed
from umi_local.cli import cli
from umi_local.messages import Role

PAGE = Path(__file__).parents[2] / "docs" / "refusals.md"

HEAD = """\
# What is refused

Every refusal of `umi convert` with its words, as small cases of each gave them (`tests/convert/refusals.py` makes the cases,
`tests/convert/test_refusals.py` runs them, writes this page, and fails when a word changes). Each ends with exit code 1, or 2
where the command was used wrongly. Nothing is written then: what is found before the work is listed all at once, and what
fails on the way leaves no file under a final name. `umi --debug convert ...` adds the traceback.
"""

CASES = list(all_cases())

HASH = re.compile(r"\b[0-9a-f]{16,64}\b")


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    return write_speaking(tmp_path_factory.mktemp("sound") / "sound")


@pytest.fixture(scope="module")
def said(sound, tmp_path_factory) -> Mapping[tuple[str, str], tuple[int, str, list[str]]]:
    """What each case said: exit code, output, and the names of files that weren't there before."""
    found = {}
    for section, title, fill in CASES:
        folder = tmp_path_factory.mktemp("case")
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            patch.setenv("HF_HUB_CACHE", str(folder.parent / "hf"))
            words = fill(Setting(folder, sound, patch))
            before = set(folder.rglob("*"))
            done = CliRunner().invoke(cli, words)
        new = [path.name for path in folder.rglob("*") if path not in before]
        output = HASH.sub("HASH", done.output.replace(str(folder), "FOLDER"))
        found[section, title] = (done.exit_code, output, new)
    return found


@pytest.mark.parametrize(("section", "title"), [case[:2] for case in CASES])
def test_a_refusal_has_a_message_and_leaves_nothing(said, section, title):
    exit_code, output, new = said[section, title]
    assert exit_code in (1, 2), output
    assert output.startswith("error: "), output
    assert "a defect of umi-local" not in output
    assert "Traceback" not in output
    assert new == []


def missed() -> VerdictError:
    """A verdict against a caller, in numbers that are made up."""
    share = Share(n=20, n_same=14, n_sure=10, n_sure_same=7)
    speed = Speed(prompt_tokens_per_s=1, decode_tokens_per_s=1)
    verdict = RoleVerdict(
        role=Role.CALLER,
        token_ids=Check(n=50),
        prompts=Check(n=20),
        greedy=GreedyAgreement(identical=share, mean_prefix_tokens=3, mean_tokens=9),
        distributions=Distributions(n_positions=500, top1=0.71, top10=0.7, mean_kl=0.512, p99_kl=4.25, n_not_finite=2),
        decisions=None,
        names=replace(share, n_sure_same=9),
        calls=share,
        speed=speed,
        reference_speed=speed,
        size_bytes=1,
        reference_size_bytes=2,
    )
    other = replace(
        verdict, role=Role.PLANNER, token_ids=Check(n=50, n_different=1, difference="'a' becomes [5], not [7]")
    )
    silent = replace(verdict, role=Role.SUMMARIZER, distributions=None)
    found = [problem for role in (verdict, other, silent) for problem in problems_of(role, STRICTNESS["normal"])]
    return VerdictError(found)


def page(said) -> str:
    parts = [HEAD]
    for section, cases in groupby(CASES, lambda case: case[0]):
        parts.append(f"## {section}\n")
        parts += [f"{title}:\n\n```text\n{said[section, title][1].strip()}\n```\n" for _, title, _ in cases]
    parts.append(f"## A verdict against it\n\nIn made-up numbers:\n\n```text\nerror: {missed()}\n```\n")
    return "\n".join(parts)


def test_the_page_says_what_is_said(said, request):
    text = page(said)
    if request.config.getoption("--update-golden"):
        PAGE.write_text(text, encoding="utf-8")
    assert text == PAGE.read_text(encoding="utf-8")
