"""What a commit would do, asset by asset, for people to look at first."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from ip_library.core import documents as d
from ip_library.core.canonical import from_xml
from ip_library.core.diff import Change, diff_documents
from ip_library.core.problems import Problem
from ip_library.models import Project
from ip_library.selectors.drafts import DraftRow, name_of_draft
from ip_library.selectors.prepare import Prepared, prepare_assets

State = Literal["new", "changed", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class Preview:
    """What committing a draft would do. ``changes`` are against the latest version, if there is one.

    ``recompiled`` says that the document is unchanged, but compiles to another prompt than it did.
    """

    draft: DraftRow
    kind: str
    asset: str
    latest: str
    state: State
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    recompiled: bool = False


def preview_commit(project: Project, drafts: Iterable[DraftRow]) -> list[Preview]:
    """Say what committing the drafts as one changeset would do, in the order in which it would be done."""
    return [_preview(item) for item in prepare_assets(project, [name_of_draft(draft) for draft in drafts])]


def _preview(item: Prepared) -> Preview:
    kind, asset = name_of_draft(item.draft)
    label = item.last.label if item.last else ""
    before = from_xml(item.last.document.encode()) if item.last else None
    if item.problems:
        changes = tuple(diff_documents(_unresolved(before), item.document))
        return Preview(item.draft, kind, asset, label, "refused", changes, item.problems)
    if item.version is None:
        return Preview(item.draft, kind, asset, label, "unchanged", (), ())
    changes = tuple(diff_documents(before, item.document))
    return Preview(item.draft, kind, asset, label, "changed" if before else "new", changes, (), before == item.document)


def _unresolved(document: d.Document | None) -> d.Document | None:
    """Return a committed document as its draft says it: what a label resolved to left out."""
    if not isinstance(document, d.ShotDocument):
        return document
    cast = tuple(replace(member, character=_label_alone(member.character)) for member in document.cast)
    return replace(document, cast=cast, scene=_label_alone(document.scene) if document.scene else None)


def _label_alone(reference: d.Reference) -> d.Reference:
    return replace(reference, version=None if reference.follow else reference.version, sha256="")
