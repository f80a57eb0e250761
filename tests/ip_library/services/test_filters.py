"""Kept searches: a person's own, or everybody's in a project; others cannot change them."""

import pytest

from ip_library.core.errors import NotAllowedError, RefusedError, SearchQueryError
from ip_library.models import AuditEvent, Membership, Role, SavedFilter
from ip_library.services.filters import delete_filter, may_change_filter, rename_filter, save_filter, share_filter

pytestmark = pytest.mark.django_db


@pytest.fixture
def saved(empty_project, bob):
    return save_filter(project=empty_project, owner=bob, name="青い髪", query="tag:blue_hair   kind:character")


def test_a_search_is_kept_as_it_reads(saved, bob):
    assert (saved.name, saved.query, saved.owner, saved.shared) == (
        "青い髪",
        "tag:blue_hair kind:character",
        bob,
        False,
    )
    event = AuditEvent.objects.get(action="save filter")
    assert (event.actor, event.after["query"]) == (bob, "tag:blue_hair kind:character")


def test_a_search_that_cannot_be_read_is_not_kept(empty_project, bob):
    with pytest.raises(SearchQueryError):
        save_filter(project=empty_project, owner=bob, name="Wrong", query="colour:blue")
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\u202eb", "青い髪"])
def test_a_name_must_be_sound_and_free(saved, empty_project, bob, name):
    with pytest.raises(RefusedError, match="name is"):
        save_filter(project=empty_project, owner=bob, name=name, query="miku")
    assert SavedFilter.objects.count() == 1


def test_two_people_may_use_one_name(saved, empty_project, alice):
    save_filter(project=empty_project, owner=alice, name=saved.name, query="miku")
    assert SavedFilter.objects.count() == 2


def test_a_stranger_keeps_nothing(empty_project, charlie):
    with pytest.raises(NotAllowedError):
        save_filter(project=empty_project, owner=charlie, name="Mine", query="miku")
    assert not SavedFilter.objects.exists()


def test_its_owner_renames_shares_and_deletes_it(saved, bob):
    rename_filter(saved=saved, name="Blue", editor=bob)
    share_filter(saved=saved, shared=True, editor=bob)
    found = SavedFilter.objects.get()
    assert (found.name, found.shared) == ("Blue", True)
    rename_filter(saved=saved, name="Blue", editor=bob)
    delete_filter(saved=saved, editor=bob)
    assert not SavedFilter.objects.exists()
    assert AuditEvent.objects.filter(action="delete filter", subject="filter/Blue").exists()


def test_a_manager_changes_what_is_shared_and_nobody_elses_own(saved, alice, bob):
    assert not may_change_filter(alice, saved)
    with pytest.raises(NotAllowedError):
        delete_filter(saved=saved, editor=alice)
    share_filter(saved=saved, shared=True, editor=bob)
    rename_filter(saved=saved, name="By the owner of the project", editor=alice)
    assert SavedFilter.objects.get().name == "By the owner of the project"


def test_another_artist_and_who_has_left_change_nothing(saved, empty_project, bob, charlie):
    share_filter(saved=saved, shared=True, editor=bob)
    Membership.objects.create(project=empty_project, user=charlie, role=Role.ARTIST)
    for change in (
        lambda: rename_filter(saved=saved, name="Mine", editor=charlie),
        lambda: share_filter(saved=saved, shared=False, editor=charlie),
        lambda: delete_filter(saved=saved, editor=charlie),
    ):
        with pytest.raises(NotAllowedError):
            change()
    Membership.objects.filter(user=bob).delete()
    with pytest.raises(NotAllowedError):
        delete_filter(saved=saved, editor=bob)
    assert SavedFilter.objects.get().name == "青い髪"
    assert AuditEvent.objects.filter(outcome="refused", actor=charlie).count() == 3
