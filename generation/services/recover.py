"""Put the queue and the image store in order after a crash."""

from dataclasses import dataclass

from generation.services.sweep import sweep
from generation.storage import image_store


@dataclass(frozen=True, slots=True)
class QueueReport:
    """Jobs given back to the queue, jobs given up, doorbells rung, half-written files removed."""

    requeued: int
    dead: int
    rung: int
    leftovers: int


def recover_queue() -> QueueReport:
    """Sweep the jobs and remove what killed writers left in the image store.

    Raises:
        StorageError: the disk refuses.
    """
    found = sweep()
    return QueueReport(found.requeued, found.dead, len(found.due), image_store().clear_leftovers())
