"""Which pictures show what is canon no more."""

from collections.abc import Iterable

from django.db.models import QuerySet

from generation.models import Image
from ip_library.core.documents import CANON, CHARACTER, SHOT
from ip_library.models import Label, Project, Resolution, Version
from ip_library.selectors.shelf import MAX_BASES


def images_out_of_canon(project: Project, kind: str, asset: str) -> QuerySet[Image]:
    """Return the images whose shot used a version of an asset that is not its canon; none where nothing is canon.

    A variant that was built on such a version counts as its use. For a shot the images of its own versions are meant.
    """
    canon = Label.objects.filter(project=project, kind=kind, asset=asset, name=CANON).first()
    if canon is None:
        return Image.objects.none()
    versions = Version.objects.filter(project=project, kind=kind, asset=asset).exclude(pk=canon.version_id)
    if kind == SHOT:
        return Image.objects.filter(prompt__version__in=versions)
    return Image.objects.filter(prompt__version__resolutions__used__in=_with_variants(versions)).distinct()


def _with_variants(versions: QuerySet[Version]) -> set[int]:
    """Return the keys of versions and of what characters were built on them, as deep as variants may go."""
    found = newest = set(versions.values_list("pk", flat=True))
    for _ in range(MAX_BASES):
        built = Resolution.objects.filter(used__in=newest, using__kind=CHARACTER).values_list("using", flat=True)
        newest = set(built) - found
        if not newest:
            break
        found = found | newest
    return found


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
