"""Record who did what."""

from collections.abc import Mapping

from django.contrib.auth.models import User

from ip_library.models import AuditEvent, Project

OPERATOR = "operator"  # somebody with a shell on this machine


def login_of(user: User | None) -> str:
    """Return the name under which a person's deeds are kept; without a person it is the local operator."""
    return user.get_username() if user else OPERATOR


def record_event(
    *,
    project: Project | None,
    actor: User | None,
    action: str,
    subject: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> AuditEvent:
    """Append one event; the last write of a transaction."""
    return AuditEvent.objects.create(
        project=project,
        actor=actor,
        actor_login=login_of(actor),
        action=action,
        subject=subject,
        before=dict(before or {}),
        after=dict(after or {}),
    )
