"""Prepare a project with one character a writer, and at the end compare the database with Git. Run as a program."""

import json
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from ip_library.core import documents as d  # noqa: E402
from ip_library.models import Changeset, Version  # noqa: E402
from ip_library.selectors.library import get_project, store_of  # noqa: E402
from ip_library.selectors.verify import verify_project  # noqa: E402
from ip_library.services.commit import commit_assets  # noqa: E402
from ip_library.services.edit import save_document  # noqa: E402
from ip_library.services.projects import ensure_project  # noqa: E402


def prepare(writers: int) -> None:
    """Make the project, the characters and their first versions."""
    call_command("migrate", verbosity=0, interactive=False)
    project = ensure_project(slug="sakura")
    names = [(d.CHARACTER, f"writer-{number}") for number in range(writers)]
    for _, slug in names:
        document = d.CharacterDocument(slug, slug, d.GENDERS[0], d.Appearance(hair=("black_hair",)))
        save_document(project=project, document=document, editor=None)
    commit_assets(project=project, assets=names, message="Start", author=None)


def compare() -> None:
    """Print what the database and Git say."""
    project = get_project("sakura")
    report = {
        "changesets": Changeset.objects.filter(project=project).count(),
        "versions": Version.objects.filter(project=project).count(),
        "in_git": list(store_of(project).commits("main")),
        "counters": {sheet.slug: sheet.notes or "0" for sheet in project.characters.all()},
        "problems": [str(problem) for problem in verify_project(project)],
    }
    print(json.dumps(report))


if __name__ == "__main__":
    prepare(int(sys.argv[2])) if sys.argv[1] == "prepare" else compare()
