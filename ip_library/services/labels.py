"""Move labels: each move is a row, an audit event, and a commit on branch ``canon``.

``latest`` follows by itself. ``canon`` moves by approving (``services/reviews.py``) and is taken away here.
"""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction

from ip_library.core.documents import CANON, LATEST
from ip_library.core.errors import RefusedError
from ip_library.core.failpoints import point
from ip_library.core.text import slug_problems
from ip_library.models import LabelMove, Project, Version
from ip_library.selectors.access import Action
from ip_library.services.access import require
from ip_library.services.audit import EventData, record_events, refusals
from ip_library.services.changesets import lock_project, seal_changeset
from ip_library.services.label_moves import Move, MoveResult, check_reason, record_moves, subject_of
from ip_library.services.reviews import approve_versions, carry_approval, set_status, set_statuses

__all__ = [
    "Move",
    "MoveResult",
    "approve_versions",
    "carry_approval",
    "move_label",
    "move_labels",
    "set_status",
    "set_statuses",
]


def move_label(
    *,
    project: Project,
    name: str,
    version: Version | None,
    kind: str,
    asset: str,
    author: User | None,
    reason: str = "",
) -> MoveResult:
    """Point a label of an asset to a version, or take it away. See ``move_labels``."""
    return move_labels(project=project, moves=[Move(name, kind, asset, version)], author=author, reason=reason)


def move_labels(*, project: Project, moves: Sequence[Move], author: User | None, reason: str = "") -> MoveResult:
    """Move labels, all or none, in one commit; where they stand there already, nothing is written.

    Raises:
        RefusedError: a label that cannot be moved so, a version of another asset, one label twice, or a reason that
            cannot be stored (taking ``canon`` away asks for one); nothing is changed.
        NotAllowedError: the author's role does not grant it; taking ``canon`` away is a manager's.
        LibraryError: the repository cannot be written; nothing is changed.
    """
    subject = subject_of(project, [(move.kind, move.asset) for move in moves])
    with refusals(project, author, "label", subject):
        if not moves or len({move.key for move in moves}) < len(moves):
            raise RefusedError("moves", [" ".join(move.key) for move in moves[:8]], "one or more, each label once")
        for move in moves:
            _check(project, move)
        protected = any(move.name == CANON for move in moves)
        require(author, project, Action.APPROVE if protected else Action.COMMIT, subject=subject)
        reason = check_reason(reason, "" if protected else _what(moves))
        with transaction.atomic(durable=True):
            project = lock_project(project)
            point("commit.locked")
            result = record_moves(project, moves, author, reason)
            record_events(project, author, [_event(move, result, reason) for move in result.moves])
            point("commit.rows_written")
        if result.changeset:
            point("commit.acknowledged")
            seal_changeset(result.changeset)
            point("seal.done")
        return result


def _check(project: Project, move: Move) -> None:
    """Refuse a move that nobody may make."""
    if move.name == LATEST:
        raise RefusedError("label", LATEST, "another one: latest follows the newest version by itself")
    if move.name == CANON and move.version:
        raise RefusedError("label", CANON, "moved by approving the version; by hand it can only be taken away")
    for problem in slug_problems("label", move.name):
        raise RefusedError("label", move.name[:80], problem.message)
    version = move.version
    if version and (version.project_id, version.kind, version.asset) != (project.pk, move.kind, move.asset):
        raise RefusedError("version", str(version), f"a version of {move.kind} {move.asset} in project {project}")


def _what(moves: Sequence[Move]) -> str:
    """Say what was done, where nobody said why."""
    first = moves[0]
    if first.version:
        text = f"Put label {first.name} on {first.kind} {first.asset} {first.version.label}"
    else:
        text = f"Take label {first.name} away from {first.kind} {first.asset}"
    return f"{text}, and {len(moves) - 1} more" if len(moves) > 1 else text


def _event(move: LabelMove, result: MoveResult, reason: str) -> EventData:
    return EventData(
        action="label",
        subject=f"{move.kind}/{move.asset}",
        reason=reason,
        before={"label": move.name, "version": move.previous.label if move.previous else ""},
        after={
            "label": move.name,
            "version": move.version.label if move.version else "",
            "commit": result.changeset.sha if result.changeset else "",
        },
    )
