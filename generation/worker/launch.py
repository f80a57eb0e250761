"""Start a program that dies with us: `python launch.py PARENT_PID PROGRAM ARGUMENTS...`. Standard library only.

Linux kills the program itself as soon as its parent is gone, however that went. Elsewhere this file stays between the
two and looks every half second.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1
LOOK_SECONDS = 0.5
FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


def become(parent: int, arguments: list[str]) -> None:
    """Turn this process into the program, killed when ``parent`` dies."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked to be told
        sys.exit(1)
    os.execv(arguments[0], arguments)  # noqa: S606 - there is no shell, and the supervisor names the program


def watch(parent: int, arguments: list[str]) -> int:
    """Run the program below this process, pass signals on, and kill it when ``parent`` dies."""
    program = subprocess.Popen(arguments)
    for number in FORWARDED:
        signal.signal(number, lambda received, frame: program.send_signal(received))
    while program.poll() is None:
        if os.getppid() != parent:
            program.kill()
        time.sleep(LOOK_SECONDS)
    return program.returncode


if __name__ == "__main__":
    if sys.platform == "linux":
        become(int(sys.argv[1]), sys.argv[2:])
    sys.exit(watch(int(sys.argv[1]), sys.argv[2:]))
