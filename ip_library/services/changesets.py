"""Write changesets: objects first, then the database row, then the ref.

The row is what was acknowledged. Objects that no row names are harmless; a ref that lags is moved by ``seal_project``
or ``recover``. The sha is worked out from the rows alone, so whatever is lost is written again as it was.
"""

import logging
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.db import transaction

from ip_library.core.errors import LibraryError
from ip_library.core.failpoints import point
from ip_library.core.paths import BRANCHES, document_path
from ip_library.models import Changeset, LabelMove, Project, PromptRevision, Version
from ip_library.selectors.changesets import Content, head_of, plan_of
from ip_library.selectors.library import store_of
from ip_library.services.audit import login_of
from ip_library.services.locks import lock_project as lock_project  # and so others find it here

log = logging.getLogger("settei.library")
_NAME_LIMIT = 300  # two names of 150 and the blank between them are one too many for the column


def record_changeset(
    *,
    project: Project,
    branch: str,
    content: Content,
    message: str,
    author: User | None,
    changeset_id: uuid.UUID | None = None,
) -> Changeset:
    """Write the objects of a commit, then its rows. The caller holds the project's lock.

    Raises:
        LibraryError: the repository cannot be read or written; nothing is changed then.
    """
    store = store_of(project)
    if not store.exists():
        store.create()
    changeset = make_changeset(project=project, branch=branch, message=message, author=author, key=changeset_id)
    plan = plan_of(store, changeset, content)
    store.write(plan)
    point("commit.objects_written")
    changeset.sha = plan.sha
    changeset.save(force_insert=True)
    for version in content.versions:
        version.changeset = changeset
        version.blob = plan.blobs[document_path(version.kind, version.asset)]
    Version.objects.bulk_create(content.versions)
    for prompt in content.prompts:
        prompt.changeset = changeset
        prompt.version = prompt.version  # takes over the primary key that the version has only now
    PromptRevision.objects.bulk_create(content.prompts)
    for move in content.moves:
        move.changeset = changeset
    LabelMove.objects.bulk_create(content.moves)
    if content.anchor:
        content.anchor.changeset = changeset
        content.anchor.save(force_insert=True)
    Project.objects.filter(pk=project.pk).update(
        **{f"{branch}_head": changeset.sha, f"{branch}_length": changeset.sequence}
    )
    return changeset


def make_changeset(
    *, project: Project, branch: str, message: str, author: User | None, key: uuid.UUID | None = None
) -> Changeset:
    """Make the row of the changeset that comes next on a branch; it is not saved and has no sha yet."""
    parent, length = head_of(project, branch)
    return Changeset(
        id=key or uuid.uuid4(),
        project=project,
        branch=branch,
        sequence=length + 1,
        parent=parent,
        author=author,
        author_login=login_of(author),
        author_name=((author.get_full_name() if author else "") or login_of(author))[:_NAME_LIMIT],
        author_email=author.email if author else "",
        message=message,
        committed_at=datetime.now(UTC).replace(microsecond=0),
    )


def seal_project(project: Project) -> int:
    """Move the branches to the last recorded changesets and return how many were sealed.

    Raises:
        LibraryError: a branch points to a commit that the database does not know, or the disk refuses.
    """
    with transaction.atomic(durable=True):
        project = lock_project(project)
        waiting = Changeset.objects.filter(project=project, sealed=False)
        found = list(waiting.order_by("sequence").values_list("branch", "parent", "sha"))
        for branch in BRANCHES:
            _move_branch(project, branch, [(parent, sha) for name, parent, sha in found if name == branch])
        point("seal.ref_moved")
        return waiting.seal() if found else 0


def seal_changeset(changeset: Changeset) -> None:
    """Seal what was just recorded; should Git refuse now, leave it to ``recover``: the rows are acknowledged.

    Where the branch is at its parent, nothing else waits; otherwise all that waits is sealed.
    """
    project, branch = changeset.project, changeset.branch
    try:
        with transaction.atomic(durable=True):
            lock_project(project)
            store = store_of(project)
            at_parent = store.head(branch) == changeset.parent
            if at_parent:
                store.move(branch, new=changeset.sha, old=changeset.parent)
                point("seal.ref_moved")
                # Looked up by what waits alone: the range of all sequences would be walked, thirty thousand of them.
                waiting = Changeset.objects.filter(project=project, sealed=False)
                rows = waiting.order_by().values_list("pk", "branch", "sequence")
                reached = [key for key, name, at in rows if name == branch and at <= changeset.sequence]
                Changeset.objects.filter(pk__in=reached).seal()
        if not at_parent:
            seal_project(project)
    except LibraryError as reason:
        log.warning("not sealed yet, run `manage.py recover`: %s", reason)


def _move_branch(project: Project, branch: str, waiting: Sequence[tuple[str, str]]) -> None:
    """Move a branch past the commits that wait, each named by its parent and its sha."""
    if not waiting:
        return
    store = store_of(project)
    head, (start, _), (_, wanted) = store.head(branch), waiting[0], waiting[-1]
    if head == wanted:
        return
    if head not in {start, *(sha for _, sha in waiting)}:
        raise LibraryError(
            f"branch {branch} of {project} is at {head or 'nothing'}, which is not where the database left it "
            f"({start or 'nothing'}); run `manage.py verify`"
        )
    store.move(branch, new=wanted, old=head)
