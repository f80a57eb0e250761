"""Restore a project's rows from its bare repository alone.

What Git does not hold cannot come back: the audit chain (a new one begins), members and roles, the project's name and
settings, statuses other than approved, waivers, vocabulary, reference pictures, and drafts that were not committed.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Final

from django.db import transaction
from django.db.models import Max, Q

from ip_library.core import documents as d
from ip_library.core.canonical import from_xml
from ip_library.core.errors import LibraryError, RefusedError, SetteiError, UnknownError
from ip_library.core.paths import BRANCHES
from ip_library.core.reviews import APPROVED
from ip_library.core.text import slug_problems
from ip_library.models import Anchor, Changeset, Label, LabelMove, Project, PromptRevision, Resolution, Review, Version
from ip_library.selectors.anchors import REBUILD
from ip_library.selectors.changesets import Content
from ip_library.selectors.drafts import as_draft, get_draft
from ip_library.selectors.library import repository_path
from ip_library.services.audit import record_event
from ip_library.services.bulk_drafts import create_drafts, existing_drafts
from ip_library.services.changesets import lock_project
from ip_library.services.edit import save_document
from ip_library.services.projects import ensure_project
from ip_library.services.rebuild_rows import Reader
from ip_library.store.adopt import adopt
from ip_library.store.git import GitStore
from ip_library.store.history import Commit, History

Progress = Callable[[int, int], None]
_CHUNK: Final = 200  # commits in one transaction
_Rows = list[tuple[Changeset, Content]]


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What was restored: changesets and versions that were missing, drafts that were; drafts that could not be made."""

    changesets: int
    versions: int
    drafts: int
    left_out: tuple[str, ...] = ()

    @property
    def did_something(self) -> bool:
        """Tell whether anything was missing."""
        return bool(self.changesets or self.drafts)


def rebuild_project(*, slug: str, repository: Path | None = None, on_progress: Progress | None = None) -> RebuildReport:
    """Restore what the database lacks of a project, from its repository or from another one (a mirror, a clone).

    A call that was cut off goes on where it stopped. Rows that are there are compared, never changed.

    Raises:
        RefusedError: the slug is none, or the database holds another history than Git.
        LibraryError: the repository is missing, damaged, or holds commits that Settei did not write.
    """
    for problem in slug_problems("project", slug):
        raise RefusedError("project", slug[:80], problem.message)
    place = repository_path(Project(slug=slug))
    if repository and repository.resolve() != place.resolve():
        adopt(repository, place, accept=lambda copy: _compare(slug, _commits_of(copy)))
    store = _checked_store(place)
    commits = _commits_of(store)
    _compare(slug, commits)
    project = ensure_project(slug=slug)
    versions = Version.objects.filter(project=project).count()
    with store.reading():
        changesets = _restore(project, store, commits, on_progress)
    _restore_labels(project)
    drafts, left_out = _restore_drafts(project)
    versions = Version.objects.filter(project=project).count() - versions
    report = RebuildReport(changesets, versions, drafts, tuple(left_out))
    if report.did_something:
        counts = {"changesets": changesets, "versions": versions, "drafts": drafts}
        record_event(
            project=project,
            actor=None,
            action=REBUILD,
            subject=f"project/{slug}",
            reason="restored from Git, which holds no audit events: those before this one are gone",
            after=counts,
        )
    return report


def _checked_store(place: Path) -> GitStore:
    store = GitStore(place)
    if not store.exists() or not any(store.head(branch) for branch in BRANCHES):
        raise LibraryError(f"there is nothing to read at {place}; give the repository with --repository")
    store.create()  # one that was copied here by hand gets our configuration
    if findings := store.fsck():
        raise LibraryError(f"{place} is damaged: {findings[0]}")
    return store


def _commits_of(store: GitStore) -> dict[str, list[str]]:
    return {branch: list(store.commits(branch)) for branch in BRANCHES}


def _compare(slug: str, commits: dict[str, list[str]]) -> None:
    """Refuse a database that holds anything else than a beginning of what Git holds, or holds it elsewhere."""
    firsts = [shas[0] for shas in commits.values() if shas]
    other = Changeset.objects.filter(sha__in=firsts).exclude(project__slug=slug).select_related("project").first()
    if other:
        raise RefusedError("project", slug, f"{other.project}: that one has these commits already")
    for branch in BRANCHES:
        rows = Changeset.objects.filter(project__slug=slug, branch=branch).order_by("sequence")
        known = list(rows.values_list("sha", flat=True))
        if known != commits[branch][: len(known)]:
            raise RefusedError(
                f"{branch} of {slug}",
                f"{len(known)} changesets up to {known[-1]}",
                f"the beginning of Git's {len(commits[branch])} commits; the database holds another history: "
                "`manage.py verify` names the differences, and where the database is right, `manage.py recover`",
            )


def _restore(project: Project, store: GitStore, commits: dict[str, list[str]], on_progress: Progress | None) -> int:
    history = History(store)
    reader = Reader(project, store, history)
    total = sum(len(shas) for shas in commits.values())
    done = restored = 0
    for branch, shas in commits.items():
        known = Changeset.objects.filter(project=project, branch=branch).count()
        done += known
        tree = history.commit(shas[known - 1]).tree if known else ""
        waiting = _read(reader, history, branch, shas, known, tree)
        while rows := list(islice(waiting, _CHUNK)):
            _save(project, branch, reader, rows)
            done += len(rows)
            restored += len(rows)
            if on_progress:
                on_progress(done, total)
    return restored


