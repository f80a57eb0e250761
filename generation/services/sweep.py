"""What keeps the queue going when a worker dies, a doorbell is lost or the broker was away. Safe to run anywhere."""

import logging
from dataclasses import replace
from typing import Final

from generation.services import doorbell
from generation.services.queue import Sweep, sweep_jobs

log = logging.getLogger("settei.queue")
MESSAGES_TO: Final = 100  # without a limit, doorbells would pile up for as long as no worker runs


def sweep() -> Sweep:
    """Give back or give up what dead workers held, and ring for jobs that have waited too long.

    The first part needs the database alone; when the broker does not answer, ringing is left to the next sweep.
    """
    found = sweep_jobs(limit=0)
    if found.requeued or found.dead:
        log.info("sweep: %d jobs given back, %d given up", found.requeued, found.dead)
    due = sweep_jobs(limit=_room()).due
    for job_id in due:
        doorbell.ring(job_id)
    return replace(found, due=due)


def _room() -> int:
    """Return how many doorbells may be added to those that wait at the broker."""
    try:
        return max(0, MESSAGES_TO - doorbell.waiting_messages())
    except Exception as reason:  # whatever the broker's library raises
        log.warning("the broker does not answer (%s); jobs stay queued", reason)
        return 0
