"""Push projects to the mirror that the administrator configured: forward only. A refused push is an alarm."""

import logging
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User

from ip_library.core.errors import LibraryError, RefusedError
from ip_library.models import Project
from ip_library.selectors.library import store_of
from ip_library.selectors.mirrors import MIRROR, REFUSED, last_push, mirror_of
from ip_library.services.audit import record_event
from ip_library.store.push import Pushed, push

log = logging.getLogger("settei.library")


@dataclass(frozen=True, slots=True)
class MirrorReport:
    """How a push went: branches moved; ``alarm`` says that the mirror refused; ``problem`` is why, in words."""

    target: str
    moved: tuple[str, ...] = ()
    alarm: bool = False
    problem: str = ""


def push_project(*, project: Project, author: User | None = None) -> MirrorReport:
    """Push a project's branches to its mirror, fast-forward only, and record what became of it.

    A mirror that refuses, because it holds what our history does not or for reasons of its own, moves nothing by force.

    Raises:
        RefusedError: no mirror is configured.
    """
    target = mirror_of(project)
    if not target:
        raise RefusedError("SETTEI_MIRROR", "", "set: https://git.studio.example/{project}.git, or /path/{project}.git")
    try:
        pushed = push(store_of(project), target, token=settings.MIRROR_TOKEN)
    except LibraryError as reason:
        pushed = Pushed(failed=str(reason))
    problem = pushed.failed
    if pushed.refused:
        problem = f"the mirror {target} refused {'; '.join(pushed.refused)}"
        log.error("project %s: %s", project.slug, problem)
    elif problem:
        log.error("project %s: the mirror %s could not be reached: %s", project.slug, target, problem)
    report = MirrorReport(target, pushed.moved, bool(pushed.refused), problem)
    _record(project, author, report)
    return report


def _record(project: Project, author: User | None, report: MirrorReport) -> None:
    """Record the push, unless nothing was pushed and the outcome is that of the push before it."""
    last = last_push(project)
    same = last is not None and (last.outcome == REFUSED, last.reason) == (bool(report.problem), report.problem)
    if same and not report.moved:
        return
    record_event(
        project=project,
        actor=author,
        action=MIRROR,
        subject=f"project/{project.slug}",
        reason=report.problem,
        after={"target": report.target, "moved": list(report.moved), "alarm": report.alarm},
        outcome=REFUSED if report.problem else "done",
    )
