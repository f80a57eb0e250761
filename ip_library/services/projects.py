"""Make projects, change their settings, and say who is a member."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from ip_library.core.errors import InvalidDocumentError, NotAllowedError
from ip_library.core.problems import error
from ip_library.core.prompt import SCENE
from ip_library.core.shot_codes import DEFAULT_SHOT_PATTERN
from ip_library.core.text import NAME_LIMIT, text_problems
from ip_library.models import Membership, Project, Role
from ip_library.selectors.access import Action
from ip_library.services.access import require
from ip_library.services.audit import record_event, refusals
from ip_library.services.locks import lock_project

Roles = Mapping[User, str | None]  # no role takes a person out; who is not named stays as they are
NO_OWNER = "a project needs at least one owner"


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """What an owner decides about a project, beside its members."""

    name: str
    default_dialect: str = SCENE
    shot_pattern: str = DEFAULT_SHOT_PATTERN
    frame_rate: int = 24
    starter_vocabulary: bool = True


@transaction.atomic
def ensure_project(*, slug: str, name: str = "", owner: User | None = None) -> Project:
    """Return the project called ``slug``; make it, with its owner, where there is none.

    Raises:
        InvalidDocumentError: the slug or name breaks the rules.
    """
    existing = Project.objects.filter(slug=slug).first()
    if existing:
        return existing
    project = Project(slug=slug, name=name or slug)
    _check(project)
    project.save()
    if owner:
        Membership.objects.create(project=project, user=owner, role=Role.OWNER)
    record_event(project=project, actor=owner, action="create", subject=f"project/{slug}")
    return project


@transaction.atomic
def create_project(*, slug: str, settings: ProjectSettings, roles: Roles, maker: User | None) -> Project:
    """Make a project with its members.

    Raises:
        NotAllowedError: the maker is no superuser. There is no project yet whose audit could tell of it.
        InvalidDocumentError: a setting breaks the rules, the slug is taken, or nobody would own the project.
    """
    if maker is not None and not (maker.is_active and maker.is_superuser):
        raise NotAllowedError(maker.get_username(), "make a project", slug)
    project = Project(slug=slug, **asdict(settings))
    _check(project)
    _check_owner(project, roles)
    project.save()
    _write_members(project, roles)
    subject = f"project/{slug}"
    record_event(project=project, actor=maker, action="create", subject=subject, after=_picture(project))
    return project


def change_project(
    *, project: Project, settings: ProjectSettings, editor: User | None, roles: Roles | None = None
) -> bool:
    """Change a project's settings and, where roles are given, its members too. Returns whether anything changed.

    Raises:
        NotAllowedError: the editor is no owner.
        InvalidDocumentError: a setting breaks the rules, or nobody would own the project.
    """
    return _change(project, editor, settings, roles or {})


def set_members(*, project: Project, roles: Roles, editor: User | None) -> bool:
    """Give people roles in a project, or take them out of it. Returns whether anything changed.

    Raises:
        NotAllowedError: the editor is no owner.
        InvalidDocumentError: there is no such role, or nobody would own the project.
    """
    return _change(project, editor, None, roles)


def check_members(*, project: Project, roles: Roles, editor: User | None) -> None:
    """Refuse roles that ``set_members`` would refuse, and record that; nothing is written else.

    Raises:
        NotAllowedError: the editor is no owner.
        InvalidDocumentError: there is no such role, or nobody would own the project.
    """
    subject = f"project/{project.slug}"
    with refusals(project, editor, "edit", subject):
        require(editor, project, Action.MANAGE, subject=subject)
        _check_owner(project, roles)


def _change(project: Project, editor: User | None, settings: ProjectSettings | None, roles: Roles) -> bool:
    """Write both under the project's lock: the heads may have moved since the row was read, and owners too."""
    subject = f"project/{project.slug}"
    with refusals(project, editor, "edit", subject):
        require(editor, project, Action.MANAGE, subject=subject)
        with transaction.atomic():
            locked = lock_project(project)
            before = _picture(locked)
            if settings is not None:
                _write_settings(locked, settings)
            if roles:
                _check_owner(locked, roles)
                _write_members(locked, roles)
            after = _picture(locked)
            if after == before:
                return False
            record_event(project=locked, actor=editor, action="edit", subject=subject, before=before, after=after)
    return True


def _write_settings(locked: Project, settings: ProjectSettings) -> None:
    given = asdict(settings)
    if all(getattr(locked, name) == value for name, value in given.items()):
        return
    for name, value in given.items():
        setattr(locked, name, value)
    _check(locked)
    locked.save(update_fields=list(given))


def _write_members(project: Project, roles: Roles) -> None:
    gone = [user.pk for user, role in roles.items() if role is None]
    Membership.objects.filter(project=project, user__in=gone).delete()
    for user, role in roles.items():
        if role is not None:
            Membership.objects.update_or_create(project=project, user=user, defaults={"role": role})


def _check(project: Project) -> None:
    """Judge the row by the rules of its fields."""
    problems = text_problems("name", project.name, limit=NAME_LIMIT)
    try:
        project.full_clean()
    except ValidationError as reason:
        problems += [
            error("project.field", field, text) for field, texts in reason.message_dict.items() for text in texts
        ]
    if problems:
        raise InvalidDocumentError("project", problems)


def _check_owner(project: Project, roles: Roles) -> None:
    """Refuse roles that there are not, and those that would leave a project to nobody."""
    wrong = [role for role in roles.values() if role is not None and role not in Role.values]
    problems = [error("project.role", "members", f"{role!r} is none of {', '.join(Role.values)}") for role in wrong]
    owned = Role.OWNER in roles.values()
    if project.pk and not owned:
        others = Membership.objects.filter(project=project, role=Role.OWNER)
        owned = others.exclude(user__in=[user.pk for user in roles]).exists()
    if not owned:
        problems.append(error("project.owner", "members", NO_OWNER))
    if problems:
        raise InvalidDocumentError(f"project {project.slug}", problems)


def _picture(project: Project) -> dict[str, object]:
    """Return what an owner can change about a project."""
    members = project.memberships.select_related("user").order_by("user__username")
    return {
        **{field.name: getattr(project, field.name) for field in fields(ProjectSettings)},
        "members": {member.user.username: member.role for member in members},
    }
