"""The base of our commands: what people get wrong is one clear line, never a traceback."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.utils import OperationalError, ProgrammingError

from ip_library.core.errors import SetteiError


class SetteiCommand(BaseCommand):
    """A command that says in one line what was wrong, and ends with exit code 1."""

    requires_system_checks: list[str] = []

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command."""
        try:
            return super().execute(*args, **options)
        except SetteiError as reason:
            raise CommandError(str(reason)) from reason
        except (OperationalError, ProgrammingError) as reason:
            if "no such table" in str(reason) or "does not exist" in str(reason):
                raise CommandError(
                    "the database has no tables yet; run `make demo`, or `manage.py migrate`"
                ) from reason
            raise CommandError(f"the database cannot be used: {str(reason).splitlines()[0]}") from reason
        except KeyboardInterrupt:
            raise CommandError("stopped") from None
