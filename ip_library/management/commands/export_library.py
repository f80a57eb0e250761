"""``manage.py export_library PROJECT FOLDER``: write a project's documents, prompts or sheets as files."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from tqdm import tqdm

from ip_library.core.errors import RefusedError
from ip_library.management.base import SetteiCommand
from ip_library.selectors import export
from ip_library.selectors.library import get_project

_WHAT = ("documents", "prompts", "csv")


class Command(SetteiCommand):
    """Writes into a new or empty folder; what it writes, import_library reads."""

    help = "Export a project: canonical documents, compiled prompts of every dialect, or CSV of the drafts."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("project", help="slug of the project: sakura")
        parser.add_argument("folder", type=Path, help="a new or empty folder")
        parser.add_argument("--what", choices=_WHAT, default=_WHAT[0])
        parser.add_argument(
            "--state",
            choices=export.STATES,
            default=export.NEWEST,
            help="newest versions (default), approved ones (canon), all as v001, v002 ..., or the drafts",
        )

    def handle(self, *, project: str, folder: Path, what: str, state: str, **_: Any) -> None:
        """Export."""
        found = get_project(project)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise RefusedError("folder", str(folder), "new or empty")
        match what:
            case "documents":
                files = export.export_documents(found, state)
            case "prompts":
                files = export.export_prompts(found, state)
            case _:
                files = export.export_csv(found)
        written = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, data in tqdm(files, desc="exporting", unit="file", disable=not sys.stderr.isatty()):
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                written += 1
        except OSError as reason:
            raise RefusedError("folder", str(folder), f"a folder that can be written: {reason.strerror}") from None
        self.stdout.write(f"{written:,} files in {folder}")
