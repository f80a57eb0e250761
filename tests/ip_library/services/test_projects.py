"""Settings and members of a project: for owners, with one event a change, and never without an owner."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.db.models import ProtectedError

from ip_library.core.errors import InvalidDocumentError, NotAllowedError
from ip_library.models import AuditEvent, Membership, Project, Role
from ip_library.selectors.audit import verify_audit
from ip_library.services.projects import (
    ProjectSettings,
    change_project,
    check_members,
    create_project,
    set_members,
)

pytestmark = pytest.mark.django_db(transaction=True)
SAKURA = ProjectSettings(name="Sakura")


def members(project) -> dict[str, str]:
    return dict(Membership.objects.filter(project=project).values_list("user__username", "role"))


def events(project) -> list[tuple[str, str, str, str]]:
    rows = AuditEvent.objects.filter(project=project, sequence__gt=1).order_by("sequence")
    return list(rows.values_list("actor_login", "action", "subject", "outcome"))


def test_an_owner_changes_settings_and_members_with_one_event(empty_project, alice, bob, charlie):
    settings = replace(SAKURA, name="桜", frame_rate=25)
    roles = {bob: None, charlie: Role.VIEWER}
    assert change_project(project=empty_project, settings=settings, roles=roles, editor=alice)
    fresh = Project.objects.get(pk=empty_project.pk)
    assert (fresh.name, fresh.frame_rate) == ("桜", 25)
    assert members(fresh) == {"alice": "owner", "charlie": "viewer"}
    assert events(fresh) == [("alice", "edit", "project/sakura", "done")]
    event = AuditEvent.objects.get(project=fresh, action="edit")
    assert event.before["members"] == {"alice": "owner", "bob": "artist"}
    assert (event.before["name"], event.after["name"]) == ("Sakura", "桜")
    assert list(verify_audit(fresh)) == []


def test_what_is_as_it_was_makes_no_event(empty_project, alice, bob):
    assert not change_project(project=empty_project, settings=SAKURA, editor=alice)
    assert not set_members(project=empty_project, roles={bob: Role.ARTIST}, editor=alice)
    assert events(empty_project) == []


def test_who_is_not_named_stays(empty_project, alice, bob, charlie):
    assert set_members(project=empty_project, roles={charlie: Role.OWNER}, editor=alice)
    assert set_members(project=empty_project, roles={alice: None}, editor=charlie)
    assert members(empty_project) == {"bob": "artist", "charlie": "owner"}


@pytest.mark.parametrize("role", [Role.VIEWER, None])
@pytest.mark.parametrize("write", [set_members, check_members])
def test_the_last_owner_stays_and_the_attempt_is_recorded(empty_project, alice, bob, role, write):
    with pytest.raises(InvalidDocumentError, match="needs at least one owner"):
        write(project=empty_project, roles={alice: role, bob: Role.MANAGER}, editor=alice)
    assert members(empty_project) == {"alice": "owner", "bob": "artist"}
    assert events(empty_project) == [("alice", "edit", "project/sakura", "refused")]


def test_two_owners_cannot_take_each_other_out(empty_project, alice, bob):
    set_members(project=empty_project, roles={bob: Role.OWNER}, editor=alice)
    set_members(project=empty_project, roles={bob: Role.VIEWER}, editor=alice)
    with pytest.raises(NotAllowedError):  # the role that counts is the one of now
        set_members(project=empty_project, roles={alice: Role.VIEWER}, editor=bob)
    assert members(empty_project) == {"alice": "owner", "bob": "viewer"}


def test_only_owners_may_and_the_attempt_is_recorded_once(empty_project, bob, charlie):
    for editor in (bob, charlie):
        with pytest.raises(NotAllowedError):
            set_members(project=empty_project, roles={editor: Role.OWNER}, editor=editor)
        with pytest.raises(NotAllowedError):
            change_project(project=empty_project, settings=replace(SAKURA, name="Mine"), editor=editor)
    assert members(empty_project) == {"alice": "owner", "bob": "artist"}
    assert Project.objects.get(pk=empty_project.pk).name == "Sakura"
    assert [event[::3] for event in events(empty_project)] == [("bob", "refused")] * 2 + [("charlie", "refused")] * 2


@pytest.mark.parametrize(
    "wrong", [{"frame_rate": 0}, {"name": "a\u200bb"}, {"shot_pattern": "{x}"}, {"default_dialect": "prose"}]
)
def test_a_setting_that_breaks_a_rule_changes_nothing_and_is_recorded(empty_project, alice, bob, wrong):
    settings = replace(replace(SAKURA, name="桜"), **wrong)
    with pytest.raises(InvalidDocumentError):
        change_project(project=empty_project, settings=settings, roles={bob: None}, editor=alice)
    assert Project.objects.get(pk=empty_project.pk).name == "Sakura"
    assert members(empty_project) == {"alice": "owner", "bob": "artist"}
    assert events(empty_project) == [("alice", "edit", "project/sakura", "refused")]


def test_there_are_no_other_roles(empty_project, alice, bob):
    with pytest.raises(InvalidDocumentError, match="'king' is none of viewer"):
        set_members(project=empty_project, roles={bob: "king"}, editor=alice)
    assert members(empty_project)["bob"] == "artist"


def test_a_project_is_made_by_superusers_with_an_owner(alice, charlie):
    root = User.objects.create_superuser("root")
    fuji = {"slug": "fuji", "settings": ProjectSettings(name="Fuji")}
    with pytest.raises(NotAllowedError):
        create_project(**fuji, roles={alice: Role.OWNER}, maker=alice)
    with pytest.raises(InvalidDocumentError, match="needs at least one owner"):
        create_project(**fuji, roles={alice: Role.VIEWER}, maker=root)
    assert not Project.objects.filter(slug="fuji").exists()
    project = create_project(**fuji, roles={alice: Role.OWNER}, maker=root)
    assert members(project) == {"alice": "owner"}
    event = AuditEvent.objects.get(project=project)
    assert (event.action, event.actor, event.before, event.after["name"]) == ("create", root, {}, "Fuji")
    with pytest.raises(InvalidDocumentError):
        create_project(**fuji, roles={alice: Role.OWNER}, maker=root)


def test_an_account_with_a_membership_is_not_deleted(empty_project, bob):
    with pytest.raises(ProtectedError):
        bob.delete()
    assert members(empty_project) == {"alice": "owner", "bob": "artist"}
