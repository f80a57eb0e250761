"""The statuses of versions, by Kitsu's short names, and which of them only a manager may give."""

from typing import Final

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
