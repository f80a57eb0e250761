"""``manage.py rebuild_index PROJECT [--repository PATH]``: restore a project's rows from Git alone."""

from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import CommandParser
from tqdm import tqdm

from ip_library.management.base import SetteiCommand
from ip_library.services.rebuild import rebuild_project


class Command(SetteiCommand):
    """For a database that lost a project, or some of it. Rows that are there are compared, never changed."""

    help = "Restore the changesets, versions, prompts, labels, approvals, anchors and drafts of a project from Git."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("project", help="the project's slug")
        parser.add_argument("--repository", type=Path, help="read a mirror or a bare clone instead of our own")

    def handle(self, *, project: str, repository: Path | None, **_: Any) -> None:
        """Restore, then say what came back and what cannot."""
        with tqdm(desc=f"project {project}", unit="commit", disable=None, leave=False) as bar:
            report = rebuild_project(slug=project, repository=repository, on_progress=partial(_move, bar))
        self.stdout.write(
            f"project {project}: {report.changesets} changesets with {report.versions} versions restored, "
            f"{report.drafts} drafts made"
        )
        for line in report.left_out:
            self.stdout.write(f"  no draft of {line}")
        if report.did_something:
            self.stdout.write(
                "Not in Git, so not restored: the audit events (a new chain begins here; sign its start with "
                "`manage.py anchor`), members, the project's name and settings, statuses other than approved, "
                "waivers, vocabulary and reference pictures."
            )


def _move(bar: "tqdm[NoReturn]", done: int, total: int) -> None:
    bar.total = total
    bar.update(done - bar.n)
