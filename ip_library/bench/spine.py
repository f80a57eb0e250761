"""Measure the spine: what a commit costs in a small and in a large library, and what compiling a shot costs.

Runs in a library of its own (see the ``bench`` command). The yardstick is a bare loop in the same run, turn by turn
with the commits: the same commits in a second repository, written object by object with fsync and followed by the
ref, without a database.
"""

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ip_library.core import documents as d
from ip_library.core.canonical import from_xml, to_xml
from ip_library.core.compile import compile_all
from ip_library.core.dialects.base import Performer, Staging
from ip_library.core.paths import MAIN, document_path
from ip_library.core.problems import errors_of
from ip_library.core.prompt_file import check_prompt
from ip_library.core.validate import validate, validate_staging
from ip_library.models import CharacterSheet, Project
from ip_library.services.commit import commit_assets
from ip_library.services.projects import ensure_project
from ip_library.store.git import GitStore, Identity

SMALL: Final = 100
LARGE: Final = 10_000
_ROUNDS: Final = 100
_WARM_UP: Final = 40  # rounds that do not count: the first object in a new folder costs more
_CHUNK: Final = 500
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class CommitFigures:
    """Medians of one library size, in milliseconds."""

    assets: int
    commit_ms: float
    bare_ms: float

    @property
    def ratio(self) -> float:
        """How many times the bare loop a commit costs."""
        return self.commit_ms / self.bare_ms


def run(folder: Path, sample: Path, *, large: int, on_progress: Progress) -> dict[str, float | int]:
    """Measure and return the figures. ``folder`` is for the yardstick's repository, ``sample`` holds the sample."""
    compile_ms = _measure_compile(sample)  # first: later the garbage collector looks through ten thousand rows
    project = ensure_project(slug="bench")
    yardstick = GitStore(folder / "yardstick.git")
    yardstick.create()
    _grow(project, yardstick, 0, SMALL, on_progress)
    small = _measure_commits(project, yardstick, SMALL, on_progress)
    _grow(project, yardstick, SMALL, large, on_progress)
    big = _measure_commits(project, yardstick, large, on_progress)
    return {
        "assets_small": small.assets,
        "assets_large": big.assets,
        "commit_ms_small": round(small.commit_ms, 2),
        "commit_ms_large": round(big.commit_ms, 2),
        "bare_ms_small": round(small.bare_ms, 2),
        "bare_ms_large": round(big.bare_ms, 2),
        "commit_to_bare": round(big.ratio, 2),
        "growth": round(big.commit_ms / small.commit_ms, 2),
        "compile_ms": round(compile_ms, 3),
    }


def _document(number: int, hair: str) -> d.CharacterDocument:
    return d.CharacterDocument(
        slug=f"extra-{number}",
        name=f"Extra {number}",
        gender=d.GENDERS[number % 3],
        appearance=d.Appearance(hair=(hair, "long_hair"), eyes=("teal_eyes",), clothing=("school_uniform",)),
    )


def _grow(project: Project, yardstick: GitStore, start: int, stop: int, on_progress: Progress) -> None:
    """Add assets to both libraries, several to a commit."""
    for first in range(start, stop, _CHUNK):
        documents = [_document(number, "black_hair") for number in range(first, min(first + _CHUNK, stop))]
        CharacterSheet.objects.bulk_create(
            CharacterSheet(
                project=project,
                slug=document.slug,
                name=document.name,
                gender=document.gender,
                hair=document.appearance.hair,
                eyes=document.appearance.eyes,
                clothing=document.appearance.clothing,
            )
            for document in documents
        )
        assets = [(document.kind, document.asset) for document in documents]
        commit_assets(project=project, assets=assets, message="Grow the library", author=None)
        _commit_bare(yardstick, documents)
        on_progress(f"growing to {stop:,} assets", first + len(documents), stop)


def _commit_bare(store: GitStore, documents: Sequence[d.CharacterDocument]) -> None:
    head = store.head(MAIN)
    who = Identity("bench", "", int(time.time()))
    files = {document_path(document.kind, document.asset): to_xml(document) for document in documents}
    plan = store.plan(parent=head, files=files, author=who, committer=who, message="Change\n")
    store.write(plan)
    store.move(MAIN, new=plan.sha, old=head)


def _measure_commits(project: Project, yardstick: GitStore, assets: int, on_progress: Progress) -> CommitFigures:
    """Change one asset at a time, a commit and a bare commit in turn."""
    commits, bare = [], []
    os.sync()  # what growing left for the disk to do is not the commits' cost
    for turn in range(-_WARM_UP, _ROUNDS):
        document = _document(abs(turn) * (assets // _ROUNDS), f"hair_{assets}_{turn + _WARM_UP}")
        CharacterSheet.objects.filter(project=project, slug=document.slug).update(hair=document.appearance.hair)
        start = time.perf_counter()
        done = commit_assets(project=project, assets=[(document.kind, document.asset)], message="Change", author=None)
        committed = time.perf_counter()
        _commit_bare(yardstick, [document])
        if turn >= 0:
            bare.append(time.perf_counter() - committed)
            commits.append(committed - start)
        if len(done.versions) != 1:
            raise AssertionError("a commit that changes nothing measures nothing")
        on_progress(f"commits at {assets:,} assets", max(turn + 1, 0), _ROUNDS)
    return CommitFigures(assets, statistics.median(commits) * 1000, statistics.median(bare) * 1000)


def _measure_compile(sample: Path) -> float:
    """Parse, validate and compile the sample shot to every dialect and check each prompt; median in milliseconds."""
    sources = [path.read_bytes() for path in sorted(sample.rglob("*.xml"))]
    return statistics.median(_seconds(lambda: _compile(sources)) for _ in range(200)) * 1000


def _compile(sources: Sequence[bytes]) -> None:
    documents = [from_xml(source) for source in sources]
    named = {document.asset: document for document in documents}
    shot = next(document for document in documents if isinstance(document, d.ShotDocument))
    performers = []
    for member in shot.cast:
        character = named[member.character.asset]
        if isinstance(character, d.CharacterDocument):
            performers.append(Performer(member, character))
    scene = named[shot.scene.asset] if shot.scene else None
    staging = Staging(shot, tuple(performers), scene if isinstance(scene, d.SceneDocument) else None)
    problems = [problem for document in documents for problem in validate(document)] + validate_staging(staging)
    for compiled in compile_all(staging):
        problems += check_prompt(compiled.text.encode()).problems
    if errors_of(problems):
        raise AssertionError(f"the sample is faulty: {problems}")


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
