"""Read the audit: events as the chain hashes them, what they changed, and whether they are still what was recorded."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from django.db import connection
from django.db.models import Max

from ip_library.core import audit_guard
from ip_library.core.audit_chain import Chain, Finding, Link, time_text
from ip_library.core.canonical import from_xml
from ip_library.core.diff import Change, diff_documents
from ip_library.core.errors import SetteiError
from ip_library.core.problems import Problem, error
from ip_library.models import AuditEvent, Changeset, Project

Progress = Callable[[int, int], None]
Entry = dict[str, Any]
_CHUNK: Final = 1000  # events in memory at a time


def entry_of(event: AuditEvent, *, project: str) -> dict[str, Any]:
    """Return an event as the chain knows it; ``project`` is the slug. The keys are a contract with every export."""
    return {
        "sequence": event.sequence,
        "project": project,
        "actor": event.actor_login,
        "actor_id": event.actor_id,
        "action": event.action,
        "outcome": event.outcome,
        "subject": event.subject,
        "reason": event.reason,
        "before": event.before,
        "after": event.after,
        "at": time_text(event.at),
        "previous": event.previous,
        "hash": event.hash,
    }


def chain_of(project: Project) -> Link:
    """Return where the project's row says that its chain ends, as it is now."""
    return Link(*Project.objects.values_list("audit_length", "audit_head").get(pk=project.pk))


def read_entries(project: Project, *, first: int = 1, last: int) -> Iterator[dict[str, Any]]:
    """Yield the entries ``first`` to ``last`` of a project's chain in order, a chunk in memory at a time."""
    rows = AuditEvent.objects.filter(project=project, sequence__gte=first, sequence__lte=last).order_by("sequence")
    for event in rows.iterator(chunk_size=_CHUNK):
        yield entry_of(event, project=project.slug)


def changes_of(event: AuditEvent) -> list[Change]:
    """Return what an event changed, by field and tag where both sides are documents, else by name."""
    before, after = dict(event.before), dict(event.after)
    changes: list[Change] = []
    try:
        old, new = (from_xml(side["xml"].encode()) if "xml" in side else None for side in (before, after))
    except (SetteiError, AttributeError):
        old = new = None  # written by rules that hold no more: shown as it stands
    if old or new:
        changes += diff_documents(old, new)
        before.pop("xml", None)
        after.pop("xml", None)
    for name in [*before, *(name for name in after if name not in before)]:
        was, became = _text(before, name), _text(after, name)
        if was != became:
            changes.append(Change(name, "changed" if was and became else "added" if became else "removed", was, became))
    return changes


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name, "")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def verify_audit(
    project: Project, *, on_progress: Progress | None = None, on_entry: Callable[[Entry], None] | None = None
) -> Iterator[Problem]:
    """Yield every sign that the audit is not what was recorded, or names commits that do not exist.

    Others may write meanwhile: what is checked is the chain up to where it ended at the beginning. ``on_entry`` is
    shown every entry, so that who has a question of their own need not read the chain again.
    """
    field = f"project/{project.slug}/audit"
    end, chain = chain_of(project), Chain()
    commits: dict[str, int] = {}
    for entry in read_entries(project, last=end.sequence):
        yield from (_problem(field, finding) for finding in chain.follow(entry))
        if on_entry:
            on_entry(entry)
        if entry["outcome"] == "done" and isinstance(entry["after"].get("commit"), str):
            commits.setdefault(entry["after"]["commit"], entry["sequence"])
        if len(commits) >= _CHUNK:
            yield from _unknown_commits(project, field, commits)
            commits = {}
        if on_progress and entry["sequence"] % _CHUNK == 0:
            on_progress(entry["sequence"], end.sequence)
    yield from _unknown_commits(project, field, commits)
    yield from (_problem(field, finding) for finding in chain.end(head=end.hash, length=end.sequence))
    beyond = AuditEvent.objects.filter(project=project).aggregate(last=Max("sequence"))["last"] or 0
    if beyond > chain_of(project).sequence:  # read later than the events: no writer can have made this difference
        yield error("audit.tail", f"{field}/{beyond}", "is beyond the end of the chain that the project's row knows")
    if on_progress:
        on_progress(end.sequence, end.sequence)
    yield from _missing_guards(field)


def _problem(field: str, finding: Finding) -> Problem:
    return error(f"audit.{finding.kind}", f"{field}/{finding.sequence}", finding.message)


def _unknown_commits(project: Project, field: str, commits: Mapping[str, int]) -> Iterator[Problem]:
    known = set(Changeset.objects.filter(project=project, sha__in=list(commits)).values_list("sha", flat=True))
    for sha, sequence in commits.items():
        if sha not in known:
            yield error("audit.commit", f"{field}/{sequence}", f"names commit {sha}, which no changeset is")


def _missing_guards(field: str) -> Iterator[Problem]:
    """Yield the triggers that should refuse every change of an event and are not there, are off, or do otherwise."""
    with connection.cursor() as cursor:
        cursor.execute(audit_guard.QUESTIONS[connection.vendor])
        found: dict[str, str] = dict(cursor.fetchall())
    for problem in audit_guard.guard_problems(connection.vendor, found):
        yield error("audit.guard", field, problem)
