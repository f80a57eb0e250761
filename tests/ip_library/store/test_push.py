"""A push goes forward only, over one protocol, with its token in the environment alone."""

import os
import subprocess
from pathlib import Path

import pytest

from ip_library.core.errors import LibraryError
from ip_library.store import layout
from ip_library.store.push import push
from tests.ip_library.store.conftest import Git

RECORDER = """#!/bin/sh
printf '%s\\n' "$@" > "{folder}/arguments"
env > "{folder}/environment"
{ending}
"""


@pytest.fixture
def mirror(tmp_path):
    return tmp_path / "mirrors" / "library.git"


@pytest.fixture
def recorder(tmp_path, monkeypatch):
    """Return a function that puts a program in git's place, which writes down how it was called."""

    def act(ending="exit 0"):
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        (folder / "git").write_text(RECORDER.format(folder=tmp_path, ending=ending))
        (folder / "git").chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        return tmp_path

    return act


def test_the_first_push_makes_a_mirror_that_refuses_rewinding_and_deleting(store, commit, mirror, real):
    first = commit({"a": b"1"})
    adhoc = commit({"x": b"1"}, branch="adhoc")
    assert push(store, str(mirror)).moved == ("main", "adhoc")
    git = Git(mirror)
    assert git("for-each-ref", "--format=%(refname) %(objectname)").split("\n") == [
        f"refs/heads/adhoc {adhoc.sha}", f"refs/heads/main {first.sha}",
    ]  # fmt: skip
    assert (mirror / "config").read_bytes() == layout.MIRROR_CONFIG
    git.assert_clean()
    second = commit({"a": b"2"})
    assert push(store, str(mirror)).moved == ("main",)
    assert push(store, str(mirror)).moved == ()
    assert git("rev-parse", "main") == second.sha
    for refspec in (f"+{first.sha}:refs/heads/main", ":refs/heads/main"):
        assert real.run("push", "-q", str(mirror), refspec, check=False).returncode


@pytest.mark.parametrize("harm", ["another commit", "a commit on top", "our own branch wound back here"])
def test_a_mirror_with_another_history_refuses_and_keeps_it(store, commit, mirror, real, harm):
    first, second = commit({"a": b"1"}), commit({"a": b"2"})
    push(store, str(mirror))
    git = Git(mirror)
    who = {f"GIT_{role}_{part}": "e@x" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    if harm == "another commit":
        git("update-ref", "refs/heads/main", git("commit-tree", "main^{tree}", "-m", "other", **who))
    elif harm == "a commit on top":
        git("update-ref", "refs/heads/main", git("commit-tree", "main^{tree}", "-p", "main", "-m", "more", **who))
    else:
        store.move("main", new=first.sha, old=second.sha)
        commit({"a": b"3"})
    before = git("rev-parse", "main")
    pushed = push(store, str(mirror))
    assert [line.split()[0] for line in pushed.refused] == ["main"]
    assert (pushed.moved, pushed.failed) == ((), "")
    assert git("rev-parse", "main") == before


def test_a_branch_that_is_refused_does_not_hold_up_the_others(store, commit, mirror):
    commit({"a": b"1"})
    push(store, str(mirror))
    git = Git(mirror)
    who = {f"GIT_{role}_{part}": "e@x" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    git("update-ref", "refs/heads/main", git("commit-tree", "main^{tree}", "-m", "other", **who))
    commit({"x": b"1"}, branch="adhoc")
    pushed = push(store, str(mirror))
    assert (pushed.moved, len(pushed.refused)) == (("adhoc",), 1)


def test_only_our_branches_are_pushed(store, commit, mirror, real):
    commit({"a": b"1"})
    real("tag", "-a", "v1", "-m", "x", "main", GIT_COMMITTER_NAME="x", GIT_COMMITTER_EMAIL="x@x")
    real("update-ref", "refs/settei/import", "main")
    push(store, str(mirror))
    assert Git(mirror)("for-each-ref", "--format=%(refname)") == "refs/heads/main"


def test_hooks_run_neither_here_nor_in_the_mirror(store, commit, mirror, tmp_path):
    commit({"a": b"1"})
    push(store, str(mirror))
    Git(mirror)("config", "core.hooksPath", str(mirror / "hooks"))
    for folder, names in (
        (store.path, ["pre-push"]),
        (mirror, ["pre-receive", "update", "post-receive", "post-update"]),
    ):
        (folder / "hooks").mkdir(exist_ok=True)
        for name in names:
            (folder / "hooks" / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/hook-was-here\n")
            (folder / "hooks" / name).chmod(0o755)
    commit({"a": b"2"})
    assert push(store, str(mirror)).moved == ("main",)
    assert not (tmp_path / "hook-was-here").exists()


def test_the_token_is_in_the_environment_and_nowhere_else(store, commit, recorder):
    commit({"a": b"1"})
    folder = recorder('"$GIT_ASKPASS" "Username for https" >&2; "$GIT_ASKPASS" "Password for https" >&2; exit 128')
    pushed = push(store, "https://git.studio.example/x.git", token="s3cret-t0ken")
    assert pushed.failed == "settei ***"
    arguments = (folder / "arguments").read_text()
    assert "s3cret-t0ken" not in arguments
    assert "--force" not in arguments.split("\n")
    assert "--mirror" not in arguments
    assert arguments.rstrip("\n").split("\n")[-3:] == [
        "--end-of-options", "https://git.studio.example/x.git", "refs/heads/main:refs/heads/main",
    ]  # fmt: skip
    environment = dict(line.partition("=")[::2] for line in (folder / "environment").read_text().splitlines())
    assert environment["SETTEI_MIRROR_TOKEN"] == "s3cret-t0ken"
    assert environment["GIT_ALLOW_PROTOCOL"] == "https"
    assert not {"DATABASE_URL", "SECRET_KEY", "SSH_AUTH_SOCK"} & environment.keys()
    assert not Path(environment["GIT_ASKPASS"]).exists()


def test_a_mirror_that_does_not_answer_is_given_up(store, commit, recorder):
    commit({"a": b"1"})
    recorder("sleep 60")
    assert "no answer" in push(store, "https://git.studio.example/x.git", timeout=0.3).failed


@pytest.mark.parametrize(
    "target",
    [
        "ext::sh -c 'touch evil'",
        "http://h/x.git",
        "ssh://h/x.git",
        "git@h:x.git",
        "file:///x.git",
        "x.git",
        "--exec=x",
        "",
    ],
)
def test_any_other_kind_of_target_is_refused(store, commit, target, monkeypatch, tmp_path):
    commit({"a": b"1"})
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(LibraryError, match="neither an https address nor"):
        push(store, target)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_mirror_that_cannot_be_made_is_a_clear_error(store, commit, tmp_path):
    commit({"a": b"1"})
    (tmp_path / "taken").write_bytes(b"a file")
    with pytest.raises(LibraryError, match="cannot be made"):
        push(store, str(tmp_path / "taken" / "x.git"))


def test_an_empty_library_pushes_nothing(store, mirror):
    assert push(store, str(mirror)).moved == ()
    assert not mirror.exists()


def test_a_clone_of_the_mirror_is_a_clone_of_the_library(store, commit, mirror, tmp_path):
    commit({"a/b": b"1"})
    push(store, str(mirror))
    environment = Git(mirror).environment
    subprocess.run(["git", "clone", "-q", str(mirror), str(tmp_path / "work")], env=environment, check=True)
    assert (tmp_path / "work" / "a" / "b").read_bytes() == b"1"
