"""``manage.py bench SUBJECT``: measure on this machine, in a library of its own that is thrown away."""

import json
import os
import subprocess
import sys
import tempfile
from argparse import SUPPRESS
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from tqdm import tqdm

from ip_library.bench import spine
from ip_library.management.base import SetteiCommand

_LIMITS: Final = {
    "commit_ms_large": ("one commit, median", 20.0, "ms"),
    "commit_to_bare": ("one commit against the bare loop", 2.5, "x"),
    "growth": ("one commit, large against small library", 1.5, "x"),
    "compile_ms": ("parse, validate and compile the sample shot, median", 2.0, "ms"),
}


class Command(SetteiCommand):
    """Start ourselves once more with a folder and database of our own, so that no data of the studio is touched."""

    help = "Measure on this machine. Subjects: spine (committing and compiling)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("subject", choices=["spine"])
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument("--assets", type=int, default=spine.LARGE, help="size of the large library")
        parser.add_argument("--inside", action="store_true", help=SUPPRESS)

    def handle(self, *, subject: str, json: bool, assets: int, inside: bool, **_: Any) -> None:
        """Measure."""
        if assets < 2 * spine.SMALL:
            raise CommandError(f"--assets is {assets}, but it must be at least {2 * spine.SMALL}")
        if inside:
            self._measure(assets=assets, as_json=json)
            return
        with tempfile.TemporaryDirectory(prefix="settei-bench-") as folder:
            environment = {**os.environ, "SETTEI_VAR": folder}
            environment.pop("DATABASE_URL", None)
            arguments = [sys.executable, str(settings.BASE_DIR / "manage.py"), "bench", subject, "--inside"]
            arguments += [f"--assets={assets}", *(["--json"] if json else [])]
            status = subprocess.run(arguments, env=environment, check=False).returncode
        if status:
            raise SystemExit(status)

    def _measure(self, *, assets: int, as_json: bool) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        bars: dict[str, Any] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in bars:
                bars[step] = tqdm(total=total, desc=step, file=sys.stderr, disable=None, leave=False)
            bars[step].update(done - bars[step].n)

        figures = spine.run(Path(settings.VAR), settings.FIXTURES / "sakura", large=assets, on_progress=show)
        for bar in bars.values():
            bar.close()
        if as_json:
            self.stdout.write(json.dumps(figures, indent=2))
            return
        for name, (label, limit, unit) in _LIMITS.items():
            verdict = "ok" if figures[name] <= limit else "too slow"
            self.stdout.write(f"{label:52} {figures[name]:8.2f} {unit:2}  at most {limit:g}: {verdict}")
        self.stdout.write(
            f"bare loop {figures['bare_ms_large']} ms; commit {figures['commit_ms_small']} ms at "
            f"{figures['assets_small']:,} assets, {figures['commit_ms_large']} ms at {figures['assets_large']:,}"
        )
