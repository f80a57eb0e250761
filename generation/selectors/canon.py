"""Which pictures show what is canon no more."""

from collections.abc import Iterable

from django.db.models import QuerySet

from generation.models import Image
from ip_library.core.documents import CANON, SHOT
from ip_library.models import Label, Project, Version


def images_out_of_canon(project: Project, kind: str, asset: str) -> QuerySet[Image]:
    """Return the images whose shot used a version of an asset that is not its canon; none where nothing is canon.

    An image of a shot that is not the canon version of that shot itself is meant by ``kind`` shot.
    """
    canon = Label.objects.filter(project=project, kind=kind, asset=asset, name=CANON).first()
    if canon is None:
        return Image.objects.none()
    versions = Version.objects.filter(project=project, kind=kind, asset=asset).exclude(pk=canon.version_id)
    if kind == SHOT:
        return Image.objects.filter(prompt__version__in=versions)
    return Image.objects.filter(prompt__version__resolutions__used__in=versions).distinct()


def not_canon(versions: Iterable[Version]) -> dict[int, Version]:
    """Return, by the key of each version that is not the canon of its asset, the version that is."""
    wanted = list(versions)
    rows = Label.objects.filter(
        name=CANON,
        project__in={version.project_id for version in wanted},
        asset__in={version.asset for version in wanted},
    )
    canon = {(row.project_id, row.kind, row.asset): row.version for row in rows.select_related("version")}
    found = {}
    for version in wanted:
        row = canon.get((version.project_id, version.kind, version.asset))
        if row and row.pk != version.pk:
            found[version.pk] = row
    return found
