"""One program under supervision: started, started again when it dies, stopped in steps."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.conf import settings

log = logging.getLogger("settei.queue")
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
HEALTHY_SECONDS: Final = 60.0
_LAUNCH: Final = Path(__file__).with_name("launch.py")
Step = tuple[signal.Signals, float]
STOPPING: Final[tuple[Step, ...]] = ((signal.SIGTERM, 10.0), (signal.SIGQUIT, 3.0))


@dataclass(frozen=True, slots=True)
class Program:
    """What to run: arguments of this Python, and what to do when it has ended.

    ``environment`` gets the number of the start, from 1. ``after_death`` is called when it died by itself,
    ``after_stop`` when we ended it; each with the environment of that start, when no process of it is left.
    """

    name: str
    arguments: Sequence[str]
    environment: Callable[[int], Mapping[str, str]] = lambda start: {}
    after_death: Callable[[Mapping[str, str]], None] = lambda environment: None
    after_stop: Callable[[Mapping[str, str]], None] = lambda environment: None


@dataclass(slots=True)
class Child:
    """The process of a program. It has its own process group, so a terminal's Ctrl-C reaches the supervisor alone."""

    program: Program
    say: Callable[[str], None]
    _process: subprocess.Popen[bytes] | None = None
    _environment: Mapping[str, str] = field(default_factory=dict)
    _starts: int = 0
    _started: float = 0.0
    _pause: float = 0.0
    _due: float = 0.0

    @property
    def pid(self) -> int | None:
        """The process id, while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def tend(self) -> None:
        """Start the program when it is due; notice that it died, and wait longer each time before the next start."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._due:
                self._start(now)
            return
        code = self._process.poll()
        if code is None:
            return
        _kill_group(self._process.pid)
        self._process = None
        lived = now - self._started
        self._pause = 0.0 if lived > HEALTHY_SECONDS else min(max(self._pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
        self._due = now + self._pause
        self.say(f"{self.program.name} ended ({_ending(code)}); starting it again in {self._pause:.1f} s")
        self._tell(self.program.after_death)

    def _start(self, now: float) -> None:
        self._starts += 1
        self._started = now
        self._environment = self.program.environment(self._starts)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_LAUNCH), str(os.getpid()), sys.executable, *self.program.arguments],
            cwd=settings.BASE_DIR,
            env={**os.environ, **self._environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # what matters is logged to stderr
            start_new_session=True,
        )

    def stop(self, hurry: Callable[[], bool]) -> None:
        """End the program: ask, insist, kill; ``hurry`` says that the next step shall come at once."""
        if self._process is None:
            return
        for number, patience in STOPPING:
            if self._process.poll() is None:
                self._process.send_signal(number)
                self._wait(patience, hurry)
        _kill_group(self._process.pid)
        self._process.wait()

    def settle(self) -> None:
        """Tell the program's owner that it was stopped; from the main thread, once ``stop`` has returned."""
        if self._process is not None:
            self._process = None
            self._tell(self.program.after_stop)

    def _tell(self, listener: Callable[[Mapping[str, str]], None]) -> None:
        try:
            listener(self._environment)
        except Exception as reason:  # a database that is away must not end the supervision; leases end by themselves
            log.warning("%s: %s", self.program.name, reason)

    def _wait(self, seconds: float, hurry: Callable[[], bool]) -> None:
        until = time.monotonic() + seconds
        while self._process and self._process.poll() is None and time.monotonic() < until and not hurry():
            time.sleep(0.05)


def _kill_group(pid: int) -> None:
    """Kill what is left of a process group; its leader may be gone, or all of it."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _ending(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {-code}"
