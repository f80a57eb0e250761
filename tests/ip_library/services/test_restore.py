"""Going back to an earlier version."""

from dataclasses import replace

import pytest

from ip_library.core import documents as d
from ip_library.core.errors import InvalidDocumentError, NotAllowedError, RefusedError
from ip_library.core.reviews import APPROVED, DONE, WIP
from ip_library.models import AuditEvent, Version
from ip_library.selectors.drafts import get_draft, read_draft
from ip_library.selectors.labels import status_of
from ip_library.selectors.library import get_version
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document
from ip_library.services.restore import restore_version
from ip_library.services.reviews import set_status
from tests.data.documents import SHOT_CODE

pytestmark = pytest.mark.django_db(transaction=True)


def change_miku(project, author):
    document = read_draft(get_draft(project, d.CHARACTER, "miku"))
    appearance = replace(document.appearance, clothing=("swimsuit",))
    save_document(project=project, document=replace(document, appearance=appearance), editor=author)
    commit_assets(project=project, assets=[(d.CHARACTER, "miku")], message="Beach", author=author)


def test_a_restored_version_is_a_new_one_with_the_old_content(sakura, alice, bob):
    change_miku(sakura, alice)
    first = get_version(sakura, d.CHARACTER, "miku", 1)
    result = restore_version(version=first, author=bob)
    (version,) = result.versions
    assert (version.number, version.document) == (3, first.document)
    assert (result.changeset.author, result.changeset.message) == (bob, "Restore miku v001")
    assert read_draft(get_draft(sakura, d.CHARACTER, "miku")).appearance.clothing == ("red_school_uniform",)


def test_restoring_what_is_there_already_makes_no_version(sakura, alice):
    result = restore_version(version=get_version(sakura, d.CHARACTER, "miku", 1), author=alice)
    assert (result.changeset, result.versions) == (None, ())


def test_a_restored_shot_follows_its_labels_again(sakura, alice):
    change_miku(sakura, alice)
    (shot,) = restore_version(version=get_version(sakura, d.SHOT, SHOT_CODE, 1), author=alice).versions
    assert shot.number == 2
    assert {item.used.label for item in shot.resolutions.filter(used__asset="miku")} == {"v002"}


def test_a_stranger_restores_nothing(sakura, alice, charlie):
    change_miku(sakura, alice)
    with pytest.raises(NotAllowedError):
        restore_version(version=get_version(sakura, d.CHARACTER, "miku", 1), author=charlie)
    assert Version.objects.filter(project=sakura, asset="miku").count() == 2


@pytest.mark.parametrize("status", [APPROVED, DONE])
def test_going_back_to_an_approved_version_needs_no_manager(sakura, alice, bob, status):
    first = get_version(sakura, d.CHARACTER, "miku", 1)
    set_status(version=first, status=APPROVED, author=alice, reason="As designed")
    if status == DONE:
        set_status(version=first, status=DONE, author=alice, reason="Delivered")
    change_miku(sakura, bob)
    (version,) = restore_version(version=first, author=bob).versions
    assert (status_of(version), version.review.approved_by_login) == (APPROVED, "alice")


def test_going_back_to_what_nobody_approved_approves_nothing(sakura, alice, bob):
    change_miku(sakura, bob)
    (version,) = restore_version(version=get_version(sakura, d.CHARACTER, "miku", 1), author=bob).versions
    assert status_of(version) == WIP


def test_a_restored_shot_that_resolves_to_something_else_is_not_approved(sakura, alice, bob):
    first = get_version(sakura, d.SHOT, SHOT_CODE, 1)
    set_status(version=first, status=APPROVED, author=alice, reason="As designed")
    change_miku(sakura, bob)
    (version,) = restore_version(version=first, author=bob).versions
    assert (version.number, status_of(version)) == (2, WIP)


def test_a_refused_restoration_is_recorded_once(sakura, charlie):
    with pytest.raises(NotAllowedError):
        restore_version(version=get_version(sakura, d.CHARACTER, "miku", 1), author=charlie)
    events = AuditEvent.objects.filter(project=sakura, outcome="refused")
    assert [(event.actor_login, event.subject) for event in events] == [("charlie", "character/miku")]


def test_a_restore_that_cannot_be_committed_leaves_the_draft_as_it_was(sakura, alice):
    sheet = read_draft(get_draft(sakura, "character", "miku"))
    save_document(project=sakura, document=replace(sheet, locked=("hair",)), editor=alice)
    commit_assets(project=sakura, assets=[("character", "miku")], message="Lock the hair", author=alice)
    before = get_draft(sakura, "character", "miku")
    with pytest.raises(InvalidDocumentError, match="locked"):
        restore_version(version=get_version(sakura, d.CHARACTER, "miku", 1), author=alice)
    after = get_draft(sakura, "character", "miku")
    assert (read_draft(after), after.state) == (read_draft(before), before.state)


def test_a_restore_never_takes_the_place_of_work_that_nobody_has_committed(sakura, alice):
    sheet = read_draft(get_draft(sakura, "character", "miku"))
    save_document(project=sakura, document=replace(sheet, notes="v002"), editor=alice)
    commit_assets(project=sakura, assets=[("character", "miku")], message="Notes", author=alice)
    save_document(project=sakura, document=replace(sheet, notes="not committed"), editor=alice)
    with pytest.raises(RefusedError, match="commit or undo"):
        restore_version(version=get_version(sakura, d.CHARACTER, "miku", 1), author=alice)
    assert read_draft(get_draft(sakura, "character", "miku")).notes == "not committed"
