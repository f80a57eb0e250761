"""Record who did what, and what was refused: a chain of events a project, extended under the project's lock.

The order of locks, everywhere: first a job or a prompt, then the project, then drafts. Whoever takes the project's
lock first, as a commit or a save does, waits for no job or prompt afterwards. The chain
takes the lock until the transaction ends, so an event is the last write of a transaction: a job's events hold up
nobody else for longer than a COMMIT. On SQLite a writing transaction is alone from its beginning.

What a person was refused must outlive the transaction that was rolled back for it. ``refusals`` stands around the
call of a service, outside its transaction, and records in one of its own. Where an outer transaction is open, as in
the admin's forms, the event is kept aside and written by ``kept_refusals``, which a middleware puts around every
request; without one (a command that opens a transaction) it is written into that transaction, and is lost with it.
"""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction

from ip_library.core.audit_chain import hash_of
from ip_library.core.errors import SetteiError
from ip_library.models import AuditEvent, Project
from ip_library.selectors.audit import entry_of
from ip_library.services.locks import lock_project

OPERATOR = "operator"  # somebody with a shell on this machine
DONE: Final = "done"
REFUSED: Final = "refused"
REASON_TO: Final = 2000  # characters of a refusal's message that are kept
_KEPT_TO: Final = 50  # refusals of one request
_EXACT_TO: Final = 1e15  # PostgreSQL gives larger floats back as whole numbers

log = logging.getLogger("settei.audit")


@dataclass(frozen=True, slots=True)
class EventData:
    """What an event says. ``before`` and ``after`` hold what JSON holds."""

    action: str
    subject: str
    reason: str = ""
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None
    outcome: str = DONE


_Refusal = tuple[Project, User | None, EventData]
_kept: ContextVar[list[_Refusal] | None] = ContextVar("settei_kept_refusals", default=None)


def login_of(user: User | None) -> str:
    """Return the name under which a person's deeds are kept; without a person it is the local operator."""
    return user.get_username() if user else OPERATOR


def record_event(
    *,
    project: Project,
    actor: User | None,
    action: str,
    subject: str,
    reason: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    outcome: str = DONE,
) -> AuditEvent:
    """Append one event; the last write of a transaction."""
    return record_events(project, actor, [EventData(action, subject, reason, before, after, outcome)])[0]


def record_events(
    project: Project, actor: User | None, events: Sequence[EventData], *, fresh: bool = False
) -> list[AuditEvent]:
    """Append events in their order with one extension of the chain; the last write of a transaction.

    ``fresh`` says that ``project`` is the row as ``lock_project`` gave it in this transaction, and that no event has
    been recorded since: it need not be read again.
    """
    if not events:
        return []
    with transaction.atomic(savepoint=False):
        locked = project if fresh else lock_project(project)
        previous, length, at = locked.audit_head, locked.audit_length, datetime.now(UTC)
        rows = []
        for sequence, data in enumerate(events, start=length + 1):
            row = AuditEvent(
                project=locked,
                sequence=sequence,
                actor=actor,
                actor_login=login_of(actor),
                action=data.action,
                outcome=data.outcome,
                subject=data.subject,
                reason=data.reason,
                before=_stored(data.before),
                after=_stored(data.after),
                at=at,
                previous=previous,
            )
            row.hash = previous = hash_of(entry_of(row, project=locked.slug), previous)
            rows.append(row)
        AuditEvent.objects.bulk_create(rows)
        Project.objects.filter(pk=locked.pk).update(audit_head=previous, audit_length=length + len(rows))
    return rows


@contextmanager
def refusals(project: Project, actor: User | None, action: str, subject: str) -> Iterator[None]:
    """Record an error of ours that leaves the block as a refused event, once, and let it go on."""
    try:
        yield
    except SetteiError as reason:
        record_refusal(project, actor, action, subject, reason)
        raise


def record_refusal(project: Project, actor: User | None, action: str, subject: str, reason: SetteiError) -> None:
    """Record what was refused, outside the transaction that is open if there is one; never twice the same error."""
    if reason.recorded:
        return
    reason.recorded = True
    text = str(reason).encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
    data = EventData(action, subject[:160], text[:REASON_TO], outcome=REFUSED)
    kept = _kept.get()
    if kept is not None and connection.in_atomic_block:
        kept.append((project, actor, data))
    elif not connection.needs_rollback:
        _write_refusal(project, actor, data)


@contextmanager
def kept_refusals() -> Iterator[None]:
    """Write at the end of the block what was refused in transactions within it, whatever became of them."""
    kept: list[_Refusal] = []
    token = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(token)
        for project, actor, data in kept[:_KEPT_TO]:
            _write_refusal(project, actor, data)


def _write_refusal(project: Project, actor: User | None, data: EventData) -> None:
    """Append the event; that it cannot be written must not hide why the change was refused."""
    try:
        with transaction.atomic():
            record_events(project, actor, [data])
    except (DatabaseError, Project.DoesNotExist):  # the project itself may have been rolled back
        log.exception("a refusal could not be recorded: %s %s", data.action, data.subject)


def _stored(values: Mapping[str, object] | None) -> dict[str, Any]:
    """Return values as the database will give them back, or their hash would be another one then."""
    stored: dict[str, Any] = json.loads(json.dumps(dict(values or {}), allow_nan=False), parse_float=_number)
    return stored


def _number(text: str) -> float | int:
    value = float(text) + 0.0  # minus nought is nought
    return int(value) if abs(value) >= _EXACT_TO and value.is_integer() else value
