"""Import a folder tree of canonical documents: every version a commit of its own, and the drafts of the last ones.

Nothing is written before all documents have been read, checked and resolved. Killed anywhere, the same call goes on
where the rows end: the key of each commit follows from what the source holds.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction

from ip_library.core import documents as d
from ip_library.core.errors import InvalidDocumentError
from ip_library.core.failpoints import point
from ip_library.core.ordering import references_first
from ip_library.core.problems import Problem, error
from ip_library.core.trailers import check_message
from ip_library.models import AuditEvent, Changeset, Project, ReferenceImage
from ip_library.selectors.access import Action
from ip_library.selectors.drafts import AssetName, get_draft, read_draft
from ip_library.selectors.library import store_of
from ip_library.selectors.shelf import Shelf
from ip_library.services.access import require
from ip_library.services.audit import EventData, record_events, refusals
from ip_library.services.bulk_commit import BATCH, Checked, Item, heads_of, open_committer, prepare_items
from ip_library.services.bulk_drafts import create_drafts, existing_drafts
from ip_library.services.bulk_source import (
    Pair,
    Progress,
    Source,
    batches_of,
    document_in,
    once_more,
    parsed,
    read_source_tree,
)
from ip_library.services.edit import save_document
from ip_library.store.stream import tidy

PROBLEMS_TO: Final = 100
PREPARED_TO: Final = 50_000  # versions that are kept ready between checking and committing; each has a few kilobytes
TIDY_ABOVE: Final = 1000  # commits: fewer leave a repository as quick as it was
_IMPORT: Final = "import"


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import did: documents read, versions made, commits that were there already, drafts made or changed.

    ``left_alone`` are drafts that an earlier, interrupted call made and somebody has edited since.
    """

    documents: int
    versions: int
    done_before: int
    drafts: int
    left_alone: int = 0


@dataclass(slots=True)
class _Checked:
    """What checking found: the heads it was made at, every asset's last file, and what documents will become."""

    heads: tuple[str, str]
    last: dict[AssetName, Pair] = field(default_factory=dict)
    _batches: list[Checked] = field(default_factory=list)
    _kept: int = 0

    def keep(self, batch: Checked) -> None:
        """Keep what a batch was prepared to, unless there are too many: then they are prepared once more."""
        self._kept += len(batch)
        if self._kept <= PREPARED_TO:
            self._batches.append(batch)

    def batches(self) -> Iterator[Checked]:
        """Yield what was kept, batch by batch, and forget it."""
        while self._batches:
            yield self._batches.pop(0)


def import_tree(
    *,
    project: Project,
    folder: Path,
    author: User | None,
    message: str = "",
    replace: bool = False,
    on_progress: Progress | None = None,
) -> ImportSummary:
    """Commit all documents of a folder (see ``core/source_tree.py``) and make their drafts.

    ``message`` stands in every commit; without one each says what it imports. Assets that the project has already
    are refused, unless ``replace`` says that the imported documents become their newest versions. The same source a
    second time does nothing, or with ``replace`` makes the last document of each asset its newest version again.

    Raises:
        NotAllowedError: the author's role does not grant editing and committing.
        InvalidDocumentError: documents are refused, each problem with its file and field; nothing is changed.
        SetteiError: the folder cannot be read; nothing is changed.
        LibraryError: Git refuses; the batches before it are kept, and the same call goes on after them.
    """
    progress = on_progress or (lambda stage, done, total: None)
    message = check_message(message) if message else ""
    with refusals(project, author, _IMPORT, f"project/{project}"):
        for action in (Action.EDIT, Action.COMMIT):
            require(author, project, action)
        source = read_source_tree(project, folder, progress)
        subject = f"{_IMPORT}/{source.key}"
        events = AuditEvent.objects.filter(project=project, action=_IMPORT, subject=subject, outcome="done")
        finished, documents = events.count(), len(source.files)
        if finished and not replace:
            return ImportSummary(documents, 0, documents, 0)
        if finished:
            source = once_more(source, finished)
        done = _done(project, source)
        before = len(done)
        checked = _check(project, source, done, progress, replace=replace)
        versions = _commit(project, source, done, checked, author, message, progress)
        note = EventData(_IMPORT, subject, after={"documents": len(source.files), "assets": len(checked.last)})
        drafts, left = _write_drafts(project, checked.last, author, progress, replace=replace, note=note)
    return ImportSummary(documents, versions, before, drafts, left)


def _done(project: Project, source: Source) -> set[uuid.UUID]:
    """Return the keys of the commits that an earlier, interrupted call has made."""
    keys = [source.key_of(file) for file in source.files]
    done: set[uuid.UUID] = set()
    for start in range(0, len(keys), BATCH):
        rows = Changeset.objects.filter(project=project, pk__in=keys[start : start + BATCH])
        done.update(rows.values_list("pk", flat=True))
    return done


