"""Where labels point, and how versions stand."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from ip_library.core.documents import CANON, LATEST
from ip_library.core.reviews import WIP
from ip_library.models import Label, LabelMove, Project, Review, Version
from ip_library.selectors.library import latest_version

RESERVED: Final = frozenset({LATEST, CANON})  # the first follows by itself, the second by approval
_CHUNK: Final = 500  # keys in one question: SQLite takes 32,766, and a plan for fewer is made sooner


def labelled_version(project: Project, kind: str, asset: str, label: str) -> Version | None:
    """Return the version of an asset that a label points to, if any; ``latest`` is the newest one."""
    if label == LATEST:
        return latest_version(project, kind, asset)
    row = Label.objects.filter(project=project, kind=kind, asset=asset, name=label).select_related("version").first()
    return row.version if row else None


def labels_of(project: Project, kind: str, asset: str) -> dict[str, Version]:
    """Return where the labels of an asset point: ``latest`` and ``canon`` first, then the others by name."""
    rows = Label.objects.filter(project=project, kind=kind, asset=asset).select_related("version").order_by("name")
    found = {row.name: row.version for row in rows}
    latest = latest_version(project, kind, asset)
    first = {LATEST: latest} if latest else {}
    if CANON in found:
        first[CANON] = found.pop(CANON)
    return first | found


def labels_on(version: Version) -> list[str]:
    """Return the labels that point to a version, ``latest`` and ``canon`` first."""
    pointing = labels_of(version.project, version.kind, version.asset)
    return [name for name, found in pointing.items() if found.pk == version.pk]


def moves_of(project: Project, kind: str, asset: str) -> QuerySet[LabelMove]:
    """Return how the labels of an asset moved, newest first."""
    moves = LabelMove.objects.filter(project=project, kind=kind, asset=asset)
    return moves.select_related("changeset", "version", "previous").order_by("-pk")


def status_of(version: Version) -> str:
    """Return how a version stands; one that nobody has judged is ``wip``."""
    return statuses_of([version])[version.pk]


def statuses_of(versions: Iterable[Version]) -> dict[int, str]:
    """Return how versions stand, by their keys."""
    return {key: review.status if review else WIP for key, review in reviews_of(versions).items()}


def reviews_of(versions: Iterable[Version]) -> Mapping[int, Review | None]:
    """Return the reviews of versions, by their keys; nothing for a version that nobody has judged."""
    found: dict[int, Review | None] = dict.fromkeys(version.pk for version in versions)
    keys = list(found)
    for start in range(0, len(keys), _CHUNK):
        rows = Review.objects.filter(version__in=keys[start : start + _CHUNK])
        found |= {row.version_id: row for row in rows}
    return found


def with_status(versions: QuerySet[Version]) -> QuerySet[Version]:
    """Give each version of a list its ``status``, in the same query."""
    reviews = Review.objects.filter(version=OuterRef("pk")).values("status")
    return versions.annotate(status=Coalesce(Subquery(reviews[:1]), Value(WIP)))
