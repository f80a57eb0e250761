"""A plain clone of branch canon holds exactly what is approved, and the rows alone make it again."""

import shutil
import subprocess
from dataclasses import replace

import pytest
from django.db import transaction

from ip_library.core.errors import LibraryError
from ip_library.core.paths import document_path, negative_path, prompt_path
from ip_library.core.prompt import DIALECTS
from ip_library.models import Anchor, Changeset, LabelMove, Version
from ip_library.selectors.changesets import Content, content_of, plan_of
from ip_library.selectors.labels import labelled_version, status_of
from ip_library.selectors.library import repository_path, store_of
from ip_library.selectors.verify import verify_project
from ip_library.services.changesets import lock_project, record_changeset, seal_changeset
from ip_library.services.labels import approve_versions, move_label, set_status
from ip_library.services.recover import recover_project

MIKU = ("character", "miku")
SHOT = ("shot", "E01_SQ010_SH0010")


def version(number=1, asset=MIKU):
    return Version.objects.select_related("project").get(kind=asset[0], asset=asset[1], number=number)


@pytest.fixture
def renamed(sakura, change):
    """Miku in three versions, the last two with another name."""
    for name in ("Mik", "Mi"):
        change(*MIKU, lambda document, name=name: replace(document, name=name))
    return sakura


@pytest.fixture
def cloned(tmp_path):
    """Return a function that clones branch canon with plain git, and gives the files of the checkout."""

    def clone(project):
        folder = tmp_path / f"clone-{len(list(tmp_path.iterdir()))}"
        source = repository_path(project)
        subprocess.run(["git", "clone", "-q", "--branch", "canon", str(source), str(folder)], check=True)
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and ".git" not in path.relative_to(folder).parts
        }

    return clone


def approved_files(*versions):
    """Return what a checkout of canon must hold, from the rows."""
    files = {}
    for row in versions:
        files[document_path(row.kind, row.asset)] = row.document.encode()
        for prompt in row.prompts.all():
            files[prompt_path(prompt.dialect, row.asset)] = prompt.text.encode()
            if prompt.negative_text:
                files[negative_path(prompt.dialect, row.asset)] = prompt.negative_text.encode()
    return files


def test_a_clone_of_canon_holds_exactly_the_approved_documents_and_prompts(renamed, cloned, alice, git):
    approve_versions(project=renamed, versions=[version(1), version(1, SHOT)], author=alice, reason="First canon")
    files = cloned(renamed)
    assert files == approved_files(version(1), version(1, SHOT))
    assert len(files) >= 1 + 1 + len(DIALECTS)
    set_status(version=version(3), status="approved", author=alice, reason="Better")
    assert cloned(renamed) == approved_files(version(3), version(1, SHOT))
    move_label(project=renamed, name="canon", version=None, kind=SHOT[0], asset=SHOT[1], author=alice, reason="Cut")
    assert cloned(renamed) == approved_files(version(3))
    move_label(project=renamed, name="canon", version=None, kind=MIKU[0], asset=MIKU[1], author=alice, reason="Gone")
    assert cloned(renamed) == {}
    assert git("rev-list", "--count", "canon") == "4"
    assert list(verify_project(renamed)) == []
    git.assert_clean()


def test_a_negative_prompt_that_a_newer_version_lacks_leaves_the_canon(sakura, cloned, change, alice):
    change(*SHOT, lambda document: replace(document, negative=("lowres",)))
    change(*SHOT, lambda document: replace(document, negative=()))
    set_status(version=version(2, SHOT), status="approved", author=alice, reason="With it")
    before = cloned(sakura)
    assert before == approved_files(version(2, SHOT))
    set_status(version=version(3, SHOT), status="approved", author=alice, reason="Without it")
    after = cloned(sakura)
    assert after == approved_files(version(3, SHOT))
    assert {path for path in before if "negative" in path} >= {path for path in after if "negative" in path}


