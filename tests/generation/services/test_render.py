import hashlib
import json
import time
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from generation.core.embed import pixel_digest, read_picture
from generation.core.lineage import request_of
from generation.models import Image, JobState, RenderJob
from generation.pipelines.registry import get_engine
from generation.selectors.checks import verify_images
from generation.services import heart as hearts
from generation.services.enqueue import enqueue_render
from generation.services.queue import claim_job
from generation.services.render import Outcome, run_job
from generation.storage import image_store
from ip_library.core.problems import errors_of
from ip_library.core.xml import parse_prompt
from ip_library.models import AuditEvent, PromptRevision
from ip_library.selectors.library import read_committed, repository_path
from tests.generation import engines


def queue(prompt, engine="flat", seeds=(1, 2), **options):
    return enqueue_render(prompt=prompt, engine=engine, seeds=seeds, user=None, ring=False, **options)


def test_every_take_is_kept_recorded_and_carries_its_lineage(prompt, bob):
    job = enqueue_render(prompt=prompt, seeds=[5, 6], user=bob, width=256, height=192, ring=False)
    assert run_job(job.pk, worker="one") == Outcome.DONE
    job.refresh_from_db()
    assert (job.state, job.attempt) == (JobState.DONE, 1)
    images = list(Image.objects.order_by("index"))
    assert [(image.index, image.take, image.seed, image.kind) for image in images] == [
        (0, 1, 5, "previz"),
        (1, 2, 6, "previz"),
    ]
    for image in images:
        data = image_store().read(image.sha256)
        picture = read_picture(data, name="take")
        assert picture.image.size == (256, 192) == (image.width, image.height)
        assert picture.pixels_sha256 == image.pixels_sha256
        assert json.loads(picture.lineage)["recipe"] == image.recipe
        assert picture.prompt == prompt.text
    assert errors_of(verify_images()) == []
    assert AuditEvent.objects.filter(actor=bob, action="render done").count() == 1
    assert run_job(job.pk, worker="one") == Outcome.NOT_TAKEN
    assert Image.objects.count() == 2


def test_the_recipe_alone_reproduces_the_pixels(prompt):
    job = queue(prompt, engine="previz", seeds=(3, 4), width=320, height=192)
    run_job(job.pk, worker="one")
    for image in Image.objects.all():
        recipe = json.loads(read_picture(image_store().read(image.sha256), name="take").lineage)["recipe"]
        request = request_of(recipe)
        data = read_committed(prompt.project, recipe["commit"], recipe["path"])
        assert hashlib.sha256(data).hexdigest() == recipe["prompt_sha256"]
        engine = get_engine(recipe["engine"])
        assert engine.digest == recipe["engine_digest"]
        again = engine.render(parse_prompt(data), data.decode(), request, lambda done, total: None)
        assert pixel_digest(again.images[recipe["index"]]) == image.pixels_sha256


def test_a_try_repeated_after_a_crash_makes_the_same_files(prompt):
    job = queue(prompt)
    run_job(job.pk, worker="one")
    before = list(image_store().digests())
    again = queue(prompt)
    run_job(again.pk, worker="two")
    assert list(image_store().digests()) == before
    assert Image.objects.count() == 4


def test_what_git_holds_is_rendered_and_not_the_text_of_the_row(prompt):
    PromptRevision._base_manager.filter(pk=prompt.pk).update(text="<scene>forged</scene>\n")
    job = queue(prompt)
    assert run_job(job.pk, worker="one") == Outcome.DONE
    picture = read_picture(image_store().read(Image.objects.first().sha256), name="take")
    assert "forged" not in picture.prompt


def test_a_prompt_that_git_has_otherwise_is_never_rendered(prompt):
    PromptRevision._base_manager.filter(pk=prompt.pk).update(sha256="0" * 64)
    job = queue(prompt)
    assert run_job(job.pk, worker="one") == Outcome.FAILED
    job.refresh_from_db()
    assert "manage.py verify" in job.error_message
    assert Image.objects.count() == 0


