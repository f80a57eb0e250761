"""Programs die with whoever started them, also where the system gives no help."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.generation.running.service import ROOT, alive, descendants

LAUNCH = ROOT / "generation" / "worker" / "launch.py"
WATCHED = """
import os, runpy, sys
sys.platform = sys.argv.pop(1)
sys.argv = [sys.argv[1], *sys.argv[2:]]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
PARENT = """
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", sys.argv[1], sys.argv[2], sys.argv[3], str(os.getpid()), "/bin/sleep", "60"])
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")
@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_a_program_dies_with_its_parent(platform):
    parent = subprocess.Popen([sys.executable, "-c", PARENT, WATCHED, platform, str(LAUNCH)])
    try:
        until = time.monotonic() + 15
        while time.monotonic() < until and not any(
            b"sleep" in Path(f"/proc/{pid}/cmdline").read_bytes()[:10] for pid in descendants(parent.pid)
        ):
            time.sleep(0.05)
        tree = descendants(parent.pid)
        assert tree
    finally:
        parent.kill()
        parent.wait()
    until = time.monotonic() + 10
    while time.monotonic() < until and any(alive(pid) for pid in tree):
        time.sleep(0.05)
    assert not any(alive(pid) for pid in tree)


def test_a_program_whose_parent_is_gone_already_is_not_started():
    done = subprocess.run([sys.executable, LAUNCH, "1", "/bin/echo", "hello"], capture_output=True, check=False)
    assert done.stdout == b""


def test_signals_and_the_exit_code_pass_through_the_watcher():
    program = [sys.executable, "-c", "import signal, sys; print('up', flush=True); signal.pause()"]
    command = [sys.executable, "-c", WATCHED, "darwin", str(LAUNCH), str(os.getpid()), *program]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as watcher:
        assert watcher.stdout.readline() == b"up\n"
        watcher.send_signal(signal.SIGTERM)
        assert watcher.wait(10) != 0
