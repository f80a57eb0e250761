"""Record what a job has made: the end of the job, its images and the audit, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from generation.core.lineage import Recipe
from generation.models import Image, RenderJob
from generation.services.queue import Claim, finish_job
from ip_library.core.failpoints import point
from ip_library.models import PromptRevision
from ip_library.services.audit import record_event


@dataclass(frozen=True, slots=True)
class Take:
    """An image whose file is in the store: digests, sizes in pixels and bytes, and its recipe."""

    sha256: str
    pixels_sha256: str
    width: int
    height: int
    size: int
    recipe: Recipe


def record_images(*, claim: Claim, takes: Sequence[Take]) -> list[Image]:
    """End the job of a claim and record its takes in the order of the batch.

    Raises:
        LeaseLostError: the try is no longer ours; nothing is written.
    """
    with transaction.atomic(durable=True):
        finish_job(claim=claim)
        job = RenderJob.objects.select_related("project", "requested_by").get(pk=claim.job_id)
        first = _next_take(job.prompt_id)
        images = [
            Image.objects.create(
                project=job.project,
                job=job,
                prompt_id=job.prompt_id,
                index=index,
                take=first + index,
                seed=take.recipe["seed"],
                kind=take.recipe["kind"],
                sha256=take.sha256,
                pixels_sha256=take.pixels_sha256,
                width=take.width,
                height=take.height,
                size=take.size,
                recipe=take.recipe,
            )
            for index, take in enumerate(takes)
        ]
        record_event(
            project=job.project,
            actor=job.requested_by,
            action="render done",
            subject=f"job/{job.pk}",
            after={"try": claim.attempt, "images": [take.sha256 for take in takes]},
        )
        point("record.rows_written")
    point("record.acknowledged")
    return images


def _next_take(prompt_id: int) -> int:
    """Return the next take number of a prompt; its row is locked, so that two jobs never count the same.

    SQLite has no row locks; there every transaction that writes is alone from its beginning.
    """
    prompt = PromptRevision.objects.select_for_update().only("pk").get(pk=prompt_id)
    last = Image.objects.filter(prompt=prompt).aggregate(last=Max("take"))["last"]
    return (last or 0) + 1
