"""A Settei of its own for tests: own folder, own database, real processes, looked at from outside."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[3]
SET_UP = """
import django
django.setup()
from pathlib import Path
from django.core.management import call_command
from ip_library.services.commit import commit_assets
from ip_library.services.fixtures import load_library
call_command("migrate", verbosity=0)
loaded = load_library(Path("fixtures/sakura"), project_slug="sakura", owner=None)
commit_assets(project=loaded.project, assets=loaded.assets, message="First sheets", author=None)
"""
ENQUEUE = """
import json, sys
import django
django.setup()
from generation.services import doorbell
from generation.services.enqueue import enqueue_render
from ip_library.selectors.library import get_project, get_shot_prompt
prompt = get_shot_prompt(get_project("sakura"), "E01_SQ010_SH0010")
jobs = [
    enqueue_render(prompt=prompt, user=None, width=64, height=64, **wanted).pk for wanted in json.loads(sys.argv[1])
]
assert doorbell.flush(10)
print(json.dumps(jobs))
"""
RUN_ONE = """
import sys
import django
django.setup()
from generation.services.render import run_job
print(run_job(int(sys.argv[1]), worker="other").value)
"""


class Service:
    """The folder and what runs in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes = []
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if name not in {"DATABASE_URL", "BROKER_URL", "STORAGE_URL"}
            },
            "SETTEI_VAR": str(folder / "var"),
            "DJANGO_SETTINGS_MODULE": "service_settings",
            "PYTHONPATH": f"{ROOT}{os.pathsep}{Path(__file__).parent}",
        }
        self.python("-c", SET_UP)

    def python(self, *arguments):
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def manage(self, *arguments):
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    def start(self, *arguments):
        """Start a command that goes on, in a process group of its own."""
        path = self.folder / f"{len(self.processes)}.log"
        with path.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", *arguments],
                cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        process.log = path
        self.processes.append(process)
        return process

    def enqueue(self, *wanted):
        return json.loads(self.python("-c", ENQUEUE, json.dumps(wanted)))

    def run_one(self, job):
        return self.python("-c", RUN_ONE, str(job)).strip()

    def job(self, pk):
        rows = self.query(
            "select state, attempt, worker, error_message, steps_done from generation_renderjob where id = ?", pk
        )
        return dict(zip(("state", "attempt", "worker", "error", "steps"), rows[0], strict=True))

    def seeds_of(self, pk):
        return [
            seed for (seed,) in self.query('select seed from generation_image where job_id = ? order by "index"', pk)
        ]

    def query(self, sql, *values):
        connection = sqlite3.connect(self.folder / "var" / "settei.sqlite3", timeout=20)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def wait(self, condition, seconds=45):
        """Wait until ``condition()`` is true, and return what it gave."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if found := condition():
                return found
            time.sleep(0.05)
        logs = "\n".join(process.log.read_text() for process in self.processes)
        raise AssertionError(
            f"waited {seconds} s in vain; jobs: {self.query('select * from generation_renderjob')}\n{logs}"
        )

    def wait_for_state(self, pk, *states):
        return self.wait(lambda: self.job(pk)["state"] in states and self.job(pk))

    def close(self):
        for process in self.processes:
            tree = descendants(process.pid)
            for pid in (process.pid, *tree):
                try:
                    os.kill(pid, 9)
                except ProcessLookupError:
                    continue
            process.wait()


def descendants(pid):
    """Return the processes below ``pid``, parents first."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in task.read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *descendants(child)]
    return found


def command_of(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def alive(pid):
    """Tell whether a process runs; one that waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
