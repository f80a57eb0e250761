"""Search the assets of one project or of several: by words, and by what ``core/search_query.py`` knows as filters."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, StrIndex
from django.db.models.lookups import GreaterThan, In

from ip_library.core import documents as d
from ip_library.core.errors import RefusedError
from ip_library.core.reviews import WIP
from ip_library.core.search_query import ANY, WORD, Query, Term
from ip_library.core.search_text import fold
from ip_library.core.vocabularies.entries import spelled
from ip_library.models import AssetEntry, AssetTag, Label, Project, Version
from ip_library.selectors.drafts_using import drafts_using
from ip_library.selectors.vocabulary import vocabulary_of

LIMIT: Final = 50
MOST: Final = 200
_ORDER: Final = ("rank", "kind", "asset", "project_id")
_TAGS_SHOWN: Final = 12
_WHOLE, _PART = 0, 1  # the words are the whole of one value; or merely stand in some

Entries = QuerySet[AssetEntry]


@dataclass(frozen=True, slots=True)
class Hit:
    """An asset that was found, how it stands, and which of its tags were asked for."""

    project: Project
    kind: str
    asset: str
    name: str
    changed_at: datetime
    tags: tuple[str, ...]
    latest: Version | None
    status: str
    canon: Version | None


@dataclass(frozen=True, slots=True)
class Results:
    """One page of a search. ``after`` leads to the next page; it is empty on the last one."""

    hits: tuple[Hit, ...]
    after: str


def search_assets(projects: Collection[Project], query: Query, *, limit: int = LIMIT, after: str = "") -> Results:
    """Return the assets that fit: those of which a name or tag is just what was asked first, then by kind and name.

    ``projects`` are those that the person may read; ``after`` is what the page before gave.

    Raises:
        RefusedError: the limit is out of range, or ``after`` is none of ours.
    """
    if not 1 <= limit <= MOST:
        raise RefusedError("limit", limit, f"1 to {MOST}")
    rows = _behind(_found(projects, query), after) if after else _found(projects, query)
    found = list(rows.order_by(*_ORDER).defer("text")[: limit + 1])
    page = found[:limit]
    last = page[-1] if len(found) > limit else None
    return Results(_hits(projects, page, query), _cursor(last) if last else "")


def count_assets(projects: Collection[Project], query: Query) -> int:
    """Return how many assets fit."""
    return _found(projects, query).count()


# ------------------------------------------------------------------------------------------------ what fits


def _found(projects: Collection[Project], query: Query) -> Entries:
    names = set(query.values("project"))
    chosen = [project for project in projects if not names or project.slug in names]
    chosen = [project for project in chosen if project.slug not in query.values("project", no=True)]
    rows: Entries = AssetEntry.objects.filter(project__in=[project.pk for project in chosen])
    for key in ANY - {"project"}:
        for no in (False, True):
            if values := query.values(key, no=no):
                rows = _narrow(rows, _any(key, values), no=no)
    for term in query.terms:
        if term.key not in ANY:
            rows = _narrow(rows, _one(term, chosen), no=term.no)
    whole = fold(" ".join(query.values(WORD)))
    rank = Case(When(_holds(f"\n{whole}\n"), then=Value(_WHOLE)), default=Value(_PART), output_field=IntegerField())
    return rows.annotate(rank=rank if whole else Value(_PART, output_field=IntegerField()))


def _narrow(rows: Entries, condition: Q | Combinable, *, no: bool) -> Entries:
    return rows.exclude(condition) if no else rows.filter(condition)


def _holds(folded: str) -> GreaterThan:
    """Ask whether an entry's text holds some folded text; every character of it stands for itself."""
    return GreaterThan(StrIndex(F("text"), Value(folded)), 0)


def _one(term: Term, projects: Sequence[Project]) -> Q | Combinable:
    match term.key:
        case "tag":
            return Q(pk__in=AssetTag.objects.filter(_tagged(term.value, projects)).values("entry_id"))
        case "label" if term.value == d.LATEST:
            return Exists(_versions())
        case "label":
            return Exists(Label.objects.filter(**_SAME, name=term.value))
        case "used":
            return drafts_using(term.value)
    return _holds(fold(term.value))


