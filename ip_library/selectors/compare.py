"""Compare two states of one asset: any two versions, or the draft with the canon."""

from dataclasses import dataclass

from ip_library.core import documents as d
from ip_library.core.canonical import from_xml
from ip_library.core.diff import Change, diff_documents
from ip_library.core.errors import RefusedError
from ip_library.models import Project, Version
from ip_library.selectors.drafts import as_draft, get_draft, read_draft
from ip_library.selectors.labels import labelled_version
from ip_library.selectors.library import latest_version


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two states of an asset and what differs, by field and tag; nothing stands for a version that is the draft."""

    kind: str
    asset: str
    before: Version | None
    after: Version | None
    changes: tuple[Change, ...]


def compare_versions(before: Version, after: Version) -> Comparison:
    """Compare two versions of one asset; the one with the lower number is *before*.

    Raises:
        RefusedError: they are versions of two assets.
    """
    one, two = ((v.project_id, v.kind, v.asset) for v in (before, after))
    if one != two:
        raise RefusedError("versions", f"{before} and {after}", "versions of one asset")
    first, second = sorted((before, after), key=lambda version: version.number)
    documents = (from_xml(version.document.encode()) for version in (first, second))
    return Comparison(first.kind, first.asset, first, second, tuple(diff_documents(*documents)))


def compare_draft(project: Project, kind: str, asset: str, *, label: str = d.CANON) -> Comparison:
    """Compare a draft with the version that a label points to; where the label is not set, with the latest one.

    What the version's labels had resolved to is left out: a draft has not resolved anything yet.

    Raises:
        UnknownError: there is no such draft.
    """
    draft = read_draft(get_draft(project, kind, asset))
    version = labelled_version(project, kind, asset, label) or latest_version(project, kind, asset)
    before = as_draft(from_xml(version.document.encode())) if version else None
    return Comparison(kind, asset, version, None, tuple(diff_documents(before, draft)))
