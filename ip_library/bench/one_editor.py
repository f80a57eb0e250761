"""One editor of many, run as a program by ``editors.py``; prints a report."""

import json
import random
import sys
import time
from dataclasses import replace

import django

django.setup()

from ip_library.bench.editors import HOT  # noqa: E402  # rows exist only once Django is set up
from ip_library.core import documents as d  # noqa: E402
from ip_library.core.errors import StaleDraftError  # noqa: E402
from ip_library.models import CharacterSheet  # noqa: E402
from ip_library.selectors.drafts import read_draft  # noqa: E402
from ip_library.selectors.library import get_project  # noqa: E402
from ip_library.services.commit import commit_assets  # noqa: E402
from ip_library.services.edit import save_document  # noqa: E402

_COMMIT_EVERY = 10
_THINKING = 0.002  # seconds; without the check that is when others' work is overwritten


def main(slug: str, editor: int, seconds: float, *, check: bool) -> None:
    """Edit the hot assets for ``seconds``; count what was acknowledged, refused as stale, and failed."""
    project = get_project(slug)
    choose = random.Random(editor)  # noqa: S311  # it guards nothing
    saved = stale = commits = 0
    errors = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        name = (d.CHARACTER, f"writer-{choose.randrange(HOT)}")
        row = CharacterSheet.objects.get(project=project, slug=name[1])
        document = read_draft(row)
        mine = replace(document, notes=str(int(document.notes or "0") + 1))
        try:
            if not check:
                time.sleep(_THINKING)
            save_document(project=project, document=mine, editor=None, expected_state=row.state if check else None)
            saved += 1
            if saved % _COMMIT_EVERY == 0:
                commit_assets(project=project, assets=[name], message=f"Editor {editor}", author=None)
                commits += 1
        except StaleDraftError:
            stale += 1
        except Exception as reason:  # a server error, whatever it is: that is what is counted
            errors.append(f"{type(reason).__name__}: {reason}")
    sys.stdout.write(json.dumps({"saved": saved, "stale": stale, "commits": commits, "errors": errors}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), check=sys.argv[4] == "check")
