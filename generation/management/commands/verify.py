"""``manage.py verify [--json]``: compare the database with Git, and images with their files, in both directions."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any, NoReturn

from django.core.management.base import CommandParser
from tqdm import tqdm

from generation.models import Image
from generation.selectors.checks import verify_images
from ip_library.core.problems import Problem, errors_of
from ip_library.management.base import SetteiCommand
from ip_library.models import Project
from ip_library.selectors.verify import verify_project, verify_strays


class Command(SetteiCommand):
    """Changes nothing. Ends with 1 when there is a difference; warnings are none."""

    help = "Compare database, Git and images; exit 1 on any difference."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *, json: bool, **_: Any) -> None:
        """Check everything, then print what was found."""
        projects = list(Project.objects.order_by("slug"))
        problems = list(_findings(projects))
        ok = not errors_of(problems)
        if json:
            self.stdout.write(_document(ok, len(projects), problems))
        else:
            for problem in problems:
                self.stdout.write(f"{problem.severity}: {problem}  [{problem.code}]")
            differences = len(errors_of(problems))
            verdict = "no difference" if ok else f"{differences} difference{'s' * (differences != 1)}"
            checked = f"{len(projects)} project{'s' * (len(projects) != 1)}, {Image.objects.count()} images"
            self.stdout.write(f"{verdict} in {checked}")
        if not ok:
            raise SystemExit(1)


def _findings(projects: list[Project]) -> Iterator[Problem]:
    yield from verify_strays()
    for project in projects:
        with _bar(f"project {project.slug}", "commit") as bar:
            yield from verify_project(project, on_progress=partial(_move, bar))
    with _bar("images", "image") as bar:
        yield from verify_images(on_progress=partial(_move, bar))


def _bar(what: str, unit: str) -> "tqdm[NoReturn]":
    return tqdm(desc=what, unit=unit, disable=None, leave=False)


def _move(bar: "tqdm[NoReturn]", done: int, total: int) -> None:
    bar.total = total
    bar.update(done - bar.n)


def _document(ok: bool, projects: int, problems: list[Problem]) -> str:
    counts = {"projects": projects, "images": Image.objects.count()}
    return json.dumps({"ok": ok, **counts, "problems": [problem.facts() for problem in problems]}, indent=2)
