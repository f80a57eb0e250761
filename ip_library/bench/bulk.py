"""Measure a bulk import: the stream into Git alone, and the whole of it with rows, drafts and search.

Runs in a library of its own (see the ``bench`` command).
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ip_library.bench.source import ASSETS, PASSES, documents_of, write_source
from ip_library.core.canonical import to_xml
from ip_library.core.paths import document_path, negative_path, prompt_path
from ip_library.core.prompt import DIALECTS
from ip_library.core.trailers import VersionName, write_message
from ip_library.models import Project
from ip_library.services.bulk_import import import_tree
from ip_library.services.projects import ensure_project
from ip_library.store.git import GitStore, Identity
from ip_library.store.stream import ImportStream, StreamedCommit

_BATCH: Final = 500
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class ImportFigures:
    """What an import took: versions a second, and the seconds of the whole."""

    assets: int
    versions: int
    git_per_second: float
    end_to_end_per_second: float
    seconds: float


def run(
    folder: Path, *, assets: int = ASSETS, passes: int = PASSES, slug: str = "bulk", on_progress: Progress
) -> ImportFigures:
    """Measure both; ``folder`` is for the source and the stream's repository. The project ``slug`` is left filled."""
    git = measure_stream(folder / "stream.git", assets=assets, passes=passes, on_progress=on_progress)
    _, versions, seconds = import_source(
        folder / "source", slug=slug, assets=assets, passes=passes, on_progress=on_progress
    )
    return ImportFigures(assets, versions, round(git), round(versions / seconds), round(seconds, 1))


def import_source(
    folder: Path, *, slug: str, assets: int = ASSETS, passes: int = PASSES, on_progress: Progress
) -> tuple[Project, int, float]:
    """Write a source and import it; return the project, how many versions were made, and the seconds of the import."""
    write_source(folder, assets=assets, passes=passes, on_progress=lambda *at: on_progress("writing the source", *at))
    project = ensure_project(slug=slug)
    start = time.perf_counter()
    summary = import_tree(project=project, folder=folder, author=None, on_progress=on_progress)
    seconds = time.perf_counter() - start
    if summary.versions != assets * passes:
        raise AssertionError(f"{summary.versions} versions were made of {assets * passes} documents")
    project.refresh_from_db()
    return project, summary.versions, seconds


def measure_stream(path: Path, *, assets: int = ASSETS, passes: int = PASSES, on_progress: Progress) -> float:
    """Stream the versions of a source into a repository, durably batch by batch; return how many a second."""
    store = GitStore(path)
    store.create()
    commits = list(_commits(assets, passes))
    start = time.perf_counter()
    with ImportStream(path) as stream:
        stream.start_at("")
        for at in range(0, len(commits), _BATCH):
            for commit in commits[at : at + _BATCH]:
                stream.add(commit)
            stream.checkpoint()
            on_progress("streaming", min(at + _BATCH, len(commits)), len(commits))
    return len(commits) / (time.perf_counter() - start)


def _commits(assets: int, passes: int) -> Iterator[StreamedCommit]:
    """Yield a commit of every version; a shot's has prompts of the size that it has."""
    who = Identity("Bench", "", 1_700_000_000)
    for number in range(1, passes + 1):
        for document in documents_of(assets, number):
            data = to_xml(document)
            files: dict[str, bytes | None] = {document_path(document.kind, document.asset): data}
            if document.kind == "shot":
                for dialect in DIALECTS:
                    files[prompt_path(dialect, document.asset)] = data
                    files[negative_path(dialect, document.asset)] = b"<danbooru_tags>lowres</danbooru_tags>\n"
            name = VersionName(document.kind, document.asset, number)
            message = write_message(f"Import {document.asset}", changeset="0" * 36, author="bench", versions=[name])
            yield StreamedCommit(who, who, message, files)
