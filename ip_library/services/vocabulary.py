"""Change the tags of a project's vocabulary. Every change gives the project a new ``vocabulary_state``."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction

from ip_library.core.canonical import digest
from ip_library.core.errors import InvalidDocumentError, UnknownError
from ip_library.core.problems import Problem
from ip_library.core.vocabularies.entries import COLOUR, read_entries
from ip_library.core.vocabularies.layers import Key, key_of, write_csv
from ip_library.core.vocabulary import Entry
from ip_library.models import Project, VocabularyTag
from ip_library.selectors.access import Action
from ip_library.selectors.vocabulary import SEPARATOR, entry_of, own_entries, starter_vocabulary
from ip_library.services.access import require
from ip_library.services.audit import record_event, refusals
from ip_library.services.locks import lock_project

_HIGHEST_STATE: Final = 2**31 - 1
_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class VocabularyChange:
    """How many rows an import added, changed, removed and found as they were."""

    added: int
    changed: int
    removed: int
    unchanged: int

    def __str__(self) -> str:
        return f"{self.added} added, {self.changed} changed, {self.removed} removed, {self.unchanged} as they were"


def entry_problems(project: Project, entry: Entry, *, instead_of: Key | None = None) -> list[Problem]:
    """Return what is wrong with a row beside the project's others; ``instead_of`` names the row that it replaces."""
    beside = [other for other in own_entries(project.pk) if key_of(other) not in {instead_of, key_of(entry)}]
    _, problems = read_entries(write_csv([entry]), beside=beside, known=_known(project))
    return [Problem(item.code, item.severity, item.field, item.message.removeprefix("row 2: ")) for item in problems]


def save_tag(*, project: Project, entry: Entry, editor: User | None, instead_of: Key | None = None) -> bool:
    """Add a row, or change the one of that tag (or ``instead_of`` it); return whether anything changed.

    Raises:
        NotAllowedError: the editor's role does not grant it.
        InvalidDocumentError: the row is wrong, or does not go with the others; nothing is changed.
    """
    with refusals(project, editor, "change tag", f"vocabulary/{entry.tag[:80]}"):
        require(editor, project, Action.APPROVE)
        with transaction.atomic():
            return _save_tag(lock_project(project), entry, editor, instead_of)


def _save_tag(project: Project, entry: Entry, editor: User | None, instead_of: Key | None) -> bool:
    if problems := entry_problems(project, entry, instead_of=instead_of):
        raise InvalidDocumentError(f"tag {entry.tag}", problems)
    rows = {key_of(other): other for other in own_entries(project.pk)}
    before = rows.pop(instead_of or key_of(entry), None)
    if before == entry:
        return False
    rows.pop(key_of(entry), None)
    _write(project, (*rows.values(), entry))
    record_event(
        project=project,
        actor=editor,
        action="change tag" if before else "add tag",
        subject=f"vocabulary/{entry.tag}",
        before=_facts(before) if before else {},
        after=_facts(entry),
    )
    return True


def remove_tag(*, project: Project, tag: str, editor: User | None, colour: bool = False) -> None:
    """Take a project's own row away; where the starter has one of that tag, that counts again.

    Raises:
        NotAllowedError: the editor's role does not grant it.
        UnknownError: the project has no such row.
        InvalidDocumentError: another row says that it contradicts the tag.
    """
    with refusals(project, editor, "remove tag", f"vocabulary/{tag[:80]}"):
        require(editor, project, Action.APPROVE)
        with transaction.atomic():
            _remove_tag(lock_project(project), tag, editor, colour)


def _remove_tag(project: Project, tag: str, editor: User | None, colour: bool) -> None:
    rows = {key_of(entry): entry for entry in own_entries(project.pk)}
    gone = rows.pop((colour, tag), None)
    if gone is None:
        raise UnknownError("tag", tag, hint=f"the vocabulary of {project} has no own row of that name")
    _check_together(project, tuple(rows.values()), subject=f"tag {tag}")
    _write(project, tuple(rows.values()))
    record_event(
        project=project, actor=editor, action="remove tag", subject=f"vocabulary/{tag}", before=_facts(gone), after={}
    )


