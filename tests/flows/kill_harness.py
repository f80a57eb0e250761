"""Kill a saving and rendering process at every named point and at random times, and look at what is left.

Run as a program in an environment of its own (SETTEI_VAR, DATABASE_URL); prints one JSON document. Each run forks a
child that does the real thing; the child is killed by SIGKILL; the parent checks what must hold before any recovery,
recovers, checks again, and repeats the interrupted request the way a client would.
"""

import json
import os
import random
import signal
import sys
import time
import traceback
import uuid
from collections import Counter
from dataclasses import replace
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from generation.models import Image, JobState, RenderJob  # noqa: E402
from generation.selectors.checks import verify_images  # noqa: E402
from generation.services.enqueue import enqueue_render  # noqa: E402
from generation.services.queue import sweep_jobs  # noqa: E402
from generation.services.render import run_job  # noqa: E402
from ip_library.core import documents as d  # noqa: E402
from ip_library.core.failpoints import RENDER_POINTS, SAVE_POINTS  # noqa: E402
from ip_library.core.problems import errors_of  # noqa: E402
from ip_library.models import Changeset, Label, LabelMove, Project, Version  # noqa: E402
from ip_library.selectors.drafts import get_draft, read_draft  # noqa: E402
from ip_library.selectors.library import get_shot_prompt, store_of  # noqa: E402
from ip_library.selectors.verify import verify_project  # noqa: E402
from ip_library.services.commit import commit_assets  # noqa: E402
from ip_library.services.edit import save_document  # noqa: E402
from ip_library.services.fixtures import load_library  # noqa: E402
from ip_library.services.labels import set_status  # noqa: E402
from ip_library.services.recover import recover_project  # noqa: E402

SAKURA = Path(__file__).parents[2] / "fixtures" / "sakura"
MIKU = (d.CHARACTER, "miku")
# Past these points the database has committed: what was asked for must be there without being asked for again.
ACKNOWLEDGED = {
    *SAVE_POINTS[SAVE_POINTS.index("commit.acknowledged") :],
    *RENDER_POINTS[RENDER_POINTS.index("enqueue.acknowledged") :],
}
# A broken program that acknowledges before it has saved anything: the harness must notice it.
LIES = os.environ.get("SETTEI_KILL_LIES") == "1"
PLACES = {"objects.file_written": 5, "objects.linked": 5, "images.file_written": 2, "images.linked": 2}


def main(runs: int, seed: int) -> dict:
    """Do the runs and return the counts."""
    dice = random.Random(seed)
    call_command("migrate", verbosity=0, interactive=False)
    summary = load_library(SAKURA, project_slug="sakura", owner=None)
    commit_assets(project=summary.project, assets=summary.assets, message="First sheets", author=None)
    points = [f"{name}:{nth}" for name in (*SAVE_POINTS, *RENDER_POINTS) for nth in range(1, PLACES.get(name, 1) + 1)]
    counts: Counter[str] = Counter(runs=0)
    killed_at: Counter[str] = Counter()
    for number in range(runs):
        point = points[number % len(points)] if number < len(points) or dice.random() < 0.5 else None
        is_render = point.split(":")[0] in RENDER_POINTS if point else dice.random() < 0.5
        run = Render(number) if is_render else Approve(number) if number >= len(points) and number % 2 else Save(number)
        killed, acknowledged = fork(run.act, point, dice)
        counts.update(runs=1, killed=killed, acknowledged=acknowledged)
        if killed and point:
            killed_at[point.split(":")[0]] += 1
        counts["broken_before_recovery"] += broken_now()
        recover_project(Project.objects.get(slug="sakura"))
        counts["lost"] += acknowledged and not run.is_there(finished=point == "record.acknowledged:1")
        run.repeat()
        counts["missing_after_repeat"] += not run.is_there(finished=True)
        counts["doubled"] += run.is_doubled()
        dirty = [str(problem) for problem in errors_of(verify_project(Project.objects.get(slug="sakura")))]
        counts["dirty"] += bool(dirty)
        for line in dirty:
            sys.stderr.write(f"run {number} at {point}: {line}\n")
    images = [str(problem) for problem in errors_of(verify_images())]
    sys.stderr.write("".join(f"{line}\n" for line in images))
    counts["dirty"] += bool(images)
    never = sorted({*SAVE_POINTS, *RENDER_POINTS} - set(killed_at))
    return {"seed": seed, **counts, "never_killed_at": never if runs >= len(points) else []}


def fork(act, point: str | None, dice: random.Random) -> tuple[bool, bool]:
    """Let a child act, killed at ``point`` or at a random time; return whether it was killed, and had acknowledged."""
    connections.close_all()
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            if point:
                os.environ["SETTEI_KILL_AT"] = point
            if LIES:
                os.write(write_end, b"acknowledged")
            act()
            os.write(write_end, b"acknowledged")
            if point is None:
                time.sleep(10)  # to be killed after the acknowledgement
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(write_end)
    if point is None:
        time.sleep(dice.uniform(0, 0.4))
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    acknowledged = os.read(read_end, 100) == b"acknowledged"
    if point and point.split(":")[0] in ACKNOWLEDGED:
        acknowledged = True
    os.close(read_end)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise RuntimeError(f"the child failed by itself at {point}")
    return os.WIFSIGNALED(status), acknowledged