def _any(key: str, values: Sequence[str]) -> Q | Combinable:
    if key == "kind":
        return Q(kind__in=values)
    path, none = ("changeset__author_login", "") if key == "by" else ("review__status", WIP)
    newest = Subquery(_versions().order_by("-number").values(path)[:1])
    return In(Coalesce(newest, Value(none)), values)


_SAME: Final[Mapping[str, OuterRef]] = {
    "project": OuterRef("project"),
    "kind": OuterRef("kind"),
    "asset": OuterRef("asset"),
}


def _versions() -> QuerySet[Version]:
    return Version.objects.filter(**_SAME)


def _tagged(tag: str, projects: Sequence[Project]) -> Q:
    """Ask for a tag in any spelling that each project's own vocabulary knows."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for project in projects:
        groups.setdefault(vocabulary_of(project).spellings(tag), []).append(project.pk)
    asked = Q(pk__in=())
    for spellings, keys in groups.items():
        asked |= Q(project__in=keys, tag__in=spellings)
    return asked


# ------------------------------------------------------------------------------------------------- page by page


def _cursor(row: AssetEntry) -> str:
    return f"{row.rank}.{row.kind}.{row.project_id}.{row.asset}"  # type: ignore[attr-defined]


def _behind(rows: Entries, after: str) -> Entries:
    rank, _, rest = after.partition(".")
    kind, _, rest = rest.partition(".")
    project, _, asset = rest.partition(".")
    if not (rank in {"0", "1"} and kind in d.KINDS and project.isascii() and project.isdigit() and len(project) < 16):
        raise RefusedError("after", after[:80], "what the page before gave")
    same = Q(rank=int(rank), kind=kind)
    return rows.filter(
        Q(rank__gt=int(rank))
        | Q(rank=int(rank), kind__gt=kind)
        | (same & Q(asset__gt=asset))
        | (same & Q(asset=asset, project_id__gt=int(project)))
    )


# ------------------------------------------------------------------------------------------------ what is shown


def _hits(projects: Collection[Project], rows: Sequence[AssetEntry], query: Query) -> tuple[Hit, ...]:
    by_key = {project.pk: project for project in projects}
    named = {  # more than the rows' own names, but what an index finds
        "project__in": {row.project_id for row in rows},
        "kind__in": {row.kind for row in rows},
        "asset__in": {row.asset for row in rows},
    }
    versions: dict[tuple[int, str, str], Version] = {}
    newest = Version.objects.filter(**named).order_by("number")
    for version in newest.select_related("review").defer("document"):
        versions[version.project_id, version.kind, version.asset] = version
    labels = Label.objects.filter(**named, name=d.CANON).select_related("version")
    canon = {(label.project_id, label.kind, label.asset): label.version for label in labels.defer("version__document")}
    tags = _asked_tags(by_key, rows, query)
    hits = []
    for row in rows:
        name = (row.project_id, row.kind, row.asset)
        latest = versions.get(name)
        hits.append(
            Hit(
                project=by_key[row.project_id],
                kind=row.kind,
                asset=row.asset,
                name=row.name,
                changed_at=row.changed_at,
                tags=tuple(dict.fromkeys(tags.get(row.pk, ())))[:_TAGS_SHOWN],
                latest=latest,
                status=latest.review.status if latest and hasattr(latest, "review") else WIP,
                canon=canon.get(name),
            )
        )
    return tuple(hits)


def _asked_tags(projects: Mapping[int, Project], rows: Sequence[AssetEntry], query: Query) -> Mapping[int, list[str]]:
    """Return for each entry the tags that were asked for, and those that hold a word that was."""
    asked = Q(pk__in=())
    for value in query.values("tag"):
        asked |= _tagged(value, [projects[key] for key in {row.project_id for row in rows}])
    for value in query.values(WORD):
        asked |= Q(tag__contains=spelled(fold(value)))
    found: dict[int, list[str]] = {}
    if rows and asked != Q(pk__in=()):
        pairs = AssetTag.objects.filter(asked, entry__in=[row.pk for row in rows]).order_by("pk")
        for entry, tag in pairs.values_list("entry_id", "tag"):
            found.setdefault(entry, []).append(tag)
    return found
