"""Neither the environment, nor the user's git, nor hooks, nor a hostile disk mislead the store."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ip_library.core.errors import LibraryError
from ip_library.store.git import GitStore
from tests.ip_library.store.conftest import Git

ROOT = Path(__file__).resolve().parents[3]
PRELUDE = """
import resource, sys
from pathlib import Path
from ip_library.core.errors import LibraryError
from ip_library.store.git import GitStore, Identity
store = GitStore(Path(sys.argv[1]))
who = Identity("Alice", "alice@x", 1700000000)
def plan(data):
    return store.plan(parent=store.head("main"), files={"a/b": data}, author=who, committer=who, message="m\\n")
"""
SAVE_AND_READ = """
store.create()
for data in (b"1", b"2"):
    made = plan(data)
    store.write(made)
    store.move("main", new=made.sha, old=store.head("main"))
assert store.read(made.sha, "a/b") == b"2"
assert store.fsck() == [], store.fsck()
print(*store.commits("main"))
"""
FULL_DISK = """
store.create()
before = plan(b"small")
store.write(before)
store.move("main", new=before.sha, old="")
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
import os
for act in (
    lambda: store.write(plan(os.urandom(20000))),
    lambda: store.move("main", new=before.sha, old=before.sha),
    lambda: store.create(),
):
    try:
        act()
        print("written")
    except LibraryError as reason:
        print("LibraryError", reason)
"""


def python(code, *arguments, **environment):
    """Run code against a repository in a process of its own, so that the environment is there from the start."""
    return subprocess.run(
        [sys.executable, "-c", PRELUDE + code, *map(str, arguments)],
        cwd=ROOT, env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"} | environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


@pytest.fixture
def decoy(tmp_path):
    """A repository of somebody else, to which the environment points."""
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "decoy.git")], check=True)
    return tmp_path / "decoy.git"


def listing(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_git_variables_do_not_lead_us_to_another_repository(tmp_path, decoy):
    before = listing(decoy)
    done = python(
        SAVE_AND_READ, tmp_path / "ours.git",
        GIT_DIR=str(decoy), GIT_INDEX_FILE=str(decoy / "index"), GIT_OBJECT_DIRECTORY=str(decoy / "objects"),
        GIT_WORK_TREE=str(tmp_path), GIT_NAMESPACE="evil", GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="core.bare",
        GIT_CONFIG_VALUE_0="false", GIT_ALTERNATE_OBJECT_DIRECTORIES=str(decoy / "objects"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == 2
    assert Git(tmp_path / "ours.git")("rev-list", "--reverse", "main").split() == done.stdout.split()
    assert listing(decoy) == before


def test_the_users_own_git_configuration_is_not_read(tmp_path):
    home = tmp_path / "home"
    (home / "git").mkdir(parents=True)
    for name in (".gitconfig", "git/config"):  # with it, git refuses every bare repository that it finds by itself
        (home / name).write_text("[safe]\n\tbareRepository = explicit\n[fsck]\n\tmissingEmail = nonsense\n")
    done = python(SAVE_AND_READ, tmp_path / "ours.git", HOME=str(home), XDG_CONFIG_HOME=str(home))
    assert done.returncode == 0, done.stderr
    refused = subprocess.run(
        ["git", "rev-list", "main"], cwd=tmp_path / "ours.git", env={"PATH": os.environ["PATH"], "HOME": str(home)},
        capture_output=True, check=False,
    )  # fmt: skip
    assert refused.returncode


def test_hooks_in_the_repository_are_not_run(store, real, commit, tmp_path):
    marker = tmp_path / "hook-was-here"
    hooks = store.path / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-commit", "update", "pre-commit", "reference-transaction", "post-update", "pre-auto-gc"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {marker}\n")
        (hooks / name).chmod(0o755)
    plan = commit({"a": b"1"})
    commit({"a": b"2"})
    assert next(store.commits("main")) == plan.sha
    assert store.fsck() == []
    real("pack-refs", "--all")
    real("repack", "-adq")
    assert store.read(plan.sha, "a") == b"1"
    assert not marker.exists()


def test_a_replacement_does_not_forge_history(store, real, commit):
    honest = commit({"a": b"honest"})
    forged = commit({"a": b"forged"}, branch="adhoc")
    real("replace", honest.sha, forged.sha)
    real("replace", honest.blobs["a"], forged.blobs["a"])
    assert real.run("show", f"{honest.sha}:a").stdout == b"forged"  # so git, unless it is told
    for packed in (False, True):
        if packed:
            real("repack", "-adq")
        assert store.read(honest.sha, "a") == b"honest"
        assert list(store.commits("main")) == [honest.sha]
    assert any(name.startswith("refs/replace/") for name in store.refs())


def test_a_repository_that_cannot_be_made_is_a_clear_error(tmp_path):
    (tmp_path / "taken").write_bytes(b"a file")
    store = GitStore(tmp_path / "taken" / "library.git")
    assert not store.exists()
    with pytest.raises(LibraryError, match=r"the library .*library\.git cannot be made"):
        store.create()
    assert (tmp_path / "taken").read_bytes() == b"a file"


def test_objects_that_cannot_be_written_are_a_clear_error(store, commit):
    plan = commit({"a": b"1"})
    (store.path / "objects").rename(store.path / "away")
    (store.path / "objects").write_bytes(b"a file")
    for act in (store.write, store.repair):
        with pytest.raises(LibraryError, match="cannot be written"):
            act(plan)


def test_a_full_disk_is_a_clear_error_and_leaves_no_partial_file(tmp_path):
    path = tmp_path / "ours.git"
    done = python(FULL_DISK, path, 8192)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith("LibraryError the library")
    assert "File too large" in done.stdout
    assert not [name for name in listing(path) if "tmp_obj_" in name or name.endswith(".lock")]
    Git(path).assert_clean()


def test_a_disk_without_a_free_byte_leaves_the_branch_and_no_lock_behind(tmp_path):
    path = tmp_path / "ours.git"
    done = python(FULL_DISK, path, 0)
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["LibraryError"] * 3
    assert not [name for name in listing(path) if "tmp_obj_" in name or name.endswith(".lock")]
    assert GitStore(path).head("main")
    assert GitStore(path).differences() == []
    Git(path).assert_clean()
