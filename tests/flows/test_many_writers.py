"""Eight processes write to one project at the same time."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.flows.programs import finish, own_environment, start

WRITERS, TIMES = 8, 40


def write_all_at_once(environment: dict[str, str], folder: Path) -> None:
    finish(start("writers_setup.py", "prepare", str(WRITERS), environment=environment))
    writers = [start("commit_writer.py", str(number), str(TIMES), environment=environment) for number in range(WRITERS)]
    acknowledged = [sha for writer in writers for sha in finish(writer).split()]
    report = json.loads(finish(start("writers_setup.py", "compare", environment=environment)))
    assert len(acknowledged) == len(set(acknowledged)) == WRITERS * TIMES
    assert set(acknowledged) < set(report["in_git"])
    assert len(report["in_git"]) == report["changesets"] == WRITERS * TIMES + 1
    assert report["problems"] == []
    repository = folder / "repositories" / "sakura.git"
    git = ["git", "--git-dir", str(repository)]
    merges = subprocess.run([*git, "rev-list", "--count", "--min-parents=2", "main"], capture_output=True, text=True)
    assert merges.stdout.strip() == "0"
    fsck = subprocess.run([*git, "fsck", "--strict", "--full"], capture_output=True, text=True)
    assert (fsck.returncode, fsck.stderr) == (0, "")


def test_eight_writers_lose_nothing_and_leave_a_straight_history(tmp_path):
    write_all_at_once(own_environment(tmp_path), tmp_path)


@pytest.mark.scaleout
def test_eight_writers_lose_nothing_on_postgresql(tmp_path, own_postgresql_url):
    write_all_at_once(own_environment(tmp_path, DATABASE_URL=own_postgresql_url), tmp_path)
