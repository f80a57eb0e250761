"""Celery's door: a message brings a job's id, and one service does the work."""

import logging
import os
import socket
from functools import partial
from typing import Final

from celery import shared_task

from generation.services.render import run_job

log = logging.getLogger("settei.queue")
STUCK_SECONDS: Final = 300.0
STUCK_EXIT: Final = 75  # EX_TEMPFAIL: the try may be repeated


@shared_task(name="generation.tasks.render", ignore_result=True)
def render(job_id: int) -> None:
    """Do one try of a job."""
    run_job(job_id, worker=worker_name(), guard=partial(end_when_useless, os.getppid()))


def worker_name() -> str:
    """Return the name under which this process holds jobs: the supervisor's for its one worker, or its own."""
    return os.environ.get("SETTEI_WORKER") or f"{socket.gethostname()}:{os.getpid()}"


def end_when_useless(parent: int, idle: float) -> None:
    """End this process when nothing has moved for 5 minutes, or ``parent`` died: the job is given back then.

    No exception reaches a thread that hangs in a driver, so the process as a whole has to go.
    """
    if os.getppid() != parent:
        os._exit(STUCK_EXIT)
    if idle > STUCK_SECONDS:
        log.error("no progress for %.0f s: ending this process", idle)
        os._exit(STUCK_EXIT)
