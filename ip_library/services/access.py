"""Refuse what a person's role does not grant."""

from django.contrib.auth.models import User

from ip_library.core.errors import NotAllowedError
from ip_library.models import Project
from ip_library.selectors.access import Action, may
from ip_library.services.audit import record_refusal


def require(user: User | None, project: Project, action: Action, *, subject: str = "") -> None:
    """Let the action pass, or refuse it and record the refusal. No user is the local operator, who may do all.

    Raises:
        NotAllowedError: the person's role does not grant it.
    """
    if user is None or may(user, project, action):
        return
    refused = NotAllowedError(user.get_username(), action, project.slug)
    record_refusal(project, user, action, subject or f"project/{project.slug}", refused)
    raise refused
