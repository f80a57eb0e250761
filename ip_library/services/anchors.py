"""Sign where a project's branches and its audit chain stand, and commit that on branch ``anchors``."""

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from ip_library.core.anchors import ANCHORED, Statement, read_statement
from ip_library.core.errors import SignatureError
from ip_library.core.paths import ANCHORS
from ip_library.models import Anchor, AuditEvent, Project
from ip_library.selectors.anchors import last_anchor, signers_text
from ip_library.selectors.changesets import Content, head_of
from ip_library.services.audit import record_event
from ip_library.services.changesets import lock_project, record_changeset, seal_changeset
from ip_library.store import signatures

_OWN_ACTIONS = ("anchor", "mirror")  # what anchoring and mirroring record themselves calls for no new anchor


def anchor_project(*, project: Project, author: User | None = None) -> Anchor | None:
    """Make the next anchor of a project; nothing where nothing has happened since the last one.

    Raises:
        SignatureError: no key is configured, or it cannot sign, or is not among the allowed signers.
        LibraryError: the repository cannot be written; nothing is changed.
    """
    key = _key()
    signers = signers_text()
    with transaction.atomic(durable=True):
        project = lock_project(project)
        if not _has_news(project):
            return None
        statement = _state(project)
        payload = statement.payload()
        signature = signatures.sign(payload.encode(), key=key)
        signer = signatures.check(payload.encode(), signature, signers=signers, at=statement.signed_at)
        anchor = Anchor(project=project, payload=payload, signature=signature, signer=signer)
        changeset = record_changeset(
            project=project,
            branch=ANCHORS,
            content=Content(anchor=anchor),
            message=f"Anchor {statement.number}",
            author=author,
        )
        record_event(
            project=project,
            actor=author,
            action="anchor",
            subject=f"project/{project.slug}",
            after={"number": statement.number, "commit": changeset.sha, "signer": signer},
        )
    seal_changeset(changeset)
    return anchor


def _key() -> Path:
    if not settings.ANCHOR_KEY:
        raise SignatureError(
            "SETTEI_ANCHOR_KEY is not set: name the private key file that signs anchors, made for this alone with "
            "`ssh-keygen -t ed25519 -N '' -f settei-anchor`"
        )
    return Path(settings.ANCHOR_KEY)


def _state(project: Project) -> Statement:
    previous, length = head_of(project, ANCHORS)
    return Statement(
        project=project.slug,
        number=length + 1,
        at=datetime.now(UTC).replace(microsecond=0),
        heads={branch: head_of(project, branch)[0] for branch in ANCHORED},
        audit_sequence=project.audit_length,
        audit_hash=project.audit_head,
        previous=previous,
    )


def _has_news(project: Project) -> bool:
    last = last_anchor(project)
    if last is None:
        return True
    stated = read_statement(last.payload)
    if stated.heads != {branch: head_of(project, branch)[0] for branch in ANCHORED}:
        return True
    since = AuditEvent.objects.filter(project=project, sequence__gt=stated.audit_sequence)
    return project.audit_length < stated.audit_sequence or since.exclude(action__in=_OWN_ACTIONS).exists()
