"""``manage.py recover``: put everything in order after a crash; nothing that was acknowledged is lost."""

from typing import Any

from generation.services.recover import recover_queue
from ip_library.core.errors import LibraryError
from ip_library.management.base import SetteiCommand
from ip_library.models import Project
from ip_library.services.recover import recover_project


class Command(SetteiCommand):
    """Safe to run at any time, and as often as you like. Ends with 1 when a project is not what its rows say."""

    help = "Write again what a killed process left undone: commits, branches, jobs, half-written files."

    def handle(self, **_: Any) -> None:
        """Recover every project, then the queue and the image store; print what was done."""
        alarms = 0
        for project in Project.objects.order_by("slug"):
            try:
                report = recover_project(project)
            except LibraryError as reason:
                alarms += 1
                self.stderr.write(f"project {project.slug}: ALARM: {reason}")
                continue
            self.stdout.write(
                f"project {project.slug}: {report.rewritten} commits written again, {report.moved} branches put back, "
                f"{report.sealed} changesets sealed, {report.leftovers} leftovers removed"
            )
        queue = recover_queue()
        self.stdout.write(
            f"queue: {queue.requeued} jobs given back, {queue.dead} given up, {queue.rung} doorbells rung\n"
            f"images: {queue.leftovers} leftovers removed"
        )
        if alarms:
            raise SystemExit(1)
