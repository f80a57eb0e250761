"""Judge versions: send for approval, approve, send back, finish. Approving moves ``canon``, and nothing else does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from ip_library.core.documents import CANON
from ip_library.core.errors import RefusedError
from ip_library.core.failpoints import point
from ip_library.core.reviews import APPROVED, CLEARED, DECISIONS, DONE, EXPLAINED, RETAKE, check_status, check_step
from ip_library.models import Changeset, Label, LabelMove, Project, Review, Version
from ip_library.selectors.access import Action
from ip_library.selectors.labels import reviews_of, statuses_of
from ip_library.services.access import require
from ip_library.services.audit import EventData, login_of, record_event, record_events, refusals
from ip_library.services.changesets import lock_project, seal_changeset
from ip_library.services.label_moves import Move, MoveResult, check_reason, record_moves, subject_of

_ACTIONS: Final = {APPROVED: "approve", RETAKE: "retake"}  # as the audit calls them; the other steps are "status"
_FIELDS: Final = ["status", "by", "by_login", "approved_by_login", "approved_at", "reason", "changed_at"]


@dataclass(frozen=True, slots=True)
class ReviewResult:
    """What judging versions did: the versions whose status changed, and where ``canon`` moved, by which commit."""

    changed: tuple[Version, ...] = ()
    changeset: Changeset | None = None
    moves: tuple[LabelMove, ...] = ()

    @property
    def did_something(self) -> bool:
        """Tell whether anything was written."""
        return bool(self.changed or self.moves)


def set_status(*, version: Version, status: str, author: User | None, reason: str = "") -> ReviewResult:
    """Give a version a status; ``approved`` moves ``canon`` to it. See ``set_statuses``."""
    return set_statuses(project=version.project, versions=[version], status=status, author=author, reason=reason)


def approve_versions(
    *, project: Project, versions: Sequence[Version], author: User | None, reason: str
) -> ReviewResult:
    """Approve versions, and move ``canon`` to them in one commit. See ``set_statuses``."""
    return set_statuses(project=project, versions=versions, status=APPROVED, author=author, reason=reason)


def set_statuses(
    *, project: Project, versions: Sequence[Version], status: str, author: User | None, reason: str = ""
) -> ReviewResult:
    """Give versions a status, all or none. ``approved`` moves ``canon``, also back to an earlier version.

    A version that ``canon`` leaves keeps its status. Versions that stand there already are left alone.

    Raises:
        RefusedError: no such status or step, no reason where one is asked for, two versions of one asset approved at
            once, or a retake of what ``canon`` points to; nothing is changed.
        NotAllowedError: the author's role does not grant it; approving, sending back and finishing is a manager's.
        LibraryError: the repository cannot be written; nothing is changed.
    """
    subject = subject_of(project, [(version.kind, version.asset) for version in versions])
    with refusals(project, author, _ACTIONS.get(status, "status"), subject):
        check_status(status)
        _check_versions(project, versions, status)
        require(author, project, Action.APPROVE if status in DECISIONS else Action.COMMIT, subject=subject)
        reason = check_reason(reason) if status in EXPLAINED or reason.strip() else ""
        with transaction.atomic(durable=True):
            project = lock_project(project)
            point("commit.locked")
            result = _judge(project, versions, status, author, reason)
            point("commit.rows_written")
        if result.changeset:
            point("commit.acknowledged")
            seal_changeset(result.changeset)
            point("seal.done")
        return result


def _judge(
    project: Project, versions: Sequence[Version], status: str, author: User | None, reason: str
) -> ReviewResult:
    before = statuses_of(versions)
    for version in versions:
        check_step(str(version), before[version.pk], status)
    if status == RETAKE:
        _keep_canon(versions)
    moved = MoveResult(None)
    if status == APPROVED:
        wanted = [Move(CANON, version.kind, version.asset, version) for version in versions]
        moved = record_moves(project, wanted, author, reason)
    arrived = {move.version_id for move in moved.moves}
    changed = [version for version in versions if before[version.pk] != status or version.pk in arrived]
    _write(project, changed, status, author, reason)
    left = {move.version_id: move.previous for move in moved.moves}
    record_events(
        project,
        author,
        [_event(version, before[version.pk], status, reason, moved, left) for version in changed],
    )
    return ReviewResult(tuple(changed), moved.changeset, moved.moves)


def carry_approval(*, source: Version, version: Version, author: User | None) -> bool:
    """Let a version that says what an approved one said be approved as that one was; tell whether it is now.

    ``canon`` stays where it is: what it points to says the same, or was approved later. Who restores an approved
    version therefore waits for nobody, and who may not approve moves no ``canon``.

    Raises:
        NotAllowedError: the author's role does not grant committing.
    """
    project = version.project
    require(author, project, Action.COMMIT, subject=f"{version.kind}/{version.asset}")
    with transaction.atomic():
        project = lock_project(project)
        reviews = reviews_of([source, version])
        review = reviews[source.pk]
        if review is None or review.status not in CLEARED or reviews[version.pk] or not _same(source, version):
            return False
        reason = f"As {source.label}, which was approved: {review.reason}"
        Review.objects.create(
            version=version,
            project=project,
            status=APPROVED,
            by=author,
            by_login=login_of(author),
            approved_by_login=review.approved_by_login,
            approved_at=review.approved_at,
            reason=reason,
        )
        record_event(
            project=project,
            actor=author,
            action="carry approval",
            subject=f"{version.kind}/{version.asset}",
            reason=reason,
            before={"version": source.label},
            after={"version": version.label, "status": APPROVED, "approved_by": review.approved_by_login},
        )
        return True


def _same(source: Version, version: Version) -> bool:
    """Tell whether two versions of one asset hold the same document and the same prompts."""
    if (source.project_id, source.kind, source.asset) != (version.project_id, version.kind, version.asset):
        return False
    prompts = [set(item.prompts.values_list("dialect", "text", "negative_text")) for item in (source, version)]
    return source.sha256 == version.sha256 and prompts[0] == prompts[1]


def _check_versions(project: Project, versions: Sequence[Version], status: str) -> None:
    if not versions:
        raise RefusedError("versions", [], "at least one")
    seen: dict[tuple[str, str], Version] = {}
    for version in versions:
        if version.project_id != project.pk:
            raise RefusedError("version", str(version), f"a version of project {project}")
        other = seen.setdefault((version.kind, version.asset), version)
        if status == APPROVED and other != version:
            raise RefusedError("versions", f"{other.label} and {version.label} of {version.asset}", "one of each asset")


def _keep_canon(versions: Sequence[Version]) -> None:
    """Refuse to send back what is the canon at the same time."""
    for label in Label.objects.filter(name=CANON, version__in=versions).select_related("version"):
        raise RefusedError(
            f"status of {label.version}",
            RETAKE,
            "given only after canon has left it: approve another version first, or take canon away",
        )


def _write(project: Project, versions: Sequence[Version], status: str, author: User | None, reason: str) -> None:
    """Write how versions stand; who approved one stays known when it is done, and is forgotten when it goes back."""
    before = reviews_of(versions)
    now = timezone.now()
    rows = []
    for version in versions:
        row = Review(version=version, project=project, status=status, by=author, by_login=login_of(author))
        row.reason, row.changed_at = reason, now
        known = before[version.pk]
        if status == APPROVED:
            row.approved_by_login, row.approved_at = login_of(author), now
        elif status == DONE and known:
            row.approved_by_login, row.approved_at = known.approved_by_login, known.approved_at
        rows.append(row)
    Review.objects.bulk_create(rows, update_conflicts=True, unique_fields=["version"], update_fields=_FIELDS)


def _event(
    version: Version,
    before: str,
    status: str,
    reason: str,
    moved: MoveResult,
    left: dict[int | None, Version | None],
) -> EventData:
    """Describe one judgement for the audit."""
    old: dict[str, object] = {"version": version.label, "status": before}
    new: dict[str, object] = {"version": version.label, "status": status}
    if moved.changeset and version.pk in left:
        previous = left[version.pk]
        old["canon"] = previous.label if previous else ""
        new |= {"canon": version.label, "commit": moved.changeset.sha}
    subject = f"{version.kind}/{version.asset}"
    return EventData(_ACTIONS.get(status, "status"), subject, reason, before=old, after=new)
