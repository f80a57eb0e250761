"""``manage.py import_vocabulary PROJECT FILE [--replace]``: tags for a project's vocabulary, from CSV."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from ip_library.core.errors import InvalidDocumentError, RefusedError
from ip_library.core.vocabularies.entries import COLUMNS, MAX_CHARACTERS
from ip_library.management.base import SetteiCommand
from ip_library.selectors.library import get_project
from ip_library.services.vocabulary import import_vocabulary

_SHOWN = 20


class Command(SetteiCommand):
    """All rows or none: what is wrong is listed by row, and nothing is changed then."""

    help = "Add and change tags of a project's vocabulary from a CSV file."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("project", help="slug of the project: sakura")
        parser.add_argument(
            "file", type=Path, help=f"UTF-8, with the columns {','.join(COLUMNS)}; lists separated by |"
        )
        parser.add_argument("--replace", action="store_true", help="take away the project's own tags that FILE lacks")

    def handle(self, *, project: str, file: Path, replace: bool, **_: Any) -> None:
        """Import the file."""
        row = get_project(project)
        try:
            change = import_vocabulary(project=row, source=read_source(file), editor=None, replace=replace)
        except InvalidDocumentError as reason:
            lines = [f"  {problem.message}" for problem in reason.problems[:_SHOWN]]
            rest = len(reason.problems) - len(lines)
            lines += [f"  and {rest} more"] if rest else []
            raise CommandError("\n".join([f"{file} was not imported, nothing was changed:", *lines])) from reason
        self.stdout.write(f"{row.slug}: {change}")


def read_source(file: Path) -> str:
    """Read a CSV file.

    Raises:
        RefusedError: it cannot be read, is too large, or is no UTF-8.
    """
    try:
        with file.open("rb") as stream:
            data = stream.read(4 * MAX_CHARACTERS + 1)
    except OSError as reason:
        raise RefusedError("file", str(file), f"a file that can be read: {reason.strerror}") from reason
    if len(data) > 4 * MAX_CHARACTERS:
        raise RefusedError("file", str(file), f"at most {4 * MAX_CHARACTERS:,} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        raise RefusedError("file", str(file), f"UTF-8 text; byte {reason.start} is not") from reason
