"""The stream into Git writes the commits that planning would make, onto a ref of its own, durably."""

import pytest

from ip_library.core.errors import LibraryError
from ip_library.store import stream
from ip_library.store.git import GitStore, Identity
from ip_library.store.stream import ImportStream, StreamedCommit, remove_import_ref, tidy

WHO = Identity("Älice <Aoki>\n", "alice@studio.example", 1_700_000_000)
SYSTEM = Identity("Settei", "settei@localhost", 1_700_000_000)


def streamed(number: int, **files: bytes | None) -> StreamedCommit:
    paths = {name.replace("__", "/") + ".xml": data for name, data in files.items()}
    return StreamedCommit(WHO, SYSTEM, f"Change {number}\n\nSettei-Author: Ä\n", paths)


@pytest.fixture
def store(tmp_path):
    store = GitStore(tmp_path / "library.git")
    store.create()
    return store


COMMITS = [
    streamed(1, characters__aa__miku=b"<a/>\n", shots__E01__SQ010__SH0010=b"one\n"),
    streamed(2, characters__aa__len=b"\x00\xff data 3\ncommit x\n", shots__E01__SQ010__SH0010=None),
    streamed(3, characters__aa__miku=b"", scenes__b0__park="桜\n".encode()),
]


def test_a_streamed_commit_is_byte_for_byte_the_planned_one(store):
    with ImportStream(store.path) as running:
        running.start_at("")
        for commit in COMMITS:
            running.add(commit)
        shas = running.checkpoint()
    parent = ""
    for commit, sha in zip(COMMITS, shas, strict=True):
        planned = store.plan(
            parent=parent, files=commit.files, author=commit.author, committer=commit.committer, message=commit.message
        )
        assert planned.sha == sha
        assert store.has(sha)
        parent = sha
    assert store.fsck() == []


def test_no_branch_moves_and_the_streams_own_ref_goes_with_it(store):
    with ImportStream(store.path) as running:
        running.start_at("")
        running.add(COMMITS[0])
        running.checkpoint()
        assert set(store.refs()) == {stream.IMPORT_REF}
    assert store.refs() == {}
    assert store.differences() == []
    assert not (store.path / "refs" / "settei").exists()


def test_a_stream_starts_again_at_another_commit(store):
    with ImportStream(store.path) as running:
        running.start_at("")
        running.add(COMMITS[0])
        (first,) = running.checkpoint()
        running.add(COMMITS[1])
        (second,) = running.checkpoint()
        running.start_at(first)
        running.add(COMMITS[1])
        assert running.checkpoint() == [second]


def test_an_abandoned_stream_leaves_no_ref_and_what_was_kept_is_whole(store):
    with pytest.raises(RuntimeError, match="somebody pulled the plug"), ImportStream(store.path) as running:
        running.start_at("")
        running.add(COMMITS[0])
        (kept,) = running.checkpoint()
        running.add(COMMITS[1])
        raise RuntimeError("somebody pulled the plug")
    assert store.refs() == {}
    assert store.has(kept)
    assert store.fsck() == []


def test_the_next_stream_clears_what_a_killed_one_left(store):
    running = ImportStream(store.path)
    running.__enter__()
    running.start_at("")
    running.add(COMMITS[0])
    running.checkpoint()
    running._running().kill()
    running._running().communicate()
    (store.path / "fast_import_crash_123").write_text("report")
    assert stream.IMPORT_REF in store.refs()
    with ImportStream(store.path):
        assert store.refs() == {}
    assert not list(store.path.glob("fast_import_crash_*"))


def test_a_process_that_dies_is_an_error_and_not_an_answer(store):
    with pytest.raises(LibraryError, match="fast-import"), ImportStream(store.path) as running:
        running.start_at("0" * 39 + "1")
        running.add(COMMITS[0])
        running.checkpoint()


def test_what_another_process_did_to_the_ref_is_noticed(store):
    with pytest.raises(LibraryError, match="expected"), ImportStream(store.path) as running:
        running.start_at("")
        running.add(COMMITS[0])
        (first,) = running.checkpoint()
        original = stream._read_import_ref
        stream._read_import_ref = lambda path: first
        try:
            running.add(COMMITS[1])
            running.checkpoint()
        finally:
            stream._read_import_ref = original


def test_tidying_gathers_packs_and_keeps_every_commit(store):
    with ImportStream(store.path) as running:
        running.start_at("")
        for number in range(30):
            running.add(streamed(number, characters__aa__miku=b"%d\n" % number))
            shas = running.checkpoint()
    store.move("main", new=shas[-1], old="")
    before = len(list((store.path / "objects" / "pack").glob("*.pack")))
    tidy(store.path)
    assert len(list((store.path / "objects" / "pack").glob("*.pack"))) < before
    assert len(list(store.commits("main"))) == 30
    assert store.fsck() == []
    assert store.differences() == []
    remove_import_ref(store.path)
