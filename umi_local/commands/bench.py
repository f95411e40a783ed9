"""`umi bench`: measure this machine, as ratios within one run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from umi_local.bench.figures import Figure


@click.group()
def bench() -> None:
    """Measure the engine on this machine, as ratios in one run."""


@bench.command()
@click.option("--model", "model_path", type=click.Path(path_type=Path), help="A GGUF; the embedded model by default.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--work", type=click.Path(path_type=Path), help="Folder for the files made; kept, to be used again.")
def engine(model_path: Path | None, output: str, work: Path | None) -> None:
    """Compare the engine with bare loops and with llama-cpp-python's own high-level API.

    Takes some minutes on two cores. Nothing else should run meanwhile: llama.cpp's threads wait for each other. Exits with 1
    where a figure misses its bound.
    """
    import tempfile

    from umi_local.bench.engine import Bench
    from umi_local.bench.material import make
    from umi_local.bundles.assembly import assembled
    from umi_local.bundles.catalog import find_bundle

    base = model_path or _embedded(assembled(find_bundle("embedded")))
    with tempfile.TemporaryDirectory() as temporary:
        folder = work or Path(temporary)
        material = make(base, folder)
        found = []
        for figure in Bench(material, folder).figures():
            found.append(figure)
            if output == "text":
                click.echo(_line(figure))
    if output == "json":
        import json

        click.echo(json.dumps({**_machine(base), "figures": [_as_object(figure) for figure in found]}, indent=1))
    if not all(figure.is_met for figure in found):
        raise SystemExit(1)


def _embedded(loaded: Any) -> Path:
    path: Path = loaded.path_of(loaded.bundle.base)
    return path


def _line(figure: Figure) -> str:
    mark = "ok  " if figure.is_met else "MISS"
    return f"{mark} {figure.value:7.3f}  ({figure.requirement})  {figure.name}"


def _as_object(figure: Figure) -> dict[str, Any]:
    return {
        "name": figure.name,
        "value": round(figure.value, 4),
        "must_be": figure.requirement,
        "met": figure.is_met,
        "parts": {k: round(v, 4) if isinstance(v, float) else v for k, v in figure.parts.items()},
    }


def _machine(base: Path) -> dict[str, Any]:
    import os
    import platform

    import llguidance
    import psutil

    from umi_local import __version__
    from umi_local.engine.llama_c import LLAMA_CPP_VERSION
    from umi_local.engine.options import default_threads

    return {
        "umi_local": __version__,
        "llama_cpp_python": LLAMA_CPP_VERSION,
        "llguidance": getattr(llguidance, "__version__", "unknown"),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "threads": default_threads(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "model": base.name,
    }
