"""Run the programs beside this file in an environment of their own."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def own_environment(folder: Path, **more: str) -> dict[str, str]:
    """Return an environment whose data lies in ``folder`` and whose database is SQLite, unless said otherwise."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "BROKER_URL"}}
    own = {"SETTEI_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
    return {**kept, **own, **more}


def start(name: str, *arguments: str, environment: dict[str, str]) -> subprocess.Popen:
    """Start a program of this folder."""
    return subprocess.Popen(
        [sys.executable, str(HERE / name), *arguments],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen, *, timeout: float = 300) -> str:
    """Wait for a program and return what it printed; that it failed is a failure of the test."""
    out, err = process.communicate(timeout=timeout)
    assert process.returncode == 0, err
    return out
