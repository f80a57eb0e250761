"""``manage.py mirror [PROJECT]``: push to the configured mirror, forward only; for a timer."""

from typing import Any

from django.core.management.base import CommandParser

from ip_library.management.base import SetteiCommand
from ip_library.models import Project
from ip_library.selectors.library import get_project
from ip_library.services.mirrors import push_project

_WHAT_TO_DO = (
    "  Do not force it. Run `manage.py verify`: where it is clean, somebody wrote into the mirror; keep a copy of the\n"
    "  mirror as evidence, make a new empty one, and push again. Where it is not, the mirror has the history that is\n"
    "  missing here. docs/trust.md says more."
)


class Command(SetteiCommand):
    """Ends with 1 when a mirror refused, or could not be reached."""

    help = "Push each project's branches to SETTEI_MIRROR, fast-forward only; a refusal is an alarm."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("project", nargs="?", help="the project's slug; all projects without it")

    def handle(self, *, project: str | None, **_: Any) -> None:
        """Push one project, or all; go on with the next where one fails."""
        failed = False
        for row in [get_project(project)] if project else Project.objects.order_by("slug"):
            report = push_project(project=row)
            if report.alarm:
                self.stderr.write(f"project {row.slug}: ALARM: {report.problem}\n{_WHAT_TO_DO}")
            elif report.problem:
                self.stderr.write(f"project {row.slug}: {report.target} could not be reached: {report.problem}")
            else:
                moved = ", ".join(report.moved) or "nothing new"
                self.stdout.write(f"project {row.slug}: {moved} to {report.target}")
            failed = failed or bool(report.problem)
        if failed:
            raise SystemExit(1)
