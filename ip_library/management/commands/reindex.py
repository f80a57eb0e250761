"""``manage.py reindex [PROJECT]``: make anew what search looks into."""

import sys
from functools import partial
from typing import Any

from django.core.management.base import CommandParser
from tqdm import tqdm

from ip_library.management.base import SetteiCommand
from ip_library.models import Project
from ip_library.selectors.library import get_project
from ip_library.services.index import reindex_project


class Command(SetteiCommand):
    """Safe at any time: what search looks into is made from the drafts alone."""

    help = "Make anew what search looks into: of one project, or of all."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("project", nargs="?", help="slug of the project; without it all projects are done")

    def handle(self, *, project: str | None, **_: Any) -> None:
        """Go through the drafts."""
        projects = [get_project(project)] if project else list(Project.objects.all())
        for row in projects:
            with tqdm(desc=row.slug, unit="asset", disable=not sys.stderr.isatty()) as bar:
                assets = reindex_project(row, on_progress=partial(_show, bar))
            self.stdout.write(f"{row.slug}: {assets} {'asset' if assets == 1 else 'assets'} indexed")


def _show(bar: Any, done: int, total: int) -> None:
    bar.total = total
    bar.update(done - bar.n)
