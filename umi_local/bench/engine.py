"""The engine's figures: each against a bare loop, the high-level binding, or itself without the feature."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from umi_local.bench import transcript
from umi_local.bench.children import BARE, FIRST_TOKEN, SHARED, run_child
from umi_local.bench.figures import Figure, alternating
from umi_local.bench.material import Material
from umi_local.bench.peer import Peer
from umi_local.bench.transcript import Player
from umi_local.bundles.manifest import LoadedBundle
from umi_local.bundles.values import Bundle, FileRef, Layout, RoleSpec, RolesSpec
from umi_local.engine import speaking
from umi_local.engine.base import CancelToken, Sampling
from umi_local.engine.constrain import CallGrammars
from umi_local.engine.house import BundleHouse
from umi_local.engine.kv import Trunk
from umi_local.engine.llama_c import Context, ContextParams, Model
from umi_local.engine.options import EngineOptions, default_threads
from umi_local.engine.sampling import Sampler
from umi_local.engine.seats import Seat
from umi_local.engine.text import Encoder
from umi_local.messages import Role, Trajectory, UserTurn
from umi_local.prompts import CallForm, SharedProfile

N_CTX = 4096
N_DECODED = 96


@dataclass(frozen=True)
class Bench:
    """One run of the benchmark on one base model."""

    material: Material
    folder: Path

    def figures(self) -> Iterator[Figure]:
        """Measure one figure after the other."""
        yield self.decode()
        yield self.constrained_call()
        yield from self.transcript()
        yield self.memory()
        yield self.merged_decode()
        yield self.prefix_cache()
        yield self.help()

    def bundle(self, residency: str) -> LoadedBundle:
        """The bundle that is measured: layout shared, three rank-16 adapters, and the same merged."""
        roles = {
            role.value: RoleSpec(
                adapter=FileRef(file=str(self.material.adapters[role])),
                model=FileRef(file=str(self.material.merged[role])),
            )
            for role in Role
        }
        return LoadedBundle(
            Bundle(
                name="bench",
                version="1",
                license="Apache-2.0",
                layout=Layout.SHARED,
                profile="shared",
                markers="chatml",
                n_ctx=N_CTX,
                residency="merged" if residency == "merged" else "adapters",
                base=FileRef(file=str(self.material.base)),
                roles=RolesSpec(**roles),
            ),
            self.folder,
        )

    @contextmanager
    def house(self, residency: str) -> Iterator[BundleHouse]:
        """The bundle's models and contexts in this thread."""
        options = EngineOptions(n_ctx=N_CTX, prefix_cache_bytes=0)
        house = BundleHouse(self.bundle(residency), options, residency=residency)
        try:
            yield house
        finally:
            house.close()

    def decode(self) -> Figure:
        """Our sampling loop against nothing but llama_decode."""
        with _model(self.material.base) as model, _context(model) as context:
            trunk = Trunk(context)
            trunk.sync([model.tokenize("A long story begins. " * 40, special=False)], lambda: None)
            ours, bare = _decode_times(model, trunk, trunk)
        return _decode_figure("decode, our sampling loop / bare llama_decode loop", ours, bare)

    def merged_decode(self) -> Figure:
        """A role's turn on its merged weights against a bare loop on that file."""
        with self.house("merged") as house:
            seat: Seat = house.seats[Role.SUMMARIZER]
            prompt = seat.profile.prompt(Trajectory(transcript.TOOLS, (UserTurn("Tell me a story."),)), Role.SUMMARIZER)
            scratch, _ = seat.open(prompt, lambda: None)
            scratch.close()
            assert seat.speaker is not None  # residency merged
            assert isinstance(seat.model, Model)  # and llama.cpp's
            ours, bare = _decode_times(seat.model, seat.speaker, seat.speaker)
        return _decode_figure("decode of a role's turn, residency merged / bare llama_decode loop", ours, bare)

    def constrained_call(self) -> Figure:
        """One call bound to five tools: llama-cpp-python's GBNF grammar against ours, both greedy, prompt evaluated."""
        from llama_cpp import Llama
        from llama_cpp.llama_grammar import LlamaGrammar

        prompt = "List of tools: read_file, list_files, calculate. To read the file notes/plan.txt, the call is:\n"
        n_threads = default_threads()
        peer = Llama(
            str(self.material.base), n_ctx=N_CTX, n_threads=n_threads, n_threads_batch=n_threads, verbose=False
        )
        grammar = LlamaGrammar.from_string(_GBNF, verbose=False)
        with _model(self.material.base) as model, _context(model) as context:
            trunk, grammars, encoder = Trunk(context), CallGrammars(model), Encoder(model)
            tokens = model.tokenize(prompt, special=False)
            trunk.sync([tokens[:-1]], lambda: None)
            texts = {}

            def ours() -> None:
                scratch = trunk.fork()
                speech = _speech(model, encoder, scratch, tokens[-1:])
                turn, _ = speaking.call(
                    speech, grammars.call(transcript.TOOLS, CallForm.JSON), transcript.TOOLS, max_tokens=64
                )
                texts["ours"] = transcript.text_of(turn)
                texts["n"] = f"{speech.n_sampled} sampled, {speech.n_forced} forced"
                scratch.close()

            def theirs() -> None:
                answer: Any = peer.create_completion(tokens, grammar=grammar, temperature=0.0, max_tokens=64)
                texts["theirs"] = answer["choices"][0]["text"]

            seconds, peer_seconds = alternating(ours, theirs)
        peer.close()
        return Figure(
            name="one constrained call, LlamaGrammar time / ours",
            value=peer_seconds / seconds,
            bound=2.0,
            parts={"ours_ms": seconds * 1e3, "llama_grammar_ms": peer_seconds * 1e3, **texts},
        )

    def transcript(self) -> Iterator[Figure]:
        """Three calls and an answer: tokens evaluated, and wall time against three `Llama` objects."""
        seconds: dict[str, float] = {}
        peer = Peer(self.material, N_CTX)
        try:
            for residency in ("adapters", "merged"):
                with self.house(residency) as house:
                    player = Player(house)
                    player.play()  # warm: pages, grammars
                    usage = sum((player.usage[role].evaluated_tokens for role in Role), 0)
                    final = transcript.n_final_tokens(house)
                    ours, theirs = alternating(lambda: _play_afresh(player), peer.play, rounds=3)  # noqa: B023
                    seconds[residency], seconds[f"three Llama objects ({residency} run)"] = ours, theirs
                if residency == "adapters":
                    evaluated = _evaluated_afresh(self)
                    yield Figure(
                        name="three-call transcript: evaluated prompt tokens / tokens of the final conversation",
                        value=evaluated / final,
                        bound=1.20,
                        at_most=True,
                        parts={"evaluated_tokens": evaluated, "final_tokens": final, "evaluated_when_warm": usage},
                    )
        finally:
            peer.close()
        faster = min(("adapters", "merged"), key=lambda name: seconds[name])
        yield Figure(
            name="three-call transcript: time of three Llama objects / ours (the faster residency)",
            value=seconds[f"three Llama objects ({faster} run)"] / seconds[faster],
            bound=2.0,
            parts={f"{name}_s": value for name, value in seconds.items()} | {"faster_residency": faster},
        )

    def memory(self) -> Figure:
        """Peak memory of layout shared with three adapters against one bare model with one context."""
        bare = run_child(BARE, str(self.material.base), str(N_CTX))
        shared = run_child(SHARED, *_material_arguments(self))
        return Figure(
            name="peak memory, shared with three rank-16 adapters / one bare model with one context",
            value=shared["peak_mb"] / bare["peak_mb"],
            bound=1.25,
            at_most=True,
            parts={"shared_mb": shared["peak_mb"], "bare_mb": bare["peak_mb"]},
        )

    def prefix_cache(self) -> Figure:
        """Time from the start of a process to the planner's first token, with all built-in tools."""
        with tempfile.TemporaryDirectory() as cache:
            seconds = [run_child(FIRST_TOKEN, UMI_CACHE_DIR=cache)["seconds"] for _ in range(4)]
        without, with_cache = seconds[0], sorted(seconds[1:])[1]
        return Figure(
            name="second process: time to the first planner token without / with the prefix cache on disk",
            value=without / with_cache,
            bound=3.0,
            parts={"without_s": without, "with_s": with_cache},
        )

    def help(self) -> Figure:
        """CPU seconds of `umi --help`, the median of five."""
        seconds = sorted(_cpu_of([sys.executable, "-m", "umi_local", "--help"]) for _ in range(5))
        return Figure(name="umi --help, CPU seconds", value=seconds[2], bound=0.15, at_most=True)