def test_a_permanent_error_fails_the_job_with_its_reason(prompt):
    job = queue(prompt, engine="broken")
    assert run_job(job.pk, worker="one") == Outcome.FAILED
    job.refresh_from_db()
    assert (job.state, job.attempt) == (JobState.FAILED, 1)
    assert job.error_message == "the weights are not the pinned ones; import the model again"


def test_an_error_that_may_pass_is_tried_again_until_the_job_is_dead(prompt, caplog):
    job = queue(prompt, engine="flaky")
    outcomes = [run_job(job.pk, worker="one") for _ in range(4)]
    assert outcomes == [Outcome.RELEASED, Outcome.RELEASED, Outcome.DEAD, Outcome.NOT_TAKEN]
    job.refresh_from_db()
    assert (job.error_code, job.error_message) == ("render.RuntimeError", "out of luck (no try is left)")


def test_an_unreadable_library_gives_the_job_back(prompt):
    folder = repository_path(prompt.project)
    folder.rename(folder.with_suffix(".away"))
    job = queue(prompt)
    assert run_job(job.pk, worker="one") == Outcome.RELEASED
    folder.with_suffix(".away").rename(folder)
    assert run_job(job.pk, worker="one") == Outcome.DONE


def test_a_store_that_cannot_be_written_gives_the_job_back_and_shows_no_image(prompt, settings):
    settings.MEDIA.parent.mkdir(exist_ok=True)
    settings.MEDIA.write_text("a file where the folder should be")
    job = queue(prompt)
    assert run_job(job.pk, worker="one") == Outcome.RELEASED
    job.refresh_from_db()
    assert job.error_code == "storage"
    assert Image.objects.count() == 0


def test_an_engine_that_makes_too_few_pictures_fails_the_job(prompt, monkeypatch):
    whole = engines.FlatEngine.render

    def short(self, *arguments):
        rendering = whole(self, *arguments)
        rendering.images.pop()
        return rendering

    monkeypatch.setattr(engines.FlatEngine, "render", short)
    assert run_job(queue(prompt).pk, worker="one") == Outcome.FAILED


def test_a_worker_whose_job_was_given_away_writes_nothing(prompt, monkeypatch):
    job = queue(prompt)

    def be_late(self, request):
        RenderJob.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))
        assert claim_job(job_id=job.pk, worker="two").attempt == 2

    monkeypatch.setattr(engines.FlatEngine, "work", be_late)
    assert run_job(job.pk, worker="one") == Outcome.LOST
    assert Image.objects.count() == 0
    job.refresh_from_db()
    assert (job.state, job.worker) == (JobState.RUNNING, "two")


def test_the_heart_extends_the_lease_and_tells_the_progress(prompt, settings):
    settings.RENDER_LEASE_SECONDS = 1
    job = queue(prompt)
    claim = claim_job(job_id=job.pk, worker="one")
    before = RenderJob.objects.get(pk=job.pk).lease_until
    idle = []
    with hearts.Heart(claim, guard=idle.append) as heart:
        heart.step(3, 10)
        time.sleep(0.8)
    after = RenderJob.objects.get(pk=job.pk)
    assert after.lease_until > before
    assert (after.steps_done, after.steps_total) == (3, 10)
    assert 0.2 < max(idle) < 5


def test_the_heart_stops_the_rendering_when_the_lease_is_lost(prompt, settings):
    settings.RENDER_LEASE_SECONDS = 1
    job = queue(prompt)
    claim = claim_job(job_id=job.pk, worker="one")
    RenderJob.objects.filter(pk=job.pk).update(attempt=2)
    with hearts.Heart(claim) as heart:
        time.sleep(0.6)
        with pytest.raises(hearts.LeaseLostError):
            heart.step(1, 2)
