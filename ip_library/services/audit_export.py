"""Hand the audit of a project to somebody who trusts neither us nor our database: lines, a manifest, a verifier."""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from django.contrib.auth.models import User

from ip_library.core import audit_chain
from ip_library.core.audit_chain import Chain, Link, canonical_line
from ip_library.core.errors import LibraryError, RefusedError
from ip_library.models import AuditEvent, Project
from ip_library.selectors.access import Action
from ip_library.selectors.audit import chain_of, read_entries
from ip_library.services.access import require
from ip_library.services.audit import record_event

Progress = Callable[[int, int], None]
EVENTS: Final = "events.jsonl"
MANIFEST: Final = "manifest.json"
VERIFIER: Final = "verify_audit.py"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export holds. ``previous`` is the hash before its first event, ``head`` that of its last.

    ``first``, ``head`` and ``last`` are what the verifier is told as ``--first``, ``--head`` and ``--length``.
    """

    project: str
    first: int
    last: int
    count: int
    previous: str
    head: str
    sha256: str


def export_audit(
    *, project: Project, folder: Path, actor: User | None, since: int = 1, on_progress: Progress | None = None
) -> Manifest:
    """Write the events from ``since`` on, a manifest and the verifier into a folder, and record that.

    Raises:
        NotAllowedError: the actor's role does not grant reading the audit.
        RefusedError: there is no such event, or the folder holds an export already.
        LibraryError: the folder cannot be written, or the chain does not hold; the latter says where.
    """
    require(actor, project, Action.READ_AUDIT)
    end = chain_of(project)
    if not 1 <= since <= end.sequence:
        raise RefusedError("since", since, f"from 1 to {end.sequence}, the last event of {project.slug}")
    if taken := [name for name in (EVENTS, MANIFEST, VERIFIER) if (folder / name).exists()]:
        raise RefusedError("folder", str(folder), f"a folder without {', '.join(taken)}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        manifest = _write(project, folder, since, end, on_progress)
    except OSError as reason:
        raise LibraryError(f"{folder} cannot be written: {reason.strerror}") from None
    told = {"first": manifest.first, "last": manifest.last, "head": manifest.head, "sha256": manifest.sha256}
    record_event(project=project, actor=actor, action="export audit", subject=f"project/{project.slug}", after=told)
    return manifest


def _write(project: Project, folder: Path, since: int, end: Link, on_progress: Progress | None) -> Manifest:
    """Write the three files; the lines get their name last, so that a name stands for a whole export."""
    before = AuditEvent.objects.filter(project=project, sequence=since - 1).first()
    start = Link(since - 1, before.hash if before else "")
    chain, digest, fresh = Chain(start), hashlib.sha256(), folder / f"{EVENTS}.part"
    try:
        with fresh.open("wb") as file:
            for entry in read_entries(project, first=since, last=end.sequence):
                for finding in chain.follow(entry):
                    raise LibraryError(f"event {finding.sequence} {finding.message}; run `manage.py verify`")
                line = canonical_line(entry).encode() + b"\n"
                digest.update(line)
                file.write(line)
                if on_progress:
                    on_progress(entry["sequence"] - since + 1, end.sequence - since + 1)
            for finding in chain.end(head=end.hash, length=end.sequence):
                raise LibraryError(f"event {finding.sequence} {finding.message}; run `manage.py verify`")
            file.flush()
            os.fsync(file.fileno())
        count = end.sequence - since + 1
        manifest = Manifest(project.slug, since, end.sequence, count, start.hash, end.hash, digest.hexdigest())
        (folder / VERIFIER).write_bytes(Path(audit_chain.__file__).read_bytes())
        (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
        fresh.rename(folder / EVENTS)
    finally:
        fresh.unlink(missing_ok=True)
    return manifest
