"""Read jobs."""

from typing import Final

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet

from generation.models import JobState, RenderJob
from ip_library.selectors.access import visible_projects

OPEN: Final = (JobState.QUEUED, JobState.RUNNING)


def visible_jobs(user: User | AnonymousUser) -> QuerySet[RenderJob]:
    """Return the jobs of the projects that a person reads, newest first."""
    return (
        RenderJob.objects.filter(project__in=visible_projects(user))
        .select_related("project", "prompt__version", "requested_by")
        .order_by("-pk")
    )


def get_job(job_id: int) -> RenderJob:
    """Return a job as it is now."""
    return RenderJob.objects.select_related("project", "prompt__changeset", "prompt__version").get(pk=job_id)


def is_over(job: RenderJob) -> bool:
    """Tell whether a job has ended, well or not."""
    return job.state not in OPEN
