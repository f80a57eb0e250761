"""``manage.py render PROMPT.xml -o out.png``: commit a prompt, render one picture, keep and copy it."""

import os
import socket
import time
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from generation.core.request import check_sampling, parse_size
from generation.management.ready import manage, shown
from generation.management.waiting import refuse_failed
from generation.models import Image, RenderJob
from generation.pipelines.registry import engine_class
from generation.selectors.images import takes_of
from generation.selectors.jobs import get_job, is_over
from generation.services.enqueue import enqueue_render
from generation.services.queue import hand_back_jobs
from generation.services.render import Outcome, run_job
from generation.storage import image_store
from ip_library.core import durable
from ip_library.core.errors import InvalidDocumentError
from ip_library.core.files import read_bounded
from ip_library.core.problems import errors_of
from ip_library.core.prompt_file import check_prompt
from ip_library.core.xml import MAX_BYTES
from ip_library.management.base import SetteiCommand
from ip_library.selectors.library import get_project
from ip_library.services.adhoc import commit_adhoc
from ip_library.services.projects import ensure_project

_LOOK_SECONDS: Final = 0.2
_SANDBOX: Final = "sandbox"


class Command(SetteiCommand):
    """Goes the way of every render (commit, queue, store, record), in this process."""

    help = "Render a prompt file to a PNG. The prompt is committed first, on the project's ad-hoc branch."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("prompt", metavar="PROMPT.xml", type=Path, help="a prompt file of either dialect")
        parser.add_argument("-o", "--output", metavar="out.png", type=Path, required=True, help="where the PNG goes")
        parser.add_argument("--project", help=f"slug of the project; default: {_SANDBOX}, made on first use")
        parser.add_argument("--engine", help="default: the one that the settings name")
        parser.add_argument("--steps", type=int, help="default: the engine's")
        parser.add_argument("--seed", type=int, default=0, help="default: 0")
        parser.add_argument("--size", metavar="WxH", help="in pixels, for example 1024x768; default: the engine's")

    def handle(self, *, prompt: Path, output: Path, project: str | None, **options: Any) -> None:
        """Render."""
        data = _read(prompt)
        _require_writable(output)
        sampling = _sampling(options)
        report = check_prompt(data)
        if not report.ok:
            raise InvalidDocumentError(str(prompt), errors_of(report.problems))
        place = get_project(project) if project else ensure_project(slug=_SANDBOX)
        revision = commit_adhoc(project=place, data=data, author=None)
        job = enqueue_render(prompt=revision, user=None, ring=False, **sampling)
        image = takes_of(_do(job).pk)[0]
        _write(output, image)
        self.stdout.write(
            f"{shown(output)}  {image.width}x{image.height}, seed {image.seed}, {image.kind}\n"
            f"prompt   {revision.project.slug}@{revision.changeset.sha} {revision.path}\n"
            f"lineage  {manage('lineage', shown(output))}\n"
            f"kept as  {shown(image_store().path(image.sha256))}"
        )


def _sampling(options: dict[str, Any]) -> dict[str, Any]:
    """Return the sampling arguments, refused here if they are wrong: before anything is committed."""
    engine = settings.DEFAULT_ENGINE if options["engine"] is None else options["engine"]
    defaults = engine_class(engine).defaults
    width, height = parse_size(options["size"]) if options["size"] is not None else (defaults.width, defaults.height)
    steps = defaults.steps if options["steps"] is None else options["steps"]
    seeds = (options["seed"],)
    check_sampling(width=width, height=height, steps=steps, guidance=defaults.guidance, seeds=seeds)
    return {"engine": engine, "width": width, "height": height, "steps": steps, "seeds": seeds}


def _do(job: RenderJob) -> RenderJob:
    """Render a job here; wait for it where a worker was quicker."""
    worker = f"{socket.gethostname()}:{os.getpid()}:render"
    try:
        while not is_over(get_job(job.pk)):
            if run_job(job.pk, worker=worker) in (Outcome.NOT_TAKEN, Outcome.RELEASED):
                time.sleep(_LOOK_SECONDS)
    except KeyboardInterrupt:
        hand_back_jobs(worker=worker)
        raise
    return refuse_failed(get_job(job.pk))


def _read(prompt: Path) -> bytes:
    try:
        return read_bounded(prompt, limit=MAX_BYTES)
    except OSError as reason:
        raise CommandError(f"{prompt} cannot be read: {reason.strerror}") from None


def _require_writable(output: Path) -> None:
    folder = output.absolute().parent
    if output.suffix.lower() != ".png":
        raise CommandError(f"output is {str(output)!r}, but it must end in .png")
    if output.is_dir():
        raise CommandError(f"{output} is a folder")
    if not folder.is_dir():
        raise CommandError(f"the folder {folder} does not exist")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CommandError(f"the folder {folder} cannot be written")


def _write(output: Path, image: Image) -> None:
    try:
        durable.replace(output.absolute(), image_store().read(image.sha256), mode=0o666)  # less the umask
    except OSError as reason:
        kept = image_store().path(image.sha256)
        raise CommandError(f"{output} cannot be written: {reason.strerror}; the picture is kept as {kept}") from None
