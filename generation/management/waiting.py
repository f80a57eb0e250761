"""Wait for a job with a bar."""

import time
from collections.abc import Callable
from typing import Final

from tqdm import tqdm

from generation.core.errors import RenderFailedError
from generation.models import JobState, RenderJob
from generation.selectors.jobs import get_job, is_over

LOOK_SECONDS: Final = 0.1


def wait_for(job_id: int, *, what: str, on_look: Callable[[], None] = lambda: None) -> RenderJob:
    """Wait until a job is over, showing its steps; ``on_look`` is called ten times a second.

    Raises:
        RenderFailedError: the job failed, with the reason.
    """
    with tqdm(desc=what, unit="step", disable=None, bar_format="{desc} {bar} {n_fmt}/{total_fmt}") as bar:
        while True:
            job = get_job(job_id)
            bar.total = job.steps_total or len(job.seeds)
            bar.n = bar.total if job.state == JobState.DONE else job.steps_done
            bar.refresh()
            if is_over(job):
                return refuse_failed(job)
            on_look()
            time.sleep(LOOK_SECONDS)


def refuse_failed(job: RenderJob) -> RenderJob:
    """Return a job that is done.

    Raises:
        RenderFailedError: the job ended otherwise, with the reason.
    """
    if job.state != JobState.DONE:
        raise RenderFailedError(f"{job} is {job.state} after try {job.attempt}: {job.error_message}", permanent=True)
    return job
