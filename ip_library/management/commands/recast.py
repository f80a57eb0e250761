"""``manage.py recast PROJECT KIND ASSET --message WHY``: commit again what follows an asset."""

import sys
from typing import Any

from django.core.management.base import CommandParser
from tqdm import tqdm

from ip_library.core.documents import KINDS
from ip_library.core.errors import InvalidDocumentError, RefusedError
from ip_library.management.base import SetteiCommand
from ip_library.selectors.library import get_project, get_version
from ip_library.selectors.prepare import Prepared
from ip_library.services.recast import preview_recast, recast


class Command(SetteiCommand):
    """Commits in one changeset; with ``--dry-run`` says what would move, and changes nothing."""

    help = "Commit the shots and variants that follow an asset again, so that they use what their labels point to now."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("project", help="slug of the project: sakura")
        parser.add_argument("kind", choices=KINDS, metavar="KIND", help=f"one of {', '.join(KINDS)}")
        parser.add_argument("asset", help="whose followers: miku")
        parser.add_argument("--message", default="", help="what changed and why; it stands in the Git history")
        parser.add_argument("--only", action="append", default=[], metavar="ASSET", help="only this; may be repeated")
        parser.add_argument("--dry-run", action="store_true", help="say what would move, change nothing")
        parser.add_argument("--progress", action="store_true", help="show a bar even where nobody seems to watch")

    def handle(
        self,
        *,
        project: str,
        kind: str,
        asset: str,
        message: str,
        only: list[str],
        dry_run: bool,
        progress: bool,
        **_: Any,
    ) -> None:
        """Say what moves, then do it."""
        if not message.strip() and not dry_run:
            raise RefusedError("--message", message, "a sentence that says what changed and why")
        found = get_project(project)
        get_version(found, kind, asset)
        quiet = not progress and not sys.stderr.isatty()
        with tqdm(total=2, desc="recast", unit="step", disable=quiet) as bar:
            bar.set_postfix_str("looking")
            prepared = preview_recast(found, kind, asset, only)
            bar.update()
            moving = [item for item in prepared if item.version or item.problems]
            if not dry_run and moving and not any(item.problems for item in moving):
                bar.set_postfix_str(f"committing {len(moving)}")
                result = recast(project=found, kind=kind, asset=asset, message=message, author=None, only=only)
                sha = result.changeset.sha[:10] if result.changeset else ""
            else:
                sha = ""
            bar.update()
        for item in moving:
            self._print(item)
        still = len(prepared) - len(moving)
        self.stdout.write(f"{len(moving)} of {len(prepared)} followers of {kind} {asset} move; {still} are up to date")
        broken = [item for item in moving if item.problems]
        if broken and not dry_run:
            first = broken[0]
            raise InvalidDocumentError(f"{first.document.kind} {first.document.asset}", first.problems)
        if sha:
            self.stdout.write(f"committed as {sha}")
        elif dry_run:
            self.stdout.write("nothing was changed")

    def _print(self, item: Prepared) -> None:
        """Print one line of the table."""
        before = item.last.label if item.last else "-"
        after = item.version.label if item.version else f"refused: {item.problems[0]}"
        self.stdout.write(f"  {item.document.kind:<10} {item.document.asset:<24} {before} -> {after}")
