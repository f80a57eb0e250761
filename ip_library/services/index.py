"""Keep the rows that search looks into. They are made from drafts and can be thrown away and made again at will."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Final, TypeVar

from django.db import connection, transaction
from django.utils import timezone

from ip_library.core import documents as d
from ip_library.core.search_text import name_of, tags_of, text_of
from ip_library.models import AssetEntry, AssetTag, Project
from ip_library.selectors.drafts import MODELS, DraftRow, draft_rows, name_of_draft, read_draft

Progress = Callable[[int, int], None]
Name = tuple[str, str]
Item = TypeVar("Item")

_BATCH: Final = 500
# An import of 10,000 assets has 150,000 tags; as model instances they would take three times as long.
_INSERT_TAGS: Final = "INSERT INTO ip_library_assettag (entry_id, project_id, tag, field) VALUES "
_TAGS_AT_ONCE: Final = 200


def index_draft(draft: DraftRow) -> None:
    """Note a draft as it is now; part of the transaction that changed it."""
    _write(draft.project, [(read_draft(draft), timezone.now())])


def index_documents(project: Project, documents: Iterable[d.Document]) -> int:
    """Note the documents that drafts were made from, many at once; return how many assets they are.

    Of several documents of one asset the last one counts.
    """
    now = timezone.now()
    newest = {(document.kind, document.asset): document for document in documents}
    with transaction.atomic():
        for part in _batches(list(newest.values())):
            _write(project, [(document, now) for document in part])
    return len(newest)


def reindex_project(project: Project, *, on_progress: Progress | None = None) -> int:
    """Make all rows of a project again from its drafts; return how many assets there are."""
    rows = {kind: draft_rows(kind, project).order_by("pk") for kind in MODELS}
    keys = {kind: list(found.values_list("pk", flat=True)) for kind, found in rows.items()}
    total = sum(map(len, keys.values()))
    living: set[Name] = set()
    for kind, found in rows.items():
        for part in _batches(keys[kind]):
            with transaction.atomic():
                # Locked: nobody may change a draft between its being read and its being noted.
                drafts = list(found.filter(pk__in=part).select_for_update(of=("self",), no_key=True))
                _write(project, [(read_draft(draft), draft.changed_at) for draft in drafts])
            living.update(name_of_draft(draft) for draft in drafts)
            if on_progress:
                on_progress(len(living), total)
    _forget_all_but(project, living)
    return len(living)


def _batches(items: Sequence[Item], size: int = _BATCH) -> Iterator[Sequence[Item]]:
    return (items[at : at + size] for at in range(0, len(items), size))


def _write(project: Project, documents: Sequence[tuple[d.Document, datetime]]) -> None:
    """Write entries over the ones there are, and their tags in place of the old ones."""
    entries = AssetEntry.objects.bulk_create(
        [
            AssetEntry(
                project=project,
                kind=document.kind,
                asset=document.asset,
                name=name_of(document),
                text=text_of(document),
                changed_at=changed_at,
            )
            for document, changed_at in documents
        ],
        update_conflicts=True,
        unique_fields=["project", "kind", "asset"],
        update_fields=["name", "text", "changed_at"],
    )
    AssetTag.objects.filter(entry__in=entries).delete()
    tags: list[tuple[int | str, ...]] = [
        (entry.pk, project.pk, tag, field)
        for entry, (document, _) in zip(entries, documents, strict=True)
        for field, tag in tags_of(document)
    ]
    with connection.cursor() as cursor:
        for rows in _batches(tags, _TAGS_AT_ONCE):
            places = ", ".join(["(%s, %s, %s, %s)"] * len(rows))
            cursor.execute(_INSERT_TAGS + places, list(chain.from_iterable(rows)))


def _forget_all_but(project: Project, living: set[Name]) -> None:
    rows = AssetEntry.objects.filter(project=project).values_list("pk", "kind", "asset")
    gone = [key for key, kind, asset in rows if (kind, asset) not in living]
    for part in _batches(gone):
        AssetEntry.objects.filter(pk__in=part).delete()
