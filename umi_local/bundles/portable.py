"""Whether a bundle can leave this machine, or come to it: what its files may be named, and what it would do elsewhere. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from umi_local.bundles.hub_names import is_hidden, path_problem
from umi_local.bundles.package_files import is_package_file, package_of
from umi_local.bundles.values import Bundle, FileRef


def files_inside(bundle: Bundle) -> tuple[str, ...]:
    """Return the files that the bundle's own folder must hold, each once; those of hubs and packages are elsewhere."""
    return tuple(dict.fromkeys(ref.file for _, ref in bundle.files() if is_inside(ref)))


def is_inside(ref: FileRef) -> bool:
    """Whether a file is meant to lie in the bundle's folder."""
    return ref.hub is None and not is_package_file(ref.file)


def problems_elsewhere(bundle: Bundle) -> tuple[str, ...]:
    """Return what keeps a bundle from being the same on another machine, each with its place."""
    return tuple(
        f"{where}.file is {ref.file!r}, which {problem}"
        for where, ref in bundle.files()
        if is_inside(ref) and (problem := _problem(ref.file))
    )


def remarks(bundle: Bundle) -> Iterator[str]:
    """Yield what somebody should know before running a bundle that others made."""
    for role, spec in bundle.roles:
        if spec.endpoint is not None:
            key = spec.endpoint.api_key_env
            secret = f", and sends it the key in ${key}" if key else ""
            yield f"the {role.value} sends conversations to {spec.endpoint.url}{secret}"
    for where, ref in bundle.files():
        if is_package_file(ref.file):
            yield f"{where} is a file of the Python package {package_of(ref.file)!r}, which isn't part of the download"


def _problem(file: str) -> str | None:
    if file.startswith("~"):
        return "isn't a plain path inside its folder"
    if is_hidden(file) and not path_problem(file):
        return "is hidden: such files are no part of a bundle"
    return path_problem(file)
