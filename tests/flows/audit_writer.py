"""One writer of many to one chain: insert rows of the project, then record. Run as a program."""

import sys

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from ip_library.models import AuditEvent, Membership  # noqa: E402
from ip_library.selectors.audit import verify_audit  # noqa: E402
from ip_library.selectors.library import get_project  # noqa: E402
from ip_library.services.audit import EventData, record_event, record_events  # noqa: E402
from ip_library.services.projects import ensure_project  # noqa: E402


def write(writer: int, times: int) -> None:
    """Record ``times`` events, every tenth time three at once; each after a row that refers to the project."""
    project = get_project("sakura")
    for turn in range(times):
        with transaction.atomic():
            user = User.objects.create(username=f"member-{writer}-{turn}")
            Membership.objects.create(project=project, user=user)  # holds the project's key, as every such insert does
            record_event(project=project, actor=None, action="join", subject=f"{writer}/{turn}")
        if turn % 10 == 0:
            record_events(project, None, [EventData("bulk", f"{writer}/{turn}/{part}") for part in range(3)])


def report() -> None:
    """Print how many events there are, and what is wrong with them."""
    project = get_project("sakura")
    print(AuditEvent.objects.filter(project=project).count())
    for problem in verify_audit(project):
        print(problem)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["prepare"]:
            call_command("migrate", verbosity=0, interactive=False)
            ensure_project(slug="sakura")
        case ["report"]:
            report()
        case [number, times]:
            write(int(number), int(times))
