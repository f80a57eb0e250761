"""The repository: what is written is there, what is read is what was written, a branch moves only from where it was."""

import subprocess

import pytest

from ip_library.core.errors import LibraryError
from ip_library.store.git import GitStore
from ip_library.store.layout import CONFIG
from tests.ip_library.store.conftest import ALICE, SETTEI, Git


def flip(path):
    """Flip one bit in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.chmod(0o644)
    path.write_bytes(data)


def test_git_shows_exactly_the_bytes_that_were_written(real, store, commit):
    files = {"a/b/c.xml": b"\r\n\0\xff", "a/b.xml": "初\n".encode(), "a": b""}
    files.pop("a")
    plan = commit(files)
    for path, data in files.items():
        assert real.run("show", f"{plan.sha}:{path}").stdout == data
        assert store.read(plan.sha, path) == data
        assert real("rev-parse", f"{plan.sha}:{path}") == plan.blobs[path]


def test_unchanged_files_stay_and_the_last_file_of_a_folder_takes_the_folder_with_it(real, store, commit):
    commit({"a/b/one": b"1", "a/two": b"2", "three": b"3"})
    commit({"a/b/one": None, "three": b"4"})
    assert real("ls-tree", "-r", "-t", "--name-only", "main").split("\n") == ["a", "a/two", "three"]
    commit({"a/two": None, "three": None, "never/was": None})
    assert real("rev-parse", "main^{tree}") == "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    commit({"a/b/one": b"back"})
    assert store.read(store.head("main"), "a/b/one") == b"back"
    real.assert_clean()


def test_a_plan_writes_nothing_and_says_the_same_twice(store, real):
    plans = [store.plan(parent="", files={"a": b"x"}, author=ALICE, committer=SETTEI, message="m\n") for _ in range(2)]
    assert plans[0] == plans[1]
    assert not store.has(plans[0].sha)
    assert real("count-objects") == "0 objects, 0 kilobytes"


def test_written_objects_move_no_ref_and_harm_nothing(store, real):
    plan = store.plan(parent="", files={"a": b"x"}, author=ALICE, committer=SETTEI, message="m\n")
    store.write(plan)
    store.write(plan)
    assert store.has(plan.sha)
    assert store.refs() == {}
    real.assert_clean()


def test_two_stores_write_the_same_object_without_harm(tmp_path, commit, store, real):
    plan = store.plan(parent="", files={"a": b"x" * 9000}, author=ALICE, committer=SETTEI, message="m\n")
    for writer in (GitStore(store.path), GitStore(store.path)):
        writer.write(plan)
    assert real.run("cat-file", "blob", plan.blobs["a"]).stdout == b"x" * 9000
    assert not list(store.path.rglob("tmp_obj_*"))


def test_a_branch_moves_only_from_where_it_was_expected(store, real, commit):
    first, second = commit({"a": b"1"}), commit({"a": b"2"})
    assert store.head("main") == second.sha
    for old in ("", first.sha, "f" * 40):
        with pytest.raises(LibraryError, match=f"is at {second.sha}, expected"):
            store.move("main", new=first.sha, old=old)
    with pytest.raises(LibraryError, match="is at nothing, expected"):
        store.move("adhoc", new=first.sha, old=second.sha)
    assert store.refs() == {"refs/heads/main": second.sha}
    assert not list(store.path.rglob("*.lock"))


def test_a_held_lock_is_respected_and_left_alone(store, commit):
    plan = commit({"a": b"1"})
    lock = store.path / "refs" / "heads" / "main.lock"
    lock.write_text("another writer's")
    with pytest.raises(LibraryError, match="cannot be moved"):
        store.move("main", new="a" * 40, old=plan.sha)
    assert lock.read_text() == "another writer's"
    assert store.head("main") == plan.sha


def test_git_itself_waits_for_our_lock(store, real, commit):
    plan = commit({"a": b"1"})
    (store.path / "refs" / "heads" / "main.lock").write_text("")
    assert real.run("update-ref", "refs/heads/main", plan.sha, "0" * 40, check=False).returncode


def test_packed_refs_are_read_and_moved_on(store, real, commit):
    first = commit({"a": b"1"})
    commit({"x": b"1"}, branch="adhoc")
    real("pack-refs", "--all")
    assert not (store.path / "refs" / "heads" / "main").exists()
    assert store.head("main") == first.sha
    assert store.refs().keys() == {"refs/heads/main", "refs/heads/adhoc"}
    second = commit({"a": b"2"})
    assert store.head("main") == second.sha == real("rev-parse", "main")
    assert store.refs()["refs/heads/main"] == second.sha
    assert list(store.commits("main")) == [first.sha, second.sha]


@pytest.mark.parametrize("pack", [("gc", "--quiet", "--prune=now"), ("repack", "-a", "-d", "-q")])
def test_packed_objects_are_read_and_built_upon(store, real, commit, pack):
    first = commit({"a/b": b"1", "a/c": b"2" * 5000})
    real(*pack)
    assert not list(store.path.glob("objects/[0-9a-f][0-9a-f]/*"))
    assert store.has(first.sha)
    assert not store.has("a" * 40)
    assert store.read(first.sha, "a/c") == b"2" * 5000
    second = commit({"a/b": b"3"})
    assert store.read(second.sha, "a/b") == b"3"
    assert store.read(second.sha, "a/c") == b"2" * 5000
    assert list(store.commits("main")) == [first.sha, second.sha]
    assert store.repair(second) == 0
    real.assert_clean()


def test_commits_come_oldest_first_and_an_empty_branch_has_none(store, commit):
    shas = [commit({"a": bytes([number])}).sha for number in range(5)]
    assert list(store.commits("main")) == shas
    assert list(store.commits("adhoc")) == []
    assert list(store.commits("--all")) == []


@pytest.mark.parametrize(
    ("path", "part"), [("b", "has no b"), ("a/b", "has no a/b"), ("f", "is a tree, expected a blob")]
)
def test_a_file_that_is_not_there_is_a_clear_error(store, commit, path, part):
    plan = commit({"a": b"1", "f/g": b"2"})
    with pytest.raises(LibraryError, match=part):
        store.read(plan.sha, path)


@pytest.mark.parametrize("sha", ["", "main", "--all", "a" * 39, "A" * 40, "a" * 40 + "\n", "../../config"])
def test_only_a_full_sha_names_a_commit(store, commit, sha):
    commit({"a": b"1"})
    with pytest.raises(LibraryError, match="is no sha of Git"):
        store.read(sha, "a")


def test_a_commit_that_is_not_there_is_a_clear_error(store, commit):
    commit({"a": b"1"})
    with pytest.raises(LibraryError, match="cannot read object"):
        store.read("a" * 40, "a")
    with pytest.raises(LibraryError, match="cannot read object"):
        store.plan(parent="a" * 40, files={}, author=ALICE, committer=SETTEI, message="m\n")


@pytest.mark.parametrize("harm", ["flip", "empty", "remove"])
def test_a_harmed_object_is_found_and_repaired_with_the_same_sha(store, real, commit, harm):
    plan = commit({"a/b": b"1" * 500, "c": b"2"})
    for item in plan.objects:
        path = store.path / "objects" / item.sha[:2] / item.sha[2:]
        if harm == "flip":
            flip(path)
        else:
            path.unlink()
        if harm == "empty":
            path.write_bytes(b"")
        assert store.fsck(), harm
        assert store.repair(plan) == 1
        assert store.repair(plan) == 0
        real.assert_clean()
    assert store.fsck() == []


def test_a_damaged_object_is_a_clear_error_when_read(store, commit):
    plan = commit({"a": b"1" * 500})
    flip(store.path / "objects" / plan.blobs["a"][:2] / plan.blobs["a"][2:])
    with pytest.raises(LibraryError, match="damaged"):
        store.read(plan.sha, "a")


@pytest.mark.parametrize("content", [b"\xff\xfe\xff", b"ref: refs/heads/other\n", b"", b"nonsense\n"])
def test_a_damaged_ref_is_no_traceback(store, commit, content):
    plan = commit({"a": b"1"})
    (store.path / "refs" / "heads" / "main").write_bytes(content)
    assert store.head("main") != plan.sha
    assert store.refs()["refs/heads/main"] != plan.sha
    try:
        found = list(store.commits("main"))
    except LibraryError:
        return
    assert found == []


def test_a_folder_in_place_of_a_ref_is_a_clear_error(store, commit):
    plan = commit({"a": b"1"})
    path = store.path / "refs" / "heads" / "main"
    path.unlink()
    path.mkdir()
    with pytest.raises(LibraryError, match="main"):
        store.head("main")
    with pytest.raises(LibraryError, match="main"):
        store.move("main", new=plan.sha, old="")


def test_a_repository_without_objects_is_a_finding_not_a_traceback(store, commit):
    commit({"a": b"1"})
    (store.path / "objects").rename(store.path / "gone")
    assert "is no Git repository" in store.fsck()[0]


def test_leftovers_of_a_killed_writer_are_cleared_and_counted(store, commit):
    commit({"a": b"1"})
    for name in ("refs/heads/main.lock", "packed-refs.lock", "objects/ab/tmp_obj_x", "tmp_obj_y"):
        (store.path / name).write_bytes(b"half")
    assert store.clear_leftovers() == 4
    assert store.clear_leftovers() == 0
    assert not [path for path in store.path.rglob("*") if path.suffix == ".lock" or path.name.startswith("tmp_obj_")]


def test_making_a_repository_again_changes_nothing_and_completes_a_half_made_one(store, commit, real):
    plan = commit({"a": b"1"})
    (store.path / "HEAD").unlink()
    (store.path / "config").write_bytes(b"[core]\n\thooksPath = /evil\n")
    assert not store.exists()
    assert store.differences() == ["config is not the one it was made with", "HEAD is not the one it was made with"]
    store.create()
    assert store.exists()
    assert store.differences() == []
    assert (store.path / "config").read_bytes() == CONFIG
    assert store.head("main") == plan.sha
    real.assert_clean()


def test_people_can_clone_and_pull(store, commit, tmp_path):
    commit({"characters/8f/miku.xml": b"<miku/>\n"})
    work = tmp_path / "work"
    git = Git(store.path)
    subprocess.run(["git", "clone", "-q", str(store.path), str(work)], env=git.environment, check=True)
    assert (work / "characters" / "8f" / "miku.xml").read_bytes() == b"<miku/>\n"
    commit({"top": b"new\n"})
    subprocess.run(["git", "-C", str(work), "pull", "-q", "--ff-only"], env=git.environment, check=True)
    assert (work / "top").read_bytes() == b"new\n"
