"""`umi bundle pull`, `push` and `remove`: bundles between this machine and a model hub."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from umi_local.commands import completing
from umi_local.commands.options import output_option

if TYPE_CHECKING:
    from umi_local.bundles.hub_names import HubRepo

_HUB = "hub:OWNER/NAME[@REV]"


@click.command(short_help="Download a bundle from a model hub.")
@click.argument("source", metavar=f"{_HUB}|NAME|DIR", shell_complete=completing.own_bundle_names)
@click.option("--name", metavar="NAME", help="What to call it here.  [default: the repository's name]")
@click.option("--force", is_flag=True, help="Replace a bundle of that name.")
@output_option("text", "json")
@click.pass_context
def pull(ctx: click.Context, source: str, name: str | None, force: bool, output: str) -> None:
    """Download a bundle, check every byte, and put it among your bundles.

    REV is a branch, a tag or a commit. With the NAME or DIR of a bundle here, whose bundle.toml names files on a hub, these
    are downloaded. What was interrupted goes on where it ended when the same command is run again.
    """
    from umi_local.bundles.catalog import find_bundle
    from umi_local.bundles.hub_names import is_hub_name
    from umi_local.bundles.pulling import Pull, complete_bundle, pull_bundle
    from umi_local.commands.bundle_facts import pulled_facts, pulled_object
    from umi_local.errors import UsageError
    from umi_local.screen.displays import write_json
    from umi_local.screen.errors import show_error
    from umi_local.screen.progress import bytes_bar
    from umi_local.screen.tables import show_facts

    if not is_hub_name(source) and (name or force):
        raise UsageError(f"--name and --force belong to {_HUB}", hint="A bundle that is here keeps its name.")
    try:
        with bytes_bar() as on_progress:
            how = Pull(on_progress=on_progress)
            if is_hub_name(source):
                pulled = pull_bundle(_repo(source), name=name, force=force, how=how)
            else:
                pulled = complete_bundle(find_bundle(source), how=how)
    except KeyboardInterrupt:
        show_error("interrupted", "Run the same command again: what was downloaded is kept.")
        ctx.exit(130)
    if output == "json":
        write_json(pulled_object(pulled))
    else:
        show_facts(pulled_facts(pulled))


@click.command(short_help="Upload a bundle to a model hub.")
@click.argument("name", metavar="NAME|DIR", shell_complete=completing.own_bundle_names)
@click.argument("repository", metavar=_HUB)
@click.option("--private", is_flag=True, help="Make the repository private, if it is new.")
@click.option("--revision", metavar="BRANCH", help="Push to this branch; same as @REV.  [default: main]")
@click.option("--message", metavar="TEXT", help="Of the commit.")
@output_option("text", "json")
def push(name: str, repository: str, private: bool, revision: str | None, message: str | None, output: str) -> None:
    """Verify a bundle and upload everything in its folder as one commit.

    Its README.md must state a licence. Log in first with `hf auth login`, or set HF_TOKEN. The repository is made where it
    is missing; files of an older bundle in it are removed, and a repository that holds something else is refused.
    """
    from umi_local.bundles.catalog import find_bundle
    from umi_local.bundles.hub import open_api
    from umi_local.bundles.pushing import plan_push, push_bundle
    from umi_local.commands.bundle_facts import planned_rows, pushed_facts, pushed_object
    from umi_local.errors import UsageError
    from umi_local.screen.displays import write_json
    from umi_local.screen.progress import bytes_bar
    from umi_local.screen.tables import show_facts, show_rows
    from umi_local.screen.terminal import allows_style

    repo = _repo(repository)
    if revision is not None and repo.revision not in (None, revision):
        raise UsageError(f"{repository} and --revision {revision} name two branches", hint="Keep one of them.")
    repo = repo.at(revision or repo.revision)
    loaded = find_bundle(name)
    open_api(f"pushing to {repo}")  # offline, nothing needs to be verified first
    with bytes_bar() as on_progress:
        plan = plan_push(loaded, repo, on_progress)
    if output == "text":
        show_rows(("SIZE", "FILE"), planned_rows(plan))
    pushed = push_bundle(plan, private=private, message=message or "", shows_bars=allows_style(sys.stderr))
    if output == "json":
        write_json(pushed_object(plan, pushed))
    else:
        show_facts(pushed_facts(plan, pushed))


@click.command(short_help="Delete one of your bundles from this machine.")
@click.argument("name", metavar="NAME", shell_complete=completing.own_bundle_names)
@click.option("--yes", is_flag=True, help="Don't ask.")
def remove(name: str, yes: bool) -> None:
    """Delete one of your bundles, and what an interrupted download of it left.

    Only bundles in the data folder are deleted. Files that bundle.toml names on a hub stay in the cache folder, since other
    bundles may name them too.
    """
    from umi_local.bundles.removing import plan_removal, remove_bundle
    from umi_local.errors import UsageError
    from umi_local.screen.terminal import can_ask
    from umi_local.sizes import size_text

    removal = plan_removal(name)
    what = f"{'the unfinished download of ' if removal.is_unfinished else ''}{removal.name!r}"
    if not yes:
        if not can_ask():
            raise UsageError(f"nobody can be asked whether to remove {what}", hint="Say --yes to remove it.")
        question = f"Remove {what}, {size_text(removal.n_bytes)} in {removal.folder}?"
        if not click.confirm(question, default=False, err=True):
            return
    remove_bundle(removal)
    click.echo(f"removed {what}, {size_text(removal.n_bytes)}")


def _repo(text: str) -> HubRepo:
    from umi_local.bundles.hub_names import parse_repo
    from umi_local.errors import UsageError

    try:
        return parse_repo(text)
    except ValueError as error:
        raise UsageError(
            str(error), hint="For example hub:someone/weather-umi, or hub:someone/weather-umi@v2."
        ) from error