def broken_now() -> int:
    """Return how many changesets have no commit object, or no parent, at this instant: must always be none."""
    project = Project.objects.get(slug="sakura")
    store = store_of(project)
    known = {"", *Changeset.objects.filter(project=project).values_list("sha", flat=True)}
    missing = 0
    for branch, head in (("main", project.main_head), ("canon", project.canon_head)):
        rows = list(Changeset.objects.filter(project=project, branch=branch).order_by("-sequence")[:3])
        missing += sum(not store.has(row.sha) for row in rows)
        missing += head != (rows[0].sha if rows else "")
        missing += store.head(branch) not in known
    return missing


class Save:
    """Change a character's hair and commit it."""

    def __init__(self, number: int) -> None:
        self.hair = f"hair_{number}"
        self.changeset = uuid.uuid4()

    def act(self) -> None:
        """Save and commit."""
        project = Project.objects.get(slug="sakura")
        document = read_draft(get_draft(project, *MIKU))
        appearance = replace(document.appearance, hair=(self.hair,))
        save_document(project=project, document=replace(document, appearance=appearance), editor=None)
        commit_assets(project=project, assets=[MIKU], message=self.hair, author=None, changeset_id=self.changeset)

    def repeat(self) -> None:
        """Do it again, as a client does that got no answer."""
        self.act()

    def is_there(self, *, finished: bool) -> bool:
        """Tell whether the version exists."""
        return Version.objects.filter(changeset_id=self.changeset).count() == 1

    def is_doubled(self) -> bool:
        """Tell whether there is a second version of the same content, or a gap in the numbers."""
        versions = Version.objects.filter(kind=d.CHARACTER, asset="miku").order_by("number")
        numbers = list(versions.values_list("number", flat=True))
        twice = versions.filter(document__contains=f"<tag>{self.hair}</tag>").count() > 1
        return twice or numbers != list(range(1, len(numbers) + 1))


class Approve:
    """Approve one version of a character or another: ``canon`` goes forth and back."""

    def __init__(self, number: int) -> None:
        self.reason = f"Approved in run {number}"
        versions = Version.objects.filter(kind=d.CHARACTER, asset="miku").order_by("number")
        canon = Label.objects.filter(name="canon", asset="miku").values_list("version", flat=True).first()
        others = list(versions.exclude(pk=canon) if canon else versions)
        self.version = others[number % len(others)] if others else versions.get()

    def act(self) -> None:
        """Approve it."""
        version = Version.objects.select_related("project").get(pk=self.version.pk)
        set_status(version=version, status="approved", author=None, reason=self.reason)

    def repeat(self) -> None:
        """Do it again, as a client does that got no answer."""
        self.act()

    def is_there(self, *, finished: bool) -> bool:
        """Tell whether the label points to the version, which says that it was approved."""
        return Label.objects.filter(name="canon", version=self.version, version__review__status="approved").exists()

    def is_doubled(self) -> bool:
        """Tell whether the label moved twice for one approval."""
        return LabelMove.objects.filter(changeset__message=self.reason).count() > 1


class Render:
    """Ask for two takes of the shot and render them."""

    def __init__(self, number: int) -> None:
        self.key = f"run-{number}"
        self.seeds = (2 * number + 1, 2 * number + 2)

    def act(self) -> None:
        """Enqueue and work."""
        prompt = get_shot_prompt(Project.objects.get(slug="sakura"), "E01_SQ010_SH0010", number=1)
        job = enqueue_render(
            prompt=prompt, width=64, height=64, seeds=self.seeds, user=None, idempotency_key=self.key, ring=False
        )
        run_job(job.pk, worker=f"child-{os.getpid()}")

    def repeat(self) -> None:
        """Let the sweep find the dead worker's job, and another worker do it."""
        RenderJob.objects.filter(state=JobState.RUNNING).update(lease_until="2000-01-01T00:00:00Z")
        sweep_jobs(limit=0)
        self.act()

    def is_there(self, *, finished: bool) -> bool:
        """Tell whether the job exists, is done if it must be, and has all its images if it is."""
        job = RenderJob.objects.filter(idempotency_key=self.key).first()
        if job is None or (finished and job.state != JobState.DONE):
            return False
        return job.state != JobState.DONE or job.images.count() == len(self.seeds)

    def is_doubled(self) -> bool:
        """Tell whether a second job or image was made."""
        jobs = RenderJob.objects.filter(idempotency_key=self.key)
        return jobs.count() != 1 or sorted(Image.objects.filter(job__in=jobs).values_list("seed", flat=True)) != list(
            self.seeds
        )


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
