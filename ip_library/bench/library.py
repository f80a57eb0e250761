"""Measure a large library: what people wait for when they curate ten thousand assets.

Runs in a library of its own (see the ``bench`` command), filled by the bulk import of ``source.py``. Every figure is
the median of several turns in milliseconds, but for the commit, where the 95th percentile counts.
"""

import itertools
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Final

from ip_library.bench.source import LEAD
from ip_library.core import documents as d
from ip_library.core.search_query import parse_query
from ip_library.models import CharacterSheet, Project, Version
from ip_library.selectors.blast import blast_radius
from ip_library.selectors.history import blame, changes_in
from ip_library.selectors.labels import labels_on, moves_of, status_of
from ip_library.selectors.library import latest_version
from ip_library.selectors.search import search_assets
from ip_library.services.commit import commit_assets

_TURNS: Final = 60
_WARM_UP: Final = 10
_QUERIES: Final = ("extra", "blue_hair", "tag:blue_hair", "kind:shot park", "Extra 4711", "used:extra-00000", "ミク")
Progress = Callable[[str, int, int], None]


def measure(project: Project, *, on_progress: Progress) -> dict[str, float]:
    """Measure a project that the bulk import has filled; return milliseconds by name."""
    slugs = list(
        CharacterSheet.objects.filter(project=project)
        .exclude(slug=LEAD)
        .order_by("slug")
        .values_list("slug", flat=True)
    )
    lead = latest_version(project, d.CHARACTER, LEAD)
    newest = [version for slug in slugs[:_TURNS] if (version := latest_version(project, d.CHARACTER, slug))]
    if lead is None or len(newest) < _TURNS:
        raise AssertionError("the library is not filled: nothing can be measured in it")
    figures = {"commit_p95_ms": _commits(project, slugs, on_progress)}
    versions = [lead, *newest]
    queries = [parse_query(text) for text in _QUERIES]
    steps: Sequence[tuple[str, Callable[[int], object]]] = (
        ("version_page_ms", lambda turn: _page(versions[turn % len(versions)])),
        ("blame_ms", lambda turn: blame(versions[turn % len(versions)])),
        ("search_ms", lambda turn: search_assets([project], queries[turn % len(queries)])),
        ("blast_radius_ms", lambda turn: blast_radius(project, d.CHARACTER, LEAD)),
    )
    for name, work in steps:
        figures[name] = _median(name, work, on_progress)
    figures["followers"] = len(blast_radius(project, d.CHARACTER, LEAD).followers)
    return figures


def _page(version: Version) -> object:
    """Read what the page of a version shows, but for the blame, which is measured by itself."""
    fresh = Version.objects.select_related("changeset", "project").get(pk=version.pk)
    used = list(fresh.resolutions.select_related("used"))
    users = list(fresh.uses.select_related("using").order_by("-pk")[:20])
    return (
        changes_in(fresh),
        used,
        users,
        labels_on(fresh),
        list(moves_of(fresh.project, fresh.kind, fresh.asset)),
        status_of(fresh),
    )


def _commits(project: Project, slugs: Sequence[str], on_progress: Progress) -> float:
    """Change and commit one asset at a time, as a person does; return the 95th percentile in milliseconds."""
    seconds = []
    for turn, slug in zip(range(-_WARM_UP, 2 * _TURNS), itertools.cycle(slugs), strict=False):
        rows = CharacterSheet.objects.filter(project=project, slug=slug)
        rows.update(eyes=(f"eyes_{turn + _WARM_UP}",))
        start = time.perf_counter()
        done = commit_assets(project=project, assets=[(d.CHARACTER, slug)], message="Change the eyes", author=None)
        if turn >= 0:
            seconds.append(time.perf_counter() - start)
        if len(done.versions) != 1:
            raise AssertionError("a commit that changes nothing measures nothing")
        on_progress("commits", max(turn + 1, 0), 2 * _TURNS)
    return round(statistics.quantiles(seconds, n=20)[-1] * 1000, 2)


def _median(name: str, work: Callable[[int], object], on_progress: Progress) -> float:
    seconds = []
    for turn in range(-3, _TURNS):
        start = time.perf_counter()
        work(turn)
        if turn >= 0:
            seconds.append(time.perf_counter() - start)
        on_progress(name, max(turn + 1, 0), _TURNS)
    return round(statistics.median(seconds) * 1000, 2)
