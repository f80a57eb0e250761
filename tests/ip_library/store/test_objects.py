"""Our objects are the ones that the real git makes for the same content, identity and time."""

import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ip_library.store import objects
from ip_library.store.git import GitStore, Identity
from tests.ip_library.store.conftest import ALICE, SETTEI, WHEN, Git

FILES = {
    "characters/8f/miku.xml": "<初音/>\n".encode(),
    "characters/a5/len.xml": b"<len/>\n",
    "shots/E01/SQ010/SH0010.xml": b"<shot/>\n",
    "top": b"",
}


def by_git(real, files, parent="", author=ALICE, committer=SETTEI, message="Change\n"):
    """Make the same commit with the real git and an index; return its sha."""
    index = {"GIT_INDEX_FILE": str(real.folder / "index.test")}
    real("read-tree", "--empty", **index)
    for path, data in files.items():
        blob = real("hash-object", "-w", "--stdin", data=data)
        real("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", **index)
    tree = real("write-tree", **index)
    who = {
        "GIT_AUTHOR_NAME": author.name, "GIT_AUTHOR_EMAIL": author.email, "GIT_AUTHOR_DATE": f"{author.timestamp} +0000",
        "GIT_COMMITTER_NAME": committer.name, "GIT_COMMITTER_EMAIL": committer.email,
        "GIT_COMMITTER_DATE": f"{committer.timestamp} +0000",
    }  # fmt: skip
    parents = ("-p", parent) if parent else ()
    return real("commit-tree", tree, *parents, data=message.encode(), **who)


def test_a_commit_has_the_sha_that_git_gives_it(store, real, commit, tmp_path):
    first = commit(FILES, message="Erste Blätter 初\n\nSettei-Author: alice\n")
    other = GitStore(tmp_path / "other.git")
    other.create()
    assert by_git(Git(other.path), FILES, message="Erste Blätter 初\n\nSettei-Author: alice\n") == first.sha
    second = commit({"characters/8f/miku.xml": b"new\n"})
    assert by_git(real, FILES | {"characters/8f/miku.xml": b"new\n"}, parent=first.sha) == second.sha
    real.assert_clean()


@settings(max_examples=12, deadline=None)
@given(st.binary(max_size=300))
def test_a_blob_has_the_sha_of_git_hash_object(tmp_path_factory, data):
    real = Git(tmp_path_factory.getbasetemp() / "none.git")
    assert objects.make("blob", data).sha == real("hash-object", "--stdin", data=data)


def test_a_tree_has_the_sha_and_the_order_of_git_mktree(store, real):
    blob = objects.make("blob", b"x")
    folder = objects.make_tree({"f": objects.file_entry(blob.sha)})
    objects.write_loose(store.path / "objects", [blob, folder])
    names = {"a": True, "a.xml": False, "a-b": False, "a0": False, "ab": True, "b": False, "B": False, "é": False}
    entries = {n: objects.tree_entry(folder.sha) if t else objects.file_entry(blob.sha) for n, t in names.items()}
    tree = objects.make_tree(entries)
    listing = "".join(f"{'040000 tree' if e.is_tree else '100644 blob'} {e.sha}\t{n}\n" for n, e in entries.items())
    assert tree.sha == real("mktree", data=listing.encode())
    assert real("-c", "core.quotePath=false", "ls-tree", "--name-only", tree.sha).split("\n") == [
        "B", "a-b", "a.xml", "a", "a0", "ab", "b", "é",
    ]  # fmt: skip


def test_the_empty_tree_is_gits_own():
    assert objects.make_tree({}).sha == "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


_NAMES = st.text("ab-.0é", min_size=1, max_size=3).filter(lambda name: name not in {".", ".."})


@settings(deadline=None)
@given(st.dictionaries(_NAMES, st.booleans(), max_size=8))
def test_a_tree_reads_back_as_it_was_made(names):
    sha = "ab" * 20
    tree = {n: objects.tree_entry(sha) if t else objects.file_entry(sha) for n, t in names.items()}
    assert objects.read_tree(objects.make_tree(tree).data.partition(b"\0")[2]) == tree


def test_a_damaged_loose_object_is_told_from_a_missing_one(tmp_path):
    made = objects.make("blob", b"hello")
    assert objects.read_loose(tmp_path, made.sha) is None
    objects.write_loose(tmp_path, [made])
    assert objects.read_loose(tmp_path, made.sha) == ("blob", b"hello")
    assert objects.is_whole(tmp_path, made)
    path = objects.loose_path(tmp_path, made.sha)
    path.unlink()
    path.write_bytes(b"")
    assert not objects.is_whole(tmp_path, made)
    with pytest.raises(ValueError, match="damaged"):
        objects.read_loose(tmp_path, made.sha)
    path.write_bytes(zlib.compress(b"blob 5\0HELLO"))
    assert not objects.is_whole(tmp_path, made)


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Eve\nparent 0000000000000000000000000000000000000000", "e@x"),
        ("Eve> 0 +0000\ncommitter Root <root@x", "e@x"),
        ("Eve\0hidden", "e@x\n\nforged message"),
        ("<>", "<>"),
        ("", ""),
        ("初音ミク", "miku@例.jp"),
        ("  \r\n ", ">"),
    ],
)
def test_an_identity_cannot_forge_a_header(store, real, commit, name, email):
    plan = commit({"a": b"x"}, author=Identity(name, email, WHEN))
    headers, _, message = real("cat-file", "commit", plan.sha).partition("\n\n")
    assert [line.split(" ")[0] for line in headers.split("\n")] == ["tree", "author", "committer"]
    assert message == "Change"
    assert real("log", "-1", "--format=%at|%ct|%cn|%P", plan.sha) == f"{WHEN}|{WHEN}|Settei|"
    assert real("log", "-1", "--format=%an", plan.sha)
    real.assert_clean()
