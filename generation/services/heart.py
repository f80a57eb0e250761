"""Keep a worker's lease alive while it renders, and notice when the lease is lost or nothing moves."""

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from django.conf import settings
from django.db import DatabaseError, connections

from generation.core.errors import LeaseLostError
from generation.services.queue import Claim, beat

log = logging.getLogger("settei.queue")
LOOK_SECONDS: Final = 1.0
Guard = Callable[[float], None]


class Heart:
    """Beats from its own thread, with its own database connection, from ``with`` to its end.

    A beat proves that the process lives, not that it gets on. So ``guard`` is called at every look with the seconds
    since the last progress, and may end the process.
    """

    def __init__(self, claim: Claim, *, guard: Guard | None = None) -> None:
        self._claim = claim
        self._guard = guard
        self._progress = (0, 0)
        self._told = self._moved = time.monotonic()
        self._written = (0, 0)
        self._stop = threading.Event()
        self._lost = False
        self._thread = threading.Thread(target=self._run, name=f"heart of job {claim.job_id}", daemon=True)

    def __enter__(self) -> Self:
        """Start beating."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop beating."""
        self._stop.set()
        self._thread.join()

    def step(self, done: int, total: int) -> None:
        """Tell progress; called by the engine after each step.

        Raises:
            LeaseLostError: the try has been given away, so rendering on is a waste.
        """
        self._progress = (done, total)
        self._moved = time.monotonic()
        if self._lost:
            raise LeaseLostError(self._claim.job_id, self._claim.attempt)

    def _run(self) -> None:
        quarter = settings.RENDER_LEASE_SECONDS / 4
        try:
            while not self._stop.wait(min(LOOK_SECONDS, quarter)):
                now = time.monotonic()
                if self._guard:
                    self._guard(now - self._moved)
                if now - self._told >= quarter or self._progress != self._written:
                    self._beat(now)
        finally:
            connections.close_all()  # those of this thread

    def _beat(self, now: float) -> None:
        progress = self._progress
        try:
            self._lost = not beat(claim=self._claim, steps_done=progress[0], steps_total=progress[1])
        except DatabaseError as reason:
            log.warning("job %s: the database did not take a beat (%s)", self._claim.job_id, reason)
            connections.close_all()
            return
        self._told, self._written = now, progress
        if self._lost:
            self._stop.set()
