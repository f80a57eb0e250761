"""Whatever is lost comes back with the same sha; whatever is foreign is an alarm and stays as it is."""

import shutil
from dataclasses import replace

import pytest
from django.db import connection

from ip_library.core.errors import LibraryError
from ip_library.models import AuditEvent, Changeset, PromptRevision, Version
from ip_library.selectors.library import repository_path
from ip_library.selectors.verify import verify_project
from ip_library.services.adhoc import commit_adhoc
from ip_library.services.anchors import anchor_project
from ip_library.services.commit import commit_assets
from ip_library.services.labels import move_label, set_status
from ip_library.services.recover import recover_project
from tests.data.documents import golden
from tests.ip_library.store.test_signatures import make_key
from tests.ip_library.store.test_store import flip

MIKU = ("character", "miku")


@pytest.fixture
def history(sakura, alice, change):
    """Three changesets on main and one on adhoc."""
    for name in ("Mik", "Miku"):
        change("character", "miku", lambda document, name=name: replace(document, name=name))
    commit_adhoc(project=sakura, data=golden("prompt.general_tags.xml"), author=alice)
    return sakura


@pytest.fixture
def folder(history):
    return repository_path(history)


@pytest.fixture
def comes_back(history, git):
    """Return a function that recovers and proves that every commit and file is there with its old sha."""
    shas = dict(Changeset.objects.values_list("sha", "parent"))
    heads = {"main": git("rev-parse", "main"), "adhoc": git("rev-parse", "adhoc")}

    def act():
        assert list(verify_project(history)), "the harm is not noticed"
        report = recover_project(history)
        assert report.did_something
        assert list(verify_project(history)) == []
        assert {branch: git("rev-parse", branch) for branch in heads} == heads
        assert {line.split()[0] for line in git("rev-list", "--all").split()} == set(shas)
        for prompt in PromptRevision.objects.select_related("changeset"):
            assert git.run("show", f"{prompt.changeset.sha}:{prompt.path}").stdout == prompt.text.encode()
        git.assert_clean()
        assert not recover_project(history).did_something
        return report

    return act


def objects_of(folder):
    return sorted(path for path in (folder / "objects").glob("??/*") if path.is_file())


def test_a_missing_ref_is_put_back(folder, comes_back):
    for branch in ("main", "adhoc"):
        (folder / "refs" / "heads" / branch).unlink()
    report = comes_back()
    assert (report.moved, report.rewritten) == (2, 0)
    assert AuditEvent.objects.first().after["moved"] == 2


def test_a_ref_that_was_wound_back_goes_forward_again(folder, git, comes_back):
    git("update-ref", "refs/heads/main", git("rev-parse", "main~2"))
    assert comes_back().rewritten == 0


def test_an_emptied_packed_refs_file_is_survived(folder, git, comes_back):
    git("pack-refs", "--all")
    (folder / "packed-refs").write_bytes(b"")
    comes_back()


@pytest.mark.parametrize("content", [b"", b"\n"])
def test_an_emptied_ref_is_put_back(folder, comes_back, content):
    (folder / "refs" / "heads" / "main").write_bytes(content)
    comes_back()


def test_stale_locks_and_temporary_files_are_removed(history, folder, git):
    for name in ("refs/heads/main.lock", "packed-refs.lock", "objects/00/tmp_obj_dead"):
        (folder / name).write_bytes(b"half")
    assert recover_project(history).leftovers == 3
    assert list(verify_project(history)) == []


def test_any_loose_object_comes_back_when_it_is_deleted(history, folder, git):
    for path in objects_of(folder)[::2]:
        before = path.read_bytes()
        path.unlink()
        assert list(verify_project(history)), path
        assert recover_project(history).rewritten
        assert path.read_bytes() == before
    assert list(verify_project(history)) == []
    git.assert_clean()


def test_a_flipped_bit_in_any_object_is_found_and_mended(history, folder, git):
    for path in objects_of(folder)[1::3]:
        before = path.read_bytes()
        flip(path)
        assert list(verify_project(history)), path
        recover_project(history)
        assert path.read_bytes() == before
    assert list(verify_project(history)) == []
    git.assert_clean()