def _check(project: Project, source: Source, done: set[uuid.UUID], progress: Progress, *, replace: bool) -> _Checked:
    """Prepare everything that is left to do as it will be committed, and write nothing."""
    shelf, at = Shelf(project), 0
    checked = _Checked(heads_of(Project.objects.get(pk=project.pk)))
    last: dict[AssetName, Pair] = {}
    ours: set[AssetName] = set()
    problems: list[Problem] = []
    for pairs in source.passes():
        read = list(parsed(pairs, problems))
        last |= {(document.kind, document.asset): pair for pair, document in read}
        ours |= {(item.kind, item.asset) for (file, _), item in read if source.key_of(file) in done}
        for items in batches_of(source, [found for found in read if source.key_of(found[0][0]) not in done]):
            problems += _missing_art(project, items)
            batch = list(prepare_items(shelf, items))
            for item, prepared in batch:
                found = [problem.under(item.name) for problem in prepared.problems]
                # What refers to a refused document is not to blame for it.
                problems += [problem for problem in found if not (problems and problem.code == "reference.missing")]
            checked.keep(batch)
            shelf.forget_documents(above=BATCH * 20)
            if len(problems) >= PROBLEMS_TO:
                break
        at += len(pairs)
        progress("checking", at, len(source.files))
    if not replace:
        problems += _taken(project, last, ours)
    if problems:
        raise InvalidDocumentError(_IMPORT, problems[:PROBLEMS_TO])
    checked.last = last
    return checked


def _taken(project: Project, last: Mapping[AssetName, Pair], ours: set[AssetName]) -> list[Problem]:
    """Refuse assets that the project has from elsewhere."""
    taken = existing_drafts(project, list(last)).keys() - ours
    return [
        error(
            "import.exists", last[name][0].name,
            f"{name[0]} {name[1]!r} is in {project} already; import with replace to make it the newest version",
        )
        for name in sorted(taken)
    ]  # fmt: skip


def _missing_art(project: Project, items: Sequence[Item]) -> list[Problem]:
    wanted = {
        art.sha256: f"{item.name}/art/{number}"
        for item in items
        if isinstance(item.document, d.CharacterDocument)
        for number, art in enumerate(item.document.art, start=1)
    }
    rows = (
        ReferenceImage.objects.filter(project=project, sha256__in=wanted) if wanted else ReferenceImage.objects.none()
    )
    missing = wanted.keys() - set(rows.values_list("sha256", flat=True))
    return [
        error("art.missing", wanted[sha256], f"there is no reference image {sha256[:12]}…; upload it first")
        for sha256 in sorted(missing)
    ]


def _commit(
    project: Project,
    source: Source,
    done: set[uuid.UUID],
    checked: _Checked,
    author: User | None,
    message: str,
    progress: Progress,
) -> int:
    """Commit what is left to do; return how many versions were made."""
    versions, at = 0, len(done)
    if at == len(source.files):
        return 0
    with open_committer(project, author, message, checked.heads) as committer:
        for batch in checked.batches():
            done |= {item.key for item, _ in batch}
            versions += committer.commit([item for item, _ in batch], batch)
            at += len(batch)
            progress("committing", at, len(source.files))
        for pairs in source.passes():
            left = [pair for pair in pairs if source.key_of(pair[0]) not in done]
            for items in batches_of(source, [(pair, document_in(pair)) for pair in left]):
                versions += committer.commit(items)
                at += len(items)
                progress("committing", at, len(source.files))
    if versions > TIDY_ABOVE:
        tidy(store_of(project).path)
    return versions


def _write_drafts(
    project: Project,
    last: Mapping[AssetName, Pair],
    author: User | None,
    progress: Progress,
    *,
    replace: bool,
    note: EventData,
) -> tuple[int, int]:
    """Make every asset's draft read as its last document; with the last of them the import is recorded as done.

    Without ``replace`` the drafts that are there are those that an interrupted call made: what people have changed in
    them since stays. Return how many drafts were made or changed, and how many were left alone.
    """
    there = existing_drafts(project, list(last))
    names = sorted(last, key=lambda name: d.KINDS.index(name[0]))
    written = left = at = 0
    chunks = [names[start : start + BATCH] for start in range(0, len(names), BATCH)]
    for chunk in chunks:
        documents = references_first(document_in(last[name]) for name in chunk)
        new = [item for item in documents if (item.kind, item.asset) not in there]
        with transaction.atomic(durable=True):
            for document in documents:
                name = (document.kind, document.asset)
                if name in there and replace:
                    written += save_document(project=project, document=document, editor=author)
                elif name in there:
                    left += read_draft(get_draft(project, *name)) != document
            create_drafts(project=project, documents=new, editor=author)
            if chunk is chunks[-1]:
                record_events(project, author, [note])
        point("import.drafts_written")
        written += len(new)
        at += len(chunk)
        progress("drafting", at, len(names))
    return written, left
