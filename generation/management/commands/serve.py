"""``manage.py serve``: web pages and worker in one process tree on this machine."""

from http.client import HTTPConnection, HTTPException
from typing import Any, Final

from django.core.management.base import CommandParser

from generation.management.ready import require_migrated, require_port
from generation.worker.programs import web_program, worker_program
from generation.worker.supervisor import Supervisor
from ip_library.management.base import SetteiCommand

_PATIENCE_SECONDS: Final = 1.0


class Command(SetteiCommand):
    """Runs until Ctrl-C or SIGTERM."""

    requires_system_checks = ["generation"]  # wrong settings are told before anything starts
    help = "Serve the web pages on 127.0.0.1 and render queued jobs, until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--port", type=int, default=8000, help="default: 8000")
        parser.add_argument("--processes", type=int, default=2, help="web processes; default: 2")

    def handle(self, *, port: int, processes: int, **_: Any) -> None:
        """Run."""
        require_migrated()
        require_port(port)
        web = web_program(port=port, processes=max(1, processes))
        supervisor = Supervisor([web, worker_program()], say=self.stderr.write)
        self.stdout.write("Settei is starting ...")
        self.stdout.flush()
        announce = _Announcement(self, port)
        supervisor.run(on_look=announce.when_ready)
        self.stdout.write("Stopped.")


class _Announcement:
    """Prints the address once, as soon as it answers."""

    def __init__(self, command: Command, port: int) -> None:
        self._command = command
        self._port = port
        self._made = False

    def when_ready(self) -> None:
        """Look whether the server answers; say so the first time."""
        if self._made or not self._answers():
            return
        self._made = True
        self._command.stdout.write(f"Settei is ready at http://127.0.0.1:{self._port}/ . Ctrl-C stops it.")
        self._command.stdout.flush()

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE_SECONDS)
        try:
            connection.request("HEAD", "/")
            connection.getresponse()
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
        return True
