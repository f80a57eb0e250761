"""``manage.py check_prompts FILE... [--json]``: check prompt files of either dialect, change nothing."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from ip_library.core.problems import errors_of
from ip_library.core.prompt_file import PromptReport, check_file, find_prompts

_MANY = 50


class Command(BaseCommand):
    """Exits with 0 when every file is ok (warnings are), 1 when one is not, 2 when it was called wrongly."""

    help = "Parse, validate and lint prompt files. A folder stands for every *.xml file in and below it."
    requires_system_checks: list[str] = []  # needs no database and no settings

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("files", nargs="+", metavar="FILE", help="a prompt file, or a folder of them")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, files: list[str], **options: Any) -> None:
        """Check every file, then print what was found."""
        paths = find_prompts(Path(file) for file in files)
        quiet = len(paths) < _MANY or not sys.stderr.isatty()
        reports = [(path, check_file(path)) for path in tqdm(paths, desc="prompts", unit="file", disable=quiet)]
        if options["json"]:
            self.stdout.write(_as_json(reports))
        else:
            for path, report in reports:
                self._print(path, report)
            wrong = sum(not report.ok for _, report in reports)
            counted = f"{len(reports)} {'file' if len(reports) == 1 else 'files'} checked"
            self.stdout.write(f"{counted}: {len(reports) - wrong} ok, {wrong} not ok")
        if not all(report.ok for _, report in reports):
            raise SystemExit(1)

    def _print(self, path: Path, report: PromptReport) -> None:
        errors = len(errors_of(report.problems))
        warnings = len(report.problems) - errors
        counts = [f"{n} {word}{'s' * (n != 1)}" for n, word in ((errors, "error"), (warnings, "warning")) if n]
        verdict = self.style.SUCCESS("ok") if report.ok else self.style.ERROR("not ok")
        details = ", ".join([*([report.dialect] if report.dialect else []), *counts])
        self.stdout.write(f"{_printable(str(path))}: {verdict} ({details})")
        for problem in report.problems:
            self.stdout.write(_printable(f"  {problem.severity}: {problem}  [{problem.code}]"))


def _as_json(reports: list[tuple[Path, PromptReport]]) -> str:
    rows = [
        {
            "file": str(path),
            "ok": report.ok,
            "dialect": report.dialect,
            "problems": [problem.facts() for problem in report.problems],
        }
        for path, report in reports
    ]
    return json.dumps(rows, indent=2)


def _printable(text: str) -> str:
    """Return text that any terminal takes: file names may hold bytes that are no text."""
    return text.encode("utf-8", "backslashreplace").decode()
