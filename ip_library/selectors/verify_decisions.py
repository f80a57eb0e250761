"""Compare what people decided, reviews and waivers, with what the audit and branch ``canon`` record of it.

Reviews and waivers are rows that change, and no trigger guards them. Whoever reads the audit shows every entry to
``Decisions``, which keeps a few facts of each version that was judged and each waiver that was given, and never an
entry itself: its memory grows with the library and not with the chain.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db.models import F, QuerySet

from ip_library.core.audit_chain import time_text
from ip_library.core.documents import CANON
from ip_library.core.problems import Problem, error
from ip_library.core.reviews import APPROVED, CLEARED, DONE, WIP
from ip_library.models import Label, LabelMove, Project, Review, Waiver
from ip_library.selectors.audit import Entry, chain_of, read_entries

_REVIEW: Final = "verify.review"
_WAIVER: Final = "verify.waiver"
_WRITING: Final = timedelta(minutes=1)  # from a review to its event
_CLOCK: Final = timedelta(seconds=1)  # a commit knows whole seconds
_CHUNK: Final = 1000  # rows in memory at a time
_TRIES: Final = 3
_Name = tuple[str, str]  # subject and label of a version: character/miku, v002
_Waived = tuple[str, str, str, str]  # subject, character, slot, until


@dataclass(frozen=True, slots=True)
class _Judged:
    """How the last event about a version left it. Without an approver the audit does not know who approved it."""

    status: str
    by: str
    reason: int
    approver: str = ""
    approved_at: datetime | None = None
    commit: str = ""


@dataclass(frozen=True, slots=True)
class _Move:
    """The newest commit that moved ``canon`` to a version."""

    author: str
    at: datetime
    sha: str


@dataclass(slots=True)
class _Leave:
    """What the audit says of waivers alike: who gave each of them and why, and how many were revoked."""

    given: Counter[tuple[str, int]] = field(default_factory=Counter)
    revoked: int = 0


class Decisions:
    """Follows the audit of a project entry by entry, then compares the rows with where it ended."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._where = f"project/{project.slug}"
        self._read = 0
        self._judged: dict[_Name, _Judged] = {}
        self._leaves: dict[_Waived, _Leave] = {}

    def follow(self, entry: Entry) -> None:
        """Take notice of the next entry of the chain."""
        self._read = entry["sequence"]
        if entry["outcome"] != "done" or not isinstance(entry["before"], dict) or not isinstance(entry["after"], dict):
            return
        match entry["action"]:
            case "status" | "approve" | "retake":
                self._follow_step(entry)
            case "carry approval":
                self._follow_carried(entry)
            case "waive":
                said = self._leaves.setdefault(_waived(entry["subject"], entry["after"]), _Leave())
                said.given[entry["actor"], hash(entry["reason"])] += 1
            case "revoke waiver":
                self._leaves.setdefault(_waived(entry["subject"], entry["before"]), _Leave()).revoked += 1

    def _follow_step(self, entry: Entry) -> None:
        after = entry["after"]
        name, status = (entry["subject"], str(after.get("version"))), str(after.get("status"))
        approver, at, commit = "", None, ""
        if status == APPROVED:
            approver, at, commit = entry["actor"], datetime.fromisoformat(entry["at"]), str(after.get("commit", ""))
        elif status == DONE and (before := self._judged.get(name)):
            approver, at, commit = before.approver, before.approved_at, before.commit
        self._judged[name] = _Judged(status, entry["actor"], hash(entry["reason"]), approver, at, commit)

    def _follow_carried(self, entry: Entry) -> None:
        source = self._judged.get((entry["subject"], str(entry["before"].get("version"))))
        self._judged[entry["subject"], str(entry["after"].get("version"))] = _Judged(
            APPROVED,
            entry["actor"],
            hash(entry["reason"]),
            str(entry["after"].get("approved_by")),
            source.approved_at if source else None,
        )

    def compare(self) -> Iterator[Problem]:
        """Yield what reviews and waivers say otherwise. Others may write meanwhile: what they did is read up to."""
        places: set[str] | None = None
        for _ in range(_TRIES):
            found = [*self._compare_reviews(), *self._compare_waivers()]
            # What is wrong stays wrong, perhaps in other words; what somebody wrote between two looks does not.
            found = [problem for problem in found if places is None or problem.field in places]
            places = {problem.field for problem in found}
            end = chain_of(self._project).sequence
            if not found or end <= self._read:
                break
            for entry in read_entries(self._project, first=self._read + 1, last=end):
                self.follow(entry)
        yield from found

    def _compare_reviews(self) -> Iterator[Problem]:
        moves = self._moves()
        left = {name for name, judged in self._judged.items() if judged.status != WIP}
        rows = Review.objects.filter(version__project=self._project).annotate(
            kind=F("version__kind"), asset=F("version__asset"), number=F("version__number")
        )
        for row in rows.order_by("pk").iterator(chunk_size=_CHUNK):
            name = (f"{row.kind}/{row.asset}", f"v{row.number:03d}")
            left.discard(name)
            if message := self._review_says(row, self._judged.get(name), moves.get(row.version_id)):
                yield error(_REVIEW, f"{self._where}/reviews/{name[0]}/{name[1]}", message)
        for subject, version in sorted(left):
            status = self._judged[subject, version].status
            message = f"the audit left it {status}, but its review is gone"
            yield error(_REVIEW, f"{self._where}/reviews/{subject}/{version}", message)
        standing = Label.objects.filter(project=self._project, name=CANON)
        for label in standing.exclude(version__review__status__in=CLEARED):
            place = f"{self._where}/labels/{label.name}/{label.kind}/{label.asset}"
            yield error(_REVIEW, place, "canon points to a version that is not approved")

    def _review_says(self, row: Review, judged: _Judged | None, move: _Move | None) -> str:
        """Return what is wrong with a review, or nothing."""
        cleared = row.status in CLEARED
        if row.project_id != self._project.pk:
            return "the review says that it belongs to another project"
        if cleared != bool(row.approved_by_login) or cleared != bool(row.approved_at):
            return f"the status is {row.status}, but who approved it and when says otherwise"
        if judged is None:  # it may come from Git, which `rebuild_index` restores approvals from, but no events
            if row.status == WIP or (row.status == APPROVED and move):
                return _approval_says(row, None, move) if cleared else ""
            return f"the status is {row.status}, but neither the audit nor branch {CANON} records that"
        if row.status != judged.status:
            return f"the status is {row.status}, but the audit left it {judged.status}"
        if (row.by_login, hash(row.reason)) != (judged.by, judged.reason):
            return f"the audit says that {judged.by} gave this status, or for another reason"
        if not cleared:
            return ""
        if not judged.approver:
            return _approval_says(row, None, move)
        if judged.commit and (move is None or move.sha != judged.commit):
            return f"the audit says that commit {judged.commit} approved it, branch {CANON} says otherwise"
        return _approval_says(row, judged, move if judged.commit else None)

    def _moves(self) -> dict[int, _Move]:
        """Return the newest move of ``canon`` to each version."""
        rows: QuerySet[LabelMove, Any] = LabelMove.objects.filter(
            project=self._project, name=CANON, version__isnull=False
        ).order_by("changeset__sequence", "pk")
        names = ("version_id", "changeset__author_login", "changeset__committed_at", "changeset__sha")
        return {version: _Move(*facts) for version, *facts in rows.values_list(*names).iterator(chunk_size=_CHUNK)}

    def _compare_waivers(self) -> Iterator[Problem]:
        rows: dict[_Waived, _Leave] = {}
        for row in Waiver.objects.filter(project=self._project).order_by("pk").iterator(chunk_size=_CHUNK):
            said = {"character": row.character, "slot": row.slot, "until": row.expires_at.isoformat()}
            leave = rows.setdefault(_waived(f"{row.kind}/{row.asset}", said), _Leave())
            leave.given[row.author_login, hash(row.reason)] += 1
            leave.revoked += row.revoked_at is not None
        for name in sorted(rows.keys() | self._leaves.keys()):
            found, told = rows.get(name, _Leave()), self._leaves.get(name, _Leave())
            subject, character, slot, until = name
            place = f"{self._where}/waivers/{subject}/{character}/{slot}"
            if found.given - told.given:
                yield error(_WAIVER, place, f"the waiver until {until} was never given, as the audit knows it")
            elif told.given - found.given:
                yield error(_WAIVER, place, f"the audit says that a waiver until {until} was given, which is gone")
            elif found.revoked != told.revoked:
                counts = f"{found.revoked} of {found.given.total()} waivers until {until} are revoked"
                yield error(_WAIVER, place, f"{counts}, the audit says {told.revoked}")


def _approval_says(row: Review, judged: _Judged | None, move: _Move | None) -> str:
    """Compare who approved a version and when with the audit (where it knows) and with the commit (where one did).

    Commit, review and event are written one after another: the approval is not before the one nor after the other.
    """
    told = judged.approved_at if judged else None
    for login in [judged.approver if judged else "", move.author if move else ""]:
        if login and row.approved_by_login != login:
            return f"it says that {row.approved_by_login} approved it, but {login} did"
    first = move.at if move else told and told - _WRITING
    last = told or (move and move.at)
    if first and last and row.approved_at and not first - _CLOCK <= row.approved_at <= last + _CLOCK:
        return f"it says that it was approved at {time_text(row.approved_at)}, but it was at {time_text(last)}"
    return ""


def _waived(subject: str, said: dict[str, Any]) -> _Waived:
    """Name a waiver by what it allows; a time is the same in every zone."""
    until = str(said.get("until"))
    with suppress(ValueError):
        until = f"{datetime.fromisoformat(until).astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
    return subject, str(said.get("character")), str(said.get("slot")), until