def _read(
    reader: Reader, history: History, branch: str, shas: Sequence[str], known: int, tree: str
) -> Iterator[tuple[Changeset, Content]]:
    for place in range(known, len(shas)):
        commit: Commit = history.commit(shas[place])
        yield reader.read(branch, place + 1, commit, tree)
        tree = commit.tree


def _save(project: Project, branch: str, reader: Reader, rows: _Rows) -> None:
    """Write the rows of some commits, all or none."""
    changesets = [changeset for changeset, _ in rows]
    versions = [version for _, content in rows for version in content.versions]
    with transaction.atomic(durable=True):
        lock_project(project)
        taken = Q(pk__in=[row.pk for row in changesets]) | Q(sha__in=[row.sha for row in changesets])
        if other := Changeset.objects.filter(taken).select_related("project").first():
            raise RefusedError("project", project.slug, f"{other.project}: that one has these commits already")
        Changeset.objects.bulk_create(changesets)
        for changeset, content in rows:
            attached: Iterable[Version | PromptRevision | LabelMove]
            attached = chain(content.versions, content.prompts, content.moves)
            for row in attached:
                row.changeset = changeset
            if content.anchor:
                content.anchor.changeset = changeset
        Version.objects.bulk_create(versions)
        reader.versions |= {(version.kind, version.asset, version.number): version.pk for version in versions}
        prompts = [prompt for _, content in rows for prompt in content.prompts]
        for prompt in prompts:
            prompt.version = prompt.version  # takes over the primary key that the version has only now
        PromptRevision.objects.bulk_create(prompts)
        Resolution.objects.bulk_create(reader.resolutions(versions))
        moves = [move for _, content in rows for move in content.moves]
        LabelMove.objects.bulk_create(moves)
        Review.objects.bulk_create(_approvals(project, moves), ignore_conflicts=True)
        Anchor.objects.bulk_create(content.anchor for _, content in rows if content.anchor)
        head, length = changesets[-1].sha, changesets[-1].sequence
        Project.objects.filter(pk=project.pk).update(**{f"{branch}_head": head, f"{branch}_length": length})


def _approvals(project: Project, moves: Sequence[LabelMove]) -> list[Review]:
    """Return the approvals that moves of ``canon`` record, the last one of a version."""
    found = {}
    for move in moves:
        if move.name != d.CANON or move.version is None:
            continue
        changeset = move.changeset
        found[move.version_id] = Review(
            version=move.version,
            project=project,
            status=APPROVED,
            by=changeset.author,
            by_login=changeset.author_login,
            approved_by_login=changeset.author_login,
            approved_at=changeset.committed_at,
            reason=changeset.message,
            changed_at=changeset.committed_at,
        )
    return list(found.values())


def _restore_labels(project: Project) -> None:
    """Point the labels to where their last moves led; those that are there are left to ``verify``."""
    moves = LabelMove.objects.filter(project=project).order_by("changeset__sequence", "pk")
    standing = {(move.kind, move.asset, move.name): move for move in moves.select_related("changeset").iterator()}
    rows = [
        Label(
            project=project, kind=kind, asset=asset, name=name, version_id=move.version_id,
            moved_at=move.changeset.committed_at,
        )
        for (kind, asset, name), move in standing.items()
        if move.version_id
    ]  # fmt: skip
    with transaction.atomic():
        lock_project(project)
        Label.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def _restore_drafts(project: Project) -> tuple[int, list[str]]:
    """Make the drafts that are missing from the newest versions; say which could not be made."""
    newest = Version.objects.filter(project=project).values("kind", "asset").annotate(last=Max("pk"))
    keys = {(row["kind"], row["asset"]): row["last"] for row in newest}
    there = existing_drafts(project, list(keys))
    waiting = sorted(keys.keys() - there.keys(), key=lambda name: (d.KINDS.index(name[0]), name[1]))
    made, left_out = 0, []
    for start in range(0, len(waiting), _CHUNK):
        names = waiting[start : start + _CHUNK]
        rows = Version.objects.filter(pk__in=[keys[name] for name in names])
        documents = [as_draft(from_xml(text.encode())) for text in rows.values_list("document", flat=True)]
        try:
            create_drafts(project=project, documents=documents, editor=None)
            made += len(documents)
        except SetteiError:  # one of them refers to what is not there: find out which
            for name in names:
                try:
                    made += _make_draft(project, keys, *name)
                except SetteiError as reason:
                    left_out.append(f"{' '.join(name)}: {reason}")
    return made, left_out


def _make_draft(project: Project, keys: dict[tuple[str, str], int], kind: str, asset: str) -> int:
    """Make a draft, after the one that a variant is based on; return how many were made."""
    if _has_draft(project, kind, asset):
        return 0
    document = from_xml(Version.objects.get(pk=keys[kind, asset]).document.encode())
    base = document.base if isinstance(document, d.CharacterDocument) else None
    made = _make_draft(project, keys, kind, base.asset) if base and (kind, base.asset) in keys else 0
    return made + save_document(project=project, document=document, editor=None)


def _has_draft(project: Project, kind: str, asset: str) -> bool:
    try:
        get_draft(project, kind, asset)
    except UnknownError:
        return False
    return True
