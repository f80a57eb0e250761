"""Anchors: which keys may sign them, and whether everything that they state still holds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings

from ip_library.core.anchors import Statement, read_statement
from ip_library.core.errors import SignatureError
from ip_library.core.problems import Problem, error, warning
from ip_library.models import Anchor, AuditEvent, Changeset, Project
from ip_library.store import signatures

REBUILD: Final = "rebuild"  # the action of the event with which a rebuilt project's chain begins anew
_CODE: Final = "verify.anchor"


def signers_text() -> str:
    """Return the allowed signers: the configured file, else the public half of the configured key.

    Raises:
        SignatureError: neither is configured, or it cannot be read.
    """
    signers, key = settings.ANCHOR_SIGNERS, settings.ANCHOR_KEY
    if signers:
        try:
            return Path(signers).read_text()
        except (OSError, UnicodeDecodeError) as reason:
            raise SignatureError(f"SETTEI_ANCHOR_SIGNERS, the file {signers}, cannot be read: {reason}") from None
    if key:
        return signatures.signers_of(Path(key))
    raise SignatureError("neither SETTEI_ANCHOR_SIGNERS nor SETTEI_ANCHOR_KEY is set")


def last_anchor(project: Project) -> Anchor | None:
    """Return the newest anchor of a project."""
    return Anchor.objects.filter(project=project).order_by("-changeset__sequence").first()


def verify_anchors(project: Project) -> Iterator[Problem]:
    """Yield what anchors state that does not hold: signatures, heads, and the audit chain at that moment.

    An anchor that names audit events from before the project was rebuilt from Git is a warning as soon as an anchor
    that was signed after the rebuild holds: its signer has seen that the chain began anew.
    """
    anchors = Anchor.objects.filter(project=project).select_related("changeset").order_by("changeset__sequence")
    if not anchors.exists():
        return
    where = f"project/{project.slug}/anchors"
    signers = ""
    try:
        signers = signers_text()
        if not signatures.available():
            raise SignatureError("ssh-keygen is not installed")
    except SignatureError as reason:
        signers = ""
        yield warning(_CODE, where, f"the signatures of the anchors were not checked: {reason}")
    rebuilt = AuditEvent.objects.filter(project=project, action=REBUILD).order_by("sequence")
    first_rebuild = rebuilt.values_list("sequence", flat=True).first()
    lost: list[Problem] = []
    acknowledged = False
    reached: dict[str, int] = {}
    for anchor in anchors.iterator(chunk_size=200):
        field = f"{where}/{anchor.changeset.sequence}"
        try:
            statement = read_statement(anchor.payload)
        except ValueError as reason:
            yield error(_CODE, field, str(reason))
            continue
        signed = list(_verify_signature(anchor, statement, signers, field)) if signers else []
        yield from signed
        yield from _verify_place(anchor, statement, field)
        yield from _verify_heads(project, statement, reached, field)
        if problem := _verify_chain(project, statement, field):
            lost.append(problem)
        elif first_rebuild and statement.audit_sequence >= first_rebuild and signers and not signed:
            acknowledged = True
            yield from _begun_anew(lost)
            lost = []
    yield from lost
    if lost and first_rebuild and not acknowledged:
        yield warning(
            _CODE, where, "the project was rebuilt from Git; sign where the new chain begins: `manage.py anchor`"
        )


def _begun_anew(lost: list[Problem]) -> Iterator[Problem]:
    for problem in lost:
        yield warning(_CODE, problem.field, f"{problem.message}: the chain was begun anew when Git was restored")


def _verify_signature(anchor: Anchor, statement: Statement, signers: str, field: str) -> Iterator[Problem]:
    try:
        signer = signatures.check(anchor.payload.encode(), anchor.signature, signers=signers, at=statement.signed_at)
    except SignatureError as reason:
        yield error(_CODE, field, f"the signature does not hold: {reason}")
        return
    if signer != anchor.signer:
        yield error(_CODE, field, f"it was signed by {signer}, the row says {anchor.signer}")


def _verify_place(anchor: Anchor, statement: Statement, field: str) -> Iterator[Problem]:
    row = anchor.changeset
    if (statement.project, statement.number, statement.previous) != (row.project.slug, row.sequence, row.parent):
        yield error(_CODE, field, "it states another project, number or predecessor than its commit has")


def _verify_heads(project: Project, statement: Statement, reached: dict[str, int], field: str) -> Iterator[Problem]:
    """Each head is a changeset of its branch, and no branch goes back from one anchor to the next."""
    for branch, sha in statement.heads.items():
        row = Changeset.objects.filter(project=project, branch=branch, sha=sha).first() if sha else None
        if sha and row is None:
            yield error(_CODE, field, f"it states that {branch} was at {sha}, which is no changeset of that branch now")
        elif (row.sequence if row else 0) < reached.get(branch, 0):
            yield error(_CODE, field, f"{branch} is further back than in an anchor before it")
        else:
            reached[branch] = row.sequence if row else 0


def _verify_chain(project: Project, statement: Statement, field: str) -> Problem | None:
    sequence = statement.audit_sequence
    events = AuditEvent.objects.filter(project=project, sequence=sequence)
    found = events.values_list("hash", flat=True).first() or ""
    if found == statement.audit_hash and (found or not sequence):
        return None
    says = "is not there now" if not found else "is another one now"
    return error(_CODE, field, f"the audit event {sequence} that it names {says}")
