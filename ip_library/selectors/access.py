"""Who may see and do what. Default is deny: what no role grants is refused."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet

from ip_library.models import Membership, Project, Role


class Action(StrEnum):
    """What a role may grant."""

    READ = "read"
    READ_AUDIT = "read the audit"
    EDIT = "edit drafts"
    COMMIT = "commit"
    RENDER = "render"
    APPROVE = "approve"
    WAIVE = "waive"
    MANAGE = "manage members"


_WORK: Final = frozenset({Action.READ, Action.EDIT, Action.COMMIT, Action.RENDER})
_GRANTS: Final[Mapping[str, frozenset[Action]]] = {
    Role.VIEWER: frozenset({Action.READ}),
    Role.AUDITOR: frozenset({Action.READ, Action.READ_AUDIT}),
    Role.ARTIST: _WORK,
    Role.MANAGER: _WORK | {Action.READ_AUDIT, Action.APPROVE, Action.WAIVE},
    Role.OWNER: frozenset(Action),
}


def may(user: User | AnonymousUser, project: Project, action: Action) -> bool:
    """Tell whether a person may do something in a project; a superuser may do everything."""
    if not user.is_active:
        return False
    if user.is_superuser:
        return True
    role = Membership.objects.filter(project=project, user_id=user.pk).values_list("role", flat=True).first()
    return role is not None and action in _GRANTS[role]


def visible_projects(user: User | AnonymousUser, action: Action = Action.READ) -> QuerySet[Project]:
    """Return the projects in which a person may do something (read, unless said otherwise)."""
    if not user.is_active:
        return Project.objects.none()
    if user.is_superuser:
        return Project.objects.all()
    roles = [role for role, granted in _GRANTS.items() if action in granted]
    return Project.objects.filter(memberships__user_id=user.pk, memberships__role__in=roles)
