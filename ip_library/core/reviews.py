"""The statuses of versions, by Kitsu's short names, and which of them only a manager may give."""

from typing import Final

from ip_library.core.errors import RefusedError

WIP: Final = "wip"
WFA: Final = "wfa"  # waiting for approval
RETAKE: Final = "retake"
APPROVED: Final = "approved"
DONE: Final = "done"
STATUSES: Final = (WIP, WFA, RETAKE, APPROVED, DONE)

NEXT: Final = {
    WIP: (WFA, APPROVED),
    WFA: (WIP, RETAKE, APPROVED),
    RETAKE: (WFA, APPROVED),
    APPROVED: (DONE, RETAKE),
    DONE: (APPROVED, RETAKE),
}
DECISIONS: Final = frozenset({RETAKE, APPROVED, DONE})  # a manager's
EXPLAINED: Final = frozenset({RETAKE, APPROVED})  # given with a reason, in a sentence
CLEARED: Final = frozenset({APPROVED, DONE})  # somebody approved it, and nobody has taken that back


def check_status(status: str) -> str:
    """Return a status.

    Raises:
        RefusedError: there is none of that name.
    """
    if status not in STATUSES:
        raise RefusedError("status", status[:40], f"one of {', '.join(STATUSES)}")
    return status


def check_step(subject: str, before: str, after: str) -> None:
    """Let a version go from one status to another, or stay.

    Raises:
        RefusedError: that step does not exist; names those that do.
    """
    if after != before and after not in NEXT[before]:
        raise RefusedError(f"status of {subject}", after, f"one of {', '.join(NEXT[before])}, since it is {before} now")
