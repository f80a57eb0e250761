"""Render one job: claim, read the prompt from Git, draw, store the files, record."""

import hashlib
import logging
from enum import StrEnum

from django.db import DatabaseError

from generation.core.embed import pixel_digest, write_parameters, write_png
from generation.core.errors import LeaseLostError, RenderFailedError
from generation.core.lineage import make_block, make_recipe
from generation.models import JobState, RenderJob
from generation.pipelines.base import Engine, Rendering
from generation.pipelines.registry import get_engine
from generation.selectors.lineage import version_names
from generation.services.heart import Guard, Heart
from generation.services.queue import Claim, claim_job, fail_job, release_job
from generation.services.record import Take, record_images
from generation.storage import image_store
from ip_library.core.errors import (
    InvalidDocumentError,
    RefusedError,
    SetteiError,
    UnknownError,
    XmlRefusedError,
)
from ip_library.core.failpoints import point
from ip_library.core.xml import parse_prompt
from ip_library.selectors.library import read_committed

log = logging.getLogger("settei.render")
_PERMANENT = (XmlRefusedError, InvalidDocumentError, RefusedError, UnknownError)


class Outcome(StrEnum):
    """How a try ended."""

    DONE = "done"
    NOT_TAKEN = "not taken"  # another has it, or it is over
    LOST = "lost"  # the lease ended and the job was given away
    RELEASED = "released"
    FAILED = "failed"
    DEAD = "dead"


def run_job(job_id: int, *, worker: str, guard: Guard | None = None) -> Outcome:
    """Do one try of a job, if it is to be had, and say how it ended.

    Errors end in the job's row, not in the caller; only a database that is away is the caller's to see. ``guard`` is
    told every second for how many seconds nothing has moved (see ``Heart``).
    """
    claim = claim_job(job_id=job_id, worker=worker)
    if claim is None:
        return Outcome.NOT_TAKEN
    point("render.claimed")
    try:
        with Heart(claim, guard=guard) as heart:
            takes = _draw(RenderJob.objects.select_related("project", "prompt__changeset").get(pk=job_id), heart)
        record_images(claim=claim, takes=takes)
    except LeaseLostError as reason:
        log.warning("%s", reason)
        return Outcome.LOST
    except DatabaseError:
        raise  # nothing can be written now: the lease ends and the sweep gives the job back
    except Exception as reason:  # an engine may raise anything, and the job must not hang
        return _ended(claim, reason)
    return Outcome.DONE


def _draw(job: RenderJob, heart: Heart) -> list[Take]:
    """Render every take of a job and put the files into the store."""
    # 1. The prompt as Git has it. The row's text is a copy and is not what is rendered.
    request = job.request
    data = read_committed(job.project, request.commit, request.path)
    if hashlib.sha256(data).hexdigest() != request.prompt_sha256:
        raise RenderFailedError(
            f"Git's {request.path} at {request.commit} is not the prompt of the row (SHA-256 {request.prompt_sha256}); "
            "run `manage.py verify`",
            permanent=True,
        )
    prompt = parse_prompt(data)
    # 2. The pictures.
    engine = get_engine(job.engine)
    heart.step(0, 0)
    rendering = engine.render(prompt, data.decode(), request, heart.step)
    point("render.drawn")
    # 3. The files, each with its lineage inside, before the database hears of them.
    return _store(job, data.decode(), engine, rendering)


def _store(job: RenderJob, text: str, engine: Engine, rendering: Rendering) -> list[Take]:
    request = job.request
    if len(rendering.images) != len(request.seeds):
        raise RenderFailedError(
            f"engine {job.engine} made {len(rendering.images)} pictures for {len(request.seeds)} seeds", permanent=True
        )
    versions = version_names(job.prompt)
    store = image_store()
    takes = []
    for index, image in enumerate(rendering.images):
        recipe = make_recipe(
            request,
            index=index,
            kind=engine.kind,
            engine_digest=engine.digest,
            environment=engine.environment,
            fallback=rendering.fallback,
        )
        pixels_sha256 = pixel_digest(image)
        data = write_png(
            image,
            block=make_block(recipe, pixels_sha256=pixels_sha256, versions=versions),
            prompt=text,
            parameters=write_parameters(text, recipe),
        )
        takes.append(Take(store.put(data), pixels_sha256, image.width, image.height, len(data), recipe))
    return takes


def _ended(claim: Claim, reason: Exception) -> Outcome:
    """Note a failed try: for good when another cannot mend it, else back to the queue."""
    code = reason.code if isinstance(reason, SetteiError) else f"render.{type(reason).__name__}"
    message = str(reason) or type(reason).__name__
    permanent = isinstance(reason, _PERMANENT) or (isinstance(reason, RenderFailedError) and reason.permanent)
    if not isinstance(reason, SetteiError):
        log.error("job %s failed in try %s", claim.job_id, claim.attempt, exc_info=reason)
    else:
        log.warning("job %s failed in try %s: %s", claim.job_id, claim.attempt, message)
    end = fail_job if permanent else release_job
    state = end(claim=claim, code=code, message=message)
    outcomes = {JobState.QUEUED: Outcome.RELEASED, JobState.FAILED: Outcome.FAILED, JobState.DEAD: Outcome.DEAD}
    return outcomes[state] if state else Outcome.LOST
