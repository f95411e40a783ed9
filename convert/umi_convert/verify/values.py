"""What a verdict says, as values: per role what was compared and how well it agrees, and what stands against it.

Counts are kept beside shares, so that a reader sees what a share is made of. Everything is deterministic but speed.
"""

from __future__ import annotations

from dataclasses import dataclass

from umi_convert.verify.thresholds import Thresholds
from umi_local.messages import JsonObject, JsonValue, Role

FORMAT = 1

_READ_TOKENS, _WRITTEN_TOKENS = 200, 40
"""What a role reads anew and writes in a typical step: an observation with a turn or two, and one turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Things that must be equal, one by one; `difference` shows the first that isn't."""

    n: int
    n_different: int = 0
    difference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of `n` choices are the same, and how many of those of which the reference was sure."""

    n: int
    n_same: int
    n_sure: int
    n_sure_same: int

    @property
    def value(self) -> float:
        """The share of all, 1 of nothing."""
        return self.n_same / self.n if self.n else 1.0

    @property
    def sure(self) -> float:
        """The share of those of which the reference was sure, 1 of nothing."""
        return self.n_sure_same / self.n_sure if self.n_sure else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GreedyAgreement:
    """Turns spoken at temperature 0, each after the trajectory's own history, under the engine's own rules.

    Attributes:
        identical: Turns of which all tokens are the same.
        mean_prefix_tokens: First tokens that are the same.
        mean_tokens: Of the reference's turns.
    """

    identical: Share
    mean_prefix_tokens: float
    mean_tokens: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Distributions:
    """Next-token distributions over the role's own words.

    Attributes:
        top1: Share of positions at which the likeliest token is the same.
        top10: Mean share of the reference's ten likeliest tokens that are among the candidate's ten.
        mean_kl: Mean of KL(reference || candidate) in nats, over the whole vocabulary.
        p99_kl: The value that 99% of positions stay below.
        n_not_finite: Positions at which the candidate's logits hold NaN or infinity; they are left out of the rest.
    """

    n_positions: int
    top1: float
    top10: float
    mean_kl: float
    p99_kl: float
    n_not_finite: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Tokens per second, the best of a few rounds; measured, so never twice the same."""

    prompt_tokens_per_s: float
    decode_tokens_per_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleVerdict:
    """One role of the candidate beside the reference's.

    Attributes:
        distributions: None where no position could be compared.
        decisions: The planner's, after the trajectory's own rationale.
        names, calls: The caller's tools, and whole calls (the name and, as canonical JSON, the arguments).
        size_bytes: The files this role needs; roles may share some.
    """

    role: Role
    token_ids: Check
    prompts: Check
    greedy: GreedyAgreement
    distributions: Distributions | None
    decisions: Share | None
    names: Share | None
    calls: Share | None
    speed: Speed
    reference_speed: Speed
    size_bytes: int
    reference_size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Under which conditions both sides were measured."""

    engine: str
    n_threads: int
    n_ctx: int
    n_batch: int
    kv_type: str
    reference_kv_type: str
    n_trajectories: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a bundle is as good as its reference.

    Attributes:
        label: What the candidate is called in tables, such as its file type.
        size_bytes: The distinct files that the judged roles need.
        notices: What was left out or shortened while measuring.
        problems: What misses the thresholds, one sentence each.
    """

    format: int = FORMAT
    label: str
    candidate: str
    reference: str
    layout: str
    conditions: Conditions
    thresholds: Thresholds
    roles: tuple[RoleVerdict, ...]
    size_bytes: int
    reference_size_bytes: int
    notices: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing stands against it."""
        return not self.problems

    @property
    def step_s(self) -> float:
        """Seconds that a typical step of all roles takes, 200 tokens read and 40 written each: what `auto` compares."""
        return sum(
            _READ_TOKENS / role.speed.prompt_tokens_per_s + _WRITTEN_TOKENS / role.speed.decode_tokens_per_s
            for role in self.roles
        )

    def to_json(self) -> JsonObject:
        """Return the verdict for `json.dumps`."""
        from umi_local.jsonable import to_jsonable

        data: JsonObject = to_jsonable(self)
        return {**data, "passed": self.passed}

    @classmethod
    def from_json(cls, data: JsonValue) -> Verdict:
        """Return the verdict that `to_json` wrote.

        Raises:
            JsonableError: The data isn't a verdict; all problems are listed.
        """
        from umi_local.jsonable import from_jsonable

        if isinstance(data, dict):
            data = {key: value for key, value in data.items() if key != "passed"}
        verdict: Verdict = from_jsonable(cls, data)
        return verdict
