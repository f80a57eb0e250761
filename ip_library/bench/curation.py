"""Measure curating: fill a large library by import, then do in it what people do all day, alone and at once.

Runs in a library of its own (see the ``bench`` command).
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from ip_library.bench import bulk, editors, library
from ip_library.core import documents as d
from ip_library.models import Project
from ip_library.selectors.verify import verify_project
from ip_library.services.commit import commit_assets
from ip_library.services.edit import save_document

SMALLEST: Final = 200
_SLUG: Final = "bench"
Progress = Callable[[str, int, int], None]


def run(folder: Path, *, assets: int, passes: int, editing: float, on_progress: Progress) -> dict[str, Any]:
    """Measure and return the figures; 16 people edit for ``editing`` seconds (0: nobody does)."""
    imported = bulk.run(folder, assets=assets, passes=passes, slug=_SLUG, on_progress=on_progress)
    figures: dict[str, Any] = {
        "assets": imported.assets,
        "versions": imported.versions,
        "git_per_second": imported.git_per_second,
        "end_to_end_per_second": imported.end_to_end_per_second,
        "import_seconds": imported.seconds,
    }
    project = Project.objects.get(slug=_SLUG)
    found = list(verify_project(project, on_progress=lambda *at: on_progress("verifying", *at)))
    figures["problems"] = len(found)
    figures |= library.measure(project, on_progress=on_progress)
    if editing:
        figures |= _edit(project, editing)
    return figures


def _edit(project: Project, seconds: float) -> dict[str, Any]:
    """Let many people edit the same few assets at once."""
    names = [(d.CHARACTER, f"writer-{number}") for number in range(editors.HOT)]
    for _, slug in names:
        sheet = d.CharacterDocument(slug, slug, d.GENDERS[0], d.Appearance(hair=("black_hair",)))
        save_document(project=project, document=sheet, editor=None)
    commit_assets(project=project, assets=names, message="Start", author=None)
    done = editors.edit_all_at_once(os.environ, project=project.slug, seconds=seconds)
    after = [str(problem) for problem in verify_project(project)]
    return {
        "updates": done.saved,
        "stale": done.stale,
        "lost_updates": done.saved - editors.counted(project.slug),
        "editor_errors": len(done.errors),
        "problems_after_editing": len(after),
    }
