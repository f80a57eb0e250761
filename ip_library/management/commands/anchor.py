"""``manage.py anchor [PROJECT]``: sign where branches and audit chain stand; for a timer."""

from typing import Any

from django.core.management.base import CommandParser

from ip_library.management.base import SetteiCommand
from ip_library.models import Project
from ip_library.selectors.library import get_project
from ip_library.services.anchors import anchor_project


class Command(SetteiCommand):
    """Does nothing where nothing has happened since the last anchor."""

    help = "Sign each project's heads and audit chain with SETTEI_ANCHOR_KEY, on branch anchors."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("project", nargs="?", help="the project's slug; all projects without it")

    def handle(self, *, project: str | None, **_: Any) -> None:
        """Anchor one project, or all."""
        for row in [get_project(project)] if project else Project.objects.order_by("slug"):
            anchor = anchor_project(project=row)
            if anchor is None:
                self.stdout.write(f"project {row.slug}: nothing has happened since the last anchor")
            else:
                made = f"anchor {anchor.changeset.sequence}, commit {anchor.changeset.sha}"
                self.stdout.write(f"project {row.slug}: {made}, signed by {anchor.signer}")