def _decode_figure(name: str, ours: float, bare: float) -> Figure:
    parts = {"ours_tokens_per_s": N_DECODED / ours, "bare_tokens_per_s": N_DECODED / bare}
    return Figure(name=name, value=bare / ours, bound=0.95, parts=parts)


def _decode_times(model: Model, ours: Trunk, bare: Trunk) -> tuple[float, float]:
    """Time N_DECODED tokens after the same conversation, through the summarizer's loop and through llama_decode alone."""
    encoder, start = Encoder(model), model.tokenize("Once", special=False)

    def speak() -> None:
        scratch = ours.fork()
        speech = _speech(model, encoder, scratch, start)
        speech.stops = frozenset()  # a fixed length
        speaking.summarize(speech, N_DECODED)
        assert speech.n_sampled == N_DECODED
        scratch.close()

    def loop() -> None:
        scratch = bare.fork()
        scratch.decode(start)
        context, position = bare.context, bare.n_tokens + len(start)
        for i in range(N_DECODED):
            context.decode((1000 + i,), position + i, 1)
        scratch.close()

    return alternating(speak, loop)


def _speech(model: Model, encoder: Encoder, scratch: Any, cue: list[int]) -> speaking.Speech:
    return speaking.Speech(
        model=model,
        encoder=encoder,
        profile=SharedProfile(),
        scratch=scratch,
        sampler=Sampler(Sampling()),
        logits=scratch.decode(cue),
        stops=model.vocab.stops,
        stop_text="",
        cancel=CancelToken(),
        on_text=lambda text: None,
        banned=np.array(sorted(model.vocab.control), dtype=np.int64),
    )


