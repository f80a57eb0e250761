"""Bring the repositories to where the database says they are. Nothing here decides anything: rows do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from ip_library.core.errors import LibraryError
from ip_library.core.paths import BRANCHES
from ip_library.models import Changeset, Project
from ip_library.selectors.changesets import content_of, plan_of
from ip_library.selectors.library import store_of
from ip_library.services.audit import record_event
from ip_library.services.changesets import lock_project, seal_project
from ip_library.store.git import GitStore

Progress = Callable[[int, int], None]
_CHUNK: Final = 500  # changesets in memory at a time


@dataclass(frozen=True, slots=True)
class RecoverReport:
    """What was done: stale files removed, commits written again, changesets sealed, branches put back."""

    leftovers: int
    rewritten: int
    sealed: int
    moved: int = 0

    @property
    def did_something(self) -> bool:
        """Tell whether anything had to be done."""
        return bool(self.leftovers or self.rewritten or self.sealed or self.moved)


def recover_project(project: Project, *, on_progress: Progress | None = None) -> RecoverReport:
    """Remove what a killed writer left, write lost objects again with the same shas, move lagging branches.

    Raises:
        LibraryError: a branch or an object is not what any row says; that is an alarm and is never repaired.
    """
    store = store_of(project)
    with transaction.atomic(durable=True):
        project = lock_project(project)
        if not store.exists() and not project.changesets.exists():
            return RecoverReport(0, 0, 0)
        leftovers = store.clear_leftovers() if store.exists() else 0
        store.create()
        damaged = bool(store.fsck())
        with store.reading():
            rewritten = _rewrite_lost(project, store, damaged, on_progress)
        moved = _put_back_branches(project)
    sealed = seal_project(project)
    report = RecoverReport(leftovers, rewritten, sealed, moved)
    if report.did_something:
        counts = {"leftovers": leftovers, "rewritten": rewritten, "sealed": sealed, "moved": moved}
        record_event(project=project, actor=None, action="recover", subject=f"project/{project}", after=counts)
    return report


def _rewrite_lost(project: Project, store: GitStore, damaged: bool, on_progress: Progress | None) -> int:
    """Write every commit again that Git lacks, oldest first; return how many.

    Git's check follows the branches, so it says nothing of what lies beyond their heads.
    """
    reached = {branch: _reached(project, branch) for branch in BRANCHES}
    changesets = project.changesets.order_by("branch", "sequence")
    total, rewritten = changesets.count(), 0
    for done, changeset in enumerate(changesets.iterator(chunk_size=_CHUNK), start=1):
        if damaged or changeset.sequence > reached[changeset.branch] or not store.has(changeset.sha):
            rewritten += _rewrite(store, changeset)
        if on_progress:
            on_progress(done, total)
    return rewritten


def _reached(project: Project, branch: str) -> int:
    """Return the number of the changeset that a branch points to; 0 where it points to none."""
    head = store_of(project).head(branch)
    found = Changeset.objects.filter(project=project, branch=branch, sha=head).first() if head else None
    return found.sequence if found else 0


def _rewrite(store: GitStore, changeset: Changeset) -> int:
    """Write a changeset's objects again where they are missing or damaged; return 1 if any was."""
    plan = plan_of(store, changeset, content_of(changeset))
    if plan.sha != changeset.sha:
        raise LibraryError(
            f"changeset {changeset.sequence} of {changeset.project} should be commit {changeset.sha}, but its rows "
            f"make {plan.sha}; somebody changed the database"
        )
    return 1 if store.repair(plan) else 0


def _put_back_branches(project: Project) -> int:
    """Point branches that were lost or wound back to the last sealed changeset again; return how many."""
    store = store_of(project)
    moved = 0
    for branch in BRANCHES:
        rows = Changeset.objects.filter(project=project, branch=branch).order_by("sequence")
        shas = list(rows.values_list("sha", flat=True))
        last = rows.filter(sealed=True).last()
        head = store.head(branch)
        if last is None or head in shas[last.sequence - 1 :]:
            continue
        if head and head not in shas:
            raise LibraryError(
                f"branch {branch} of {project} is at {head}, a commit that the database does not know; "
                "somebody wrote into the repository. Compare it with the database, then point the branch to "
                f"{last.sha} by hand"
            )
        store.move(branch, new=last.sha, old=head)
        moved += 1
    return moved
