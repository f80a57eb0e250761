"""``manage.py worker``: the worker that renders, kept running, and the sweep of the queue."""

from typing import Any

from generation.management.ready import require_migrated
from generation.worker.programs import worker_program
from generation.worker.supervisor import Supervisor
from ip_library.management.base import SetteiCommand


class Command(SetteiCommand):
    """Runs until Ctrl-C or SIGTERM."""

    requires_system_checks = ["generation"]  # wrong settings are told before anything starts
    help = "Render queued jobs until Ctrl-C. One worker process a GPU; start it once on every machine that renders."

    def handle(self, **_: Any) -> None:
        """Run."""
        require_migrated()
        supervisor = Supervisor([worker_program()], say=self.stderr.write)
        self.stdout.write("The worker is starting. Ctrl-C stops it.")
        self.stdout.flush()
        supervisor.run()
        self.stdout.write("Stopped.")
