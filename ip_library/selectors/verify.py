"""Compare the database with Git, in both directions."""

from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings

from ip_library.core.errors import LibraryError
from ip_library.core.paths import BRANCHES
from ip_library.core.problems import Problem, error, warning
from ip_library.models import Changeset, Project
from ip_library.selectors.anchors import verify_anchors
from ip_library.selectors.audit import verify_audit
from ip_library.selectors.library import store_of
from ip_library.selectors.verify_commits import Branch, snapshot, verify_branch
from ip_library.selectors.verify_decisions import Decisions
from ip_library.selectors.verify_labels import verify_labels
from ip_library.store.git import GitStore
from ip_library.store.stream import IMPORT_REF

Progress = Callable[[int, int], None]


def verify_project(project: Project, *, on_progress: Progress | None = None) -> Iterator[Problem]:
    """Yield every difference between a project's rows and its repository, and every sign that either was changed.

    Each commit is worked out again from its rows: the same sha means the same bytes, tree, parent, author and message.
    Git's own check then proves that every object is there and whole. Others may write meanwhile: what is compared is
    what the rows held at the beginning. Warnings are no differences.
    """
    where = f"project/{project.slug}"
    store = store_of(project)
    branches = snapshot(project)
    if store.exists():
        yield from _verify_repository(store, where)
        try:
            with store.reading():
                yield from _verify_rows(store, project, branches, on_progress)
        except LibraryError as reason:
            yield error("verify.repository", where, str(reason))
    elif any(branch.rows for branch in branches):
        yield error("verify.repository", where, f"the repository {store.path} is missing")
    yield from verify_anchors(project)
    decisions = Decisions(project)
    yield from verify_audit(project, on_entry=decisions.follow)
    yield from decisions.compare()


def verify_strays() -> Iterator[Problem]:
    """Yield the repositories that no project's row knows: of rows that are all gone nothing else would tell."""
    found = sorted(Path(settings.REPOSITORIES).glob("*.git"))  # before the rows: a row is there before its repository
    known = set(Project.objects.values_list("slug", flat=True))
    for path in found:
        slug = path.name.removesuffix(".git")
        if slug not in known:
            message = f"{path} belongs to no project in the database; `manage.py rebuild_index {slug}` restores it"
            yield error("verify.stray", f"repository/{slug}", message)


def _verify_repository(store: GitStore, where: str) -> Iterator[Problem]:
    """Check what Git itself does not: how the repository is set up, and which refs it has."""
    for difference in store.differences():
        yield error("verify.config", where, f"{store.path}: {difference}")
    for line in store.fsck():
        yield error("verify.fsck", where, f"git fsck: {line}")
    known = {f"refs/heads/{branch}" for branch in BRANCHES}
    for name in sorted(store.refs().keys() - known):
        if name == IMPORT_REF:
            yield warning("verify.import", where, "an import is going on or was cut off; run it again")
        else:
            yield error("verify.ref", where, f"ref {name} is not one of ours")


def _verify_rows(
    store: GitStore, project: Project, branches: list[Branch], on_progress: Progress | None
) -> Iterator[Problem]:
    total = sum(branch.rows for branch in branches)
    done = 0

    def count(_: Changeset) -> None:
        nonlocal done
        done += 1
        if on_progress:
            on_progress(done, total)

    for branch in branches:
        yield from verify_branch(store, project, branch, on_changeset=count)
    yield from verify_labels(store, project)
