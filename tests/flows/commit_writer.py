"""One writer of many: change one asset and commit it, again and again. Run as a program; prints what it committed."""

import sys
from dataclasses import replace

import django

django.setup()

from ip_library.core import documents as d  # noqa: E402
from ip_library.selectors.drafts import get_draft, read_draft  # noqa: E402
from ip_library.selectors.library import get_project  # noqa: E402
from ip_library.services.commit import commit_assets  # noqa: E402
from ip_library.services.edit import save_document  # noqa: E402


def main(writer: int, times: int) -> None:
    """Commit ``times`` versions of the writer's own character."""
    project = get_project("sakura")
    name = (d.CHARACTER, f"writer-{writer}")
    document = read_draft(get_draft(project, *name))
    for turn in range(times):
        document = replace(document, appearance=d.Appearance(hair=(f"hair_{writer}_{turn}",)))
        save_document(project=project, document=document, editor=None)
        result = commit_assets(project=project, assets=[name], message=f"Turn {turn} of writer {writer}", author=None)
        print(result.changeset.sha)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