def _play_afresh(player: Player) -> None:
    """Play from an empty cache: what a new question costs."""
    for seat in player.house.seats.values():
        seat.trunk.roll_back(0)
        if seat.speaker is not None:
            seat.speaker.roll_back(0)
    player.play()


def _evaluated_afresh(bench: Bench) -> int:
    with bench.house("adapters") as house:
        player = Player(house)
        player.play()
        return sum((player.usage[role].evaluated_tokens for role in Role), 0)


@contextmanager
def _model(path: Path) -> Iterator[Model]:
    model = Model(path)
    try:
        yield model
    finally:
        model.close()


@contextmanager
def _context(model: Model) -> Iterator[Context]:
    context = Context(model, ContextParams(n_ctx=N_CTX, n_threads=default_threads()))
    try:
        yield context
    finally:
        context.close()


def _cpu_of(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _material_arguments(bench: Bench) -> list[str]:
    return [str(bench.folder)]


_GBNF = (
    "root ::= "
    + " | ".join(f"call{i}" for i in range(len(transcript.TOOLS)))
    + "\n"
    + "\n".join(
        f'call{i} ::= "{{\\"name\\":\\"{tool.name}\\",\\"arguments\\":{{" '
        + ' "," '.join(f'"\\"{key}\\":" string' for key in tool.parameters["properties"])
        + ' "}}"'
        for i, tool in enumerate(transcript.TOOLS)
    )
    + '\nstring ::= "\\"" char{0,120} "\\""\n'
    + r'char ::= [^"\\\x7F\x00-\x1F] | "\\" (["\\bfnrt] | "u" [0-9a-fA-F]{4})'
)
