"""``manage.py bench SUBJECT``: measure on this machine, in a library of its own that is thrown away."""

import json
import os
import subprocess
import sys
import tempfile
from argparse import SUPPRESS
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.db import connection
from tqdm import tqdm

from ip_library.bench import curation, spine
from ip_library.management.base import SetteiCommand

SUBJECTS: Final = ("spine", "library")
_SMALLEST: Final = {"spine": 2 * spine.SMALL, "library": curation.SMALLEST}
# What is measured: its name for people, its limit, its unit, and whether more is better.
_LIMITS: Final[Mapping[str, Mapping[str, tuple[str, float, str, bool]]]] = {
    "spine": {
        "commit_ms_large": ("one commit, median", 20.0, "ms", False),
        "commit_to_bare": ("one commit against the bare loop", 2.5, "x", False),
        "growth": ("one commit, large against small library", 1.5, "x", False),
        "compile_ms": ("parse, validate and compile the sample shot, median", 2.0, "ms", False),
    },
    "library": {
        "git_per_second": ("import into Git through one stream", 1500, "versions/s", True),
        "end_to_end_per_second": ("import with rows, drafts and search", 500, "versions/s", True),
        "problems": ("what verify finds after the import", 0, "problems", False),
        "commit_p95_ms": ("one commit, 95th percentile", 25, "ms", False),
        "version_page_ms": ("what the page of a version shows, median", 50, "ms", False),
        "blame_ms": ("blame of a version, median", 100, "ms", False),
        "search_ms": ("search, median", 100, "ms", False),
        "blast_radius_ms": ("blast radius of the leading character, median", 300, "ms", False),
        "lost_updates": ("updates that 16 editors lost", 0, "updates", False),
        "editor_errors": ("errors that 16 editors saw", 0, "errors", False),
    },
}


class Command(SetteiCommand):
    """Start ourselves once more with a folder and database of our own, so that no data of the studio is touched."""

    help = "Measure on this machine. Subjects: spine (committing and compiling), library (importing and curating)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("subject", choices=SUBJECTS)
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument("--assets", type=int, default=spine.LARGE, help="size of the large library")
        parser.add_argument("--versions", type=int, default=3, help="library: versions of each asset")
        parser.add_argument("--editors", type=float, default=60, help="library: for how many seconds 16 people edit")
        parser.add_argument("--database", default="", help="library: a PostgreSQL server, postgres://user@host/name")
        parser.add_argument("--inside", action="store_true", help=SUPPRESS)

    def handle(self, *, subject: str, assets: int, versions: int, database: str, inside: bool, **options: Any) -> None:
        """Measure."""
        if assets < _SMALLEST[subject]:
            raise CommandError(f"--assets is {assets}, but it must be at least {_SMALLEST[subject]}")
        if versions < 1:
            raise CommandError(f"--versions is {versions}, but it must be at least 1")
        if inside:
            self._measure(subject, assets, versions, options["editors"], as_json=options["json"])
            return
        with tempfile.TemporaryDirectory(prefix="settei-bench-") as folder, _own_database(database) as url:
            environment = {**os.environ, "SETTEI_VAR": folder}
            environment.pop("DATABASE_URL", None)
            environment |= {"DATABASE_URL": url} if url else {}
            arguments = [sys.executable, str(settings.BASE_DIR / "manage.py"), "bench", subject, "--inside"]
            arguments += [f"--assets={assets}", f"--versions={versions}", f"--editors={options['editors']}"]
            arguments += ["--json"] if options["json"] else []
            status = subprocess.run(arguments, env=environment, check=False).returncode
        if status:
            raise SystemExit(status)

    def _measure(self, subject: str, assets: int, versions: int, seconds: float, *, as_json: bool) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        bars: dict[str, Any] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in bars:
                bars[step] = tqdm(total=total, desc=step, file=sys.stderr, disable=None, leave=False)
            bars[step].update(done - bars[step].n)

        figures: dict[str, Any]
        folder = Path(settings.VAR)
        if subject == "spine":
            figures = dict(spine.run(folder, settings.FIXTURES / "sakura", large=assets, on_progress=show))
        else:
            figures = curation.run(folder, assets=assets, passes=versions, editing=seconds, on_progress=show)
            figures["database"] = connection.vendor
        for bar in bars.values():
            bar.close()
        if as_json:
            self.stdout.write(json.dumps(figures, indent=2))
            return
        for name, (label, limit, unit, more) in _LIMITS[subject].items():
            if name not in figures:
                continue
            kept = figures[name] >= limit if more else figures[name] <= limit
            bound = f"at {'least' if more else 'most'} {limit:g}: {'ok' if kept else 'MISSED'}"
            self.stdout.write(f"{label:52} {figures[name]:8,.2f} {unit:10}  {bound}")
        rest = {name: value for name, value in figures.items() if name not in _LIMITS[subject]}
        self.stdout.write("; ".join(f"{name.replace('_', ' ')} {value}" for name, value in rest.items()))


@contextmanager
def _own_database(server: str) -> Iterator[str]:
    """Make a database on a PostgreSQL server and drop it at the end; without a server yield nothing."""
    if not server:
        yield ""
        return
    parts = urlsplit(server)
    if not parts.scheme.startswith("postgres"):
        raise CommandError(f"--database is {server!r}, but it must be of the form postgres://user@host/name")
    import psycopg  # noqa: PLC0415  # only who measures on PostgreSQL needs its driver

    name = f"settei_bench_{uuid4().hex[:12]}"
    with psycopg.connect(urlunsplit(parts._replace(scheme="postgresql")), autocommit=True) as own:
        own.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            own.execute(f"DROP DATABASE {name} WITH (FORCE)")
