"""Keep programs running and the queue swept, until asked to stop; then stop everything and leave nothing behind."""

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import FrameType, TracebackType
from typing import Final, Self

from django.conf import settings
from django.db import connections

from generation.services.sweep import sweep
from generation.worker.child import Child, Program

log = logging.getLogger("settei.queue")
LOOK_SECONDS: Final = 0.1
STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Sweeper:
    """Sweeps the queue every ``settings.SWEEP_SECONDS`` from a thread of its own."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)

    def start(self) -> None:
        """Start sweeping."""
        self._thread.start()

    def stop(self) -> None:
        """Stop sweeping; a sweep that hangs is left to die with the process."""
        self._stop.set()
        self._thread.join(timeout=2.0)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                sweep()
            except Exception as reason:  # whatever it was, the next sweep tries again
                log.warning("the sweep failed: %s", reason)
                connections.close_all()
            self._stop.wait(settings.SWEEP_SECONDS)
        connections.close_all()


class Supervisor:
    """Programs that are kept running between ``start`` and ``stop``, and the sweeper.

    ``say`` prints one line for people.
    """

    def __init__(self, programs: Sequence[Program], *, say: Callable[[str], None]) -> None:
        self._say = say
        self.children = [Child(program, say) for program in programs]
        self._sweeper = Sweeper()
        self._asked = 0

    def __enter__(self) -> Self:
        """Start everything."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything."""
        self.stop()

    def start(self) -> None:
        """Start the programs and the sweeper; from the main thread, as programs die with the thread that made them."""
        self.tend()
        self._sweeper.start()

    def tend(self) -> None:
        """Look after the programs; to be called every now and then."""
        for child in self.children:
            child.tend()

    def stop(self) -> None:
        """Stop all programs at the same time, then the sweeper."""
        with ThreadPoolExecutor(max_workers=len(self.children)) as pool:
            list(pool.map(lambda child: child.stop(lambda: self._asked > 1), self.children))
        for child in self.children:
            child.settle()
        self._sweeper.stop()

    def run(self, *, on_look: Callable[[], None] = lambda: None) -> None:
        """Run until SIGINT, SIGTERM or SIGHUP; a second one hurries the stop. The process is to end after this."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._ask)
        with self:
            while not self._asked:
                self.tend()
                on_look()
                time.sleep(LOOK_SECONDS)
            self._say("Stopping ...")
        for number in STOP_SIGNALS:
            signal.signal(
                number, signal.SIG_IGN
            )  # everything is stopped: an impatient Ctrl-C must not look like a crash

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._asked += 1
