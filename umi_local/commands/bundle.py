"""`umi bundle`: which bundles there are, what is in one, and whether its files are sound; hubs are in `bundle_hub.py`."""

from __future__ import annotations

import click

from umi_local.commands import bundle_hub, completing
from umi_local.commands.options import output_option


@click.group(short_help="List, inspect, verify, pull, push and remove bundles of models.")
def bundle() -> None:
    """Look at, verify, fetch, publish and remove bundles: the models of the three roles, and how they are prompted."""


@bundle.command("list", short_help="List the bundles that have a name.")
@output_option("text", "json")
def list_all(output: str) -> None:
    """List the built-in bundle and those in the data folder; broken ones too, with what is wrong."""
    from umi_local.bundles.catalog import list_bundles
    from umi_local.commands.bundle_facts import entry_object, entry_row
    from umi_local.screen.displays import write_json
    from umi_local.screen.tables import show_rows

    entries = list_bundles()
    if output == "json":
        write_json([entry_object(entry) for entry in entries])
    else:
        show_rows(("NAME", "LAYOUT", "N_CTX", "LICENSE", "DESCRIPTION"), [entry_row(entry) for entry in entries])


@bundle.command(short_help="Show what a bundle says about itself.")
@click.argument("name", metavar="NAME|DIR|FILE.gguf", shell_complete=completing.bundle_names)
@output_option("text", "json")
def inspect(name: str, output: str) -> None:
    """Show a bundle's roles, files, sizes and sources."""
    from umi_local.bundles.catalog import find_bundle
    from umi_local.commands.bundle_facts import bundle_facts, bundle_object, file_rows
    from umi_local.screen.displays import write_json
    from umi_local.screen.tables import show_facts, show_rows

    loaded = find_bundle(name)
    if output == "json":
        write_json(bundle_object(loaded))
        return
    show_facts(bundle_facts(loaded))
    show_rows(("FILE OF", "SIZE", "STATE", "PATH"), file_rows(loaded))


@bundle.command(short_help="Compare a bundle's files with its sizes and hashes.")
@click.argument("name", metavar="NAME|DIR|FILE.gguf", shell_complete=completing.bundle_names)
@output_option("text", "json")
@click.pass_context
def verify(ctx: click.Context, name: str, output: str) -> None:
    """Read every file of a bundle and compare it with bundle.toml and SHA256SUMS. Exits with 1 if something is wrong."""
    from umi_local.bundles.catalog import find_bundle
    from umi_local.bundles.verify import verify as check
    from umi_local.commands.bundle_facts import check_rows, report_object
    from umi_local.screen.displays import write_json
    from umi_local.screen.errors import show_error
    from umi_local.screen.progress import bytes_bar
    from umi_local.screen.tables import show_rows

    loaded = find_bundle(name)
    with bytes_bar() as on_progress:
        report = check(loaded, on_progress)
    if output == "json":
        write_json(report_object(report))
    else:
        show_rows(("FILE OF", "SIZE", "RESULT", "FILE"), check_rows(report))
        for problem in report.problems:
            show_error(problem)
    ctx.exit(0 if report.ok else 1)


bundle.add_command(bundle_hub.pull)
bundle.add_command(bundle_hub.push)
bundle.add_command(bundle_hub.remove)
