"""``manage.py import_library PROJECT PATH...``: import documents, prompts, pictures with prompts, and CSV."""

import sys
from pathlib import Path
from typing import Any, Self

from django.core.management.base import CommandError, CommandParser
from tqdm import tqdm

from ip_library.core.errors import InvalidDocumentError, RefusedError
from ip_library.management.base import SetteiCommand
from ip_library.models import Project
from ip_library.selectors.library import get_project
from ip_library.services.bulk_import import import_tree
from ip_library.services.import_files import import_files
from ip_library.services.projects import ensure_project


class Command(SetteiCommand):
    """Says what came from where, and every problem with its file; a refused import changes nothing."""

    help = (
        "Import into a project: documents (XML), prompts of either dialect, PNG files that carry a prompt, and CSV "
        "become drafts, committed as one changeset with -m. With --versions a folder tree as export_library writes it "
        "is committed version by version; a call that was killed goes on where it was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("project", help="slug of the project: sakura")
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder of them")
        parser.add_argument("--versions", action="store_true", help="a tree of versions, each a commit of its own")
        parser.add_argument("--replace", action="store_true", help="change assets that are there already")
        parser.add_argument("--create", action="store_true", help="make the project where there is none")
        parser.add_argument("--first", default="", metavar="CODE", help="code of the first shot made from a prompt")
        parser.add_argument("-m", "--message", default="", help="what the commits say")

    def handle(self, *, project: str, paths: list[Path], **options: Any) -> None:
        """Import."""
        found = ensure_project(slug=project) if options["create"] else get_project(project)
        try:
            if options["versions"]:
                self._import_versions(found, paths, options)
            else:
                self._import_files(found, paths, options)
        except InvalidDocumentError as reason:
            for problem in reason.problems:
                self.stderr.write(_printable(f"{problem}  [{problem.code}]"))
            raise CommandError(f"nothing was imported: {len(reason.problems)} problems") from None

    def _import_versions(self, project: Project, paths: list[Path], options: dict[str, Any]) -> None:
        if len(paths) != 1:
            raise RefusedError("PATH", " ".join(map(str, paths))[:80], "one folder with --versions")
        with Bars() as bars:
            summary = import_tree(
                project=project,
                folder=paths[0],
                author=None,
                message=options["message"],
                replace=options["replace"],
                on_progress=bars.show,
            )
        self.stdout.write(
            f"{summary.documents:,} documents: {summary.versions:,} versions committed, {summary.done_before:,} done "
            f"before, {summary.drafts:,} drafts written"
        )
        if options["replace"] and not (summary.versions or summary.done_before or summary.drafts):
            self.stdout.write("already so: the newest versions and the drafts are those of the folder")
        if summary.left_alone:
            self.stdout.write(
                f"{summary.left_alone:,} drafts left alone: edited since an interrupted import made them; "
                "--replace overwrites them"
            )

    def _import_files(self, project: Project, paths: list[Path], options: dict[str, Any]) -> None:
        report = import_files(
            project=project,
            paths=paths,
            editor=None,
            first_code=options["first"],
            replace=options["replace"],
            message=options["message"],
        )
        for name, (kind, asset) in report.assets:
            self.stdout.write(_printable(f"{name}: {kind} {asset}"))
        for problem in report.warnings:
            self.stdout.write(_printable(f"note: {problem}  [{problem.code}]"))
        self.stdout.write(f"{report.changed} drafts changed")
        if report.committed and report.committed.changeset:
            self.stdout.write(f"{len(report.committed.versions)} versions in {report.committed.changeset.sha}")


class Bars:
    """One progress bar a stage, on a terminal."""

    def __init__(self) -> None:
        self._stage = ""
        self._bar: tqdm[Any] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def show(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is."""
        if self._bar is None or self._stage != stage:
            self.__exit__()
            self._stage = stage
            self._bar = tqdm(total=total, desc=stage, unit="doc", disable=not sys.stderr.isatty())
        self._bar.update(done - self._bar.n)


def _printable(text: str) -> str:
    """Return text that any terminal takes: file names may hold bytes that are no text, or signs that steer it."""
    plain = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
    return plain.encode("utf-8", "backslashreplace").decode()
