"""Reading what was committed, and who may read and do what."""

import pytest
from django.contrib.auth.models import AnonymousUser, User

from ip_library.core.errors import LibraryError, RefusedError, UnknownError
from ip_library.models import Membership, Project, Role
from ip_library.selectors.access import Action, may, visible_projects
from ip_library.selectors.library import get_project, get_shot_prompt, get_version, latest_version, read_committed
from tests.data.documents import SHOT_CODE, golden


def test_a_project_is_found_by_its_slug_or_the_known_ones_are_named(empty_project, charlie):
    assert get_project("sakura") == empty_project
    with pytest.raises(UnknownError, match="there is no project 'sakuro'; projects: other, sakura"):
        get_project("sakuro")


def test_a_version_is_found_by_number_or_the_newest(sakura):
    assert get_version(sakura, "character", "miku") == get_version(sakura, "character", "miku", 1)
    assert latest_version(sakura, "character", "rin") is None
    with pytest.raises(UnknownError, match="'miku v009'; its versions go up to v001"):
        get_version(sakura, "character", "miku", 9)


@pytest.mark.parametrize("dialect", [None, "scene", "general_tags"])
def test_a_shots_prompt_is_read_in_the_projects_dialect_unless_said_otherwise(sakura, dialect):
    prompt = get_shot_prompt(sakura, SHOT_CODE, dialect=dialect)
    assert prompt.text.encode() == golden(f"prompt.{dialect or 'scene'}.xml")
    assert prompt.name == f"{SHOT_CODE} v001"


def test_a_dialect_or_shot_that_does_not_exist_is_refused(sakura):
    with pytest.raises(RefusedError, match="one of scene, general_tags"):
        get_shot_prompt(sakura, SHOT_CODE, dialect="haiku")
    with pytest.raises(UnknownError, match="E09_SQ010_SH0010"):
        get_shot_prompt(sakura, "E09_SQ010_SH0010")


def test_a_file_that_was_never_committed_is_a_clear_error(sakura):
    with pytest.raises(LibraryError, match="has no characters/x"):
        read_committed(sakura, sakura.main_head, "characters/x")


GRANTS = {
    Role.VIEWER: {Action.READ},
    Role.AUDITOR: {Action.READ, Action.READ_AUDIT},
    Role.ARTIST: {Action.READ, Action.EDIT, Action.COMMIT, Action.RENDER},
    Role.MANAGER: {
        Action.READ,
        Action.READ_AUDIT,
        Action.EDIT,
        Action.COMMIT,
        Action.RENDER,
        Action.APPROVE,
        Action.WAIVE,
    },
    Role.OWNER: set(Action),
}


@pytest.mark.parametrize("role", Role.values)
def test_each_role_grants_exactly_this(empty_project, bob, role):
    Membership.objects.filter(user=bob).update(role=role)
    assert {action for action in Action if may(bob, empty_project, action)} == GRANTS[role]
    for action in Action:
        assert (empty_project in visible_projects(bob, action)) == (action in GRANTS[role])


def test_a_stranger_and_somebody_unknown_may_nothing(empty_project, charlie):
    for person in (charlie, AnonymousUser()):
        assert not any(may(person, empty_project, action) for action in Action)
        assert empty_project not in visible_projects(person)


def test_people_see_their_own_projects_only(empty_project, alice, charlie):
    assert [project.slug for project in visible_projects(alice)] == ["sakura"]
    assert [project.slug for project in visible_projects(charlie)] == ["other"]


def test_a_superuser_may_everything_until_they_leave(empty_project):
    root = User.objects.create_superuser("root")
    assert all(may(root, empty_project, action) for action in Action)
    root.is_active = False
    assert not any(may(root, empty_project, action) for action in Action)
    assert visible_projects(root).count() == 0
    assert Project.objects.exists()
