import io
import json
import os
import time

import pytest
from django.core.management import call_command

from generation.models import Image, JobState, RenderJob
from generation.services.enqueue import enqueue_render
from generation.services.queue import claim_job
from generation.storage import image_store
from ip_library.models import PromptRevision


def verify():
    """Return the exit code and the document."""
    out = io.StringIO()
    try:
        call_command("verify", "--json", stdout=out, stderr=io.StringIO())
    except SystemExit as end:
        return end.code, json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def codes():
    code, found = verify()
    assert code == (not found["ok"])
    return {problem["code"] for problem in found["problems"] if problem["severity"] == "error"}


def change(image, **values):
    Image._base_manager.filter(pk=image.pk).update(**values)


def test_a_sound_library_has_no_difference(take, run):
    assert verify() == (0, {"ok": True, "projects": 1, "images": 1, "problems": []})
    assert "no difference in 1 project, 1 images" in run("verify")


def test_a_repository_without_a_project_is_found(take, settings):
    (settings.REPOSITORIES / "lost.git").mkdir()
    code, found = verify()
    (problem,) = found["problems"]
    assert (code, problem["code"], problem["field"]) == (1, "verify.stray", "repository/lost")
    assert "`manage.py rebuild_index lost` restores it" in problem["message"]


@pytest.mark.parametrize("damage", ["missing", "flipped", "empty"])
def test_a_damaged_file_is_found(take, damage):
    path = image_store().path(take.sha256)
    data = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes(b"" if damage == "empty" else data[:-20] + bytes([data[-20] ^ 1]) + data[-19:])
    assert "verify.file" in codes()


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"pixels_sha256": "0" * 64}, "verify.pixels"),
        ({"width": 8}, "verify.size"),
        ({"size": 8}, "verify.size"),
        ({"seed": 8}, "verify.recipe"),
        ({"kind": "render"}, "verify.recipe"),
        ({"index": 3}, "verify.job"),
        ({"recipe": {}}, "verify.recipe"),
    ],
)
def test_a_changed_row_is_found(take, values, code):
    if values.get("recipe") == {}:
        values = {"recipe": {**take.recipe, "steps": 77}}
    change(take, **values)
    assert code in codes()


def test_a_recipe_without_its_keys_is_found(take):
    change(take, recipe={"kind": "previz"})
    assert "verify.recipe" in codes()


def test_a_changed_prompt_is_found(take):
    PromptRevision._base_manager.filter(pk=take.prompt_id).update(text="<scene>other</scene>\n")
    assert "verify.embedded" in codes()


def test_a_done_job_without_its_images_is_found(prompt):
    job = enqueue_render(prompt=prompt, engine="flat", seeds=[1], user=None, ring=False)
    RenderJob.objects.filter(pk=job.pk).update(state=JobState.DONE)
    assert codes() == {"verify.job"}


def test_a_file_without_a_row_is_a_warning_and_recover_removes_only_leftovers(take, run):
    store = image_store()
    unrecorded = store.put(b"not recorded yet")
    leftover = store.root / "aa" / "tmp_obj_x"
    leftover.parent.mkdir(exist_ok=True)
    leftover.write_bytes(b"half")
    os.utime(leftover, (time.time() - 3600,) * 2)
    code, found = verify()
    assert code == 0
    assert {problem["code"] for problem in found["problems"]} == {"verify.unrecorded", "verify.stranger"}
    assert "images: 1 leftovers removed" in run("recover")
    assert not leftover.exists()
    assert store.path(unrecorded).exists()
    assert store.path(take.sha256).exists()


def test_recover_gives_back_what_a_dead_worker_held(prompt, run):
    job = enqueue_render(prompt=prompt, engine="flat", seeds=[1], user=None, ring=False)
    claim_job(job_id=job.pk, worker="one")
    RenderJob.objects.filter(pk=job.pk).update(lease_until="2000-01-01T00:00:00Z")
    assert "queue: 1 jobs given back, 0 given up, 1 doorbells rung" in run("recover")
    job.refresh_from_db()
    assert job.state == JobState.QUEUED
