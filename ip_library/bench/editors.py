"""Many people edit a few hot assets at the same time, each a process of its own; count what was lost.

An editor reads an asset's counter, adds one and saves, again and again. With the check it names the state that it
read, as forms and programs do. Without it (``blind``) updates must get lost, or this measures nothing.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ip_library.models import CharacterSheet

ROOT: Final = Path(__file__).resolve().parents[2]
EDITORS: Final = 16
HOT: Final = 3
_STARTING: Final = 240  # seconds until all processes have started and ended


@dataclass(frozen=True, slots=True)
class EditorsFigures:
    """What the editors report together; ``errors`` are all answers but "saved" and "stale"."""

    saved: int
    stale: int
    commits: int
    errors: tuple[str, ...]


def edit_all_at_once(
    environment: Mapping[str, str], *, project: str, seconds: float, check: bool = True
) -> EditorsFigures:
    """Start the editors in ``environment`` and wait for them; the project has characters ``writer-0`` to ``writer-2``.

    Raises:
        RuntimeError: an editor died.
    """
    mode = "check" if check else "blind"
    command = [sys.executable, "-m", "ip_library.bench.one_editor", project]
    programs = [
        subprocess.Popen(
            [*command, str(number), str(seconds), mode],
            env=dict(environment), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in range(EDITORS)
    ]  # fmt: skip
    reports = []
    for program in programs:
        out, err = program.communicate(timeout=seconds + _STARTING)
        if program.returncode:
            raise RuntimeError(f"an editor died: {err}")
        reports.append(json.loads(out))
    totals = {name: sum(report[name] for report in reports) for name in ("saved", "stale", "commits")}
    return EditorsFigures(**totals, errors=tuple(error for report in reports for error in report["errors"]))


def counted(project: str) -> int:
    """Return how many updates the hot assets show."""
    rows = CharacterSheet.objects.filter(project__slug=project, slug__in=[f"writer-{at}" for at in range(HOT)])
    return sum(int(notes or "0") for notes in rows.values_list("notes", flat=True))
