"""Give and revoke leave to contradict a locked trait."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from ip_library.core import documents as d
from ip_library.core.errors import RefusedError
from ip_library.core.text import invisible, normalise
from ip_library.models import Project, Waiver
from ip_library.selectors.access import Action
from ip_library.selectors.drafts import get_draft
from ip_library.services.access import require
from ip_library.services.audit import login_of, record_event, refusals

_REASON_LIMIT = 1000


def give_waiver(
    *,
    project: Project,
    kind: str,
    asset: str,
    character: str,
    slot: str,
    reason: str,
    expires_at: datetime,
    author: User | None,
) -> Waiver:
    """Let one asset contradict one locked slot of one character until a moment.

    Raises:
        NotAllowedError: the author is no manager.
        UnknownError: there is no such asset or character.
        RefusedError: kind, slot, reason or expiry are none.
    """
    subject = f"{kind}/{asset}"
    with refusals(project, author, "waive", subject):
        require(author, project, Action.WAIVE, subject=subject)
        reason = normalise(reason)
        _check(project, kind, asset, character, slot, reason, expires_at)
        with transaction.atomic():
            waiver = Waiver.objects.create(
                project=project,
                kind=kind,
                asset=asset,
                character=character,
                slot=slot,
                reason=reason,
                author=author,
                author_login=login_of(author),
                expires_at=expires_at,
            )
            record_event(
                project=project,
                actor=author,
                action="waive",
                subject=subject,
                reason=reason,
                after=_said(waiver),
            )
    return waiver


def _check(
    project: Project, kind: str, asset: str, character: str, slot: str, reason: str, expires_at: datetime
) -> None:
    """Refuse a waiver that could never let anything pass, or that nobody could understand later."""
    if kind not in (d.CHARACTER, d.SHOT):
        raise RefusedError("kind", kind, f"{d.CHARACTER} or {d.SHOT}")
    if slot not in d.SLOTS:
        raise RefusedError("slot", slot, f"one of {', '.join(d.SLOTS)}")
    if not reason or len(reason) > _REASON_LIMIT or invisible(reason, multiline=True):
        raise RefusedError("reason", reason[:40], f"a sentence of at most {_REASON_LIMIT} visible characters")
    if expires_at <= timezone.now():
        raise RefusedError("expires_at", f"{expires_at:%Y-%m-%d %H:%M}", "in the future")
    get_draft(project, kind, asset)
    get_draft(project, d.CHARACTER, character)


def revoke_waiver(*, waiver: Waiver, author: User | None) -> bool:
    """Take a waiver back; versions that were committed under it stay. Returns whether it still held.

    Raises:
        NotAllowedError: the author is no manager.
    """
    subject = f"{waiver.kind}/{waiver.asset}"
    with refusals(waiver.project, author, "revoke waiver", subject):
        require(author, waiver.project, Action.WAIVE, subject=subject)
        with transaction.atomic():
            held = Waiver.objects.filter(pk=waiver.pk, revoked_at=None).update(revoked_at=timezone.now())
            if held:
                record_event(
                    project=waiver.project, actor=author, action="revoke waiver", subject=subject, before=_said(waiver)
                )
    return bool(held)


def _said(waiver: Waiver) -> dict[str, str]:
    return {"character": waiver.character, "slot": waiver.slot, "until": waiver.expires_at.isoformat()}
