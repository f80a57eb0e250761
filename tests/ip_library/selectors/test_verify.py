"""Verify finds every difference between rows and Git, says which, and changes nothing itself."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import connection

from ip_library.models import Changeset, Version
from ip_library.selectors.library import repository_path
from ip_library.selectors.verify import verify_project
from ip_library.services.adhoc import commit_adhoc
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from ip_library.store.stream import IMPORT_REF
from tests.data.documents import golden, sample
from tests.ip_library.store.conftest import Git
from tests.ip_library.store.test_store import flip


@pytest.fixture
def project(sakura, alice):
    """Two changesets on main (the second changes Miku alone) and one on adhoc."""
    save_document(project=sakura, document=replace(sample("character.miku"), name="Mik"), editor=alice)
    commit_assets(project=sakura, assets=[("character", "miku")], message="Rename", author=alice)
    commit_adhoc(project=sakura, data=golden("prompt.general_tags.xml"), author=alice)
    return sakura


@pytest.fixture
def folder(project):
    return repository_path(project)


@pytest.fixture
def git(folder):
    return Git(folder)


def codes(project):
    return {problem.code for problem in verify_project(project)}


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount > 0


def test_a_whole_library_has_no_finding(project):
    assert list(verify_project(project)) == []


def test_a_stale_project_object_makes_no_false_alarm(sakura, project):
    assert list(verify_project(type(project)(pk=project.pk, slug=project.slug))) == []


def test_a_library_after_gits_own_housekeeping_has_no_finding(project, git):
    git("pack-refs", "--all")
    git("gc", "--quiet", "--prune=now")
    assert list(verify_project(project)) == []


def test_progress_counts_every_changeset(project):
    seen = []
    assert list(verify_project(project, on_progress=lambda done, total: seen.append((done, total)))) == []
    assert seen == [(1, 3), (2, 3), (3, 3)]


def forged(git):
    """Make a commit that no row knows; it is sound by Git's own rules."""
    who = {f"GIT_{role}_{part}": "eve@x" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    return git("commit-tree", "main^{tree}", "-p", "main", "-m", "forged", **who)


HARMS = {
    "a lost ref": ("verify.branch", lambda f, g: (f / "refs/heads/main").unlink()),
    "a ref wound back": ("verify.branch", lambda f, g: g("update-ref", "refs/heads/main", g("rev-parse", "main~1"))),
    "an empty ref": ("verify.branch", lambda f, g: (f / "refs/heads/main").write_bytes(b"")),
    "a ref of noise": ("verify.branch", lambda f, g: (f / "refs/heads/main").write_bytes(b"\xff\xfe")),
    "a ref to nowhere": ("verify.branch", lambda f, g: (f / "refs/heads/main").write_text("a" * 40)),
    "packed refs emptied": (
        "verify.branch", lambda f, g: (g("pack-refs", "--all"), (f / "packed-refs").write_bytes(b"")),
    ),
    "an extra branch": ("verify.ref", lambda f, g: g("branch", "mine", "main")),
    "an extra tag": ("verify.ref", lambda f, g: g("tag", "v1", "main")),
    "a packed extra ref": ("verify.ref", lambda f, g: (g("tag", "v1", "main"), g("pack-refs", "--all"))),
    "a replacement": ("verify.ref", lambda f, g: g("replace", g("rev-parse", "main"), g("rev-parse", "main~1"))),
    "hooks switched on": ("verify.config", lambda f, g: g("config", "core.hooksPath", "/evil")),
    "a program that watches files": ("verify.config", lambda f, g: g("config", "core.fsmonitor", "/evil")),
    "a config for this work tree": ("verify.config", lambda f, g: (f / "config.worktree").write_text("[core]\n")),
    "a branch at an unknown commit": ("verify.branch", lambda f, g: g("update-ref", "refs/heads/main", forged(g))),
    "an unknown commit on an empty branch": (
        "verify.branch", lambda f, g: g("update-ref", "refs/heads/canon", forged(g)),
    ),
    "a symbolic branch": ("verify.branch", lambda f, g: g("symbolic-ref", "refs/heads/main", "refs/heads/adhoc")),
    "a shallow history": ("verify.config", lambda f, g: (f / "shallow").write_text(g("rev-parse", "main") + "\n")),
    "a common folder elsewhere": ("verify.config", lambda f, g: (f / "commondir").write_text("../other.git\n")),
    "a lost config": ("verify.config", lambda f, g: (f / "config").unlink()),
    "another HEAD": ("verify.config", lambda f, g: g("symbolic-ref", "HEAD", "refs/heads/adhoc")),
    "borrowed objects": ("verify.config", lambda f, g: (f / "objects/info/alternates").write_text("/elsewhere/objects\n")),
    "a graft": (
        "verify.config", lambda f, g: ((f / "info").mkdir(), (f / "info/grafts").write_text(g("rev-parse", "main") + "\n")),
    ),
    "a lost repository": ("verify.repository", lambda f, g: f.rename(f.with_name("gone"))),
    "lost objects": ("verify.fsck", lambda f, g: (f / "objects").rename(f / "gone")),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARMS)
def test_harm_to_the_repository_is_found_and_left_as_it_is(project, folder, git, harm, library):
    code, act = HARMS[harm]
    act(folder, git)
    before = {path: path.read_bytes() for path in library.rglob("*") if path.is_file()}
    rows = list(Changeset.objects.values())
    found = list(verify_project(project))
    assert code in {problem.code for problem in found}
    assert all(problem.severity == "error" and problem.field.startswith("project/sakura") for problem in found)
    assert {path: path.read_bytes() for path in library.rglob("*") if path.is_file()} == before
    assert list(Changeset.objects.values()) == rows


FSCK_IS_BLIND = [
    "a ref wound back", "packed refs emptied", "a replacement", "an extra branch", "hooks switched on",
    "a branch at an unknown commit", "another HEAD", "a lost ref",
]  # fmt: skip


@pytest.mark.parametrize("harm", FSCK_IS_BLIND)
def test_what_git_itself_calls_clean_is_found_all_the_same(project, folder, git, harm):
    HARMS[harm][1](folder, git)
    git.assert_clean()
    assert codes(project)


def test_an_import_that_was_cut_off_is_a_warning(project, git):
    git("update-ref", IMPORT_REF, git("rev-parse", "main~1"))
    (found,) = verify_project(project)
    assert (found.code, found.severity) == ("verify.import", "warning")
    assert "run it again" in found.message


def test_what_is_committed_while_verify_looks_makes_no_false_alarm(sakura, project, alice):
    names = iter(["One", "Two", "Three", "Four", "Five"])

    def commit_another(done, total):
        save_document(project=sakura, document=replace(sample("character.miku"), name=next(names)), editor=alice)
        commit_assets(project=sakura, assets=[("character", "miku")], message="Meanwhile", author=alice)

    assert list(verify_project(project, on_progress=commit_another)) == []
    assert list(verify_project(project)) == []


def test_every_lost_object_is_found(project, folder):
    for path in sorted((folder / "objects").glob("??/*")):
        data = path.read_bytes()
        path.unlink()
        assert codes(project) & {"verify.fsck", "verify.object"}, path
        path.write_bytes(data)
    assert codes(project) == set()


def test_every_flipped_bit_is_found(project, folder):
    for path in sorted((folder / "objects").glob("??/*"))[::2]:
        data = path.read_bytes()
        flip(path)
        assert codes(project) & {"verify.fsck", "verify.object"}, path
        path.write_bytes(data)
    assert codes(project) == set()


def test_a_flipped_bit_in_a_pack_is_found(project, folder, git):
    git("repack", "-adq")
    (pack,) = (folder / "objects" / "pack").glob("*.pack")
    flip(pack)
    assert codes(project) & {"verify.fsck", "verify.object"}


NOON = datetime(2001, 2, 3, 12, tzinfo=UTC)
ROWS = {
    "changeset.sha": ("UPDATE ip_library_changeset SET sha = %s WHERE sequence = 2", "b" * 40),
    "changeset.parent": ("UPDATE ip_library_changeset SET parent = '' WHERE sequence = 2",),
    "changeset.sequence": ("UPDATE ip_library_changeset SET sequence = 5 WHERE sequence = 2",),
    "changeset.message": ("UPDATE ip_library_changeset SET message = 'forged' WHERE branch = 'adhoc'",),
    "changeset.author_login": ("UPDATE ip_library_changeset SET author_login = 'eve' WHERE sequence = 2",),
    "changeset.author_name": ("UPDATE ip_library_changeset SET author_name = 'Eve' WHERE sequence = 2",),
    "changeset.author_email": ("UPDATE ip_library_changeset SET author_email = 'e@x' WHERE sequence = 2",),
    "changeset.committed_at": ("UPDATE ip_library_changeset SET committed_at = %s WHERE sequence = 2", NOON),
    "changeset.sealed": ("UPDATE ip_library_changeset SET sealed = false WHERE sequence = 2",),
    "version.document": ("UPDATE ip_library_version SET document = replace(document, 'Mik', 'Eve') WHERE number = 2",),
    "version.sha256": ("UPDATE ip_library_version SET sha256 = %s WHERE number = 2", "b" * 64),
    "version.blob": ("UPDATE ip_library_version SET blob = %s WHERE number = 2", "b" * 40),
    "version.number": ("UPDATE ip_library_version SET number = 3 WHERE number = 2",),
    "version.asset": ("UPDATE ip_library_version SET asset = 'rin' WHERE number = 2",),
    "prompt.text": ("UPDATE ip_library_promptrevision SET text = text || ' ' WHERE version_id IS NULL",),
    "prompt.sha256": ("UPDATE ip_library_promptrevision SET sha256 = %s WHERE version_id IS NULL", "b" * 64),
    "prompt.path": ("UPDATE ip_library_promptrevision SET path = 'adhoc/x.xml' WHERE version_id IS NULL",),
    "prompt.dialect": ("UPDATE ip_library_promptrevision SET dialect = 'haiku' WHERE dialect = 'scene'",),
    "prompt.negative_path": ("UPDATE ip_library_promptrevision SET negative_path = 'x' WHERE dialect = 'scene'",),
    "prompt.negative_text": ("UPDATE ip_library_promptrevision SET negative_text = 'x' WHERE dialect = 'scene'",),
    "resolution.used": (
        "UPDATE ip_library_resolution SET used_id = (SELECT id FROM ip_library_version WHERE number = 2) WHERE field = 'cast/1/character'",
    ),
    "resolution.field": (
        "UPDATE ip_library_resolution SET field = 'cast/9/character' WHERE field = 'cast/1/character'",
    ),
    "resolution.follow": ("UPDATE ip_library_resolution SET follow = 'canon' WHERE field = 'scene'",),
    "resolution gone": ("DELETE FROM ip_library_resolution WHERE field = 'cast/1/character'",),
    "project.main_head": ("UPDATE ip_library_project SET main_head = %s WHERE slug = 'sakura'", "b" * 40),
    "project.adhoc_length": ("UPDATE ip_library_project SET adhoc_length = 7 WHERE slug = 'sakura'",),
}


@pytest.mark.parametrize("column", ROWS)
def test_a_row_that_was_changed_behind_our_back_is_found(project, column):
    sql(*ROWS[column])
    assert codes(project)


def test_a_version_that_vanished_is_found(project):
    sql("DELETE FROM ip_library_version WHERE number = 2")
    assert "verify.sha" in codes(project)


def test_the_finding_names_the_place(project):
    Version.objects.get(number=2)
    sql("UPDATE ip_library_version SET sha256 = %s WHERE number = 2", "b" * 64)
    (found,) = verify_project(project)
    assert str(found) == "project/sakura/main/2/character/miku: the document is not its SHA-256"


@pytest.mark.django_db(transaction=True)
def test_a_project_without_commits_has_no_finding_and_gets_no_repository(empty_project):
    assert list(verify_project(empty_project)) == []
    assert not repository_path(empty_project).exists()