def import_vocabulary(*, project: Project, source: str, editor: User | None, replace: bool = False) -> VocabularyChange:
    """Add and change rows as a CSV file has them; with ``replace`` take away those that it does not have.

    Raises:
        NotAllowedError: the editor's role does not grant it.
        InvalidDocumentError: a row is wrong; every problem names its row, and nothing is changed.
    """
    with refusals(project, editor, "import vocabulary", "vocabulary"):
        require(editor, project, Action.APPROVE)
        with transaction.atomic():
            return _import(lock_project(project), source, editor, replace)


def _import(project: Project, source: str, editor: User | None, replace: bool) -> VocabularyChange:
    before = {key_of(entry): entry for entry in own_entries(project.pk)}
    beside = () if replace else tuple(before.values())
    entries, problems = read_entries(source, beside=beside, known=_known(project))
    if problems:
        raise InvalidDocumentError("vocabulary", problems)
    after = ({} if replace else before) | {key_of(entry): entry for entry in entries}
    change = VocabularyChange(
        added=len(after.keys() - before.keys()),
        changed=sum(after[key] != before[key] for key in after.keys() & before.keys()),
        removed=len(before.keys() - after.keys()),
        unchanged=sum(before.get(key_of(entry)) == entry for entry in entries),
    )
    if not (change.added or change.changed or change.removed):
        return change
    _write(project, tuple(after.values()))
    record_event(
        project=project,
        actor=editor,
        action="import vocabulary",
        subject="vocabulary",
        before={"rows": len(before), "sha256": _digest(before.values())},
        after={"rows": len(after), "sha256": _digest(after.values()), "change": str(change)},
    )
    return change


def _known(project: Project) -> frozenset[str]:
    """Return the tags that contradictions may name though the project has no own row of them."""
    if not project.starter_vocabulary:
        return frozenset()
    return frozenset(entry.tag for entry in starter_vocabulary().entries if entry.slot != COLOUR)


def _check_together(project: Project, rows: Sequence[Entry], *, subject: str) -> None:
    _, problems = read_entries(write_csv(rows), known=_known(project))
    if problems:
        found = [Problem(item.code, item.severity, item.field, item.message.partition(": ")[2]) for item in problems]
        raise InvalidDocumentError(subject, found)


def _write(project: Project, entries: Sequence[Entry]) -> None:
    """Make the project's own rows these, and give it a new state. The caller holds its lock."""
    rows = {(row.slot == COLOUR, row.tag): row for row in VocabularyTag.objects.filter(project=project)}
    wanted = {key_of(entry): entry for entry in entries}
    kept = {key: entry for key, entry in wanted.items() if key in rows and entry_of(rows[key]) == entry}
    gone = [row.pk for key, row in rows.items() if key not in kept]
    for at in range(0, len(gone), _BATCH):
        VocabularyTag.objects.filter(pk__in=gone[at : at + _BATCH]).delete()
    new = [_row(project, entry) for key, entry in wanted.items() if key not in kept]
    VocabularyTag.objects.bulk_create(new, batch_size=_BATCH)
    # Drawn, not counted: a state that was rolled back never stands for other rows in somebody's memory.
    project.vocabulary_state = 1 + secrets.randbelow(_HIGHEST_STATE) if wanted else 0
    project.save(update_fields=["vocabulary_state"])


def _row(project: Project, entry: Entry) -> VocabularyTag:
    lists = {name: SEPARATOR.join(getattr(entry, name)) for name in ("aliases", "contradicts", "words")}
    return VocabularyTag(project=project, tag=entry.tag, slot=entry.slot, **lists)


def _facts(entry: Entry) -> dict[str, object]:
    return {"csv": write_csv([entry]).partition("\n")[2].strip()}


def _digest(entries: Iterable[Entry]) -> str:
    return digest(write_csv(sorted(entries, key=key_of)).encode())
