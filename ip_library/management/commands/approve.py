"""``manage.py approve PROJECT KIND ASSET [--version N] --message WHY``: approve a version, as the local operator."""

from typing import Any

from django.core.management.base import CommandParser

from ip_library.core.documents import CANON, KINDS
from ip_library.core.reviews import APPROVED
from ip_library.management.base import SetteiCommand
from ip_library.selectors.blast import blast_radius
from ip_library.selectors.library import get_project, get_version
from ip_library.services.labels import set_status


class Command(SetteiCommand):
    """Moves ``canon`` to the version; an earlier one takes ``canon`` back."""

    help = "Approve a version: canon moves to it, on branch canon of the project's repository too."

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        """Make the parser; our ``--version`` (of the asset) replaces Django's own."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **options)

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("project", help="slug of the project: sakura")
        parser.add_argument("kind", choices=KINDS, metavar="KIND", help=f"one of {', '.join(KINDS)}")
        parser.add_argument("asset", help="whose version: miku")
        parser.add_argument("--version", type=int, dest="number", help="number of the version; default: the newest")
        parser.add_argument("--message", required=True, help="why; it stands in the Git history")
        parser.add_argument("--dry-run", action="store_true", help="say what would move, change nothing")

    def handle(
        self, *, project: str, kind: str, asset: str, number: int | None, message: str, dry_run: bool, **_: Any
    ) -> None:
        """Say what moves, then do it."""
        found = get_project(project)
        version = get_version(found, kind, asset, number)
        blast = blast_radius(found, kind, asset, label=CANON, target=version)
        before = blast.before.label if blast.before else "nothing"
        self.stdout.write(f"canon of {kind} {asset}: {before} -> {version.label}; moves with it: {blast.summary}")
        for change in blast.changes:
            self.stdout.write(f"  {change}")
        if dry_run:
            self.stdout.write("nothing was changed")
            return
        result = set_status(version=version, status=APPROVED, author=None, reason=message)
        if result.changeset:
            self.stdout.write(f"approved, commit {result.changeset.sha[:10]} on branch canon")
        else:
            self.stdout.write("it was approved already" if not result.did_something else "approved; canon was there")
