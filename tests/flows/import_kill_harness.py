"""Kill a bulk import at every named point, let the same call go on, and compare with one that nobody killed.

Run as a program in an environment of its own; prints one JSON document.
"""

import json
import os
import sys
import traceback
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from ip_library.bench.source import write_source  # noqa: E402
from ip_library.core.failpoints import IMPORT_POINTS  # noqa: E402
from ip_library.core.problems import errors_of  # noqa: E402
from ip_library.models import Changeset, Project, Version  # noqa: E402
from ip_library.selectors.export import export_documents  # noqa: E402
from ip_library.selectors.library import store_of  # noqa: E402
from ip_library.selectors.verify import verify_project  # noqa: E402
from ip_library.services import bulk_import, bulk_source  # noqa: E402
from ip_library.services.projects import ensure_project  # noqa: E402
from ip_library.services.recover import recover_project  # noqa: E402

ASSETS, PASSES = 20, 3
PLACES = (1, 2, 5)


def act(source: Path, slug: str) -> None:
    """Import the source."""
    bulk_import.import_tree(project=Project.objects.get(slug=slug), folder=source, author=None)


def killed(source: Path, slug: str, point: str) -> bool:
    """Let a child import, killed at a point; return whether it was."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        os.environ["SETTEI_KILL_AT"] = point
        try:
            act(source, slug)
        except BaseException:
            traceback.print_exc()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def outcome(slug: str) -> object:
    """Return what an import leaves: documents, drafts, and the order of the commits."""
    project = Project.objects.get(slug=slug)
    order = Version.objects.filter(project=project).order_by("changeset__sequence")
    return (
        sorted(export_documents(project, "all")),
        sorted(export_documents(project, "drafts")),
        list(order.values_list("changeset__sequence", "kind", "asset", "number")),
        project.audit_length - 1,  # without the making of the project
    )


def main(folder: Path) -> dict[str, object]:
    """Do the runs and return the counts."""
    call_command("migrate", verbosity=0, interactive=False)
    bulk_import.BATCH = bulk_source.BATCH = 7
    source = folder / "source"
    write_source(source, assets=ASSETS, passes=PASSES)
    ensure_project(slug="whole")
    act(source, "whole")
    wanted = outcome("whole")
    report: dict[str, object] = {"runs": 0, "killed": [], "lost": [], "dirty": [], "different": [], "left_over": []}
    for number, point in enumerate(f"{name}:{nth}" for name in IMPORT_POINTS for nth in PLACES):
        slug = f"run-{number}"
        ensure_project(slug=slug)
        report["runs"] += 1
        if killed(source, slug, point):
            report["killed"].append(point)
        project = Project.objects.get(slug=slug)
        store = store_of(project)
        if any(not store.has(row.sha) for row in Changeset.objects.filter(project=project)):
            report["lost"].append(point)
        if number % 2:
            recover_project(project)  # somebody may, before going on
        act(source, slug)
        if outcome(slug)[:3] != wanted[:3]:
            report["different"].append(point)
        project.refresh_from_db()
        report["dirty"] += [f"{point}: {problem}" for problem in errors_of(verify_project(project))]
        if set(store.refs()) != {"refs/heads/main"}:
            report["left_over"].append(point)
    return report


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
