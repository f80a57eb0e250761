"""Make projects and members."""

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from ip_library.core.errors import InvalidDocumentError
from ip_library.core.problems import error
from ip_library.models import Membership, Project, Role
from ip_library.services.audit import record_event


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
    try:
        project.full_clean()
    except ValidationError as reason:
        problems = [
            error("project.field", field, text) for field, texts in reason.message_dict.items() for text in texts
        ]
        raise InvalidDocumentError("project", problems) from None
    project.save()
    if owner:
        Membership.objects.create(project=project, user=owner, role=Role.OWNER)
    record_event(project=project, actor=owner, action="create", subject=f"project/{slug}")
    return project
