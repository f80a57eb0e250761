"""Labels, approvals and the tree of branch canon are what the moves on that branch record."""

from dataclasses import replace

import pytest
from django.db import connection

from ip_library.models import Label, Review, Version
from ip_library.selectors.verify import verify_project
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from ip_library.services.labels import move_label, set_status
from tests.data.documents import SHOT_CODE, sample

MIKU = ("character", "miku")


@pytest.fixture
def project(sakura, alice):
    """Miku in two versions, the second approved after the first, and the shot; a free label that was taken away."""
    set_status(version=version(1), status="approved", author=alice, reason="Good")
    save_document(project=sakura, document=replace(sample("character.miku"), name="Mik"), editor=alice)
    commit_assets(project=sakura, assets=[MIKU], message="Rename", author=alice)
    set_status(version=version(2), status="approved", author=alice, reason="Better")
    set_status(version=version(1, "shot", SHOT_CODE), status="approved", author=alice, reason="Final")
    for target in (version(1), None, version(1)):
        move_label(project=sakura, name="key", version=target, kind="character", asset="miku", author=alice)
    return sakura


def version(number, kind="character", asset="miku"):
    return Version.objects.get(kind=kind, asset=asset, number=number)


def findings(project):
    return {(problem.code, problem.severity) for problem in verify_project(project)}


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount > 0


def test_labels_that_moved_have_no_finding(project):
    assert list(verify_project(project)) == []


def test_a_label_that_was_moved_in_the_database_alone_is_found(project):
    Label.objects.filter(name="canon", asset="miku").update(version=version(1))
    assert {code for code, _ in findings(project)} == {"verify.label", "verify.canon"}


def test_a_label_that_was_removed_or_added_in_the_database_alone_is_found(project):
    Label.objects.filter(name="key").delete()
    assert findings(project) == {("verify.label", "error")}
    Label.objects.create(project=project, kind="character", asset="miku", name="key", version=version(1))
    assert findings(project) == set()
    Label.objects.create(project=project, kind="character", asset="miku", name="mine", version=version(1))
    assert findings(project) == {("verify.label", "error")}


def test_a_move_whose_beginning_was_changed_is_found(project):
    sql("UPDATE ip_library_labelmove SET previous_id = NULL WHERE version_id = %s AND name = 'canon'", version(2).pk)
    assert findings(project) == {("verify.label", "error")}


def test_a_move_that_was_deleted_is_found(project):
    sql("DELETE FROM ip_library_labelmove WHERE version_id = %s AND name = 'canon'", version(2).pk)
    assert "verify.sha" in {code for code, _ in findings(project)}


@pytest.mark.parametrize(
    "change",
    [
        {"status": "wip"},
        {"approved_by_login": ""},
        {"approved_at": None},
    ],
)
def test_a_review_that_contradicts_itself_is_found(project, change):
    Review.objects.filter(version=version(1)).update(**change)
    assert findings(project) == {("verify.review", "error")}


def test_an_approval_that_nobody_gave_is_found(project, alice):
    save_document(project=project, document=replace(sample("character.miku"), name="Eve"), editor=alice)
    commit_assets(project=project, assets=[MIKU], message="Evil", author=alice)
    row = Review.objects.get(version=version(1))
    row.pk, row.version = None, version(3)
    row.save(force_insert=True)
    (found,) = verify_project(project)
    assert (found.code, found.field) == ("verify.review", "project/sakura/reviews/character/miku/v003")


def test_a_canon_whose_approval_vanished_is_found(project):
    Review.objects.filter(version=version(2)).delete()
    gone, canon = verify_project(project)
    assert (gone.field, canon.field) == (
        "project/sakura/reviews/character/miku/v002",
        "project/sakura/labels/canon/character/miku",
    )
    assert "not approved" in canon.message
