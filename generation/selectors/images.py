"""Read images."""

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet

from generation.models import Image
from ip_library.selectors.access import visible_projects


def gallery(user: User | AnonymousUser) -> QuerySet[Image]:
    """Return the images of the projects that a person reads, newest first, with what their captions need."""
    return (
        Image.objects.filter(project__in=visible_projects(user))
        .select_related("project", "job", "prompt__changeset", "prompt__version__changeset")
        .order_by("-pk")
    )


def takes_of(job_id: int) -> list[Image]:
    """Return the images of a job in the order of its batch, with all that their lineage needs."""
    rows = Image.objects.select_related("prompt__project", "prompt__changeset", "prompt__version__changeset")
    return list(rows.filter(job_id=job_id).order_by("index"))
