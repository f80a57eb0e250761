"""Refuse what a person's role does not grant."""

from django.contrib.auth.models import User

from ip_library.core.errors import NotAllowedError
from ip_library.models import Project
from ip_library.selectors.access import Action, may
from ip_library.services.audit import record_event


def require(user: User | None, project: Project, action: Action) -> None:
    """Let the action pass, or refuse it and record the refusal. No user is the local operator, who may do all.

    Raises:
        NotAllowedError: the person's role does not grant it.
    """
    if user is None or may(user, project, action):
        return
    record_event(project=project, actor=user, action="refused", subject=f"{project}: {action}")
    raise NotAllowedError(user.get_username(), action, project.slug)
