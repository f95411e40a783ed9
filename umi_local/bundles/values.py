"""What a bundle is: the content of `bundle.toml` as frozen values.

A bundle names the models, adapters or endpoints of the three roles, how prompts are written for
them, and enough facts (sizes, hashes, probe texts) to notice a wrong file before it talks nonsense.
Each value checks itself; whether they fit each other is said in `consistency.py`. No input or
output here: `manifest.py` reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from umi_local.bundles.hub_names import HubFile, is_hub_name, parse_file
from umi_local.bundles.package_files import is_package_file
from umi_local.engine.base import Sampling
from umi_local.messages import Role

FORMAT = 1
"""The version of bundle.toml that this umi-local reads."""

Profile: TypeAlias = Literal["shared", "single", "prompted", "alpha-umi"]
Markers: TypeAlias = Literal["chatml", "llama3", "gemma", "mistral", "plain", "template"]
Residency: TypeAlias = Literal["auto", "adapters", "merged"]


class Layout(str, Enum):
    """How the three roles share weights and keys and values."""

    SHARED = "shared"
    MERGED = "merged"
    ADAPTERS = "adapters"
    PROMPTED = "prompted"
    REMOTE = "remote"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRef:
    """One file of a bundle.

    Attributes:
        file: Relative to bundle.toml, absolute, `package:DISTRIBUTION/path/in/it` for a file that an
            installed Python distribution brought along, or `hub:OWNER/NAME[@REVISION]/path/in/it`
            for one that `umi bundle pull` fetches.
        size: In bytes.
        sha256: 64 lowercase hexadecimal digits.
        source: Where the file came from, for people and for `umi bundle pull`.
        base_fingerprint: On an adapter, the fingerprint of the base it was trained on. On a base,
            its own fingerprint; a base without one is known by its sha256.
    """

    file: str
    size: int | None = None
    sha256: str | None = None
    source: str | None = None
    base_fingerprint: str | None = None

    def __post_init__(self) -> None:
        problems = []
        if not self.file:
            problems.append("file is empty")
        if is_package_file(self.file) and not _names_package_file(self.file):
            problems.append(f"file is {self.file!r}; expected package:DISTRIBUTION/path/in/it")
        if is_hub_name(self.file):
            try:
                parse_file(self.file)
            except ValueError as error:
                problems.append(f"file {error}")
        if self.size is not None and self.size < 0:
            problems.append(f"size is {self.size}; expected 0 or more bytes")
        if self.sha256 is not None and not re.fullmatch(r"[0-9a-f]{64}", self.sha256):
            problems.append(f"sha256 is {self.sha256!r}; expected 64 lowercase hexadecimal digits")
        if problems:
            raise ValueError("; ".join(problems))

    @property
    def hub(self) -> HubFile | None:
        """The file on a hub that this stands for."""
        return parse_file(self.file) if is_hub_name(self.file) else None

    @property
    def fingerprint(self) -> str | None:
        """What an adapter's `base_fingerprint` is compared with if this file is the base."""
        return self.base_fingerprint or self.sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An OpenAI-compatible server that speaks for a role.

    Attributes:
        url: The API's root, such as `http://127.0.0.1:8080/v1`.
        model: The name that the server knows the model by.
        api_key_env: Name of the environment variable that holds the key; the key itself is never in
            a bundle.
        timeout_s: Seconds without a byte from the server after which it counts as unreachable.
        logprobs: Ask for the probabilities of the planner's decisions. They cost nothing on
            llama-server and vLLM, but half a second per token on llama-cpp-python's server.
    """

    url: str
    model: str
    api_key_env: str | None = None
    timeout_s: float = 120.0
    logprobs: bool = True

    def __post_init__(self) -> None:
        problems = []
        try:
            parts = urlsplit(self.url)
            sound = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:  # brackets that don't pair
            sound = False
        if not sound:
            problems.append(f"url is {self.url!r}; expected http://HOST[:PORT]/v1 or https://")
        if not self.timeout_s > 0:
            problems.append(f"timeout_s is {self.timeout_s}; expected seconds above 0")
        if problems:
            raise ValueError("; ".join(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleSpec:
    """What speaks for one role, and its sampling where it differs from the bundle's."""

    model: FileRef | None = None
    adapter: FileRef | None = None
    endpoint: Endpoint | None = None
    sampling: Sampling | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesSpec:
    """The three roles."""

    planner: RoleSpec = field(default_factory=RoleSpec)
    caller: RoleSpec = field(default_factory=RoleSpec)
    summarizer: RoleSpec = field(default_factory=RoleSpec)

    def of(self, role: Role) -> RoleSpec:
        """Return what speaks for a role."""
        return {
            Role.PLANNER: self.planner,
            Role.CALLER: self.caller,
            Role.SUMMARIZER: self.summarizer,
        }[role]

    def __iter__(self) -> Iterator[tuple[Role, RoleSpec]]:
        return ((role, self.of(role)) for role in Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A text and the token ids it must become, without special tokens and without a BOS."""

    text: str
    token_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """How the base that roles run on is made at first use: so a bundle is small where something else carries its base.

    Attributes:
        backbone: A LoRA GGUF that is merged into the bundle's `base`.
        type: One of llama.cpp's file types, which the result is quantized to.
        fingerprint: Of the merged weights before that; adapters belong to them.
    """

    backbone: FileRef
    type: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Everything that bundle.toml says.

    Attributes:
        license: SPDX expression of the weights, or `unknown`.
        markers: How turns are marked in the prompt; `template` is the model's own chat template.
        stop_ids: Token ids that end a turn, besides the end tokens that the model file itself
            names.
        n_ctx: Context length in tokens that the bundle is meant for.
        residency: How role weights of the shared layout are kept in memory.
        assembly: What becomes of `base` before anything runs on it; None where it is used as it is.
    """

    format: int = FORMAT
    name: str
    version: str
    license: str
    layout: Layout
    profile: Profile
    markers: Markers
    n_ctx: int
    description: str = ""
    stop_ids: tuple[int, ...] = ()
    residency: Residency = "auto"
    base: FileRef | None = None
    assembly: Assembly | None = None
    roles: RolesSpec = field(default_factory=RolesSpec)
    sampling: Sampling = field(default_factory=Sampling)
    probes: tuple[Probe, ...] = ()

    def sampling_of(self, role: Role) -> Sampling:
        """Return a role's sampling: its own, or the bundle's."""
        return self.roles.of(role).sampling or self.sampling

    @property
    def fingerprint(self) -> str | None:
        """Of the base that the roles' adapters belong to."""
        if self.assembly is not None:
            return self.assembly.fingerprint
        return self.base.fingerprint if self.base is not None else None

    def files(self) -> Iterator[tuple[str, FileRef]]:
        """Yield every file with its place in the TOML, such as `roles.caller.adapter`."""
        if self.base is not None:
            yield "base", self.base
        if self.assembly is not None:
            yield "assembly.backbone", self.assembly.backbone
        for role, spec in self.roles:
            for kind, ref in (("model", spec.model), ("adapter", spec.adapter)):
                if ref is not None:
                    yield f"roles.{role.value}.{kind}", ref

    def with_files(self, change: Callable[[FileRef], FileRef]) -> Bundle:
        """Return the same bundle with every file changed."""

        def changed(ref: FileRef | None) -> FileRef | None:
            return change(ref) if ref is not None else None

        specs = {
            role.value: replace(spec, model=changed(spec.model), adapter=changed(spec.adapter))
            for role, spec in self.roles
        }
        assembly = replace(self.assembly, backbone=change(self.assembly.backbone)) if self.assembly else None
        return replace(self, base=changed(self.base), assembly=assembly, roles=RolesSpec(**specs))


def _names_package_file(file: str) -> bool:
    distribution, _, path = file.removeprefix("package:").partition("/")
    parts = path.split("/")
    return bool(distribution) and all(parts) and not {".", ".."} & set(parts) and "\\" not in path
