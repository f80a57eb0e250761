"""What a commit would do, asset by asset, for people to look at first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ip_library.core.canonical import from_xml
from ip_library.core.diff import Change, diff_documents
from ip_library.core.problems import Problem
from ip_library.models import Project
from ip_library.selectors.drafts import DraftRow, as_draft, name_of_draft
from ip_library.selectors.judge import lint_draft
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
    warnings: tuple[Problem, ...] = ()


def preview_commit(project: Project, drafts: Iterable[DraftRow]) -> list[Preview]:
    """Say what committing the drafts as one changeset would do, in the order in which it would be done."""
    return [_preview(project, item) for item in prepare_assets(project, [name_of_draft(draft) for draft in drafts])]


def _preview(project: Project, item: Prepared) -> Preview:
    kind, asset = name_of_draft(item.draft)
    warnings = (*item.warnings, *lint_draft(project, item.document, item.staging))
    label = item.last.label if item.last else ""
    before = from_xml(item.last.document.encode()) if item.last else None
    if item.problems:
        changes = tuple(diff_documents(as_draft(before) if before else None, item.document))
        return Preview(item.draft, kind, asset, label, "refused", changes, item.problems, warnings=warnings)
    if item.version is None:
        return Preview(item.draft, kind, asset, label, "unchanged", (), (), warnings=warnings)
    changes = tuple(diff_documents(before, item.document))
    state: State = "changed" if before else "new"
    same = before == item.document
    return Preview(item.draft, kind, asset, label, state, changes, (), same, warnings)
