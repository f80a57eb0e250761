"""Where a project is mirrored to, and how the last push went."""

from typing import Final

from django.conf import settings

from ip_library.models import AuditEvent, Project

MIRROR: Final = "mirror"
REFUSED: Final = "refused"


def mirror_of(project: Project) -> str:
    """Return the mirror's address or folder, or an empty string where none is configured."""
    address: str = settings.MIRROR
    return address.replace("{project}", project.slug)


def last_push(project: Project) -> AuditEvent | None:
    """Return the newest event of a push: it was recorded when something was pushed, or when the outcome changed."""
    return AuditEvent.objects.filter(project=project, action=MIRROR).order_by("-sequence").first()
