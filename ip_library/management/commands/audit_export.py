"""``manage.py audit_export PROJECT FOLDER [--since N]``: the audit as lines that anybody can verify without Settei."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from tqdm import tqdm

from ip_library.management.base import SetteiCommand
from ip_library.selectors.library import get_project
from ip_library.services.audit_export import EVENTS, VERIFIER, export_audit


class Command(SetteiCommand):
    """Writes events.jsonl, manifest.json and verify_audit.py; overwrites nothing."""

    help = "Export a project's audit with a verifier that needs Python alone."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("project", help="slug of the project: sakura")
        parser.add_argument("folder", type=Path, help="where to; it is made if need be")
        parser.add_argument("--since", type=int, default=1, metavar="N", help="the first event; default: 1")

    def handle(self, *, project: str, folder: Path, since: int, **_: Any) -> None:
        """Export, then say how to verify it."""
        with tqdm(desc="events", unit="event", disable=None, leave=False) as bar:

            def move(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            found = export_audit(project=get_project(project), folder=folder, actor=None, since=since, on_progress=move)
        self.stdout.write(f"{found.count} events, {found.first} to {found.last}, in {folder / EVENTS}")
        self.stdout.write("verify them anywhere, with the head told by another way than the files:")
        told = f"--first {found.first} --head {found.head} --length {found.last}"
        self.stdout.write(f"  python {folder / VERIFIER} {folder / EVENTS} {told}")
