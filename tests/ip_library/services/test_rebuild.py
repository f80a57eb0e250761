"""A project comes back from Git alone: the same rows, and verify has nothing to say."""

import shutil
import subprocess
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from ip_library.models import (
    Anchor,
    AuditEvent,
    Changeset,
    Label,
    LabelMove,
    Project,
    PromptRevision,
    Resolution,
    Review,
    Version,
)
from ip_library.selectors.drafts import get_draft, read_draft
from ip_library.selectors.library import repository_path
from ip_library.selectors.verify import verify_project, verify_strays
from ip_library.services import rebuild
from ip_library.services.adhoc import commit_adhoc
from ip_library.services.anchors import anchor_project
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from ip_library.services.labels import move_label, set_status
from ip_library.services.rebuild import rebuild_project
from tests.conftest import no_audit_guard
from tests.data.documents import SHOT_CODE, golden
from tests.ip_library.store.conftest import Git
from tests.ip_library.store.test_signatures import make_key

COMPARED = {
    Changeset: ["pk", "branch", "sequence", "sha", "parent", "author__username", "author_login", "author_name",
                "author_email", "message", "committed_at", "sealed"],
    Version: ["changeset", "kind", "asset", "number", "document", "sha256", "blob"],
    PromptRevision: ["changeset", "version__asset", "version__number", "dialect", "path", "text", "sha256",
                     "negative_path", "negative_text"],
    Resolution: ["using__asset", "using__number", "field", "used__kind", "used__asset", "used__number", "follow"],
    LabelMove: ["changeset", "kind", "asset", "name", "version__number", "previous__number"],
    Label: ["kind", "asset", "name", "version__number"],
    Review: ["version__asset", "version__number", "status", "by__username", "by_login", "approved_by_login", "reason"],
    Anchor: ["changeset", "payload", "signature", "signer"],
    Project: ["slug", "main_head", "main_length", "adhoc_head", "adhoc_length", "canon_head", "canon_length",
              "anchors_head", "anchors_length"],
}  # fmt: skip


@pytest.fixture
def library_of(sakura, alice, bob, change, settings, tmp_path):
    """A project with all kinds of history; returns its slug."""
    version = change("character", "miku", lambda document: replace(document, name="Mik"), author=bob).versions[0]
    change("shot", SHOT_CODE, lambda document: replace(document, notes="Slower"))
    commit_adhoc(project=sakura, data=golden("prompt.general_tags.xml"), author=alice)
    shot = Version.objects.get(kind="shot", asset=SHOT_CODE, number=2)
    for row in (Version.objects.get(asset="miku", number=1), version, shot):
        set_status(version=row, status="approved", author=alice, reason="Good")
    for target in (version, None, version):
        move_label(project=sakura, name="key", version=target, kind="character", asset="miku", author=bob)
    if shutil.which("ssh-keygen"):
        settings.ANCHOR_KEY = make_key(tmp_path / "key")
        anchor_project(project=sakura)
    return "sakura"


@pytest.fixture
def lost(library_of):
    """What the rows were, and a database without them."""
    before, drafts = picture(), documents()
    forget()
    return before, drafts


def picture():
    return {model.__name__: sorted(map(repr, model.objects.values_list(*names))) for model, names in COMPARED.items()}


def documents():
    names = Version.objects.values_list("kind", "asset").distinct()
    project = Project.objects.get(slug="sakura")
    return {name: read_draft(get_draft(project, *name)) for name in names}


def forget():
    """Empty every table of the library, as a fresh database is; people stay."""
    with no_audit_guard() as cursor:
        names = connection.introspection.table_names(cursor)
        tables = [name for name in names if name.startswith("ip_library_")]
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
            return
        with connection.constraint_checks_disabled():
            for table in tables:
                cursor.execute(f"DELETE FROM {table}")


def test_every_row_comes_back_as_it_was(lost):
    before, drafts = lost
    seen = []
    report = rebuild_project(slug="sakura", on_progress=lambda done, total: seen.append((done, total)))
    assert picture() == before
    assert documents() == drafts
    assert (report.changesets, report.left_out) == (Changeset.objects.count(), ())
    assert seen[-1][0] == seen[-1][1] == report.changesets
    event = AuditEvent.objects.get(action="rebuild")
    assert event.after["changesets"] == report.changesets


def test_verify_names_a_repository_whose_rows_are_all_gone(lost):
    assert [(problem.code, problem.severity) for problem in verify_strays()] == [("verify.stray", "error")]
    rebuild_project(slug="sakura")
    assert list(verify_strays()) == []


def test_afterwards_verify_is_clean_once_the_new_chain_is_signed(lost):
    rebuild_project(slug="sakura")
    project = Project.objects.get()
    if not Anchor.objects.exists():
        assert list(verify_project(project)) == []
        return
    assert {problem.code for problem in verify_project(project)} == {"verify.anchor"}
    assert "error" in {problem.severity for problem in verify_project(project)}
    anchor_project(project=project)
    (found,) = verify_project(project)
    assert (found.severity, found.field) == ("warning", "project/sakura/anchors/1")
    assert "begun anew" in found.message


def test_a_second_run_finds_nothing_to_do(lost):
    rebuild_project(slug="sakura")
    before, events = picture(), AuditEvent.objects.count()
    assert not rebuild_project(slug="sakura").did_something
    assert (picture(), AuditEvent.objects.count()) == (before, events)


