"""Named points at which a test may kill the process, to prove that nothing acknowledged is lost.

A point costs one dictionary look-up. It fires only where the environment of the process names it, at its n-th
passing: ``SETTEI_KILL_AT="commit.rows_written:2"``.
"""

import os
import signal
from typing import Final

SAVE_POINTS: Final = (
    "commit.locked",
    "objects.file_written",
    "objects.linked",
    "commit.objects_written",
    "commit.rows_written",
    "commit.acknowledged",
    "ref.lock_written",
    "ref.moved",
    "seal.ref_moved",
    "seal.done",
)
RENDER_POINTS: Final = (
    "enqueue.row_written",
    "enqueue.acknowledged",
    "render.claimed",
    "render.drawn",
    "images.file_written",
    "images.linked",
    "record.rows_written",
    "record.acknowledged",
)
IMPORT_POINTS: Final = (
    "import.objects_durable",
    "import.rows_written",
    "import.recorded",
    "import.sealed",
    "import.drafts_written",
)
_passed: dict[str, int] = {}


def point(name: str) -> None:
    """Pass the point ``name``; die here with SIGKILL if the environment says so."""
    wanted = os.environ.get("SETTEI_KILL_AT")
    if wanted is None:
        return
    _passed[name] = _passed.get(name, 0) + 1
    if wanted == f"{name}:{_passed[name]}":
        os.kill(os.getpid(), signal.SIGKILL)
