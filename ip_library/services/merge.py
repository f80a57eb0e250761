"""Save an edit that was made on an older state of a draft: merge it with what others saved meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from ip_library.core import documents as d
from ip_library.core.errors import StaleDraftError
from ip_library.core.merge import Conflict, Side, merge_documents
from ip_library.models import Project
from ip_library.selectors.access import Action
from ip_library.selectors.drafts import draft_at, get_draft, read_draft
from ip_library.services.access import require
from ip_library.services.changesets import lock_project
from ip_library.services.edit import save_document


@dataclass(frozen=True, slots=True)
class MergeResult:
    """What became of an edit: saved (perhaps with nothing left to change), or the conflicts for which it was not."""

    state: int
    conflicts: tuple[Conflict, ...] = ()


def merge_edit(
    *,
    project: Project,
    seen: int,
    mine: d.Document,
    editor: User | None,
    decided: Mapping[str, Side] | None = None,
    against: int | None = None,
) -> MergeResult:
    """Save ``mine``, an edit of the draft's state ``seen``, together with what was saved since.

    Fields that both changed differently are conflicts, unless ``decided`` says whose counts; with a conflict nothing
    is saved. What was decided counts for the conflicts as they were shown, against state ``against`` of the draft:
    where a third edit changed one since, it is a conflict again. ``state`` is the state of the draft that the result
    speaks of.

    Raises:
        NotAllowedError: the editor's role does not grant editing.
        UnknownError: there is no such draft.
        StaleDraftError: the state that was seen is not on record, so nothing can be merged.
        InvalidDocumentError: the merged document breaks the rules.
    """
    require(editor, project, Action.EDIT)
    with transaction.atomic():
        lock_project(project)
        row = get_draft(project, mine.kind, mine.asset)
        theirs = read_draft(row)
        base = theirs if row.state == seen else draft_at(project, mine.kind, mine.asset, seen)
        if base is None:
            raise StaleDraftError(f"{mine.kind} {mine.asset}", seen=seen, current=row.state)
        merge = merge_documents(base, mine, theirs)
        if decided and merge.conflicts:
            shown = theirs if against in (None, row.state) else draft_at(project, mine.kind, mine.asset, against or 0)
            known = merge_documents(base, mine, shown).conflicts if shown else ()
            kept = {
                item.field: decided[item.field] for item in known if item in merge.conflicts and item.field in decided
            }
            merge = merge_documents(base, mine, theirs, decided=kept)
        if merge.conflicts:
            return MergeResult(row.state, merge.conflicts)
        save_document(project=project, document=merge.document, editor=editor, expected_state=row.state)
        return MergeResult(get_draft(project, mine.kind, mine.asset).state)
