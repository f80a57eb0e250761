"""Tell the workers that a job waits, without ever waiting for the broker.

Publishing to a broker that hangs may never return. So one daemon thread a process publishes, from a short list that
is dropped from when it is full: a doorbell that is not rung now is rung by the sweep.
"""

import atexit
import logging
import os
import queue
import threading
import time
from typing import Final

from celery import current_app

log = logging.getLogger("settei.queue")
TASK: Final = "generation.tasks.render"
QUEUE: Final = "gpu"
_LOOK_SECONDS: Final = 0.01
LIST_TO: Final = 1000


class Doorbell:
    """The list of one process, and the thread that works it off."""

    def __init__(self) -> None:
        self._jobs: queue.Queue[int] = queue.Queue(maxsize=LIST_TO)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def ring(self, job_id: int) -> bool:
        """Have a job's doorbell rung soon; False when the list is full and it is left to the sweep."""
        try:
            self._jobs.put_nowait(job_id)
        except queue.Full:
            return False
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="doorbell", daemon=True)
                self._thread.start()
        return True

    def flush(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds until all is rung; False when it is not."""
        until = time.monotonic() + timeout
        while self._jobs.unfinished_tasks:  # looked at, not joined: at the end of a process no thread can be started
            if time.monotonic() > until:
                return False
            time.sleep(_LOOK_SECONDS)
        return True

    def _work(self) -> None:
        while True:
            job_id = self._jobs.get()
            try:
                publish(job_id)
            except Exception as reason:  # whatever the broker's library raises: the sweep rings again
                log.warning("job %s: the broker did not take the doorbell (%s)", job_id, reason)
            finally:
                self._jobs.task_done()


_bells: Final[dict[int, Doorbell]] = {}


def ring(job_id: int) -> bool:
    """Have a job's doorbell rung soon by this process's thread; returns at once, whatever the broker does."""
    return _bell().ring(job_id)


def flush(timeout: float = 2.0) -> bool:
    """Wait at most ``timeout`` seconds for the doorbells of this process: for commands that end soon after."""
    bell = _bells.get(os.getpid())
    return bell.flush(timeout) if bell else True


def publish(job_id: int) -> None:
    """Send the message; may wait for the broker."""
    current_app.send_task(TASK, args=[job_id], queue=QUEUE, retry=False, ignore_result=True)


def waiting_messages() -> int:
    """Return how many doorbells wait at the broker; may wait for the broker."""
    with current_app.connection_for_write() as connection, connection.channel() as channel:
        declared = channel.queue_declare(  # type: ignore[attr-defined]  # the stubs know no channel of a real broker
            QUEUE, durable=True, auto_delete=False
        )
        return int(declared.message_count)


def _bell() -> Doorbell:
    """Return this process's doorbell: a fork has no threads of its parent."""
    pid = os.getpid()
    if pid not in _bells:
        _bells.clear()
        _bells[pid] = Doorbell()
    return _bells[pid]


atexit.register(flush, 1.0)
