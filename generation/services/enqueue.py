"""Put a render into the queue of record."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Final

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from generation.core.errors import KeyReusedError
from generation.core.request import check_sampling
from generation.models import RenderJob
from generation.pipelines.base import Engine
from generation.pipelines.registry import engine_class
from generation.services import doorbell
from ip_library.core.errors import RefusedError
from ip_library.core.failpoints import point
from ip_library.models import PromptRevision
from ip_library.selectors.access import Action
from ip_library.services.access import require
from ip_library.services.audit import record_event, refusals

_KEY: Final = re.compile(r"[!-~]{1,128}")


def enqueue_render(
    *,
    prompt: PromptRevision,
    seeds: Sequence[int],
    user: User | None,
    engine: str | None = None,
    width: int | None = None,
    height: int | None = None,
    steps: int | None = None,
    guidance: float | None = None,
    scheduler: str | None = None,
    idempotency_key: str | None = None,
    ring: bool = True,
) -> RenderJob:
    """Queue one take a seed of a committed prompt; what is left out is the engine's default.

    The same ``idempotency_key`` with the same request returns the first job. Without ``ring`` the caller renders by
    itself; were it to die, the sweep rings.

    Raises:
        NotAllowedError: the user's role does not grant rendering.
        UnknownError: there is no such engine.
        RefusedError: a value is outside its limits.
        KeyReusedError: the key came before with another request.
    """
    with refusals(prompt.project, user, "enqueue", prompt.path):
        require(user, prompt.project, Action.RENDER, subject=prompt.path)
        name = engine if engine is not None else settings.DEFAULT_ENGINE
        kind = engine_class(name)
        defaults = kind.defaults
        job = RenderJob(
            project=prompt.project,
            prompt=prompt,
            requested_by=user,
            idempotency_key=_checked(idempotency_key),
            engine=name,
            width=defaults.width if width is None else width,
            height=defaults.height if height is None else height,
            steps=defaults.steps if steps is None else steps,
            guidance=float(defaults.guidance if guidance is None else guidance),
            scheduler=defaults.scheduler if scheduler is None else scheduler,
            seeds=list(seeds),
            max_attempts=settings.RENDER_ATTEMPTS,
        )
        _check(job, kind)
        job.request_digest = job.request.digest
        return _earlier(job) or _insert(job, ring=ring)


def _check(job: RenderJob, kind: type[Engine]) -> None:
    check_sampling(width=job.width, height=job.height, steps=job.steps, guidance=job.guidance, seeds=tuple(job.seeds))
    if job.scheduler not in kind.schedulers:
        raise RefusedError("scheduler", job.scheduler, f"one of {', '.join(kind.schedulers)} for engine {job.engine}")


def _checked(key: str | None) -> str | None:
    if key is not None and not _KEY.fullmatch(key):
        raise RefusedError("idempotency_key", key[:130], "1 to 128 visible ASCII characters without blanks")
    return key


def _insert(job: RenderJob, *, ring: bool) -> RenderJob:
    try:
        with transaction.atomic():
            job.published_at = Now()  # the database's clock
            job.save(force_insert=True)
            record_event(
                project=job.project,
                actor=job.requested_by,
                action="enqueue",
                subject=f"job/{job.pk}",
                after={"prompt": str(job.prompt), "engine": job.engine, "seeds": job.seeds},
            )
            point("enqueue.row_written")
            transaction.on_commit(partial(_acknowledged, job.pk, ring))
    except IntegrityError:
        earlier = _earlier(job)  # the same key came twice at once
        if earlier is None:
            raise
        return earlier
    job.refresh_from_db(fields=["published_at"])
    return job


def _acknowledged(job_id: int, ring: bool) -> None:
    point("enqueue.acknowledged")
    if ring:
        doorbell.ring(job_id)


def _earlier(job: RenderJob) -> RenderJob | None:
    """Return the job that has the same key, if it asked for the same."""
    if job.idempotency_key is None:
        return None
    found = RenderJob.objects.filter(project=job.project, idempotency_key=job.idempotency_key).first()
    if found and found.request_digest != job.request_digest:
        raise KeyReusedError(job.idempotency_key, found.pk)
    return found
