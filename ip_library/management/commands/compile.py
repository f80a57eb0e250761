"""``manage.py compile PROJECT SHOT``: print a committed shot's prompt, byte for byte."""

from typing import Any

from django.core.management.base import CommandParser

from ip_library.core.canonical import digest
from ip_library.core.errors import LibraryError, RefusedError
from ip_library.core.prompt import DIALECTS
from ip_library.management.base import SetteiCommand
from ip_library.selectors.library import get_project, get_shot_prompt, read_committed


class Command(SetteiCommand):
    """Print the prompt from Git, so that what is shown is what is rendered."""

    help = "Print the exact bytes of a shot's compiled prompt."

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        """Make the parser; our ``--version`` (of the shot) replaces Django's own."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **options)

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("project", help="slug of the project: sakura")
        parser.add_argument("shot", help="code of the shot: E01_SQ010_SH0010")
        parser.add_argument("--dialect", help=f"one of {', '.join(DIALECTS)}; default: the project's")
        parser.add_argument("--version", type=int, dest="number", help="number of the version; default: the newest")

    def handle(self, *, project: str, shot: str, dialect: str | None, number: int | None, **_: Any) -> None:
        """Print the prompt."""
        if number is not None and number < 1:
            raise RefusedError("version", number, "1 or more")
        found = get_shot_prompt(get_project(project), shot, dialect=dialect, number=number)
        data = read_committed(found.project, found.changeset.sha, found.path)
        if digest(data) != found.sha256:
            raise LibraryError(f"Git's {found.path} at {found.changeset.sha} is damaged; run `manage.py recover`")
        self.stdout.write(data.decode(), ending="")
