"""Load a folder of documents into the drafts of a project."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import User

from ip_library.core.canonical import from_xml
from ip_library.core.errors import UnknownError
from ip_library.core.ordering import references_first
from ip_library.models import Project
from ip_library.services.edit import save_document
from ip_library.services.projects import ensure_project

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """What a folder held: every asset in order, and how many drafts were made or changed."""

    project: Project
    assets: tuple[tuple[str, str], ...]
    changed: int


def load_library(
    folder: Path, *, project_slug: str, owner: User | None, on_progress: Progress | None = None
) -> LoadSummary:
    """Load ``folder/**/*.xml`` (what is referred to first) into the project, making it where needed.

    Raises:
        UnknownError: the folder holds no document.
        SetteiError: a document is refused; the ones before it are kept.
    """
    documents = [from_xml(path.read_bytes()) for path in sorted(folder.rglob("*.xml"))]
    if not documents:
        raise UnknownError("library folder", str(folder), hint="it holds no .xml file")
    documents = references_first(documents)
    project = ensure_project(slug=project_slug, owner=owner)
    changed = 0
    for done, document in enumerate(documents, start=1):
        changed += save_document(project=project, document=document, editor=owner)
        if on_progress:
            on_progress(done, len(documents))
    return LoadSummary(project, tuple((item.kind, item.asset) for item in documents), changed)
