"""What went into a version: what it used, and what that builds on in turn."""

from ip_library.core.documents import CHARACTER
from ip_library.models import Resolution, Version
from ip_library.selectors.shelf import MAX_BASES


def sources_of_version(version: Version) -> list[Resolution]:
    """Return what a version used, in its order, then the bases of the characters among it; each version once.

    The rows come with the used versions and their changesets, without the long documents.
    """
    rows = Resolution.objects.select_related("used__changeset").defer("used__document").order_by("pk")
    found: dict[int, Resolution] = {}
    users = [version.pk]
    for _ in range(MAX_BASES + 1):
        newest: dict[int, Resolution] = {}
        for row in rows.filter(using__in=users).exclude(used__in=list(found)):
            newest.setdefault(row.used_id, row)
        found |= newest
        users = [key for key, row in newest.items() if row.used.kind == CHARACTER]
        if not users:
            break
    return list(found.values())
