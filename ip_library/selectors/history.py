"""How an asset came to be what it is: what a version changed, and who introduced each part of it."""

from dataclasses import dataclass

from ip_library.core.canonical import from_xml
from ip_library.core.diff import Change, diff_documents, parts_of
from ip_library.models import Version


@dataclass(frozen=True, slots=True)
class Origin:
    """One part of a document (a tag, or the value of a field) and the version that introduced it."""

    field: str
    value: str
    version: Version


def version_before(version: Version) -> Version | None:
    """Return the version of the same asset that came before, if any."""
    earlier = Version.objects.filter(
        project_id=version.project_id, kind=version.kind, asset=version.asset, number__lt=version.number
    )
    return earlier.order_by("-number").first()


def changes_in(version: Version) -> list[Change]:
    """Return what a version changed against the one before it; the first one changed everything."""
    before = version_before(version)
    return diff_documents(from_xml(before.document.encode()) if before else None, from_xml(version.document.encode()))


def blame(version: Version) -> list[Origin]:
    """Return every part of a version's document, in its order, with the version that last introduced it.

    A part that was taken away and came back was introduced by the version that brought it back.
    """
    versions = Version.objects.filter(
        project_id=version.project_id, kind=version.kind, asset=version.asset, number__lte=version.number
    )
    introduced: dict[tuple[str, str], Version] = {}
    for row in versions.select_related("changeset").order_by("number"):
        parts = parts_of(from_xml(row.document.encode()))
        introduced = {part: introduced.get(part, row) for part in parts}
    return [Origin(field, value, row) for (field, value), row in introduced.items()]