def test_every_canon_commit_is_made_again_from_its_rows_alone(renamed, alice):
    set_status(version=version(1), status="approved", author=alice, reason="Good")
    move_label(project=renamed, name="key-visual", version=version(2), kind="character", asset="miku", author=alice)
    set_status(version=version(1, SHOT), status="approved", author=alice, reason="Good")
    move_label(project=renamed, name="canon", version=None, kind="character", asset="miku", author=alice, reason="No")
    rows = list(Changeset.objects.filter(branch="canon").order_by("sequence"))
    assert len(rows) == 4
    for row in rows:
        assert plan_of(store_of(renamed), row, content_of(row)).sha == row.sha
    renamed.refresh_from_db()
    assert (renamed.canon_head, renamed.canon_length) == (rows[-1].sha, 4)


@pytest.mark.parametrize("harm", ["the ref is gone", "the repository is gone", "an object is gone"])
def test_a_lost_canon_comes_back_with_its_old_shas(renamed, alice, git, harm, cloned):
    for number in (1, 2):
        set_status(version=version(number), status="approved", author=alice, reason=f"Take {number}")
    folder, head = repository_path(renamed), git("rev-parse", "canon")
    match harm:
        case "the ref is gone":
            (folder / "refs" / "heads" / "canon").unlink()
        case "the repository is gone":
            shutil.rmtree(folder)
        case "an object is gone":
            (folder / "objects" / head[:2] / head[2:]).unlink()
    assert list(verify_project(renamed))
    assert recover_project(renamed).did_something
    assert list(verify_project(renamed)) == []
    assert git("rev-parse", "canon") == head
    assert cloned(renamed) == approved_files(version(2))


def test_an_approval_that_git_could_not_publish_at_once_is_published_by_recover(renamed, alice, git):
    folder = repository_path(renamed)
    set_status(version=version(1), status="approved", author=alice, reason="Good")
    (folder / "refs" / "heads" / "canon.lock").write_bytes(b"")
    result = set_status(version=version(2), status="approved", author=alice, reason="Better")
    assert labelled_version(renamed, *MIKU, "canon") == version(2)
    assert not Changeset.objects.get(pk=result.changeset.pk).sealed
    recover_project(renamed)
    assert git("rev-parse", "canon") == result.changeset.sha
    assert list(verify_project(renamed)) == []


def test_a_move_that_was_changed_behind_our_back_is_found(renamed, alice):
    set_status(version=version(1), status="approved", author=alice, reason="Good")
    LabelMove._base_manager.update(version=version(2))
    assert "verify.sha" in {problem.code for problem in verify_project(renamed)}
    with pytest.raises(LibraryError, match="somebody changed the database"):
        head = store_of(renamed).head("canon")
        (repository_path(renamed) / "objects" / head[:2] / head[2:]).unlink()
        recover_project(renamed)


def test_a_full_disk_changes_nothing(renamed, alice, everything, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    set_status(version=version(1), status="approved", author=alice, reason="Good")
    before, _ = everything()
    monkeypatch.setattr("ip_library.store.objects.write_loose", full)
    with pytest.raises(LibraryError):
        set_status(version=version(2), status="approved", author=alice, reason="Better")
    after, _ = everything()
    assert labelled_version(renamed, *MIKU, "canon") == version(1)
    assert status_of(version(2)) == "wip"
    assert {name for name in before if before[name] != after[name]} <= {"AuditEvent", "Project"}


def test_an_anchor_is_committed_and_read_back_by_the_same_protocol(renamed, alice, git):
    for number in (1, 2):
        anchor = Anchor(project=renamed, payload=f'{{"n":{number}}}\n', signature=f"signed {number}\n", signer="key")
        with transaction.atomic(durable=True):
            project = lock_project(renamed)
            changeset = record_changeset(
                project=project, branch="anchors", content=Content(anchor=anchor), message="Anchor", author=alice
            )
        seal_changeset(changeset)
    assert git("ls-tree", "-r", "--name-only", "anchors").splitlines() == ["anchor.json", "anchor.json.sig"]
    assert git.run("show", "anchors:anchor.json").stdout == b'{"n":2}\n'
    assert git.run("show", "anchors~1:anchor.json.sig").stdout == b"signed 1\n"
    assert Anchor.objects.count() == 2
    codes = {problem.code for problem in verify_project(renamed)}
    assert codes <= {"verify.anchor"}, "its signature is no key's; all else is whole"
    head = git("rev-parse", "anchors")
    shutil.rmtree(repository_path(renamed))
    recover_project(renamed)
    assert git("rev-parse", "anchors") == head
