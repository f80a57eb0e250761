"""Commit many documents, each as a commit of its own, through one stream into Git.

Commit by commit they are what ``commit_assets`` would have made: the same preparation, the same bytes, the same rows
and events. The order is the same too, a batch at a time: objects durable, then the rows in one transaction under the
project's lock, then the branch. The lock is not held while objects are made; when somebody else committed meanwhile,
the batch is made again on what they left.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction

from ip_library.core import documents as d
from ip_library.core.errors import InvalidDocumentError, LibraryError
from ip_library.core.failpoints import point
from ip_library.core.paths import MAIN
from ip_library.models import Changeset, Project, PromptRevision, Version
from ip_library.selectors.changesets import COMMITTER, Content
from ip_library.selectors.drafts import MODELS, DraftRow
from ip_library.selectors.library import store_of
from ip_library.selectors.prepare import Prepared, prepare_document
from ip_library.selectors.resolve import load_references
from ip_library.selectors.shelf import Shelf
from ip_library.services.changesets import make_changeset, seal_project
from ip_library.services.commit import note_versions
from ip_library.services.locks import lock_project
from ip_library.store.git import Identity
from ip_library.store.objects import make
from ip_library.store.stream import ImportStream, StreamedCommit

BATCH: Final = 500
_TRIES: Final = 20  # batches that somebody else's commit made stale, one after the other
_REMEMBERED: Final = 20_000  # documents; a character of ordinary size has two or three kilobytes


@dataclass(frozen=True, slots=True)
class Item:
    """One document on its way to a commit: the key of its changeset, its name in the source, and what it says."""

    key: uuid.UUID
    name: str
    document: d.Document


Checked = list[tuple[Item, Prepared]]
_Made = tuple[Changeset, Prepared]


class BulkCommitter:
    """Commits batches of documents into one project; use ``open_committer``."""

    def __init__(
        self, stream: ImportStream, project: Project, author: User | None, message: str, checked_at: tuple[str, str]
    ) -> None:
        self._stream = stream
        self._project = project
        self._author = author
        self._message = message
        self._shelf = Shelf(project)
        self._base: tuple[str, str] | None = None
        self._checked_at: tuple[str, str] | None = checked_at

    def commit(self, items: Sequence[Item], checked: Checked | None = None) -> int:
        """Commit the documents in their order, none of which is of the same asset; return how many changed anything.

        ``checked`` is what they were prepared to when the import was checked; it holds as long as nobody else commits.

        Raises:
            InvalidDocumentError: a document is refused; nothing of this batch is changed.
            LibraryError: Git refuses; nothing of this batch is changed.
        """
        for _ in range(_TRIES):
            project = Project.objects.get(pk=self._project.pk)
            base = heads_of(project)
            if base != self._base:
                self._shelf = Shelf(project)
                self._stream.start_at(project.main_head)
            if base != (self._base or self._checked_at):
                self._checked_at = None
            made = self._make(project, items, checked if self._checked_at else None)
            shas = self._stream.checkpoint()
            _fill_in(project.main_head, made, shas)
            point("import.objects_durable")
            if self._record(project, base, made):
                self._base = (shas[-1] if shas else project.main_head, base[1])
                self._shelf.forget_documents(above=_REMEMBERED)
                return len(made)
            self._base = self._checked_at = None
        raise LibraryError(f"{project} was committed to by others {_TRIES} times while a batch was made; try again")

    def _make(self, project: Project, items: Sequence[Item], checked: Checked | None) -> list[_Made]:
        """Prepare the documents and stream their commits; nothing is recorded yet."""
        made = []
        length = project.main_length
        for item, prepared in checked or prepare_items(self._shelf, items):
            if prepared.problems:  # since it was checked, somebody has changed what it refers to
                raise InvalidDocumentError("import", [problem.under(item.name) for problem in prepared.problems])
            if prepared.version is None:
                continue
            message = self._message or f"Import {prepared.version.asset} {prepared.version.label}"
            length += 1
            changeset = make_changeset(project=project, branch=MAIN, message=message, author=self._author, key=item.key)
            changeset.sequence = length
            self._stream.add(_commit_of(changeset, prepared))
            made.append((changeset, prepared))
        return made

    def _record(self, project: Project, base: tuple[str, str], made: Sequence[_Made]) -> bool:
        """Write the rows, if nobody committed in between; then move the branch."""
        if not made:
            return True
        with transaction.atomic(durable=True):
            project = lock_project(project)
            if heads_of(project) != base:
                return False
            Changeset.objects.bulk_create([changeset for changeset, _ in made])
            versions = [prepared.version for _, prepared in made if prepared.version]
            Version.objects.bulk_create(versions)
            prompts = [prompt for _, prepared in made for prompt in prepared.prompts]
            for prompt in prompts:
                prompt.version = prompt.version  # takes over the primary key that the version has only now
            PromptRevision.objects.bulk_create(prompts)
            last = made[-1][0]
            Project.objects.filter(pk=project.pk).update(main_head=last.sha, main_length=last.sequence)
            note_versions(project, made, self._author)
            point("import.rows_written")
        point("import.recorded")
        seal_project(project)
        point("import.sealed")
        return True


@contextmanager
def open_committer(
    project: Project, author: User | None, message: str, checked_at: tuple[str, str]
) -> Iterator[BulkCommitter]:
    """Open the stream into a project's repository, making the repository where there is none.

    ``checked_at`` are the heads (``heads_of``) at which the documents were checked.

    Raises:
        LibraryError: Git refuses.
    """
    store = store_of(project)
    if not store.exists():
        store.create()
    with ImportStream(store.path) as stream:
        yield BulkCommitter(stream, project, author, message, checked_at)


def prepare_items(shelf: Shelf, items: Sequence[Item]) -> Iterator[tuple[Item, Prepared]]:
    """Prepare documents one after the other, each against the versions that those before it make."""
    shelf.load((item.document.kind, item.document.asset) for item in items)
    load_references(shelf, [item.document for item in items])
    for item in items:
        prepared = prepare_document(shelf, _placeholder(shelf.project, item.document), item.document)
        if prepared.version:
            shelf.add(prepared.version, prepared.document, prepared.prompts)
            shelf.settle()
        yield item, prepared


def _placeholder(project: Project, document: d.Document) -> DraftRow:
    """Make a draft that is never saved: an import's drafts are written when its versions are."""
    return MODELS[document.kind](project=project)


def heads_of(project: Project) -> tuple[str, str]:
    """Return what tells that somebody committed or moved a label."""
    return project.main_head, project.canon_head


def _commit_of(changeset: Changeset, prepared: Prepared) -> StreamedCommit:
    content = Content([prepared.version] if prepared.version else [], prepared.prompts)
    when = int(changeset.committed_at.timestamp())
    return StreamedCommit(
        author=Identity(changeset.author_name, changeset.author_email, when),
        committer=Identity(*COMMITTER, when),
        message=content.message(changeset),
        files=content.files(),
    )


def _fill_in(parent: str, made: Sequence[_Made], shas: Sequence[str]) -> None:
    """Give the rows what only Git has told: their shas; and the blobs, which are a matter of the bytes alone."""
    for (changeset, prepared), sha in zip(made, shas, strict=True):
        changeset.parent, changeset.sha = parent, sha
        parent = sha
        if version := prepared.version:
            version.changeset = changeset
            version.blob = make("blob", version.document.encode()).sha
        for prompt in prepared.prompts:
            prompt.changeset = changeset