def test_work_goes_on_after_it(lost):
    rebuild_project(slug="sakura")
    project = Project.objects.get()
    document = read_draft(get_draft(project, "character", "miku"))
    save_document(project=project, document=replace(document, name="Anew"), editor=None)
    done = commit_assets(project=project, assets=[("character", "miku")], message="On we go", author=None)
    assert [version.label for version in done.versions] == ["v003"]
    assert not [problem for problem in verify_project(project) if problem.code != "verify.anchor"]


def test_a_run_that_was_cut_off_is_gone_on_with(lost, monkeypatch):
    before, drafts = lost
    monkeypatch.setattr(rebuild, "_CHUNK", 2)

    def stop(done, total):
        if done >= 4:
            raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            rebuild_project(slug="sakura", on_progress=stop)
    assert 0 < Changeset.objects.count() < len(before["Changeset"])
    rebuild_project(slug="sakura")
    assert (picture(), documents()) == (before, drafts)


def test_an_older_database_is_brought_up_to_git(library_of, tmp_path, change):
    older = [model.objects.count() for model in COMPARED]
    change("character", "miku", lambda document: replace(document, name="Newer"))
    newer = picture()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ip_library_version WHERE number = 3")
        cursor.execute("DELETE FROM ip_library_changeset WHERE branch = 'main' AND message = 'Change' AND sequence = 4")
        last = Changeset.objects.filter(branch="main").order_by("sequence").last()
        Project.objects.update(main_head=last.sha, main_length=last.sequence)
    assert [model.objects.count() for model in COMPARED] == older
    rebuild_project(slug="sakura")
    assert picture() == newer


def test_it_restores_from_a_mirror_or_a_clone(lost, tmp_path, git):
    place = git.folder
    subprocess.run(
        ["git", "clone", "-q", "--mirror", str(place), str(tmp_path / "m.git")], env=git.environment, check=True
    )
    (tmp_path / "m.git" / "hooks").mkdir(exist_ok=True)
    (tmp_path / "m.git" / "hooks" / "post-checkout").write_text("evil")
    place.rename(tmp_path / "gone")
    call_command("rebuild_index", "sakura", repository=tmp_path / "m.git")
    assert picture() == lost[0]
    assert not (place / "hooks").exists()
    assert not [problem for problem in verify_project(Project.objects.get()) if problem.code != "verify.anchor"]


def test_people_without_an_account_are_kept_by_name(lost):
    User.objects.filter(username="bob").delete()
    rebuild_project(slug="sakura")
    (row,) = Changeset.objects.filter(branch="main", author_login="bob")
    assert row.author is None
    assert not [problem for problem in verify_project(Project.objects.get()) if problem.code != "verify.anchor"]


def test_a_database_with_another_history_is_refused_and_left_alone(library_of, everything):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ip_library_changeset SET sha = %s WHERE branch = 'main' AND sequence = 2", ["b" * 40])
    before = everything()
    with pytest.raises(CommandError, match="the database holds another history"):
        call_command("rebuild_index", "sakura")
    assert everything() == before


def test_the_same_history_under_another_name_is_refused(library_of, git, everything):
    before = everything()
    with pytest.raises(CommandError, match="sakura: that one has these commits already"):
        call_command("rebuild_index", "copy", repository=git.folder)
    assert everything() == before


def test_a_commit_that_settei_did_not_write_is_refused(lost, git):
    git("update-ref", "refs/heads/main", git(
        "commit-tree", "main^{tree}", "-p", "main", "-m", "by hand",
        **{f"GIT_{role}_{part}": "e@x" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")},
    ))  # fmt: skip
    with pytest.raises(CommandError, match=r"commit [0-9a-f]{40} on main cannot be read back"):
        call_command("rebuild_index", "sakura")


def test_a_damaged_repository_is_refused(lost, git):
    (path,) = (git.folder / "objects").glob(f"{git('rev-parse', 'main')[:2]}/{git('rev-parse', 'main')[2:]}")
    path.unlink()
    with pytest.raises(CommandError, match="is damaged"):
        call_command("rebuild_index", "sakura")
    assert not Project.objects.exists()


@pytest.mark.parametrize("slug", ["../sakura", "Sakura", "", "a/b", "sakura.git"])
def test_only_a_slug_names_a_project(lost, slug):
    with pytest.raises(CommandError, match="project is"):
        call_command("rebuild_index", slug)


def test_nothing_to_read_is_a_clear_error(db, tmp_path, library):
    with pytest.raises(CommandError, match="there is nothing to read at"):
        call_command("rebuild_index", "sakura")
    with pytest.raises(CommandError, match="is no bare Git repository"):
        call_command("rebuild_index", "sakura", repository=tmp_path)
    assert not list((library / "repositories").glob("*")) if (library / "repositories").exists() else True


def test_the_command_says_what_does_not_come_back(lost, capsys):
    call_command("rebuild_index", "sakura")
    out = capsys.readouterr().out
    assert "restored" in out
    assert "Not in Git, so not restored: the audit events (a new chain begins here" in out
    assert repository_path(Project.objects.get()).exists()
    assert Git(repository_path(Project.objects.get()))("rev-parse", "main")
