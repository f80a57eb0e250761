"""What a command makes sure of before it starts anything."""

import errno
import shlex
import socket
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

NOT_MIGRATED = "the database is not set up for this release; run `make demo`, or `{command}`"


def require_migrated() -> None:
    """Refuse to go on with a database that lacks tables.

    Raises:
        CommandError: says what to run.
    """
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError(NOT_MIGRATED.format(command=manage("migrate")))
    connection.close()  # what is started next opens its own


def require_port(port: int) -> None:
    """Refuse to go on with a port that is taken.

    Raises:
        CommandError: says which one and what to do.
    """
    if not 1 <= port <= 65535:
        raise CommandError(f"port is {port}, but it must be from 1 to 65535")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as reason:
            why = "is taken" if reason.errno == errno.EADDRINUSE else f"cannot be used ({reason.strerror})"
            raise CommandError(f"port {port} {why}; name another one: `manage.py serve --port {port + 1}`") from None


def manage(*arguments: str) -> str:
    """Return one of our commands as a person at this prompt would type it, with the Python that has the libraries."""
    script = shown(Path(settings.BASE_DIR) / "manage.py")
    return shlex.join([shown(Path(sys.executable)), script, *arguments])


def shown(path: Path) -> str:
    """Return a path as a person at this prompt would write it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
