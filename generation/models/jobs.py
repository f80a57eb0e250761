"""The queue of record: what shall be rendered, by whom it is being rendered, and how it ended."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from generation.core.request import RenderRequest
from ip_library.models import Project, PromptRevision


class JobState(models.TextChoices):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    DEAD = "dead"


class RenderJob(models.Model):
    """One request to render, one take per seed.

    State machine; every arrow is a conditional UPDATE in ``services/queue.py`` that must hit exactly one row::

        QUEUED --claim--> RUNNING --finish--> DONE
          ^                 |--fail--> FAILED           (a reason that another try cannot mend)
          |                 |
          +---release-------+  the lease ran out, or the try failed, and tries are left
                            +-----------------> DEAD     (no try is left)

    ``attempt`` is counted before work starts and fences a worker that was thought dead: what it writes later hits no
    row.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="jobs")
    prompt = models.ForeignKey(PromptRevision, on_delete=models.PROTECT, related_name="jobs")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    idempotency_key = models.CharField(max_length=128, null=True, blank=True)  # noqa: DJ001 - many rows have none
    engine = models.CharField(max_length=63)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    steps = models.PositiveIntegerField()
    guidance = models.FloatField()
    scheduler = models.CharField(max_length=63)
    seeds = models.JSONField(help_text="One take per seed.")
    request_digest = models.CharField(max_length=64)

    state = models.CharField(max_length=16, choices=JobState.choices, default=JobState.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=120, blank=True)
    steps_done = models.PositiveIntegerField(default=0)
    steps_total = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=63, blank=True)
    error_message = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "idempotency_key"], name="one_job_per_idempotency_key"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "lease_until"],
                condition=models.Q(state__in=["queued", "running"]),
                name="open_jobs",
            ),
        ]

    def __str__(self) -> str:
        return f"job {self.pk}"

    @property
    def request(self) -> RenderRequest:
        """The request as a value."""
        prompt = self.prompt
        return RenderRequest(
            project=self.project.slug,
            commit=prompt.changeset.sha,
            path=prompt.path,
            prompt_sha256=prompt.sha256,
            dialect=prompt.dialect,
            engine=self.engine,
            width=self.width,
            height=self.height,
            steps=self.steps,
            guidance=self.guidance,
            scheduler=self.scheduler,
            seeds=tuple(self.seeds),
        )
