"""A bare repository of ours and the real git, each in a temporary folder."""

import os
import subprocess
from pathlib import Path

import pytest

from ip_library.store.git import GitStore, Identity

WHEN = 1_700_000_000
ALICE = Identity("Alice Aoki", "alice@studio.example", WHEN)
SETTEI = Identity("Settei", "settei@localhost", WHEN)


class Git:
    """The real git, told nothing by this machine; every call is one process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
        }

    def run(self, *arguments: str, data: bytes = b"", check: bool = True, **environment: str):
        """Run git in the repository; return the finished process."""
        return subprocess.run(
            ["git", "--git-dir", str(self.folder), *arguments],
            input=data, capture_output=True, check=check, env=self.environment | environment,
        )  # fmt: skip

    def __call__(self, *arguments: str, **options) -> str:
        """Run git and return what it prints, without its last line end."""
        return self.run(*arguments, **options).stdout.decode().rstrip("\n")

    def assert_clean(self) -> None:
        """Let git check every object, strictly."""
        done = self.run("fsck", "--strict", "--full", "--no-dangling", "--no-progress", check=False)
        complaints = [line for line in (done.stdout + done.stderr).decode().splitlines() if "notice:" not in line]
        assert (done.returncode, complaints) == (0, [])


@pytest.fixture
def store(tmp_path):
    """An empty repository."""
    made = GitStore(tmp_path / "library.git")
    made.create()
    return made


@pytest.fixture
def real(store):
    """The real git on the same repository."""
    return Git(store.path)


@pytest.fixture
def commit(store):
    """Write files as the next commit of main, by our own means; returns its plan."""

    def write(files, *, message="Change\n", author=ALICE, committer=SETTEI, branch="main"):
        parent = store.head(branch)
        plan = store.plan(parent=parent, files=files, author=author, committer=committer, message=message)
        store.write(plan)
        store.move(branch, new=plan.sha, old=parent)
        return plan

    return write
