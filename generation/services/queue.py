"""The arrows of the job's state machine: each is one conditional UPDATE, with the database's clock, fenced by the try.

A lease says until when a worker is believed alive. Whoever finds it expired may take the job; the number of the try
then grows, and nothing that the earlier worker still writes hits a row.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from generation.core.errors import LeaseLostError
from generation.models import JobState, RenderJob
from ip_library.services.audit import record_event

RING_AGAIN: Final = timedelta(seconds=20)
ERROR_TO: Final = 2000
_LOST: Final = "the worker died or stopped answering in try {attempt} of {attempts}; no try is left"


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a job until the lease ends: it is worth what ``attempt`` says, and no more."""

    job_id: int
    attempt: int
    worker: str


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a sweep found: jobs given back to the queue, jobs given up, jobs whose doorbell must be rung."""

    requeued: int
    dead: int
    due: tuple[int, ...]


def claim_job(*, job_id: int, worker: str) -> Claim | None:
    """Take a job that waits, whose lease ran out, or that ``worker`` itself held; nothing when it is not to be had.

    A worker does one job at a time. So a job that stands under its name when it comes asking was left by a process of
    that worker which died, and need not wait for its lease to end.
    """
    seen = RenderJob.objects.filter(pk=job_id).values_list("attempt", flat=True).first()
    if seen is None:
        return None
    free = Q(state=JobState.QUEUED) | (Q(state=JobState.RUNNING) & (Q(lease_until__lt=Now()) | Q(worker=worker)))
    hit = RenderJob.objects.filter(free, pk=job_id, attempt=seen, attempt__lt=F("max_attempts")).update(
        state=JobState.RUNNING,
        attempt=seen + 1,
        worker=worker,
        lease_until=Now() + _lease(),
        steps_done=0,
        steps_total=0,
    )
    return Claim(job_id, seen + 1, worker) if hit else None


def beat(*, claim: Claim, steps_done: int, steps_total: int) -> bool:
    """Extend the lease and note the progress; False when the try is no longer ours."""
    hit = _held(claim).update(lease_until=Now() + _lease(), steps_done=steps_done, steps_total=steps_total)
    return bool(hit)


def finish_job(*, claim: Claim) -> None:
    """Note that the job is done; the caller records the images in the same transaction.

    Raises:
        LeaseLostError: the try is no longer ours.
    """
    hit = _held(claim).update(
        state=JobState.DONE,
        lease_until=None,
        error_code="",
        error_message="",
        finished_at=Now(),
    )
    if not hit:
        raise LeaseLostError(claim.job_id, claim.attempt)


def release_job(*, claim: Claim, code: str, message: str) -> JobState | None:
    """Give a job back after a failed try: it waits a while, or is dead when no try is left.

    Returns the new state, or nothing when the try was no longer ours.
    """
    again = (
        _held(claim)
        .filter(attempt__lt=F("max_attempts"))
        .update(
            state=JobState.QUEUED,
            worker="",
            lease_until=None,
            published_at=Now(),  # the sweep rings RING_AGAIN later: what made the try fail gets time to pass
            error_code=code,
            error_message=message[:ERROR_TO],
        )
    )
    if again:
        return JobState.QUEUED
    return _end(_held(claim), JobState.DEAD, code, f"{message[:ERROR_TO]} (no try is left)")


def fail_job(*, claim: Claim, code: str, message: str) -> JobState | None:
    """End a job for a reason that another try cannot mend; nothing when the try was no longer ours."""
    return _end(_held(claim), JobState.FAILED, code, message[:ERROR_TO])


def abandon_jobs(*, worker: str) -> int:
    """End the leases of a worker that is known to have died; the next sweep gives its jobs back, or up."""
    return RenderJob.objects.filter(state=JobState.RUNNING, worker=worker).update(lease_until=Now())


def hand_back_jobs(*, worker: str) -> int:
    """Give back the jobs of a worker that was stopped on purpose; the try does not count against them."""
    return RenderJob.objects.filter(state=JobState.RUNNING, worker=worker).update(
        state=JobState.QUEUED,
        worker="",
        lease_until=None,
        published_at=None,
        max_attempts=F("max_attempts") + 1,
    )


def sweep_jobs(*, limit: int) -> Sweep:
    """Give back or give up jobs whose lease ran out, and pick at most ``limit`` whose doorbell is due."""
    expired = RenderJob.objects.filter(state=JobState.RUNNING, lease_until__lt=Now())
    dead = 0
    for job in expired.filter(attempt__gte=F("max_attempts")).order_by("pk"):
        still = expired.filter(pk=job.pk, attempt=job.attempt)
        reason = _LOST.format(attempt=job.attempt, attempts=job.max_attempts)
        dead += _end(still, JobState.DEAD, "render.worker_lost", reason) is not None
    requeued = expired.filter(attempt__lt=F("max_attempts")).update(
        state=JobState.QUEUED, worker="", lease_until=None, published_at=None
    )
    return Sweep(requeued, dead, tuple(_take_due(limit)))


def _take_due(limit: int) -> list[int]:
    """Return waiting jobs whose doorbell is due, oldest first, each to one sweeper alone."""
    silent = Q(published_at=None) | Q(published_at__lt=Now() - RING_AGAIN)
    waiting = RenderJob.objects.filter(silent, state=JobState.QUEUED)
    candidates = list(waiting.order_by("pk").values_list("pk", flat=True)[: max(limit, 0)])
    return [pk for pk in candidates if waiting.filter(pk=pk).update(published_at=Now())]


def _end(rows: QuerySet[RenderJob], state: JobState, code: str, message: str) -> JobState | None:
    """End the one job in ``rows``, if it is still there, and record it."""
    with transaction.atomic():
        job = rows.select_related("project", "requested_by").first()
        hit = job and rows.filter(pk=job.pk).update(
            state=state, lease_until=None, error_code=code, error_message=message, finished_at=Now()
        )
        if not job or not hit:
            return None
        record_event(
            project=job.project,
            actor=job.requested_by,
            action=f"render {state}",
            subject=f"job/{job.pk}",
            after={"code": code, "message": message},
        )
    return state


def _held(claim: Claim) -> QuerySet[RenderJob]:
    return RenderJob.objects.filter(pk=claim.job_id, attempt=claim.attempt, state=JobState.RUNNING)


def _lease() -> timedelta:
    return timedelta(seconds=settings.RENDER_LEASE_SECONDS)