def test_a_lost_object_beyond_a_lost_ref_comes_back_too(folder, git, comes_back):
    """Git's check follows the refs: without them it does not miss a blob."""
    blob = Version.objects.get(asset="miku", number=3).blob
    (folder / "refs" / "heads" / "main").unlink()
    (folder / "objects" / blob[:2] / blob[2:]).unlink()
    assert comes_back().rewritten == 1


def test_a_whole_folder_that_is_gone_is_made_again(folder, comes_back):
    shutil.rmtree(folder)
    assert comes_back().rewritten == 4


def test_a_folder_without_objects_is_filled_again(folder, comes_back):
    shutil.rmtree(folder / "objects")
    assert comes_back().rewritten == 4


def test_a_lost_pack_is_written_again_as_loose_objects(folder, git, comes_back):
    git("repack", "-adq")
    shutil.rmtree(folder / "objects" / "pack")
    assert comes_back().rewritten == 4


def test_what_was_done_stands_in_the_audit(history, folder):
    (folder / "refs" / "heads" / "main.lock").write_bytes(b"")
    recover_project(history)
    event = AuditEvent.objects.first()
    assert (event.action, event.actor_login, event.subject) == ("recover", "operator", "project/sakura")
    assert event.after == {"leftovers": 1, "rewritten": 0, "sealed": 0, "moved": 0}


def test_where_nothing_is_wrong_nothing_is_done(history, everything):
    before = everything()
    assert not recover_project(history).did_something
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_a_project_without_commits_needs_no_repository(empty_project):
    assert not recover_project(empty_project).did_something
    assert not repository_path(empty_project).exists()


def test_a_foreign_commit_on_a_branch_is_an_alarm_and_stays(history, git, everything):
    tree = git("rev-parse", "main^{tree}")
    foreign = git(
        "-c", "user.name=Eve", "-c", "user.email=eve@x", "commit-tree", tree, "-p", "main", data=b"mine\n"
    )  # fmt: skip
    git("update-ref", "refs/heads/main", foreign)
    before = everything()
    assert "verify.branch" in {problem.code for problem in verify_project(history)}
    with pytest.raises(LibraryError, match="a commit that the database does not know"):
        recover_project(history)
    assert everything() == before
    assert git("rev-parse", "main") == foreign


def test_a_commit_on_top_of_a_foreign_one_is_kept_but_not_sealed(history, git, alice, change):
    tree = git("rev-parse", "main^{tree}")
    foreign = git("-c", "user.name=E", "-c", "user.email=e@x", "commit-tree", tree, "-p", "main", data=b"x\n")
    git("update-ref", "refs/heads/main", foreign)
    changeset = change("character", "len", lambda document: replace(document, name="Len")).changeset
    assert not Changeset.objects.get(pk=changeset.pk).sealed
    assert git("rev-parse", "main") == foreign


def test_a_changed_row_is_an_alarm_when_its_commit_must_be_written_again(history, folder, git):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ip_library_version SET document = replace(document, 'Miku', 'Evil') WHERE number = 3")
    assert "verify.sha" in {problem.code for problem in verify_project(history)}
    blob = Version.objects.get(asset="miku", number=3).blob
    (folder / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(LibraryError, match="somebody changed the database"):
        recover_project(history)
    assert not (folder / "objects" / blob[:2] / blob[2:]).exists()


def test_work_goes_on_after_recovery(history, folder, alice, git, change):
    shutil.rmtree(folder)
    recover_project(history)
    change("character", "len", lambda document: replace(document, name="Len"))
    assert commit_assets(project=history, assets=[MIKU], message="x", author=alice).versions == ()
    assert list(verify_project(history)) == []
    assert git("rev-list", "--count", "main") == "4"


def test_labels_and_anchors_come_back_with_their_shas(history, folder, git, alice, settings, tmp_path):
    set_status(version=Version.objects.get(asset="miku", number=2), status="approved", author=alice, reason="Good")
    move_label(
        project=history, name="key", version=Version.objects.get(asset="miku", number=1),
        kind="character", asset="miku", author=alice,
    )  # fmt: skip
    if shutil.which("ssh-keygen"):
        settings.ANCHOR_KEY = make_key(tmp_path / "key")
        anchor_project(project=history)
    before = git("for-each-ref")
    shutil.rmtree(folder)
    assert {problem.code for problem in verify_project(history)} == {"verify.repository"}
    recover_project(history)
    assert git("for-each-ref") == before
    assert list(verify_project(history)) == []
    git.assert_clean()
