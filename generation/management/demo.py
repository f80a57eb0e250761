"""The demo, step by step: what a studio does all day, on the sample shot."""

import fcntl
import io
import secrets
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from PIL import Image as Pictures

from generation.core.embed import read_picture
from generation.management.ready import manage, shown
from generation.management.waiting import refuse_failed, wait_for
from generation.models import Image, RenderJob
from generation.painter.contact_sheet import contact_sheet
from generation.selectors.images import takes_of
from generation.selectors.jobs import is_over
from generation.services.enqueue import enqueue_render
from generation.storage import image_store
from generation.worker.programs import worker_program
from generation.worker.supervisor import Supervisor
from ip_library.core import durable
from ip_library.core.documents import SHOT
from ip_library.models import Project, PromptRevision
from ip_library.selectors.library import get_project, get_shot_prompt, latest_version, repository_path
from ip_library.services.commit import commit_assets
from ip_library.services.fixtures import load_library

PROJECT: Final = "sakura"
SHOT_CODE: Final = "E01_SQ010_SH0010"
SEEDS: Final = (1, 2, 3)
USER: Final = "demo"


class Demo:
    """Runs the steps and says what each did."""

    def __init__(self, *, say: Callable[[str], None]) -> None:
        self._say = say
        self._folder = Path(settings.VAR) / "demo"

    def run(self) -> None:
        """Run everything.

        Raises:
            SetteiError: a step was refused or failed; those before it are kept.
        """
        self._say("[1/5] database: making or updating its tables ...")
        with (Path(settings.VAR) / "migrate.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two first demos at once would both make the tables
            call_command("migrate", verbosity=0, interactive=False)
        user, login = self._user()
        prompt = self._commit(user)
        job = self._render(prompt, user)
        images = takes_of(job.pk)
        sheet = self._sheet(prompt, images)
        self._report(prompt, images, sheet, login)

    def _user(self) -> tuple[User, str]:
        """Return the demo's user and how to log in; the password is made once and kept in a file for its owner."""
        file = self._folder / "login.txt"
        user = User.objects.filter(username=USER).first()
        if user is None:
            password = secrets.token_urlsafe(12)
            durable.make_folder(self._folder)
            durable.replace(file, f"{password}\n".encode(), mode=0o600)
            user = User.objects.create_superuser(USER, password=password)
        try:
            password = file.read_text().strip()
        except OSError:
            return user, f"as {USER}; `{manage('changepassword', USER)}` sets a new password"
        return user, f"as {USER} with the password {password}"

    def _commit(self, user: User) -> PromptRevision:
        """Load and commit the sample library; one that is there already is left as people have made it."""
        project = Project.objects.filter(slug=PROJECT).first()
        if project and latest_version(project, SHOT, SHOT_CODE):
            self._say(f"[2/5] library: {PROJECT} is there already")
            self._say("[3/5] commit: nothing to do")
            return get_shot_prompt(project, SHOT_CODE)
        summary = load_library(Path(settings.FIXTURES) / PROJECT, project_slug=PROJECT, owner=user)
        self._say(f"[2/5] library: loaded {len(summary.assets)} sheets into project {PROJECT}")
        result = commit_assets(
            project=summary.project, assets=summary.assets, message="The sample library", author=user
        )
        self._say(f"[3/5] commit: validated, compiled and committed {len(result.versions)} versions")
        return get_shot_prompt(get_project(PROJECT), SHOT_CODE)

    def _render(self, prompt: PromptRevision, user: User) -> RenderJob:
        """Render the takes through the queue and a real worker; once done they are not rendered again."""
        key = f"demo/{prompt.changeset.sha}/{prompt.dialect}"
        job = enqueue_render(prompt=prompt, seeds=SEEDS, user=user, idempotency_key=key)
        if is_over(job):
            self._say(f"[4/5] render: {len(SEEDS)} takes of {prompt.name} are there already")
            return refuse_failed(job)
        self._say(f"[4/5] render: {len(SEEDS)} takes of {prompt.name} are queued; starting the worker ...")
        with Supervisor([worker_program()], say=self._say) as supervisor:
            return wait_for(job.pk, what="      rendering", on_look=supervisor.tend)

    def _sheet(self, prompt: PromptRevision, images: list[Image]) -> Path:
        """Lay the takes out on one sheet."""
        path = self._folder / f"{prompt.name.replace(' ', '_')}.png"
        sheet = contact_sheet(
            [(_picture(image), f"{image.label} · seed {image.seed}") for image in images], title=str(prompt.name)
        )
        durable.make_folder(self._folder)
        durable.replace(path, _png(sheet), mode=0o666)
        self._say("[5/5] contact sheet: drawn")
        return path

    def _report(self, prompt: PromptRevision, images: list[Image], sheet: Path, login: str) -> None:
        commit = prompt.changeset.sha
        takes = [
            f"  {image.label}  {shown(image_store().path(image.sha256))}\n"
            f"       a blocking picture by {image.recipe['engine']}, no art: seed {image.seed}, prompt of {commit[:12]}"
            for image in images
        ]
        self._say(
            "\n".join(
                [
                    "",
                    "The prompt, as Git keeps it:",
                    f"  {PROJECT}@{commit} {prompt.path}",
                    "The takes, each carrying its lineage:",
                    *takes,
                    "The contact sheet:",
                    f"  {shown(sheet)}",
                    "",
                    "Next:",
                    f"  make serve          look at it in a browser; log in {login}",
                    f"  {manage('lineage', shown(image_store().path(images[0].sha256)))}",
                    f"  {manage('compile', PROJECT, SHOT_CODE)}",
                    f"  {shlex.join(['git', '--git-dir', shown(repository_path(prompt.project)), 'log', '-p'])}",
                ]
            )
        )


def _picture(image: Image) -> Pictures.Image:
    return read_picture(image_store().read(image.sha256), name=image.sha256).image


def _png(sheet: Pictures.Image) -> bytes:
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()
